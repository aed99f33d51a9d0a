"""Nothing is left behind by calls, the failing ones included; measured in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import ossign_fast
from support.engines import Engine

SCRIPTS = Path(__file__).parent / "isolated"


def run(script: str, *words: str) -> str:
    package = Path(ossign_fast.__file__).parent
    environment = {**os.environ, "PYTHONPATH": str(package.parent)}
    finished = subprocess.run(
        [sys.executable, str(SCRIPTS / script), *words],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return finished.stdout


@pytest.mark.parametrize("script", ["leak.py", "leak_calls.py"])
def test_nothing_leaks(engine: Engine, script: str) -> None:
    assert "blocks" in run(script, engine.module.__name__, engine.kernel)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="only Linux tells the peak")
def test_a_long_list_in_slices_needs_the_memory_of_a_slice(engine: Engine) -> None:
    """All URLs together take 180 MB, those of a slice 12 MB."""
    assert int(run("memory.py", engine.module.__name__, engine.kernel, "300000")) < 90_000_000
