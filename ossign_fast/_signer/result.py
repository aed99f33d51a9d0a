"""What a single call gives back: a URL and what a client needs to use it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, NoReturn

from .._frames import showable
from .._rules.parameters import Parameter


class HeaderText(str):
    r"""Text of a header beyond ASCII, which clients send as the UTF-8 that was signed.

    Clients of Python encode the text of headers as they please, as Latin-1 (requests, urllib3,
    http.client) or as ASCII only (httpx), while OSS reads UTF-8. They ask the text itself to be
    encoded, so it knows better. In all else it is a `str`.

    Example:
        >>> HeaderText("Léo").encode("latin-1")
        b'L\xc3\xa9o'
    """

    __slots__ = ()

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        """Returns the text as UTF-8, whatever `encoding` says."""
        return super().encode("utf-8", errors)


def header_text(value: str) -> str:
    """Returns the value of a header, as it is signed and as clients have to send it."""
    text = value.strip(" \t")
    return text if text.isascii() else HeaderText(text)


def header_texts(headers: Iterable[Parameter]) -> dict[str, Any]:
    """Returns the values of headers by name as they are sent; what is no text stays as it is."""
    return {p.name: header_text(p.value) if isinstance(p.value, str) else p.value for p in headers}


@showable
class PresignResult:
    """A presigned URL and what a client needs to know to use it.

    Frozen, and no tuple: what logs, templates and error reporters make of it is its `repr`, which
    hides the query of the URL. `to_dict` is what answers to a browser or another service are made
    of.

    Attributes:
        method: HTTP method that the URL is good for.
        url: The URL. Whoever holds it can use it: treat it as a secret.
        expiration: Aware UTC time at which it expires.
        signed_headers: Every header the client must send, with exactly this value.
        headers: All headers that the request was asked for with. Those besides `signed_headers`,
            such as Content-Disposition, count only if the client sends them, too.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> put = signer.presign("PutObject", "a.txt", content_type="text/plain",
        ...                      cache_control="no-cache")
        >>> put.signed_headers
        {'Content-Type': 'text/plain'}
        >>> put.headers
        {'Content-Type': 'text/plain', 'Cache-Control': 'no-cache'}
        >>> put  # doctest: +ELLIPSIS
        PresignResult(method='PUT', url='https://.../a.txt?***', expiration=...
    """

    __slots__ = ("_unsigned", "expiration", "method", "signed_headers", "url")

    method: str
    url: str
    expiration: datetime
    signed_headers: dict[str, str]
    _unsigned: Mapping[str, str]

    def __init__(
        self,
        method: str,
        url: str,
        expiration: datetime,
        signed_headers: dict[str, str],
        unsigned_headers: Mapping[str, str] | None = None,
    ) -> None:
        _set_method(self, method)
        _set_url(self, url)
        _set_expiration(self, expiration)
        _set_signed_headers(self, signed_headers)
        _set_unsigned(self, unsigned_headers)

    @property
    def headers(self) -> dict[str, str]:
        """All headers that the request was asked for with."""
        return {**self.signed_headers, **(self._unsigned or {})}

    def to_dict(self) -> dict[str, Any]:
        """Returns all of it as JSON has it; the expiration is text such as 2026-11-23T01:35:56Z.

        Example:
            >>> from ossign_fast import Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> sorted(signer.presign("GetObject", "a.txt").to_dict())
            ['expiration', 'headers', 'method', 'signed_headers', 'url']
        """
        return {
            "method": self.method,
            "url": self.url,
            "expiration": self.expiration.isoformat().replace("+00:00", "Z"),
            "signed_headers": dict(self.signed_headers),
            "headers": self.headers,
        }

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError("a PresignResult is frozen; presign again")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError("a PresignResult is frozen; presign again")

    def __repr__(self) -> str:
        return (
            f"PresignResult(method={self.method!r}, url='{self.url.partition('?')[0]}?***', "
            f"expiration={self.expiration!r}, signed_headers={list(self.signed_headers)})"
        )

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, PresignResult):
            return NotImplemented
        return self._all() == other._all()

    def __hash__(self) -> int:
        return hash((self.method, self.url, self.expiration))

    def __reduce__(self) -> tuple[Any, ...]:
        return PresignResult, self._all()

    def _all(self) -> tuple[Any, ...]:
        unsigned = dict(self._unsigned or {})
        return self.method, self.url, self.expiration, self.signed_headers, unsigned


# What `object.__setattr__` would do, without looking the slot up by its name for each result.
_set_method: Any = PresignResult.__dict__["method"].__set__
_set_url: Any = PresignResult.__dict__["url"].__set__
_set_expiration: Any = PresignResult.__dict__["expiration"].__set__
_set_signed_headers: Any = PresignResult.__dict__["signed_headers"].__set__
_set_unsigned: Any = PresignResult.__dict__["_unsigned"].__set__


def rows_of(headers: Mapping[str, Any], index: slice) -> dict[str, Any]:
    """Returns values of headers, of columns those of some rows."""
    return {n: v if isinstance(v, str) else v[index] for n, v in headers.items()}


def sent_headers(headers: Mapping[str, Any]) -> dict[str, Any]:
    """Returns values of headers, or columns of them, as clients send them."""
    return {
        name: value if isinstance(value, str) else list(map(_sent, value))
        for name, value in headers.items()
    }


def _sent(value: Any) -> Any:
    return header_text(value) if isinstance(value, str) else value
