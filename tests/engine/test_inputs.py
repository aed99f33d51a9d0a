"""Columns of every kind that a caller may give: the same URLs as single calls, or a clear refusal.

Arrow has its own tests in test_arrow.py.
"""

from __future__ import annotations

from array import array
from collections import deque
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from ossign_fast import RequestError, Signer
from ossign_fast._engine.columns import TextColumn
from ossign_fast._engine.inputs import _NUMPY_SLICE, as_column
from support.engines import Engine
from support.signing import signer_of, wanted

KEYS = ["a", "b c", "中文", "x" * 40, "é/è", "😀", "a\0b", "~" * 300]
STRINGS = np.dtypes.StringDType()


def swapped(values: Any) -> Any:
    """Returns a U array in the other byte order."""
    other = values.astype(values.dtype.newbyteorder("S"))
    assert not other.dtype.isnative
    return other


def strided(values: Any) -> Any:
    """Returns the values with other ones between them in memory."""
    return np.stack([values, np.roll(values, 1)], axis=1)[:, 0]


#: From a list of text to a column of it.
KINDS: dict[str, Callable[[list[str]], Any]] = {
    "list": list,
    "tuple": tuple,
    "deque": deque,
    "dict keys": lambda keys: dict.fromkeys(keys).keys(),
    "str subclasses": lambda keys: [np.str_(key) for key in keys],
    "StringDType": lambda keys: np.array(keys, STRINGS),
    "StringDType, strided": lambda keys: strided(np.array(keys, STRINGS)),
    "StringDType, reversed": lambda keys: np.array(keys[::-1], STRINGS)[::-1],
    "StringDType, part": lambda keys: np.array(["/", *keys, ""], STRINGS)[1:-1],
    "StringDType with NA": lambda keys: np.array(keys, np.dtypes.StringDType(na_object=None)),
    "U": np.array,
    "U, wide": lambda keys: np.array(keys, "U2000"),
    "U, strided": lambda keys: strided(np.array(keys)),
    "U, reversed": lambda keys: np.array(keys[::-1])[::-1],
    "U, byte-swapped": lambda keys: swapped(np.array(keys)),
    "U, byte-swapped, strided": lambda keys: strided(swapped(np.array(keys))),
    "U, read-only": lambda keys: np.frombuffer(np.array(keys).tobytes(), np.array(keys).dtype),
    "U, unaligned field of records": lambda keys: np.array(
        [(n, key) for n, key in enumerate(keys)], [("n", "i1"), ("key", "U300")]
    )["key"],
    "S": lambda keys: np.array([key.encode() for key in keys]),
    "S, strided": lambda keys: strided(np.array([key.encode() for key in keys])),
    "object": lambda keys: np.array(keys, object),
    "object, strided": lambda keys: strided(np.array(keys, object)),
}


@pytest.fixture(params=KINDS.values(), ids=KINDS.keys())
def kind(request: pytest.FixtureRequest) -> Callable[[list[str]], Any]:
    chosen: Callable[[list[str]], Any] = request.param
    return chosen


def refusal(call: Callable[[], object]) -> tuple[str, str, int | None]:
    with pytest.raises(RequestError) as caught:
        call()
    return caught.value.field, caught.value.problem, caught.value.row


def singles(signer: Signer, operation: str, keys: list[str], **columns: list[Any]) -> list[str]:
    return [
        signer.presign(
            operation, key, **{name: column[row] for name, column in columns.items()}
        ).url
        for row, key in enumerate(keys)
    ]


def test_keys_of_every_kind(engine: Engine, kind: Callable[[list[str]], Any]) -> None:
    signer = signer_of(engine)
    batch = signer.presign_many("GetObject", kind(KEYS))
    assert batch.tolist() == [wanted(key) for key in KEYS]
    assert batch.tolist() == singles(signer, "GetObject", KEYS)


def test_options_of_every_kind(engine: Engine, kind: Callable[[list[str]], Any]) -> None:
    signer = signer_of(engine)
    versions = ["v 1", "中", "", "v4"]
    types = ["text/plain", " b/c\t", "é", "d"]
    batch = signer.presign_many(
        "GET", kind(["a", "b", "c", "d"]), query={"q": kind(versions)},
        headers={"Content-Type": kind(types)},
    )  # fmt: skip
    assert batch.tolist() == [
        signer.presign("GET", key, query={"q": version}, headers={"Content-Type": type_}).url
        for key, version, type_ in zip("abcd", versions, types, strict=True)
    ]


def test_values_of_every_kind(engine: Engine, kind: Callable[[list[str]], Any]) -> None:
    """Text that is no column of text: numbers in digits, flags, sources."""
    signer = signer_of(engine)
    numbers, flags = ["1", "77", "10000"], ["true", "false"]
    batch = signer.presign_many("UploadPart", list("abc"), upload_id="u", part_number=kind(numbers))
    assert batch == singles(
        signer, "UploadPart", list("abc"), part_number=numbers, upload_id=["u"] * 3
    )
    batch = signer.presign_many("PutObject", ["a", "b"], forbid_overwrite=kind(flags))
    assert batch == singles(signer, "PutObject", ["a", "b"], forbid_overwrite=flags)
    batch = signer.presign_many("CopyObject", list("abc"), source_key=kind(["x", "y z", "中"]))
    assert batch == singles(signer, "CopyObject", list("abc"), source_key=["x", "y z", "中"])
    buckets = ["bucket-a", "bucket-b", "bucket-c"]
    batch = signer.presign_many("GetObject", list("abc"), bucket=kind(buckets))
    assert batch == singles(signer, "GetObject", list("abc"), bucket=buckets)


def test_generators_are_taken_as_keys(engine: Engine) -> None:
    batch = signer_of(engine).presign_many("GetObject", (key for key in KEYS))
    assert batch == [wanted(key) for key in KEYS]


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 10_000], (1, 2, 10_000), np.array([1, 2, 10_000]), np.array([1, 2, 10_000], ">u2"),
        np.array([[1, 2, 10_000]]).T[:, 0], array("q", [1, 2, 10_000]), range(1, 4),
        np.array([1, "2", 10_000], object), np.arange(6)[1::2],
    ],
    ids=repr,
)  # fmt: skip
def test_numbers(engine: Engine, numbers: Any) -> None:
    signer = signer_of(engine)
    batch = signer.presign_many("UploadPart", list("abc"), upload_id="u", part_number=numbers)
    assert batch == singles(
        signer, "UploadPart", list("abc"), part_number=list(numbers), upload_id=["u"] * 3
    )
    assert refusal(
        lambda: signer.presign_many("UploadPart", list("abc"), upload_id="u", part_number=[1, 0, 2])
    ) == ("part_number", "must be an integer of 1..10000", 1)


@pytest.mark.parametrize(
    "lifetimes",
    [
        np.array([1, 60, 604_800]), np.array([1.0, 60.0, 604_800.0]), range(1, 4),
        np.array([1, 60, 604_800], "m8[s]"), [1, timedelta(minutes=1), 604_800.0],
    ],
    ids=repr,
)  # fmt: skip
def test_lifetimes(engine: Engine, lifetimes: Any) -> None:
    signer = signer_of(engine)
    values = lifetimes.tolist() if isinstance(lifetimes, np.ndarray) else list(lifetimes)
    batch = signer.presign_many("GetObject", list("abc"), expires=lifetimes)
    assert batch == singles(signer, "GetObject", list("abc"), expires=values)


# What is no column


NO_COLUMNS = [
    np.array("a"), np.array("a", STRINGS), np.array(b"a"), np.array(5), np.array([["a"]]),
    np.array([["a"]], STRINGS), np.array([["a"]], object), np.zeros((0, 2), "U3"),
    "abc", b"abc", {"a": 1}, {"a"}, frozenset("a"), 5, 5.0, pytest.param(object(), id="object"),
]  # fmt: skip


@pytest.mark.parametrize("value", NO_COLUMNS, ids=repr)
def test_what_is_no_column(value: Any) -> None:
    field, problem, row = refusal(lambda: as_column("name", value))
    assert (field, row) == ("name", None)
    assert problem.startswith("must be a sequence")


@pytest.mark.parametrize("value", NO_COLUMNS[:8], ids=repr)
def test_arrays_of_other_dimensions(engine: Engine, value: Any) -> None:
    signer = signer_of(engine)
    calls: list[tuple[str, dict[str, Any]]] = [
        ("keys", {"keys": value}),
        ("version_id", {"version_id": value}),
        ("query['q']", {"query": {"q": value}}),
        ("headers['x-oss-a']", {"headers": {"x-oss-a": value}}),
        ("bucket", {"bucket": value}),
    ]
    for field, call in calls:
        told = refusal(
            lambda call=call: signer.presign_many("GetObject", **{"keys": ["k"], **call})
        )
        assert told[::2] == (field, None)


def test_what_goes_to_the_engine() -> None:
    """Packed text stays packed; lists and tuples are not copied."""
    keys, pair = ["a", "b"], ("a", "b")
    assert as_column("keys", keys) is keys
    assert as_column("keys", pair) is pair
    packed = as_column("keys", np.array(keys))
    assert isinstance(packed, TextColumn)
    assert as_column("keys", packed) is packed
    for values in (np.array(keys, STRINGS), np.array([b"a", b"b"]), swapped(np.array(keys))):
        column = as_column("keys", values)
        assert isinstance(column, TextColumn)
        assert list(column) == keys
    for values in (np.array(keys, object), deque(keys), (key for key in keys)):
        assert as_column("keys", values) == keys


# Edges of NumPy's text


@pytest.mark.parametrize("rows", [0, 1, _NUMPY_SLICE - 1, _NUMPY_SLICE, _NUMPY_SLICE + 1, 9000])
def test_string_arrays_are_converted_in_slices(engine: Engine, rows: int) -> None:
    keys = [f"é{n}" + "k" * (n % 90) for n in range(rows)]
    for values in (np.array(keys, STRINGS), np.array(keys, "U")):
        column = as_column("keys", values)
        assert isinstance(column, TextColumn)
        assert len(column) == rows
        assert list(column) == keys
    signer = signer_of(engine)
    batch = signer.presign_many("GetObject", np.array(keys, STRINGS))
    assert batch == signer.presign_many("GetObject", keys)


@pytest.mark.parametrize("key", ["a\0", "\0", "a\0\0", "a\0b\0", "中\0"])
def test_string_arrays_keep_nuls_at_the_end(engine: Engine, key: str) -> None:
    keys = ["first", key, "a"]
    batch = signer_of(engine).presign_many("GetObject", np.array(keys, STRINGS))
    assert batch.tolist() == [wanted(text) for text in keys]


def test_fixed_widths_drop_nuls_at_the_end_as_numpy_does(engine: Engine) -> None:
    signer = signer_of(engine)
    for values in (np.array(["a\0", "b\0c\0"]), np.array([b"a\0", b"b\0c\0"])):
        assert signer.presign_many("GetObject", values) == [wanted("a"), wanted("b\0c")]


@pytest.mark.parametrize("dtype", ["U5", "S5", STRINGS, np.dtypes.StringDType(na_object=None), "O"])
def test_no_rows(engine: Engine, dtype: Any) -> None:
    batch = signer_of(engine).presign_many(
        "GetObject", np.array([], dtype), version_id=np.array([], dtype)
    )
    assert batch.tolist() == []


@pytest.mark.parametrize("dtype", ["U1", "U0", "S1", "S0", STRINGS])
def test_empty_texts(engine: Engine, dtype: Any) -> None:
    told = refusal(lambda: signer_of(engine).presign_many("GetObject", np.array(["", ""], dtype)))
    assert told == ("key", "is empty; give the name of an object", 0)
    batch = signer_of(engine).presign_many(
        "GetObject", ["a", "b"], version_id=np.array(["", ""], dtype)
    )
    assert batch == [wanted("a", query={"versionId": ""}), wanted("b", query={"versionId": ""})]


def test_nulls_of_numpy(engine: Engine) -> None:
    signer = signer_of(engine)
    null = "is null; give a value, or keep nulls as nulls by nulls='keep'"
    for keys in (
        np.array(["a", None, "c"], np.dtypes.StringDType(na_object=None)),
        np.array(["a", None, "c"], object),
        np.ma.array(["a", "b", "c"], mask=[False, True, False]),
        np.ma.array(["a", "b", "c"], mask=[False, True, False]).astype(STRINGS),
    ):
        assert refusal(lambda keys=keys: signer.presign_many("GetObject", keys)) == ("key", null, 1)
        batch = signer.presign_many("GetObject", keys, nulls="keep")
        assert batch.tolist() == [wanted("a"), None, wanted("c")]
    parts = np.ma.array([1, 2, 3], mask=[False, False, True])
    batch = signer.presign_many(
        "UploadPart", list("abc"), upload_id="u", part_number=parts, nulls="keep"
    )
    assert batch.tolist() == [
        *singles(signer, "UploadPart", ["a", "b"], part_number=[1, 2], upload_id=["u", "u"]), None,
    ]  # fmt: skip


def test_other_missing_values_are_nulls_too(engine: Engine) -> None:
    keys = np.array(["a", np.nan], np.dtypes.StringDType(na_object=np.nan))
    told = refusal(lambda: signer_of(engine).presign_many("GetObject", keys))
    assert told == ("key", "is null; give a value, or keep nulls as nulls by nulls='keep'", 1)
    assert signer_of(engine).presign_many("GetObject", keys, nulls="keep") == [wanted("a"), None]


BAD_KEYS = [
    ("is empty; give the name of an object", ""),
    ("starts with '/'", "/a"),
    ("starts with '/'", "\\a"),
    ("is longer than 1023 bytes of UTF-8", "k" * 1024),
    ("is longer than 1023 bytes of UTF-8", "中" * 342),
    ("is longer than 1023 bytes of UTF-8", "k" * 100_000),
]


@pytest.mark.parametrize(("problem", "bad"), BAD_KEYS, ids=range(len(BAD_KEYS)))
def test_bad_rows_of_every_kind(
    engine: Engine, kind: Callable[[list[str]], Any], problem: str, bad: str
) -> None:
    keys = kind(["a", "b", bad, "c", "k" * 1023, "中" * 341])
    if isinstance(keys, np.ndarray) and keys.dtype == np.dtype("U300"):
        keys = keys.astype("O")  # records of a fixed width would cut the long ones
        keys[2] = bad
    told = refusal(lambda: signer_of(engine).presign_many("GetObject", keys))
    assert told[::2] == ("key", 2)
    assert told[1].startswith(problem)


def test_bytes_that_are_no_utf8(engine: Engine) -> None:
    signer = signer_of(engine)
    bad = np.array([b"1", b"\xff", b"\xfe"])
    calls: dict[str, Any] = {
        "key": lambda: signer.presign_many("GetObject", bad),
        "version_id": lambda: signer.presign_many("GetObject", list("abc"), version_id=bad),
        "metadata['a']": lambda: signer.presign_many("PutObject", list("abc"), metadata={"a": bad}),
        "part_number": lambda: signer.presign_many(
            "UploadPart", list("abc"), upload_id="u", part_number=bad
        ),
        "tagging": lambda: signer.presign_many("PutObject", list("abc"), tagging=bad),
        "source_key": lambda: signer.presign_many("CopyObject", list("abc"), source_key=bad),
    }
    for field, call in calls.items():
        told = refusal(call)
        assert told[::2] == (field, 1)
        assert told[1].startswith("is not valid UTF-8")


@pytest.mark.parametrize("bad", ["\ud800", "a\udfffb", "\ud83d\ude00"])
def test_surrogates(engine: Engine, bad: str) -> None:
    for keys in (["a", bad, bad], np.array(["a", bad, bad]), np.array(["a", bad, bad], object)):
        told = refusal(lambda keys=keys: signer_of(engine).presign_many("GetObject", keys))
        assert told[::2] == ("key", 1)
        assert told[1].startswith("holds a lone surrogate")


def test_arrays_may_change_after_the_call(engine: Engine) -> None:
    keys, types = np.array(["a", "b"]), np.array(["a/b", "c/d"])
    signer = signer_of(engine)
    batch = signer.presign_many("PutObject", keys, content_type=types)
    urls = batch.tolist()
    keys[:], types[:] = "x", "x"
    assert batch.tolist() == urls == singles(
        signer, "PutObject", ["a", "b"], content_type=["a/b", "c/d"]
    )  # fmt: skip
    assert list(batch.signed_headers["Content-Type"]) == ["a/b", "c/d"]
