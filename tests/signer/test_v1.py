"""`Signer(signature_version="v1")`: URLs, batches and headers, as both SDKs and `oracle_v1` do."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import Credentials, RequestError, Signer
from support import oracle, oracle_v1, sdk_header_signers
from support.signing import CASE, ID, MOMENT, NOW, SECRET, TOKEN, asked_for

MAXIMUM = 2**31 - 1
PARTS: dict[str, Any] = {"upload_id": "u/1", "part_number": 3}


def signer_of(**settings: Any) -> Signer:
    plain: dict[str, Any] = {
        "region": "cn-hangzhou", "bucket": "examplebucket", "signature_version": "v1",
        "credentials": Credentials(ID, SECRET), "clock": lambda: NOW,
    }  # fmt: skip
    return Signer(**{**plain, **settings})


def case_of(key: str | None = "k", **changes: Any) -> dict[str, Any]:
    return {**CASE, "key": key, **changes}


def url_of(key: str | None = "k", **changes: Any) -> str:
    return oracle_v1.presign(case_of(key, **changes)).text


def headers_of(key: str | None = "k", **changes: Any) -> dict[str, str]:
    return oracle_v1.sign_headers(case_of(key, **changes))


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def refusal(call: Any, *arguments: Any, **words: Any) -> tuple[str, str, int | None]:
    with pytest.raises(RequestError) as caught:
        call(*arguments, **words)
    assert caught.value.__cause__ is None
    return caught.value.field, caught.value.problem, caught.value.row


# URLs


def test_a_result_is_all_that_a_client_needs() -> None:
    headers = {"x-oss-meta-a": " 1 ", "Range": "unsigned"}
    result = signer_of().presign(
        "PutObject", "dir/a b.txt", expires=600, content_type="text/plain", headers=headers
    )
    assert result.method == "PUT"
    assert result.expiration == MOMENT + timedelta(seconds=600)
    assert result.signed_headers == {"x-oss-meta-a": "1", "Content-Type": "text/plain"}
    case: dict[str, Any] = {"op": "PutObject", "expires_seconds": 600}
    case["headers"] = {**headers, "Content-Type": "text/plain"}
    assert result.url == url_of("dir/a b.txt", **case)
    assert result.url == sdk_header_signers.v1_url(case_of("dir/a b.txt", **case))


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize(
    ("operation", "options", "case"),
    [
        ("GetObject", {}, {}),
        ("GetObject", {"process": "image/resize,w_1", "response_content_type": "a/b c"},
         {"query": {"response-content-type": "a/b c", "x-oss-process": "image/resize,w_1"}}),
        ("HeadObject", {"version_id": "v"}, {"method": "HEAD", "query": {"versionId": "v"}}),
        ("DeleteObject", {}, {"method": "DELETE"}),
        ("InitiateMultipartUpload", {}, {"method": "POST", "query": {"uploads": ""}}),
        ("UploadPart", PARTS,
         {"method": "PUT", "query": {"partNumber": "3", "uploadId": "u/1"}}),
        ("PutObject", {"content_md5": "1B2M2Y8AsgTpgAmY7PhCfg==", "metadata": {"B": "中"}},
         {"method": "PUT",
          "headers": {"Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg==", "x-oss-meta-B": "中"}}),
        ("GET", {"query": {"acl": None, "free": "a b"}}, {"query": {"acl": "", "free": "a b"}}),
    ],
)  # fmt: skip
def test_urls_are_those_of_the_sdks(
    operation: str, options: dict[str, Any], case: dict[str, Any], token: str | None
) -> None:
    signer = signer_of(credentials=Credentials(ID, SECRET, token))
    case = case_of("dir/a b+中", security_token=token, **case)
    url = signer.presign(operation, "dir/a b+中", **options).url
    assert url == oracle_v1.presign(case).text == sdk_header_signers.v1_url(case)
    assert oracle.decoded(url) == oracle.decoded(sdk_header_signers.oss2_v1_url(case))


@pytest.mark.parametrize(
    "settings",
    [
        {"url_style": "path", "endpoint": "h"}, {"endpoint": "http://127.0.0.1:9000"},
        {"scheme": "http"},
        {"endpoint": "img.example.com", "url_style": "cname"}, {"endpoint_type": "internal"},
    ],
)  # fmt: skip
def test_places_are_not_signed(settings: dict[str, Any]) -> None:
    url = signer_of(**settings).presign("GetObject", "k").url
    assert url == url_of(**settings)
    assert url.partition("?")[2] == url_of().partition("?")[2]


@pytest.mark.parametrize("key", ["k", "a\nb", "a?b#c", "..", "%2F", "a//b", "é" * 511, "\x00"])
def test_keys(key: str) -> None:
    signer = signer_of()
    assert signer.presign("GetObject", key).url == url_of(key)
    assert lower(signer.sign_headers("GetObject", key)) == headers_of(key)


@pytest.mark.parametrize("key", ["/k", "\\k", "//"])
def test_odd_starts_of_keys_can_be_allowed(key: str) -> None:
    for call in ("presign", "sign_headers"):
        told = refusal(getattr(signer_of(), call), "GetObject", key)
        assert told[0] == "key"
        assert told[1].startswith("starts with")
    signer = signer_of(strict_keys=False)
    assert signer.presign("GetObject", key).url == url_of(key)
    assert signer.presign_many("GetObject", [key])[0] == url_of(key)
    assert lower(signer.sign_headers("GetObject", key)) == headers_of(key)


def test_an_id_is_percent_encoded() -> None:
    signer = signer_of(credentials=Credentials("a&k/=é", SECRET))
    url = signer.presign("GetObject", "k").url
    assert url == url_of(access_key_id="a&k/=é")
    assert "?OSSAccessKeyId=a%26k%2F%3D%C3%A9&" in url


@pytest.mark.parametrize("expires", [1, 604_801, timedelta(days=365), MAXIMUM])
def test_long_lifetimes(expires: Any) -> None:
    seconds = int(expires / timedelta(seconds=1)) if isinstance(expires, timedelta) else expires
    result = signer_of().presign("GetObject", "k", expires=expires)
    assert result.url == url_of(expires_seconds=seconds)
    assert f"&Expires={NOW + seconds}&" in result.url
    assert signer_of().presign("GetObject", "k", expiration=result.expiration) == result


@pytest.mark.parametrize("expires", [0, -1, MAXIMUM + 1, timedelta(0), timedelta(days=40_000)])
def test_lifetimes_out_of_range(expires: Any) -> None:
    field, problem, _ = refusal(signer_of().presign, "GetObject", "k", expires=expires)
    assert field == "expires"
    assert problem.startswith(f"must be 1..{MAXIMUM} seconds, not ")
    if isinstance(expires, timedelta):
        told = refusal(signer_of().presign, "GetObject", "k", expiration=MOMENT + expires)
        assert told == ("expiration", f"must be 1..{MAXIMUM} seconds after signing", None)


def test_a_column_of_lifetimes_is_for_batches() -> None:
    told = refusal(signer_of().presign, "GetObject", "k", expires=[60])
    assert told == ("expires", "is a column; use presign_many for one value per row", None)


def test_ends_past_the_calendar() -> None:
    told = refusal(signer_of().presign, "GET", "k", expires=9, signing_time=253_402_300_799)
    assert told == ("expires", "ends after the year 9999; shorten it", None)


# Batches


def test_every_kind_of_column_at_once() -> None:
    signer = signer_of(credentials=Credentials(ID, SECRET, TOKEN))
    keys, buckets = ["a", "dir/b c", "中"], np.array(["abc", "def", "g-7"])
    batch = signer.presign_many(
        "UploadPart", keys, bucket=buckets, expires=[1, timedelta(minutes=1), MAXIMUM],
        upload_id="u/1", part_number=[1, 77, 10_000], query={"response-expires": ["", "n n", "="]},
        headers={"x-oss-meta-a": ["x", " y ", "é"], "Content-Type": "a/b"},
    )  # fmt: skip
    rows = zip(keys, ("abc", "def", "g-7"), (1, 60, MAXIMUM), ("1", "77", "10000"),
               ("", "n n", "="), ("x", "y", "é"), strict=True)  # fmt: skip
    assert batch.tolist() == [
        url_of(
            key, op="UploadPart", security_token=TOKEN, bucket=bucket, expires_seconds=seconds,
            query={"response-expires": free, "partNumber": part, "uploadId": "u/1"},
            headers={"x-oss-meta-a": author, "Content-Type": "a/b"},
        )
        for key, bucket, seconds, part, free, author in rows
    ]  # fmt: skip
    assert batch.expiration == MOMENT + timedelta(seconds=1)
    assert batch.method == "PUT"


@pytest.mark.parametrize("threads", [1, 3])
def test_nulls_are_kept_or_refused(threads: int) -> None:
    signer = signer_of()
    call: dict[str, Any] = {"version_id": ["1", None, "3", "4"], "expires": [1, 2, None, 4]}
    keys = ["a", "b", "c", "d"]
    batch = signer.presign_many("GetObject", keys, **call, nulls="keep", threads=threads)
    assert batch.tolist() == [
        url_of("a", query={"versionId": "1"}, expires_seconds=1), None, None,
        url_of("d", query={"versionId": "4"}, expires_seconds=4),
    ]  # fmt: skip
    field, problem, row = refusal(signer.presign_many, "GetObject", keys, **call)
    assert (field, row) == ("version_id", 1)
    assert problem.startswith("is null; give a value")


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ({"keys": ["k", ""]}, "key"),
        ({"keys": ["k", "/k"]}, "key"),
        ({"keys": ["k", "\ud800"]}, "key"),
        ({"keys": np.array(["k", "é" * 512])}, "key"),
        ({"bucket": ["abc", "A"]}, "bucket"),
        ({"query": {"acl": ["", "\udfff"]}}, "query['acl']"),
        ({"version_id": ["", 5]}, "version_id"),
        ({"headers": {"x-oss-a": ["1", "a\n"]}}, "headers['x-oss-a']"),
        ({"headers": {"Content-Type": ["a/b", " "]}}, "headers['Content-Type']"),
        ({"expires": [1, MAXIMUM + 1]}, "expires"),
        ({"expires": [1, 0.5]}, "expires"),
    ],
)
def test_bad_rows(call: dict[str, Any], field: str) -> None:
    words = {"keys": ["k", "l"], **call}
    told = refusal(signer_of().presign_many, "GetObject", **words)
    assert (told[0], told[2]) == (field, 1)


def test_columns_of_other_lengths() -> None:
    told = refusal(signer_of().presign_many, "GetObject", ["a", "b"], expires=[1])
    assert told == ("columns", "must be of one length, not keys 2, expires 1", None)


def test_rows_without_keys() -> None:
    signer = signer_of()
    urls = signer.presign_many("ListObjectsV2", prefix=["a/", "b"]).tolist()
    assert urls == [
        url_of("", query={"list-type": "2", "prefix": prefix}) for prefix in ("a/", "b")
    ]
    assert signer_of().presign("GET", bucket="").url == url_of("", bucket=None)


def test_a_request_bound_for_later() -> None:
    seconds = [NOW]
    signer = signer_of(clock=lambda: seconds[0])
    bound = signer.bind("PutObject", expires=60, content_type="a/b")
    for passed in (0, 0, 5):
        seconds[0] = NOW + passed
        moment = datetime.fromtimestamp(seconds[0], timezone.utc).isoformat()
        case: dict[str, Any] = {"op": "PutObject", "headers": {"Content-Type": "a/b"}}
        case["expires_seconds"] = 60
        assert bound.url("k") == url_of(signing_time=moment, **case)
        assert bound.urls(["k", "l"])[1] == url_of("l", signing_time=moment, **case)
    told = refusal(signer.bind("GetObject", expires=[1, 2]).url, "k")
    assert told[:2] == ("columns", "vary from row to row; use urls for them")


# Headers


@pytest.mark.parametrize("token", [None, TOKEN])
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_headers_and_levels(method: str, token: str | None) -> None:
    for bucket, key in (("examplebucket", "dir/é"), ("examplebucket", None), ("", None)):
        signer = signer_of(credentials=Credentials(ID, SECRET, token))
        headers = {"Content-Type": "a/b", "x-oss-meta-a": "1", "Range": "bytes=0-9"}
        case = case_of(
            key, method=method, bucket=bucket or None, security_token=token, headers=headers,
            query={"acl": "", "versionId": "1 2", "prefix": "p"},
        )  # fmt: skip
        answer = lower(
            signer.sign_headers(
                method, asked_for(key), bucket=bucket, headers=headers, query=case["query"]
            )
        )
        assert answer == oracle_v1.sign_headers(case)
        oss2_case = {**case, "key": key or ""}
        assert answer == sdk_header_signers.oss2_v1_headers(oss2_case)
        if not token:
            assert answer == sdk_header_signers.v1_headers(case)


def test_the_date_header_of_oss_goes_before_date() -> None:
    headers = {"X-Oss-Date": "Wed, 28 Dec 2022 10:27:41 GMT", "x-oss-a": "1"}
    answer = lower(signer_of().sign_headers("GET", "k", headers=headers))
    assert answer == headers_of(headers=headers)
    assert answer == sdk_header_signers.v1_headers(case_of(headers=headers))
    assert answer["date"] == "Fri, 01 Mar 2024 08:30:15 GMT"
    assert (
        "\nWed, 28 Dec 2022 10:27:41 GMT\n"
        in oracle_v1.authorize(case_of(headers=headers)).string_to_sign
    )
    told = refusal(signer_of().presign, "GET", "k", headers=headers)
    assert told[0] == "headers['X-Oss-Date']"


@pytest.mark.parametrize(
    "name", ["Authorization", "date", "Security-Token", "x-oss-security-token"]
)
def test_headers_that_the_signature_writes(name: str) -> None:
    told = refusal(signer_of().sign_headers, "GET", "k", headers={name: "v"})
    assert told[:2] == (
        f"headers[{name!r}]", "is written by the signature itself; leave it out",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name", ["OSSAccessKeyId", "Expires", "Signature", "security-token", "x-oss-signature"]
)
def test_query_that_the_signature_writes(name: str) -> None:
    for call in (signer_of().presign, signer_of().sign_headers):
        told = refusal(call, "GET", "k", query={name: "v"})
        assert told[:2] == (
            f"query[{name!r}]", "is written by the signature itself; leave it out",
        )  # fmt: skip


def test_the_payload_is_not_signed() -> None:
    told = refusal(signer_of().sign_headers, "PUT", "k", payload="0" * 64)
    assert told[:2] == ("payload", "Signature V1 does not sign the body; leave it out")
    assert refusal(signer_of().sign_headers, "PUT", "k", payload="")[0] == "payload"
    assert lower(signer_of().sign_headers("PUT", "k", payload="UNSIGNED-PAYLOAD")) == headers_of(
        method="PUT"
    )


# Anything


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=40)
values = texts.filter(lambda text: text.strip() == text.strip("\ufeff") == text != "")
#: Signed by all, by nobody, and by those who know x-oss-*; keys of oss2 hold more than blanks.
query_names = st.one_of(
    st.sampled_from(["acl", "uploadId", "uploads", "versionId", "response-expires", "symlink"]),
    st.from_regex(r"q[a-z0-9+|é-]{1,8}", fullmatch=True),
    st.just("x-oss-process"),
)
keys = texts.filter(lambda key: key.strip() and key[0] not in "/\\" and key[-1] not in "\r\n")
header_names = st.one_of(
    st.sampled_from(["content-type", "content-md5", "range", "x-oss-acl", "if-match"]),
    st.from_regex(r"x-oss-meta-[a-z0-9_-]{1,9}", fullmatch=True),
)
requests = st.fixed_dictionaries(
    {
        "key": keys,
        "headers": st.dictionaries(header_names, values, max_size=5),
        "query": st.dictionaries(query_names, texts, max_size=5),
    }
)
methods = st.sampled_from(["GET", "PUT", "POST"])
tokens = st.sampled_from([None, TOKEN])


@given(call=requests, method=methods, token=tokens, lifetime=st.integers(1, MAXIMUM - NOW))
def test_any_url_as_the_sdks_sign_it(
    call: dict[str, Any], method: str, token: str | None, lifetime: int
) -> None:
    case = case_of(**call, method=method, security_token=token, expires_seconds=lifetime)
    signer = signer_of(credentials=Credentials(ID, SECRET, token))
    url = signer.presign(method, **call, expires=lifetime).url
    assert url == oracle_v1.presign(case).text == sdk_header_signers.v1_url(case)
    assert oracle.decoded(url) == oracle.decoded(sdk_header_signers.oss2_v1_url(case))
    words = {"headers": call["headers"], "query": call["query"], "expires": [lifetime]}
    assert signer.presign_many(method, [call["key"]], **words).tolist() == [url]


@given(call=requests, method=methods, token=tokens)
def test_any_headers_as_the_sdks_sign_them(
    call: dict[str, Any], method: str, token: str | None
) -> None:
    case = case_of(**call, method=method, security_token=token)
    signer = signer_of(credentials=Credentials(ID, SECRET, token))
    answer = lower(signer.sign_headers(method, **call))
    assert answer == oracle_v1.sign_headers(case) == sdk_header_signers.oss2_v1_headers(case)
    plain = {**case, "security_token": None}
    assert sdk_header_signers.v1_headers(plain) == oracle_v1.sign_headers(plain)
