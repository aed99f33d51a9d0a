"""Measures the drop-ins beside the SDK code that they stand in for, each pair in one run.

    python benchmarks/drop_ins.py [--seconds N] [--check] [--json FILE]

Before a pair is timed, both of it sign the same requests at the same second and have to agree to
the byte; where SDK and drop-in read the clock by themselves, that second is waited for.
"""

from __future__ import annotations

import argparse
import copy
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from drop_in_pairs import Pair, pairs
from measure import Task, batch_task, interleave, single_task
from report import describe_machine, today
from workload import EXPIRES, make_keys

_KEYS = 2_000
_TRIES = 200


@dataclass(frozen=True)
class Outcome:
    """What a pair took for one request; nanoseconds, over `rounds` runs."""

    library: str
    name: str
    times: float | None
    sdk_median_ns: float
    own_median_ns: float
    sdk_minimum_ns: float
    own_minimum_ns: float
    rounds: int

    @property
    def ratio(self) -> float:
        return self.sdk_median_ns / self.own_median_ns

    @property
    def reached(self) -> bool:
        return self.times is None or self.ratio >= self.times


class DisagreementError(Exception):
    """A drop-in that does not sign what its SDK signs."""


def check(pair: Pair) -> None:
    """Lets both of a pair sign, until they do so within one second.

    The SDK's clients take a second off what they are asked for, so theirs are asked for more; what
    is compared is the signature over everything else.

    Raises:
        DisagreementError: They do not agree.
    """
    for key in make_keys(3):
        for _ in range(_TRIES):
            second = int(time.time())
            pair.restart()
            ours, theirs = pair.own(key), pair.sdk(key)
            if second == int(time.time()):
                break
        if _comparable(ours) != _comparable(theirs):
            raise DisagreementError(f"{pair.library}, {pair.name}: not the same")


def _comparable(signed: str) -> str:
    """Returns what was signed but for the fault of the SDK's clients: a second less to live."""
    faulty, right = f"x-oss-expires={EXPIRES - 1}&", f"x-oss-expires={EXPIRES}&"
    if faulty in signed or right in signed:
        return signed.replace(faulty, right).rpartition("&x-oss-signature=")[0]
    return signed


def measure(chosen: Sequence[Pair], seconds: float) -> list[Outcome]:
    """Returns what became of each pair, timed side by side."""
    outcomes = []
    keys = make_keys(_KEYS)
    for pair in chosen:
        check(pair)
        own: Task = (
            single_task("own", pair.own, keys)
            if pair.many is None
            else batch_task("own", pair.many, make_keys(10_000), whole=True)
        )
        timings = interleave([single_task("sdk", pair.sdk, keys), own], seconds)
        sdk, ours = timings["sdk"], timings["own"]
        outcomes.append(
            Outcome(
                pair.library, pair.name, pair.times, sdk.median_ns, ours.median_ns,
                sdk.minimum_ns, ours.minimum_ns, sdk.rounds,
            )
        )  # fmt: skip
    return outcomes


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yields the lines of the table."""
    yield f"{'':54}{'SDK ns':>10}{'ns':>9}{'ratio':>8}{'of minima':>11}{'target':>8}  reached"
    for outcome in outcomes:
        minima = outcome.sdk_minimum_ns / outcome.own_minimum_ns
        target = "" if outcome.times is None else f"{outcome.times:.0f}"
        reached = "" if outcome.times is None else "yes" if outcome.reached else "NO"
        yield (
            f"{outcome.library + ', ' + outcome.name:54}{outcome.sdk_median_ns:10,.0f}"
            f"{outcome.own_median_ns:9,.0f}{outcome.ratio:8.1f}{minima:11.1f}{target:>8}  {reached}"
        )


def main(words: Sequence[str] | None = None) -> int:
    """Runs the command line."""
    parser = argparse.ArgumentParser(description="SDKs beside their drop-ins")
    parser.add_argument("--seconds", type=float, default=4.0, help="for each pair")
    parser.add_argument("--check", action="store_true", help="fail if a target is missed")
    parser.add_argument("--json", type=Path, help="also write everything to this file")
    options = parser.parse_args(words)
    machine = describe_machine()
    print(f"{today()}, {machine['cpu']}, {machine['python']}, kernel {machine['kernel']}")
    outcomes = measure(list(pairs()), options.seconds)
    print(*table(outcomes), sep="\n")
    if options.json:
        rows = [{**asdict(o), "ratio": o.ratio, "reached": o.reached} for o in outcomes]
        found = {"date": today(), "machine": machine, "drop_ins": copy.deepcopy(rows)}
        options.json.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")
    missed = not all(outcome.reached for outcome in outcomes)
    return int(options.check and missed)


if __name__ == "__main__":
    sys.exit(main())
