"""What a call gives back: frozen, masked wherever it may be logged, and right to send."""

from __future__ import annotations

import copy
import json
import pickle
import pprint
from datetime import datetime, timezone
from typing import Any

import pytest

from ossign_fast import PresignResult, Signer
from ossign_fast._signer.result import HeaderText
from support.engines import Engine
from support.signing import MOMENT, signer_of

UNTIL = datetime(2026, 11, 23, 1, 35, 56, tzinfo=timezone.utc)
NAME = "Léo 中"


@pytest.fixture
def result(engine: Engine) -> PresignResult:
    return signer_of(engine).presign(
        "PutObject", "a.txt", content_type="text/plain", cache_control="no-cache",
        content_disposition="inline", expires=60,
    )  # fmt: skip


def test_nothing_but_the_masked_repr_is_seen_of_it(result: PresignResult) -> None:
    signature = result.url.rpartition("=")[2]
    shown = [
        repr(result), str(result), f"{result}", f"{result!r}", str((result,)),
        pprint.pformat(result), pprint.pformat([result]), json.dumps({"r": result}, default=repr),
    ]  # fmt: skip
    assert [text for text in shown if signature in text or "x-oss-credential" in text] == []
    unpackers: list[Any] = [list, tuple, dict, len, vars, json.dumps, lambda item: item[1]]
    for unpack in unpackers:  # what serialisers of error reporters and web frameworks try
        with pytest.raises(TypeError):
            unpack(result)
    with pytest.raises(TypeError, match="cannot unpack"):
        _, _ = result  # type: ignore[misc]


def test_it_is_frozen_and_equal_by_value(result: PresignResult) -> None:
    for name in ("url", "headers", "other"):
        with pytest.raises(AttributeError):
            setattr(result, name, "x")
    with pytest.raises(AttributeError, match="frozen"):
        del result.url
    for twin in (copy.copy(result), copy.deepcopy(result), pickle.loads(pickle.dumps(result))):
        assert twin == result
        assert (twin.headers, hash(twin)) == (result.headers, hash(result))
    assert result != (result.method, result.url, result.expiration, result.signed_headers)
    assert result != PresignResult("PUT", result.url, result.expiration, result.signed_headers)


def test_all_headers_that_it_was_asked_with(engine: Engine, result: PresignResult) -> None:
    assert result.signed_headers == {"Content-Type": "text/plain"}
    asked = {
        "Content-Type": "text/plain",
        "Cache-Control": "no-cache",
        "Content-Disposition": "inline",
    }
    assert result.headers == asked
    result.headers["Cache-Control"] = "changed"
    result.signed_headers["Content-Type"] = "changed"
    signer = signer_of(engine)
    options: dict[str, Any] = {"content_type": "text/plain", "cache_control": "no-cache"}
    bound = signer.bind("PutObject", **options, content_disposition="inline", expires=60)
    bound.headers["Cache-Control"] = bound.signed_headers["Content-Type"] = "changed"
    assert bound.headers == bound.result("a.txt").headers == asked
    for _ in range(2):
        again = signer.presign("PutObject", "a.txt", **options, content_disposition="inline")
        assert again.headers == asked
    assert signer.presign("GetObject", "k").headers == {}


def test_as_json_has_it(result: PresignResult) -> None:
    assert json.loads(json.dumps(result.to_dict())) == {
        "method": "PUT",
        "url": result.url,
        "expiration": "2024-03-01T08:31:15Z",
        "signed_headers": {"Content-Type": "text/plain"},
        "headers": result.headers,
    }
    assert result.expiration == MOMENT.replace(minute=31)


def test_header_text_is_sent_as_utf8_whoever_encodes_it(engine: Engine) -> None:
    signer = signer_of(engine)
    given = {"x-oss-meta-name": f" {NAME}\t", "x-oss-meta-plain": " a "}
    sources = [
        signer.presign("PUT", "k", headers=given).signed_headers,
        signer.bind("PUT", headers=given).result("k").signed_headers,
        signer.sign_headers("PUT", "k", headers=given),
    ]
    for headers in sources:
        assert headers["x-oss-meta-name"] == NAME
        for encoding in ("utf-8", "latin-1", "ascii"):
            assert headers["x-oss-meta-name"].encode(encoding) == NAME.encode()
        assert type(headers["x-oss-meta-plain"]) is str
    text = HeaderText(NAME)
    assert isinstance(pickle.loads(pickle.dumps(text)), HeaderText)
    assert isinstance(copy.deepcopy(text), HeaderText)
    assert json.dumps(text) == json.dumps(NAME)


def test_made_by_hand() -> None:
    url = "https://examplebucket.example.com/k?x-oss-signature=00"
    result = PresignResult("GET", url, UNTIL, {})
    assert (result.headers, result.to_dict()["expiration"]) == ({}, "2026-11-23T01:35:56Z")
    assert Signer.presign.__annotations__["return"] == "PresignResult"
