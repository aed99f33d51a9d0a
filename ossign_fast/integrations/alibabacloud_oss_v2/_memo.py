"""What is kept of the SDK's request models from one call to the next: bound requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from types import NoneType
from typing import Any, NamedTuple

_SIZE = 512
#: Where attributes of the request models go that are signed. The key, a "path", varies.
_SIGNED = ("host", "query", "header")

Place = tuple[Any, ...]
_MAPPINGS = (dict, Mapping)


class _Entry(NamedTuple):
    """A bound request.

    Attributes:
        bound: The request, or None for one that is not to be bound.
        types: Position and type of the attributes that are neither text nor None.
    """

    bound: Any
    types: tuple[tuple[int, type], ...]


class RequestMemo:
    """Bound requests by all that their models say besides the key; bounded, safe across threads.

    Values that are equal may still mean other things, as 1 and True do, so types are compared too.
    There is no lock that a forked child or a signal handler could find held.
    """

    def __init__(self) -> None:
        self._entries: dict[Place, _Entry] = {}
        self._readers: dict[Any, Callable[[Any], Place]] = {}

    def find(
        self, request: Any, lifetime: int, varies: str = ""
    ) -> tuple[Place | None, _Entry | None]:
        """Returns where `request` belongs, None if nowhere, and what is there.

        Args:
            request: A request model of one of the SDK's own classes.
            lifetime: Seconds for which it is signed.
            varies: An attribute that is no part of the place; "" for none.
        """
        kind: Any = (type(request), varies) if varies else type(request)
        read = self._readers.get(kind) or self._reader_of(kind, request, varies)
        own = vars(request)
        values = read(request)
        if "headers" in own or "parameters" in own:
            values += (own.get("headers"), own.get("parameters"))
        place: Place = (kind, lifetime, values)
        try:
            entry = self._entries.get(place)
        except TypeError:  # a dict, such as metadata
            values = tuple([_frozen(v) if isinstance(v, _MAPPINGS) else v for v in values])
            place = (kind, lifetime, values)
            try:
                entry = self._entries.get(place)
            except TypeError:
                return None, None
        if entry is not None:
            for position, wanted in entry.types:
                if type(values[position]) is not wanted:
                    return place, None
        return place, entry

    def remember(self, place: Place, bound: Any) -> None:
        """Keeps `bound` at `place`; the oldest entry goes where there is no room."""
        types = ((at, type(value)) for at, value in enumerate(place[2]))
        entry = _Entry(bound, tuple(pair for pair in types if pair[1] not in (str, NoneType)))
        self._entries[place] = entry
        if len(self._entries) > _SIZE:
            for oldest in list(self._entries)[:-_SIZE]:
                self._entries.pop(oldest, None)

    def _reader_of(self, kind: Any, request: Any, varies: str) -> Callable[[Any], Place]:
        """Returns what reads the attributes of such a request that are signed."""
        rules = request._attribute_map.items()
        names = [name for name, rule in rules if rule.get("position") in _SIGNED]
        read = attrgetter(*[name for name in names if name != varies])
        self._readers[kind] = read
        return read


def _frozen(value: Mapping[Any, Any]) -> Place:
    return tuple([(type(name), name, type(item), item) for name, item in value.items()])
