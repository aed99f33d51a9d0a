"""Each way to hand a `UrlBatch` to another library: it works, or the way beside it does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from ossign_fast import UrlBatch, engine_info
from support.engines import Engine
from support.signing import signer_of, wanted

STRING = pa.schema([("u", pa.string())])
NUMBERED = {"n": [7, 8, 9]}
TEXT = np.dtypes.StringDType


def frame() -> Any:
    return pd.DataFrame(NUMBERED, index=[5, 2, 4])


#: What takes a batch, and gives back a column.
TAKES: dict[str, Callable[[UrlBatch[Any]], Any]] = {
    "pa.array": pa.array,
    "pa.array, string": lambda urls: pa.array(urls, type=pa.string()),
    "pa.array, string_view": lambda urls: pa.array(urls, type=pa.string_view()),
    "pa.chunked_array": pa.chunked_array,
    "pa.chunked_array, list": lambda urls: pa.chunked_array([urls]),
    "pa.table": lambda urls: pa.table({"u": urls})["u"],
    "pa.table, string": lambda urls: pa.table({"u": urls}, schema=STRING)["u"],
    "pa.RecordBatch": lambda urls: pa.RecordBatch.from_arrays([urls], ["u"])["u"],
    "pa.append_column": lambda urls: pa.table(NUMBERED).append_column("u", urls)["u"],
    "pa.append_column, list": lambda urls: pa.table(NUMBERED).append_column("u", [urls])["u"],
    "to_arrow": lambda urls: urls.to_arrow(),
    "pd.Series": pd.Series,
    "pd.DataFrame": lambda urls: pd.DataFrame({"u": urls})["u"],
    "pd.assign": lambda urls: frame().assign(u=urls)["u"],
    "pd.array": pd.array,
    "pd.Series, string": lambda urls: pd.Series(urls, dtype="string[pyarrow]"),
    "pd.Series, ArrowDtype": lambda urls: pd.Series(urls, dtype=pd.ArrowDtype(pa.large_string())),
    "to_pandas": lambda urls: frame().assign(u=urls.to_pandas(frame().index))["u"],
    "pl.Series": pl.Series,
    "pl.Series, arrow": lambda urls: pl.Series(urls.arrow),
    "pl.from_arrow": pl.from_arrow,
    "pl.DataFrame": lambda urls: pl.DataFrame({"u": urls})["u"],
    "pl.DataFrame, arrow": lambda urls: pl.DataFrame({"u": urls.arrow})["u"],
    "pl.DataFrame, itself": lambda urls: pl.DataFrame(urls)["column_0"],
    "to_polars": lambda urls: pl.DataFrame(NUMBERED).with_columns(urls.to_polars("u"))["u"],
    "np.asarray": np.asarray,
    "np.array, StringDType": lambda urls: np.array(urls, dtype=TEXT(na_object=None)),
}
if not duckdb.__version__.startswith("1."):  # which takes tables alone
    TAKES |= {
        "duckdb": lambda urls: [row[0] for row in duckdb.sql("from urls").fetchall()],
        "duckdb, arrow": lambda urls: [row[0] for row in duckdb.from_arrow(urls).fetchall()],
    }


def rows(column: Any) -> list[str | None]:
    values = column.to_pylist() if hasattr(column, "to_pylist") else list(column)
    return [value if isinstance(value, str) else None for value in values]


@pytest.mark.parametrize("take", TAKES.values(), ids=TAKES)
def test_what_takes_a_batch(engine: Engine, take: Callable[[Any], Any]) -> None:
    urls = signer_of(engine).presign_many("GetObject", ["a", None, "c d"], nulls="keep")
    column = take(urls)
    assert rows(column) == [wanted("a"), None, wanted("c d")]
    if isinstance(column, pd.Series) and len(column.index) and column.index[0] == 5:
        assert [*column.index] == [5, 2, 4]


#: What does not, with the error of the library, and the way that does.
REFUSES: dict[str, tuple[Callable[[Any], Any], type[Exception], Callable[[Any], Any]]] = {
    "pa.table": (
        pa.table, pa.ArrowInvalid, lambda urls: pa.table({"u": urls})["u"],
    ),
    "pa.compute": (
        pc.utf8_length, TypeError, lambda urls: pc.utf8_trim(urls.to_arrow(), characters=" "),
    ),
    "pd.DataFrame.from_arrow": (
        getattr(pd.DataFrame, "from_arrow", pa.table), pa.ArrowInvalid,
        lambda urls: urls.to_pandas().to_frame()["url"],
    ),
    "pl.with_columns": (
        lambda urls: pl.DataFrame(NUMBERED).with_columns(u=urls), TypeError,
        lambda urls: pl.DataFrame(NUMBERED).with_columns(urls.to_polars("u"))["u"],
    ),
    "duckdb parameter": (
        lambda urls: duckdb.execute("select unnest(?)", [urls]), duckdb.Error,
        lambda urls: [row[0] for row in duckdb.execute(
            "select unnest(?)", [urls.tolist()]).fetchall()],
    ),
    "json": (json.dumps, TypeError, lambda urls: json.loads(json.dumps(urls.tolist()))),
    "np.array": (
        lambda urls: np.array(urls, dtype=TEXT()), ValueError,
        lambda urls: np.array(urls, dtype=TEXT(na_object=None)),
    ),
}  # fmt: skip


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("fails", "error", "way"), REFUSES.values(), ids=REFUSES)
def test_what_takes_it_another_way(
    engine: Engine,
    fails: Callable[[Any], Any],
    error: type[Exception],
    way: Callable[[Any], Any],
) -> None:
    urls = signer_of(engine).presign_many("GetObject", ["a", None, "c d"], nulls="keep")
    with pytest.raises(error if engine_info().engine == "c" else (error, SystemError)):
        fails(urls)  # where ctypes stands in for C, an error that drops a capsule is lost
    assert rows(way(urls)) == [wanted("a"), None, wanted("c d")]


@pytest.mark.skipif(not hasattr(pd.Series, "from_arrow"), reason="it is new in pandas 3")
def test_pandas_matches_rows_by_their_index(engine: Engine) -> None:
    """Rows of `Series.from_arrow` are numbered anew, so that a frame gives them to others."""
    urls = signer_of(engine).presign_many("GetObject", ["a", "b", "c"])
    wrong = frame().assign(u=pd.Series.from_arrow(urls))
    assert rows(wrong["u"]) == [None, urls[2], None]
    assert rows(frame().assign(u=urls.to_pandas(frame().index))["u"]) == urls.tolist()


def test_lines_keep_a_row_for_a_null(engine: Engine, tmp_path: Any) -> None:
    urls = signer_of(engine).presign_many("GetObject", ["a", None, "c"], nulls="keep")
    path = tmp_path / "urls.csv"
    with path.open("w") as file:
        file.write("url\n")
        urls.write_lines(file)
    import pyarrow.csv

    read = [
        pd.read_csv(path)["url"],
        pl.read_csv(path)["url"],
        pyarrow.csv.read_csv(path)["url"],
        [row[0] for row in duckdb.read_csv(str(path), header=True).fetchall()],
    ]
    for column in read:
        assert [url or None for url in rows(column)] == urls.tolist()
