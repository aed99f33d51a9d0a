"""`ossign-fast presign`: issue one URL."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from ossign_fast import Operation, PresignResult, describe_operation

from ._arguments import headers_of, unique
from ._curl import curl_command
from ._errors import OK, USAGE, CommandError
from ._output import show
from ._parser import add_command
from ._request import (
    add_expires_argument,
    add_request_arguments,
    add_signer_arguments,
    options_of,
    signer_of,
)
from ._wording import hints

if TYPE_CHECKING:
    from ._parser import Commands

_EXAMPLES = r"""
ossign-fast presign GetObject oss://examplebucket/dir/a.txt --region cn-hangzhou
ossign-fast presign PutObject --region cn-hangzhou --bucket examplebucket --key a.txt \
  --expires 1h --content-type text/plain --option metadata.author=me --json
ossign-fast presign UploadPart oss://examplebucket/big.bin --region cn-hangzhou \
  --option upload_id=0004B989 --option part_number=1 --curl --file part1
ossign-fast presign GET oss://examplebucket --bucket-level --region cn-hangzhou --query acl
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "presign",
        "issue a presigned URL",
        "Issue a presigned URL and show the headers that its user must send. "
        "`ossign-fast operations` lists the operations and their options.",
        _EXAMPLES,
    )
    parser.add_argument(
        "operation", metavar="OPERATION", help="such as GetObject or PutObject, or an HTTP method"
    )
    parser.add_argument(
        "target",
        metavar="TARGET",
        nargs="?",
        help="oss://BUCKET/KEY, instead of --bucket and --key; the key is not percent-encoded",
    )
    parser.add_argument("--region", help="region id, such as cn-hangzhou")
    parser.add_argument("--bucket", help="name of the bucket")
    parser.add_argument("--key", help="name of the object, not percent-encoded")
    _add_level_arguments(parser)
    add_expires_argument(parser)
    add_request_arguments(parser)
    add_signer_arguments(parser)
    _add_output_arguments(parser)
    parser.set_defaults(run=run)


def _add_level_arguments(parser: argparse.ArgumentParser) -> None:
    """A key that is missing by mistake must not sign, say, the deletion of the bucket."""
    level = parser.add_mutually_exclusive_group()
    for name, text in (
        ("--bucket-level", "with an HTTP method: sign a request to the bucket itself"),
        ("--service-level", "with an HTTP method: sign a request to the service, without bucket"),
    ):
        level.add_argument(name, action="store_true", help=text)


def _add_output_arguments(parser: argparse.ArgumentParser) -> None:
    form = parser.add_mutually_exclusive_group()
    form.add_argument(
        "--json",
        action="store_true",
        help="print one JSON object, which `upload --request` and `download --request` take",
    )
    form.add_argument("--curl", action="store_true", help="print the curl command to run")
    form.add_argument("--url-only", action="store_true", help="print the URL and nothing else")
    parser.add_argument(
        "--file",
        metavar="FILE",
        help="with --curl: the file to send, or to write for GET (default: standard input, output)",
    )


def run(args: argparse.Namespace) -> int:
    """Signs one request and prints the result in the form asked for."""
    if args.file is not None and not args.curl:
        raise CommandError("--file: give --curl with it", USAGE)
    operation = describe_operation(args.operation)
    bucket, key = _place(args)
    _check_level(args, operation, bucket, key)
    with hints():
        result = signer_of(args, bucket).presign(
            args.operation,
            *(() if key is None else (key,)),
            bucket="" if args.service_level else None,
            expires=args.expires,
            headers=headers_of(args),
            query=unique(args.query, "--query"),
            **options_of(args.option, operation),
        )
    if args.curl:
        show(curl_command(args.operation, result, args.file))
    elif args.json:
        show(json.dumps({**result.to_dict(), "expiration": _expiration(result)}, indent=2))
    elif args.url_only:
        show(result.url)
    else:
        _print(result)
    return OK


def _place(args: argparse.Namespace) -> tuple[str | None, str | None]:
    """Returns bucket and key, as far as they are given."""
    if args.target is None:
        return args.bucket, args.key
    scheme, mark, path = args.target.partition("://")
    if scheme != "oss" or not mark:
        cure = ", or give the key as --key" if args.bucket is not None and not mark else ""
        raise CommandError(f"TARGET: write it as oss://BUCKET/KEY{cure}", USAGE)
    bucket, _, key = path.partition("/")
    for name, value in (("bucket", args.bucket), ("key", args.key)):
        if value is not None:
            raise CommandError(f"--{name}: leave it out; TARGET already names the {name}", USAGE)
    return bucket, key or None


def _check_level(
    args: argparse.Namespace, operation: Operation, bucket: str | None, key: str | None
) -> None:
    level = next((f"--{n}-level" for n in ("bucket", "service") if vars(args)[f"{n}_level"]), None)
    if level is not None and key is not None:
        raise CommandError(f"{level}: leave the key out; there is none at this level", USAGE)
    if level is not None and operation.level == "object":
        raise CommandError(f"{level}: {operation.name} works on an object", USAGE)
    if level == "--service-level" and operation.level == "bucket":
        raise CommandError(f"{level}: {operation.name} works on a bucket", USAGE)
    if level == "--bucket-level" and bucket is None:
        raise CommandError("--bucket: is missing; give the name of the bucket", USAGE)
    if level is None and key is None and operation.level == "any":
        raise CommandError(
            f"--key: is missing; for a {operation.method} on the bucket itself give "
            "--bucket-level, for one on the service --service-level",
            USAGE,
        )


def _expiration(result: PresignResult) -> str:
    return f"{result.expiration:%Y-%m-%dT%H:%M:%S}.000Z"


def _print(result: PresignResult) -> None:
    """Prints line for line what the sample programs of the OSS SDK for Python print."""
    show(f"method: {result.method}, expiration: {_expiration(result)}, url: {result.url}")
    for name, value in result.signed_headers.items():
        show(f"signed headers key: {name}, signed headers value: {value}")
