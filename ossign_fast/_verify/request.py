"""Reads signed requests as they arrive: URL, resource, query and headers, none of it trusted.

For the verifier alone, on the standard library alone. What a URL means counts, not how it is spelt;
`encoding.py` says how far that goes. On demand (`strict`) a presigned URL has one spelling but for
the slashes of the key: unreserved characters plain, all others as upper-case %XX. No parameter may
repeat in either.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from .._errors import MalformedSignatureError, RequestError, VerificationError
from .encoding import MAX_URL, decode, encode_name, encode_path

ReceivedHeaders = Mapping[str, str | bytes] | Iterable[tuple[str, str | bytes]] | None

_AUTHORITY = r"(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?"
# Path and query are of printable ASCII without "#", the path without "?" too.
_URL = re.compile(rf"(?:((?i:https?))://({_AUTHORITY}))?(/[!\"$->@-~]*)(?:\?([!\"$-~]*))?")
_ENDPOINT = re.compile(rf"(?:(https?)://)?({_AUTHORITY})/?")
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_STYLES = ("virtual", "path", "cname")
_DEFAULT_PORTS = {"http": ":80", "https": ":443"}
MAX_HEADERS = 500
MAX_HEADER_BYTES = 131_072
"""Of all names and values together; OSS takes less."""


class ReceivedUrl(NamedTuple):
    """A URL cut in pieces, still encoded; scheme and authority are None where it has none."""

    scheme: str | None
    authority: str | None
    path: str
    query: str | None

    @property
    def host_header(self) -> str | None:
        """What an HTTP client sends as Host for this URL."""
        if self.scheme is None or self.authority is None:
            return None
        return self.authority.removesuffix(_DEFAULT_PORTS[self.scheme])


class Resource(NamedTuple):
    """What a request is for; bucket and key are None where it is for less than that."""

    bucket: str | None
    key: str | None
    canonical_path: str


class Received(NamedTuple):
    """A request taken apart: the query decoded, header names in lower case, values trimmed."""

    method: str
    resource: Resource
    query: dict[str, str]
    encoded_query: str | None
    headers: list[tuple[str, str]]
    host: str | None

    def header(self, name: str) -> str | None:
        """Returns the value of the header `name`, or None.

        Raises:
            MalformedSignatureError: It was sent twice.
        """
        values = [value for sent, value in self.headers if sent == name]
        if len(values) > 1:
            raise MalformedSignatureError(f"{name}: sent twice; send one")
        return values[0] if values else None

    def required_header(self, name: str) -> str:
        """Returns the value of the header `name`.

        Raises:
            MalformedSignatureError: It is missing, empty or was sent twice.
        """
        value = self.header(name)
        if not value:
            raise MalformedSignatureError(f"{name}: missing; send it as signed")
        return value

    def signed_headers(self, additional: tuple[str, ...] = ()) -> dict[str, str]:
        """Returns the headers that every signature covers and those named, sorted.

        Raises:
            MalformedSignatureError: One was sent twice, or an additional one is missing.
        """
        signed: dict[str, str] = {}
        if not (self.headers or additional):
            return signed
        for name, value in self.headers:
            if name.startswith("x-oss-") or name in ("content-type", "content-md5", *additional):
                if name in signed:
                    raise MalformedSignatureError(f"{name}: sent twice; send one")
                signed[name] = value
        if self.host is not None and "host" in additional:
            signed.setdefault("host", self.host)
        for name in additional:
            if name not in signed:
                raise MalformedSignatureError(f"{name}: is an additional header; send it as signed")
        return dict(sorted(signed.items()))


def split_url(url: str, *, strict: bool = False) -> ReceivedUrl:
    """Returns the pieces of an absolute http(s) URL, or of path and query alone.

    Args:
        url: The URL.
        strict: Whether scheme and host stay as they are; otherwise they become lower case.

    Raises:
        MalformedSignatureError: It is neither, or holds user info or a fragment, or is too long.
    """
    if len(url) > MAX_URL:
        raise MalformedSignatureError(f"url: is longer than {MAX_URL} characters")
    found = _URL.fullmatch(url)
    if found is None or (strict and found[1] not in (None, *_DEFAULT_PORTS)):
        raise MalformedSignatureError(
            "url: not an http(s) URL as a client sends it; give it encoded and unchanged"
        )
    scheme, authority, path, query = found.groups()
    if authority is not None and not strict:
        scheme, authority = scheme.lower(), authority.lower()
    return ReceivedUrl(scheme, authority, path, query)


def locate(
    url: ReceivedUrl,
    bucket: str | None,
    url_style: str | None,
    endpoint: str | None,
    *,
    strict: bool = False,
    bare_bucket: bool = False,
) -> Resource:
    """Returns bucket, key and canonical path of `url`; arguments as those of `verify`.

    Args:
        url: The URL.
        bucket: The bucket it must be for, or None.
        url_style: Where the bucket stands, or None to tell by the host.
        endpoint: The endpoint it must have, or None.
        strict: Whether the path must have the form in which it is signed.
        bare_bucket: Whether path style needs no slash after a bucket without a key.
    """
    style = _addressing(url, bucket, url_style)
    if endpoint is not None:
        _require_endpoint(url, endpoint if strict else endpoint.lower(), style)
    slash, key = "/", url.path[1:]
    if style == "path":
        # A bucket without the slash after it stays as it is, and so matches no presigned URL.
        found, slash, key = key.partition("/")
        found = decode(found, "bucket", strict=strict)
        if "/" in found:  # V1 signs it decoded, where it would pass for the start of a key
            raise MalformedSignatureError("bucket: holds a slash; write it plain, after the bucket")
        slash = "/" if bare_bucket and found else slash
    else:
        found = _bucket_of_host(url, style) or bucket or ""
    if bucket not in (None, found):
        raise _wrong_endpoint()
    encoded_key, key = key, decode(key, "key", safe="/", strict=strict)
    canonical_path = f"/{encode_name(found)}{slash}{encode_path(key, encoded_key)}"
    return Resource(found or None, key or None, canonical_path)


def _addressing(url: ReceivedUrl, bucket: str | None, url_style: str | None) -> str:
    if url_style not in (None, *_STYLES):
        raise RequestError("url_style", f"must be None or one of {', '.join(_STYLES)}")
    style = url_style or ("path" if _is_address(url.authority) else "virtual")
    if bucket is None and (style == "cname" or (style == "virtual" and url.authority is None)):
        raise RequestError("bucket", "the URL does not tell it; give bucket=")
    return style


def _is_address(authority: str | None) -> bool:
    host = (authority or "").partition(":")[0]
    if host == "localhost" or host.startswith("["):
        return True
    if not host[-1:].isdigit():  # no address of IPv4, and no need to ask
        return False
    try:
        ipaddress.IPv4Address(host)
    except ValueError:
        return False
    return True


def _bucket_of_host(url: ReceivedUrl, style: str) -> str | None:
    if style == "cname" or url.authority is None:
        return None
    return url.authority.partition(".")[0]


def _require_endpoint(url: ReceivedUrl, endpoint: str, style: str) -> None:
    wanted = _ENDPOINT.fullmatch(endpoint)
    if wanted is None:
        raise RequestError("endpoint", "must be host[:port], with or without http(s)://")
    if url.authority is None:
        raise RequestError("endpoint", "cannot be checked without a host; give an absolute url")
    scheme, authority = wanted.groups()
    actual = url.authority
    if style == "virtual":
        actual = actual.partition(".")[2]
    if actual != authority or scheme not in (None, url.scheme):
        raise _wrong_endpoint()


def _wrong_endpoint() -> VerificationError:
    return VerificationError(
        "The bucket you are attempting to access must be addressed using the specified endpoint."
    )


def read_headers(headers: ReceivedHeaders) -> list[tuple[str, str]]:
    """Returns lower-case names and trimmed values; text holds bytes beyond UTF-8 as surrogates.

    Raises:
        MalformedSignatureError: A name or value is none that HTTP can carry, or they are too many.
    """
    if headers is None:
        return []
    pairs = headers.items() if isinstance(headers, Mapping) else headers
    received: list[tuple[str, str]] = []
    size = 0
    for name, value in pairs:
        if not isinstance(name, str) or not isinstance(value, (str, bytes)):
            raise RequestError("headers", "must be names and values of text, or values of bytes")
        size += len(name) + len(value)
        if size > MAX_HEADER_BYTES or len(received) == MAX_HEADERS:
            raise MalformedSignatureError(
                f"headers: are more than {MAX_HEADERS}, or longer than {MAX_HEADER_BYTES} bytes"
            )
        received.append((_header_name(name), _header_value(value)))
    return received


def _header_name(name: str) -> str:
    if _TOKEN.fullmatch(name) is None:
        raise MalformedSignatureError("headers: a name is no HTTP token; send it without that")
    return name.lower()


def _header_value(value: str | bytes) -> str:
    try:
        text = value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")
        text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        raise MalformedSignatureError("headers: a value holds lone surrogates") from None
    if not {"\r", "\n", "\0"}.isdisjoint(text):
        raise MalformedSignatureError("headers: a value holds CR, LF or NUL; remove it")
    return text.strip(" \t")
