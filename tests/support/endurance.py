"""How long tests of endurance go on, from which seed, and how much they did.

OSSIGN_FAST_ENDURANCE_SECONDS    for each test; default 5
OSSIGN_FAST_ENDURANCE_SEED       an integer; default 1, so that two runs do the same
"""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator

SECONDS = float(os.environ.get("OSSIGN_FAST_ENDURANCE_SECONDS") or 5)
SEED = int(os.environ.get("OSSIGN_FAST_ENDURANCE_SEED") or 1)
LONGEST_KEY = 1023  # bytes


def rounds(seconds: float = SECONDS) -> Iterator[random.Random]:
    """Yields a source of chance for each round until the time is over, at least once."""
    end, number = time.monotonic() + seconds, 0
    while number == 0 or time.monotonic() < end:
        yield random.Random(f"{SEED} {number}")
        number += 1


def done(what: str, **counts: int) -> None:
    """Says how much a test did; `pytest -rP` shows it."""
    told = ", ".join(f"{count:,} {name}" for name, count in counts.items())
    print(f"endurance, seed {SEED}: {what}: {told}", flush=True)


_RANGES = (
    (0x20, 0x7F), (0x20, 0x7F), (0x61, 0x7B), (0, 0x20), (0x7F, 0x800), (0x800, 0xD800),
    (0xE000, 0x10000), (0x10000, 0x110000),
)  # fmt: skip


def text(chance: random.Random, longest: int) -> str:
    """Returns text of up to `longest` characters, of one or of all ranges of Unicode."""
    few = chance.choice(_RANGES)
    return "".join(
        chr(chance.randrange(*(few if chance.random() < 0.8 else chance.choice(_RANGES))))
        for _ in range(chance.randrange(longest + 1))
    )


def key(chance: random.Random) -> str:
    """Returns an object key that may be signed."""
    name = text(chance, chance.choice((8, 64, 200))).lstrip("/\\").rstrip("\r\n")
    if chance.random() < 0.2:
        name = "/".join(["a", chance.choice((".", "..", "", "..."))] * 2) + name
    while len(name.encode()) > LONGEST_KEY:
        name = name[: len(name) // 2].rstrip("\r\n")
    return name or "k"


def many_keys(chance: random.Random, count: int) -> list[str]:
    """Returns object keys that overlap each other, at a fraction of the time that `key` takes."""
    pool = "".join(key(chance) for _ in range(50)) + "/".join(("", ".", "..", "", "...", "a"))
    pool = pool.replace("\r", "/./").replace("\n", "//")
    longest = chance.choice((9, 40, 250))
    starts = chance.choices(range(len(pool)), k=count)
    lengths = chance.choices(range(longest), k=count)
    return [
        f"k{pool[start : start + length]}" for start, length in zip(starts, lengths, strict=True)
    ]
