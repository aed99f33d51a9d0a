"""What is kept of the SDK's request models from one call to the next: bound requests."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from threading import Lock
from types import NoneType
from typing import Any, NamedTuple

_SIZE = 512
#: Attributes of the request models that no place holds: the key varies, the rest is not signed.
_LEFT_OUT = ("key", "body", "progress_fn")

#: What any request model may have besides; the SDK sends the first two along.
_EXTRA = ("headers", "parameters", "payload")

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
    """

    def __init__(self) -> None:
        self._entries: dict[Place, _Entry] = {}
        self._readers: dict[tuple[type, str], tuple[int, Callable[[Any], Place]]] = {}
        self._lock = Lock()

    def find(
        self, request: Any, lifetime: int, varies: str = ""
    ) -> tuple[Place | None, _Entry | None]:
        """Returns where `request` belongs, None if nowhere, and what is there.

        Args:
            request: A request model of one of the SDK's own classes.
            lifetime: Seconds for which it is signed.
            varies: An attribute that is no part of the place; "" for none.
        """
        kind = type(request), varies
        size, read = self._readers.get(kind) or self._reader_of(request, varies)
        own = vars(request)
        values = read(request)
        if len(own) != size:  # headers, parameters or payload
            values += tuple(item for pair in own.items() if pair[0] in _EXTRA for item in pair)
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
        with self._lock:
            while len(self._entries) >= _SIZE:
                del self._entries[next(iter(self._entries))]
            self._entries[place] = entry

    def _reader_of(self, request: Any, varies: str) -> tuple[int, Callable[[Any], Place]]:
        """Returns how many attributes such a request has, and what reads those that are signed."""
        names = [name for name in request._attribute_map if name not in (*_LEFT_OUT, varies)]
        plain = [name for name in vars(request) if name not in _EXTRA]
        self._readers[type(request), varies] = found = len(plain), attrgetter(*names)
        return found


def _frozen(value: Mapping[Any, Any]) -> Place:
    return tuple([(name, type(item), item) for name, item in value.items()])
