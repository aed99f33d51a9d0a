"""Shadowed auth objects and buckets of oss2, at the real time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime, timezone
from typing import Any

import oss2
import pytest

from ossign_fast import RequestError
from ossign_fast.integrations import Mismatch, shadow
from ossign_fast.integrations import oss2 as fast

ID, SECRET, TOKEN = "LTAIshadowTests", "hidden-secret-32", "hidden-token-32/+=="
HOME = "https://oss-cn-hangzhou.aliyuncs.com"
ROUNDS = 60


def provider(token: str | None = TOKEN) -> Any:
    return oss2.credentials.StaticCredentialsProvider(ID, SECRET, token)


Make = Callable[[Any], Any]
KINDS: dict[str, Make] = {
    "AuthV4": lambda kind: kind.AuthV4(ID, SECRET),
    "Auth": lambda kind: kind.Auth(ID, SECRET),
    "ProviderAuthV4": lambda kind: kind.ProviderAuthV4(provider()),
    "ProviderAuth": lambda kind: kind.ProviderAuth(provider()),
    "StsAuth-v4": lambda kind: kind.StsAuth(ID, SECRET, TOKEN, "v4"),
    "StsAuth-v1": lambda kind: kind.StsAuth(ID, SECRET, TOKEN),
}
AUTHS = pytest.mark.parametrize("kind", KINDS)
ORDERS = pytest.mark.parametrize("is_swapped", [False, True], ids=["sdk-first", "ours-first"])


def bucket_of(auth: Any, **changes: Any) -> Any:
    settings: dict[str, Any] = {"bucket_name": "examplebucket", "region": "cn-hangzhou"}
    return oss2.Bucket(auth, HOME, **{**settings, **changes})


def pair_of(kind: str, is_swapped: bool) -> tuple[Any, Any]:
    pair = KINDS[kind](oss2), KINDS[kind](fast)
    return pair[::-1] if is_swapped else pair


def sign_all_ways(bucket: Any, number: int) -> None:
    """Signs three URLs, leaving nothing behind."""
    bucket.sign_url("GET", "dir/a b+é.txt", 600 + number)
    headers = {"Content-Type": "a/b", "x-oss-meta-a": "b", "User-Agent": "c"}
    more = {"additional_headers": ["user-agent"]} if "V4" in repr(bucket.auth) else {}
    bucket.sign_url("PUT", "k", 60, headers=headers, params={"acl": "", "versionId": "a/b"}, **more)
    bucket.sign_url("DELETE", "a&b~", 3600, None, {"partNumber": "7"}, True)


@AUTHS
@ORDERS
def test_auths_sign_urls(kind: str, is_swapped: bool) -> None:
    told: list[Mismatch] = []
    auth = shadow(*pair_of(kind, is_swapped), on_mismatch=told.append)
    bucket = bucket_of(auth)
    assert auth.auth_version() == ("v4" if "4" in kind else "v1")
    for number in range(ROUNDS):
        sign_all_ways(bucket, number)
    report = auth.shadow_report
    assert (told, report.mismatches, report.errors, report.calls) == ([], 0, 0, ROUNDS * 3)
    assert report.compared + report.skipped == report.calls
    assert report.skipped < (1 + ROUNDS if is_swapped else 1)


@AUTHS
@ORDERS
def test_buckets_sign_urls(kind: str, is_swapped: bool) -> None:
    told: list[Mismatch] = []
    plain = bucket_of(KINDS[kind](oss2))
    pair = plain, fast.accelerate(plain)
    bucket = shadow(*pair[:: -1 if is_swapped else 1], on_mismatch=told.append)
    assert isinstance(bucket, oss2.Bucket)
    assert bucket.bucket_name == "examplebucket"
    for number in range(ROUNDS):
        sign_all_ways(bucket, number)
    report = bucket.shadow_report
    assert (told, report.mismatches, report.errors, report.calls) == ([], 0, 0, ROUNDS * 3)
    assert report.compared + report.skipped == report.calls
    assert report.skipped < (1 + ROUNDS if is_swapped else 1)


def request_of(number: int) -> oss2.http.Request:
    return oss2.http.Request(
        "PUT",
        f"{HOME}/k",
        headers={"Content-Type": "a/b", "x-oss-meta-n": str(number), "Range": "bytes=0-"},
        params={"acl": "", "versionId": "a"},
        region="cn-hangzhou",
        product="oss",
    )


@AUTHS
@ORDERS
def test_auths_sign_requests(kind: str, is_swapped: bool) -> None:
    told: list[Mismatch] = []
    auth = shadow(*pair_of(kind, is_swapped), on_mismatch=told.append)
    for number in range(ROUNDS):
        request = request_of(number)
        auth._sign_request(request, "examplebucket", "k")
        assert request.headers["authorization"].startswith("OSS")
    report = auth.shadow_report
    assert (told, report.mismatches, report.errors, report.calls) == ([], 0, 0, ROUNDS)
    assert report.compared + report.skipped == report.calls
    assert report.skipped < (1 + ROUNDS // 2 if is_swapped else 1)


@AUTHS
@ORDERS
def test_live_channels(kind: str, is_swapped: bool) -> None:
    told: list[Mismatch] = []
    auth = shadow(*pair_of(kind, is_swapped), on_mismatch=told.append)
    bucket = bucket_of(auth)
    for number in range(ROUNDS):
        bucket.sign_rtmp_url("channel", "playlist.m3u8", 600 + number)
        params = {"a": "b"}
        auth._sign_rtmp_url("rtmp://host/live/c", "examplebucket", "c", 60, params)
        assert ("Signature" in params) != is_swapped  # as the primary leaves them
    report = auth.shadow_report
    assert (told, report.mismatches, report.errors, report.calls) == ([], 0, 0, ROUNDS * 2)
    assert report.compared + report.skipped == report.calls


@ORDERS
def test_arguments_are_as_the_primary_leaves_them(is_swapped: bool) -> None:
    plain = bucket_of(oss2.AuthV4(ID, SECRET))
    pair = (plain, fast.accelerate(plain))[:: -1 if is_swapped else 1]
    bucket = shadow(*pair)
    given: list[list[Any]] = []
    for each in (bucket, pair[0]):
        headers, params = {"x-oss-a": "b"}, {"acl": ""}
        each.sign_url("PUT", "k", 60, headers, params)
        each.sign_url("PUT", "k", 60, headers=headers, params=params)
        given.append([headers, sorted(params)])
    assert given[0] == given[1]
    assert bucket.shadow_report.mismatches == 0
    for sample in (0, 1):
        auths = KINDS["ProviderAuth"](oss2), KINDS["ProviderAuth"](fast)
        auth = shadow(*auths[:: -1 if is_swapped else 1], sample=sample)
        request, same = request_of(1), request_of(1)
        auth._sign_url(request, "examplebucket", "k", 60)
        auths[is_swapped]._sign_url(same, "examplebucket", "k", 60)
        assert sorted(request.params) == sorted(same.params)
        assert sorted(request.headers) == sorted(same.headers)


@pytest.mark.parametrize("sample", [0, 0.0])
def test_unsampled_calls_have_the_answers_of_the_primary(sample: float) -> None:
    second = int(time.time())
    pair = (fast.AuthV4(ID, SECRET, clock=lambda: second), oss2.AuthV4(ID, "other"))
    auth, plain = shadow(*pair, sample=sample), bucket_of(pair[0])
    bucket = shadow(fast.accelerate(plain, clock=lambda: second), plain, sample)
    assert bucket.sign_url("GET", "k", 60) == plain.sign_url("GET", "k", 60)
    assert bucket_of(auth).sign_url("GET", "k", 60) == plain.sign_url("GET", "k", 60)
    url = bucket_of(auth).sign_rtmp_url("c", "p", 60)
    assert url == plain.sign_rtmp_url("c", "p", 60)
    request, same = request_of(1), request_of(1)
    auth._sign_request(request, "examplebucket", "k")
    pair[0]._sign_request(same, "examplebucket", "k")
    assert request.headers == same.headers
    assert repr(auth.shadow_report) == (
        "ShadowReport(calls=3, compared=0, mismatches=0, errors=0, skipped=0)"
    )
    assert (bucket.shadow_report.calls, bucket.shadow_report.compared) == (1, 0)


def test_candidates_of_another_second_are_skipped() -> None:
    class Late:
        """An auth object whose clock we cannot set."""

        def __init__(self, auth: Any) -> None:
            self._sign_url, self._sign_request = auth._sign_url, auth._sign_request

    for kind in (fast.AuthV4, fast.Auth):
        late = kind(ID, SECRET, clock=lambda: time.time() - 100)
        auth = shadow(kind(ID, SECRET), Late(late))
        bucket_of(auth).sign_url("GET", "k", 60)
        auth._sign_request(request_of(1), "examplebucket", "k")
        report = auth.shadow_report
        assert (report.calls, report.compared, report.skipped, report.errors) == (2, 0, 2, 0)


def test_candidates_that_differ() -> None:
    told: list[Mismatch] = []
    plain = oss2.AuthV4(ID, SECRET)
    others = {
        "x-oss-credential x-oss-signature": fast.AuthV4("other", SECRET),
        "x-oss-signature": fast.AuthV4(ID, "other"),
        "x-oss-security-token x-oss-signature": fast.ProviderAuthV4(provider("other")),
    }
    for names, other in others.items():
        auth = shadow(plain, other, on_mismatch=told.append)
        bucket_of(auth).sign_url("GET", "k", 60)
        assert sorted(each.name for each in told[-1].differences) == names.split()
    elsewhere = bucket_of(plain, region="cn-beijing", bucket_name="other-1")
    bucket = shadow(bucket_of(plain), fast.accelerate(elsewhere))
    assert "//examplebucket." in bucket.sign_url("GET", "k", 60)
    assert bucket.shadow_report.mismatches == 1
    auth = shadow(plain, fast.AuthV4(ID, "other"), on_mismatch=told.append)
    auth._sign_request(request_of(1), "examplebucket", "k")
    scope = f"{datetime.now(timezone.utc):%Y%m%d}/cn-hangzhou/oss/aliyun_v4_request"
    masked = f"OSS4-HMAC-SHA256 Credential={ID}/{scope}, Signature=***"
    assert told[-1].differences == (("authorization", masked, masked),)


def test_refusals_are_those_of_the_primary() -> None:
    told: list[Mismatch] = []
    plain = bucket_of(oss2.AuthV4(ID, SECRET))
    bucket = shadow(plain, fast.accelerate(plain), on_mismatch=told.append)
    with pytest.raises(oss2.exceptions.ClientError):
        bucket.sign_url("GET", "", 60)
    assert bucket.sign_url("GET", "k", 0)
    assert told.pop().error == "RequestError: expires: must be a whole number of 1..604800 seconds"
    swapped = shadow(fast.accelerate(plain), plain, on_mismatch=told.append)
    with pytest.raises(RequestError):
        swapped.sign_url("GET", "k", 0)
    assert told == []
    anonymous = bucket_of(shadow(oss2.AnonymousAuth(), fast.AuthV4(ID, SECRET)))
    assert anonymous.sign_url("GET", "k", 60) == f"{HOME[:8]}examplebucket.{HOME[8:]}/k?"
    assert anonymous.auth.shadow_report.errors == 1  # nothing tells when it was signed
