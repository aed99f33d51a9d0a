"""Endpoints: derived and explicit hosts, styles, refusals; the SDK and vectors are the oracles."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import pytest
from alibabacloud_oss_v2 import endpoints as sdk_endpoints

from ossign_fast._errors import RequestError
from ossign_fast._rules.endpoints import (
    ENDPOINT_HOSTS,
    SCHEMES,
    URL_STYLES,
    Endpoint,
    check_bucket,
    resolve_endpoint,
)
from support.paths import SHARED, VECTORS

BUCKET = "examplebucket"
#: Vectors that sign what this package refuses: the region is part of every signature.
STRICTER = {
    "c242-endpoint-region-empty": "region",
    "c244-endpoint-region-oss-prefix": "region",
}


def vectors(file: Path) -> Iterator[dict[str, Any]]:
    with file.open(encoding="ascii") as lines:
        yield from map(json.loads, lines)


def base_of(case: dict[str, Any]) -> str:
    names = ("endpoint", "endpoint_type", "url_style", "scheme", "product")
    given = {name: case[name] for name in names if case.get(name) is not None}
    endpoint = resolve_endpoint(region=case.get("region"), strict=False, **given)
    return endpoint.base(check_bucket(case.get("bucket")))


def resolved(endpoint: str | None = None, **given: Any) -> Endpoint:
    return resolve_endpoint(**{"region": "cn-hangzhou", "endpoint": endpoint, **given})


# Derived from the region


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    ("endpoint_type", "sdk_type"),
    [
        ("public", "default"),
        ("internal", "internal"),
        ("accelerate", "accelerate"),
        ("accelerate-overseas", "overseas"),
        ("dualstack", "dualstack"),
    ],
)
def test_derived_hosts_are_those_of_the_sdk(endpoint_type: str, sdk_type: str, scheme: str) -> None:
    for region in ("cn-hangzhou", "cn-shanghai-finance-1", "us-west-1"):
        ours = resolve_endpoint(region=region, endpoint_type=endpoint_type, scheme=scheme)
        assert ours.base(None) == sdk_endpoints.from_region(region, scheme == "http", sdk_type)


def test_every_endpoint_type_is_covered() -> None:
    assert set(ENDPOINT_HOSTS) == {
        "public", "internal", "accelerate", "accelerate-overseas", "dualstack",
    }  # fmt: skip


# Explicit endpoints

EXPLICIT = [
    ("oss.example.com", ("https", "oss.example.com", "virtual")),
    ("http://oss.example.com", ("http", "oss.example.com", "virtual")),
    ("HTTP://oss.example.com/", ("http", "oss.example.com", "virtual")),
    ("oss.example.com:8443/", ("https", "oss.example.com:8443", "virtual")),
    ("https://oss.example.com:443", ("https", "oss.example.com:443", "virtual")),
    ("OSS-cn-Hangzhou.aliyuncs.com", ("https", "OSS-cn-Hangzhou.aliyuncs.com", "virtual")),
    ("localhost:9000", ("https", "localhost:9000", "path")),
    ("http://LocalHost.", ("http", "LocalHost.", "path")),
    ("http://oss.localhost:80", ("http", "oss.localhost:80", "virtual")),
    ("oss.svc.cluster.local.", ("https", "oss.svc.cluster.local.", "virtual")),
    ("my_host", ("https", "my_host", "virtual")),
    ("1234", ("https", "1234", "virtual")),
    ("1.2.3", ("https", "1.2.3", "virtual")),
    ("10.0.0.8", ("https", "10.0.0.8", "path")),
    ("http://127.0.0.1:65535", ("http", "127.0.0.1:65535", "path")),
    ("[::1]", ("https", "[::1]", "path")),
    ("http://[fe80::1]:1/", ("http", "[fe80::1]:1", "path")),
    ("[::ffff:10.0.0.8]:80", ("https", "[::ffff:10.0.0.8]:80", "path")),
]


@pytest.mark.parametrize(("endpoint", "expected"), EXPLICIT)
def test_explicit_endpoint(endpoint: str, expected: tuple[str, str, str]) -> None:
    assert tuple(resolved(endpoint)) == expected


@pytest.mark.parametrize("style", URL_STYLES)
def test_an_address_is_always_path_style(style: str) -> None:
    assert resolved("192.168.0.1", url_style=style).base(BUCKET) == f"https://192.168.0.1/{BUCKET}"
    assert resolved("[::1]", url_style=style).base(BUCKET) == f"https://[::1]/{BUCKET}"


@pytest.mark.parametrize(
    ("style", "base"),
    [
        ("virtual", "https://examplebucket.files.example.org:8443"),
        ("path", "https://files.example.org:8443/examplebucket"),
        ("cname", "https://files.example.org:8443"),
    ],
)
def test_base_by_style(style: str, base: str) -> None:
    endpoint = resolved("files.example.org:8443", url_style=style)
    assert endpoint.base(BUCKET) == base
    assert endpoint.base(None) == "https://files.example.org:8443"
    before, after = endpoint.around_bucket()
    assert before + ("" if style == "cname" else BUCKET) + after == base


def test_scheme_of_the_endpoint_wins() -> None:
    assert resolved("http://oss.example.com", scheme="https").scheme == "http"
    assert resolved("https://oss.example.com", scheme="http").scheme == "https"
    assert resolved("oss.example.com", scheme="http").scheme == "http"


def test_endpoint_wins_over_its_type() -> None:
    assert resolved("oss.example.com", endpoint_type="internal").authority == "oss.example.com"


def test_cloud_box_has_its_own_endpoint() -> None:
    box = {"region": "cb-f7469ulqmh0r", "product": "oss-cloudbox"}
    host = "cb-f7469ulqmh0r.me-east-1.oss-cloudbox.aliyuncs.com"
    assert resolved(host, **box).base(BUCKET) == f"https://{BUCKET}.{host}"
    with pytest.raises(RequestError, match=r"^endpoint: is missing"):
        resolved(**box)


def test_cname_needs_an_endpoint() -> None:
    with pytest.raises(RequestError, match=r"^endpoint: is missing"):
        resolved(url_style="cname")


# Refusals


@pytest.mark.parametrize(
    ("endpoint", "why"),
    [
        ("", "must be a host"),
        (b"oss.example.com", "must be a host"),
        (8080, "must be a host"),
        ("https://u:hunter2@oss.example.com", "user name"),
        ("hunter2@oss.example.com", "user name"),
        ("ftp://oss.example.com", "must start with"),
        ("://oss.example.com", "must start with"),
        ("http://https://oss.example.com", "must start with"),
        ("//oss.example.com", "path"),
        ("https://oss.example.com/hunter2", "path"),
        ("https://oss.example.com//", "path"),
        ("https://oss.example.com?hunter2=1", "query"),
        ("oss.example.com#hunter2", "fragment"),
        ("oss example.com", "blanks"),
        (" oss.example.com", "blanks"),
        ("oss.example.com\n", "blanks"),
        ("oss.exa\tmple.com", "blanks"),
        ("oss.example.com\x7f", "blanks"),
        ("oss.example.com\x00", "blanks"),
        ("b\u00fccher.example", "ASCII"),
        ("\uff11\uff12\uff17.0.0.1", "ASCII"),
        ("oss.example.com:", "port"),
        ("oss.example.com:0", "port"),
        ("oss.example.com:65536", "port"),
        ("oss.example.com:080", "port"),
        ("oss.example.com:+80", "port"),
        ("oss.example.com:99999x", "port"),
        ("oss.example.com:80:80", "brackets"),
        ("::1", "brackets"),
        ("[::1", "brackets"),
        ("[::1]x", "brackets"),
        ("[fe80::1%25eth0]", "brackets"),
        ("[]", "IP address"),
        ("[127.0.0.1]", "IP address"),
        ("[1::2::3]", "IP address"),
        ("256.0.0.1", "IP address"),
        ("127.0.0.01", "IP address"),
        ("127.0.0.1.", "IP address"),
        ("https://", "host must be"),
        (":8080", "host must be"),
        (".example.com", "host must be"),
        ("oss..example.com", "host must be"),
        ("oss%2eexample.com", "host must be"),
        ("oss,example.com", "host must be"),
        ("oss\\example.com", "host must be"),
        ("a" * 64 + ".example.com", "host must be"),
    ],
)
def test_junk_endpoint_is_refused_and_not_echoed(endpoint: object, why: str) -> None:
    with pytest.raises(RequestError, match=why) as caught:
        resolve_endpoint(region="cn-hangzhou", endpoint=endpoint)
    assert caught.value.field == "endpoint"
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("endpoint_type", "overseas"),
        ("endpoint_type", None),
        ("url_style", "Virtual"),
        ("scheme", "HTTPS"),
        ("scheme", "ftp"),
        ("product", ""),
        ("product", "OSS"),
        ("product", None),
        ("region", ""),
        ("region", None),
    ],
)
def test_unknown_setting_is_refused_even_with_an_endpoint(setting: str, value: object) -> None:
    for endpoint in (None, "oss.example.com"):
        with pytest.raises(RequestError) as caught:
            resolved(endpoint, **{setting: value})
        assert caught.value.field == setting


@pytest.mark.parametrize("region", [None, "cn-hangzhou"])
def test_no_region_is_needed_where_none_is_signed(region: str | None) -> None:
    endpoint = resolved("oss.example.com:8443", region=region, needs_region=False)
    assert endpoint == ("https", "oss.example.com:8443", "virtual")
    assert resolved("[::1]", region=region, needs_region=False).style == "path"


@pytest.mark.parametrize(
    ("region", "endpoint"),
    [(None, None), ("", None), ("", "h"), ("oss-cn-hangzhou", "h"), ("CN", "h"), (5, "h")],
)
def test_a_region_is_checked_where_it_is_given_or_makes_the_host(
    region: object, endpoint: str | None
) -> None:
    with pytest.raises(RequestError, match=r"^region: "):
        resolved(endpoint, region=region, needs_region=False)


def test_other_settings_are_checked_without_a_region_too() -> None:
    for setting in ("endpoint_type", "url_style", "scheme", "product"):
        with pytest.raises(RequestError, match=f"^{setting}: "):
            resolved("h", region=None, needs_region=False, **{setting: "?"})
    with pytest.raises(RequestError, match=r"^endpoint: "):
        resolved("a b", region=None, needs_region=False)


@pytest.mark.parametrize("bucket", ["abc", "a" * 63, "0-0", "a--b", "123"])
def test_bucket_name(bucket: str) -> None:
    assert check_bucket(bucket) == bucket


@pytest.mark.parametrize(
    "bucket",
    [None, "", "ab", "a" * 64, "Abc", "a_b", "a.b", "-abc", "abc-", "a b", "abc\n", "\nabc",
     "b\u00fccher", "abc\u0661", "a/b", b"abc", 123],
)  # fmt: skip
def test_bad_bucket_name_is_refused(bucket: object) -> None:
    with pytest.raises(RequestError, match=r"^source_bucket: (is missing|must be)"):
        check_bucket(bucket, "source_bucket")


# Oracles


@pytest.mark.parametrize("style", ["virtual", "path", "cname"])
@pytest.mark.parametrize(
    "endpoint",
    ["oss.example.com", "http://oss.example.com", "oss.example.com:8443", "10.0.0.8:9000"],
)
def test_base_is_that_of_the_sdk(endpoint: str, style: str) -> None:
    config = oss_v2.config.Config(
        region="cn-hangzhou",
        endpoint=endpoint,
        use_cname=style == "cname",
        use_path_style=style == "path",
        credentials_provider=oss_v2.credentials.StaticCredentialsProvider("id", "secret"),
    )
    request = oss_v2.GetObjectRequest(bucket=BUCKET, key="key")
    theirs = oss_v2.Client(config).presign(request).url
    assert theirs.split("?")[0] == resolved(endpoint, url_style=style).base(BUCKET) + "/key"


@pytest.mark.parametrize(
    "file",
    [
        VECTORS / "presign_v4.jsonl",
        pytest.param(SHARED / "presign_v4.jsonl", marks=pytest.mark.shared_data),
        pytest.param(SHARED / "presign_v4_corner.jsonl", marks=pytest.mark.shared_data),
    ],
    ids=["ours", "shared", "shared corners"],
)
def test_presign_vectors(file: Path) -> None:
    for case in vectors(file):
        if case["id"] in STRICTER or case["expected"].get("advice") == "reject":
            continue
        assert case["expected"]["url"].startswith(base_of(case) + "/"), case["id"]


@pytest.mark.shared_data
def test_refused_vectors() -> None:
    """Corner cases about endpoints that advise refusal, and the validation file's bad settings."""
    refused = {}
    for case in (
        *vectors(SHARED / "presign_v4_corner.jsonl"),
        *vectors(SHARED / "validation.jsonl"),
    ):
        advice = case.get("expected", {}).get("advice")
        kind = case["id"].split("-")[1]
        bad_setting = "expected" not in case and kind in ("bucket", "region", "endpoint")
        if case["id"] in STRICTER or bad_setting or (kind == "endpoint" and advice == "reject"):
            with pytest.raises(RequestError) as caught:
                base_of(case)
            refused[case["id"]] = caught.value.field
    assert len(refused) == 18
    for name, field in refused.items():
        assert field == STRICTER.get(name, name.split("-")[1])
