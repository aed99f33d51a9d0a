"""The local endpoint as a whole: who gets in, its life from start to close, its log."""

from __future__ import annotations

import http.client
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from ossign_fast import Credentials
from ossign_fast.server import LocalEndpoint
from support.server import BUCKET, CREDENTIALS, Client, code_of, xml_of
from support.tools import needs


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[LocalEndpoint]:
    with LocalEndpoint(tmp_path / "new" / "folder", credentials=CREDENTIALS, timeout=5) as running:
        yield running


@pytest.fixture
def client(endpoint: LocalEndpoint) -> Iterator[Client]:
    client = Client(endpoint.url)
    with client.session:
        yield client


def test_refusals_say_why(client: Client) -> None:
    mismatch = client.send("PUT", "k", b"x", unsigned={"Content-Type": "text/plain"})
    assert code_of(mismatch) == "403 SignatureDoesNotMatch"
    root = xml_of(mismatch)
    assert root.findtext("OSSAccessKeyId") == CREDENTIALS.access_key_id
    assert root.findtext("StringToSign", "").startswith("OSS4-HMAC-SHA256\n")
    assert root.findtext("CanonicalRequest", "").startswith(f"PUT\n/{BUCKET}/k\nx-oss-cred")
    assert "content-type:text/plain\n" in root.findtext("CanonicalRequest", "")
    assert root.findtext("SignatureProvided", "") in mismatch.request.url
    assert root.findtext("RequestId") == mismatch.headers["x-oss-request-id"]
    assert root.findtext("EC") == mismatch.headers["x-oss-ec"]
    assert code_of(client.send("GET", "k")) == "404 NoSuchKey"


def test_changed_urls_and_strangers_are_refused(endpoint: LocalEndpoint, client: Client) -> None:
    client.send("PUT", "k", b"x")
    url = client.presign("GET", "k")
    changed = client.session.get(url.replace("expires=", "expires=1"), timeout=10)
    assert code_of(changed) == "403 SignatureDoesNotMatch"
    assert code_of(client.session.get(url.partition("?")[0], timeout=10)) == "403 AccessDenied"
    broken = client.session.get(url.replace("x-oss-date=", "x-oss-date=x"), timeout=10)
    assert code_of(broken) == "400 InvalidArgument"
    for known in (
        Credentials("stranger", "secret"),
        Credentials("LTAIexample", "example-secret", "t"),
    ):
        stranger = Client(endpoint.url, known)
        with stranger.session:
            assert code_of(stranger.send("GET", "k")) == "403 InvalidAccessKeyId"


@pytest.mark.parametrize(
    ("offset", "message"), [(902, "Request has expired."), (-902, "not valid")]
)
def test_time_window(offset: float, message: str) -> None:
    with LocalEndpoint(credentials=CREDENTIALS, clock=lambda: time.time() + offset) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            refused = client.send("GET", "k")
    assert code_of(refused) == "403 AccessDenied"
    root = xml_of(refused)
    assert message in root.findtext("Message", "")
    assert (root.findtext("Expires", "") < root.findtext("ServerTime", "")) == (offset > 0)


@pytest.mark.parametrize(
    ("method", "key", "query"),
    [
        ("GET", "k", "acl"),
        ("PUT", "k", "tagging"),
        ("GET", "k", "x-oss-process"),
        ("POST", "k", "append"),
        ("PUT", None, "acl"),
        ("DELETE", "k", "versionId"),
        ("PUT", "k", "uploads"),
        ("PUT", None, "foo"),
    ],
)
def test_operations_that_are_not_there(
    client: Client, method: str, key: str | None, query: str
) -> None:
    client.send("PUT", "k", b"kept")
    refused = client.send(method, key, query={query: "1"})
    assert code_of(refused) == "501 NotImplemented"
    assert client.send("GET", "k", query={"foo": "bar"}).content == b"kept"


@pytest.mark.parametrize("name", ["callback", "callback-var"])
@pytest.mark.parametrize(
    ("method", "query"), [("PUT", {}), ("POST", {"uploads": ""}), ("POST", {"uploadId": "1"})]
)
def test_nobody_waits_for_a_callback_in_vain(
    client: Client, name: str, method: str, query: dict[str, str]
) -> None:
    client.send("PUT", "k", b"kept")
    for request in (
        {"signed": {f"x-oss-{name}": "e30="}, "query": query},
        {"query": {**query, name: "e30="}},
        {"query": {**query, f"x-oss-{name}": "e30="}},
    ):
        refused = client.send(method, "k", b"new", **request)
        assert code_of(refused) == "501 NotImplemented"
    assert client.send("GET", "k").content == b"kept"


def test_region_and_lookup_of_credentials() -> None:
    with LocalEndpoint(credentials={"LTAIexample": CREDENTIALS}, region="cn-beijing") as endpoint:
        client = Client(endpoint.url)
        with client.session:
            assert code_of(client.send("GET", "k")) == "400 InvalidArgument"


def test_virtual_style(endpoint: LocalEndpoint, client: Client) -> None:
    client.send("PUT", "k", b"data")
    virtual = Client(endpoint.url.replace("127.0.0.1", "localhost"))
    url = virtual.presign("GET", "k")
    assert url.startswith(f"http://{BUCKET}.localhost:")
    host = url.split("/")[2]
    with virtual.session:
        here = url.replace(host, f"127.0.0.1:{endpoint.url.rpartition(':')[2]}")
        answer = virtual.session.get(here, headers={"Host": host}, timeout=10)
    assert answer.content == b"data"


def test_connections_are_kept_alive(endpoint: LocalEndpoint, client: Client) -> None:
    connection = http.client.HTTPConnection(urlsplit(endpoint.url).netloc, timeout=10)
    with closing(connection):
        connection.connect()
        first = connection.sock
        for number in range(3):
            for method, status in (("PUT", 200), ("GET", 200), ("HEAD", 200), ("DELETE", 204)):
                target = client.presign(method, f"k{number}").removeprefix(endpoint.url)
                body = b"x" * 100_000 if method == "PUT" else None
                connection.request(method, target, body=body)
                answer = connection.getresponse()
                assert (answer.status, len(answer.read())) == (status, 100_000 * (method == "GET"))
                assert connection.sock is first


def test_objects_outlive_the_endpoint_in_a_given_folder(tmp_path: Path) -> None:
    for number in range(2):
        with LocalEndpoint(tmp_path, credentials=CREDENTIALS) as endpoint:
            client = Client(endpoint.url)
            with client.session:
                if number == 0:
                    client.send("PUT", "k", b"data")
                else:
                    assert client.send("GET", "k").content == b"data"
    assert tmp_path.exists()


def test_temporary_folder_and_port_are_given_back() -> None:
    endpoint = LocalEndpoint(credentials=CREDENTIALS).start()
    port = int(endpoint.url.rpartition(":")[2])
    assert endpoint.start() is endpoint
    assert endpoint.directory.is_dir()
    assert str(port) in repr(endpoint)
    with pytest.raises(OSError, match="in use"):
        LocalEndpoint(credentials=CREDENTIALS, port=port)
    endpoint.close()
    endpoint.close()
    assert not endpoint.directory.exists()
    with LocalEndpoint(credentials=CREDENTIALS, port=port) as again:
        assert again.url == endpoint.url
    LocalEndpoint(credentials=CREDENTIALS).close()  # never started


def test_close_ends_open_connections_at_once() -> None:
    endpoint = LocalEndpoint(credentials=CREDENTIALS, timeout=60).start()
    client = Client(endpoint.url)
    with client.connect() as idle, client.connect() as busy:
        busy.sendall(client.head_of("PUT", "k", Content_Length="10").encode() + b"\r\n12345")
        idle.sendall((client.head_of("GET", "none") + "\r\n").encode())
        answer = http.client.HTTPResponse(idle)
        answer.begin()
        assert (answer.status, len(answer.read()) > 0) == (404, True)
        started = time.monotonic()
        endpoint.close()
        assert time.monotonic() - started < 5
        assert idle.recv(1) == b""
    assert not endpoint.directory.exists()


def test_ipv6() -> None:
    try:
        endpoint = LocalEndpoint(credentials=CREDENTIALS, host="::1")
    except OSError:
        pytest.skip("no IPv6 loopback here")
    with endpoint:
        assert endpoint.url.startswith("http://[::1]:")


def test_the_log_has_no_query(tmp_path: Path) -> None:
    lines: list[str] = []
    with LocalEndpoint(credentials=CREDENTIALS, log=lines.append) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            client.send("PUT", "a b", b"x")
            client.send("GET", "none")
        client.raw("GET /\x1b[2J?x-oss-signature=1 HTTP/1.1\r\nHost: a\r\n\r\n", finish=True)
    assert lines[:2] == [f"PUT /{BUCKET}/a%20b 200", f"GET /{BUCKET}/none 404"]
    assert lines[2:] == ["GET - 400"]


def test_the_log_says_why_a_signature_is_refused() -> None:
    lines: list[str] = []
    token = Credentials(CREDENTIALS.access_key_id, CREDENTIALS.access_key_secret, "a-token")
    with LocalEndpoint(credentials=token, log=lines.append) as endpoint:
        client, stranger = (
            Client(endpoint.url, token),
            Client(endpoint.url, Credentials("stranger", "x")),
        )
        with client.session, stranger.session:
            url = client.presign("GET", "k")
            client.session.put(url, timeout=10)
            client.session.get(url.partition("?")[0], timeout=10)
            stranger.send("GET", "k")
            client.session.get(url.replace("x-oss-date", "x-oss-data"), timeout=10)
            client.session.get(f"{url}&x-oss-additional-headers=a%1b", timeout=10)
            client.send("GET", "k")
    refused, where = lines[:5], f"/{BUCKET}/k"
    assert refused[0].startswith(f"PUT {where} 403 SignatureMismatchError: ")
    assert refused[1] == f"GET {where} 403 it is not signed"
    assert refused[2].startswith(f"GET {where} 403 UnknownAccessKeyError: ")
    assert refused[3].startswith(f"GET {where} 400 MalformedSignatureError: x-oss-date")
    assert refused[4].startswith(f"GET {where} 40")
    assert lines[5:] == [f"GET {where} 404"]
    assert "\x1b" not in "".join(lines)
    for secret in ("a-token", token.access_key_secret, url.rpartition("=")[2]):
        assert secret not in "".join(lines)


@needs("curl")
def test_curl(client: Client, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x" * 3_000_000)
    for upload in (
        ["-T", str(tmp_path / "file")],
        ["-T", str(tmp_path / "file"), "-H", "Expect: 100-continue"],
    ):
        url = client.presign("PUT", "k")
        put = subprocess.run(
            ["curl", "-sS", "--fail", *upload, url], check=True, capture_output=True, timeout=20
        )
        assert put.stdout == b""
        got = subprocess.run(
            ["curl", "-sS", client.presign("GET", "k")], check=True, capture_output=True, timeout=20
        )
        assert got.stdout == b"x" * 3_000_000
