"""Checks signed requests the way OSS does: Signature V4 and V1, in the query or in headers.

Of the files of the verifier, `request.py` and `encoding.py` read a request, `carriers.py` finds its
signature, `v4.py` and `v1.py` have the schemes, and this one decides; `many.py` does so for many,
and `keys.py` keeps what takes long to derive. They use the standard library alone and share no code
with the signing side, so that a fault there cannot hide here.
"""

from __future__ import annotations

import hmac
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from types import ModuleType
from typing import NamedTuple

from .._errors import (
    ClockSkewError,
    ExpiredError,
    MalformedSignatureError,
    NotYetValidError,
    RequestError,
    SignatureMismatchError,
    UnknownAccessKeyError,
)
from .._frames import sealed, showable
from . import v1, v4
from .carriers import (
    Carrier,
    Claim,
    Proof,
    find_carrier,
    later,
)
from .encoding import read_query
from .request import Received, ReceivedHeaders, locate, read_headers, split_url
from .terms import CredentialsLookup, Terms, find_holder, read_terms

_SCHEMES: dict[str, ModuleType] = {"v4": v4, "v1": v1}


@showable
@dataclass(frozen=True, slots=True)
class Verified:
    """What a valid signature vouches for.

    Attributes:
        method: The HTTP method.
        bucket: The bucket, or None for a request to the service.
        key: The object key, decoded, or None for a request to the bucket or the service.
        access_key_id: Who signed.
        signing_time: When it was signed; aware, UTC. None for a URL of V1, which does not tell.
        expiration: Last moment of validity; aware, UTC. For a signature in headers that is the
            signing time plus `max_skew`.
        region: The region of the credential scope; None for V1, which has none.
        product: The product of the credential scope; None for V1.
        signed_headers: Sorted lower-case names of the received headers that are signed.
        additional_headers: Those of them that the signer listed as additional.
        query: Decoded query parameters besides those of the signature, in the order of the URL.
            V4 signs all of them; V1 only sub-resources such as `uploadId` and every `x-oss-*`, so
            that anybody may have added or changed the others.
        signature_version: "v4" or "v1".

    Example:
        >>> def may_write(granted: Verified) -> bool:
        ...     return granted.method == "PUT" and granted.bucket == "uploads"
    """

    method: str
    bucket: str | None
    key: str | None
    access_key_id: str
    signing_time: datetime | None
    expiration: datetime
    region: str | None
    product: str | None
    signed_headers: tuple[str, ...]
    additional_headers: tuple[str, ...]
    query: tuple[tuple[str, str], ...] = field(repr=False)
    signature_version: str = "v4"


@sealed
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
    signature_versions: Collection[str] = ("v4",),
    strict_bytes: bool = False,
) -> Verified:
    """Returns what a signed request grants, or raises the refusal OSS would answer with.

    The signature is taken from where the request carries it: the query of a presigned URL, or the
    Authorization header.

    V4 signs method, bucket, key, query and some headers, but neither scheme nor host. The bucket
    is read from the host, so another bucket is noticed; any other change of scheme or host only
    if `endpoint` is given (without a scheme in it, the scheme stays open) or, for the host, if
    the signer listed it as an additional header. `k` and `k=` are the same query parameter. V1
    signs less; see `Verified.query`.

    Clients and proxies respell URLs. As OSS does, this decodes a URL and checks the signature of
    what came out: escapes of characters that need none, plain characters that are signed escaped,
    lower-case hex, "+" for a blank in the query, an "&" without a parameter, and scheme and host
    in upper case all pass. What decodes to another key or query is another request.

    Args:
        method: The HTTP method as received.
        url: The URL as received, still encoded: absolute, or path and query alone.
        credentials: The credentials of all requests, or a mapping from access key id to
            credentials, or a function that returns credentials, or None, for an id, or a provider
            with `get_credentials()`.
        headers: The headers as received: a mapping or pairs, names in any case, values as bytes
            or as text, which is signed as UTF-8. Host follows from an absolute URL.
        bucket: The bucket the request must be for. Needed for `url_style="cname"`, and for a URL
            without host unless it is path style.
        url_style: "virtual" (the host's first label is the bucket), "path" (the path's first
            segment is) or "cname" (neither is). None: path style for an IP address or localhost,
            virtual otherwise.
        endpoint: The endpoint the URL must use, `host[:port]` without bucket, with or without
            a scheme; None leaves it open.
        region: The region the scope must name; None for any. V1 names none.
        product: The product the scope must name; None for any. V1 names none.
        now: Aware datetime or epoch seconds; None for the current time.
        max_skew: Seconds by which the signing time may lie in the future; for a signature in
            headers also in the past.
        signature_versions: The versions that are accepted, of "v4" and "v1".
        strict_bytes: Whether a presigned URL must be spelt as it was signed, but for the order of
            its parameters, `k=` for `k`, and "%2F" for a slash of the key.

    Raises:
        MalformedSignatureError: A parameter of the signature is missing, repeated or unreadable,
            there are two signatures, the version is not an accepted one, the URL does not decode to
            UTF-8 or holds a "%" that begins no escape, or it is longer than 65,536 characters, has
            more than 1,000 parameters, 500 headers or 131,072 bytes of headers.
        UnknownAccessKeyError: The access key id, or its security token, is not a known one.
        NotYetValidError: The signing time of a URL lies in the future by more than `max_skew`.
        ExpiredError: The lifetime is over.
        ClockSkewError: The signing time in headers is more than `max_skew` away.
        SignatureMismatchError: The signature is that of another request or another secret.
        VerificationError: The endpoint or the bucket is not the required one.
        RequestError: An argument cannot be used, whatever the request.

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
    terms = read_terms(
        credentials=credentials,
        bucket=bucket,
        url_style=url_style,
        endpoint=endpoint,
        region=region,
        product=product,
        now=now,
        max_skew=max_skew,
        signature_versions=signature_versions,
        strict_bytes=strict_bytes,
    )
    return decide(method, url, headers, terms).granted


class Decision(NamedTuple):
    """What a request was granted, and what that follows from."""

    granted: Verified
    received: Received
    proof: Proof


def decide(method: str, url: str, headers: ReceivedHeaders, terms: Terms) -> Decision:
    """Returns what a signed request grants under `terms`; raises what `verify` raises."""
    if not isinstance(method, str):
        raise RequestError("method", "must be text, such as 'GET'")
    if not isinstance(url, str):
        hint = "; give its url" if hasattr(url, "url") else ""
        raise RequestError("url", f"must be text, not {type(url).__name__}{hint}")
    place = split_url(url, strict=terms.strict_bytes)
    received_headers = read_headers(headers)
    carrier = find_carrier(place.query, received_headers, terms.signature_versions)
    in_headers = carrier.in_headers
    strict = terms.strict_bytes and not in_headers
    received = Received(
        method,
        locate(
            place, terms.bucket, terms.url_style, terms.endpoint,
            strict=strict, bare_bucket=in_headers,
        ),
        read_query(place.query, strict=strict),
        place.query,
        received_headers,
        place.host_header,
    )  # fmt: skip
    scheme = _SCHEMES[carrier.version]
    read_claim = scheme.read_header_claim if in_headers else scheme.read_query_claim
    claim: Claim = read_claim(received)
    _check_scope(claim, terms.region, terms.product)
    secret = _secret_of(claim, terms.credentials)
    expiration = check_time(claim.signing_time, claim.expiration, terms)
    proof: Proof = scheme.prove(received, claim, secret)
    _check_signature(claim, proof)
    if proof.is_new_key and proof.signing_key and claim.scope:
        v4.signing_keys.keep(secret, claim.scope, proof.signing_key)
    return Decision(_verified(carrier, received, claim, proof, expiration), received, proof)


def _verified(
    carrier: Carrier, received: Received, claim: Claim, proof: Proof, expiration: datetime
) -> Verified:
    return Verified(
        method=received.method,
        bucket=received.resource.bucket,
        key=received.resource.key,
        access_key_id=claim.access_key_id,
        signing_time=claim.signing_time,
        expiration=expiration,
        region=claim.scope.region if claim.scope else None,
        product=claim.scope.product if claim.scope else None,
        signed_headers=proof.signed_headers,
        additional_headers=claim.additional,
        query=tuple([pair for pair in received.query.items() if pair[0] not in claim.parameters]),
        signature_version=carrier.version,
    )


def _check_scope(claim: Claim, region: str | None, product: str | None) -> None:
    if claim.scope is None:
        return
    if region not in (None, claim.scope.region):
        raise MalformedSignatureError(f"credential: sign for the region {region}")
    if product not in (None, claim.scope.product):
        raise MalformedSignatureError(f"credential: sign for the product {product}")


def _secret_of(claim: Claim, credentials: CredentialsLookup) -> str:
    holder = find_holder(claim.access_key_id, credentials)
    if holder is None or holder.access_key_id != claim.access_key_id:
        raise UnknownAccessKeyError(
            "The OSS Access Key Id you provided does not exist in our records."
        )
    if not _same(holder.security_token or "", claim.token):
        raise UnknownAccessKeyError("The security token you provided is invalid.")
    return holder.access_key_secret


def check_time(
    signing_time: datetime | None, expiration: datetime | None, terms: Terms
) -> datetime:
    """Returns the last moment of validity, which has not passed.

    Raises:
        VerificationError: It has, or the signing time is too far from now.
    """
    now, max_skew = terms.now, terms.max_skew
    signed_at = now if signing_time is None else signing_time.timestamp()
    if expiration is None:
        assert signing_time is not None
        if abs(signed_at - now) > max_skew:
            raise ClockSkewError(
                "The difference between the request time and the current time is too large.",
                moment=signing_time,
            )
        return later(signing_time, max_skew)
    if signed_at > now + max_skew:
        raise NotYetValidError(
            "Request is not valid yet. Check the clock of the signer.", moment=signing_time
        )
    if now > expiration.timestamp():
        raise ExpiredError("Request has expired.", moment=expiration)
    return expiration


def _check_signature(claim: Claim, proof: Proof) -> None:
    if not _same(proof.signature, claim.signature):
        raise SignatureMismatchError(
            "The request signature we calculated does not match the signature you provided. "
            "Check your key and signing method.",
            string_to_sign=proof.string_to_sign,
            canonical_request=proof.canonical_request,
            access_key_id=claim.access_key_id,
            signature=claim.signature,
        )


def _same(one: str, other: str) -> bool:
    if one.isascii() and other.isascii():
        return hmac.compare_digest(one, other)
    # What came in a header may hold bytes that are no UTF-8.
    return hmac.compare_digest(*(text.encode("utf-8", "surrogateescape") for text in (one, other)))
