"""What a signer keeps from one call to the next: recipes, by the form of the calls they are for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._rules.bounded import Bounded

SIZE = 512
#: Bytes of all forms that are kept: names may be of any length.
BYTES = 1 << 20
_NOTHING: dict[str, Any] = {}

Place = tuple[Any, ...]
Words = tuple[Any, ...]


class Memo(Bounded):
    """Recipes, or forms, by place.

    Args:
        *lines: What an engine was taught of them.
    """

    __slots__ = ("_credentials", "lines")

    def __init__(self, *lines: Any) -> None:
        super().__init__(SIZE, BYTES)
        self._credentials: Any = None
        self.lines = [known for known in lines if known is not None]

    def follow(self, credentials: Any) -> None:
        """Drops what was bound to credentials that these replace, but keeps the recipes."""
        known, self._credentials = self._credentials, credentials
        if known is None or known is credentials or known == credentials:
            return
        for lines in self.lines:
            lines.forget()
        for recipe in list(self.values()):
            recipe.forget()


def read_once(options: Mapping[str, Any], headers: Any, query: Any) -> tuple[Any, Any, Any]:
    """Returns these arguments of a call with copies of mappings, which nobody else changes."""
    if "metadata" in options:
        options = {**options, "metadata": _copied(options["metadata"])}
    if headers is query is None:
        return options, None, None
    return options, _copied(headers), _copied(query)


def _copied(given: Any) -> Any:
    return dict(given) if isinstance(given, (dict, Mapping)) else given


def place_and_words(
    lead: Place, options: Mapping[str, Any], headers: Any, query: Any
) -> tuple[Place | None, Words]:
    """Returns the form of a call, by which its recipe is kept, and the values it came with.

    The form is all of the call that is no value: `lead`, names in their order, and the types of
    the values, since 1 equals True, yet not every option takes both. Values come in the order of
    `index_of_words`; mappings are those of `read_once`. Without a form, as where a list stands for
    a mapping, the place is None. It cannot be hashed where `lead` or a name cannot be.
    """
    names: tuple[Any, ...] = tuple(options)
    words = tuple(options.values())
    if not (headers is query is None) or "metadata" in options:
        for given in (headers, query, options.get("metadata")):
            if given is not None and type(given) is not dict:
                return None, words
            pairs = given or _NOTHING
            names += (tuple(pairs),)
            words += tuple(pairs.values())
    return (*lead, names, *map(type, words)), words


def index_of_words(
    options: Mapping[str, Any], headers: Any, query: Any
) -> dict[tuple[str, str], int]:
    """Returns where `place_and_words` has the value of each name, by argument and name."""
    given = {"options": options, "headers": headers, "query": query}
    given["metadata"] = options.get("metadata")
    said = [(argument, name) for argument, names in given.items() for name in names or ()]
    return {both: index for index, both in enumerate(said)}
