"""`SignerV4` and `SignerV1` beside the signers of alibabacloud-oss-v2, on copies of one context."""

from __future__ import annotations

import copy
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta, timezone
from typing import Any, NamedTuple
from urllib.parse import unquote

import pytest
from alibabacloud_oss_v2 import exceptions
from alibabacloud_oss_v2 import signer as sdk
from alibabacloud_oss_v2.credentials import Credentials
from alibabacloud_oss_v2.types import HttpRequest, SigningContext
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import RequestError
from ossign_fast.integrations.alibabacloud_oss_v2 import SignerV1, SignerV4
from support.casebook import load
from support.integrations import KEY, NOW, PLAIN, TEMPORARY, TOKEN, sdk_clock
from support.paths import SHARED
from support.sdk_header_signers import context_of
from support.strategies import CASE, field_values, keys, names, query_names, values

PAIRS: dict[str, tuple[Any, Any]] = {
    "v4": (sdk.SignerV4, SignerV4),
    "v1": (sdk.SignerV1, SignerV1),
}
VERSIONS = pytest.mark.parametrize("version", PAIRS)
MODES = pytest.mark.parametrize("mode", ["header", "query"])
URL = (
    "https://example-bucket.oss-cn-hangzhou.aliyuncs.com/k?uploadId=a%2Fb&empty&other=%E4%B8%AD%20"
)
HEADERS = {
    "Content-Type": "text/plain; charset=utf-8",
    "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
    "X-Oss-Meta-Note": "中 é",
    "x-oss-object-acl": "private",
    "Range": "bytes=0-9",
    "Unsigned": "u",
}
CHINA = timezone(timedelta(hours=8))


class Outcome(NamedTuple):
    """What a signer did to a context."""

    url: str
    headers: dict[str, str]
    signing_time: datetime | None
    expiration_time: datetime | None


def context(mode: str = "header", **changes: Any) -> SigningContext:
    """Returns a context as the SDK's client makes it; `url` and `headers` are of its request."""
    plain: dict[str, Any] = {
        "product": "oss",
        "region": "cn-hangzhou",
        "bucket": "example-bucket",
        "key": KEY,
        "credentials": PLAIN,
        "signing_time": NOW,
        "auth_method_query": mode == "query",
        "expiration_time": NOW + timedelta(minutes=10) if mode == "query" else None,
        "request": HttpRequest("PUT", changes.pop("url", URL), changes.pop("headers", HEADERS)),
    }
    made = SigningContext()
    for name, value in {**plain, **changes}.items():
        setattr(made, name, value)
    return made


def outcome(signer: Any, signed: SigningContext) -> Outcome:
    with sdk_clock():
        signer.sign(signed)
    headers = {name.lower(): value for name, value in signed.request.headers.items()}
    return Outcome(signed.request.url, headers, signed.signing_time, signed.expiration_time)


def outcomes(version: str, mode: str, **changes: Any) -> tuple[Outcome, Outcome]:
    """Returns what the SDK's signer and ours do to copies of one context."""
    signed = context(mode, **changes)
    theirs, ours = PAIRS[version]
    return outcome(theirs(), copy.deepcopy(signed)), outcome(ours(), signed)


def renamed(headers: dict[str, str]) -> dict[str, str]:
    """Returns V1 headers without the STS token, whose name the SDK has wrong, and what it signs."""
    left_out = ("security-token", "x-oss-security-token", "authorization")
    return {name: value for name, value in headers.items() if name not in left_out}


@VERSIONS
def test_they_are_signers_of_the_sdk(version: str) -> None:
    theirs, ours = PAIRS[version]
    assert isinstance(ours(), theirs)
    assert ours().is_signed_header("X-Oss-Meta-A")


PLACES: dict[str, dict[str, Any]] = {
    "object": {},
    "leading slash": {"key": "/k"},
    "bucket": {"key": None},
    "service": {"bucket": None, "key": None},
    "no query": {"url": "https://h.example.com/k"},
    "no headers": {"headers": {}},
    "cloud box": {"region": "cb-123", "product": "oss-cloudbox"},
    "China": {"signing_time": NOW.astimezone(CHINA)},
    "no time": {"signing_time": None},
    "no time, slow clock": {"signing_time": None, "clock_offset": -4000},
    "no offset": {"signing_time": None, "clock_offset": None},
    "additional": {"additional_headers": {"Range", "x-oss-object-acl", "Absent"}},
    "no additional": {"additional_headers": set()},
    "sub-resources": {"sub_resource": ["other", "x-oss-process"], "url": f"{URL}&x-oss-process=a"},
    "empty value": {"headers": {**HEADERS, "x-oss-meta-e": ""}, "additional_headers": {"Range"}},
    "empty additional": {"headers": {**HEADERS, "Range": ""}, "additional_headers": {"Range"}},
    "own payload hash": {"headers": {"x-oss-content-sha256": "abc"}},
}


@VERSIONS
@MODES
@pytest.mark.parametrize("place", PLACES)
def test_same_as_the_sdk(version: str, mode: str, place: str) -> None:
    theirs, ours = outcomes(version, mode, **PLACES[place])
    assert ours == theirs


@pytest.mark.parametrize(("version", "mode"), [("v4", "header"), ("v4", "query"), ("v1", "query")])
@pytest.mark.parametrize("place", PLACES)
def test_same_with_a_token(version: str, mode: str, place: str) -> None:
    theirs, ours = outcomes(version, mode, credentials=TEMPORARY, **PLACES[place])
    assert ours == theirs


@pytest.mark.parametrize("place", [p for p in PLACES if p != "empty value"])
def test_v1_sends_a_token_under_the_name_that_oss_documents(place: str) -> None:
    theirs, ours = outcomes("v1", "header", credentials=TEMPORARY, **PLACES[place])
    assert renamed(ours.headers) == renamed(theirs.headers)
    assert theirs.headers["security-token"] == ours.headers["x-oss-security-token"] == TOKEN
    # Signed as any header x-oss-*, as the SDK does if it is there beforehand.
    headers = {**PLACES[place].get("headers", HEADERS), "x-oss-security-token": TOKEN}
    plain = Credentials(TEMPORARY.access_key_id, TEMPORARY.access_key_secret)
    known, _ = outcomes("v1", "header", **{**PLACES[place], "headers": headers}, credentials=plain)
    assert ours.headers["authorization"] == known.headers["authorization"]


@VERSIONS
def test_a_lifetime_is_a_quarter_of_an_hour_by_default(version: str) -> None:
    for signing_time in (NOW, None):
        changes = {"signing_time": signing_time, "expiration_time": None}
        theirs, ours = outcomes(version, "query", **changes)
        assert ours == theirs
        assert ours.expiration_time == NOW + timedelta(minutes=15)


@VERSIONS
@MODES
def test_naive_times_are_local(version: str, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", "Asia/Shanghai")
        time.tzset()
        local = NOW.astimezone(CHINA).replace(tzinfo=None)
        end = local + timedelta(minutes=10) if mode == "query" else None
        theirs, ours = outcomes(version, mode, signing_time=local, expiration_time=end)
    time.tzset()
    assert ours == theirs == outcomes(version, mode)[0]


@MODES
def test_additional_headers_of_the_constructor(mode: str) -> None:
    own = SignerV4(name for name in ("RANGE", "Absent"))
    plain = PLACES["empty value"]["headers"]
    for headers in (HEADERS, plain):  # the SDK itself signs the latter
        wanted = outcome(
            sdk.SignerV4(), context(mode, additional_headers={"range"}, headers=headers)
        )
        signed = context(mode, headers=headers)
        assert outcome(own, signed) == wanted
        assert signed.additional_headers is None
    # Those of a context come first.
    other = context(mode, additional_headers={"unsigned"})
    assert outcome(own, copy.deepcopy(other)) == outcome(sdk.SignerV4(), other)


@VERSIONS
@MODES
def test_a_retry_signs_anew(version: str, mode: str) -> None:
    signed = context(mode, credentials=TEMPORARY)
    signer = PAIRS[version][1]()
    outcome(signer, signed)
    signed.credentials = PLAIN
    signed.signing_time = NOW + timedelta(seconds=2)
    again = outcome(signer, signed)
    fresh = context(mode, signing_time=NOW + timedelta(seconds=2))
    assert again == outcome(PAIRS[version][1](), fresh)
    assert TOKEN not in str(again)


@VERSIONS
def test_a_context_says_afterwards_when_it_was_signed(version: str) -> None:
    signed = context("query", signing_time=None)
    outcome(PAIRS[version][1](), signed)
    assert (signed.signing_time, signed.expiration_time) == (NOW, NOW + timedelta(minutes=10))
    assert signed.string_to_sign == ""  # it holds the token, and nobody asks for it


@VERSIONS
@pytest.mark.parametrize(
    "lacking",
    [{"credentials": None}, {"credentials": Credentials("", "secret")}, {"request": None}],
)
def test_what_a_context_lacks_is_told_by_the_sdk(version: str, lacking: dict[str, Any]) -> None:
    messages = []
    for kind in PAIRS[version]:
        with pytest.raises(exceptions.ParamNullOrEmptyError) as caught:
            kind().sign(context(**lacking))
        messages.append(str(caught.value))
    assert messages[0] == messages[1]


@VERSIONS
def test_no_context_at_all(version: str) -> None:
    for kind in PAIRS[version]:
        with pytest.raises(exceptions.ParamNullError):
            kind().sign(None)


@VERSIONS
def test_threads_share_a_signer(version: str) -> None:
    theirs, ours = PAIRS[version][0](), PAIRS[version][1]()
    people = [Credentials(f"id{n}", f"secret{n}", TOKEN if n % 2 else None) for n in range(8)]

    def sign(number: int) -> bool:
        mode = "query" if number % 2 else "header"  # with a token, or without
        signed = context(mode, credentials=people[number % 8], region=f"cn-{number % 5}")
        known = copy.deepcopy(signed)
        theirs.sign(known)
        ours.sign(signed)
        return signed.request.url == known.request.url and dict(
            signed.request.headers.lower_items()
        ) == dict(known.request.headers.lower_items())

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(sign, range(800)))


def test_many_regions_take_no_more_memory() -> None:
    signer = SignerV4()
    for number in range(200):
        signed = context(region=f"cn-{number}")
        assert outcome(signer, signed) == outcome(sdk.SignerV4(), context(region=f"cn-{number}"))
    assert len(signer._pool) <= 64


def test_one_text_is_no_list_of_names() -> None:
    for names_given in ("range", b"range", [b"range"]):
        with pytest.raises(RequestError, match=r"^additional_headers: "):
            SignerV4(names_given)


# Known differences, one by one


@VERSIONS
@MODES
def test_blanks_around_values_are_not_signed(version: str, mode: str) -> None:
    theirs, ours = outcomes(version, mode, headers={"x-oss-meta-a": " b\t"})
    bare, _ = outcomes(version, mode, headers={"x-oss-meta-a": "b"})
    assert ours.url == bare.url
    assert ours.headers == {**bare.headers, "x-oss-meta-a": " b\t"}
    assert ours != theirs


def test_v1_signs_parameters_that_begin_with_x_oss() -> None:
    url = f"{URL}&x-oss-process=style%2Fa"
    theirs, ours = outcomes("v1", "header", url=url)
    known, _ = outcomes("v1", "header", url=url, sub_resource=["x-oss-process"])
    assert ours == known != theirs


def test_v1_encodes_the_id_of_the_key() -> None:
    theirs, ours = outcomes("v1", "query", credentials=Credentials("a&b", "secret"))
    assert "&OSSAccessKeyId=a&b&" in theirs.url
    assert ours.url == theirs.url.replace("=a&b&", "=a%26b&")


def test_parameters_of_a_signature_are_replaced_in_urls() -> None:
    theirs, ours = outcomes("v4", "query", url=f"{URL}&x-oss-date=1&x-oss-signature=2&z=3")
    assert set(ours.url.split("&")) == set(theirs.url.split("&"))  # another order


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "headers['x-oss-meta-a']": ("header", {"headers": {"x-oss-meta-a": "a\nb:c"}}),
    "headers['x-oss-date']": ("query", {"headers": {"x-oss-date": "now"}}),
    "query['x-oss-date']": ("header", {"url": "https://h/k?x-oss-date=1"}),
    "query['no-utf-8']": ("query", {"url": "https://h/k?no-utf-8=%FF"}),
    "bucket": ("header", {"bucket": "A_b"}),
    "operation": ("header", {"request": HttpRequest("get", URL)}),
}


@VERSIONS
@pytest.mark.parametrize("field", REFUSED)
def test_refused_requests(version: str, field: str) -> None:
    mode, changes = REFUSED[field]
    signed = context(mode, **changes)
    before = signed.request.url, dict(signed.request.headers)
    with pytest.raises(RequestError) as caught:
        PAIRS[version][1]().sign(signed)
    assert caught.value.field == field
    assert (signed.request.url, dict(signed.request.headers)) == before


@pytest.mark.parametrize("region", [None, "CN_X"])
def test_v4_needs_a_region(region: str | None) -> None:
    with pytest.raises(RequestError, match=r"^region: "):
        SignerV4().sign(context(region=region))
    SignerV1().sign(context(region=region))


@pytest.mark.parametrize("seconds", [-1, 0, 604_801])
def test_lifetimes_out_of_bounds_are_refused(seconds: int) -> None:
    with pytest.raises(RequestError, match=r"^expires: "):
        SignerV4().sign(context("query", expiration_time=NOW + timedelta(seconds=seconds)))


# Vectors, and whatever Hypothesis makes


VECTORS = {"header_v4.jsonl": 141, "presign_v4.jsonl": 986, "v1.jsonl": 138}


def is_known_to_differ(case: dict[str, Any], version: str, mode: str) -> bool:
    """Returns whether the SDK has the name of a token wrong, a broken URL, or signs too little."""
    has_token = mode == "header" and case.get("security_token") is not None
    has_more = "lifecycle" in case["query"] if case.get("query") else False
    return version == "v1" and (has_token or has_more or "&" in case["access_key_id"])


def signed_case(case: dict[str, Any], version: str, mode: str) -> tuple[Outcome, Outcome]:
    signed = context_of(case)
    signed.auth_method_query = mode == "query"
    if signed.auth_method_query:
        lifetime = timedelta(seconds=case.get("expires_seconds") or 900)
        signed.expiration_time = signed.signing_time + lifetime
    known = copy.deepcopy(signed)
    theirs, ours = PAIRS[version]
    return outcome(theirs(), known), outcome(ours(), signed)


#: Vectors whose golden answer, of another SDK, is not that of this one.
OTHER_ANSWERS = {
    "v1c-h-lifecycle",
    "v1c-h-meta-empty",
    "v1c-h-resource-group",
    "v1c-q-resource-group",
}


@pytest.mark.shared_data
@pytest.mark.parametrize("file", VECTORS)
@pytest.mark.usefixtures("unissued_keys")
def test_vectors(file: str) -> None:
    cases = load(SHARED / file)
    different = []
    for case in cases:
        version, _, mode = case.get("auth", "v4_query").partition("_")
        theirs, ours = signed_case(case, version, mode)
        assert (ours != theirs) == is_known_to_differ(case, version, mode), case["id"]
        different += [case["id"]] * (ours != theirs)
        is_golden = case["expected"]["signature"] in unquote(f"{ours.url}{ours.headers}")
        assert is_golden == (case["id"] not in OTHER_ANSWERS), case["id"]
    assert (len(different), len(cases)) == (18 if file == "v1.jsonl" else 0, VECTORS[file])


WAYS = [(version, mode) for version in PAIRS for mode in ("header", "query")]


@given(
    way=st.sampled_from(WAYS),
    key=st.none() | keys,
    headers=st.dictionaries(names, field_values | st.just(""), max_size=4),
    query=st.dictionaries(query_names, values, max_size=4),
    is_temporary=st.booleans(),
)
def test_any_request(
    way: tuple[str, str], key: Any, headers: Any, query: Any, is_temporary: bool
) -> None:
    given = {"key": key, "headers": headers, "query": query, "signing_time": NOW.isoformat()}
    signed = context_of({**CASE, **given, "op": "GetObject", "security_token": None})
    signed.auth_method_query = way[1] == "query"
    if is_temporary and way != ("v1", "header"):
        signed.credentials = TEMPORARY
    theirs, ours = PAIRS[way[0]]
    known = copy.deepcopy(signed)
    assert outcome(ours(), signed) == outcome(theirs(), known)
