"""`UrlBatch` in each Arrow type that URLs can have, as an array and as a stream."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ossign_fast import RequestError, UrlBatch
from ossign_fast._engine import packed
from ossign_fast._signer import exports
from support.arrow import Stream, StreamOnly, Taken
from support.batches import KEYS, NULLS, PARTS, URLS, batch_of, gone
from support.engines import ENGINES, Engine
from support.signing import signer_of

TYPES = [pa.large_string(), pa.string(), pa.string_view()]


@pytest.fixture(params=[KEYS, NULLS], ids=["full", "nulls"])
def batch(engine: Engine, request: pytest.FixtureRequest) -> UrlBatch:
    return signer_of(engine).presign_many("GetObject", request.param, nulls="keep")


@pytest.mark.parametrize("part", PARTS, ids=str)
@pytest.mark.parametrize("kind", TYPES, ids=str)
def test_the_type_that_is_asked_for(batch: UrlBatch, kind: Any, part: slice) -> None:
    urls = batch.tolist()[part]
    made = pa.array(batch[part], type=kind)
    made.validate(full=True)
    assert made.type == kind
    assert (made.to_pylist(), made.null_count) == (urls, urls.count(None))
    assert batch[part].to_arrow(kind).equals(made)
    streamed = pa.chunked_array(StreamOnly(batch[part]), type=kind)
    streamed.validate(full=True)
    assert (streamed.type, streamed.num_chunks) == (kind, 1)
    assert streamed.chunk(0).equals(made)
    assert pa.table({"url": batch[part]}, schema=pa.schema([("url", kind)]))["url"].chunk(0) == made
    if kind != pa.string() and part.step is None:
        data = np.frombuffer(batch._data, np.uint8).ctypes.data
        assert data <= made.buffers()[2].address < data + batch.nbytes or not urls


def test_short_texts_lie_in_their_views() -> None:
    made, memory = batch_of(["", "a", "b" * 12, "c" * 13, None, "d" * 4])
    views = pa.array(made, type=pa.string_view())
    views.validate(full=True)
    assert views.to_pylist() == made.tolist()
    del made
    assert not gone(memory)
    del views
    assert gone(memory)


@pytest.mark.parametrize("module", [engine.module for engine in ENGINES.values()])
@pytest.mark.parametrize("form", ["u", "vu"])
def test_texts_that_are_too_long_for_32_bits(
    module: Any, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if 40 bytes were 2 GiB: string comes in several arrays, string_view in several buffers."""
    monkeypatch.setattr(packed._pieces, "__defaults__", (40,))
    made, _ = batch_of([*URLS[:9], "x" * 40, None, *URLS[:3]])
    parts = packed.arrow_parts(module, form, made._validity, 0, made._offsets, made._data)
    stream = Holder(module.export_stream(form, parts))
    arrays = pa.chunked_array(stream)
    arrays.validate(full=True)
    assert arrays.to_pylist() == made.tolist()
    assert (arrays.num_chunks > 1) is (form == "u")
    assert arrays.null_count == made.null_count
    monkeypatch.setattr(exports, "engine", module)
    if form == "u":
        with pytest.raises(RequestError, match="type: string holds 2147483647 bytes"):
            pa.array(made, type=pa.string())
    else:
        assert pa.array(made, type=pa.string_view()).to_pylist() == made.tolist()


class Holder:
    """Hands out a stream that was made before."""

    def __init__(self, capsule: Any) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._capsule


@pytest.mark.parametrize("kind", [pa.int64(), pa.binary(), pa.dictionary(pa.int8(), pa.string())])
def test_types_that_urls_are_not(kind: Any) -> None:
    made, _ = batch_of(URLS)
    with pytest.raises(RequestError, match="type: of URLs is large_string, string or string_view"):
        pa.array(made, type=kind)
    with pytest.raises(RequestError, match="type: of URLs is no table; name them"):
        pa.table(made, schema=pa.schema([("url", pa.string())]))


def test_streams_that_nobody_reads_to_their_end() -> None:
    made, memory = batch_of(URLS)
    for module in (engine.module for engine in ENGINES.values()):
        parts = packed.arrow_parts(module, "U", made._validity, 0, made._offsets, made._data)
        capsules = [module.export_stream("U", parts * n) for n in range(4)]
        del capsules, parts
        stream = Taken(Stream, module.export_stream("U", packed.arrow_parts(
            module, "U", made._validity, 0, made._offsets, made._data
        )))  # fmt: skip
        stream.release()
        assert stream.value.release is None
    del made
    assert gone(memory)
