"""Columns: many values of one kind, from Python sequences, NumPy arrays or Arrow arrays.

Lists and tuples go to the engine as they are. Text that lies packed in memory, in an Arrow array or
a NumPy array of text, becomes a `TextColumn`: the addresses of its parts, which the compiled engine
reads in place. To everyone else a `TextColumn` is a sequence of str and None.
"""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from ._errors import RequestError

# How the text of a segment lies in memory.
OFFSETS_32 = 0  # n + 1 int32 offsets into data
OFFSETS_64 = 1  # n + 1 int64 offsets into data
VIEWS = 2  # n Arrow string views: length and 12 bytes, or length, prefix, buffer and offset
BYTES = 3  # n times `width` bytes of UTF-8, padded with NUL
UCS4 = 4  # n times `width` code points of 4 bytes, padded with NUL

_NUMPY_SLICE = 4096  # rows of a StringDType array that are converted at a time


class Segment(NamedTuple):
    """Consecutive rows of text in memory.

    Attributes:
        form: One of the forms above.
        rows: How many rows.
        validity: Address of a bitmap whose bit is 1 where a row is not null; 0 without nulls.
        first: Index of the first row, in the bitmap and in what `starts` points to.
        starts: Address of the offsets or views; of the text itself for fixed widths.
        data: Address of the text; of a list of addresses for views.
        width: Bytes or code points of a row for fixed widths.
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

    def __iter__(self) -> Iterator[str | None]:
        return chain.from_iterable(map(_read_segment, self.segments))

    def __getitem__(self, index: Any) -> Any:
        return list(self)[index]


def as_column(field: str, value: Any) -> Sequence[Any]:
    """Returns a column as a list, a tuple or a `TextColumn`.

    Args:
        field: What an error calls it.
        value: A sequence, an iterable, a NumPy array, or anything with `__arrow_c_array__` or
            `__arrow_c_stream__`.

    Raises:
        RequestError: It is no such thing, or of more than one dimension.
    """
    if isinstance(value, (list, tuple, TextColumn)):
        return value
    if isinstance(value, (str, bytes, Mapping, set, frozenset)) or getattr(value, "ndim", 1) != 1:
        raise RequestError(field, "must be a sequence with one value for each row")
    if hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__"):
        from ._arrow import import_text

        segments = import_text(value)
        if segments is not None:
            return TextColumn(segments)
    if hasattr(value, "__array_interface__") and hasattr(value, "dtype"):
        segments = _numpy_segments(value)
        if segments is not None:
            return TextColumn(segments)
    try:
        return list(value.tolist() if hasattr(value, "tolist") else value)
    except TypeError:
        raise RequestError(field, "must be a sequence with one value for each row") from None


def _numpy_segments(values: Any) -> list[Segment] | None:
    """Returns where the text of a NumPy array lies, or None if it is of another kind."""
    if values.dtype.kind == "T":
        return _string_dtype_segments(values)
    if values.dtype.kind not in "SU":
        return None
    return [_fixed_segment(values)]


def _fixed_segment(values: Any) -> Segment:
    if not values.dtype.isnative or not values.flags.c_contiguous:
        values = values.astype(values.dtype.newbyteorder("="), order="C")
    form, unit = (BYTES, 1) if values.dtype.kind == "S" else (UCS4, 4)
    width = values.dtype.itemsize // unit
    return Segment(form, len(values), 0, 0, values.ctypes.data, 0, width, values)


def _string_dtype_segments(values: Any) -> list[Segment] | None:
    """Converts a StringDType array, whose memory cannot be read, slice by slice to fixed widths."""
    import numpy as np

    if hasattr(values.dtype, "na_object"):
        return None
    segments = []
    for start in range(0, len(values), _NUMPY_SLICE):
        part = values[start : start + _NUMPY_SLICE]
        lengths = np.strings.str_len(part)
        fixed = part.astype(f"U{max(int(lengths.max()), 1)}")
        if (np.strings.str_len(fixed) != lengths).any():
            return None  # a fixed width drops NULs at the end
        segments.append(_fixed_segment(fixed))
    return segments


def _read_segment(segment: Segment) -> Iterator[str | None]:
    read = _READERS[segment.form]
    for row in range(segment.first, segment.first + segment.rows):
        if segment.validity and not _byte(segment.validity + row // 8) >> row % 8 & 1:
            yield None
        else:
            yield read(segment, row)


def _byte(address: int) -> int:
    return ctypes.c_uint8.from_address(address).value


def _read_offsets(segment: Segment, row: int) -> str:
    size, kind = (4, ctypes.c_int32) if segment.form == OFFSETS_32 else (8, ctypes.c_int64)
    start, end = (kind * 2).from_address(segment.starts + row * size)
    return ctypes.string_at(segment.data + start, end - start).decode() if end > start else ""


def _read_view(segment: Segment, row: int) -> str:
    view = segment.starts + row * 16
    length, _, buffer, offset = (ctypes.c_int32 * 4).from_address(view)
    if length <= 12:
        return ctypes.string_at(view + 4, length).decode()
    data = ctypes.c_void_p.from_address(segment.data + buffer * ctypes.sizeof(ctypes.c_void_p))
    return ctypes.string_at((data.value or 0) + offset, length).decode()


def _read_bytes(segment: Segment, row: int) -> str:
    text = ctypes.string_at(segment.starts + row * segment.width, segment.width)
    return text.rstrip(b"\0").decode()


def _read_ucs4(segment: Segment, row: int) -> str:
    codes = (ctypes.c_uint32 * segment.width).from_address(segment.starts + row * segment.width * 4)
    return "".join(map(chr, codes)).rstrip("\0")


_READERS = {
    OFFSETS_32: _read_offsets,
    OFFSETS_64: _read_offsets,
    VIEWS: _read_view,
    BYTES: _read_bytes,
    UCS4: _read_ucs4,
}
