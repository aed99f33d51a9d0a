"""A request laid out for signing: its shape, and for each value whether it varies."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from .._engine.inputs import VARIES
from .._engine.plan import DECIMAL
from .._errors import RequestError
from .._rules.endpoints import Endpoint
from .._rules.parameters import Parameter, Request, Values, Way
from .._rules.shape import Shape

#: Where a value stands, and the `Way` it goes.
Role = tuple[int, type, Any, Callable[[Any], Any]]


class OpenValues(NamedTuple):
    """Values that a request leaves open for each call to give.

    Attributes:
        names: Their names on the wire, in the order of the row.
        roles: Their places in it and the ways they go, by their names in a call and on the wire.
        roles_of_headers: The same by the names of headers, in lower case, alone.
        asked: What callers know them by: the names of options, else those on the wire.
    """

    names: tuple[str, ...]
    roles: dict[str, Role]
    roles_of_headers: dict[str, Role]
    asked: tuple[str, ...]

    def row(self, values: Mapping[str, Any]) -> list[Any]:
        """Returns what a call gives, as it is signed."""
        if not isinstance(values, Mapping) or not self.names:
            raise self.refusal()
        row: list[Any] = [VARIES] * len(self.names)
        for name, value in values.items():
            role = self.roles.get(name)
            if role is None and isinstance(name, str):
                role = self.roles_of_headers.get(name.lower())
            if role is None:
                raise self.refusal(f"{name!r:.80} was not bound as VARIES")
            at, _, _, write = role
            if row[at] is not VARIES:
                raise self.refusal(f"{self.asked[at]!r} is given twice")
            row[at] = value if value is None or value is VARIES else write(value)
        for name, value in zip(self.asked, row, strict=True):
            if value is VARIES:
                raise self.refusal(f"{name!r} is missing")
        return row

    def at_header(self, name: str) -> int:
        """Returns where the row has a header."""
        return self.roles_of_headers[name.lower()][0]

    def refusal(self, problem: str = "") -> RequestError:
        """Returns the error for values that are not those."""
        if not self.names:
            return RequestError("values", "nothing was bound as VARIES; leave them out")
        names = ", ".join(map(repr, self.asked))
        if problem:
            return RequestError("values", f"{problem}; give a value for each of {names}")
        return RequestError("values", f"must be a dict with a value for each of {names}")


class Layout(NamedTuple):
    """A request but for its time and credentials, and what its values are.

    Attributes:
        shape: All of it but the values.
        constants: For each value of the shape its text, or None where it varies.
        columns: What stands for the values that vary.
        open: Those that are `VARIES`.
    """

    shape: Shape
    constants: tuple[str | None, ...]
    columns: tuple[Sequence[Any], ...]
    open: OpenValues


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
    headers = sorted(request.headers, key=lambda p: p.name.lower())
    values: list[Any] = [] if isinstance(bucket, str) else [bucket]
    values += [p.value for p in (*request.query, *headers)]
    # What is to be given goes by its name on the wire, or by that of the option it is.
    open_query = [p for p in request.query if p.value is VARIES]
    open_headers = [p for p in headers if p.value is VARIES]
    named = [("bucket", "bucket", _BUCKET)] if bucket is VARIES else []
    named += [(p.name, p.column.name, _way(p)) for p in open_query]
    others = len(named)
    named += [(p.name.lower(), p.column.name, _way(p)) for p in open_headers]
    told = [(at, name, (at, *way)) for at, (*names, way) in enumerate(named) for name in names]
    of_headers = {name: role for at, name, role in told if at >= others}
    spelled = {p.name: of_headers[p.name.lower()] for p in open_headers}
    shape = Shape(
        method,
        endpoint,
        bucket if isinstance(bucket, str) else None,
        key,
        tuple((p.name, p.column) for p in request.query),
        tuple((p.name.lower(), p.column) for p in headers),
        request.additional,
        False,
        carrier,
    )
    return Layout(
        shape,
        tuple(v if isinstance(v, str) else None for v in values),
        tuple(v for v in values if not isinstance(v, str)),
        OpenValues(
            tuple(name for name, _, _ in named),
            {**of_headers, **spelled, **{name: role for at, name, role in told if at < others}},
            {name.lower(): role for name, role in spelled.items()},
            tuple(option if option.isidentifier() else name for name, option, _ in named),
        ),
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


def _as_it_is(word: Any) -> Any:
    return word


_BUCKET = Way(str, True, _as_it_is)  # what it must be is for the engine to say


def _way(parameter: Parameter) -> Way:
    return parameter.way(int if parameter.column.encoding == DECIMAL else str)
