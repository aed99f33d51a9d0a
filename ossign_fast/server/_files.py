"""The files that a store is made of: written as drafts, read with the record at their end."""

from __future__ import annotations

import hashlib
import json
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from ._errors import ServiceError

STORED = ".object"
DRAFT = ".draft"
_LENGTH_BYTES = 8
_PIECE = 1024 * 1024


@dataclass(frozen=True)
class Record:
    """What is known of a stored file besides its bytes.

    Attributes:
        name: The object key; of a part its number.
        size: Bytes.
        etag: Upper-case hex, as OSS shows it, without quotes.
        modified: Epoch seconds.
        headers: The headers that a GET returns, lower-case names.
    """

    name: str
    size: int
    etag: str
    modified: float
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def is_sound(self) -> bool:
        """Whether all is of the type that it should have."""
        headers = self.headers
        return (
            isinstance(self.name, str)
            and isinstance(self.etag, str)
            and isinstance(self.modified, (int, float))
            and isinstance(headers, dict)
            and all(isinstance(text, str) for text in (*headers, *headers.values()))
        )


class DamagedFileError(ServiceError):
    """A stored file that cannot be read as one; the answer to who asks for it."""

    def __init__(self) -> None:
        super().__init__(
            "InternalError", "The stored file is damaged. Upload the object again, or delete it."
        )


class Draft:
    """A file being written that nobody sees until it is published."""

    def __init__(self, path: Path, file: BinaryIO) -> None:
        self.path = path
        self.size = 0
        self._file = file
        self._digest = hashlib.md5(usedforsecurity=False)

    def write_all(self, pieces: Iterable[bytes]) -> None:
        """Appends `pieces`."""
        for piece in pieces:
            self._file.write(piece)
            self._digest.update(piece)
            self.size += len(piece)

    @property
    def md5(self) -> bytes:
        """The MD5 of what was written."""
        return self._digest.digest()

    def seal(
        self, name: str, modified: float, headers: dict[str, str], etag: str | None = None
    ) -> Record:
        """Adds the record, after which the file is complete; `etag` None means the MD5."""
        record = Record(name, self.size, etag or self.md5.hex().upper(), modified, headers)
        text = json.dumps(asdict(record)).encode()
        self._file.write(text + len(text).to_bytes(_LENGTH_BYTES, "big"))
        self._file.close()
        return record


@contextmanager
def open_stored(path: Path) -> Iterator[tuple[Record, BinaryIO]]:
    """Gives the record and the file of what is stored at `path`, while the context lasts.

    Raises:
        FileNotFoundError: Nothing is stored there.
        DamagedFileError: What is stored there cannot be read.
    """
    with path.open("rb") as file:
        yield read_record(file), file


def read_record(file: BinaryIO) -> Record:
    """Returns the record of an open file.

    Raises:
        DamagedFileError: The file was cut off or overwritten.
    """
    try:
        end = file.seek(-_LENGTH_BYTES, os.SEEK_END)
        size = end - int.from_bytes(file.read(_LENGTH_BYTES), "big")
        file.seek(size)
        record = Record(**json.loads(file.read(end - size)))
    except (OSError, ValueError, TypeError, OverflowError, RecursionError):
        raise DamagedFileError from None
    if record.size != size or not record.is_sound:
        raise DamagedFileError
    return record


def read_pieces(file: BinaryIO, start: int, count: int) -> Iterator[bytes]:
    """Yields `count` bytes of `file` from `start` on."""
    file.seek(start)
    while count:
        piece = file.read(min(count, _PIECE))
        if not piece:  # somebody cut it off
            raise DamagedFileError
        count -= len(piece)
        yield piece


@contextmanager
def draft_in(folder: Path) -> Iterator[Draft]:
    """Gives a file to write in `folder`; it is gone afterwards unless it was published."""
    path = folder / f"{uuid.uuid4().hex}{DRAFT}"
    file = path.open("xb")
    try:
        yield Draft(path, file)
    finally:
        with suppress(OSError):  # what is left in the buffer of a failed write fails once more
            file.close()
        with suppress(FileNotFoundError):
            path.unlink()


def records_of(folder: Path, pattern: str = f"*{STORED}") -> Iterator[Record]:
    """Yields the records of the files in `folder`, in no order, without those that are damaged."""
    for path in folder.glob(pattern):
        try:
            with path.open("rb") as file:
                record = read_record(file)
        except (OSError, DamagedFileError):
            continue
        yield record
