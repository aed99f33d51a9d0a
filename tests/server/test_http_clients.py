"""Presigned URLs through HTTP clients, each of which writes them in its own way."""

from __future__ import annotations

import asyncio
import http.client
import http.server
import io
import shutil
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import httpx
import pytest
import requests
import urllib3
from fsspec.implementations.http import HTTPFileSystem

from ossign_fast import Signer
from ossign_fast.server import LocalEndpoint
from support.http import KNOWN, WITH_TOKEN, signer_for

KEY = "dir//it's (1) @ a+b%41~!:,;$&=é中\x7f.txt"
KIND = "text/plain;charset=UTF-8"
Sent = tuple[int, bytes]
Client = Callable[[str, str, Mapping[str, str], bytes | None], Sent]


def by_requests(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    answer = requests.request(method, url, headers=headers, data=data, timeout=10)
    return answer.status_code, answer.content


def by_httpx(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    answer = httpx.request(method, url, headers=headers, content=data, timeout=10)
    return answer.status_code, answer.content


def by_aiohttp(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    async def send() -> Sent:
        async with (
            aiohttp.ClientSession() as session,
            session.request(method, url, headers=headers, data=data) as answer,
        ):
            return answer.status, await answer.read()

    return asyncio.run(asyncio.wait_for(send(), 10))


def by_urllib3(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    with urllib3.PoolManager() as pool:
        answer = pool.request(method, url, headers=headers, body=data, timeout=10)
        return answer.status, answer.data


def by_urllib(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    request = urllib.request.Request(url, data=data, headers=dict(headers), method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return answer.status, answer.read()


def by_http_client(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    place = urlsplit(url)
    with closing(http.client.HTTPConnection(place.netloc, timeout=10)) as connection:
        connection.request(method, f"{place.path}?{place.query}", data, dict(headers))
        answer = connection.getresponse()
        return answer.status, answer.read()


def by_pycurl(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    pycurl = pytest.importorskip("pycurl", reason="pycurl is in the extra clients")
    received = io.BytesIO()
    with closing(pycurl.Curl()) as curl:
        curl.setopt(pycurl.URL, url)
        curl.setopt(pycurl.TIMEOUT, 10)
        curl.setopt(pycurl.HTTPHEADER, [f"{name}: {value}" for name, value in headers.items()])
        curl.setopt(pycurl.WRITEDATA, received)
        if data is not None:
            assert method == "PUT"
            curl.setopt(pycurl.UPLOAD, 1)
            curl.setopt(pycurl.INFILESIZE, len(data))
            curl.setopt(pycurl.READDATA, io.BytesIO(data))
        curl.perform()
        return curl.getinfo(pycurl.RESPONSE_CODE), received.getvalue()


def by_curl(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    command = shutil.which("curl")
    if command is None:
        pytest.skip("curl is not on this machine")
    words = [word for pair in headers.items() for word in ("--header", ": ".join(pair))]
    words += [] if data is None else ["--upload-file", "-"]
    words += ["--silent", "--max-time", "10", "--write-out", "%{http_code}", "--request", method]
    done = subprocess.run([command, *words, url], input=data, capture_output=True, check=True)
    return int(done.stdout[-3:]), done.stdout[:-3]


def by_fsspec(method: str, url: str, headers: Mapping[str, str], data: bytes | None) -> Sent:
    async def send() -> Sent:
        files = HTTPFileSystem(
            asynchronous=True, loop=asyncio.get_running_loop(), skip_instance_cache=True
        )
        session = await files.set_session()
        async with session:
            if data is None:
                return 200, await files._cat_file(url)
            upload = io.BytesIO(data)
            async with session.request(
                method, files.encode_url(url), data=upload, headers=headers
            ) as answer:
                return answer.status, await answer.read()

    return asyncio.run(asyncio.wait_for(send(), 10))


CLIENTS: list[Client] = [
    by_requests,
    by_httpx,
    by_aiohttp,
    by_urllib3,
    by_urllib,
    by_http_client,
    by_pycurl,
    by_curl,
    by_fsspec,
]
RESPELLING = {by_aiohttp, by_fsspec}
DOTTED = ["a/./b/../c.txt", "dir/..", "./é ~.txt", "a/b/./"]
#: Clients that resolve "." and "..", in this spelling or another: those that parse URLs anew.
RESOLVING = set(CLIENTS) - {by_urllib, by_http_client}


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture(scope="module")
def endpoint() -> Iterator[LocalEndpoint]:
    with LocalEndpoint(credentials=KNOWN, timeout=5) as running:
        yield running


def signer_of(endpoint: LocalEndpoint, version: str) -> Signer:
    return signer_for(endpoint.url, WITH_TOKEN, bucket="examplebucket", signature_version=version)


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("send", CLIENTS)
def test_upload_and_download(endpoint: LocalEndpoint, send: Client, version: str) -> None:
    signer, data = signer_of(endpoint, version), send.__name__.encode() + version.encode()
    put = signer.presign("PutObject", KEY, content_type=KIND, metadata={"who": "me"})
    assert send(put.method, put.url, put.signed_headers, data) == (200, b"")
    get = signer.presign(
        "GetObject",
        KEY,
        response_content_disposition='attachment; filename="a b+c*\'.txt"',
        response_content_type="text/x;a=b/c@d",
    )
    assert send(get.method, get.url, {}, None) == (200, data)


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("send", CLIENTS)
def test_keys_with_dot_segments_arrive(endpoint: LocalEndpoint, send: Client, version: str) -> None:
    signer = signer_of(endpoint, version)
    for key in DOTTED:
        put = signer.presign("PutObject", key, content_type=KIND)
        assert send(put.method, put.url, put.signed_headers, key.encode()) == (200, b"")
    urls = signer.presign_many("GetObject", DOTTED)
    for key, url in zip(DOTTED, urls, strict=True):
        assert send("GET", url, {}, None) == (200, key.encode())


def wire_target(send: Client, url: str) -> str:
    """Returns the request target that a client makes of `url`."""
    targets: list[str] = []

    class Recorder(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            targets.append(self.requestline.split(" ")[1])
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Recorder) as server:
        server.timeout = 10
        thread = threading.Thread(target=server.handle_request, daemon=True)
        thread.start()
        place = urlsplit(url)
        send("GET", f"http://127.0.0.1:{server.server_port}{place.path}?{place.query}", {}, None)
        thread.join(10)
    return targets[0]


@pytest.mark.parametrize("send", CLIENTS)
def test_who_respells(endpoint: LocalEndpoint, send: Client) -> None:
    """The cases above prove something only while some client respells, and others do not."""
    url = signer_of(endpoint, "v4").presign("GetObject", KEY).url
    as_signed = wire_target(send, url) == url.removeprefix(endpoint.url)
    assert as_signed == (send not in RESPELLING)


@pytest.mark.parametrize("send", CLIENTS)
def test_who_resolves_dot_segments(endpoint: LocalEndpoint, send: Client) -> None:
    url = signer_of(endpoint, "v4").presign("GetObject", DOTTED[0]).url
    path, _, query = url.removeprefix(endpoint.url).partition("?")
    assert path == "/examplebucket/a%2F.%2Fb%2F..%2Fc.txt"
    assert wire_target(send, url).partition("?")[0] == path
    plain = path.replace("%2F", "/")
    is_kept = wire_target(send, f"{endpoint.url}{plain}?{query}").startswith(f"{plain}?")
    assert is_kept == (send not in RESOLVING)


def test_one_spelling_on_demand() -> None:
    with LocalEndpoint(credentials=KNOWN, timeout=5, strict_bytes=True) as endpoint:
        signer = signer_of(endpoint, "v4")
        put = signer.presign("PutObject", "a.txt", content_type=KIND)
        status, text = by_aiohttp("PUT", put.url, put.signed_headers, b"x")
        assert (status, b"<Code>InvalidArgument</Code>" in text) == (400, True)
        assert by_requests("PUT", put.url, put.signed_headers, b"x")[0] == 200
