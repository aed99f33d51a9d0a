"""Arrow data that cannot be read: capsules that were consumed, and sizes that cannot be right."""

from __future__ import annotations

import gc

import pyarrow as pa
import pytest

from ossign_fast import RequestError
from ossign_fast._engine.inputs import as_column
from support.arrow import ArrayOnly, Chunk, Producer


@pytest.mark.parametrize("way", ["__arrow_c_array__", "__arrow_c_stream__"])
def test_capsules_are_read_once(way: str) -> None:
    class Again:
        def __init__(self) -> None:
            made = pa.array(["a"]) if way == "__arrow_c_array__" else pa.chunked_array([["a"]])
            self.capsules = getattr(made, way)()

    setattr(Again, way, lambda self, requested_schema=None: self.capsules)
    producer = Again()
    assert list(as_column("name", producer)) == ["a"]
    with pytest.raises(RequestError, match="were read before; export it anew") as caught:
        as_column("name", producer)
    assert (caught.value.field, caught.value.row) == ("name", None)


@pytest.mark.parametrize(
    "chunk",
    [
        Chunk(-1, None, b"\0" * 16, b"ab"),
        Chunk(1, None, b"\0" * 16, b"ab", offset=-1),
        Chunk(1, None, None, b"ab"),
        Chunk(1, None),
    ],
    ids=["length", "offset", "no offsets", "too few buffers"],
)
def test_arrays_of_impossible_sizes(chunk: Chunk) -> None:
    made = Producer(b"u", chunk)
    with pytest.raises(RequestError, match="is an Arrow array with") as caught:
        as_column("name", ArrayOnly(made))
    assert (caught.value.field, caught.value.row) == ("name", None)
    del caught  # its frames hold the array
    gc.collect()
    assert set(made.released.values()) == {1}
