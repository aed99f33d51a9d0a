"""One HTTP exchange with OSS: sent exactly as signed, its failures told readably."""

from __future__ import annotations

import contextlib
import importlib.util
import socket
import sys
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from ossign_fast import __version__

from ._arguments import duration
from ._errors import IO_ERROR, USAGE, CommandError
from ._output import printable
from ._refusal import read_refusal
from ._signed_url import SignedUrl

if TYPE_CHECKING:
    import argparse

    import requests

CHUNK_BYTES = 1 << 18
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60


def add_http_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `--timeout`."""
    parser.add_argument(
        "--timeout",
        type=duration,
        default=_READ_SECONDS,
        metavar="DURATION",
        help=f"longest silence of the server to bear (default: {_READ_SECONDS}s)",
    )


@contextlib.contextmanager
def exchange(
    method: str,
    url: SignedUrl,
    *,
    headers: Mapping[str, str],
    body: Any = None,
    timeout: float = _READ_SECONDS,
) -> Iterator[requests.Response]:
    """Sends one request and yields the answer, its body unread and not decoded.

    Redirects are not followed: the signature holds for this host and path alone.

    Args:
        method: The HTTP method.
        url: The URL, sent byte for byte.
        headers: Headers to send; values are sent as UTF-8, the way V4 signs them.
        body: Bytes, or a sized object with `read(n)`. No Content-Type is added for it.
        timeout: Longest wait for the next bytes of the server, in seconds.

    Raises:
        Refusal: The server refused the request.
        CommandError: The request cannot be sent, the server cannot be reached, or requests is not
            installed.
    """
    try:
        import requests
    except ImportError:
        raise CommandError(
            "requests is not installed; run pip install 'ossign_fast[cli]'", USAGE
        ) from None

    with requests.Session() as session:
        prepared = _prepared(session, method, url, headers, body)
        settings = session.merge_environment_settings(url.text, {}, True, None, None)
        waits = (min(_CONNECT_SECONDS, timeout), timeout)
        with (
            _network_errors(url.host),
            session.send(prepared, allow_redirects=False, timeout=waits, **settings) as response,
        ):
            if not 200 <= response.status_code < 300:
                raise read_refusal(response, url, headers)
            yield response


def _prepared(
    session: requests.Session, method: str, url: SignedUrl, headers: Mapping[str, str], body: Any
) -> requests.PreparedRequest:
    import requests

    try:
        prepared = session.prepare_request(
            # An auth of its own keeps requests from adding a password of ~/.netrc.
            requests.Request(
                method, url.text, _wire_headers(headers), data=body, auth=lambda request: request
            )
        )
    except requests.exceptions.InvalidHeader:
        raise CommandError("--header: holds what HTTP cannot carry", USAGE) from None
    except requests.exceptions.InvalidURL:
        raise CommandError(f"{url.source}: has a bad host", USAGE) from None
    prepared.url = url.text  # requests drops "." and ".." segments, which keys may hold
    return prepared


def _wire_headers(headers: Mapping[str, str]) -> dict[str, str | bytes]:
    defaults: dict[str, str | bytes] = {
        "User-Agent": f"ossign-fast/{__version__}",
        "Accept-Encoding": "identity",  # the object's own bytes, not a compressed rendering
    }
    given = {name.lower() for name in headers}
    wire = {name: value for name, value in defaults.items() if name.lower() not in given}
    try:
        return wire | {name: value.encode() for name, value in headers.items()}
    except UnicodeEncodeError:
        raise CommandError("--header: holds a value that is not valid text", USAGE) from None


@contextlib.contextmanager
def _network_errors(host: str) -> Iterator[None]:
    """Turns errors of requests, whose texts hold the signed URL, into ones that do not."""
    import requests
    import urllib3

    try:
        yield
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise CommandError(f"{host}: {_network_text(error)}", IO_ERROR) from None


def _network_text(error: Exception) -> str:
    import urllib3
    from requests import exceptions

    texts: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
        ((exceptions.SSLError,), "no trustworthy TLS connection"),
        ((exceptions.ProxyError,), "the proxy refused or cannot be reached"),
        ((exceptions.Timeout, urllib3.exceptions.TimeoutError), "no answer in time"),
        ((exceptions.InvalidHeader,), "the headers of its answer contradict each other"),
    )
    for kinds, text in texts:
        if isinstance(error, kinds):
            return text
    for cause in _causes(error):
        if isinstance(cause, socket.gaierror):
            return "unknown host name"
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror
    return "the connection broke"


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yields the errors below `error`, whether chained or carried as arguments."""
    pending = [error]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        yield current
        below = [current.__cause__, current.__context__, getattr(current, "reason", None)]
        pending.extend(e for e in (*below, *current.args) if isinstance(e, BaseException))


@contextlib.contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], object]]:
    """Yields a function to call with each number of bytes moved.

    Draws on a terminal only, and only if tqdm is installed.
    """
    has_tqdm = importlib.util.find_spec("tqdm") is not None
    if sys.stderr is None or not sys.stderr.isatty() or not has_tqdm:
        yield lambda count: None
        return
    from tqdm import tqdm

    with tqdm(
        desc=printable(label, 40),
        total=total,
        unit="B",
        unit_scale=True,
        unit_divisor=1024,
        leave=False,
        file=sys.stderr,
    ) as bar:
        yield bar.update
