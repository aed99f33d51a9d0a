"""Signed URLs that are changed somewhere: refused, or they still mean the same."""

from __future__ import annotations

import random
from typing import Any
from urllib.parse import quote

import pytest

from ossign_fast import Signer, VerificationError, Verified, verify, verify_many
from support.endurance import done, key, rounds, text
from support.strategies import CREDENTIALS, ENDPOINT, NOW, SIGNER

pytestmark = pytest.mark.endurance
ODD = ("%2F", "%", "+", "&", "=", "?", "#", "/", "//", "/../", "%00", "%0a", ";", "\x00", "é", "&&")


def mutated(url: str, chance: random.Random) -> str:
    """Returns `url` with something of it changed, dropped, doubled, moved or respelled."""
    start = url.index("/", 8)
    at, other = sorted((chance.randrange(start, len(url)), chance.randrange(start, len(url))))
    some, character = url[at : at + chance.randrange(1, 9)], url[at]
    changed = {
        "bit": chr(ord(character) ^ 1 << chance.randrange(7)) + url[at + 1 :],
        "dropped": url[at + len(some) :],
        "doubled": some + url[at:],
        "odd": chance.choice(ODD) + url[at:],
        "escaped": f"%{ord(character):02{chance.choice('xX')}}" + url[at + 1 :],
        "moved": url[other:] + url[at:other],
    }
    kind = chance.choice([*changed, "parameters"])
    return with_other_parameters(url, chance) if kind == "parameters" else url[:at] + changed[kind]


def with_other_parameters(url: str, chance: random.Random) -> str:
    head, _, query = url.partition("?")
    parts = query.split("&")
    kind = chance.randrange(3)
    if kind == 0:
        chance.shuffle(parts)
    elif kind == 1:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(parts))
    else:
        name, _, value = parts.pop(chance.randrange(len(parts))).partition("=")
        parts.append(f"{name}={value.swapcase()}")
    return f"{head}?{'&'.join(parts)}"


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
