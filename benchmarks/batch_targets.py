"""The targets of paths and calls, measured turn by turn in one process; memory in its own.

A time is the best of all rounds, for that is what the code costs where nothing disturbs it. A ratio
is one of medians, for disturbances meet both sides alike.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import memory
from calls import (
    CALLS,
    FRESH_SIGNER,
    NEW,
    PRESIGN,
    SIGN_HEADERS,
    TYPED_URL,
    URL,
    VALUES,
    VARYING_URL,
    VERIFY,
    make_call,
)
from measure import Task, Timing, batch_task, interleave, single_task
from peers import SDK, Peer
from rows import MILLION, ROWS, row_task
from workload import engines, make_keys

#: No call gets more keys than this; tests set it lower.
MOST_KEYS = MILLION
#: From here on a call is so long that it would leave the others few rounds.
LONG = 100_000
OBSTORE = "obstore"
FAST_S3_URL = "fast-s3-url"
LIBPRESIGN = "libpresign"
PACKED = "packed-4096"


class Target(NamedTuple):
    """A promise about one task, or about one beside another.

    Attributes:
        name: How the table calls it.
        task: A row of `ROWS`, perhaps with `@` and the kernel that it is forced on; a peer; or a
            single call of `CALLS`.
        limit: Nanoseconds for one URL, or a ratio; None tells a time without a promise.
        against: The task that it is compared with, or None.
        at_least: With `against`: whether `task` must be `limit` times as fast, rather than take no
            longer than `limit` times as long.
    """

    name: str
    task: str
    limit: float | None
    against: str | None = None
    at_least: bool = False


def _faster(name: str, task: str, times: float, against: str) -> Target:
    return Target(name, task, times, against, at_least=True)


def _new_values() -> list[Target]:
    """Returns what calls may cost whose values no call has had before, beside those with old ones.

    Making the values, some tenths of a microsecond, is part of both.
    """
    names = [f"{PRESIGN}, {name}" for name in VALUES]
    names += [name for name in CALLS if name.startswith(f"{SIGN_HEADERS}, ") and NEW not in name]
    return [
        target
        for name in names
        for target in (
            Target(name, name, None),
            Target(name + NEW, name + NEW, 6_000 if "three" in name else 4_000),
        )
    ]


TARGETS = (
    Target("packed to packed, 4,096 keys, memory reused", PACKED, 230),
    _faster("  beside obstore.sign of a list", PACKED, 45, OBSTORE),
    _faster("  beside fast-s3-url of a list", PACKED, 20, FAST_S3_URL),
    _faster(f"  beside {SDK}", PACKED, 550, SDK),
    Target("  with a 700-byte token", "packed-4096-token", 500),
    Target("packed to packed, 1,000,000 keys, fresh memory", "packed-1M", 350),
    Target("list to list, 1,000 keys per call", "list-1000", 250),
    _faster("  beside fast-s3-url of a list", "list-1000", 20, FAST_S3_URL),
    _faster("  beside libpresign, key by key", "list-1000", 45, LIBPRESIGN),
    Target("  with a 700-byte token", "list-1000-token", None),
    Target("list to list, 16 keys per call", "list-16", None),
    Target("list to list, 4 keys per call", "list-4", None),
    Target("list to list, 1,000,000 keys, slices of 1,024", "list-1M-in-slices", 480),
    Target("list to list, 1,000,000 keys, one call", "list-1M-in-one-call", None),
    Target("  with a 700-byte token", "list-1M-token-in-one-call", None),
    _faster("two threads beside one, 65,536 keys", "packed-64k-two-threads", 1.65, "packed-64k"),
    _faster("two threads beside one, 1,000,000 keys", "packed-1M-two-threads", 1.7, "packed-1M"),
    Target(
        "key and part number beside key alone", "key-and-part-number-4096", 1.5, "part-number-4096"
    ),
    Target(
        "key and content type beside key alone",
        "key-and-content-type-4096",
        1.5,
        "content-type-4096",
    ),
    Target("packed, forced on shani", f"{PACKED}@shani", 500),
    Target("packed, forced on avx2", f"{PACKED}@avx2", 600),
    Target("packed, forced on portable", f"{PACKED}@portable", 2_600),
    Target("Python engine, presign_many, 10,000 keys", "presign-many-10k@hashlib", 7_000),
    Target(URL, URL, 800),
    _faster("  beside libpresign", URL, 22, LIBPRESIGN),
    Target("  content_type bound", TYPED_URL, None),
    Target("  content_type=VARIES beside it bound", VARYING_URL, 1.3, TYPED_URL),
    Target("  new values each call, beside it bound", VARYING_URL + NEW, 1.3, TYPED_URL),
    Target("presign_many of 2 keys beside BoundPresigner.url", "presign-many-2", 1, URL),
    Target("presign_many of 5 keys beside BoundPresigner.url", "presign-many-5", 1, URL),
    Target("presign_many of 20 keys beside BoundPresigner.url", "presign-many-20", 1, URL),
    Target(PRESIGN, PRESIGN, 1_600),
    _faster("  beside libpresign", PRESIGN, 10, LIBPRESIGN),
    Target(SIGN_HEADERS, SIGN_HEADERS, None),
    Target(FRESH_SIGNER, FRESH_SIGNER, 30_000),
    Target(VERIFY, VERIFY, 25_000),
    *_new_values(),
)
MEMORY_LIMIT = 200


@dataclass(frozen=True)
class BatchOutcome:
    """What became of a target.

    Attributes:
        name: The target.
        unit: "ns" for one URL, "x" for a ratio, "MB".
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
    timings: dict[str, Timing] = {}
    for long in (False, True):
        group = [task for task in tasks.values() if (task.keys >= LONG) == long]
        timings |= interleave(group, seconds) if group else {}
    return [*(_outcome(target, tasks, timings) for target in TARGETS), _memory()]


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
        elif row in CALLS:
            if best.compiled:
                tasks[name] = single_task(name, make_call(name, best), make_keys(10_000))
        elif row in by_name:
            many = by_name[row].make(token=False).many
            whole = row in (OBSTORE, FAST_S3_URL)
            tasks[name] = batch_task(name, many, make_keys(ROWS[PACKED].size), whole=whole)
    return tasks
