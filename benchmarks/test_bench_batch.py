"""Many URLs per call: each row of `rows.py` on each engine and kernel.

With `--benchmark-disable`, which is the default, each row runs once on a few keys.
"""

from __future__ import annotations

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from rows import ROWS, SLICE, check, prepare
from workload import Engine, engines

#: Two slices, and full and ragged groups of lanes on every kernel.
SMOKE_SIZE = SLICE + 101
#: The Python engine takes seconds for a million.
PYTHON_SIZE = 10_000


@pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine.name)
@pytest.mark.parametrize("name", ROWS)
def test_row(benchmark: BenchmarkFixture, name: str, engine: Engine) -> None:
    row = ROWS[name]
    size = _affordable(row.size, engine, disabled=benchmark.disabled)
    ready = prepare(row, engine, size)
    check(ready)
    # Only calls of one size are compared; what one URL takes is the time divided by it.
    benchmark.group = f"{name}: {size:,} URLs"
    benchmark.extra_info["urls"] = size
    benchmark(ready.run)


def _affordable(size: int, engine: Engine, *, disabled: bool) -> int:
    if disabled:
        return min(size, SMOKE_SIZE)
    return size if engine.compiled else min(size, PYTHON_SIZE)
