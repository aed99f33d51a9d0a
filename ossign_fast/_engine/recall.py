"""Calls that are like those before them: what the compiled engine takes over, and its reference.

A service asks for the same form of URL again and again, within the same second. The compiled engine
answers such calls on its own; here is what it has to keep to, and what is done without it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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
    roles: Mapping[str, tuple[Any, ...]] | None = None,
    beside: Mapping[str, str] | None = None,
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
        roles: For functions that are `following`: the columns behind the key by all their names, as
            (index, type, plain, write), where these are as in `lines`. Other types are written.
        beside: Headers that go with what signs in a header.
    """
    del job, second, now, ahead, known, credentials, roles, beside


def lines(  # noqa: PLR0917 - each in its place
    kind: type | None,
    slots: Sequence[str],
    end_at: Callable[[int], object],
    shown: Callable[[str], str],
    optional: frozenset[str],
    rest: Mapping[str, object] | None = None,
) -> Any:
    """Returns what remembers calls for functions that are `recalling`, or None: this engine cannot.

    It has a method `forget()`, and `learn(first, roles, live, owner, *, headers, others, has_key,
    lifetime=None, method=None)`. Then calls with `first`, a key and words by these names are signed
    as rows of `live`, or of what its `owner` makes of it. Where they are URLs, there is a
    `lifetime`.

    - Places are those of the row: the key if it has one, other columns, the lifetime if there is
      one; and behind these as many as there are in `others`.
    - `roles` has for each name (place, exact type, plain, write). A word is taken as it is if
      `plain` is True, is a set that has it, or says so of it; else as what `write` returns for it.
      What stands beside the row is also written if it is no printable ASCII without blanks at its
      ends.
    - Other roles are (SAME, value), for a word that has to be this very text or None; (LIFETIME,
      type, plain, write) with `write(word, second)`; (SECOND, type, None, write), where `write`
      returns what `follow` made for that second; (NAMES, dict, ((name, role), ...)) for a dict with
      these names in this order.
    - `lifetime` stands where no word tells it.
    - `headers` and `others` are (name, place, None) or (name, SAME, text).

    A form of more words than fit is not remembered.

    Args:
        kind: Class of the results; None for a dict of `headers`, `others`, those beside the
            signature, and that.
        slots: Names of its slots for `method`, URL, end, `headers`, and `others`; or the name of
            the header that signs.
        end_at: Returns the end for a second.
        shown: Returns the value of a header as it is sent.
        optional: Names of words that may be None, as if they were left out.
        rest: For calls with `keys`, a short list or tuple of paths: values of other slots of their
            results, which have checked rows in place of the URL.
    """
    del kind, slots, end_at, shown, optional, rest


def recalling(place: str) -> Callable[[_F], _F]:
    """Returns a decorator of methods that answer calls like those before them, if they can.

    They do so by what `lines` returned, which they find as their object's attribute `place`. All
    else is up to the function: whatever is new, wrong, or bound to what is past.
    """
    return lambda function: function


def following(function: _F) -> _F:
    """Returns a method of (key, values) that signs both by `self._recalled`, if it can.

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
