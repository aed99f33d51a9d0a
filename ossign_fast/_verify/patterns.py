"""Patterns: what requests that were granted have in common with others that may come.

URLs that were presigned for one purpose on one day differ in key, time and signature alone.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import fields
from typing import Any, NamedTuple, Protocol

from .encoding import MAX_URL, SIGNED_PATH, decode
from .keys import SigningKey
from .request import ReceivedHeaders
from .verify import Decision, Verified

SignedRequest = str | tuple[str, str] | tuple[str, str, ReceivedHeaders]

_MAX_PATTERNS = 256
_DATE, _SIGNATURE = "&x-oss-date=", "&x-oss-signature="
_split = re.compile(rf"(https?://[^/?#]+)(/{SIGNED_PATH})(\?.*)").fullmatch
_is_signature = re.compile("[0-9a-f]{64}").fullmatch


class Cut(NamedTuple):
    """A presigned URL in pieces: what others share with it, and what is its own."""

    origin: str
    before: str
    day: str
    after: str
    path: str
    date: str
    signature: str


class Pattern(NamedTuple):
    """A granted request of Signature V4 but for its key, its signing time and its signature.

    Attributes:
        canonical: The canonical request up to the path of the URL, on to the date, and after it.
        preamble: The string to sign up to the date, and on to the digest.
        signing_key: The key that signs it.
        lifetime: Seconds from the signing time to the end of validity.
        fields: Those of `Verified`.
    """

    canonical: tuple[str, str, str]
    preamble: tuple[str, str]
    signing_key: SigningKey
    lifetime: int
    fields: dict[str, Any]


def cut_url(url: str) -> Cut | None:
    """Returns the pieces of a URL whose signature is its end, the path being as it is signed."""
    if len(url) > MAX_URL:
        return None
    head, _, signature = url.rpartition(_SIGNATURE)
    base, _, rest = head.partition(_DATE)
    found = _split(base)
    if not (found and rest and _is_signature(signature)):
        return None
    origin, path, before = found.groups()
    return Cut(origin, before, rest[:8], rest[16:], path, rest[:16], signature)


def pattern_of(decision: Decision, cut: Cut) -> Pattern | None:
    """Returns the pattern of a granted request of V4, unless the bucket is in its path."""
    granted, received, proof = decision
    path, canonical = received.resource.canonical_path, proof.canonical_request
    in_path = decode(cut.path[1:], "key", safe="/") != (granted.key or "")
    if canonical is None or proof.signing_key is None or in_path:
        return None
    end = len(granted.method) + 1 + len(path)
    before, after = canonical[:end], canonical[end:]
    middle, preamble = after.split(cut.date), proof.string_to_sign[:-64].split(cut.date)
    if len(middle) != 2 or len(preamble) != 2:
        return None
    return Pattern(
        (before.removesuffix(cut.path), middle[0], middle[1]),
        (preamble[0], preamble[1]),
        proof.signing_key,
        int(received.query["x-oss-expires"]),
        {each.name: getattr(granted, each.name) for each in fields(granted)},
    )


class Judge(Protocol):
    """What grants requests at once that are like others: the compiled one (`compiled.pyx`)."""

    def learn(self, method: str, origin: str, before: str, after: str, pattern: Pattern) -> None:
        """Takes a granted request for a pattern of others."""

    def forget(self) -> None:
        """Forgets all patterns."""

    def grant(
        self,
        requests: list[SignedRequest],
        rows: Sequence[int],
        method: str | None,
        answers: list[Any | None],
    ) -> list[int]:
        """Puts what it grants into `answers`; returns the rows that are left."""


class NewJudge(Protocol):
    """Returns a judge for one call."""

    def __call__(
        self, *, verified: type[Verified], now: float, latest: float, longest: int
    ) -> Judge:
        """Takes the class of what is granted, epoch seconds, and the longest URL."""


class Known:
    """Patterns, by method, origin, and the query but for the time and the signature.

    Attributes:
        learnt: How many there have been.
    """

    def __init__(self, judge: Judge | None = None) -> None:
        self._patterns: dict[tuple[str, ...], Pattern] = {}
        self._judge = judge
        self.learnt = 0

    def grant(
        self,
        requests: list[SignedRequest],
        rows: Sequence[int],
        method: str | None,
        answers: list[Any],
    ) -> Sequence[int]:
        """Does what `Judge.grant` does, which without a judge is nothing."""
        return self._judge.grant(requests, rows, method, answers) if self._judge else rows

    def find(self, place: tuple[str, ...]) -> Pattern | None:
        return self._patterns.get(place)

    def keep(self, place: tuple[str, ...], pattern: Pattern) -> None:
        if len(self._patterns) == _MAX_PATTERNS:
            self._patterns.clear()
            if self._judge:
                self._judge.forget()
        self._patterns[place] = pattern
        self.learnt += 1
        if self._judge:
            method, origin, before, day, after = place
            self._judge.learn(
                method, origin, f"{before}{_DATE}{day}", f"{after}{_SIGNATURE}", pattern
            )
