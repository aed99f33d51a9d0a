"""What a job could not sign, counted by cause."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

from .._errors import RequestError
from .._frames import showable

_EXAMPLES = 3  # keys that are kept of each cause
_SHOWN = 60  # characters of a key in a text


class Refusal(NamedTuple):
    """One cause why rows could not be signed.

    Attributes:
        field: Name of the option, header or query parameter at fault, or "key".
        problem: What is wrong with it and what to do.
        rows: How many rows.
        examples: Keys of the first of them, shortened and escaped.

    Example:
        >>> print(Refusal("key", "is empty; give the name of an object", 2, ("''",)))
        2 rows: key: is empty; give the name of an object; as ''
    """

    field: str
    problem: str
    rows: int
    examples: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.rows} rows: {self.field}: {self.problem}; as {', '.join(self.examples)}"


@showable
class Report:
    """Counts what a job signed and what it could not sign; safe to share between threads.

    A job that was pickled counts anew on the other side: reports of workers come home only if they
    are sent, and `merge` adds them.

    Attributes:
        rows: Rows that were asked for.
        nulls: Rows among them that were null.
        refused: Rows among them that could not be signed and became null.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> job = signer.job("GetObject", on_error="null")
        >>> job(["a", None, "/b"])[1:]
        [None, None]
        >>> job.report.rows, job.report.nulls, job.report.refused
        (3, 1, 1)
        >>> job.report.causes[0].field, job.report.causes[0].examples
        ('key', ("'/b'",))
    """

    __slots__ = ("_causes", "_locks", "nulls", "refused", "rows")

    rows: int
    nulls: int
    refused: int

    def __init__(self) -> None:
        self._locks: dict[int, threading.RLock] = {}
        self._causes: dict[tuple[str, str], list[Any]] = {}
        self.rows = self.nulls = self.refused = 0

    @property
    def _lock(self) -> threading.RLock:
        """This process's own: a forked child finds none that is held, and a handler enters it."""
        return self._locks.setdefault(os.getpid(), threading.RLock())

    @property
    def causes(self) -> tuple[Refusal, ...]:
        """Why rows could not be signed, the most frequent cause first."""
        with self._lock:
            found = [
                Refusal(*cause, rows, tuple(examples))
                for cause, (rows, examples) in self._causes.items()
            ]
        return tuple(sorted(found, key=lambda refusal: -refusal.rows))

    def _count(self, rows: int, nulls: int, refused: list[tuple[RequestError, object]]) -> None:
        """Adds the rows of one batch.

        Args:
            rows: How many there were.
            nulls: How many of them were null.
            refused: The error and the key of each row that could not be signed.
        """
        causes = [((error.field, error.problem), 1, [shown(key)]) for error, key in refused]
        self._add(rows, nulls, causes)

    def merge(self, other: Report) -> None:
        """Adds what another report has counted, such as that of a worker."""
        causes = [((cause.field, cause.problem), *cause[2:]) for cause in other.causes]
        self._add(other.rows, other.nulls, causes)

    def _add(self, rows: int, nulls: int, causes: list[tuple[Any, int, Any]]) -> None:
        with self._lock:
            self.rows += rows
            self.nulls += nulls
            for cause, number, examples in causes:
                self.refused += number
                known = self._causes.setdefault(cause, [0, []])
                known[0] += number
                known[1] += list(examples)[: _EXAMPLES - len(known[1])]

    def __iter__(self) -> Iterator[Refusal]:
        return iter(self.causes)

    def __getstate__(self) -> dict[str, Any]:
        with self._lock:
            causes = {cause: [rows, [*keys]] for cause, (rows, keys) in self._causes.items()}
            counts = {name: getattr(self, name) for name in ("rows", "nulls", "refused")}
        return {**counts, "_causes": causes}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self._locks = {}
        for name, value in state.items():
            setattr(self, name, value)

    def __repr__(self) -> str:
        return f"<Report of {self.rows} rows, nulls={self.nulls}, refused={self.refused}>"


def shown(key: object) -> str:
    r"""Returns a key for a text: escaped, shortened, and without the query of a URL.

    Example:
        >>> shown("dir/中.txt"), shown("a?x-oss-signature=1"), shown(b"a")
        ("'dir/\\u4e2d.txt'", "'a'...", 'bytes')
    """
    if not isinstance(key, str):
        return "null" if key is None else type(key).__name__
    key, mark, _ = key.partition("?")  # behind which a URL has its signature
    if len(key) > _SHOWN:
        key, mark = key[:_SHOWN], "?"
    return ascii(key) + "..." * bool(mark)
