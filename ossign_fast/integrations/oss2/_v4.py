"""Signature V4 for the buckets and services of oss2."""

from __future__ import annotations

import copy
from collections.abc import Iterable
from typing import Any

import oss2

from ossign_fast import RequestError, Signer

from ._auth import BaseAuth, Call, lower_names, signed_headers, to_send, whole_lifetime
from ._strict import StrictV4, relaid, respelled

_WRITTEN = ("x-oss-security-token", "x-oss-date", "x-oss-content-sha256", "authorization")
_MAX_EXPIRES = 604_800


class ProviderAuthV4(BaseAuth, StrictV4):
    """Signature V4 for `oss2.Bucket(auth, ...)`, with the credentials of a provider.

    URLs and headers are those of oss2, byte for byte, except where it is wrong: `expires` outside
    1..604800 seconds, parameters that the signature itself writes, header values that no client can
    send, and in URLs empty ones too, are refused, and so is a region that is missing; blanks at the
    ends of header values are not signed, and the caller's `params` are left alone; with
    `slash_safe=True` slashes are escaped all the same where many clients would resolve a segment
    "." or ".." of the key. Parameters that oss2 fails at are signed or refused with their names: a
    whole number as its digits, None as a name without value. What is signed is never logged.

    Args:
        credentials_provider: An oss2 credentials provider; asked at each call.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Raises:
        RequestError: By `Bucket.sign_url` and other calls, if a request breaks a rule.

    Example:
        >>> provider = oss2.StaticCredentialsProvider("id", "secret")
        >>> bucket = oss2.Bucket(
        ...     ProviderAuthV4(provider), "https://oss-cn-hangzhou.aliyuncs.com", "examplebucket",
        ...     region="cn-hangzhou")
        >>> bucket.sign_url("GET", "a.txt", 600).partition("?")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.txt'
    """

    def auth_version(self) -> str:
        """Returns "v4", as oss2 asks."""
        return "v4"

    def presign(self, call: Call, expires: int) -> tuple[str, str]:
        """Returns the encoded key and the query of a presigned URL, in the order of oss2."""
        expires = whole_lifetime(expires, _MAX_EXPIRES)
        path, parts = self._presigned(self._signer(call), call, expires)
        own = len(call.params)
        version, date, lifetime, credential, *rest = parts[own:]
        token = [rest.pop(0)] if rest[0].startswith("x-oss-security-token=") else []
        ordered = [*parts[:own], *token, date, lifetime, version, credential, *rest]
        return path, "&".join(ordered)

    def _sign_url(
        self,
        req: Any,
        bucket_name: str,
        key: str,
        expires: int,
        in_additional_headers: Iterable[str] | None = None,
    ) -> str:
        """Returns the presigned URL of `req`; called by `Bucket.sign_url`."""
        call = self._call(req, bucket_name, key, lower_names(in_additional_headers))
        if not self._strict or _is_clean(expires, call, req.headers):
            try:
                path, query = self.presign(call, expires)
                return f"{req.url if self._strict else respelled(req.url, path)}?{query}"
            except RequestError:
                if not self._strict:
                    raise
        own = copy.copy(req)
        own.params = dict(req.params)
        return self.strict_url(own, (bucket_name, key), expires, in_additional_headers)

    def _sign_request(
        self,
        req: Any,
        bucket_name: str,
        key: str,
        in_additional_headers: Iterable[str] | None = None,
    ) -> None:
        """Signs `req` in its headers; called for each request that oss2 sends."""
        if req.region is None:
            raise oss2.exceptions.ClientError(
                "The region should not be None in signature version 4."
            )
        for name in _WRITTEN:
            req.headers.pop(name, None)  # of an earlier attempt
        if self._strict:
            self.strict_headers(req, (bucket_name, key), in_additional_headers)
            return
        call = self._call(req, bucket_name, key, lower_names(in_additional_headers))
        if "" in call.headers.values():  # oss2 signs it and sends it so, which our rules refuse
            self.strict_headers(req, (bucket_name, key), in_additional_headers)
            return
        signed = self._signed(self._signer(call), req, call)
        signed["authorization"] = relaid(signed.pop("Authorization"))
        req.headers.update(to_send(req, signed, _WRITTEN))

    @staticmethod
    def _call(req: Any, bucket_name: str, key: str, names: frozenset[str]) -> Call:
        headers = signed_headers(req.headers, names)
        region = req.cloudbox_id or req.region
        return Call(req.method, bucket_name, key, region, req.product, headers, req.params, names)

    def _signer(self, call: Call) -> Signer:
        place = call.region, call.product, call.names
        return self._pool.get(place) or self._pool.make(
            place, region=call.region, product=call.product, additional_headers=call.names
        )


def _is_clean(expires: Any, call: Call, headers: Any) -> bool:
    """Returns whether oss2 signs these as our rules do: text, and no blanks at its ends."""
    values = call.headers.values()
    if call.names.difference(call.headers).intersection(name.lower() for name in headers):
        return False  # what is empty
    return (
        type(expires) is int
        and 1 <= expires <= _MAX_EXPIRES
        and all(isinstance(value, str) for value in (*values, *call.params.values()))
        and all(value and value == value.strip(" \t") for value in values)
    )
