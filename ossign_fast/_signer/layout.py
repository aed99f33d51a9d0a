"""A request laid out for signing: its shape, and for each value whether it varies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from .._engine.inputs import VARIES
from .._errors import RequestError
from .._rules.endpoints import Endpoint
from .._rules.parameters import Request, Values
from .._rules.shape import Shape


class Layout(NamedTuple):
    """A request but for its time and credentials, and what its values are.

    Attributes:
        shape: All of it but the values.
        constants: For each value of the shape its text, or None where it varies.
        columns: What stands for the values that vary.
        open: Names on the wire of those that are `VARIES`.
        ats: Where `open` has them, by their names in a call and on the wire.
        ats_of_headers: The same by the names of headers, in lower case, alone.
        asked: What callers know them by: the names of options, else those on the wire.
    """

    shape: Shape
    constants: tuple[str | None, ...]
    columns: tuple[Sequence[Any], ...]
    open: tuple[str, ...]
    ats: dict[str, int]
    ats_of_headers: dict[str, int]
    asked: tuple[str, ...]


def lay_out(
    request: Request, *, carrier: str, method: str, endpoint: Endpoint, bucket: Values, key: int
) -> Layout:
    """Returns the layout of a request.

    Args:
        request: The request.
        carrier: What carries the signature, "query" or "header".
        method: HTTP method.
        endpoint: Where the request goes.
        bucket: Bucket name, "" at service level, or a column of names.
        key: 0 without an object key, 1 with a strictly checked one, 2 with any.
    """
    headers = sorted((p.name.lower(), p.column, p.value) for p in request.headers)
    values: list[Any] = [] if isinstance(bucket, str) else [bucket]
    values += [p.value for p in request.query] + [value for _, _, value in headers]
    # What is to be given goes by its name on the wire, or by that of the option it is.
    names = [] if isinstance(bucket, str) else [("bucket", "bucket", False)]
    names += [(p.name, p.column.name, False) for p in request.query]
    names += [(name, column.name, True) for name, column, _ in headers]
    varying = [named for named, v in zip(names, values, strict=True) if v is VARIES]
    shape = Shape(
        method,
        endpoint,
        bucket if isinstance(bucket, str) else None,
        key,
        tuple((p.name, p.column) for p in request.query),
        tuple((name, column) for name, column, _ in headers),
        request.additional,
        False,
        carrier,
    )
    return Layout(
        shape,
        tuple(v if isinstance(v, str) else None for v in values),
        tuple(v for v in values if not isinstance(v, str)),
        tuple(name for name, _, _ in varying),
        {name: at for at, (*both, _) in enumerate(varying) for name in both},
        {name: at for at, (name, _, is_header) in enumerate(varying) if is_header},
        tuple(option if option.isidentifier() else name for name, option, _ in varying),
    )


def check_lengths(
    columns: Sequence[Sequence[Any]],
    beside: Sequence[tuple[str, int]],
    shape: Shape,
    constants: Sequence[str | None],
    rules: Any,
) -> None:
    """Raises `RequestError` unless columns are there and of one length.

    Args:
        columns: Those that are signed.
        beside: Names and lengths of those that are not.
        shape: That of the request.
        constants: For each value its text, or None where a column stands for it.
        rules: The module of the signature version.
    """
    if not columns:
        raise RequestError(
            "keys", "are missing, and no other value is a column; use presign for a single URL"
        )
    lengths = [len(column) for column in columns]
    if len({*lengths, *[length for _, length in beside]}) > 1:
        names = ["keys"] * bool(shape.key)
        values = rules.columns_of(shape)[len(names) :]
        names += [c.name for c, v in zip(values, constants, strict=False) if v is None]
        pairs = [*zip([*names, "expires"], lengths, strict=False), *beside]
        told = ", ".join(f"{name} {length}" for name, length in pairs)
        raise RequestError("columns", f"must be of one length, not {told}")
