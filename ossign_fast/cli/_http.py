"""One HTTP exchange with OSS: sent exactly as signed, its failures told readably."""

from __future__ import annotations

import contextlib
import socket
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from ossign_fast import __version__

from ._common import IO_ERROR, REFUSED, USAGE, CommandError, duration, printable
from ._signed_url import SignedUrl

if TYPE_CHECKING:
    import argparse

    import requests

CHUNK_BYTES = 1 << 18
_CONNECT_SECONDS = 10.0
_READ_SECONDS = 60
_ERROR_BYTES = 1 << 16
_ERROR_FIELDS = ("Code", "Message", "EC", "Endpoint", "RequestId", "RecommendDoc")
_SIGNATURE_HINT = (
    "hint: send exactly the headers that presign listed, value for value, with --header "
    "(Content-Type included; none if none was listed), with the method that was signed"
)


class Refusal(CommandError):
    """The server's answer, where it is not a success.

    Attributes:
        status: The HTTP status.
        fields: Code, Message, EC and RequestId, as far as the server sent them.
    """

    def __init__(
        self, host: str, status: int, fields: Mapping[str, str], details: Sequence[str]
    ) -> None:
        self.status = status
        self.fields = fields
        super().__init__(f"{host} refused the request: HTTP {status}", REFUSED, details)


def add_http_arguments(parser: argparse.ArgumentParser) -> None:
    """Adds `--url` and `--timeout`."""
    parser.add_argument("--url", required=True, help="the presigned URL, quoted for the shell")
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
    direct: bool = False,
) -> Iterator[requests.Response]:
    """Sends one request and yields the answer, its body unread and not decoded.

    Redirects are not followed: the signature holds for this host and path alone.

    Args:
        method: The HTTP method.
        url: The URL, sent byte for byte.
        headers: Headers to send; values are sent as UTF-8, the way V4 signs them.
        body: Bytes, or a sized object with `read(n)`. No Content-Type is added for it.
        timeout: Longest wait for the next bytes of the server, in seconds.
        direct: Ignores the proxies of the environment.

    Raises:
        Refusal: The server refused the request.
        CommandError: The request cannot be sent, or the server cannot be reached.
    """
    import requests

    with requests.Session() as session, _network_errors(url.host):
        session.trust_env = not direct
        prepared = session.prepare_request(
            # An auth of its own keeps requests from adding a password of ~/.netrc.
            requests.Request(
                method, url.text, _wire_headers(headers), data=body, auth=lambda request: request
            )
        )
        prepared.url = url.text  # requests drops "." and ".." segments, which keys may hold
        settings = session.merge_environment_settings(url.text, {}, True, None, None)
        waits = (min(_CONNECT_SECONDS, timeout), timeout)
        with session.send(prepared, allow_redirects=False, timeout=waits, **settings) as response:
            if not 200 <= response.status_code < 300:
                raise _refusal(response, url, headers)
            yield response


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
    except requests.exceptions.InvalidHeader:
        raise CommandError("--header: holds what HTTP cannot carry", USAGE) from None
    except requests.exceptions.InvalidURL:
        raise CommandError("--url: has a bad host", USAGE) from None
    except (requests.RequestException, urllib3.exceptions.HTTPError) as error:
        raise CommandError(f"{host}: {_network_text(error)}", IO_ERROR) from None


def _network_text(error: Exception) -> str:
    import requests
    import urllib3

    if isinstance(error, requests.exceptions.SSLError):
        return "no trustworthy TLS connection"
    if isinstance(error, requests.exceptions.ProxyError):
        return "the proxy refused or cannot be reached"
    if isinstance(error, (requests.Timeout, urllib3.exceptions.TimeoutError)):
        return "no answer in time"
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


def _refusal(response: requests.Response, url: SignedUrl, headers: Mapping[str, str]) -> Refusal:
    fields = _oss_error_fields(response)
    lines = [f"{name}: {value}" for name, value in fields.items()]
    if fields.get("Code") == "SignatureDoesNotMatch":
        lines.append(_SIGNATURE_HINT)
        given = {name.lower() for name in headers}
        missing = [name for name in url.additional_headers if name not in given | {"host"}]
        if missing:
            lines.append(f"hint: the URL was signed with {', '.join(missing)}; --header lacks it")
    if 300 <= response.status_code < 400:
        lines.append("hint: redirects are not followed; sign for the endpoint that has the bucket")
    return Refusal(url.host, response.status_code, fields, lines)


def _oss_error_fields(response: requests.Response) -> dict[str, str]:
    """Returns Code, Message, EC and RequestId of an OSS error, as far as it has them.

    `StringToSign` and `CanonicalRequest` are left out: they hold the signature's inputs.
    """
    headers = response.headers
    fields = {"EC": headers.get("x-oss-ec", ""), "RequestId": headers.get("x-oss-request-id", "")}
    body = response.raw.read(_ERROR_BYTES, decode_content=True)
    if b"<!" not in body:  # OSS sends no DTD; entities of a stranger are not expanded
        with contextlib.suppress(ElementTree.ParseError, LookupError, ValueError):
            for element in ElementTree.fromstring(body):
                fields[element.tag] = element.text or fields.get(element.tag, "")
    return {name: printable(fields[name]) for name in _ERROR_FIELDS if fields.get(name)}


@contextlib.contextmanager
def progress(label: str, total: int | None) -> Iterator[Callable[[int], object]]:
    """Yields a function to call with each number of bytes moved; draws on a terminal only."""
    if sys.stderr is None or not sys.stderr.isatty():
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
