"""Batches of URLs, with and without nulls, as they are made by hand and cut into parts."""

from __future__ import annotations

import gc
import weakref
from array import array
from collections.abc import Sequence
from datetime import datetime, timezone

import numpy as np

from ossign_fast import UrlBatch

UNTIL = datetime(2030, 1, 1, tzinfo=timezone.utc)
KEYS = [f"dir/{n}/{'é' * (n % 9)}" for n in range(40)]
NULLS: list[str | None] = [
    None if n % 5 == 3 or n in (15, 16, 17) else k for n, k in enumerate(KEYS)
]
URLS: list[str | None] = [key and f"https://host/{number}?x" for number, key in enumerate(NULLS)]
PARTS = [
    slice(None), slice(1, None), slice(7, 23), slice(8, 16), slice(15, 18), slice(39, None),
    slice(5, 5), slice(40, None), slice(None, None, 3), slice(30, 2, -7),
]  # fmt: skip


class Memory(bytearray):
    """A buffer that tells when nobody needs it any more."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)


def batch_of(urls: Sequence[str | None]) -> tuple[UrlBatch, weakref.ref[Memory]]:
    """Returns a batch of these texts and a reference to its memory."""
    offsets = array("q", (0,))
    for url in urls:
        offsets.append(offsets[-1] + len(url or ""))
    bits = np.packbits(np.array([url is not None for url in urls], bool), bitorder="little")
    memory = Memory("".join(url or "" for url in urls).encode())
    validity = bits.tobytes() if None in urls else None
    return UrlBatch(memory, offsets, validity, "GET", UNTIL, {}), weakref.ref(memory)


def gone(memory: weakref.ref[Memory]) -> bool:
    gc.collect()
    return memory() is None
