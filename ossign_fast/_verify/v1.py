"""Signature V1 as the verifier knows it, in the query or in the Authorization header.

V1 covers far less than V4: of the query the sub-resources alone, of the headers Content-Type,
Content-MD5, x-oss-* and one date. It signs them decoded and joined, so nothing in it keeps apart a
key with a "?" and a sub-resource, nor `acl=1&versionId=2` and `acl=1%26versionId%3D2`. The latter
is refused, for nobody needs it; and its HMAC is SHA-1. So `verify` accepts V1 only where it is
asked for.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timezone

from .._errors import MalformedSignatureError
from .carriers import Claim, Proof, read_iso_time
from .request import Received, Resource

AUTH_PARAMETERS = frozenset({"Expires", "OSSAccessKeyId", "Signature", "security-token"})

# Parameters that select what a request is about and are signed for it: those of the OSS
# documentation, of oss2 and of the operations of alibabacloud-oss-v2; besides, every x-oss-* is.
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
_LAST_SECOND = 253_402_300_799  # of the year 9999
_HTTP_DATE = re.compile("[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT")


def read_query_claim(received: Received) -> Claim:
    """Returns what the query of `received` says of the signature; not the signing time.

    Raises:
        MalformedSignatureError: A parameter is missing or unreadable.
    """
    query = received.query
    expires = query.get("Expires", "")
    if re.fullmatch("0|[1-9][0-9]{0,11}", expires) is None or int(expires) > _LAST_SECOND:
        raise MalformedSignatureError("Expires: must be a time in seconds since 1970")
    for name in ("OSSAccessKeyId", "Signature"):
        if not query[name]:
            raise MalformedSignatureError(f"{name}: missing; use the presigned URL unchanged")
    return Claim(
        query["OSSAccessKeyId"],
        query["Signature"],
        query.get("security-token", ""),
        expires,
        expiration=datetime.fromtimestamp(int(expires), timezone.utc),
        parameters=AUTH_PARAMETERS,
    )


def read_header_claim(received: Received) -> Claim:
    """Returns what the headers of `received` say of the signature.

    Raises:
        MalformedSignatureError: A header is missing or unreadable.
    """
    pair = received.required_header("authorization").partition(" ")[2].strip(" \t")
    access_key_id, _, signature = pair.rpartition(":")
    if not access_key_id or not signature:
        raise MalformedSignatureError("authorization: must be OSS access-key-id:signature")
    name = _date_header(received)
    date = received.required_header(name)
    return Claim(access_key_id, signature, _token(received), date, _read_date(date, name))


def prove(received: Received, claim: Claim, secret: str) -> Proof:
    """Returns what the signature of `received` must be, signed with `secret` as `claim` says.

    Raises:
        MalformedSignatureError: A signed header was sent twice.
    """
    headers = received.signed_headers()
    lines = (
        received.method,
        headers.get("content-md5", ""),
        headers.get("content-type", ""),
        claim.date,
        *(f"{name}:{value}" for name, value in headers.items() if name.startswith("x-oss-")),
        _canonical_resource(received.resource, received.query),
    )
    text = "\n".join(lines)
    # Header values may hold bytes that are no UTF-8; they are signed as they came.
    digest = hmac.digest(secret.encode(), text.encode("utf-8", "surrogateescape"), "sha1")
    names = set(headers)
    if not claim.parameters:
        names.add(_date_header(received))
    return Proof(base64.b64encode(digest).decode(), text, None, tuple(sorted(names)))


def _canonical_resource(resource: Resource, query: Mapping[str, str]) -> str:
    path = "/"
    if resource.bucket or resource.key:
        path = f"/{resource.bucket or ''}/{resource.key or ''}"
    signed = sorted((name, value) for name, value in query.items() if _is_signed(name))
    for name, value in signed:
        _require_one_reading(name, value)
    text = "&".join(f"{name}={value}" if value else name for name, value in signed)
    return f"{path}?{text}" if text else path


def _is_signed(name: str) -> bool:
    return name in SUB_RESOURCES or name.startswith("x-oss-")


def _require_one_reading(name: str, value: str) -> None:
    """Refuses a parameter that is signed as if it were several."""
    hidden = (piece.partition("=")[0] for piece in value.split("&")[1:])
    if "=" in name or "&" in name or ("&" in value and any(map(_is_signed, hidden))):
        raise MalformedSignatureError(
            "query: a parameter reads like several, which Signature V1 cannot tell apart; sign "
            "with V4"
        )


def _date_header(received: Received) -> str:
    return "date" if received.header("x-oss-date") is None else "x-oss-date"


def _token(received: Received) -> str:
    # alibabacloud-oss-v2 sends the second one, which the signature does not cover.
    tokens = [received.header("x-oss-security-token"), received.header("security-token")]
    if None not in tokens:
        raise MalformedSignatureError("security-token: sent twice; send x-oss-security-token alone")
    return tokens[0] or tokens[1] or ""


def _read_date(date: str, field: str) -> datetime:
    if field == "x-oss-date" and date.endswith("Z"):
        return read_iso_time(date, field)
    try:
        if _HTTP_DATE.fullmatch(date) is None:
            raise ValueError
        from email.utils import parsedate_to_datetime  # not needed to import the package

        return parsedate_to_datetime(date)
    except ValueError:
        raise MalformedSignatureError(
            f"{field}: must be a time like Fri, 01 Mar 2024 08:30:15 GMT"
        ) from None
