"""The verifier against URLs of the SDKs: it takes them all, and nothing that differs from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from ossign_fast import (
    Credentials,
    ExpiredError,
    MalformedSignatureError,
    NotYetValidError,
    RequestError,
    SignatureMismatchError,
    UnknownAccessKeyError,
    VerificationError,
    verify,
)
from support.oracle import METHODS
from support.paths import SHARED

NOW = datetime(2024, 3, 1, 8, 30, 15, tzinfo=timezone.utc)
CREDENTIALS = Credentials("LTAIexample", "secret")
TOKEN = Credentials("LTAIexample", "secret", "CAIS+/=a+b/c==")
AUTH = (
    "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date=20240301T083015Z&x-oss-expires=900"
    "&x-oss-credential=LTAIexample%2F20240301%2Fcn-hangzhou%2Foss%2Faliyun_v4_request"
)
HOST = "examplebucket.oss-cn-hangzhou.aliyuncs.com"


def signed_url(request: str, signature: str, token: str = "") -> str:
    return f"https://{HOST}/{request}{AUTH}{token}&x-oss-signature={signature}"


A_TXT = "66c96b139271e51609698b16c84d94292677ff758c2b7ec33ac0824db271998e"
URL = signed_url("a.txt?", A_TXT)
PART = "541ea1dc4a81f3a1310d2bc4b66ef4edf8a8495fd2b31b545d9fe0e715352d68"
# Made by alibabacloud-oss-v2 1.4.1 with its clock at NOW: method, URL, headers, credentials.
BUILT_IN = {
    "get": ("GET", URL, {}, CREDENTIALS),
    "put-headers": (
        "PUT",
        signed_url(
            "dir/a%20b%2B%E4%B8%AD.txt?",
            "c4ba438ff586553b2569bbe320e01915e1e1ccb7fe30a4ece9772677d5c4e559",
        ),
        {"X-Oss-Object-Acl": "private", "x-oss-meta-who": " me\t", "Content-Type": "text/plain"},
        CREDENTIALS,
    ),
    "token": (
        "GET",
        signed_url(
            "a.txt?response-content-disposition=attachment%3B%20filename%3D%22x%22&",
            "0bd17c5ff76fd48878499e107f614798aad4027c50cfe08c1a6420bb5db761c6",
            "&x-oss-security-token=CAIS%2B%2F%3Da%2Bb%2Fc%3D%3D",
        ),
        {},
        TOKEN,
    ),
    "path-style": (
        "PUT",
        signed_url("../x?partNumber=7&uploadId=ABC&", PART).replace(
            f"https://{HOST}", "http://127.0.0.1:8080/examplebucket"
        ),
        {},
        CREDENTIALS,
    ),
    "no-value": (
        "POST",
        signed_url(
            "k?uploads&", "67348390a34e44e937ad9c0b7a3480284d7be8f1605c51e331e47e5e9d4cf8f5"
        ),
        {},
        CREDENTIALS,
    ),
}


def check(url: str = URL, method: str = "GET", **options: Any) -> Any:
    return verify(method, url, **{"credentials": CREDENTIALS, "now": NOW, **options})


@pytest.mark.parametrize("name", BUILT_IN)
def test_urls_of_the_sdk_are_valid(name: str) -> None:
    method, url, headers, credentials = BUILT_IN[name]
    granted = check(url, method, headers=headers, credentials=credentials)
    assert (granted.method, granted.bucket) == (method, "examplebucket")
    assert granted.signed_headers == tuple(sorted(name.lower() for name in headers))


def test_what_is_granted() -> None:
    _, url, _, credentials = BUILT_IN["token"]
    granted = check(url, credentials=credentials)
    assert granted.key == "a.txt"
    assert granted.access_key_id == "LTAIexample"
    assert granted.signing_time == NOW
    assert granted.expiration == NOW + timedelta(seconds=900)
    assert (granted.region, granted.product) == ("cn-hangzhou", "oss")
    assert granted.query == (("response-content-disposition", 'attachment; filename="x"'),)
    assert granted.additional_headers == ()
    assert "attachment" not in repr(granted)
    with pytest.raises(AttributeError):
        granted.key = "other"


@pytest.mark.shared_data
@pytest.mark.parametrize(("name", "count"), [("presign_v4", 1184), ("presign_v4_corner", 125)])
@pytest.mark.usefixtures("unissued_keys")
def test_shared_vectors_are_valid(name: str, count: int) -> None:
    lines = (SHARED / f"{name}.jsonl").read_text(encoding="ascii").splitlines()
    cases = [json.loads(line) for line in lines]
    advised = [case for case in cases if case["expected"].get("advice", "sign") == "sign"]
    assert sum(check_case(case) for case in advised) == count


def check_case(case: Mapping[str, Any]) -> int:
    """Returns how many URLs of `case` were found valid; all are."""
    credentials = Credentials(
        case["access_key_id"], case["access_key_secret"], case.get("security_token")
    )
    is_address = (case.get("endpoint") or "").endswith("192.168.0.1")  # path style in any case
    style = None if is_address else case.get("url_style")
    urls = {case["expected"]["url"], case["expected"].get("url_python_v2")} - {None}
    for url in urls:
        granted = verify(
            case.get("method") or METHODS[case["op"]],
            url,
            credentials=credentials,
            headers=case.get("headers"),
            bucket=case["bucket"],
            url_style=None if style == "virtual" else style,
            region=case["region"],
            product=case.get("product", "oss"),
            now=datetime.fromisoformat(case["signing_time"].replace("Z", "+00:00")),
        )
        assert (granted.bucket, granted.key) == (case["bucket"], case["key"]), case["id"]
    return len(urls)


def test_both_layouts_of_an_empty_value_are_the_same_request() -> None:
    method, url, _, _ = BUILT_IN["no-value"]
    assert check(url.replace("?uploads&", "?uploads=&"), method).query == (("uploads", ""),)


def test_order_of_parameters_does_not_matter() -> None:
    path, _, query = URL.partition("?")
    assert check(f"{path}?{'&'.join(reversed(query.split('&')))}").key == "a.txt"


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (URL.replace(HOST, "cdn.example.com"), {"url_style": "cname", "bucket": "examplebucket"}),
        (URL.removeprefix(f"https://{HOST}"), {"bucket": "examplebucket"}),
        (URL.replace(f"{HOST}/", "oss.example.com:81/examplebucket/"), {"url_style": "path"}),
        (URL.replace(f"{HOST}/", "localhost:81/examplebucket/"), {}),
        (URL.replace(f"{HOST}/", "[::1]:81/examplebucket/"), {"bucket": "examplebucket"}),
        (URL.replace(f"https://{HOST}/", "/examplebucket/"), {"url_style": "path"}),
        (URL, {"url_style": "virtual", "endpoint": "oss-cn-hangzhou.aliyuncs.com"}),
        (URL, {"endpoint": "https://oss-cn-hangzhou.aliyuncs.com/"}),
    ],
)
def test_bucket_and_key_are_found(url: str, options: Mapping[str, Any]) -> None:
    granted = check(url, **options)
    assert (granted.bucket, granted.key) == ("examplebucket", "a.txt")


@pytest.mark.parametrize(
    ("url", "options"),
    [
        (URL, {"bucket": "other"}),
        (URL, {"endpoint": "oss-cn-beijing.aliyuncs.com"}),
        (URL, {"endpoint": "http://oss-cn-hangzhou.aliyuncs.com"}),
        (URL.replace(f"{HOST}/", "localhost:81/examplebucket/"), {"endpoint": "localhost:82"}),
    ],
)
def test_another_endpoint_or_bucket_is_refused(url: str, options: Mapping[str, Any]) -> None:
    with pytest.raises(VerificationError, match="specified endpoint") as caught:
        check(url, **options)
    assert (caught.value.code, caught.value.status) == ("AccessDenied", 403)


@pytest.mark.parametrize(
    "options",
    [
        {"url_style": "cname"},
        {"url_style": "dns"},
        {"endpoint": "https://oss.example.com/path"},
        {"now": datetime(2024, 3, 1)},  # noqa: DTZ001 - the point of the case
        {"now": float("nan")},
        {"now": float("-inf")},
        {"max_skew": float("nan")},
        {"max_skew": -1},
        {"url": URL.removeprefix(f"https://{HOST}")},
        {"url": "/a.txt", "bucket": "examplebucket", "endpoint": "oss.example.com"},
    ],
)
def test_unusable_arguments(options: dict[str, Any]) -> None:
    with pytest.raises(RequestError):
        check(**options)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("https://", "ftp://"),
        ("https://", "https://user@"),
        (".com/", ".com:port/"),
        ("/a.txt?", "?"),
        ("/a.txt", "/a.txt#f"),
        ("a.txt", "a b.txt"),
        ("a.txt", "a%zz.txt"),
        ("a.txt", "a%4"),
        ("a.txt", "a.txt\x7f"),
        ("&x-oss-date", "&a%&x-oss-date"),
        ("&x-oss-date", "&a=b%2&x-oss-date"),
        ("&x-oss-date", "&%78-oss-date=20240301T083015Z&x-oss-date"),
        ("&x-oss-date", "&=&x-oss-date"),
        ("&x-oss-date", "&a=b c&x-oss-date"),
        ("a.txt", "a%FF.txt"),
        ("a.txt", "ä.txt"),
        ("&x-oss-date", "&=v&x-oss-date"),
        ("&x-oss-date", "&x-oss-date=20240301T083015Z&x-oss-date"),
        ("&x-oss-date", "&a=%C3%28&x-oss-date"),
        (A_TXT, ""),
        ("x-oss-signature=", "x-oss-signatur="),
        ("OSS4-HMAC-SHA256", "OSS2"),
        ("x-oss-signature-version=OSS4-HMAC-SHA256&", ""),
        ("x-oss-date=20240301T083015Z", "x-oss-date="),
        ("=20240301T083015Z", "=20240301T083015"),
        ("=20240301T083015Z", "=20240230T083015Z"),
        ("=20240301T083015Z", "=2024031T0830155Z"),
        ("=20240301T083015Z", "=20240302T083015Z"),
        ("=900", "=0"),
        ("=900", "=-1"),
        ("=900", "=0900"),
        ("=900", "=604801"),
        ("=900", "=9e2"),
        ("=900", "=%D9%A9"),
        ("aliyun_v4_request", "aws4_request"),
        ("LTAIexample%2F", ""),
        ("LTAIexample%2F", "%2F"),
        ("&x-oss-date", "&x-oss-additional-headers=&x-oss-date"),
        ("&x-oss-date", "&x-oss-additional-headers=Range&x-oss-date"),
        ("&x-oss-date", "&x-oss-additional-headers=range%3Bhost&x-oss-date"),
        ("&x-oss-date", "&x-oss-additional-headers=range%3Brange&x-oss-date"),
        ("&x-oss-date", "&x-oss-additional-headers=range&x-oss-date"),
    ],
)
def test_malformed_urls(old: str, new: str) -> None:
    changed = URL.replace(old, new, 1)
    assert changed != URL
    with pytest.raises(MalformedSignatureError) as caught:
        check(changed)
    assert (caught.value.code, caught.value.status) == ("InvalidArgument", 400)


@pytest.mark.parametrize(
    ("field", "value"), [("region", "cn-beijing"), ("product", "oss-cloudbox")]
)
def test_scope_must_be_the_required_one(field: str, value: str) -> None:
    with pytest.raises(MalformedSignatureError, match=f"{field} {value}"):
        check(**{field: value})
    assert check(**{field: None})


@pytest.mark.parametrize(
    ("old", "new", "headers"),
    [
        ("a.txt", "b.txt", {}),
        ("a.txt", "a%2Ftxt", {}),
        ("examplebucket", "examplebucke", {}),
        ("/a.txt", "//a.txt", {}),
        ("a.txt", "a.txt", {"Content-Type": "text/plain"}),
        ("=900", "=901", {}),
        ("LTAIexample", "LTAIexample", {"x-oss-meta-a": ""}),
        ("&x-oss-date", "&versionId=1&x-oss-date", {}),
        (A_TXT, A_TXT.upper(), {}),
        (A_TXT, A_TXT[:-1], {}),
        (A_TXT, "%C3%A9" * 64, {}),
    ],
)
def test_another_request_does_not_match(old: str, new: str, headers: Mapping[str, str]) -> None:
    with pytest.raises(SignatureMismatchError) as caught:
        check(URL.replace(old, new, 1), headers=headers)
    error = caught.value
    assert error.string_to_sign is not None
    assert error.string_to_sign.startswith("OSS4-HMAC-SHA256\n20240301T083015Z\n20240301/cn-hang")
    assert error.canonical_request is not None
    assert error.canonical_request.startswith("GET\n/")
    assert "OSS4" not in str(error)
    assert (error.code, error.status) == ("SignatureDoesNotMatch", 403)


def test_another_method_or_secret_does_not_match() -> None:
    for options in ({"method": "PUT"}, {"credentials": Credentials("LTAIexample", "other")}):
        with pytest.raises(SignatureMismatchError):
            check(**options)


@pytest.mark.parametrize(
    ("seconds", "error"),
    [(-901, NotYetValidError), (-900, None), (0, None), (900, None), (900.5, ExpiredError)],
)
def test_window_of_validity(seconds: float, error: type[Exception] | None) -> None:
    moment = NOW + timedelta(seconds=seconds)
    for now in (moment, moment.timestamp(), moment.astimezone(timezone(timedelta(hours=8)))):
        if error is None:
            assert check(now=now).key == "a.txt"
        else:
            with pytest.raises(error):
                check(now=now)
    with pytest.raises(ExpiredError, match=r"^Request has expired\.$"):
        check(now=None)
    assert check(now=NOW - timedelta(seconds=901), max_skew=901)


def test_time_of_no_calendar_end() -> None:
    last_day = URL.replace("20240301", "99991231")
    with pytest.raises(NotYetValidError):
        check(last_day)


@pytest.mark.parametrize(
    "credentials",
    [
        {"LTAIexample": CREDENTIALS},
        lambda name: CREDENTIALS if name == "LTAIexample" else None,
    ],
    ids=["mapping", "function"],
)
def test_credentials_are_looked_up(credentials: Any) -> None:
    assert check(credentials=credentials).access_key_id == "LTAIexample"
    with pytest.raises(UnknownAccessKeyError):
        check(URL.replace("LTAIexample", "LTAIother"), credentials=credentials)


def test_the_token_belongs_to_the_key() -> None:
    _, with_token, _, _ = BUILT_IN["token"]
    other = Credentials("LTAIexample", "secret", "other")
    for url, credentials in [(URL, TOKEN), (with_token, CREDENTIALS), (with_token, other)]:
        with pytest.raises(UnknownAccessKeyError, match="security token") as caught:
            check(url, credentials=credentials)
        assert "CAIS" not in str(caught.value)


@pytest.mark.parametrize(
    "headers",
    [
        [("x-oss-meta-a", "1"), ("X-OSS-META-A", "1")],
        {"x-oss-meta-a": "1\r\nx-oss-meta-b:2"},
        {"x-oss-meta-a": b"1\0"},
        {"x-oss-meta a": "1"},
        {"x-oss-meta-é": "1"},
        {"x-oss-meta-a": "\ud800"},
    ],
)
def test_headers_that_http_cannot_carry(headers: Any) -> None:
    with pytest.raises(MalformedSignatureError):
        check(headers=headers)


def test_headers_may_repeat_where_nothing_is_signed() -> None:
    assert check(headers=[("Accept", "a"), ("accept", "b"), ("Host", "ignored")]).key == "a.txt"


def test_additional_headers_bind_the_host() -> None:
    bound = signed_url(
        "a.txt?",
        "b68c88770f830fa0a7b09feca9c7b4ad8e3d8f8bb37a3c7f9ef8a5af79bb7fc5",
        "&x-oss-additional-headers=host%3Brange",
    )
    for headers in ({"Range": "bytes=0-1"}, {"RANGE": b" bytes=0-1", "HOST": HOST}):
        granted = check(bound, headers=headers)
        assert granted.additional_headers == granted.signed_headers == ("host", "range")
    for url in (bound.replace("hangzhou.", "beijing."), bound.replace(HOST, f"{HOST}:444")):
        with pytest.raises(SignatureMismatchError):
            check(url, headers={"Range": "bytes=0-1"})
    assert check(bound.replace(HOST, f"{HOST}:443"), headers={"Range": "bytes=0-1"})
    with pytest.raises(MalformedSignatureError, match="range"):
        check(bound)
