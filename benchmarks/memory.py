"""Measures how much memory it takes to write the URLs of very many keys, slice by slice (Linux).

    python benchmarks/memory.py [--keys N] [--json]

The keys lie packed in memory, as record batches of a table would. The most memory that the process
has had resident, less what it had with nothing but the keys, is what signing and writing took.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from answers import check_granted
from workload import EXPIRES, engines, name_keys, pack

import ossign_fast

STATUS = Path("/proc/self/status")
KEYS = 10_000_000
SLICE = 65_536
MEGABYTE = 1e6


@dataclass(frozen=True)
class Footprint:
    """What a run found, in bytes where nothing else is said.

    Attributes:
        keys: How many keys were signed.
        lines: How many lines were written.
        written: Size of these lines.
        before: Resident memory with nothing but the keys.
        peak: Most that was resident at any time.
    """

    keys: int
    lines: int
    written: int
    before: int
    peak: int

    @property
    def over_input(self) -> int:
        return self.peak - self.before


class Sink:
    """A binary file that counts what is written to it and keeps the last of it."""

    def __init__(self) -> None:
        self.lines = self.written = 0
        self.last = b""

    def write(self, data: bytes) -> int:
        self.lines += data.count(b"\n")
        self.written += len(data)
        self.last = data[-4096:]
        return len(data)


def write_urls(count: int) -> Footprint:
    """Signs and writes in this process; returns what that took.

    Raises:
        WrongAnswerError: The last URL would be refused, or grants something else.
    """
    signer = engines()[0].signer()
    slices = [
        pack(name_keys(range(start, min(start + SLICE, count)))) for start in range(0, count, SLICE)
    ]
    before = _resident("VmRSS")
    bound = signer.bind("GetObject", expires=EXPIRES)
    sink = Sink()
    for keys in slices:
        bound.urls(keys).write_lines(sink)  # type: ignore[arg-type]
    peak = _resident("VmHWM")
    check_granted(sink.last.split(b"\n")[-2].decode(), name_keys([count - 1])[0], None)
    return Footprint(count, sink.lines, sink.written, before, peak)


def available() -> bool:
    """Returns whether the system tells what is resident."""
    return STATUS.exists()


def measure(count: int) -> Footprint:
    """Returns what `write_urls` finds in a process of its own."""
    root = str(Path(ossign_fast.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, __file__, "--json", "--keys", str(count)],
        check=True,
        stdout=subprocess.PIPE,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([root, os.environ.get("PYTHONPATH", "")])},
    )
    return Footprint(**json.loads(done.stdout))


def _resident(field: str) -> int:
    """Returns a size that the system tells; unlike that of getrusage, it forgets the parent's."""
    match = re.search(rf"^{field}:\s*(\d+) kB$", STATUS.read_text(encoding="ascii"), re.MULTILINE)
    assert match is not None
    return int(match[1]) * 1024


def main(arguments: Sequence[str] | None = None) -> int:
    """Measures this process, prints what it took and returns the exit status."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--keys", type=int, default=KEYS, metavar="N", help=f"default: {KEYS:,}")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    options = parser.parse_args(arguments)
    if options.keys < 1:
        parser.error("--keys: give 1 or more")
    if not available():
        parser.error("this system does not tell what memory is resident")
    found = write_urls(options.keys)
    if options.json:
        print(json.dumps(asdict(found)))
        return 0
    print(f"{found.lines:,} URLs, {found.written / MEGABYTE:,.0f} MB written")
    print(f"resident with the keys {found.before / MEGABYTE:,.0f} MB")
    print(f"peak {found.peak / MEGABYTE:,.0f} MB, {found.over_input / MEGABYTE:,.0f} MB over that")
    return 0


if __name__ == "__main__":
    sys.exit(main())
