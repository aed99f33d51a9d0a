"""`ossign-fast bench`: what a URL costs on this machine, beside the official SDKs."""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import random
import statistics
import time
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from ossign_fast import __version__, engine_info

from ._arguments import throwaway_credentials
from ._bench_tasks import KEY_BYTES, Task, check, own_tasks, sdk_tasks
from ._errors import OK
from ._output import show
from ._parser import add_command

if TYPE_CHECKING:
    from ._parser import Commands

_LEAST_ROUNDS = 3
_MOST_SECONDS = 3600
#: How long a task runs before its next turn, far above the resolution of the clock.
_TURN_SECONDS = 0.005
_EXAMPLES = """
ossign-fast bench
ossign-fast bench --seconds 1 --json > speed.json
"""


class _Timing(NamedTuple):
    """A task, how often it runs in one turn, and what a URL took in each turn, in nanoseconds."""

    task: Task
    calls: int
    samples: list[float]


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "bench",
        "measure what a URL costs here, beside the official SDKs",
        "Measure what a presigned URL costs on this machine, with throw-away keys and "
        "without network, beside the official SDKs where they are installed. All take turns in one "
        "process, after one URL of each has been verified.",
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
    sdks, missing = sdk_tasks(credentials)
    reference = sdks[0].name if sdks else None
    facts = _facts(_measure([*tasks, *sdks], args.seconds), reference, missing)
    show(json.dumps(facts, indent=2) if args.json else "\n".join(_table(facts)))
    return OK


def _measure(tasks: Sequence[Task], duration: float) -> list[_Timing]:
    """Returns the timings of all tasks, which take turns, each round in a new order."""
    timings = [_calibrated(task) for task in tasks]
    order = list(timings)
    shuffle = random.Random(0).shuffle
    deadline = time.perf_counter() + duration
    while len(timings[0].samples) < _LEAST_ROUNDS or time.perf_counter() < deadline:
        shuffle(order)
        for timing in order:
            timing.samples.append(_turn(timing.task, timing.calls))
    return timings


def _calibrated(task: Task) -> _Timing:
    nanoseconds = min(_turn(task, 1) for _ in range(2)) * task.urls
    return _Timing(task, max(1, int(_TURN_SECONDS * 1e9 / nanoseconds)), [])


def _turn(task: Task, calls: int) -> float:
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


def _facts(
    timings: Sequence[_Timing], reference: str | None, missing: dict[str, str]
) -> dict[str, Any]:
    """Returns all that is to be told, as JSON knows it."""
    medians = {timing.task.name: statistics.median(timing.samples) for timing in timings}
    engine = engine_info()
    return {
        "version": __version__,
        "engine": engine.engine,
        "kernel": engine.kernel,
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "cpus": os.cpu_count(),
        "key_bytes": KEY_BYTES,
        "rounds": len(timings[0].samples),
        "reference": reference,
        "missing": missing,
        "rows": [
            {
                "name": name,
                "ns_per_url": round(ns, 1),
                "urls_per_second": round(1e9 / ns),
                "ratio": round(medians[reference] / ns, 2) if reference else None,
            }
            for name, ns in medians.items()
        ],
    }


def _table(facts: dict[str, Any]) -> Iterator[str]:
    """Yields the lines that tell the facts to people."""
    yield (
        f"ossign-fast {facts['version']}: engine {facts['engine']}, kernel {facts['kernel']}, "
        f"{facts['python']}, {facts['cpus']} CPUs"
    )
    yield (
        f"GetObject, keys of {facts['key_bytes']} bytes, one thread; "
        f"medians of {facts['rounds']} rounds in one process"
    )
    yield ""
    yield f"{'':<40}{'ns/URL':>11}{'URLs/s':>13}{'times SDK':>12}"
    for row in facts["rows"]:
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:,.1f}"
        figures = f"{row['ns_per_url']:>11,.0f}{row['urls_per_second']:>13,}{ratio:>12}"
        yield f"{row['name']:<40}{figures}"
    yield ""
    yield (
        f"times SDK: how many times as fast as {facts['reference']}"
        if facts["reference"]
        else "times SDK: no SDK to compare with"
    )
    for name, reason in facts["missing"].items():
        yield f"not measured: {name}, {reason}"
