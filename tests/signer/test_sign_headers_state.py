"""What `Signer.sign_headers` follows and keeps: time, credentials, earlier calls, other threads."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from types import MappingProxyType, SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest
from requests.structures import CaseInsensitiveDict

from ossign_fast import Credentials, CredentialsError, OssignError, RequestError, Signer
from support import oracle
from support.engines import Engine
from support.signing import CASE, ID, MOMENT, NOW, SECRET, TOKEN, signer_of

UNSIGNED = "UNSIGNED-PAYLOAD"
VALUE = "hidden-header-value-77"


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def wanted(key: str | None = "k", **changes: Any) -> dict[str, str]:
    """Returns the headers that the oracle makes of the case with these changes."""
    return oracle.sign_headers({**CASE, "key": key, **changes})


def at(second: float) -> str:
    return datetime.fromtimestamp(int(second), timezone.utc).isoformat()


def refusal(signer: Signer, **call: Any) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        signer.sign_headers("PUT", "k", **call)
    return caught.value.field, caught.value.problem


# Credentials that no header carries


def test_an_id_beyond_ascii(engine: Engine) -> None:
    signer = signer_of(engine, credentials=Credentials("é", SECRET))
    with pytest.raises(CredentialsError, match=r"^access_key_id holds characters beyond ASCII"):
        signer.sign_headers("GET", "k")
    assert "%C3%A9" in signer.presign("GET", "k").url


@pytest.mark.parametrize("bad", ["a\r\nx-oss-acl: public-read", "a\nb", "a\0", " a", "a b"])
def test_ids_and_tokens_that_would_forge_headers(engine: Engine, bad: str) -> None:
    fields = ("access_key_id", "access_key_secret", "security_token")
    for field in ("access_key_id", "security_token"):
        given = dict(zip(fields, (ID, SECRET, TOKEN), strict=True)) | {field: bad}
        source: Any = SimpleNamespace(**given)
        with pytest.raises(CredentialsError, match=f"^{field} (holds|begins)"):
            signer_of(engine, credentials=source).sign_headers("PUT", "k")


@pytest.mark.parametrize("token", ["", None, "token"])
def test_a_token_is_sent_where_there_is_one(engine: Engine, token: str | None) -> None:
    source: Any = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=token)
    headers = lower(signer_of(engine, credentials=source).sign_headers("GET", "k"))
    assert headers == wanted(security_token=token or "")


# Time


@pytest.mark.parametrize(
    "second", [0, NOW, NOW + 0.999, 951_782_399, 4_102_444_800, 253_402_300_799]
)
def test_both_dates_are_of_one_second(engine: Engine, second: float) -> None:
    moment = datetime.fromtimestamp(int(second), timezone.utc)
    calls: list[dict[str, Any]] = [{"signing_time": second}, {"signing_time": moment}, {}]
    for call in calls:
        signer = signer_of(engine, clock=lambda: second)
        headers = lower(signer.sign_headers("GET", "k", **call))
        assert headers == wanted(signing_time=moment.isoformat())
        assert headers["x-oss-date"] == moment.strftime("%Y%m%dT%H%M%SZ")
        assert headers["date"] == moment.strftime("%a, %d %b %Y %H:%M:%S GMT")


def test_a_local_signing_time_is_utc_in_the_headers(engine: Engine) -> None:
    local = MOMENT.astimezone(timezone(timedelta(hours=8)))
    headers = signer_of(engine).sign_headers("GET", "k", signing_time=local)
    assert lower(headers) == wanted()


def test_the_clock_is_followed_and_read_once_per_call(engine: Engine) -> None:
    midnight = int(datetime(2024, 3, 1, tzinfo=timezone.utc).timestamp())
    ticks = [midnight - 0.5, midnight - 0.5, midnight + 0.5, midnight + 1, midnight - 2]
    times = iter(ticks)
    signer = signer_of(engine, clock=lambda: next(times))
    for second in ticks:
        assert lower(signer.sign_headers("GET", "k")) == wanted(signing_time=at(second))
    assert next(times, None) is None


def test_offset_and_given_times(engine: Engine) -> None:
    signer = signer_of(engine, clock_offset=timedelta(minutes=-5))
    assert lower(signer.sign_headers("GET", "k")) == wanted(signing_time=at(NOW - 300))
    assert lower(signer.sign_headers("GET", "k", signing_time=NOW)) == wanted()
    assert lower(signer.sign_headers("GET", "k")) == wanted(signing_time=at(NOW - 300))


@pytest.mark.parametrize("second", [-1, 253_402_300_800])
def test_times_outside_the_calendar(engine: Engine, second: int) -> None:
    told = ("signing_time", "must lie in the years 1970..9999")
    assert refusal(signer_of(engine, clock=lambda: second)) == told
    assert refusal(signer_of(engine), signing_time=second) == told


# Credentials that change


@pytest.mark.parametrize(
    "credentials",
    [
        Credentials(ID, SECRET, TOKEN),
        lambda: Credentials(ID, SECRET, TOKEN),
        oss_v2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN),
        oss2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN),
    ],
)
def test_sources_of_credentials(engine: Engine, credentials: Any) -> None:
    headers = signer_of(engine, credentials=credentials).sign_headers("GET", "k")
    assert lower(headers) == wanted(security_token=TOKEN)


def test_one_snapshot_per_call(engine: Engine) -> None:
    asked: list[Credentials] = []

    def rotate() -> Credentials:
        number = len(asked)
        asked.append(Credentials(f"id{number}", f"secret{number}", f"token{number}"))
        return asked[-1]

    signer = signer_of(engine, credentials=rotate)
    for number in range(3):
        assert lower(signer.sign_headers("GET", "k")) == wanted(
            access_key_id=f"id{number}", access_key_secret=f"secret{number}",
            security_token=f"token{number}",
        )  # fmt: skip
    assert len(asked) == 3


def test_each_field_that_changes_is_seen(engine: Engine) -> None:
    fields: dict[str, Any] = {
        "access_key_id": ID, "access_key_secret": SECRET, "security_token": None,
    }  # fmt: skip
    holder = SimpleNamespace(**fields)
    signer = signer_of(engine, credentials=holder)
    for name, value in (
        ("access_key_secret", "other"), ("security_token", TOKEN), ("access_key_id", "id2"),
        ("security_token", "token2"), ("security_token", ""), ("access_key_id", ID),
    ):  # fmt: skip
        setattr(holder, name, value)
        fields[name] = value
        assert lower(signer.sign_headers("GET", "k")) == wanted(**fields)


def test_a_source_that_fails_and_recovers(engine: Engine) -> None:
    answers: list[Any] = [None, Credentials(ID, SECRET)]
    signer = signer_of(engine, credentials=lambda: answers.pop(0))
    with pytest.raises(CredentialsError, match="returned NoneType"):
        signer.sign_headers("GET", "k")
    assert lower(signer.sign_headers("GET", "k")) == wanted()


# What is kept from call to call


CALLS: list[dict[str, Any]] = [
    {}, {"bucket": "other"}, {"payload": "0" * 64}, {"signing_time": NOW - 1},
    {"headers": {"x-oss-a": "1"}}, {"headers": {"x-oss-a": "2"}}, {"headers": {"X-Oss-A": "3"}},
    {"headers": {"x-oss-b": "1"}}, {"headers": {"x-oss-a": "1", "x-oss-b": "2"}},
    {"headers": {"x-oss-a": "2", "x-oss-b": "1"}}, {"query": {"x-oss-a": "1"}},
    {"query": {"a": "1", "b": ""}}, {"query": {"a": "", "b": "1"}}, {"query": {"a": "1"}},
    {"query": {"a": "b"}}, {"headers": {"x-oss-a": "1"}, "query": {"a": "1"}},
    {"headers": {"Range": "a"}, "additional_headers": ["range"]}, {"content_type": "a/b"},
]  # fmt: skip


def test_no_two_of_many_calls_are_mixed_up(engine: Engine) -> None:
    signer = signer_of(engine)
    answers = [signer.sign_headers("PUT", "k", **call) for call in CALLS[:-1]]
    answers.append(signer.sign_headers("PutObject", "k", **CALLS[-1]))
    assert len({answer["Authorization"] for answer in answers}) == len(CALLS)
    again = [signer.sign_headers("PUT", "k", **call) for call in CALLS[:-1]]
    fresh = [signer_of(engine).sign_headers("PUT", "k", **call) for call in CALLS[:-1]]
    assert again == answers[:-1] == fresh


def test_the_case_of_header_names_stays_the_callers(engine: Engine) -> None:
    signer = signer_of(engine)
    for name in ("X-Oss-A", "x-oss-a", "X-OSS-A") * 2:
        answer = signer.sign_headers("GET", "k", headers={name: "1"})
        assert name in answer
        assert lower(answer) == wanted(headers={"x-oss-a": "1"})


def test_headers_and_urls_are_kept_apart(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        url = signer.presign("GET", "k").url
        assert url == oracle.presign({**CASE, "key": "k"}).url
        assert lower(signer.sign_headers("GET", "k")) == wanted()
        assert lower(signer.sign_headers("GET")) == wanted(None)
        assert lower(signer.sign_headers("GET", "l")) == wanted("l")


@pytest.mark.parametrize(
    ("good", "bad", "field"),
    [
        ({"headers": {"Range": "1"}}, {"headers": {"Range": b"1"}}, "headers['Range']"),
        ({"headers": {"x-oss-a": 1}}, {"headers": {"x-oss-a": True}}, "headers['x-oss-a']"),
        ({"headers": {"x-oss-a": 1}}, {"headers": {"x-oss-a": 1.0}}, "headers['x-oss-a']"),
        ({"query": {"a": 0}}, {"query": {"a": False}}, "query['a']"),
        ({"query": {"a": None}}, {"query": {"a": False}}, "query['a']"),
        ({"headers": {}}, {"headers": []}, "headers"),
        ({"headers": None}, {"headers": ()}, "headers"),
        ({"query": None}, {"query": ""}, "query"),
        ({"payload": UNSIGNED}, {"payload": UNSIGNED.encode()}, "payload"),
        ({"bucket": None}, {"bucket": ()}, "bucket"),
        ({"bucket": None}, {"bucket": False}, "bucket"),
        ({"bucket": None}, {"bucket": {}}, "bucket"),
    ],
)
def test_equal_values_of_other_types_are_told_apart(
    engine: Engine, good: dict[str, Any], bad: dict[str, Any], field: str
) -> None:
    signer = signer_of(engine)
    headers = signer.sign_headers("PUT", "k", **good)
    for _ in range(2):
        assert refusal(signer, **bad)[0] == field
        assert signer.sign_headers("PUT", "k", **good) == headers


def test_numbers_are_text_in_headers_and_query(engine: Engine) -> None:
    headers = signer_of(engine).sign_headers("PUT", "k", headers={"x-oss-a": 1}, query={"b": 0})  # type: ignore[dict-item]
    assert lower(headers) == wanted(method="PUT", headers={"x-oss-a": "1"}, query={"b": "0"})


@pytest.mark.parametrize("kind", [MappingProxyType, CaseInsensitiveDict, oss2.CaseInsensitiveDict])
def test_any_mapping_is_read_at_each_call(
    engine: Engine, kind: Callable[[dict[str, str]], Any]
) -> None:
    signer = signer_of(engine)
    for value in ("1", "2", "1"):
        headers = signer.sign_headers("GET", "k", headers=kind({"x-oss-a": value}))
        assert lower(headers) == wanted(headers={"x-oss-a": value})


def test_refused_calls_are_not_kept(engine: Engine) -> None:
    signer = signer_of(engine)
    for call in ({"headers": {"Range": "a\n"}}, {"query": {"x-oss-date": ""}}, {"payload": ""}):
        for _ in range(2):
            refusal(signer, **call)
    assert signer._calls.memo == {}


def test_a_bad_key_leaves_the_request_in_order(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        with pytest.raises(RequestError, match=r"^key: is empty"):
            signer.sign_headers("GET", "")
        assert lower(signer.sign_headers("GET", "k")) == wanted()


# Threads


def test_threads_share_one_signer(engine: Engine) -> None:
    """Each answer is of one second and one set of credentials, whatever other threads do."""
    lock, count = threading.Lock(), [0]
    seconds: list[int] = []

    def tick() -> int:
        with lock:
            count[0] += 1
            seconds.append(NOW + count[0] // 5)
            return seconds[-1]

    def rotate() -> Credentials:
        number = count[0] // 7
        return Credentials(f"id{number}", f"secret-{number}", f"token{number}")

    signer = signer_of(engine, clock=tick, credentials=rotate)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: (n, signer.sign_headers("GET", f"k{n}")), range(400)))
    for number, answer in answers:
        headers = lower(answer)
        user = headers["authorization"].partition("=")[2].partition("/")[0].removeprefix("id")
        moment = datetime.strptime(headers["x-oss-date"], "%Y%m%dT%H%M%S%z")
        assert headers == wanted(
            f"k{number}", access_key_id=f"id{user}", access_key_secret=f"secret-{user}",
            security_token=f"token{user}", signing_time=moment.isoformat(),
        )  # fmt: skip
    assert len(answers) == len(seconds) == 400


# Secrets


@pytest.mark.parametrize(
    "call",
    [
        {"headers": {"x-oss-meta-a": VALUE + "\n"}},
        {"headers": {"Range": VALUE + "\0"}},
        {"headers": {"Cookie": VALUE.encode()}},
        {"headers": {"Authorization": VALUE}},
        {"headers": {"x-oss-security-token": VALUE}},
        {"headers": [(VALUE, VALUE)]},
        {"query": {"x-oss-signature": VALUE}},
        {"query": {"a": VALUE.encode()}},
        {"payload": VALUE},
        {"headers": {"x-oss-content-sha256": VALUE}, "payload": "0" * 64},
        {"bucket": VALUE.upper()},
        {"signing_time": VALUE},
        {"content_encoding": VALUE + "\n"},
        {"security_token": VALUE},
    ],
)
def test_errors_tell_no_secret(engine: Engine, call: dict[str, Any]) -> None:
    signer = signer_of(engine, credentials=Credentials(ID, SECRET, TOKEN))
    with pytest.raises(OssignError) as caught:
        signer.sign_headers("PutObject", "k", **call)
    for text in (str(caught.value), repr(caught.value), repr(caught.value.__context__)):
        for secret in (VALUE, SECRET, TOKEN):
            assert secret not in text


@pytest.mark.parametrize("credentials", [(ID, SECRET + "\n", TOKEN + "\n"), ("é", SECRET, TOKEN)])
def test_errors_of_credentials_tell_no_secret(engine: Engine, credentials: Any) -> None:
    with pytest.raises(OssignError) as caught:
        signer_of(engine, credentials=Credentials(*credentials)).sign_headers("PutObject", "k")
    assert SECRET not in str(caught.value)
    assert TOKEN not in str(caught.value)


def test_what_is_kept_shows_nothing(engine: Engine) -> None:
    signer = signer_of(engine, credentials=Credentials(ID, SECRET, TOKEN))
    headers = signer.sign_headers("PUT", "k", headers={"x-oss-meta-a": VALUE})
    (bound,) = signer._calls.memo.values()
    for item in (signer, bound, bound._state.job):
        for secret in (VALUE, SECRET, TOKEN, headers["Authorization"].rpartition("=")[2]):
            assert secret not in repr(item)
