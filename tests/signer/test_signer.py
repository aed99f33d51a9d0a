"""`Signer` and `presign`: settings, time, credentials, endpoints, results and refusals."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import PurePosixPath
from types import SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import NO_KEY, Credentials, CredentialsError, PresignResult, RequestError
from support.engines import Engine
from support.signing import ID, MOMENT, NOW, SECRET, TOKEN, signer_of, wanted, wanted_at

UTC = timezone.utc
EAST = timezone(timedelta(hours=8))
NAIVE = datetime(2024, 3, 1, 8, 30, 15)  # noqa: DTZ001
NOWHERE: dict[str, Any] = {"region": "cn-hangzhou", "credentials": Credentials(ID, SECRET)}


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    assert caught.value.__cause__ is None
    assert caught.value.row is None
    return str(caught.value)


# Results


def test_a_result_is_all_that_a_client_needs(engine: Engine) -> None:
    result = signer_of(engine).presign(
        "PutObject", "dir/a b.txt", expires=600, content_type="text/plain",
        headers={"x-oss-meta-a": " 1 ", "Host": "h", "Range": "unsigned"},
        additional_headers=["host"],
    )  # fmt: skip
    assert isinstance(result, PresignResult)
    headers = {"x-oss-meta-a": "1", "Host": "h", "Content-Type": "text/plain"}
    assert (result.method, result.signed_headers) == ("PUT", headers)
    assert result.headers == {**headers, "Range": "unsigned"}
    assert result.expiration == MOMENT + timedelta(seconds=600)
    assert result.expiration.tzinfo is UTC
    assert result.url == wanted(
        "dir/a b.txt", op="PutObject", headers=headers, expires_seconds=600,
        additional_headers=["host"],
    )  # fmt: skip


def test_a_result_is_frozen_and_its_own(engine: Engine) -> None:
    signer = signer_of(engine)
    result = signer.presign("PutObject", "k", content_type="a/b")
    with pytest.raises(AttributeError):
        result.url = "other"  # type: ignore[misc]
    result.signed_headers["Content-Type"] = "changed"
    assert signer.presign("PutObject", "k", content_type="a/b").signed_headers == {
        "Content-Type": "a/b"
    }


@pytest.mark.parametrize("operation", ["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS", "PATCH"])
def test_any_method_with_free_query_and_headers(engine: Engine, operation: str) -> None:
    query, headers = {"b": "1", "a": "", "x-oss-process": "image/resize,w_1"}, {"x-oss-a": "é"}
    result = signer_of(engine).presign(operation, "k", query=query, headers=headers)
    assert result.method == operation
    assert result.url == wanted("k", method=operation, query=query, headers=headers)


@pytest.mark.parametrize("key", [(), (NO_KEY,)], ids=["left out", "said"])
@pytest.mark.parametrize("bucket", [None, "other", ""])
def test_requests_without_a_key(engine: Engine, bucket: str | None, key: Any) -> None:
    signer = signer_of(engine)
    place = "examplebucket" if bucket is None else bucket or None
    for _ in range(2):  # the second is remembered
        assert signer.presign("GET", *key, bucket=bucket).url == wanted("", bucket=place)


def test_no_key_is_never_guessed(engine: Engine) -> None:
    """A row that lacks its key must not become a request to the whole bucket."""
    signer = signer_of(engine)
    row: dict[str, str] = {}
    assert signer.presign("DELETE", bucket="doomed-bucket").method == "DELETE"  # now remembered
    calls: list[tuple[str, Any]] = [
        ("key", lambda: signer.presign("DELETE", row.get("key"), bucket="doomed-bucket")),
        ("key", lambda: signer.presign("DELETE", row.get("key"))),
        ("key", lambda: signer.sign_headers("DELETE", row.get("key"))),
        ("keys", lambda: signer.presign_many("DELETE", row.get("keys"), query={"a": ["1"]})),
        ("key", lambda: signer.presign("DeleteObject", row.get("key"))),
        ("key", lambda: signer.presign("DeleteObject")),
        ("key", lambda: signer.bind("DELETE").url(row.get("key"))),
        ("key", lambda: signer.bind("DELETE").url()),
        ("key", lambda: signer.bind("DELETE").urls(row.get("keys"))),
    ]
    for field, call in calls:
        told = refusal(call)
        assert told.startswith((f"{field}: is None; give the object key", f"{field}: is missing"))
    assert signer.presign("ListObjectsV2", None).url == signer.presign("ListObjectsV2").url


def test_the_service_is_asked_for(engine: Engine) -> None:
    signer = signer_of(engine, bucket=None)
    for call in (signer.presign, signer.sign_headers):
        assert "bucket='' for a request to the service" in refusal(lambda call=call: call("GET"))


@pytest.mark.parametrize("key", ["k", "a/b", "中 é😀", "..", "%2F", "a//b", "k" * 1023, "é" * 511])
def test_keys(engine: Engine, key: str) -> None:
    assert signer_of(engine).presign("GetObject", key).url == wanted(key)


@pytest.mark.parametrize("key", ["/a", "\\a", "//", "\\"])
def test_odd_starts_of_keys_can_be_allowed(engine: Engine, key: str) -> None:
    assert refusal(lambda: signer_of(engine).presign("GetObject", key)).startswith("key: starts")
    signer = signer_of(engine, strict_keys=False)
    assert signer.presign("GetObject", key).url == wanted(key)
    assert refusal(lambda: signer.presign("GetObject", "")).startswith("key: is empty")


def test_a_request_bound_for_later(engine: Engine) -> None:
    signer = signer_of(engine)
    call: dict[str, Any] = {"expires": 60, "content_type": "a/b", "headers": {"x-oss-a": "1"}}
    bound = signer.bind("PutObject", **call)
    assert bound.result("k") == signer.presign("PutObject", "k", **call)
    assert bound.urls(["k", "l"]) == signer.presign_many("PutObject", ["k", "l"], **call)
    assert signer.bind("ListObjectsV2").url() == signer.presign("ListObjectsV2").url
    assert refusal(lambda: signer.bind("GetObjct")).startswith("operation: ")
    assert refusal(lambda: signer.bind("GetObject", threads=0)).startswith("threads: ")


# Time


@pytest.mark.parametrize(
    "signing_time", [MOMENT, MOMENT.astimezone(EAST), NOW, NOW + 0.9, MOMENT + timedelta(0, 0, 999)]
)
def test_signing_times(engine: Engine, signing_time: Any) -> None:
    signer = signer_of(engine, clock=lambda: 1 / 0)
    result = signer.presign("GetObject", "k", signing_time=signing_time)
    assert result.url == wanted("k")
    assert result.expiration == MOMENT + timedelta(seconds=900)


@pytest.mark.parametrize("offset", [0, 1, -86_400, 0.5, timedelta(hours=-1), timedelta(seconds=90)])
def test_clock_and_offset(engine: Engine, offset: Any) -> None:
    seconds = offset.total_seconds() if isinstance(offset, timedelta) else offset
    signer = signer_of(engine, clock=lambda: NOW + 0.25, clock_offset=offset)
    result = signer.presign("GetObject", "k")
    assert result.url == wanted_at(NOW + 0.25 + seconds, "k")
    batch = signer.presign_many("GetObject", ["k"])
    assert batch[0] == result.url
    assert batch.expiration == result.expiration


def test_the_offset_is_not_applied_to_a_given_time(engine: Engine) -> None:
    signer = signer_of(engine, clock_offset=500)
    assert signer.presign("GetObject", "k", signing_time=NOW).url == wanted("k")


def test_the_clock_is_read_once_per_call(engine: Engine) -> None:
    """A second read could fall on another day than the first."""
    midnight = datetime(2024, 3, 1, tzinfo=UTC).timestamp()
    times = iter([midnight - 0.5, midnight + 0.5, midnight - 0.5, midnight + 0.5])
    signer = signer_of(engine, clock=lambda: next(times))
    assert signer.presign("GetObject", "k").url == wanted_at(midnight - 1, "k")
    assert signer.presign("GetObject", "k").url == wanted_at(midnight, "k")
    assert signer.presign_many("GetObject", ["k"] * 3)[2] == wanted_at(midnight - 1, "k")
    assert signer.presign_many("GetObject", ["k"] * 3)[2] == wanted_at(midnight, "k")


@pytest.mark.parametrize("clock", [datetime.now, lambda: "1", lambda: None, lambda: float("nan")])
def test_clocks_that_tell_no_seconds(engine: Engine, clock: Any) -> None:
    text = refusal(lambda: signer_of(engine, clock=clock).presign("GetObject", "k"))
    assert text == "clock: must return seconds since the epoch"


@pytest.mark.parametrize("second", [-1, -1.5, 10**12, 253_402_300_800])
def test_times_outside_the_calendar(engine: Engine, second: float) -> None:
    text = "signing_time: must lie in the years 1970..9999"
    assert (
        refusal(lambda: signer_of(engine, clock=lambda: second).presign("GetObject", "k")) == text
    )
    assert refusal(lambda: signer_of(engine).presign("GET", "k", signing_time=second)) == text


@pytest.mark.parametrize(
    ("expires", "seconds"),
    [(None, 900), (1, 1), (600, 600), (604_800, 604_800), (timedelta(minutes=10), 600), (60.0, 60)],
)
def test_expires_is_exact(engine: Engine, expires: Any, seconds: int) -> None:
    result = signer_of(engine).presign("GetObject", "k", expires=expires)
    assert f"&x-oss-expires={seconds}&" in result.url
    assert result.url == wanted("k", expires_seconds=seconds)
    assert result.expiration == MOMENT + timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "until", [MOMENT + timedelta(seconds=60), (MOMENT + timedelta(0, 60)).astimezone(EAST)]
)
def test_an_absolute_expiration(engine: Engine, until: datetime) -> None:
    signer = signer_of(engine)
    result = signer.presign("GetObject", "k", expiration=until)
    assert result.url == wanted("k", expires_seconds=60)
    assert result.expiration == until
    assert signer.presign_many("GetObject", ["k"], expiration=until)[0] == result.url


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ({"expires": 0}, "expires: must be 1..604800 seconds"),
        ({"expires": 604_801}, "expires: must be 1..604800 seconds"),
        ({"expires": 0.5}, "expires: must be whole seconds"),
        ({"expires": True}, "expires: must be whole seconds"),
        ({"expires": [1]}, "expires: "),
        (
            {"expires": MOMENT},
            "expires: must be whole seconds or a timedelta, not a datetime; that go",
        ),
        ({"expires": "600"}, "expires: must be whole seconds or a timedelta, not text; give a num"),
        (
            {"expires": 1_796_000_000},
            "expires: must be 1..604800 seconds (7 days), not 1796000000; a point in time",
        ),
        ({"bucket": "oss://abc"}, "bucket: is a URL; give the name of the bucket alone"),
        ({"expiration": NAIVE}, "expiration: has no time zone"),
        ({"expiration": 60}, "expiration: must be an aware datetime"),
        ({"expiration": MOMENT}, "expiration: must be 1..604800 seconds after signing"),
        (
            {"expiration": MOMENT, "expires": 60},
            "expiration: cannot be given together with expires",
        ),
        ({"signing_time": NAIVE}, "signing_time: has no time zone"),
        ({"signing_time": "now"}, "signing_time: must be"),
        ({"signing_time": timedelta(1)}, "signing_time: must be"),
    ],
)
def test_bad_times(engine: Engine, call: dict[str, Any], text: str) -> None:
    signer = signer_of(engine)
    assert refusal(lambda: signer.presign("GetObject", "k", **call)).startswith(text)


# Credentials


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials(ID, SECRET, TOKEN),
        SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN),
        lambda: Credentials(ID, SECRET, TOKEN),
        oss_v2.credentials.Credentials(ID, SECRET, TOKEN),
        oss_v2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN),
        oss2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN),
    ],
)
def test_sources_of_credentials(engine: Engine, credentials: Any) -> None:
    signer = signer_of(engine, credentials=credentials)
    assert signer.presign("GetObject", "k").url == wanted("k", security_token=TOKEN)


def test_the_environment_is_the_default(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    signer = engine.signer(region="cn-hangzhou", bucket="examplebucket", clock=lambda: NOW)
    for call in (signer.presign, lambda *args: signer.presign_many(args[0], [args[1]])):
        with pytest.raises(CredentialsError, match="OSS_ACCESS_KEY_ID is not set"):
            call("GetObject", "k")
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", ID)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    assert signer.presign("GetObject", "k").url == wanted("k")
    monkeypatch.setenv("OSS_SESSION_TOKEN", TOKEN)
    assert signer.presign("GetObject", "k").url == wanted("k", security_token=TOKEN)


def test_one_snapshot_per_call(engine: Engine) -> None:
    asked = []

    def rotate() -> Credentials:
        asked.append(len(asked))
        return Credentials(f"id{len(asked)}", f"secret{len(asked)}", f"token{len(asked)}")

    def expected(number: int, key: str) -> str:
        return wanted(
            key, access_key_id=f"id{number}", access_key_secret=f"secret{number}",
            security_token=f"token{number}",
        )  # fmt: skip

    signer = signer_of(engine, credentials=rotate)
    assert signer.presign("GetObject", "k").url == expected(1, "k")
    assert signer.presign("GetObject", "k").url == expected(2, "k")
    assert signer.presign_many("GetObject", ["k", "l"]).tolist() == [
        expected(3, "k"), expected(3, "l"),
    ]  # fmt: skip
    assert len(asked) == 3


def test_a_secret_that_changes_under_the_same_id(engine: Engine) -> None:
    holder = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=None)
    signer = signer_of(engine, credentials=holder)
    assert signer.presign("GetObject", "k").url == wanted("k")
    holder.access_key_secret = "other"
    assert signer.presign("GetObject", "k").url == wanted("k", access_key_secret="other")
    holder.security_token = TOKEN
    assert signer.presign("GetObject", "k").url == wanted(
        "k", access_key_secret="other", security_token=TOKEN
    )


# Operations, keys, buckets


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("GetObjct", "k"), "operation: 'GetObjct' is unknown; did you mean 'GetObject' or"),
        (("get", "k"), "operation: 'get' is unknown; did you mean 'GET'"),
        ((5, "k"), "operation: must be text"),
        (([], "k"), "operation: must be text"),
        (("GetObject",), "key: is missing; GetObject works on an object"),
        (("ListObjectsV2", "k"), "key: ListObjectsV2 works on a bucket"),
        (("GetObject", 5), "key: must be text, not int"),
        (("GetObject", b"k"), "key: must be text, not bytes; decode it"),
        (("GetObject", ["k"]), "key: must be text, not list; use presign_many or urls"),
        (
            ("GetObject", PurePosixPath("k")),
            "key: must be text, not PurePosixPath; give value.as_p",
        ),
        (("GetObject", "\ud800"), "key: holds a lone surrogate"),
        (("GetObject", "é" * 512), "key: is longer than 1023 bytes"),
    ],
)
def test_bad_operations_and_keys(engine: Engine, arguments: Any, text: str) -> None:
    assert refusal(lambda: signer_of(engine).presign(*arguments)).startswith(text)


@pytest.mark.parametrize("bucket", ["A", "ab", "-ab", "a" * 64, "", 5, ["abc"], b"abc"])
def test_bad_buckets(engine: Engine, bucket: Any) -> None:
    signer = signer_of(engine)
    assert refusal(lambda: signer.presign("GET", "k", bucket=bucket)).startswith("bucket: must be")
    missing = signer_of(engine, bucket=None)
    assert refusal(lambda: missing.presign("GET", "k")).startswith("bucket: is missing")


@pytest.mark.parametrize("name", ["Key", "keys", "object_key"])
def test_a_key_under_another_name_is_told_by_it(engine: Engine, name: str) -> None:
    with pytest.raises(RequestError, match="no such option; did you mean the object key") as caught:
        signer_of(engine).presign("GetObject", **{name: "a.txt"})
    assert caught.value.field == name
