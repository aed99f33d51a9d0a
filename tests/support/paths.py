"""Where things lie: the checkout or the unpacked sdist, and the package under test."""

from __future__ import annotations

import os
from pathlib import Path

import ossign_fast

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
IN_TREE = (ROOT / "setup.py").exists()
#: Whether the data beside the checkout has to be there; `OSSIGN_FAST_SHARED` then says where.
SHARED_IS_REQUIRED = bool(os.environ.get("OSSIGN_FAST_SHARED"))
_DATA = Path(os.environ.get("OSSIGN_FAST_SHARED") or ROOT.parent / "shared")
#: Its vectors, for tests marked `shared_data`; nothing depends on them alone.
SHARED = _DATA / "vectors"
VECTORS = TESTS / "vectors"
#: The package that the tests run on, be it installed or on PYTHONPATH.
PACKAGE = Path(ossign_fast.__file__).parent
