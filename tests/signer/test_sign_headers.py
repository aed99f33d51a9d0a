"""`Signer.sign_headers` with V4: what is signed, what comes back, what is refused.

The oracles are the plain signer of `oracle` and the signer of alibabacloud-oss-v2.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timezone
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ossign_fast import NO_KEY, Credentials, RequestError, Signer
from support import oracle, sdk_header_signers
from support.engines import Engine
from support.signing import CASE, ID, SECRET, TOKEN, asked_for, signer_of

DIGEST = hashlib.sha256(b"the body").hexdigest()
PAYLOAD = "x-oss-content-sha256"
UNSIGNED = "UNSIGNED-PAYLOAD"


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def wanted(key: str | None = "k", **changes: Any) -> dict[str, str]:
    """Returns the headers that the oracle makes of the case with these changes."""
    return oracle.sign_headers({**CASE, "key": key, **changes})


def signed(engine: Engine, key: str | None = "k", method: str = "GET", **call: Any) -> Any:
    return lower(signer_of(engine).sign_headers(method, key, **call))


def refusal(signer: Signer, *arguments: Any, **call: Any) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        signer.sign_headers(*(arguments or ("PUT", "k")), **call)
    assert caught.value.__cause__ is None
    assert caught.value.row is None
    return caught.value.field, caught.value.problem


# What comes back


def test_the_headers_in_their_order(engine: Engine) -> None:
    signer = signer_of(engine, credentials=Credentials(ID, SECRET, TOKEN))
    headers = signer.sign_headers(
        "PutObject", "a b", content_type="text/plain",
        headers={"User-Agent": "me", "X-Oss-Meta-A": " 1\t"},
    )  # fmt: skip
    assert list(headers.items())[:-1] == [
        ("X-Oss-Meta-A", "1"), ("Content-Type", "text/plain"), (PAYLOAD, UNSIGNED),
        ("User-Agent", "me"), ("x-oss-date", "20240301T083015Z"),
        ("Date", "Fri, 01 Mar 2024 08:30:15 GMT"), ("x-oss-security-token", TOKEN),
    ]  # fmt: skip
    assert list(headers)[-1] == "Authorization"
    assert lower(headers) == wanted(
        "a b", op="PutObject", security_token=TOKEN,
        headers={"user-agent": "me", "x-oss-meta-a": "1", "content-type": "text/plain"},
    )  # fmt: skip


def test_headers_are_the_callers_own(engine: Engine) -> None:
    signer = signer_of(engine)
    given = {"Range": "bytes=0-9"}
    first = signer.sign_headers("GET", "k", headers=given)
    first["Range"] = first["Authorization"] = "changed"
    assert lower(signer.sign_headers("GET", "k", headers=given)) == wanted(headers=given)
    assert given == {"Range": "bytes=0-9"}


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS", "PATCH"])
@pytest.mark.parametrize("token", [None, TOKEN])
def test_methods_and_levels(engine: Engine, method: str, token: str | None) -> None:
    for bucket, key in (("examplebucket", "dir/é"), ("examplebucket", None), ("", None)):
        signer = signer_of(engine, credentials=Credentials(ID, SECRET, token))
        query = {"prefix": "a/", "acl": None, "b": ""}
        case: dict[str, Any] = {"method": method, "bucket": bucket or None, "security_token": token}
        case["query"] = {"prefix": "a/", "acl": "", "b": ""}
        headers = lower(signer.sign_headers(method, asked_for(key), bucket=bucket, query=query))
        assert headers == wanted(key, **case)
        assert headers == sdk_header_signers.v4_headers({**CASE, "key": key, **case})


def test_the_service_whatever_the_bucket_of_the_signer(engine: Engine) -> None:
    assert signed(engine, NO_KEY, bucket="") == wanted(None, bucket=None)
    assert signed(engine, NO_KEY) == wanted(None)
    url = signer_of(engine).presign("GET", bucket="").url
    assert url.startswith("https://oss-cn-hangzhou.aliyuncs.com/?")
    assert refusal(signer_of(engine), "GET", "k", bucket="")[0] == "bucket"


def test_a_bucket_for_one_call(engine: Engine) -> None:
    assert signed(engine, bucket="other") == wanted(bucket="other")
    assert signed(engine, NO_KEY, bucket="other") == wanted(None, bucket="other")


@pytest.mark.parametrize(
    ("settings", "scope"),
    [
        ({}, "cn-hangzhou/oss"),
        ({"region": "cb-1", "product": "oss-cloudbox", "endpoint": "box.example.com"},
         "cb-1/oss-cloudbox"),
        ({"url_style": "path", "endpoint": "http://127.0.0.1:9000"}, "cn-hangzhou/oss"),
        ({"url_style": "cname", "endpoint": "img.example.com"}, "cn-hangzhou/oss"),
    ],
)  # fmt: skip
def test_the_scope_is_signed_and_the_endpoint_is_not(
    engine: Engine, settings: dict[str, Any], scope: str
) -> None:
    region, product = scope.split("/")
    headers = lower(signer_of(engine, **settings).sign_headers("GET", "k"))
    assert headers == wanted(region=region, product=product)
    assert f" Credential={ID}/20240301/{scope}/aliyun_v4_request,S" in headers["authorization"]


OPTIONS: list[tuple[str, dict[str, Any], dict[str, str], dict[str, str]]] = [
    ("PutObject", {"content_type": "a/b", "content_md5": "1B2M2Y8AsgTpgAmY7PhCfg=="},
     {"Content-Type": "a/b", "Content-MD5": "1B2M2Y8AsgTpgAmY7PhCfg=="}, {}),
    ("PutObject", {"metadata": {"Author": "li", "b": "中"}, "forbid_overwrite": True},
     {"x-oss-meta-Author": "li", "x-oss-meta-b": "中", "x-oss-forbid-overwrite": "true"}, {}),
    ("PutObject", {"content_encoding": "gzip", "content_length": 5, "cache_control": "no-cache"},
     {"Content-Encoding": "gzip", "Content-Length": "5", "Cache-Control": "no-cache"}, {}),
    ("UploadPart", {"upload_id": "u+/", "part_number": 7}, {},
     {"partNumber": "7", "uploadId": "u+/"}),
    ("InitiateMultipartUpload", {}, {}, {"uploads": ""}),
    ("CopyObject", {"source_key": "a b"}, {"x-oss-copy-source": "/examplebucket/a%20b"}, {}),
    ("GetObject", {"range_header": "bytes=0-9", "process": "image/resize,w_1"},
     {"Range": "bytes=0-9"}, {"x-oss-process": "image/resize,w_1"}),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "options", "headers", "query"), OPTIONS)
def test_typed_options(
    engine: Engine, operation: str, options: dict[str, Any], headers: Any, query: Any
) -> None:
    answer = signed(engine, method=operation, **options)
    method = {"UploadPart": "PUT", "CopyObject": "PUT"}.get(operation)
    method = method or oracle.METHODS[operation]
    assert answer == wanted(method=method, headers=headers, query=query)


def test_an_operation_on_a_bucket(engine: Engine) -> None:
    headers = signed(engine, None, "ListObjectsV2", prefix="a/", max_keys=5)
    query = {"list-type": "2", "prefix": "a/", "max-keys": "5"}
    assert headers == wanted(None, query=query)


# Additional headers


@pytest.mark.parametrize(
    ("names", "listed"),
    [
        (["Range", "if-match", "HOST"], "host;if-match;range"),
        (["range", "Range", "RANGE"], "range"),
        (("x-absent", "range"), "range"),
        ({"content-type", "x-oss-meta-a", "Content-MD5"}, None),
        (frozenset({"x-oss-meta-a", "host"}), "host"),
        ((), None),
    ],
)
def test_additional_headers(engine: Engine, names: Any, listed: str | None) -> None:
    headers = {"Range": "bytes=0-9", "If-Match": '"e"', "Host": "h", "Content-Type": "a/b",
               "x-oss-meta-a": "1"}  # fmt: skip
    case: dict[str, Any] = {"headers": headers, "additional_headers": list(names)}
    answer = signed(engine, headers=headers, additional_headers=names)
    assert answer == wanted(**case)
    assert answer == sdk_header_signers.v4_headers({**CASE, "key": "k", **case})
    extra = f",AdditionalHeaders={listed},Signature=" if listed else "/aliyun_v4_request,Signature="
    assert extra in answer["authorization"]


def test_additional_headers_of_the_signer_are_the_default(engine: Engine) -> None:
    signer = signer_of(engine, additional_headers=["Range"])
    call: dict[str, Any] = {"headers": {"Range": "bytes=0-9"}}
    default = lower(signer.sign_headers("GET", "k", **call))
    assert default == wanted(**call, additional_headers=["range"])
    none = lower(signer.sign_headers("GET", "k", **call, additional_headers=[]))
    assert none == wanted(**call)


def test_the_date_cannot_be_an_additional_header(engine: Engine) -> None:
    call = {"additional_headers": ["Date"], "headers": {"Range": "bytes=0-9"}}
    assert refusal(signer_of(engine), **call)[0] == "additional_headers"
    assert signer_of(engine).presign("GET", "k", **call).signed_headers == {}


@pytest.mark.parametrize("names", ["range", None, 5, [5], ["a b"], [""], (n for n in ["range"])])
def test_bad_additional_headers(engine: Engine, names: Any) -> None:
    with pytest.raises(RequestError) as caught:
        signer_of(engine, additional_headers=names)
    assert caught.value.field == "additional_headers"


# The payload


def test_the_payload_is_signed_where_it_is_given(engine: Engine) -> None:
    case: dict[str, Any] = {"headers": {PAYLOAD: DIGEST}}
    assert signed(engine, payload=DIGEST) == wanted(**case)
    assert signed(engine, payload=UNSIGNED) == signed(engine) == wanted()
    assert wanted(**case)["authorization"] != wanted()["authorization"]


@pytest.mark.parametrize("payload", [DIGEST, UNSIGNED])
def test_the_payload_may_come_as_a_header(engine: Engine, payload: str) -> None:
    headers = {"X-Oss-Content-Sha256": f" {payload}"}
    answer = signer_of(engine).sign_headers("PUT", "k", headers=headers)
    assert answer["X-Oss-Content-Sha256"] == payload
    assert lower(answer) == wanted(method="PUT", headers=headers)
    both = signer_of(engine).sign_headers("PUT", "k", headers=headers, payload=payload)
    assert both == answer


@pytest.mark.parametrize("header", ["0" * 64, UNSIGNED, DIGEST.upper()])
def test_two_payloads_contradict_each_other(engine: Engine, header: str) -> None:
    field, problem = refusal(signer_of(engine), headers={PAYLOAD: header}, payload=DIGEST)
    assert field == "payload"
    assert problem == f"contradicts headers['{PAYLOAD}']; give one"


@pytest.mark.parametrize(
    "payload",
    ["", "unsigned-payload", DIGEST.upper(), DIGEST[1:], DIGEST + "\n", DIGEST.encode(), None, 5,
     True, ["a"], {}, "STREAMING"],
)  # fmt: skip
def test_bad_payloads(engine: Engine, payload: Any) -> None:
    field, problem = refusal(signer_of(engine), payload=payload)
    assert field == "payload"
    assert problem.startswith("must be 'UNSIGNED-PAYLOAD' or the SHA-256")


# What is refused


RESERVED_QUERY = (
    "x-oss-date", "x-oss-expires", "x-oss-credential", "x-oss-signature", "x-oss-security-token",
    "x-oss-signature-version", "x-oss-additional-headers",
)  # fmt: skip


@pytest.mark.parametrize("name", ["x-oss-date", "Date", "AUTHORIZATION", "X-Oss-Security-Token"])
def test_headers_that_the_signature_writes(engine: Engine, name: str) -> None:
    told = refusal(signer_of(engine), headers={name: "v"})
    assert told == (f"headers[{name!r}]", "is written by the signature itself; leave it out")


@pytest.mark.parametrize("name", [*RESERVED_QUERY, "X-Oss-Signature"])
def test_query_that_a_signature_writes(engine: Engine, name: str) -> None:
    told = refusal(signer_of(engine), query={name: "v"})
    assert told == (f"query[{name!r}]", "is written by the signature itself; leave it out")


@pytest.mark.parametrize("name", ["x-oss-meta-a", "Content-Type", "Range", "User-Agent"])
@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("", "is empty"),
        (" \t ", "is empty"),
        ("a\r\nb", "holds CR, LF or NUL"),
        ("a\0", "holds CR, LF or NUL"),
        ("\u00a0a", "begins or ends with a blank"),
        ("\ud800", "holds a lone surrogate"),
        (b"a", "must be text"),
        (None, "must be text"),
        (True, "must be text"),
        (["a"], "is a column; use presign_many"),
    ],
)
def test_bad_header_values_signed_or_not(
    engine: Engine, name: str, value: Any, problem: str
) -> None:
    field, told = refusal(signer_of(engine), headers={name: value})
    assert field == f"headers[{name!r}]"
    assert told.startswith(problem)


@pytest.mark.parametrize(
    ("call", "field", "problem"),
    [
        ({"headers": [("Range", "a")]}, "headers", "must be a dict"),
        ({"headers": "Range: a"}, "headers", "must be a dict"),
        ({"query": [("acl", "")]}, "query", "must be a dict"),
        ({"headers": {1: "a"}}, "headers", "holds a name that is not text"),
        ({"headers": {"a b": "v"}}, "headers['a b']", "is not a valid name of an HTTP header"),
        ({"headers": {"Range": "a", "range": "a"}}, "headers['range']", "is given twice"),
        ({"query": {"": ""}}, "query", "holds an empty name"),
        ({"query": {"a": b"v"}}, "query['a']", "must be text"),
        ({"content_encoding": "a\n"}, "content_encoding", "holds CR, LF or NUL"),
        ({"bucket": "Bad"}, "bucket", "must be 3 to 63"),
        ({"bucket": ["abc"]}, "bucket", "must be 3 to 63"),
        ({"signing_time": datetime(2024, 3, 1)}, "signing_time", "has no time zone"),  # noqa: DTZ001
        ({"contnt_type": "a"}, "contnt_type", "PutObject has no such option; did you mean"),
        ({"expires": 5}, "expires", "does not apply to a signature in headers"),
        ({"endpoint": "e"}, "endpoint", "does not apply to a signature in headers"),
    ],
)
def test_bad_calls(engine: Engine, call: dict[str, Any], field: str, problem: str) -> None:
    told = refusal(signer_of(engine), "PutObject", "k", **call)
    assert told[0] == field
    assert told[1].startswith(problem)


@pytest.mark.parametrize(
    ("arguments", "field"),
    [
        (("Get", "k"), "operation"),
        (([], "k"), "operation"),
        ((None, "k"), "operation"),
        (("GetObject",), "key"),
        (("ListObjectsV2", "k"), "key"),
        (("GET", ""), "key"),
        (("GET", "/k"), "key"),
        (("GET", 5), "key"),
        (("GET", "k" * 1024), "key"),
    ],
)
def test_bad_operations_and_keys(engine: Engine, arguments: Any, field: str) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        assert refusal(signer, *arguments)[0] == field


def test_a_key_needs_a_bucket(engine: Engine) -> None:
    told = refusal(signer_of(engine, bucket=None), "GET", "k")
    assert told == ("bucket", "is missing; give it to the Signer or to the call")


@pytest.mark.parametrize("key", ["/k", "\\k"])
def test_odd_starts_of_keys_can_be_allowed(engine: Engine, key: str) -> None:
    headers = lower(signer_of(engine, strict_keys=False).sign_headers("GET", key))
    assert headers == wanted(key)


# Anything


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), max_size=40)
values = texts.filter(lambda text: text.strip() == text.strip("\ufeff") == text != "")
keys = texts.filter(lambda key: key[:1] not in ("", "/", "\\") and key[-1] not in "\r\n")
query_names = texts.filter(
    lambda name: name and name != "partNumber" and name.lower() not in RESERVED_QUERY
)
names = st.one_of(
    st.sampled_from(["Content-Type", "content-md5", "Range", "If-Match", "Host", "Cache-Control"]),
    st.from_regex(r"[xX]-[oO]ss-meta-[a-zA-Z0-9_-]{1,9}", fullmatch=True),
)


requests = st.fixed_dictionaries(
    {
        "key": st.one_of(st.none(), keys),
        "headers": st.dictionaries(names, values, max_size=5),
        "query": st.dictionaries(query_names, texts, max_size=5),
        "additional_headers": st.lists(names, max_size=3),
    }
)


@given(
    call=requests,
    token=st.sampled_from([None, TOKEN]),
    method=st.sampled_from(["GET", "PUT", "POST"]),
    second=st.integers(0, 4_102_444_800),
)
def test_any_request_as_the_sdk_signs_it(
    engine: Engine, call: dict[str, Any], token: str | None, method: str, second: int
) -> None:
    assume(len({name.lower() for name in call["headers"]}) == len(call["headers"]))
    moment = datetime.fromtimestamp(second, timezone.utc).isoformat()
    case = {**CASE, **call, "method": method, "security_token": token, "signing_time": moment}
    source = oss_v2.credentials.Credentials(ID, SECRET, token)
    signer = signer_of(engine, credentials=source, clock=lambda: second)
    answer = lower(signer.sign_headers(method, **{**call, "key": asked_for(call["key"])}))
    assert answer == sdk_header_signers.v4_headers(case) == oracle.sign_headers(case)
