"""Values of typed options: the text on the wire by kind, and what is refused."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from enum import Enum
from typing import Any
from urllib.parse import parse_qsl

import alibabacloud_oss_v2 as oss_v2
import numpy as np
import pytest
from alibabacloud_oss_v2 import serde
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast._errors import RequestError
from ossign_fast._rules.options import (
    Option,
    metadata_headers,
    percent_encode,
    plain_texts,
    wire_text,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def option(kind: str, *, place: str = "header", required: bool = False, **bounds: int) -> Option:
    return Option("field", place, "wire", kind, required, **bounds)


def refusal(kind: str, value: object, **about: Any) -> str:
    with pytest.raises(RequestError) as caught:
        wire_text(option(kind, **about), value)
    assert caught.value.field == "field"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.problem


class Tier(Enum):
    BULK = "Bulk"
    DAYS = 7


# Text


@pytest.mark.parametrize("kind", ["text", "time", "tagging", "callback", "metadata", "source"])
def test_text_is_taken_as_it_is(kind: str) -> None:
    assert wire_text(option(kind), " a\u00e9=%20 ") == " a\u00e9=%20 "


@pytest.mark.parametrize(
    "value", [oss_v2.StorageClassType.IA, oss_v2.ObjectACLType.PUBLICREAD, Tier.BULK]
)
def test_enums_are_their_values(value: Enum) -> None:
    text = wire_text(option("text"), value)
    assert text == serde._serialize_to_str(value, "str") == value.value
    assert type(text) is str


def test_subclasses_of_str_become_str() -> None:
    assert type(wire_text(option("text"), np.str_("text"))) is str


@pytest.mark.parametrize("kind", ["text", "time", "tagging", "callback", "metadata", "source"])
def test_empty_text_is_refused_where_a_value_is_needed(kind: str) -> None:
    assert "must not be empty" in refusal(kind, "")
    assert "must not be empty" in refusal(kind, "", place="query", required=True)
    assert wire_text(option(kind, place="query"), "") == ""


@pytest.mark.parametrize("kind", ["text", "metadata", "source"])
@pytest.mark.parametrize("value", [None, 1, True, b"text", ["text"], {"a": "b"}, Tier.DAYS])
def test_text_is_no_other_type(kind: str, value: object) -> None:
    assert refusal(kind, value).startswith("must be text, not ")


# Integers and booleans


@pytest.mark.parametrize("value", [1, 10_000, "1", "10000", "0007", np.int64(7), Tier.DAYS])
def test_integer(value: Any) -> None:
    number = int(value.value if isinstance(value, Enum) else value)
    assert wire_text(option("int", minimum=1, maximum=10_000), value) == str(number)


def test_integers_have_wide_bounds_by_default() -> None:
    assert wire_text(option("int"), 2**63 - 1) == "9223372036854775807"
    assert "0..9223372036854775807" in refusal("int", 2**63)
    assert "0..9223372036854775807" in refusal("int", -1)


@pytest.mark.parametrize(
    "value",
    [0, 10_001, -1, "0", "10001", "-1", "+1", " 1", "1_0", "1.0", "", "\u0661", "9" * 5000, 1.0,
     True, None, b"1", [1], np.float64(1)],
)  # fmt: skip
def test_bad_integer_is_refused(value: object) -> None:
    problem = refusal("int", value, minimum=1, maximum=10_000)
    assert problem == "must be an integer of 1..10000"


@pytest.mark.parametrize(
    ("value", "text"), [(True, "true"), (False, "false"), ("true", "true"), ("false", "false")]
)
def test_boolean_is_that_of_the_sdk(value: object, text: str) -> None:
    assert wire_text(option("bool"), value) == text == serde._serialize_to_str(value, "bool")


@pytest.mark.parametrize("value", ["True", "1", "", 1, 0, None, [True]])
def test_bad_boolean_is_refused(value: object) -> None:
    assert refusal("bool", value) == "must be True or False"


# Times


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2015, 11, 13, 14, 47, 53, tzinfo=timezone.utc),
        datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=timezone(timedelta(hours=8))),
        datetime(1970, 1, 1, tzinfo=timezone(timedelta(hours=-5, minutes=-30))),
    ],
)
def test_time_is_an_http_date(moment: datetime) -> None:
    text = wire_text(option("time"), moment)
    assert text == serde._serialize_to_str(moment, "httptime")
    assert parsedate_to_datetime(text) == moment.replace(microsecond=0)


@pytest.mark.parametrize(
    "value",
    [datetime(2024, 1, 1), 1_700_000_000, timedelta(1), None],  # noqa: DTZ001
)
def test_naive_and_other_times_are_refused(value: object) -> None:
    assert "aware datetime" in refusal("time", value)


def test_time_outside_the_calendar_is_refused() -> None:
    first = datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1)))
    assert "years 1..9999" in refusal("time", first)


# Tagging


def test_tagging_is_percent_encoded() -> None:
    tags = {"a b": "c&d", "=": "+", "empty": "", "\u4e2d": "~/"}
    assert wire_text(option("tagging"), tags) == "a%20b=c%26d&%3D=%2B&empty=&%E4%B8%AD=~%2F"


@given(st.dictionaries(TEXTS.filter(bool), TEXTS, min_size=1, max_size=5))
def test_tagging_can_be_read_back(tags: dict[str, str]) -> None:
    text = wire_text(option("tagging"), tags)
    assert dict(parse_qsl(text, keep_blank_values=True, strict_parsing=True)) == tags
    assert "+" not in text


@pytest.mark.parametrize(
    "value", [{}, {"": "v"}, {"k": 1}, {1: "v"}, {"k": None}, [("k", "v")], 5, None]
)
def test_bad_tagging_is_refused(value: object) -> None:
    assert "dict of text to text" in refusal("tagging", value)


def test_tagging_with_a_lone_surrogate_is_refused() -> None:
    assert "surrogate" in refusal("tagging", {"k": "\ud800"})
    assert "surrogate" in refusal("tagging", {"\udfff": "v"})


# Callbacks


def test_callback_is_compact_json_in_base64() -> None:
    callback = {"callbackUrl": "https://example.com/\u4e2d", "callbackBody": "key=${object}"}
    text = wire_text(option("callback"), callback)
    plain = base64.b64decode(text, validate=True)
    assert json.loads(plain) == callback
    assert b": " not in plain
    assert b", " not in plain


@pytest.mark.parametrize("value", [{}, {"a": b"b"}, {"a": float("nan")}, ["a"], 1, None])
def test_bad_callback_is_refused(value: object) -> None:
    assert refusal("callback", value).startswith("must ")


def test_endless_callback_is_refused() -> None:
    endless: dict[str, object] = {}
    endless["self"] = endless
    assert "JSON" in refusal("callback", endless)


# Metadata


def test_metadata_names_headers_and_leaves_the_values() -> None:
    column = ["1", "2"]
    headers = metadata_headers({"Author": "me", "row": column})
    assert headers == [("x-oss-meta-Author", "me"), ("x-oss-meta-row", column)]
    assert headers[1][1] is column
    assert metadata_headers({}) == []


def test_metadata_keys_may_have_the_prefix_already() -> None:
    headers = metadata_headers({"x-oss-meta-a": "1", "X-OSS-Meta-B": "2", "x-oss-metab": "3"})
    names = ["x-oss-meta-a", "x-oss-meta-B", "x-oss-meta-x-oss-metab"]
    assert [name for name, _ in headers] == names
    with pytest.raises(RequestError, match=r"^metadata: .* nothing but x-oss-meta-"):
        metadata_headers({"X-Oss-Meta-": "1"})


@pytest.mark.parametrize("key", ["", "a b", "a:b", "a\r\nb", "a\n", "\u00e9", "a\x00", 1, None])
def test_metadata_key_that_is_no_header_name_is_refused(key: Any) -> None:
    with pytest.raises(RequestError, match=r"^metadata: keys become header names"):
        metadata_headers({"fine": "1", key: "2"})


@pytest.mark.parametrize("value", [None, "a=b", [("a", "b")], 1])
def test_metadata_is_a_dict(value: object) -> None:
    with pytest.raises(RequestError, match=r"^metadata: must be a dict"):
        metadata_headers(value)


# Encoding


@given(TEXTS)
def test_percent_encoding_keeps_the_unreserved_alone(text: str) -> None:
    unreserved = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    expected = "".join(
        chr(byte) if byte in unreserved else f"%{byte:02X}" for byte in text.encode()
    )
    assert percent_encode("field", text) == expected
    assert percent_encode("field", text, safe="/") == expected.replace("%2F", "/")


def test_percent_encoding_refuses_lone_surrogates() -> None:
    with pytest.raises(RequestError, match=r"^field: holds a lone surrogate"):
        percent_encode("field", "a\udc00")


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("dir/\u56fe 1+%.txt", "dir%2F%E5%9B%BE%201%2B%25.txt"),
        ("a%20b", "a%2520b"),
        ("~-._", "~-._"),
        ("a\r\nx-oss-acl: private", "a%0D%0Ax-oss-acl%3A%20private"),
    ],
)
def test_a_key_in_a_header_is_percent_encoded(text: str, sent: str) -> None:
    target = Option("target", "header", "x-oss-symlink-target", "encoded", required=True)
    assert wire_text(target, text) == sent
    assert plain_texts(target) is False
    for bad, problem in (("", "must not be empty"), (5, "must be text"), ("\ud800", "surrogate")):
        with pytest.raises(RequestError, match=f"^target: .*{problem}"):
            wire_text(target, bad)
