"""Answers of a server that is not to be trusted: what is kept as a file, read and shown of them."""

from __future__ import annotations

import gzip
import os
import re
import tracemalloc
from pathlib import Path

import pytest

from ossign_fast import cli
from ossign_fast.cli import main
from support.cli import answer, canned_server, refused

HIDDEN = "\x1b\x9b\x7f\u202e\u2066\u200b\u061c\ufeff\r\n\t"
UNWANTED = re.compile(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u2069]")


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


def download(capsys: pytest.CaptureFixture[str], reply: bytes, *words: str) -> tuple[int, str]:
    with canned_server(reply) as server:
        return refused(capsys, "download", "--url", f"{server.url}/b/k", *words)


@pytest.mark.parametrize(
    ("status", "words", "text"),
    [
        ("206 Partial Content", [], "a part of the object, not the whole (HTTP 206)"),
        ("206 Partial Content", ["-o", "-"], "a part of the object, not the whole (HTTP 206)"),
        ("204 No Content", [], "no object (HTTP 204)"),
        ("202 Accepted", ["--header", "Range: bytes=0-2"], "no object (HTTP 202)"),
    ],
)
def test_what_is_not_the_object_is_not_kept(
    status: str, words: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = b"" if status.startswith("204") else b"abc"
    code, errors = download(capsys, answer(status, body, "Content-Range: bytes 0-2/9"), *words)
    assert (code, errors) == (1, f"ossign-fast: error: the server sent {text}\n")
    assert list(tmp_path.iterdir()) == []


def test_a_range_that_was_asked_for_is_kept(tmp_path: Path) -> None:
    part = answer("206 Partial Content", b"abc", "Content-Range: bytes 0-2/9")
    with canned_server(part) as server:
        words = ["download", "--url", f"{server.url}/b/k", "--header", "range: bytes=0-2"]
        assert main(words) == 0
    assert (tmp_path / "k").read_bytes() == b"abc"


@pytest.mark.parametrize(
    ("lengths", "code"), [("5", 0), ("5, 5", 0), ("6", 4), ("6, 6", 4), ("-5", 0), ("five", 0)]
)
def test_announced_lengths(lengths: str, code: int, tmp_path: Path) -> None:
    lines = "".join(f"Content-Length: {length}\r\n" for length in lengths.split(", "))
    reply = f"HTTP/1.1 200 OK\r\n{lines}Connection: close\r\n\r\nhello".encode()
    with canned_server(reply) as server:
        assert main(["download", "--url", f"{server.url}/b/k"]) == code
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [b"hello"] * (code == 0)


def test_contradicting_lengths_are_a_fault_of_the_server(
    capsys: pytest.CaptureFixture[str],
) -> None:
    reply = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello"
    code, errors = download(capsys, reply)
    assert code == 4
    assert errors.endswith("the headers of its answer contradict each other\n")


@pytest.mark.skipif(os.name != "posix", reason="modes and links are those of POSIX")
class TestReplacedFiles:
    @pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
    def test_force_keeps_the_mode(self, mode: int, tmp_path: Path) -> None:
        target = tmp_path / "k"
        target.write_bytes(b"old")
        target.chmod(mode)
        with canned_server(answer("200 OK", b"new")) as server:
            assert main(["download", "--url", f"{server.url}/b/k", "--force"]) == 0
        assert target.read_bytes() == b"new"
        assert target.stat().st_mode & 0o777 == mode

    def test_a_private_file_is_private_while_it_is_written(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from ossign_fast.cli import download

        copy, modes = download._copy, []

        def spy(*arguments: object) -> int:
            modes.extend(p.stat().st_mode & 0o777 for p in tmp_path.iterdir() if p.suffix)
            return copy(*arguments)  # type: ignore[arg-type]

        monkeypatch.setattr(download, "_copy", spy)
        (tmp_path / "k").touch(mode=0o600)
        with canned_server(answer("200 OK", b"new")) as server:
            assert main(["download", "--url", f"{server.url}/b/k", "--force"]) == 0
        assert modes == [0o600]

    def test_a_new_file_has_the_usual_mode(self, tmp_path: Path) -> None:
        with canned_server(answer("200 OK", b"new")) as server:
            assert main(["download", "--url", f"{server.url}/b/k"]) == 0
        (tmp_path / "usual").touch()
        assert (tmp_path / "k").stat().st_mode == (tmp_path / "usual").stat().st_mode

    @pytest.mark.parametrize("target", ["loop", "loop/k", "no/such/k"])
    def test_the_target_at_fault_is_named(
        self, target: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "loop").symlink_to("loop")
        code, errors = download(capsys, answer("200 OK", b"x"), "-o", target)
        reason = "Too many levels of symbolic links" if "loop" in target else "No such file"
        assert code == 4
        assert errors.startswith(f"ossign-fast: error: {target}: {reason}")
        assert errors.count("\n") == 1


def xml(message: str, start: str = "") -> str:
    return f"{start}<Error><Code>AccessDenied</Code><Message>{message}</Message></Error>"


DTD = "<!DOCTYPE e [<!ENTITY a 'EXPANDED'>]>"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [("utf-8", "utf-8"), ("utf-16", "utf-16"), ("utf-16-be", "utf-16"), ("utf-7", "utf-7")],
)
def test_no_entity_is_expanded_in_any_encoding(
    encoding: str, declared: str, capsys: pytest.CaptureFixture[str]
) -> None:
    text = xml("&a;", f'<?xml version="1.0" encoding="{declared}"?>{DTD}')
    body = text.encode(encoding)
    if encoding == "utf-7":  # what a decoder of UTF-7 takes for "<!"
        body = body.replace(b"<!", b"+ADwAIQ-")
    code, errors = download(capsys, answer("403 Forbidden", body))
    assert (code, "EXPANDED" in errors, "HTTP 403" in errors) == (1, False, True)
    assert "Message" not in errors


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
def test_compressed_reasons_are_read(encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    import zlib

    squeeze = gzip.compress if encoding == "gzip" else zlib.compress
    reply = answer("403 Forbidden", squeeze(xml("no").encode()), f"Content-Encoding: {encoding}")
    assert "Message: no" in download(capsys, reply)[1]


@pytest.mark.parametrize("body", [b"not gzip", b"", b"\x1f\x8b"])
def test_reasons_that_cannot_be_read(body: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = download(capsys, answer("403 Forbidden", body, "Content-Encoding: gzip"))
    assert (code, errors.count("\n")) == (1, 1)


def test_error_bodies_take_little_memory(capsys: pytest.CaptureFixture[str]) -> None:
    bomb = gzip.compress(b"<Error><Message>" + bytes(60_000_000), 9)
    download(capsys, answer("403 Forbidden"))  # loads what is loaded once
    tracemalloc.start()
    try:
        assert download(capsys, answer("403 Forbidden", bomb, "Content-Encoding: gzip"))[0] == 1
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


def test_reasons_cannot_steer_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    message = "".join(f"&#x{ord(c):x};" for c in HIDDEN if c >= " " or c in "\r\n\t")
    headers = ("x-oss-request-id: 6\x9b2J", "x-oss-ec: 0\x1b]0;title\x07", "ETag: \x1b[31m")
    reply = answer("403 Forbidden", xml(f"{message}end").encode(), *headers)
    code, errors = download(capsys, reply)
    assert code == 1
    assert UNWANTED.search(errors) is None
    assert r"Message: \x9b\x7f\u202e\u2066\u200b\u061c\ufeff end" in errors
    assert r"EC: 0\x1b]0;title\x07" in errors
    Path("f").touch()
    with canned_server(answer("200 OK", b"", *headers)) as server:
        assert main(["upload", "f", "--url", f"{server.url}/b/k"]) == 0
    output, _ = capsys.readouterr()
    assert UNWANTED.search(output) is None
    assert r"etag: \x1b[31m" in output


def test_everything_is_printed_through_one_module() -> None:
    writes = re.compile(r"\bprint\(|std(out|err)\.write\(")
    assert cli.__file__ is not None
    modules = sorted(Path(cli.__file__).parent.glob("*.py"))
    assert [path.name for path in modules if writes.search(path.read_text())] == ["_output.py"]
