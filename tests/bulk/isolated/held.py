"""A job that holds on once it has signed enough rows, until a file appears: to be broken off.

python held.py SOURCE SINK ROWS GO [resume]; prints "held" when it does.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from ossign_fast import bulk
from ossign_fast.bulk import _limits
from support.bulk import job_of

source, sink, rows, go, *rest = sys.argv[1:]
_limits.PART_ROWS = _limits.PIECE_ROWS = 30
_limits.BATCH_ROWS = 10
deadline = time.monotonic() + 60


def hold(progress: bulk.Progress) -> None:
    if progress.rows >= int(rows):
        os.write(1, b"held\n")
        while not Path(go).exists() and time.monotonic() < deadline:
            time.sleep(0.01)


bulk.sign_file(job_of(), source, sink, progress=hold, resume=rest == ["resume"], threads=2)
