"""Clients that are slow or many, and bodies that are not what was signed."""

from __future__ import annotations

import hashlib
import socket
import threading
import time
from contextlib import ExitStack
from pathlib import Path

import pytest

from ossign_fast import Signer
from ossign_fast.server import LocalEndpoint
from support.server import BUCKET, CREDENTIALS, Client, code_of

END = "\r\n"


def drip(connection: socket.socket, text: bytes) -> float:
    """Sends a byte every tenth of a second until the other side closes; returns how long it let."""
    started = time.monotonic()
    closed = threading.Event()

    def wait() -> None:
        try:
            while connection.recv(65536):
                pass
        except OSError:
            pass
        closed.set()

    threading.Thread(target=wait, daemon=True).start()
    for byte in text:
        if closed.wait(0.1):
            break
        try:
            connection.sendall(bytes([byte]))
        except OSError:
            break
    assert closed.wait(5)
    return time.monotonic() - started


@pytest.mark.parametrize("part", ["head", "body", "chunks"])
def test_slow_clients_are_dropped_though_never_silent(tmp_path: Path, part: str) -> None:
    with LocalEndpoint(
        tmp_path, credentials=CREDENTIALS, timeout=0.6, request_timeout=0.8
    ) as endpoint:
        client = Client(endpoint.url)
        head = client.head_of("PUT", "k", Content_Length="90").encode()
        if part == "chunks":
            head = client.head_of("PUT", "k", Transfer_Encoding="chunked").encode()
        with client.session, client.connect() as connection:
            if part != "head":
                connection.sendall(head + b"\r\n" + (b"5a\r\n" if part == "chunks" else b""))
            assert drip(connection, head if part == "head" else b"x" * 90) < 4
            assert code_of(client.send("GET", "k")) == "404 NoSuchKey"
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_connection_may_rest_between_requests(tmp_path: Path) -> None:
    with LocalEndpoint(
        tmp_path, credentials=CREDENTIALS, timeout=1.0, request_timeout=0.3
    ) as endpoint:
        client = Client(endpoint.url)
        get = (client.head_of("GET", "k") + END).encode()
        with client.connect() as connection:
            for _ in range(2):
                time.sleep(0.5)  # longer than a request may take
                connection.sendall(get)
                answer = b""
                while not answer.endswith(b"</Error>"):
                    piece = connection.recv(65536)
                    assert piece
                    answer += piece
                assert answer.startswith(b"HTTP/1.1 404 ")


def test_a_client_that_reads_slowly_is_dropped(tmp_path: Path) -> None:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS, timeout=0.5) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            client.send("PUT", "k", b"x" * 12_000_000)
        with client.connect() as connection:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall((client.head_of("GET", "k") + END).encode())
            server = endpoint._server
            for _ in range(60):
                if not server._open:
                    break
                connection.recv(10)  # never silent
                time.sleep(0.1)
            assert not server._open


def test_connections_beyond_the_most_are_refused_at_once(tmp_path: Path) -> None:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS, max_connections=3) as endpoint:
        client = Client(endpoint.url)
        head = client.head_of("GET", "k", Connection="close") + END
        with ExitStack() as idle:
            for _ in range(3):
                idle.enter_context(client.connect())
            refused = client.raw(head)
            assert refused.startswith(b"HTTP/1.1 503 ")
            assert b"<Code>TooManyConnections</Code>" in refused
        for _ in range(100):
            answer = client.raw(head)
            if answer.startswith(b"HTTP/1.1 404 "):
                break
            time.sleep(0.02)
        assert answer.startswith(b"HTTP/1.1 404 ")


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("chunked", [False, True])
@pytest.mark.parametrize(("body", "status"), [(b"data", 200), (b"date", 400), (b"", 400)])
def test_a_body_must_be_the_one_that_was_signed(
    tmp_path: Path, body: bytes, status: int, chunked: bool, version: str
) -> None:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS) as endpoint:
        digest = hashlib.sha256(b"data").hexdigest()
        signer = Signer(
            region="cn-hangzhou",
            bucket=BUCKET,
            endpoint=endpoint.url,
            credentials=CREDENTIALS,
            signature_version=version,
        )
        result = signer.presign("PUT", "k", headers={"x-oss-content-sha256": digest})
        client = Client(endpoint.url)
        with client.session as session:
            answer = session.put(
                result.url, data=iter([body]) if chunked else body, headers=result.signed_headers
            )
            assert answer.status_code == status
            if status != 200:
                assert code_of(answer) == "400 InvalidDigest"
                assert code_of(client.send("GET", "k")) == "404 NoSuchKey"


def test_other_payload_lines_stand_for_any_body(tmp_path: Path) -> None:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            signed = {"x-oss-content-sha256": "UNSIGNED-PAYLOAD"}
            assert client.send("PUT", "k", b"any", signed=signed).status_code == 200
