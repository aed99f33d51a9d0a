"""Clients that lie, stop half-way or talk nonsense do the local endpoint no harm."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ossign_fast.server import LocalEndpoint
from support.server import CREDENTIALS, Client, code_of, read_all

END = "\r\n"


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS, timeout=1, max_body=200_000) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            yield client
            # Whatever a test did, the endpoint works and nothing is left behind.
            assert client.send("PUT", "after", b"works").status_code == 200
            assert client.send("GET", "after").content == b"works"
    assert list(tmp_path.rglob("*.draft")) == []


def status_of(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:80]
    return int(answer[9:12])


def assert_nothing_stored(client: Client, key: str = "k") -> None:
    assert code_of(client.send("GET", key)) == "404 NoSuchKey"


def test_a_body_cut_off_is_not_stored(client: Client) -> None:
    client.send("PUT", "old", b"whole")
    for key in ("k", "old"):
        head = client.head_of("PUT", key, Content_Length="100000") + END
        answer = client.raw(head, b"x" * 50_000, finish=True)
        assert status_of(answer) == 400
        assert b"<Code>IncompleteBody</Code>" in answer
    assert_nothing_stored(client)
    assert client.send("GET", "old").content == b"whole"


def test_a_client_that_vanishes_or_falls_silent(client: Client, tmp_path: Path) -> None:
    head = client.head_of("PUT", "k", Content_Length="100000") + END
    with client.connect() as connection:
        connection.sendall(head.encode() + b"x" * 5000)
    started = time.monotonic()
    assert client.raw(head, b"x" * 5000) == b""  # the timeout of one second ends it
    assert client.raw(head[:60]) == b""
    assert time.monotonic() - started < 5
    assert_nothing_stored(client)


def test_an_upload_is_invisible_until_it_is_whole(client: Client) -> None:
    client.send("PUT", "k", b"old")
    head = client.head_of("PUT", "k", Content_Length="10", Connection="close") + END
    with client.connect() as connection:
        connection.sendall(head.encode() + b"12345")
        assert client.send("GET", "k").content == b"old"
        assert client.send("HEAD", "k").headers["Content-Length"] == "3"
        connection.sendall(b"67890")
        assert status_of(read_all(connection)) == 200
    assert client.send("GET", "k").content == b"1234567890"


def test_readers_see_whole_objects_while_writers_replace_them(client: Client) -> None:
    bodies = {bytes([number]) * (60_000 + number) for number in range(4)}
    client.send("PUT", "k", next(iter(bodies)))
    stop = threading.Event()

    def write(body: bytes) -> None:
        other = Client(client.endpoint)
        with other.session:
            while not stop.is_set():
                assert other.send("PUT", "k", body).status_code == 200

    def read(_: int) -> bool:
        other = Client(client.endpoint)
        with other.session:
            return all(other.send("GET", "k").content in bodies for _ in range(15))

    with ThreadPoolExecutor(6) as pool:
        writers = [pool.submit(write, body) for body in bodies]
        try:
            assert list(pool.map(read, range(2))) == [True, True]
        finally:
            stop.set()
        for writer in writers:
            writer.result()


def test_an_upload_too_large_is_refused_before_it_comes(client: Client) -> None:
    head = client.head_of("PUT", "k", Content_Length=str(10**15))
    started = time.monotonic()
    with client.connect() as connection:
        connection.sendall((head + END).encode())
        answer = read_all(connection)
    assert b"<Code>EntityTooLarge</Code>" in answer
    assert b"Connection: close" in answer
    waiting = client.raw(head + "Expect: 100-continue\r\n\r\n")
    assert waiting.startswith(b"HTTP/1.1 400 ")
    assert time.monotonic() - started < 2
    assert_nothing_stored(client)


def test_a_refused_upload_still_gets_its_answer(client: Client) -> None:
    for size in (1000, 3_000_000):
        refused = client.send("PUT", "k", b"x" * size, unsigned={"x-oss-meta-a": "b"})
        assert code_of(refused) == "403 SignatureDoesNotMatch"
        assert refused.headers["Connection"] == "close"


def test_continue_is_said_only_to_who_may_go_on(client: Client) -> None:
    good = client.head_of("PUT", "k", Content_Length="4", Expect="100-continue", Connection="close")
    with client.connect() as connection:
        connection.sendall((good + END).encode())
        assert connection.recv(65536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(b"data")
        assert status_of(read_all(connection)) == 200
    bad = good.replace("/k?", "/other?")
    assert status_of(client.raw(bad + END)) == 403
    assert client.send("GET", "k").content == b"data"
    assert_nothing_stored(client, "other")


def chunked(client: Client, body: bytes) -> bytes:
    head = client.head_of("PUT", "k", Transfer_Encoding="chunked", Connection="close") + END
    return client.raw(head, body, finish=True)


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"0\r\n\r\n", b""),
        (b"4\r\ndata\r\n0\r\n\r\n", b"data"),
        (b"2;x=y\r\nda\r\n02 \r\nta\r\n0\r\nTrailer: x\r\n\r\n", b"data"),
        (
            b"c350\r\n" + b"x" * 50_000 + b"\r\nA\r\n" + b"y" * 10 + b"\r\n0\r\n\r\n",
            b"x" * 50_000 + b"y" * 10,
        ),
    ],
)
def test_chunked_uploads(client: Client, body: bytes, content: bytes) -> None:
    assert status_of(chunked(client, body)) == 200
    assert client.send("GET", "k").content == content


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", b"IncompleteBody"),
        (b"4\r\nda", b"IncompleteBody"),
        (b"4\r\ndata\r\n", b"IncompleteBody"),
        (b"4\r\ndata0\r\n\r\n", b"IncompleteBody"),
        (b"4\ndata\r\n0\r\n\r\n", b"IncompleteBody"),
        (b"4;a\r0\r\ndata\r\n0\r\n\r\n", b"IncompleteBody"),
        (b"4\x0b\r\ndata\r\n0\r\n\r\n", b"IncompleteBody"),
        (b"0\r\na: b\rc: d\r\n\r\n", b"IncompleteBody"),
        (b"0\r\nno colon here\r\n\r\n", b"IncompleteBody"),
        (b"0\r\nContent-length: 5\r\n\r\n", b"IncompleteBody"),
        (b"0\r\na: b\x00\r\n\r\n", b"IncompleteBody"),
        (b"-4\r\ndata\r\n0\r\n\r\n", b"IncompleteBody"),
        (b"0x4\r\ndata\r\n0\r\n\r\n", b"IncompleteBody"),
        (b"f" * 20 + b"\r\n", b"IncompleteBody"),
        (b"1" * 9000, b"IncompleteBody"),
        (b"0\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"IncompleteBody"),
        (b"30d41\r\n" + b"x" * 200_001 + b"\r\n0\r\n\r\n", b"EntityTooLarge"),
    ],
)
def test_broken_chunks(client: Client, body: bytes, code: bytes) -> None:
    answer = chunked(client, body)
    assert b"<Code>" + code + b"</Code>" in answer
    assert_nothing_stored(client)


@pytest.mark.parametrize(
    ("extra", "status"),
    [
        ("", 411),
        ("Content-Length: -1\r\n", 400),
        ("Content-Length: 1_0\r\n", 400),
        ("Content-Length: +4\r\n", 400),
        ("Content-Length: 4\r\nContent-Length: 4\r\n", 400),
        ("Content-Length: 4, 4\r\n", 400),
        ("Content-Length: " + "9" * 30 + "\r\n", 400),
        ("Content-Length: 4\r\nTransfer-Encoding: chunked\r\n", 400),
        ("Transfer-Encoding: gzip, chunked\r\n", 400),
        ("Transfer-Encoding: identity\r\n", 400),
        ("Host: other\r\nContent-Length: 4\r\n", 400),
        ("Content-Length: 4\r\nno colon here\r\n", 400),
        ("Content-Length: 4\r\nFolded: a\r\n b\r\n", 400),
        ("Content-Length : 4\r\n", 400),
        ("x-oss-meta-a: 1\r\nx-oss-meta-a: 1\r\nContent-Length: 4\r\n", 400),
        ("x-oss-meta-a: \x00\r\nContent-Length: 4\r\n", 400),
        ("Content-Length: 4\r\nX: a\x01\r\n", 400),
        ("Content-Length: 4\r\nX@Y: a\r\n", 400),
        ("Content-Length: 4\r\nX\xe9: a\r\n", 400),
        ("X: a\rContent-Length: 4\r\n", 400),
        ("Content-Length: 4\rX: y\r\n", 400),
        ("Content-Length: 4\r\r\n", 400),
        ("Content-Length: 4\nX: y\r\n", 400),
        ("Transfer-Encoding: chunked\x0b\r\n", 400),
        ("Transfer-Encoding: \x1cchunked\r\n", 400),
        ("Transfer-Encoding: chunked\xa0\r\n", 400),
        ("A: b\r\n" * 120, 431),
        ("A: " + "b" * 70_000 + "\r\n", 431),
    ],
)
def test_ambiguous_or_broken_heads(client: Client, extra: str, status: int) -> None:
    answer = client.raw(client.head_of("PUT", "k") + extra + END, b"data", finish=True)
    assert status_of(answer) == status
    assert answer.count(b"HTTP/1.1 ") == 1
    assert b"Connection: close" in answer
    assert_nothing_stored(client)


def test_a_head_that_is_cut_off_is_no_request(client: Client) -> None:
    client.send("PUT", "k", b"stays")
    head = client.head_of("DELETE", "k")
    for cut in (head, head + "X-Header: cu"):
        assert status_of(client.raw(cut, finish=True)) == 400
    assert client.send("GET", "k").content == b"stays"


@pytest.mark.parametrize(
    ("start", "status"),
    [
        ("nonsense", 400),
        ("GET /", 400),
        ("GET / HTTP/1.1 x", 400),
        ("GET  /  HTTP/1.1", 400),
        ("GET / FTP/1.1", 400),
        ("GET / HTTP/x", 400),
        ("GET / HTTP/2.0", 400),
        ("GET /\xe9 HTTP/1.1", 400),
        ("GET /a\x7f HTTP/1.1", 400),
        ("\x0bGET / HTTP/1.1", 400),
        ("GET / HTTP/1.1\x0b", 400),
        ("GET " + "/a" * 40_000 + " HTTP/1.1", 414),
        ("BREW /pot HTTP/1.1", 405),
        ("OPTIONS * HTTP/1.1", 405),
        ("\x16\x03\x01\x02", 400),
        ("GET /examplebucket/../../etc/passwd HTTP/1.1", 403),
        ("GET http://[/ HTTP/1.1", 403),
        ("GET http://[/?x-oss-signature=1 HTTP/1.1", 400),
        ("GET /?x-oss-signature=%zz HTTP/1.1", 400),
        ("GET //k?x-oss-signature=1 HTTP/1.1", 400),
    ],
)
def test_request_lines_of_all_kinds(client: Client, start: str, status: int) -> None:
    answer = client.raw(start + "\r\nHost: a\r\n\r\n", finish=True)
    assert status_of(answer) == status
    assert b"<Error><Code>" in answer
    assert b"passwd" not in answer
    assert b"zz" not in answer


@pytest.mark.parametrize("host", ["", "a b", "user@host", "[", "a\x7f", "x" * 300 + "/"])
def test_hosts_that_are_none(client: Client, host: str) -> None:
    head = client.head_of("GET", "k")
    own = head.split("Host: ")[1].split(END)[0]
    assert (
        status_of(client.raw(head.replace(f"Host: {own}", f"Host: {host}") + END, finish=True))
        == 400
    )
    assert status_of(client.raw(head.replace(f"Host: {own}{END}", "") + END, finish=True)) == 400


def test_extra_slashes_are_another_key(client: Client) -> None:
    client.send("PUT", "k", b"data")
    head = client.head_of("GET", "k", Connection="close") + END
    assert status_of(client.raw(head)) == 200
    for changed in ("//examplebucket/k?", "/examplebucket//k?", "/examplebucket/./k?"):
        assert status_of(client.raw(head.replace("/examplebucket/k?", changed))) == 403


def test_absolute_form_and_http_1_0(client: Client) -> None:
    client.send("PUT", "k", b"data")
    head = client.head_of("GET", "k", Connection="close") + END
    absolute = head.replace("GET ", f"GET {client.endpoint}")
    assert client.raw(absolute).endswith(b"\r\n\r\ndata")
    old = head.split(END)[0].replace("HTTP/1.1", "HTTP/1.0") + END + END
    assert client.raw(old).endswith(b"\r\n\r\ndata")


def test_requests_in_a_row_do_not_run_into_each_other(client: Client) -> None:
    put = client.head_of("PUT", "k", Content_Length="4") + END + "data"
    get = client.head_of("GET", "k") + END
    last = client.head_of("GET", "none", Connection="close") + END
    answer = client.raw(put + get + last)
    assert [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]] == [b"200", b"200", b"404"]
    with_body = client.head_of("GET", "k", Content_Length="5") + END + "GET /"
    assert client.raw(with_body + last, finish=True).count(b"HTTP/1.1 ") == 1


def test_many_connections_at_once(client: Client) -> None:
    idle = [client.connect() for _ in range(50)]
    try:
        with ThreadPoolExecutor(8) as pool:

            def put(number: int) -> int:
                return Client(client.endpoint).send("PUT", f"k{number}", b"x" * 1000).status_code

            assert set(pool.map(put, range(24))) == {200}
    finally:
        for connection in idle:
            connection.close()
