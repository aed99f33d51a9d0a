"""What `presign` and `batch` share: arguments for the signer and for what is signed."""

from __future__ import annotations

import argparse
import inspect
import json
from typing import Any

from ossign_fast import Operation, Signer

from ._arguments import (
    add_credentials_arguments,
    add_header_arguments,
    assignment,
    credentials_of,
    duration,
    offset,
    unique,
)
from ._errors import USAGE, CommandError
from ._wording import option_of

_SIGNER_ARGUMENTS = (
    ("--endpoint", "HOST", "host or URL to use instead of the region's own"),
    ("--endpoint-type", "TYPE", "public, internal, accelerate, accelerate-overseas or dualstack"),
    ("--url-style", "STYLE", "virtual, path or cname"),
    ("--scheme", "SCHEME", "https or http"),
    ("--product", "PRODUCT", "oss or oss-cloudbox"),
    ("--signature-version", "VERSION", "v4, or v1, which Alibaba Cloud is retiring"),
)
_CALL_ARGUMENTS = frozenset(inspect.signature(Signer.presign).parameters)
_IN_PARTS = ("metadata", "tagging", "callback")


def add_expires_argument(parser: argparse.ArgumentParser) -> None:
    """Adds how long a URL is good for."""
    parser.add_argument(
        "--expires",
        type=duration,
        metavar="DURATION",
        help="lifetime: seconds, or such as 10m, 1h30m, 7d (default: 15m)",
    )


def add_request_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what tells headers, query and options of the requests."""
    add_header_arguments(parser, "sign")
    for name, metavar, text in (
        ("--query", "NAME=VALUE", "query parameter to sign; may be repeated"),
        (
            "--option",
            "NAME=VALUE",
            "typed option, as part_number=1, metadata.author=me, tagging.team=a; may be repeated",
        ),
    ):
        parser.add_argument(
            name, action="append", default=[], type=assignment, metavar=metavar, help=text
        )
    parser.add_argument(
        "--additional-header",
        action="append",
        default=[],
        metavar="NAME",
        help="sign this header too, which is not signed otherwise; may be repeated",
    )


def add_signer_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds what `signer_of` reads, but for the region and the bucket."""
    for name, metavar, text in _SIGNER_ARGUMENTS:
        parser.add_argument(name, metavar=metavar, help=text)
    parser.add_argument(
        "--clock-offset",
        type=offset,
        metavar="DURATION",
        help="how far this machine's clock is behind, as 90s, or ahead, as -90s",
    )
    add_credentials_arguments(parser)


def signer_of(args: argparse.Namespace, bucket: str | None) -> Signer:
    """Returns the signer that the arguments tell."""
    names = [name.strip("-").replace("-", "_") for name, _, _ in _SIGNER_ARGUMENTS]
    given = {
        name: getattr(args, name)
        for name in (*names, "clock_offset")
        if getattr(args, name) is not None
    }
    return Signer(
        region=args.region,
        credentials=credentials_of(args),
        bucket=bucket,
        additional_headers=args.additional_header,
        **given,
    )


def options_of(pairs: list[tuple[str, str]], operation: Operation) -> dict[str, Any]:
    """Returns the typed options; `metadata.a=x` and `metadata.b=y` become one dict."""
    options: dict[str, Any] = {}
    for path, value in unique(pairs, "--option").items():
        name, dot, member = path.partition(".")
        name = name.replace("-", "_")
        if name in _CALL_ARGUMENTS:
            raise CommandError(
                f"--option: {name} is not an option of an operation{_elsewhere(name)}", USAGE
            )
        option = operation.options.get(name)
        if option is not None:
            _check_form(name, option.kind, in_parts=bool(dot), member=member)
        if dot and isinstance(options.setdefault(name, {}), dict):
            options[name][member] = value
        elif dot or name in options:
            raise CommandError(f"--option: {name} is given in two forms", USAGE)
        else:
            is_json = option is not None and option.kind == "callback" and value.startswith("{")
            options[name] = _json_object(name, value) if is_json else value
    return options


def _json_object(name: str, text: str) -> dict[str, Any]:
    try:
        parsed: dict[str, Any] = json.loads(text)
    except (ValueError, RecursionError):
        raise CommandError(f"--option: {name} is not valid JSON", USAGE) from None
    return parsed


def _elsewhere(name: str) -> str:
    option = option_of(name)
    return "" if option.startswith("--option") else f"; use {option}"


def _check_form(name: str, kind: str, *, in_parts: bool, member: str) -> None:
    if in_parts and kind not in _IN_PARTS:
        raise CommandError(f"--option: {name} has no parts; write {name}=VALUE", USAGE)
    if in_parts and not member:
        raise CommandError(f"--option: write {name}.NAME=VALUE, with a name", USAGE)
    if not in_parts and kind == "metadata":
        raise CommandError(f"--option: write {name}.NAME=VALUE, once for each name", USAGE)
