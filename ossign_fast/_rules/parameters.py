"""What a call asks for, taken apart: names, what their values must keep to, and whence these came.

A parameter knows which words of the call it was made of, so that other words of the same form can
take their place without the rules being asked again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from .._engine.plan import Column
from .options import Option, is_taken_as_it_is

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
    def is_kept(self) -> bool:
        """Whether text that is not empty is taken as it is."""
        if self.option is None:
            return self.argument != "options"
        return is_taken_as_it_is(self.option)


class Parameter(NamedTuple):
    """A query parameter or header: name, rules of its column, value or column of values.

    Attributes:
        origin: What made the value, or None where the operation sets it.
    """

    name: str
    column: Column
    value: Values
    origin: Origin | None = None


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
