"""HTTP/1.1 for the local endpoint: reads requests, writes answers, and survives bad clients."""

from __future__ import annotations

import base64
import logging
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Protocol

from ._body import Body, body_length
from ._errors import ServiceError
from ._exchange import Answer, Slice, xml_answer
from ._service import Request, Service

_LINGER_SECONDS = 2.0
_LINGER_BYTES = 64 * 1024 * 1024
_WITHOUT_CONTENT = (204, 304)
_PROTOCOL_ERRORS = {
    414: ServiceError("UriTooLong", "The request line is too long."),
    431: ServiceError("RequestHeaderTooLarge", "The headers are too many or too long."),
    501: ServiceError("MethodNotAllowed", "The specified method is not allowed."),
}
_logger = logging.getLogger("ossign_fast.server")


class HandlerSettings(Protocol):
    """What the handler needs of its server."""

    service: Service
    max_body: int
    io_timeout: float
    access_log: Callable[[str], None] | None


class Handler(BaseHTTPRequestHandler):
    """Serves one connection."""

    protocol_version = "HTTP/1.1"
    default_request_version = "HTTP/1.0"  # so that broken request lines get a status line
    disable_nagle_algorithm = True

    settings: HandlerSettings
    _body: Body | None = None
    _awaits_continue = False

    def setup(self) -> None:
        """Prepares the connection."""
        self.settings = self.server  # type: ignore[assignment]
        self.timeout = self.settings.io_timeout
        super().setup()

    def do_GET(self) -> None:
        """Answers one request, whatever its method."""
        self._body = None
        try:
            answer = self.settings.service.answer(self._read_request())
        except ServiceError as error:
            answer = self._error_answer(error)
        except OSError as error:
            ...
        self._send(answer)

    do_HEAD = do_PUT = do_POST = do_DELETE = do_GET
