"""Sources that are read batch by batch, in each format."""

from __future__ import annotations

import contextlib
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq

from . import _limits
from ._errors import SourceError
from ._layout import Layout, Piece, Source
from ._lines import Behind, opened
from ._table import in_batches
from ._texts import read_csv, read_jsonl, read_txt

_BUFFER = 1 << 20
_MAGIC = b"ARROW1"


def layout_of(source: Source, texts: Sequence[str]) -> Layout:
    """Returns what is in a source; of files of lines, only the beginning is read.

    Args:
        source: The source.
        texts: Columns that JSON lines have as text, whatever they look like.

    Raises:
        SourceError: It is damaged, or not of its format.
        OSError: It cannot be read.
    """
    size = None if source.path == "-" else Path(source.path).stat().st_size
    with told(source.path):
        schema, pieces = _LAYOUTS[source.format.name](source, texts)
    return Layout(schema, pieces, size)


@contextlib.contextmanager
def told(path: str) -> Iterator[None]:
    """Turns what pyarrow says of a file into an error that names it."""
    try:
        yield
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError, pa.ArrowTypeError) as error:
        raise SourceError(path, f"cannot be read: {_first_line(error)}") from None
    except OSError as error:
        if error.filename is None and error.errno is None:
            raise SourceError(path, f"cannot be read: {_first_line(error)}") from None
        raise


def _first_line(error: Exception) -> str:
    return " ".join(str(error).partition("\n")[0].split())[:300]


def _whole(read: Callable[..., Any]) -> Callable[..., Any]:
    """Returns the layout of sources of lines, which are one piece each."""

    def layout(source: Source, texts: Sequence[str]) -> tuple[Any, list[Piece]]:
        if source.path == "-":
            return _piped(read, source, texts)
        with opened(source.path, source.format.compression, lambda count: None) as file:
            schema, _ = read(file, source, texts)

        def batches(columns: Sequence[str] | None, moved: Callable[[int], object]) -> Iterator[Any]:
            with opened(source.path, source.format.compression, moved) as file:
                _, tables = read(file, source, texts)
                yield from _selected(tables, columns)

        return schema, [Piece(source, 0, None, batches)]

    return layout


def _piped(
    read: Callable[..., Any], source: Source, texts: Sequence[str]
) -> tuple[Any, list[Piece]]:
    """Returns the layout of standard input, which can be read once."""
    stack = contextlib.ExitStack()
    file = stack.enter_context(opened("-", source.format.compression, lambda count: None))
    schema, tables = read(file, source, texts)

    def batches(columns: Sequence[str] | None, moved: Callable[[int], object]) -> Iterator[Any]:
        with stack:
            yield from _selected(tables, columns)

    return schema, [Piece(source, 0, None, batches)]


def _selected(tables: Iterator[Any], columns: Sequence[str] | None) -> Iterator[Any]:
    """Yields these columns of tables, in batches of one size."""
    return in_batches(tables if columns is None else (table.select(columns) for table in tables))


def _seekable(source: Source) -> Any:
    """Returns an open file; standard input is copied first, for its end must be read before."""
    if source.path != "-":
        return pa.OSFile(source.path)
    if sys.stdin is None:
        raise SourceError("-", "is closed")
    spool = tempfile.TemporaryFile()  # noqa: SIM115 - closed by what reads it
    shutil.copyfileobj(sys.stdin.buffer, spool, _BUFFER)
    spool.seek(0)
    return pa.PythonFile(spool, mode="r")


def _parquet(source: Source, texts: Sequence[str]) -> tuple[Any, list[Piece]]:
    def reader() -> Any:
        return pq.ParquetFile(_seekable(source), buffer_size=_BUFFER)

    file = reader()
    lengths = [
        file.metadata.row_group(group).num_rows for group in range(file.metadata.num_row_groups)
    ]
    shared = file if source.path == "-" else None
    if shared is None:
        file.close(force=True)

    def of(groups: range) -> Any:
        def batches(columns: Sequence[str] | None, moved: Callable[[int], object]) -> Iterator[Any]:
            with contextlib.ExitStack() as stack:
                parquet = shared or stack.enter_context(reader())
                found = parquet.iter_batches(_limits.BATCH_ROWS, groups, columns, use_threads=False)
                for batch in found:
                    yield pa.table(batch)

        return batches

    return file.schema_arrow, list(_pieces(source, lengths, of))


def _pieces(source: Source, lengths: Sequence[int], of: Callable[[range], Any]) -> Iterator[Piece]:
    """Yields pieces of some row groups each."""
    start = first = rows = 0
    for group, length in enumerate(lengths):
        rows += length
        if rows >= _limits.PIECE_ROWS or group == len(lengths) - 1:
            yield Piece(source, first, rows, of(range(start, group + 1)))
            start, first, rows = group + 1, first + rows, 0


def _orc(source: Source, texts: Sequence[str]) -> tuple[Any, list[Piece]]:
    file = pyarrow.orc.ORCFile(_seekable(source))

    def batches(columns: Sequence[str] | None, moved: Callable[[int], object]) -> Iterator[Any]:
        stripes = (file.read_stripe(stripe, columns) for stripe in range(file.nstripes))
        yield from in_batches(map(pa.table, stripes))

    return file.schema, [Piece(source, 0, file.nrows, batches)]


def _arrow(source: Source, texts: Sequence[str]) -> tuple[Any, list[Piece]]:
    """A file of Arrow is a stream with an index behind it, so both are read as streams."""

    def reader(stack: contextlib.ExitStack, moved: Callable[[int], object]) -> Any:
        file = stack.enter_context(opened(source.path, None, moved))
        head = file.read(8)
        is_file = head.startswith(_MAGIC)
        stream = Behind(b"" if is_file else head, file)
        return pa.ipc.open_stream(pa.PythonFile(stream, mode="r"))

    stack = contextlib.ExitStack()
    first = reader(stack, lambda count: None)
    if source.path != "-":
        stack.close()

    def batches(columns: Sequence[str] | None, moved: Callable[[int], object]) -> Iterator[Any]:
        with stack if source.path == "-" else contextlib.ExitStack() as own:
            found = first if source.path == "-" else reader(own, moved)
            yield from _selected((pa.table(batch) for batch in found), columns)

    return first.schema, [Piece(source, 0, None, batches)]


_LAYOUTS: dict[str, Callable[..., tuple[Any, list[Piece]]]] = {
    "parquet": _parquet,
    "orc": _orc,
    "arrow": _arrow,
    "csv": _whole(read_csv),
    "jsonl": _whole(read_jsonl),
    "txt": _whole(read_txt),
}
