"""One job over files: reads, signs and writes its pieces, and lets the sink appear."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from typing import Any, NamedTuple

from . import _limits
from ._counts import Counts, Progress
from ._errors import BulkError
from ._flow import in_order
from ._layout import Layout, Piece, Source
from ._part import Part, StagedPart, StreamPart, bad_name
from ._readers import layout_of, told
from ._sink import Sink, Stage, write_whole, writing
from ._state import Done, State, identity_of
from ._table import Recipe, Signed
from ._writers import written


class _Work(NamedTuple):
    """Rows that were read: the piece that they are of, the index of the first, and they."""

    piece: Piece
    first_row: int
    table: Any


class _Stopped(Exception):
    """Another thread has failed, or the user has had enough."""


class Run:
    """One job over files."""

    def __init__(  # noqa: PLR0917 - made in one place
        self,
        recipe: Recipe,
        sources: Sequence[Source],
        sink: Sink,
        threads: int,
        progress: Callable[[Progress], object] | None,
        settings: dict[str, Any],
        resume: bool,
    ) -> None:
        self._recipe = recipe
        self._sink = sink
        self._threads = threads
        self._tell = progress
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._rows = self._bytes = 0
        layouts = [layout_of(source, self._text_columns()) for source in sources]
        self._schema = self._common_schema(sources, layouts)
        self._needed = {
            source: recipe.needed(layout.schema, source.path)
            for source, layout in zip(sources, layouts, strict=True)
        }
        pieces = [piece for layout in layouts for piece in layout.pieces]
        lengths = [piece.rows for piece in pieces]
        self._total = None if None in lengths else sum(filter(None, lengths))
        sizes = [layout.size for layout in layouts]
        self._size = None if None in sizes else sum(filter(None, sizes))
        self._apart = sink.kind == "folder" or resume
        self._runs = [[piece] for piece in pieces] if self._apart else [pieces]
        cut = [
            _limits.BATCH_ROWS,
            _limits.PART_ROWS,
            *([piece.first_row, piece.rows] for piece in pieces),
        ]
        settings = {**settings, "cut": cut}
        identity = identity_of(recipe.job, sink, sources, settings) if resume else {}
        self._stage = None if sink.kind == "stream" else Stage(sink, keeps=resume)
        self._state = State(self._stage if resume else None, identity, len(self._runs))

    def _text_columns(self) -> list[str]:
        return [] if self._recipe.key is None else [self._recipe.key]

    def _common_schema(self, sources: Sequence[Source], layouts: Sequence[Layout]) -> Any:
        """Returns the schema of all output; one file or folder has one."""
        first = None
        for source, layout in zip(sources, layouts, strict=True):
            schema = self._recipe.schema(layout.schema, source.path)
            if first is None:
                first = schema
            elif not schema.equals(first):
                text = f"has other columns than {sources[0].path}; name those to keep by keep"
                raise BulkError(source.path, text)
        return first

    def carry_out(self, errors: str | None) -> tuple[Counts, list[str], int]:
        """Does all of it; returns the numbers, the paths and the rows of an earlier run.

        Args:
            errors: Path of the file for rows that cannot be signed.
        """
        resumed = sum(done.counts.rows for done in self._state.done)
        self._rows = resumed
        try:
            self._sign_all()
            outputs = self._publish(errors)
        except BaseException:
            if self._stage is not None:
                self._stage.leave()
            raise
        counts = Counts()
        for done in self._state.done:
            counts.add(done.counts)
        return counts, outputs, resumed

    def _sign_all(self) -> None:
        waiting = [run for run, done in enumerate(self._state.done) if not done.complete]
        lanes = max(1, min(self._threads, len(waiting)))
        each = max(1, self._threads // lanes)
        if lanes == 1:
            for run in waiting:
                self._sign_run(run, each)
            return
        with ThreadPoolExecutor(lanes) as pool:
            futures = [pool.submit(self._sign_run, run, each) for run in waiting]
            try:
                done, _ = wait(futures, return_when=FIRST_EXCEPTION)
                failed = [f.exception() for f in done if f.exception() is not None]
            finally:
                self._stop.set()
                pool.shutdown(wait=True, cancel_futures=True)
        for error in failed:
            if error is not None:
                raise error

    def _sign_run(self, run: int, threads: int) -> None:
        """Signs the pieces of a run that are not done yet, into as many parts as they need."""
        done = self._state.done[run]
        work = self._read(self._runs[run], done.batches)
        pipes = any(piece.source.path == "-" for piece in self._runs[run])
        signed = in_order(self._sign, work, threads, reads_ahead=not pipes)
        part: Part | None = None
        try:
            for found in signed:
                part = part or self._open(run, len(done.parts))
                with writing(self._sink.path):
                    part.write(found)
                rows = found.counts.rows
                del found  # some 25 MB, which the next batch needs
                self._report(rows)
                if self._apart and part.counts.rows >= _limits.PART_ROWS:
                    done = self._close(run, done, part, complete=False)
                    part = None
            if part is None and not self._apart:
                part = self._open(run, 0)
            self._close(run, done, part, complete=True)
            part = None
        finally:
            signed.close()
            if part is not None:
                part.abandon()

    def _read(self, pieces: Sequence[Piece], skipped: int) -> Iterator[_Work]:
        for piece in pieces:
            row = piece.first_row
            needed = self._needed[piece.source]
            with told(piece.source.path):
                for table in piece.batches(needed, self._count_bytes):
                    if skipped:
                        skipped -= 1
                    else:
                        yield _Work(piece, row, table)
                    row += table.num_rows

    def _sign(self, work: _Work) -> Signed:
        if self._stop.is_set():
            raise _Stopped
        source = work.piece.source
        return self._recipe.sign(work.table, work.first_row, source.path, source.encoding)

    def _open(self, run: int, number: int) -> Part:
        schema = written(self._schema, self._sink.format, self._recipe.url)
        if self._stage is None:
            return StreamPart(self._sink, schema, self._recipe.url)
        name = f"part-{run:05}-{number:04}{self._sink.format.suffix}"
        header = not (self._apart and self._sink.kind == "file")  # else once, when they are joined
        return StagedPart(self._stage, name, self._sink, schema, self._recipe.url, header)

    def _close(self, run: int, done: Done, part: Part | None, *, complete: bool) -> Done:
        """Notes a part that is whole; returns what is done of the run then."""
        counts = Counts()
        counts.add(done.counts)
        parts, batches = list(done.parts), done.batches
        if part is not None:
            with writing(self._sink.path):
                part.finish()
            counts.add(part.counts)
            batches += part.batches
            parts.append(part.name)
        found = Done(batches, parts, counts, complete)
        self._state.note(run, found)
        return found

    def _publish(self, errors: str | None) -> list[str]:
        stage = self._stage
        parts = [name for done in self._state.done for name in done.parts]
        if stage is None:
            return []
        if not parts:
            empty = self._open(0, 0)
            empty.finish()
            parts = [empty.name]
        if errors is not None:
            bad = [stage.path(bad_name(name)) for name in parts]
            write_whole(errors, [path for path in bad if path.exists()])
        with writing(self._sink.path):
            return stage.publish(parts, self._schema, self._recipe.url)

    def _count_bytes(self, count: int) -> None:
        with self._lock:
            self._bytes += count

    def _report(self, rows: int) -> None:
        with self._lock:
            self._rows += rows
            told_rows, read = self._rows, self._bytes
        if self._tell is not None:
            fraction = None
            if self._total is not None:
                fraction = told_rows / self._total if self._total else 1.0
            elif self._size:
                fraction = min(1.0, read / self._size)
            self._tell(Progress(told_rows, self._total, fraction))
