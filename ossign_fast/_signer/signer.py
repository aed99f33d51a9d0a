"""The public face: one call for one URL, one call for many."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from .._credentials.credentials import CredentialsSource
from .._engine import engine
from .._engine.inputs import ColumnOf, FreeText, Keys
from .._errors import OssignError
from .._frames import sealed, showable, without_frames
from .._rules import v4
from .._rules.levels import NO_KEY
from .._rules.operations import find_operation
from .._rules.target import Target, locate
from .._rules.times import Seconds, SigningTime
from . import overloads
from .batch import UrlBatch
from .bound import BoundPresigner
from .calls import Calls
from .context import Context
from .jobs import Jobs
from .result import PresignResult
from .settings import Settings, settle
from .travel import again, portable, token_of


@showable
class Signer(Jobs):
    r"""Signs requests for one region, with the credentials of one source: URLs and headers.

    Immutable and safe to share between threads. Pickled, it takes along what it was told,
    `credentials` given by value included, and is made anew on the other side.

    Args:
        region: Region id, such as "cn-hangzhou"; the id of the cloud box with
            `product="oss-cloudbox"`.
        credentials: `Credentials`, `DefaultCredentials()`, an object or provider of an SDK or of
            `alibabacloud-credentials`, a dict such as the answer of AssumeRole, or any callable
            that returns one of them. Default: the environment variables `OSS_ACCESS_KEY_ID`,
            `OSS_ACCESS_KEY_SECRET` and `OSS_SESSION_TOKEN`. Each call takes one snapshot, so id,
            secret and token never mix.
        bucket: Bucket of calls that name none.
        endpoint: Host or URL of the endpoint, with or without a port; default: derived from
            `region` and `endpoint_type`.
        endpoint_type: "public", "internal", "accelerate", "accelerate-overseas" or "dualstack".
        url_style: "virtual", "path" or "cname"; an IP address or localhost means "path".
        scheme: "https" or "http"; a scheme in `endpoint` wins.
        product: "oss" or "oss-cloudbox".
        additional_headers: Names of headers to sign besides Content-Type, Content-MD5 and x-oss-*.
        clock: Returns the time in seconds since the epoch; None for `time.time`.
        clock_offset: Seconds to add to the clock's time.
        strict_keys: Whether keys that start with "/" or "\", which OSS forbids, or end in a line
            break are refused; the official SDKs sign them.
        strict_endpoint: Whether endpoints are refused that contradict the region, the bucket or
            the style. If not, they are taken as they are, as the official SDKs do.
        signature_version: "v4", or "v1", which Alibaba Cloud is retiring. V1 signs no region, so
            `region` may be None where `endpoint` is given, and takes no additional headers.
        sub_resources: Names of query parameters that V1 signs besides those OSS documents.

    Raises:
        RequestError: A setting breaks a rule.
        CredentialsError: `credentials` is of no kind that can be used.

    Example:
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> signer.presign("GetObject", "dir/a b.txt", expires=600).url.partition("?")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/dir/a%20b.txt'
    """

    __slots__ = (
        "_calls",
        "_context",
        "_recalled",
        "_recalled_batches",
        "_recalled_headers",
        "_settings",
        "bucket",
        "product",
        "region",
        "signature_version",
    )

    region: str | None
    bucket: str | None
    product: str
    signature_version: str
    _calls: Calls
    _context: Context
    _recalled: Any
    _recalled_batches: Any
    _recalled_headers: Any
    _settings: Settings

    @sealed
    def __init__(
        self,
        *,
        region: str | None,
        credentials: CredentialsSource = None,
        bucket: str | None = None,
        endpoint: str | None = None,
        endpoint_type: str = "public",
        url_style: str = "virtual",
        scheme: str = "https",
        product: str = "oss",
        additional_headers: Iterable[str] = (),
        clock: Callable[[], float] | None = None,
        clock_offset: Seconds = 0,
        strict_keys: bool = True,
        strict_endpoint: bool = True,
        signature_version: str = "v4",
        sub_resources: Iterable[str] = (),
    ) -> None:
        told = dict(locals())
        del told["self"]
        settings, context = settle(told)
        self._set(region=region, product=product, bucket=settings.bucket, _settings=settings)
        self._set(signature_version=settings.rules.VERSION, _context=context)
        self._call_by(Calls(settings, context))

    def _call_by(self, calls: Calls) -> None:
        self._set(_calls=calls, _recalled=calls.lines, _recalled_headers=calls.lines_of_headers)
        self._set(_recalled_batches=calls.lines_of_batches)

    def _with_engine(self, engine: Any, kernel: str | None = None) -> Signer:
        """Returns a copy of this signer that runs on another engine or kernel; V1 has only one."""
        copy = object.__new__(Signer)
        copy._set(**{name: getattr(self, name) for name in self.__slots__})
        if self.signature_version == "v4":
            context = self._context._replace(engine=engine, kernel=kernel)
            copy._set(_context=context)
            copy._call_by(Calls(self._settings, context))
        return copy

    def __reduce__(self) -> tuple[Any, ...]:
        return again, (type(self), Signer, portable(self._context.told))

    def __dask_tokenize__(self) -> tuple[str, str]:
        return "ossign_fast.Signer", token_of(self._context.told, None)

    def __repr__(self) -> str:
        endpoint = self._settings.endpoint.base(None)
        return f"Signer(region={self.region!r}, bucket={self.bucket!r}, endpoint={endpoint!r})"

    @overloads.typed_as(overloads.presign)
    @engine.recalling("_recalled")
    def presign(
        self,
        operation: str,
        key: str | None = NO_KEY,
        *,
        bucket: str | None = None,
        expires: Seconds | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, FreeText] | None = None,
        query: Mapping[str, FreeText | None] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        **options: Any,
    ) -> PresignResult:
        """Returns a presigned URL and the headers that go with it.

        Args:
            operation: An OSS operation such as "GetObject", or an HTTP method in upper case, which
                takes free `headers` and `query` only.
            key: The object key, 1..1023 bytes of UTF-8; left out for a request to a bucket.
            bucket: Default: the signer's; "" for a request to the service.
            expires: Lifetime in whole seconds or as timedelta, 1..604800 s (V4); default 900.
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
        try:
            return self._calls.presign(
                operation,
                key,
                options,
                bucket=bucket,
                expires=expires,
                expiration=expiration,
                headers=headers,
                query=query,
                additional_headers=additional_headers,
                signing_time=signing_time,
                endpoint=endpoint,
            )
        except OssignError as error:
            del key, bucket, expires, expiration, headers, query, additional_headers
            del signing_time, endpoint, options
            raise without_frames(error)  # noqa: B904 - the same error

    @overloads.typed_as(overloads.presign_many)
    @engine.recalling("_recalled_batches")
    @sealed
    def presign_many(  # noqa: D417 - the others are those of presign
        self,
        operation: str,
        keys: Keys | None = NO_KEY,
        *,
        bucket: str | Keys | None = None,
        expires: Seconds | ColumnOf[Seconds] | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
        query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        threads: int = 1,
        nulls: str = "refuse",
        **options: Any,
    ) -> UrlBatch:
        """Returns presigned URLs for many rows, all signed at the same second.

        Takes the keywords of `presign`. Any value in `headers`, `query` and the options, as well as
        `expires` and `bucket`, may be a column with one value for each row: a list or another
        sequence, a NumPy array, or an Arrow array (anything with `__arrow_c_array__` or
        `__arrow_c_stream__`). Packed text is read in place, without a Python object per row.

        Args:
            operation: As in `presign`.
            keys: Column of object keys; left out for requests to a bucket, whose rows come from
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
        return self._calls.presign_many(
            operation,
            keys,
            options,
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

    @overloads.typed_as(overloads.bind)
    @sealed
    def bind(
        self,
        operation: str,
        *,
        bucket: str | Keys | None = None,
        expires: Seconds | ColumnOf[Seconds] | None = None,
        expiration: datetime | None = None,
        headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
        query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
        additional_headers: Iterable[str] | None = None,
        signing_time: SigningTime | None = None,
        endpoint: str | None = None,
        threads: int = 1,
        nulls: str = "refuse",
        **options: Any,
    ) -> BoundPresigner:
        """Returns a request with everything but its key prepared.

        Takes the keywords of `presign_many`; columns are for `BoundPresigner.urls` alone, `VARIES`
        for `url`. It follows the credentials and, unless `signing_time` is given, the clock.

        Raises:
            RequestError: Something breaks a rule.

        Example:
            >>> signer = Signer(region="cn-hangzhou", bucket="bkt")
            >>> put = signer.bind("PutObject", content_type="image/png")
            >>> put.url("1.png").partition("?")[0], put.signed_headers
            ('https://bkt.oss-cn-hangzhou.aliyuncs.com/1.png', {'Content-Type': 'image/png'})
        """
        return self._settings.bind_presigner(
            self._context,
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

    @overloads.typed_as(overloads.sign_headers)
    @engine.recalling("_recalled_headers")
    def sign_headers(
        self,
        operation: str,
        key: str | None = NO_KEY,
        *,
        bucket: str | None = None,
        headers: Mapping[str, FreeText] | None = None,
        query: Mapping[str, FreeText | None] | None = None,
        additional_headers: Iterable[str] | None = None,
        payload: str = v4.UNSIGNED_PAYLOAD,
        signing_time: SigningTime | None = None,
        **options: Any,
    ) -> dict[str, str]:
        """Returns the headers of a request, those that sign it (Authorization) among them.

        The rules are those of the OSS documentation, "Include a V4 signature in the Authorization
        header". OSS takes the signature for 15 minutes around the signing time. A client sends all
        headers that come back, and the query that was signed.

        Args:
            operation: An OSS operation or an HTTP method, as in `presign`.
            key: The object key; left out for a request to a bucket or to the service.
            bucket: Default: the signer's; "" for a request to the service, such as "GET" for its
                list of buckets.
            headers: Headers the client will send; signed or not, they come back.
            query: Query parameters the client will send; None or "" as value makes a bare name.
            additional_headers: Names of headers to sign besides; default: the signer's.
            payload: "UNSIGNED-PAYLOAD", or the SHA-256 of the body in lower-case hex.
            signing_time: Aware datetime or seconds since the epoch; default: now.
            **options: The operation's typed options, as in `presign`.

        Raises:
            RequestError: Something breaks a rule; nothing was signed.
            CredentialsError: The credentials source has none to give.

        Example:
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> list(signer.sign_headers("PutObject", "a.txt", content_type="text/plain"))
            ['Content-Type', 'x-oss-content-sha256', 'x-oss-date', 'Date', 'Authorization']
        """
        try:
            return self._calls.sign_headers(
                operation,
                key,
                options,
                bucket=bucket,
                headers=headers,
                query=query,
                additional_headers=additional_headers,
                payload=payload,
                signing_time=signing_time,
            )
        except OssignError as error:
            del key, bucket, headers, query, additional_headers, payload, signing_time, options
            raise without_frames(error)  # noqa: B904 - the same error

    @sealed
    def locate(self, url: str) -> Target:
        """Returns bucket, key and query of a URL at this signer's endpoint.

        For whoever signs requests that were made elsewhere, such as in an HTTP client.

        Raises:
            RequestError: `url` is not at this endpoint, or cannot be read.

        Example:
            >>> signer = Signer(region="cn-hangzhou")
            >>> signer.locate("https://bkt-1.oss-cn-hangzhou.aliyuncs.com/a%20b.txt?acl")
            Target(bucket='bkt-1', key='a b.txt', query={'acl': ''})
        """
        return locate(url, self._settings.endpoint, self.bucket)
