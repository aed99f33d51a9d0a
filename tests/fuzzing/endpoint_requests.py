"""Connections of any bytes to the local endpoint: well-formed answers, to the right requests.

What an independent parser (h11) reads as one request must not be two to the endpoint, nor the other
way round. A request may leave its signing to the target, by `Authorization: sign`.
"""

from __future__ import annotations

import http.client
import io
import logging
import re
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import h11

from ossign_fast import Credentials
from ossign_fast.server._handler import Handler
from ossign_fast.server._service import Service
from ossign_fast.server._store import Store
from support import oracle

_ME = Credentials("LTAIexample", "example-secret")
_NOW = 1_709_281_815.0
_CASE = {
    "region": "cn-hangzhou", "access_key_id": _ME.access_key_id,
    "access_key_secret": _ME.access_key_secret, "signing_time": "2024-03-01T08:30:15Z",
}  # fmt: skip
_UNSIGNED = re.compile(
    rb"([A-Z]+) /([^ ?/]*)/?([^ ?]*)\??([^ ]*) HTTP/1\.1\r\n([^\0]*?)Authorization: sign\r\n"
)


def seed(line: str, *headers: str, body: str = "") -> bytes:
    """Returns a request that the target signs."""
    lines = (f"{line} HTTP/1.1", "Host: 127.0.0.1", *headers, "Authorization: sign", "", body)
    return "\r\n".join(lines).encode()


def with_length(line: str, body: str, *headers: str) -> bytes:
    return seed(line, f"Content-Length: {len(body)}", *headers, body=body)


_PUT = with_length("PUT /bkt/k", "hello", "Content-Type: text/plain")
_GET = seed("GET /bkt/k")
_PART = "<Part><PartNumber>1</PartNumber><ETag>x</ETag></Part>"
_PARTS = f"<CompleteMultipartUpload>{_PART}</CompleteMultipartUpload>"
_KEYS = "<Delete><Object><Key>k</Key></Object></Delete>"
_HOST = b"Host: h\r\n"
SEEDS = [
    _PUT + _GET + seed("HEAD /bkt/k") + seed("DELETE /bkt/k"),
    _PUT + seed("GET /bkt/k", "Range: bytes=1-3", "If-None-Match: x"),
    _PUT + seed("GET /bkt/?prefix=k&list-type=2"),
    seed("PUT /bkt/k", "Transfer-Encoding: chunked", body="4;x=y\r\nabcd\r\n0\r\nT: 1\r\n\r\n"),
    with_length("PUT /bkt/k", "x", "Expect: 100-continue", "x-oss-meta-a: 1"),
    seed("POST /bkt/k?uploads") + with_length("PUT /bkt/k?partNumber=1&uploadId=x", "part"),
    with_length("POST /bkt/k?uploadId=x", _PARTS),
    with_length("POST /bkt/?delete", _KEYS) + seed("GET /"),
    _PUT + seed("PUT /bkt/c", "x-oss-copy-source: /bkt/k", "Content-Length: 0"),
    b"GET /bkt/k?x-oss-signature=1 HTTP/1.1\r\n" + _HOST + b"Connection: close\r\n\r\n",
    b"GET http://127.0.0.1/bkt/k HTTP/1.0\r\n\r\nOPTIONS * HTTP/1.1\r\n" + _HOST + b"\r\n",
    b"PUT /bkt/k HTTP/1.1\r\n" + _HOST + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
    b"GET / HTTP/1.1\r\n" + _HOST + b" folded: 1\r\n\r\n\r\nGET / HTTP/1.1\r\n\r\n",
]


def signed(found: re.Match[bytes]) -> bytes:
    """Returns the head of a request with the signature that an independent signer makes of it."""
    method, bucket, key, query, lines = (part.decode("utf-8", "replace") for part in found.groups())
    pairs = (part.partition("=") for part in query.split("&") if part)
    headers = (line.partition(":") for line in lines.split("\r\n") if line)
    case = {
        **_CASE, "method": method, "bucket": unquote(bucket), "key": unquote(key),
        "query": {plain(name): plain(value) for name, _, value in pairs},
        "headers": {name: value for name, _, value in headers},
    }  # fmt: skip
    made = oracle.sign_headers(case)
    added = ("x-oss-content-sha256", "x-oss-date", "authorization")
    more = "".join(f"{name}: {made[name]}\r\n" for name in added if name not in case["headers"])
    return found[0].removesuffix(b"Authorization: sign\r\n") + more.encode()


def plain(text: str) -> str:
    return unquote(text.replace("+", " "))


class Connection:
    """A client that has sent all it has to say, and takes whatever comes."""

    def __init__(self, sent: bytes) -> None:
        self._sent = io.BytesIO(sent)
        self.taken = bytearray()

    def makefile(self, *_: object) -> io.BytesIO:
        return self._sent  # replaced at once by the endpoint's own reader

    def recv_into(self, buffer: memoryview) -> int:
        return self._sent.readinto(buffer)

    def recv(self, size: int) -> bytes:
        return self._sent.read(size)

    def sendall(self, data: bytes) -> None:
        self.taken += data

    def settimeout(self, seconds: float) -> None:
        assert seconds > 0

    def setsockopt(self, *_: object) -> None:
        pass

    def shutdown(self, _: int) -> None:
        pass


class Failures(logging.Handler):
    """Makes an error of what the endpoint says that it did not foresee."""

    def emit(self, record: logging.LogRecord) -> None:
        raise AssertionError(record.getMessage()) from (record.exc_info or (None, None))[1]


logging.getLogger("ossign_fast.server").handlers = [Failures()]


def answers_of(sent: bytes) -> tuple[bytes, list[str]]:
    """Returns what the endpoint sends, and its log."""
    log: list[str] = []
    folder = Path(tempfile.mkdtemp(prefix="fuzzing-"))
    store = Store(folder)
    try:
        service = Service(store, credentials=_ME, region="cn-hangzhou", clock=lambda: _NOW)
        server = SimpleNamespace(
            service=service, max_body=1 << 20, io_timeout=5.0, request_timeout=10.0,
            access_log=log.append,
        )  # fmt: skip
        connection: Any = Connection(sent)
        Handler(connection, ("127.0.0.1", 1), server)  # type: ignore[arg-type]
        return bytes(connection.taken), log
    finally:
        store.close()
        shutil.rmtree(folder)


class _Source(io.BytesIO):
    def makefile(self, *_: object) -> io.BytesIO:
        return self

    def close(self) -> None:
        """Stays open, since several answers follow each other."""


def read_answers(taken: bytes, methods: list[str]) -> list[http.client.HTTPResponse]:
    """Returns the answers but for 100 (Continue), each whole, with nothing between or after."""
    source, answers = _Source(taken), []
    while source.tell() < len(taken):
        method = methods[len(answers)] if len(answers) < len(methods) else "GET"
        answer = http.client.HTTPResponse(source, method=method)  # type: ignore[arg-type]
        answer.begin()
        length = answer.getheader("Content-Length")
        assert answer.status in (204, 304) or length is not None
        content = answer.read()
        assert method == "HEAD" or len(content) == int(length or 0)
        assert answer.status < 500 or answer.status in (501, 507), (answer.status, content)
        assert not answers or answers[-1].getheader("Connection") != "close"
        answers.append(answer)
    return answers


def requests_of(sent: bytes) -> tuple[list[str], bool]:
    """Returns the methods of the whole requests that h11 reads, and whether all went well."""
    reader, methods = h11.Connection(h11.SERVER, max_incomplete_event_size=1 << 20), []
    reader.receive_data(sent)
    reader.receive_data(b"")
    try:
        while True:
            event = reader.next_event()
            if isinstance(event, h11.Request):
                method = event.method.decode()
            elif isinstance(event, h11.EndOfMessage):
                methods.append(method)
                if reader.their_state is not h11.DONE:
                    return methods, False
                reader.send(h11.Response(status_code=200, headers=[("Content-Length", "0")]))
                reader.send(h11.EndOfMessage())
                reader.start_next_cycle()
            elif event is h11.NEED_DATA or isinstance(event, h11.ConnectionClosed):
                return methods, isinstance(event, h11.ConnectionClosed)
            elif event is h11.PAUSED:
                return methods, False
    except h11.ProtocolError:
        return methods, False


def check(data: bytes) -> None:
    """Holds the endpoint to HTTP and to the boundaries of requests."""
    sent = _UNSIGNED.sub(signed, data)
    taken, log = answers_of(sent)
    answers = read_answers(taken, [line.split(" ")[0] for line in log if not line.endswith(" 100")])
    lasting = [answer for answer in answers if answer.getheader("Connection") != "close"]
    methods, is_whole = requests_of(sent)
    assert len(lasting) <= len(methods), (methods, log)
    assert [answer._method for answer in lasting] == methods[: len(lasting)]  # type: ignore[attr-defined]
    if is_whole and len(lasting) == len(answers):
        assert len(answers) == len(methods), (methods, log)
