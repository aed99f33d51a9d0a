"""An installation with nothing but the package: what works, and what names the extra it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from support.cli import child_environment
from support.paths import ROOT

# None in sys.modules is a module that cannot be imported.
BARE = """
import importlib.util, sys
missing = ("requests", "urllib3", "tqdm", "numpy", "pyarrow")
sys.modules.update(dict.fromkeys(missing))
find = importlib.util.find_spec
importlib.util.find_spec = lambda name, *more: None if name in missing else find(name, *more)
"""
RUN = "from ossign_fast.cli import main; sys.exit(main(sys.argv[1:]))"
URL = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a?x-oss-signature=" + "0" * 64
BATCH = """
from ossign_fast import Credentials, Signer, verify
keys = Credentials("id", "secret")
batch = Signer(region="cn-hangzhou", bucket="bkt", credentials=keys).presign_many("GET", ["a"])
verify("GET", batch[0], credentials=keys)
try:
    batch.to_numpy()
except ImportError as error:
    print(error.name, error)
"""


def run(code: str, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BARE + code, *words],
        check=False, capture_output=True, text=True, timeout=60, env=child_environment(),
    )  # fmt: skip


def test_the_demo_needs_nothing() -> None:
    done = run(RUN, "demo", "--count", "10")
    assert (done.returncode, done.stderr) == (0, "")
    assert "all as it should be" in done.stdout


@pytest.mark.parametrize("command", ["upload", "download"])
def test_transfers_name_their_extra(command: str, tmp_path: Path) -> None:
    file = tmp_path / "file"
    words = ["--output", str(file)]
    if command == "upload":
        file.write_bytes(b"x")
        words = [str(file)]
    done = run(RUN, command, "--url", URL, *words)
    assert done.returncode == 2
    errors = [line for line in done.stderr.splitlines() if "error" in line]
    assert errors == [
        "ossign-fast: error: requests is not installed; run pip install 'ossign_fast[cli]'"
    ]


def test_files_of_keys_name_their_extra() -> None:
    words = ["--region", "cn-hangzhou", "--bucket", "examplebucket"]
    done = run(RUN, "batch", "GetObject", "keys.txt", *words)
    assert (done.returncode, done.stderr) == (
        2, "ossign-fast: error: pyarrow is not installed; run pip install 'ossign_fast[bulk]'\n",
    )  # fmt: skip
    done = run("import ossign_fast.bulk")
    assert done.stderr.splitlines()[-1] == (
        "ImportError: ossign_fast.bulk needs pyarrow; run pip install 'ossign_fast[bulk]'"
    )


def test_arrays_name_their_extra() -> None:
    done = run(BATCH)
    assert (done.stdout, done.stderr) == (
        "numpy to_numpy needs numpy; run pip install 'ossign_fast[numpy]'\n", "",
    )  # fmt: skip


@pytest.mark.skipif(not (ROOT / "setup.py").exists(), reason="outside the source tree")
def test_the_package_depends_on_nothing() -> None:
    assert "\ndependencies = []" in (ROOT / "pyproject.toml").read_text()
