"""Each way to sign a file of keys; and that the benchmark prints and writes what it measures."""

from __future__ import annotations

import json
import sys
from importlib.util import find_spec
from pathlib import Path

import bulk
import pytest
from bulk import OBSTORE, ONE, OWN, SDK, TEXT, WAYS, Outcome, Way, targets

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
AVAILABLE = [way for way in WAYS if all(map(find_spec, way.needs))]


@pytest.mark.parametrize("way", AVAILABLE, ids=lambda way: way.name)
def test_way(way: Way, tmp_path: Path) -> None:
    """In a process of its own, as always: peers fork, and Polars may have threads in this one."""
    outcome = bulk.measured(way, tmp_path, 640, 2)
    assert outcome.rows == max(2, round(640 * way.share))
    assert outcome.cpu_ns > 0


def test_prints_and_writes_what_it_measures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = tmp_path / "found.json"
    assert bulk.main(["--rows", "640", "--rounds", "1", "--json", str(written)]) == 0
    rows = json.loads(written.read_text())["bulk"]
    printed = capsys.readouterr().out
    assert [row["name"] for row in rows] == [way.name for way in AVAILABLE]
    for row in rows:
        assert row["name"] in printed
        assert row["seconds"] > 0
        assert row["megabytes"] > 0
        assert 20 < row["sink_bytes"] < 5000


def test_promises() -> None:
    outcomes = [
        Outcome(name, 1_000_000, seconds, cpu, 200.0, 38.0)
        for name, seconds, cpu in (
            (OWN, 0.5, 900.0), (ONE, 1.0, 800.0), (OBSTORE, 9.0, 9000.0), (SDK, 99.0, 99_000.0),
            (TEXT, 0.6, 625.0),
        )
    ]  # fmt: skip
    found = {name: (value, least) for name, value, least in targets(outcomes)}
    assert found["Parquet, million rows a second"] == (2.0, 1.2)
    assert found[f"CPU time of {OBSTORE}, times"] == (10.0, 8.0)
    assert found[f"CPU time of {SDK}, times"] == (110.0, 100.0)
    assert found["text, million lines a second of CPU"] == (1.6, 1.5)
    assert found["memory with one thread, of 250 MB"] == (1.25, 1.0)
