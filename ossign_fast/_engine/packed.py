"""Many texts in one buffer, as Arrow has them: how they get there, out again and on."""

from __future__ import annotations

import itertools
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from typing import Any

from .columns import Parts

#: Most bytes that offsets of 32 bits reach.
MAX_32 = (1 << 31) - 1


def pack(texts: Sequence[bytes | None]) -> tuple[bytes, array[int], bytes | None]:
    """Returns the texts in a row, n + 1 offsets into it, and a bitmap of what is not None."""
    nulls = [number for number, text in enumerate(texts) if text is None]
    present = [text or b"" for text in texts]
    offsets = array("q", itertools.accumulate(map(len, present), initial=0))
    return b"".join(present), offsets, _validity(len(texts), nulls) if nulls else None


def _validity(rows: int, nulls: Sequence[int]) -> bytes:
    bitmap = bytearray(b"\xff" * ((rows + 7) // 8))
    for row in nulls:
        bitmap[row // 8] &= ~(1 << row % 8)
    return bytes(bitmap)


def valid_rows(validity: Any, first: int, rows: int) -> tuple[bytes | None, int]:
    """Returns the bitmap of these rows alone and how many are null; None for it where none is.

    Args:
        validity: Bitmap of the rows that are not null, or None if that is all.
        first: Its bit that is the first of these rows.
        rows: How many rows.
    """
    if validity is None or not rows:
        return None, 0
    bits = int.from_bytes(validity[first // 8 : (first + rows + 7) // 8], "little")
    bits = bits >> first % 8 & ((1 << rows) - 1)
    nulls = rows - bits.bit_count()
    return bits.to_bytes((rows + 7) // 8, "little") if nulls else None, nulls


def valid_every(validity: bytes, rows: int, index: slice) -> bytes:
    """Returns the bitmap of a slice of the rows of another, which holds these rows alone."""
    bits = _bits(validity, rows)[index]
    return int(bits[::-1] or "0", 2).to_bytes((len(bits) + 7) // 8, "little")


def _bits(validity: bytes, rows: int) -> str:
    """Returns the bits of a bitmap of these rows alone as digits, that of the first row first."""
    return bin(int.from_bytes(validity, "little") | 1 << rows)[:2:-1]


def unpack(data: Any, offsets: Any, validity: Any = None, first: int = 0) -> list[Any]:
    """Returns the texts that `sign_packed` packed, None for nulls.

    Args:
        data: Buffer of ASCII.
        offsets: Buffer of n + 1 int64 offsets into it, ascending.
        validity: Bitmap of the rows that are not null, or None if that is all.
        first: Its bit that is the first of these rows.

    Raises:
        ValueError: Offsets do not ascend or leave `data`, the text is not ASCII, or the bitmap is
            too short.
    """
    ends = memoryview(offsets).tolist()
    if not ends or not 0 <= ends[0] <= ends[-1] <= len(data) or ends != sorted(ends):
        raise ValueError("offsets: must ascend and lie within data")
    if validity is not None and len(validity) * 8 < first + len(ends) - 1:
        raise ValueError("validity: has to have a bit for each row")
    start = ends[0]
    text = str(memoryview(data)[start : ends[-1]], "ascii")
    texts: list[Any] = [text[left - start : end - start] for left, end in itertools.pairwise(ends)]
    bitmap, nulls = valid_rows(validity, first, len(texts))
    if bitmap is not None:
        bits, row = _bits(bitmap, len(texts)), -1
        for _ in range(nulls):
            row = bits.index("0", row + 1)
            texts[row] = None
    return texts


def first_text(column: Sequence[Any]) -> Any:
    """Returns the first item of a column that has rows.

    Raises:
        UnicodeDecodeError: It is no text.
    """
    return column[0]


def import_text(field: str, source: Any) -> list[Any] | None:
    """Returns where the text of an Arrow array or stream lies, or None if it holds no text.

    Args:
        field: What an error calls it.
        source: Anything with `__arrow_c_array__` or `__arrow_c_stream__`.

    Raises:
        RequestError: The producer of a stream reports an error, or what it made is damaged or was
            read before.
    """
    from . import arrow

    return arrow.import_text(field, source)


def arrow_parts(  # noqa: PLR0917 - what a batch is made of
    engine: Any, form: str, validity: Any, first: int, offsets: Any, data: Any
) -> list[Parts]:
    """Returns packed texts as the parts of Arrow arrays, one, if they are not too long for it.

    Args:
        engine: The one that converts offsets.
        form: "U" for large_string, "u" for string, "vu" for string_view.
        validity: Bitmap of the rows that are not null, or None if that is all.
        first: Its bit that is the first of these rows.
        offsets: n + 1 int64 offsets into `data`, ascending from any.
        data: The text.
    """
    rows = len(offsets) - 1
    if form == "U":
        bitmap, nulls = valid_rows(validity, first, rows)
        return [(rows, nulls, [bitmap, offsets, data])]
    pieces = [
        (start, offsets[start : end + 1], data[offsets[start] : offsets[end]])
        for start, end in _pieces(offsets)
    ]
    if form == "vu":
        bitmap, nulls = valid_rows(validity, first, rows)
        views = [engine.views(text, ends, i) for i, (_, ends, text) in enumerate(pieces)]
        texts = [text for _, _, text in pieces]
        sizes = array("q", map(len, texts))
        view = views[0] if len(views) == 1 else b"".join(views)
        return [(rows, nulls, [bitmap, view, *texts, sizes])]
    parts = []
    for start, ends, text in pieces:
        bitmap, nulls = valid_rows(validity, first + start, len(ends) - 1)
        parts.append((len(ends) - 1, nulls, [bitmap, engine.offsets_32(ends), text]))
    return parts


def _pieces(offsets: Any, limit: int = MAX_32) -> list[tuple[int, int]]:
    """Returns the rows in pieces, whose text a 32-bit offset reaches; at least one."""
    pieces, start, rows = [], 0, len(offsets) - 1
    while True:
        end = rows
        if offsets[rows] - offsets[start] > limit:
            end = bisect_right(offsets, offsets[start] + limit, start) - 1
        pieces.append((start, end))
        if end == rows:
            return pieces
        start = end


def offsets_32(offsets: Any) -> Any:
    """Returns ascending offsets of 64 bits as a buffer of those of 32 bits, which begin with 0."""
    first = offsets[0]
    return array("i", [offset - first for offset in offsets])


def views(data: Any, offsets: Any, buffer: int) -> Any:
    """Returns texts as a buffer of Arrow string views.

    Args:
        data: The text, which is that of the first row from its first byte on.
        offsets: n + 1 int64 offsets, ascending from any.
        buffer: The number of `data` among the buffers that views lie in.
    """
    import struct  # not needed to import the package

    found = []
    for start, end in itertools.pairwise(offset - offsets[0] for offset in offsets):
        text = bytes(data[start:end])
        if len(text) <= 12:
            found.append(struct.pack("=i12s", len(text), text))
        else:
            found.append(struct.pack("=i4sii", len(text), text, buffer, start))
    return b"".join(found)


def requested_form(requested_schema: Any) -> str:
    """Returns the Arrow format of the type in a `requested_schema` capsule, which stays whole."""
    from . import arrow

    return arrow.requested_form(requested_schema)


def export_schema(form: str = "U") -> Any:
    """Returns the `arrow_schema` capsule of a nullable array of a format, such as large_utf8."""
    from . import arrow

    return arrow.export_schema(form)


def export_array(parts: Parts) -> Any:
    """Returns the `arrow_array` capsule of an array over the memory of these buffers."""
    from . import arrow

    return arrow.export_array(parts)


def export_stream(form: str, arrays: Sequence[Parts]) -> Any:
    """Returns the `arrow_array_stream` capsule of these arrays, all of one format."""
    from . import arrow

    return arrow.export_stream(form, arrays)
