"""What oss2 signs, faults included: its own steps, at a given time and without its logging.

The steps are private to oss2's classes, so they go by the names that Python gives such methods.
"""

from __future__ import annotations

import base64
import hmac
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote

import oss2


class StrictV4(oss2.ProviderAuthV4):  # type: ignore[misc]
    """The steps of oss2's Signature V4."""

    def strict_url(self, req: Any, place: tuple[Any, Any], expires: Any, names: Any) -> str:
        """Returns the presigned URL of oss2; `place` is bucket and key, `req` gets changed.

        Args:
            req: An oss2.http.Request whose `params` nobody else holds.
            place: Bucket name and key.
            expires: The lifetime, unchecked.
            names: Names of headers to sign besides, or None.
        """
        credentials, date = self._snapshot(), self._date()
        present = self._ProviderAuthV4__get_additional_headers(req, names or ())
        listed = self._ProviderAuthV4__get_additional_signed_headers(present)
        if credentials.get_security_token():
            req.params["x-oss-security-token"] = credentials.get_security_token()
        scope = self._ProviderAuthV4__get_scope(date[:8], req)
        req.params |= {
            "x-oss-date": date,
            "x-oss-expires": str(expires),
            "x-oss-signature-version": "OSS4-HMAC-SHA256",
            "x-oss-credential": f"{credentials.get_access_key_id()}/{scope}",
        }
        if listed:
            req.params["x-oss-additional-headers"] = ";".join(sorted(listed))
        req.params["x-oss-signature"] = self._signature(req, place, listed, credentials, date)
        return url_of(req.url, req.params)

    def strict_headers(self, req: Any, place: tuple[Any, Any], names: Any) -> None:
        """Signs `req` in its headers, as oss2 does."""
        credentials, date = self._snapshot(), self._date()
        if credentials.get_security_token():
            req.headers["x-oss-security-token"] = credentials.get_security_token()
        req.headers["x-oss-date"] = date
        req.headers["x-oss-content-sha256"] = "UNSIGNED-PAYLOAD"
        listed = self._ProviderAuthV4__get_additional_signed_headers(names)
        scope = self._ProviderAuthV4__get_scope(date[:8], req)
        signature = self._signature(req, place, listed, credentials, date)
        req.headers["authorization"] = authorization(
            f"{credentials.get_access_key_id()}/{scope}", signature, ";".join(listed or ())
        )

    def _signature(
        self, req: Any, place: tuple[Any, Any], listed: Any, credentials: Any, date: str
    ) -> str:
        canonical = self._ProviderAuthV4__get_canonical_request_bytes(req, *place, listed)
        text = self._ProviderAuthV4__get_string_to_sign_bytes(req, canonical, date)
        key = self._ProviderAuthV4__get_signing_key(req, credentials, date)
        return hmac.digest(key, text.encode(), "sha256").hex()

    def _date(self) -> str:
        return datetime.fromtimestamp(int(self._clock()), timezone.utc).strftime("%Y%m%dT%H%M%SZ")

    def _clock(self) -> float:
        raise NotImplementedError

    def _snapshot(self) -> Any:
        raise NotImplementedError


class StrictV1(oss2.ProviderAuth):  # type: ignore[misc]
    """The steps of oss2's Signature V1."""

    def strict_url(self, req: Any, place: tuple[Any, Any], expires: Any) -> str:
        """Returns the presigned URL of oss2; arguments as those of `StrictV4.strict_url`."""
        credentials, end = self._snapshot(), str(int(self._clock()) + expires)
        if credentials.get_security_token():
            req.params["security-token"] = credentials.get_security_token()
        req.headers["date"] = end
        signature = self._signature(req, place, credentials)
        identity = credentials.get_access_key_id()
        req.params |= {"OSSAccessKeyId": identity, "Expires": end, "Signature": signature}
        return url_of(req.url, req.params)

    def strict_headers(self, req: Any, place: tuple[Any, Any], date: str) -> None:
        """Signs `req` in its headers, as oss2 does, with the HTTP date `date`."""
        credentials = self._snapshot()
        if credentials.get_security_token():
            req.headers["x-oss-security-token"] = credentials.get_security_token()
        req.headers["date"] = date
        signature = self._signature(req, place, credentials)
        req.headers["authorization"] = f"OSS {credentials.get_access_key_id()}:{signature}"

    def _signature(self, req: Any, place: tuple[Any, Any], credentials: Any) -> str:
        text = self._ProviderAuth__get_bytes_to_sign(req, *place)
        digest = hmac.digest(credentials.get_access_key_secret().encode(), text, "sha1")
        return base64.b64encode(digest).decode()

    def _clock(self) -> float:
        raise NotImplementedError

    def _snapshot(self) -> Any:
        raise NotImplementedError


def url_of(url: str, params: dict[str, str]) -> str:
    """Returns `url` with `params`, as oss2 writes it."""
    return f"{url}?{'&'.join(_pair(*item) for item in params.items())}"


def authorization(credential: str, signature: str, listed: str) -> str:
    """Returns the value of Authorization (V4) in oss2's layout."""
    text = f"OSS4-HMAC-SHA256 Credential={credential}, Signature={signature}"
    return f"{text}, AdditionalHeaders={listed}" if listed else text


def _pair(name: str, value: str) -> str:
    encoded = quote(name, safe="")
    return f"{encoded}={quote(value, safe='')}" if value else encoded


def respelled(url: str, path: str) -> str:
    """Returns oss2's URL of an object with its slashes as in `path`, the same key encoded."""
    plain = path.replace("%2F", "/")
    is_other = plain != path and url.endswith(f"/{plain}")
    return url.removesuffix(plain) + path if is_other else url


def relaid(text: str) -> str:
    """Returns the value of Authorization in the layout of oss2."""
    head, _, signature = text.partition(",Signature=")
    credential, _, listed = head.partition(",AdditionalHeaders=")
    return authorization(credential.partition("Credential=")[2], signature, listed)
