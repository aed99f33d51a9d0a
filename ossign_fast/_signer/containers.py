"""The kinds of columns that keys come in, and how URLs get back into the same kind.

Libraries are told by the modules of their types, and imported by nobody who does not use them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .._errors import RequestError
from .batch import UrlBatch

#: Puts the URLs of a batch into the container that the keys came in.
Fill = Callable[[UrlBatch[Any]], Any]


def library_of(value: object, names: Mapping[str, Any]) -> str:
    """Returns which of these top-level modules the type of `value`, or a base of it, is of."""
    for kind in type(value).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in names:
            return root
    return ""


def container_of(keys: Any) -> tuple[Any, Fill]:
    """Returns `keys` as `presign_many` takes them, and what puts URLs into a container like theirs.

    Raises:
        RequestError: `keys` are a table.
    """
    if isinstance(keys, (list, tuple)):
        return keys, UrlBatch.tolist
    read = _READERS.get(library_of(keys, _READERS))
    if read is not None:
        return read(keys)
    if hasattr(keys, "__arrow_c_array__") or hasattr(keys, "__arrow_c_stream__"):
        return keys, lambda batch: batch
    return keys, UrlBatch.tolist


def _of_pyarrow(keys: Any) -> tuple[Any, Fill]:
    import pyarrow as pa

    if not isinstance(keys, (pa.Array, pa.ChunkedArray)):
        return keys, UrlBatch.tolist
    kind = keys.type
    if pa.types.is_dictionary(kind):
        kind, keys = kind.value_type, keys.cast(kind.value_type)
    if pa.types.is_run_end_encoded(kind):
        import pyarrow.compute as pc

        kind, keys = kind.value_type, pc.run_end_decode(keys)
    if kind not in (pa.string(), pa.large_string(), pa.string_view()):
        kind = pa.string()  # of nulls, or of what cannot be signed
    if isinstance(keys, pa.ChunkedArray):
        return keys, lambda batch: pa.chunked_array(batch, kind)
    return keys, lambda batch: batch.to_arrow(kind)


def _of_pandas(keys: Any) -> tuple[Any, Fill]:
    import pandas as pd

    if isinstance(keys, pd.DataFrame):
        return keys, UrlBatch.tolist
    dtype = keys.dtype
    if isinstance(dtype, pd.CategoricalDtype):
        dtype = dtype.categories.dtype
        keys = keys.astype(dtype)
    if isinstance(keys, pd.Series):
        index, name = keys.index, keys.name
        return keys, lambda batch: _pandas(pd.Series, batch, dtype, index=index, name=name)
    if isinstance(keys, pd.Index):
        label = keys.name
        return keys, lambda batch: _pandas(pd.Index, batch, dtype, name=label)
    return keys, lambda batch: _pandas_array(batch, dtype)


def _pandas(kind: Any, batch: UrlBatch[Any], dtype: Any, **more: Any) -> Any:
    values = _pandas_array(batch, dtype)
    return kind(values, dtype=values.dtype, copy=False, **more)


def _pandas_array(batch: UrlBatch[Any], dtype: Any) -> Any:
    """Returns a batch as what a pandas Series of this dtype is made of."""
    import pandas as pd

    if isinstance(dtype, pd.StringDtype):
        if dtype.storage == "python":
            return pd.array(batch.tolist(), dtype=dtype)
        return dtype.__from_arrow__(batch.to_arrow())
    if isinstance(dtype, pd.ArrowDtype):
        kind = dtype.pyarrow_dtype
        _, fill = _of_pyarrow(_empty(kind))
        array = fill(batch)
        return pd.ArrowDtype(array.type).__from_arrow__(array)
    if dtype.kind == "O" and not hasattr(dtype, "na_value"):
        return batch.to_numpy(object)
    return pd.array(batch.tolist(), dtype=pd.Series(["text"]).dtype)


def _empty(kind: Any) -> Any:
    import pyarrow as pa

    return pa.array([], kind)


def _of_polars(keys: Any) -> tuple[Any, Fill]:
    import polars as pl

    if not isinstance(keys, pl.Series):
        return keys, UrlBatch.tolist
    name = keys.name
    if isinstance(keys.dtype, (pl.Categorical, pl.Enum, pl.Null)):  # numbers are no keys
        keys = keys.cast(pl.String)
    return keys, lambda batch: batch.to_polars(name)


def _of_daft(keys: Any) -> tuple[Any, Fill]:
    import daft

    name = keys.name()
    return keys, lambda batch: daft.Series.from_arrow(batch.to_arrow(), name=name)


def _of_numpy(keys: Any) -> tuple[Any, Fill]:
    import numpy as np

    dtype = keys.dtype
    if isinstance(keys, np.ma.MaskedArray):
        return keys, lambda batch: _masked(batch, dtype)
    if dtype.kind in "TSU":
        plain = dtype if dtype.kind == "T" else dtype.kind
        return keys, lambda batch: batch.to_numpy(plain)
    return keys, lambda batch: batch.to_numpy(object)


def _masked(batch: UrlBatch[Any], dtype: Any) -> Any:
    import numpy as np

    rows = batch.to_numpy(object)
    mask = np.fromiter((url is None for url in rows), bool, len(rows))
    rows[mask] = ""
    return np.ma.MaskedArray(rows if dtype.kind == "O" else rows.astype(dtype.kind), mask)


_READERS: dict[str, Callable[[Any], tuple[Any, Fill]]] = {
    "pyarrow": _of_pyarrow,
    "pandas": _of_pandas,
    "polars": _of_polars,
    "daft": _of_daft,
    "numpy": _of_numpy,
}


def columns_of(table: Any, names: list[str]) -> dict[str, Any] | None:
    """Returns these columns of a table, or None if it is no table that is known.

    Raises:
        RequestError: It has no such column.
    """
    if isinstance(table, Mapping):
        known: Any = list(table)
    elif library_of(table, _TABLES) and not hasattr(table, "__next__"):
        known = _names_in(table)
    else:
        known = None
    if known is None:
        return None
    for name in names:
        if name not in known:
            shown = ", ".join(map(repr, known[:20]))
            raise RequestError("columns", f"has no {name!r}; the table has {shown:.400}")
        if known.count(name) > 1:
            raise RequestError("columns", f"has {name!r} twice; give each column its own name")
    return {name: table[name] for name in names}


def _names_in(table: Any) -> list[Any] | None:
    """Returns the names of the columns, or None for what has none, or has no rows yet."""
    kind = type(table)  # as a column may have one of these names
    if hasattr(kind, "collect"):  # a lazy frame of Polars
        return None
    for attribute in ("column_names", "columns"):
        if hasattr(kind, attribute):
            return list(getattr(table, attribute))
    return None


def with_column(table: Any, name: str, column: Any) -> Any:
    """Returns a table with a column added or replaced; the table that came stays as it is."""
    if isinstance(table, Mapping):
        return {**table, name: column}
    return _TABLES[library_of(table, _TABLES)](table, name, column)


def each_of(tables: Any, function: Callable[[Any], Any]) -> Any:
    """Returns an iterator of what `function` makes of each table, a reader if they are in one."""
    made = map(function, tables)
    if not library_of(tables, {"pyarrow": None}):
        return made
    import pyarrow as pa

    nothing = pa.RecordBatch.from_pylist([], tables.schema)
    return pa.RecordBatchReader.from_batches(function(nothing).schema, made)


def _with_arrow(table: Any, name: str, column: Any) -> Any:
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)


def _with_pandas(table: Any, name: str, column: Any) -> Any:
    table = table.copy(deep=False)
    table[name] = column
    return table


def _with_polars(table: Any, name: str, column: Any) -> Any:
    return table.with_columns(column.alias(name))


_TABLES: dict[str, Callable[[Any, str, Any], Any]] = {
    "pyarrow": _with_arrow,
    "pandas": _with_pandas,
    "polars": _with_polars,
}
