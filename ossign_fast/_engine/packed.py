"""Many texts in one buffer, as Arrow has them: how they get there, out again and on."""

from __future__ import annotations

import itertools
from array import array
from collections.abc import Sequence
from typing import Any


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


def unpack(data: Any, offsets: Any) -> list[str]:
    """Returns the texts that `sign_packed` packed.

    Args:
        data: Buffer of ASCII.
        offsets: Buffer of n + 1 int64 offsets into it, ascending.

    Raises:
        ValueError: Offsets do not ascend or leave `data`, or the text is not ASCII.
    """
    ends = memoryview(offsets).tolist()
    if not ends or not 0 <= ends[0] <= ends[-1] <= len(data) or ends != sorted(ends):
        raise ValueError("offsets: must ascend and lie within data")
    first = ends[0]
    text = str(memoryview(data)[first : ends[-1]], "ascii")
    return [text[start - first : end - first] for start, end in itertools.pairwise(ends)]


def export_schema() -> Any:
    """Returns the `arrow_schema` capsule of a nullable large_utf8 array."""
    from . import arrow

    return arrow.export_schema()


def export_array(nulls: int, validity: bytes | None, offsets: Any, data: Any) -> Any:
    """Returns the `arrow_array` capsule of a large_utf8 array over the memory of these buffers.

    Args:
        nulls: How many rows are null.
        validity: Bitmap of the rows that are not, or None if that is all.
        offsets: n + 1 int64 offsets into `data`, ascending from any.
        data: The text.
    """
    from . import arrow

    return arrow.export_array(nulls, validity, offsets, data)
