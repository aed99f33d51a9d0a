"""Signed URLs with something about them changed."""

from __future__ import annotations

import random

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
