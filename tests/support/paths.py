"""Where things lie: the checkout or the unpacked sdist, and the package under test."""

from __future__ import annotations

from pathlib import Path

import ossign_fast

TESTS = Path(__file__).resolve().parents[1]
ROOT = TESTS.parent
IN_TREE = (ROOT / "setup.py").exists()
#: The vectors that lie beside the checkout; nothing depends on them alone.
SHARED = ROOT.parent / "shared" / "vectors"
VECTORS = TESTS / "vectors"
#: The package that the tests run on, be it installed or on PYTHONPATH.
PACKAGE = Path(ossign_fast.__file__).parent
