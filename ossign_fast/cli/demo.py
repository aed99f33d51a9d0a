"""`ossign-fast demo`: the whole way once, on this machine, without an account."""

from __future__ import annotations

import argparse
import os
import tempfile
import textwrap
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ossign_fast import (
    Credentials,
    OssignError,
    PresignResult,
    Signer,
    __version__,
    engine_info,
    verify,
)

from ._arguments import throwaway_credentials
from ._errors import OK, REFUSED, CommandError
from ._loopback import exchange
from ._output import printable, show
from ._parser import add_command
from ._refusal import Refusal
from ._signed_url import read_signed_url

if TYPE_CHECKING:
    from ._parser import Commands

_REGION = "cn-hangzhou"
_BUCKET = "demo-bucket"
_KEY = "pictures/blue sky.bin"
_CONTENT_TYPE = "application/octet-stream"
_AUTHOR = "ossign-fast"
_FILE_BYTES = 1 << 20
_MOST_KEYS = 10_000_000
_CHECKED_URLS = 100
_WIDTH = 96
_EXAMPLES = """
ossign-fast demo
ossign-fast demo --count 1000000
"""


class _Misbehaved(Exception):
    """A step ended otherwise than it should."""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "demo",
        "show it all at work on this machine, without an account",
        "Start a local endpoint with throw-away keys, upload and download a file "
        "through presigned URLs, show what is refused and why, and measure bulk signing.",
        _EXAMPLES,
    )
    parser.add_argument(
        "--count",
        type=count,
        default=100_000,
        metavar="N",
        help="keys to sign in bulk (default: 100000)",
    )
    parser.set_defaults(run=run)


def count(text: str) -> int:
    """Returns the number of keys that `text` names."""
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _MOST_KEYS):
        raise argparse.ArgumentTypeError(f"give a number of 1..{_MOST_KEYS}")
    return int(text)


def run(args: argparse.Namespace) -> int:
    """Runs all steps, each shown on a line; fails if one of them does not behave."""
    from ossign_fast.server import LocalEndpoint

    show(f"ossign-fast {__version__}: presigned URLs at work, against a local endpoint\n")
    credentials = throwaway_credentials()
    with (
        tempfile.TemporaryDirectory(prefix="ossign-fast-demo-") as folder,
        LocalEndpoint(credentials=credentials, region=_REGION) as endpoint,
    ):
        file = Path(folder, "blue sky.bin")
        file.write_bytes(os.urandom(_FILE_BYTES))
        tour = _Tour(endpoint.url, credentials, file)
        steps: tuple[tuple[str, Callable[[], str]], ...] = (
            ("local endpoint started", lambda: f"{endpoint.url}, throw-away keys"),
            ("PUT presigned", tour.presign),
            ("file uploaded", tour.upload),
            ("file downloaded, compared", tour.download),
            ("changed URL refused", tour.changed_url),
            ("missing header refused", tour.missing_header),
            ("expired URL refused", tour.expired_url),
            (f"{args.count:,} keys signed", lambda: _sign_many(credentials, args.count)),
        )
        behaved = [_step(title, action) for title, action in steps]
    show("\nall as it should be" if all(behaved) else "\nnot all steps behaved")
    return OK if all(behaved) else REFUSED


def _step(title: str, action: Callable[[], str]) -> bool:
    try:
        detail, behaved = action(), True
    except (_Misbehaved, CommandError, OssignError) as error:
        detail, behaved = printable(str(error)), False
    first = f"{'ok' if behaved else 'FAILED':<8}{title:<27} "
    lines = textwrap.wrap(
        detail,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=" " * len(first),
        break_long_words=False,
        break_on_hyphens=False,
    )
    show("\n".join(lines), flush=True)
    return behaved


class _Tour:
    """The steps that speak to the endpoint; each returns what to tell about it."""

    def __init__(self, url: str, credentials: Credentials, file: Path) -> None:
        self._signer = Signer(region=_REGION, bucket=_BUCKET, endpoint=url, credentials=credentials)
        self._file = file

    def presign(self) -> str:
        """Presigns the PUT that the following steps use."""
        put = self._presigned_put()
        return f"{_short(put.url)}; signed: {', '.join(put.signed_headers)}"

    def _presigned_put(self) -> PresignResult:
        return self._signer.presign(
            "PutObject", _KEY, expires=600, content_type=_CONTENT_TYPE, metadata={"author": _AUTHOR}
        )

    def upload(self) -> str:
        """Sends the file with the headers that were signed."""
        put = self._presigned_put()
        url = read_signed_url(put.url)
        body = self._file.read_bytes()
        with exchange("PUT", url, headers=put.signed_headers, body=body) as response:
            status = response.status_code
        return f"{_FILE_BYTES:,} bytes, HTTP {status}"

    def download(self) -> str:
        """Fetches the object and compares it, type and metadata included."""
        get = self._signer.presign("GetObject", _KEY, expires=600)
        with exchange("GET", read_signed_url(get.url), headers={}) as response:
            same = response.raw.read(decode_content=False) == self._file.read_bytes()
            kept = (
                response.headers.get("Content-Type") == _CONTENT_TYPE
                and response.headers.get("x-oss-meta-author") == _AUTHOR
            )
        if not same or not kept:
            raise _Misbehaved("bytes differ" if not same else "content type or metadata differ")
        return f"{_FILE_BYTES:,} bytes equal, content type and metadata kept"

    def changed_url(self) -> str:
        """Asks for another object than the URL was signed for."""
        get = self._signer.presign("GetObject", _KEY, expires=600)
        return _refused("GET", get.url.replace("pictures", "picture5"), {}, "SignatureDoesNotMatch")

    def missing_header(self) -> str:
        """Leaves out the content type that was signed."""
        put = self._presigned_put()
        headers = {k: v for k, v in put.signed_headers.items() if k.lower() != "content-type"}
        return _refused("PUT", put.url, headers, "SignatureDoesNotMatch")

    def expired_url(self) -> str:
        """Uses a URL that lived for a minute, an hour ago."""
        get = self._signer.presign("GetObject", _KEY, expires=60, signing_time=time.time() - 3600)
        return _refused("GET", get.url, {}, "AccessDenied")


def _refused(method: str, url: str, headers: Mapping[str, str], code: str) -> str:
    body = b"x" if method == "PUT" else None
    try:
        with exchange(method, read_signed_url(url), headers=headers, body=body):
            raise _Misbehaved("it was let through")
    except Refusal as refusal:
        answer = f"{refusal.fields.get('Code', '?')}: {refusal.fields.get('Message', '?')}"
        if refusal.fields.get("Code") != code:
            raise _Misbehaved(f"refused for another reason, {answer}") from None
        return f"HTTP {refusal.status} {answer}"


def _sign_many(credentials: Credentials, keys: int) -> str:
    signer = Signer(region=_REGION, bucket=_BUCKET, credentials=credentials)
    names = [f"pictures/2024/{number:08d}/blue-sky.jpg" for number in range(keys)]
    start = time.perf_counter()
    urls = signer.presign_many("GetObject", names, expires=3600).tolist()
    seconds = time.perf_counter() - start
    if len(urls) != keys:
        raise _Misbehaved(f"{len(urls):,} URLs came back")
    for url in urls[:: max(1, keys // _CHECKED_URLS)]:
        verify("GET", url, credentials=credentials)
    engine = engine_info()
    return (
        f"{seconds:.3f} s, {keys / seconds:,.0f} URLs per second "
        f"(engine {engine.engine}, kernel {engine.kernel})"
    )


def _short(url: str) -> str:
    return f"{url.partition('?')[0]}?..."
