"""What a call asks for, taken apart: names, what their values must keep to, and whence these came.

A parameter knows which words of the call it was made of, so that other words of the same form can
take their place without the rules being asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, NamedTuple

from .._engine.plan import DECIMAL, Column
from .options import Option, Plain, plain_texts

Values = str | Sequence[Any]


class Origin(NamedTuple):
    """Which words of a call made a parameter, and how they become its text.

    Attributes:
        argument: "options", "metadata", "headers" or "query".
        names: The names of the values there, mostly one.
        option: The option that says what values it takes, or None for free text.
        write: From values to text. It raises RequestError.
    """

    argument: str
    names: tuple[str, ...]
    option: Option | None
    write: Callable[..., str | None]

    @property
    def plain(self) -> Plain:
        """Which texts `write` leaves as they are, but for empty ones, as `plain_texts` has it."""
        if self.option is None:
            return self.argument != "options"
        return plain_texts(self.option)


class Way(NamedTuple):
    """How one word of a call becomes what a row has of it.

    Attributes:
        kind: A type of words.
        plain: Which words of just this type are taken as they are: True for all, False for none, a
            set of them, or what tells so of a word.
        write: What becomes of all others. It raises RequestError.
    """

    kind: type
    plain: Plain
    write: Callable[[Any], Any]


class Parameter(NamedTuple):
    """A query parameter or header: name, rules of its column, value or column of values.

    Attributes:
        origin: What made the value, or None where the operation sets it.
    """

    name: str
    column: Column
    value: Values
    origin: Origin | None = None

    def way(self, kind: type) -> Way:
        """Returns what becomes of words of this type, if one word makes the parameter."""
        write: Callable[[Any], Any] = str if self.origin is None else self.origin.write
        if self.column.encoding == DECIMAL:
            return Way(kind, kind is int, partial(_whole, write))
        return Way(kind, kind is str and self.origin is not None and self.origin.plain, write)


def _whole(write: Callable[[Any], str], word: Any) -> int:
    return int(write(word))


class Request(NamedTuple):
    """What a call asks for, besides bucket, key and time.

    Attributes:
        query: Query parameters in the order they take in the URL.
        headers: All headers that are signed, in the caller's order.
        additional: Lower-case names of the additional headers among them, sorted.
        unsigned: The other headers.
    """

    query: tuple[Parameter, ...]
    headers: tuple[Parameter, ...]
    additional: tuple[str, ...]
    unsigned: tuple[Parameter, ...] = ()
