"""Jobs that are killed, interrupted or run out of space leave nothing, or what is done."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from datetime import datetime, timezone
from pathlib import Path
from traceback import TracebackException
from typing import Any

import pytest

from ossign_fast import bulk
from support.bulk import SIGNER, job_of, read_rows, urls_of, write_rows
from support.cli import child_environment
from support.disk import files_up_to
from support.signing import MOMENT, SECRET

HELD = Path(__file__).with_name("isolated") / "held.py"
KEYS = [f"dir/{number}" for number in range(200)]
SINKS = ("u.parquet", "u.csv", "u.jsonl.gz", "u.txt", "u.arrow", "folder")


def source_in(folder: Path, name: str = "k.parquet") -> Path:
    return write_rows(folder / name, [{"key": key} for key in KEYS])


def broken_off(source: Path, sink: str, how: signal.Signals, *more: str, rows: int = 100) -> int:
    """Runs a job until it has signed some rows, then sends a signal; returns its exit status."""
    go = source.parent.parent / "go"
    words = [sys.executable, str(HELD), str(source), sink, str(rows), str(go), *more]
    tests = str(HELD.parents[2])
    environment = child_environment({})
    environment["PYTHONPATH"] = os.pathsep.join([tests, environment["PYTHONPATH"]])
    with subprocess.Popen(
        words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        process.send_signal(how)
        if how != signal.SIGKILL:
            go.touch()
        _, errors = process.communicate(timeout=60)
    assert SECRET not in errors
    return process.returncode


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cuts files as held.py does."""
    from ossign_fast.bulk import _limits

    for limit, rows in (("PART_ROWS", 30), ("PIECE_ROWS", 30), ("BATCH_ROWS", 10)):
        monkeypatch.setattr(_limits, limit, rows)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def place(tmp_path: Path) -> Path:
    folder = tmp_path / "place"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("sink", ["u.parquet", "u.csv.gz", "folder/"])
def test_an_interrupted_job_leaves_nothing(sink: str, place: Path) -> None:
    source = source_in(place)
    assert broken_off(source, f"{place}/{sink}", signal.SIGINT) != 0
    assert names(place) == ["k.parquet"]


def test_an_interrupted_job_leaves_the_file_that_was_there(place: Path) -> None:
    source = source_in(place)
    sink = place / "u.parquet"
    sink.write_text("old")
    assert broken_off(source, str(sink), signal.SIGINT) != 0
    assert sink.read_text() == "old"
    assert bulk.sign_file(job_of(), source, sink).signed == len(KEYS)
    assert len(read_rows(sink)) == len(KEYS)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.parametrize("sink", ["u.parquet", "u.csv", "folder/"])
def test_a_killed_job_is_resumed(
    sink: str, how: signal.Signals, place: Path, small_parts: None
) -> None:
    source = source_in(place, "k.parquet")
    target = f"{place}/{sink}"
    assert broken_off(source, target, how, "resume") != 0
    parts = place / f"{Path(target).name}.parts"
    assert names(place) == sorted(["k.parquet", parts.name])
    assert SECRET not in (parts / "state.json").read_text()
    assert bulk.started(target, format=None) == MOMENT
    again = bulk.sign_file(job_of(), source, target, resume=True)
    assert 30 <= again.resumed < len(KEYS)
    assert (again.rows, again.signed) == (len(KEYS), len(KEYS))
    rows = [row for path in again.outputs for row in read_rows(Path(path))]
    assert [row["url"] for row in rows] == urls_of(KEYS)
    assert names(place) == sorted(["k.parquet", Path(target).name])
    assert bulk.started(f"{place}/other/") is None


@pytest.mark.parametrize("name", ["k.csv", "k.jsonl.gz", "k.txt", "k.arrow", "k.orc"])
@pytest.mark.parametrize("sink", SINKS)
def test_what_is_resumed_is_what_would_have_been(
    name: str, sink: str, place: Path, small_parts: None
) -> None:
    source = source_in(place, name)
    target = f"{place}/{sink}" + ("" if "." in sink else "/")
    interrupted(source, target, rows=100)
    again = bulk.sign_file(job_of(), source, target, resume=True)
    assert again.resumed == 90
    rows = [row for path in again.outputs for row in read_rows(Path(path))]
    assert [row["url"] for row in rows] == urls_of(KEYS)


def interrupted(
    source: Path, sink: Path | str, rows: int = 0, job: Any = None, **settings: Any
) -> None:
    def stop(progress: bulk.Progress) -> None:
        if progress.rows >= rows:
            raise KeyboardInterrupt

    given = {"threads": 1, "progress": stop, "resume": True, **settings}
    with pytest.raises(KeyboardInterrupt):
        bulk.sign_file(job or job_of(), source, sink, **given)


@pytest.mark.parametrize(
    ("changed", "settings"),
    [
        ("sources", {}),
        ("signing_time", {"job": SIGNER.job("GetObject", signing_time=1_700_000_000)}),
        ("job", {"job": job_of(expires=60)}),
        ("job", {"job": job_of("PutObject")}),
        ("settings", {"url": "signed"}),
        ("settings", {"keep": []}),
        ("settings", {"rules": [bulk.Rule("exclude", "*9")]}),
        ("settings", {"prefixes": ["dir/1"]}),
        ("settings", {"key_encoding": "url"}),
        ("settings", {"format": "csv"}),
    ],
)
def test_another_job_is_not_resumed(changed: str, settings: dict[str, Any], place: Path) -> None:
    source = source_in(place)
    sink = place / "u.parquet"
    interrupted(source, sink)
    if changed == "sources":
        os.utime(source, (1, 1))
    given = {"job": job_of(), **settings}
    with pytest.raises(bulk.BulkError, match=f"is of another job: its {changed} differ"):
        bulk.sign_file(source=source, sink=sink, resume=True, **given)
    assert names(place) == ["k.parquet", "u.parquet.parts"]


def test_a_folder_of_something_else_is_left_alone(place: Path) -> None:
    source = source_in(place)
    (place / "u.txt.parts").mkdir()
    (place / "u.txt.parts" / "mine.txt").write_text("mine")
    with pytest.raises(bulk.BulkError, match="holds files of something else"):
        bulk.sign_file(job_of(), source, place / "u.txt", resume=True)
    assert (place / "u.txt.parts" / "mine.txt").read_text() == "mine"


def test_bad_rows_are_told_of_parts_that_were_done(place: Path, small_parts: None) -> None:
    keys = ["/bad", *KEYS, "/worse"]
    source = write_rows(place / "k.parquet", [{"key": key} for key in keys])
    errors = place / "bad.jsonl"
    sink = place / "u.parquet"
    job = job_of(on_error="null")
    interrupted(source, sink, rows=100, job=job, errors=errors)
    assert names(place) == ["k.parquet", "u.parquet.parts"]
    for resumed in (90, 0):
        summary = bulk.sign_file(job, source, sink, errors=errors, resume=True, threads=1)
        assert summary.resumed == resumed
        assert summary.refused_rows == 2
        bad = [json.loads(line) for line in errors.read_text().splitlines()]
        assert [row["row"] for row in bad] == [0, len(keys) - 1]


def test_what_cannot_be_resumed(place: Path) -> None:
    source = source_in(place)
    with pytest.raises(bulk.BulkError, match="cannot be read again"):
        bulk.sign_file(job_of(), "-", place / "u.txt", resume=True)
    with pytest.raises(bulk.BulkError, match="the output is a stream"):
        bulk.sign_file(job_of(), source, "-", resume=True)
    (place / "u.txt.parts").mkdir()
    for state in ("{", "{}", "[]", "7"):
        (place / "u.txt.parts" / "state.json").write_text(state)
        for begin in (
            bulk.started,
            lambda sink: bulk.sign_file(job_of(), source, sink, resume=True),
        ):
            with pytest.raises(bulk.BulkError, match="is damaged; delete its folder"):
                begin(place / "u.txt")
    assert bulk.started(place / "v.txt") is None
    assert bulk.started("-") is None


@pytest.mark.parametrize("sink", SINKS)
@pytest.mark.parametrize("resume", [False, True])
def test_a_full_disk(sink: str, resume: bool, place: Path) -> None:
    keys = [f"{number:04}" for number in range(600)]
    source = place / "k.txt"
    source.write_text("\n".join(keys))
    target = f"{place}/{sink}" + ("" if "." in sink else "/")
    with pytest.raises(OSError, match="File too large") as caught, files_up_to(8192):
        bulk.sign_file(job_of(), source, target, resume=resume)
    assert caught.value.filename == target.rstrip("/")
    shown = TracebackException.from_exception(caught.value, capture_locals=True)
    assert "x-oss-" not in "".join(shown.format())
    left = [f"{sink}.parts"] if resume else []
    assert names(place) == sorted(["k.txt", *left])


def test_times_are_aware(place: Path) -> None:
    interrupted(source_in(place), place / "u.parquet")
    found = bulk.started(place / "u.parquet")
    assert found is not None
    assert found == datetime.fromtimestamp(MOMENT.timestamp(), timezone.utc)
    assert found.tzinfo is not None
