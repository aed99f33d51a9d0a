"""What is signed is taken over as it came where that is so, and encoded anew where it is not."""

from __future__ import annotations

import time
from urllib.parse import quote, unquote_to_bytes

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import MalformedSignatureError
from ossign_fast._verify import encoding
from ossign_fast._verify.encoding import decode, encode_path, encode_query, read_query

ESCAPES = [f"%{code:02X}" for code in range(256)] + ["%2f", "%c3%a9", "%", "%%", "%4"]
TEXTS = st.lists(
    st.sampled_from([*ESCAPES, "%C3%A9", "é".upper(), *"aZ09-._~/+&=!'*", "%25", "41"]), max_size=8
).map("".join).filter(str.isascii)  # fmt: skip
NAMES = st.text(st.sampled_from("ab-._~+ %é=&\0"), min_size=1, max_size=4)


@given(TEXTS)
def test_texts_decode_to_what_they_say(text: str) -> None:
    try:
        expected = unquote_to_bytes(text).decode()
    except UnicodeDecodeError:
        expected = None
    broken = text.count("%") > len(encoding._find_escapes(text))
    try:
        found = decode(text, "key")
    except MalformedSignatureError:
        assert expected is None or broken
    else:
        assert (found, broken) == (expected, False)


@given(TEXTS)
def test_what_is_signed_is_known_by_its_form(text: str) -> None:
    raw = unquote_to_bytes(text)
    assert bool(encoding._is_signed_text(text)) == (quote(raw, safe="") == text)
    assert bool(encoding._is_signed_path(text)) == (quote(raw, safe="/") == text)


@pytest.mark.parametrize("code", range(256))
def test_each_byte_has_one_form_that_is_signed(code: int) -> None:
    for text in (f"%{code:02X}", *([chr(code)] if 32 <= code < 127 else [])):
        assert bool(encoding._is_signed_text(text)) == (quote(bytes([code]), safe="") == text)


@given(TEXTS)
def test_paths_are_signed_as_they_decode(text: str) -> None:
    try:
        path = decode(text, "key", safe="/")
    except MalformedSignatureError:
        return
    assert encode_path(path, text) == quote(path, safe="/")


@given(st.dictionaries(NAMES, st.text(st.sampled_from("a-=& é%\0/"), max_size=3), max_size=6))
def test_queries_are_sorted_by_name(query: dict[str, str]) -> None:
    pairs = [(quote(k, safe=""), quote(v, safe="")) for k, v in query.items()]
    expected = "&".join(f"{k}={v}" if v else k for k, v in sorted(pairs))
    for received in ("&".join(f"{k}={v}" for k, v in pairs), None):
        assert encode_query(query, received) == expected
    shortest = "&".join(f"{k}={v}" if v else k for k, v in pairs)
    assert read_query(shortest) == query
    assert encode_query(query, shortest) == expected
    signed = f"x-oss-signature=a&{shortest}" if query else "x-oss-signature=a"
    assert encode_query(query | {"x-oss-signature": "a"}, signed) == expected


@pytest.mark.parametrize("text", ["a", "%20", "a%20", "a=b&", "a&", "%C3%A9="])
def test_forms_are_told_in_time(text: str) -> None:
    """No text can be matched in two ways, which would take for ever to refuse."""
    started = time.process_time()
    for form in (encoding._is_signed_text, encoding._is_signed_path, encoding._is_signed_query):
        assert form(text * (60_000 // len(text)) + "!") is None
    assert time.process_time() - started < 2
