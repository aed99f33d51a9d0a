"""Signature V1, in the query or in the Authorization header, as one rules module on hashlib.

The source of the rules is the OSS documentation, "Include signatures in a URL" and "Include
signatures in the Authorization header". Alibaba Cloud is retiring V1; where the official SDKs
differ this follows the Go SDK V2, in the URL layout of alibabacloud-oss-v2; of the query it signs
what any of them knows. V1 covers neither the headers besides Content-Type, Content-MD5 and x-oss-*
nor most query parameters, and its HMAC is SHA-1.

There is no plan: a value stands in two forms, raw in the string to sign and encoded in the URL, and
nobody signs V1 by the million. A `Job` is what the loops of the reference engine run.
"""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from typing import Any, NamedTuple

from .._credentials.credentials import CredentialsLike
from .._engine.plan import DECIMAL, FIELD, PATH, QUERY, RAW, VALUE, Column
from .._engine.text import encoder, path_in_url, quote
from .shape import (
    DATE_HEADER,
    RESERVED_QUERY,
    TOKEN_HEADER,
    Moment,
    Shape,
    asked_columns,
    check_header_id,
    http_date,
    is_signed_by_default,
)

__all__ = (
    "MAX_EXPIRES",
    "RESERVED_HEADERS",
    "SUB_RESOURCES",
    "VERSION",
    "Scope",
    "bind",
    "columns_of",
    "is_reserved_query",
    "is_signed_by_default",
    "signature_headers",
)

VERSION = "v1"

#: V1 knows no longest lifetime; this is where 32-bit clocks end.
MAX_EXPIRES = 2**31 - 1

#: Query parameters that are part of what is signed, besides all x-oss-*: those of the OSS
#: documentation, oss2 and the operations of alibabacloud-oss-v2. `_verify` has the same list.
SUB_RESOURCES = frozenset(
    """
    accessPoint accessPointPolicy acl append asyncFetch bucketArchiveDirectRead bucketInfo callback
    callback-var cleanRestoredObject cloudboxes cname comp continuation-token cors dataPipeline
    delete encryption endTime group httpsConfig img inventory inventoryId legalHold lifecycle link
    live location logging metadataConfiguration metadataInventoryTable metadataJournalTable
    metaQuery objectInfo objectMeta objectWorm overwriteConfig partNumber policy policyStatus
    position publicAccessBlock qos qosInfo qosRequester quota redundancyTransition referer
    regionList replication replicationLocation replicationProgress requesterQosInfo requestPayment
    resourceGroup resourcePool resourcePoolBuckets resourcePoolInfo response-cache-control
    response-content-disposition response-content-encoding response-content-language
    response-content-type response-expires restore retention rtc seal security-token sequential
    startTime stat status style styleName symlink tagging transferAcceleration uploadId uploads
    userDefinedLogFieldsConfig versionId versioning versions vod website worm wormExtend wormId
    """.split()  # noqa: SIM905 - reads better than ninety lines
)

#: Header names that nobody but the signature may write, by what carries it.
RESERVED_HEADERS = {
    "query": frozenset({DATE_HEADER, "authorization"}),
    "header": frozenset({"authorization", "date", "security-token", TOKEN_HEADER}),
}
_RESERVED_QUERY = RESERVED_QUERY | {"OSSAccessKeyId", "Expires", "Signature", "security-token"}


_LOOPS = (
    "check_rows",
    "follow",
    "lines",
    "sign_one",
    "sign_packed",
    "sign_rows",
    "sign_texts",
    "unpack",
)


def load() -> None:
    """Imports what V1 signs with; a fork or a signal handler may find an import half done."""
    for name in ("base64", "hmac", f"{__package__.rpartition('.')[0]}._engine.reference"):
        import_module(name)


def __getattr__(name: str) -> Any:
    """Returns a loop of the reference engine, which is not loaded before a V1 signer needs it."""
    if name in _LOOPS:
        from .._engine import reference

        return getattr(reference, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def is_reserved_query(name: str) -> bool:
    """Returns whether the query parameter `name` is one that a signature itself writes."""
    return name in _RESERVED_QUERY or name.lower() in RESERVED_QUERY


def signature_headers(moment: Moment, credentials: CredentialsLike) -> dict[str, str]:
    """Returns the headers that a signature in Authorization needs beside it."""
    headers = {"Date": http_date(moment.second)}
    if credentials.security_token:
        headers[TOKEN_HEADER] = credentials.security_token.strip(" \t")
    return headers


class Scope(NamedTuple):
    """Names of query parameters that are signed besides `SUB_RESOURCES` and x-oss-*."""

    sub_resources: frozenset[str]


def columns_of(shape: Shape) -> tuple[Column, ...]:
    """Returns the columns of requests of `shape`, as checks of raw values.

    They are those of `asked_columns`, then the expiry of a URL, or the access key id and the token
    of a header.
    """
    columns = [_raw(column) for column in asked_columns(shape)]
    if shape.carrier == "query":
        columns.append(Column("expires", DECIMAL, 1, MAX_EXPIRES))
    else:
        columns.append(Column("credentials", FIELD, 1))
        columns += [Column("security_token", FIELD, 1)] * shape.token
    return tuple(columns)


def _raw(column: Column) -> Column:
    return column._replace(encoding=RAW) if column.encoding in (PATH, QUERY, VALUE) else column


def bind(
    shape: Shape,
    values: tuple[Any, ...],
    moment: Moment,
    scope: Scope,
    credentials: CredentialsLike,
    *,
    expires: int | None,
    engine: Any = None,
    kernel: str | None = None,
) -> Job:
    """Returns the job for requests of `shape`, signed with `credentials` at `moment`.

    Args:
        shape: Shape of the request.
        values: For each column up to the headers its value, or None where it varies.
        moment: The signing time.
        scope: What is signed besides.
        credentials: One snapshot.
        expires: Seconds, or None where it varies; not looked at where headers carry the signature.
        engine: Not looked at: V1 runs on the reference engine's loops.
        kernel: Not looked at.

    Raises:
        ColumnError: A value breaks the rules of its column.
        CredentialsError: The access key id cannot be written into a header.
    """
    del engine, kernel
    if shape.carrier == "query":
        values = (*values, expires)
    else:
        check_header_id(credentials)
        values = (*values, credentials.access_key_id)
        values += (credentials.security_token,) if shape.token else ()
    return Job(shape, values, moment, scope, credentials)


class _Frame(NamedTuple):
    """A request but for its key, which stands in the middle of what is signed and of its URL."""

    text: tuple[bytes, bytes]
    output: tuple[bytes, bytes]


class Job:
    """A request with its constants filled in, ready to sign rows; made by `bind`.

    Attributes:
        varying: Indices of the columns that vary from row to row.
        encoders: For each of them the function that checks a value and returns its bytes.
    """

    __slots__ = (  # a dictionary could be looked into
        "_frame",
        "_id",
        "_last",
        "_moment",
        "_secret",
        "_shape",
        "_signed",
        "_texts",
        "_token",
        "encoders",
        "varying",
    )

    def __init__(
        self,
        shape: Shape,
        values: tuple[Any, ...],
        moment: Moment,
        scope: Scope,
        credentials: CredentialsLike,
    ) -> None:
        encoders = [encoder(i, column) for i, column in enumerate(columns_of(shape))]
        self.varying = tuple(i for i, value in enumerate(values) if value is None)
        self.encoders = tuple(encoders[i] for i in self.varying)
        self._texts = [
            b"" if value is None else encode(value)
            for encode, value in zip(encoders, values, strict=True)
        ]
        self._shape = shape
        self._moment = moment
        self._signed = SUB_RESOURCES | scope.sub_resources
        self._id = (credentials.access_key_id or "").encode()
        self._secret = (credentials.access_key_secret or "").encode()
        self._token = (credentials.security_token or "").encode()
        self._last: tuple[list[bytes], _Frame | None] = ([], None)
        only_the_key = self.varying == (0,) * bool(shape.key)
        self._frame = self._frame_of(self._texts) if only_the_key else None

    def __repr__(self) -> str:
        return "<Job>"

    def sign(self, row: Sequence[bytes]) -> bytes:
        """Returns the URL, or the value of Authorization, of one row, given its encoded values."""
        frame, key = self._frame, row[0] if row else b""
        if frame is None:
            texts = self._texts.copy()
            for index, text in zip(self.varying, row, strict=True):
                texts[index] = text
            key = texts[0]
            frame = self._frame_like_the_last(texts)
        import base64  # not needed to import the package
        import hmac

        before, after = frame.text
        text = before + key + after if self._shape.key else before + after
        signature = base64.b64encode(hmac.digest(self._secret, text, "sha1"))
        before, after = frame.output
        if self._shape.carrier == "header":
            return before + signature
        path = path_in_url(quote(key, safe="/").encode()) if self._shape.key else b""
        return before + path + after + quote(signature, safe="").encode()

    def _frame_like_the_last(self, texts: list[bytes]) -> _Frame:
        """Returns the frame of these values, often those of the row before but for the key."""
        others = texts[bool(self._shape.key) :]
        last, frame = self._last
        if frame is None or last != others:
            frame = self._frame_of(texts)
            self._last = others, frame
        return frame

    def _frame_of(self, texts: Sequence[bytes]) -> _Frame:
        shape, rest = self._shape, iter(texts)
        if shape.key:
            next(rest)
        bucket = next(rest) if shape.bucket is None else shape.bucket.encode()
        query = [(name, next(rest)) for name, _ in shape.query]
        headers = {name: next(rest) for name, _ in shape.headers}
        resource = b"/%b/" % bucket if bucket else b"/"
        if shape.carrier == "header":
            access_key_id = next(rest)
            headers |= {TOKEN_HEADER: next(rest)} if shape.token else {}
            date = headers.get(DATE_HEADER, http_date(self._moment.second).encode())
            before = self._lines(headers, date) + resource
            return _Frame((before, self._sub_resources(query)), (b"OSS %b:" % access_key_id, b""))
        end = b"%d" % (self._moment.second + int(next(rest)))
        query += [("OSSAccessKeyId", self._id), ("Expires", end)]
        if self._token:
            query.append(("security-token", self._token))
        base = shape.endpoint.base(bucket.decode() or None).encode() + b"/"
        pairs = "&".join(map(_pair, query)).encode()
        text = self._lines(headers, end) + resource, self._sub_resources(query)
        return _Frame(text, (base, b"?%b&Signature=" % pairs))

    def _lines(self, headers: dict[str, bytes], date: bytes) -> bytes:
        """Returns what is signed before the resource."""
        lines = [self._shape.method.encode()]
        lines += [headers.get("content-md5", b""), headers.get("content-type", b""), date]
        lines += [
            name.encode() + b":" + headers[name]
            for name in sorted(headers)
            if name.startswith("x-oss-")
        ]
        return b"\n".join((*lines, b""))

    def _sub_resources(self, query: list[tuple[str, bytes]]) -> bytes:
        """Returns what is signed behind the path."""
        signed = sorted(p for p in query if p[0] in self._signed or p[0].startswith("x-oss-"))
        pairs = [name.encode() + (b"=" + value if value else b"") for name, value in signed]
        return b"?" + b"&".join(pairs) if pairs else b""


def _pair(pair: tuple[str, bytes]) -> str:
    name, value = quote(pair[0], safe=""), quote(pair[1], safe="")
    return f"{name}={value}" if value else name
