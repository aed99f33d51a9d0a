"""A local endpoint that behaves like OSS, for development and tests.

It stores objects in a folder, checks the signature of every request with `ossign_fast.verify` (V4
or V1, in the query or in Authorization) and refuses as OSS does. A bucket exists as soon as
something is put into it. It speaks HTTP only, path style (`http://127.0.0.1:PORT/bucket/key`) and,
where the host is a name of more than one label, virtual style (`http://bucket.localhost:PORT/key`).

Not like OSS: no ACLs, versions, image processing or callbacks; `NotImplemented` says so. What an
upload says of ACL, tags, encryption and traffic limit is taken and changes nothing.
"""

from __future__ import annotations

import shutil
import socket
import socketserver
import tempfile
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from http.server import ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from ._handler import Handler
from ._service import CredentialsLookup, Service
from ._store import Store

MAX_BODY = 5 * 1024**3  # what OSS takes in one PutObject or UploadPart, in bytes
_CLOSING_SECONDS = 10.0
_BUSY_SECONDS = 0.05
_BUSY_XML = (
    b"<?xml version='1.0' encoding='UTF-8'?>\n<Error><Code>TooManyConnections</Code>"
    b"<Message>This endpoint has no room for another connection.</Message></Error>"
)
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\n"
    b"Connection: close\r\nContent-Length: %d\r\n\r\n%b" % (len(_BUSY_XML), _BUSY_XML)
)


class LocalEndpoint:
    """An OSS-like endpoint on a local port, bound from the start and served once asked to.

    Args:
        directory: Where objects are kept; made if absent. None for a temporary folder that goes
            away at `close`.
        credentials: Whose signatures are accepted: `Credentials`, a mapping from access key id to
            them, or a function of the id that returns them or None.
        region: The region that signatures must be for.
        host: The address to listen on. Keep to loopback; there is no TLS here.
        port: The port to listen on; 0 picks a free one.
        max_body: The most bytes of one request body.
        timeout: Seconds that a client may stay silent, within which the head of a request has to
            come, and for each MiB of an answer to be taken.
        request_timeout: Seconds within which a whole request has to come, however lively.
        max_connections: The most connections at a time; further ones are answered 503.
        strict_bytes: Whether presigned URLs must be spelt as they were signed, as `verify` has it.
            OSS takes any spelling.
        clock: Returns the current time in epoch seconds; None for `time.time`.
        log: Called with one line per request: method, path and status, and why its signature was
            refused. None logs nothing.

    Raises:
        OSError: The port or the directory cannot be used.

    Example:
        >>> from ossign_fast import Credentials
        >>> with LocalEndpoint(credentials=Credentials("LTAIexample", "secret")) as endpoint:
        ...     endpoint.url.startswith("http://127.0.0.1:")
        True
    """

    def __init__(
        self,
        directory: str | Path | None = None,
        *,
        credentials: CredentialsLookup,
        region: str = "cn-hangzhou",
        host: str = "127.0.0.1",
        port: int = 0,
        max_body: int = MAX_BODY,
        timeout: float = 30.0,
        request_timeout: float = 300.0,
        max_connections: int = 256,
        strict_bytes: bool = False,
        clock: Callable[[], float] | None = None,
        log: Callable[[str], None] | None = None,
    ) -> None:
        self.region = region
        self._server = _Server(host, port)
        self._thread: threading.Thread | None = None
        self._temporary = directory is None
        try:
            self.directory = _made(directory)
        except BaseException:
            self._server.server_close()
            raise
        self._store = Store(self.directory)
        self._server.service = Service(
            self._store,
            credentials=credentials,
            region=region,
            clock=clock or _system_time,
            strict_bytes=strict_bytes,
        )
        self._server.max_body = max_body
        self._server.io_timeout = timeout
        self._server.request_timeout = request_timeout
        self._server.max_connections = max_connections
        self._server.access_log = log

    def __repr__(self) -> str:
        if not hasattr(self, "_server"):  # __init__ failed
            return "<LocalEndpoint, refused>"
        return f"LocalEndpoint({self.url!r})"

    @property
    def url(self) -> str:
        """The endpoint's address, such as `http://127.0.0.1:8080`; an endpoint for signers."""
        host, port = self._server.server_address[:2]
        shown = f"[{host!s}]" if ":" in str(host) else str(host)
        return f"http://{shown}:{port}"

    def start(self) -> LocalEndpoint:
        """Serves in a background thread, and returns itself."""
        if self._thread is None:
            self._thread = threading.Thread(
                target=self.serve_forever, name="ossign_fast-endpoint", daemon=True
            )
            self._thread.start()
        return self

    def serve_forever(self) -> None:
        """Serves in this thread, until an exception such as KeyboardInterrupt ends it."""
        self._server.serve_forever(poll_interval=0.05)

    def close(self) -> None:
        """Stops serving, ends open connections and removes a temporary folder. May be repeated."""
        if self._thread is not None:
            self._server.shutdown()
            self._thread.join()
            self._thread = None
        self._server.server_close()
        self._server.end_connections(_CLOSING_SECONDS)
        self._store.close()
        if self._temporary:
            shutil.rmtree(self.directory, ignore_errors=True)

    def __enter__(self) -> LocalEndpoint:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


def _made(directory: str | Path | None) -> Path:
    if directory is None:
        return Path(tempfile.mkdtemp(prefix="ossign_fast-"))
    path = Path(directory)
    path.mkdir(parents=True, exist_ok=True)
    return path


def _system_time() -> float:
    return time.time()  # looked up at each call, so that it follows those who replace it


class _Server(ThreadingHTTPServer):
    """Threads, one per connection, all of which end when the endpoint closes."""

    daemon_threads = True
    request_queue_size = 128

    service: Service
    max_body: int
    io_timeout: float
    request_timeout: float
    max_connections: int
    access_log: Callable[[str], None] | None

    def __init__(self, host: str, port: int) -> None:
        if ":" in host:
            self.address_family = socket.AF_INET6
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__((host, port), Handler)

    def server_bind(self) -> None:
        """Binds, without the name look-up of http.server, which may take seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def verify_request(self, request: Any, client_address: Any) -> bool:
        """Returns whether there is room for another connection; says so where there is none."""
        with self._changed:
            has_room = len(self._open) < self.max_connections
        if not has_room:
            with suppress(OSError):
                request.settimeout(_BUSY_SECONDS)
                request.sendall(_BUSY)
                request.shutdown(socket.SHUT_WR)
                request.recv(65536)  # what was sent unasked would destroy the answer on its way
        return has_room

    def process_request(self, request: Any, client_address: Any) -> None:
        """Hands a connection to a thread of its own."""
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Closes a connection whose thread is done with it."""
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def end_connections(self, seconds: float) -> None:
        """Cuts all connections and waits until their threads are done with them."""
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, seconds)
