"""What is kept of the SDK's request models from one call to the next: where their values go.

A form of requests is all of them but their values: the class, and which attributes are set. The
SDK's serializer is asked once for each form, with marks in place of the values; from then on the
values of a request of that form take the place of the marks.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Any

from ossign_fast import VARIES, BoundPresigner, Signer

_SIZE = 512
_BOUNDS = 4  # buckets and lifetimes that requests of one form are bound to
#: A form that is told in more characters than this is not kept: names may be of any length.
_LONGEST = 4096
#: Where attributes of the request models go that are signed.
_SIGNED = frozenset({"query", "header"})

Place = tuple[Any, ...]
Words = tuple[dict[str, Any], dict[str, Any]]


#: Names, each with the index of its value or what it has instead, as headers or query have them.
_Slots = list[tuple[str, int | None, Any]]


class Template:
    """Where the values of requests of one form go.

    Args:
        headers: The signed headers.
        query: The query parameters.
    """

    __slots__ = ("_bounds", "_can_be_bound", "_last", "_varying", "headers", "query")

    def __init__(self, headers: _Slots, query: _Slots) -> None:
        self.headers = headers
        self.query = query
        slots = (*headers, *query)
        self._varying = [(name, at) for name, at, _ in slots if at is not None]
        names = [name.lower() for name, _, _ in slots]
        self._bounds: dict[Place, BoundPresigner] = {}  # by bucket and lifetime
        self._can_be_bound = len(set(names)) == len(names)
        self._last: Place = ()

    def words(self, values: list[Any]) -> Words:
        """Returns the headers and the query of a request with these values."""
        return (
            {name: text if at is None else str(values[at]) for name, at, text in self.headers},
            {name: text if at is None else str(values[at]) for name, at, text in self.query},
        )

    def sent(self, values: list[Any]) -> dict[str, str] | None:
        """Returns the signed headers, or None if that takes a closer look at their text."""
        headers: dict[str, str] = {}
        for name, at, text in self.headers:
            value = text if at is None else str(values[at])
            if not value.isascii() or value != value.strip(" \t"):
                return None
            headers[name] = value
        return headers

    def given(self, values: list[Any]) -> dict[str, Any] | None:
        """Returns what a bound request takes of these values."""
        return {name: values[at] for name, at in self._varying} if self._varying else None

    def bound(
        self, signer: Signer, method: str, bucket: Any, lifetime: int
    ) -> BoundPresigner | None:
        """Returns what signs the form for a bucket and a lifetime, once these come again."""
        if type(bucket) is not str or not self._can_be_bound:
            return None
        place, last = (bucket, lifetime), self._last
        found = self._bounds.get(place)
        if found is None and place == last:
            headers, query = (
                {name: VARIES if at is not None else text for name, at, text in slots}
                for slots in (self.headers, self.query)
            )
            words: dict[str, Any] = {"headers": headers, "query": query}
            found = signer.bind(method, bucket=bucket, expires=lifetime, **words)
            others = self._bounds if len(self._bounds) < _BOUNDS else {}
            self._bounds = {**others, place: found}
        self._last = place
        return found


class RequestMemo:
    """Templates by the forms of requests; bounded, safe across threads.

    There is no lock that a forked child or a signal handler could find held.

    Args:
        kinds: The classes of requests; what is derived of them may compute what it is asked for.
    """

    def __init__(self, kinds: Iterable[Any]) -> None:
        self._entries: dict[Place, Template] = {}
        self._signed = {kind: _signed_of(kind) for kind in kinds}

    def take_apart(self, request: Any) -> tuple[Place | None, list[Any]]:
        """Returns the form of a request, None where that is its own alone, and its values."""
        kind = type(request)
        signed = self._signed.get(kind)
        if signed is None:
            return None, []
        own = vars(request)
        values: list[Any] = []
        place: list[Any] = [kind, len(own)]  # where an attribute is missing, the SDK says so
        for name, value in own.items():
            if value is None or name not in signed:
                continue
            place.append(name)
            of_value = type(value)
            if of_value is str and value:
                values.append(value)
            elif of_value is int:
                place.append(int)
                values.append(value)
            elif of_value is dict:
                if not _take_dict_apart(value, place, values):
                    return None, values
            elif not _stands_for_itself(value, place):
                return None, values
        if own.get("headers", place) is None or own.get("parameters", place) is None:
            return None, values  # which the SDK cannot read
        return tuple(place), values

    def get(self, place: Place | None) -> Template | None:
        """Returns the template of a form, if it is known."""
        return None if place is None else self._entries.get(place)

    def learn(
        self,
        request: Any,
        place: Place,
        values: list[Any],
        read: Callable[[Any], Words],
        signed: Iterable[str],
    ) -> None:
        """Keeps the template of a request's form, if its values are seen to go their ways.

        Args:
            request: The request.
            place: Its form.
            values: Its values.
            read: Returns the headers and query of a request.
            signed: Names of the headers that are signed.
        """
        if _length(place) > _LONGEST:
            return
        words = read(request)
        marked, marks = _marked(request, self._signed[type(request)], words)
        try:
            headers, query = (
                _slots(real, probed, marks, values)
                for real, probed in zip(words, read(marked), strict=True)
            )
        except ValueError:
            return
        headers = [slot for slot in headers if slot[0] in signed]
        self._entries[place] = Template(headers, query)
        if len(self._entries) > _SIZE:
            for oldest in list(self._entries)[:-_SIZE]:
                self._entries.pop(oldest, None)


def _signed_of(kind: Any) -> frozenset[str]:
    """Returns the names of the attributes that are signed."""
    rules = kind._attribute_map.items()
    names = [name for name, rule in rules if rule.get("position") in _SIGNED]
    return frozenset((*names, "headers", "parameters"))


def _take_dict_apart(given: dict[Any, Any], place: list[Any], values: list[Any]) -> bool:
    items = tuple(given.items())  # read once
    place.append(len(items))
    for name, value in items:
        if type(name) is not str:
            return False
        place.append(name)
        if type(value) is str and value:
            values.append(value)
        elif not _stands_for_itself(value, place):
            return False
    return True


def _stands_for_itself(value: Any, place: list[Any]) -> bool:
    """Adds a value to the form that nothing else is equal to; returns False if there may be."""
    if not (value is True or value is False or isinstance(value, Enum) or _is_empty(value)):
        return False
    place += (type(value), value)
    return True


def _is_empty(value: Any) -> bool:
    return type(value) is str and not value


def _marked(request: Any, signed: frozenset[str], words: Words) -> tuple[Any, list[str]]:
    """Returns a request with marks in place of its values, and the marks as text."""
    marked, marks = copy.copy(request), list[str]()
    taken = "".join(map(str, (*words[0].values(), *words[1].values())))

    def mark(value: Any, *kinds: type) -> Any:
        if type(value) not in kinds or value == "":
            return value
        number = 7_000_000_000 + len(marks)
        while str(number) in taken:
            number += 1_000_000
        marks.append(str(number))
        return type(value)(number)

    for name, value in vars(request).items():
        if value is None or name not in signed:
            continue
        is_dict = type(value) is dict
        new = {k: mark(v, str) for k, v in value.items()} if is_dict else mark(value, str, int)
        setattr(marked, name, new)
    return marked, marks


def _slots(
    real: dict[str, Any], probed: dict[str, Any], marks: list[str], values: list[Any]
) -> _Slots:
    """Returns where the values are in headers or query.

    Raises:
        ValueError: Other values would not go the same ways.
    """
    if list(real) != list(probed) or len(marks) != len(values):
        raise ValueError("names depend on values")
    slots: _Slots = []
    for name, text in probed.items():
        at = marks.index(text) if text in marks else None
        wanted = text if at is None else str(values[at])
        if type(real[name]) is not type(wanted) or real[name] != wanted:
            raise ValueError("a value is written in another way")
        slots.append((name, at, text if at is None else None))
    return slots


def _length(place: Place) -> int:
    return sum(len(part) if isinstance(part, (str, bytes)) else 8 for part in place)
