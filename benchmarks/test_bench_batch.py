"""Many URLs per call: the rows of the table of targets, on each engine and kernel.

With `--benchmark-disable`, which is the default, each row runs once on a few keys.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from answers import check_granted
from pytest_benchmark.fixture import BenchmarkFixture
from workload import EXPIRES, TOKEN, Engine, engines, make_keys

from ossign_fast import UrlBatch

#: Enough for full and ragged groups of lanes on every kernel.
SMOKE_SIZE = 101
CHECKED = 101
#: The Python engine takes seconds for a million.
PYTHON_SIZE = 10_000
MILLION = 1_000_000


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        size: How many keys each call gets.
        finish: What is done with the batch inside the timed call.
        token: Security token, or None.
        threads: As in `presign_many`.
        operation: As in `presign_many`.
        method: Its HTTP method.
        columns: Returns the columns beside the keys for a number of rows.
        headers: Returns the headers that the client of one row sends, from its columns.
    """

    size: int
    finish: Callable[[UrlBatch], object] = len
    token: str | None = None
    threads: int = 1
    operation: str = "GetObject"
    method: str = "GET"
    columns: Callable[[int], dict[str, Any]] = lambda size: {}
    headers: Callable[[dict[str, Any], int], dict[str, str]] = lambda columns, row: {}


def part_numbers(size: int) -> dict[str, Any]:
    return {
        "upload_id": "0004B9895DBBB6EC98E",
        "part_number": [n % 10_000 + 1 for n in range(size)],
    }


def content_types(size: int) -> dict[str, Any]:
    types = ("application/json", "text/plain", "image/jpeg", "video/mp4")
    return {"content_type": [types[n % len(types)] for n in range(size)]}


def lifetimes(size: int) -> dict[str, Any]:
    return {"expires": [EXPIRES] * size}


def content_type_of(columns: dict[str, Any], row: int) -> dict[str, str]:
    return {"content_type": columns["content_type"][row]}


ROWS = {
    "packed-4096": Row(4_096),
    "packed-4096-token": Row(4_096, token=TOKEN),
    "packed-1M": Row(MILLION),
    "packed-1M-two-threads": Row(MILLION, threads=2),
    "list-1": Row(1, UrlBatch.tolist),
    "list-100": Row(100, UrlBatch.tolist),
    "list-1000": Row(1_000, UrlBatch.tolist),
    "list-1000-token": Row(1_000, UrlBatch.tolist, token=TOKEN),
    "list-10k": Row(10_000, UrlBatch.tolist),
    "list-1M": Row(MILLION, UrlBatch.tolist),
    "iterate-10k": Row(10_000, lambda batch: sum(1 for _ in batch)),
    "key-and-part-number-4096": Row(
        4_096, operation="UploadPart", method="PUT", columns=part_numbers
    ),
    "key-and-content-type-4096": Row(
        4_096,
        operation="PutObject",
        method="PUT",
        columns=content_types,
        headers=content_type_of,
    ),
    "key-and-expires-4096": Row(4_096, columns=lifetimes),
}


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine.name)
@pytest.mark.parametrize("name", ROWS)
def test_presign_many(benchmark: BenchmarkFixture, name: str, engine: Engine) -> None:
    row = ROWS[name]
    size = _affordable(row.size, engine, disabled=benchmark.disabled)
    signer = engine.signer(row.token)
    keys = make_keys(size)
    columns = row.columns(size)
    keywords = {"expires": EXPIRES, "threads": row.threads, **columns}

    def presign_many() -> object:
        return row.finish(signer.presign_many(row.operation, keys, **keywords))

    check_batch(row, signer.presign_many(row.operation, keys, **keywords), keys, columns)
    # Only calls of one size are compared; what one URL takes is the time divided by it.
    benchmark.group = f"{name}: {size:,} URLs"
    benchmark.extra_info["urls"] = size
    benchmark(presign_many)


def _affordable(size: int, engine: Engine, *, disabled: bool) -> int:
    if disabled:
        return min(size, SMOKE_SIZE)
    return size if engine.compiled else min(size, PYTHON_SIZE)


def check_batch(row: Row, batch: UrlBatch, keys: list[str], columns: dict[str, Any]) -> None:
    """Asserts that URLs all over the batch are let through, and that no form of it loses one."""
    size = len(keys)
    assert len(batch) == len(batch.tolist()) == size
    for at in {*range(0, size, max(1, size // CHECKED)), size - 1}:
        headers = row.headers(columns, at)
        check_granted(batch[at], keys[at], row.token, row.method, **headers)
    assert batch.tolist()[-1] == batch[-1]
