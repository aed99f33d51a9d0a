"""The ratios that this library promises, each measured beside the official SDK in one run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from measure import Task, batch_task, interleave, single_task
from peers import SDK, Peer
from workload import make_keys

KEY_LENGTH = 40
BATCH = 10_000


class Target(NamedTuple):
    """A promise: `row`, asked as `call`, is at least `times` as fast as the SDK, per URL."""

    name: str
    row: str
    call: str
    times: float


TARGETS = (
    Target("Signer.presign, one URL", "ossign_fast", "one", 40),
    Target("presign_many(...).tolist(), 10,000 keys", "ossign_fast", "many", 150),
    Target("Python engine, Signer.presign, one URL", "ossign_fast, python", "one", 7),
    Target("Python engine, presign_many, 10,000 keys", "ossign_fast, python", "many", 7),
)


@dataclass(frozen=True)
class Outcome:
    """What became of a target.

    Attributes:
        name: The target.
        times: Wanted ratio.
        sdk_ns: Median time of the SDK for one URL.
        own_ns: Median time of this library for one URL.
        keys: How many keys each call got.
        rounds: How often each was timed.
    """

    name: str
    times: float
    sdk_ns: float
    own_ns: float
    keys: int
    rounds: int

    @property
    def ratio(self) -> float:
        return self.sdk_ns / self.own_ns

    @property
    def reached(self) -> bool:
        return self.ratio >= self.times


def measure_targets(peers: Sequence[Peer], seconds: float) -> tuple[list[Outcome], list[str]]:
    """Returns the outcomes, and the names of targets that `peers` do not suffice to measure."""
    by_name = {peer.name: peer for peer in peers}
    chosen = [target for target in TARGETS if {SDK, target.row} <= by_name.keys()]
    left_out = [target.name for target in TARGETS if target not in chosen]
    if not chosen:
        return [], left_out
    tasks = {target.name: _task(target.name, by_name[target.row], target.call) for target in chosen}
    tasks[SDK] = _task(SDK, by_name[SDK], "one")
    timings = interleave(list(tasks.values()), seconds)
    sdk_ns = timings[SDK].median_ns
    outcomes = [
        Outcome(
            target.name,
            target.times,
            sdk_ns,
            timings[target.name].median_ns,
            tasks[target.name].keys,
            timings[target.name].rounds,
        )
        for target in chosen
    ]
    return outcomes, left_out


def _task(name: str, peer: Peer, call: str) -> Task:
    signing = peer.make(token=False)
    keys = make_keys(BATCH, KEY_LENGTH)
    if call == "one":
        assert signing.one is not None
        return single_task(name, signing.one, keys)
    return batch_task(name, signing.many, keys, whole=True)
