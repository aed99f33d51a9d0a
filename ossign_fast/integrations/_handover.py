"""Lends a signer, which is immutable, the credentials and the time of a call."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from typing import Any

from ossign_fast import RequestError, Signer


def checked_names(names: Iterable[str]) -> frozenset[str]:
    """Returns names of additional headers in lower case.

    Raises:
        RequestError: They are one text, whose letters nobody meant, or hold something else.
    """
    listed = () if isinstance(names, (str, bytes)) else tuple(names)  # names may be an iterator
    if isinstance(names, (str, bytes)) or not all(isinstance(name, str) for name in listed):
        raise RequestError("additional_headers", "must be a list or another collection of names")
    return frozenset(name.lower() for name in listed)


class Handover(threading.local):
    """What signers made by `signer` sign with in this thread.

    The libraries that this package plugs into decide call by call on credentials and time.

    Attributes:
        credentials: Any object with `access_key_id`, `access_key_secret` and `security_token`.
        now: Seconds since the epoch.
    """

    credentials: Any = None
    now: float = 0.0

    def signer(self, **settings: Any) -> Signer:
        """Returns a signer with these settings that takes the rest from here.

        Keys that start with a slash are signed, as the SDKs do.
        """
        return Signer(
            credentials=lambda: self.credentials,
            clock=lambda: self.now,
            strict_keys=False,
            **settings,
        )
