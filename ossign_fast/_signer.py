"""The public face: one call for one URL, one call for many."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from threading import Lock
from typing import Any

from . import _v4
from ._batch import UrlBatch
from ._bound import BoundPresigner, Context, PresignResult
from ._credentials import CredentialsLike, CredentialsSource, snapshot_source
from ._endpoints import Endpoint, check_bucket, check_product, resolve_endpoint
from ._engine import engine as default_engine
from ._errors import RequestError
from ._inputs import Keys, SupportsToList
from ._operations import find_operation
from ._request import (
    as_bucket,
    build_request,
    check_level,
    checked_nulls,
    checked_threads,
    header_names,
)
from ._times import (
    Seconds,
    SigningTime,
    as_lifetime,
    as_second,
    check_expiration,
    whole_seconds,
)

_MEMO_SIZE = 512
#: Option types whose equal values mean the same; two equal datetimes need not.
_PLAIN = frozenset({str, int, bool, type(None)})


class Signer:
    r"""Presigns URLs for one region, with the credentials of one source.

    Immutable and safe to share between threads.

    Args:
        region: Region id, such as "cn-hangzhou"; the id of the cloud box with
            `product="oss-cloudbox"`.
        credentials: `Credentials`, any object with `get_credentials()`, any callable that returns
            credentials, or a credentials object of an official SDK. Default: the environment
            variables `OSS_ACCESS_KEY_ID`, `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN`. Each
            call takes one snapshot, so id, secret and token never mix.
        bucket: Bucket of calls that name none.
        endpoint: Host or URL of the endpoint, with or without a port; default: derived from
            `region` and `endpoint_type`.
        endpoint_type: "public", "internal", "accelerate", "accelerate-overseas" or "dualstack".
        url_style: "virtual", "path" or "cname"; an IP address as endpoint means "path".
        scheme: "https" or "http"; a scheme in `endpoint` wins.
        product: "oss" or "oss-cloudbox".
        additional_headers: Names of headers to sign besides Content-Type, Content-MD5 and x-oss-*,
            where a request has them.
        clock: Returns the time in seconds since the epoch.
        clock_offset: Seconds to add to the clock's time.
        strict_keys: Whether keys that start with "/" or "\" are refused. OSS refuses the latter,
            and many clients drop the former; the official SDKs sign both.

    Raises:
        RequestError: A setting breaks a rule.
        CredentialsError: `credentials` is of no kind that can be used.

    Example:
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> signer.presign("GetObject", "dir/a b.txt", expires=600).url.partition("?")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/a%20b.txt'
    """

    __slots__ = (
        "_additional_headers",
        "_context",
        "_credentials",
        "_endpoint",
        "_key_kind",
        "_lock",
        "_memo",
        "_now",
        "_settings",
        "bucket",
        "product",
        "region",
    )

    region: str
    bucket: str | None
    product: str
    _additional_headers: frozenset[str]
    _context: Context
    _credentials: Callable[[], CredentialsLike]
    _endpoint: Endpoint
    _key_kind: int
    _lock: Lock
    _memo: dict[tuple[Any, ...], BoundPresigner]
    _now: Callable[[], int]
    _settings: dict[str, str]

    def __init__(
        self,
        *,
        region: str,
        credentials: CredentialsSource = None,
        bucket: str | None = None,
        endpoint: str | None = None,
        endpoint_type: str = "public",
        url_style: str = "virtual",
        scheme: str = "https",
        product: str = "oss",
        additional_headers: Iterable[str] = (),
        clock: Callable[[], float] = time.time,
        clock_offset: Seconds = 0,
        strict_keys: bool = True,
    ) -> None:
        settings = {"region": region, "endpoint_type": endpoint_type, "url_style": url_style}
        settings |= {"scheme": scheme, "product": product}
        fields = {
            "region": region,
            "product": check_product(product),
            "bucket": None if bucket is None else check_bucket(bucket),
            "_settings": settings,
            "_endpoint": resolve_endpoint(endpoint=endpoint, **settings),
            "_credentials": snapshot_source(credentials),
            "_additional_headers": header_names(additional_headers),
            "_now": whole_seconds(clock, clock_offset),
            "_key_kind": 1 if strict_keys else 2,
        }
        for name, value in fields.items():
            object.__setattr__(self, name, value)
        self._run_on(default_engine, None)

    def _run_on(self, engine: Any, kernel: str | None) -> None:
        scope = _v4.Scope(self.region, self.product)
        context = Context(engine, kernel, scope, self._now, self._credentials)
        for name, value in {"_context": context, "_memo": {}, "_lock": Lock()}.items():
            object.__setattr__(self, name, value)

    def _with_engine(self, engine: Any, kernel: str | None = None) -> Signer:
        """Returns a copy of this signer that runs on another engine or kernel."""
        copy = object.__new__(Signer)
        for name in self.__slots__:
            object.__setattr__(copy, name, getattr(self, name))
        copy._run_on(engine, kernel)
        return copy

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a Signer is immutable; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("a Signer is immutable; make another one")

    def __repr__(self) -> str:
        return (
            f"Signer(region={self.region!r}, bucket={self.bucket!r}, "
            f"endpoint={self._endpoint.base(None)!r})"
        )

    def presign(
        self,
        operation: str,
        key: str | None = None,
        *,
        bucket: str | None = None,
        expires: Seconds | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, str] | None = None,
        query: Mapping[str, str | None] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        **options: Any,
    ) -> PresignResult:
        """Returns a presigned URL (Signature V4) and the headers that go with it.

        Args:
            operation: An OSS operation such as "GetObject", or an HTTP method in upper case, which
                takes free `headers` and `query` only.
            key: The object key, 1..1023 bytes of UTF-8; None for operations on a bucket.
            bucket: Default: the signer's.
            expires: Lifetime in whole seconds or as timedelta, 1..604800 s; default 900.
            expiration: Aware time at which the URL expires, instead of `expires`.
            headers: Headers the client will send. Content-Type, Content-MD5 and x-oss-* are signed,
                others only if `additional_headers` names them.
            query: Query parameters; None or "" as value makes a bare name.
            additional_headers: Names of headers to sign besides; default: the signer's.
            signing_time: Aware datetime or seconds since the epoch; default: now.
            endpoint: Host or URL, for this call alone.
            **options: The operation's typed options, named as the attributes of the request models
                of alibabacloud-oss-v2: `content_type`, `metadata`, `upload_id`, ...

        Raises:
            RequestError: Something breaks a rule; nothing was signed.
            CredentialsError: The credentials source has none to give.

        Example:
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> result = signer.presign("PutObject", "a.txt", content_type="text/plain")
            >>> result.method, result.signed_headers
            ('PUT', {'Content-Type': 'text/plain'})
        """
        bound: BoundPresigner | None = None
        place: tuple[Any, ...] | None = None
        if expiration is headers is query is additional_headers is signing_time is None:  # type: ignore[comparison-overlap]
            place = (operation, key is None, bucket, expires, type(expires), endpoint)
            if options:  # types too: 1 == True, but not every option takes both
                place += (*options, *options.values(), *map(type, options.values()))
            try:
                bound = self._memo.get(place)
            except TypeError:  # something that cannot be hashed, such as a dict
                place = None
        if bound is None:
            bound = self._bind(
                operation,
                options,
                has_key=key is not None,
                bucket=bucket,
                expires=expires,
                expiration=expiration,
                headers=headers,
                query=query,
                additional_headers=additional_headers,
                signing_time=signing_time,
                endpoint=endpoint,
            )
            if place is not None and _PLAIN.issuperset(map(type, options.values())):
                self._remember(place, bound)
        return bound.result(key)

    def presign_many(  # noqa: D417 - the others are those of presign
        self,
        operation: str,
        keys: Keys | None = None,
        *,
        bucket: str | Keys | None = None,
        expires: Seconds | Sequence[Seconds] | SupportsToList | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        threads: int = 1,
        nulls: str = "refuse",
        **options: Any,
    ) -> UrlBatch:
        """Returns presigned URLs (Signature V4) for many rows, all signed at the same second.

        Takes the keywords of `presign`. Any value in `headers`, `query` and the options, as well as
        `expires` and `bucket`, may be a column with one value for each row: a list or another
        sequence, a NumPy array, or an Arrow array (anything with `__arrow_c_array__` or
        `__arrow_c_stream__`). Packed text is read in place, without a Python object per row.

        Args:
            operation: As in `presign`.
            keys: Column of object keys; None for operations on a bucket, whose rows come from
                other columns.
            threads: How many threads share the work; the Python engine uses one.
            nulls: "refuse" rows that hold a null, or "keep" them as nulls of the result.

        Raises:
            RequestError: Something breaks a rule, with the number of the row where one is at fault,
                or columns are not of one length; no URL is returned.
            CredentialsError: The credentials source has none to give.

        Example:
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> urls = signer.presign_many("UploadPart", ["big.bin"] * 3, upload_id="id",
            ...                            part_number=[1, 2, 3])
            >>> [url.partition("&")[0].rpartition("?")[2] for url in urls]
            ['partNumber=1', 'partNumber=2', 'partNumber=3']
        """
        return self._bind(
            operation,
            options,
            has_key=keys is not None,
            bucket=bucket,
            expires=expires,
            expiration=expiration,
            headers=headers,
            query=query,
            additional_headers=additional_headers,
            signing_time=signing_time,
            endpoint=endpoint,
            threads=threads,
            nulls=nulls,
        ).urls(keys)

    def bind(
        self,
        operation: str,
        *,
        bucket: str | Keys | None = None,
        expires: Seconds | Sequence[Seconds] | SupportsToList | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        threads: int = 1,
        nulls: str = "refuse",
        **options: Any,
    ) -> BoundPresigner:
        """Returns a request with everything but its key prepared.

        Takes the keywords of `presign_many`; columns are for `BoundPresigner.urls` alone. It
        follows the clock, unless `signing_time` is given, and the credentials.

        Raises:
            RequestError: Something breaks a rule.

        Example:
            >>> signer = Signer(region="cn-hangzhou", bucket="bkt")
            >>> put = signer.bind("PutObject", content_type="image/png")
            >>> put.url("1.png").partition("?")[0], put.signed_headers
            ('https://bkt.oss-cn-hangzhou.aliyuncs.com/1.png', {'Content-Type': 'image/png'})
        """
        return self._bind(
            operation,
            options,
            has_key=find_operation(operation).level != "bucket",
            bucket=bucket,
            expires=expires,
            expiration=expiration,
            headers=headers,
            query=query,
            additional_headers=additional_headers,
            signing_time=signing_time,
            endpoint=endpoint,
            threads=threads,
            nulls=nulls,
        )

    def _bind(
        self,
        name: str,
        options: Mapping[str, Any],
        *,
        has_key: bool,
        bucket: Any,
        expires: Any,
        expiration: datetime | None,
        headers: Mapping[str, Any] | None,
        query: Mapping[str, Any] | None,
        additional_headers: Iterable[str] | None,
        signing_time: SigningTime | None,
        endpoint: str | None,
        threads: int | None = None,
        nulls: str = "refuse",
    ) -> BoundPresigner:
        operation = find_operation(name)
        batch = threads is not None
        bucket = self.bucket if bucket is None else as_bucket(bucket, batch)
        check_level(operation, has_key, bucket)
        if expiration is not None:
            check_expiration(expiration, expires)
        if isinstance(lifetime := as_lifetime(expires), list) and not batch:
            raise RequestError("expires", "is a column; use presign_many for one value per row")
        request = build_request(
            operation,
            options,
            headers=headers,
            query=query,
            additional_headers=(
                self._additional_headers if additional_headers is None else additional_headers
            ),
            bucket=bucket,
            batch=batch,
        )
        return BoundPresigner(
            self._context,
            method=operation.method,
            endpoint=(
                self._endpoint
                if endpoint is None
                else resolve_endpoint(endpoint=endpoint, **self._settings)
            ),
            bucket="" if bucket is None else bucket,
            key=self._key_kind if has_key else 0,
            request=request,
            expires=lifetime,
            expiration=expiration,
            signing_time=None if signing_time is None else as_second(signing_time),
            threads=checked_threads(threads),
            keep_nulls=checked_nulls(nulls),
        )

    def _remember(self, place: tuple[Any, ...], bound: BoundPresigner) -> None:
        with self._lock:
            while len(self._memo) >= _MEMO_SIZE:
                del self._memo[next(iter(self._memo))]
            self._memo[place] = bound
