"""What the HTTP clients have in common: signing a request that is about to be sent."""

from __future__ import annotations

import hmac
from collections.abc import Collection
from datetime import datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from ossign_fast import NO_KEY, OssignError, RequestError, Signer

from ._handover import SIGNED, WRITTEN, checked_names

#: Seconds for which a signature is as good as new; OSS takes it for 900.
_FRESH = 600

Headers = Collection[tuple[str, str | bytes]]


class RequestSigner:
    """Signs requests of an HTTP client in their headers.

    Args:
        signer: Signs; requests anywhere but to its endpoint are refused.
        additional_headers: Names of headers to sign besides; None for those of the signer.
    """

    def __init__(self, signer: Signer, additional_headers: Collection[str] | None) -> None:
        if not isinstance(signer, Signer):
            raise TypeError("signer must be a Signer, such as Signer(region='cn-hangzhou')")
        self.signer = signer
        self._names = None if additional_headers is None else checked_names(additional_headers)

    def sign(
        self, method: str, url: str, headers: Headers, signing_time: datetime | None = None
    ) -> dict[str, str]:
        """Returns the headers that sign the request; they replace all that `WRITTEN` names.

        Args:
            method: HTTP method.
            url: The URL as it will be requested.
            headers: The headers that will be sent; Host follows from the URL if it is not there.
            signing_time: Aware time; None for now.

        Raises:
            RequestError: The URL is not at the signer's endpoint, or the request breaks a rule.
            CredentialsError: The signer has no credentials.
        """
        try:
            return self._signed(method, url, headers, signing_time)
        except OssignError as error:
            del url, headers  # a presigned URL may stand there, and reports show variables
            raise error.with_traceback(None)  # noqa: B904 - the same error

    def _signed(
        self, method: str, url: str, headers: Headers, signing_time: datetime | None
    ) -> dict[str, str]:
        target = self.signer.locate(url)
        signed = self.signer.sign_headers(
            method,
            NO_KEY if target.key is None else target.key,
            bucket=target.bucket or "",
            headers={"host": _host(url), **_signable(headers)},
            query=target.query,
            additional_headers=self._names,
            signing_time=signing_time,
        )
        return {name: value for name, value in signed.items() if name.lower() in WRITTEN}

    def is_stale(self, method: str, url: str, headers: Headers) -> bool:
        """Returns whether a request lacks a fresh signature of its own and may have one.

        Such is one that was signed for another URL before a redirect, or a good while ago, or with
        credentials that have been replaced since. One that cannot be signed stays as it is.
        """
        given = {name.lower(): _text(value) for name, value in headers}
        try:
            fresh = self.sign(method, url, headers)
        except OssignError:
            return False
        try:
            moment, now = map(parsedate_to_datetime, (given.get("date", ""), fresh["Date"]))
        except ValueError:
            return True
        own = self.sign(method, url, headers, moment)["Authorization"]
        is_own = hmac.compare_digest(own.encode(), given.get("authorization", "").encode())
        return not is_own or abs((now - moment).total_seconds()) > _FRESH

    def is_at_endpoint(self, url: str) -> bool:
        """Returns whether `url` is one that may be signed."""
        try:
            self.signer.locate(url)
        except RequestError:
            return False
        return True


def _signable(headers: Headers) -> dict[str, str]:
    """Returns the headers that may have to be signed, under lower-case names."""
    signable: dict[str, str] = {}
    for given, value in headers:
        name, text = given.lower(), _text(value)
        always = name.startswith("x-oss-") or name in SIGNED
        if name in WRITTEN or not (text or always):  # an empty value is not signed, but may be sent
            continue
        if name in signable:
            raise RequestError(f"headers[{given!r}]", "is given twice; give it once")
        signable[name] = text
    return signable


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def _host(url: str) -> str:
    """Returns what an HTTP client sends as Host."""
    parts = urlsplit(url)
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.netloc.removesuffix(default)
