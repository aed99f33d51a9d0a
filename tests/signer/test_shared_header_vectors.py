"""Vectors of Authorization headers and of V1, where `../shared/vectors` lies beside the checkout.

Made by official SDKs in four languages, or taken from their own tests. A case is signed as its
golden answer says or refused with the error that names its field; exceptions stand here by id.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from ossign_fast import RequestError, Signer
from support import oracle, oracle_v1
from support.casebook import Case, free_call, load, signer_options
from support.engines import Engine
from support.paths import SHARED
from support.sdk_header_signers import oss2_v1_headers, oss2_v1_url
from support.signing import asked_for

pytestmark = pytest.mark.shared_data

REFUSED_V1 = {
    "v1c-h-meta-empty": "headers['x-oss-meta-a']",  # SDKs disagree on signing empty values
    "v1c-h-leading-slash": "key",  # OSS takes no such names; signed with strict_keys=False
}
#: Sub-resources that Go signs only if asked to. oss2 signs them, and so does OSS.
SIGNED_BY_OSS2 = {"v1c-q-resource-group", "v1c-h-resource-group", "v1c-h-lifecycle"}
#: Tests of the SDKs whose request is none that a client sends: the URL has a second "?".
NO_REQUEST = "py-v1-query-params-token"


def lower(headers: Mapping[str, str]) -> dict[str, str]:
    """Returns headers as they arrive at a server."""
    return {name.lower(): value.strip(" \t") for name, value in headers.items()}


def v1_signer(case: Case, **changes: Any) -> Signer:
    return Signer(**signer_options(case) | {"signature_version": "v1"} | changes)


def header_problems(signer: Signer, case: Case, expected: Mapping[str, str]) -> list[str]:
    """Returns what is wrong with the headers of `case`, asked for twice: the second is kept."""
    method, options = free_call(case)
    answers = [signer.sign_headers(method, asked_for(case["key"]), **options) for _ in range(2)]
    return [case["id"] for answer in answers if lower(answer) != expected]


@pytest.mark.usefixtures("unissued_keys")
def test_v4_headers(engine: Engine) -> None:
    cases = load(SHARED / "header_v4.jsonl")
    found = []
    for case in cases:
        expected = lower(case["expected"]["request_headers"])
        assert oracle.sign_headers(case) == expected, case["id"]
        found += header_problems(engine.signer(**signer_options(case)), case, expected)
    assert found == []
    assert len(cases) == 141


@pytest.mark.usefixtures("unissued_keys")
def test_v1_headers() -> None:
    cases = [c for c in load(SHARED / "v1.jsonl") if c["auth"] == "v1_header"]
    found = []
    for case in cases:
        if case["id"] in REFUSED_V1:
            with pytest.raises(RequestError) as caught:
                header_problems(v1_signer(case), case, {})
            assert caught.value.field == REFUSED_V1[case["id"]]
            continue
        expected = lower(case["expected"]["request_headers"])
        if case["id"] in SIGNED_BY_OSS2:
            expected |= {"authorization": lower(oss2_v1_headers(case))["authorization"]}
        else:
            text = case["expected"]["string_to_sign"]
            assert oracle_v1.authorize(case).string_to_sign == text
        assert oracle_v1.sign_headers(case) == expected, case["id"]
        found += header_problems(v1_signer(case), case, expected)
    assert found == []
    assert len(cases) == 68
    assert {case["id"] for case in cases} >= REFUSED_V1.keys()


@pytest.mark.usefixtures("unissued_keys")
def test_v1_urls() -> None:
    cases = [c for c in load(SHARED / "v1.jsonl") if c["auth"] == "v1_query"]
    found = []
    for case in cases:
        wanted = oracle_v1.presign(case)
        if case["id"] in SIGNED_BY_OSS2:
            assert oracle.decoded(wanted.text) == oracle.decoded(oss2_v1_url(case)), case["id"]
        else:
            assert oracle.decoded(wanted.text) == oracle.decoded(case["expected"]["url"])
            assert wanted.string_to_sign == case["expected"]["string_to_sign"], case["id"]
        method, options = free_call(case)
        if v1_signer(case).presign(method, asked_for(case["key"]), **options).url != wanted.text:
            found.append(case["id"])
        if v1_signer(case).presign_many(method, [case["key"]], **options)[0] != wanted.text:
            found.append(f"{case['id']}: batch")
    assert found == []
    assert len(cases) == 70


def test_a_leading_slash_is_signed_with_v1_on_request() -> None:
    (case,) = (c for c in load(SHARED / "v1.jsonl") if c["id"] == "v1c-h-leading-slash")
    expected = lower(case["expected"]["request_headers"])
    assert header_problems(v1_signer(case, strict_keys=False), case, expected) == []


# The SDKs' own tests of their signers


def sdk_cases(auth: str) -> list[Case]:
    return [c for c in load(SHARED / "sdk_unit_tests.jsonl") if c["auth"] == auth]


def place_of(case: Case) -> dict[str, Any]:
    """Returns what changes in the settings of a signer: the tests of V1 name no region."""
    settings = {"endpoint": "http://oss.example.com", "product": case["product"] or "oss"}
    if case["auth"].startswith("v1"):
        settings["sub_resources"] = case["sub_resource"]
    return settings


def assert_expected(case: Case, headers: Mapping[str, str]) -> None:
    expected = case["expected"]
    sent = lower(headers)
    assert sent["authorization"] == expected.get("authorization", sent["authorization"]), case["id"]
    assert not sent.keys() & set(expected.get("absent_headers", ())), case["id"]


def test_v4_headers_of_the_sdks_own_tests(engine: Engine) -> None:
    cases = sdk_cases("v4_header")
    for case in cases:
        signer = engine.signer(**signer_options(case) | place_of(case))
        method, options = free_call(case)
        assert_expected(case, signer.sign_headers(method, asked_for(case["key"]), **options))
    assert len(cases) == 11
    assert sum("authorization" in case["expected"] for case in cases) == 10


def test_v1_headers_of_the_sdks_own_tests() -> None:
    cases = sdk_cases("v1_header")
    for case in cases:
        method, options = free_call(case)
        headers = v1_signer(case, **place_of(case)).sign_headers(
            method, asked_for(case["key"]), **options
        )
        assert_expected(case, headers)
        text = oracle_v1.authorize({**case, "sub_resources": case["sub_resource"]}).string_to_sign
        assert text == case["expected"].get("string_to_sign", text)
    assert len(cases) == 9
    assert sum("authorization" in case["expected"] for case in cases) == 8


def test_v1_urls_of_the_sdks_own_tests() -> None:
    cases = sdk_cases("v1_query")
    known = [case for case in cases if case["id"] != NO_REQUEST]
    for case in known:
        signer = v1_signer(case, **place_of(case))
        second = case["expiration_epoch"] - 60
        url = signer.presign(
            case["method"],
            asked_for(case["key"]),
            query=case["query"],
            expires=60,
            signing_time=second,
        ).url
        query = dict(oracle.decoded(url)[3])
        assert query.items() >= case["expected"].get("query", {}).items(), case["id"]
        assert not query.keys() & set(case["expected"].get("absent_query", ())), case["id"]
    assert (len(cases), len(known)) == (6, 5)
