"""`Bucket.sign_url` with our auth objects, and of accelerated buckets, beside that of oss2."""

from __future__ import annotations

import copy
from typing import Any

import oss2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from requests.structures import CaseInsensitiveDict

from ossign_fast import RequestError
from ossign_fast.integrations import oss2 as fast
from support import oracle, sdk_signers
from support.casebook import load
from support.integrations import (
    KEY,
    answer,
    sdk_clock,
)
from support.oss2 import KINDS, STRICT, V4_KINDS, Beside
from support.paths import SHARED
from support.strategies import any_texts, field_values, keys, names, query_names, texts, values


@pytest.mark.parametrize("kind", KINDS)
@STRICT
@pytest.mark.parametrize("slash_safe", [True, False, 1])
def test_urls(kind: str, strict: bool, slash_safe: Any) -> None:
    beside = Beside(kind, strict=strict)
    beside.check("GET", KEY, 600, slash_safe=slash_safe)
    parameters = {"versionId": "v+/=", "uploads": "", "b/c": "1", "a": "é", "x-oss-process": "s/a"}
    beside.check("GET", KEY, 1, params=parameters, slash_safe=slash_safe)
    headers = {
        "Content-Type": "text/plain; charset=utf-8",
        "content-md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "X-OSS-Meta-Note": "中 é",
        "x-oss-object-acl": "private",
        "Unsigned": "u",
        "Date": "is none of a URL",
    }
    for given_headers in (headers, CaseInsensitiveDict(headers)):
        beside.check("PUT", KEY, 604_800, headers=given_headers, params=parameters)
    beside.check("DELETE", KEY, 600, headers={}, params={}, slash_safe=slash_safe)
    beside.check("HEAD", KEY, 600, headers={"x-oss-meta-a": "é".encode()})


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "place",
    [
        {"endpoint": "oss-cn-hangzhou.aliyuncs.com"},  # which is http
        {"endpoint": " http://OSS.Example.com:8080/ "},
        {"endpoint": "https://oss.example.com:443"},
        {"endpoint": "static.example.com", "is_cname": True},
        {"is_path_style": True},
        {"endpoint": "http://127.0.0.1:9000"},
        {"endpoint": "127.0.0.1", "is_cname": True},
        {"endpoint": "http://localhost:80"},
        {"cloudbox_id": "cb-123"},
        {"app_name": "mine"},
    ],
)
def test_places(kind: str, place: dict[str, Any]) -> None:
    for strict in (True, False):
        beside = Beside(kind, strict=strict, **place)
        beside.check("GET", KEY, 600, slash_safe=True)
        beside.check("GET", KEY, 600, params={"acl": ""})


@pytest.mark.parametrize("kind", KINDS)
@STRICT
@pytest.mark.parametrize(
    "key",
    [
        *(b"a/\xc3\xa9", "中" * 341, "/k", "\\k", "//", "a?b#c", " a ", "\x00\n", b"\xe3\x80\x80"),
        *("é/./b/..", "../a", b"a/.", "..", "../..", "a/.../b"),
    ],
)
def test_keys(kind: str, strict: bool, key: Any) -> None:
    beside = Beside(kind, strict=strict)
    for slash_safe in (True, False):
        beside.check("GET", key, 600, slash_safe=slash_safe)


@pytest.mark.parametrize("kind", KINDS)
@STRICT
@pytest.mark.parametrize(
    ("key", "message"), [(key, "The key is invalid") for key in (None, "", b"", " \t", b"\n")]
)
def test_keys_that_oss2_refuses(kind: str, strict: bool, key: Any, message: str) -> None:
    beside = Beside(kind, strict=strict)
    for bucket in (beside.theirs, *beside.ours.values()):
        with pytest.raises(oss2.exceptions.ClientError, match=message):
            bucket.sign_url("GET", key, 600)


@STRICT
def test_a_leading_question_mark_is_refused_by_v1_only(strict: bool) -> None:
    Beside("AuthV4", strict=strict).check("GET", "?k", 600)
    Beside("Auth", strict=strict, is_verify_object_strict=False).check("GET", "?k", 600)
    beside = Beside("Auth", strict=strict)
    for bucket in (beside.theirs, *beside.ours.values()):
        with pytest.raises(oss2.exceptions.ClientError, match=r"cannot start with `\?`"):
            bucket.sign_url("GET", b"?k", 600)


# Additional headers


ADDITIONAL: list[tuple[Any, dict[str, Any]]] = [
    (["Range", "absent", "x-oss-meta-a", "content-type"], {"range": "r", "x-oss-meta-a": "a"}),
    ({"if-match", "If-Modified-Since"}, {"If-Match": '"tag"', "if-modified-since": "never"}),
    (("range", "RANGE"), {"Range": "r"}),
    ([], {"Range": "r"}),
    (["user-agent"], {}),
    (["user-agent", "range"], {"User-Agent": "mine", "Range": "r"}),
    (["accept-encoding"], {"Accept-Encoding": "gzip"}),
    (["Host"], {"host": "example.com"}),
    (["range"], {"Range": b"bytes"}),
]


@STRICT
@pytest.mark.parametrize("kind", ["AuthV4", "ProviderAuthV4"])
@pytest.mark.parametrize(("wanted", "headers"), ADDITIONAL)
def test_additional_headers(strict: bool, kind: str, wanted: Any, headers: Any) -> None:
    Beside(kind, strict=strict).check("GET", KEY, 600, headers=headers, additional_headers=wanted)


def test_additional_headers_of_nothing() -> None:
    strict, default = Beside("AuthV4", strict=True), Beside("AuthV4")
    asked = {"headers": {"Range": ""}, "additional_headers": ["range"]}
    assert "x-oss-additional-headers=range&" in strict.check("GET", KEY, 600, **asked)
    for bucket in default.ours.values():  # a header without a value is not sent
        assert "additional" not in bucket.sign_url("GET", KEY, 600, **asked)
    for bucket in (strict.theirs, *strict.ours.values()):
        with pytest.raises(TypeError):  # oss2 puts None there, for requests to leave it out
            bucket.sign_url("GET", KEY, 600, additional_headers=["accept-encoding"])
    plain = default.ours["auth"].sign_url("GET", KEY, 600)
    for bucket in default.ours.values():
        url = bucket.sign_url("GET", KEY, 600, additional_headers=["accept-encoding"])
        assert url == plain


def test_one_text_is_no_list_of_names() -> None:
    for bucket in Beside("AuthV4").ours.values():
        with pytest.raises(RequestError, match=r"^additional_headers: "):
            bucket.sign_url("GET", KEY, 600, headers={"Range": "r"}, additional_headers="range")


def test_an_sts_auth_takes_them_too() -> None:
    url = (
        Beside("StsAuth-v4")
        .ours["auth"]
        .sign_url("GET", KEY, 600, headers={"Range": "r"}, additional_headers=["range"])
    )
    assert "x-oss-additional-headers=range&" in url


@pytest.mark.parametrize("way", ["auth", "bucket", "both"])
@STRICT
def test_v1_takes_none(strict: bool, way: str) -> None:
    bucket = Beside("Auth", strict=strict).ours[way]
    for wanted in (["range"], ["user-agent"]):
        with pytest.raises((TypeError, RequestError)):
            bucket.sign_url("GET", KEY, 600, headers={"Range": "r"}, additional_headers=wanted)


# What oss2 does wrong


LIFETIMES = [0, -1, 2**31, True, 600.0]


@pytest.mark.parametrize("kind", KINDS)
def test_a_whole_float_is_seconds(kind: str) -> None:
    for bucket in Beside(kind).ours.values():
        assert bucket.sign_url("GET", KEY, 600.0) == bucket.sign_url("GET", KEY, 600)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("expires", [0, -1, 2**31, True, 600.5, float("nan"), None, "600"])
def test_lifetimes_are_checked(kind: str, expires: Any) -> None:
    for bucket in Beside(kind).ours.values():
        with pytest.raises(RequestError) as caught:
            bucket.sign_url("GET", KEY, expires)
        assert caught.value.field == "expires"


def test_seven_days_are_all_that_v4_can() -> None:
    for bucket in Beside("AuthV4").ours.values():
        with pytest.raises(RequestError, match=r"1\.\.604800 seconds"):
            bucket.sign_url("GET", KEY, 604_801)
    Beside("Auth").check("GET", KEY, 604_801)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("expires", [*LIFETIMES, 604_801])
def test_a_strict_one_checks_no_lifetimes(kind: str, expires: Any) -> None:
    Beside(kind, strict=True).check("GET", KEY, expires)


V4_REFUSES: dict[str, dict[str, Any]] = {
    "headers['x-oss-meta-a']": {"headers": {"x-oss-meta-a": "a\r\nb: c"}},
    "headers['x-oss-meta-b']": {"headers": {"x-oss-meta-b": ""}},
    "headers['x-oss-meta-c']": {"headers": {"x-oss-meta-c": b"\xff"}},
    "headers['x-oss-date']": {"headers": {"x-oss-date": "20240229T000000Z"}},
    "query['x-oss-signature-version']": {"params": {"x-oss-signature-version": "v"}},
    "query['x-oss-expires']": {"params": {"a": "b", "x-oss-expires": "9"}},
    "key": {"key": "k" * 1024},
    "region": {"region": None},
}


@pytest.mark.parametrize("kind", V4_KINDS)
@pytest.mark.parametrize("field", V4_REFUSES)
def test_what_oss2_signs_and_we_refuse(kind: str, field: str) -> None:
    options = dict(V4_REFUSES[field])
    place = {"region": options.pop("region")} if "region" in options else {}
    key = options.pop("key", KEY)
    Beside(kind, strict=True, **place).check("GET", key, 600, **options)
    for bucket in Beside(kind, **place).ours.values():
        with pytest.raises(RequestError) as caught:
            bucket.sign_url("GET", key, 600, **options)
        assert caught.value.field == field


@pytest.mark.parametrize("kind", KINDS)
def test_blanks_around_values_are_not_signed(kind: str) -> None:
    padded = {"headers": {"x-oss-meta-a": " b\t"}}
    strict = Beside(kind, strict=True).check("PUT", KEY, 600, **padded)
    default = Beside(kind)
    bare = default.check("PUT", KEY, 600, headers={"x-oss-meta-a": "b"})
    for bucket in default.ours.values():
        assert bucket.sign_url("PUT", KEY, 600, **padded) == bare != strict


def test_v1_signs_all_parameters_that_begin_with_x_oss() -> None:
    asked = {"params": {"x-oss-unknown": "1"}}
    strict = Beside("Auth", strict=True).check("GET", KEY, 600, **asked)
    for bucket in Beside("Auth").ours.values():
        url = bucket.sign_url("GET", KEY, 600, **asked)
        assert url.partition("&Signature=")[0] == strict.partition("&Signature=")[0]
        assert url != strict


@pytest.mark.parametrize("kind", KINDS)
def test_parameters_of_the_signature_itself(kind: str) -> None:
    names_of = {"AuthV4": ["x-oss-date", "x-oss-credential"], "Auth": ["Expires", "Signature"]}
    for name in names_of["AuthV4" if kind in V4_KINDS else "Auth"]:
        Beside(kind, strict=True).check("GET", KEY, 600, params={name: "mine", "a": "b"})
        for bucket in Beside(kind).ours.values():
            with pytest.raises(RequestError) as caught:
                bucket.sign_url("GET", KEY, 600, params={name: "mine"})
            assert caught.value.field == f"query[{name!r}]"


# Vectors, and whatever Hypothesis makes


@pytest.mark.shared_data
@STRICT
@pytest.mark.usefixtures("unissued_keys")
def test_vectors(strict: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    class Mine(fast.ProviderAuthV4):
        def __init__(self, provider: Any) -> None:
            super().__init__(provider, strict_sdk=strict, clock=clock)

    cases = load(SHARED / "presign_v4.jsonl")
    for case in cases:
        clock = sdk_signers.moment_of(case).timestamp
        theirs = sdk_signers.sign_oss2(case)
        with monkeypatch.context() as patched:  # of the helper that makes the bucket
            patched.setattr(oss2, "ProviderAuthV4", Mine)
            ours = sdk_signers.sign_oss2(case)
        assert ours == theirs, case["id"]
        assert ours.endswith(case["expected"]["signature"]), case["id"]
        assert oracle.decoded(ours) == oracle.decoded(case["expected"]["url"]), case["id"]
    assert len(cases) == 986


odd_values = st.one_of(texts, texts, any_texts, st.integers(), st.none(), st.binary(max_size=3))
odd_names = st.sampled_from(["x-oss-date", "Expires", "Range", "range", "", "x-oss-a", "Date"])
slashes = st.booleans()


@given(
    key=texts | any_texts | st.binary(max_size=9),
    headers=st.dictionaries(names | odd_names | texts, odd_values, max_size=3),
    params=st.dictionaries(texts | odd_names, odd_values, max_size=3),
    additional_headers=st.none() | st.lists(odd_names, max_size=3),
    kind=st.sampled_from(["ProviderAuthV4", "Auth"]),
)
def test_any_call_strictly(key: Any, kind: str, **asked: Any) -> None:
    beside = Beside(kind, strict=True)
    with sdk_clock():
        theirs = answer(lambda: beside.theirs.sign_url("PUT", key, 600, **copy.deepcopy(asked)))
    for way, bucket in beside.ours.items():
        assert answer(lambda b=bucket: b.sign_url("PUT", key, 600, **asked)) == theirs, way


@given(
    key=keys.filter(lambda key: key.strip() and key[0] != "?"),
    headers=st.dictionaries(names, field_values, max_size=3),
    parameters=st.dictionaries(query_names, values, max_size=3),
    kind=st.sampled_from(sorted(KINDS)),
    slash_safe=slashes,
)
def test_any_call_within_the_rules(
    key: str, headers: Any, parameters: Any, kind: str, slash_safe: bool
) -> None:
    if kind not in V4_KINDS:  # of these oss2 signs some only
        parameters = {n: v for n, v in parameters.items() if not n.startswith("x-oss-")}
    asked = {"headers": headers, "params": parameters, "slash_safe": slash_safe}
    Beside(kind).check("PUT", key, 600, **asked)
