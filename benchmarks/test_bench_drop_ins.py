"""Each drop-in beside what it stands in for; and that a pair which disagrees is not timed."""

from __future__ import annotations

import json
from pathlib import Path

import drop_ins
import pytest
from drop_ins import DisagreementError, Outcome, Pair
from pytest_benchmark.fixture import BenchmarkFixture
from workload import make_keys

PAIRS = list(drop_ins.pairs())
#: One pair of each SDK; each pair is run by `test_drop_in`.
FEW = list({pair.library: pair for pair in PAIRS}.values())
KEY = make_keys(1)[0]


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: f"{pair.library}, {pair.name}")
@pytest.mark.parametrize("side", ["sdk", "own"])
def test_drop_in(benchmark: BenchmarkFixture, pair: Pair, side: str) -> None:
    drop_ins.check(pair)
    benchmark.group = f"{pair.library}, {pair.name}"
    benchmark(getattr(pair, side), KEY)


def test_prints_and_writes_what_it_measures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("measure.SAMPLE_SECONDS", 1e-4)
    monkeypatch.setattr(drop_ins, "pairs", lambda: FEW)
    written = tmp_path / "found.json"
    assert drop_ins.main(["--seconds", "0", "--json", str(written)]) == 0
    rows = json.loads(written.read_text())["drop_ins"]
    printed = capsys.readouterr().out
    assert [row["name"] for row in rows] == [pair.name for pair in FEW]
    for row in rows:
        assert f"{row['library']}, {row['name']}" in printed
        assert 0 < row["own_minimum_ns"] <= row["own_median_ns"]
        assert row["reached"] == (row["times"] is None or row["ratio"] >= row["times"])


def test_a_missed_target_is_told(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    slow = Outcome("sdk", "slow", 10, 90.0, 10.0, 80.0, 10.0, 7)
    monkeypatch.setattr(drop_ins, "measure", lambda pairs, seconds: [slow])
    assert (drop_ins.main([]), drop_ins.main(["--check"])) == (0, 1)
    assert capsys.readouterr().out.count("NO") == 2


@pytest.mark.parametrize("change", [lambda key: key[:-1], lambda key: key + "x", str.upper])
def test_a_pair_that_disagrees_is_not_timed(change: object) -> None:
    right = PAIRS[0]
    wrong = right._replace(own=lambda key: right.own(change(key)))  # type: ignore[operator]
    with pytest.raises(DisagreementError):
        drop_ins.check(wrong)
