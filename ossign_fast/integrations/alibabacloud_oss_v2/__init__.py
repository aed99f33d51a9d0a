"""Drop-ins for `alibabacloud-oss-v2`, the official SDK.

`SignerV4` and `SignerV1` sign what a client sends; `accelerate` makes a client presign faster, and
`presign_many` signs whole batches with a client's settings.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from inspect import iscoroutinefunction
from typing import Any, Literal, TypeVar, cast, overload

from alibabacloud_oss_v2.presigner import PresignResult

from ossign_fast import UrlBatch

from .._handover import as_clock, system_time
from ._batch import presign_batch
from ._presign import Presigner
from ._signers import SignerV1, SignerV4

__all__ = ["SignerV1", "SignerV4", "accelerate", "presign_many"]


_ClientT = TypeVar("_ClientT")


def accelerate(
    client: _ClientT, *, strict_sdk: bool = False, clock: Callable[[], float] | None = None
) -> _ClientT:
    """Returns `client` with a faster `presign`; the same object in everything else.

    What comes back is of a subclass of the client's class and shares its state. `presign` takes the
    SDK's request models and its keywords `expires` and `expiration`, raises the SDK's errors, and
    returns the SDK's `PresignResult`; that of an AsyncClient is a coroutine. Credentials are asked
    of the client's provider at each call. The URLs are those of the SDK, byte for byte, except
    where it is wrong:

    - its URLs live one second less than was asked;
    - it ignores `Config.additional_headers`;
    - it checks `expires` only after signing, and only for more than seven days;
    - it signs header values that arrive otherwise or not at all: blanks at their ends, CR and LF,
      empty ones, x-oss-date;
    - between slashes it writes "." and ".." in a key so that many clients resolve them;
    - with an IPv6 address as endpoint it makes a host name of the bucket;
    - with Signature V1 it does not sign query parameters that begin with x-oss-.

    A naive `expiration` is local time, as for the SDK, and goes before `expires`. A credentials
    provider that fails is asked once, where the SDK asks again after a while.

    A client with a signer, an endpoint provider or a bucket name resolver of its own is presigned
    for by that, at the SDK's pace.

    Args:
        client: A `Client` or `AsyncClient`; it is not changed.
        strict_sdk: Whether to do wrong what the SDK does wrong, for comparisons.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Raises:
        TypeError: `client` is no client of the SDK.

    Example:
        >>> import alibabacloud_oss_v2 as oss
        >>> config = oss.config.load_default()
        >>> config.region = "cn-hangzhou"
        >>> config.credentials_provider = oss.credentials.StaticCredentialsProvider("id", "secret")
        >>> client = accelerate(oss.Client(config))
        >>> request = oss.PutObjectRequest("examplebucket", "a.txt", content_type="text/plain")
        >>> client.presign(request).signed_headers
        {'Content-Type': 'text/plain'}
    """
    _check_client(client)
    kind: type = getattr(client, "_plain", type(client))
    fast: Any = object.__new__(_accelerated(kind))
    fast.__dict__ = vars(client)
    fast._clock = as_clock(clock)
    fast._presigner = Presigner(client, strict=strict_sdk, clock=fast._clock)
    # Two looks at the real clock must differ, as the SDK's do.
    fast._gap = 2e-6 if fast._clock is system_time else 0.0
    fast._strict = strict_sdk
    return cast("_ClientT", fast)


@overload
def presign_many(
    client: Any,
    request: Any,
    keys: Any,
    *,
    expires: timedelta | int | None = None,
    expiration: datetime | None = None,
    clock: Callable[[], float] | None = None,
    threads: int = 1,
    nulls: Literal["refuse"] = "refuse",
) -> UrlBatch: ...
@overload
def presign_many(
    client: Any,
    request: Any,
    keys: Any,
    *,
    expires: timedelta | int | None = None,
    expiration: datetime | None = None,
    clock: Callable[[], float] | None = None,
    threads: int = 1,
    nulls: Literal["keep"],
) -> UrlBatch[str | None]: ...
def presign_many(  # noqa: D417 - the others are those of Signer.presign_many
    client: Any,
    request: Any,
    keys: Any,
    *,
    expires: timedelta | int | None = None,
    expiration: datetime | None = None,
    clock: Callable[[], float] | None = None,
    threads: int = 1,
    nulls: str = "refuse",
) -> UrlBatch[Any]:
    """Returns presigned URLs for many keys, with the settings and credentials of `client`.

    Args:
        client: A `Client` or `AsyncClient`, accelerated or not.
        request: One of the SDK's request models; its `key` is not looked at. Any attribute, and any
            value of `metadata`, `headers` and `parameters`, may be a column as long as `keys`.
        keys: Column of object keys, as `Signer.presign_many` takes it.
        expires: Lifetime as timedelta or in whole seconds, or a column; default 900 seconds.
        expiration: Aware time at which the URLs expire, instead of `expires`.
        clock: Returns the time in seconds since the epoch; None for `time.time`.

    Raises:
        RequestError: Something breaks a rule, with the number of the row where one is at fault, or
            the client signs by plug-ins of its own.
        alibabacloud_oss_v2.exceptions.BaseError: The request lacks a required attribute, or the
            client has no credentials.
        TypeError: `client` is no client of the SDK.

    Example:
        >>> import alibabacloud_oss_v2 as oss
        >>> config = oss.config.load_default()
        >>> config.region = "cn-hangzhou"
        >>> config.credentials_provider = oss.credentials.StaticCredentialsProvider("id", "secret")
        >>> request = oss.GetObjectRequest("examplebucket")
        >>> presign_many(oss.Client(config), request, ["a.txt", "b.txt"])  # doctest: +ELLIPSIS
        <UrlBatch of 2 GET URLs, expiration=...>
    """
    _check_client(client)
    presigner = Presigner(client, strict=False, clock=as_clock(clock))
    return presign_batch(
        presigner,
        request,
        keys,
        expires=expires,
        expiration=expiration,
        threads=threads,
        nulls=nulls,
    )


class _Accelerated:
    """What `accelerate` adds to a client: its own `presign`, beside the state that is shared."""

    __slots__ = ("_clock", "_gap", "_presigner", "_strict")

    _clock: Callable[[], float]
    _gap: float
    _presigner: Presigner
    _strict: bool

    def presign(
        self,
        request: Any,
        *,
        expires: timedelta | int | None = None,
        expiration: datetime | None = None,
    ) -> PresignResult:
        """Returns a presigned URL, as the SDK's client does.

        Args:
            request: One of the SDK's request models.
            expires: Lifetime as timedelta, or in whole seconds; default 15 minutes.
            expiration: Aware time at which the URL expires, instead of `expires`.
        """
        started = self._clock()
        now = started
        if self._strict:  # the SDK looks at its clock twice
            now = max(self._clock(), started + self._gap)
        return self._presigner.presign_at(request, expires, expiration, started, now)

    def __reduce__(self) -> tuple[Any, ...]:
        plain = object.__new__(self._plain)  # type: ignore[attr-defined]
        plain.__dict__ = vars(self)
        return _accelerated_again, (plain, self._strict, self._clock)


def _accelerated_again(client: Any, strict_sdk: bool, clock: Callable[[], float]) -> Any:
    return accelerate(client, strict_sdk=strict_sdk, clock=clock)


class _AsyncAccelerated(_Accelerated):
    __slots__ = ()

    async def presign(self, request: Any, **lifetime: Any) -> PresignResult:
        """Returns a presigned URL, as the SDK's client does; never waits."""
        return super().presign(request, **lifetime)


@lru_cache(maxsize=64)
def _accelerated(kind: Any) -> Any:
    # AsyncClient is not imported: it needs aiohttp, which the SDK does not require.
    own = _AsyncAccelerated if iscoroutinefunction(kind.invoke_operation) else _Accelerated
    return type(kind.__name__, (own, kind), {"__slots__": (), "_plain": kind})


def _check_client(client: Any) -> None:
    if type(client) is not client.__class__:
        raise TypeError("client is a stand-in; accelerate first, and shadow last")
    if not hasattr(getattr(client, "_client", None), "_options"):
        raise TypeError(
            "client must be a Client or an AsyncClient of alibabacloud_oss_v2; of an "
            "EncryptionClient give unwrap()"
        )
