"""Forks while other threads sign, and signal handlers that sign: nothing hangs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import child_environment

SCRIPT = Path(__file__).parent / "isolated/interrupted.py"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks on this system")
@pytest.mark.parametrize("what", ["signer", "cached", "dropin", "shadow"])
@pytest.mark.parametrize("way", ["fork", "signal"])
def test_no_lock_is_found_held(way: str, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(SCRIPT), way, what],
        check=False, capture_output=True, text=True, timeout=60, env=child_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
