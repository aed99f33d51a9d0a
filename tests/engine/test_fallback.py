"""The Python engine where nobody asked for it: who is told, and why; stale engines are refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

import pytest

from ossign_fast._engine.fallback import MANY
from ossign_fast._engine.sources import fingerprint
from support.cli import child_environment
from support.paths import PACKAGE

SOURCES = {
    "compiled.pyx": "pass", "rows.pxi": "pass", "ossf.pxd": "pass", "plan.py": "A = 1",
    "native/hash.c": "int a;", "native/ossf.h": "int b;",
}  # fmt: skip
BATCH = """
from ossign_fast import Credentials, Signer
signer = Signer(region="cn-hangzhou", bucket="bkt", credentials=Credentials("id", "secret"))
for _ in range(2):
    signer.presign_many("GetObject", ["k"] * {rows})
"""
STALE = "it was built from other sources than those of this package"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A package of its own, installed without an engine: no sources and no note."""
    copy = tmp_path / "place/ossign_fast"
    left_out = ("*.so", "*.pyd", "__pycache__", "native", "*.pyx", "*.pxi", "*.pxd", "built.txt")
    shutil.copytree(PACKAGE, copy, ignore=shutil.ignore_patterns(*left_out))
    return copy / "_engine"


def run(
    folder: Path, *code: str, engine: str = "auto", path: str = ""
) -> subprocess.CompletedProcess[str]:
    variables = {"OSSIGN_FAST_ENGINE": engine, "PYTHONPATH": f"{folder.parents[1]}:{path}"}
    return subprocess.run(
        [sys.executable, "-W", "always", *code],
        check=False, capture_output=True, text=True, timeout=60,
        env=child_environment(variables), cwd=folder.parents[1],
    )  # fmt: skip


def batch(folder: Path, rows: int = MANY, **options: str) -> subprocess.CompletedProcess[str]:
    return run(folder, "-c", BATCH.format(rows=rows), **options)


def add_sources(folder: Path) -> None:
    for name, text in SOURCES.items():
        (folder / name).parent.mkdir(exist_ok=True)
        if not (folder / name).exists():
            (folder / name).write_text(text)


def add_note(folder: Path, failure: str = "", sources: int = 0) -> None:
    (folder / "built.txt").write_text(f"0x{sources:x}ULL\n{failure}\n")


def damage(folder: Path) -> None:
    (folder / "compiled.py").write_text("raise SystemError('ruined')")


CASES: dict[str, tuple[Callable[[Path], None], str]] = {
    "pure wheel": (lambda folder: None, "it was installed without the compiled engine; with a C"),
    "no compiler": (lambda folder: add_note(folder, "no cc"), "the compiled engine (no cc); with"),
    "checkout": (add_sources, "is a source folder whose extension is not built; build it with"),
    "damaged": (damage, "cannot be used (ruined)"),
}


@pytest.mark.parametrize("case", CASES)
def test_a_large_batch_tells_once_why_it_is_slow(case: str, folder: Path) -> None:
    spoil, reason = CASES[case]
    spoil(folder)
    done = batch(folder)
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("OssignPerformanceWarning: ") == 1
    told = done.stderr.partition("OssignPerformanceWarning: ")
    assert told[0].rpartition("\n")[2] == "<string>:5: "  # the line of the caller
    assert reason in told[2]
    assert "OSSIGN_FAST_BUILD=c" in told[2]
    assert told[2].splitlines()[0].endswith("; OSSIGN_FAST_ENGINE=python silences this")
    info = json.loads(run(folder, "-m", "ossign_fast", "info", "--json").stdout)
    assert info["engine"] == "python"
    assert info["fallback"] in told[2]


@pytest.mark.parametrize(("rows", "engine"), [(MANY - 1, "auto"), (MANY, "python")])
def test_small_batches_and_a_chosen_engine_are_quiet(folder: Path, rows: int, engine: str) -> None:
    done = batch(folder, rows, engine=engine)
    assert (done.returncode, done.stderr) == (0, "")
    info = run(folder, "-m", "ossign_fast", "info", "--json", engine="python")
    assert json.loads(info.stdout)["fallback"] == ""


def test_a_checkout_that_hides_an_installed_package_says_so(folder: Path, tmp_path: Path) -> None:
    add_sources(folder)
    (tmp_path / "site/ossign_fast/_engine").mkdir(parents=True)
    done = batch(folder, path=str(tmp_path / "site"))
    hidden = f"or start elsewhere: it hides the package installed in {tmp_path / 'site'}"
    assert hidden in done.stderr


# Stale engines


def stand_in(folder: Path, sources: int | None) -> None:
    """Puts an engine there that says what it was made of; None for one that cannot tell."""
    told = "" if sources is None else f"SOURCES = {sources}"
    (folder / "compiled.py").write_text(f"from .reference import *\nENGINE = 'c'\n{told}\n")


@pytest.mark.parametrize("where", ["checkout", "wheel"])
@pytest.mark.parametrize("sources", [None, 12345, "own"])
def test_an_engine_of_other_sources_is_refused(
    folder: Path, where: str, sources: int | str | None
) -> None:
    if where == "checkout":
        add_sources(folder)
    own = fingerprint(str(folder)) if where == "checkout" else 777
    add_note(folder, sources=777)
    stand_in(folder, own if sources == "own" else sources)  # type: ignore[arg-type]
    show = ("-c", "import ossign_fast; print(ossign_fast.engine_info().engine)")
    automatic, forced = run(folder, *show), run(folder, *show, engine="c")
    if sources == "own":
        assert [(done.stdout, done.stderr) for done in (automatic, forced)] == [("c\n", "")] * 2
        return
    assert automatic.stdout == "python\n"
    assert f"RuntimeWarning: the compiled engine of ossign_fast cannot be used ({STALE})" in (
        automatic.stderr
    )
    assert forced.returncode == 1
    last = forced.stderr.splitlines()[-1]
    assert last.startswith("ImportError: OSSIGN_FAST_ENGINE is c, but the compiled engine cannot")
    assert STALE in last
    assert "OSSIGN_FAST_BUILD=c" in last


def test_an_engine_is_taken_where_nothing_tells_what_it_must_be_of(folder: Path) -> None:
    """As where a bundler takes modules and libraries along, but no data."""
    stand_in(folder, 5)
    done = run(folder, "-c", "import ossign_fast; print(ossign_fast.engine_info().engine)")
    assert (done.stdout, done.stderr) == ("c\n", "")


@pytest.mark.parametrize("name", SOURCES)
def test_every_kind_of_source_counts(tmp_path: Path, name: str) -> None:
    add_sources(tmp_path)
    before = fingerprint(str(tmp_path))
    for other in ("compiled.c", "reference.py", "native/README.md"):
        (tmp_path / other).write_text("generated, or shared by both engines")
    assert fingerprint(str(tmp_path)) == before
    (tmp_path / name).write_text("changed")
    changed = fingerprint(str(tmp_path))
    (tmp_path / name).unlink()
    assert len({before, changed, fingerprint(str(tmp_path))}) == 3


def test_the_engine_in_use_is_of_the_sources_at_hand() -> None:
    engine = import_module("ossign_fast._engine")
    if engine.engine.ENGINE == "c" and engine.is_source_folder():
        assert fingerprint(engine.FOLDER) == engine.engine.SOURCES
        assert 0 < engine.engine.SOURCES < 1 << 64


def test_a_kernel_that_is_none_is_told_with_the_cure_of_that(folder: Path) -> None:
    problem = "OSSIGN_FAST_KERNEL is 'foo'; set it to one of shani, portable"
    (folder / "compiled.py").write_text(f"raise ValueError({problem!r})\n")
    show = "import ossign_fast; print(ossign_fast.engine_info().fallback)"
    for told in (run(folder, "-c", show).stdout, run(folder, "-c", show).stderr):
        assert f"({problem})" in told
        assert "; correct that variable or unset it\n" in told
        assert "compiler" not in told
    assert f"({problem}); correct that variable" in run(folder, "-c", show, engine="c").stderr
