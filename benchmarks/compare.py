"""Measures this library beside every peer that is installed, all in one process.

    python benchmarks/compare.py [--quick] [--token | --no-token] [--json FILE] [--plot FILE]
    python benchmarks/compare.py --targets [--check]

Each peer's answer is checked before it is timed. Peers take turns in many short rounds; medians
and minima are for one URL. A peer that would need too long for a million URLs gets fewer keys per
call, which the table says. Times depend on the machine and its day: compare ratios.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from adapters import Signing
from answers import OSS_V4, WrongAnswerError, check_granted
from batch_targets import measure_batch_targets
from measure import Task, batch_task, interleave, single_task
from peers import Peer, all_peers
from report import (
    Measurement,
    Report,
    batch_target_table,
    describe_machine,
    heading,
    table,
    target_table,
    today,
)
from targets import measure_targets
from workload import TOKEN, make_keys

SIZES = (1, 1_000, 1_000_000)
#: More points for the curve of the plot.
CURVE = (10, 100, 10_000, 100_000)
CHECKED_KEYS = 33
REFERENCE = "ossign_fast"
SINGLE_KEYS = 10_000


def check_answers(peer: Peer, *, token: bool) -> Signing:
    """Returns what `peer` signs with, after a look at what it signs.

    Raises:
        WrongAnswerError: A URL would be refused, or grants something else.
    """
    signing = peer.make(token=token)
    keys = make_keys(CHECKED_KEYS)
    urls = list(signing.many(signing.column(keys)))
    if signing.one is not None:
        keys, urls = [*keys, "one/" + "k" * 44], [*urls, signing.one("one/" + "k" * 44)]
    if len(urls) != len(keys):
        raise WrongAnswerError("its number of URLs is not that of the keys")
    for key, url in zip(keys, urls, strict=True):
        peer.scheme.check(url, key, TOKEN if token else None)
        if peer.scheme is OSS_V4:
            check_granted(url, key, TOKEN if token else None)
    return signing


def choose(peers: Iterable[Peer], tokens: Sequence[bool], left_out: dict[str, str]) -> list[Peer]:
    """Returns the peers to time; the others go to `left_out` with the reason."""
    chosen = []
    for peer in peers:
        try:
            if not peer.available():
                left_out[peer.name] = "not installed"
                continue
            for token in tokens:
                if token and not peer.takes_token:
                    left_out[f"{peer.name}, with a token"] = "it takes none"
                else:
                    check_answers(peer, token=token)
        except WrongAnswerError as error:
            left_out[peer.name] = f"wrong answer: {error}"
        except Exception as error:  # a peer's next version may do anything
            left_out[peer.name] = f"could not be set up: {type(error).__name__}"
        else:
            chosen.append(peer)
    return chosen


def measure(peers: Sequence[Peer], *, token: bool, size: int, seconds: float) -> list[Measurement]:
    """Returns one measurement per peer that takes the token, timed side by side."""
    peers = [peer for peer in peers if peer.takes_token or not token]
    tasks = {peer.name: _task(peer, token=token, size=size) for peer in peers}
    present = [task for task in tasks.values() if task is not None]
    timings = interleave(present, seconds)
    return [
        Measurement(
            peer.name,
            peer.scheme.name,
            token,
            size,
            task.keys,
            timings[peer.name].rounds,
            timings[peer.name].minimum_ns,
            timings[peer.name].median_ns,
        )
        for peer in peers
        if (task := tasks[peer.name]) is not None
    ]


def _task(peer: Peer, *, token: bool, size: int) -> Task | None:
    signing = peer.make(token=token)
    if size == 1:
        if signing.loops:
            return replace(_many(peer, signing, SINGLE_KEYS), keys=1)
        return signing.one and single_task(peer.name, signing.one, make_keys(SINGLE_KEYS))
    return _many(peer, signing, size)


def _many(peer: Peer, signing: Signing, size: int) -> Task:
    keys = signing.column(make_keys(size))
    return batch_task(peer.name, signing.many, keys, whole=peer.takes_all)


def run(options: argparse.Namespace) -> Report:
    """Measures, prints each table as soon as it is known, and returns everything."""
    tokens = [token for token in (False, True) if options.token in (None, token)]
    left_out: dict[str, str] = {}
    wanted = [
        peer
        for peer in all_peers(kernels=options.kernels)
        if not options.peers or peer.distribution in options.peers
    ]
    peers = choose(wanted, tokens, left_out)
    report = Report(
        date=today(),
        machine=describe_machine(),
        versions={peer.distribution: peer.version() for peer in peers},
        left_out=left_out,
        peers=[peer.name for peer in peers],
    )
    print(*heading(report), sep="\n", flush=True)
    for token in tokens if peers and not options.targets else ():
        for size in sorted({*options.sizes, *(CURVE if options.plot else ())}):
            rows = measure(peers, token=token, size=size, seconds=options.seconds)
            report.measurements += rows
            if size in options.sizes:
                print(*table(rows, REFERENCE), sep="\n", flush=True)
    report.targets, report.targets_left_out = measure_targets(peers, options.seconds)
    print(*target_table(report.targets, report.targets_left_out), sep="\n", flush=True)
    report.batch_targets = measure_batch_targets(peers, options.seconds)
    print(*batch_target_table(report.batch_targets), sep="\n", flush=True)
    return report


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="two seconds for each table")
    parser.add_argument("--seconds", type=float, help="time for each table, about (default 10)")
    token = parser.add_mutually_exclusive_group()
    token.add_argument("--token", dest="token", action="store_true", default=None)
    token.add_argument("--no-token", dest="token", action="store_false", default=None)
    parser.add_argument(
        "--sizes", type=_numbers, default=SIZES, metavar="N,N", help="keys per call"
    )
    parser.add_argument("--peers", type=_words, metavar="NAME,NAME", help="these packages only")
    parser.add_argument("--kernels", action="store_true", help="force each kernel of the CPU too")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the numbers")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw them, with matplotlib")
    parser.add_argument("--targets", action="store_true", help="measure the targets alone")
    parser.add_argument("--check", action="store_true", help="fail if a target is missed")
    options = parser.parse_args(arguments)
    if options.targets and options.plot:
        parser.error("--plot: draws the tables that --targets leaves out")
    if options.seconds is None:
        options.seconds = 2 if options.quick else 10
    return options


def _numbers(text: str) -> tuple[int, ...]:
    sizes = tuple(int(number) for number in text.split(","))
    if min(sizes) < 1:
        raise ValueError("sizes start at 1")
    return sizes


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split(","))


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the comparison; returns the exit status.

    Slowness is no failure unless `--check` is given; a wrong answer of this library always is.
    """
    options = parse(arguments)
    report = run(options)
    found = report.as_json()
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if options.plot:
        from plot import draw

        draw([found], options.plot)
    wrong = any(name.startswith(REFERENCE) for name in report.left_out)
    return int(wrong or (options.check and not report.all_reached()))


if __name__ == "__main__":
    sys.exit(main())
