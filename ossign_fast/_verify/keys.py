"""The signing keys of requests that were found right, kept for the next ones."""

from __future__ import annotations

import hashlib
import os
from typing import NamedTuple

MAX_KEYS = 256
MAX_DAYS = 9
"""A URL lives for seven days, which may touch eight; one more for clocks that are ahead."""


class Scope(NamedTuple):
    """Where and on which day a V4 signing key is good."""

    day: str
    region: str
    product: str


class SigningKey:
    """A key of HMAC-SHA-256 whose pads are hashed already, which is half of the work.

    Attributes:
        raw: The key, 32 bytes.
    """

    __slots__ = ("_inner", "_outer", "raw")

    def __init__(self, raw: bytes) -> None:
        padded = raw.ljust(64, b"\0")
        self.raw = raw
        self._inner = hashlib.sha256(bytes([byte ^ 0x36 for byte in padded]))
        self._outer = hashlib.sha256(bytes([byte ^ 0x5C for byte in padded]))

    def __repr__(self) -> str:
        return "<SigningKey>"

    def sign(self, text: str) -> str:
        """Returns the signature of `text`, lower-case hex, as RFC 2104 has it."""
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(text.encode("utf-8", "surrogateescape"))
        outer.update(inner.digest())
        return outer.hexdigest()


class SigningKeyCache:
    """Signing keys by secret and scope: bounded, safe across threads.

    A secret is not kept: its place is a keyed hash under a random key of this process. Only keys
    of signatures that were right are kept, so nobody without a secret can fill the cache. Those of
    the newest days stay; older ones can sign nothing that is still valid.

    There is no lock that a forked child or a signal handler could find held: each step is one
    that a dict does whole, and at worst a key is derived twice.
    """

    def __init__(self) -> None:
        self._keyed = hashlib.blake2b(key=os.urandom(32), digest_size=32)
        self._keys: dict[tuple[Scope, bytes], SigningKey] = {}

    def __len__(self) -> int:
        return len(self._keys)

    def find(self, secret: str, scope: Scope) -> SigningKey | None:
        """Returns the key of `secret` in `scope`, if it is kept."""
        return self._keys.get(self._place(secret, scope))

    def keep(self, secret: str, scope: Scope, key: SigningKey) -> None:
        """Keeps a key whose signature was right."""
        self._keys[self._place(secret, scope)] = key
        known = list(self._keys)
        first_day = sorted({scope.day for scope, _ in known})[-MAX_DAYS:][0]
        kept = [place for place in known if place[0].day >= first_day][-MAX_KEYS:]
        for past in {*known}.difference(kept):
            self._keys.pop(past, None)

    def _place(self, secret: str, scope: Scope) -> tuple[Scope, bytes]:
        name = self._keyed.copy()
        name.update(secret.encode())
        return scope, name.digest()
