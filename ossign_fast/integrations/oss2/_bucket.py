"""Buckets of oss2 that sign URLs without building oss2's request."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any

import oss2
from requests.structures import CaseInsensitiveDict

from ._auth import Call, lower_names, signed_headers
from ._v1 import ProviderAuth
from ._v4 import ProviderAuthV4

#: Headers that oss2's request has without being asked.
_ADDED = frozenset({"accept-encoding", "user-agent"})


class FastBucket:
    """What `accelerate` adds to a bucket: its own `sign_url`, beside the state that is shared."""

    __slots__ = ("_auths", "_base")

    _auths: tuple[Any, Any]  # that of the bucket, and that of ours which stands in for it
    _base: tuple[str, str]
    bucket_name: str

    def sign_url(  # noqa: PLR0917 - the signature is oss2's
        self,
        method: str,
        key: str | bytes,
        expires: int,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        slash_safe: bool = False,
        additional_headers: Iterable[str] | None = None,
    ) -> str:
        """Returns a presigned URL, as oss2's buckets do.

        Args:
            method: HTTP method.
            key: The object key, as text or UTF-8.
            expires: Lifetime in seconds.
            headers: Headers the client will send.
            params: Query parameters; left alone.
            slash_safe: Whether "/" in the key stays as it is.
            additional_headers: Names of headers to sign besides (V4).

        Raises:
            oss2.exceptions.ClientError: The key is blank, or begins with "?" where that is checked.
            RequestError: The request breaks a rule.
        """
        if key is None or not key.strip():
            raise oss2.exceptions.ClientError("The key is invalid, please check it.")
        text = key.decode() if isinstance(key, bytes) else key
        bucket: Any = self
        if text[0] == "?" and bucket.is_verify_object_strict:
            raise oss2.exceptions.ClientError("The key cannot start with `?`, please check it.")
        auth = self._own_auth()
        names = lower_names(additional_headers)
        if auth.strict_sdk or not names.isdisjoint(_ADDED):
            more = () if additional_headers is None else (names,)
            return self._through_oss2(method, text, expires, headers, params, slash_safe, *more)
        call = Call(
            method,
            bucket.bucket_name,
            text,
            bucket.cloudbox_id or bucket.region,
            bucket.product,
            signed_headers(headers, names) if headers else {},
            params or {},
            names,
        )
        path, query = auth.presign(call, expires)
        if slash_safe is not True:
            path = path.replace("/", "%2F")
        return f"{self._before_key()}{path}?{query}"

    def with_clock(self, clock: Callable[[], float]) -> Any:
        """Returns a copy of this bucket that signs by another clock."""
        bucket: Any = self
        twin: Any = object.__new__(type(self))
        twin.__dict__ = vars(self)
        twin._base, twin._auths = self._base, (bucket.auth, self._own_auth().with_clock(clock))
        return twin

    def __reduce__(self) -> tuple[Any, ...]:
        plain = object.__new__(self._plain)  # type: ignore[attr-defined]
        plain.__dict__ = vars(self)
        own = self._own_auth()
        return accelerated, (plain, own.strict_sdk, own.clock)

    def _own_auth(self) -> Any:
        """Returns what signs; another one once the bucket has another, with a new STS token."""
        bucket: Any = self
        known, own = self._auths
        if known is not bucket.auth:
            known = bucket.auth
            own = own_auth(known, strict_sdk=own.strict_sdk, clock=own.clock)
            self._auths = known, own
        return own

    def _through_oss2(  # noqa: PLR0917 - the order of sign_url
        self,
        method: str,
        key: str,
        expires: int,
        headers: Any,
        params: Any,
        slash_safe: bool,
        *names: frozenset[str],
    ) -> str:
        bucket: Any = self
        request = oss2.http.Request(
            method,
            bucket._make_url(bucket.bucket_name, key, slash_safe),
            headers=CaseInsensitiveDict(headers),
            params=dict(params or {}),
            region=bucket.region,
            product=bucket.product,
            cloudbox_id=bucket.cloudbox_id,
        )
        return str(self._own_auth()._sign_url(request, bucket.bucket_name, key, expires, *names))

    def _before_key(self) -> str:
        """Returns the URL up to the key, which oss2 works out each time anew."""
        bucket: Any = self
        name, base = self._base
        if name != bucket.bucket_name:
            base = bucket._make_url(bucket.bucket_name, "")
            self._base = bucket.bucket_name, base
        return base


def own_auth(auth: Any, *, strict_sdk: bool, clock: Callable[[], float] | None) -> Any:
    """Returns an auth object of ours with the credentials provider of one of oss2's.

    Raises:
        TypeError: It has none, or signs another version.
    """
    if type(auth) is not auth.__class__:
        raise TypeError("bucket.auth is a stand-in; accelerate first, and shadow the bucket")
    inner = getattr(auth, "_StsAuth__auth", None) or getattr(auth, "_auth", auth)
    if isinstance(inner, (ProviderAuth, ProviderAuthV4)):
        strict_sdk = strict_sdk or inner.strict_sdk
        clock = clock or inner.clock
    kinds = {"v1": ProviderAuth, "v4": ProviderAuthV4}
    version = inner.auth_version() if hasattr(inner, "credentials_provider") else None
    if version not in kinds:
        raise TypeError("bucket.auth must sign V1 or V4 with credentials of its own")
    return kinds[version](inner.credentials_provider, strict_sdk=strict_sdk, clock=clock)


def accelerated(bucket: Any, strict_sdk: bool, clock: Callable[[], float] | None) -> Any:
    """Returns what `accelerate` does.

    Raises:
        TypeError: `bucket` is no bucket that can be accelerated.
    """
    if type(bucket) is not bucket.__class__:
        raise TypeError("bucket is a stand-in; accelerate first, and shadow last")
    if not isinstance(bucket, oss2.Bucket):
        raise TypeError("bucket must be an oss2.Bucket")
    auth = own_auth(bucket.auth, strict_sdk=strict_sdk, clock=clock)
    kind: type = getattr(bucket, "_plain", type(bucket))
    fast: Any = object.__new__(_accelerated(kind))
    fast.__dict__ = vars(bucket)
    fast._auths = bucket.auth, auth
    fast._base = "", ""
    return fast


@lru_cache(maxsize=64)
def _accelerated(kind: type) -> Any:
    return type(kind.__name__, (FastBucket, kind), {"__slots__": (), "_plain": kind})
