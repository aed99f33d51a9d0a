"""Arguments of `verify`: what cannot be used is named, whatever the request."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ossign_fast import (
    Credentials,
    EnvironmentVariableCredentialsProvider,
    RequestError,
    Signer,
    verify,
)


def test_arguments_that_cannot_be_used_are_named() -> None:
    good = Credentials("LTAIexample", "example-secret")
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=good)
    url = signer.presign("GetObject", "k").url
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("method", {"method": None}),
        ("url", {"url": url.encode()}),
        ("url", {"url": SimpleNamespace(url=url)}),
        ("credentials", {"credentials": None}),
        ("credentials", {"credentials": ("LTAIexample", "example-secret")}),
        ("headers", {"headers": {"a": 5}}),
        ("bucket", {"bucket": 5}),
        ("endpoint", {"endpoint": 5}),
        ("max_skew", {"max_skew": "900"}),
        ("now", {"now": "today"}),
    ]
    for field, given in wrong:
        words: dict[str, Any] = {"method": "GET", "url": url, "credentials": good, **given}
        with pytest.raises(RequestError, match=f"^{field}: ") as caught:
            verify(words.pop("method"), words.pop("url"), **words)
        assert "example-secret" not in str(caught.value)


def test_a_provider_gives_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "LTAIprovider")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "provider-secret")
    signer = Signer(region="cn-hangzhou", bucket="examplebucket")
    url = signer.presign("GetObject", "k").url
    assert verify("GET", url, credentials=EnvironmentVariableCredentialsProvider()).key == "k"
