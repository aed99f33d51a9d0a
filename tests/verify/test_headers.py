"""Requests with V4 in the Authorization header: those of the SDKs pass, nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ossign_fast import (
    ClockSkewError,
    MalformedSignatureError,
    RequestError,
    SignatureMismatchError,
    UnknownAccessKeyError,
)
from support import oracle
from support.casebook import load
from support.paths import SHARED
from support.sdk_header_signers import v4_headers
from support.verify import CASE, check, url_of

NOW = datetime(2024, 3, 1, 8, 30, 15, tzinfo=timezone.utc)
FULL = CASE | {
    "key": "dir/a b+%é.txt",
    "query": {"partNumber": "7", "uploadId": "A+B/C=", "é": " ", "flag": ""},
    "headers": {"Content-Type": "text/plain", "x-oss-meta-e": "1", "Range": "0"},
    "additional_headers": ["range", "x-oss-meta-e"],
    "security_token": "CAIS+/=a+b/c==",
}


@pytest.mark.shared_data
@pytest.mark.usefixtures("unissued_keys")
def test_shared_vectors_are_valid_in_the_layout_of_each_sdk() -> None:
    cases = load(SHARED / "header_v4.jsonl")
    for case in cases:
        expected = case["expected"]
        for authorization in (
            expected["authorization"],
            case["oracles"]["oss2"]["authorization"],
        ):
            headers = expected["request_headers"] | {"Authorization": authorization}
            granted = check(case, headers, expected["url"])
            assert (granted.bucket, granted.key) == (case["bucket"], case["key"]), case["id"]
            assert dict(granted.query) == case["query"], case["id"]
    assert len(cases) == 141


def test_what_is_granted() -> None:
    granted = check(FULL, v4_headers(FULL))
    assert (granted.method, granted.bucket) == ("PUT", "examplebucket")
    assert granted.key == "dir/a b+%é.txt"
    assert granted.signature_version == "v4"
    assert granted.access_key_id == "LTAIexample"
    assert granted.signing_time == NOW
    assert granted.expiration == NOW + timedelta(seconds=900)
    assert (granted.region, granted.product) == ("cn-hangzhou", "oss")
    assert granted.additional_headers == ("range",)
    assert granted.query == tuple(FULL["query"].items())
    assert granted.signed_headers == (
        "content-type", "range", "x-oss-content-sha256", "x-oss-date", "x-oss-meta-e",
        "x-oss-security-token",
    )  # fmt: skip


@pytest.mark.parametrize("place", [{"bucket": "examplebucket"}, {"bucket": None}])
def test_requests_to_bucket_and_service(place: dict[str, Any]) -> None:
    case = CASE | {"method": "GET", "key": None, "endpoint": "http://127.0.0.1:8080"} | place
    granted = check(case, v4_headers(case))
    assert (granted.bucket, granted.key) == (place["bucket"], None)
    if place["bucket"]:
        granted = check(case, v4_headers(case), "http://127.0.0.1:8080/examplebucket")
        assert (granted.bucket, granted.key) == ("examplebucket", None)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("dir/", "dir%2f"),
        ("dir/", "%64ir%2F"),
        ("%2B", "+"),
        ("%C3%A9.", "%c3%a9."),
        ("=%20", "=+"),
        ("&flag", "&flag="),
        ("partNumber=7&uploadId=A%2BB%2FC%3D", "uploadId=A%2bB/C=&part%4eumber=7"),
    ],
)
def test_http_clients_write_urls_each_in_their_way(old: str, new: str) -> None:
    url = url_of(FULL)
    assert old in url
    granted = check(FULL, v4_headers(FULL), url.replace(old, new, 1))
    assert granted.key == "dir/a b+%é.txt"
    assert dict(granted.query) == FULL["query"]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (".txt?", ".tx?"),
        ("a%20b", "a+b"),
        ("%25%C3", "%2525%C3"),
        ("=7", "=8"),
        ("&flag", ""),
        ("&flag", "&flag&other"),
        ("uploadId", "uploadID"),
    ],
)
def test_another_url_does_not_match(old: str, new: str) -> None:
    url = url_of(FULL)
    assert old in url
    with pytest.raises(SignatureMismatchError) as caught:
        check(FULL, v4_headers(FULL), url.replace(old, new, 1))
    error = caught.value
    assert (error.access_key_id, len(error.signature or "")) == ("LTAIexample", 64)
    assert (error.string_to_sign or "").startswith("OSS4-HMAC-SHA256\n20240301T083015Z\n20240301/")
    assert (error.canonical_request or "").startswith("PUT\n/examplebucket/")
    assert error.signature not in str(error)


@pytest.mark.parametrize(
    "changes",
    [
        {"content-type": "text/html"},
        {"range": "1"},
        {"x-oss-meta-e": "2"},
        {"x-oss-meta-new": "2"},
        {"x-oss-content-sha256": "0" * 64},
        {"x-oss-date": "20240301T083016Z"},
        {"x-oss-meta-e": b"\xff"},
    ],
)
def test_other_headers_do_not_match(changes: dict[str, str]) -> None:
    with pytest.raises(SignatureMismatchError):
        check(FULL, v4_headers(FULL) | changes)


@pytest.mark.parametrize("query", ["a=1&a=2", "=1", "a=1&=&b", "a=%FF", "a=%zz"])
def test_queries_that_nobody_can_have_signed(query: str) -> None:
    with pytest.raises(MalformedSignatureError, match=r"^query: "):
        check(CASE, v4_headers(CASE), f"{url_of(CASE)}?{query}")


def test_the_hash_of_the_body_is_signed_where_the_client_gives_one() -> None:
    case = CASE | {"headers": {"x-oss-content-sha256": "0" * 64}}
    headers = oracle.sign_headers(case)
    assert "x-oss-content-sha256" in check(case, headers).signed_headers
    with pytest.raises(SignatureMismatchError):
        check(case, headers | {"x-oss-content-sha256": "UNSIGNED-PAYLOAD"})


LIST = "AdditionalHeaders=range,"
SCOPE = "LTAIexample/20240301/cn-hangzhou/oss/aliyun_v4_request"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("OSS4-HMAC-SHA256 ", "OSS4-HMAC-SHA256"),
        ("OSS4-HMAC-SHA256 ", "oss4-hmac-sha256 "),
        ("OSS4-HMAC-SHA256 ", "Bearer "),
        ("OSS4-HMAC-SHA256 ", "OSS2 "),
        ("Credential=", "credential="),
        (f"Credential={SCOPE},", ""),
        (f"Credential={SCOPE},", f"Credential={SCOPE},Credential={SCOPE},"),
        (SCOPE, ""),
        (SCOPE, SCOPE.replace("LTAIexample/", "")),
        (SCOPE, SCOPE.replace("aliyun", "aws")),
        (SCOPE, SCOPE.replace("20240301", "20240302")),
        (SCOPE, SCOPE.replace("hangzhou", "beijing")),
        (SCOPE, SCOPE.replace("/oss/", "/oss-cloudbox/")),
        (LIST, "AdditionalHeaders=,"),
        (LIST, "AdditionalHeaders=Range,"),
        (LIST, "AdditionalHeaders=range;range,"),
        (LIST, "AdditionalHeaders=range;,"),
        (LIST, "AdditionalHeaders=range;if-match,"),
        (LIST, f"{LIST}{LIST}"),
        (LIST, f"{LIST}Other=1,"),
        (LIST, f"{LIST},"),
        (",Signature=", ",signature="),
        (",Signature=", ",Signature=,x="),
    ],
)
def test_malformed_authorization(old: str, new: str) -> None:
    headers = v4_headers(FULL)
    changed = headers["authorization"].replace(old, new, 1)
    assert changed != headers["authorization"]
    with pytest.raises(MalformedSignatureError) as caught:
        check(FULL, headers | {"authorization": changed})
    assert headers["authorization"][-64:] not in str(caught.value)


def test_elements_of_authorization_come_in_any_order() -> None:
    headers = v4_headers(FULL)
    scheme, _, elements = headers["authorization"].partition(" ")
    for separator in (",", ", ", ",\t "):
        turned = f"{scheme} {separator.join(reversed(elements.split(',')))}"
        assert check(FULL, headers | {"authorization": turned}).key == FULL["key"]


def test_additional_headers_may_be_listed_in_any_order() -> None:
    sent = {"if-modified-since": "1", "if-match": "2"}
    case = CASE | {"headers": sent, "additional_headers": list(sent)}
    headers = v4_headers(case)
    listed = headers["authorization"].replace(
        "if-match;if-modified-since", "if-modified-since;if-match"
    )
    assert listed != headers["authorization"]
    granted = check(case, headers | {"authorization": listed})
    assert granted.additional_headers == ("if-match", "if-modified-since")


@pytest.mark.parametrize("name", ["x-oss-date", "x-oss-content-sha256"])
@pytest.mark.parametrize("value", [None, ""])
def test_headers_that_must_be_there(name: str, value: str | None) -> None:
    headers: dict[str, Any] = v4_headers(CASE)
    del headers[name]
    headers |= {} if value is None else {name: value}
    with pytest.raises(MalformedSignatureError, match=name):
        check(CASE, headers)


@pytest.mark.parametrize("name", ["authorization", "x-oss-date", "x-oss-security-token", "range"])
def test_headers_that_must_not_repeat(name: str) -> None:
    headers = v4_headers(FULL)
    with pytest.raises(MalformedSignatureError):
        check(FULL, [*headers.items(), (name.upper(), headers[name])])


@pytest.mark.parametrize("date", ["20240301T083015", "20240230T083015Z", "2024-03-01T08:30:15Z"])
def test_dates_that_are_none(date: str) -> None:
    with pytest.raises(MalformedSignatureError, match="x-oss-date"):
        check(CASE, v4_headers(CASE) | {"x-oss-date": date})


@pytest.mark.parametrize("seconds", [-901, -900, 0, 900, 901])
def test_clocks_may_differ_by_so_much(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    headers = v4_headers(CASE)
    if abs(seconds) <= 900:
        assert check(CASE, headers, now=now).expiration == NOW + timedelta(seconds=900)
    else:
        with pytest.raises(ClockSkewError) as caught:
            check(CASE, headers, now=now)
        assert (caught.value.code, caught.value.status) == ("RequestTimeTooSkewed", 403)
        assert caught.value.moment == NOW
    assert check(CASE, headers, now=now, max_skew=901)
    endless = check(CASE, headers, now=now, max_skew=float("inf"))
    assert endless.expiration.year == 9999


def test_the_token_belongs_to_the_key() -> None:
    headers = v4_headers(FULL)
    for changed in (
        FULL | {"security_token": None},
        FULL | {"security_token": "other"},
        FULL | {"access_key_id": "LTAIother"},
    ):
        with pytest.raises(UnknownAccessKeyError) as caught:
            check(changed, headers)
        assert "CAIS" not in str(caught.value)
    with pytest.raises(UnknownAccessKeyError, match="token"):
        check(FULL, headers | {"x-oss-security-token": b"\xff"})
    with pytest.raises(SignatureMismatchError):
        check(FULL | {"access_key_secret": "other"}, headers)


V4_QUERY = "x-oss-signature-version=OSS4-HMAC-SHA256"


@pytest.mark.parametrize(
    "query",
    [
        V4_QUERY,
        "x-oss-signature=1",
        "x-oss-signatur%65=1",
        "OSSAccessKeyId=1&Signature=1",
        "x-oss-date=20240301T083015Z",
        "x-oss-security-token=1",
    ],
)
def test_a_second_signature_is_refused(query: str) -> None:
    with pytest.raises(MalformedSignatureError):
        check(CASE, v4_headers(CASE), f"{url_of(CASE)}?{query}")


@pytest.mark.parametrize("authorization", ["OSS a:b", "Basic YTpi"])
def test_authorization_beside_a_signed_url_is_refused(authorization: str) -> None:
    url = oracle.presign(CASE).url
    assert check(CASE, {}, url).key == "a.txt"
    with pytest.raises(MalformedSignatureError, match="authorization"):
        check(CASE, {"Authorization": authorization}, url)


def test_versions_that_are_accepted() -> None:
    headers = v4_headers(CASE)
    assert check(CASE, headers, signature_versions=["v1", "v4"]).signature_version == "v4"
    for signed in ((headers, None), ({}, oracle.presign(CASE).url)):
        with pytest.raises(MalformedSignatureError, match="V4, which is not accepted here"):
            check(CASE, *signed, signature_versions=("v1",))
    for versions in (("v2",), (), "v4", ("v4", "V1")):
        with pytest.raises(RequestError, match="signature_versions"):
            check(CASE, headers, signature_versions=versions)
    with pytest.raises(MalformedSignatureError, match="x-oss-signature-version: missing"):
        check(CASE, {}, signature_versions=("v1",))


def test_slashes_of_the_key_may_be_escaped_in_a_signed_url() -> None:
    case = CASE | {"key": "a/b/%2F"}
    url = oracle.presign(case).url
    escaped = url.replace("a/b/", "a%2Fb%2F")
    assert escaped != url
    assert check(case, {}, escaped).key == check(case, {}, url).key == "a/b/%2F"
    assert check(case, {}, escaped, strict_bytes=True).key == "a/b/%2F"
    with pytest.raises(MalformedSignatureError):
        check(case, {}, url.replace("a/b/", "a%2fb/"), strict_bytes=True)
    path_style = oracle.presign(case | {"endpoint": "127.0.0.1"}).url
    with pytest.raises(MalformedSignatureError, match="bucket"):
        check(case, {}, path_style.replace("bucket/", "bucket%2F"), bucket=None)
