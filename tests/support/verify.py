"""Signed requests in the format of the vector files, put to the verifier."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ossign_fast import Credentials, verify
from support import oracle

CASE: dict[str, Any] = {
    "op": "PutObject",
    "bucket": "examplebucket",
    "key": "a.txt",
    "region": "cn-hangzhou",
    "access_key_id": "LTAIexample",
    "access_key_secret": "secret",
    "security_token": None,
    "headers": {},
    "query": {},
    "signing_time": "2024-03-01T08:30:15Z",
}


def check(case: Mapping[str, Any], headers: Any, url: str | None = None, **options: Any) -> Any:
    """Verifies what `case` describes, sent with `headers`, as of its signing time."""
    style = case.get("url_style")
    is_address = oracle.is_address((case.get("endpoint") or "").rpartition("/")[2])
    credentials = Credentials(
        case["access_key_id"], case["access_key_secret"], case["security_token"]
    )
    settings = {
        "credentials": credentials,
        "bucket": case["bucket"],
        "url_style": None if is_address or style == "virtual" else style,
        "region": case["region"],
        "product": case.get("product") or "oss",
        "now": oracle.moment_of(case["signing_time"]),
    }
    method = options.pop("method", None) or case.get("method") or oracle.METHODS[case["op"]]
    return verify(method, url or url_of(case), headers=headers, **settings | options)


def url_of(case: Mapping[str, Any]) -> str:
    pairs = [oracle.encode_pair(*pair) for pair in case["query"].items()]
    return oracle.base_url(case) + ("?" + "&".join(pairs) if pairs else "")
