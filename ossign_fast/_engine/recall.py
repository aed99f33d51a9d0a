"""Calls that are like those before them: what the compiled engine takes over, and its reference.

A service asks for the same form of URL again and again, within the same second. The compiled engine
answers such calls on its own; here is what it has to keep to, and what is done without it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])


def follow(
    job: Any,
    second: int,
    now: Callable[[], int],
    *,
    ahead: float | None = None,
    known: object = None,
    credentials: Callable[[], object] | None = None,
) -> Any:
    """Returns what signs with `job` while that is of the present, or None: this engine cannot.

    Where it is no longer, its owner is asked for another: `owner.renewed(second, credentials)`.

    Args:
        job: Made by `bind`.
        second: The second it was bound to.
        now: Returns the present second.
        ahead: How far that is ahead of `time.time`, or None if it is another clock.
        known: The credentials it was bound to.
        credentials: Returns the present ones, or None if they never change.
    """
    del job, second, now, ahead, known, credentials


def lines(
    kind: type, slots: Sequence[str], end_at: Callable[[int], object], shown: Callable[[str], str]
) -> Any:
    """Returns what remembers calls for functions that are `recalling`, or None: this engine cannot.

    It has one method, `learn(first, roles, lifetime, headers, method, owner, live, more)`. Then
    calls with `first`, a key and words by these names are signed as rows of `live`, or of what its
    `owner` makes of it. Their first column is the key and their last the lifetime.

    - `roles` has for each name (column, exact type); (-2, exact type) for the word that is the
      lifetime; (-1, value) for a word that has to be this very text or None.
    - `lifetime` stands where no word tells it.
    - `headers` are names and the columns of their values.
    - `more` is what all these results hold in their last slot.

    Args:
        kind: Class of the results.
        slots: Names of its slots for `method`, URL, end, headers, and `more`.
        end_at: Returns the end for a second.
        shown: Returns the value of a header as it is sent.
    """
    del kind, slots, end_at, shown


def recalling(function: _F) -> _F:
    """Returns a method that answers calls like those before them by `self._recalled`, if it can.

    That is what `lines` returns. All else is up to `function`: whatever is new, wrong, or bound to
    what is past.
    """
    return function


def following(function: _F) -> _F:
    """Returns a method of (key, values) that signs a key by `self._recalled`, if it can.

    That is what `follow` returns. All else is up to `function`.
    """
    return function


def gathering(kind: type, slot: str) -> Callable[[_F], _F]:
    """Returns a decorator of methods of (keys) that answers lists by `self._recalled`, if it can.

    Where the job lacks nothing but a path, `self._form` is what that signs with and a `kind`, of
    which a copy comes back with `check_rows` of the list in its `slot`. Where it is of the past,
    `self._form_of` is asked for the next one. A form of None leaves all to the method; left to it
    is also what is wrong, and lists whose first text needs escapes, for a look at that.

    Args:
        kind: A class that has slots and nothing else.
        slot: Name of one of them.
    """
    del kind, slot
    return lambda function: function
