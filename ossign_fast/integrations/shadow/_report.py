"""What comes of shadowing a signer: counts, and what differed."""

from __future__ import annotations

import logging
import os
import threading
from typing import NamedTuple
from weakref import WeakSet

from ._diff import Difference

logger = logging.getLogger("ossign_fast.shadow")


class Mismatch(NamedTuple):
    """A request that two signers signed in different ways.

    Attributes:
        method: HTTP method, where it is known.
        differences: What differs; secrets, tokens and signatures read "***".
        error: What the candidate raised instead, or "".

    Example:
        >>> Mismatch("GET", (), "RequestError: key: is empty; give the name of an object").error
        'RequestError: key: is empty; give the name of an object'
    """

    method: str
    differences: tuple[Difference, ...]
    error: str = ""

    def __str__(self) -> str:
        told = [f"{d.name}: {d.primary} != {d.candidate}" for d in self.differences]
        return f"{self.method} {self.error or '; '.join(told)}".strip()


class ShadowReport:
    """What became of the calls of a shadowed signer; safe across threads.

    Attributes:
        calls: How many there were.
        compared: How many both signed at the same instant.
        mismatches: How many of them differed.
        errors: How many the candidate failed at.
        skipped: How many could not be compared, as the candidate signed at another instant.

    Example:
        >>> ShadowReport()
        ShadowReport(calls=0, compared=0, mismatches=0, errors=0, skipped=0)
    """

    def __init__(self) -> None:
        self.calls = self.compared = self.mismatches = self.errors = self.skipped = 0
        self._lock = threading.RLock()  # a signal handler may count while its thread does
        _reports.add(self)

    def __repr__(self) -> str:
        names = ("calls", "compared", "mismatches", "errors", "skipped")
        return f"ShadowReport({', '.join(f'{name}={getattr(self, name)}' for name in names)})"

    def _count(self, *names: str) -> None:
        with self._lock:
            for name in names:
                setattr(self, name, getattr(self, name) + 1)


#: All there are: in the child of a fork each gets a new lock, as a thread that is gone may hold it.
_reports: WeakSet[ShadowReport] = WeakSet()


def _renew_locks() -> None:
    for report in list(_reports):
        report._lock = threading.RLock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_locks)


def log_mismatch(mismatch: Mismatch) -> None:
    """Logs a mismatch as a warning of the logger "ossign_fast.shadow"."""
    logger.warning("signatures differ: %s", mismatch)
