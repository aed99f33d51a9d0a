"""Which Content-Type HTTP clients add by themselves, as the page on clients says."""

from __future__ import annotations

import asyncio
import re
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import aiohttp
import httpx
import pytest
import requests

from ossign_fast import Credentials, Signer
from ossign_fast.server import LocalEndpoint
from support.cli import answer, canned_server
from support.pages import table
from support.tools import needs

Sender = Callable[[str, Path], object]


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def _curl(option: str) -> Sender:
    def send(url: str, file: Path) -> object:
        body = str(file) if option == "--upload-file" else f"@{file}"
        words = ["curl", "--silent", "--noproxy", "*", "--header", "Expect:", option, body, url]
        return subprocess.run(words, check=True, capture_output=True, timeout=60)

    return send


def _requests_file(url: str, file: Path) -> object:
    with file.open("rb") as body:
        return requests.put(url, data=body, timeout=60)


def _httpx(content: bytes | str) -> Sender:
    return lambda url, file: httpx.put(url, content=content, trust_env=False)


def _aiohttp(data: bytes | str | None, **options: list[str]) -> Sender:
    async def put(url: str) -> bytes:
        async with (
            aiohttp.ClientSession(**options) as session,
            session.put(url, data=data) as response,
        ):
            return await response.read()

    return lambda url, file: asyncio.run(put(url))


def _urllib(url: str, file: Path) -> object:
    request = urllib.request.Request(url, data=file.read_bytes(), method="PUT")
    with urllib.request.urlopen(request, timeout=60) as response:
        return response.read()


#: Ways to send a file, or its text, in each row of the table of clients that the tests run.
SENDERS: dict[str, list[Sender]] = {
    "`curl --upload-file` (`-T`)": [_curl("--upload-file")],
    "`curl --data`, `--data-binary`": [_curl("--data"), _curl("--data-binary")],
    "`requests`, `data=` bytes, text or an open file": [
        lambda url, file: requests.put(url, data=file.read_bytes(), timeout=60),
        lambda url, file: requests.put(url, data=file.read_text(), timeout=60),
        _requests_file,
    ],
    "`requests`, `data=` a dict": [
        lambda url, file: requests.put(url, data={"text": file.read_text()}, timeout=60)
    ],
    "`requests`, `json=`": [lambda url, file: requests.put(url, json=file.read_text(), timeout=60)],
    "`httpx`, `content=` bytes or text": [_httpx(b"hello"), _httpx("hello")],
    "`aiohttp`, `data=` bytes, or no body": [_aiohttp(b"hello"), _aiohttp(None)],
    "`aiohttp`, `data=` text": [_aiohttp("hello")],
    '`aiohttp`, `skip_auto_headers=["Content-Type"]`': [
        _aiohttp(body, skip_auto_headers=["Content-Type"]) for body in (b"hello", "hello", None)
    ],
    "`urllib.request`": [_urllib],
}
CLIENTS = dict(table("client"))


def test_every_client_is_tried() -> None:
    assert set(CLIENTS) == set(SENDERS)


@pytest.mark.parametrize(
    ("client", "send"),
    [
        pytest.param(client, send, marks=[needs("curl")] if "curl" in client else [])
        for client, senders in SENDERS.items()
        for send in senders
    ],
)
def test_content_type_of_clients(client: str, send: Sender, tmp_path: Path) -> None:
    file = tmp_path / "hello.txt"
    file.write_text("hello")
    with canned_server(answer("200 OK")) as server:
        send(server.url, file)
    (request,) = server.requests
    sent = re.search(rb"^content-type: *(.*?)\r$", request, re.IGNORECASE | re.MULTILINE)
    assert (f"`{sent[1].decode()}`" if sent else "none") == CLIENTS[client]


KEYS = Credentials("LTAIexample", "example-secret")


@needs("curl")
@pytest.mark.parametrize(
    ("options", "succeeds"),
    [(["-I"], False), (["-r", "0-0", "-D", "-", "-o", "/dev/null"], True)],
    ids=["head", "range"],
)
def test_what_curl_learns_of_an_object_from_a_url_for_get(
    options: list[str], succeeds: bool
) -> None:
    program = next(program for program, _ in table("program") if "`curl -I`" in program)
    advice = dict(table("program"))[program]
    assert succeeds == (f"`curl {' '.join(options)}`" in advice)
    with LocalEndpoint(credentials=KEYS) as endpoint:
        signer = Signer(
            region="cn-hangzhou", bucket="examplebucket", endpoint=endpoint.url, credentials=KEYS
        )
        requests.put(signer.presign("PutObject", "a.txt").url, data=b"hello", timeout=60)
        words = ["curl", "--silent", "--fail", "--noproxy", "*", *options]
        done = subprocess.run(
            [*words, signer.presign("GetObject", "a.txt").url],
            capture_output=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode == 0) == succeeds
    assert (b"content-range: bytes 0-0/5\r\n" in done.stdout.lower()) == succeeds
