"""Vectors made by four independent SDKs, where `../shared/vectors` lies beside the checkout.

A case is either signed as its golden answer says or refused with the error that names its field.
Which cases are refused although SDKs sign them stands here, case by case, with the reason.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest

from ossign_fast import CredentialsError, RequestError
from support import oracle
from support.casebook import (
    Case,
    free_call,
    load,
    problems,
    result_problems,
    signer_options,
    typed_call,
)
from support.engines import Engine
from support.paths import SHARED

pytestmark = pytest.mark.shared_data

#: Corner cases that are refused: advised against by the vectors, or by a stricter rule of ours.
REFUSED_CORNERS = {
    "c110-reserved-date": "query['x-oss-date']",
    "c111-reserved-expires": "query['x-oss-expires']",
    "c115-reserved-token": "query['x-oss-security-token']",
    "c116-reserved-token-none": "query['x-oss-security-token']",
    "c117-reserved-additional": "query['x-oss-additional-headers']",
    "c143-header-meta-crlf-inject": "headers['x-oss-meta-a']",
    "c148-header-meta-unicode-name": "headers['x-oss-meta-É']",
    "c241-endpoint-userinfo": "endpoint",
    # OSS takes no such names; the SDKs sign them all the same.
    "c042-key-only-slash": "key",
    "c068-key-scheme-relative": "key",
    # A value of blanks is empty on the wire, and SDKs disagree on signing empty values.
    "c140-header-meta-blank": "headers['x-oss-meta-a']",
    "c166-additional-empty-value": "headers['Range']",
    # Nobody's region, whatever the endpoint.
    "c242-endpoint-region-empty": "region",
    "c244-endpoint-region-oss-prefix": "region",
}
STRICT_KEYS_ONLY = {"c042-key-only-slash", "c068-key-scheme-relative"}

#: Corner cases whose URL by alibabacloud-oss-v2 is another request than the golden answer.
OTHER_PYTHON_URLS = {
    "c131-header-meta-lead-trail-space",  # signs blanks that HTTP removes
    "c132-header-meta-lead-tab",
    "c235-endpoint-ipv6-linklocal",  # puts the bucket before the brackets
    "c239-endpoint-numeric-host",  # takes a number for an IP address
}

VALIDATION = {
    "x01-bucket-null": "bucket",
    "x03-bucket-len2": "bucket",
    "x05-bucket-upper": "bucket",
    "x06-bucket-underscore": "bucket",
    "x08-bucket-dash-first": "bucket",
    "x09-bucket-dash-last": "bucket",
    "x10-bucket-space": "bucket",
    "x12-bucket-newline": "bucket",
    "x14-key-null": "key",
    "x16-key-space": None,  # blank keys are keys
    "x17-key-tab-newline": "key",  # read from a line; signed with strict_keys=False
    "x18-key-1024-ascii": "key",  # OSS: 1 to 1023 bytes of UTF-8
    "x19-key-1025-ascii": "key",
    "x20-key-1026-bytes-cjk": "key",
    "x22-key-slash": "key",
    "x26-expires-0": "expires",
    "x27-expires--1": "expires",
    "x29-expires-604801": "expires",
    "x31-expires-v1-604801": "expires",  # a V1 case; V4 refuses the same lifetime
    "x33-cred-ak-empty": CredentialsError,
    "x36-cred-ak-blank": CredentialsError,
    "x38-region-empty": "region",
    "x39-region-upper": "region",
    "x42-region-slash": "region",
    "x43-endpoint-space": "endpoint",
    "x44-endpoint-scheme-ftp": "endpoint",
    "x47-endpoint-bad-port": "endpoint",
    "x48-endpoint-query": "endpoint",
    "x51-header-cr": "headers['x-oss-meta-a']",
    "x52-header-nul": "headers['x-oss-meta-a']",
    "x53-header-name-space": "headers['x-oss-meta a']",
    "x56-header-empty": "headers['x-oss-meta-a']",
    "x58-op-part-no-upload-id": "upload_id",
    "x59-op-part-no-number": "part_number",
    "x60-op-part-number-0": "part_number",
    "x61-op-part-number-10001": "part_number",
    "x62-op-complete-no-upload-id": "upload_id",
    "x63-op-upload-id-empty": "upload_id",  # no upload has the empty id
}
#: What only the operation knows to be wrong; as a free request it is fine.
TYPED_ONLY = ("key-null", "-op-")


def refusals(engine: Engine, case: Case) -> list[Exception]:
    """Returns the errors that `case` meets in each way of signing it."""
    calls = [typed_call]
    if not any(mark in case["id"] for mark in TYPED_ONLY):
        calls.append(free_call)
    errors = []
    for call in calls:
        for many in (False, True):
            with pytest.raises((RequestError, CredentialsError)) as caught:
                sign(engine, case, call(case), many=many)
            errors.append(caught.value)
    return errors


def sign(engine: Engine, case: Case, call: tuple[str, dict[str, Any]], *, many: bool) -> None:
    signer = engine.signer(**signer_options(case))
    operation, options = call
    if many:
        signer.presign_many(operation, [case["key"]], **options)
    else:
        signer.presign(operation, case["key"], **options)


def assert_refused(engine: Engine, case: Case, expected: Any) -> None:
    for error in refusals(engine, case):
        if isinstance(expected, str):
            assert isinstance(error, RequestError), case["id"]
            assert error.field == expected, case["id"]
        else:
            assert isinstance(error, expected), case["id"]
        assert not case["access_key_secret"] or case["access_key_secret"] not in str(error)


def python_text(case: Case) -> str | None:
    """Returns the URL that alibabacloud-oss-v2 makes of `case`, where it is the right request.

    Its path is in the spelling that every client sends whole.
    """
    corner = case["oracles"].get("python_v2", {})
    text: str | None = case["expected"].get("url_python_v2") or corner.get("url")
    if text is None or case["id"] in OTHER_PYTHON_URLS:
        return None
    assert oracle.decoded(text) == oracle.decoded(case["expected"]["url"]), case["id"]
    return oracle.respelled(text, case["key"])


@pytest.mark.usefixtures("unissued_keys")
def test_random_cases(engine: Engine) -> None:
    cases = load(SHARED / "presign_v4.jsonl")
    found, texts = [], 0
    for case in cases:
        text = python_text(case)
        texts += text is not None
        assert oracle.decoded(oracle.presign(case).url) == oracle.decoded(case["expected"]["url"])
        found += problems(engine, case, text)
        found += result_problems(engine.signer(**signer_options(case)), case)
    assert found == []
    assert (len(cases), texts) == (986, 198)


@pytest.mark.filterwarnings("ignore::ossign_fast.OssignKeyWarning")
@pytest.mark.usefixtures("unissued_keys")
def test_corner_cases(engine: Engine) -> None:
    cases = load(SHARED / "presign_v4_corner.jsonl")
    found: list[str] = []
    for case in cases:
        if case["id"] in REFUSED_CORNERS:
            assert_refused(engine, case, REFUSED_CORNERS[case["id"]])
            continue
        assert case["expected"]["advice"] == "sign", case["id"]
        assert oracle.decoded(oracle.presign(case).url) == oracle.decoded(case["expected"]["url"])
        found += problems(engine, case, python_text(case))
        found += result_problems(engine.signer(**signer_options(case)), case)
    assert found == []
    assert len(cases) == 133
    assert {case["id"] for case in cases} >= set(REFUSED_CORNERS) | OTHER_PYTHON_URLS


def test_keys_with_leading_slashes_are_signed_on_request(engine: Engine) -> None:
    cases = load(SHARED / "presign_v4_corner.jsonl")
    lenient = [case for case in cases if case["id"] in STRICT_KEYS_ONLY]
    found = [
        problem
        for case in lenient
        for problem in problems(engine, case, python_text(case), strict_keys=False)
    ]
    assert found == []
    assert len(lenient) == len(STRICT_KEYS_ONLY)


def test_validation(engine: Engine) -> None:
    cases = load(SHARED / "validation.jsonl")
    assert [case["id"] for case in cases] == list(VALIDATION)
    for case in cases:
        expected = VALIDATION[case["id"]]
        if expected is not None:
            assert_refused(engine, case, expected)
            continue
        signature = case["oracles"]["go_v2"]["url"].partition("x-oss-signature=")[2][:64]
        text = case["oracles"]["python_v2"]["url"]
        signed = {**case, "expected": {"signature": signature}}
        assert list(problems(engine, signed, text)) == []


@pytest.mark.parametrize("name", ["x17-key-tab-newline", "x22-key-slash"])
def test_keys_that_validation_refuses_are_signed_on_request(engine: Engine, name: str) -> None:
    (case,) = (case for case in load(SHARED / "validation.jsonl") if case["id"] == name)
    signed = engine.signer(**signer_options(case), strict_keys=False)
    operation, options = typed_call(case)
    url = signed.presign(operation, case["key"], **options).url
    assert url == case["oracles"]["python_v2"]["url"]


def test_expectations_of_the_sdks_own_signer_tests(engine: Engine) -> None:
    cases = [case for case in load(SHARED / "sdk_unit_tests.jsonl") if case["auth"] == "v4_query"]
    for case in cases:
        parts = urlsplit(case["request_url"])
        endpoint = f"{parts.scheme}://{parts.netloc.removeprefix(case['bucket'] + '.')}"
        signer = engine.signer(**signer_options(case) | {"endpoint": endpoint})
        operation, options = free_call(case)
        url = signer.presign(operation, case["key"], **options).url
        query = dict(oracle.decoded(url)[3])
        expected = case["expected"]
        assert query.items() >= expected.get("query", {}).items(), case["id"]
        assert expected.get("signature", query["x-oss-signature"]) == query["x-oss-signature"]
        assert not query.keys() & set(expected.get("absent_query", ())), case["id"]
    assert len(cases) == 14
