"""Signature V1 for the buckets and services of oss2."""

from __future__ import annotations

import copy
from email.utils import formatdate
from typing import Any

from ossign_fast import RequestError, Signer

from ._auth import (
    MAX_EXPIRES_V1,
    NO_NAMES,
    BaseAuth,
    Call,
    signed_headers,
    to_send,
    whole_lifetime,
)
from ._strict import StrictV1, respelled

_WRITTEN = ("x-oss-security-token", "date", "authorization")


class ProviderAuth(BaseAuth, StrictV1):
    """Signature V1, which Alibaba Cloud is retiring, with the credentials of a provider.

    URLs and headers are those of oss2, byte for byte, except where it is wrong: see
    `ProviderAuthV4`; besides, all x-oss-* query parameters and sub-resources younger than oss2 are
    signed, unless a header value of a request that is sent is empty: that is left to oss2.

    Args:
        credentials_provider: An oss2 credentials provider; asked at each call.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Raises:
        RequestError: By `Bucket.sign_url` and other calls, if a request breaks a rule.

    Example:
        >>> import oss2
        >>> provider = oss2.StaticCredentialsProvider("id", "secret")
        >>> bucket = oss2.Bucket(
        ...     ProviderAuth(provider), "https://oss-cn-hangzhou.aliyuncs.com", "examplebucket")
        >>> bucket.sign_url("GET", "a.txt", 600).partition("&")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.txt?OSSAccessKeyId=id'
    """

    def auth_version(self) -> str:
        """Returns "v1", as oss2 asks."""
        return "v1"

    def presign(self, call: Call, expires: int) -> tuple[str, str]:
        """Returns the encoded key and the query of a presigned URL, in the order of oss2."""
        expires = whole_lifetime(expires, MAX_EXPIRES_V1)
        if call.names:
            raise RequestError("additional_headers", "are for Signature V4; leave them out")
        path, parts = self._presigned(self._signer(), call, expires)
        own = len(call.params)
        identity, end, *token, signature = parts[own:]
        return path, "&".join([*parts[:own], *token, identity, end, signature])

    def _sign_url(self, req: Any, bucket_name: str, key: str, expires: int) -> str:
        """Returns the presigned URL of `req`; called by `Bucket.sign_url`."""
        if not self._strict:
            path, query = self.presign(self._call(req, bucket_name, key), expires)
            return f"{respelled(req.url, path)}?{query}"
        own = copy.copy(req)
        own.params, own.headers = dict(req.params), req.headers.copy()
        return self.strict_url(own, (bucket_name, key), expires)

    def _sign_request(self, req: Any, bucket_name: str, key: str) -> None:
        """Signs `req` in its headers; called for each request that oss2 sends."""
        for name in _WRITTEN:
            req.headers.pop(name, None)  # of an earlier attempt
        call = self._call(req, bucket_name, key)
        if self._strict or "" in call.headers.values():
            self.strict_headers(req, (bucket_name, key), formatdate(int(self._now()), usegmt=True))
            return
        signed = {n.lower(): v for n, v in self._signed(self._signer(), req, call).items()}
        req.headers.update(to_send(req, signed, _WRITTEN))

    @staticmethod
    def _call(req: Any, bucket_name: str, key: str) -> Call:
        headers = signed_headers(req.headers, NO_NAMES)
        return Call(req.method, bucket_name, key, None, None, headers, req.params)

    def _signer(self) -> Signer:
        return self._pool.get(()) or self._pool.make(
            (), region=None, signature_version="v1", sub_resources=self._subresource_key_set
        )
