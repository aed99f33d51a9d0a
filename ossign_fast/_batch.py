"""Many URLs in one packed buffer."""

from __future__ import annotations

import operator
from array import array
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, overload

from ._engine import engine

_SLICE = 1024  # URLs turned into str at a time while iterating


class UrlBatch(Sequence[str]):
    """The URLs of one `presign_many` call: a sequence of str over one packed buffer.

    A str is made when a URL is asked for; `tolist` makes them all at once, which is the fast way.
    Slices share the buffer. Two batches, or a batch and a list or tuple of str, are equal if their
    URLs are.

    Attributes:
        method: HTTP method that the URLs are good for.
        expiration: Aware UTC time at which the first of them expires.
        signed_headers: Every header the client must send: name to text, or to a sequence with one
            text per row where `presign_many` was given one.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> batch = signer.presign_many("GetObject", ["a", "b", "c"], signing_time=1_700_000_000)
        >>> len(batch), batch[-1].partition("?")[0], len(batch[1:].tolist())
        (3, 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/c', 2)
    """

    __slots__ = ("_data", "_offsets", "expiration", "method", "signed_headers")

    def __init__(
        self,
        data: Any,
        offsets: Any,
        method: str,
        expiration: datetime,
        signed_headers: dict[str, Any],
    ) -> None:
        self._data = memoryview(data)
        self._offsets = memoryview(offsets)
        self.method = method
        self.expiration = expiration
        self.signed_headers = signed_headers

    def tolist(self) -> list[str]:
        """Returns all URLs as a list of str."""
        return engine.unpack(self._data, self._offsets)

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), _SLICE):
            yield from engine.unpack(self._data, self._offsets[start : start + _SLICE + 1])

    @overload
    def __getitem__(self, index: int) -> str: ...
    @overload
    def __getitem__(self, index: slice) -> UrlBatch: ...
    def __getitem__(self, index: int | slice) -> str | UrlBatch:
        if isinstance(index, slice):
            return self._slice(*index.indices(len(self)))
        position = operator.index(index)
        if position < 0:
            position += len(self)
        if not 0 <= position < len(self):
            raise IndexError("batch index out of range")
        start, end = self._offsets[position : position + 2]
        return str(self._data[start:end], "ascii")

    def _slice(self, start: int, stop: int, step: int) -> UrlBatch:
        rows = range(start, stop, step)
        if step == 1:
            offsets = self._offsets[start : max(start, stop) + 1]
            data = self._data
        else:
            ends = self._offsets
            parts = [self._data[ends[row] : ends[row + 1]] for row in rows]
            data = memoryview(b"".join(parts))
            lengths = array("q", (0,))
            for part in parts:
                lengths.append(lengths[-1] + len(part))
            offsets = memoryview(lengths)
        headers = {
            name: value if isinstance(value, str) else [value[row] for row in rows]
            for name, value in self.signed_headers.items()
        }
        return UrlBatch(data, offsets, self.method, self.expiration, headers)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (UrlBatch, list, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True))

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<UrlBatch of {len(self)} {self.method} URLs, expiration={self.expiration}>"

    def __reduce__(self) -> tuple[Any, ...]:
        first, last = self._offsets[0], self._offsets[-1]
        offsets = array("q", [offset - first for offset in self._offsets])
        data = bytes(self._data[first:last])
        return UrlBatch, (data, offsets, self.method, self.expiration, self.signed_headers)
