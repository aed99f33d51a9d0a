"""Requests signed with V1, in URLs and in headers: those of the SDKs pass, nothing else does."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ossign_fast import (
    ClockSkewError,
    ExpiredError,
    MalformedSignatureError,
    SignatureMismatchError,
    UnknownAccessKeyError,
)
from support import oracle
from support.casebook import load
from support.paths import SHARED
from support.sdk_header_signers import oss2_v1_headers, oss2_v1_url, v1_headers, v1_url
from support.verify import CASE, check, url_of

NOW = datetime(2024, 3, 1, 8, 30, 15, tzinfo=timezone.utc)
TOKEN = "CAIS+/=a+b/c=="
FULL = CASE | {
    "key": "dir/a b+%é.txt",
    "query": {"partNumber": "7", "uploadId": "A+B/C=", "x-oss-traffic-limit": "1", "free": "1"},
    "headers": {"Content-Type": "text/plain", "x-oss-meta-e": "é", "Range": "0"},
    "security_token": TOKEN,
}
#: Sub-resources that Go signs only if asked to. oss2 signs them, and so does OSS.
SIGNED_BY_OSS2 = {"v1c-q-resource-group", "v1c-h-resource-group", "v1c-h-lifecycle"}


def check_v1(case: Any, headers: Any, url: str | None = None, **options: Any) -> Any:
    return check(case, headers, url, **{"signature_versions": ("v1",)} | options)


@pytest.mark.shared_data
@pytest.mark.usefixtures("unissued_keys")
def test_shared_vectors_are_valid() -> None:
    cases = load(SHARED / "v1.jsonl")
    for case in cases:
        expected = case["expected"]
        headers = expected.get("request_headers", case["headers"])
        if case["id"] in SIGNED_BY_OSS2:
            with pytest.raises(SignatureMismatchError):
                check_v1(case, headers, expected["url"])
            headers, expected = signed_by_oss2(case)
        granted = check_v1(case, headers, expected["url"])
        assert (granted.bucket, granted.key) == (case["bucket"], case["key"]), case["id"]
        assert granted.signature_version == "v1"
    assert len(cases) == 138
    assert {case["id"] for case in cases} > SIGNED_BY_OSS2


def signed_by_oss2(case: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Returns headers and URL of `case` as oss2 signs it."""
    if case["auth"] == "v1_query":
        return case["headers"], {"url": oss2_v1_url(case)}
    return oss2_v1_headers(case), {"url": url_of(case)}


@pytest.mark.parametrize("sign", [v1_url, oss2_v1_url])
def test_what_a_url_grants(sign: Any) -> None:
    granted = check_v1(FULL, FULL["headers"], sign(FULL))
    assert (granted.bucket, granted.key) == ("examplebucket", "dir/a b+%é.txt")
    assert (granted.signing_time, granted.expiration) == (None, NOW + timedelta(seconds=900))
    assert (granted.region, granted.product) == (None, None)
    assert granted.query == tuple(FULL["query"].items())
    assert granted.signed_headers == ("content-type", "x-oss-meta-e")
    assert granted.additional_headers == ()
    assert granted.signature_version == "v1"


@pytest.mark.parametrize(
    ("sign", "name"),
    [(v1_headers, "security-token"), (oss2_v1_headers, "x-oss-security-token")],
)
def test_what_headers_grant(sign: Any, name: str) -> None:
    headers = sign(FULL)
    assert headers[name] == TOKEN
    granted = check_v1(FULL, headers)
    assert (granted.signing_time, granted.expiration) == (NOW, NOW + timedelta(seconds=900))
    signed = {"content-type", "date", "x-oss-meta-e", name} - {"security-token"}
    assert granted.signed_headers == tuple(sorted(signed))
    assert granted.query == tuple(FULL["query"].items())


@pytest.mark.parametrize("place", [{"bucket": "examplebucket"}, {"bucket": None}])
def test_requests_to_bucket_and_service(place: dict[str, Any]) -> None:
    case = CASE | {"method": "GET", "key": None, "endpoint": "http://127.0.0.1:8080"} | place
    for headers, url in ((v1_headers(case), None), ({}, v1_url(case))):
        granted = check_v1(case, headers, url)
        assert (granted.bucket, granted.key) == (place["bucket"], None)


@pytest.mark.parametrize("date", ["Fri, 01 Mar 2024 08:30:15 GMT", "20240301T083015Z"])
def test_the_date_may_stand_in_another_header(date: str) -> None:
    case = CASE | {"headers": {"x-oss-date": date}}
    headers = oss2_v1_headers(case) | {"date": "not looked at"}
    granted = check_v1(case, headers)
    assert (granted.signing_time, granted.signed_headers) == (NOW, ("x-oss-date",))


def test_a_query_need_not_be_spelt_as_signed_where_headers_are() -> None:
    url = url_of(FULL)
    for old, new in (("%2BB%2FC%3D", "%2bB/C="), ("%C3%A9", "%c3%a9"), ("free=1", "fre%65=+")):
        assert old in url
        assert check_v1(FULL, v1_headers(FULL), url.replace(old, new)).key == FULL["key"]


def test_what_v1_does_not_sign_may_change() -> None:
    """Why it has to be asked for."""
    url = v1_url(FULL)
    changed = url.replace("free=1", "free=2&other=3")
    granted = check_v1(FULL, FULL["headers"] | {"Range": "1"}, changed)
    assert ("other", "3") in granted.query


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (".txt?", ".tx?"),
        ("=7", "=8"),
        ("uploadId", "uploads"),
        ("limit=1", "limit=2"),
        ("Expires=1709282715", "Expires=1709282716"),
        ("&free", "&acl&free"),
        ("Signature=", "Signature=A"),
        ("uploadId=A%2B", "uploadId=A+"),
    ],
)
def test_another_url_does_not_match(old: str, new: str) -> None:
    url = v1_url(FULL)
    assert old in url
    with pytest.raises(SignatureMismatchError) as caught:
        check_v1(FULL, FULL["headers"], url.replace(old, new, 1))
    error = caught.value
    assert error.canonical_request is None
    assert (error.string_to_sign or "").startswith("PUT\n\ntext/plain\n17092827")
    assert (error.access_key_id, error.code) == ("LTAIexample", "SignatureDoesNotMatch")
    assert str(error.signature) not in str(error)


@pytest.mark.parametrize(
    "changes",
    [
        {"content-type": "text/html"},
        {"content-md5": "AAAA"},
        {"x-oss-meta-e": "2"},
        {"x-oss-meta-e": b"\xff"},
        {"x-oss-meta-new": "2"},
        {"date": "Fri, 01 Mar 2024 08:30:16 GMT"},
        {"x-oss-date": "Fri, 01 Mar 2024 08:30:15 GMT"},
    ],
)
def test_other_headers_do_not_match(changes: dict[str, str]) -> None:
    with pytest.raises(SignatureMismatchError):
        check_v1(FULL, v1_headers(FULL) | changes)
    with pytest.raises(SignatureMismatchError):
        check_v1(FULL, v1_headers(FULL), method="GET")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Expires=1709282715", ""),
        ("Expires=1709282715", "Expires="),
        ("Expires=1709282715", "Expires=01709282715"),
        ("Expires=1709282715", "Expires=-1"),
        ("Expires=1709282715", "Expires=1.5"),
        ("Expires=1709282715", "Expires=999999999999"),
        ("Expires=", "Expires=1&Expires="),
        ("Expires=", "%45xpires=1&Expires="),
        ("dir/", "d%6/"),
        ("=LTAIexample", "="),
    ],
)
def test_malformed_urls(old: str, new: str) -> None:
    url = v1_url(FULL)
    assert old in url
    with pytest.raises(MalformedSignatureError):
        check_v1(FULL, FULL["headers"], url.replace(old, new, 1))


def test_a_url_without_a_signature_in_it() -> None:
    url = v1_url(CASE)
    with pytest.raises(MalformedSignatureError, match="Signature: missing"):
        check_v1(CASE, {}, url.partition("&Signature")[0] + "&Signature=")
    with pytest.raises(MalformedSignatureError, match="x-oss-signature-version: missing"):
        check_v1(CASE, {}, url.partition("&Signature")[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"authorization": "OSS "},
        {"authorization": "OSS LTAIexample"},
        {"authorization": "OSS LTAIexample:"},
        {"authorization": "OSS :c2lnbmF0dXJl"},
        {"authorization": "OSS"},
        {"date": ""},
        {"date": "2024-03-01"},
        {"date": "20240301T083015Z"},
        {"date": "Fri, 01 Mar 2024 08:30:75 GMT"},
        {"date": "Fri, 30 Feb 2024 08:30:15 GMT"},
        {"date": "Fri, 01 Mar 2024 08:30:15 +0000"},
        {"x-oss-date": ""},
        {"x-oss-date": "20240230T083015Z"},
        {"security-token": "t", "x-oss-security-token": "t"},
    ],
)
def test_malformed_headers(changes: dict[str, str]) -> None:
    headers = v1_headers(CASE)
    assert check_v1(CASE, headers).key == "a.txt"
    with pytest.raises(MalformedSignatureError):
        check_v1(CASE, headers | changes)


@pytest.mark.parametrize("name", ["authorization", "date", "security-token", "x-oss-meta-e"])
def test_headers_that_must_not_repeat(name: str) -> None:
    headers = v1_headers(FULL)
    with pytest.raises(MalformedSignatureError):
        check_v1(FULL, [*headers.items(), (name.upper(), headers[name])])


@pytest.mark.parametrize("seconds", [-100_000, 0, 900, 901])
def test_a_url_is_valid_until_it_expires(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    if seconds <= 900:
        assert check_v1(CASE, {}, v1_url(CASE), now=now)
    else:
        with pytest.raises(ExpiredError) as caught:
            check_v1(CASE, {}, v1_url(CASE), now=now)
        assert caught.value.moment == NOW + timedelta(seconds=900)


@pytest.mark.parametrize("seconds", [-901, -900, 900, 901])
def test_clocks_may_differ_by_so_much(seconds: int) -> None:
    now = NOW + timedelta(seconds=seconds)
    if abs(seconds) <= 900:
        assert check_v1(CASE, v1_headers(CASE), now=now)
    else:
        with pytest.raises(ClockSkewError):
            check_v1(CASE, v1_headers(CASE), now=now)


@pytest.mark.parametrize("token", [None, "other"])
def test_the_token_belongs_to_the_key(token: str | None) -> None:
    other = FULL | {"security_token": token}
    for headers, url in ((v1_headers(FULL), None), (FULL["headers"], v1_url(FULL))):
        with pytest.raises(UnknownAccessKeyError, match="token") as caught:
            check_v1(other, headers, url)
        assert "CAIS" not in str(caught.value)


def test_v1_must_be_asked_for() -> None:
    for headers, url in ((v1_headers(CASE), None), ({}, v1_url(CASE))):
        with pytest.raises(MalformedSignatureError, match="V1, which is not accepted") as caught:
            check(CASE, headers, url)
        assert "sign with V4" in str(caught.value)
        assert check(CASE, headers, url, signature_versions=("v4", "v1"))


def test_a_second_signature_is_refused() -> None:
    for url in (v1_url(CASE), oracle.presign(CASE).url):
        with pytest.raises(MalformedSignatureError, match="signed twice"):
            check_v1(CASE, v1_headers(CASE), url, signature_versions=("v4", "v1"))


def test_a_slash_in_the_bucket_is_no_part_of_the_key() -> None:
    case = CASE | {"key": "a/b", "endpoint": "http://127.0.0.1:8080"}
    url = url_of(case).replace("bucket/a", "bucket%2Fa")
    with pytest.raises(MalformedSignatureError, match="bucket"):
        check_v1(case, v1_headers(case), url, bucket=None)
    doubled = url_of(case).replace("8080/", "8080//")
    with pytest.raises(SignatureMismatchError):
        check_v1(case, v1_headers(case), doubled, bucket=None)


@pytest.mark.parametrize(
    ("query", "respelled"),
    [
        ({"acl": "1", "versionId": "2"}, "acl=1%26versionId=2"),
        ({"acl": "1", "versionId": ""}, "acl=1%26versionId"),
        ({"acl": "1&b", "x-oss-a": "2"}, "acl=1%26b%26x-oss-a=2"),
        ({"x-oss-a": "1"}, "x-oss-a%3D1"),
        ({"x-oss-a": "", "x-oss-b": "1"}, "x-oss-a%26x-oss-b=1"),
    ],
)
def test_parameters_that_are_signed_alike_are_not_taken_for_each_other(
    query: dict[str, str], respelled: str
) -> None:
    case = CASE | {"query": query}
    url = v1_url(case)
    assert dict(check_v1(case, {}, url).query) == query
    signed = "&".join(oracle.encode_pair(*pair) for pair in query.items())
    assert signed in url
    with pytest.raises(MalformedSignatureError, match="cannot tell apart"):
        check_v1(case, {}, url.replace(signed, respelled))


def test_values_may_hold_what_reads_like_no_other_parameter() -> None:
    case = CASE | {"query": {"response-content-disposition": "a&b=c&aclx=1"}}
    assert dict(check_v1(case, {}, v1_url(case)).query) == case["query"]
