"""`ossign-fast upload` and `download` over real sockets: whole files, readable refusals."""

from __future__ import annotations

import io
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_support import (
    CREDENTIALS,
    REGION,
    SECRET,
    answer,
    canned_server,
    child_environment,
    command,
    run_process,
    signer_for,
)

from ossign_fast import Signer
from ossign_fast.cli import main
from ossign_fast.server import LocalEndpoint

SIZES = (0, 1, 262_143, 262_145, 1_000_003)


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with LocalEndpoint(credentials=CREDENTIALS, region=REGION) as endpoint:
        yield signer_for(endpoint.url)


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "HTTP_PROXY", "OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


def url(signer: Signer, operation: str, key: str = "k", **options: Any) -> str:
    text: str = signer.presign(operation, key, **options).url
    return text


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Runs a command that must fail and returns its exit code and what it told."""
    code = main(list(words))
    output, errors = capsys.readouterr()
    assert output == ""
    assert errors.startswith("ossign-fast: error: ")
    assert "x-oss-signature=" not in errors
    assert SECRET not in errors
    return code, errors


@pytest.mark.parametrize("size", SIZES)
def test_round_trip(
    size: int, signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_bytes(os.urandom(size))
    put = signer.presign(
        "PutObject", f"{size}/\u6d77 .bin", content_type="text/plain", metadata={"note": "\u00fc"}
    )
    headers = [w for k, v in put.signed_headers.items() for w in ("--header", f"{k}: {v}")]
    assert main(["upload", str(source), "--url", put.url, *headers]) == 0
    first, errors = capsys.readouterr()
    assert first.startswith(f"status code: 200, bytes: {size}, etag: ")
    get = url(signer, "GetObject", f"{size}/\u6d77 .bin")
    assert main(["download", "--url", get, "-o", str(target)]) == 0
    assert capsys.readouterr().out.startswith(f"status code: 200, bytes: {size}, file: {target}, ")
    assert errors == ""
    assert target.read_bytes() == source.read_bytes()
    assert sorted(tmp_path.iterdir()) == [source, target]


def test_keys_with_dot_segments_are_sent_as_signed(signer: Signer, tmp_path: Path) -> None:
    (tmp_path / "source").write_bytes(b"dots")
    key = "a/./b/../c"
    assert main(["upload", "source", "--url", url(signer, "PutObject", key)]) == 0
    assert main(["download", "--url", url(signer, "GetObject", key), "-o", "target"]) == 0
    assert (tmp_path / "target").read_bytes() == b"dots"


def test_standard_streams(signer: Signer) -> None:
    data = os.urandom(300_000)
    sent = run_process("upload", "-", "--url", url(signer, "PutObject", "piped"), stdin=data)
    assert (sent.returncode, sent.stderr) == (0, b"")
    got = run_process("download", "--url", url(signer, "GetObject", "piped"), "-o", "-")
    assert (got.returncode, got.stderr) == (0, b"")
    assert got.stdout == data


@pytest.mark.parametrize("data", [b"", b"12345"])
def test_upload_sends_length_and_no_content_type(data: bytes, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(data)
    with canned_server(answer("200 OK")) as server:
        assert main(["upload", "f", "--url", f"{server.url}/b/k?a=%41", "--header", "X-A: 1"]) == 0
    (request,) = server.requests
    head, _, body = request.partition(b"\r\n\r\n")
    lines = head.split(b"\r\n")
    assert lines[0] == b"PUT /b/k?a=%41 HTTP/1.1"
    names = {line.partition(b":")[0].lower() for line in lines[1:]}
    assert b"content-type" not in names
    assert b"transfer-encoding" not in names
    assert f"Content-Length: {len(data)}".encode() in lines
    assert b"X-A: 1" in lines
    assert body == data


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (["--header", "Content-Length: 4"], "Content-Length differs"),
        (["--header", "Transfer-Encoding: chunked"], "Transfer-Encoding"),
        (["--header", "X-A: a\nb"], "HTTP cannot carry"),
        (["--header", "X-A: \udcff"], "not valid text"),
        (["--content-type", "a", "--header", "content-type: b"], "given twice"),
    ],
)
def test_bad_headers(
    headers: list[str], text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    code, errors = refused(capsys, "upload", "f", "--url", "http://127.0.0.1:9/k", *headers)
    assert code == 2
    assert text in errors


@pytest.mark.parametrize(
    ("bad", "text"),
    [
        ("ftp://example.com/k", "http://"),
        ("example.com/k", "http://"),
        ("https:///k", "http://"),
        ("https://example.com:99999/k", "host or port"),
        ("https://[::1/k", "host or port"),
        ("https://user:pw@example.com/k", "user info"),
        ("https://example.com/a#b", "'#'"),
        ("https://example.com/a b", "blanks"),
        ("https://example.com/\u6d77", "ASCII"),
        ("https://a..b/k", "host"),
        ("https://b.example.com/k?x-oss-signature-version=OSS4-HMAC-SHA256", "quote it"),
    ],
)
@pytest.mark.parametrize("verb", [["upload", "f"], ["download"]], ids=["upload", "download"])
def test_bad_urls(
    verb: list[str], bad: str, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(b"12345")
    code, errors = refused(capsys, *verb, "--url", bad)
    assert code == 2
    assert text in errors
    assert errors.count("\n") == 1


def test_expired_urls_are_not_sent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "f").write_bytes(b"x")
    old = time.time() - 120
    with canned_server(answer("200 OK")) as server:
        v4 = url(signer_for(server.url), "PutObject", expires=60, signing_time=old)
        v1 = f"{server.url}/k?OSSAccessKeyId=a&Expires={int(old)}&Signature=c"
        for text in (v4, v1):
            code, errors = refused(capsys, "upload", "f", "--url", text)
            assert (code, "expired at 2" in errors) == (1, True)
            assert refused(capsys, "download", "--url", text)[0] == 1
        fresh = v1.replace(str(int(old)), str(int(old) + 1000))
        assert main(["upload", "f", "--url", fresh]) == 0
        assert main(["upload", "f", "--url", f"{server.url}/k?Expires=1"]) == 0
    assert len(server.requests) == 2


@pytest.mark.parametrize("date", ["x-oss-date=x&x-oss-expires=1", "x-oss-date=20240101T000000Z"])
def test_unreadable_expiry_is_left_to_the_server(date: str, tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"x")
    query = f"x-oss-signature-version=OSS4-HMAC-SHA256&{date}&x-oss-signature=0"
    with canned_server(answer("200 OK")) as server:
        assert main(["upload", "f", "--url", f"{server.url}/k?{query}"]) == 0


def test_missing_content_type_is_explained(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(b"x")
    put = url(signer, "PutObject", content_type="text/plain")
    code, errors = refused(capsys, "upload", "f", "--url", put)
    lines = errors.splitlines()
    assert code == 1
    assert lines[0].endswith("refused the request: HTTP 403")
    assert lines[1] == "  Code: SignatureDoesNotMatch"
    assert lines[2].startswith("  Message: The request signature we calculated does not match")
    assert any(line.startswith("  RequestId: ") for line in lines)
    assert "--header (Content-Type included" in lines[-1]
    assert "CanonicalRequest" not in errors
    assert main(["upload", "f", "--url", put, "--content-type", "text/plain"]) == 0


def test_missing_additional_header_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "f").write_bytes(b"x")
    body = b"<Error><Code>SignatureDoesNotMatch</Code></Error>"
    with canned_server(answer("403 Forbidden", body)) as server:
        put = url(
            signer_for(server.url),
            "PutObject",
            headers={"Cache-Control": "no-store"},
            additional_headers=["cache-control"],
        )
        _, errors = refused(capsys, "upload", "f", "--url", put)
    assert "hint: the URL was signed with cache-control" in errors


def test_missing_object(signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = refused(capsys, "download", "--url", url(signer, "GetObject", "nowhere"))
    assert code == 1
    assert "HTTP 404" in errors
    assert "Code: NoSuchKey" in errors
    assert list(tmp_path.iterdir()) == []


ERROR_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>no\n\x1b[31mway</Message><RequestId>65A</RequestId>
<EC>0003-00000001</EC><CanonicalRequest>secret things</CanonicalRequest></Error>"""


@pytest.mark.parametrize(
    ("reply", "present", "absent"),
    [
        (
            answer("403 Forbidden", ERROR_XML.replace(b"\x1b", b"")),
            ["Code: AccessDenied", "Message: no [31mway", "EC: 0003-00000001", "RequestId: 65A"],
            "secret things",
        ),
        (answer("403 Forbidden", ERROR_XML), ["HTTP 403"], "way"),
        (
            answer("502 Bad Gateway", b"<html>oops", "x-oss-request-id: 77", "x-oss-ec: 1-2"),
            ["HTTP 502", "EC: 1-2", "RequestId: 77"],
            "oops",
        ),
        (
            answer("403 No", b"<!DOCTYPE e [<!ENTITY a 'aaa'>]><Error><Code>&a;</Code></Error>"),
            ["HTTP 403"],
            "aaa",
        ),
        (
            answer("307 Temporary Redirect", b"", "Location: http://127.0.0.1:1/elsewhere"),
            ["HTTP 307", "redirects are not followed"],
            "elsewhere",
        ),
        (answer("304 Not Modified"), ["HTTP 304"], "Code"),
    ],
)
def test_refusals_are_told(
    reply: bytes, present: list[str], absent: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(reply) as server:
        code, errors = refused(capsys, "download", "--url", f"{server.url}/k", "-o", "f")
    assert code == 1
    assert all(text in errors for text in present)
    assert absent not in errors
    assert "\x1b" not in errors
    assert not Path("f").exists()


@pytest.mark.parametrize(
    ("reply", "text"),
    [
        (answer("200 OK", b"half", length=8), ""),
        (b"", ""),
        (b"SSH-2.0-OpenSSH\r\n", ""),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab", ""),
    ],
)
def test_broken_answers_leave_nothing(
    reply: bytes, text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(reply) as server:
        code, errors = refused(capsys, "download", "--url", f"{server.url}/k?x-oss-signature=1")
    assert code == 4
    assert errors.count("\n") == 1
    assert server.url.removeprefix("http://") in errors
    assert list(tmp_path.iterdir()) == []


def test_bytes_are_kept_as_stored(tmp_path: Path) -> None:
    with canned_server(answer("200 OK", b"not gzip", "Content-Encoding: gzip")) as server:
        assert main(["download", "--url", f"{server.url}/b/k.gz"]) == 0
    assert (tmp_path / "k.gz").read_bytes() == b"not gzip"
    assert b"\r\naccept-encoding: identity" in server.requests[0].lower()


def test_no_password_of_netrc_is_sent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login me password hidden\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    with canned_server(answer("200 OK", b"x")) as server:
        assert main(["download", "--url", f"{server.url}/b/k"]) == 0
    assert b"authorization" not in server.requests[0].lower()


def test_nobody_listens(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    code, errors = refused(capsys, "download", "--url", f"http://127.0.0.1:{port}/k")
    assert (code, errors) == (4, f"ossign-fast: error: 127.0.0.1:{port}: Connection refused\n")


def test_silent_server_times_out(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        target = f"http://127.0.0.1:{silent.getsockname()[1]}/k"
        code, errors = refused(capsys, "download", "--url", target, "--timeout", "1s")
    assert code == 4
    assert "no answer in time" in errors


def test_existing_file_is_kept_without_force(
    signer: Signer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").write_bytes(b"new")
    assert main(["upload", "new", "--url", url(signer, "PutObject", "dir/old")]) == 0
    capsys.readouterr()
    get = url(signer, "GetObject", "dir/old")
    old = tmp_path / "old"
    old.write_bytes(b"old")
    code, errors = refused(capsys, "download", "--url", get)
    assert (code, "--force" in errors, old.read_bytes()) == (4, True, b"old")
    link = tmp_path / "link"
    link.symlink_to(old)
    assert main(["download", "--url", get, "-o", str(link), "--force"]) == 0
    assert link.is_symlink()
    assert old.read_bytes() == b"new"
    folder = tmp_path / "folder"
    folder.mkdir()
    assert main(["download", "--url", get, "-o", str(folder)]) == 0
    assert (folder / "old").read_bytes() == b"new"


@pytest.mark.parametrize(
    ("words", "code"),
    [(["-o", os.devnull, "--force"], 2), (["-o", "no/such/folder/f"], 4), ([], 2)],
)
def test_impossible_targets(
    words: list[str], code: int, signer: Signer, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(answer("200 OK", b"x")) as server:
        target = f"{server.url}/b/{'..' if not words else 'k'}"
        assert refused(capsys, "download", "--url", target, *words)[0] == code


@pytest.mark.parametrize("name", ["%2e%2e", "a%2Fb", "a%00b", "a%5Cb", ""])
def test_names_from_urls_stay_in_the_folder(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = refused(capsys, "download", "--url", f"http://127.0.0.1:9/b/{name}")
    assert code == 2
    assert "names no file" in errors


def test_shrinking_file_is_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "f"
    file.write_bytes(bytes(1_000_000))
    from ossign_fast.cli import upload

    monkeypatch.setattr(upload, "_check_length_headers", lambda *_: os.truncate(file, 10))
    with canned_server(answer("200 OK")) as server:
        code, errors = refused(capsys, "upload", "f", "--url", f"{server.url}/k")
    assert code == 4
    assert "became shorter" in errors


class _Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize("terminal", [True, False])
def test_progress_is_drawn_on_a_terminal_only(
    terminal: bool, signer: Signer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "f").write_bytes(bytes(500_000))
    stream = _Terminal() if terminal else io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    assert main(["upload", "f", "--url", url(signer, "PutObject")]) == 0
    assert main(["download", "--url", url(signer, "GetObject"), "-o", "g"]) == 0
    shown = stream.getvalue()
    assert ("100%" in shown and "f:" in shown and "g:" in shown) is terminal
    assert (shown == "") is not terminal


@pytest.mark.skipif(os.name != "posix", reason="signals are those of POSIX")
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_download_leaves_nothing(stop: signal.Signals, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        target = f"http://127.0.0.1:{listener.getsockname()[1]}/big"
        with subprocess.Popen(
            command("download", "--url", target),
            stderr=subprocess.PIPE,
            env=child_environment(),
            cwd=tmp_path,
        ) as process:
            connection, _ = listener.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(answer("200 OK", bytes(1000), length=2000))
                deadline = time.monotonic() + 20
                while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
                    time.sleep(0.02)
                assert [path.suffix for path in tmp_path.iterdir()] == [".part"]
                process.send_signal(stop)
                _, errors = process.communicate(timeout=20)
    assert process.returncode == 130
    assert errors == b"ossign-fast: error: interrupted\n"
    assert list(tmp_path.iterdir()) == []
