"""A slow, plain signer of Signature V1, in query and header, beside `oracle`, which is of V4.

Written from the rules with the standard library alone, but for the list of what is signed, which is
that of the SDKs; it shares nothing with the package and takes cases in the format of the vector
files. `sub_resources` are names that are signed besides.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, NamedTuple

from alibabacloud_oss_v2.signer import SignerV1
from oss2 import ProviderAuth

from support import oracle

#: Query parameters that are signed, besides all x-oss-*: those of both official SDKs.
SIGNED_QUERY = ProviderAuth._subresource_key_set | SignerV1._subresource_key_set

Pairs = list[tuple[str, str]]


class Answer(NamedTuple):
    """What the oracle signed, and the URL or the value of Authorization that carries it."""

    text: str
    signature: str
    string_to_sign: str


def presign(case: Mapping[str, Any]) -> Answer:
    """Returns the presigned URL of `case`, in the layout of the official Python SDK."""
    lifetime = case.get("expires_seconds") or 900
    end = str(int(oracle.moment_of(case["signing_time"]).timestamp()) + lifetime)
    pairs = [*query_of(case), ("OSSAccessKeyId", case["access_key_id"]), ("Expires", end)]
    if case.get("security_token"):
        pairs.append(("security-token", case["security_token"]))
    text = string_to_sign(case, pairs, oracle.sent_headers(case), end)
    signature = signature_of(case["access_key_secret"], text)
    query = "&".join(oracle.encode_pair(*pair) for pair in [*pairs, ("Signature", signature)])
    return Answer(f"{oracle.base_url(case)}?{query}", signature, text)


def authorize(case: Mapping[str, Any]) -> Answer:
    """Returns the Authorization of `case`; a header x-oss-date goes before the header Date."""
    headers = oracle.sent_headers(case)
    if case.get("security_token"):
        headers["x-oss-security-token"] = case["security_token"]
    date = headers.get("x-oss-date") or oracle.http_date(case["signing_time"])
    text = string_to_sign(case, query_of(case), headers, date)
    signature = signature_of(case["access_key_secret"], text)
    return Answer(f"OSS {case['access_key_id']}:{signature}", signature, text)


def sign_headers(case: Mapping[str, Any]) -> dict[str, str]:
    """Returns all headers that `case` is sent with, Authorization too, names in lower case."""
    token = case.get("security_token")
    return {
        **oracle.sent_headers(case),
        **({"x-oss-security-token": token} if token else {}),
        "date": oracle.http_date(case["signing_time"]),
        "authorization": authorize(case).text,
    }


def query_of(case: Mapping[str, Any]) -> Pairs:
    return list((case.get("query") or {}).items())


def string_to_sign(
    case: Mapping[str, Any], pairs: Pairs, headers: Mapping[str, str], date: str
) -> str:
    """Returns the lines that are signed, nothing in them encoded."""
    wanted = SIGNED_QUERY | set(case.get("sub_resources") or ())
    signed = sorted(p for p in pairs if p[0] in wanted or p[0].startswith("x-oss-"))
    query = "&".join(f"{name}={value}" if value else name for name, value in signed)
    resource = f"/{case['bucket']}/{case.get('key') or ''}" if case.get("bucket") else "/"
    lines = [case.get("method") or oracle.METHODS[case["op"]]]
    lines += [headers.get("content-md5", ""), headers.get("content-type", ""), date]
    lines += [f"{name}:{headers[name]}" for name in sorted(headers) if name.startswith("x-oss-")]
    return "\n".join((*lines, f"{resource}?{query}" if query else resource))


def signature_of(secret: str, text: str) -> str:
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha1).digest()
    return base64.b64encode(digest).decode()
