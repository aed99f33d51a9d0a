"""Where `upload` and `download` have their URL from, and what is to be sent with it.

A URL that stands in a command line, signature and token included, can be read by every user of the
machine. So it may come from standard input, a file or the environment, too.
"""

from __future__ import annotations

import argparse
import codecs
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from ._arguments import add_header_arguments, headers_of
from ._errors import USAGE, CommandError
from ._output import binary
from ._signed_url import SignedUrl, read_signed_url

#: The variable that holds the URL where no option tells it.
VARIABLE = "OSSIGN_FAST_URL"
_LIMIT = 1 << 18


class SignedRequest(NamedTuple):
    """What to send, besides a body.

    Attributes:
        method: The HTTP method.
        url: The URL.
        headers: The headers to send.
    """

    method: str
    url: SignedUrl
    headers: dict[str, str]


def add_source_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds the options that `signed_request` reads."""
    group = parser.add_argument_group(
        "what to send, one of",
        f"Without any of them, the URL is that of the environment variable {VARIABLE}.",
    ).add_mutually_exclusive_group()
    group.add_argument(
        "--url",
        metavar="URL",
        help="the presigned URL, quoted for the shell; - reads it from standard input. All users "
        "of the machine can see a URL that is typed here, and use it",
    )
    group.add_argument("--url-file", metavar="FILE", help="file that holds the presigned URL")
    group.add_argument(
        "--request",
        metavar="FILE",
        help="file that holds what `presign --json` printed: URL, method and headers; - reads it "
        "from standard input",
    )
    add_header_arguments(parser, "send")


def reads_standard_input(args: argparse.Namespace) -> bool:
    """Returns whether the URL or the request comes from standard input."""
    return "-" in (args.url, args.url_file, args.request)


def signed_request(args: argparse.Namespace, methods: Sequence[str]) -> SignedRequest:
    """Returns the request that the options tell.

    Args:
        args: The parsed options.
        methods: The HTTP methods that the command can send; the first is that of a bare URL.

    Raises:
        CommandError: There is none, it is for another method, or it contradicts `--header`.
        OSError: A file cannot be read.
    """
    headers = headers_of(args)
    if args.request is not None:
        return _from_json(_read(args.request, "--request"), headers, methods)
    return SignedRequest(methods[0], _url(args), headers)


def _url(args: argparse.Namespace) -> SignedUrl:
    if args.url_file is not None:
        return read_signed_url(_read(args.url_file, "--url-file").strip(), "--url-file")
    if args.url is not None:
        text = _read("-", "--url").strip() if args.url == "-" else args.url
        return read_signed_url(text, "--url")
    text = os.environ.get(VARIABLE, "")
    if not text:
        raise CommandError(f"no URL: give --url, --url-file or --request, or set {VARIABLE}", USAGE)
    return read_signed_url(text, VARIABLE)


def _read(name: str, label: str) -> str:
    if name == "-":
        raw = binary(sys.stdin, "standard input").read(_LIMIT + 1)
    else:
        with Path(name).open("rb") as file:
            raw = file.read(_LIMIT + 1)
    if len(raw) > _LIMIT:
        raise CommandError(f"{label}: is longer than {_LIMIT >> 10} KiB; give one request", USAGE)
    # PowerShell redirects output as UTF-16.
    wide = raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        return raw.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise CommandError(f"{label}: is not text", USAGE) from None


def _from_json(text: str, given: dict[str, str], methods: Sequence[str]) -> SignedRequest:
    """Returns the request that is told as JSON, which no error repeats: it holds a signature."""
    method, url, headers = _parts(text)
    if method not in methods:
        raise CommandError(
            f"--request: is for {method}, which this command does not send "
            f"(it sends {' or '.join(methods)})",
            USAGE,
        )
    values = {name.lower(): value for name, value in headers.items()}
    for name, value in given.items():
        if values.get(name.lower(), value) != value:
            raise CommandError(f"--header {name}: contradicts the header of --request", USAGE)
    more = {name: value for name, value in given.items() if name.lower() not in values}
    return SignedRequest(method, read_signed_url(url, "--request"), {**headers, **more})


def _parts(text: str) -> tuple[Any, Any, Any]:
    try:
        fields = json.loads(text)
    except (ValueError, RecursionError):
        fields = None
    if isinstance(fields, dict):
        method, url = fields.get("method"), fields.get("url")
        headers = fields.get("headers", fields.get("signed_headers", {}))
        values = headers.values() if isinstance(headers, dict) else [None]
        if all(isinstance(part, str) for part in (method, url, *values)):
            return method, url, headers
    raise CommandError("--request: is not what `ossign-fast presign --json` prints", USAGE)
