"""Signs and writes many keys in slices: `python memory.py ENGINE_MODULE KERNEL ROWS`.

Prints how many bytes the process grew by at its peak, beyond what the keys themselves take.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np

from ossign_fast import Credentials, Signer

SLICE = 20_000


def peak() -> int:
    """Returns the most bytes that this process ever held; only Linux tells them so."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024


def make_keys(rows: int) -> Any:
    """Returns keys of 40 bytes, made without a peak that would hide the one to measure."""
    keys = np.empty(rows, "S48")
    for start in range(0, rows, SLICE):
        numbers = range(start, min(start + SLICE, rows))
        keys[start : start + SLICE] = [b"some/directory/of/objects/%014d" % n for n in numbers]
    return keys


def main() -> None:
    module, kernel, rows = import_module(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    signer = Signer(
        region="cn-hangzhou", bucket="bucket", credentials=Credentials("id", "secret", "t" * 200)
    )._with_engine(module, kernel)
    keys = make_keys(rows)
    lines = 0
    with Path(os.devnull).open("wb") as file:
        signer.presign_many("GetObject", keys[:100]).write_lines(file)  # all that is loaded late
        before = peak()
        for start in range(0, rows, SLICE):
            batch = signer.presign_many("GetObject", keys[start : start + SLICE])
            batch.write_lines(file)
            lines += len(batch)
    assert lines == rows
    print(peak() - before)


if __name__ == "__main__":
    main()
