"""What a run of `compare.py` found, and how it reads as text and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from typing import Any

from batch_targets import BatchOutcome
from peers import SDK
from targets import Outcome

import ossign_fast
from ossign_fast.cli._hash_bound import cpu_name


@dataclass(frozen=True)
class Measurement:
    """One row: what one URL took a peer when it was given `size` keys.

    Attributes:
        peer: The row's name.
        scheme: How the peer signs.
        token: Whether a security token was signed.
        size: How many keys each call should get.
        keys: How many it got; fewer where `size` would have taken too long.
        rounds: How often it was timed.
        minimum_ns: Best time for one URL.
        median_ns: Median time for one URL.
    """

    peer: str
    scheme: str
    token: bool
    size: int
    keys: int
    rounds: int
    minimum_ns: float
    median_ns: float

    @property
    def urls_per_second(self) -> float:
        return 1e9 / self.median_ns


@dataclass
class Report:
    """Everything that one run found."""

    date: str
    machine: dict[str, Any]
    versions: dict[str, str]
    left_out: dict[str, str]
    peers: list[str]
    measurements: list[Measurement] = field(default_factory=list)
    targets: list[Outcome] = field(default_factory=list)
    targets_left_out: list[str] = field(default_factory=list)
    batch_targets: list[BatchOutcome] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        targets = [
            {**asdict(outcome), "ratio": outcome.ratio, "reached": outcome.reached}
            for outcome in self.targets
        ]
        batch = [{**asdict(outcome), "reached": outcome.reached} for outcome in self.batch_targets]
        return {**asdict(self), "targets": targets, "batch_targets": batch}

    def all_reached(self) -> bool:
        """Returns whether every target was measured and reached."""
        reached = [outcome.reached for outcome in self.targets]
        reached += [outcome.reached for outcome in self.batch_targets]
        return not self.targets_left_out and all(reached)


def today() -> str:
    return datetime.now(timezone.utc).strftime("%Y-%m-%d %H:%M UTC")


def describe_machine() -> dict[str, Any]:
    """Returns what the numbers depend on: CPU, system, Python, engine and kernel."""
    info = ossign_fast.engine_info()
    return {
        "cpu": cpu_name(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "engine": info.engine,
        "kernel": info.kernel,
        "kernels": list(info.kernels),
        "cpu_features": list(info.cpu_features),
    }


def heading(report: Report) -> Iterator[str]:
    """Yields the lines that say what was run, where and when."""
    machine = report.machine
    yield f"{report.date}, {machine['cpu']}, {machine['cores']} cores, {machine['system']}"
    yield f"{machine['python']}, engine {machine['engine']}, kernel {machine['kernel']}"
    yield ", ".join(f"{name} {version}" for name, version in report.versions.items())
    for name, reason in report.left_out.items():
        yield f"NOT MEASURED: {name}: {reason}"


def table(rows: Sequence[Measurement], reference: str) -> Iterator[str]:
    """Yields the lines of one table, its rows measured together: same token, same size.

    Args:
        rows: The measurements.
        reference: The peer that the others are compared with.
    """
    own = [row.median_ns for row in rows if row.peer == reference]
    first = rows[0]
    yield ""
    yield (
        f"GET, 48-byte keys, {'700-byte' if first.token else 'no'} security token, "
        f"{_calls(first.size)}, {first.rounds} rounds"
    )
    yield f"{'':34}{'signs':8}{'median ns':>11}{'min ns':>11}{'URLs/s':>13}{'ratio':>9}  keys/call"
    for row in rows:
        ratio = f"{row.median_ns / own[0]:.2f}" if own else "-"
        fewer = "" if row.keys == row.size else f" (of {row.size:,})"
        yield (
            f"{row.peer:34}{row.scheme:8}{row.median_ns:11,.0f}{row.minimum_ns:11,.0f}"
            f"{row.urls_per_second:13,.0f}{ratio:>9}  {row.keys:,}{fewer}"
        )


def _calls(size: int) -> str:
    return "one URL per call" if size == 1 else f"{size:,} keys per call"


def target_table(outcomes: Sequence[Outcome], left_out: Sequence[str]) -> Iterator[str]:
    """Yields the lines of the table of promises."""
    yield ""
    yield f"Times as fast as Client.presign of {SDK}, per URL: 40-byte keys, no token"
    yield f"{'':44}{'SDK ns':>9}{'ns':>9}{'ratio':>9}{'target':>9}  reached"
    for outcome in outcomes:
        yield (
            f"{outcome.name:44}{outcome.sdk_ns:9,.0f}{outcome.own_ns:9,.0f}"
            f"{outcome.ratio:9.1f}{outcome.times:9.0f}  {'yes' if outcome.reached else 'NO'}"
        )
    for name in left_out:
        yield f"{name:44}NOT MEASURED: the peer it is compared with, or the engine, is missing"


def batch_target_table(outcomes: Sequence[BatchOutcome]) -> Iterator[str]:
    """Yields the lines of the table of targets for paths and calls."""
    yield ""
    yield "Targets of paths and calls: 48-byte keys; ns for one URL are minima, ratios of medians"
    yield f"{'':60}{'min ns':>9}{'median ns':>11}{'measured':>13}{'target':>12}  reached"
    for outcome in outcomes:
        if outcome.measured is None:
            yield f"{outcome.name:60}NOT MEASURED: a peer, the engine or the kernel is missing"
            continue
        times = [f"{ns:,.0f}" if ns else "" for ns in (outcome.minimum_ns, outcome.median_ns)]
        target, reached = "-", "-"
        if outcome.limit is not None:
            sign = ">=" if outcome.at_least else "<="
            limit = f"{outcome.limit:,.0f}" if outcome.limit >= 1_000 else f"{outcome.limit:g}"
            target = f"{sign} {limit} {outcome.unit}"
            reached = "yes" if outcome.reached else "NO"
        measured = f"{outcome.measured:,.{2 if outcome.unit == 'x' else 0}f} {outcome.unit:2}"
        figures = f"{times[0]:>9}{times[1]:>11}{measured:>13}{target:>12}"
        yield f"{outcome.name:60}{figures}  {reached}"
