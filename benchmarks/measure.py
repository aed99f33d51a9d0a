"""Times tasks side by side in one process, so that each meets the same weather on the machine."""

from __future__ import annotations

import gc
import random
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

#: How long one sample of a cheap task should last, far above the clock's resolution.
SAMPLE_SECONDS = 0.01
#: How long one sample of a dear task may last before it gets fewer keys.
DEAR_SECONDS = 0.04
ROUNDS = (7, 101)
_PROBES = 16


@dataclass(frozen=True)
class Task:
    """Something to time.

    Attributes:
        name: Unique among the tasks that are timed together.
        run: Signs and returns what it signed last.
        keys: How many keys each call inside `run` gets.
        urls: How many URLs one run signs.
    """

    name: str
    run: Callable[[], object]
    keys: int
    urls: int


@dataclass(frozen=True)
class Timing:
    """What one URL took, in nanoseconds, over many runs."""

    rounds: int
    minimum_ns: float
    median_ns: float


def single_task(name: str, one: Callable[[str], object], keys: Sequence[str]) -> Task:
    """Returns the task to call `one` with one key after the other."""
    cost = _cost(lambda: [one(key) for key in keys[:_PROBES]]) / _PROBES
    chosen = keys[: max(_PROBES, int(SAMPLE_SECONDS / cost))]

    def run() -> None:
        for key in chosen:
            one(key)

    return Task(name, run, 1, len(chosen))


def batch_task(
    name: str,
    many: Callable[[Sequence[str]], object],
    keys: Sequence[str],
    *,
    whole: bool,
) -> Task:
    """Returns the task to call `many` with all keys if `whole`, else with those time allows."""
    probe = keys[: 4 * _PROBES]
    cost = _cost(lambda: many(probe)) / len(probe)
    chosen = keys if whole else keys[: max(1, int(DEAR_SECONDS / cost))]
    return _repeated(name, lambda: many(chosen), cost * len(chosen), len(chosen))


def call_task(name: str, call: Callable[[], object], keys: int) -> Task:
    """Returns the task to make a call that signs `keys` keys, as often as fits a sample."""
    return _repeated(name, call, _cost(call), keys)


def _repeated(name: str, call: Callable[[], object], cost: float, keys: int) -> Task:
    calls = max(1, int(SAMPLE_SECONDS / cost))

    def run() -> object:
        for _ in range(calls - 1):
            call()
        return call()

    return Task(name, run, keys, calls * keys)


def interleave(tasks: Sequence[Task], seconds: float) -> dict[str, Timing]:
    """Returns the timing of each task, after rounds in which each has one turn.

    Args:
        tasks: What to time.
        seconds: How long it may take, about; at least `ROUNDS[0]` rounds are run.
    """
    gc.collect()
    warm_up = sum(seconds_of(task.run) for task in tasks)
    rounds = min(max(ROUNDS[0], int(seconds / max(warm_up, 1e-9))), ROUNDS[1])
    samples: dict[str, list[float]] = {task.name: [] for task in tasks}
    order = list(tasks)
    shuffle = random.Random(rounds).shuffle
    for _ in range(rounds):
        # A new order each time: whoever follows a dear task finds the caches cold.
        shuffle(order)
        for task in order:
            samples[task.name].append(seconds_of(task.run) * 1e9 / task.urls)
    return {
        name: Timing(rounds, min(values), statistics.median(values))
        for name, values in samples.items()
    }


def _cost(run: Callable[[], object]) -> float:
    """Returns the best of a few times, the first of which warms caches up."""
    return min(seconds_of(run) for _ in range(3))


def seconds_of(run: Callable[[], object]) -> float:
    """Returns how long `run` takes; its result is freed afterwards, as a caller would keep it."""
    gc.disable()
    try:
        start = time.perf_counter()
        result = run()
        elapsed = time.perf_counter() - start
    finally:
        gc.enable()
    del result
    return elapsed
