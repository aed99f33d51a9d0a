"""Two builds side by side in one process: that each is itself, is checked, and is told apart."""

from __future__ import annotations

import json
import shutil
import sys
from importlib import import_module
from pathlib import Path

import ab
import pytest
from ab import Build, Outcome

import ossign_fast

PACKAGE = Path(ossign_fast.__file__).parent


@pytest.fixture(scope="module")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of another build, which is a copy of this one."""
    folder = tmp_path_factory.mktemp("base")
    ignored = shutil.ignore_patterns("*.pyx", "*.pxi")
    shutil.copytree(PACKAGE, folder / "ossign_fast", ignore=ignored)
    return folder


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("measure.SAMPLE_SECONDS", 1e-4)
    monkeypatch.setattr(ab, "SAMPLE_SECONDS", 1e-4)
    monkeypatch.setattr(ab, "ROUNDS", (1, 1))
    monkeypatch.setenv("OSSIGN_FAST_ENGINE", ossign_fast.engine_info().engine)


def test_a_build_is_itself_and_leaves_this_one_alone(copied: Path) -> None:
    before = {name: m for name, m in sys.modules.items() if name.startswith("ossign_fast")}
    build = Build(copied)
    assert build.package is not ossign_fast
    with build:
        late = import_module("ossign_fast.server")  # as a call may import something late

        assert str(late.__file__).startswith(str(copied))
        assert sys.modules["ossign_fast"] is build.package
    after = {name: m for name, m in sys.modules.items() if name.startswith("ossign_fast")}
    assert after == before
    with build:
        assert sys.modules["ossign_fast.server"] is late
    assert str(copied) not in sys.path


def test_prints_and_writes_what_it_measures(
    copied: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "found.json"
    paths = ["list-16", "packed-4096", "BoundPresigner.url", "verify", ab.IMPORT]
    words = [str(copied), "--seconds=0", "--most-keys=50", f"--json={written}", "--paths", *paths]
    assert ab.main(words) == 0
    found = json.loads(written.read_text())
    printed = capsys.readouterr().out.splitlines()
    assert found["base"]["folder"] == str(copied)
    assert found["this"]["folder"] == str(PACKAGE.parent)
    assert {row["path"] for row in found["paths"]} == set(paths)
    for row in found["paths"]:
        assert row["ratio"] == row["minimum_ns"] / row["base_minimum_ns"]
        assert len([line for line in printed if line.startswith(f"{row['path']} ")]) == 1


def test_what_the_base_cannot_do_is_named(
    copied: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = Build.prepare

    def refuse(self: Build, path: str, most: int) -> ab.Sample:
        if self.folder == copied:
            raise AttributeError("no such call")
        return prepare(self, path, most)

    monkeypatch.setattr(Build, "prepare", refuse)
    words = [str(copied), "--paths", "list-4", "--check"]
    assert ab.main(words) == 1
    assert "NOT MEASURED: the base cannot: AttributeError: no such call" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "ns", "kept"),
    [("list-4", 35.0, True), ("list-4", 36.0, False), ("packed-64k", 900.0, True)],
)
def test_a_promise_is_one_of_minima(path: str, ns: float, kept: bool) -> None:
    outcome = Outcome(path, 100.0, ns, 1.0, 9.0, 7)
    assert outcome.kept == kept
    assert ("NO" in ab.line(outcome, check=True)) == (not kept)
    assert "yes" not in ab.line(outcome, check=False)


def test_every_promise_names_a_path(copied: Path) -> None:
    assert ab.PROMISED.keys() <= set(Build(copied).paths())


@pytest.mark.parametrize(
    ("folder", "reason"), [(PACKAGE.parent, "copy it"), (PACKAGE / "cli", "holds no ossign_fast")]
)
def test_a_folder_that_is_no_other_build(folder: Path, reason: str) -> None:
    with pytest.raises(SystemExit, match=reason):
        ab.main([str(folder), "--paths", "list-4"])


def test_no_path_of_that_name(copied: Path) -> None:
    with pytest.raises(SystemExit, match="choose among"):
        ab.main([str(copied), "--paths", "surely-none"])
