"""`ossign-fast presign`: issue one URL."""

from __future__ import annotations

import argparse
import inspect
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from ossign_fast import PresignResult, Signer

from ._arguments import (
    add_credentials_arguments,
    add_header_arguments,
    assignment,
    credentials_of,
    duration,
    headers_of,
    unique,
)
from ._curl import curl_command
from ._errors import OK, USAGE, CommandError
from ._output import show

if TYPE_CHECKING:
    from ._arguments import Commands

_SIGNER_ARGUMENTS = (
    ("--endpoint", "HOST", "host or URL to use instead of the region's own"),
    ("--endpoint-type", "TYPE", "public, internal, accelerate, accelerate-overseas or dualstack"),
    ("--url-style", "STYLE", "virtual, path or cname"),
    ("--scheme", "SCHEME", "https or http"),
    ("--product", "PRODUCT", "oss or oss-cloudbox"),
)
_CALL_ARGUMENTS = frozenset(inspect.signature(Signer.presign).parameters)


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = commands.add_parser(
        "presign",
        allow_abbrev=False,
        help="issue a presigned URL",
        description="Issue a presigned URL and show the headers that its user must send.",
    )
    parser.add_argument(
        "operation", metavar="OPERATION", help="such as GetObject or PutObject, or an HTTP method"
    )
    parser.add_argument("--region", required=True, help="region id, such as cn-hangzhou")
    parser.add_argument("--bucket", help="name of the bucket")
    parser.add_argument("--key", help="name of the object")
    parser.add_argument(
        "--expires",
        type=duration,
        metavar="DURATION",
        help="lifetime: seconds, or such as 10m, 1h30m, 7d (default: 15m)",
    )
    add_header_arguments(parser, "sign")
    _add_request_arguments(parser)
    for name, metavar, text in _SIGNER_ARGUMENTS:
        parser.add_argument(name, metavar=metavar, help=text)
    add_credentials_arguments(parser)
    _add_output_arguments(parser)
    parser.set_defaults(run=run)


def _add_request_arguments(parser: argparse.ArgumentParser) -> None:
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


def _add_output_arguments(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print one JSON object")
    form.add_argument("--curl", action="store_true", help="print the curl command to run")
    parser.add_argument(
        "--file",
        metavar="FILE",
        help="with --curl: the file to send, or to write for GET (default: standard input, output)",
    )


def run(args: argparse.Namespace) -> int:
    """Signs one request and prints the result in the form asked for."""
    if args.file is not None and not args.curl:
        raise CommandError("--file: give --curl with it", USAGE)
    headers = headers_of(args)
    result = _signer(args).presign(
        args.operation,
        args.key,
        expires=args.expires,
        headers=headers,
        query=unique(args.query, "--query"),
        **_options(args.option),
    )
    if args.curl:
        show(curl_command(args.operation, result, headers, args.file))
    elif args.json:
        show(json.dumps(_as_json(result), indent=2))
    else:
        _print(result)
    return OK


def _signer(args: argparse.Namespace) -> Signer:
    names = [name.strip("-").replace("-", "_") for name, _, _ in _SIGNER_ARGUMENTS]
    given = {name: getattr(args, name) for name in names if getattr(args, name) is not None}
    return Signer(
        region=args.region,
        credentials=credentials_of(args),
        bucket=args.bucket,
        additional_headers=args.additional_header,
        **given,
    )


def _options(pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """Returns the typed options; `metadata.a=x` and `metadata.b=y` become one dict."""
    options: dict[str, Any] = {}
    for path, value in unique(pairs, "--option").items():
        name, dot, member = path.partition(".")
        name = name.replace("-", "_")
        if name in _CALL_ARGUMENTS:
            raise CommandError(f"--option: {name} is no option of an operation", USAGE)
        if dot and isinstance(options.setdefault(name, {}), dict):
            options[name][member] = value
        elif dot or name in options:
            raise CommandError(f"--option: {name} is given in two forms", USAGE)
        else:
            options[name] = value
    return options


def _expiration(result: PresignResult) -> str:
    return f"{result.expiration:%Y-%m-%dT%H:%M:%S}.000Z"


def _as_json(result: PresignResult) -> Mapping[str, Any]:
    return {
        "method": result.method,
        "url": result.url,
        "expiration": _expiration(result),
        "signed_headers": dict(result.signed_headers),
    }


def _print(result: PresignResult) -> None:
    """Prints line for line what the sample programs of the OSS SDK for Python print."""
    show(f"method: {result.method}, expiration: {_expiration(result)}, url: {result.url}")
    for name, value in result.signed_headers.items():
        show(f"signed headers key: {name}, signed headers value: {value}")
