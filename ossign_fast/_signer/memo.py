"""What a signer keeps from one call to the next: bound requests, by what was asked."""

from __future__ import annotations

from collections.abc import Mapping
from types import NoneType
from typing import Any

SIZE = 512
#: Option types whose equal values mean the same; two equal datetimes need not.
PLAIN = frozenset({str, int, bool, NoneType})
_TEXTS = frozenset({str, NoneType})
_DICTS = (dict, NoneType, Mapping)  # the usual ones first: asking a Mapping is slow

Place = tuple[Any, ...]


class Memo(dict[Place, Any]):
    """Bound requests by place; bounded, the oldest go first, and safe across threads.

    There is no lock that a forked child or a signal handler could find held: each step is one
    that a dict does whole.
    """

    __slots__ = ()

    def remember(self, place: Place, bound: Any) -> None:
        """Keeps `bound` at `place`."""
        self[place] = bound
        if len(self) > SIZE:
            for oldest in list(self)[:-SIZE]:
                self.pop(oldest, None)


def place_of_headers(headers: Any, query: Any, more: Place) -> Place | None:
    """Returns what a call with `headers` and `query` is remembered by, or None if it should not be.

    Values other than text are not: 1 equals True, yet only one of them is a header value.
    """
    if not (isinstance(headers, _DICTS) and isinstance(query, _DICTS)):
        return None
    values = (*(headers or {}).values(), *(query or {}).values())
    if not _TEXTS.issuperset(map(type, values)):
        return None
    place = (*more, tuple(headers or ()), tuple(query or ()), *values)
    try:
        hash(place)
    except TypeError:  # a list where a name should be, which will be refused
        return None
    return place
