"""What a pipeline does without signing: a column of one text, made as cheaply as can be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


class Constant:
    """A function of a column of keys, which returns a column of the same kind with one text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __call__(self, keys, /):  # without annotations, which Spark would take at their word
        library = type(keys).__module__.partition(".")[0]
        return _MAKERS[library](keys, self.text)

    def on(self, key: str, into: str) -> ConstantOn:
        return ConstantOn(self, key, into)


class ConstantOn:
    """The same for pyarrow and pandas tables, and iterators of them."""

    def __init__(self, column: Constant, key: str, into: str) -> None:
        self._column, self._key, self._into = column, key, into

    def __call__(self, table, /):
        if hasattr(table, "append_column"):
            return table.append_column(self._into, self._column(table[self._key]))
        if hasattr(table, "assign"):
            return table.assign(**{self._into: self._column(table[self._key])})
        return map(self, table)


def _repeated(keys: Any, text: str) -> Any:
    import pyarrow as pa

    rows = pa.repeat(pa.scalar(text, pa.large_string()), len(keys))
    kind = getattr(keys, "type", rows.type)
    rows = rows if kind == rows.type else rows.cast(kind)
    return pa.chunked_array([rows]) if isinstance(keys, pa.ChunkedArray) else rows


def _pandas(keys: Any, text: str) -> Any:
    import pandas as pd
    import pyarrow as pa

    rows = pa.repeat(pa.scalar(text, pa.large_string()), len(keys))
    return pd.Series(pd.array(rows, dtype=keys.dtype), index=keys.index, copy=False)


def _polars(keys: Any, text: str) -> Any:
    import polars as pl

    return pl.select(pl.repeat(text, len(keys), eager=False)).to_series()


def _daft(keys: Any, text: str) -> Any:
    import daft
    import pyarrow as pa

    return daft.Series.from_arrow(pa.repeat(pa.scalar(text, pa.large_string()), len(keys)))


_MAKERS: dict[str, Callable[[Any, str], Any]] = {
    "daft": _daft,
    "pandas": _pandas,
    "polars": _polars,
    "pyarrow": _repeated,
}
