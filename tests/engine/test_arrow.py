"""Arrow arrays as columns, from pyarrow, Polars, and producers with nothing but a dunder method.

What is handed out as Arrow, test_arrow_export.py shows.
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ossign_fast import RequestError
from ossign_fast._engine.columns import TextColumn
from ossign_fast._engine.inputs import as_column
from support.arrow import ArrayOnly, Chunk, Producer, StreamOnly, text_chunk
from support.engines import Engine
from support.signing import signer_of, wanted

KEYS = ["a", "b c", "中文", "x" * 12, "y" * 13, "é/è", "😀", "dir/" + "k" * 200, "a\0b", "t"] * 3
NULLS: list[str | None] = [None if n % 7 in (0, 4) else key for n, key in enumerate(KEYS)]
TYPES = {"string": pa.string(), "large_string": pa.large_string(), "view": pa.string_view()}


def chunked(rows: Sequence[Any], kind: Any) -> Any:
    return pa.chunked_array([[], rows[:5], rows[5:5], rows[5:6], rows[6:], []], kind)


def sliced(rows: Sequence[Any], kind: Any) -> Any:
    """Chunks whose first rows stand at bits 3, 9 and 16 of their bitmaps."""
    parts = [(rows[:4], 3), (rows[4:15], 9), (rows[15:], 16)]
    return pa.chunked_array(
        [pa.array([*[None] * n, *part, "after"], kind).slice(n, len(part)) for part, n in parts]
    )


SHAPES: dict[str, Callable[[Sequence[Any], Any], Any]] = {
    "array": pa.array,
    "chunks": chunked,
    "parts": sliced,
    "array alone": lambda rows, kind: ArrayOnly(pa.array(rows, kind)),
    "part alone": lambda rows, kind: ArrayOnly(pa.array(["x", None, "y", *rows], kind)[3:]),
    "stream alone": lambda rows, kind: StreamOnly(chunked(rows, kind)),
    "polars": lambda rows, kind: pl.from_arrow(pa.array(rows, kind)),
    "polars, chunks": lambda rows, kind: pl.concat(
        [pl.Series(rows[:7], dtype=pl.String), pl.Series(rows[7:], dtype=pl.String)], rechunk=False
    ),
}


def refusal(call: Callable[[], object]) -> tuple[str, str, int | None]:
    with pytest.raises(RequestError) as caught:
        call()
    return caught.value.field, caught.value.problem, caught.value.row


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_text_of_every_kind_and_shape(engine: Engine, kind: Any, shape: Any) -> None:
    signer = signer_of(engine)
    assert isinstance(as_column("keys", shape(KEYS, kind)), TextColumn)
    batch = signer.presign_many("GetObject", shape(KEYS, kind))
    assert batch.tolist() == [wanted(key) for key in KEYS]
    assert batch.tolist() == [signer.presign("GetObject", key).url for key in KEYS]


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_nulls(engine: Engine, kind: Any, shape: Any) -> None:
    signer = signer_of(engine)
    told = refusal(lambda: signer.presign_many("GetObject", shape(KEYS[:1] + NULLS[1:], kind)))
    assert told == ("key", "is null; give a value, or keep nulls as nulls by nulls='keep'", 4)
    batch = signer.presign_many("GetObject", shape(NULLS, kind), nulls="keep")
    assert batch.tolist() == [None if key is None else wanted(key) for key in NULLS]


@pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES.keys())
def test_options_of_every_shape(engine: Engine, shape: Any) -> None:
    signer = signer_of(engine)
    options: dict[str, Any] = {"query": {"q": shape(KEYS, pa.string())}}
    batch = signer.presign_many("GET", KEYS, **options)
    assert batch == [wanted(key, method="GET", query={"q": key}) for key in KEYS]
    types = [f"t/{n}" for n in range(len(KEYS))]
    batch = signer.presign_many("PutObject", KEYS, content_type=shape(types, pa.string()))
    assert batch == [
        wanted(key, op="PutObject", headers={"Content-Type": type_})
        for key, type_ in zip(KEYS, types, strict=True)
    ]
    assert list(batch.signed_headers["Content-Type"]) == types


@pytest.mark.parametrize("offset", range(18))
@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
def test_bitmaps_from_any_bit_on(engine: Engine, kind: Any, offset: int) -> None:
    rows: list[str | None] = [None if n % 3 == 2 else f"k{n}" for n in range(40)]
    part = pa.array(rows, kind)[offset : offset + 19]
    assert part.offset == offset
    batch = signer_of(engine).presign_many("GetObject", part, nulls="keep")
    assert batch.tolist() == [key and wanted(key) for key in rows[offset : offset + 19]]


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
def test_no_rows(engine: Engine, kind: Any) -> None:
    signer = signer_of(engine)
    for keys in (
        pa.array([], kind), pa.array(["a", None], kind)[1:1], pa.chunked_array([], kind),
        pa.chunked_array([[], []], kind), ArrayOnly(pa.array([], kind)),
        StreamOnly(pa.chunked_array([], kind)), pl.Series([], dtype=pl.String),
    ):  # fmt: skip
        assert signer.presign_many("GetObject", keys).tolist() == []


@pytest.mark.parametrize("kind", [*TYPES.values(), pa.null()], ids=[*TYPES.keys(), "null"])
def test_nothing_but_nulls(engine: Engine, kind: Any) -> None:
    signer = signer_of(engine)
    nulls = pa.nulls(20, kind)
    for keys in (nulls[:11], nulls[7:18], pa.chunked_array([nulls[:11]])):
        batch = signer.presign_many("GetObject", keys, nulls="keep")
        assert batch.tolist() == [None] * 11
        assert refusal(lambda keys=keys: signer.presign_many("GetObject", keys))[::2] == ("key", 0)


def test_text_that_arrow_keeps_otherwise(engine: Engine) -> None:
    """Dictionaries and enums come as values."""
    signer = signer_of(engine)
    rows = ["a", "b", None, "a"]
    for keys in (
        pa.array(rows).dictionary_encode(), pa.chunked_array([rows]).dictionary_encode(),
        pl.Series(rows, dtype=pl.Categorical), pl.Series(rows, dtype=pl.Enum(["a", "b"])),
    ):  # fmt: skip
        batch = signer.presign_many("GetObject", keys, nulls="keep")
        assert batch.tolist() == [key and wanted(key) for key in rows]


# What is no text


@pytest.mark.parametrize(
    "keys",
    [
        pa.array([1, 2]), pa.array([b"a", b"b"]), pa.array([True]), pa.array([["a"]]),
        pa.array([{"a": "b"}]), pl.Series([1, 2]), pl.Series([b"a"]), pa.array([1.5]),
    ],
    ids=lambda keys: f"{type(keys).__name__} {getattr(keys, 'type', '')}",
)  # fmt: skip
def test_what_is_no_text_is_no_key(engine: Engine, keys: Any) -> None:
    for nulls in ("refuse", "keep"):
        told = refusal(lambda n=nulls: signer_of(engine).presign_many("GetObject", keys, nulls=n))
        assert told == ("key", "must be text", 0)


def test_what_has_no_values_either() -> None:
    for keys in (
        duckdb.sql("select 'a' as k"), ArrayOnly(pa.array([1])), StreamOnly(pa.table({"k": ["a"]})),
        ArrayOnly(pa.array(["a"]).dictionary_encode()),
    ):  # fmt: skip
        field, problem, row = refusal(lambda keys=keys: as_column("name", keys))
        assert (field, row) == ("name", None)
        assert problem.startswith("must be a sequence")


@pytest.mark.parametrize(
    "numbers",
    [
        pa.array([1, 77, 10_000]), pa.array([1, 77, 10_000], pa.uint16()),
        pl.Series([1, 77, 10_000]), pa.chunked_array([[1], [], [77, 10_000]]),
        pa.array([0, 1, 77, 10_000])[1:],
        pa.array(["1", "77", "10000"]), pa.array(["1", "77", "10000"], pa.string_view()),
    ],
    ids=lambda n: f"{type(n).__name__} {getattr(n, 'type', '')}",
)  # fmt: skip
def test_numbers(engine: Engine, numbers: Any) -> None:
    batch = signer_of(engine).presign_many(
        "UploadPart", ["k"] * 3, upload_id=pa.array(["u"] * 3), part_number=numbers
    )
    assert batch.tolist() == [
        wanted("k", op="UploadPart", query={"partNumber": str(n), "uploadId": "u"})
        for n in (1, 77, 10_000)
    ]


def test_numbers_out_of_bounds_and_null(engine: Engine) -> None:
    signer = signer_of(engine)
    for bad in (0, 10_001, -1):
        told = refusal(
            lambda bad=bad: signer.presign_many(
                "UploadPart", ["k"] * 3, upload_id="u", part_number=pa.array([1, bad, bad])
            )
        )
        assert told == ("part_number", "must be an integer of 1..10000", 1)
    for parts in (
        pa.array([None, 2]),
        pa.chunked_array([[None], [2]], pa.int64()),
        pl.Series([None, 2]),
    ):
        batch = signer.presign_many(
            "UploadPart", ["k"] * 2, upload_id="u", part_number=parts, nulls="keep"
        )
        assert batch.tolist() == [
            None, wanted("k", op="UploadPart", query={"partNumber": "2", "uploadId": "u"}),
        ]  # fmt: skip


def test_values_of_other_types(engine: Engine) -> None:
    """Lifetimes, flags and times come as the Python values they stand for."""
    signer = signer_of(engine)
    for expires in (pa.array([1, 60]), pa.array([1, 60], pa.duration("s")), pl.Series([1, 60])):
        batch = signer.presign_many("GetObject", ["a", "b"], expires=expires)
        assert batch == [wanted("a", expires_seconds=1), wanted("b", expires_seconds=60)]
    batch = signer.presign_many("PutObject", ["a", "b"], forbid_overwrite=pa.array([True, False]))
    assert batch == [
        signer.presign("PutObject", "a", forbid_overwrite=True).url,
        signer.presign("PutObject", "b", forbid_overwrite=False).url,
    ]
    times = pa.array([0, 86_400], pa.timestamp("s", "UTC"))
    batch = signer.presign_many("GetObject", ["a", "b"], response_expires=times)
    assert batch == [
        signer.presign("GetObject", key, response_expires=time).url
        for key, time in zip("ab", times.to_pylist(), strict=True)
    ]


# Text that breaks a rule


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()], ids=str)
def test_bytes_that_are_no_utf8(engine: Engine, kind: Any) -> None:
    ends = np.array([0, 1, 2, 4, 5], np.int32 if kind == pa.string() else np.int64)
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"a\xff\xc3(b")]
    keys = pa.Array.from_buffers(kind, 4, buffers)
    problem = "is not valid UTF-8; decode it with the encoding it has"
    for column, row in (
        (keys, 1),
        (keys[1:], 0),
        (ArrayOnly(keys), 1),
        (pa.chunked_array([["x", "y"], keys[2:]], kind), 2),
    ):
        told = refusal(lambda c=column: signer_of(engine).presign_many("GetObject", c))
        assert told == ("key", problem, row)


@pytest.mark.parametrize("kind", TYPES.values(), ids=TYPES.keys())
@pytest.mark.parametrize(
    ("bad", "problem"),
    [
        ("", "is empty; give the name of an object"), ("/a", "starts with '/'"),
        ("\\a", "starts with '/'"), ("k" * 1024, "is longer than 1023 bytes of UTF-8"),
        ("中" * 342, "is longer than 1023 bytes of UTF-8"), ("k" * 1_000_000, "is longer"),
    ],
    ids=range(6),
)  # fmt: skip
def test_bad_keys(engine: Engine, kind: Any, bad: str, problem: str) -> None:
    keys = pa.chunked_array([["a", "k" * 1023], ["中" * 341, bad, bad]], kind)
    told = refusal(lambda: signer_of(engine).presign_many("GetObject", keys))
    assert told[::2] == ("key", 3)
    assert told[1].startswith(problem)


# Producers with nothing but a dunder method


CHUNKS: dict[str, tuple[bytes, Chunk, list[str | None]]] = {
    "utf8": (b"u", text_chunk([b"a", None, b"\xc3\xa9"]), ["a", None, "é"]),
    "large_utf8": (b"U", text_chunk([b"a", None, b"c"], np.int64), ["a", None, "c"]),
    "offset": (b"u", text_chunk([b"a", None, b"c"], before=11), ["a", None, "c"]),
    "no bitmap": (b"u", text_chunk([b"a", b"b"], before=2), ["a", "b"]),
    "no rows": (b"u", text_chunk([]), []),
    "no rows, no buffers": (b"u", Chunk(0, None, None, None), []),
    "no rows, large": (b"U", Chunk(0, None, None, None, null_count=0), []),
    "views, no rows": (b"vu", Chunk(0, None, None), []),
    "all null, no data": (b"u", text_chunk([None, None]), [None, None]),
    "a bitmap without nulls": (
        b"u", Chunk(2, b"\xff", np.array([0, 1, 2], np.int32), b"ab", null_count=0), ["a", "b"],
    ),
    "short views": (
        b"vu", Chunk(2, b"\x01", b"\3\0\0\0abc" + bytes(25)), ["abc", None],
    ),
    "long views": (
        b"vu",
        Chunk(1, None, b"\x0d\0\0\0yyyy\1\0\0\0\2\0\0\0", b"not this", b"__" + b"y" * 13,
              np.array([8, 15])),
        ["y" * 13],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("form", "chunk", "rows"), CHUNKS.values(), ids=CHUNKS.keys())
def test_producers(engine: Engine, form: bytes, chunk: Chunk, rows: list[str | None]) -> None:
    signer = signer_of(engine)
    wants = [key and wanted(key) for key in rows]
    one = Producer(form, chunk)
    assert signer.presign_many("GetObject", ArrayOnly(one), nulls="keep").tolist() == wants
    many = Producer(form, chunk, chunk, chunk)
    assert signer.presign_many("GetObject", StreamOnly(many), nulls="keep").tolist() == wants * 3
    gc.collect()
    assert list(one.released.values()) == [1, 1]  # schema, array
    assert list(many.released.values()) == [1] * 5  # stream, schema, arrays


def test_empty_texts_without_a_data_buffer(engine: Engine) -> None:
    for form, kind in ((b"u", np.int32), (b"U", np.int64)):
        empty = Chunk(2, None, np.zeros(3, kind), None)
        batch = signer_of(engine).presign_many(
            "GetObject", ["a", "b"], version_id=StreamOnly(Producer(form, empty))
        )
        assert batch == [wanted("a", query={"versionId": ""}), wanted("b", query={"versionId": ""})]
        keys = ArrayOnly(Producer(form, empty))
        told = refusal(lambda k=keys: signer_of(engine).presign_many("GetObject", k))
        assert told[::2] == ("key", 0)


def test_columns_of_headers_are_released_with_the_batch(engine: Engine) -> None:
    made = Producer(b"u", text_chunk([b"a/b", b"c/d"]))
    batch = signer_of(engine).presign_many("PutObject", ["a", "b"], content_type=StreamOnly(made))
    part = batch[1:]
    assert sorted(made.released.values()) == [0, 1, 1]  # the rows are still shown as headers
    assert list(batch.signed_headers["Content-Type"]) == ["a/b", "c/d"]
    del batch
    gc.collect()
    assert part.signed_headers == {"Content-Type": ["c/d"]}  # a list, as JSON has it
    del part
    gc.collect()
    assert sorted(made.released.values()) == [1, 1, 1]


def test_what_fails_is_released_too(engine: Engine) -> None:
    signer = signer_of(engine)
    for rows in ([b"a", b""], [b"a", None], [b"a", b"\xff"]):
        one, many = Producer(b"u", text_chunk(rows)), Producer(b"u", text_chunk(rows))
        for keys in (ArrayOnly(one), StreamOnly(many)):
            assert refusal(lambda keys=keys: signer.presign_many("GetObject", keys))[2] == 1
        gc.collect()
        assert list(one.released.values()) == [1, 1]
        assert list(many.released.values()) == [1, 1, 1]


def test_errors_of_a_stream() -> None:
    for made in (Producer(b"u", error=5), Producer(b"u", text_chunk([b"a"]), error=5)):
        field, problem, row = refusal(lambda made=made: as_column("name", StreamOnly(made)))
        assert (field, row) == ("name", None)
        assert "5" in problem
        gc.collect()
        assert set(made.released.values()) == {1}


def test_errors_of_a_producer_are_its_own() -> None:
    class Broken:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            raise OSError("the disk is gone")

    with pytest.raises(OSError, match="the disk is gone"):
        as_column("keys", Broken())


@pytest.mark.parametrize("name", ["version_id", "bucket", "expires", "query", "headers"])
def test_arrays_with_nothing_but_the_method_are_columns_everywhere(
    engine: Engine, name: str
) -> None:
    values: Any = [b"abc", b"def"]
    for wrap in (ArrayOnly, StreamOnly):
        column: Any = wrap(Producer(b"u", text_chunk(values)))
        if name == "expires":
            told = refusal(
                lambda c=column: signer_of(engine).presign_many("GetObject", ["a", "b"], expires=c)
            )
            assert (told[0], told[1][:21]) == ("expires", "must be whole seconds")
            continue
        call = {name: {"x-oss-a": column} if name in ("query", "headers") else column}
        text = {
            name: {"x-oss-a": ["abc", "def"]} if name in ("query", "headers") else ["abc", "def"]
        }
        signer = signer_of(engine)
        assert signer.presign_many("GetObject", ["a", "b"], **call) == signer.presign_many(
            "GetObject", ["a", "b"], **text
        )
