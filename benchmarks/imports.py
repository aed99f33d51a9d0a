"""Times `import ossign_fast`, each time in a process of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

_CODE = (
    "import sys, time; sys.path.insert(0, sys.argv[1]); start = time.process_time_ns(); "
    "import ossign_fast; print(time.process_time_ns() - start)"
)


def import_ns(folder: Path) -> float:
    """Returns the nanoseconds of CPU that the import of the package in `folder` takes."""
    done = subprocess.run(
        [sys.executable, "-c", _CODE, str(folder)], check=True, stdout=subprocess.PIPE
    )
    return float(done.stdout)
