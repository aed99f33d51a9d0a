"""A worker takes little memory, however many rows there are."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ossign_fast._engine import engine, reference
from support.cli import child_environment

MEMORY = Path(__file__).with_name("isolated") / "memory.py"
MOST = 250


def memory_of(source: Path, sink: Path) -> int:
    environment = child_environment({})
    tests = str(MEMORY.parents[2])
    environment["PYTHONPATH"] = os.pathsep.join([tests, environment["PYTHONPATH"]])
    done = subprocess.run(
        [sys.executable, str(MEMORY), str(source), str(sink)],
        check=True, capture_output=True, text=True, env=environment, timeout=300,
    )  # fmt: skip
    return int(done.stdout)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
@pytest.mark.skipif(reference is engine, reason="the Python engine needs more")
@pytest.mark.parametrize("ends", [("parquet", "parquet"), ("txt", "txt"), ("parquet", "csv.gz")])
def test_memory_does_not_grow(ends: tuple[str, str], tmp_path: Path) -> None:
    found = []
    for batches in (3, 9) if ends[1] != "csv.gz" else (1,):
        keys = [f"{number:048}" for number in range(batches * 65_536)]
        source = tmp_path / f"{batches}.{ends[0]}"
        if ends[0] == "txt":
            source.write_text("\n".join(keys))
        else:
            pq.write_table(pa.table({"key": keys}), source)  # one row group
        found.append(memory_of(source, tmp_path / f"urls.{ends[1]}"))
    assert max(found) <= MOST
    assert found[-1] - found[0] <= 40
