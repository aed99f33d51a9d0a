"""Presigning with the settings of a client of alibabacloud-oss-v2, without its request pipeline."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import lru_cache, partial
from typing import Any, NamedTuple

import alibabacloud_oss_v2 as oss
from alibabacloud_oss_v2 import serde
from alibabacloud_oss_v2 import signer as sdk
from alibabacloud_oss_v2.presigner import PresignResult

from ossign_fast import OssignError, RequestError, Signer

from .._handover import Handover
from ._memo import RequestMemo, Words
from ._signers import SignerV1, SignerV4

_WEEK = timedelta(days=7)
_DEFAULT = timedelta(minutes=15)
_STYLES = {1: "virtual", 2: "path", 3: "cname", 4: "virtual"}  # AddressStyle of the SDK
_VERSIONS = {sdk.SignerV4: "v4", SignerV4: "v4", sdk.SignerV1: "v1", SignerV1: "v1"}


class Operation(NamedTuple):
    """What a kind of request stands for.

    Attributes:
        name: Its name in the OSS API.
        method: HTTP method.
        parameters: Query parameters that make it what it is.
    """

    name: str
    method: str
    parameters: tuple[tuple[str, str], ...] = ()


#: The requests that the SDK presigns, as it documents them.
OPERATIONS: dict[type, Operation] = {
    oss.GetObjectRequest: Operation("GetObject", "GET"),
    oss.PutObjectRequest: Operation("PutObject", "PUT"),
    oss.HeadObjectRequest: Operation("HeadObject", "HEAD"),
    oss.InitiateMultipartUploadRequest: Operation(
        "InitiateMultipartUpload", "POST", (("uploads", ""),)
    ),
    oss.UploadPartRequest: Operation("UploadPart", "PUT"),
    oss.CompleteMultipartUploadRequest: Operation("CompleteMultipartUpload", "POST"),
    oss.AbortMultipartUploadRequest: Operation("AbortMultipartUpload", "DELETE"),
}


class Presigner:
    """Presigns the SDK's request models with the settings of one of its clients.

    Args:
        client: A Client or AsyncClient of the SDK.
        strict: Whether to reproduce what the SDK does wrong.
        clock: Returns the time in seconds since the epoch.
    """

    def __init__(self, client: Any, *, strict: bool, clock: Callable[[], float]) -> None:
        self._impl = client._client
        self._options = self._impl._options
        self._strict = strict
        self.clock = clock
        self._handover = Handover()
        self._memo = RequestMemo(OPERATIONS)
        self._version = _VERSIONS.get(type(self._options.signer))
        provider = self._options.credentials_provider
        self._is_anonymous = isinstance(provider, oss.credentials.AnonymousCredentialsProvider)
        self._agent = self._impl._inner.user_agent
        self._init_error = getattr(self._impl._inner, "init_error", None)
        self._signer: Signer | None = None
        self._fault: OssignError | None = None
        if self._is_ours_to_sign():
            try:
                self._signer = self._handover.signer(**self._settings())
            except OssignError as error:
                self._fault = error

    def _is_ours_to_sign(self) -> bool:
        """Returns whether the client signs as its settings say, and not by some plug-in."""
        options = self._options
        plugged = ("endpoint_provider", "bucket_name_resolver")
        return (
            self._version is not None
            and options.endpoint is not None
            and not self._is_anonymous
            and self._init_error is None
            and all(getattr(options, name, None) is None for name in plugged)
            and not (self._strict and self._sdk_must_sign())
        )

    def _is_foreign(self) -> bool:
        """Returns whether it is not for us to say how long URLs live."""
        return self._version is None or self._is_anonymous

    def _sdk_must_sign(self) -> bool:
        """Returns whether our signer differs from the SDK's for every request."""
        options = self._options
        return (
            self._version == "v1"
            or options.endpoint.netloc.startswith("[")  # IPv6
            or bool(getattr(options.signer, "additional_headers", ()))
        )

    def _settings(self) -> dict[str, Any]:
        options, endpoint = self._options, self._options.endpoint
        settings = {
            "endpoint": f"{endpoint.scheme}://{endpoint.netloc}",
            "url_style": _STYLES[options.address_style],
            "signature_version": self._version,
        }
        if self._version == "v1":
            return {**settings, "region": None, "sub_resources": sdk.SignerV1._subresource_key_set}
        names = getattr(options.signer, "additional_headers", ())  # of a SignerV4 of ours
        if not self._strict and options.additional_headers is not None:
            names = options.additional_headers
        return {
            **settings,
            "region": options.region,
            "product": options.product,
            "additional_headers": names,
        }

    def presign_at(
        self, request: Any, expires: Any, expiration: datetime | None, started: float, now: float
    ) -> PresignResult:
        """Returns what the client's `presign` returns, for a call at a given time.

        Args:
            request: One of the SDK's request models.
            expires: Lifetime as timedelta, or in whole seconds.
            expiration: End of the lifetime, instead.
            started: When the clock was first looked at. The SDK counts `expires` from then on, and
                otherwise signs then.
            now: When it was looked at again: to sign, or for the end of the default lifetime.

        Raises:
            alibabacloud_oss_v2.exceptions.BaseError: As the client's `presign`: an OperationError
                holds what is wrong with the request, be it an SDK error or a `RequestError`.
        """
        operation = OPERATIONS.get(type(request)) or operation_of(request)
        if self._signer is None and expires is expiration is None and self._is_foreign():
            return self._through_sdk(operation, request, None, now)
        if self._strict:
            if expires is None or expiration is not None:
                started, now = now, started  # it looks before it signs only to count `expires`
            end = expiration or _moment(started) + (_DEFAULT if expires is None else expires)
            return self._presign_strictly(operation, request, end.astimezone(timezone.utc), now)
        lifetime = self._lifetime(operation, expires, expiration, int(now))
        if self._fault is not None:
            raise _failed(operation, self._fault) from None
        if self._signer is None:
            return self._through_sdk(operation, request, _moment(int(now) + lifetime), int(now))
        try:
            result = self._signed(operation, request, lifetime, now)
        except OssignError as error:
            if request.key is None:
                raise oss.exceptions.ParamRequiredError(field="key") from None
            raise _failed(operation, error) from None
        assert result is not None
        return result

    def _presign_strictly(
        self, operation: Operation, request: Any, end: datetime, now: float
    ) -> PresignResult:
        """Returns what the SDK would, whose own code signs what our rules refuse or do better."""
        signed_at = _moment(now)
        seconds = int((end - signed_at).total_seconds())
        if self._signer is not None and seconds >= 1 and end - signed_at <= _WEEK:
            try:
                result = self._signed(operation, request, seconds, now)
                if result is not None:
                    result.expiration = end
                    return result
            except OssignError:
                pass
        return self._through_sdk(operation, request, end, now)

    def _lifetime(
        self, operation: Operation, expires: Any, expiration: datetime | None, second: int
    ) -> int:
        """Returns the lifetime in whole seconds, checked before anything is signed."""
        if expiration is not None:
            if not isinstance(expiration, datetime):
                raise _refused(operation, "expiration", "must be a datetime; or give expires")
            lifetime = int(expiration.timestamp() // 1) - second
        else:
            lifetime = 900 if expires is None else expires
            if isinstance(lifetime, timedelta):
                lifetime = lifetime.days * 86_400 + lifetime.seconds
            elif isinstance(lifetime, bool) or not isinstance(lifetime, int):
                raise _refused(operation, "expires", "must be a timedelta, or whole seconds")
        if lifetime > 604_800 and isinstance(self._options.signer, sdk.SignerV4):
            raise oss.exceptions.PresignExpirationError
        if lifetime < 1:
            field = "expires" if expiration is None else "expiration"
            raise _refused(operation, field, "must lie at least one second ahead")
        return lifetime

    def _signed(
        self, operation: Operation, request: Any, lifetime: int, now: float
    ) -> PresignResult | None:
        """Returns the result of a request; None if a strict presigner leaves it to the SDK."""
        place, values = self._memo.take_apart(request)
        template = self._memo.get(place)
        url, headers = "", None
        if template is not None:
            bound = template.bound(self._own, operation.method, request.bucket, lifetime)
            if bound is not None and (headers := template.sent(values)) is not None:
                self.hand_over(operation, now)
                url = bound.url(request.key, template.given(values))
        if headers is None:
            words = self.read(operation, request) if template is None else template.words(values)
            if self._strict and not _is_clean(*words, self._signer_signs):
                return None
            self.hand_over(operation, now)
            url, headers = self._by_words(operation, request, lifetime, words)
            if template is None and place is not None:
                read = partial(self.read, operation)
                self._memo.learn(request, place, values, read, headers)
        if self._strict and "%2F" in url.partition("?")[0]:
            return None  # the SDK lets clients resolve "." and ".."
        return PresignResult(operation.method, url, _end_of(int(now) + lifetime), headers)

    def _by_words(
        self, operation: Operation, request: Any, lifetime: int, words: Words
    ) -> tuple[str, dict[str, str]]:
        """Returns the URL and the signed headers of a request with these headers and query."""
        headers, query = words
        result = self._own.presign(
            operation.method,
            request.key,
            bucket=request.bucket,
            headers=headers,
            query={name: _as_the_sdk_writes(value) for name, value in query.items()},
            expires=lifetime,
        )
        return result.url, result.signed_headers

    @property
    def _own(self) -> Signer:
        assert self._signer is not None
        return self._signer

    def batch_signer(self) -> Signer:
        """Returns the signer that batches are signed with, after `hand_over`.

        Raises:
            RequestError: The client's settings break a rule, or it signs by plug-ins of its own.
        """
        if fault := self._init_error or self._fault:
            raise fault
        if self._signer is not None:
            return self._signer
        problem = "signs by a plug-in of its own; presign one by one"
        if self._is_anonymous:
            problem = "has anonymous credentials, which sign nothing; give it others"
        elif self._options.endpoint is None:
            problem = "has no endpoint; set the region or the endpoint in its Config"
        raise RequestError("client", problem)

    def read(self, operation: Operation, request: Any) -> Words:
        """Returns the headers and the query parameters of a request, in the SDK's order."""
        read = oss.OperationInput(operation.name, operation.method)
        read.parameters = dict(operation.parameters)
        serde.serialize_input(request, read)
        headers = read.headers
        for name, value in (getattr(self._options, "default_request_headers", None) or {}).items():
            if name.lower() != "user-agent" and headers.get(name) in (None, ""):
                headers[name] = value
        headers.setdefault("User-Agent", self._agent)
        return dict(headers), dict(read.parameters)

    def _signer_signs(self, header: str) -> bool:
        return bool(self._options.signer.is_signed_header(header))

    def hand_over(self, operation: Operation, now: float) -> None:
        """Makes the client's present credentials, and `now`, those that the signer signs with.

        Raises:
            OperationError: There are none, with the SDK's own error in it.
        """
        self._handover.lend(self._credentials(operation), now)

    def _credentials(self, operation: Operation) -> Any:
        try:
            credentials = self._options.credentials_provider.get_credentials()
        except Exception as error:
            raise _failed(operation, oss.exceptions.CredentialsFetchError(error=error)) from error
        if credentials is None or not credentials.has_keys():
            raise _failed(operation, oss.exceptions.CredentialsEmptyError())
        return credentials

    def _through_sdk(
        self, operation: Operation, request: Any, end: datetime | None, now: float
    ) -> PresignResult:
        """Returns what the SDK's signer makes of its own signing context at `now`."""
        if self._init_error is not None:
            raise self._init_error
        read = oss.OperationInput(operation.name, operation.method)
        read.bucket, read.key = request.bucket, request.key
        read.parameters = dict(operation.parameters)
        serde.serialize_input(request, read)
        read.op_metadata["expiration_time"] = end
        options = copy.copy(self._options)
        options.auth_method = "query"
        try:
            self._impl.verify_operation(read, options)
            context = self._impl.build_request_context(read, options, self._impl._inner)
        except Exception as error:
            raise _failed(operation, error) from error
        if not self._is_anonymous:
            context.credentials = self._credentials(operation)
            context.signing_time = context.signing_time or _moment(now)
            if not self._strict:
                context.additional_headers = options.additional_headers
            try:
                options.signer.sign(context)
            except Exception as error:
                raise _failed(operation, error) from error
        end = context.expiration_time
        is_limited = end is not None and isinstance(options.signer, sdk.SignerV4)
        if is_limited and end - _moment(now) > _WEEK:
            raise oss.exceptions.PresignExpirationError
        signed = {
            name: value
            for name, value in context.request.headers.items()
            if options.signer.is_signed_header(name)
        }
        return PresignResult(context.request.method, context.request.url, end, signed)


def operation_of(request: Any) -> Operation:
    """Returns the operation of a request, which may be of a class derived from the SDK's."""
    for kind, operation in OPERATIONS.items():
        if isinstance(request, kind):
            return operation
    raise oss.exceptions.ParamInvalidError(field="request")


def _is_clean(headers: dict[str, Any], query: dict[str, Any], is_signed: Any) -> bool:
    """Returns whether the SDK signs these as our rules do: text, and no blanks at its ends."""
    signed = [value for name, value in headers.items() if is_signed(name)]
    texts = all(type(text) is str for text in (*signed, *query, *query.values()))
    return texts and all(value == value.strip(" \t") for value in signed)


def _as_the_sdk_writes(value: Any) -> str:
    """Returns the value of a parameter as text: None is "None", and True is "True"."""
    if isinstance(value, bytes):
        return value.decode(errors="surrogateescape")
    return value if isinstance(value, str) else str(value)


def _moment(second: float) -> datetime:
    return datetime.fromtimestamp(second, timezone.utc)


_end_of = lru_cache(maxsize=64)(_moment)


def _failed(operation: Operation, error: Exception) -> Exception:
    wrapped: Exception = oss.exceptions.OperationError(name=operation.name, error=error)
    return wrapped


def _refused(operation: Operation, field: str, problem: str) -> Exception:
    return _failed(operation, RequestError(field, problem))
