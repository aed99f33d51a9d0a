"""A slow, plain V4 signer, in query and headers: the third implementation, beside the two engines.

Written from the rules of Signature V4 with the standard library alone. It shares nothing with
the package, takes cases in the format of the vector files (plain dictionaries) and checks none
of its input. Each step of the signature is one function, in the order of the rules.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any
from urllib.parse import quote, unquote, urlsplit

ALGORITHM = "OSS4-HMAC-SHA256"
ALWAYS_SIGNED = ("content-type", "content-md5")
HTTP_BLANKS = " \t"
METHODS = {
    "GetObject": "GET",
    "PutObject": "PUT",
    "HeadObject": "HEAD",
    "DeleteObject": "DELETE",
    "InitiateMultipartUpload": "POST",
    "UploadPart": "PUT",
    "CompleteMultipartUpload": "POST",
    "AbortMultipartUpload": "DELETE",
}
ENDPOINTS = {
    "public": "oss-{}.aliyuncs.com",
    "internal": "oss-{}-internal.aliyuncs.com",
    "dualstack": "{}.oss.aliyuncs.com",
    "accelerate": "oss-accelerate.aliyuncs.com",
    "accelerate-overseas": "oss-accelerate-overseas.aliyuncs.com",
}


@dataclass(frozen=True)
class Answer:
    """What the oracle signed, and the URL in the layout of the official Python SDK."""

    url: str
    signature: str
    string_to_sign: str
    canonical_request: str


def presign(case: Mapping[str, Any]) -> Answer:
    """Returns the presigned URL of `case`; fields at their default may be left out.

    Example:
        >>> case = {"op": "GetObject", "bucket": "b-1", "key": "k", "region": "cn-hangzhou",
        ...         "access_key_id": "id", "access_key_secret": "secret", "expires_seconds": 60,
        ...         "signing_time": "2024-03-01T08:30:15Z"}
        >>> presign(case).url.split("?")[0]
        'https://b-1.oss-cn-hangzhou.aliyuncs.com/k'
    """
    moment = timestamp(case["signing_time"])
    product = case.get("product") or "oss"
    scope = f"{moment[:8]}/{case['region']}/{product}/aliyun_v4_request"
    headers = signed_header_values(case)
    additional = sorted(name for name in headers if not is_always_signed(name))
    pairs = query_pairs(case, moment, scope, additional)
    canonical = canonical_request(case, pairs, headers, additional)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, moment, scope, digest))
    key = signing_key(case["access_key_secret"], moment[:8], case["region"], product)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    query = "&".join(encode_pair(name, value) for name, value in pairs)
    url = f"{base_url(case)}?{query}&x-oss-signature={signature}"
    return Answer(url, signature, text, canonical)


def sign_headers(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns all headers that `case` is sent with, Authorization too, names in lower case."""
    moment = timestamp(case["signing_time"])
    product = case.get("product") or "oss"
    scope = f"{moment[:8]}/{case['region']}/{product}/aliyun_v4_request"
    sent = {"x-oss-content-sha256": "UNSIGNED-PAYLOAD", **sent_headers(case), "x-oss-date": moment}
    if case.get("security_token"):
        sent["x-oss-security-token"] = case["security_token"]
    headers = signed_header_values({**case, "headers": sent})
    additional = sorted(name for name in headers if not is_always_signed(name))
    pairs = list((case.get("query") or {}).items())
    canonical = canonical_request(case, pairs, headers, additional)
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((ALGORITHM, moment, scope, digest))
    key = signing_key(case["access_key_secret"], moment[:8], case["region"], product)
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    parts = [f"{ALGORITHM} Credential={case['access_key_id']}/{scope}"]
    parts += [f"AdditionalHeaders={';'.join(additional)}"] if additional else []
    authorization = ",".join((*parts, f"Signature={signature}"))
    return {**sent, "date": http_date(case["signing_time"]), "authorization": authorization}


def sent_headers(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns the headers of the caller as they arrive: names in lower case, no blanks around."""
    given = (case.get("headers") or {}).items()
    return {name.lower(): value.strip(HTTP_BLANKS) for name, value in given}


def moment_of(signing_time: str) -> datetime:
    """Returns ISO 8601 UTC text (fraction allowed) as a time of UTC."""
    return datetime.fromisoformat(signing_time.replace("Z", "+00:00")).astimezone(timezone.utc)


def timestamp(signing_time: str) -> str:
    """Returns ISO 8601 UTC text (fraction allowed) as `YYYYMMDDThhmmssZ`; the fraction goes."""
    return moment_of(signing_time).strftime("%Y%m%dT%H%M%SZ")


def http_date(signing_time: str) -> str:
    """Returns ISO 8601 UTC text (fraction allowed) as the header Date has it."""
    return moment_of(signing_time).strftime("%a, %d %b %Y %H:%M:%S GMT")


def is_always_signed(name: str) -> bool:
    return name in ALWAYS_SIGNED or name.startswith("x-oss-")


def signed_header_values(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns the signed headers: lower-case names, values without blanks at their ends."""
    asked = {name.lower() for name in case.get("additional_headers") or ()}
    values = {}
    for name, value in (case.get("headers") or {}).items():
        lower, stripped = name.lower(), value.strip(HTTP_BLANKS)
        if stripped and (is_always_signed(lower) or lower in asked):
            values[lower] = stripped
    return values


def query_pairs(
    case: Mapping[str, Any], moment: str, scope: str, additional: list[str]
) -> list[tuple[str, str]]:
    """Returns the query without the signature, plain text, in the order of the URL."""
    expires = case.get("expires_seconds")
    pairs = list((case.get("query") or {}).items())
    pairs.append(("x-oss-signature-version", ALGORITHM))
    pairs.append(("x-oss-date", moment))
    pairs.append(("x-oss-expires", str(900 if expires is None else expires)))
    pairs.append(("x-oss-credential", f"{case['access_key_id']}/{scope}"))
    if case.get("security_token"):
        pairs.append(("x-oss-security-token", case["security_token"]))
    if additional:
        pairs.append(("x-oss-additional-headers", ";".join(additional)))
    return pairs


def encode_pair(name: str, value: str) -> str:
    encoded = quote(name, safe="")
    return f"{encoded}={quote(value, safe='')}" if value else encoded


def canonical_request(
    case: Mapping[str, Any],
    pairs: list[tuple[str, str]],
    headers: Mapping[str, str],
    additional: list[str],
) -> str:
    """Returns the six parts of the canonical request, joined by line feeds."""
    by_name = sorted(pairs, key=lambda pair: quote(pair[0], safe="").encode())
    resource = f"/{case['bucket']}/" if case.get("bucket") else "/"
    return "\n".join(
        (
            case.get("method") or METHODS[case["op"]],
            quote(resource + (case.get("key") or ""), safe="/"),
            "&".join(encode_pair(name, value) for name, value in by_name),
            "".join(f"{name}:{headers[name]}\n" for name in sorted(headers)),
            ";".join(additional),
            headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
        )
    )


def signing_key(secret: str, day: str, region: str, product: str) -> bytes:
    """Returns the key of one secret, UTC day, region and product: four chained HMACs."""
    key = f"aliyun_v4{secret}".encode()
    for step in (day, region, product, "aliyun_v4_request"):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return key


def base_url(case: Mapping[str, Any]) -> str:
    """Returns scheme, authority and path of the URL."""
    endpoint = case.get("endpoint")
    if endpoint is None:
        endpoint = ENDPOINTS[case.get("endpoint_type") or "public"].format(case["region"])
    scheme, separator, authority = endpoint.partition("://")
    if not separator:
        scheme, authority = case.get("scheme") or "https", endpoint
    authority = authority.rstrip("/")
    style = "path" if is_address(authority) else case.get("url_style") or "virtual"
    path = "/" + path_in_url(case.get("key") or "")
    if case.get("bucket") and style == "path":
        path = f"/{case['bucket']}{path}"
    elif case.get("bucket") and style == "virtual":
        authority = f"{case['bucket']}.{authority}"
    return f"{scheme}://{authority}{path}"


def path_in_url(key: str) -> str:
    """Returns `key` as it stands in a URL: clients would resolve a segment "." or ".."."""
    return quote(key, safe="" if {".", ".."} & set(key.split("/")) else "/")


def respelled(url: str, key: str) -> str:
    """Returns the URL that an SDK made for `key` in the spelling that every client sends whole."""
    before, found, after = url.partition(f"/{quote(key, safe='/')}?")
    return f"{before}/{path_in_url(key)}?{after}" if found else url


def is_address(authority: str) -> bool:
    """Returns whether `authority`, with or without a port, is an IP address."""
    if authority.startswith("["):
        host = authority[1:].partition("]")[0]
    else:
        host = authority.partition(":")[0]
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def decoded(url: str) -> tuple[str, str, str, frozenset[tuple[str, str]]]:
    """Returns what a server reads in `url`: scheme, authority, path and the set of query pairs."""
    parts = urlsplit(url)
    pairs = (pair.partition("=") for pair in parts.query.split("&"))
    query = frozenset((unquote(name), unquote(value)) for name, _, value in pairs)
    return parts.scheme, parts.netloc, unquote(parts.path), query
