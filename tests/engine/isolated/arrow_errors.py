"""Lets go of exported structures while an error is on its way: `python arrow_errors.py CASE`.

A C function that fails drops its arguments with its error set. Prints the error that arrives, and
"freed" if the memory of the batch went too.
"""

from __future__ import annotations

import gc
import sys
import weakref
from array import array
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import polars as pl
import pyarrow as pa

from ossign_fast import UrlBatch


class Memory(bytearray):
    """A buffer that can be watched."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)


def batch() -> tuple[UrlBatch, weakref.ref[Memory]]:
    memory = Memory(b"https://hosthttps://other")
    until = datetime(2030, 1, 1, tzinfo=timezone.utc)
    made = UrlBatch(memory, array("q", (0, 12, 25)), None, "GET", until, {})
    return made, weakref.ref(memory)


CASES: dict[str, Callable[[UrlBatch], Any]] = {
    "array": lambda made: int(pa.array(made)),
    "cast": lambda made: pa.array(made).cast(pa.int64()),
    "schema": lambda made: int(made.__arrow_c_schema__()),
    "capsules": lambda made: int(made.__arrow_c_array__()),
    "polars": lambda made: int(pl.Series(made)),
}


def main() -> None:
    call = CASES[sys.argv[1]]
    memories = []
    for _ in range(20):
        made, memory = batch()
        memories.append(memory)
        try:
            call(made)
        except Exception as error:
            name = type(error).__name__
        del made
    print(name)
    gc.collect()
    print("freed" if all(memory() is None for memory in memories) else "kept")


if __name__ == "__main__":
    main()
