"""What the commands share: argument types, options and credentials."""

from __future__ import annotations

import argparse
import re
import secrets
from collections.abc import Iterable

from ossign_fast import Credentials

from ._credentials_file import load_credentials
from ._errors import USAGE, CommandError
from ._role import default_credentials

_DURATION = re.compile(r"(?:(\d{1,3})d)?(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7})s?)?", re.ASCII)
_UNIT_SECONDS = (86400, 3600, 60, 1)


def duration(text: str) -> int:
    """Returns the seconds that `text` stands for: `600`, `90s`, `10m`, `1h30m`, `7d`.

    Example:
        >>> duration("1h30m")
        5400
    """
    match = _DURATION.fullmatch(text)
    counts = match.groups(default="0") if match else ()
    seconds = sum(int(count) * unit for count, unit in zip(counts, _UNIT_SECONDS, strict=False))
    if match and text and not seconds:
        raise argparse.ArgumentTypeError("must be at least 1 second")
    if not seconds:
        raise argparse.ArgumentTypeError("give seconds or a duration such as 600, 10m, 1h30m, 7d")
    return seconds


def offset(text: str) -> int:
    """Returns the seconds that `text` stands for: a duration, with `-` before it for the past.

    Example:
        >>> offset("-2m")
        -120
    """
    size = text[1:] if text.startswith(("-", "+")) else text
    seconds = 0 if size in ("0", "0s") else duration(size)
    return -seconds if text.startswith("-") else seconds


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
    """Adds the options that `credentials_of` reads."""
    sources = parser.add_mutually_exclusive_group()
    sources.add_argument(
        "--credentials",
        metavar="WHERE",
        help="where access keys come from: the OSS_* variables (environment), or also what "
        "Alibaba Cloud's own tools use, such as ALIBABA_CLOUD_* variables, profiles and the roles "
        "of pods and instances (default; needs ossign_fast[credentials])",
    )
    sources.add_argument(
        "--credentials-file",
        metavar="FILE",
        help="INI or JSON file with access_key_id, access_key_secret and, for STS, "
        "security_token (default: the OSS_* environment variables)",
    )
    parser.add_argument(
        "--profile", metavar="NAME", help="profile of the credentials file (default: default)"
    )


def credentials_of(args: argparse.Namespace) -> Credentials | None:
    """Returns the credentials that the user pointed at; None means the environment.

    Raises:
        CommandError: `--profile` without `--credentials-file`, or an unknown `--credentials`.
        CredentialsError: There is no usable access key.
        OSError: The file cannot be read.
    """
    if args.credentials_file is None:
        if args.profile is not None:
            raise CommandError("--profile: give --credentials-file with it", USAGE)
        if args.credentials not in (None, "environment", "default"):
            raise CommandError("--credentials: must be environment or default", USAGE)
        return default_credentials() if args.credentials == "default" else None
    return load_credentials(args.credentials_file, args.profile)


def throwaway_credentials() -> Credentials:
    """Returns random credentials, good for a local endpoint only."""
    return Credentials(f"LOCAL{secrets.token_hex(8)}", secrets.token_hex(24))
