"""`OSSIGN_FAST_ENGINE` and what happens when the compiled engine is absent or damaged."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib.machinery import EXTENSION_SUFFIXES
from pathlib import Path

import pytest

import ossign_fast
from support.paths import PACKAGE

COMPILED = any(PACKAGE.glob(f"_engine/compiled*{EXTENSION_SUFFIXES[0]}"))
REPORT = "from ossign_fast import engine_info as info; print(info().engine, info().kernel)"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the package without its compiled engine, alone in a folder."""
    copy = tmp_path / "ossign_fast"
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns("*.so", "*.pyd", "__pycache__"))
    return copy


def run(
    path: Path | None = None, choice: str | None = None, script: str = REPORT
) -> subprocess.CompletedProcess[str]:
    """Runs `script` in a fresh process, with the package from `path` or the installed one."""
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith("OSSIGN_FAST_")
    }
    if choice is not None:
        environment["OSSIGN_FAST_ENGINE"] = choice
    folder = (path or PACKAGE).parent
    environment["PYTHONPATH"] = str(folder)
    return subprocess.run(
        [sys.executable, "-W", "always", "-c", script],
        check=False,
        capture_output=True,
        text=True,
        cwd=folder,
        env=environment,
        timeout=60,
    )


def damage(tree: Path) -> None:
    (tree / f"_engine/compiled{EXTENSION_SUFFIXES[0]}").write_bytes(b"no shared object")


def last_line(text: str) -> str:
    return text.rstrip().rpartition("\n")[2]


@pytest.mark.parametrize("choice", [None, "", "auto", "python"])
def test_an_absent_engine_is_quiet(tree: Path, choice: str | None) -> None:
    done = run(tree, choice)
    assert (done.returncode, done.stdout, done.stderr) == (0, "python hashlib\n", "")


@pytest.mark.parametrize("choice", [None, "auto"])
def test_a_damaged_engine_warns_and_python_signs(tree: Path, choice: str | None) -> None:
    damage(tree)
    done = run(tree, choice)
    assert (done.returncode, done.stdout) == (0, "python hashlib\n")
    assert "RuntimeWarning: the compiled engine of ossign_fast cannot be used" in done.stderr
    assert "OSSIGN_FAST_BUILD=c" in done.stderr


def test_an_engine_that_misses_a_module_is_damaged_not_absent(tree: Path) -> None:
    (tree / "_engine/compiled.py").write_text("import ossign_fast._no_such_module\n")
    done = run(tree)
    assert (done.returncode, done.stdout) == (0, "python hashlib\n")
    assert "RuntimeWarning" in done.stderr
    assert "_no_such_module" in done.stderr


def test_a_damaged_engine_is_not_even_looked_at_when_python_is_forced(tree: Path) -> None:
    damage(tree)
    done = run(tree, "python")
    assert (done.returncode, done.stdout, done.stderr) == (0, "python hashlib\n", "")


@pytest.mark.parametrize("damaged", [False, True], ids=["absent", "damaged"])
def test_a_forced_engine_raises_with_the_cure(tree: Path, damaged: bool) -> None:
    if damaged:
        damage(tree)
    done = run(tree, "c")
    assert done.returncode == 1
    assert done.stdout == ""
    error = last_line(done.stderr)
    assert error.startswith("ImportError: OSSIGN_FAST_ENGINE is c, but the compiled engine cannot")
    assert "OSSIGN_FAST_BUILD=c" in error


@pytest.mark.parametrize("choice", ["C", "cython", " c", "1"])
def test_an_unknown_choice_raises(choice: str) -> None:
    done = run(choice=choice)
    assert done.returncode == 1
    assert last_line(done.stderr) == (
        f"ValueError: OSSIGN_FAST_ENGINE is {choice!r}; set it to auto, c or python"
    )


@pytest.mark.skipif(not COMPILED, reason="a pure build has no compiled engine")
@pytest.mark.parametrize(
    ("choice", "engine"), [(None, "c"), ("auto", "c"), ("c", "c"), ("python", "python")]
)
def test_a_sound_engine_is_used_unless_python_is_forced(choice: str | None, engine: str) -> None:
    done = run(choice=choice)
    assert (done.returncode, done.stdout.split()[0], done.stderr) == (0, engine, "")


def test_info_is_frozen_and_tells_what_the_process_uses() -> None:
    info = ossign_fast.engine_info()
    assert info == ossign_fast.engine_info()
    assert info.engine == {"hashlib": "python"}.get(info.kernel, "c")
    assert info.kernel in info.kernels
    assert all(isinstance(feature, str) for feature in info.cpu_features)
    with pytest.raises(AttributeError):
        info.engine = "python"  # type: ignore[misc]


SUB_INTERPRETER = """
import sys
import ossign_fast
try:
    import _interpreters as interpreters
except ImportError:
    import _xxsubinterpreters as interpreters
code = f"import sys; sys.path[:0] = {sys.path!r}; " + '''
from ossign_fast import Credentials, Signer, engine_info
pair = Credentials('id', 'secret')
signer = Signer(region='cn-hangzhou', bucket='examplebucket', credentials=pair)
url = signer.presign('GET', 'k', signing_time=1_700_000_000).url
assert signer.presign_many('GET', ['k'], signing_time=1_700_000_000)[0] == url
print(engine_info().engine, engine_info().fallback or 'none', flush=True)
'''
failure = interpreters.run_string(interpreters.create(), code)
sys.stdout.flush()
import os
os._exit(failure is not None)  # Python 3.12.1 crashes as it ends after any sub-interpreter
"""


@pytest.mark.skipif(not COMPILED, reason="a pure build has no compiled engine")
def test_a_sub_interpreter_signs_and_is_told_why_it_is_slow() -> None:
    done = run(script=SUB_INTERPRETER)
    assert done.returncode == 0, done.stderr
    engine, _, fallback = done.stdout.strip().partition(" ")
    assert engine == "python"
    for text in (fallback, done.stderr):
        assert "cannot be used (it runs in one interpreter of a process, and this is" in text
        assert "sign in the main interpreter or in processes of their own" in text
        assert "OSSIGN_FAST_BUILD" not in text


@pytest.mark.skipif(not COMPILED, reason="a pure build has no compiled engine")
def test_a_sub_interpreter_with_the_python_engine_is_quiet() -> None:
    done = run(script=SUB_INTERPRETER, choice="python")
    assert (done.returncode, done.stdout, done.stderr) == (0, "python none\n", "")
