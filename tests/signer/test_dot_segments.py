"""Keys with a segment "." or "..": the URL escapes their slashes, so that clients keep them."""

from __future__ import annotations

from typing import Any

import pytest

from ossign_fast import verify
from support import oracle, oracle_v1
from support.engines import Engine
from support.strategies import CASE, CREDENTIALS, NOW, SIGNER

STYLES: dict[str, tuple[dict[str, str], str]] = {
    "virtual": ({}, "https://example-bucket.oss-cn-hangzhou.aliyuncs.com/"),
    "path": (
        {"url_style": "path", "endpoint": "https://oss.example.com"},
        "https://oss.example.com/example-bucket/",
    ),
    "cname": (
        {"url_style": "cname", "endpoint": "https://files.example.com"},
        "https://files.example.com/",
    ),
}
KEYS = {
    "a/./b/../c.txt": "a%2F.%2Fb%2F..%2Fc.txt",
    "dir/..": "dir%2F..",
    "./a": ".%2Fa",
    "é 1/../b": "%C3%A9%201%2F..%2Fb",
    "/..": "%2F..",
    "a/.../b": "a/.../b",
    ".a/..b": ".a/..b",
    "..": "..",
}


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("version", ["v4", "v1"])
def test_urls(engine: Engine, style: str, version: str) -> None:
    place, base = STYLES[style]
    settings = {**SIGNER, **place, "signature_version": version, "strict_keys": False}
    signer = engine.signer(**settings)
    bound = signer.bind("PutObject", content_type="a/b", expires=60)
    options: dict[str, Any] = {"content_type": "a/b", "expires": 60}
    batch = signer.presign_many("PutObject", list(KEYS), **options)
    sent = {"Content-Type": "a/b"}
    for row, (key, path) in enumerate(KEYS.items()):
        case = {**CASE, **place, "op": "PutObject", "key": key, "headers": sent}
        case |= {"expires_seconds": 60}
        plain = oracle.presign(case).url if version == "v4" else oracle_v1.presign(case).text
        url = signer.presign("PutObject", key, **options).url
        assert url == plain == bound.url(key) == batch[row]
        assert url.partition("?")[0] == base + path
        target = signer.locate(url)
        assert (target.bucket, target.key) == ("example-bucket", key)
        known: dict[str, Any] = {"credentials": CREDENTIALS, "now": NOW}
        known |= {"endpoint": place.get("endpoint"), "signature_versions": (version,)}
        if style != "virtual":
            known |= {"url_style": style, "bucket": "example-bucket"}
        granted = verify("PUT", url, headers=sent, **known)
        assert granted.key == key
