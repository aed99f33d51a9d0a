"""Prints the most memory, in MB, that a job over a file takes: python memory.py SOURCE SINK."""

from __future__ import annotations

import sys
from pathlib import Path

from ossign_fast import bulk
from support.bulk import job_of

bulk.sign_file(job_of(), sys.argv[1], sys.argv[2], threads=1)
print(int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) // 1024)
