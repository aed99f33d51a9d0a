"""What became of the rows of a job."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

_MOST_CAUSES = 100
_OTHER = "other causes"


@dataclass(frozen=True)
class Progress:
    """How far a job is.

    Attributes:
        rows: Rows that were read and written so far, those of an earlier run included.
        total: Rows in all, or None where they cannot be known before the end.
        fraction: The part of the sources that was read, 0 to 1, or None for a pipe.
    """

    rows: int
    total: int | None
    fraction: float | None


@dataclass
class Counts:
    """Numbers of rows; those of two parts add up."""

    rows: int = 0
    signed: int = 0
    nulls: int = 0
    filtered: int = 0
    refused: dict[str, int] = field(default_factory=dict)

    def add(self, other: Counts) -> None:
        """Adds those of another part."""
        self.rows += other.rows
        self.signed += other.signed
        self.nulls += other.nulls
        self.filtered += other.filtered
        for cause, count in other.refused.items():
            self.refuse(cause, count)

    def refuse(self, cause: str, count: int = 1) -> None:
        """Counts rows that cannot be signed for one cause."""
        if cause not in self.refused and len(self.refused) >= _MOST_CAUSES:
            cause = _OTHER
        self.refused[cause] = self.refused.get(cause, 0) + count

    def to_dict(self) -> dict[str, Any]:
        """Returns what JSON can hold of it."""
        return dict(vars(self))


@dataclass(frozen=True)
class Summary:
    """What became of the rows, and where the URLs are.

    Attributes:
        rows: Rows of the sources.
        signed: Rows that have a URL.
        nulls: Rows without a key, which have none.
        filtered: Rows that the filters left out of the output.
        refused: Rows that cannot be signed, by cause; only with `on_error="null"`.
        outputs: Paths of the files that were written, in order; empty for standard output.
        resumed: Rows of those above that an earlier run had signed.
        seconds: How long this run took.

    Example:
        >>> summary = Summary(rows=3, signed=2, refused={"key: is empty": 1})
        >>> summary.refused_rows
        1
    """

    rows: int = 0
    signed: int = 0
    nulls: int = 0
    filtered: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    resumed: int = 0
    seconds: float = 0.0

    @property
    def refused_rows(self) -> int:
        """The number of rows that cannot be signed, whatever the cause."""
        return sum(self.refused.values())
