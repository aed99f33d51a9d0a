"""Inputs that people really gave, and what is right, where the list of them is at hand."""

from __future__ import annotations

import copy
import io
import json
import pickle
from datetime import datetime, timezone
from typing import Any

import alibabacloud_credentials.client
import alibabacloud_credentials.models
import pytest

import ossign_fast
from support.paths import SHARED

FIELD = SHARED.parent / "cases" / "field.jsonl"
#: What the library does not do yet.
OPEN = {
    "token-ends-first",
}

pytestmark = pytest.mark.shared_data


def names() -> dict[str, Any]:
    credentials = ossign_fast.Credentials("LTAIfield", "field-secret")
    signer = ossign_fast.Signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=credentials
    )
    modules: dict[str, Any] = {"copy": copy, "io": io, "pickle": pickle}
    modules["alibabacloud_credentials"] = alibabacloud_credentials
    times = {"datetime": datetime, "timezone": timezone}
    public = {name: getattr(ossign_fast, name) for name in ossign_fast.__all__}
    return {**public, **modules, **times, "C": credentials, "S": signer}


def holds(expect: dict[str, Any], expression: str) -> bool:
    """Returns whether the expression gives, or raises, what is expected."""
    if "either" in expect:
        return any(holds(one, expression) for one in expect["either"])
    try:
        value = eval(expression, names())
    except NameError:  # a library that is not there
        return False
    except ossign_fast.OssignError as error:
        return type(error).__name__ == expect.get("raises") and expect["says"] in str(error)
    if "starts" in expect:
        return bool(value.startswith(expect["starts"]))
    if "contains" in expect:
        return expect["contains"] in value
    return "equals" in expect and bool(value == expect["equals"])


def test_what_people_gave() -> None:
    cases = [json.loads(line) for line in FIELD.read_text(encoding="utf-8").splitlines()]
    assert len({case["id"] for case in cases}) == len(cases) >= 28
    wrong = {case["id"] for case in cases if not holds(case["expect"], case["do"])}
    assert wrong == OPEN
