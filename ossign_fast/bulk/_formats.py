"""Formats of files, by the ends of their names."""

from __future__ import annotations

from pathlib import PurePath
from typing import NamedTuple

from ._errors import BulkError

_SUFFIXES = {
    "parquet": ("parquet", "pq"),
    "orc": ("orc",),
    "arrow": ("arrow", "arrows", "ipc", "feather"),
    "csv": ("csv",),
    "jsonl": ("jsonl", "ndjson"),
    "txt": ("txt",),
}
_NAMES = {suffix: name for name, suffixes in _SUFFIXES.items() for suffix in suffixes}
_COMPRESSIONS = {"gz": "gzip", "gzip": "gzip", "zst": "zstd", "zstd": "zstd"}
_ENDS = {"gzip": ".gz", "zstd": ".zst", None: ""}
#: Formats of lines, which alone are compressed as a whole.
LINES = ("csv", "jsonl", "txt")


class Format(NamedTuple):
    """How a file is written.

    Attributes:
        name: "parquet", "orc", "arrow", "csv", "jsonl" or "txt".
        compression: "gzip" or "zstd" for lines that are compressed, else None.
    """

    name: str
    compression: str | None = None

    @property
    def suffix(self) -> str:
        """The end of the names of such files."""
        return f".{self.name}{_ENDS[self.compression]}"

    @property
    def is_lines(self) -> bool:
        """Whether it is a format of lines."""
        return self.name in LINES


def format_named(text: str) -> Format | None:
    """Returns the format that `text` names, such as `parquet` or `csv.gz`; None if it names none.

    Example:
        >>> format_named("csv.gz")
        Format(name='csv', compression='gzip')
    """
    name, _, compression = text.lower().removeprefix(".").partition(".")
    if name not in _NAMES:
        return None
    found = Format(_NAMES[name], _COMPRESSIONS.get(compression))
    known = not compression or (found.is_lines and found.compression is not None)
    return found if known else None


def format_of(path: str) -> Format | None:
    """Returns the format that the end of a file's name tells, or None.

    Example:
        >>> format_of("2026/keys.jsonl.zst")
        Format(name='jsonl', compression='zstd')
    """
    suffixes = PurePath(path).suffixes
    for count in (2, 1):
        found = format_named("".join(suffixes[-count:]))
        if found is not None:
            return found
    return None


def format_asked(text: str, what: str) -> Format:
    """Returns the format that a user asked for.

    Raises:
        BulkError: There is none of that name.
    """
    found = format_named(text)
    if found is None:
        raise BulkError(
            None,
            f"{what}: {text!r} is no format; give parquet, csv, jsonl, txt or arrow, and for "
            "lines .gz or .zst behind it",
        )
    return found
