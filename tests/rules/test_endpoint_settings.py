"""Endpoints against the other settings: what contradicts them is refused, or understood."""

from __future__ import annotations

from typing import Any

import pytest

from ossign_fast._errors import RequestError
from ossign_fast._rules.endpoints import URL_STYLES, Endpoint, resolve_endpoint

BUCKET = "examplebucket"


def resolved(endpoint: str | None = None, **given: Any) -> Endpoint:
    return resolve_endpoint(**{"region": "cn-hangzhou", "endpoint": endpoint, **given})


IN_BEIJING = [
    "oss-cn-beijing.aliyuncs.com",
    "https://oss-cn-beijing-internal.aliyuncs.com",
    "http://OSS-CN-Beijing.aliyuncs.com.:80/",
    "cn-beijing.oss.aliyuncs.com",
    "cn-beijing-internal.oss-data-acc.aliyuncs.com",
    "vpc100-oss-cn-beijing.aliyuncs.com",
    f"{BUCKET}.oss-cn-beijing.aliyuncs.com",
]


@pytest.mark.parametrize("endpoint", IN_BEIJING)
def test_an_endpoint_of_another_region_is_refused_and_both_are_named(endpoint: str) -> None:
    with pytest.raises(RequestError, match=r"'cn-beijing', but .* 'cn-hangzhou'") as caught:
        resolved(endpoint, bucket=BUCKET)
    assert caught.value.field == "endpoint"
    assert resolved(endpoint, region="cn-beijing", bucket=BUCKET)
    assert resolved(endpoint, needs_region=False, bucket=BUCKET)  # V1 signs none


@pytest.mark.parametrize(
    ("region", "host"),
    [
        ("us-west-1", "oss-accelerate.aliyuncs.com"),
        ("us-west-1", "oss-accelerate-overseas.aliyuncs.com"),
        ("cn-shanghai-finance-1", "oss-cn-shanghai-finance-1-pub.aliyuncs.com"),
        ("cn-hangzhou-finance", "oss-cn-hzfinance.aliyuncs.com"),
        ("cn-hangzhou", "oss.aliyuncs.com"),
        ("cn-hangzhou", "oss-internal.aliyuncs.com"),
        ("cn-hangzhou", "oss-cn-beijing.example.com"),
    ],
)
def test_hosts_that_tell_no_other_region_are_taken(region: str, host: str) -> None:
    assert resolved(host, region=region, bucket=BUCKET) == ("https", host, "virtual")


def test_the_bucket_of_an_endpoint_is_understood() -> None:
    for service in (
        "oss-cn-hangzhou.aliyuncs.com",
        "oss-cn-hangzhou-internal.aliyuncs.com",
        "cn-hangzhou.oss.aliyuncs.com:443",
        "oss-accelerate.aliyuncs.com",
    ):
        endpoint = resolved(f"http://{BUCKET}.{service}/", bucket=BUCKET)
        assert endpoint == ("http", service, "virtual")
        own = resolved(f"{BUCKET}.{service}", bucket=BUCKET, url_style="cname")
        assert own.base(BUCKET) == f"https://{BUCKET}.{service}"


@pytest.mark.parametrize(
    ("endpoint", "told"),
    [
        ("s3.oss-cn-hangzhou.aliyuncs.com", "for the S3 interface, .*; give 'oss-cn-hangzhou.ali"),
        (f"https://{BUCKET}.s3.oss-cn-hangzhou-internal.aliyuncs.com", "for the S3 interface"),
        ("oss-cn-hangzhou", "not the whole host; give 'oss-cn-hangzhou.aliyuncs.com'"),
        ("http://OSS-cn-beijing-internal", "give 'oss-cn-beijing-internal.aliyuncs.com'"),
        ("cn-hangzhou", "not the whole host; give 'oss-cn-hangzhou.aliyuncs.com'"),
    ],
)
def test_hosts_that_cannot_answer_are_refused(endpoint: str, told: str) -> None:
    with pytest.raises(RequestError, match=told) as caught:
        resolved(endpoint, bucket=BUCKET)
    assert caught.value.field == "endpoint"
    assert resolved(endpoint, bucket=BUCKET, strict=False)


@pytest.mark.parametrize("style", ["virtual", "cname"])
def test_another_bucket_in_an_endpoint_is_refused_with_the_cure(style: str) -> None:
    for bucket in (None, "other") if style == "virtual" else ("other",):
        with pytest.raises(RequestError, match=f"'{BUCKET}'; give 'oss-cn-hangzhou.*' as endpoint"):
            resolved(f"{BUCKET}.oss-cn-hangzhou.aliyuncs.com", bucket=bucket, url_style=style)


@pytest.mark.parametrize("host", ["examplebucket.example.com", "ExampleBucket.localhost:9000"])
def test_a_bucket_that_would_stand_there_twice_is_refused(host: str) -> None:
    with pytest.raises(RequestError, match=r"^endpoint: .* twice; .* url_style='cname'"):
        resolved(host, bucket=BUCKET)
    for given in (
        {"bucket": "other"},
        {"url_style": "cname"},
        {"url_style": "path"},
        {"strict": False},
    ):
        assert resolved(host, **{"bucket": BUCKET, **given}).authority == host


@pytest.mark.parametrize(
    "endpoint", [None, "oss-cn-hangzhou.aliyuncs.com", "cn-hangzhou.oss.aliyuncs.com:80"]
)
def test_path_style_is_refused_where_oss_refuses_it(endpoint: str | None) -> None:
    with pytest.raises(RequestError, match=r"^url_style: .* SecondLevelDomainForbidden; use 'virt"):
        resolved(endpoint, url_style="path")
    assert resolved(endpoint, url_style="path", strict=False).style == "path"


def test_a_host_of_all_buckets_is_nobodys_own_domain() -> None:
    with pytest.raises(RequestError, match=r"^url_style: 'cname' .* use 'virtual'"):
        resolved("oss-cn-hangzhou.aliyuncs.com", url_style="cname")


def test_settings_are_taken_as_they_are_on_demand() -> None:
    for host in (*IN_BEIJING[3:], "localhost:80"):
        for style in URL_STYLES:
            assert resolved(host, url_style=style, strict=False) == ("https", host, style)


@pytest.mark.parametrize("strict", [True, False])
@pytest.mark.parametrize("product", ["oss-vectors", "osstables"])
def test_a_product_that_signs_otherwise_is_refused(product: str, strict: bool) -> None:
    with pytest.raises(RequestError, match=rf"^product: '{product}' is not supported: its canon"):
        resolved("h", product=product, strict=strict)


def test_a_product_that_nobody_knows_is_taken_on_demand() -> None:
    with pytest.raises(RequestError, match=r"^product: 'oss-new' is not supported; use 'oss'"):
        resolved(product="oss-new")
    assert resolved("h", product="oss-new", strict=False)
