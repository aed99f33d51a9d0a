"""`accelerate(client).presign` beside the client's own, at a clock that stands still or ticks."""

from __future__ import annotations

import asyncio
from datetime import timedelta, timezone
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2 import exceptions
from alibabacloud_oss_v2.aio import AsyncClient

from ossign_fast import RequestError
from ossign_fast.integrations.alibabacloud_oss_v2 import SignerV1, SignerV4, accelerate
from support import oracle, sdk_signers
from support.casebook import load
from support.integrations import (
    MORE,
    NOW,
    RICH_REQUESTS,
    TEMPORARY,
    client_v2,
    config_v2,
    get,
    provider_v2,
    request_v2,
    sdk_clock,
    standing_still,
    ticking,
    told,
    told_to_the_second,
)
from support.oss_v2 import (
    ENDPOINTS,
    HAS_DEFAULT_HEADERS,
    IS_ASYNC_PRESIGNED,
    OPERATIONS,
    STRICT,
    VERSIONS,
    assert_same,
)
from support.paths import SHARED


@OPERATIONS
@VERSIONS
@STRICT
@pytest.mark.parametrize("credentials", [None, TEMPORARY], ids=["plain", "token"])
def test_operations(operation: str, version: str, strict: bool, credentials: Any) -> None:
    provider = provider_v2(credentials) if credentials else provider_v2()
    client = client_v2(signature_version=version, credentials_provider=provider)
    options = RICH_REQUESTS[operation]
    if not strict and version == "v1":  # which the SDK does not sign
        options = {name: value for name, value in options.items() if name != "process"}
    bare = {n: v for n, v in options.items() if n in ("upload_id", "part_number")}
    for chosen in (options, {**options, **MORE}, bare):
        assert_same(client, request_v2(operation, **chosen), strict=strict)


@STRICT
@pytest.mark.parametrize(
    "request_options",
    [
        {"headers": {"x-oss-meta-a": "b"}},
        {"parameters": {"number": 7, "x-oss-process": "style/a"}},
        {
            "parameters": {
                "t": True,
                "f": False,
                "r": 1.0,
                "n": None,
                "b": b"x",
                "l": [1],
                "i": 2**70,
            }
        },
        {"parameters": {"versionId": "first"}, "version_id": "and its place"},
        {"headers": {"x-oss-request-payer": "other"}, "request_payer": "requester"},
        {"headers": {"x-oss-content-sha256": "payload-line"}},
        {"headers": {"x-oss-security-token": "as a header"}},
        {"headers": {"Unsigned": "", "Other": "é"}},
        {"headers": {"User-Agent": "mine"}},
        {"key": "/leading"},
        {"key": "\\"},
        {"key": "a//b/../c?d#e&f=g;h,i%2F\x00\n"},
        {"key": "中" * 341},
        {"key": "é/./b/.."},
        {"key": ".."},
    ],
)
def test_free_headers_parameters_and_keys(strict: bool, request_options: dict[str, Any]) -> None:
    assert_same(client_v2(), get(**request_options), strict=strict)


@STRICT
@VERSIONS
@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_endpoints(strict: bool, version: str, endpoint: str) -> None:
    client = client_v2(signature_version=version, **ENDPOINTS[endpoint])
    assert_same(client, get(version_id="v"), strict=strict)


@STRICT
@pytest.mark.skipif(not HAS_DEFAULT_HEADERS, reason="the SDK is too old")
def test_default_request_headers(strict: bool) -> None:
    defaults = {"X-Oss-Meta-A": "from the client", "x-oss-meta-b": "b", "user-agent": "mine"}
    client = client_v2(default_request_headers=defaults)
    assert_same(client, get(), strict=strict)
    assert_same(client, get(headers={"x-oss-meta-a": "from the request"}), strict=strict)
    assert_same(client, get(headers={"x-oss-meta-A": ""}), strict=strict)


@STRICT
@pytest.mark.parametrize(
    "lifetime",
    [
        {},
        {"expires": None, "expiration": None},
        {"expires": timedelta(seconds=1)},
        {"expires": timedelta(days=7)},
        {"expiration": NOW + timedelta(hours=1)},
        {"expiration": (NOW + timedelta(hours=1)).astimezone(timezone(timedelta(hours=8)))},
        {"expires": timedelta(days=9), "expiration": NOW + timedelta(hours=1)},  # which wins
    ],
)
def test_lifetimes(strict: bool, lifetime: dict[str, Any]) -> None:
    assert_same(client_v2(), get(), strict=strict, **lifetime)
    assert_same(client_v2(signature_version="v1"), get(), strict=strict, **lifetime)


def test_a_naive_expiration_is_local() -> None:
    local = (NOW + timedelta(hours=1)).astimezone().replace(tzinfo=None)
    for strict in (True, False):
        assert_same(client_v2(), get(), strict=strict, expiration=local)


@pytest.mark.parametrize("seconds", [-5, 0, 0.5])
def test_a_strict_presigner_signs_what_is_over(seconds: float) -> None:
    url = assert_same(client_v2(), get(), strict=True, expires=timedelta(seconds=seconds))
    assert f"x-oss-expires={int(seconds)}&" in url


def test_fractions_of_a_second_are_dropped() -> None:
    lifetime = timedelta(seconds=1.5)
    assert_same(client_v2(), get(), strict=True, expires=lifetime)
    ours = accelerate(client_v2(), clock=standing_still).presign(get(), expires=lifetime)
    assert (expires_of(ours), ours.expiration) == (
        1,
        NOW.replace(microsecond=0) + timedelta(seconds=1),
    )


def test_v1_may_live_longer_than_seven_days() -> None:
    client = client_v2(signature_version="v1")
    for strict in (True, False):
        assert_same(client, get(), strict=strict, expires=timedelta(days=700))


# What the SDK does wrong


def expires_of(result: Any) -> int:
    return int(result.url.partition("x-oss-expires=")[2].partition("&")[0])


LIFETIMES: list[tuple[dict[str, Any], int]] = [
    ({"expires": timedelta(minutes=10)}, 600),
    ({"expires": 600}, 600),
    ({"expiration": NOW.replace(microsecond=0) + timedelta(minutes=10)}, 600),
    ({}, 900),
]


@pytest.mark.parametrize(("lifetime", "seconds"), LIFETIMES)
def test_a_url_lives_as_long_as_was_asked(lifetime: dict[str, Any], seconds: int) -> None:
    result = accelerate(client_v2(), clock=ticking()).presign(get(), **lifetime)
    assert expires_of(result) == seconds
    assert result.expiration == NOW.replace(microsecond=0) + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("lifetime", "seconds"),
    [({"expires": timedelta(minutes=10)}, 599), ({}, 900), LIFETIMES[2]],
)
def test_a_strict_one_as_long_as_with_the_sdk(lifetime: dict[str, Any], seconds: int) -> None:
    client = client_v2()
    with sdk_clock(ticking()):
        theirs = client.presign(get(), **lifetime)
    ours = accelerate(client, strict_sdk=True, clock=ticking()).presign(get(), **lifetime)
    assert told(ours) == told(theirs)
    assert expires_of(ours) == seconds


def test_the_clients_additional_headers_are_signed() -> None:
    names = ["Range", "user-agent", "Content-Type", "Absent"]
    client = client_v2(additional_headers=names)
    request = get(range_header="bytes=0-9")
    assert "additional" not in assert_same(client, request, strict=True)
    ours = accelerate(client, clock=standing_still).presign(request)
    with sdk_clock():  # The SDK's signer knows how, if it is told.
        told_signer = client_v2(sdk_signers._AdditionalHeadersSigner(names))
        theirs = told_signer.presign(request)
    assert ours.url == theirs.url
    assert "x-oss-additional-headers=range%3Buser-agent&" in ours.url
    agent = client._client._inner.user_agent
    assert ours.signed_headers == {"Range": "bytes=0-9", "User-Agent": agent}
    own = accelerate(client, clock=standing_still).presign(get(headers={"User-Agent": "mine"}))
    assert own.signed_headers == {"User-Agent": "mine"}


@STRICT
def test_a_signer_of_ours_says_what_it_signs_besides(strict: bool) -> None:
    request = get(range_header="bytes=0-9")
    client = client_v2(SignerV4(["range"]))
    url = accelerate(client, strict_sdk=strict, clock=standing_still).presign(request).url
    with sdk_clock():
        assert url == client.presign(request).url
    assert "x-oss-additional-headers=range&" in url
    other = client_v2(SignerV4(["range"]), additional_headers=["user-agent"])
    url = accelerate(other, clock=standing_still).presign(request).url
    assert "x-oss-additional-headers=user-agent&" in url


@STRICT
@pytest.mark.parametrize("signer", [SignerV4, SignerV1])
def test_clients_with_a_signer_of_ours(strict: bool, signer: Any) -> None:
    assert_same(client_v2(signer()), get(**MORE), strict=strict)


def test_blanks_around_values_are_not_signed() -> None:
    client, request = client_v2(), get(headers={"x-oss-meta-a": " b\t", "Unsigned": " "})
    assert_same(client, request, strict=True)
    ours = accelerate(client, clock=standing_still).presign(request)
    bare = accelerate(client, clock=standing_still).presign(get(headers={"x-oss-meta-a": "b"}))
    assert told(ours) == told(bare)


def test_ipv6_is_no_place_for_buckets() -> None:
    client = client_v2(endpoint="http://[::1]:9000")
    assert "://example-bucket.[::1]" in assert_same(client, get(), strict=True)
    ours = accelerate(client).presign(get(key="k")).url
    assert ours.startswith("http://[::1]:9000/example-bucket/k?")


def test_v1_signs_parameters_that_begin_with_x_oss() -> None:
    client, request = client_v2(signature_version="v1"), get(process="style/a")
    theirs = assert_same(client, request, strict=True)
    ours = accelerate(client, clock=standing_still).presign(request).url
    assert ours.partition("&Signature=")[0] == theirs.partition("&Signature=")[0]
    assert ours != theirs


REFUSED = {
    "headers['x-oss-meta-a']": {"headers": {"x-oss-meta-a": "a\r\nb: c"}},
    "headers['x-oss-meta-e']": {"headers": {"x-oss-meta-e": ""}},
    "headers['x-oss-date']": {"headers": {"x-oss-date": "Fri, 01 Mar 2024 08:30:15 GMT"}},
    "headers['no token']": {"headers": {"no token": "v"}},
    "query['x-oss-signature']": {"parameters": {"x-oss-signature": "stale"}},
    "query": {"parameters": {"": "v"}},
    "key": {"key": "k" * 1024},
}


@pytest.mark.parametrize("field", REFUSED)
def test_what_the_sdk_signs_and_we_refuse(field: str) -> None:
    client, request = client_v2(), get(**REFUSED[field])
    assert_same(client, request, strict=True)
    with pytest.raises(exceptions.OperationError) as caught:
        accelerate(client).presign(request)
    assert isinstance(caught.value.unwrap(), RequestError)
    assert caught.value.unwrap().field == field


# Vectors, and asynchronous clients


@pytest.mark.shared_data
@pytest.mark.usefixtures("unissued_keys")
def test_vectors() -> None:
    cases = load(SHARED / "presign_v4.jsonl")
    count = 0
    for case in cases:
        if case["op"] == "DeleteObject":  # for which the SDK has no request to presign
            continue
        client = sdk_signers.client_v2(case)
        client._client._options.signer = oss.signer.SignerV4()
        client._client._options.additional_headers = case.get("additional_headers") or None
        clock = sdk_signers.moment_of(case).timestamp
        lifetime = timedelta(seconds=case.get("expires_seconds") or 900)
        fast = accelerate(client, clock=clock)
        url = fast.presign(sdk_signers.request_v2(case), expires=lifetime).url
        assert url.endswith(case["expected"]["signature"]), case["id"]
        theirs = case["expected"].get("url_python_v2", url)
        assert url == oracle.respelled(theirs, case["key"]), case["id"]
        count += 1
    assert (len(cases), count) == (986, 930)


@pytest.mark.skipif(not IS_ASYNC_PRESIGNED, reason="the SDK is too old")
@STRICT
@OPERATIONS
def test_asynchronous_clients(strict: bool, operation: str) -> None:
    request = request_v2(operation, **RICH_REQUESTS[operation], **MORE)
    client = AsyncClient(config_v2())
    with sdk_clock():
        theirs = asyncio.run(client.presign(request))
    waiting: Any = accelerate(client, strict_sdk=strict, clock=standing_still).presign(request)
    assert asyncio.iscoroutine(waiting)
    wanted = told(theirs) if strict else told_to_the_second(theirs)
    assert told(asyncio.run(waiting)) == wanted
