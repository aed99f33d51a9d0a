"""What a signer lends to its requests, and what these keep for one second of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from .._credentials.credentials import CredentialsLike
from .._rules.shape import Moment
from .travel import Told

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

moment_at = lru_cache(maxsize=64)(Moment.at)


@lru_cache(maxsize=64)
def expiration_at(second: int) -> datetime:
    """Returns a second of the epoch as aware time; OverflowError if it is after the year 9999."""
    return _EPOCH + timedelta(seconds=second)


class Context(NamedTuple):
    """What a signer lends to the requests it binds.

    Attributes:
        engine: What runs the jobs that the rules bind.
        kernel: One of its kernels, or None for its default.
        rules: The module of the signature version, `v4` or `v1`.
        scope: Where signatures are good for, in the form of these rules.
        now: Returns the present second.
        ahead: How far that is ahead of `time.time`, or None if it is another clock.
        credentials: Returns the present credentials.
        are_fixed: Whether those never change.
        told: The signer's arguments: all of it that goes to another process.
    """

    engine: Any
    kernel: str | None
    rules: Any
    scope: Any
    now: Callable[[], int]
    ahead: float | None
    credentials: Callable[[], CredentialsLike]
    are_fixed: bool
    told: Told


class State(NamedTuple):
    """A request bound to one second and one set of credentials.

    Attributes:
        second: The second.
        credentials: The credentials.
        job: What an engine signs with.
        expiration: When the first of its URLs expires.
        live: What an engine that remembers calls signs with, or None.
        headers: Those of a request that is signed in them: what is the same for all its keys.
    """

    second: int
    credentials: CredentialsLike
    job: Any
    expiration: datetime
    live: Any
    headers: Mapping[str, str]
