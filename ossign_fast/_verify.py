"""Checks presigned URLs of Signature V4 the way OSS does.

Three files hold the verifier: `_verify_request.py` reads a request, `_verify_v4.py` has the scheme,
and this one decides. They use the standard library alone and share no code with the signing side,
so that a fault there cannot hide here.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from ._credentials import CredentialsLike, as_credentials
from ._errors import (
    ExpiredError,
    MalformedSignatureError,
    NotYetValidError,
    RequestError,
    SignatureMismatchError,
    UnknownAccessKeyError,
)
from ._verify_request import ReceivedHeaders, locate, read_headers, read_query, split_url
from ._verify_v4 import (
    AUTH_PARAMETERS,
    Claim,
    Scope,
    canonical_request,
    read_claim,
    signature,
    string_to_sign,
)

CredentialsLookup = (
    CredentialsLike | Mapping[str, CredentialsLike] | Callable[[str], CredentialsLike | None]
)


@dataclass(frozen=True)
class Verified:
    """What a valid signature vouches for.

    Attributes:
        method: The HTTP method.
        bucket: The bucket, or None for a request to the service.
        key: The object key, decoded, or None for a request to the bucket or the service.
        access_key_id: Who signed.
        signing_time: When it was signed; aware, UTC.
        expiration: Last moment of validity; aware, UTC.
        region: The region of the credential scope.
        product: The product of the credential scope.
        signed_headers: Sorted lower-case names of the received headers that are signed.
        additional_headers: Those of them that `x-oss-additional-headers` lists.
        query: Decoded query parameters besides those of the signature, in the order of the URL;
            all of them are signed.

    Example:
        >>> def may_write(granted: Verified) -> bool:
        ...     return granted.method == "PUT" and granted.bucket == "uploads"
    """

    method: str
    bucket: str | None
    key: str | None
    access_key_id: str
    signing_time: datetime
    expiration: datetime
    region: str
    product: str
    signed_headers: tuple[str, ...]
    additional_headers: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = field(repr=False)


def verify(
    method: str,
    url: str,
    *,
    credentials: CredentialsLookup,
    headers: ReceivedHeaders = None,
    bucket: str | None = None,
    url_style: str | None = None,
    endpoint: str | None = None,
    region: str | None = None,
    product: str | None = "oss",
    now: datetime | float | None = None,
    max_skew: float = 900,
) -> Verified:
    """Returns what a presigned URL (V4) grants, or raises the refusal OSS would answer with.

    V4 signs method, bucket, key, query and some headers, but neither scheme nor host. The bucket
    is read from the host, so another bucket is noticed; any other change of scheme or host only
    if `endpoint` is given (without a scheme in it, the scheme stays open) or, for the host, if
    the signer listed it as an additional header. `k` and `k=` are the same query parameter.

    Args:
        method: The HTTP method as received.
        url: The URL as received, still encoded: absolute, or path and query alone.
        credentials: The credentials of all requests, or a mapping from access key id to
            credentials, or a function that returns credentials, or None, for an id.
        headers: The headers as received: a mapping or pairs, names in any case, values as bytes
            or as text, which is signed as UTF-8. Host follows from an absolute URL.
        bucket: The bucket the request must be for. Needed for `url_style="cname"`, and for a URL
            without host unless it is path style.
        url_style: "virtual" (the host's first label is the bucket), "path" (the path's first
            segment is) or "cname" (neither is). None: path style for an IP address or localhost,
            virtual otherwise.
        endpoint: The endpoint the URL must use, `host[:port]` without bucket, with or without
            a scheme; None leaves it open.
        region: The region the scope must name; None for any.
        product: The product the scope must name; None for any.
        now: Aware datetime or epoch seconds; None for the current time.
        max_skew: Seconds by which the signing time may lie in the future.

    Raises:
        MalformedSignatureError: A parameter of the signature is missing, repeated or unreadable.
        UnknownAccessKeyError: The access key id, or its security token, is not a known one.
        NotYetValidError: The signing time lies in the future by more than `max_skew`.
        ExpiredError: The lifetime is over.
        SignatureMismatchError: The signature is that of another request or another secret.
        VerificationError: The endpoint or the bucket is not the required one.
        RequestError: `bucket`, `url_style`, `endpoint` or `now` cannot be used.

    Example:
        >>> from ossign_fast import Credentials
        >>> checked = verify(
        ...     "GET",
        ...     "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.txt"
        ...     "?x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20240301T083015Z"
        ...     "&x-oss-expires=900&x-oss-credential=LTAIexample%2F20240301%2Fcn-hangzhou"
        ...     "%2Foss%2Faliyun_v4_request&x-oss-signature="
        ...     "66c96b139271e51609698b16c84d94292677ff758c2b7ec33ac0824db271998e",
        ...     credentials=Credentials("LTAIexample", "secret"),
        ...     now=1709281815,
        ... )
        >>> checked.bucket, checked.key, checked.expiration.isoformat()
        ('examplebucket', 'a.txt', '2024-03-01T08:45:15+00:00')
    """
    place = split_url(url)
    resource = locate(place, bucket, url_style, endpoint)
    query = read_query(place.query)
    claim = read_claim(query)
    _check_scope(claim.scope, region, product)
    secret = _secret_of(claim, credentials)
    _check_time(claim, _epoch(now), max_skew)
    signed = _signed_headers(read_headers(headers), claim.additional, place.host_header)
    canonical = canonical_request(method, resource.canonical_path, query, signed, claim.additional)
    text = string_to_sign(claim.date, claim.scope, canonical)
    wanted = signature(secret, claim.scope, text)
    if not hmac.compare_digest(wanted.encode(), claim.signature.encode()):
        raise SignatureMismatchError(
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            string_to_sign=text,
            canonical_request=canonical,
        )
    return Verified(
        method=method,
        bucket=resource.bucket,
        key=resource.key,
        access_key_id=claim.access_key_id,
        signing_time=claim.signing_time,
        expiration=claim.signing_time + timedelta(seconds=claim.expires),
        region=claim.scope.region,
        product=claim.scope.product,
        signed_headers=tuple(signed),
        additional_headers=claim.additional,
        query=tuple((k, v) for k, v in query.items() if k not in AUTH_PARAMETERS),
    )


def _check_scope(scope: Scope, region: str | None, product: str | None) -> None:
    if region not in (None, scope.region):
        raise MalformedSignatureError(f"x-oss-credential: sign for the region {region}")
    if product not in (None, scope.product):
        raise MalformedSignatureError(f"x-oss-credential: sign for the product {product}")


def _secret_of(claim: Claim, credentials: CredentialsLookup) -> str:
    found: object | None
    if isinstance(credentials, Mapping):
        found = credentials.get(claim.access_key_id)
    elif hasattr(credentials, "access_key_id"):
        found = credentials
    else:
        found = credentials(claim.access_key_id)
    holder = None if found is None else as_credentials(found)
    if holder is None or holder.access_key_id != claim.access_key_id:
        raise UnknownAccessKeyError(
            "The OSS Access Key Id you provided does not exist in our records."
        )
    token = holder.security_token or ""
    if not hmac.compare_digest(token.encode(), claim.token.encode()):
        raise UnknownAccessKeyError("The security token you provided is invalid.")
    return holder.access_key_secret


def _epoch(now: datetime | float | None) -> float:
    if now is None:
        return datetime.now(timezone.utc).timestamp()
    if not isinstance(now, datetime):
        return now
    if now.tzinfo is None:
        raise RequestError("now", "is a naive datetime; give an aware one, as in UTC")
    return now.timestamp()


def _check_time(claim: Claim, now: float, max_skew: float) -> None:
    signed_at = claim.signing_time.timestamp()
    if signed_at > now + max_skew:
        raise NotYetValidError("Request is not valid yet. Check the clock of the signer.")
    if now > signed_at + claim.expires:
        raise ExpiredError("Request has expired.")


def _signed_headers(
    received: list[tuple[str, str]], additional: tuple[str, ...], host: str | None
) -> dict[str, str]:
    signed: dict[str, str] = {}
    for name, value in sorted(received):
        if not (name.startswith("x-oss-") or name in ("content-type", "content-md5", *additional)):
            continue
        if name in signed:
            raise MalformedSignatureError(f"{name}: sent twice; send one")
        signed[name] = value
    if host is not None and "host" in additional:
        signed.setdefault("host", host)
    for name in additional:
        if name not in signed:
            raise MalformedSignatureError(f"{name}: is an additional header; send it as signed")
    return dict(sorted(signed.items()))
