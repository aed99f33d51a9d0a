"""From what a caller says to what is signed: names, columns and values of a call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from types import NoneType
from typing import Any

from .._engine.columns import TextColumn
from .._engine.inputs import VARIES, as_column, is_sequence, without_stand_ins
from .._engine.plan import DECIMAL, FIELD, VALUE, Column, ColumnError
from .._engine.text import encoder
from .._errors import RequestError
from . import v4
from .endpoints import check_bucket
from .faults import not_utf8, request_error
from .levels import check_names
from .operations import (
    Operation,
    Option,
    check_texts,
    derived_headers,
    metadata_headers,
    wire_text,
)
from .parameters import Origin, Parameter, Request, Values

_TOKEN = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+").fullmatch
_TEXTS = frozenset({str, NoneType})
_MAX_NAMES = 1 << 20  # of headers, or of the query, all together
_INTEGERS = frozenset({int, NoneType})
_PART_NUMBER = Option("partNumber", "query", "partNumber", "int", False, 1, 10_000)


def build_request(
    operation: Operation,
    options: Mapping[str, Any],
    *,
    headers: Mapping[str, Any] | None,
    query: Mapping[str, Any] | None,
    additional_headers: Iterable[str],
    bucket: Any,
    batch: bool,
    rules: Any = v4,
    carrier: str = "query",
) -> Request:
    """Returns what `operation` with these options, headers and query parameters is made of.

    Args:
        operation: The operation.
        options: Its options by name; None stands for one left out.
        headers: Free headers.
        query: Free query parameters; None or "" as value stands for a bare name.
        additional_headers: Names of headers to sign besides those that always are.
        bucket: The request's bucket or column of buckets.
        batch: Whether sequences are columns.
        rules: The module of the signature version.
        carrier: What carries the signature, "query" or "header".

    Raises:
        RequestError: An option, a header or a parameter breaks a rule.
    """
    options = {name: value for name, value in options.items() if value is not None}
    check_names(operation, options)
    headers, query = _checked_names("headers", headers), _checked_names("query", query)
    builder = _Builder(operation, batch, rules, carrier)
    builder.add_fixed_query(query)
    builder.add_free(headers, query)
    builder.add_options(options)
    builder.add_copy_source(options, bucket)
    builder.check_required()
    return builder.finish(additional_headers)


class _Builder:
    def __init__(self, operation: Operation, batch: bool, rules: Any, carrier: str) -> None:
        self.operation = operation
        self.batch = batch
        self.rules = rules
        self.carrier = carrier
        self.by_wire = {
            (option.place, option.wire.lower()): option
            for option in operation.options.values()
            if option.kind not in ("metadata", "source")
        }
        self.query: dict[str, Parameter] = {}
        self.headers: dict[str, Parameter] = {}
        self.given: set[str] = set()

    def add_fixed_query(self, query: Mapping[str, Any]) -> None:
        """Adds what makes the operation what it is; a caller may repeat it, but not change it."""
        for name, value in self.operation.query:
            given = query.get(name)
            if given is not None and not (isinstance(given, str) and given == value):
                raise RequestError(
                    f"query[{name!r}]", f"{self.operation.name} sets it to {value!r}; leave it out"
                )
            self.query[name] = Parameter(name, Column(f"query[{name!r}]", VALUE), value)

    def add_free(self, headers: Mapping[str, Any], query: Mapping[str, Any]) -> None:
        for name, value in query.items():
            if name not in self.query:
                option = self.by_wire.get(("query", name.lower()))
                if option is not None and option.wire != name:
                    option = None
                if name == _PART_NUMBER.wire:
                    option = option or _PART_NUMBER
                field, given = f"query[{name!r}]", "" if value is None else value
                origin = _origin("query", name, field, option)
                self._add_query(name, field, given, option, origin)
        for name, value in headers.items():
            option = self.by_wire.get(("header", name.lower()))
            field = f"headers[{name!r}]"
            origin = _origin("headers", name, field, option)
            self._add_header(name, field, value, option, origin)

    def add_options(self, options: Mapping[str, Any]) -> None:
        """Adds options in the order of the operation's table, which is that of the URL."""
        for option in self.operation.options.values():
            if option.name not in options or option.kind == "source":
                continue
            value = options[option.name]
            if option.kind == "metadata":
                self.given.add(option.name)
                value = dict(value) if isinstance(value, Mapping) else value  # read once
                for key, (name, item) in zip(value, metadata_headers(value), strict=True):
                    field = f"metadata[{name[11:]!r}]"
                    origin = _origin("metadata", key, field, None)
                    self._add_header(name, field, item, None, origin)
                continue
            origin = _origin("options", option.name, option.name, option)
            if option.place == "query":
                self._add_query(option.wire, option.name, value, option, origin)
            else:
                self._add_header(option.wire, option.name, value, option, origin)

    def add_copy_source(self, options: Mapping[str, Any], bucket: Any) -> None:
        """Adds the header that the "source" options of the copy operations make together."""
        named = {o.name for o in self.operation.options.values() if o.kind == "source"}
        sources: dict[str, Any] = {k: v for k, v in options.items() if k in named}
        for name in [name for name, value in sources.items() if value is VARIES]:
            cure = "leave headers['x-oss-copy-source'] VARIES, which holds all of the source"
            raise RequestError(name, f"cannot be VARIES; {cure}")
        if not named or ("x-oss-copy-source" in self.headers and not sources):
            self.given |= named
            return
        columns = {
            name: column
            for name, value in {**sources, "bucket": bucket}.items()
            if (column := self._as_column(name, value)) is not None
        }
        rows = [len(column) for column in columns.values()]
        if len(set(rows)) > 1:
            raise RequestError(
                "source_key", f"columns must be of one length, not {min(rows)} and {max(rows)}"
            )
        for name in sources:
            self.given.add(name)
        scalars = {**sources, "bucket": bucket}
        value: Values
        if not columns:
            value = derived_headers(self.operation, sources, bucket)["x-oss-copy-source"]
        else:
            rows_of_values = zip(*columns.values(), strict=True)
            value = _each_row(
                "source_key",
                lambda values: _copy_source(
                    self.operation, {**scalars, **dict(zip(columns, values, strict=True))}
                ),
                rows_of_values,
            )
        field = "source_key" if "source_key" in columns else next(iter(columns), "source_key")
        write = partial(_copy_source_of, self.operation, bucket, tuple(sources))
        origin = Origin("options", tuple(sources), None, write)
        self._add_header("x-oss-copy-source", field, value, None, origin)

    def check_required(self) -> None:
        for option in self.operation.options.values():
            if option.required and option.name not in self.given:
                raise RequestError(option.name, f"is missing; {self.operation.name} needs it")

    def finish(self, additional_headers: Iterable[str]) -> Request:
        wanted, is_signed = header_names(additional_headers), self.rules.is_signed_by_default
        additional = [n for n in wanted if n in self.headers and not is_signed(n)]
        signed: list[Parameter] = []
        unsigned: list[Parameter] = []
        for name, parameter in self.headers.items():
            (signed if name in wanted or is_signed(name) else unsigned).append(parameter)
        if self.carrier == "header":  # they are handed back to be sent, so they are checked too
            for parameter in unsigned:
                _check_field(parameter)
        query = tuple(self.query.values())
        return Request(query, tuple(signed), tuple(sorted(additional)), tuple(unsigned))

    def _add_query(
        self, name: str, field: str, value: Any, option: Option | None, origin: Origin
    ) -> None:
        if not name:
            raise RequestError("query", "holds an empty name; leave it out")
        if self.rules.is_reserved_query(name):
            raise RequestError(field, "is written by the signature itself; leave it out")
        if name in self.query:
            raise RequestError(field, "is given twice; give it once")
        column, value = self._column_and_value(field, VALUE, value, option)
        self.query[name] = Parameter(name, column, value, origin)

    def _add_header(
        self, name: str, field: str, value: Any, option: Option | None, origin: Origin
    ) -> None:
        lower = name.lower()
        if not _TOKEN(name):
            raise RequestError(
                field, "is not a valid name of an HTTP header; use letters, digits and dashes"
            )
        if lower in self.rules.RESERVED_HEADERS[self.carrier]:
            problem = "contradicts the signature in the URL; leave it out"
            if self.carrier == "header":
                problem = "is written by the signature itself; leave it out"
            raise RequestError(field, problem)
        if lower in self.headers:
            raise RequestError(field, "is given twice; give it once")
        column, value = self._column_and_value(field, FIELD, value, option)
        self.headers[lower] = Parameter(name, column, value, origin)

    def _column_and_value(
        self, field: str, encoding: str, value: Any, option: Option | None
    ) -> tuple[Column, Values]:
        """Returns the rules for a value and the value, or column, as the engine takes it."""
        column = self._as_column(field, value)
        required = encoding == FIELD or (option is not None and option.required)
        rules = Column(field, encoding, int(required))
        if option is not None:
            self.given.add(option.name)
            option = option._replace(name=field)
            if column is None:
                return rules, wire_text(option, value)
            if option.kind != "text":
                column = without_stand_ins(column, integers=option.kind == "int")
            if option.kind == "int" and _are_integers(column):
                return Column(field, DECIMAL, option.minimum, option.maximum), column
            if option.kind != "text":
                return rules, column if column is VARIES else _wire_column(option, column)
        if column is None:
            return rules, _free_text(field, value)
        if option is not None and column is not VARIES:
            check_texts(option, column)
        return rules, column if option is not None else _free_column(field, column)

    def _as_column(self, field: str, value: Any) -> Sequence[Any] | None:
        if isinstance(value, (str, bytes, Mapping)) or not is_sequence(value):
            return None
        if not self.batch:
            if value is VARIES:
                raise RequestError(field, "is VARIES; use bind, and give the value to url")
            raise RequestError(field, "is a column; use presign_many for one value per row")
        return as_column(field, value)


def _copy_source(operation: Operation, scalars: dict[str, Any]) -> str | None:
    """Returns the header of one row, None where a value is null: on that the engine decides."""
    if None in scalars.values():
        return None
    bucket = scalars.pop("bucket")
    return derived_headers(operation, scalars, bucket)["x-oss-copy-source"]


def _copy_source_of(operation: Operation, bucket: Any, names: Any, *values: Any) -> str | None:
    return _copy_source(operation, {**dict(zip(names, values, strict=True)), "bucket": bucket})


def _origin(argument: str, name: str, field: str, option: Option | None) -> Origin:
    write = partial(_free_text, field)
    if option is not None:
        write = partial(wire_text, option._replace(name=field))
    return Origin(argument, (name,), option, write)


def _check_field(parameter: Parameter) -> None:
    try:
        encoder(0, parameter.column)(parameter.value)
    except ColumnError as error:
        raise request_error((parameter.column,), error) from None


def _are_integers(column: Sequence[Any]) -> bool:
    return not isinstance(column, TextColumn) and _INTEGERS.issuperset(map(type, column))


def _checked_names(field: str, mapping: Mapping[str, Any] | None) -> Mapping[str, Any]:
    if mapping is None:
        return {}
    if not isinstance(mapping, Mapping):
        raise RequestError(field, "must be a dict of names to values")
    mapping = dict(mapping)  # read once
    for name in mapping:
        if not isinstance(name, str):
            raise RequestError(field, "holds a name that is not text")
        if not _encodable(name):
            raise RequestError(field, "holds a name with a lone surrogate, which has no UTF-8 form")
    if sum(map(len, mapping)) > _MAX_NAMES:
        raise RequestError(field, f"has names of more than {_MAX_NAMES} characters; leave out some")
    return mapping


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _free_text(field: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 64:
        return str(value)
    raise RequestError(field, f"must be text, not {type(value).__name__}")


def _free_column(field: str, column: Sequence[Any]) -> Sequence[Any]:
    if isinstance(column, TextColumn) or _TEXTS.issuperset(map(type, column)):
        return column
    return _each_row(field, lambda value: _free_text(field, value), column)


def _wire_column(option: Option, column: Sequence[Any]) -> list[str | None]:
    return _each_row(option.name, lambda value: wire_text(option, value), column)


def _each_row(field: str, convert: Any, column: Iterable[Any]) -> list[str | None]:
    """Converts each value but nulls, on which the engine decides."""
    converted: list[str | None] = []
    try:
        for value in column:
            converted.append(None if value is None else convert(value))  # noqa: PERF401
    except RequestError as error:
        raise error.at_row(len(converted)) from None
    except UnicodeDecodeError:
        raise not_utf8(field, len(converted)) from None
    return converted


def header_names(names: Any) -> frozenset[str]:
    """Returns `additional_headers` in lower case.

    Raises:
        RequestError: It is no collection, or holds something that is not the name of a header.
    """
    if not isinstance(names, (list, tuple, set, frozenset)):
        raise RequestError("additional_headers", "must be a list or another collection of names")
    for name in names:
        if not isinstance(name, str) or not _TOKEN(name):
            raise RequestError(
                "additional_headers", "holds something that is not the name of a header"
            )
    return frozenset(name.lower() for name in names)


def as_bucket(bucket: Any, batch: bool) -> Values:
    """Returns a checked bucket name, or a column of them."""
    if isinstance(bucket, str) or not batch:
        return check_bucket(bucket)
    return as_column("bucket", bucket)


def checked_threads(threads: Any) -> int:
    """Returns the number of threads; None means one."""
    if threads is None:
        return 1
    if isinstance(threads, bool) or not isinstance(threads, int) or threads < 1:
        raise RequestError("threads", "must be an integer of 1 or more")
    return threads


def checked_nulls(nulls: Any) -> bool:
    """Returns whether nulls are kept."""
    if nulls not in ("refuse", "keep"):
        raise RequestError("nulls", "must be 'refuse' or 'keep'")
    return bool(nulls == "keep")
