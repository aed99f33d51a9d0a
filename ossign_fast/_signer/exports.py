"""How a `UrlBatch` is handed to other libraries: as Arrow, to NumPy, pandas and Polars.

Not needed to import the package, and nobody else's package is before it is asked for.
"""

# ruff: noqa: SLF001 - a batch cut in two, as most users need one half of it

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from .._engine import engine
from .._engine.columns import Parts
from .._engine.packed import arrow_parts, valid_every, valid_rows
from .._errors import RequestError

_FORMS = ("U", "u", "vu")
_SLICE = 4096  # URLs turned into NumPy's fixed width at a time


class ArrowView:
    """A batch with nothing but the Arrow interface and a length; made by `UrlBatch.arrow`."""

    __slots__ = ("__arrow_c_array__", "__arrow_c_schema__", "__arrow_c_stream__", "_rows")

    def __init__(self, batch: Any) -> None:
        self._rows = len(batch)
        self.__arrow_c_stream__: Callable[..., Any] = batch.__arrow_c_stream__
        self.__arrow_c_array__: Callable[..., tuple[Any, Any]] = batch.__arrow_c_array__
        self.__arrow_c_schema__: Callable[[], Any] = batch.__arrow_c_schema__

    def __len__(self) -> int:
        return self._rows  # without it Polars takes the whole for one value of a frame


def library(name: str, method: str) -> Any:
    """Returns a module, or says how to get it.

    Raises:
        ImportError: It is not installed.
    """
    try:
        return import_module(name)
    except ImportError:
        extra = "'ossign_fast[numpy]'" if name == "numpy" else name
        text = f"{method} needs {name}; run pip install {extra}"
        raise ImportError(text, name=name) from None


def form_of(requested_schema: Any) -> str:
    """Returns the Arrow format that a consumer asks for, large_string if it does not.

    Raises:
        RequestError: URLs cannot be of that type.
    """
    form = "U" if requested_schema is None else engine.requested_form(requested_schema)
    if form in _FORMS:
        return form
    if form == "+s":
        raise RequestError("type", "of URLs is no table; name them, as in {'url': batch}")
    raise RequestError(
        "type", "of URLs is large_string, string or string_view; ask for one of these, and cast it"
    )


def valid_rows_of(batch: Any, index: slice | None = None) -> tuple[bytes | None, int]:
    """Returns the bitmap of all rows of a batch, or of a slice, and how many of all are null."""
    bitmap, nulls = valid_rows(batch._validity, batch._first, len(batch))
    if bitmap is not None and index is not None:
        bitmap = valid_every(bitmap, len(batch), index)
    return bitmap, nulls


def parts_of(batch: Any, form: str) -> list[Parts]:
    """Returns what the Arrow arrays of a batch are made of; several only of string."""
    return arrow_parts(engine, form, batch._validity, batch._first, batch._offsets, batch._data)


def only_part_of(batch: Any, form: str) -> Parts:
    """Returns what one Arrow array of a batch is made of.

    Raises:
        RequestError: The URLs are too long for one array of type string.
    """
    parts = parts_of(batch, form)
    if len(parts) > 1:
        raise RequestError(
            "type",
            f"string holds 2147483647 bytes of text in one array, and these URLs have "
            f"{batch.nbytes}; ask for large_string, where keys are string cast them to it, or take "
            "slices of the batch",
        )
    return parts[0]


def to_pandas(batch: Any, index: Any, name: str | None) -> Any:
    """Returns a batch as a pandas Series of the dtype that pandas has for text."""
    pandas = library("pandas", "to_pandas")
    dtype = pandas.Series(["text"]).dtype
    values: Any = batch.tolist()
    if isinstance(dtype, pandas.StringDtype) and dtype.storage == "pyarrow":
        values = dtype.__from_arrow__(batch.to_arrow())
    return pandas.Series(values, index=index, name=name, dtype=dtype, copy=False)


def to_numpy(batch: Any, dtype: Any) -> Any:
    """Returns a batch as a NumPy array; see `UrlBatch.to_numpy`."""
    np = library("numpy", "to_numpy")
    dtype = np.dtypes.StringDType() if dtype is None else np.dtype(dtype)
    if dtype.kind == "O":
        return _objects(np, batch)
    if dtype.kind == "T" and hasattr(dtype, "na_object") and batch.null_count:
        rows = _objects(np, batch)
        if dtype.na_object is not None:
            rows[:] = [dtype.na_object if url is None else url for url in rows]
        return rows.astype(dtype)
    if dtype.kind not in "TSU":
        raise ValueError("dtype: must be StringDType, object, 'S' or 'U'")
    if batch.null_count:
        raise ValueError(
            "dtype: has no nulls; use object, StringDType(na_object=None) or an Arrow array"
        )
    fixed = _fixed(np, batch)
    width = dtype.itemsize // (4 if dtype.kind == "U" else 1)
    if dtype.kind != "T" and 0 < width < fixed.itemsize:
        raise ValueError(f"dtype: cuts URLs off, which have up to {fixed.itemsize} characters")
    return fixed if dtype == np.dtype("S") else fixed.astype(dtype)


def _objects(np: Any, batch: Any) -> Any:
    rows = np.empty(len(batch), object)
    rows[:] = batch.tolist()
    return rows


def _fixed(np: Any, batch: Any) -> Any:
    """Returns a batch as bytes of the width of its longest URL."""
    offsets = np.frombuffer(batch._offsets, np.int64)
    lengths = np.diff(offsets)
    width = int(lengths.max(initial=1))
    fixed = np.zeros(len(batch), f"S{width}")
    cells = fixed.view(np.uint8).reshape(len(batch), width)
    data = np.frombuffer(batch._data, np.uint8)
    for start in range(0, len(batch), _SLICE):  # a mask is as large as the text
        rows = slice(start, start + _SLICE)
        mask = np.arange(width) < lengths[rows, None]
        cells[rows][mask] = data[offsets[start] : offsets[start] + lengths[rows].sum()]
    return fixed
