"""How a command fails: its exit code and what it says."""

from __future__ import annotations

from collections.abc import Sequence

OK = 0
REFUSED = 1
USAGE = 2
CREDENTIALS = 3
IO_ERROR = 4
INTERRUPTED = 130
READER_GONE = 141


class CommandError(Exception):
    """A failure that the command explains itself.

    Attributes:
        code: The exit code to end with.
        details: Further lines to print below the error.
    """

    def __init__(self, text: str, code: int, details: Sequence[str] = ()) -> None:
        self.code = code
        self.details = tuple(details)
        super().__init__(text)
