"""`ossign-fast serve`: a local endpoint that checks signatures, for development and tests."""

from __future__ import annotations

import argparse
import contextlib
import errno
import os
from typing import TYPE_CHECKING

from ossign_fast import Credentials, EnvironmentVariableCredentialsProvider, Signer

from ._arguments import add_credentials_arguments, credentials_of, throwaway_credentials
from ._errors import IO_ERROR, OK, CommandError
from ._output import complain, show
from ._parser import add_command

if TYPE_CHECKING:
    from ._parser import Commands

_EXAMPLES = """
ossign-fast serve
ossign-fast serve --port 8080 --dir objects
ossign-fast serve --credentials-file keys.ini --profile test
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "serve",
        "run a local endpoint that checks signatures",
        "Run a small OSS on 127.0.0.1 that checks the signature of every request. "
        "Without access keys in the environment or a file it makes throw-away ones, which it "
        "prints: they open nothing but this endpoint.",
        _EXAMPLES,
    )
    parser.add_argument(
        "--dir", metavar="FOLDER", help="where objects are kept (default: a temporary folder)"
    )
    parser.add_argument(
        "--port", type=port, default=0, metavar="N", help="TCP port (default: any free one)"
    )
    parser.add_argument(
        "--region", default="cn-hangzhou", help="region to expect (default: cn-hangzhou)"
    )
    parser.add_argument(
        "--strict-bytes",
        action="store_true",
        help="refuse presigned URLs that are not spelled as they were signed; OSS takes them",
    )
    add_credentials_arguments(parser)
    parser.set_defaults(run=run)


def port(text: str) -> int:
    """Returns the TCP port that `text` names, 0 for any free one."""
    if not (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) <= 65535):
        raise argparse.ArgumentTypeError("give a number of 0..65535")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Serves until Ctrl-C or SIGTERM, which end it well."""
    from ossign_fast.server import LocalEndpoint

    given = _given_credentials(args)
    credentials = given or throwaway_credentials()
    Signer(region=args.region, credentials=credentials)  # refuses what is no region
    try:
        endpoint = LocalEndpoint(
            args.dir,
            credentials=credentials,
            region=args.region,
            port=args.port,
            strict_bytes=args.strict_bytes,
            log=complain,
        )
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        text = f"--port {args.port}: is in use; leave --port out for a free one"
        raise CommandError(text, IO_ERROR) from None
    with contextlib.closing(endpoint):
        try:
            _introduce(endpoint.url, args, None if given else credentials)
            endpoint.serve_forever()
        except KeyboardInterrupt:
            show("stopped")
    return OK


def _given_credentials(args: argparse.Namespace) -> Credentials | None:
    """Returns the user's own keys; None if there is no trace of any."""
    if (args.credentials, args.credentials_file, args.profile) != (None, None, None):
        return credentials_of(args) or EnvironmentVariableCredentialsProvider().get_credentials()
    if not (os.environ.get("OSS_ACCESS_KEY_ID") or os.environ.get("OSS_ACCESS_KEY_SECRET")):
        return None
    return EnvironmentVariableCredentialsProvider().get_credentials()


def _introduce(url: str, args: argparse.Namespace, throwaway: Credentials | None) -> None:
    folder = args.dir or "a temporary folder, gone at the end"
    lines = [f"serving {url}, region {args.region}, objects in {folder}", ""]
    if throwaway is not None:
        lines += [
            "throw-away access keys of this endpoint:",
            f"  export OSS_ACCESS_KEY_ID={throwaway.access_key_id}",
            f"  export OSS_ACCESS_KEY_SECRET={throwaway.access_key_secret}",
            "",
        ]
    lines += [
        "try it from another terminal:",
        f"  ossign-fast presign PutObject --endpoint {url} --region {args.region} \\",
        "    --bucket examplebucket --key hello.txt --content-type text/plain --curl",
        "",
        "Ctrl-C stops it",
    ]
    show("\n".join(lines), flush=True)
