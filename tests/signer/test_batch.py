"""`UrlBatch`: a sequence of str over one buffer, whatever it is sliced into or turned into."""

from __future__ import annotations

import copy
import gc
import io
import pickle
from array import array
from collections.abc import Sequence
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ossign_fast import Credentials, RequestError, Signer, UrlBatch
from ossign_fast._signer import batch as module
from support.engines import Engine
from support.signing import signer_of

UNTIL = datetime(2030, 1, 1, tzinfo=timezone.utc)


def batch_of(
    urls: Sequence[str | None],
    headers: dict[str, Any] | None = None,
    others: dict[str, Any] | None = None,
) -> UrlBatch:
    """Returns a batch of these texts, None for a null."""
    offsets = array("q", (0,))
    for url in urls:
        offsets.append(offsets[-1] + len(url or ""))
    validity = None
    if None in urls:
        bits = bytearray((len(urls) + 7) // 8)
        for row, url in enumerate(urls):
            bits[row // 8] |= (url is not None) << row % 8
        validity = bytes(bits)
    data = "".join(url or "" for url in urls).encode("ascii")
    return UrlBatch(data, offsets, validity, "GET", UNTIL, headers or {}, others)


TEXTS = [f"https://host/{'k' * (n % 7)}{n}?x={n}" for n in range(20)]
NULLS = [None if n % 3 == 1 or n in (8, 9) else text for n, text in enumerate(TEXTS)]
SLICES = [
    slice(*bounds)
    for bounds in (
        (None,), (0,), (5,), (100,), (-3,), (0, 0), (3, 9), (9, 3), (-5, -2), (7, 8), (19, None),
        (20, None), (100, 200), (None, None, 2), (1, None, 3), (None, None, -1), (15, 2, -4),
        (None, None, -30), (3, 3, -1), (2, 9, 1), (-100, 100, 7), (8, None),
    )
]  # fmt: skip


@pytest.fixture(params=[TEXTS, NULLS], ids=["full", "nulls"])
def texts(request: pytest.FixtureRequest) -> list[str | None]:
    chosen: list[str | None] = request.param
    return chosen


def test_a_sequence(texts: list[str | None]) -> None:
    batch = batch_of(texts)
    assert isinstance(batch, Sequence)
    assert len(batch) == 20
    assert batch.tolist() == list(batch) == [*batch] == texts
    assert [batch[row] for row in range(20)] == texts
    assert [batch[row] for row in range(-20, 0)] == texts
    assert list(reversed(batch)) == texts[::-1]
    assert batch[np.int64(3)] == texts[3]
    assert batch.index(texts[3]) == 3
    assert batch.count(texts[5]) == 1
    assert texts[6] in batch
    assert "https://other" not in batch
    assert batch


def signer() -> Signer:
    return Signer(region="cn-hangzhou", bucket="bucket", credentials=Credentials("id", "secret"))


@pytest.mark.parametrize("threads", [1, 2])
def test_lists_become_str_or_packed_whatever_is_asked_first(threads: int) -> None:
    keys = [f"é {number}" if number % 3 else None for number in range(5000)]
    bound = signer().bind("GetObject", signing_time=1_700_000_000, threads=threads, nulls="keep")
    packed = bound.urls(keys)
    assert len(packed) == 5000
    texts = bound.urls(keys)
    first = texts.tolist()
    assert first == texts.tolist() == packed.tolist() == list(packed) == list(texts)
    assert [url is None for url in first] == [key is None for key in keys]
    assert first[1] == bound.url("é 1")
    assert pickle.loads(pickle.dumps(bound.urls(keys))) == first
    assert copy.copy(bound.urls(keys[:3])).tolist() == first[:3]
    assert bound.urls(keys)[1:3].tolist() == first[1:3]


def test_what_happens_to_keys_later_is_no_matter() -> None:
    bound = signer().bind("GetObject", signing_time=1_700_000_000)
    keys = ["a", "b"]
    fixed = np.array(keys, "S")
    expected = bound.urls(tuple(keys)).tolist()
    of_list, of_array = bound.urls(keys), bound.urls(fixed)
    keys[0] = "changed"
    fixed[0] = b"?"
    assert of_list.tolist() == of_list[:].tolist() == of_array.tolist() == expected


def test_a_batch_has_no_other_attributes() -> None:
    with pytest.raises(AttributeError, match="'UrlBatch' object has no attribute '_date'"):
        signer().presign_many("GetObject", ["a"])._date  # noqa: B018
    with pytest.raises(AttributeError):
        UrlBatch.__new__(UrlBatch)._data  # noqa: B018


@pytest.mark.parametrize("row", [20, -21, 10**30, -(10**30)])
def test_indices_out_of_range(row: int) -> None:
    with pytest.raises(IndexError, match="out of range"):
        batch_of(TEXTS)[row]


@pytest.mark.parametrize("row", ["0", 1.0, None, (0, 1)])
def test_indices_of_other_types(row: Any) -> None:
    with pytest.raises(TypeError):
        batch_of(TEXTS)[row]


def test_a_step_of_zero() -> None:
    with pytest.raises(ValueError, match="step"):
        batch_of(TEXTS)[::0]


@pytest.mark.parametrize("part", SLICES, ids=str)
def test_slices(texts: list[str | None], part: slice) -> None:
    numbers = [str(n) for n in range(20)]
    batch = batch_of(texts, {"A": "same", "B": numbers}, {"C": numbers})[part]
    assert isinstance(batch, UrlBatch)
    assert batch.tolist() == list(batch) == texts[part]
    assert len(batch) == len(texts[part])
    assert batch.signed_headers == {"A": "same", "B": numbers[part]}
    assert batch.headers == {"A": "same", "B": numbers[part], "C": numbers[part]}
    assert (batch.method, batch.expiration) == ("GET", UNTIL)
    assert bool(batch) == bool(texts[part])


@pytest.mark.parametrize("part", SLICES[::3], ids=str)
@pytest.mark.parametrize("other", SLICES[::2], ids=str)
def test_slices_of_slices(texts: list[str | None], part: slice, other: slice) -> None:
    batch = batch_of(texts)[part][other]
    wanted = texts[part][other]
    assert batch.tolist() == [batch[row] for row in range(len(batch))] == wanted
    assert pickle.loads(pickle.dumps(batch)).tolist() == wanted
    assert batch == wanted


def test_slices_of_step_one_share_the_buffer() -> None:
    batch = batch_of(TEXTS)
    assert batch[3:9]._data.obj is batch._data.obj
    part = batch[3:9]
    del batch
    gc.collect()
    assert part.tolist() == TEXTS[3:9]


@pytest.mark.parametrize("rows", [0, 1, 4095, 4096, 4097, 9000])
def test_iteration_over_many_rows(rows: int) -> None:
    urls = [f"u{row}" if row % 5 else None for row in range(rows)]
    batch = batch_of(urls)
    assert list(batch) == batch.tolist() == urls
    iterator = iter(batch)
    assert [next(iterator) for _ in range(min(rows, 3))] == urls[:3]


def test_equality() -> None:
    batch = batch_of(TEXTS)
    assert batch == batch_of(TEXTS) == TEXTS == batch
    assert batch == tuple(TEXTS)
    assert batch != TEXTS[:-1]
    assert batch != [*TEXTS[:-1], "x"]
    assert batch != batch_of(NULLS)
    assert batch_of(NULLS) == NULLS
    assert batch[5:5] == []
    assert batch.__eq__("text") is NotImplemented
    assert batch != set(TEXTS)
    with pytest.raises(TypeError, match="unhashable"):
        hash(batch)


def test_pickles_and_copies(texts: list[str | None]) -> None:
    headers = {"A": "same", "B": [str(n) for n in range(20)]}
    for batch in (batch_of(texts, headers, headers), batch_of(texts, headers, {"C": "c"})[4:11]):
        for twin in (pickle.loads(pickle.dumps(batch)), copy.copy(batch), copy.deepcopy(batch)):
            assert type(twin) is UrlBatch
            assert twin.tolist() == batch.tolist()
            assert twin.signed_headers == batch.signed_headers
            assert twin.headers == batch.headers
            assert (twin.method, twin.expiration) == ("GET", UNTIL)
    assert len(pickle.dumps(batch_of(TEXTS * 50)[3:5])) < 1000  # only its own rows


def test_repr_shows_no_url() -> None:
    text = repr(batch_of(TEXTS))
    assert text == "<UrlBatch of 20 GET URLs, expiration=2030-01-01 00:00:00+00:00>"
    assert str(batch_of(TEXTS)) == text


def test_no_other_attributes() -> None:
    with pytest.raises(AttributeError):
        batch_of(TEXTS).urls = []  # type: ignore[attr-defined]


# NumPy


@pytest.mark.parametrize("part", SLICES, ids=str)
def test_to_numpy(part: slice) -> None:
    batch = batch_of(TEXTS)[part]
    strings, fixed = batch.to_numpy(), batch.to_numpy(dtype="S")
    assert strings.dtype == np.dtypes.StringDType()
    assert strings.tolist() == TEXTS[part]
    assert [text.decode() for text in fixed.tolist()] == TEXTS[part]
    assert fixed.dtype.kind == "S"
    assert fixed.dtype.itemsize == max(map(len, TEXTS[part]), default=1)


@pytest.mark.parametrize("rows", [4095, 4096, 4097, 8193])
def test_to_numpy_of_many_rows(rows: int) -> None:
    urls = ["k" * (row % 50 + 1) for row in range(rows)]
    assert batch_of(urls).to_numpy("S").tolist() == [url.encode() for url in urls]


def test_numpy_refuses_nulls() -> None:
    for urls in (NULLS, [None, "a"], ["a", None], [None]):
        for dtype in (None, "S"):
            with pytest.raises(ValueError, match="nulls"):
                batch_of(urls).to_numpy(dtype)
    assert batch_of(["a", None, "b"])[2:].to_numpy("S").tolist() == [b"b"]


@pytest.mark.parametrize(
    ("dtype", "problem"),
    [(int, "must be StringDType"), ("S5", "cuts URLs off"), ("U5", "cuts URLs off")],
)
def test_numpy_has_no_other_types(dtype: Any, problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        batch_of(["a" * 6]).to_numpy(dtype)
    with pytest.raises(ValueError, match=problem):
        np.array(batch_of(["a" * 6]), dtype=dtype)


@pytest.mark.parametrize("kind", ["objects", "U", "S9", "text", "nullable", "nan"])
def test_what_numpy_makes_of_a_batch_by_itself(kind: str) -> None:
    nan = float("nan")
    nullable = {"objects": object, "nullable": np.dtypes.StringDType(na_object=None),
                "nan": np.dtypes.StringDType(na_object=nan)}  # fmt: skip
    dtypes = {"U": "U", "S9": "S9", "text": np.dtypes.StringDType(), **nullable}
    made = np.array(batch_of(["aa", "b"]), dtype=dtypes[kind])
    assert [v.decode() if kind == "S9" else v for v in made.tolist()] == ["aa", "b"]
    assert made.dtype == {"U": "<U2", "objects": object}.get(kind, dtypes[kind])
    nulls = batch_of(["a", None])
    if kind in nullable:
        made = [v if isinstance(v, str) else None for v in np.array(nulls, dtypes[kind])]
        assert made == ["a", None]
    elif kind != "U":  # which NumPy makes of the objects, as it does of a list
        with pytest.raises(ValueError, match="nulls"):
            np.array(nulls, dtype=dtypes[kind])


def test_numpy_is_given_objects_if_it_does_not_ask() -> None:
    assert np.asarray(batch_of(["a", None])).tolist() == ["a", None]
    assert np.asarray(batch_of(["a"])).dtype == object
    assert np.asarray(batch_of([])).shape == (0,)
    with pytest.raises(ValueError, match="lie packed"):
        np.array(batch_of(["a"]), copy=False)


# Lines


@pytest.mark.parametrize("rows", [0, 1, 4096, 4097, 9000])
def test_lines(rows: int, tmp_path: Path) -> None:
    urls = [f"u{row}" if row % 5 else None for row in range(rows)]
    wanted = "".join(f"{url or chr(34) * 2}\n" for url in urls)
    batch = batch_of(urls)
    binary, text = io.BytesIO(), io.StringIO()
    batch.write_lines(binary)
    batch.write_lines(text)
    assert binary.getvalue().decode() == text.getvalue() == wanted
    with (tmp_path / "urls").open("w", encoding="ascii", newline="") as file:
        batch.write_lines(file)
    assert (tmp_path / "urls").read_bytes().decode() == wanted
    part = io.StringIO()
    batch[rows // 2 :].write_lines(part, null="")
    assert part.getvalue() == "".join(f"{url or ''}\n" for url in urls[rows // 2 :])


# Arrow; what comes of the capsules, tests with pyarrow show


@pytest.mark.parametrize("part", SLICES[::2], ids=str)
def test_arrow_capsules(texts: list[str | None], part: slice) -> None:
    batch = batch_of(texts)[part]
    schema, values = batch.__arrow_c_array__()
    assert 'capsule object "arrow_schema"' in repr(schema)
    assert 'capsule object "arrow_array"' in repr(values)
    assert 'capsule object "arrow_schema"' in repr(batch.__arrow_c_schema__())
    assert len(batch.__arrow_c_array__(requested_schema=schema)) == 2


# What a Signer puts in


def test_a_batch_of_a_signer() -> None:
    signer = Signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=Credentials("id", "secret")
    )
    types = ["a/b", "c/d"]
    batch = signer.presign_many(
        "PutObject", ["k", "l"], content_type=types, signing_time=0, expires=[9, 5],
        headers={"x-oss-a": " 1 "},
    )  # fmt: skip
    assert batch.method == "PUT"
    assert batch.expiration == datetime(1970, 1, 1, 0, 0, 5, tzinfo=timezone.utc)
    assert batch.signed_headers["x-oss-a"] == "1"
    assert list(batch.signed_headers["Content-Type"]) == types
    assert batch[1:].signed_headers["Content-Type"] == ["c/d"]
    assert batch[0].startswith("https://examplebucket.oss-cn-hangzhou.aliyuncs.com/k?")


def test_headers_are_those_of_the_results_of_single_calls(engine: Engine) -> None:
    signer = signer_of(engine)
    given: Any = {"content_type": "a/b", "cache_control": " é", "metadata": {"n": "v"}}
    wanted = signer.presign("PutObject", "k", **given)
    bound = signer.bind("PutObject", **given)
    for batch in (signer.presign_many("PutObject", ["k"], **given), bound.urls(["k", "l"])):
        assert batch.headers == wanted.headers == bound.headers
        assert list(batch.headers) == list(wanted.headers)
        assert batch.headers["Cache-Control"].encode("ascii") == "é".encode()
        batch.signed_headers.clear()
        batch.headers.clear()
        assert batch.signed_headers == wanted.signed_headers
        assert bound.urls(["k"]).headers == wanted.headers
    columns = signer.presign_many("PutObject", ["k", "l"], cache_control=[" a", "b"])
    assert (columns.signed_headers, columns.headers) == ({}, {"Cache-Control": ["a", "b"]})


@pytest.mark.parametrize("column", [["a"], ["a"] * 3])
def test_columns_of_headers_that_are_not_signed_have_a_row_for_each_key(
    engine: Engine, column: list[str]
) -> None:
    with pytest.raises(RequestError) as caught:
        signer_of(engine).presign_many("PutObject", ["k", "l"], cache_control=column)
    told = f"columns: must be of one length, not keys 2, cache_control {len(column)}"
    assert str(caught.value) == told


def test_a_batch_uses_the_engine_of_the_process() -> None:
    from ossign_fast._engine import engine

    assert module.engine is engine


@pytest.mark.parametrize("name", ["content_type", "metadata"])
def test_columns_of_headers_are_handed_out_as_clients_send_them(engine: Engine, name: str) -> None:
    texts = [" Léo\t", "plain"]
    options: Any = {"metadata": {"n": texts}} if name == "metadata" else {name: texts}
    batch = signer_of(engine).presign_many("PutObject", ["k", "l"], **options)
    for part, wanted in ((batch, ["Léo", "plain"]), (batch[::-1], ["plain", "Léo"])):
        (sent,) = part.signed_headers.values()
        assert sent == wanted
        assert [text.encode("latin-1") for text in sent] == [text.encode() for text in wanted]
    again = pickle.loads(pickle.dumps(batch))
    assert next(iter(again.signed_headers.values()))[0].encode("ascii") == "Léo".encode()
