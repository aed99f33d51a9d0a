"""Jobs give back the kind of column that came in, whatever its nulls are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from ossign_fast import RequestError
from support.engines import Engine
from support.signing import NOW, signer_of, wanted

TEXTS = ["a b", None, "\u4e2d"]
ARROW = pa.array(TEXTS)
NA = pd.NA
NAN = float("nan")
NUMPY_TEXT = np.dtypes.StringDType


def rows(column: Any) -> list[str | None]:
    """Returns the values of a column, None for what stands for a null."""
    values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [value if isinstance(value, str) else None for value in values]


@pytest.mark.parametrize("nulls", ["text", "na", "nan"])
@pytest.mark.parametrize("dtype", [
    "object", "string[python]", "string[pyarrow]", pd.ArrowDtype(pa.string()),
    pd.ArrowDtype(pa.large_string()), pd.Series(["a"]).dtype,
], ids=str)  # fmt: skip
def test_series(engine: Engine, dtype: Any, nulls: str) -> None:
    null = {"text": None, "na": NA, "nan": NAN}[nulls]
    values = pd.array(TEXTS, dtype="object")
    values[1] = null
    series = pd.Series(values, dtype=dtype, index=[5, 5, 2], name="key")
    urls = signer_of(engine).job("GetObject")(series)
    assert rows(urls) == [wanted("a b"), None, wanted("\u4e2d")]
    assert (urls.dtype, urls.name, [*urls.index]) == (series.dtype, "key", [5, 5, 2])


KEPT: dict[str, Any] = {
    "string": ARROW,
    "large_string": ARROW.cast(pa.large_string()),
    "string_view": ARROW.cast(pa.string_view()),
    "chunked": pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
    "large chunked": pa.chunked_array([TEXTS], pa.large_string()),
    "sliced": pa.array(["x", *TEXTS, "x"])[1:4],
    "polars": pl.Series("k", TEXTS),
    "StringDType(None)": np.array(TEXTS, NUMPY_TEXT(na_object=None)),
    "StringDType(nan)": np.array(["a b", NAN, "\u4e2d"], NUMPY_TEXT(na_object=NAN)),
    "objects": np.array(["a b", NAN, "\u4e2d"], object),
    "list": ["a b", NAN, "\u4e2d"],
    "index": pd.Index(TEXTS, name="k"),
    "array": pd.array(TEXTS),
}  # fmt: skip


@pytest.mark.parametrize("keys", KEPT.values(), ids=KEPT)
def test_columns_that_keep_their_type(engine: Engine, keys: Any) -> None:
    urls = signer_of(engine).job("GetObject")(keys)
    assert type(urls) is type(keys)
    assert rows(urls) == [wanted("a b"), None, wanted("\u4e2d")]
    for name in ("type", "dtype", "name"):
        assert getattr(urls, name, None) == getattr(keys, name, None)
    assert rows(signer_of(engine).job("GetObject")(keys[:0])) == []


PLAIN: dict[str, tuple[Any, Any]] = {
    "dictionary": (ARROW.dictionary_encode(), pa.string()),
    "large dictionary": (ARROW.cast(pa.large_string()).dictionary_encode(), pa.large_string()),
    "chunked dictionary": (pa.chunked_array([ARROW]).dictionary_encode(), pa.string()),
    "category": (pd.Series(TEXTS, dtype="category"), pd.Series(TEXTS).dtype),
    "run ends": (
        pa.RunEndEncodedArray.from_arrays(pa.array([1, 2, 3], pa.int32()), ARROW),
        pa.string(),
    ),
    "polars category": (pl.Series(TEXTS, dtype=pl.Categorical), pl.String),
    "polars enum": (pl.Series(TEXTS, dtype=pl.Enum(["\u4e2d", "a b"])), pl.String),
}


@pytest.mark.parametrize(("keys", "kind"), PLAIN.values(), ids=PLAIN)
def test_dictionaries_become_plain_text(engine: Engine, keys: Any, kind: Any) -> None:
    urls = signer_of(engine).job("GetObject")(keys)
    assert rows(urls) == [wanted("a b"), None, wanted("\u4e2d")]
    assert getattr(urls, "type", None) == kind or urls.dtype == kind


def test_columns_without_nulls(engine: Engine) -> None:
    job = signer_of(engine).job("GetObject")
    for keys in (np.array(["a", "b"]), np.array(["a", "b"], NUMPY_TEXT()), ("a", "b")):
        assert rows(job(keys)) == [wanted("a"), wanted("b")]
    masked = job(np.ma.array(["a", "b"], mask=[False, True]))
    assert masked.mask.tolist() == [False, True]
    assert masked[0] == wanted("a")
    assert job(np.array([b"a"])).tolist() == [wanted("a").encode()]


@pytest.mark.parametrize(
    "keys",
    [pa.nulls(2), pd.Series([None, NAN]), pd.Series([NAN, NAN]), pl.Series([None, None]),
     pa.chunked_array([[None], [None]], pa.null()), [None, NAN], np.array([NAN, NAN])],
    ids=lambda keys: type(keys).__module__,
)  # fmt: skip
def test_nothing_but_nulls(engine: Engine, keys: Any) -> None:
    assert rows(signer_of(engine).job("GetObject")(keys)) == [None, None]
    assert rows(signer_of(engine).presign_many("GetObject", keys, nulls="keep")) == [None, None]


@pytest.mark.parametrize("table", [pa.table({"k": ["a"]}), pd.DataFrame({"k": ["a"]})])
def test_tables_are_for_on(engine: Engine, table: Any) -> None:
    with pytest.raises(RequestError, match="not a table; give one column of it"):
        signer_of(engine).job("GetObject", signing_time=NOW)(table)


@pytest.mark.parametrize(
    "keys",
    [[1, 2], pa.array([1, 2]), pa.array([b"a", b"b"]), pl.Series([1, 2]), pl.Series([True, False]),
     pl.Series([b"a", b"b"]), pd.Series([1, 2]), np.array([1, 2])],
    ids=str,
)  # fmt: skip
def test_what_is_no_text_is_no_key(engine: Engine, keys: Any) -> None:
    with pytest.raises(RequestError, match="row 0: key: must be text"):
        signer_of(engine).job("GetObject")(keys)
    lenient = signer_of(engine).job("GetObject", on_error="null")
    assert rows(lenient(keys)) == [None, None]
    assert lenient.report.refused == 2


@pytest.mark.parametrize("table", [
    pd.DataFrame([["a", "b"]], columns=["key", "key"]),
    pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["key", "key"]),
], ids=["pandas", "pyarrow"])  # fmt: skip
def test_two_columns_of_one_name(engine: Engine, table: Any) -> None:
    with pytest.raises(RequestError, match="columns: has 'key' twice"):
        signer_of(engine).job("GetObject").on("key", "url")(table)


@pytest.mark.parametrize("column", [
    pd.Series(["a"]), pl.Series(["a"]), ARROW, pl.LazyFrame({"key": ["a"]}),
], ids=lambda column: type(column).__name__)  # fmt: skip
def test_columns_and_lazy_frames_are_no_tables(engine: Engine, column: Any) -> None:
    with pytest.raises(RequestError, match="table: must be a pyarrow, pandas or Polars table"):
        signer_of(engine).job("GetObject").on("key", "url")(column)


def test_columns_that_are_called_as_what_frames_have(engine: Engine) -> None:
    frame = pd.DataFrame({"key": ["a"], "column_names": [1], "collect": [2]})
    signed = signer_of(engine).job("GetObject").on("key", "url")(frame)
    assert rows(signed["url"]) == [wanted("a")]
