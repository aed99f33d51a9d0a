"""From a URL that a client is about to request back to bucket, key and query."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from .._errors import RequestError
from .._frames import showable
from .endpoints import Endpoint, check_bucket

_DEFAULT_PORTS = {"http": 80, "https": 443}
#: What `urlsplit` drops without a word, here and there, as browsers do.
_BLANK = re.compile(r"[\x00-\x20\x7f]").search
#: Query parameters of a signed URL whose values nobody may see, of V4 and V1, in lower case.
_HIDDEN = frozenset({"x-oss-signature", "x-oss-security-token", "signature", "security-token"})


@showable
class Target:
    """What a URL is for, decoded.

    Of a URL that is signed already, the `repr` hides the signature and the token.

    Attributes:
        bucket: The bucket; None for a request to the service.
        key: The object key; None for a request to a bucket or to the service.
        query: The query parameters; a bare name has the empty text.

    Example:
        >>> Target("examplebucket", "a.txt", {"acl": ""}).key
        'a.txt'
    """

    __slots__ = ("bucket", "key", "query")

    def __init__(self, bucket: str | None, key: str | None, query: dict[str, str]) -> None:
        self.bucket: str | None = bucket
        self.key: str | None = key
        self.query: dict[str, str] = query

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Target):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in self.__slots__)

    __hash__: ClassVar[None] = None  # type: ignore[assignment]  # a dict has none either

    def __repr__(self) -> str:
        shown = (
            f"{name!r}: {'***' if name.lower() in _HIDDEN else repr(value)}"
            for name, value in self.query.items()
        )
        return f"Target(bucket={self.bucket!r}, key={self.key!r}, query={{{', '.join(shown)}}})"


def locate(url: str, endpoint: Endpoint, bucket: str | None) -> Target:
    """Returns what `url` is for, if it goes to `endpoint`.

    Args:
        url: An absolute URL, encoded as clients send it: in its query "+" is a space.
        endpoint: The only place that is taken.
        bucket: Bucket of a "cname" endpoint, whose URLs do not tell it.

    Raises:
        RequestError: It goes elsewhere, or cannot be read in one way only.
    """
    try:
        if not isinstance(url, str) or _BLANK(url):
            raise ValueError
        parts = _split(url)
        host = _host(parts.scheme, parts.netloc)
    except ValueError:
        raise RequestError(
            "url", "is not a URL that can be read; give an absolute one, percent-encoded"
        ) from None
    style, name = endpoint.style, bucket
    path = parts.path.removeprefix("/")
    own = _host(endpoint.scheme, endpoint.authority)
    if style == "virtual":
        name = host[1].removesuffix(own[1]).removesuffix(".") if host != own else None
        own = (own[0], f"{name}.{own[1]}", own[2]) if name is not None else own
    if host != own:
        raise RequestError("url", "is not at the endpoint of the signer; sign for that one alone")
    if style == "path":
        name, _, path = path.partition("/")
        name = _decoded(name) or None
    if name is None and path:
        raise RequestError("url", "names a key, but no bucket; put the bucket where it belongs")
    if name is not None:
        check_bucket(name)
    return Target(name, _decoded(path) or None, _query(parts.query))


def _host(scheme: str, authority: str) -> tuple[str, str, int]:
    """Returns scheme, host and port in the form in which they are compared."""
    parts = _split(f"//{authority.lower()}")
    if "@" in authority or not parts.hostname:
        raise ValueError
    port = _DEFAULT_PORTS.get(scheme.lower(), 0) if parts.port is None else parts.port
    return scheme.lower(), parts.hostname, port


def _split(url: str) -> Any:
    from urllib.parse import urlsplit  # not needed to import the package

    return urlsplit(url)


def _decoded(text: str) -> str:
    from urllib.parse import unquote  # not needed to import the package

    try:
        return unquote(text, errors="strict")
    except UnicodeDecodeError:
        raise RequestError("url", "does not decode to UTF-8; encode it as UTF-8") from None


def _query(query: str) -> dict[str, str]:
    parameters: dict[str, str] = {}
    for pair in query.split("&") if query else ():
        name, _, value = pair.replace("+", " ").partition("=")
        name = _decoded(name)
        if not name or name in parameters:
            raise RequestError("url", "has an empty or repeated name in its query; name each once")
        parameters[name] = _decoded(value)
    return parameters
