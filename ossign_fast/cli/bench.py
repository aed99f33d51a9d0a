"""`ossign-fast bench`: what a URL costs here, beside hashing alone and other libraries."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ossign_fast import __version__, engine_info

from ._arguments import throwaway_credentials
from ._bench_table import table
from ._bench_tasks import (
    HASHING,
    KEY_BYTES,
    MANY,
    ONE,
    SDKS,
    Task,
    check,
    own_blocks,
    own_tasks,
    rival_tasks,
)
from ._errors import OK
from ._hash_bound import Blocks, batch_bound, cpu_name
from ._output import show
from ._parser import add_command

if TYPE_CHECKING:
    from ._parser import Commands

_LEAST_ROUNDS = 3
_MOST_SECONDS = 3600
#: How long a sample lasts: far above the resolution of the clock, and so short that other work on
#: the machine leaves some of them alone.
_SAMPLE_SECONDS = 0.001
#: How many samples a task takes before it is the next one's turn; one, if a single call takes long.
_SAMPLES = 5
_EXAMPLES = """
ossign-fast bench
ossign-fast bench --seconds 1 --json > speed.json
"""


class _Timing(NamedTuple):
    """A task, how often it runs for a sample, and what a URL took in each, in nanoseconds."""

    task: Task
    calls: int
    samples: list[float]

    @property
    def samples_per_turn(self) -> int:
        return _SAMPLES if self.calls > 1 else 1


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "bench",
        "measure what a URL costs here, beside other libraries",
        "Measure what a presigned URL costs on this machine, with throw-away keys and "
        "without network, beside what hashing alone would cost, and beside the official SDKs and "
        "the fastest libraries for S3 where they are installed. All take turns in one process, "
        "after one URL of each has been verified.",
        _EXAMPLES,
    )
    parser.add_argument(
        "--seconds",
        type=seconds,
        default=5.0,
        metavar="N",
        help="how long to measure, about (default: 5)",
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def seconds(text: str) -> float:
    """Returns the number of seconds that `text` stands for.

    Example:
        >>> seconds("0.5")
        0.5
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value <= _MOST_SECONDS:
        raise argparse.ArgumentTypeError(f"give a number above 0, at most {_MOST_SECONDS}")
    return value


def run(args: argparse.Namespace) -> int:
    """Checks, measures and prints, as a table or as JSON."""
    credentials = throwaway_credentials()
    tasks = list(own_tasks(credentials))
    for task in tasks:
        check(task, credentials)
    rivals, missing = rival_tasks(credentials)
    timings = _measure([*tasks, *rivals, HASHING], args.seconds)
    facts = _facts(timings, own_blocks(credentials), missing)
    show(json.dumps(facts, indent=2) if args.json else "\n".join(table(facts)))
    return OK


def _measure(tasks: Sequence[Task], duration: float) -> list[_Timing]:
    """Returns the timings of all tasks, which take turns, each round in a new order."""
    timings = [_calibrated(task) for task in tasks]
    order = list(timings)
    shuffle = random.Random(0).shuffle
    deadline = time.perf_counter() + duration
    while _rounds(timings) < _LEAST_ROUNDS or time.perf_counter() < deadline:
        shuffle(order)
        for timing in order:
            for _ in range(timing.samples_per_turn):
                timing.samples.append(_sample(timing.task, timing.calls))
    return timings


def _rounds(timings: Sequence[_Timing]) -> int:
    return len(timings[0].samples) // timings[0].samples_per_turn


def _calibrated(task: Task) -> _Timing:
    nanoseconds = min(_sample(task, 1) for _ in range(2)) * task.urls
    return _Timing(task, max(1, int(_SAMPLE_SECONDS * 1e9 / nanoseconds)), [])


def _sample(task: Task, calls: int) -> float:
    """Returns the nanoseconds that one URL takes; the last result is freed afterwards."""
    gc.disable()
    try:
        start = time.perf_counter_ns()
        for _ in range(calls):
            result = task.run()
        elapsed = time.perf_counter_ns() - start
    finally:
        gc.enable()
    del result
    return elapsed / (calls * task.urls)


def _facts(timings: Sequence[_Timing], blocks: Blocks, missing: dict[str, str]) -> dict[str, Any]:
    """Returns all that is to be told, as JSON knows it."""
    medians = {timing.task: statistics.median(timing.samples) for timing in timings}
    # A bound is compared with what nothing disturbed.
    minima = {timing.task: min(timing.samples) for timing in timings}
    block = minima[HASHING]
    del medians[HASHING]
    sdk = next((task for task in medians if task.name in SDKS), None)
    engine, cpu = engine_info(), cpu_name()
    bounds = {
        ONE: blocks.all * block,
        MANY: batch_bound(blocks, block, engine.kernel, cpu, engine.cpu_features),
    }
    return {
        "version": __version__,
        "engine": engine.engine,
        "kernel": engine.kernel,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cpu": cpu,
        "cpus": os.cpu_count(),
        "key_bytes": KEY_BYTES,
        "rounds": _rounds(timings),
        "reference": sdk and sdk.title,
        "missing": missing,
        "hashing": {
            "blocks": blocks.all,
            "ns_per_block": round(block, 2),
            "bound_ns": {kind: ns and round(ns, 1) for kind, ns in bounds.items()},
        },
        "nearest": {kind: _nearest(medians, kind) for kind in (ONE, MANY)},
        "rows": [
            _row(task, ns, sdk and medians[sdk])
            | {"of_bound": _share(task, bounds[task.kind], minima[task])}
            for task, ns in medians.items()
        ],
    }


def _share(task: Task, bound: float | None, ns: float) -> float | None:
    known = bound is not None and task.same_blocks and not task.version
    return round(bound / ns, 3) if known and bound else None


def _row(task: Task, ns: float, sdk: float | None) -> dict[str, Any]:
    return {
        "name": task.title,
        "calls": task.kind,
        "ns_per_url": round(ns, 1),
        "urls_per_second": round(1e9 / ns),
        "ratio": sdk and round(sdk / ns, 2),
    }


def _nearest(medians: dict[Task, float], kind: str) -> dict[str, Any] | None:
    """Returns the fastest other library; one URL after the other makes a list as well."""
    own = {task: ns for task, ns in medians.items() if not task.version and task.kind == kind}
    others = {task: ns for task, ns in medians.items() if task.version}
    if kind == ONE:
        others = {task: ns for task, ns in others.items() if task.kind == ONE}
    if not others:
        return None
    task = min(others, key=others.__getitem__)
    times = {mine.name: round(others[task] / ns, 2) for mine, ns in own.items()}
    return {"name": task.title, "ns_per_url": round(others[task], 1), "times": times}
