"""Where output goes: places that cannot be replaced are refused before anything is signed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ossign_fast import bulk
from support.bulk import ROWS, job_of, read_rows, urls_of, write_rows


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return write_rows(tmp_path / "k.csv")


def refused(source: Path, sink: str, **settings: str) -> str:
    """Returns why a job is refused, which leaves no more files than there were."""
    before = sorted(source.parent.rglob("*"))
    with pytest.raises(bulk.BulkError) as caught:
        bulk.sign_file(job_of(on_error="null"), source, sink, **settings)  # type: ignore[arg-type]
    assert sorted(source.parent.rglob("*")) == before
    return str(caught.value)


def test_what_a_link_leads_to_is_replaced(source: Path, tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    for name in ("file.csv", "new.csv", "folder", "bad.jsonl"):
        (tmp_path / name).symlink_to(tmp_path / "far" / name)
    (tmp_path / "far" / "folder").mkdir()
    (tmp_path / "far" / "file.csv").write_text("old")
    for name in ("file.csv", "new.csv", "folder/"):
        bulk.sign_file(job_of(), source, f"{tmp_path}/{name}", errors=tmp_path / "bad.jsonl")
    links = ("file.csv", "new.csv", "folder", "bad.jsonl")
    assert all((tmp_path / name).is_symlink() for name in links)
    far = tmp_path / "far"
    for name in ("file.csv", "new.csv"):
        expected = urls_of([row["key"] for row in ROWS])
        assert [row["url"] or None for row in read_rows(far / name)] == expected
    assert [path.name for path in (far / "folder").iterdir()] == ["part-00000-0000.parquet"]
    assert (far / "bad.jsonl").read_bytes() == b""


@pytest.mark.parametrize("sink", [".", "./"])
def test_the_folder_that_one_is_in(
    sink: str, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    assert "cannot be replaced by a new folder" in refused(source, sink)


def test_a_folder_where_something_is_mounted(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "out").mkdir()
    monkeypatch.setattr(os.path, "ismount", lambda path: Path(path) == tmp_path / "out")
    assert "name one inside of it" in refused(source, f"{tmp_path}/out/")
    assert bulk.sign_file(job_of(), source, f"{tmp_path}/out/new/").rows


@pytest.mark.parametrize(
    ("errors", "said"),
    [
        ("no/bad.jsonl", "is in a folder that does not exist"),
        ("k.csv", "is a source or the output"),
        ("link.csv", "is a source or the output"),
        ("urls.csv", "is a source or the output"),
        ("pipe", "is no file"),
    ],
)
def test_files_of_errors_in_odd_places(
    errors: str, said: str, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "link.csv").symlink_to(source)
    os.mkfifo(tmp_path / "pipe")
    before = source.read_bytes()
    assert said in refused(source, f"{tmp_path}/urls.csv", errors=f"{tmp_path}/{errors}")
    assert source.read_bytes() == before


@pytest.mark.parametrize("resume", [False, True])
def test_a_file_keeps_the_permissions_of_the_one_that_was_there(
    resume: bool, source: Path, tmp_path: Path
) -> None:
    sink, errors = tmp_path / "u.csv", tmp_path / "bad.jsonl"
    for path in (sink, errors):
        path.write_text("old")
        path.chmod(0o600)
    bulk.sign_file(job_of(), source, sink, errors=errors, resume=resume)
    assert [path.stat().st_mode & 0o777 for path in (sink, errors)] == [0o600, 0o600]
    assert len(read_rows(sink)) == len(ROWS)
