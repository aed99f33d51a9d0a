"""Signed URLs that are changed somewhere: refused, or they still mean the same."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest

from ossign_fast import Signer, VerificationError, Verified, verify, verify_many
from support.endurance import done, key, rounds, text
from support.mutations import mutated
from support.strategies import CREDENTIALS, ENDPOINT, NOW, SIGNER

pytestmark = pytest.mark.endurance


def parts_of(url: str) -> list[str]:
    """Returns path and parameters of a URL but for what a strict check leaves to the client."""
    path, _, query = url.partition("?")
    return [path.replace("%2F", "/"), *sorted(p.removesuffix("=") for p in query.split("&"))]


def judged(url: str, words: dict[str, Any], strict: bool) -> Verified | VerificationError:
    try:
        return verify("GET", url, **words, strict_bytes=strict)
    except VerificationError as error:
        return error


def told(answer: Verified | VerificationError) -> object:
    return answer if isinstance(answer, Verified) else (type(answer), str(answer))


def meaning(granted: Verified) -> object:
    fields = (granted.method, granted.bucket, granted.key, sorted(granted.query))
    return (*fields, granted.expiration, granted.signed_headers)


@pytest.mark.parametrize("strict", [False, True])
def test_what_is_accepted_means_what_was_signed(strict: bool) -> None:
    signer = Signer(**SIGNER)
    accepted = refused = 0
    for chance in rounds():
        query = {f"q{n}": text(chance, 12) for n in range(chance.randrange(3))}
        name = key(chance)
        url = signer.presign("GET", name, query=query, expires=60).url
        words: dict[str, Any] = {"credentials": CREDENTIALS, "endpoint": ENDPOINT, "now": NOW}
        granted = verify("GET", url, **words, strict_bytes=strict)
        assert granted.key == name
        others = [mutated(url, chance) for _ in range(50)]
        answers = [judged(other, words, strict) for other in others]
        if chance.random() < 0.2:
            together = verify_many([url, *others], method="GET", **words, strict_bytes=strict)
            assert list(map(told, together[1:])) == list(map(told, answers))
        for other, found in zip(others, answers, strict=True):
            if isinstance(found, VerificationError):
                refused += 1
                continue
            accepted += 1
            assert meaning(found) == meaning(granted), quote(other)
            assert not strict or parts_of(other) == parts_of(url), quote(other)
    done(f"mutations, strict_bytes={strict}", refused=refused, accepted_alike=accepted)
    assert refused > accepted > 0


@pytest.mark.parametrize("strict", [False, True])
def test_many_at_once_are_answered_as_each_alone(strict: bool) -> None:
    """The lists begin with what was signed at other times, which the changed ones are like."""
    words: dict[str, Any] = {"credentials": CREDENTIALS, "endpoint": ENDPOINT, "now": NOW}
    signer = Signer(**SIGNER)
    accepted = refused = 0
    for chance in rounds():
        query = {f"q{n}": text(chance, 12) for n in range(chance.randrange(3))}
        urls: list[str] = []
        for _ in range(3):
            moment = NOW.timestamp() - chance.randrange(-99, 99)
            names = [key(chance) for _ in range(5)]
            settings = {"query": query, "expires": 60, "signing_time": moment}
            urls += signer.presign_many("GET", names, **settings)
        urls += [mutated(chance.choice(urls), chance) for _ in range(200)]
        answers = verify_many(urls, method="GET", **words, strict_bytes=strict)
        for url, answer in zip(urls, answers, strict=True):
            assert told(answer) == told(judged(url, words, strict)), quote(url)
            accepted += isinstance(answer, Verified)
            refused += isinstance(answer, VerificationError)
    done(f"mutations at once, strict_bytes={strict}", refused=refused, accepted=accepted)
    assert refused > accepted > 0
