"""Loopback servers that hand out keys as a cloud does: ECS metadata, STS, and a credentials URI.

One pair of servers plays them all, with and without TLS. `redirect` leads to it whatever a library
connects to by urllib3, so that addresses that are built in, too, are on this machine.
"""

from __future__ import annotations

import itertools
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from datetime import datetime, timezone
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from Tea.core import TeaCore
from urllib3.util import connection as _connection

from ossign_fast import Credentials

CERTIFICATES = Path(__file__).with_name("loopback_ca.pem")
_KEY = Path(__file__).with_name("loopback.pem")
ROLE, IMDS_TOKEN, OIDC_TOKEN = "unit-role", "imds-token", "oidc-token"
_ROLES = "/latest/meta-data/ram/security-credentials/"


class Cloud:
    """What hands out keys: numbered sets, each with a life of `life` seconds.

    Attributes:
        ports: Where it listens, by scheme.
        issued: The sets it gave out, by access key id.
        asked: Method and path of each request.
        fails: Whether it answers with status 500.
    """

    def __init__(self, life: float, clock: Callable[[], float]) -> None:
        self.ports: dict[str, int] = {}
        self.life = life
        self.clock = clock
        self.issued: dict[str, Credentials] = {}
        self.asked: list[str] = []
        self.fails = False
        self._numbers = itertools.count()

    @property
    def uri(self) -> str:
        """A credentials URI of it."""
        return f"http://127.0.0.1:{self.ports['http']}/keys"

    def issue(self) -> dict[str, Any]:
        """Returns a new set, in the words of the services."""
        number = next(self._numbers)
        end = datetime.fromtimestamp(int(self.clock() + self.life), timezone.utc)
        made = Credentials(f"STS.N{number}", f"secret-{number}", f"token-{number}", end)
        self.issued[made.access_key_id] = made
        return {
            "AccessKeyId": made.access_key_id,
            "AccessKeySecret": made.access_key_secret,
            "SecurityToken": made.security_token,
            "Expiration": end.strftime("%Y-%m-%dT%H:%M:%SZ"),
        }


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    cloud: Cloud

    def log_message(self, *_: Any) -> None:
        """Says nothing."""

    def do_PUT(self) -> None:
        self._answer()

    def do_POST(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        self.cloud.asked.append(f"{self.command} {parts.path}")
        length = int(self.headers.get("Content-Length") or 0)
        told = parse_qs(parts.query) | parse_qs(self.rfile.read(length).decode())
        status, body = (500, "") if self.cloud.fails else self._answer_to(parts.path, told)
        text = body if isinstance(body, str) else json.dumps(body)
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def _answer_to(self, path: str, told: dict[str, list[str]]) -> tuple[int, Any]:
        if path.startswith("/latest/"):
            return self._metadata(path)
        if path == "/keys":
            return 200, {"Code": "Success", **self.cloud.issue()}
        action = told.get("Action", [""])[0]
        if action == "AssumeRoleWithOIDC" and told.get("OIDCToken") != [OIDC_TOKEN]:
            return 400, {"Code": "AuthenticationFail.OIDCToken.Invalid"}
        if action in ("AssumeRole", "AssumeRoleWithOIDC"):
            return 200, {"RequestId": "1", "Credentials": self.cloud.issue()}
        return 404, ""

    def _metadata(self, path: str) -> tuple[int, Any]:
        if path == "/latest/api/token":
            is_right = "X-aliyun-ecs-metadata-token-ttl-seconds" in self.headers
            return (200, IMDS_TOKEN) if is_right and self.command == "PUT" else (400, "")
        if self.headers["X-aliyun-ecs-metadata-token"] != IMDS_TOKEN:
            return 403, ""
        return 200, ROLE if path == _ROLES else {"Code": "Success", **self.cloud.issue()}


@contextmanager
def cloud(life: float = 3600, clock: Callable[[], float] = time.time) -> Iterator[Cloud]:
    """Yields a cloud that runs."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(_KEY)
    made = Cloud(life, clock)
    handler = type("Handler", (_Handler,), {"cloud": made})
    with ExitStack() as stack:
        for scheme in ("http", "https"):
            server = stack.enter_context(ThreadingHTTPServer(("127.0.0.1", 0), handler))
            server.daemon_threads = True
            if scheme == "https":
                server.socket = context.wrap_socket(server.socket, server_side=True)
            made.ports[scheme] = server.server_port
            threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            stack.callback(server.shutdown)
        yield made


def redirect(ports: Mapping[str, int]) -> None:
    """Leads all connections that urllib3 makes in this process to the servers at `ports`."""
    real = _connection.create_connection

    def connect(address: tuple[str, int], *args: Any, **options: Any) -> Any:
        scheme = "https" if address[1] == 443 else "http"
        return real(("127.0.0.1", ports[scheme]), *args, **options)

    _connection.create_connection = connect


@contextmanager
def redirected(ports: Mapping[str, int]) -> Iterator[None]:
    """Does so for a while, and has certificates of the servers trusted."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("SSL_CERT_FILE", str(CERTIFICATES))
        patched.setattr(_connection, "create_connection", _connection.create_connection)
        redirect(ports)
        TeaCore._sessions.clear()  # of connections to servers that are gone
        yield
