"""Nothing is left behind by calls, the failing ones included; measured in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from conftest import Engine

import ossign_fast

SCRIPT = Path(__file__).parent / "isolated" / "leak.py"


def test_nothing_leaks(engine: Engine) -> None:
    package = Path(ossign_fast.__file__).parent
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    finished = subprocess.run(
        [sys.executable, str(SCRIPT), engine.module.__name__, engine.kernel],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert "blocks" in finished.stdout
