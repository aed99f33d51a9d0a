"""Writes what runs of the benchmarks found as the tables of the documentation.

One column, or group of columns, for each run: those of two kinds of CPU stand side by side.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Run = Mapping[str, Any]


def markdown(runs: Sequence[Run]) -> str:
    """Returns all tables of these runs.

    Args:
        runs: What `compare.py --json` and `drop_ins.py --json` wrote, in the order of columns.
    """
    parts: list[str] = []
    compared = [run for run in runs if run.get("measurements")]
    if compared:
        parts += _section("Compared with other libraries, medians in ns per URL", compared)
        parts += _comparison(compared)
    aimed = [run for run in runs if run.get("batch_targets")]
    if aimed:
        parts += _section("Single paths and calls, minima in ns per URL", aimed)
        parts += _targets(aimed)
    dropped = [run for run in runs if run.get("drop_ins")]
    if dropped:
        parts += _section("Drop-ins, medians in µs per request", dropped)
        parts += _drop_ins(dropped)
    return "\n".join(parts)


def _section(title: str, runs: Sequence[Run]) -> list[str]:
    return [f"## {title}", "", *map(describe, runs), ""]


def describe(run: Run) -> str:
    """Returns the line that says on what and when a run was made."""
    machine = run["machine"]
    return (
        f"- {label(run)}: {machine['cpu']}, {machine['cores']} cores, {machine['python']}, "
        f"kernel `{machine['kernel']}`, {run['date']}"
    )


def label(run: Run) -> str:
    """Returns the name of a run's columns: its CPU, and the kernel, for a maker has many."""
    machine = run["machine"]
    return f"{machine['cpu'].partition(' (')[0]}, {machine['kernel']}"


def _grid(head: Sequence[str], rows: Sequence[Sequence[str]], texts: int) -> list[str]:
    """Returns the lines of a table whose first `texts` columns are text, the others numbers."""
    rule = ["---"] * texts + ["---:"] * (len(head) - texts)
    return [f"| {' | '.join(cells)} |" for cells in (head, rule, *rows)] + [""]


def _comparison(runs: Sequence[Run]) -> list[str]:
    """Returns a row for each library, a column for each size, token and run."""
    kinds = sorted({(row["token"], row["size"]) for run in runs for row in run["measurements"]})
    found = {
        (number, row["peer"], row["token"], row["size"]): row
        for number, run in enumerate(runs)
        for row in run["measurements"]
    }
    schemes = {row["peer"]: row["scheme"] for run in runs for row in run["measurements"]}
    several = len(runs) > 1
    columns = [(kind, number) for kind in kinds for number in range(len(runs))]
    head = [
        _calls(*kind) + (f"; {label(runs[number])}" if several else "") for kind, number in columns
    ]
    rows = [
        [_versioned(peer, runs), scheme]
        + [_median(found.get((number, peer, *kind))) for kind, number in columns]
        for peer, scheme in schemes.items()
    ]
    left_out = {
        f"Not measured on {label(run)}: {name}, {reason}."
        for run in runs
        for name, reason in run["left_out"].items()
    }
    return [*_grid(["library", "signs", *head], rows, 2), *sorted(left_out), ""]


def _versioned(peer: str, runs: Sequence[Run]) -> str:
    """Returns a peer with its version; with both, where runs had another."""
    name, comma, rest = peer.partition(",")
    name, blank, where = name.partition(" (")
    if name == "ossign_fast":
        return peer
    versions = dict.fromkeys(run["versions"][name] for run in runs if name in run["versions"])
    return f"{name} {', '.join(versions)}{blank}{where}{comma}{rest}"


def _calls(token: bool, size: int) -> str:
    calls = "one per call" if size == 1 else f"{size:,} per call"
    return f"{calls}, 700-byte token" if token else calls


def _median(row: Mapping[str, Any] | None) -> str:
    return "" if row is None else f"{row['median_ns']:,.0f}"


def _targets(runs: Sequence[Run]) -> list[str]:
    found = [{row["name"]: row for row in run["batch_targets"]} for run in runs]
    names = dict.fromkeys(name for rows in found for name in rows)
    several = len(runs) > 1
    head = [""] + [
        f"{what}, {label(run)}" if several else what
        for run in runs
        for what in ("measured", "target")
    ]
    rows = [[name.strip(), *_measured(found, name)] for name in names]
    return _grid(head, rows, 1)


def _measured(found: Sequence[Mapping[str, Any]], name: str) -> Iterator[str]:
    for rows in found:
        row = rows.get(name)
        if row is None or row["measured"] is None:
            yield from ("not measured", "")
            continue
        digits = 2 if row["unit"] == "x" else 0
        yield f"{row['measured']:,.{digits}f} {row['unit']}"
        sign = "≥" if row["at_least"] else "≤"
        missed = "" if row["reached"] else ", missed"
        yield "" if row["limit"] is None else f"{sign} {_limit(row['limit'])}{missed}"


def _limit(number: float) -> str:
    return f"{number:,.0f}" if number >= 1_000 else f"{number:g}"


def _drop_ins(runs: Sequence[Run]) -> list[str]:
    found = [{(row["library"], row["name"]): row for row in run["drop_ins"]} for run in runs]
    names = dict.fromkeys(name for rows in found for name in rows)
    several = len(runs) > 1
    head = ["SDK", ""] + [
        f"{what}, {label(run)}" if several else what
        for run in runs
        for what in ("SDK", "drop-in", "ratio")
    ]
    rows = [[*name, *(cell for each in found for cell in _pair(each.get(name)))] for name in names]
    return _grid(head, rows, 2)


def _pair(row: Mapping[str, Any] | None) -> tuple[str, str, str]:
    if row is None:
        return "", "", ""
    sdk, own = row["sdk_median_ns"] / 1_000, row["own_median_ns"] / 1_000
    return f"{sdk:,.1f}", f"{own:,.2f}", f"{row['ratio']:,.1f}"
