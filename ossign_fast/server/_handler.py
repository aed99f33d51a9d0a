"""HTTP/1.1 for the local endpoint: reads requests, writes answers, survives bad clients."""

from __future__ import annotations

import base64
import email.errors
import logging
import re
import socket
import time
import uuid
from collections.abc import Callable
from contextlib import suppress
from http.server import BaseHTTPRequestHandler
from typing import Protocol

from ._body import Body, body_length
from ._errors import ServiceError
from ._exchange import Answer, Slice, xml_answer
from ._files import DamagedFileError, read_pieces
from ._service import Request, Service
from ._wire import Wire

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 64 * 1024 * 1024
_WITHOUT_CONTENT = (204, 304)
_PROTOCOL_ERRORS = {
    414: ("UriTooLong", "The request line is too long."),
    431: ("RequestHeaderTooLarge", "The headers are too many or too long."),
    501: ("MethodNotAllowed", "The specified method is not allowed."),
}
_DEFECTS_OF_A_BODY = (
    email.errors.NoBoundaryInMultipartDefect,
    email.errors.StartBoundaryNotFoundDefect,
    email.errors.MultipartInvariantViolationDefect,
)
_DIGEST = re.compile("[0-9a-f]{64}")
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]+")
_TARGET = re.compile(r"[!-~]+")
_FIELD_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_FIELD_VALUE = re.compile(r"[\t -~\x80-\xff]*")
_logger = logging.getLogger("ossign_fast.server")


class Settings(Protocol):
    """What the handler needs of its server."""

    service: Service
    max_body: int
    io_timeout: float
    request_timeout: float
    access_log: Callable[[str], None] | None


class Handler(BaseHTTPRequestHandler):
    """Serves one connection."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # broken request lines get a status line too
    disable_nagle_algorithm = True

    rfile: Wire
    _body: Body | None = None
    _awaits_continue = False
    _reason = ""  # of a refusal, for the log

    @property
    def _settings(self) -> Settings:
        return self.server  # type: ignore[return-value]

    def setup(self) -> None:
        """Prepares the connection."""
        super().setup()
        silence = self._settings.io_timeout
        self.rfile = Wire(self.connection, silence=silence, head=silence)

    def handle(self) -> None:
        """Serves requests until one side closes."""
        with suppress(ConnectionError):
            super().handle()

    def handle_one_request(self) -> None:
        """Serves the next request of this connection."""
        self.rfile.begin()
        super().handle_one_request()

    def _serve(self) -> None:
        self.rfile.grant(self._settings.request_timeout)
        try:
            answer = self._settings.service.answer(self._read_request())
        except ServiceError as error:
            self._reason = error.reason
            answer = self._error_answer(error)
        except (ConnectionError, TimeoutError):
            raise
        except Exception:
            _logger.exception("the local endpoint failed to answer a request")
            answer = self._error_answer(ServiceError("InternalError", "See the endpoint's log."))
        self._send(answer)

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = _serve  # noqa: N815 - http.server's names

    def _read_request(self) -> Request:
        """Returns the request whose head was just parsed, after stricter checks than parsing has.

        Raises:
            ServiceError: BadRequest.
        """
        words = self.requestline.split(" ")
        hosts = self.headers.get_all("Host", [])
        plain = len(words) == 3 and _TARGET.fullmatch(words[1]) is not None
        if not plain or [words[0], words[2]] != [self.command, self.request_version]:
            raise ServiceError("BadRequest", "The request line must be: METHOD target HTTP/1.1.")
        if len(hosts) > 1 or (not hosts and self.request_version != "HTTP/1.0"):
            raise ServiceError("BadRequest", "Host: must be sent once.")
        if hosts and _HOST.fullmatch(hosts[0].strip(" \t")) is None:
            raise ServiceError("BadRequest", "Host: must be host[:port].")
        if self.rfile.is_malformed or self._headers_are_broken():
            raise ServiceError("BadRequest", "A header line is malformed or folded.")
        expect = self.headers.get("Expect", "").lower()
        self._awaits_continue = expect == "100-continue" and self.request_version != "HTTP/1.0"
        self._body = Body(
            self.rfile,
            body_length(
                self.headers.get_all("Content-Length", []),
                self.headers.get_all("Transfer-Encoding", []),
            ),
            limit=self._settings.max_body,
            sha256=self._signed_digest(),
            before_read=self._send_continue,
        )
        headers = [(name, value.encode("latin-1")) for name, value in self.headers.items()]
        # Not self.path: http.server collapses slashes there, and the signature covers them.
        return Request(self.command, words[1], headers, self._body)

    def _signed_digest(self) -> str | None:
        """Returns the SHA-256 that the client says its body has; the signature covers that."""
        text = self.headers.get("x-oss-content-sha256", "").strip(" \t")
        return text if _DIGEST.fullmatch(text) else None

    def _headers_are_broken(self) -> bool:
        # The parser is one of mails: it ends the headers at a line that it cannot read, takes the
        # rest for a body, and misses the parts that a multipart type promises.
        defects = [d for d in self.headers.defects if not isinstance(d, _DEFECTS_OF_A_BODY)]
        return bool(
            defects
            or self.headers.get_unixfrom()
            or self.headers.get_payload()
            or any(
                _FIELD_NAME.fullmatch(name) is None or _FIELD_VALUE.fullmatch(value) is None
                for name, value in self.headers.items()
            )
        )

    def handle_expect_100(self) -> bool:
        """Leaves the decision to the moment when the body is wanted."""
        return True

    def _send_continue(self) -> None:
        if self._awaits_continue:
            self._awaits_continue = False
            self.send_response_only(100)
            self.end_headers()

    def _error_answer(self, error: ServiceError) -> Answer:
        request_id = self._new_request_id()
        fields = {
            "Code": error.code,
            "Message": error.message,
            "RequestId": request_id,
            "HostId": self._host(),
        }
        if self.command == "HEAD":  # no content may follow, so OSS puts it into a header
            brief = xml_answer("Error", fields).content
            assert isinstance(brief, bytes)
            error.headers["x-oss-err"] = base64.b64encode(brief).decode()
        if "EC" in error.details:
            error.headers["x-oss-ec"] = error.details["EC"]
        return xml_answer(
            "Error",
            {**fields, **error.details},
            error.status,
            {**error.headers, "x-oss-request-id": request_id},
        )

    @staticmethod
    def _new_request_id() -> str:
        return uuid.uuid4().hex[:24].upper()

    def _host(self) -> str:
        headers = getattr(self, "headers", None)
        return "localhost" if headers is None else headers.get("Host", "localhost")

    def _send(self, answer: Answer) -> None:
        content = answer.content
        unread = self._body is None or not self._body.finished or "Connection" in answer.headers
        self.close_connection = self.close_connection or unread
        self.connection.settimeout(self._settings.io_timeout)
        try:
            self._send_head(answer)
            if self.command == "HEAD" or not answer.length:
                pass
            elif isinstance(content, Slice):
                self._send_slice(content)
            else:
                self.wfile.write(content)
        finally:
            self._body = None
            if isinstance(content, Slice):
                content.file.close()
        if unread and not self._awaits_continue:
            self._linger()

    def _send_slice(self, content: Slice) -> None:
        # Piece by piece, as the time for each is limited: a client that takes a byte now and then
        # would hold `socket.sendfile` for ever.
        try:
            for piece in read_pieces(content.file, content.start, content.count):
                self.wfile.write(piece)
        except DamagedFileError:
            self.close_connection = True  # the one way left to tell

    def _send_head(self, answer: Answer) -> None:
        self.send_response(answer.status)
        headers = {"x-oss-request-id": self._new_request_id(), **answer.headers}
        if answer.status not in _WITHOUT_CONTENT:
            headers["Content-Length"] = str(answer.length)
        if self.close_connection:
            headers["Connection"] = "close"
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _linger(self) -> None:
        """Reads on for a while, because closing at once could destroy the answer on its way."""
        deadline = time.monotonic() + _LINGER_SECONDS
        self.connection.settimeout(_LINGER_SECONDS)
        budget = _LINGER_BYTES
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_WR)
            while budget > 0 and time.monotonic() < deadline:
                piece = self.connection.recv(65536)
                if not piece:
                    return
                budget -= len(piece)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Refuses what could not be parsed; the texts given are unused, for they quote it."""
        self._body = None
        default = ("BadRequest", "The request is not HTTP/1.1 as this endpoint reads it.")
        self._send(self._error_answer(ServiceError(*_PROTOCOL_ERRORS.get(code, default))))

    def version_string(self) -> str:
        """Returns what the Server header says."""
        return "ossign_fast"

    def date_time_string(self, timestamp: float | None = None) -> str:
        """Returns an HTTP date, of the endpoint's clock by default."""
        return super().date_time_string(
            self._settings.service.clock() if timestamp is None else timestamp
        )

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Logs method, path, status and why it was refused; no signature, no token."""
        if self._settings.access_log is None:
            return
        path = self.requestline.partition(" ")[2].partition(" ")[0].partition("?")[0]
        shown = path if path.isascii() and path.isprintable() else "-"
        reason = "".join(c if c.isprintable() else "?" for c in self._reason)
        self._reason = ""
        line = f"{self.command or '-'} {shown or '-'} {code} {reason}"
        self._settings.access_log(line.rstrip())

    def log_message(self, *_: object) -> None:
        """Logs nothing; `log_request` has it all."""
