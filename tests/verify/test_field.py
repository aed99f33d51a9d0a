"""Spellings of URLs that people really gave to `verify`, where the list of them is at hand."""

from __future__ import annotations

import json

import pytest

import ossign_fast
from support.paths import SHARED

FIELD = SHARED.parent / "cases" / "field.jsonl"
NAMES = (
    "C = Credentials('LTAIfield', 'field-secret')\n"
    "S = Signer(region='cn-hangzhou', bucket='examplebucket', credentials=C)"
)


@pytest.mark.skipif(not FIELD.exists(), reason="the cases are not beside the checkout")
def test_spellings() -> None:
    names = dict(vars(ossign_fast))
    exec(NAMES, names)
    lines = FIELD.read_text(encoding="utf-8").splitlines()
    cases = [case for case in map(json.loads, lines) if case["id"].startswith("verify-")]
    assert len(cases) == 4
    for case in cases:
        assert eval(case["do"], names) == case["expect"]["equals"], case["id"]
