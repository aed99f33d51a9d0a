"""Sources of rows, and the parts that they can be read in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from ._formats import Format


@dataclass(frozen=True)
class Source:
    """A file of keys.

    Attributes:
        path: Where it is; "-" for standard input.
        format: How it is written.
        encoding: How keys stand in it, as `_keys.ENCODINGS` says.
        names: The columns of a CSV file that has no line for them, or None.
        wants_all: Whether fields of JSON lines that come up later are missed.
    """

    path: str
    format: Format
    encoding: str = "plain"
    names: tuple[str, ...] | None = None
    wants_all: bool = True


@dataclass(frozen=True)
class Piece:
    """A part of a source that can be read by itself.

    Attributes:
        source: The source.
        first_row: Index of its first row there.
        rows: Its rows, or None where they are not known before the end.
        batches: Yields them as tables of at most `BATCH_ROWS` rows, the same ones each time; takes
            the columns to read, or None for all, and is told of each number of bytes read.
    """

    source: Source
    first_row: int
    rows: int | None
    batches: Callable[[Sequence[str] | None, Callable[[int], object]], Iterator[Any]]


@dataclass(frozen=True)
class Layout:
    """What is in a source.

    Attributes:
        schema: Its columns.
        pieces: Its parts, in order.
        size: Its bytes, or None for a pipe.
    """

    schema: Any
    pieces: Sequence[Piece] = field(repr=False)
    size: int | None = None
