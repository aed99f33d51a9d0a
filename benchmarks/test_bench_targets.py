"""The targets of the batch path and of memory: every one measured, on few keys, and told."""

from __future__ import annotations

import json
from collections.abc import Sequence

import batch_targets
import memory
import pytest
from answers import WrongAnswerError
from batch_targets import TARGETS, BatchOutcome, measure_batch_targets
from calls import CALLS
from peers import all_peers
from report import batch_target_table
from rows import (
    ROWS,
    VERIFY_MANY,
    VERIFY_MANY_PLAIN,
    Row,
    check,
    prepare,
    verify_many_task,
)
from workload import engines, make_keys, name_keys, pack

import ossign_fast

NEEDS_PROC = pytest.mark.skipif(not memory.available(), reason="the system tells no resident size")


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("measure.SAMPLE_SECONDS", 1e-4)
    monkeypatch.setattr("measure.DEAR_SECONDS", 1e-3)
    monkeypatch.setattr(batch_targets, "MOST_KEYS", 1_500)
    monkeypatch.setattr(batch_targets, "_IMPORTS", 1)


@pytest.mark.usefixtures("small")
def test_each_target_is_measured_or_said_to_be_missing() -> None:
    peers = [peer for peer in all_peers() if peer.available()]
    outcomes = measure_batch_targets(peers, 0)
    assert [outcome.name for outcome in outcomes[:-3]] == [target.name for target in TARGETS]
    present = {peer.name for peer in peers} | {engine.kernel for engine in engines()}
    for target, outcome in zip(TARGETS, outcomes, strict=False):
        kernel = target.task.partition("@")[2]
        runs = kernel in present if kernel else engines()[0].compiled
        if target.against and target.against not in {*ROWS, *CALLS}:
            runs = runs and target.against in present
        assert (outcome.measured is not None) == runs
        if outcome.measured is not None:
            assert outcome.minimum_ns is not None
            assert outcome.median_ns is not None
            assert 0 < outcome.minimum_ns <= outcome.median_ns
    share, imported, _ = outcomes[-3:]
    assert share.measured is None or 0 < share.measured < 1.5
    assert imported.measured is not None
    assert imported.unit == "ms"
    assert imported.minimum_ns == pytest.approx(imported.measured * 1e6)
    lines = list(batch_target_table(outcomes))
    for outcome, line in zip(outcomes, lines[-len(outcomes) :], strict=True):
        assert line.startswith(outcome.name)
        assert ("NOT MEASURED" in line) == (outcome.measured is None)


@pytest.mark.parametrize(
    ("measured", "limit", "at_least", "reached"),
    [
        (229, 230, False, True),
        (231, 230, False, False),
        (51, 50, True, True),
        (49, 50, True, False),
        (None, 50, True, False),
        (480, None, False, True),
    ],
)
def test_reached(measured: float | None, limit: float, at_least: bool, reached: bool) -> None:
    outcome = BatchOutcome("name", "x", measured, limit, at_least)
    assert outcome.reached == reached


def test_every_row_named_by_a_target_is_there() -> None:
    known = {*ROWS, *CALLS, VERIFY_MANY, VERIFY_MANY_PLAIN, *(peer.name for peer in all_peers())}
    for target in TARGETS:
        assert target.task.partition("@")[0] in known
        assert target.against in known | {None}


@pytest.mark.parametrize("spoil", [lambda urls: urls[:-1], lambda urls: urls[::-1]])
def test_wrong_rows_are_not_timed(spoil: object) -> None:
    def call(sign: object, keys: object) -> Sequence[str]:
        return spoil(sign(keys).tolist())  # type: ignore[operator, no-any-return]

    with pytest.raises(WrongAnswerError):
        check(prepare(Row(33, call), engines()[0], 33))


@pytest.mark.parametrize("name", [VERIFY_MANY, VERIFY_MANY_PLAIN])
def test_a_verifier_that_reads_another_key_is_not_timed(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    verify_many_task(name, engines()[0])
    honest = ossign_fast.verify_many
    monkeypatch.setattr(ossign_fast, "verify_many", lambda urls, **how: honest(urls, **how)[::-1])
    with pytest.raises(WrongAnswerError):
        verify_many_task(name, engines()[0])


def test_packed_keys_are_the_keys() -> None:
    keys = make_keys(100)
    packed = [key.decode() if isinstance(key, bytes) else key for key in pack(keys).tolist()]
    assert packed == keys
    assert name_keys(range(40, 50)) == keys[40:50]
    assert {len(key) for key in keys} == {48}


@NEEDS_PROC
def test_writing_takes_little_memory(capsys: pytest.CaptureFixture[str]) -> None:
    keys = 2 * memory.SLICE + 1
    found = memory.measure(keys)
    assert found.lines == keys
    assert found.written > keys * 300
    assert 0 <= found.over_input < batch_targets.MEMORY_LIMIT * memory.MEGABYTE
    assert memory.main(["--keys", "1000"]) == 0
    assert "1,000 URLs" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        memory.main(["--keys", "0"])


def test_memory_is_told_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    if memory.available():
        assert memory.main(["--json", "--keys", "10"]) == 0
        assert json.loads(capsys.readouterr().out)["lines"] == 10
