"""Text that lies packed in memory: every form, read in place by each engine, against plain str."""

from __future__ import annotations

import ctypes
import random
from array import array
from collections.abc import Sequence
from itertools import pairwise
from typing import Any
from urllib.parse import quote

import pytest

from ossign_fast._engine.columns import (
    BYTES,
    OFFSETS_32,
    OFFSETS_64,
    UCS4,
    VIEWS,
    Segment,
    TextColumn,
)
from ossign_fast._engine.plan import (
    NOT_UTF8,
    NULL,
    SIGNATURE,
    SURROGATE,
    TOO_LONG,
    ColumnError,
    Plan,
)
from support.engine import KEY_COLUMN, bind, signed
from support.engines import Engine

PLAN = Plan((b"GET\n/", 0, b"\nend"), (b"https://host/", 0, b"?", SIGNATURE), (KEY_COLUMN,))
FORMS = [OFFSETS_32, OFFSETS_64, VIEWS, BYTES, UCS4]
NAMES = ["offsets 32", "offsets 64", "views", "bytes", "ucs4"]
TEXTS = ["", "a", "key-7", "a b/c", "é", "中文", "😀", "x" * 12, "y" * 13, "é" * 70, "k" * 200]


def address(buffer: Any) -> int:
    """Returns where the bytes of `buffer` lie."""
    return ctypes.addressof(ctypes.c_char.from_buffer(buffer))


def bitmap(rows: Sequence[bytes | None], first: int) -> bytearray:
    bits = bytearray((first + len(rows) + 7) // 8)
    for place, row in enumerate(rows, first):
        bits[place // 8] |= (row is not None) << place % 8
    return bits


def pack(form: int, rows: Sequence[bytes | None], first: int = 0) -> Segment:
    """Returns `rows`, UTF-8 or what is taken for it, in one of the forms, `first` rows before."""
    texts = [b"before"] * first + [row or b"" for row in rows]
    owners: list[Any] = [bytearray(b"".join(texts) + b"\0")]
    starts, data, width = 0, address(owners[0]), 0
    if form in (OFFSETS_32, OFFSETS_64):
        offsets = array("i" if form == OFFSETS_32 else "q", (0,))
        for text in texts:
            offsets.append(offsets[-1] + len(text))
        owners.append(offsets)
    elif form == VIEWS:
        views, place = bytearray(), 0
        for text in texts:
            views += len(text).to_bytes(4, "little")
            inline = text.ljust(12, b"\0") if len(text) <= 12 else (
                text[:4] + (1).to_bytes(4, "little") + place.to_bytes(4, "little")
            )  # fmt: skip
            views += inline
            place += len(text)
        sizes = array("q", (0, place))
        pointers = array("Q", (0, data, address(sizes)))
        owners += [views + b"\0", pointers, sizes]
        data, width = address(pointers), 2
    else:
        unit = 1 if form == BYTES else 4
        cells = [text if form == BYTES else text.decode().encode("utf-32-le") for text in texts]
        width = max([1, *(len(cell) // unit for cell in cells)])
        owners.append(
            bytearray(b"".join(cell.ljust(width * unit, b"\0") for cell in cells) + b"\0")
        )
    starts = address(owners[1])
    validity = 0
    if None in rows:
        owners.append(bitmap(rows, first))
        validity = address(owners[-1])
    return Segment(form, len(rows), validity, first, starts, data, width, owners)


def sign(engine: Engine, column: TextColumn, keep_nulls: bool = False) -> list[str]:
    data, offsets, _ = engine.module.sign_packed(bind(engine, PLAN), [column], 1, keep_nulls)
    urls: list[str] = engine.module.unpack(data, offsets)
    return urls


def expected(texts: Sequence[str | None]) -> list[str]:
    return ["" if t is None else signed(PLAN, [quote(t, safe="/").encode()]) for t in texts]


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
@pytest.mark.parametrize("first", [0, 1, 9])
def test_every_form(engine: Engine, form: int, first: int) -> None:
    column = TextColumn([pack(form, [text.encode() for text in TEXTS], first)])
    assert sign(engine, column) == expected(TEXTS)
    assert list(column) == TEXTS
    assert len(column) == len(TEXTS)


@pytest.mark.parametrize("form", FORMS, ids=NAMES)
def test_many_rows_in_segments(engine: Engine, form: int) -> None:
    draw = random.Random(form)
    texts = [draw.choice(TEXTS) + str(n) for n in range(4200)]
    cuts = [0, 0, 1, 100, 100, 4097, 4200]
    segments = [
        pack(form, [text.encode() for text in texts[start:end]], start % 5)
        for start, end in pairwise(cuts)
    ]
    assert sign(engine, TextColumn(segments)) == expected(texts)


@pytest.mark.parametrize("form", [OFFSETS_32, OFFSETS_64, VIEWS], ids=NAMES[:3])
@pytest.mark.parametrize("first", [0, 3, 8])
def test_nulls(engine: Engine, form: int, first: int) -> None:
    texts = [None if n % 3 == 0 else f"k{n}" for n in range(21)]
    packed = [text and text.encode() for text in texts]
    column = TextColumn([pack(form, [b"a", b"b"]), pack(form, packed, first)])
    assert sign(engine, column, keep_nulls=True) == expected(["a", "b", *texts])
    assert list(column) == ["a", "b", *texts]
    with pytest.raises(ColumnError) as caught:
        sign(engine, column)
    assert (caught.value.row, caught.value.fault) == (2, NULL)


def test_an_empty_column(engine: Engine) -> None:
    for column in (TextColumn([]), TextColumn([pack(form, []) for form in FORMS])):
        assert sign(engine, column) == list(column) == []


def test_rows_by_index() -> None:
    column = TextColumn([pack(form, [text.encode() for text in TEXTS], 2) for form in FORMS])
    every = TEXTS * len(FORMS)
    assert [column[row] for row in range(len(every))] == every
    assert [column[row] for row in range(-len(every), 0)] == every
    assert column[3:20:2] == every[3:20:2]
    with pytest.raises(IndexError):
        column[len(every)]


BROKEN = [
    b"\x80", b"\xbf", b"\xc0\x80", b"\xc1\xbf", b"\xc3", b"\xc3(", b"\xe0\x80\x80", b"\xe0\x9f\xbf",
    b"\xe2\x82", b"\xe2(\xa1", b"\xed\xa0\x80", b"\xed\xbf\xbf", b"\xf0\x80\x80\x80", b"\xff",
    b"\xf0\x8f\xbf\xbf", b"\xf0\x9f\x98", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xfe\xff",
    b"\xf8\x88\x80\x80\x80", b"a" * 20 + b"\xc3", b"\xc3" + b"a" * 20, b"eight888\x80",
]  # fmt: skip
EDGES = [
    b"\xc2\x80", b"\xdf\xbf", b"\xe0\xa0\x80", b"\xed\x9f\xbf", b"\xee\x80\x80", b"\xef\xbf\xbf",
    b"\xf0\x90\x80\x80", b"\xf4\x8f\xbf\xbf", b"eight888\xc3\xa9", b"\x7f", b"a\0b",
]  # fmt: skip


@pytest.mark.parametrize("form", FORMS[:4], ids=NAMES[:4])
def test_the_edges_of_utf8(engine: Engine, form: int) -> None:
    texts = [text.decode() for text in EDGES]
    assert sign(engine, TextColumn([pack(form, EDGES)])) == expected(texts)


@pytest.mark.parametrize("form", FORMS[:4], ids=NAMES[:4])
def test_what_is_no_utf8_is_refused(engine: Engine, form: int) -> None:
    for broken in BROKEN:
        with pytest.raises(UnicodeDecodeError):
            broken.decode()
        column = TextColumn([pack(form, [b"a"]), pack(form, [b"b", broken, broken])])
        with pytest.raises(ColumnError) as caught:
            sign(engine, column)
        assert (caught.value.row, caught.value.fault) == (2, NOT_UTF8), broken


def test_random_bytes_are_utf8_as_python_has_it(engine: Engine) -> None:
    draw = random.Random(8)
    pool = [*EDGES, *BROKEN, b"a", b"\xc3\xa9", b"\xe4\xb8\xad"]
    for _ in range(400):
        text = b"".join(draw.choice(pool) for _ in range(draw.randrange(1, 4)))
        column = TextColumn([pack(OFFSETS_64, [text])])
        try:
            wanted = expected([text.decode()])
        except UnicodeDecodeError:
            with pytest.raises(ColumnError, match=NOT_UTF8):
                sign(engine, column)
        else:
            assert sign(engine, column) == wanted


@pytest.mark.parametrize("code", [0xD800, 0xDBFF, 0xDC00, 0xDFFF])
def test_surrogates_among_code_points(engine: Engine, code: int) -> None:
    cells = array("I", [ord("a"), 0, ord("b"), code])
    segment = Segment(UCS4, 2, 0, 0, cells.buffer_info()[0], 0, 2, cells)
    with pytest.raises(ColumnError) as caught:
        sign(engine, TextColumn([segment]))
    assert (caught.value.row, caught.value.fault) == (1, SURROGATE)


@pytest.mark.parametrize("code", [0x110000, 0x7FFFFFFF, 0xFFFFFFFF])
def test_numbers_that_are_no_code_points(engine: Engine, code: int) -> None:
    cells = array("I", [ord("a"), code])
    segment = Segment(UCS4, 2, 0, 0, cells.buffer_info()[0], 0, 1, cells)
    with pytest.raises(ColumnError) as caught:
        sign(engine, TextColumn([segment]))
    assert caught.value.row == 1


DAMAGED: dict[str, tuple[int, Any]] = {
    "descending": (OFFSETS_32, array("i", [0, 1, 3, 2])),
    "descending, long": (OFFSETS_64, array("q", [0, 1, 3, 2])),
    "negative": (OFFSETS_32, array("i", [0, 1, -3, 2])),
    "far apart": (OFFSETS_32, array("i", [0, 1, 1, -(2**31)])),
    "a view of negative length": (VIEWS, (-1, 0, 0, 0)),
    "a view of the least length": (VIEWS, (-(2**31), 0, 0, 0)),
    "a view of no buffer": (VIEWS, (20, 0, 2, 0)),
    "a view of a buffer below": (VIEWS, (20, 0, -1, 0)),
    "a view of an empty buffer": (VIEWS, (20, 0, 0, 0)),
    "a view from before its buffer": (VIEWS, (20, 0, 1, -1)),
    "a view past its buffer": (VIEWS, (20, 0, 1, 60)),
    "a view of too much": (VIEWS, (2**31 - 1, 0, 1, 0)),
}


@pytest.mark.parametrize("name", DAMAGED)
def test_offsets_that_cannot_be_right_are_refused(engine: Engine, name: str) -> None:
    form, offsets = DAMAGED[name]
    good = pack(form, [b"a", b"b" * 30, b"c" * 40])
    if form == VIEWS:
        starts: Any = bytearray(ctypes.string_at(good.starts, 48))
        starts[32:48] = array("i", offsets).tobytes()
    else:
        starts = offsets
    column = TextColumn([good._replace(starts=address(starts), owner=(good, starts))])
    with pytest.raises(ColumnError) as caught:
        sign(engine, column)
    assert caught.value.fault == NOT_UTF8
    assert caught.value.row == (1 if name in ("negative",) else 2)
    with pytest.raises(UnicodeDecodeError):
        list(column)


def test_lengths_that_no_text_has_are_refused_unread(engine: Engine) -> None:
    starts = array("q", [0, 1, 2**40])
    segment = pack(OFFSETS_64, [b"a", b"b"])
    column = TextColumn([segment._replace(starts=address(starts), owner=(segment, starts))])
    with pytest.raises(ColumnError) as caught:
        sign(engine, column)
    assert (caught.value.row, caught.value.fault) == (1, TOO_LONG)


def test_text_that_lies_nowhere_is_refused(engine: Engine) -> None:
    segment = pack(OFFSETS_32, [b"", b"a"])._replace(data=0)
    with pytest.raises(ColumnError) as caught:
        sign(engine, TextColumn([segment]))
    assert (caught.value.row, caught.value.fault) == (1, NOT_UTF8)
