"""What may be given as a column: Python sequences, NumPy arrays, Arrow arrays.

Lists and tuples go to the engine as they are, packed text as `TextColumn`, all else as a list.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, TypeVar

from .._errors import RequestError
from . import engine
from .columns import BYTES, UCS4, Segment, TextColumn


class SupportsArrowArray(Protocol):
    """Has the Arrow PyCapsule interface for one array."""

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]: ...


class SupportsArrowStream(Protocol):
    """Has the Arrow PyCapsule interface for a stream of arrays."""

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any: ...


class SupportsToList(Protocol):
    """Can be turned into a list, as NumPy arrays can."""

    def tolist(self) -> Any: ...


class _Varies(tuple[Any, ...]):
    """The type of `VARIES`: a column without rows, until a call gives it one."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "VARIES"

    def __reduce__(self) -> str:
        return "VARIES"  # there is one of it in each process


#: Stands for a value that `Signer.bind` leaves open, for `BoundPresigner.url` to be given.
VARIES = _Varies()

_Value = TypeVar("_Value")

#: One value for each row, None for a null.
ColumnOf = Sequence[_Value | None] | SupportsArrowArray | SupportsArrowStream | SupportsToList

#: What may stand for text where no option says what is expected.
FreeText = str | int

#: What `presign_many` takes as keys.
Keys = Iterable[str | None] | SupportsArrowArray | SupportsArrowStream | SupportsToList

_PLAIN = frozenset({str, int, type(None)})
_NUMPY_SLICE = 4096  # rows of a StringDType array that are converted at a time


def as_column(field: str, value: Any) -> Sequence[Any]:
    """Returns a column as a list, a tuple or a `TextColumn`.

    Args:
        field: What an error calls it.
        value: A sequence, an iterable, a NumPy array, or anything with `__arrow_c_array__` or
            `__arrow_c_stream__`.

    Raises:
        RequestError: It is no such thing, a table, or an open file.
    """
    if isinstance(value, (list, tuple)) or type(value) is TextColumn:
        return value
    _refuse_what_is_no_column(field, value)
    if hasattr(value, "__arrow_c_stream__") or hasattr(value, "__arrow_c_array__"):
        segments = engine.import_text(field, value)
        if segments is not None:
            return TextColumn(segments)
    if hasattr(value, "__array_interface__") and hasattr(value, "dtype"):
        segments = _numpy_segments(value)
        if segments is not None:
            return TextColumn(segments)
    for method in ("to_pylist", "tolist"):
        if hasattr(value, method):
            return without_stand_ins(list(getattr(value, method)()))
    try:
        return list(value)
    except TypeError:
        raise RequestError(field, "must be a sequence with one value for each row") from None


def _refuse_what_is_no_column(field: str, value: Any) -> None:
    problem = "must be a sequence with one value for each row"
    # Asked of the class: to tell the columns of a lazy table may take as long as to make it.
    is_table = hasattr(type(value), "columns") or "columns" in getattr(value, "__dict__", ())
    if is_table or getattr(value, "ndim", 1) > 1:
        problem += ", not a table; give one column of it, as in table['key'] or array[:, 0]"
    elif hasattr(value, "readline"):
        problem = "is a file, whose lines keep their newlines; give file.read().splitlines()"
    elif isinstance(value, (str, bytes)):
        problem += ", not one text; wrap it in a list" + ", or use presign" * (field == "keys")
    elif isinstance(value, (Mapping, set, frozenset)):
        problem += f", not a {type(value).__name__}; give a list"
    elif getattr(value, "ndim", 1) == 1:
        return
    raise RequestError(field, problem)


def without_stand_ins(column: Sequence[Any], *, integers: bool = False) -> Sequence[Any]:
    """Returns `column` with None for what NumPy and pandas have in place of it: NaN, NA and NaT.

    Args:
        column: Any column; one of text, integers and None is returned as it is.
        integers: Whether whole floats become integers again, which they were before a null came.

    Example:
        >>> without_stand_ins([1.0, float("nan"), 2.5], integers=True)
        [1, None, 2.5]
    """
    if isinstance(column, TextColumn) or _PLAIN.issuperset(map(type, column)):
        return column
    rows = [None if _is_stand_in(value) else value for value in column]
    if integers:
        rows = [int(v) if isinstance(v, float) and v.is_integer() else v for v in rows]
    return rows


def _is_stand_in(value: Any) -> bool:
    is_nan = isinstance(value, float) and value != value  # noqa: PLR0124 - so a NaN is told
    return is_nan or type(value).__name__ in ("NAType", "NaTType")


def is_sequence(value: Any) -> bool:
    """Returns whether `value` looks like a column to whom a single value would do, too."""
    names = ("__len__", "__arrow_c_array__", "__arrow_c_stream__")
    return any(hasattr(value, name) for name in names)


def _numpy_segments(values: Any) -> list[Segment] | None:
    """Returns where the text of a NumPy array lies, or None if it is of another kind."""
    if hasattr(values, "mask"):
        return None  # its list has None where a row is masked
    if values.dtype.kind == "T":
        return _string_dtype_segments(values)
    if values.dtype.kind not in "SU":
        return None
    return [_fixed_segment(values)]


def _fixed_segment(values: Any) -> Segment:
    # A copy, as another thread may write to the array while it is read without the GIL.
    values = values.astype(values.dtype.newbyteorder("="), order="C", copy=True)
    form, unit = (BYTES, 1) if values.dtype.kind == "S" else (UCS4, 4)
    width = values.dtype.itemsize // unit
    return Segment(form, len(values), 0, 0, values.__array_interface__["data"][0], 0, width, values)


def _string_dtype_segments(values: Any) -> list[Segment] | None:
    """Converts a StringDType array, whose memory cannot be read, slice by slice to fixed widths."""
    import numpy as np

    if hasattr(values.dtype, "na_object"):
        return None
    segments = []
    for start in range(0, len(values), _NUMPY_SLICE):
        part = values[start : start + _NUMPY_SLICE]
        fixed = part.astype(f"U{max(int(np.strings.str_len(part).max()), 1)}")
        if (fixed.astype(part.dtype) != part).any():
            return None  # a fixed width drops NULs at the end
        segments.append(_fixed_segment(fixed))
    return segments
