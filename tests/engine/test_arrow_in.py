"""Arrow structures as each engine reads them: by ctypes, and in C."""

from __future__ import annotations

import gc
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ossign_fast._engine import arrow
from ossign_fast._engine.columns import TextColumn
from support.arrow import ArrayOnly, Chunk, Producer, StreamOnly, text_chunk
from support.engines import Engine

KEYS = ["a", "b c", "中文", "x" * 12, "y" * 13, "é/è", "😀", "dir/" + "k" * 200, "a\0b"]
ROWS: list[list[str | None]] = [[*KEYS], [None, *KEYS], [*KEYS, None, "", "t"], [], ["", None]]
TYPES = {"string": pa.string(), "large_string": pa.large_string(), "view": pa.string_view()}


@pytest.fixture(params=["ctypes", "engine"])
def reader(request: pytest.FixtureRequest, engine: Engine) -> Any:
    """What reads Arrow structures: by ctypes, or as the engine does."""
    return arrow if request.param == "ctypes" else engine.module


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
def test_what_they_find(reader: Any, engine: Engine, kind: Any) -> None:
    for rows in ROWS:
        whole = pa.array(["x", None, "y", *rows], kind)
        for source in (
            whole[3:],
            ArrayOnly(whole[3:]),
            StreamOnly(pa.chunked_array([[], rows], kind)),
        ):
            segments = reader.import_text("name", source)
            column = TextColumn(segments)
            assert list(column) == rows
            if rows:
                assert engine.module.first_text(column) == rows[0]


def test_what_is_not_taken_is_released(reader: Any) -> None:
    numbers = Chunk(2, None, np.array([1, 2], np.int32))
    one, many = Producer(b"i", numbers), Producer(b"i", numbers)
    assert reader.import_text("name", ArrayOnly(one)) is None
    assert reader.import_text("name", StreamOnly(many)) is None
    gc.collect()
    assert list(one.released.values()) == [1, 1]
    assert list(many.released.values()) == [1, 1]  # no array was asked for


@pytest.mark.parametrize("first", [b"\xff", b"\xed\xa0\x80", b"a\x80"])
def test_a_first_text_that_is_none(reader: Any, engine: Engine, first: bytes) -> None:
    producer = Producer(b"u", text_chunk([first, b"b"]))
    segments = reader.import_text("name", ArrayOnly(producer))
    with pytest.raises(UnicodeDecodeError):
        engine.module.first_text(TextColumn(segments))
