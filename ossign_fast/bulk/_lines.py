"""Files of lines: their bytes, decompressed, in blocks of whole lines."""

from __future__ import annotations

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import pyarrow as pa

from ._errors import SourceError

_BLOCK = 1 << 21
_LONGEST = 1 << 26  # of a line; what is longer is no file of lines
BOM = b"\xef\xbb\xbf"


class _Counted(io.RawIOBase):
    """An open file that reports how many bytes were read of it."""

    def __init__(self, file: BinaryIO, read: Callable[[int], object]) -> None:
        self._file = file
        self._read = read

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        block = self._file.read(size)
        self._read(len(block))
        return block


class Behind:
    """An open file whose first bytes were read already."""

    def __init__(self, head: bytes, file: Any) -> None:
        self._head = io.BytesIO(head)
        self._file = file
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        """Returns the next bytes, as a file does; fewer than asked only at the end of `file`."""
        head = self._head.read(size)
        if size < 0:
            return head + bytes(self._file.read())
        return head if len(head) == size else head + bytes(self._file.read(size - len(head)))


@contextlib.contextmanager
def opened(
    path: str, compression: str | None, read: Callable[[int], object]
) -> Iterator[BinaryIO | Any]:
    """Yields the bytes of a file, decompressed; "-" is standard input.

    Args:
        path: The file.
        compression: "gzip", "zstd" or None.
        read: Called with each number of bytes that were read from the file.

    Raises:
        SourceError: What is compressed is damaged.
        OSError: The file cannot be read.
    """
    with contextlib.ExitStack() as stack:
        if path == "-":
            if sys.stdin is None:
                raise SourceError("-", "is closed")
            file: Any = sys.stdin.buffer
        else:
            file = stack.enter_context(Path(path).open("rb"))
        counted = _Counted(file, read)
        if compression is None:
            yield counted
            return
        stream = pa.CompressedInputStream(pa.PythonFile(counted, mode="r"), compression)
        yield _Decompressed(path, compression, stack.enter_context(stream))


class _Decompressed:
    """A compressed stream whose damage is told of as such."""

    def __init__(self, path: str, compression: str, stream: Any) -> None:
        self._path, self._compression, self._stream = path, compression, stream
        self.closed = False

    def read(self, size: int = -1) -> bytes:
        try:
            return bytes(self._stream.read(size))
        except OSError as error:
            if error.errno is not None:
                raise
            text = f"is damaged: the {self._compression} data {_reason(error)}"
            raise SourceError(self._path, text) from None


def _reason(error: OSError) -> str:
    return "end too early" if "runcated" in str(error) else "cannot be decompressed"


def blocks(file: Any, path: str) -> Iterator[bytes]:
    """Yields the bytes of an open file in blocks that end where a line does.

    Raises:
        SourceError: A line is too long to be one.
    """
    rest = [file.read(len(BOM)).removeprefix(BOM)]
    while block := file.read(_BLOCK):
        end = block.rfind(b"\n") + 1
        if not end:
            rest.append(block)
            if len(rest) > _LONGEST // _BLOCK:
                raise SourceError(path, f"has a line of more than {_LONGEST >> 20} MiB")
            continue
        yield b"".join([*rest, block[:end]])
        rest = [block[end:]]
    if last := b"".join(rest):
        yield last


def decoded_text(block: bytes, path: str, first_line: int) -> str:
    """Returns a block of lines as text.

    Raises:
        SourceError: It is not UTF-8.
    """
    try:
        return block.decode()
    except UnicodeDecodeError as error:
        line = first_line + block.count(b"\n", 0, error.start)
        raise SourceError(path, f"line {line + 1}: is not UTF-8") from None
