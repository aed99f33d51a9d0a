"""Shadowed signers and clients of alibabacloud-oss-v2, at the real time."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from itertools import count
from typing import Any

import alibabacloud_oss_v2 as oss
import alibabacloud_oss_v2.aio as oss_aio
import pytest
from alibabacloud_oss_v2.signer import SignerV1, SignerV4
from alibabacloud_oss_v2.types import HttpRequest, SigningContext

from ossign_fast import Signer
from ossign_fast.integrations import Mismatch, shadow
from ossign_fast.integrations import alibabacloud_oss_v2 as fast

ID, SECRET, TOKEN = "LTAIshadowTests", "hidden-secret-31", "hidden-token-31/+=="
SIGNERS: dict[str, tuple[Any, Any]] = {
    "v4": (SignerV4(), fast.SignerV4()),
    "v1": (SignerV1(), fast.SignerV1()),
}
VERSIONS = pytest.mark.parametrize("version", SIGNERS)
ROUNDS = 150
REQUESTS: list[Any] = [
    oss.GetObjectRequest("examplebucket", "dir/a b+é.txt", response_content_type="a/b; c"),
    oss.PutObjectRequest("examplebucket", "a", content_type="a/b", metadata={"who": "me"}),
    oss.HeadObjectRequest("examplebucket", "a&b=c~", version_id="v 1"),
    oss.InitiateMultipartUploadRequest("examplebucket", "k"),
    oss.UploadPartRequest("examplebucket", "k", part_number=7, upload_id="up/+="),
    oss.CompleteMultipartUploadRequest("examplebucket", "k", upload_id="up"),
    oss.AbortMultipartUploadRequest("examplebucket", "k", upload_id="up"),
]


def keys(token: str | None = TOKEN, secret: str = SECRET) -> Any:
    return oss.credentials.StaticCredentialsProvider(ID, secret, token)


def config_of(version: str = "v4", provider: Any = None, **settings: Any) -> Any:
    plain: dict[str, Any] = {"region": "cn-hangzhou", "signature_version": version}
    plain["credentials_provider"] = provider or keys()
    return oss.Config(**{**plain, **settings})


def lifetimes() -> Iterator[dict[str, Any]]:
    """Yields ways to say how long a URL lives."""
    hour = timedelta(hours=1)
    yield {}
    yield {"expires": timedelta(seconds=600)}
    yield {"expires": hour}
    # Without a fraction, as then it is at a new second that its lifetime changes.
    yield {"expiration": datetime.now(timezone.utc).replace(microsecond=0) + hour}


class Mismatches(list[Mismatch]):
    """Keeps what it is told, and forgets it once asked."""

    def __call__(self, mismatch: Mismatch) -> None:
        self.append(mismatch)

    def names(self) -> list[str]:
        found = [difference.name for mismatch in self for difference in mismatch.differences]
        found += [mismatch.error for mismatch in self if mismatch.error]
        self.clear()
        return found


def counts(item: Any) -> tuple[int, ...]:
    report = item.shadow_report
    return report.calls, report.compared, report.mismatches, report.errors, report.skipped


def context_of(number: int = 0, token: str | None = None, **changes: Any) -> SigningContext:
    """Returns what a signer is given; every other has the token, and some what is rarely there."""
    url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a%20b?acl&versionId=a%2Fb"
    headers = {"Content-Type": "text/plain", "x-oss-meta-a": "b", "User-Agent": "tests"}
    settings: dict[str, Any] = {
        "product": "oss",
        "region": "cn-hangzhou",
        "bucket": "examplebucket",
        "key": "a b",
        "request": HttpRequest("PUT", url, headers),
        "credentials": keys(token if number % 2 else None).get_credentials(),
        "additional_headers": {"user-agent"} if number % 3 else None,
    }
    context = SigningContext(**{**settings, **changes})
    context.clock_offset = number % 5
    return context


@VERSIONS
@pytest.mark.parametrize("is_swapped", [False, True], ids=["sdk-first", "ours-first"])
def test_signers_in_headers(version: str, is_swapped: bool) -> None:
    pair = SIGNERS[version][:: -1 if is_swapped else 1]
    told = Mismatches()
    watched = shadow(*pair, on_mismatch=told)
    assert isinstance(watched, SignerV4 if version == "v4" else SignerV1)
    assert watched.is_signed_header("x-oss-a")
    token = TOKEN if version == "v4" else None
    for number in range(ROUNDS):
        context = context_of(number, token)
        watched.sign(context)
        assert "Authorization" in context.request.headers
        same = context_of(number, token, signing_time=context.signing_time)
        pair[0].sign(same)
        assert dict(context.request.headers) == dict(same.request.headers)
    assert (told, counts(watched)) == ([], (ROUNDS, ROUNDS, 0, 0, 0))


@VERSIONS
@pytest.mark.parametrize("is_swapped", [False, True], ids=["sdk-first", "ours-first"])
def test_signers_in_the_query(version: str, is_swapped: bool) -> None:
    pair = SIGNERS[version][:: -1 if is_swapped else 1]
    told = Mismatches()
    watched = shadow(*pair, on_mismatch=told)
    now = datetime.now(timezone.utc)
    for number in range(ROUNDS):
        contexts = [context_of(number, TOKEN, signing_time=now) for _ in range(2)]
        for context in contexts:
            context.auth_method_query = True
            context.expiration_time = now + timedelta(seconds=600 + number)
        watched.sign(contexts[0])
        pair[0].sign(contexts[1])
        assert contexts[0].request.url == contexts[1].request.url
        assert contexts[0].expiration_time == contexts[1].expiration_time
    assert (told, counts(watched)) == ([], (ROUNDS, ROUNDS, 0, 0, 0))
    context = context_of()
    context.auth_method_query = True
    context.expiration_time = datetime(2099, 1, 1, 0, 0, 0, 1, tzinfo=timezone.utc)
    context.signing_time = context.expiration_time - timedelta(seconds=59, microseconds=999_999)
    watched.sign(context)
    assert told.names() == (["x-oss-expires", "x-oss-signature"] if version == "v4" else [])


def test_v1_signers_put_the_token_in_different_headers() -> None:
    told = Mismatches()
    watched = shadow(*SIGNERS["v1"], on_mismatch=told)
    watched.sign(context_of(1, TOKEN))
    assert told[0].differences == (
        ("security-token", "***", ""),
        ("authorization", f"OSS {ID}:***", f"OSS {ID}:***"),
        ("x-oss-security-token", "", "***"),
    )


def test_signers_that_refuse() -> None:
    told = Mismatches()
    watched = shadow(SignerV4(), fast.SignerV4(), on_mismatch=told)
    for context in (None, context_of(request=None), context_of(credentials=None)):
        with pytest.raises((oss.exceptions.ParamNullError, oss.exceptions.ParamNullOrEmptyError)):
            watched.sign(context)
    assert counts(watched) == (3, 0, 0, 0, 0)
    context = context_of()
    context.request.headers["x-oss-meta-a"] = "two\nlines"
    watched.sign(context)
    assert told.names()[0].startswith("RequestError: headers['x-oss-meta-a']: ")
    assert counts(watched) == (4, 0, 0, 1, 0)
    assert "Authorization" in context.request.headers


@VERSIONS
def test_clients_with_a_strict_candidate(version: str) -> None:
    told = Mismatches()
    plain = oss.Client(config_of(version))
    strict = shadow(plain, fast.accelerate(plain, strict_sdk=True), on_mismatch=told)
    assert isinstance(strict, oss.Client)
    calls = 0
    for _ in range(ROUNDS // 10):
        for lifetime in lifetimes():
            for request in REQUESTS:
                result = strict.presign(request, **lifetime)
                calls += 1
                assert result.url.startswith("https://examplebucket.oss-cn-hangzhou.aliyuncs.com/")
    assert (told, counts(strict)) == ([], (calls, calls, 0, 0, 0))
    assert calls > 400


@pytest.mark.parametrize("fraction", [0, 0.4, 0.9985, 0.9995, 0.999998])
def test_a_strict_candidate_at_the_end_of_a_second(fraction: float) -> None:
    told = Mismatches()
    plain = oss.Client(config_of())
    strict = shadow(plain, fast.accelerate(plain, strict_sdk=True), on_mismatch=told)
    time.sleep((fraction - time.time()) % 1)
    for lifetime in lifetimes():
        for request in REQUESTS[:2]:
            strict.presign(request, **lifetime)
    assert (told, strict.shadow_report.compared) == ([], 8)


@VERSIONS
def test_clients_with_a_strict_primary(version: str) -> None:
    told = Mismatches()
    plain = oss.Client(config_of(version))
    looks = count()

    def clock() -> float:  # the SDK takes its time, too
        return time.time() // 1 + next(looks) % 2 * 1e-4

    ours = shadow(fast.accelerate(plain, strict_sdk=True, clock=clock), plain, on_mismatch=told)
    for _ in range(ROUNDS // 10):
        for request in REQUESTS:
            ours.presign(request, expires=timedelta(seconds=600))
    report = ours.shadow_report
    assert (told, report.mismatches, report.errors) == ([], 0, 0)
    assert report.compared + report.skipped == report.calls > 100
    assert report.compared > 0


def test_clients_as_they_come_show_the_fault_of_the_sdk() -> None:
    told = Mismatches()
    plain = oss.Client(config_of())
    ours = fast.accelerate(plain)
    for watched in (shadow(plain, ours, on_mismatch=told), shadow(ours, plain, on_mismatch=told)):
        for request in REQUESTS:
            watched.presign(request)
        assert told == []  # nothing was said of the lifetime
        for request in REQUESTS:
            watched.presign(request, expires=timedelta(seconds=600))
        report = watched.shadow_report
        assert (report.errors, report.calls) == (0, 14)
        assert report.mismatches == len(told) == report.compared + report.skipped - 7
        for method, (expires, signature), error in told:
            assert error == ""
            assert method in {"GET", "PUT", "HEAD", "POST", "DELETE"}
            assert {expires.primary, expires.candidate} == {"599", "600"}
            assert expires.name == "x-oss-expires"
            assert signature == ("x-oss-signature", "***", "***")
        told.clear()


def test_v1_clients_of_different_seconds_are_skipped() -> None:
    told = Mismatches()
    plain = oss.Client(config_of("v1"))
    late = fast.accelerate(plain, clock=lambda: time.time() - 100)
    watched = shadow(late, plain, on_mismatch=told)
    watched.presign(REQUESTS[0])
    assert (told, counts(watched)) == ([], (1, 0, 0, 0, 1))
    watched.presign(REQUESTS[0], expiration=datetime(2050, 1, 1, tzinfo=timezone.utc))
    assert (told, counts(watched)) == ([], (2, 1, 0, 0, 1))
    unsampled = shadow(plain, fast.accelerate(oss.Client(config_of())), 0, told)
    assert unsampled.presign(REQUESTS[0]).url
    assert (told, counts(unsampled)) == ([], (1, 0, 0, 0, 0))


def test_clients_that_differ() -> None:
    told = Mismatches()
    plain = oss.Client(config_of())
    others: dict[str, tuple[Any, dict[str, Any]]] = {
        "x-oss-signature": (keys(secret="other"), {}),
        "x-oss-credential x-oss-signature": (keys(), {"region": "cn-beijing", "endpoint": HOME}),
        "url x-oss-credential x-oss-signature": (keys(), {"region": "cn-beijing"}),
        "x-oss-security-token x-oss-signature": (keys("other"), {}),
        "x-oss-signature x-oss-security-token": (keys(None), {}),
    }
    for names, (provider, settings) in others.items():
        other = fast.accelerate(
            oss.Client(config_of(provider=provider, **settings)), strict_sdk=True
        )
        watched = shadow(plain, other, on_mismatch=told)
        assert watched.presign(REQUESTS[0]).url
        assert sorted(told.names()) == sorted(names.split())
        assert counts(watched) == (1, 1, 1, 0, 0)


HOME = "https://oss-cn-hangzhou.aliyuncs.com"


def test_clients_that_refuse() -> None:
    told = Mismatches()
    plain = oss.Client(config_of())
    watched = shadow(plain, fast.accelerate(plain), on_mismatch=told)
    with pytest.raises(oss.exceptions.ParamInvalidError):
        watched.presign("no request")
    assert counts(watched) == (1, 0, 0, 0, 0)
    watched.presign(REQUESTS[0], expires=timedelta(seconds=-5))
    assert told.names() == ["RequestError: expires: must lie at least one second ahead"]
    anonymous = config_of(provider=oss.credentials.AnonymousCredentialsProvider())
    plain = oss.Client(anonymous)
    for pair in ((plain, fast.accelerate(plain)), (fast.accelerate(plain), plain)):
        watched = shadow(*pair, on_mismatch=told)
        watched.presign(REQUESTS[0])
        assert (told, counts(watched)) == ([], (1, 1, 0, 0, 0))


@VERSIONS
@pytest.mark.skipif(not hasattr(oss_aio.AsyncClient, "presign"), reason="the SDK is too old")
def test_async_clients(version: str) -> None:
    told = Mismatches()

    async def work() -> None:
        plain = oss_aio.AsyncClient(config_of(version))
        strict = shadow(plain, fast.accelerate(plain, strict_sdk=True), on_mismatch=told)
        assert isinstance(strict, oss_aio.AsyncClient)
        async with strict as entered:
            assert entered is strict
            for _ in range(ROUNDS // 20):
                for lifetime in lifetimes():
                    waiting = [strict.presign(request, **lifetime) for request in REQUESTS]
                    await asyncio.gather(*waiting)
            report = strict.shadow_report
            assert (told, report.compared, report.calls) == ([], report.calls, report.calls)
            assert report.calls > 150

            slower = shadow(fast.accelerate(plain), plain, sample=0.999, on_mismatch=told)
            await slower.presign(REQUESTS[0])
            broken = shadow(plain, NoAsyncClient(plain), 0, told)
            assert (await broken.presign(REQUESTS[0])).url
            assert (told, counts(broken)) == ([], (1, 0, 0, 0, 0))
            broken = shadow(plain, NoAsyncClient(plain), on_mismatch=told)
            assert (await broken.presign(REQUESTS[0])).url
            assert told.names() == ["ZeroDivisionError"]
            with pytest.raises(oss.exceptions.ParamInvalidError):
                await broken.presign(None)

    asyncio.run(work())


class NoAsyncClient:
    """Fails where a client would work."""

    def __init__(self, client: Any) -> None:
        self.invoke_operation = client.invoke_operation

    async def presign(self, _: Any, **options: Any) -> Any:
        return 1 / len(options)


def test_what_is_not_alike() -> None:
    plain, ours = oss.Client(config_of()), Signer(region="cn-hangzhou")
    waiting = oss_aio.AsyncClient(config_of())
    for pair in (
        (plain, waiting),
        (waiting, plain),
        (waiting, fast.accelerate(plain)),
        (ours, ours),
        (plain, ours),
        (SignerV4(), plain),
        (None, None),
    ):
        with pytest.raises(TypeError, match=r"^primary and candidate must be"):
            shadow(*pair)
