"""Lends a signer, which is immutable, the credentials and the time of a call."""

from __future__ import annotations

import threading
from typing import Any

from ossign_fast import Signer


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
