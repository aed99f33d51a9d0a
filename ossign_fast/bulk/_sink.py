"""Where URLs go: a file or a folder that appears whole or not at all, or an open stream."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pyarrow as pa

from ._errors import BulkError
from ._formats import Format, format_asked, format_of
from ._layout import Source
from ._lines import opened
from ._readers import layout_of
from ._writers import open_lines, open_writer, written

_PARTS = ".parts"
_BLOCK = 1 << 20


class Sink(NamedTuple):
    """Where the URLs go, and how they are written.

    Attributes:
        kind: "file", "folder" or "stream".
        path: The path; "-" is standard output.
        format: How it is written.
    """

    kind: str
    path: str
    format: Format

    @property
    def parts(self) -> Path:
        """The folder beside it where a job that can be resumed keeps what is done."""
        path = Path(self.path)
        return path.with_name(path.name + _PARTS)


def find_sink(path: str, asked: str | None) -> Sink:
    """Returns the sink that a user named.

    Raises:
        BulkError: Its format is not known or cannot be written, or it is a folder that holds files.
    """
    form = None if asked is None else format_asked(asked, "format")
    place = Path(path)
    if path == "-" or (place.exists() and not place.is_file() and not place.is_dir()):
        return Sink("stream", path, _writable(form or Format("txt")))
    if place.is_symlink():  # what it leads to is replaced, not the link
        place = Path(os.path.realpath(place))
    if path.endswith(("/", os.sep)) or place.is_dir():
        if place.is_dir() and any(place.iterdir()):
            raise BulkError(path, "holds files; name a folder that is new or empty")
        if not place.name or os.path.ismount(place):
            raise BulkError(path, "cannot be replaced by a new folder; name one inside of it")
        return Sink("folder", str(place), _writable(form or Format("parquet")))
    form = form or format_of(path)
    if form is None:
        raise BulkError(path, "its name tells no format; give format")
    if not place.absolute().parent.is_dir():
        raise BulkError(path, "is in a folder that does not exist")
    return Sink("file", str(place), _writable(form))


def _writable(form: Format) -> Format:
    if form.name == "orc":
        raise BulkError(None, "format: orc can be read only; write parquet")
    return form


def check_errors(path: str, sink: str, sources: Sequence[str]) -> None:
    """Refuses a file of errors that could not be written, or would be written over another.

    Raises:
        BulkError: Its folder does not exist, or it is the sink or a source.
    """
    place = Path(path)
    if not place.absolute().parent.is_dir():
        raise BulkError(path, "is in a folder that does not exist")
    if place.exists() and not place.is_file():  # a device would be replaced
        raise BulkError(path, "is no file; name one for errors")
    if os.path.realpath(path) in [os.path.realpath(other) for other in (sink, *sources)]:
        raise BulkError(path, "is a source or the output; name another file for errors")


class Stage:
    """A folder beside a sink where files are made before they appear."""

    def __init__(self, sink: Sink, *, keeps: bool) -> None:
        self._sink = sink
        self._keeps = keeps
        token = secrets.token_hex(4)
        path = Path(sink.path)
        self.folder = sink.parts if keeps else path.with_name(f".{path.name}.{token}.tmp")
        self.folder.mkdir(exist_ok=keeps)

    def path(self, name: str) -> Path:
        """Returns where a file of this name is once it is whole."""
        return self.folder / name

    def unfinished(self, name: str) -> Path:
        """Returns where a file of this name is while it is written."""
        return self.folder / f"{name}.tmp"

    def finish(self, name: str) -> None:
        """Lets a file appear that was written whole."""
        synced(self.unfinished(name))
        self.unfinished(name).replace(self.path(name))

    def leave(self) -> None:
        """Removes what is not whole, of a job that cannot be resumed all."""
        if not self._keeps:
            shutil.rmtree(self.folder, ignore_errors=True)
            return
        for path in self.folder.glob("*.tmp"):
            path.unlink(missing_ok=True)

    def publish(self, parts: Sequence[str], schema: Any, url: str) -> list[str]:
        """Lets the sink appear, made of these files; returns the paths that are there then.

        Args:
            parts: Their names, in order.
            schema: The schema of their rows.
            url: Name of the column of URLs.
        """
        target = Path(self._sink.path)
        if self._sink.kind == "folder":
            for path in self.folder.iterdir():
                if path.name not in parts:
                    path.unlink()
            self.folder.replace(target)
            _sync_folder(target.absolute().parent)
            return [str(target / part) for part in parts]
        whole = self.path(parts[0])
        if self._keeps:
            whole = self.unfinished("whole")
            join = _join_lines if self._sink.format.is_lines else _join_tables
            join([self.path(part) for part in parts], whole, self._sink.format, schema, url)
            synced(whole)
        _take_place(whole, target)
        shutil.rmtree(self.folder, ignore_errors=True)
        _sync_folder(target.absolute().parent)
        return [str(target)]


def _join_lines(parts: Sequence[Path], whole: Path, form: Format, schema: Any, url: str) -> None:
    """Writes the lines of several files into one, behind the names of their columns."""
    stream = open_lines(pa.OSFile(str(whole), "wb"), form, written(schema, form, url))
    with contextlib.closing(stream):
        for part in parts:
            with opened(str(part), form.compression, lambda count: None) as lines:
                while block := lines.read(_BLOCK):
                    stream.write(block)


def _join_tables(parts: Sequence[Path], whole: Path, form: Format, schema: Any, url: str) -> None:
    """Writes the rows of several files into one."""
    writer = open_writer(pa.OSFile(str(whole), "wb"), form, written(schema, form, url), url)
    with contextlib.closing(writer):
        for part in parts:
            for piece in layout_of(Source(str(part), form), ()).pieces:
                for table in piece.batches(None, lambda count: None):
                    writer.write(table)


def _take_place(path: Path, target: Path) -> None:
    """Lets a file take the place of another, whose permissions it gets: URLs are for some only."""
    if target.exists():
        shutil.copymode(target, path)
    path.replace(target)


def synced(path: Path) -> None:
    """Waits until a file is on the disk."""
    with path.open("rb") as file:
        os.fsync(file.fileno())


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_whole(path: str, sources: Sequence[Path]) -> None:
    """Lets a file appear that holds the bytes of others, one behind the other."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(4)}.tmp")
    try:
        with temporary.open("wb") as file:
            for source in sources:
                with source.open("rb") as part:
                    shutil.copyfileobj(part, file)
            file.flush()
            os.fsync(file.fileno())
        _take_place(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def writing(path: str) -> Iterator[None]:
    """Gives the errors of a file system the path that the user knows."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        if error.errno is None or error.filename == path:
            raise
        raise OSError(error.errno, os.strerror(error.errno), path) from None


class Stream:
    """An open stream as pyarrow writes to it, which counts where it is."""

    def __init__(self, path: str) -> None:
        self._file: Any
        if path != "-":
            self._file = Path(path).open("wb")  # noqa: SIM115 - closed by what writes to it
        elif sys.stdout is None:
            raise BulkError(None, "standard output is closed")
        else:
            self._file = sys.stdout.buffer
        self._closes = path != "-"
        self._position = 0
        self.closed = False

    def write(self, data: Any) -> int:
        """Writes bytes and returns how many."""
        self._file.write(data)
        size = len(memoryview(data).cast("B"))
        self._position += size
        return size

    def tell(self) -> int:
        """Returns how many bytes were written."""
        return self._position

    def flush(self) -> None:
        """Hands over what was written."""
        self._file.flush()

    def close(self) -> None:
        """Ends the stream; standard output stays open."""
        if not self.closed:
            self.closed = True
            self._file.flush()
            if self._closes:
                self._file.close()
