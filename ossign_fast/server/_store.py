"""Objects in a folder, each whole or absent.

An object is one file: its bytes, then a JSON record of everything else, then the record's length.
So one rename makes bytes and record appear together, and an open file is a snapshot that later
changes cannot touch. The file's name is the SHA-256 of the key: keys may be any text and never
become paths.

    b-BUCKET/objects/SHA256.object          an object
    b-BUCKET/uploads/ID/upload.object       an open multipart upload; its record alone matters
    b-BUCKET/uploads/ID/00001.object        a part of it
    ...*.draft                              being written
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import threading
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import BinaryIO

from ._errors import ServiceError

_BUCKET = re.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_MAX_KEY_BYTES = 1023
_LENGTH_BYTES = 8
_PIECE = 1024 * 1024
UPLOAD_FILE = "upload.object"


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
    """
    with path.open("rb") as file:
        yield read_record(file), file


def read_record(file: BinaryIO) -> Record:
    """Returns the record of an open file."""
    end = file.seek(-_LENGTH_BYTES, os.SEEK_END)
    length = int.from_bytes(file.read(_LENGTH_BYTES), "big")
    file.seek(end - length)
    return Record(**json.loads(file.read(length)))


def read_pieces(file: BinaryIO, start: int, count: int) -> Iterator[bytes]:
    """Yields `count` bytes of `file` from `start` on."""
    file.seek(start)
    while count:
        piece = file.read(min(count, _PIECE))
        count -= len(piece)
        yield piece


class Store:
    """All buckets under one folder. A bucket exists as soon as something is put into it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._publishing = threading.Lock()

    def object_path(self, bucket: str, key: str) -> Path:
        """Returns where the object is, if it is.

        Raises:
            ServiceError: InvalidBucketName or InvalidObjectName.
        """
        if not key or key[0] in "/\\" or len(key.encode()) > _MAX_KEY_BYTES:
            raise ServiceError("InvalidObjectName", "The specified object is not valid.")
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._bucket(bucket) / "objects" / f"{name}.object"

    def upload_folder(self, bucket: str, upload_id: str) -> Path:
        """Returns where an upload is; `upload_id` must have been checked to be one."""
        return self._bucket(bucket) / "uploads" / upload_id

    def _bucket(self, bucket: str) -> Path:
        if _BUCKET.fullmatch(bucket) is None:
            raise ServiceError("InvalidBucketName", "The specified bucket is not valid.")
        return self._root / f"b-{bucket}"  # the prefix keeps clear of device names such as "con"

    def buckets(self) -> list[tuple[str, float]]:
        """Returns the names of all buckets, sorted, and since when they exist, epoch seconds."""
        found = [(path.name.removeprefix("b-"), path) for path in self._root.glob("b-*")]
        return sorted((name, path.stat().st_mtime) for name, path in found)

    def open_object(self, bucket: str, key: str) -> tuple[Record, BinaryIO]:
        """Returns the record and the open file of an object; the caller closes it.

        Raises:
            ServiceError: NoSuchKey.
        """
        try:
            file = self.object_path(bucket, key).open("rb")
        except FileNotFoundError:
            raise ServiceError(
                "NoSuchKey",
                "The specified key does not exist.",
                details={"Key": key, "EC": "0026-00000001"},
            ) from None
        return read_record(file), file

    @contextmanager
    def object_draft(self, bucket: str) -> Iterator[Draft]:
        """Gives a file to write an object of `bucket` in."""
        folder = self._bucket(bucket) / "objects"
        folder.mkdir(parents=True, exist_ok=True)
        with self.draft(folder) as draft:
            yield draft

    @contextmanager
    def draft(self, folder: Path) -> Iterator[Draft]:
        """Gives a file to write in `folder`; it is gone afterwards unless it was published."""
        path = folder / f"{uuid.uuid4().hex}.draft"
        with path.open("xb") as file:
            try:
                yield Draft(path, file)
            finally:
                file.close()
                with suppress(FileNotFoundError):
                    path.unlink()

    def publish(
        self,
        draft: Draft,
        target: Path,
        *,
        forbid_overwrite: bool = False,
        upload: Path | None = None,
    ) -> None:
        """Makes a sealed draft the file at `target`, in one step.

        Args:
            draft: What to publish.
            target: Where.
            forbid_overwrite: Whether a file at `target` stops it.
            upload: The folder of the upload that ends with this.

        Raises:
            ServiceError: FileAlreadyExists, or NoSuchUpload if `upload` ended meanwhile.
        """
        with self._publishing:
            if forbid_overwrite:
                self.forbid_existing(target)
            if upload is not None and not (upload / UPLOAD_FILE).exists():
                raise no_such_upload()
            draft.path.replace(target)
            if upload is not None:
                _remove(upload)

    @staticmethod
    def forbid_existing(target: Path) -> None:
        """Raises FileAlreadyExists if there is a file at `target`."""
        if target.exists():
            raise ServiceError(
                "FileAlreadyExists",
                "The object you specified already exists and can not be overwritten.",
            )

    def delete_object(self, bucket: str, key: str) -> None:
        """Removes the object if it is there."""
        with suppress(FileNotFoundError):
            self.object_path(bucket, key).unlink()

    def records(self, bucket: str) -> list[Record]:
        """Returns the records of all objects of a bucket, sorted by key."""
        return sorted(records_of(self._bucket(bucket) / "objects"), key=lambda record: record.name)

    def remove_upload(self, upload: Path) -> None:
        """Removes an upload with all its parts."""
        with self._publishing:
            _remove(upload)


def _remove(upload: Path) -> None:
    # What makes it an upload goes first: who misses a part can then tell that it has ended.
    (upload / UPLOAD_FILE).unlink(missing_ok=True)
    shutil.rmtree(upload, ignore_errors=True)


def records_of(folder: Path, pattern: str = "*.object") -> Iterator[Record]:
    """Yields the records of the files in `folder`, in no order."""
    for path in folder.glob(pattern):
        with suppress(FileNotFoundError), open_stored(path) as (record, _):
            yield record


def no_such_upload() -> ServiceError:
    """Returns the refusal of an upload id that is not, or no longer, in use."""
    return ServiceError("NoSuchUpload", "The specified upload does not exist.")
