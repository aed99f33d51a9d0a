"""Columns of text that lies packed in memory, as Arrow and NumPy keep it.

The compiled engine reads such text in place. To everyone else a `TextColumn` is a sequence of str
and None.
"""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from .plan import TOO_LONG, ColumnError

#: Most bytes of a text that are looked at: far more than any column admits.
MAX_LENGTH = 0x0FFFFFFF

# How the text of a segment lies in memory.
OFFSETS_32 = 0  # n + 1 int32 offsets into data
OFFSETS_64 = 1  # n + 1 int64 offsets into data
VIEWS = 2  # n Arrow string views: length and 12 bytes, or length, prefix, buffer and offset
BYTES = 3  # n times `width` bytes of UTF-8, padded with NUL
UCS4 = 4  # n times `width` code points of 4 bytes, padded with NUL


#: Rows, nulls and buffers of an Arrow array: a bitmap or None, and then as its type has them.
Parts = tuple[int, int, list[Any]]


class Segment(NamedTuple):
    """Consecutive rows of text in memory.

    Attributes:
        form: One of the forms above.
        rows: How many rows.
        validity: Address of a bitmap whose bit is 1 where a row is not null; 0 without nulls.
        first: Index of the first row, in the bitmap and in what `starts` points to.
        starts: Address of the offsets or views; of the text itself for fixed widths.
        data: Address of the text; for views of a list of the addresses of buffers, and behind them
            the address of a list of their sizes.
        width: Bytes or code points of a row for fixed widths; how many buffers views have.
        owner: What keeps the memory alive.
    """

    form: int
    rows: int
    validity: int
    first: int
    starts: int
    data: int
    width: int
    owner: Any


class TextColumn(Sequence[Any]):
    """A column of text that lies packed in memory, as one segment after the other."""

    __slots__ = ("rows", "segments")

    def __init__(self, segments: Sequence[Segment]) -> None:
        self.segments = tuple(segments)
        self.rows = sum(segment.rows for segment in segments)

    def __len__(self) -> int:
        return self.rows

    def __repr__(self) -> str:
        return f"<TextColumn of {self.rows} rows>"

    def part(self, start: int, stop: int) -> TextColumn:
        """Returns the rows from `start` to before `stop`, which lie where they are."""
        found, first = [], 0
        for segment in self.segments:
            left, right = max(start - first, 0), min(stop - first, segment.rows)
            if left < right:
                found.append(segment._replace(first=segment.first + left, rows=right - left))
            first += segment.rows
        return TextColumn(found)

    def without(self, rows: Iterable[int]) -> TextColumn:
        """Returns the column with nulls in these rows, which ascend."""
        found: list[Segment] = []
        first = 0
        for row in rows:
            found += (*self.part(first, row).segments, _null_segment())
            first = row + 1
        return TextColumn([*found, *self.part(first, self.rows).segments])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (TextColumn, list, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return list, (list(self),)  # addresses mean nothing elsewhere

    def __iter__(self) -> Iterator[str | None]:
        return chain.from_iterable(map(_read_segment, self.segments))

    def __getitem__(self, index: Any) -> Any:
        if isinstance(index, slice):
            return list(self)[index]
        row = range(self.rows)[index]
        for segment in self.segments:
            if row < segment.rows:
                return next(_read_segment(segment._replace(first=segment.first + row, rows=1)))
            row -= segment.rows
        raise IndexError("column index out of range")


@lru_cache(maxsize=1)
def _null_segment() -> Segment:
    """Returns one row that is null."""
    import ctypes  # not needed to import the package

    owner = (ctypes.c_int64 * 2)()
    zeros = ctypes.addressof(owner)
    return Segment(OFFSETS_32, 1, zeros, 0, zeros, 0, 0, owner)


def _read_segment(segment: Segment) -> Iterator[str | None]:
    read = _READERS[segment.form]
    for row in range(segment.first, segment.first + segment.rows):
        if segment.validity and not _byte(segment.validity + row // 8) >> row % 8 & 1:
            yield None
        else:
            yield read(segment, row)


def _byte(address: int) -> int:
    import ctypes  # not needed to import the package

    return ctypes.c_uint8.from_address(address).value


def _read_offsets(segment: Segment, row: int) -> str:
    import ctypes  # not needed to import the package

    size, kind = (4, ctypes.c_int32) if segment.form == OFFSETS_32 else (8, ctypes.c_int64)
    start, end = (kind * 2).from_address(segment.starts + row * size)
    if start < 0 or end < start or (end > start and not segment.data):
        raise _broken()
    if end - start > MAX_LENGTH:
        raise ColumnError(0, TOO_LONG)
    return ctypes.string_at(segment.data + start, end - start).decode() if end > start else ""


def _read_view(segment: Segment, row: int) -> str:
    import ctypes  # not needed to import the package

    view = segment.starts + row * 16
    length, _, buffer, offset = (ctypes.c_int32 * 4).from_address(view)
    if 0 <= length <= 12:
        return ctypes.string_at(view + 4, length).decode()
    if length < 0 or not 0 <= buffer < segment.width or offset < 0:
        raise _broken()
    *buffers, sizes = (ctypes.c_void_p * (segment.width + 1)).from_address(segment.data)
    data = buffers[buffer]
    if not sizes or not data:
        raise _broken()
    if offset + length > (ctypes.c_int64 * segment.width).from_address(sizes)[buffer]:
        raise _broken()
    if length > MAX_LENGTH:
        raise ColumnError(0, TOO_LONG)
    return ctypes.string_at(data + offset, length).decode()


def _broken() -> UnicodeDecodeError:
    """Returns the error of a row whose offsets cannot be right: like bytes, it is no text."""
    return UnicodeDecodeError("utf-8", b"", 0, 0, "its offsets lie outside their buffer")


def _read_bytes(segment: Segment, row: int) -> str:
    import ctypes  # not needed to import the package

    text = ctypes.string_at(segment.starts + row * segment.width, segment.width)
    return text.rstrip(b"\0").decode()


def _read_ucs4(segment: Segment, row: int) -> str:
    import ctypes  # not needed to import the package

    codes = (ctypes.c_uint32 * segment.width).from_address(segment.starts + row * segment.width * 4)
    # What is no code point is refused like a surrogate, which is none by itself either.
    return "".join(chr(code) if code <= 0x10FFFF else "\ud800" for code in codes).rstrip("\0")


_READERS = {
    OFFSETS_32: _read_offsets,
    OFFSETS_64: _read_offsets,
    VIEWS: _read_view,
    BYTES: _read_bytes,
    UCS4: _read_ucs4,
}


def few_texts(value: Any, most: int) -> list[Any] | None:
    """Returns a short tuple, or column of PyArrow or NumPy, as a list; None for others.

    Example:
        >>> few_texts(["a"], 64) is None
        True
    """
    kind = type(value)
    if kind is tuple:
        return list(value) if len(value) <= most else None
    if kind.__module__ == "pyarrow.lib" and hasattr(kind, "to_pylist"):
        try:
            return value.to_pylist() if len(value) <= most else None
        except UnicodeDecodeError:  # the engine tells the row
            return None
    if kind.__module__ == "numpy" and kind.__name__ == "ndarray" and value.dtype.kind in "UT":
        return value.tolist() if value.ndim == 1 and len(value) <= most else None
    return None
