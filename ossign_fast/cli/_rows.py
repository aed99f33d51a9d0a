"""How far a job over many rows is, and what became of them."""

from __future__ import annotations

import importlib.util
import sys
import time
from typing import TYPE_CHECKING, Any

from ._output import complain
from ._wording import plain

if TYPE_CHECKING:
    from types import TracebackType

    from ossign_fast.bulk import Progress, Summary

_LOG_SECONDS = 10.0
_MOST_CAUSES = 10


class RowProgress:
    """Takes the progress of a job: a bar on a terminal, in a log a line now and then."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet or sys.stderr is None
        self._started = self._told = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> RowProgress:
        has_tqdm = importlib.util.find_spec("tqdm") is not None
        if not self._quiet and sys.stderr.isatty() and has_tqdm:
            from tqdm import tqdm

            self._bar = tqdm(unit=" rows", unit_scale=True, leave=False, file=sys.stderr)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.close()

    def __call__(self, progress: Progress) -> None:
        """Shows how far the job is."""
        total = _total(progress)
        if self._bar is not None:
            self._bar.total = total
            self._bar.update(progress.rows - self._bar.n)
        elif not self._quiet and time.monotonic() - self._told >= _LOG_SECONDS:
            self._told = time.monotonic()
            complain(f"ossign-fast: {self._line(progress.rows, total)}")

    def _line(self, rows: int, total: int | None) -> str:
        rate = rows / max(time.monotonic() - self._started, 1e-9)
        line = f"{rows:,} rows, {rate:,.0f} rows/s"
        if total is None or not rate:
            return line
        left = max(0, total - rows) / rate
        return f"{line}, {rows / max(total, 1):.0%}, {_time(left)} left"


def _total(progress: Progress) -> int | None:
    """Returns how many rows there are, by what was read so far where nobody knows."""
    if progress.total is not None or not progress.fraction:
        return progress.total
    return max(progress.rows, round(progress.rows / progress.fraction))


def _time(seconds: float) -> str:
    """Returns a time to read.

    Example:
        >>> _time(3725)
        '1:02:05'
    """
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def tell_summary(summary: Summary, job: Any) -> None:
    """Prints to standard error what became of the rows."""
    parts = [f"{summary.rows:,} rows", f"{summary.signed:,} signed"]
    for count, what in (
        (summary.nulls, "without a key"),
        (summary.filtered, "left out"),
        (summary.refused_rows, "refused"),
        (summary.resumed, "of them done before"),
    ):
        parts += [f"{count:,} {what}"] if count else []
    rate = (summary.rows - summary.resumed) / max(summary.seconds, 1e-9)
    complain(f"ossign-fast: {', '.join(parts)}; {_time(summary.seconds)}, {rate:,.0f} rows/s")
    causes = list(summary.refused.items())
    for cause, count in causes[:_MOST_CAUSES]:
        complain(f"{count:,} refused: {plain(cause)}", indent="  ")
    if len(causes) > _MOST_CAUSES:
        complain(f"and {len(causes) - _MOST_CAUSES} more causes", indent="  ")
    if job.signed_headers:
        names = ", ".join(sorted(job.signed_headers))
        complain(f"whoever uses the URLs has to send the signed headers: {names}", indent="  ")
