"""Packed batches: their memory, their nulls, and the way back to str."""

from __future__ import annotations

import gc
import itertools
import random
from array import array
from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ossign_fast._engine.inputs import as_column
from ossign_fast._engine.plan import (
    NOT_TEXT,
    NULL,
    PATH,
    QUERY,
    SIGNATURE,
    TOO_LONG,
    Column,
    ColumnError,
    Plan,
)
from support.engine import KEY_COLUMN, bind, signed
from support.engines import Engine

SHORT = Plan((b"GET\n/", 0), (b"/", 0, SIGNATURE), (Column("key", PATH, maximum=300),))
ONE = Plan((b"GET\n/", 0, b"\nend"), (b"https://host/", 0, b"?", SIGNATURE), (KEY_COLUMN,))
TWO = Plan((0, 1), (0, 1, SIGNATURE), (Column("a", PATH), Column("b", QUERY)))


def test_a_packed_batch_is_ascii_and_ascending_offsets(engine: Engine) -> None:
    keys = ["a", "", "é" * 20, "b" * 300]
    data, offsets, validity = engine.module.sign_packed(bind(engine, ONE), [keys])
    view, ends = memoryview(data), memoryview(offsets)
    urls = [signed(ONE, [text]) for text in (b"a", b"", b"%C3%A9" * 20, b"b" * 300)]
    assert validity is None
    assert view.readonly
    assert (view.format, view.ndim, ends.format, ends.itemsize) == ("B", 1, "q", 8)
    assert bytes(view) == "".join(urls).encode()
    assert ends.tolist() == [0, *itertools.accumulate(map(len, urls))]


def bits(validity: Any, rows: int) -> list[bool]:
    return [bool(memoryview(validity)[row // 8] >> row % 8 & 1) for row in range(rows)]


@pytest.mark.parametrize("rows", [1, 7, 8, 9, 16, 17, 64, 65, 1023, 1025, 4095, 4096, 4097, 5000])
@pytest.mark.parametrize("threads", [1, 3])
def test_nulls_are_kept_as_empty_text(engine: Engine, rows: int, threads: int) -> None:
    draw = random.Random(rows)
    keys = [None if draw.random() < 0.3 else f"key/{row}" for row in range(rows)]
    values = [None if draw.random() < 0.3 else f"v{row}" for row in range(rows)]
    keys[-1] = None
    plan = Plan((0, b"\n", 1), (b"/", 0, 1, b"?", SIGNATURE), TWO.columns)
    urls = [
        "" if a is None or b is None else signed(plan, [a.encode(), b.encode()])
        for a, b in zip(keys, values, strict=True)
    ]
    job = bind(engine, plan)
    data, offsets, validity = engine.module.sign_packed(job, [keys, values], threads, True)
    assert engine.module.unpack(data, offsets) == urls
    texts = engine.module.sign_texts(engine.module.check_rows(job, [keys, values], True), threads)
    assert texts == [url or None for url in urls]
    assert bits(validity, rows) == [url != "" for url in urls]
    assert len(memoryview(validity)) == (rows + 7) // 8


def test_no_null_needs_no_bitmap(engine: Engine) -> None:
    packed = engine.module.sign_packed(bind(engine, ONE), [["a", ""]], 1, True)
    assert packed[2] is None


def test_nulls_are_refused_unless_they_are_to_be_kept(engine: Engine) -> None:
    for keep in ((), (1,), (1, False)):
        with pytest.raises(ColumnError) as caught:
            engine.module.sign_packed(bind(engine, TWO), [["a", "b"], ["c", None]], *keep)
        assert (caught.value.column, caught.value.row, caught.value.fault) == (1, 1, NULL)
    with pytest.raises(ColumnError) as caught:  # other faults stay faults
        engine.module.sign_packed(bind(engine, TWO), [["a", None, 5], ["c", None, "d"]], 1, True)
    assert (caught.value.column, caught.value.row, caught.value.fault) == (0, 2, NOT_TEXT)


FORMS: dict[str, Callable[[list[Any]], Any]] = {
    "list": list,
    "strings": lambda keys: pa.array(keys, pa.string()),
    "views": lambda keys: pa.array(keys, pa.string_view()),
    "chunks": lambda keys: pa.chunked_array([keys[:8300], keys[8300:]], pa.large_string()),
    "bytes": lambda keys: np.array([key.encode() for key in keys]),
    "code points": np.array,
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_threads_share_the_checks(engine: Engine, form: str, threads: int) -> None:
    module, job = engine.module, bind(engine, SHORT)
    for bad in ([], [8200], [8399, 4300], [4301, 4300, 5]):
        keys = [f"é/{row}" for row in range(8400)]
        for row in bad:
            keys[row] = "x" * 400
        column = as_column("key", FORMS[form](keys))
        if bad:
            with pytest.raises(ColumnError) as caught:
                module.check_rows(job, [column], False, threads)
            assert (caught.value.row, caught.value.fault) == (min(bad), TOO_LONG)
        else:
            urls = module.sign_texts(module.check_rows(job, [column], False, threads), threads)
            assert urls == module.sign_texts(module.check_rows(job, [keys]))


def test_checked_rows_are_signed_any_number_of_times(engine: Engine) -> None:
    module, keys = engine.module, [f"é {row}" for row in range(40)]
    rows = module.check_rows(bind(engine, ONE), [keys])
    expected = [signed(ONE, [f"%C3%A9%20{row}".encode()]) for row in range(40)]
    keys[:] = ["changed"] * 40
    for _ in range(2):
        assert module.sign_texts(rows) == expected
        assert module.unpack(*module.sign_rows(rows)[:2]) == expected


def test_only_rows_in_memory_of_others_cannot_wait(engine: Engine) -> None:
    compiled = engine.module.ENGINE == "c"
    packed = as_column("key", np.array([b"a", b"b"]))
    for columns, fixed in (([["a", "b"]], True), ([packed], not compiled)):
        rows = engine.module.check_rows(bind(engine, ONE), columns)
        assert rows.fixed is fixed


def test_an_empty_batch(engine: Engine) -> None:
    for keep_nulls in (False, True):
        packed = engine.module.sign_packed(bind(engine, TWO), [[], ()], 1, keep_nulls)
        data, offsets, validity = packed
        assert (bytes(data), memoryview(offsets).tolist(), validity) == (b"", [0], None)
        assert engine.module.unpack(data, offsets) == []
        rows = engine.module.check_rows(bind(engine, TWO), [[], ()], keep_nulls)
        assert engine.module.sign_texts(rows) == []


def test_a_batch_outlives_its_job(engine: Engine) -> None:
    data, offsets, _ = engine.module.sign_packed(bind(engine, ONE), [["a", "b"]])
    gc.collect()
    assert engine.module.unpack(data, offsets) == [signed(ONE, [b"a"]), signed(ONE, [b"b"])]


def test_unpack_takes_any_buffer_and_any_part_of_the_offsets(engine: Engine) -> None:
    data, offsets = b"oneelevenfive", array("q", [0, 3, 9, 13, 13])
    for buffer in (data, bytearray(data), memoryview(data), memoryview(bytearray(data))):
        assert engine.module.unpack(buffer, offsets) == ["one", "eleven", "five", ""]
    view = memoryview(offsets)
    assert engine.module.unpack(data, view[1:]) == ["eleven", "five", ""]
    assert engine.module.unpack(data, view[1:3]) == ["eleven"]
    assert engine.module.unpack(data, view[2:3]) == []
    assert engine.module.unpack(b"", array("q", [0, 0])) == [""]


@pytest.mark.parametrize("offsets", [[2, 0], [0, 2, 1], [0, 4], [-1, 1], [-2, -1], [9, 9], []])
def test_unpack_refuses_offsets_that_lead_elsewhere(engine: Engine, offsets: list[int]) -> None:
    with pytest.raises(ValueError, match="offsets"):
        engine.module.unpack(b"abc", array("q", offsets))


def test_unpack_refuses_what_is_not_ascii(engine: Engine) -> None:
    with pytest.raises(ValueError, match=r"ascii|ASCII"):
        engine.module.unpack(b"ab\xff", array("q", [0, 1, 3]))
