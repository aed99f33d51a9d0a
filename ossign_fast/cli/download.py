"""`ossign-fast download`: fetch an object by its presigned URL."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ._common import (
    IO_ERROR,
    OK,
    USAGE,
    CommandError,
    add_header_arguments,
    binary,
    headers_of,
    printable,
    show,
)
from ._http import CHUNK_BYTES, add_http_arguments, exchange, progress
from ._signed_url import SignedUrl, read_signed_url

if TYPE_CHECKING:
    import requests

    from ._common import Commands


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "download",
        allow_abbrev=False,
        help="fetch an object by its presigned GET URL",
        description="Fetch an object with GET. The file appears whole or not at all.",
    )
    add_http_arguments(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="file or folder to write to; - is standard output (default: the object's name)",
    )
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    add_header_arguments(parser, "send")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fetches the object into a file or to standard output."""
    url = read_signed_url(args.url)
    headers = headers_of(args)
    url.refuse_expired(time.time())
    if args.output == "-":
        output = binary(sys.stdout, "standard output")
        with exchange("GET", url, headers=headers, timeout=args.timeout) as response:
            _copy(response, output, "standard output")
        return OK
    target = _target(args.output, url)
    _refuse_existing(target, args.force)
    with (
        exchange("GET", url, headers=headers, timeout=args.timeout) as response,
        _whole_file(target, args.force) as file,
    ):
        size = _copy(response, file, target.name)
    request_id = printable(response.headers.get("x-oss-request-id", ""))
    show(
        f"status code: {response.status_code}, bytes: {size}, file: {printable(str(target))}, "
        f"request id: {request_id}"
    )
    return OK


def _target(output: str | None, url: SignedUrl) -> Path:
    path = Path(output or ".")
    if not path.is_dir():
        # A link stays a link: its target is what gets replaced.
        return path.resolve() if path.is_symlink() else path
    if not url.file_name:
        raise CommandError("--output: the URL names no file; give one", USAGE)
    return path / url.file_name


def _refuse_existing(target: Path, force: bool) -> None:
    if not os.path.lexists(target):
        return
    if not target.is_file():
        raise CommandError(f"{target}: is no regular file; use --output -", USAGE)
    if not force:
        raise CommandError(f"{target}: exists; give --force to replace it", IO_ERROR)


@contextlib.contextmanager
def _whole_file(target: Path, force: bool) -> Iterator[IO[bytes]]:
    """Yields a file beside `target` that takes its place if all goes well, else goes away."""
    partial = target.with_name(f".ossign-fast-{secrets.token_hex(6)}.part")
    try:
        with partial.open("xb") as file:
            yield file
        _refuse_existing(target, force)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _copy(response: requests.Response, file: IO[bytes], label: str) -> int:
    """Copies the body as it came and returns its size, which must be the announced one."""
    announced = response.headers.get("Content-Length", "")
    expected = int(announced) if announced.isascii() and announced.isdigit() else None
    size = 0
    with progress(label, expected) as moved:
        for chunk in response.raw.stream(CHUNK_BYTES, decode_content=False):
            file.write(chunk)
            size += len(chunk)
            moved(len(chunk))
    file.flush()
    if expected is not None and size != expected:
        raise CommandError(f"the body ended after {size} of {expected} bytes", IO_ERROR)
    return size
