"""Arrow arrays and streams of any sizes, offsets and bytes: both engines read the same texts.

What the C data interface does not tell, such as the size of a buffer, nobody can check. So whatever
can be read lies within its buffers here, and all else is of a kind that has to be noticed.
"""

from __future__ import annotations

import gc
import itertools
import struct
from dataclasses import dataclass
from typing import Any

import numpy as np

from ossign_fast import RequestError
from support.arrow import ArrayOnly, Chunk, Producer, StreamOnly
from support.engines import ENGINES
from support.strategies import SIGNER

_HEAD = struct.Struct("<BBbbBB")
_FORMS = (b"u", b"U", b"z", b"i", b"", b"vu")
_KINDS = {b"u": np.int32, b"U": np.int64}
_SIGNERS = [
    engine.signer(**SIGNER)
    for engine in ENGINES.values()
    if engine.kernel == engine.module.DEFAULT_KERNEL
]
_MOST_ENDS = 120
# What else may be odd about an array.
_AS_STREAM, _VALIDITY, _NO_OFFSETS, _NO_TEXT, _NULL_COUNT = 1, 2, 4, 8, 16


@dataclass
class Case:
    """An array as it is handed out, and what the rows of it are; None if they cannot be read."""

    form: bytes
    chunk: Chunk
    as_stream: bool
    rows: list[bytes | None] | None


def seed(
    form: int, rows: list[bytes], *, length: int | None = None, at: int = 0, odd: int = 0
) -> bytes:
    """Returns the input that stands for these rows."""
    ends = [0, *itertools.accumulate(map(len, rows))]
    count = len(rows) if length is None else length
    head = _HEAD.pack(form, odd, count, at, len(ends), 0)
    return head + struct.pack(f"<{len(ends)}h", *ends) + b"".join(rows)


SEEDS = [
    seed(0, [b"a", b"b/c", "é中".encode()]),
    seed(1, [b"a b", b"", b"k"]),
    seed(0, [b"before", b"key", b"x"], length=2, at=1, odd=_AS_STREAM),
    seed(1, [b"a", b"b"], length=-1),
    seed(0, [b"k"], odd=_VALIDITY),
    seed(3, [b"1"]),
    seed(0, [b"\xff", b"a"], odd=_VALIDITY | _AS_STREAM),
    seed(1, [b"k"], odd=_NO_OFFSETS),
    seed(1, [b"k"], odd=_NO_TEXT | _NULL_COUNT),
    seed(0, [b"k" * 200, b"/k", b"k\n", b"../k"]),
    seed(5, [b"a"]),
    seed(0, []),
]


def read(data: bytes) -> Case | None:
    """Returns the case that the bytes of the fuzzer stand for."""
    if len(data) < _HEAD.size:
        return None
    form_at, odd, length, offset, count, _ = _HEAD.unpack_from(data)
    form, as_stream = _FORMS[form_at % len(_FORMS)], bool(odd & _AS_STREAM)
    count = min(count, _MOST_ENDS)
    packed, text = data[_HEAD.size :][: 2 * count], data[_HEAD.size + 2 * count :]
    if form not in _KINDS:  # of which nothing is read but the format, or no rows at all
        rows: list[bytes | None] | None = [] if form == b"vu" else None
        return Case(form, Chunk(0, None, b"\0" * 16, b"x"), as_stream, rows)
    # What points past the end of a buffer cannot be noticed, so it is not handed out.
    ends = [
        min(end, len(text)) for end in struct.unpack(f"<{count}h", packed.ljust(2 * count, b"\0"))
    ]
    length = min(length, max(len(ends) - 1 - max(offset, 0), 0))
    bits = text[: len(ends) // 8 + 1].ljust(len(ends) // 8 + 1, b"\xff")
    buffers: list[Any] = [
        bits if odd & _VALIDITY else None,
        None if odd & _NO_OFFSETS else np.array(ends or [0], _KINDS[form]),
        text or None,
    ]
    if odd & _NO_TEXT:
        del buffers[-1]
    null_count = 0 if odd & _NULL_COUNT else -1
    chunk = Chunk(length, *buffers, offset=offset, null_count=null_count)
    return Case(form, chunk, as_stream, rows_of(chunk, ends, text))


def rows_of(chunk: Chunk, ends: list[int], text: bytes) -> list[bytes | None] | None:
    """Returns the rows as the Arrow format defines them; None if it is damaged."""
    if min(chunk.length, chunk.offset) < 0 or len(chunk.buffers) < 3:
        return None
    if chunk.length and chunk.buffers[1] is None:
        return None
    rows: list[bytes | None] = []
    for row in range(chunk.offset, chunk.offset + chunk.length):
        bits = None if chunk.null_count == 0 else chunk.buffers[0]
        if bits is not None and not bits[row // 8] >> row % 8 & 1:
            rows.append(None)
            continue
        start, end = ends[row], ends[row + 1]
        if start < 0 or end < start:
            return None
        rows.append(text[start:end])
    return rows


def outcome(signer: Any, source: Any) -> object:
    """Returns the URLs, or the error with its place."""
    try:
        return signer.presign_many("GET", source, expires=60).tolist()
    except RequestError as error:
        return str(error), error.field, error.row


def signs(rows: list[bytes | None]) -> list[str] | None:
    """Returns the URLs of rows that are given as text, or None if a row is refused."""
    try:
        texts: Any = [None if row is None else row.decode() for row in rows]
        return _SIGNERS[0].presign_many("GET", texts, expires=60).tolist()
    except ValueError:
        return None


def check(data: bytes) -> None:
    """Holds the engines at hand to the rows that an array has, or to one and the same error."""
    case = read(data)
    if case is None:
        return
    told = []
    for signer in _SIGNERS:
        producer = Producer(case.form, case.chunk)
        told.append(outcome(signer, (StreamOnly if case.as_stream else ArrayOnly)(producer)))
        gc.collect(0)
        assert set(producer.released.values()) <= {1}, producer.released
    assert told.count(told[0]) == len(told), told
    expected = None if case.rows is None else signs(case.rows)
    if expected is None:
        assert isinstance(told[0], tuple), (case, told)
    else:
        assert told[0] == expected, (case, told)
