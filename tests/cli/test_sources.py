"""Where `upload` and `download` have their URL from, and which texts they refuse as one."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from ossign_fast import Signer
from ossign_fast.cli import main
from ossign_fast.cli._source import VARIABLE
from ossign_fast.server import LocalEndpoint
from support.cli import (
    CREDENTIALS,
    ENVIRONMENT,
    REGION,
    TARGET,
    answer,
    canned_server,
    refused,
    run_process,
    signer_for,
)


@pytest.fixture(scope="module")
def signer() -> Iterator[Signer]:
    with LocalEndpoint(credentials=CREDENTIALS, region=REGION) as endpoint:
        yield signer_for(endpoint.url)


@pytest.fixture(autouse=True)
def working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "f").write_bytes(b"12345")
    for name in ("http_proxy", "HTTP_PROXY", VARIABLE):
        monkeypatch.delenv(name, raising=False)


def give(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    """Makes `data` the standard input."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


@pytest.mark.parametrize("source", ["--url", "--url -", "--url-file", "--url-file -", VARIABLE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_sources_of_a_url(
    source: str, encoding: str, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = signer.presign("PutObject", "k").url
    words = source.split()
    if source == VARIABLE:
        monkeypatch.setenv(VARIABLE, url)
        words = []
    elif source.endswith("-"):
        give(monkeypatch, f"{url}\r\n".encode(encoding))
    else:
        Path("url").write_bytes(f"{url}\n".encode(encoding))
        words.append(url if source == "--url" else "url")
    assert main(["upload", "f", *words]) == 0


def test_an_option_goes_before_the_variable(
    signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, "http://127.0.0.1:9/k")
    assert main(["upload", "f", "--url", signer.presign("PutObject", "k").url]) == 0


def presign_json(url: str, operation: str, *words: str) -> bytes:
    place = [*TARGET, "--endpoint", url, "--key", "k"]
    done = run_process("presign", operation, *place, *words, "--json", environment=ENVIRONMENT)
    assert done.returncode == 0
    return done.stdout


def test_requests_are_piped_from_one_command_to_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with LocalEndpoint(credentials=CREDENTIALS, region=REGION) as endpoint:
        words = ["--content-type", "text/plain", "--option", "metadata.note=\u6d77"]
        put = presign_json(
            endpoint.url, "PutObject", *words, "--option", "content_disposition=inline"
        )
        sent = run_process("upload", "f", "--request", "-", stdin=put, environment={})
        assert (sent.returncode, sent.stderr) == (0, b"")
        give(monkeypatch, presign_json(endpoint.url, "GetObject"))
        assert main(["download", "--request", "-", "-o", "g"]) == 0
        head = signer_for(endpoint.url).presign("HeadObject", "k")
        stored = requests.head(head.url, timeout=10).headers
    assert stored["x-oss-meta-note"].encode("latin-1").decode() == "\u6d77"
    assert stored["Content-Disposition"] == "inline"  # sent though it is not signed
    assert Path("g").read_bytes() == b"12345"


def request(**fields: object) -> str:
    Path("r.json").write_text(
        json.dumps({"method": "PUT", "url": "http://127.0.0.1:9/k", "signed_headers": {}} | fields)
    )
    return "r.json"


def test_the_method_is_that_of_the_request() -> None:
    with canned_server(answer("200 OK")) as server:
        name = request(method="POST", url=f"{server.url}/k")
        assert main(["upload", "f", "--request", name]) == 0
    assert server.requests[0].startswith(b"POST /k ")


def test_headers_of_the_request_and_of_the_command_line_are_sent() -> None:
    headers = {"Content-Type": "text/plain", "x-oss-meta-a": "1"}
    with canned_server(answer("200 OK")) as server:
        name = request(url=f"{server.url}/k", signed_headers=headers)
        words = ["--header", "content-type: text/plain", "--header", "X-B: 2"]
        assert main(["upload", "f", "--request", name, *words]) == 0
    (sent,) = server.requests
    lines = sent.lower().split(b"\r\n")
    for line in (b"content-type: text/plain", b"x-oss-meta-a: 1", b"x-b: 2"):
        assert lines.count(line) == 1


def test_unsigned_headers_are_sent_where_they_are_told() -> None:
    with canned_server(answer("200 OK")) as server:
        headers = {"Cache-Control": "no-cache"}
        assert (
            main(["upload", "f", "--request", request(url=f"{server.url}/k", headers=headers)]) == 0
        )
    assert b"\r\ncache-control: no-cache" in server.requests[0].lower()


@pytest.mark.parametrize(
    ("fields", "words", "text"),
    [
        ({"method": "DELETE"}, [], "--request: is for DELETE, which this command does not send"),
        ({"method": "GET"}, [], "(it sends PUT or POST)"),
        ({"url": None}, [], "is not what `ossign-fast presign --json` prints"),
        ({"method": 1}, [], "is not what `ossign-fast presign --json` prints"),
        ({"signed_headers": []}, [], "is not what `ossign-fast presign --json` prints"),
        ({"signed_headers": {"a": 1}}, [], "is not what `ossign-fast presign --json` prints"),
        ({"url": "k"}, [], "--request: is not a URL"),
        (
            {"signed_headers": {"Content-Type": "a/b"}},
            ["--content-type", "c/d"],
            "--header Content-Type: contradicts the header of --request",
        ),
        ({}, ["--url", "http://127.0.0.1:9/k"], "--url: cannot be given together with --request"),
    ],
)
def test_bad_requests(
    fields: dict[str, object], words: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, errors = refused(capsys, "upload", "f", "--request", request(**fields), *words)
    assert (code, errors.count("\n")) == (2, 1)
    assert text in errors


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'"x"', b"[" * 100_000, b"\xff\xff", b"x" * 300_000]
)
@pytest.mark.parametrize("option", ["--request", "--url-file"])
def test_files_that_hold_something_else(
    data: bytes, option: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("x").write_bytes(data)
    code, errors = refused(capsys, "upload", "f", option, "x")
    assert (code, errors.count("\n")) == (2, 1)
    assert errors.startswith(f"ossign-fast: error: {option}: is ")


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        ([], 2, f"no URL: give --url, --url-file or --request, or set {VARIABLE}"),
        (["--url-file", "nowhere"], 4, "nowhere: No such file or directory"),
        (["--request", "nowhere"], 4, "nowhere: No such file or directory"),
    ],
)
def test_no_source(
    words: list[str], code: int, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert refused(capsys, "download", *words) == (code, f"ossign-fast: error: {text}\n")


@pytest.mark.parametrize("words", [["--url", "-"], ["--url-file", "-"], ["--request", "-"]])
def test_standard_input_is_read_once(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    code, errors = refused(capsys, "upload", "-", *words)
    assert (code, "FILE and the URL cannot both come" in errors) == (2, True)


URL = "https://b.example.com/k?x-oss-date=1&x-oss-expires=1"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (URL.replace("&", "&amp;"), "holds '&amp;', which is how HTML spells '&'"),
        (URL.replace("&", "&#38;"), "holds '&#38;', which is how HTML spells '&'"),
        (URL.replace("&", r"\u0026"), r"holds '\u0026', which is how JSON spells '&'"),
        (URL.replace("&", r"\&").replace("?", r"\?"), "holds a backslash"),
        (f"method: GET, expiration: 1, url: {URL}", "take that of `presign --url-only`"),
        (json.dumps({"method": "GET", "url": URL}), "is JSON; give it with --request"),
        (f"{URL}\n{URL}", "give one URL"),
        (f"'{URL}'", "is not a URL"),
    ],
)
@pytest.mark.parametrize("source", ["--url", "--url-file"])
def test_what_is_pasted_for_a_url_is_told_as_what_it_is(
    text: str, told: str, source: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("url").write_text(text)
    words = [source, text if source == "--url" else "url"]
    code, errors = refused(capsys, "download", *words)
    assert (code, errors.count("\n")) == (2, 1)
    assert errors.startswith(f"ossign-fast: error: {source}: ")
    assert told in errors
    assert "example.com" not in errors
