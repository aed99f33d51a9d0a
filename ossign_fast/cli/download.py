"""`ossign-fast download`: fetch an object by its presigned URL."""

from __future__ import annotations

import argparse
import contextlib
import os
import secrets
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, TYPE_CHECKING

from ._errors import IO_ERROR, OK, REFUSED, USAGE, CommandError
from ._http import CHUNK_BYTES, add_http_arguments, exchange, progress
from ._output import binary, printable, show
from ._parser import add_command
from ._signed_url import SignedUrl
from ._source import add_source_arguments, signed_request

if TYPE_CHECKING:
    import requests

    from ._parser import Commands

_EXAMPLES = r"""
ossign-fast presign GetObject oss://examplebucket/a.txt --region cn-hangzhou \
  --url-only | ossign-fast download --url - --output a.txt
ossign-fast download --url-file url.txt --force
ossign-fast download --url-file url.txt --output - | tar x
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "download",
        "fetch an object by its presigned GET URL",
        "Fetch an object with GET. The file appears whole or not at all.",
        _EXAMPLES,
    )
    add_source_arguments(parser)
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        help="file or folder to write to; - is standard output (default: the object's name)",
    )
    parser.add_argument("--force", action="store_true", help="replace an existing file")
    add_http_arguments(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Fetches the object into a file or to standard output."""
    _, url, headers = signed_request(args, ("GET",))
    url.refuse_expired(time.time())
    if args.output == "-":
        output = binary(sys.stdout, "standard output")
        with exchange("GET", url, headers=headers, timeout=args.timeout) as response:
            _refuse_part(response, headers)
            _copy(response, output, "standard output")
        return OK
    target = _target(args.output, url)
    _refuse_existing(target, args.force)
    with exchange("GET", url, headers=headers, timeout=args.timeout) as response:
        _refuse_part(response, headers)
        with _whole_file(target, args.force) as file:
            size = _copy(response, file, target.name)
    request_id = printable(response.headers.get("x-oss-request-id", ""))
    show(
        f"status code: {response.status_code}, bytes: {size}, file: {printable(str(target))}, "
        f"request id: {request_id}"
    )
    return OK


def _target(output: str | None, url: SignedUrl) -> Path:
    path = Path(output or ".")
    with contextlib.suppress(FileNotFoundError):
        path.stat()  # fails for a loop of links, which resolve() tells in its own ways
    if not path.is_dir():
        # A link stays a link: its target is what gets replaced.
        return path.resolve() if path.is_symlink() else path
    if not url.file_name:
        raise CommandError("--output: give a file; the URL does not name one", USAGE)
    return path / url.file_name


def _refuse_existing(target: Path, force: bool) -> None:
    if not os.path.lexists(target):
        return
    if not target.is_file():
        raise CommandError(f"{target}: is not a regular file; use --output -", USAGE)
    if not force:
        raise CommandError(f"{target}: exists; give --force to replace it", IO_ERROR)


@contextlib.contextmanager
def _whole_file(target: Path, force: bool) -> Iterator[IO[bytes]]:
    """Yields a file beside `target` that takes its place if all goes well, else goes away.

    It takes the mode of the file that it replaces, and is never open to more users than that.
    """
    partial = target.with_name(f".ossign-fast-{secrets.token_hex(6)}.part")
    private = os.path.lexists(target)
    try:
        with _created(partial, target, 0o600 if private else 0o666) as file:
            yield file
        _refuse_existing(target, force)
        with contextlib.suppress(FileNotFoundError):
            partial.chmod(target.stat().st_mode & 0o777)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _created(partial: Path, target: Path, mode: int) -> IO[bytes]:
    def opener(name: str, flags: int) -> int:
        return os.open(name, flags, mode)

    try:
        return open(partial, "xb", opener=opener)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(target)) from None


def _refuse_part(response: requests.Response, headers: Mapping[str, str]) -> None:
    """Refuses an answer that is not the object, or the range of it that was asked for."""
    ranged = any(name.lower() == "range" for name in headers)
    if response.status_code == 200 or (response.status_code == 206 and ranged):
        return
    what = "a part of the object, not the whole" if response.status_code == 206 else "no object"
    raise CommandError(f"the server sent {what} (HTTP {response.status_code})", REFUSED)


def _copy(response: requests.Response, file: IO[bytes], label: str) -> int:
    """Copies the body as it came and returns its size, which must be the announced one."""
    expected = _announced(response)
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


def _announced(response: requests.Response) -> int | None:
    """Returns the Content-Length; one that is repeated alike counts once."""
    lengths = {part.strip() for part in response.headers.get("Content-Length", "").split(",")}
    length = lengths.pop()
    return int(length) if not lengths and length.isascii() and length.isdigit() else None
