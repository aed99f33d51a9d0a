"""The targets of paths and calls, measured turn by turn in one process; memory in its own.

A time is the best of all rounds, for that is what the code costs where nothing disturbs it. A ratio
is one of medians, for disturbances meet both sides alike.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import memory
from calls import CALLS, make_call
from imports import import_ns
from measure import Task, Timing, batch_task, call_task, interleave, single_task
from peers import Peer
from promises import FAST_S3_URL, OBSTORE, PACKED, TARGETS, Target
from rows import (
    MILLION,
    ROWS,
    VERIFY_MANY,
    VERIFY_MANY_PLAIN,
    row_task,
    verify_many_task,
)
from workload import BUCKET, EXPIRES, REGION, engines, make_keys

import ossign_fast
from ossign_fast.cli._bench_tasks import HASHING
from ossign_fast.cli._hash_bound import batch_bound, blocks_of, cpu_name

#: No call gets more keys than this; tests set it lower.
MOST_KEYS = MILLION
#: From here on a call is so long that it would leave the others few rounds.
LONG = 100_000
MEMORY_LIMIT = 200
#: Milliseconds.
IMPORT_LIMIT = 25
_IMPORTS = 7
#: Part of the time of `PACKED` that hashing alone needs, at best, on this CPU.
BOUND_LIMIT = 0.7


@dataclass(frozen=True)
class BatchOutcome:
    """What became of a target.

    Attributes:
        name: The target.
        unit: "ns" for one URL, "x" for a ratio, "MB", "ms".
        measured: What the limit is for; None if something was missing.
        limit: The limit, or None where nothing was promised.
        at_least: Whether `measured` must not be below the limit, rather than above.
        minimum_ns: Best time for one URL.
        median_ns: Median time for one URL.
        keys: How many keys each call got.
        rounds: How often it was timed.
    """

    name: str
    unit: str
    measured: float | None
    limit: float | None
    at_least: bool = False
    minimum_ns: float | None = None
    median_ns: float | None = None
    keys: int = 0
    rounds: int = 0

    @property
    def reached(self) -> bool:
        if self.limit is None:
            return True
        if self.measured is None:
            return False
        return self.measured >= self.limit if self.at_least else self.measured <= self.limit


def measure_batch_targets(peers: Sequence[Peer], seconds: float) -> list[BatchOutcome]:
    """Returns what became of all targets.

    Raises:
        WrongAnswerError: A URL of this library would be refused, or grants something else.
    """
    tasks = _tasks(peers)
    tasks[HASHING.name] = call_task(HASHING.name, HASHING.run, HASHING.urls)
    timings: dict[str, Timing] = {}
    for long in (False, True):
        group = [task for task in tasks.values() if (task.keys >= LONG) == long]
        timings |= interleave(group, seconds) if group else {}
    outcomes = [_outcome(target, tasks, timings) for target in TARGETS]
    return [*outcomes, _bound_share(timings), _import_time(), _memory()]


def _outcome(
    target: Target, tasks: Mapping[str, Task], timings: Mapping[str, Timing]
) -> BatchOutcome:
    unit = "x" if target.against else "ns"
    timing = timings.get(target.task)
    other = timings.get(target.against or target.task)
    if timing is None or other is None:
        return BatchOutcome(target.name, unit, None, target.limit, target.at_least)
    measured = timing.minimum_ns
    if target.against:
        longer = timing.median_ns / other.median_ns
        measured = 1 / longer if target.at_least else longer
    return BatchOutcome(
        target.name,
        unit,
        measured,
        target.limit,
        target.at_least,
        timing.minimum_ns,
        timing.median_ns,
        tasks[target.task].keys,
        timing.rounds,
    )


def _bound_share(timings: Mapping[str, Timing]) -> BatchOutcome:
    """Returns what became of the target for the share of the hash bound, one of minima."""
    info, engine = ossign_fast.engine_info(), engines()[0]
    url = engine.signer().presign("GetObject", make_keys(1)[0], expires=EXPIRES).url
    block_ns = timings[HASHING.name].minimum_ns
    bound = batch_bound(
        blocks_of(url, BUCKET, REGION), block_ns, engine.kernel, cpu_name(), info.cpu_features
    )
    timing = timings.get(PACKED)
    share = bound / timing.minimum_ns if bound and timing else None
    name = f"{PACKED}: share of the hash bound"
    return BatchOutcome(name, "x", share, BOUND_LIMIT, at_least=True)


def _import_time() -> BatchOutcome:
    folder = Path(str(ossign_fast.__file__)).parents[1]
    taken = [import_ns(folder) for _ in range(_IMPORTS)]
    best, median = min(taken), statistics.median(taken)
    return BatchOutcome(
        "import ossign_fast, in a process of its own",
        "ms",
        best / 1e6,
        IMPORT_LIMIT,
        minimum_ns=best,
        median_ns=median,
        rounds=_IMPORTS,
    )


def _memory() -> BatchOutcome:
    # The Python engine would take minutes for all of them.
    keys = min(memory.KEYS if engines()[0].compiled else MILLION, 10 * MOST_KEYS)
    name = f"write_lines of {keys:,} keys: peak over the keys"
    if not memory.available():
        return BatchOutcome(name, "MB", None, MEMORY_LIMIT)
    megabytes = memory.measure(keys).over_input / memory.MEGABYTE
    return BatchOutcome(name, "MB", megabytes, MEMORY_LIMIT, keys=keys, rounds=1)


def _tasks(peers: Sequence[Peer]) -> dict[str, Task]:
    """Returns the tasks that this machine can run, by name, each with its answer checked."""
    by_kernel = {engine.kernel: engine for engine in engines()}
    by_name = {peer.name: peer for peer in peers}
    best = engines()[0]
    tasks: dict[str, Task] = {}
    names = {name for target in TARGETS for name in (target.task, target.against) if name}
    for name in sorted(names):
        row, _, kernel = name.partition("@")
        engine = by_kernel.get(kernel) if kernel else best
        if row in ROWS:
            # On the Python engine only what names it: the other limits are for the compiled one.
            if engine and (kernel or engine.compiled):
                tasks[name] = row_task(name, ROWS[row], engine, MOST_KEYS)
        elif row in (VERIFY_MANY, VERIFY_MANY_PLAIN):
            if best.compiled:
                tasks[name] = verify_many_task(name, best)
        elif row in CALLS:
            if best.compiled:
                tasks[name] = single_task(name, make_call(name, best), make_keys(10_000))
        elif row in by_name:
            many = by_name[row].make(token=False).many
            whole = row in (OBSTORE, FAST_S3_URL)
            tasks[name] = batch_task(name, many, make_keys(ROWS[PACKED].size), whole=whole)
    return tasks
