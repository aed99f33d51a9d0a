"""Our auth objects for oss2 where it sends requests or pushes live streams, and what they share."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import oss2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oss2.http import Request

from ossign_fast import RequestError
from ossign_fast.integrations import oss2 as fast
from support.integrations import (
    BUCKET,
    ID,
    KEY,
    PLAIN,
    SECRET,
    TEMPORARY,
    TOKEN,
    provider_oss2,
    sdk_clock,
    standing_still,
)
from support.oss2 import KINDS, PLACE, STRICT, V4_KINDS, Beside
from support.strategies import field_values, keys, names, query_names, values

WRITTEN = ("authorization", "date", "x-oss-date", "x-oss-content-sha256", "x-oss-security-token")


def auths(kind: str, *, strict: bool = False) -> tuple[Any, Any]:
    """Returns an auth object of oss2, and ours."""
    return KINDS[kind](oss2), KINDS[kind](fast, strict_sdk=strict, clock=standing_still)


def request(**changes: Any) -> Request:
    """Returns a request as a bucket of oss2 makes it."""
    plain: dict[str, Any] = {
        "method": "PUT",
        "url": "https://example-bucket.oss-cn-hangzhou.aliyuncs.com/k",
        "headers": {"Content-Type": "text/plain", "x-oss-meta-a": "é", "Range": "r"},
        "params": {"versionId": "v+/=", "acl": ""},
        "region": "cn-hangzhou",
        "product": "oss",
    }
    return Request(**{**plain, **changes})


def signed(auth: Any, made: Request, *place: Any) -> dict[str, Any]:
    """Returns the headers of `made` when it is signed; nothing else of it may change."""
    before = {**vars(made), "headers": None, "params": dict(made.params)}
    with sdk_clock():
        auth._sign_request(made, *place)
    assert {**vars(made), "headers": None} == before
    return dict(made.headers.lower_items())


REQUESTS: dict[str, tuple[dict[str, Any], tuple[str, str]]] = {
    "object": ({}, (BUCKET, KEY)),
    "leading slash": ({}, (BUCKET, "/k")),
    "bucket": ({"params": {"max-keys": "1"}}, (BUCKET, "")),
    "service": ({"params": {}}, ("", "")),
    "cloud box": ({"cloudbox_id": "cb-123", "product": "oss-cloudbox"}, (BUCKET, KEY)),
    "no headers": ({"headers": None}, (BUCKET, KEY)),
    "empty value": ({"headers": {"x-oss-meta-a": "", "Content-Type": ""}}, (BUCKET, KEY)),
    "bytes": ({"headers": {"x-oss-meta-a": "é".encode()}}, (BUCKET, KEY)),
    "upper case": ({"headers": {"X-OSS-Meta-A": "A"}}, (BUCKET, KEY)),
    "process": ({"params": {"x-oss-process": "style/a"}}, (BUCKET, KEY)),
}


@pytest.mark.parametrize("kind", KINDS)
@STRICT
@pytest.mark.parametrize("case", REQUESTS)
def test_requests(kind: str, strict: bool, case: str) -> None:
    changes, place = REQUESTS[case]
    theirs, ours = auths(kind, strict=strict)
    expected = signed(theirs, request(**copy.deepcopy(changes)), *place)
    made = request(**copy.deepcopy(changes))
    assert signed(ours, made, *place) == expected
    assert signed(ours, made, *place) == expected  # as a retry does


@pytest.mark.parametrize("kind", KINDS)
@STRICT
def test_a_retry_forgets_a_token(kind: str, strict: bool) -> None:
    credentials = [TEMPORARY]
    provider = provider_oss2()
    provider.get_credentials = lambda: provider_oss2(credentials[0]).credentials
    own = fast.ProviderAuthV4 if kind in V4_KINDS else fast.ProviderAuth
    auth = own(provider, strict_sdk=strict, clock=standing_still)
    made = request()
    assert signed(auth, made, BUCKET, KEY)["x-oss-security-token"] == TOKEN
    credentials[0] = PLAIN
    again = signed(auth, made, BUCKET, KEY)
    assert again == signed(auth, request(), BUCKET, KEY)
    assert TOKEN not in str(again)


@STRICT
@pytest.mark.parametrize("kind", V4_KINDS)
def test_v4_needs_a_region(kind: str, strict: bool) -> None:
    for auth in auths(kind, strict=strict):
        with pytest.raises(oss2.exceptions.ClientError, match="region should not be None"):
            auth._sign_request(request(region=None), BUCKET, KEY)


@pytest.mark.parametrize("kind", ["AuthV4", "ProviderAuthV4"])
def test_additional_headers_of_requests(kind: str) -> None:
    present = ["range"]
    theirs, ours = auths(kind)
    strict = auths(kind, strict=True)[1]
    expected = signed(theirs, request(), BUCKET, KEY, present)
    assert "AdditionalHeaders=range" in expected["authorization"]
    for auth in (ours, strict):
        assert signed(auth, request(), BUCKET, KEY, present) == expected
    # Of absent ones oss2 says that they are signed.
    asked = ["range", "absent"]
    lied = signed(theirs, request(), BUCKET, KEY, asked)
    assert "AdditionalHeaders=absent;range" in lied["authorization"]
    assert signed(strict, request(), BUCKET, KEY, asked) == lied
    assert signed(ours, request(), BUCKET, KEY, asked) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_refused_requests(kind: str) -> None:
    for changes, field in (
        ({"headers": {"x-oss-meta-a": "a\nb"}}, "headers['x-oss-meta-a']"),
        ({"method": "put"}, "operation"),
        ({"headers": {"x-oss-meta-a": b"\xff"}}, "headers['x-oss-meta-a']"),
    ):
        with pytest.raises(RequestError) as caught:
            signed(auths(kind)[1], request(**changes), BUCKET, KEY)
        assert caught.value.field == field


@given(
    kind=st.sampled_from(sorted(KINDS)),
    key=st.just("") | keys,
    headers=st.dictionaries(names, field_values | st.just(""), max_size=3),
    params=st.dictionaries(query_names, values, max_size=3),
    strict=st.booleans(),
)
def test_any_request(kind: str, key: str, headers: Any, params: Any, strict: bool) -> None:
    if kind not in V4_KINDS:  # of these oss2 signs some only
        params = {n: v for n, v in params.items() if not n.startswith("x-oss-")}
    theirs, ours = auths(kind, strict=strict)
    asked = {"headers": headers, "params": params}
    made = [signed(auth, request(**asked), BUCKET, key) for auth in (theirs, ours)]
    assert made[0] == made[1]


# Live streams


@pytest.mark.parametrize("kind", KINDS)
@STRICT
@pytest.mark.parametrize("channel", [("channel", "list.m3u8"), ("中/é", ""), ("c", None)])
def test_live_streams(kind: str, strict: bool, channel: tuple[str, Any]) -> None:
    beside = Beside(kind, strict=strict)
    with sdk_clock():
        theirs = beside.theirs.sign_rtmp_url(*channel, 600)
    assert beside.ours["auth"].sign_rtmp_url(*channel, 600) == theirs
    with sdk_clock():
        assert beside.ours["bucket"].sign_rtmp_url(*channel, 600) == theirs


def test_parameters_of_live_streams_are_left_alone() -> None:
    theirs, ours = auths("ProviderAuth")
    params = {"playlistName": "a", "z": "é", "SecurityToken": "unsigned", "a": ""}
    with sdk_clock():
        expected = theirs._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", 600, dict(params))
    before = dict(params)
    assert ours._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", 600, params) == expected
    assert params == before
    plain = ours._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", 600, None)
    assert plain.startswith("rtmp://h/live/c?security-token=")


@pytest.mark.parametrize("expires", [0, -1, 2**31, True, 1.5, "600", None])
def test_lifetimes_of_live_streams(expires: Any) -> None:
    with pytest.raises(RequestError, match=r"^expires: "):
        auths("Auth")[1]._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", expires, {})


@pytest.mark.parametrize("expires", [0, -1, 2**31, 1.5])
def test_a_strict_one_checks_none(expires: Any) -> None:
    theirs, ours = auths("Auth", strict=True)
    with sdk_clock():
        expected = theirs._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", expires, {})
    assert ours._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", expires, {}) == expected


# The objects themselves


def test_many_regions_take_no_more_memory() -> None:
    theirs, ours = auths("AuthV4")
    for number in range(200):
        region = f"cn-{number}"
        expected = signed(theirs, request(region=region), BUCKET, KEY)
        assert signed(ours, request(region=region), BUCKET, KEY) == expected
    assert len(ours._pool) <= 64


@pytest.mark.parametrize("kind", KINDS)
def test_what_they_are(kind: str) -> None:
    theirs, ours = auths(kind)
    assert ours.auth_version() == theirs.auth_version()
    assert repr(ours) == f"<{type(ours).__name__}, signature {ours.auth_version()}>"
    assert SECRET not in repr(ours)
    assert {n for n in dir(theirs) if n.startswith("_sign_") or n == "auth_version"} <= {*dir(ours)}
    later = ours.with_clock(lambda: standing_still() + 5)
    assert type(later) is type(ours)
    place = request(), BUCKET, KEY, 600
    before = ours._sign_url(*place)
    assert later._sign_url(*place) != before == ours._sign_url(*place)


def test_versions_of_an_sts_auth() -> None:
    assert fast.StsAuth(ID, SECRET, TOKEN).auth_version() == "v1"
    for version in ("v2", "", None):
        with pytest.raises(RequestError) as caught:
            fast.StsAuth(ID, SECRET, TOKEN, version)
        assert caught.value.field == "auth_version"


def test_an_accelerated_bucket() -> None:
    class Mine(oss2.Bucket):  # type: ignore[misc]
        def sign_url(self, *_: Any, **__: Any) -> str:
            return "mine"

    bucket = Mine(oss2.AuthV4(ID, SECRET), **PLACE)
    assert bucket.sign_url("GET", KEY, 600) == "mine"
    quick = fast.accelerate(bucket, clock=standing_still)
    assert isinstance(quick, Mine)
    assert (type(quick).__name__, type(bucket)) == ("Mine", Mine)
    assert vars(quick) is vars(bucket)
    again = fast.accelerate(quick, clock=standing_still)
    assert type(again) is type(quick)
    assert again.sign_url("GET", KEY, 600) == quick.sign_url("GET", KEY, 600)
    later = quick.with_clock(lambda: standing_still() + 5)
    assert later.sign_url("GET", KEY, 600) != quick.sign_url("GET", KEY, 600)
    assert vars(later) is vars(bucket)


@STRICT
def test_a_bucket_that_changes(strict: bool) -> None:
    beside = Beside("AuthV4", strict=strict)
    seen = {beside.check("GET", KEY, 600)}
    buckets = {id(b.__dict__): b for b in (beside.theirs, *beside.ours.values())}.values()
    for name, value in {
        "bucket_name": "another-bucket",
        "region": "cn-beijing",
        "product": "oss-cloudbox",
        "cloudbox_id": "cb-1",
    }.items():
        for bucket in buckets:
            setattr(bucket, name, value)
        seen.add(beside.check("GET", KEY, 600))
    # As its documentation says to do with a new STS token.
    beside.theirs.auth = oss2.StsAuth("other", SECRET, TOKEN, "v4")
    with sdk_clock():
        expected = beside.theirs.sign_url("GET", KEY, 600)
    quick = beside.ours["bucket"]
    assert quick.sign_url("GET", KEY, 600) == expected
    assert quick.with_clock(standing_still).sign_url("GET", KEY, 600) == expected
    seen.add(expected)
    assert len(seen) == 6
    beside.theirs.auth = oss2.AnonymousAuth()
    with pytest.raises(TypeError, match="must sign V1 or V4"):
        quick.sign_url("GET", KEY, 600)


@pytest.mark.parametrize(
    ("thing", "problem"),
    [
        (None, "must be an oss2.Bucket"),
        (oss2.Service(oss2.Auth(ID, SECRET), PLACE["endpoint"]), "must be an oss2.Bucket"),
        (oss2.Bucket(oss2.AnonymousAuth(), **PLACE), "must sign V1 or V4"),
        (oss2.Bucket(oss2.AuthV2(ID, SECRET), **PLACE), "must sign V1 or V4"),
    ],
)
def test_what_cannot_be_accelerated(thing: Any, problem: str) -> None:
    with pytest.raises(TypeError, match=problem):
        fast.accelerate(thing)


@STRICT
@pytest.mark.parametrize("kind", ["ProviderAuthV4", "ProviderAuth"])
def test_providers_are_asked_at_each_call(strict: bool, kind: str) -> None:
    beside = Beside(kind, strict=strict)
    provider = beside.theirs.auth.credentials_provider
    urls = []
    for number in range(3):
        fresh = oss2.credentials.StaticCredentialsProvider(f"id{number}", "s", "t" * number)
        for each in [provider, *[b.auth.credentials_provider for b in beside.ours.values()]]:
            each.get_credentials = fresh.get_credentials
        urls.append(beside.check("GET", KEY, 600))
    assert len(set(urls)) == 3


def fails() -> Any:
    raise OSError("no network")


@pytest.mark.parametrize("kind", ["ProviderAuthV4", "ProviderAuth"])
def test_a_provider_that_fails_is_heard(kind: str) -> None:
    beside = Beside(kind)
    beside.theirs.auth.credentials_provider.get_credentials = fails
    for bucket in (beside.theirs, beside.ours["bucket"]):
        with pytest.raises(OSError, match="no network"):
            bucket.sign_url("GET", KEY, 600)


@STRICT
@pytest.mark.parametrize("kind", ["ProviderAuthV4", "ProviderAuth"])
def test_threads(kind: str, strict: bool) -> None:
    turns = iter(range(10_000))
    people = [oss2.credentials.StaticCredentialsProvider(f"id{n}", f"s{n}", "t" * (n % 2))
              for n in range(7)]  # fmt: skip
    beside = Beside(kind, strict=strict)

    def turn() -> Any:
        return people[next(turns) % 7].get_credentials()

    def url(call: tuple[Callable[..., str], int]) -> str:
        return call[0]("GET", f"k{call[1] % 5}", 600)

    beside.theirs.auth.credentials_provider.get_credentials = turn
    with sdk_clock():
        wanted = {url((beside.theirs.sign_url, n)) for n in range(35)}
    assert len(wanted) == 35
    own = beside.ours["auth"]
    own.auth.credentials_provider.get_credentials = turn
    for bucket in (own, beside.ours["bucket"]):
        with ThreadPoolExecutor(8) as pool:
            assert set(pool.map(url, [(bucket.sign_url, n) for n in range(1000)])) == wanted


# Logs


def sign_everything(auth: Any, bucket: oss2.Bucket) -> None:
    """Signs in all ways there are, also where oss2's own steps are taken, and is refused."""
    for headers in ({}, {"x-oss-meta-a": " b"}, {"x-oss-meta-a": ""}, {"x-oss-meta-a": "b\n"}):
        made = request(headers=headers)
        with suppress(RequestError):
            auth._sign_url(made, BUCKET, KEY, 600)
        with suppress(RequestError):
            auth._sign_request(made, BUCKET, KEY)
        with suppress(RequestError):
            bucket.sign_url("GET", KEY, 600, headers=headers)
    auth._sign_rtmp_url("rtmp://h/live/c", BUCKET, "c", 600, {"playlistName": "p"})


@pytest.mark.parametrize("kind", KINDS)
@STRICT
def test_nothing_secret_is_logged(
    kind: str, strict: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in [name for name in logging.root.manager.loggerDict if name.startswith("oss")]:
        caplog.set_level(logging.DEBUG, logger=name)
    theirs, ours = auths(kind, strict=strict)
    bucket = Beside(kind, strict=strict).ours["bucket"]
    caplog.clear()
    theirs._sign_request(request(), BUCKET, KEY)
    assert "string to be signed" in caplog.text  # so we would see it
    caplog.clear()
    sign_everything(ours, bucket)
    assert "Init request" in caplog.text  # which is oss2's own
    secrets = (SECRET, TOKEN, ID, "signed", "Signature", "signature", "aliyun_v4")
    assert [secret for secret in secrets if secret in caplog.text] == []


@pytest.mark.parametrize("kind", KINDS)
def test_an_accelerated_bucket_logs_nothing(kind: str, caplog: pytest.LogCaptureFixture) -> None:
    beside = Beside(kind)
    caplog.set_level(logging.DEBUG)
    beside.ours["bucket"].sign_url("GET", KEY, 600, headers={"x-oss-meta-a": "b"})
    assert caplog.records == []
