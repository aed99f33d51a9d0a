"""Many requests in one call: each answer is the one that `verify` has for that request alone."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ossign_fast import (
    Credentials,
    RequestError,
    SignatureMismatchError,
    Signer,
    UnknownAccessKeyError,
    VerificationError,
    Verified,
    verify,
    verify_many,
)
from ossign_fast import _verify_many as meeting
from ossign_fast._engine import engine
from ossign_fast._verify import many
from support import oracle
from support.frames import frames_of
from support.verify import CASE

ME = Credentials("LTAIexample", "secret", "CAIS+/=a+b/c==")
OTHER = Credentials("LTAIother", "other-secret")
KNOWN = {"LTAIexample": ME, "LTAIother": OTHER}
NOW = oracle.moment_of(CASE["signing_time"]).timestamp()
KEYS = ["a.txt", "dir/a b+%é.txt", "dir/2F%2F/..", "(1)*'", "~x"]
HEADERS = {"Content-Type": "text/plain", "x-oss-meta-a": "1"}


# The compiled one is there where the compiled engine is.
WAYS = ["plain", "compiled"] if engine.ENGINE == "c" else ["plain"]


@pytest.fixture(autouse=True, params=WAYS, scope="module")
def judge(request: pytest.FixtureRequest) -> Iterator[None]:
    """Each way to grant what is like others."""
    assert (meeting.NEW_JUDGE is None) == ("compiled" not in WAYS)
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "plain":
            patch.setattr(meeting, "NEW_JUDGE", None)
        yield


def urls_of(credentials: Credentials, keys: list[str] = KEYS, **words: Any) -> list[str]:
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=credentials)
    settings = {"signing_time": NOW, "query": {"x": "a b", "u": ""}} | words
    return list(signer.presign_many("PUT", keys, **settings))


URLS = urls_of(ME) + urls_of(OTHER, expires=60) + urls_of(OTHER, headers=HEADERS)
URLS += urls_of(ME, endpoint="http://127.0.0.1:81")
for seconds in (1, -1, 899, 901, -901, -59, -61, 30_000):  # in time, early, late, another day
    URLS += urls_of(OTHER, ["k"], expires=60, signing_time=NOW + seconds)
URLS += [
    Signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=OTHER, signature_version="v1"
    ).presign("PUT", key, signing_time=NOW).url
    for key in KEYS
]  # fmt: skip


def outcome(decide: Callable[[], Any]) -> Any:
    """Returns what can be told of a grant or of a refusal."""
    try:
        answer = decide()
    except VerificationError as error:
        answer = error
    if isinstance(answer, Verified):
        return answer
    return type(answer), str(answer), vars(answer), answer.string_to_sign, answer.canonical_request


def assert_alike(requests: list[Any], **words: Any) -> None:
    words = {"credentials": KNOWN, "now": NOW} | words
    answers = verify_many(requests, method="PUT", **words)
    assert len(answers) == len(requests)
    for request, answer in zip(requests, answers, strict=True):
        method, url, *more = ("PUT", request) if isinstance(request, str) else request
        alone = outcome(lambda: verify(method, url, headers=more[0] if more else None, **words))  # noqa: B023
        assert outcome(lambda: answer) == alone, url  # noqa: B023


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"signature_versions": ("v4", "v1")},
        {"strict_bytes": True},
        {"now": NOW + 61},
        {"now": NOW - 901},
        {"region": "cn-beijing"},
        {"bucket": "other"},
        {"endpoint": "oss-cn-hangzhou.aliyuncs.com"},
        {"credentials": {}},
        {"credentials": OTHER},
        {"credentials": KNOWN.get},
        {"url_style": "cname", "bucket": "examplebucket"},
        {"url_style": "path"},
    ],
)
def test_each_answer_is_that_of_verify(words: dict[str, Any]) -> None:
    assert_alike([*URLS, *reversed(URLS)], **words)


def test_tuples_with_methods_and_headers() -> None:
    signed = urls_of(OTHER, headers=HEADERS)
    requests: list[Any] = [("PUT", url, HEADERS) for url in signed]
    requests += [("PUT", url, list(HEADERS.items())) for url in signed]
    requests += [("PUT", url, None) for url in signed]
    requests += [(method, url) for url in URLS for method in ("PUT", "GET")]
    assert_alike(requests)
    answers = verify_many(iter(requests), credentials=KNOWN, now=NOW)
    assert all(isinstance(answer, Verified) for answer in answers[: 2 * len(signed)])


@pytest.mark.parametrize("strict", [False, True])
def test_times_in_other_spellings(strict: bool) -> None:
    """A time is read from where the URL says it as it was signed, or the whole URL is read."""
    changes = [
        ("&x-oss-date=", "&x-oss%2Ddate="),
        ("15Z&", "1%35Z&"),
        ("15Z&", "15%5A&"),
        ("15Z&", "15Z"),
        ("&x-oss-date=20240301T083015Z", ""),
        ("&x-oss-date=20240301T083015Z", "&x-oss-date=20240301T083015Z" * 2),
        ("&x-oss-date=20240301T083015Z", "&x-oss-date=20240301T083014Z"),
        ("&x-oss-date=20240301T083015Z", "&x-oss-date=20240301T083099Z"),
        ("&x-oss-date=20240301T083015Z", "&x-oss-date="),
        ("/k?", "/k?x-oss-date=20240301T083015Z&"),
        ("/k?", "/k?x=20240301T083015Z&"),
    ]
    [url] = urls_of(OTHER, ["k"])
    [twice] = urls_of(OTHER, ["k"], query={"x": "20240301T083015Z"})
    assert all(old in url for old, _ in changes)
    changed = [url.replace(old, new) for old, new in changes]
    assert_alike([url, twice, *changed, *changed, twice, url], strict_bytes=strict)
    assert_alike([*changed, url, twice], strict_bytes=strict)


PIECES = st.sampled_from(
    ["&x-oss-date=20240301T083014Z", "%5A", "x-oss%2Ddate", "20240301T083015Z", "4", "9",
     "", "%", "%2F", "%2f", "/", "&", "=", "+", "?", "a", "%61", "%FF", "%C3%A9", "é", "\n", "\0",
     "&x-oss-signature=" + "0" * 64, "x-oss-date", "&a=b", "//", "%00", ".", "#", "Z"]
)  # fmt: skip


@st.composite
def changed(draw: st.DrawFn) -> str:
    """A presigned URL with some of it cut out or written over."""
    url: str = draw(st.sampled_from(URLS))
    for _ in range(draw(st.integers(0, 2))):
        start = draw(st.integers(0, len(url)))
        end = start + draw(st.integers(0, 3))
        url = url[:start] + draw(PIECES) + url[end:]
    return url


@settings(max_examples=60, deadline=None)
@given(st.lists(changed(), min_size=1, max_size=6), st.booleans())
def test_answers_of_changed_urls_are_those_of_verify(urls: list[str], strict: bool) -> None:
    """They come after URLs of the same kind that were granted, so these are the pattern."""
    requests = [*URLS, *(url for url in urls if url.startswith("http"))]
    assert_alike(requests, strict_bytes=strict, signature_versions=("v4", "v1"))


def test_urls_of_one_batch_are_granted_by_a_look_at_key_and_signature(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    judged: list[str] = []

    def decide(method: str, url: str, *rest: Any) -> Any:
        judged.append(url)
        return original(method, url, *rest)

    original = many.decide
    monkeypatch.setattr(many, "decide", decide)
    urls = urls_of(ME, [f"k{row}" for row in range(50)])
    answers = verify_many([*urls, urls[7] + "0"], method="PUT", credentials=ME, now=NOW)
    assert [isinstance(answer, Verified) for answer in answers] == [True] * 50 + [False]
    assert judged == [urls[0], urls[7] + "0"]
    others = [urls_of(ME, ["k"], signing_time=NOW - second)[0] for second in range(50)]
    answers = verify_many(others, method="PUT", credentials=ME, now=NOW)
    assert answers == [verify("PUT", url, credentials=ME, now=NOW) for url in others]
    assert judged[2:] == others[:1]


def test_requests_of_many_patterns_are_learnt_by_few_looks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With `lives` patterns that take turns, each is judged in full no more than twice."""
    judged: list[str] = []
    original = many.decide
    monkeypatch.setattr(
        many,
        "decide",
        lambda method, url, *rest: judged.append(url) or original(method, url, *rest),
    )
    lives, rounds = 100, 30
    urls = [urls_of(ME, [f"{n}"], expires=60 + n % lives)[0] for n in range(lives * rounds)]
    answers = verify_many(urls, method="PUT", credentials=ME, now=NOW)
    assert [answer.key for answer in answers] == [str(n) for n in range(lives * rounds)]
    assert lives <= len(judged) <= 2 * lives


@pytest.mark.parametrize("rows", [1023, 1024, 1025, 2049])
def test_rows_keep_their_order_over_chunks(rows: int) -> None:
    urls = urls_of(ME, [f"dir/{n} é" if n % 3 else f"{n}" for n in range(rows)])
    urls[rows // 2] = urls[rows // 2].replace("dir", "div")
    answers = verify_many(urls, method="PUT", credentials=ME, now=NOW)
    for n, answer in enumerate(answers):
        if n == rows // 2 and n % 3:
            assert isinstance(answer, SignatureMismatchError)
        else:
            assert answer == verify("PUT", urls[n], credentials=ME, now=NOW)


def test_patterns_are_bounded() -> None:
    urls = [url for life in range(1, 301) for url in urls_of(OTHER, ["k"], expires=life)]
    answers = verify_many(urls * 2 + urls[::-1], method="PUT", credentials=OTHER, now=NOW)
    assert [answer.expiration.timestamp() - NOW for answer in answers[:300]] == [*range(1, 301)]
    assert {type(answer) for answer in answers} == {Verified}


def test_credentials_are_looked_up_once() -> None:
    asked: list[str] = []

    def look_up(name: str) -> Credentials | None:
        asked.append(name)
        return KNOWN.get(name)

    strangers = [url.replace("LTAIother", "LTAIwho") for url in URLS]
    answers = verify_many([*URLS, *strangers], method="PUT", credentials=look_up, now=NOW)
    assert sorted(asked) == ["LTAIexample", "LTAIother", "LTAIwho"]
    assert isinstance(answers[-len(KEYS) - 1], Verified | UnknownAccessKeyError)


@pytest.mark.parametrize(
    ("requests", "words", "says"),
    [
        ([("PUT", URLS[0]), URLS[0]], {}, r"^row 1: method: "),
        ([("PUT", URLS[0]), ("PUT", "/k?a=b")], {}, r"^row 1: bucket: "),
        *[([], {"now": float(now)}, "^now: ") for now in ("nan", "inf", "-inf", "1e12")],
        ([], {"now": 10**400}, "^now: "),
        ([], {"max_skew": float("nan")}, "^max_skew: "),
        ([], {"max_skew": -1}, "^max_skew: "),
        ([], {"signature_versions": "v4"}, "^signature_versions: "),
        ([("PUT", URLS[0])], {"url_style": "dns"}, "^row 0: url_style: "),
        ([("PUT", url) for url in URLS[:1] * 2000] + [("PUT", 5)], {}, "^row 2000: url: "),
        ([("PUT", url) for url in URLS[:1] * 9] + [(7, URLS[0]), None], {}, "^row 9: method: "),
        ([None], {}, "^row 0: requests: must be URLs, or tuples of method and URL"),
        ([("PUT",)], {}, "^row 0: requests: "),
        ([("PUT", URLS[0], None, None)], {}, "^row 0: requests: "),
        ([URLS[0].encode()], {}, "^row 0: requests: "),
    ],
)
def test_arguments_that_cannot_be_used(requests: Any, words: dict[str, Any], says: str) -> None:
    with pytest.raises(RequestError, match=says):
        verify_many(requests, credentials=KNOWN, **words)


def test_answers_hold_no_frames_and_are_no_garbage() -> None:
    forged = [url.replace("a.txt", "b.txt") for url in URLS]
    gc.collect()
    answers = verify_many(forged, method="PUT", credentials=KNOWN, now=NOW)
    errors = [answer for answer in answers if isinstance(answer, VerificationError)]
    assert errors
    assert [frame for error in errors for frame in frames_of(error)] == []
    del answers, errors
    assert gc.collect() < 20


@pytest.mark.parametrize("max_skew", [float("inf"), 10**400, 1e300])
def test_any_time_is_near_enough(max_skew: float) -> None:
    urls = urls_of(OTHER, ["k", "l"], signing_time=NOW)
    answers = verify_many(urls, method="PUT", credentials=OTHER, now=0, max_skew=max_skew)
    assert [answer.key for answer in answers] == ["k", "l"]


def test_limits() -> None:
    """Those of `verify`, also behind a URL that was granted."""
    [url] = urls_of(OTHER, ["k"])
    long = [url.replace("/k?", f"/{'k' * 70_000}?"), url.replace("/k?", "/k?" + "a&" * 1001)]
    headers: list[Any] = [[("a", "b")] * 501, {"a": "b" * 131_072}]
    requests = [("PUT", url), *(("PUT", each) for each in long)]
    requests += [("PUT", url, each) for each in headers]
    granted, *refusals = verify_many(requests, credentials=OTHER, now=NOW)
    assert isinstance(granted, Verified)
    for refusal, text in zip(
        refusals, ("65536 char", "1000 param", "500, or", "131072"), strict=True
    ):
        assert isinstance(refusal, VerificationError)
        assert text in str(refusal)


def test_no_requests() -> None:
    assert verify_many([], credentials=KNOWN) == []
