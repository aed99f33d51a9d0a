"""The objects of `alibabacloud-credentials`: how to ask them, and when their keys end.

Nothing here imports that library, and no version of it is needed: objects are known by what they
can be asked. They may ask a server in turn, so what they say is to be kept (`cached.py`).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from .._errors import CredentialsError
from .credentials import Credentials, as_credentials

#: Where its objects hold the one that they ask in turn, by the ends of names.
_HOLDERS = ("cloud_credential", "provider", "__innerProvider", "__last_used_provider")
_DEPTH = 6


def way_in(source: Any) -> Callable[[], object] | None:
    """Returns how to ask an object of that library, or None if `source` is none.

    A `Client` has a static method `get_credentials` that is for its own use, so `get_credential`
    goes first. Its older objects have nothing but a getter for each field.
    """
    if isinstance(source, type):
        return None
    if callable(getattr(source, "get_credential", None)):
        return source.get_credential  # type: ignore[no-any-return]
    if callable(getattr(source, "get_provider_name", None)):
        return getattr(source, "get_credentials", None)
    has_fields = hasattr(source, "access_key_id") or hasattr(source, "get_credentials")
    if callable(getattr(source, "get_access_key_id", None)) and not has_fields:
        return lambda: source
    return None


def in_each_process(get: Callable[[], object]) -> Callable[[], object]:
    """Returns `get`, so that a forked child does not speak over the connections of its parent."""
    process = os.getpid()

    def ask() -> object:
        nonlocal process
        if process != os.getpid():
            process = os.getpid()
            core: Any = getattr(sys.modules.get("Tea.core"), "TeaCore", None)
            getattr(core, "_sessions", {}).clear()
        return get()

    return ask


def with_end(source: object, answer: object) -> Credentials:
    """Returns an answer of `source`, with the time that its keys end at.

    Clients and chains leave that out of their answers; what they hold inside has it still.
    """
    made = as_credentials(answer)
    if made.expiration is None and made.security_token is not None:
        for held in _held(source):
            end = _end_of(held, made)
            if end is not None:
                return Credentials(
                    made.access_key_id, made.access_key_secret, made.security_token, end
                )
    return made


def _held(source: object) -> Iterator[object]:
    """Yields `source` and what it asks in turn, from the outside in."""
    for _ in range(_DEPTH):
        yield source
        names = [name for name in getattr(source, "__dict__", ()) if name.endswith(_HOLDERS)]
        if not names:
            return
        source = getattr(source, names[0])


def _end_of(held: Any, made: Credentials) -> datetime | None:
    """Returns when the keys that `held` keeps end, provided that they are those of `made`."""
    kept = getattr(getattr(held, "_credentials_cache", None), "_cached_value", None)
    if kept is None and "expiration" not in getattr(held, "__dict__", ()):
        return None  # to read it might be to ask it
    try:
        known = as_credentials(held if kept is None else kept.value())
    except (CredentialsError, AttributeError):
        return None
    is_same = known.access_key_id == made.access_key_id
    return known.expiration if is_same and known.security_token == made.security_token else None
