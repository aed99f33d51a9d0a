"""What calls of one form have in common: the request, and which way each of their words goes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple

from .._engine.inputs import VARIES
from .._engine.plan import DECIMAL, Column
from .._engine.text import encoder
from .._rules.parameters import Parameter, Request, Way
from .layout import Layout
from .memo import Words

#: Of these types a value alone tells what becomes of it; so do enums.
KINDS = frozenset({str, int, bool, NoneType, dict, datetime})

Read = Callable[[Words], Any]
Index = Mapping[tuple[str, str], int]


class Source(NamedTuple):
    """Where the value of a parameter is from.

    Attributes:
        read: From the words of a call to what the row has, or what is sent.
        at: Which word it is, if it is one alone; None for a constant or for several words.
        way: The way of that word; None for a constant or for several words.
        is_made: Whether it is of several words.
    """

    read: Read
    at: int | None = None
    way: Way | None = None
    is_made: bool = False


class Sent(NamedTuple):
    """A header as the client has to send it.

    Attributes:
        name: Its name.
        at: Where the row has its value, or None where it does not vary or is not signed.
        source: Where that is from.
    """

    name: str
    at: int | None
    source: Source


class Form(NamedTuple):
    """What recipes for one form of calls share, whatever the signer. It holds no value of a call.

    Attributes:
        layout: The request.
        sources: For each column of a row, but the key and the lifetime, where its value is from.
        signed: The signed headers in the caller's order.
        unsigned: The other headers.
    """

    layout: Layout
    sources: tuple[Source, ...]
    signed: tuple[Sent, ...]
    unsigned: tuple[Sent, ...]


def form_of(
    request: Request,
    lay_out: Callable[[Request], Layout],
    index: Index,
    words: Words,
    *,
    checked: bool,
) -> Form | None:
    """Returns the form of a call, or None where it cannot be told from this one call.

    Args:
        request: What the rules made of the call.
        lay_out: Returns the layout of such a request.
        index: Where `words` has which value.
        words: The values of the call.
        checked: Whether headers are checked that are not signed.
    """
    if not all(kind in KINDS or issubclass(kind, Enum) for kind in map(type, words)):
        return None
    parts = (*request.query, *request.headers, *request.unsigned)
    used = [(p.origin.argument, name) for p in parts if p.origin for name in p.origin.names]
    given = {both for both, at in index.items() if words[at] is not None or both[0] == "query"}
    if sorted(used) != sorted(given - {("options", "metadata")}):
        return None  # such as a fixed parameter that the call repeats
    opened = {p: _open(p, index, words) for p in (*request.query, *request.headers)}
    beside = {p: _source(p, index, words, signed=False) for p in request.unsigned}
    if checked:
        beside = {p: _checked(source, encoder(0, p.column)) for p, source in beside.items()}
    query = tuple(opened[p][0] for p in request.query)
    headers = sorted(request.headers, key=lambda p: p.name.lower())
    row = [p for p in (*request.query, *headers) if opened[p][0].value is VARIES]
    signed = tuple(opened[p][0] for p in request.headers)
    layout = lay_out(request._replace(query=query, headers=signed))
    keys = bool(layout.shape.key)
    return Form(
        layout,
        tuple(opened[p][1] for p in row),
        tuple(
            Sent(p.name, row.index(p) + keys if p in row else None, opened[p][1])
            for p in request.headers
        ),
        tuple(Sent(p.name, None, beside[p]) for p in request.unsigned),
    )


def _open(parameter: Parameter, index: Index, words: Words) -> tuple[Parameter, Source]:
    """Returns a parameter as what varies, and where its value is from.

    One that depends on names and types alone comes back as it is.
    """
    opened, origin = parameter._replace(value=VARIES), parameter.origin
    if origin is not None and len(origin.names) == 1 and (option := origin.option) is not None:
        word = words[index[origin.argument, origin.names[0]]]
        if option.kind == "int" and type(word) is int:
            column = Column(parameter.column.name, DECIMAL, option.minimum, option.maximum)
            opened = opened._replace(column=column)
    source = _source(opened._replace(value=parameter.value), index, words)
    return (parameter if source.way is None and not source.is_made else opened), source


def _source(parameter: Parameter, index: Index, words: Words, *, signed: bool = True) -> Source:
    origin, value = parameter.origin, parameter.value
    if origin is None:
        return Source(lambda words: value)
    at, *more = (index[origin.argument, name] for name in origin.names)
    if more:
        ats, join = (at, *more), origin.write
        return Source(lambda words: join(*[words[at] for at in ats]), is_made=True)
    kind = type(words[at])
    if kind is NoneType:
        return Source(lambda words: value)
    way = parameter.way(kind)
    _, plain, write = way
    if plain is True and signed:  # what no engine sees is checked here
        return Source(itemgetter(at), at, way)
    return Source(lambda words: write(words[at]), at, way)


def _checked(source: Source, check: Callable[[Any], bytes]) -> Source:
    """Returns the source of what no engine sees, so that it is checked here."""

    def checked(text: Any) -> Any:
        check(text)
        return text

    read, way = source.read, source.way
    if way is not None:
        write = way.write
        way = way._replace(write=lambda word: checked(write(word)))
    return source._replace(read=lambda words: checked(read(words)), way=way)
