"""Region ids: what is none leads to what was meant."""

from __future__ import annotations

import pytest

from ossign_fast._errors import RequestError
from ossign_fast._rules.regions import check_region, read_host


@pytest.mark.parametrize(
    "region", ["cn-hangzhou", "us-west-1", "cb-iny1hewkwtxt", "cn-internal-1", "xx-tomorrow-9"]
)
def test_region(region: str) -> None:
    assert check_region(region) == region


@pytest.mark.parametrize(
    ("region", "cures"),
    [
        (None, ["is missing", "'cn-hangzhou'"]),
        ("", ["'cn-hangzhou'"]),
        (1, ["text", "'cn-hangzhou'"]),
        ("oss", ["'cn-hangzhou'"]),
        ("-", ["lower-case"]),
        ("cn--", ["lower-case"]),
        ("cn/hz", ["lower-case"]),
        ("CN-Hangzhou", ["'cn-hangzhou'"]),
        ("cn-hangzhou\n", ["'cn-hangzhou'"]),
        ("cn_beijing", ["'cn-beijing'"]),
        ("oss-cn-beijing", ["'cn-beijing'"]),
        ("beijing", ["'cn-beijing'"]),
        ("hangzou", ["'cn-hangzhou'"]),
        ("northeast-1", None),  # looks like a region, and may be one tomorrow
        ("cn-beijing-internal", ["'cn-beijing'", "endpoint_type='internal'"]),
        ("oss-cn-beijing-internal", ["'cn-beijing'", "endpoint_type='internal'"]),
        ("accelerate", ["region id of the bucket", "endpoint_type='accelerate'"]),
        ("oss-accelerate", ["region id of the bucket", "endpoint_type='accelerate'"]),
        ("oss-accelerate-overseas", ["endpoint_type='accelerate-overseas'"]),
        ("oss-accelerate.aliyuncs.com", ["endpoint_type='accelerate'"]),
        ("oss-cn-beijing.aliyuncs.com", ["region='cn-beijing'", "as endpoint"]),
        ("https://oss-cn-beijing-internal.aliyuncs.com/", ["region='cn-beijing'"]),
        ("cn-beijing.oss.aliyuncs.com", ["region='cn-beijing'"]),
    ],
)
def test_what_is_no_region_leads_to_the_right_one(region: object, cures: list[str] | None) -> None:
    if cures is None:
        assert check_region(region) == region
        return
    with pytest.raises(RequestError) as caught:
        check_region(region)
    assert caught.value.field == "region"
    assert [cure for cure in cures if cure not in caught.value.problem] == []


def test_a_password_is_not_echoed() -> None:
    with pytest.raises(RequestError) as caught:
        check_region("https://user:hunter2@oss-cn-beijing.aliyuncs.com")
    assert "hunter2" not in str(caught.value)


def test_hosts_of_which_nothing_is_known() -> None:
    for host in (
        "10.0.0.1",
        "oss.aliyuncs.com",
        "oss-cn-hangzhou.aliyuncs.com.evil.example",
        "a.b.oss-cn-hangzhou.aliyuncs.com",
        "cb-1.cn-heyuan.oss-cloudbox.aliyuncs.com",
    ):
        assert read_host(host) is None
