"""What is kept from one call to the next: bounded in number and in bytes, and without a lock."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])
_TUPLE = 64  # bytes of a tuple, and 8 for each item
_OTHER = 32  # bytes of what is no text


class Bounded(dict[Any, Any]):
    """What is kept, by place; the oldest go first.

    A place is made of tuples and text, and what is kept there is made of the place, so its size
    tells that of both. There is no lock that a forked child or a signal handler could find held:
    each step is one that a dict does whole.

    Args:
        count: How many are kept at most.
        size: Bytes of the places of all that is kept; one alone may have a 64th of that.
    """

    __slots__ = ("__weakref__", "_count", "_size", "_sizes")

    def __init__(self, count: int, size: int) -> None:
        super().__init__()
        self._count = count
        self._size = size
        self._sizes: dict[Any, int] = {}

    def remember(self, place: Any, kept: Any) -> None:
        """Keeps something at `place`, unless that is too large."""
        size = size_of(place)
        if size > self._size // 64:
            return
        self._sizes[place] = size
        self[place] = kept
        oldest = iter(list(self))
        sizes = self._sizes.copy()
        total = sum(sizes.values())
        while len(sizes) > self._count or total > self._size:
            dropped = next(oldest, place)
            if dropped is place:
                break
            total -= sizes.pop(dropped, 0)
            self._sizes.pop(dropped, None)
            self.pop(dropped, None)


def size_of(place: Any) -> int:
    """Returns about how many bytes a place takes.

    Example:
        >>> size_of(("GET", ("x" * 1000,))) in range(1200, 1300)
        True
    """
    if isinstance(place, (tuple, frozenset)):
        return _TUPLE + sum(map(size_of, place)) + 8 * len(place)
    return sys.getsizeof(place) if isinstance(place, str) else _OTHER


def remembered(count: int, size: int) -> Callable[[_F], _F]:
    """Returns a decorator of functions whose results are kept by their arguments; see `Bounded`."""

    def decorate(function: _F) -> _F:
        known = Bounded(count, size)

        @wraps(function)
        def recalled(*place: Any) -> Any:
            kept = known.get(place)
            if kept is None:
                kept = function(*place)
                known.remember(place, kept)
            return kept

        recalled.known = known  # type: ignore[attr-defined]
        return recalled  # type: ignore[return-value]

    return decorate
