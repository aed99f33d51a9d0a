"""Files, or a stream, that rows with their URLs are written to."""

from __future__ import annotations

import contextlib
import json
from typing import Any, Protocol

import pyarrow as pa

from ._counts import Counts
from ._sink import Sink, Stage, Stream
from ._table import Signed
from ._writers import Writer, open_writer


class Part(Protocol):
    """What rows are written to.

    Attributes:
        name: Its name among the parts.
        counts: The numbers of the rows that were written.
        batches: How many batches they were.
    """

    name: str
    counts: Counts
    batches: int

    def write(self, signed: Signed) -> None:
        """Writes a batch."""

    def finish(self) -> None:
        """Ends it; it is whole then."""

    def abandon(self) -> None:
        """Closes it, whatever has become of it."""


class StreamPart:
    """An open stream."""

    def __init__(self, sink: Sink, schema: Any, url: str) -> None:
        self.name = sink.path
        self.counts = Counts()
        self.batches = 0
        stream = pa.PythonFile(Stream(sink.path), mode="w")
        self._writer = open_writer(stream, sink.format, schema, url)

    def write(self, signed: Signed) -> None:
        """Writes a batch."""
        if signed.batch.num_rows:
            self._writer.write(signed.batch)
        self.counts.add(signed.counts)
        self.batches += 1

    def finish(self) -> None:
        """Ends the stream."""
        self._writer.close()

    def abandon(self) -> None:
        """Leaves the stream as it is."""


class StagedPart(StreamPart):
    """A file among those that are to appear together, and one of its rows that have no URL."""

    def __init__(  # noqa: PLR0917 - made in one place
        self, stage: Stage, name: str, sink: Sink, schema: Any, url: str, header: bool
    ) -> None:
        self.name = name
        self.counts = Counts()
        self.batches = 0
        self._stage = stage
        file = pa.OSFile(str(stage.unfinished(name)), "wb")
        self._writer: Writer = open_writer(file, sink.format, schema, url, header=header)
        self._bad: Any = None

    def write(self, signed: Signed) -> None:
        """Writes a batch, and apart from it what cannot be signed."""
        super().write(signed)
        if signed.bad and self._bad is None:
            self._bad = self._stage.unfinished(self._bad_name).open("wb")
        if signed.bad:
            self._bad.write(_bad_lines(signed))

    def finish(self) -> None:
        """Lets the files appear among the parts."""
        self._writer.close()
        if self._bad is not None:
            self._bad.close()
            self._stage.finish(self._bad_name)
        self._stage.finish(self.name)

    def abandon(self) -> None:
        """Closes the files, which may be broken."""
        with contextlib.suppress(OSError, pa.ArrowException):
            self._writer.close()
        if self._bad is not None:
            with contextlib.suppress(OSError):
                self._bad.close()

    @property
    def _bad_name(self) -> str:
        return bad_name(self.name)


def bad_name(name: str) -> str:
    """Returns what the file of the bad rows of a part is called."""
    return f"{name}.bad"


def _bad_lines(signed: Signed) -> bytes:
    """Returns a JSON object, as a line, for each row that cannot be signed."""
    lines = [json.dumps(row._asdict(), ensure_ascii=False) + "\n" for row in signed.bad]
    return "".join(lines).encode()
