"""What OSS tells an application once an object is uploaded."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict
from urllib.parse import urlsplit

from .._errors import RequestError
from .._frames import sealed, showable

_MOST_URLS = 5
_BODY_TYPES = ("application/x-www-form-urlencoded", "application/json")
_HOST = re.compile(r"[A-Za-z0-9.-]+(:[0-9]{1,5})?")
_NAME = re.compile(r"x:[^\sA-Z]+")
_VARIABLE = re.compile(r"\$\{[^{}]*\}")


class CallbackOptions(TypedDict, total=False):
    """The options of PutObject and CompleteMultipartUpload that a callback becomes."""

    callback: str
    callback_var: str


@showable
class Callback:
    """A callback: the request that OSS sends to an application after an upload.

    Args:
        url: Where to, or up to 5 URLs, which OSS tries one after the other. "http", "https" or no
            scheme; percent-encoded; no IPv6.
        body: The body of that request, such as "key=${object}&size=${size}&user=${x:user}", where
            OSS puts in what it knows of the object and what `variables` say.
        body_type: "application/x-www-form-urlencoded", which OSS supposes where there is none,
            or "application/json".
        host: The header Host, where it is not that of the URL.
        sni: Whether OSS names the host in the TLS handshake.
        variables: What `${x:...}` of the body stands for; the names begin with "x:" and are
            lower-case.

    Raises:
        RequestError: Something breaks a rule of OSS.

    Attributes:
        options: The options to presign with: `callback` and, if there are variables,
            `callback_var`, both in Base64.

    Example:
        >>> from ossign_fast import Credentials, Signer
        >>> callback = Callback("https://app.example.com/done", "key=${object}&user=${x:user}",
        ...     variables={"x:user": "7"})
        >>> signer = Signer(region="cn-hangzhou", credentials=Credentials("id", "secret"))
        >>> upload = signer.presign("PutObject", "a", bucket="examplebucket", **callback.options)
        >>> sorted(upload.signed_headers)
        ['x-oss-callback', 'x-oss-callback-var']
    """

    __slots__ = ("options",)

    options: CallbackOptions

    @sealed
    def __init__(
        self,
        url: str | Sequence[str],
        body: str,
        *,
        body_type: str | None = None,
        host: str | None = None,
        sni: bool | None = None,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        fields: dict[str, Any] = {"callbackUrl": _urls(url), "callbackBody": _body(body, body_type)}
        if body_type is not None:
            fields["callbackBodyType"] = body_type
        if host is not None:
            if not isinstance(host, str) or not _HOST.fullmatch(host):
                raise RequestError("host", "must be a host name, with or without a port")
            fields["callbackHost"] = host
        if sni is not None:
            if not isinstance(sni, bool):
                raise RequestError("sni", "must be True or False")
            fields["callbackSNI"] = sni
        options: CallbackOptions = {"callback": _base64_of(fields)}
        if variables:
            options["callback_var"] = _base64_of(_checked(variables))
        self.options = options

    def __repr__(self) -> str:
        return f"Callback({', '.join(self.options)})"


def _urls(given: str | Sequence[str]) -> str:
    urls = [given] if isinstance(given, str) else list(given)
    if not 1 <= len(urls) <= _MOST_URLS:
        raise RequestError("url", f"must be one URL, or up to {_MOST_URLS} of them")
    for url in urls:
        if not isinstance(url, str):
            raise RequestError("url", f"must be text, not {type(url).__name__}")
        if not url.isascii() or not url.isprintable() or " " in url:
            raise RequestError("url", "must be percent-encoded: ASCII, and without blanks")
        if ";" in url:
            raise RequestError("url", "must hold no ';', which parts URLs; give a list, or %3B")
        _check_url(url if "://" in url else f"http://{url}")
    return ";".join(urls)


def _check_url(url: str) -> None:
    try:
        parts = urlsplit(url)
        is_good = parts.scheme in ("http", "https") and parts.port != 0
        host = parts.hostname
    except ValueError:
        is_good, host = False, None
    if not is_good or not host or "@" in parts.netloc:
        raise RequestError("url", "must be an HTTP URL, such as 'https://app.example.com/done'")
    if ":" in host:
        raise RequestError("url", "must not be of IPv6, which OSS calls nobody by")


def _body(body: str, body_type: str | None) -> str:
    if not isinstance(body, str) or not body:
        raise RequestError("body", "must be text, such as 'key=${object}&size=${size}'")
    if body_type is not None and body_type not in _BODY_TYPES:
        raise RequestError("body_type", f"must be {_BODY_TYPES[0]!r} or {_BODY_TYPES[1]!r}")
    if body_type == _BODY_TYPES[1]:
        try:
            json.loads(_VARIABLE.sub("0", body))
        except (ValueError, RecursionError):
            raise RequestError("body", "is no JSON, which body_type says it is") from None
    return body


def _checked(variables: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(variables, Mapping):
        raise RequestError("variables", "must be a dict of text, such as {'x:user': '7'}")
    for name, value in variables.items():
        if not isinstance(name, str) or not isinstance(value, str):
            raise RequestError("variables", "must be a dict of text, such as {'x:user': '7'}")
        if not _NAME.fullmatch(name):
            bare = name.lower().removeprefix("x:")
            hint = f"; did you mean {f'x:{bare}'!r}?" if _NAME.fullmatch(f"x:{bare}") else ""
            raise RequestError(
                "variables", f"{name!r} must begin with 'x:' and be lower-case, no blanks{hint}"
            )
    return dict(variables)


def _base64_of(fields: Mapping[str, Any]) -> str:
    return base64.b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode()
