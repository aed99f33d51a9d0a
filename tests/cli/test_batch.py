"""`ossign-fast batch`: options, pipes, what it tells, exit codes."""

from __future__ import annotations

import io
import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ossign_fast import bulk
from ossign_fast.bulk import Progress
from ossign_fast.cli import _rows, main
from support.bulk import read_rows, write_rows
from support.cli import (
    BUCKET,
    CREDENTIALS,
    ENVIRONMENT,
    ID,
    REGION,
    SECRET,
    TARGET,
    child_environment,
    command,
    refused,
    run_process,
)  # fmt: skip
from support.oracle import presign as oracle_presign
from support.tools import needs


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)


def signed_as(url: str, operation: str, key: str, **case: Any) -> bool:
    """Returns whether the oracle makes the same URL at the same second."""
    date = url.partition("x-oss-date=")[2][:16]
    moment = f"{date[:4]}-{date[4:6]}-{date[6:11]}:{date[11:13]}:{date[13:15]}Z"
    plain = {
        "op": operation, "bucket": BUCKET, "region": REGION, "access_key_id": ID,
        "access_key_secret": SECRET, "signing_time": moment, "key": key,
    }  # fmt: skip
    return url == oracle_presign({**plain, **case}).url


def batch(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Runs the command, which must succeed; returns what it told."""
    assert main(["batch", *words, *TARGET]) == 0
    output, errors = capsys.readouterr()
    assert output == ""
    assert SECRET not in errors
    return errors


def test_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = write_rows(tmp_path / "k.csv", [{"id": "a b", "ttl": "60"}, {"id": "", "ttl": "70"}])
    sink = tmp_path / "u.jsonl"
    told = batch(
        capsys, "GetObject", str(source), "-o", str(sink), "--key-column", "id",
        "--column", "expires=ttl", "--select", "ttl,id", "--url-column", "link",
    )  # fmt: skip
    first, second = read_rows(sink)
    assert signed_as(first.pop("link"), "GetObject", "a b", expires_seconds=60)
    assert first == {"ttl": "60", "id": "a b"}
    assert second == {"ttl": "70", "id": None, "link": None}
    assert told.startswith("ossign-fast: 2 rows, 1 signed, 1 without a key; 0:0")
    assert told.endswith(" rows/s\n")


def test_parts_of_uploads(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    source = write_rows(tmp_path / "k.csv", [{"key": "big", "part": n} for n in (1, 2)])
    sink = tmp_path / "u.txt"
    words = ["--option", "upload_id=u", "--column", "part_number=part", "--quiet"]
    assert batch(capsys, "UploadPart", str(source), "-o", str(sink), *words) == ""
    for number, row in enumerate(read_rows(sink), 1):
        query = {"partNumber": str(number), "uploadId": "u"}
        assert signed_as(row["url"], "UploadPart", "big", query=query)


def test_everything_that_can_differ(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    row = {
        "key": "a",
        "type": "text/plain",
        "who": "me",
        "md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "v": "1",
    }
    source = write_rows(tmp_path / "k.jsonl", [row])
    sink = tmp_path / "u.jsonl"
    columns = ("content-type=type", "metadata.author=who", "header.Content-MD5=md5", "query.v=v")
    told = batch(
        capsys, "PutObject", str(source), "-o", str(sink),
        *(word for column in columns for word in ("--column", column)),
    )  # fmt: skip
    headers = {"Content-Type": "text/plain", "x-oss-meta-author": "me", "Content-MD5": row["md5"]}
    (found,) = read_rows(sink)
    assert signed_as(found["url"], "PutObject", "a", headers=headers, query={"v": "1"})
    assert "has to send the signed headers: Content-MD5, Content-Type, x-oss-meta-author" in told


def test_filters_and_bad_rows(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    keys = ["a.jpg", "b.txt", "x/c.jpg", "/d.jpg", "old/e.jpg"]
    source = write_rows(tmp_path / "k.parquet", [{"key": key} for key in keys])
    bad = tmp_path / "bad.jsonl"
    told = batch(
        capsys, "GetObject", str(source), "-o", str(tmp_path / "u.csv"), "--exclude", "/old/**",
        "--include", "*.jpg", "--suffix", ".jpg", "--on-error", "null", "--errors", str(bad),
    )  # fmt: skip
    rows = read_rows(tmp_path / "u.csv")
    assert [row["key"] for row in rows] == ["a.jpg", "x/c.jpg", "/d.jpg"]
    assert "5 rows, 2 signed, 2 left out, 1 refused; " in told
    assert "  1 refused: key: starts with '/' or '\\'; drop it\n" in told
    assert json.loads(bad.read_text())["row"] == 3


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["GetObject", "{k}", "-o", "{d}/u.csv", "--errors", "x"], 2, "--errors: give"),
        (["GetObject", "{k}", "-o", "{d}/u.csv", "--threads", "0"], 2, "--threads: must be"),
        (["GetObject", "{k}", "-o", "{d}/u.csv", "--column", "x=y"], 2, "--column: x is no"),
        (["GetObject", "{k}", "-o", "{d}/u.csv", "--column", "query.=y"], 2, "--column: query. is"),
        (["UploadPart", "{k}", "--option", "upload_id=u"], 2,
         "--option part_number: is missing; UploadPart needs it; where it differs from row to row"),
        (["PutObject", "{k}", "--column", "acl=a", "--option", "acl=b"], 2, "--column: acl is"),
        (["Get", "{k}"], 2, "operation "),
        (["ListObjects", "{k}"], 2, "operation ListObjects has no keys"),
        (["GetObject", "{d}/none.csv"], 4, "{d}/none.csv: No such file"),
        (["GetObject", "{d}/*.nix"], 2, "{d}/*.nix: fits no file"),
        (["GetObject", "{d}/k.dat"], 2, "{d}/k.dat: its name tells no format; give --input-format"),
        (["GetObject", "{k}", "-o", "{d}/u"], 2, "{d}/u: its name tells no format; give --format"),
        (["GetObject", "{k}", "--format", "xml"], 2, "--format: 'xml' is no format; give parquet"),
        (["GetObject", "{k}", "--key-column", "x"], 2, "{k}: column 'x' is missing; there"),
        (["GetObject", "{two}"], 2, "{two}: which column holds the keys? name one of"),
        (["GetObject", "{bad}"], 4, "{bad}: row 0: Expected 2 columns, got 1"),
        (["GetObject", "{k}", "--key-encoding", "url"], 2,
         "{k}: row 0: key: is not URL-encoded; choose --key-encoding plain if"),
        (["GetObject", "{k}", "-o", "-", "--resume"], 2, "--resume: the output is a st"),
        (["GetObject", "{k}", "--expires", "8d"], 2, "--expires: must be 1..604800"),
        (["GetObject", "{k}", "--on-error", "skip"], 2, "--on-error: must be raise or null"),
        (["GetObject"], 2, "SOURCE: is missing"),
    ],
)  # fmt: skip
def test_wrong_usage(
    words: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    names = {"d": str(tmp_path)}
    for name, text in (("k", "key\n100%x\n"), ("two", "a,b\n"), ("bad", "key,b\na\n")):
        path = tmp_path / f"{name}.csv"
        path.write_text(text)
        names[name] = str(path)
    (tmp_path / "k.dat").touch()
    before = sorted(tmp_path.iterdir())
    result, errors = refused(capsys, "batch", *(word.format(**names) for word in words), *TARGET)
    assert errors.startswith(f"ossign-fast: error: {said.format(**names)}")
    assert result == code
    assert errors.count("\n") == 1
    assert sorted(tmp_path.iterdir()) == before


def test_a_missing_access_key(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("OSS_ACCESS_KEY_SECRET")
    source = write_rows(tmp_path / "k.txt", [{"key": "a"}])
    code, _ = refused(capsys, "batch", "GetObject", str(source), *TARGET)
    assert code == 3


@pytest.mark.parametrize(
    ("words", "data"),
    [
        ([], b"a b\r\nc\n"),
        (["--input-format", "csv", "--format", "csv", "--keep", ""], b"key\na b\nc\n"),
        (["--input-format", "jsonl"], b'{"key":"a b"}\n{"key":"c"}\n'),
        (["--input-format", "arrow"], None),
        (["--input-format", "parquet"], None),
    ],
)
def test_pipes(words: list[str], data: bytes | None, tmp_path: Path) -> None:
    if data is None:
        rows = [{"key": "a b"}, {"key": "c"}]
        data = write_rows(tmp_path / f"k.{words[1]}", rows).read_bytes()
    done = run_process("batch", "GetObject", "-", "-o", "-", *words, *TARGET, stdin=data)
    assert done.returncode == 0, done.stderr
    urls = done.stdout.decode().replace('"', "").splitlines()[-2:]
    assert [signed_as(url, "GetObject", key) for url, key in zip(urls, ("a b", "c"), strict=True)]
    assert all(map(signed_as, urls, ["GetObject"] * 2, ["a b", "c"]))


@pytest.mark.parametrize("form", ["parquet", "arrow", "csv.gz", "jsonl.zst"])
def test_tables_on_standard_output(form: str, tmp_path: Path) -> None:
    done = run_process("batch", "GetObject", "-", "--format", form, *TARGET, stdin=b"a\nb\n")
    path = tmp_path / f"u.{form}"
    path.write_bytes(done.stdout)
    assert all(signed_as(row["url"], "GetObject", row["key"]) for row in read_rows(path))
    assert len(read_rows(path)) == 2


def held(*words: str) -> subprocess.Popen[bytes]:
    """Starts a job that waits for more of standard input."""
    pipe = subprocess.PIPE
    process = subprocess.Popen(
        command("batch", "GetObject", "-", *words, *TARGET),
        stdin=pipe, stdout=pipe, stderr=pipe, env=child_environment(),
    )  # fmt: skip
    assert process.stdin is not None
    process.stdin.write(b"key\n" * 750_000)
    process.stdin.flush()
    return process


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_interrupted(how: signal.Signals, tmp_path: Path) -> None:
    with held("-o", str(tmp_path / "u.txt"), "--quiet") as process:
        assert sorted(path.suffix for path in tmp_path.iterdir()) == [".tmp"]
        process.send_signal(how)
        _, errors = process.communicate(timeout=60)
    assert (process.returncode, errors) == (130, b"ossign-fast: error: interrupted\n")
    assert list(tmp_path.iterdir()) == []


@needs("bash")
def test_the_reader_goes_away() -> None:
    words = shlex.join(command("batch", "GetObject", "-", *TARGET))
    script = f"yes key | head -n 1000000 | {words} | head -n 1; echo ${{PIPESTATUS[2]}}"
    done = subprocess.run(
        ["bash", "-c", script],
        capture_output=True, env=child_environment(), timeout=120, check=False,
    )  # fmt: skip
    url, code = done.stdout.decode().splitlines()
    assert signed_as(url, "GetObject", "key")
    assert (code, done.stderr) == ("141", b"")


def test_a_full_disk(tmp_path: Path) -> None:
    source = tmp_path / "k.txt"
    source.write_text("key\n" * 1000)
    script = (
        "import resource, sys; from ossign_fast.cli import main; "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (9999, 9999)); sys.exit(main(sys.argv[1:]))"
    )
    sink = tmp_path / "u.csv"
    words = ["batch", "GetObject", str(source), "-o", str(sink), *TARGET]
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        capture_output=True, text=True, env=child_environment(), timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (
        4, f"ossign-fast: error: {sink}: File too large\n",
    )  # fmt: skip
    assert list(tmp_path.iterdir()) == [source]


def test_resumed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ossign_fast.bulk import _limits

    for limit in ("PART_ROWS", "PIECE_ROWS", "BATCH_ROWS"):
        monkeypatch.setattr(_limits, limit, 2)
    source = write_rows(tmp_path / "k.txt", [{"key": f"k{n}"} for n in range(9)])
    sink = tmp_path / "u.txt"
    words = ["GetObject", str(source), "-o", str(sink), "--resume"]

    def stop(self: object, progress: Progress) -> None:
        if progress.rows > 4:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(_rows.RowProgress, "__call__", stop)
        assert main(["batch", *words, *TARGET]) == 130
    capsys.readouterr()
    begun = bulk.started(sink)
    assert begun is not None
    told = batch(capsys, *words)
    assert "9 rows, 9 signed, 4 of them done before; " in told
    rows = [row["url"] for row in read_rows(sink)]
    assert all(map(signed_as, rows, ["GetObject"] * 9, [f"k{n}" for n in range(9)]))
    assert len({url.partition("x-oss-date=")[2][:16] for url in rows}) == 1
    assert f"{begun:%Y%m%dT%H%M%SZ}" in rows[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["k.txt", "u.txt"]


def test_urls_that_ran_out_meanwhile(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ossign_fast import Signer

    source = write_rows(tmp_path / "k.txt", [{"key": "a"}])
    sink = tmp_path / "u.txt"
    signer = Signer(region=REGION, bucket=BUCKET, credentials=CREDENTIALS)
    job = signer.job("GetObject", signing_time=1_700_000_000)

    def stop(progress: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        bulk.sign_file(job, source, sink, progress=stop, resume=True)
    code, errors = refused(
        capsys, "batch", "GetObject", str(source), "-o", str(sink), "--resume", *TARGET
    )
    assert code == 2
    assert "--resume: the URLs of the job that was broken off ran out at 2023-11-14 22:28" in errors
    assert f"delete {sink}.parts to begin anew" in errors


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_bar_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    with _rows.RowProgress(quiet=False) as progress:
        progress(Progress(1000, 4000, 0.25))
        progress(Progress(2000, None, 0.5))
        assert progress._bar.total == 4000
        progress._bar.refresh()
    text = terminal.getvalue()
    assert "2.00k/4.00k" in text
    assert "rows/s" in text


def test_lines_in_a_log(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    clock = iter([0.0, 1.0, 20.0, 20.0, 20.0, 21.0, 31.0, 31.0, 31.0])
    monkeypatch.setattr(_rows, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    with _rows.RowProgress(quiet=False) as progress:
        for rows in (10, 2000, 2100, 3100):
            progress(
                Progress(rows, 10_000, rows / 10_000) if rows < 3000 else Progress(rows, None, None)
            )
    assert capsys.readouterr().err == (
        "ossign-fast: 2,000 rows, 100 rows/s, 20%, 1:20 left\nossign-fast: 3,100 rows, 100 rows/s\n"
    )


def test_many_causes(capsys: pytest.CaptureFixture[str]) -> None:
    refused_rows = {f"key: cause {number}": 1 for number in range(12)}
    summary = bulk.Summary(rows=12, refused=refused_rows, seconds=1.0)
    _rows.tell_summary(summary, SimpleNamespace(signed_headers={}))
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "ossign-fast: 12 rows, 0 signed, 12 refused; 0:01, 12 rows/s"
    assert lines[-1] == "  and 2 more causes"
    assert len(lines) == 12


def test_causes_name_options_of_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = write_rows(tmp_path / "k.csv", [{"key": "100%"}])
    sink = str(tmp_path / "u.csv")
    words = ["GetObject", str(source), "-o", sink, "--key-encoding", "url", "--on-error", "null"]
    told = batch(capsys, *words)
    assert "1 refused: key: is not URL-encoded; choose --key-encoding plain if" in told
