"""What the tests of the HTTP clients share: requests to make, and a server that redirects."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

import pytest

from ossign_fast import Credentials, Signer, VerificationError, verify
from ossign_fast.server import LocalEndpoint

PLAIN = Credentials("LTAIexample", "hidden-secret-51")
WITH_TOKEN = Credentials("STS.example", "hidden-secret-52", "CAIS+/=a+b/c==")
KNOWN = {each.access_key_id: each for each in (PLAIN, WITH_TOKEN)}
BUCKET = "examplebucket"

#: Keys as they stand in a URL, and what they mean; clients encode them each in their way.
KEYS = {
    "a.txt": "a.txt",
    "dir/a%20b+c.txt": "dir/a b+c.txt",
    "a b/é中.txt": "a b/é中.txt",
    "100%25.txt": "100%.txt",
    "%26x=1;y,z!'()*": "&x=1;y,z!'()*",
    "-._~/%2D%7E": "-._~/-~",
    "what%3Facl%23not": "what?acl#not",
    "a//b%2Fc": "a//b/c",
}
#: Prefixes of listings as they stand in a query, and what they mean.
PREFIXES = {
    "dir%2Fa%20b": "dir/a b",
    "dir/a+b%2Bc": "dir/a b+c",
    "a%20b/é": "a b/é",
    "100%25": "100%",
    "%26x=1;y": "&x=1;y",
    "-._~/": "-._~/",
}


def signer_for(url: str, credentials: Credentials = PLAIN, **settings: Any) -> Signer:
    """Returns a signer for the endpoint at `url`."""
    plain: dict[str, Any] = {
        "region": "cn-hangzhou",
        "endpoint": url,
        "credentials": credentials,
    }
    return Signer(**{**plain, **settings})


@pytest.fixture
def endpoint() -> Iterator[LocalEndpoint]:
    """A local endpoint that knows both credentials."""
    with LocalEndpoint(credentials=KNOWN, timeout=5) as running:
        yield running


def base_of(endpoint: LocalEndpoint, style: str, bucket: str = BUCKET) -> tuple[str, Signer]:
    """Returns the URL of a bucket, without the closing slash, and the arguments of a signer."""
    port = endpoint.url.rpartition(":")[2]
    if style == "path":
        return f"{endpoint.url}/{bucket}", signer_for(endpoint.url, WITH_TOKEN)
    if style == "virtual":
        home = f"http://oss.test:{port}"
        return f"http://{bucket}.oss.test:{port}", signer_for(home, WITH_TOKEN)
    own = f"http://{bucket}.example.test:{port}"
    return own, signer_for(own, WITH_TOKEN, url_style="cname", bucket=bucket)


@pytest.fixture
def names_lead_home(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes every host name an address of this machine, as `*.localhost` is on some."""
    look_up = socket.getaddrinfo

    def at_home(_: Any, *args: Any, **options: Any) -> Any:
        return look_up("127.0.0.1", *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", at_home)


class Arrival(NamedTuple):
    """A request that arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    status: int


class Door(ThreadingHTTPServer):
    """Answers what is signed well with the body it got, and redirects some paths.

    Attributes:
        redirects: Status and location by path.
        is_strict: Whether signatures are checked before redirects, too.
        arrivals: The requests so far.
        clock: Returns the time in seconds since the epoch; None for that of the machine.
        settings: More arguments of `verify`.
        seal: Credentials by their id; a request signed with others is refused.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.redirects: dict[str, tuple[int, str]] = {}
        self.is_strict = False
        self.arrivals: list[Arrival] = []
        self.clock: Callable[[], float] | None = None
        self.settings: dict[str, Any] = {}
        self.seal: dict[str, Credentials] = dict(KNOWN)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    @property
    def statuses(self) -> list[int]:
        return [arrival.status for arrival in self.arrivals]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 5
    server: Door

    def do_any(self) -> None:
        body = self._body()
        status, location = self._checked(), ""
        if status == 200 or not self.server.is_strict:
            path = self.path.partition("?")[0]
            status, location = self.server.redirects.get(path, (status, ""))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.arrivals.append(Arrival(self.command, self.path, headers, body, status))
        answer = body if status == 200 else b"refused"
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(b"" if self.command == "HEAD" else answer)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any  # noqa: N815 - http.server's names

    def _body(self) -> bytes:
        if self.headers["Transfer-Encoding"] != "chunked":
            return self.rfile.read(int(self.headers["Content-Length"] or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _checked(self) -> int:
        try:
            verify(
                self.command,
                f"http://{self.headers['Host']}{self.path}",
                headers=[(name, value.encode("latin-1")) for name, value in self.headers.items()],
                credentials=self.server.seal,
                now=self.server.clock() if self.server.clock else None,
                signature_versions=("v4", "v1"),
                **self.server.settings,
            )
        except VerificationError:
            return 403
        return 200

    def log_message(self, *_: object) -> None:
        """Prints nothing."""


@contextmanager
def open_door() -> Iterator[Door]:
    """Yields a door that is open until the end."""
    with Door() as door:
        thread = threading.Thread(target=door.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield door
        finally:
            door.shutdown()
            thread.join()


@pytest.fixture
def door() -> Iterator[Door]:
    with open_door() as opened:
        yield opened


@pytest.fixture
def elsewhere() -> Iterator[Door]:
    with open_door() as opened:
        opened.seal = {}
        yield opened
