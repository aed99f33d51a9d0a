"""Signers for the clients of alibabacloud-oss-v2: what they pass as `signer=`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any
from urllib.parse import unquote

from alibabacloud_oss_v2 import signer as sdk

from ossign_fast import NO_KEY, Signer

from .._handover import SIGNED, WRITTEN, SignerPool, checked_names

_LIFETIME = timedelta(minutes=15)


class _ContextSigner:
    """Signs the request of an SDK's signing context with a `Signer`; the base of both versions."""

    #: Lower-case names that a signature writes: what an earlier attempt left of them goes.
    _written_headers: frozenset[str]
    _written_query: frozenset[str]

    def __init__(self) -> None:
        self._pool = SignerPool()

    def sign(self, signing_ctx: Any) -> None:
        """Signs `signing_ctx.request` in place, in its URL or in its headers as the context says.

        Args:
            signing_ctx: The SDK's SigningContext; its credentials are used.

        Raises:
            RequestError: The request breaks a rule; the SDK's client wraps it in an OperationError.
            alibabacloud_oss_v2.exceptions.BaseError: The context lacks credentials or a request.
        """
        credentials: Any = getattr(signing_ctx, "credentials", None)
        request: Any = getattr(signing_ctx, "request", None)
        if credentials is None or not credentials.has_keys() or request is None:
            super().sign(signing_ctx)  # type: ignore[misc] # raises the SDK's own error
        headers = self._signed_headers(signing_ctx)
        if "" in headers.values():  # the SDK signs it and sends it so, which our rules refuse
            self._sign_as_the_sdk(signing_ctx)
            return
        moment = signing_ctx.signing_time or _now(signing_ctx)
        self._pool.hand_over(credentials, moment.timestamp())
        url, _, query = request.url.partition("?")
        call: dict[str, Any] = {
            "bucket": signing_ctx.bucket or "",
            "headers": headers,
            "query": self._decoded(query, is_signed_there=signing_ctx.auth_method_query),
        }
        signer, key = self._signer(signing_ctx), signing_ctx.key or NO_KEY
        if signing_ctx.auth_method_query:
            expiration = signing_ctx.expiration_time or moment + _LIFETIME
            lifetime = int(expiration.timestamp() // 1 - moment.timestamp() // 1)
            result = signer.presign(request.method, key, expires=lifetime, **call)
            request.url = f"{url}?{result.url.partition('?')[2]}"
            signing_ctx.expiration_time = expiration.astimezone(timezone.utc)
        else:
            signed = signer.sign_headers(request.method, key, **call)
            if not credentials.security_token:  # an earlier attempt may have had one
                request.headers.pop("x-oss-security-token", None)
            # What is not ASCII comes back as text that is sent as the UTF-8 that was signed.
            request.headers.update(
                {n: v for n, v in signed.items() if n not in headers or not v.isascii()}
            )
        signing_ctx.signing_time = moment.astimezone(timezone.utc)

    def _decoded(self, query: str, *, is_signed_there: bool) -> dict[str, str]:
        pairs = (pair.partition("=") for pair in query.split("&") if pair)
        # What is no UTF-8 gets refused and not changed.
        decoded = {_unquoted(name): _unquoted(value) for name, _, value in pairs}
        skipped = self._written_query if is_signed_there else ()
        return {name: value for name, value in decoded.items() if name not in skipped}

    def _sign_as_the_sdk(self, context: Any) -> None:
        super().sign(context)  # type: ignore[misc]

    def _signed_headers(self, context: Any) -> dict[str, str]:
        raise NotImplementedError

    def _signer(self, context: Any) -> Signer:
        raise NotImplementedError


class SignerV4(_ContextSigner, sdk.SignerV4):  # type: ignore[misc]
    """Signature V4 for `Client(config, signer=SignerV4())`, sync or async.

    The bytes are those of the SDK's own signer, except where that is wrong: blanks at the ends of
    header values, which HTTP drops, are not signed, and a URL lives for as long as was asked. What
    no client can send safely is refused, and so is a region that is missing. A request with an
    empty header value, which our rules refuse, is left to the SDK's signer. `string_to_sign` of the
    context is left alone.

    Args:
        additional_headers: Names of headers to sign besides, where a request has them; those of
            the signing context come first. (`Config.additional_headers` never reaches a signer.)

    Example:
        >>> import alibabacloud_oss_v2 as oss
        >>> config = oss.config.load_default()
        >>> config.region = "cn-hangzhou"
        >>> config.credentials_provider = oss.credentials.StaticCredentialsProvider("id", "secret")
        >>> client = oss.Client(config, signer=SignerV4())
        >>> result = client.presign(oss.GetObjectRequest(bucket="examplebucket", key="a.txt"))
        >>> result.url.partition("?")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.txt'
    """

    _written_headers = WRITTEN
    _written_query = frozenset(
        {
            "x-oss-additional-headers",
            "x-oss-credential",
            "x-oss-date",
            "x-oss-expires",
            "x-oss-security-token",
            "x-oss-signature",
            "x-oss-signature-version",
        }
    )

    def __init__(self, additional_headers: Iterable[str] = ()) -> None:
        super().__init__()
        self.additional_headers = checked_names(additional_headers)

    def _signed_headers(self, context: Any) -> dict[str, str]:
        wanted = self._names(context)
        # A signature in headers writes these anew; beside one in the URL they are the caller's.
        skipped = () if context.auth_method_query else self._written_headers
        return {
            name: value
            for name, value in context.request.headers.lower_items()
            if name in SIGNED
            or (name.startswith("x-oss-") and name not in skipped)
            or (name in wanted and value)
        }

    def _sign_as_the_sdk(self, context: Any) -> None:
        given = context.additional_headers
        context.additional_headers = self._names(context)
        try:
            super()._sign_as_the_sdk(context)
        finally:
            context.additional_headers = given

    def _names(self, context: Any) -> frozenset[str]:
        given = context.additional_headers
        return self.additional_headers if given is None else _lower(given)

    def _signer(self, context: Any) -> Signer:
        region, product, names = context.region, context.product or "oss", self._names(context)
        place = region, product, names
        return self._pool.get(place) or self._pool.make(
            place, region=region, product=product, additional_headers=names
        )


class SignerV1(_ContextSigner, sdk.SignerV1):  # type: ignore[misc]
    """Signature V1, which Alibaba Cloud is retiring, for `Client(config, signer=SignerV1())`.

    The bytes are those of the SDK's own signer, except where that is wrong: query parameters that
    begin with x-oss- and all sub-resources (cors, lifecycle, ...) are signed, a header signature
    sends an STS token as x-oss-security-token, and an access key id in a URL is percent-encoded. A
    request with an empty header value, which our rules refuse, is left to the SDK's signer.

    Example:
        >>> isinstance(SignerV1(), sdk.SignerV1)
        True
    """

    _written_headers = frozenset(
        {"authorization", "date", "security-token", "x-oss-security-token"}
    )
    _written_query = frozenset({"Expires", "OSSAccessKeyId", "Signature", "security-token"})

    def _signed_headers(self, context: Any) -> dict[str, str]:
        skipped = () if context.auth_method_query else self._written_headers
        return {
            name: value
            for name, value in context.request.headers.lower_items()
            if name in SIGNED or (name.startswith("x-oss-") and name not in skipped)
        }

    def _signer(self, context: Any) -> Signer:
        place = tuple(context.sub_resource or ())
        return self._pool.get(place) or self._pool.make(
            place,
            region=None,
            signature_version="v1",
            sub_resources=self._subresource_key_set.union(place),
        )


def _now(context: Any) -> datetime:
    offset = 0 if context.auth_method_query else context.clock_offset or 0
    return datetime.now(timezone.utc) + timedelta(seconds=offset)


_unquoted = partial(unquote, errors="surrogateescape")


def _lower(names: Iterable[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
