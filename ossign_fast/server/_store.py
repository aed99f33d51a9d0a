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
import os
import re
import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from ._errors import ServiceError
from ._files import DRAFT, STORED, Draft, Record, draft_in, read_record, records_of

_BUCKET = re.compile("[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_MAX_KEY_BYTES = 1023
UPLOAD_FILE = f"upload{STORED}"


class Store:
    """All buckets under one folder. A bucket exists as soon as something is put into it."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._publishing = threading.Lock()
        self._claim = _claimed(root)

    def close(self) -> None:
        """Lets the next store of this folder tidy up. May be repeated."""
        if self._claim is not None:
            os.close(self._claim)
            self._claim = None

    def object_path(self, bucket: str, key: str) -> Path:
        """Returns where the object is, if it is.

        Raises:
            ServiceError: InvalidBucketName or InvalidObjectName.
        """
        if not key or key[0] in "/\\" or len(key.encode()) > _MAX_KEY_BYTES:
            raise ServiceError("InvalidObjectName", "The specified object is not valid.")
        name = hashlib.sha256(key.encode()).hexdigest()
        return self._bucket(bucket) / "objects" / f"{name}{STORED}"

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
            ServiceError: NoSuchKey, or the file is damaged.
        """
        try:
            file = self.object_path(bucket, key).open("rb")
        except FileNotFoundError:
            raise ServiceError(
                "NoSuchKey",
                "The specified key does not exist.",
                details={"Key": key, "EC": "0026-00000001"},
            ) from None
        try:
            return read_record(file), file
        except BaseException:
            file.close()
            raise

    @contextmanager
    def object_draft(self, bucket: str) -> Iterator[Draft]:
        """Gives a file to write an object of `bucket` in."""
        folder = self._bucket(bucket) / "objects"
        folder.mkdir(parents=True, exist_ok=True)
        with draft_in(folder) as draft:
            yield draft

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


def _claimed(root: Path) -> int | None:
    """Removes the drafts of processes that were killed, and returns what says that this one lives.

    Other stores of the same folder may be writing: each holds a lock on the folder as long as it
    lives, and only who finds nobody's lock tidies up. Windows has no such lock, but no file there
    can be removed while it is written.
    """
    if sys.platform == "win32":
        _remove_drafts(root)
        return None
    import fcntl

    claim = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(claim, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _remove_drafts(root)
    except OSError:  # another store has it, or the file system knows no locks
        pass
    with suppress(OSError):
        fcntl.flock(claim, fcntl.LOCK_SH | fcntl.LOCK_NB)
    return claim


def _remove_drafts(root: Path) -> None:
    for path in (*root.glob(f"b-*/objects/*{DRAFT}"), *root.glob(f"b-*/uploads/*/*{DRAFT}")):
        with suppress(OSError):
            path.unlink()


def _remove(upload: Path) -> None:
    # What makes it an upload goes first: who misses a part can then tell that it has ended.
    (upload / UPLOAD_FILE).unlink(missing_ok=True)
    shutil.rmtree(upload, ignore_errors=True)


def no_such_upload() -> ServiceError:
    """Returns the refusal of an upload id that is not, or no longer, in use."""
    return ServiceError("NoSuchUpload", "The specified upload does not exist.")
