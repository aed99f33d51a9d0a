"""What goes wrong with files and tables; each text names the file and, if there is one, the row."""

from __future__ import annotations

from ossign_fast import OssignError


class BulkError(OssignError, ValueError):
    """Rows of a file or table cannot be signed as they are, or cannot be written as asked.

    Attributes:
        source: Path of the file, "-" for standard input, or None for what is no file.
        problem: What is wrong and what to do.
        row: The row of the source, counted from 0, or None.

    Example:
        >>> str(BulkError("keys.csv", "key: is empty", row=3))
        'keys.csv: row 3: key: is empty'
    """

    def __init__(self, source: str | None, problem: str, *, row: int | None = None) -> None:
        self.source = source
        self.problem = problem
        self.row = row
        places = [] if source is None else ["standard input" if source == "-" else source]
        places += [] if row is None else [f"row {row}"]
        super().__init__(": ".join([*places, problem]))

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.source, self.problem, self.row)


class SourceError(BulkError):
    """A file is damaged, or not what its name says."""


def _rebuild(kind: type[BulkError], source: str | None, problem: str, row: int | None) -> BulkError:
    return kind(source, problem, row=row)
