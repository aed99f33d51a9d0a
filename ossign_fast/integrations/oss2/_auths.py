"""Auth objects for the buckets and services of oss2."""

from __future__ import annotations

import base64
import copy
import hmac
from collections.abc import Callable, Collection, Iterable
from email.utils import formatdate
from typing import Any, NamedTuple

import oss2

from ossign_fast import NO_KEY, RequestError, Signer

from .._handover import BEFORE_PATH, SIGNED, SignerPool, as_clock, check_portable, checked_names
from ._strict import StrictV1, StrictV4, relaid, respelled, url_of

_NO_NAMES: frozenset[str] = frozenset()
_WRITTEN_V4 = ("x-oss-security-token", "x-oss-date", "x-oss-content-sha256", "authorization")
_WRITTEN_V1 = ("x-oss-security-token", "date", "authorization")
_MAX_EXPIRES_V4 = 604_800
_MAX_EXPIRES_V1 = 2**31 - 1


class Keys(NamedTuple):
    """A snapshot of oss2's credentials, which have methods where others have attributes."""

    access_key_id: str
    access_key_secret: str
    security_token: str | None


class Call(NamedTuple):
    """What an auth object signs.

    Attributes:
        method: HTTP method.
        bucket: Bucket name; empty for the service.
        key: The object key; empty for a bucket.
        region: The region, or the id of a cloud box.
        product: The product.
        headers: Signed headers by their lower-case names.
        params: The caller's query parameters.
        names: Lower-case names of the additional headers.
    """

    method: str
    bucket: str
    key: str
    region: Any
    product: Any
    headers: dict[str, str]
    params: Any
    names: frozenset[str] = _NO_NAMES


class _Auth:
    """What all auth objects share: credentials, clock, signers, and RTMP, whose signature is V1's.

    Args:
        credentials_provider: An oss2 credentials provider; asked at each call.
        strict_sdk: Whether to do wrong what oss2 does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.
    """

    credentials_provider: Any

    def __init__(
        self,
        credentials_provider: Any,
        *,
        strict_sdk: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        if not hasattr(credentials_provider, "get_credentials"):
            raise TypeError("credentials_provider must have get_credentials()")
        super().__init__(credentials_provider)  # type: ignore[call-arg]
        self._strict = strict_sdk
        self._now = as_clock(clock)
        self._pool = SignerPool()

    def __repr__(self) -> str:
        return f"<{type(self).__name__}, signature {self.auth_version()}>"

    def __copy__(self) -> Any:
        twin = object.__new__(type(self))
        vars(twin).update(vars(self))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        check_portable(credentials=self.credentials_provider)
        return vars(self)

    @property
    def strict_sdk(self) -> bool:
        """Whether oss2's faults are reproduced."""
        return self._strict

    def auth_version(self) -> str:
        """Returns the version of the signature, as oss2 asks."""
        raise NotImplementedError

    def with_clock(self, clock: Callable[[], float]) -> Any:
        """Returns a copy of this object that signs by another clock."""
        twin = copy.copy(self)
        twin._now = as_clock(clock)
        return twin

    def _sign_rtmp_url(
        self, url: str, bucket_name: str, channel_name: str, expires: int, params: Any
    ) -> str:
        """Returns the URL to push a live stream to; called by `Bucket.sign_rtmp_url`."""
        if not self._strict:
            expires = whole_lifetime(expires, _MAX_EXPIRES_V1)
        keys, end = self._keys(), str(int(self._now()) + expires)
        query = dict(params or {})
        if keys.security_token:
            query["security-token"] = keys.security_token
        left_out = ("OSSAccessKeyId", "Signature", "Expires", "SecurityToken")
        lines = [f"{name}:{query[name]}\n" for name in sorted(query) if name not in left_out]
        text = f"{end}\n{''.join(lines)}/{bucket_name}/{channel_name}"
        digest = hmac.digest(keys.access_key_secret.encode(), text.encode(), "sha1")
        query |= {"OSSAccessKeyId": keys.access_key_id, "Expires": end}
        query["Signature"] = base64.b64encode(digest).decode()
        return url_of(url, query)

    def _clock(self) -> float:
        return self._now()

    @property
    def clock(self) -> Callable[[], float]:
        """What time is taken from."""
        return self._now

    def _keys(self) -> Keys:
        found = self.credentials_provider.get_credentials()
        try:
            return Keys(
                found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token()
            )
        except AttributeError:  # they are of another library
            return Keys(found.access_key_id, found.access_key_secret, found.security_token)

    def _snapshot(self) -> Any:
        return oss2.credentials.Credentials(*self._keys())

    def _presigned(self, signer: Signer, call: Call, expires: int) -> tuple[str, list[str]]:
        """Returns the encoded key of a presigned URL and the parameters of its query."""
        self._hand_over()
        result = signer.presign(
            call.method,
            call.key or NO_KEY,
            bucket=call.bucket or "",
            headers=call.headers or None,
            query=call.params or None,
            expires=expires,
        )
        path, _, query = result.url[len(BEFORE_PATH) :].partition("?")
        return path, query.split("&")

    def _signed(self, signer: Signer, req: Any, call: Call) -> dict[str, str]:
        """Returns the headers of a signed request."""
        self._hand_over()
        return signer.sign_headers(
            req.method,
            call.key or NO_KEY,
            bucket=call.bucket or "",
            headers=call.headers,
            query=call.params,
        )

    def _hand_over(self) -> None:
        self._pool.hand_over(self._keys(), self._now())


class ProviderAuthV4(_Auth, StrictV4):
    """Signature V4 for `oss2.Bucket(auth, ...)`, with the credentials of a provider.

    URLs and headers are those of oss2, byte for byte, except where it is wrong: `expires` outside
    1..604800 seconds, parameters that the signature itself writes, header values that no client can
    send, and in URLs empty ones too, are refused, and so is a region that is missing; blanks at the
    ends of header values are not signed, and the caller's `params` are left alone; with
    `slash_safe=True` slashes are escaped all the same where many clients would resolve a segment
    "." or ".." of the key. What is signed is never logged.

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
        expires = whole_lifetime(expires, _MAX_EXPIRES_V4)
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
        for name in _WRITTEN_V4:
            req.headers.pop(name, None)  # of an earlier attempt
        call = self._call(req, bucket_name, key, lower_names(in_additional_headers))
        if "" in call.headers.values() or (self._strict and call.names):
            # oss2 signs and sends an empty value, which our rules refuse.
            self.strict_headers(req, (bucket_name, key), in_additional_headers)
            return
        signed = self._signed(self._signer(call), req, call)
        signed["authorization"] = relaid(signed.pop("Authorization"))
        req.headers.update(_to_send(req, signed, _WRITTEN_V4))

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


class ProviderAuth(_Auth, StrictV1):
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
        expires = whole_lifetime(expires, _MAX_EXPIRES_V1)
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
        for name in _WRITTEN_V1:
            req.headers.pop(name, None)  # of an earlier attempt
        call = self._call(req, bucket_name, key)
        if self._strict or "" in call.headers.values():
            self.strict_headers(req, (bucket_name, key), formatdate(int(self._now()), usegmt=True))
            return
        signed = {n.lower(): v for n, v in self._signed(self._signer(), req, call).items()}
        req.headers.update(_to_send(req, signed, _WRITTEN_V1))

    @staticmethod
    def _call(req: Any, bucket_name: str, key: str) -> Call:
        headers = signed_headers(req.headers, _NO_NAMES)
        return Call(req.method, bucket_name, key, None, None, headers, req.params)

    def _signer(self) -> Signer:
        return self._pool.get(()) or self._pool.make(
            (), region=None, signature_version="v1", sub_resources=self._subresource_key_set
        )


def _to_send(req: Any, signed: dict[str, str], written: Collection[str]) -> dict[str, str]:
    """Returns what the signature wrote, and text that oss2 would not send as it was signed.

    Text that is not ASCII comes back from the signer as text that is sent as UTF-8.
    """
    return {
        name: value
        for name, value in signed.items()
        if name in written or not (value.isascii() or isinstance(req.headers.get(name), bytes))
    }


def whole_lifetime(expires: Any, maximum: int) -> int:
    """Returns a lifetime as oss2 takes it, a number of seconds that has to be given.

    Raises:
        RequestError: It is none, or out of bounds.
    """
    if isinstance(expires, float) and expires.is_integer():
        expires = int(expires)  # oss2 would write 3600.0 into the URL, which OSS cannot read
    if isinstance(expires, bool) or not isinstance(expires, int) or not 1 <= expires <= maximum:
        raise RequestError("expires", f"must be a whole number of 1..{maximum} seconds")
    return expires


def signed_headers(headers: Any, names: frozenset[str]) -> dict[str, str]:
    """Returns those of oss2's headers that are signed, under lower-case names."""
    if hasattr(headers, "lower_items"):  # a dict of requests, slow to ask for names
        pairs = headers.lower_items()
    else:
        pairs = [(name.lower(), value) for name, value in headers.items()]
    return {
        name: value.decode(errors="surrogateescape") if isinstance(value, bytes) else value
        for name, value in pairs
        if name in SIGNED or name.startswith("x-oss-") or (name in names and value)
    }


def lower_names(names: Iterable[str] | None) -> frozenset[str]:
    """Returns names of additional headers as they are compared."""
    return checked_names(names) if names else _NO_NAMES


def _is_clean(expires: Any, call: Call, headers: Any) -> bool:
    """Returns whether oss2 signs these as our rules do: text, and no blanks at its ends."""
    values = call.headers.values()
    if call.names.difference(call.headers).intersection(name.lower() for name in headers):
        return False  # what is empty
    return (
        type(expires) is int
        and 1 <= expires <= _MAX_EXPIRES_V4
        and all(isinstance(value, str) for value in (*values, *call.params.values()))
        and all(value and value == value.strip(" \t") for value in values)
    )
