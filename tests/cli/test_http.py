"""What `upload` and `download` refuse to send, and how they tell what went wrong."""

from __future__ import annotations

import os
import socket
import time
from pathlib import Path

import pytest

from ossign_fast.cli import main
from support.cli import answer, canned_server, refused, signer_for, url

ERROR_XML = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>AccessDenied</Code><Message>no\n\x1b[31mway</Message><RequestId>65A</RequestId>
<EC>0003-00000001</EC><CanonicalRequest>secret things</CanonicalRequest></Error>"""


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("http_proxy", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("headers", "text"),
    [
        (["--header", "Content-Length: 4"], "Content-Length differs"),
        (["--header", "Transfer-Encoding: chunked"], "leave Transfer-Encoding out"),
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
    "reply",
    [
        answer("200 OK", b"half", length=8),
        b"",
        b"SSH-2.0-OpenSSH\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab",
    ],
    ids=["short", "none", "not-http", "broken-chunk"],
)
def test_broken_answers_leave_nothing(
    reply: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(reply) as server:
        code, errors = refused(capsys, "download", "--url", f"{server.url}/k?x-oss-signature=1")
    assert code == 4
    assert errors.count("\n") == 1
    assert server.url.removeprefix("http://") in errors
    assert list(tmp_path.iterdir()) == []


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


@pytest.mark.parametrize(
    ("words", "code"),
    [(["-o", os.devnull, "--force"], 2), (["-o", "no/such/folder/f"], 4), ([], 2)],
)
def test_impossible_targets(
    words: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with canned_server(answer("200 OK", b"x")) as server:
        target = f"{server.url}/b/{'..' if not words else 'k'}"
        assert refused(capsys, "download", "--url", target, *words)[0] == code


@pytest.mark.parametrize("name", ["%2e%2e", "a%2Fb", "a%00b", "a%5Cb", ""])
def test_names_from_urls_stay_in_the_folder(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = refused(capsys, "download", "--url", f"http://127.0.0.1:9/b/{name}")
    assert code == 2
    assert "the URL does not name one" in errors
