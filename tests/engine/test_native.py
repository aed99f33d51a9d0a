"""The native core without Python: each kernel on this CPU, under sanitizers, and on emulated CPUs.

`OSSIGN_FAST_TOOLS=require` makes a missing compiler, sanitizer or emulator a failure.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from support import tools
from support.paths import ROOT
from support.tools import needs

SCRIPT = Path(__file__).parent / "native" / "run.sh"
SOURCES = ROOT / "ossign_fast" / "_engine" / "native"
TOOL_MISSING = 77

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not SOURCES.exists(), reason="outside the source tree"),
    needs("bash"),
    pytest.mark.skipif(
        os.environ.get("OSSIGN_FAST_ENGINE") == "python", reason="the compiled engine is left out"
    ),
]


def may_be_missing(mode: str) -> bool:
    if tools.REQUIRED:
        return False
    return mode != "plain" or os.environ.get("OSSIGN_FAST_ENGINE") != "c"


@pytest.mark.parametrize(
    ("mode", "kernels"),
    [
        ("plain", {"portable"}),
        ("sanitized", {"portable"}),
        ("memory", {"portable"}),
        ("agree", {"portable"}),
        ("aarch64", {"armv8", "portable"}),
        ("nehalem", {"portable"}),
        ("haswell", {"avx2+portable", "avx2", "portable"}),
        ("skylake", {"avx2+portable", "avx2", "portable"}),
    ],
)
def test_kernels_without_python(mode: str, kernels: set[str]) -> None:
    done = subprocess.run(
        ["bash", str(SCRIPT), mode], capture_output=True, text=True, timeout=900, check=False
    )
    if done.returncode == TOOL_MISSING and may_be_missing(mode):
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stdout + done.stderr
    tested = {line.partition(":")[0] for line in done.stdout.splitlines()}
    assert kernels <= tested
    if mode in ("aarch64", "nehalem", "haswell", "skylake"):
        assert kernels == tested
