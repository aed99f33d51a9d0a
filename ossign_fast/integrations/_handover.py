"""What the drop-ins share: signers that are lent credentials and time, and the names they go by."""

from __future__ import annotations

import pickle
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any

from ossign_fast import RequestError, Signer

#: Names of headers that every signature covers, besides all that begin with x-oss-.
SIGNED = ("content-md5", "content-type")
#: Lower-case names of what a V4 signature in headers writes; what an earlier one left of them goes.
WRITTEN = frozenset(
    {"authorization", "date", "x-oss-content-sha256", "x-oss-date", "x-oss-security-token"}
)
# A signer needs a place to sign for, but no signature depends on it: the SDKs have made the URL.
_NOWHERE: dict[str, Any] = {"endpoint": "endpoint", "url_style": "cname"}
#: What the URLs of a pool's signers begin with.
BEFORE_PATH = "https://endpoint/"
_POOL_SIZE = 64


def checked_names(names: Iterable[str]) -> frozenset[str]:
    """Returns names of additional headers in lower case.

    Raises:
        RequestError: They are one text, whose letters nobody meant, or hold something else.
    """
    listed = () if isinstance(names, (str, bytes)) else tuple(names)  # names may be an iterator
    if isinstance(names, (str, bytes)) or not all(isinstance(name, str) for name in listed):
        raise RequestError("additional_headers", "must be a list or another collection of names")
    return frozenset(name.lower() for name in listed)


def system_time() -> float:
    """Returns the time in seconds since the epoch, from whatever `time.time` is now."""
    return time.time()


class Clock:
    """A clock that a caller gave, which says so where it cannot be pickled.

    Args:
        tell: Returns the time in seconds since the epoch.
    """

    def __init__(self, tell: Callable[[], float]) -> None:
        self._tell = tell

    def __call__(self) -> float:
        """Returns the time."""
        return self._tell()

    def __deepcopy__(self, memo: object) -> Clock:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        check_portable(clock=self._tell)
        return Clock, (self._tell,)


def check_portable(**source: Any) -> None:
    """Checks that the clock or the credentials of a signer can be pickled.

    Raises:
        RequestError: They cannot.
    """
    pickle.dumps(Signer(region="cn-hangzhou", **source))


def as_clock(clock: Callable[[], float] | None) -> Callable[[], float]:
    """Returns the clock of a drop-in that was given this one."""
    if clock is None:
        return system_time
    return clock if clock is system_time or isinstance(clock, Clock) else Clock(clock)


class _Lent:
    """Credentials and a time; no `vars()` shows them."""

    __slots__ = ("credentials", "now")

    def __init__(self, credentials: Any, now: float) -> None:
        self.credentials = credentials
        self.now = now


class Handover(threading.local):
    """What signers made by `signer` sign with in this thread.

    The libraries that this package plugs into decide call by call on credentials and time.
    """

    _lent = _Lent(None, 0.0)

    def lend(self, credentials: Any, now: float) -> None:
        """Sets what the signers sign with in this thread.

        Args:
            credentials: Any object with `access_key_id`, `access_key_secret`, `security_token`.
            now: Seconds since the epoch.
        """
        self._lent = _Lent(credentials, now)

    def signer(self, **settings: Any) -> Signer:
        """Returns a signer with these settings that takes the rest from here.

        Keys that start with a slash are signed, and endpoints are taken as they are, as the SDKs
        do.
        """
        return Signer(
            credentials=lambda: self._lent.credentials,
            clock=lambda: self._lent.now,
            strict_keys=False,
            strict_endpoint=False,
            **settings,
        )


class SignerPool:
    """Signers for whatever an SDK asks for: bounded, as one place of a client's region is usual.

    Copies share it; pickling leaves it empty, for signers are soon made anew.
    """

    def __init__(self) -> None:
        self._handover = Handover()
        self._signers: dict[Any, Signer] = {}

    def __len__(self) -> int:
        return len(self._signers)

    def __reduce__(self) -> tuple[Any, ...]:
        return SignerPool, ()

    def hand_over(self, credentials: Any, now: float) -> None:
        """Sets what the signers sign with in this thread."""
        self._handover.lend(credentials, now)

    def get(self, place: Any) -> Signer | None:
        """Returns the signer of `place`, if there is one."""
        return self._signers.get(place)

    def make(self, place: Any, **settings: Any) -> Signer:
        """Makes the signer of `place` and keeps it."""
        if len(self._signers) >= _POOL_SIZE:
            self._signers.clear()
        signer = self._signers[place] = self._handover.signer(**_NOWHERE, **settings)
        return signer
