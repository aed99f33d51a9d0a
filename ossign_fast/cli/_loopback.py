"""One HTTP exchange of the demo with its own endpoint, by the standard library alone.

So the demo needs no extra; what speaks to OSS, through proxies and TLS, is in `_http.py`.
"""

from __future__ import annotations

import contextlib
import http.client
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from ._errors import IO_ERROR, CommandError
from ._refusal import read_refusal
from ._signed_url import SignedUrl

_SECONDS = 60


class Answer:
    """What the endpoint answered, by the names that requests has for it.

    Attributes:
        status_code: The HTTP status.
        headers: The headers.
        raw: What reads the body.
    """

    def __init__(self, response: http.client.HTTPResponse) -> None:
        self.status_code = response.status
        self.headers = response.headers
        self.raw = self
        self._read = response.read

    def read(self, amount: int | None = None, *, decode_content: bool = False) -> bytes:
        """Returns the next bytes of the body, as they were sent: the endpoint encodes none."""
        return self._read(amount)


@contextlib.contextmanager
def exchange(
    method: str, url: SignedUrl, *, headers: Mapping[str, str], body: bytes | None = None
) -> Iterator[Answer]:
    """Sends one request and yields the answer, as `_http.exchange` does, past any proxy.

    Raises:
        Refusal: The endpoint refused the request.
        CommandError: The connection broke.
    """
    parts = urlsplit(url.text)
    connection = http.client.HTTPConnection(parts.netloc, timeout=_SECONDS)
    wire: dict[str, Any] = {name: value.encode() for name, value in headers.items()}
    with contextlib.closing(connection):
        try:
            connection.request(method, f"{parts.path}?{parts.query}", body, wire)
            answer: Any = Answer(connection.getresponse())
        except (OSError, http.client.HTTPException):  # whose texts may hold the URL
            raise CommandError(f"{url.host}: the connection broke", IO_ERROR) from None
        if not 200 <= answer.status_code < 300:
            raise read_refusal(answer, url, headers)
        yield answer
