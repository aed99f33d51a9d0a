"""Requests bound for reuse: what they follow, what they keep, and what they refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from typing import Any

import pytest

from ossign_fast import (
    VARIES,
    BoundPresigner,
    Credentials,
    CredentialsError,
    OssignKeyWarning,
    RequestError,
    Signer,
)
from ossign_fast._signer.bound import PresignResult
from support import oracle
from support.engines import Engine

UTC = timezone.utc
NOW = 1_709_281_815
CASE: dict[str, Any] = {
    "op": "GetObject",
    "bucket": "examplebucket",
    "region": "cn-hangzhou",
    "access_key_id": "id-0",
    "access_key_secret": "secret-0",
    "signing_time": "2024-03-01T08:30:15Z",
}


def wanted(key: str, second: int = NOW, **changes: Any) -> str:
    moment = datetime.fromtimestamp(second, UTC).isoformat()
    return oracle.presign({**CASE, "key": key, "signing_time": moment, **changes}).url


class World:
    """A clock and credentials that a test moves on, and how often each was asked."""

    def __init__(self, engine: Engine, **settings: Any) -> None:
        self.second: float = NOW
        self.number = 0
        self.token: str | None = None
        self.asked = 0
        self.signer: Signer = engine.signer(
            region="cn-hangzhou", bucket="examplebucket", clock=self.clock,
            credentials=self.credentials, **settings,
        )  # fmt: skip

    def clock(self) -> float:
        return self.second

    def credentials(self) -> Credentials:
        self.asked += 1
        return Credentials(f"id-{self.number}", f"secret-{self.number}", self.token)


@pytest.fixture
def world(engine: Engine) -> World:
    return World(engine)


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    assert caught.value.__cause__ is None
    return str(caught.value)


def test_one_url_and_many(world: World) -> None:
    bound = world.signer.bind("GetObject", expires=60)
    assert bound.url("a b") == wanted("a b", expires_seconds=60)
    assert bound.urls(["a b", "é"]).tolist() == [
        wanted("a b", expires_seconds=60), wanted("é", expires_seconds=60),
    ]  # fmt: skip
    assert bound.method == "GET"
    assert isinstance(bound, BoundPresigner)


def test_it_follows_the_clock(world: World) -> None:
    bound = world.signer.bind("GetObject")
    for second in (NOW, NOW, NOW + 0.9, NOW + 1, NOW + 86_400, NOW - 5, NOW - 5):
        world.second = second
        assert bound.url("k") == wanted("k", int(second))
        batch = bound.urls(["k"])
        assert batch[0] == wanted("k", int(second))
        assert batch.expiration == datetime.fromtimestamp(int(second) + 900, UTC)


def test_it_follows_the_credentials(world: World) -> None:
    bound = world.signer.bind("GetObject")
    for number, token in ((0, None), (1, None), (1, "token"), (2, "t2"), (2, None)):
        world.number, world.token = number, token
        url = wanted(
            "k", access_key_id=f"id-{number}", access_key_secret=f"secret-{number}",
            security_token=token,
        )  # fmt: skip
        assert bound.url("k") == url
        assert bound.urls(["k"])[0] == url


def test_credentials_are_asked_once_per_call(world: World) -> None:
    bound = world.signer.bind("GetObject")
    assert world.asked == 0
    bound.url("k")
    for asked, second in ((2, NOW), (3, NOW), (4, NOW + 1), (5, NOW + 1)):
        world.second = second
        bound.urls(["a", "b", "c"])
        assert world.asked == asked


def test_the_job_is_kept_while_second_and_credentials_stay(world: World) -> None:
    bound = world.signer.bind("GetObject")
    jobs = []
    for second, number in ((NOW, 0), (NOW, 0), (NOW + 1, 0), (NOW + 1, 1), (NOW, 0)):
        world.second, world.number = second, number
        bound.url("k")
        assert bound._state is not None
        jobs.append(bound._state.job)
    assert jobs[0] is jobs[1]
    assert len({id(job) for job in jobs}) == 4


@pytest.mark.parametrize("signing_time", [NOW, datetime.fromtimestamp(NOW, UTC)])
def test_a_fixed_signing_time_stays(world: World, signing_time: Any) -> None:
    bound = world.signer.bind("GetObject", signing_time=signing_time)
    world.second = NOW + 5000
    assert bound.url("k") == wanted("k")
    assert bound.urls(["k"]).expiration == datetime.fromtimestamp(NOW + 900, UTC)


def test_an_absolute_expiration_comes_nearer(world: World) -> None:
    until = datetime.fromtimestamp(NOW + 100, UTC)
    bound = world.signer.bind("GetObject", expiration=until)
    for passed in (0, 40, 99):
        world.second = NOW + passed
        assert bound.url("k") == wanted("k", NOW + passed, expires_seconds=100 - passed)
        assert bound.urls(["k"]).expiration == until
    world.second = NOW + 100
    assert refusal(lambda: bound.url("k")).startswith("expiration: must be 1..604800 seconds after")


def test_headers_query_and_constants(world: World) -> None:
    bound = world.signer.bind(
        "PutObject", headers={"x-oss-b": " 2\t"}, content_type="a/b", query={"q": "1 2"},
        additional_headers=["host"],
    )  # fmt: skip
    assert bound.signed_headers == {"x-oss-b": "2", "Content-Type": "a/b"}
    headers = {"x-oss-b": "2", "Content-Type": "a/b"}
    assert bound.url("k") == wanted("k", op="PutObject", headers=headers, query={"q": "1 2"})
    assert bound.urls(["k"]).signed_headers == bound.signed_headers


def test_columns_are_bound_too(world: World) -> None:
    bound = world.signer.bind(
        "PUT", bucket=["abc", "def"], expires=[5, 3], headers={"Content-Type": ["a", "b"]},
        query={"q": ["", "x"], "fixed": "1"},
    )  # fmt: skip
    rows = zip(["abc", "def"], [5, 3], ["a", "b"], ["", "x"], strict=True)
    batch = bound.urls(["k", "l"])
    assert batch.tolist() == [
        wanted(
            key, op="PutObject", bucket=bucket, expires_seconds=expires,
            headers={"Content-Type": kind}, query={"q": q, "fixed": "1"},
        )
        for key, (bucket, expires, kind, q) in zip("kl", rows, strict=True)
    ]  # fmt: skip
    assert batch.expiration == datetime.fromtimestamp(NOW + 3, UTC)
    assert batch.signed_headers == {"Content-Type": ["a", "b"]}


def test_results_do_not_share_their_headers(world: World) -> None:
    bound = world.signer.bind("PutObject", content_type="a/b")
    bound.urls(["k"]).signed_headers["Content-Type"] = "changed"
    bound.result("k").signed_headers.clear()
    assert bound.signed_headers == {"Content-Type": "a/b"}
    assert bound.urls(["k"]).signed_headers == {"Content-Type": "a/b"}


@pytest.mark.parametrize("first", ["a.txt", "a b", "é", "./a", "https://b/k", "k?x-oss-date=1"])
@pytest.mark.filterwarnings("ignore::ossign_fast.OssignKeyWarning")
def test_batches_of_one_second_are_alike(world: World, first: str) -> None:
    bound = world.signer.bind("GetObject", threads=2)
    for count in (1, 2, 3, 17):
        keys = [first, *map(str, range(count))]
        urls = [wanted(key) for key in keys]
        batch = bound.urls(keys)
        keys.clear()
        assert (batch.method, batch.signed_headers, batch.headers) == ("GET", {}, {})
        assert batch.expiration == datetime.fromtimestamp(NOW + 900, UTC)
        assert batch.tolist() == list(batch) == urls


def test_a_key_that_is_no_name_is_told_each_time(world: World) -> None:
    bound = world.signer.bind("GetObject")
    for _ in range(3):
        bound.urls(["a"])
        with pytest.warns(OssignKeyWarning, match="looks like a URL"):
            bound.urls(["https://host/a"])


def test_requests_on_a_bucket(world: World) -> None:
    bound = world.signer.bind("ListObjectsV2", prefix="a/")
    query = {"list-type": "2", "prefix": "a/"}
    assert bound.url() == wanted("", method="GET", query=query)
    many = world.signer.bind("ListObjectsV2", prefix=["a/", "b"])
    assert many.urls().tolist() == [
        wanted("", method="GET", query={"list-type": "2", "prefix": prefix})
        for prefix in ("a/", "b")
    ]


def test_bad_keys(world: World) -> None:
    bound = world.signer.bind("GetObject")
    assert refusal(lambda: bound.url("")) == "key: is empty; give the name of an object"
    assert refusal(lambda: bound.url(5)).startswith("key: must be text")  # type: ignore[arg-type]
    assert refusal(lambda: bound.url("/a")).startswith("key: starts with '/'")
    for _ in range(2):
        bound.urls(["a"])  # so that the engine knows what such calls need
        assert refusal(lambda: bound.urls(["a", ""])).startswith("row 1: key: is empty")
    assert refusal(lambda: bound.urls("abc")).startswith("keys: must be a sequence")
    assert bound.url("k") == wanted("k")


def test_keys_that_are_missing_or_too_many(world: World) -> None:
    objects = world.signer.bind("GetObject")
    missing = "key: is missing; the request was bound for objects"
    assert refusal(objects.url) == missing
    assert refusal(objects.urls) == missing
    listing = world.signer.bind("ListObjectsV2")
    left = "key: must be left out; the request was bound for a bucket"
    assert refusal(lambda: listing.url("k")) == left
    assert refusal(lambda: listing.urls(["k"])) == left
    # A row of one value, which is none.
    for prefix in (VARIES, ["a/"]):
        bound = world.signer.bind("ListObjectsV2", prefix=prefix)
        for call in (bound.url, bound.result) * 2:
            assert refusal(partial(call, "k")) == left
    assert refusal(listing.urls).startswith("keys: are missing, and no other value is a column")


def test_columns_have_one_length_and_are_for_batches(world: World) -> None:
    bound = world.signer.bind("GetObject", version_id=["1", "2"])
    assert refusal(lambda: bound.url("k")).startswith("columns: vary from row to row; use urls")
    assert refusal(lambda: bound.urls(["k"])) == (
        "columns: must be of one length, not keys 1, version_id 2"
    )
    with_expiries = world.signer.bind("GetObject", expires=[1, 2])
    assert refusal(lambda: with_expiries.url("k")).startswith("columns: vary")
    assert refusal(lambda: with_expiries.urls(["k", "l", "m"])).endswith("not keys 3, expires 2")
    assert with_expiries.urls(["a", "b"])[1] == wanted("b", expires_seconds=2)


def test_an_empty_batch(world: World) -> None:
    batch = world.signer.bind("GetObject", expires=[], version_id=[]).urls([])
    assert (len(batch), batch.tolist()) == (0, [])
    assert batch.expiration == datetime.fromtimestamp(NOW, UTC)


def test_nulls(world: World) -> None:
    keep = world.signer.bind("GetObject", nulls="keep")
    assert keep.urls(["a", None]).tolist() == [wanted("a"), None]
    refuse = world.signer.bind("GetObject")
    assert refusal(lambda: refuse.urls(["a", None])).startswith("row 1: key: is null")


def test_bad_constants_are_told_when_they_are_signed_at_the_latest(world: World) -> None:
    def call() -> object:
        return world.signer.bind("PUT", headers={"x-oss-a": "a\nb"}).url("k")

    assert refusal(call).startswith("headers['x-oss-a']: holds CR, LF or NUL")


@pytest.mark.parametrize("token", [None, "token", "t" * (2 << 20)])
def test_credentials_that_are_too_long(world: World, token: str | None) -> None:
    world.token = token
    bound = world.signer.bind("GetObject", version_id="v")
    if token and len(token) > 1 << 20:
        assert refusal(lambda: bound.url("k")).startswith("security_token: is longer than")
    else:
        assert bound.url("k") == wanted("k", security_token=token, query={"versionId": "v"})


def test_the_calendar_ends(world: World) -> None:
    world.second = datetime(9999, 12, 31, 23, 59, 58, tzinfo=UTC).timestamp()
    assert world.signer.bind("GetObject", expires=1).urls(["k"]).expiration.year == 9999
    bound = world.signer.bind("GetObject", expires=2)
    assert refusal(lambda: bound.url("k")) == "expires: ends after the year 9999; shorten it"


def test_a_source_that_fails_leaves_the_request_usable(engine: Engine) -> None:
    broken = True

    def source() -> Credentials:
        if broken:
            raise CredentialsError("none today")
        return Credentials("id-0", "secret-0")

    signer = engine.signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=source, clock=lambda: NOW
    )
    bound = signer.bind("GetObject")
    for call in (lambda: bound.url("k"), lambda: bound.urls(["k"])):
        with pytest.raises(CredentialsError, match="none today"):
            call()
    broken = False
    assert bound.url("k") == wanted("k")


def test_repr_tells_method_and_header_names_only(world: World) -> None:
    bound = world.signer.bind("PutObject", content_type="text/secret", metadata={"a": "hidden"})
    bound.url("k")
    assert repr(bound) == ("<BoundPresigner PUT, signed_headers=['x-oss-meta-a', 'Content-Type']>")


def test_results(world: World) -> None:
    result = world.signer.bind(
        "PutObject", content_type="a/b", expires=timedelta(minutes=1)
    ).result("k")
    headers = {"Content-Type": "a/b"}
    url = wanted("k", op="PutObject", headers=headers, expires_seconds=60)
    until = datetime.fromtimestamp(NOW + 60, UTC)
    assert result == PresignResult("PUT", url, until, headers)
    with pytest.raises(AttributeError):
        result.url = "other"  # type: ignore[misc]
    assert repr(result) == (
        "PresignResult(method='PUT', "
        "url='https://examplebucket.oss-cn-hangzhou.aliyuncs.com/k?***', "
        f"expiration={until!r}, signed_headers=['Content-Type'])"
    )
