"""The body of a request: framed by its headers, read once, and never beyond its end."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from ._errors import ServiceError

_PIECE = 256 * 1024
_LINE = 8192
_MAX_TRAILERS = 100
_FRAMING = rb"(?!(?i:content-length|transfer-encoding|host):)"  # too late to say
_TRAILER = re.compile(_FRAMING + rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+:[\t -~\x80-\xff]*")
_BLANKS = " \t"  # str.strip() takes others off too, which a proxy in front does not


class Stream(Protocol):
    """What a body is read from."""

    def read(self, size: int, /) -> bytes: ...

    def readline(self, size: int, /) -> bytes: ...


class Body:
    """An iterator over the pieces of a body that may be wrong, late, endless or cut off.

    Args:
        stream: Where the bytes come from.
        length: The declared length; None for the chunked transfer coding.
        limit: The most bytes that are accepted.
        sha256: The hexadecimal SHA-256 that the body must have; None for any.
        before_read: Called once before the first byte is read.

    Attributes:
        finished: Whether nothing of the body is left in the stream.
    """

    def __init__(
        self,
        stream: Stream,
        length: int | None,
        *,
        limit: int,
        sha256: str | None = None,
        before_read: Callable[[], None] = lambda: None,
    ) -> None:
        self._stream = stream
        self._length = length
        self._limit = limit
        self._sha256 = sha256
        self._before_read = before_read
        self.finished = length == 0

    def __iter__(self) -> Iterator[bytes]:
        if self._sha256 is None:
            yield from self._pieces()
            return
        digest = hashlib.sha256()
        for piece in self._pieces():
            digest.update(piece)
            yield piece
        if digest.hexdigest() != self._sha256:
            raise ServiceError(
                "InvalidDigest", "The body is another than x-oss-content-sha256 was signed for."
            )

    def _pieces(self) -> Iterator[bytes]:
        if self.finished:
            return
        if self._length is not None and self._length > self._limit:
            raise _too_large()
        self._before_read()
        total = 0
        for piece in self._chunks() if self._length is None else self._exactly(self._length):
            total += len(piece)
            if total > self._limit:
                raise _too_large()
            yield piece
        self.finished = True

    def read(self, limit: int) -> bytes:
        """Returns the whole body if it is no longer than `limit` bytes.

        Raises:
            ServiceError: EntityTooLarge, or the body is broken.
        """
        self._limit = min(limit, self._limit)
        return b"".join(self)

    def _exactly(self, count: int) -> Iterator[bytes]:
        while count:
            piece = self._stream.read(min(count, _PIECE))
            if not piece:
                raise ServiceError("IncompleteBody", "The body ended before its declared length.")
            count -= len(piece)
            yield piece

    def _chunks(self) -> Iterator[bytes]:
        while size := self._chunk_size():
            yield from self._exactly(size)
            if self._stream.read(2) != b"\r\n":
                raise _broken_chunks()
        for _ in range(_MAX_TRAILERS):
            line = self._line()
            if not line:
                return
            if _TRAILER.fullmatch(line) is None:
                break
        raise _broken_chunks()

    def _chunk_size(self) -> int:
        digits = self._line().partition(b";")[0].strip(b" \t")
        if re.fullmatch(b"[0-9A-Fa-f]{1,15}", digits) is None:
            raise _broken_chunks()
        return int(digits, 16)

    def _line(self) -> bytes:
        line = self._stream.readline(_LINE)
        if not line.endswith(b"\r\n") or b"\r" in line[:-2]:
            raise _broken_chunks()
        return line[:-2]


def body_length(lengths: Sequence[str], codings: Sequence[str]) -> int | None:
    """Returns the declared length (0 without one), or None for a chunked body.

    Args:
        lengths: All Content-Length values of the request.
        codings: All Transfer-Encoding values.

    Raises:
        ServiceError: BadRequest, where more than one reading is possible.
    """
    if codings:
        if lengths or [coding.strip(_BLANKS).lower() for coding in codings] != ["chunked"]:
            raise ServiceError("BadRequest", "Transfer-Encoding: only chunked, without a length.")
        return None
    if not lengths:
        return 0
    if len(lengths) > 1 or re.fullmatch("[0-9]{1,18}", lengths[0]) is None:
        raise ServiceError("BadRequest", "Content-Length: must be one decimal number.")
    return int(lengths[0])


def _too_large() -> ServiceError:
    return ServiceError(
        "EntityTooLarge", "Your proposed upload exceeds the maximum allowed object size."
    )


def _broken_chunks() -> ServiceError:
    return ServiceError("IncompleteBody", "The chunked body is broken or was cut off.")
