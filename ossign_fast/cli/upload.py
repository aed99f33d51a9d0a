"""`ossign-fast upload`: send a file to a presigned URL."""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ._errors import IO_ERROR, OK, USAGE, CommandError
from ._http import CHUNK_BYTES, add_http_arguments, exchange, progress
from ._output import binary, printable, show
from ._parser import add_command
from ._source import add_source_arguments, reads_standard_input, signed_request

if TYPE_CHECKING:
    from ._parser import Commands

_SPOOL_BYTES = 8 << 20

_EXAMPLES = r"""
ossign-fast presign PutObject oss://examplebucket/a.txt --region cn-hangzhou \
  --content-type text/plain --json | ossign-fast upload a.txt --request -
ossign-fast upload a.txt --url-file url.txt --content-type text/plain
OSSIGN_FAST_URL=$(cat url.txt) ossign-fast upload a.txt
tar c folder | ossign-fast upload - --url-file url.txt
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "upload",
        "send a file to a presigned PUT URL",
        "Send FILE with PUT to a presigned URL, or with what the JSON of presign tells. Give the "
        "headers that presign listed; no Content-Type is sent unless it is given.",
        _EXAMPLES,
    )
    parser.add_argument("file", metavar="FILE", help="file to send; - reads standard input")
    add_source_arguments(parser)
    add_http_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Sends the file and prints what OSS answered."""
    if args.file == "-" and reads_standard_input(args):
        raise CommandError("FILE and the URL cannot both come from standard input", USAGE)
    method, url, headers = signed_request(args, ("PUT", "POST"))
    url.refuse_expired(time.time())
    with _opened(args.file) as (file, size), progress(args.file, size) as moved:
        _check_length_headers(headers, size)
        # requests would send an empty stream in chunks; empty bytes go with Content-Length: 0.
        body = _Body(file, size, moved) if size else b""
        with exchange(method, url, headers=headers, body=body, timeout=args.timeout) as response:
            status = response.status_code
            answer = {name: response.headers.get(name, "") for name in ("ETag", "x-oss-request-id")}
    show(
        f"status code: {status}, bytes: {size}, etag: {printable(answer['ETag'])}, "
        f"request id: {printable(answer['x-oss-request-id'])}"
    )
    return OK


@contextlib.contextmanager
def _opened(name: str) -> Iterator[tuple[IO[bytes], int]]:
    """Yields the file and its size; standard input is spooled, for OSS wants the length first."""
    if name == "-":
        with tempfile.SpooledTemporaryFile(max_size=_SPOOL_BYTES) as spool:
            shutil.copyfileobj(binary(sys.stdin, "standard input"), spool, CHUNK_BYTES)
            size = spool.tell()
            spool.seek(0)
            yield spool, size
        return
    with Path(name).open("rb") as file:
        if not file.seekable():
            raise CommandError(f"{name}: is not a regular file; send it to 'upload -'", USAGE)
        size = file.seek(0, os.SEEK_END)
        file.seek(0)
        yield file, size


def _check_length_headers(headers: dict[str, str], size: int) -> None:
    for name, value in headers.items():
        if name.lower() == "transfer-encoding":
            raise CommandError("--header: leave Transfer-Encoding out; the size is sent", USAGE)
        if name.lower() == "content-length" and value != str(size):
            raise CommandError(f"--header: Content-Length differs from the {size} bytes", USAGE)


class _Body:
    """A file of `size` bytes that reports what was read and never gives more or less."""

    def __init__(self, file: IO[bytes], size: int, moved: Callable[[int], object]) -> None:
        self._file = file
        self._left = self._size = size
        self._moved = moved

    def __len__(self) -> int:
        return self._size

    def __iter__(self) -> Iterator[bytes]:
        while chunk := self.read(CHUNK_BYTES):
            yield chunk

    def read(self, count: int = -1) -> bytes:
        """Returns up to `count` further bytes; empty once `size` bytes were given."""
        wanted = self._left if count < 0 else min(count, self._left)
        chunk = self._file.read(wanted)
        if len(chunk) < wanted:
            raise CommandError("the file became shorter while it was sent", IO_ERROR)
        self._left -= len(chunk)
        self._moved(len(chunk))
        return chunk
