"""The table of `ossign-fast bench`, from what its JSON says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ._bench_tasks import MANY, ONE


def table(facts: dict[str, Any]) -> Iterator[str]:
    """Yields the lines that tell the facts to people."""
    yield (
        f"ossign-fast {facts['version']}: engine {facts['engine']}, kernel {facts['kernel']}, "
        f"{facts['python']}"
    )
    yield f"{facts['cpu']}, {facts['cpus']} CPUs"
    yield (
        f"GetObject, keys of {facts['key_bytes']} bytes, one thread; "
        f"medians of {facts['rounds']} rounds in one process"
    )
    yield ""
    yield f"{'':<40}{'ns/URL':>11}{'URLs/s':>13}{'times SDK':>12}{'of bound':>11}"
    for row in facts["rows"]:
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:,.1f}"
        share = "-" if row["of_bound"] is None else f"{row['of_bound']:.0%}"
        figures = f"{row['ns_per_url']:>11,.0f}{row['urls_per_second']:>13,}{ratio:>12}{share:>11}"
        yield f"{row['name']:<40}{figures}"
    yield ""
    yield (
        f"times SDK: how many times as fast as {facts['reference']}"
        if facts["reference"]
        else "times SDK: no SDK to compare with"
    )
    yield from _hash_lines(facts["hashing"])
    for kind, nearest in facts["nearest"].items():
        yield f"nearest rival, {kind}: {_rival_words(nearest)}"
    for name, reason in facts["missing"].items():
        yield f"not measured: {name}, {reason}"


def _hash_lines(hashing: dict[str, Any]) -> Iterator[str]:
    bounds = hashing["bound_ns"]
    batch = "unknown for this CPU" if bounds[MANY] is None else f"{bounds[MANY]:,.0f} ns in a batch"
    yield (
        f"of bound: part of the best time that hashing needs; {bounds[ONE]:,.0f} ns for one URL, "
        f"{batch}"
    )
    yield (
        f"          ({hashing['blocks']} blocks of SHA-256; "
        f"one takes OpenSSL {hashing['ns_per_block']:.1f} ns here)"
    )


def _rival_words(nearest: dict[str, Any] | None) -> str:
    if nearest is None:
        return "none is installed"
    times = list(nearest["times"].values())
    return (
        f"{nearest['name']}: {nearest['ns_per_url']:,.0f} ns, "
        f"{min(times):,.1f} to {max(times):,.1f} times as long"
    )
