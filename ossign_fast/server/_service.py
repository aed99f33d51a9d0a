"""The endpoint without sockets: who asks, whether that is allowed, and which operation it is."""

from __future__ import annotations

import errno
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from urllib.parse import unquote

from ossign_fast import (
    ClockSkewError,
    Credentials,
    ExpiredError,
    NotYetValidError,
    SignatureMismatchError,
    VerificationError,
    Verified,
    verify,
)

from ._body import Body
from ._errors import ServiceError
from ._exchange import Answer, Call
from ._listing import list_buckets, list_objects
from ._objects import (
    copy_object,
    delete_object,
    delete_objects,
    get_object,
    head_object,
    put_object,
)
from ._store import Store
from ._uploads import (
    abort_upload,
    complete_upload,
    copy_part,
    initiate_upload,
    list_parts,
    upload_part,
)

CredentialsLookup = Credentials | Mapping[str, Credentials] | Callable[[str], Credentials | None]

# Query parameters that make a request another operation. Those without a route are refused, so
# that nobody takes an object for its ACL, or the original for the processed image.
_SUBRESOURCES = frozenset(
    """
    acl append asyncFetch bucketInfo callback callback-var cname comp cors delete encryption
    inventory lifecycle live location logging objectMeta partNumber policy qos referer
    replication restore seal select stat status style symlink tagging transferAcceleration
    uploadId uploads versionId versioning versions vod website worm x-oss-async-process
    x-oss-callback x-oss-callback-var x-oss-process
    """.split()  # noqa: SIM905 - reads better than forty lines
)
_Operation = Callable[[Call], Answer]
_OBJECT_ROUTES: dict[tuple[str, frozenset[str]], _Operation] = {
    ("PUT", frozenset()): put_object,
    ("GET", frozenset()): get_object,
    ("HEAD", frozenset()): head_object,
    ("HEAD", frozenset({"objectMeta"})): head_object,
    ("DELETE", frozenset()): delete_object,
    ("POST", frozenset({"uploads"})): initiate_upload,
    ("PUT", frozenset({"partNumber", "uploadId"})): upload_part,
    ("POST", frozenset({"uploadId"})): complete_upload,
    ("DELETE", frozenset({"uploadId"})): abort_upload,
    ("GET", frozenset({"uploadId"})): list_parts,
}
_BUCKET_ROUTES: dict[tuple[str, frozenset[str]], _Operation] = {
    ("GET", frozenset()): list_objects,
    ("POST", frozenset({"delete"})): delete_objects,
}
_SERVICE_ROUTES: dict[tuple[str, frozenset[str]], _Operation] = {("GET", frozenset()): list_buckets}
_COPIES: dict[_Operation, _Operation] = {put_object: copy_object, upload_part: copy_part}

# As the documentation of OSS has them, one page for each.
_ERROR_NUMBERS: dict[type[VerificationError], str] = {
    ExpiredError: "0002-00000069",
    NotYetValidError: "0002-00000235",
    SignatureMismatchError: "0002-00000201",
    ClockSkewError: "0002-00000504",
}
# Whoever asks to be called must not wait for it in vain.
_CALLBACKS = frozenset({"x-oss-callback", "x-oss-callback-var"})
_MAX_SKEW = 900  # seconds, as OSS
# A full disk, a used-up quota, a file larger than this process may write.
_NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it was received.

    Attributes:
        method: The HTTP method.
        target: The request target, still encoded: path and query, or an absolute URL.
        headers: Names and values as bytes, as received.
        body: The body, not yet read.
    """

    method: str
    target: str = field(repr=False)
    headers: list[tuple[str, bytes]] = field(repr=False)
    body: Body

    @property
    def url(self) -> str:
        """The absolute URL that the client asked for, as far as it told."""
        hosts = [value for name, value in self.headers if name.lower() == "host"]
        if not self.target.startswith("/") or not hosts:
            return self.target
        host = hosts[0].decode("latin-1").strip(" \t")
        return f"http://{host}{self.target}"

    @property
    def is_signed(self) -> bool:
        """Whether there is anything that could be a signature."""
        query = unquote(self.target.partition("?")[2])  # in whatever spelling
        return (
            "x-oss-signature" in query
            or "Signature=" in query
            or any(name.lower() == "authorization" for name, _ in self.headers)
        )


class Service:
    """Answers requests.

    Args:
        store: Where the objects are.
        credentials: Whose signatures are accepted; as `verify` takes them.
        region: The region that signatures must be for.
        clock: Returns the current time in epoch seconds.
        strict_bytes: Whether URLs must be spelt as they were signed; as `verify` takes it.
    """

    def __init__(
        self,
        store: Store,
        *,
        credentials: CredentialsLookup,
        region: str,
        clock: Callable[[], float],
        strict_bytes: bool = False,
    ) -> None:
        self._store = store
        self._credentials = credentials
        self._region = region
        self._strict_bytes = strict_bytes
        self.clock = clock

    def answer(self, request: Request) -> Answer:
        """Checks the signature, then carries the request out.

        Raises:
            ServiceError: The request is refused.
        """
        granted = self.authorize(request)
        if granted.key and not granted.bucket:
            raise ServiceError("InvalidBucketName", "The specified bucket is not valid.")
        call = Call(
            bucket=granted.bucket or "",
            key=granted.key or "",
            query=dict(granted.query),
            headers={name.lower(): value.decode("latin-1") for name, value in request.headers},
            body=request.body,
            store=self._store,
            region=self._region,
            now=self.clock(),
        )
        try:
            return _operation(granted.method, call)(call)
        except OSError as error:
            if error.errno not in _NO_ROOM:
                raise
            raise ServiceError(
                "InsufficientStorage", "The disk of this endpoint is full. Nothing was stored."
            ) from None

    def authorize(self, request: Request) -> Verified:
        """Returns what the request's signature grants. Every request passes here.

        Raises:
            ServiceError: There is no valid signature.
        """
        if not request.is_signed:
            raise ServiceError(
                "AccessDenied",
                "Anonymous access is forbidden for this operation. Sign the request in its query "
                "or in its Authorization header, with Signature V4 or V1.",
                reason="it is not signed",
            )
        url = request.url
        try:
            return verify(
                request.method,
                url,
                headers=request.headers,
                credentials=self._credentials,
                url_style="path" if url.startswith("/") else None,
                region=self._region,
                now=self.clock(),
                max_skew=_MAX_SKEW,
                signature_versions=("v4", "v1"),
                strict_bytes=self._strict_bytes,
            )
        except VerificationError as error:
            raise _refusal(error, self.clock()) from None


def _operation(method: str, call: Call) -> _Operation:
    routes = _OBJECT_ROUTES if call.key else _BUCKET_ROUTES if call.bucket else _SERVICE_ROUTES
    operation = routes.get((method, _SUBRESOURCES.intersection(call.query)))
    if operation is None or not _CALLBACKS.isdisjoint(call.headers):
        raise _not_implemented()
    if "x-oss-copy-source" in call.headers:
        return _COPIES.get(operation, operation)
    return operation


def _not_implemented() -> ServiceError:
    return ServiceError(
        "NotImplemented",
        "This local endpoint has no such operation. It does PutObject, CopyObject, GetObject, "
        "HeadObject, DeleteObject, DeleteMultipleObjects, multipart uploads, and the listings of "
        "buckets and of objects, and calls nobody back.",
    )


def _refusal(error: VerificationError, now: float) -> ServiceError:
    details = {"EC": _ERROR_NUMBERS[type(error)]} if type(error) in _ERROR_NUMBERS else {}
    server_time = _moment(datetime.fromtimestamp(now, timezone.utc))
    if isinstance(error, SignatureMismatchError):
        details |= {
            "OSSAccessKeyId": error.access_key_id or "",
            "SignatureProvided": error.signature or "",
            "StringToSign": error.string_to_sign or "",
        }
        if error.canonical_request is not None:
            details["CanonicalRequest"] = error.canonical_request
    elif isinstance(error, ExpiredError):
        details |= {"Expires": _moment(error.moment), "ServerTime": server_time}
    elif isinstance(error, ClockSkewError):
        details |= {
            "MaxAllowedSkewMilliseconds": str(_MAX_SKEW * 1000),
            "RequestTime": _moment(error.moment),
            "ServerTime": server_time,
        }
    reason = f"{type(error).__name__}: {error}"
    return ServiceError(error.code, str(error), details=details, reason=reason)


def _moment(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.000Z") if moment else ""
