"""What the HTTP clients have in common: signing a request that is about to be sent."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timezone
from urllib.parse import urlsplit

from ossign_fast import RequestError, Signer

#: Lower-case names of what a signature writes; what an earlier one left of them goes.
WRITTEN = frozenset(
    {"authorization", "date", "x-oss-content-sha256", "x-oss-date", "x-oss-security-token"}
)
#: Seconds for which a signature is as good as new; OSS takes it for 900.
_FRESH = 600

Headers = Iterable[tuple[str, str | bytes]]


class RequestSigner:
    """Signs requests of an HTTP client in their headers.

    Args:
        signer: Signs; requests anywhere but to its endpoint are refused.
        additional_headers: Names of headers to sign besides; None for those of the signer.
    """

    def __init__(self, signer: Signer, additional_headers: Iterable[str] | None) -> None:
        self.signer = signer
        self._names = None if additional_headers is None else tuple(additional_headers)

    def sign(
        self, method: str, url: str, headers: Headers, signing_time: datetime | None = None
    ) -> dict[str, str]:
        """Returns the headers of the request, signature included, under the names they have.

        Args:
            method: HTTP method.
            url: The URL as it will be requested.
            headers: The headers that will be sent.
            signing_time: Aware time; None for now.

        Raises:
            RequestError: The URL is not at the signer's endpoint, or the request breaks a rule.
            CredentialsError: The signer has no credentials.
        """
        target = self.signer.locate(url)
        sent = {name: _text(value) for name, value in headers if name.lower() not in WRITTEN}
        if "host" in {name.lower() for name in self._names or ()} - {n.lower() for n in sent}:
            sent["Host"] = _host(url)
        return self.signer.sign_headers(
            method,
            target.key,
            bucket=target.bucket or "",
            headers=sent,
            query=target.query,
            additional_headers=self._names,
            signing_time=signing_time,
        )

    def is_stale(self, method: str, url: str, headers: Headers) -> bool:
        """Returns whether a request at the signer's endpoint lacks a fresh signature of its own.

        Such is one that was signed for another URL before a redirect, or a good while ago.
        """
        if not self.is_at_endpoint(url):
            return False
        pairs = {name.lower(): (name, _text(value)) for name, value in headers}
        given = {name: pairs.get(name, ("", ""))[1] for name in ("authorization", "x-oss-date")}
        try:
            moment = datetime.strptime(given["x-oss-date"] + "+0000", "%Y%m%dT%H%M%SZ%z")
        except ValueError:
            return True
        signed = self.sign(method, url, pairs.values(), moment)
        age = datetime.now(timezone.utc) - moment
        return signed["Authorization"] != given["authorization"] or age.total_seconds() > _FRESH

    def is_at_endpoint(self, url: str) -> bool:
        """Returns whether `url` is one that may be signed."""
        try:
            self.signer.locate(url)
        except RequestError:
            return False
        return True


def _text(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode("utf-8", "surrogateescape")


def _host(url: str) -> str:
    """Returns what an HTTP client sends as Host."""
    parts = urlsplit(url)
    default = {"http": ":80", "https": ":443"}.get(parts.scheme, "")
    return parts.netloc.removesuffix(default)
