"""What the commands share: exit codes, argument types, credentials and output."""

from __future__ import annotations

import argparse
import re
import secrets
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, BinaryIO, TextIO

from ossign_fast import Credentials

from ._credentials_file import load_credentials

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers returns.
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001

OK = 0
REFUSED = 1
USAGE = 2
CREDENTIALS = 3
IO_ERROR = 4
INTERRUPTED = 130
READER_GONE = 141

_DURATION = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?", re.ASCII)
_UNIT_SECONDS = (86400, 3600, 60, 1)


class CommandError(Exception):
    """A failure that the command explains itself.

    Attributes:
        code: The exit code to end with.
        details: Further lines to print below the error.
    """

    def __init__(self, text: str, code: int, details: Sequence[str] = ()) -> None:
        self.code = code
        self.details = tuple(details)
        super().__init__(text)


def printable(text: str, limit: int = 1000) -> str:
    r"""Returns `text` as one line that cannot steer a terminal or fail to encode.

    Example:
        >>> printable("two\nlines\x1b[31m")
        'two lines?[31m'
    """
    line = " ".join(text.split())
    shown = "".join(char if char.isprintable() else "?" for char in line)
    return shown if len(shown) <= limit else f"{shown[:limit]}..."


def show(text: str, *, flush: bool = False) -> None:
    """Prints `text` to standard output.

    Raises:
        CommandError: The encoding of standard output lacks one of its characters.
    """
    try:
        print(text, flush=flush)
    except UnicodeEncodeError:
        raise CommandError(
            "standard output cannot show a character of the answer; set PYTHONUTF8=1", IO_ERROR
        ) from None


def binary(stream: TextIO | None, name: str) -> BinaryIO:
    """Returns the bytes side of a standard stream, which a shell may have closed.

    Raises:
        CommandError: It is closed.
    """
    if stream is None:
        raise CommandError(f"{name} is closed", IO_ERROR)
    return stream.buffer


def duration(text: str) -> int:
    """Returns the seconds that `text` stands for: `600`, `90s`, `10m`, `1h30m`, `7d`.

    Example:
        >>> duration("1h30m")
        5400
    """
    match = _DURATION.fullmatch(text)
    counts = match.groups(default="0") if match else ()
    seconds = sum(int(count) * unit for count, unit in zip(counts, _UNIT_SECONDS, strict=False))
    if not seconds:
        raise argparse.ArgumentTypeError("give seconds or a duration such as 600, 10m, 1h30m, 7d")
    return seconds


def header(text: str) -> tuple[str, str]:
    """Returns name and value of a header written `Name: value`."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise argparse.ArgumentTypeError("write a header as 'Name: value'")
    return name.strip(), value.strip(" \t")


def assignment(text: str) -> tuple[str, str]:
    """Returns name and value of `name=value`; a missing `=` means an empty value."""
    name, _, value = text.partition("=")
    if not name:
        raise argparse.ArgumentTypeError("write it as name=value")
    return name, value


def unique(
    pairs: Iterable[tuple[str, str]], argument: str, *, fold: bool = False
) -> dict[str, str]:
    """Returns `pairs` as a dictionary; `fold` compares the names without regard to case.

    Raises:
        CommandError: A name is given twice.
    """
    result: dict[str, str] = {}
    seen = set()
    for name, value in pairs:
        identity = name.lower() if fold else name
        if identity in seen:
            raise CommandError(f"{argument}: {name} is given twice", USAGE)
        seen.add(identity)
        result[name] = value
    return result


def headers_of(args: argparse.Namespace) -> dict[str, str]:
    """Returns the headers of `--content-type` and `--header` together."""
    given: list[tuple[str, str]] = list(args.header)
    if args.content_type is not None:
        given.append(("Content-Type", args.content_type))
    return unique(given, "--header", fold=True)


def add_header_arguments(parser: argparse.ArgumentParser, verb: str) -> None:
    """Adds `--content-type` and `--header`, which `headers_of` reads."""
    parser.add_argument("--content-type", metavar="TYPE", help=f"content type to {verb}")
    parser.add_argument(
        "--header",
        action="append",
        default=[],
        type=header,
        metavar="NAME:VALUE",
        help=f"header to {verb}; may be repeated",
    )


def add_credentials_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `--credentials-file` and `--profile`, which `credentials_of` reads."""
    parser.add_argument(
        "--credentials-file",
        metavar="FILE",
        help="INI or JSON file with access_key_id, access_key_secret and, for STS, "
        "security_token (default: the OSS_* environment variables)",
    )
    parser.add_argument(
        "--profile", metavar="NAME", help="profile of the credentials file (default: default)"
    )


def credentials_of(args: argparse.Namespace) -> Credentials | None:
    """Returns the credentials of the file that the user named; None means the environment.

    Raises:
        CommandError: `--profile` without `--credentials-file`.
        CredentialsError: The file holds no usable access key.
        OSError: The file cannot be read.
    """
    if args.credentials_file is None:
        if args.profile is not None:
            raise CommandError("--profile: give --credentials-file with it", USAGE)
        return None
    return load_credentials(args.credentials_file, args.profile)


def throwaway_credentials() -> Credentials:
    """Returns random credentials, good for a local endpoint only."""
    return Credentials(f"LOCAL{secrets.token_hex(8)}", secrets.token_hex(24))
