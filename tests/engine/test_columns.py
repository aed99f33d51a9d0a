"""`TextColumn`: packed text as a sequence of str, and several of them in one call.

How each engine reads every form of packed text, test_engine_packed.py shows.
"""

from __future__ import annotations

import copy
import gc
import pickle
import sys
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ossign_fast import RequestError
from ossign_fast._engine.columns import TextColumn
from ossign_fast._engine.inputs import as_column
from support.engines import Engine, engine_params
from support.signing import NOW, signer_of, wanted

TEXTS = ["", "a", "b c", "中文", "é" * 20, "😀", "x" * 12, "y" * 13, "k" * 90, "a\0b", "z"]
NULLS: list[str | None] = [None if n % 4 == 1 else text for n, text in enumerate(TEXTS)]

#: From rows to packed text of every kind; the last ones cannot hold nulls.
PACKED: dict[str, Callable[[Sequence[Any]], Any]] = {
    "string": lambda rows: pa.array(rows, pa.string()),
    "large_string": lambda rows: pa.array(rows, pa.large_string()),
    "string_view": lambda rows: pa.array(rows, pa.string_view()),
    "part": lambda rows: pa.array(["before", None, "x", *rows, "after"])[3:-1],
    "chunks": lambda rows: pa.chunked_array(
        [rows[:1], rows[1:1], rows[1:9], rows[9:]], pa.string()
    ),
    "U": np.array,
    "S": lambda rows: np.array([row.encode() for row in rows]),
    "StringDType": lambda rows: np.array(rows, np.dtypes.StringDType()),
}
WITH_NULLS = list(PACKED.values())[:5]


def packed(make: Callable[[Sequence[Any]], Any], rows: Sequence[Any]) -> TextColumn:
    column = as_column("name", make(rows))
    assert isinstance(column, TextColumn)
    return column


@pytest.fixture(params=PACKED.values(), ids=PACKED.keys())
def column(request: pytest.FixtureRequest) -> TextColumn:
    return packed(request.param, TEXTS)


def test_a_sequence_of_str(column: TextColumn) -> None:
    assert isinstance(column, Sequence)
    assert len(column) == len(TEXTS)
    assert list(column) == [*column] == TEXTS
    assert [column[row] for row in range(len(TEXTS))] == TEXTS
    assert [column[row] for row in range(-len(TEXTS), 0)] == TEXTS
    assert list(reversed(column)) == TEXTS[::-1]
    assert column[np.int64(3)] == TEXTS[3]
    assert column.index("b c") == 2
    assert column.count("a") == 1
    assert "z" in column
    assert "no" not in column


@pytest.mark.parametrize(
    "part", [slice(None), slice(3, 9), slice(9, 3), slice(-4, None), slice(None, None, -3)], ids=str
)
def test_slices(column: TextColumn, part: slice) -> None:
    assert list(column[part]) == TEXTS[part]


@pytest.mark.parametrize("row", [len(TEXTS), -len(TEXTS) - 1, 10**30])
def test_indices_out_of_range(column: TextColumn, row: int) -> None:
    with pytest.raises(IndexError):
        column[row]


@pytest.mark.parametrize("make", WITH_NULLS, ids=list(PACKED)[:5])
def test_nulls_are_none(make: Callable[[Sequence[Any]], Any]) -> None:
    column = packed(make, NULLS)
    assert list(column) == NULLS
    assert [column[row] for row in range(len(NULLS))] == NULLS
    assert list(column[2:7]) == NULLS[2:7]


def test_copies_do_not_look_into_memory_of_others(column: TextColumn) -> None:
    for twin in (pickle.loads(pickle.dumps(column)), copy.deepcopy(column)):
        assert list(twin) == TEXTS
        if isinstance(twin, TextColumn):  # its addresses have to be those of its own memory
            assert not {s.starts for s in twin.segments} & {s.starts for s in column.segments}


@pytest.mark.parametrize("make", PACKED.values(), ids=PACKED.keys())
def test_it_keeps_its_memory(make: Callable[[Sequence[Any]], Any]) -> None:
    column = packed(make, TEXTS)
    gc.collect()
    filler = [bytes(size) for size in range(2000)]  # would take the place of memory that was freed
    assert list(column) == TEXTS
    assert len(filler) == 2000


def test_numpy_memory_goes_with_the_column() -> None:
    column = packed(np.array, TEXTS)
    owner = weakref.ref(column.segments[0].owner)
    assert owner() is not None
    del column
    gc.collect()
    assert owner() is None


# Several columns in one call


@pytest.mark.parametrize("make", PACKED.values(), ids=PACKED.keys())
def test_many_packed_columns_at_once(engine: Engine, make: Callable[[Sequence[Any]], Any]) -> None:
    keys = [f"dir/{text}" for text in TEXTS]
    types = [f" type/{text} ".replace("\0", "") for text in TEXTS]
    buckets = [f"bucket-{n:02}" for n in range(len(TEXTS))]
    batch = signer_of(engine).presign_many(
        "PUT", make(keys), bucket=make(buckets), query={"q": make(TEXTS), "fixed": "1"},
        headers={"Content-Type": make(types)},
    )  # fmt: skip
    assert batch.tolist() == [
        wanted(key, op="PutObject", bucket=bucket, query={"q": text, "fixed": "1"},
               headers={"Content-Type": type_.strip(" ")})
        for key, bucket, text, type_ in zip(keys, buckets, TEXTS, types, strict=True)
    ]  # fmt: skip
    sent = [text.strip(" \t") for text in types]
    assert list(batch.signed_headers["Content-Type"]) == sent
    assert list(batch[3:5].signed_headers["Content-Type"]) == sent[3:5]


ROWS: list[tuple[str | None, str | None, int | None]] = [
    ("a", "1", 1), (None, "2", 2), ("c", None, 3), ("d", "4", None), (None, None, None),
    ("f", "", 9),
]  # fmt: skip


@pytest.mark.parametrize("make", [*WITH_NULLS, list], ids=[*list(PACKED)[:5], "list"])
def test_a_row_is_null_if_any_of_its_values_is(
    engine: Engine, make: Callable[[Sequence[Any]], Any]
) -> None:
    keys, ids, parts = ([row[place] for row in ROWS] for place in range(3))
    signer = signer_of(engine)
    for numbers in (parts, pa.array(parts), np.array(parts, object)):
        batch = signer.presign_many(
            "UploadPart", make(keys), part_number=numbers, query={"q": make(ids)}, upload_id="u",
            nulls="keep",
        )  # fmt: skip
        assert batch.tolist() == [
            None
            if None in (key, text, part)
            else signer.presign(
                "UploadPart", str(key), part_number=part, query={"q": text}, upload_id="u"
            ).url
            for key, text, part in ROWS
        ]
        assert batch[1:5].tolist() == [None] * 4


@pytest.mark.parametrize("make", [*WITH_NULLS, list], ids=[*list(PACKED)[:5], "list"])
def test_nulls_are_refused_with_their_row(
    engine: Engine, make: Callable[[Sequence[Any]], Any]
) -> None:
    rows = ["abc"] * 9 + [None, None, "abc"]
    good = ["abc"] * 12
    calls: dict[str, dict[str, Any]] = {
        "key": {"keys": make(rows)},
        "bucket": {"bucket": make(rows)},
        "version_id": {"version_id": make(rows)},
        "query['q']": {"query": {"q": make(rows)}},
        "headers['x-oss-a']": {"headers": {"x-oss-a": make(rows)}},
    }
    for field, call in calls.items():
        with pytest.raises(RequestError) as caught:
            signer_of(engine).presign_many("GetObject", **{"keys": good, **call})
        assert (caught.value.field, caught.value.row) == (field, 9)
        assert (
            caught.value.problem == "is null; give a value, or keep nulls as nulls by nulls='keep'"
        )


NUMBERS = {
    "part_number": ("UploadPart", {"upload_id": "u"}, [1, None, 3]),
    "traffic_limit": ("PutObject", {}, ["819200", None, "819201"]),
    "forbid_overwrite": ("PutObject", {}, [True, None, False]),
    "tagging": ("PutObject", {}, [{"a": "b"}, None, "c=d"]),
    "expires": ("PutObject", {}, [60, None, 600]),
    "source_key": ("CopyObject", {}, ["x", None, "y"]),
    "target": ("PutSymlink", {}, ["x y", None, "y/%"]),
    "source_bucket": ("CopyObject", {"source_key": "x"}, ["bucket-1", None, "bucket-2"]),
    "bucket": ("CopyObject", {"source_key": "x"}, ["bucket-1", None, "bucket-2"]),
}


@pytest.mark.parametrize("name", NUMBERS)
def test_nulls_of_converted_columns(engine: Engine, name: str) -> None:
    operation, options, values = NUMBERS[name]
    signer = signer_of(engine)
    call: dict[str, Any] = {**options, name: values}
    batch = signer.presign_many(operation, list("abc"), **call, nulls="keep")
    assert batch.tolist() == [
        None if value is None else signer.presign(operation, key, **{**call, name: value}).url
        for key, value in zip("abc", values, strict=True)
    ]
    with pytest.raises(RequestError, match="is null") as caught:
        signer.presign_many(operation, list("abc"), **call)
    assert caught.value.row == 1


@pytest.mark.parametrize("value", ["", "/x", "k" * 1024])
def test_rules_hold_beside_nulls_that_are_kept(engine: Engine, value: str) -> None:
    for keys in ([None, "a", value, None], pa.array([None, "a", value, None])):
        with pytest.raises(RequestError) as caught:
            signer_of(engine).presign_many("GetObject", keys, nulls="keep")
        assert caught.value.row == 2


def test_a_null_row_of_one_column_does_not_excuse_another(engine: Engine) -> None:
    with pytest.raises(RequestError) as caught:
        signer_of(engine).presign_many(
            "GetObject", [None, "a"], headers={"x-oss-a": ["b\n", "b"]}, nulls="keep"
        )
    assert (caught.value.field, caught.value.row) == ("headers['x-oss-a']", 0)


@pytest.mark.parametrize("threads", [1, 2, 3])
def test_packed_columns_on_threads(engine: Engine, threads: int) -> None:
    rows = 9000
    keys: list[str | None] = [None if n % 97 == 5 else f"é/{n}" for n in range(rows)]
    types = [f"t/{n % 7}" for n in range(rows)]
    signer = signer_of(engine)
    batch = signer.presign_many(
        "PUT", pa.chunked_array([keys[:5000], keys[5000:]]), nulls="keep", threads=threads,
        headers={"Content-Type": np.array(types)},
    )  # fmt: skip
    assert [row for row, url in enumerate(batch) if url is None] == list(range(5, rows, 97))
    for row in (0, 4095, 4096, 4999, 5000, 8999):
        assert batch[row] == wanted(
            f"é/{row}", op="PutObject", headers={"Content-Type": types[row]}
        )
    assert batch == signer.presign_many("PUT", keys, nulls="keep", headers={"Content-Type": types})


@pytest.mark.parametrize("engine", engine_params("c"))
@pytest.mark.parametrize("make", PACKED.values(), ids=PACKED.keys())
def test_compiled_engines_make_no_object_per_row(
    engine: Engine, make: Callable[[Sequence[Any]], Any]
) -> None:
    keys, types = make([f"key-{n}" for n in range(5000)]), make(["type"] * 5000)
    signer = signer_of(engine)
    signer.presign_many("PUT", keys, headers={"Content-Type": types})
    gc.collect()
    before = sys.getallocatedblocks()
    batch = signer.presign_many("PUT", keys, headers={"Content-Type": types}, signing_time=NOW)
    assert sys.getallocatedblocks() - before < 500
    assert len(batch) == 5000
