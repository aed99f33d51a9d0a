"""Each call that the page for users of other libraries maps to ours signs what it says."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterator
from typing import Any

import pytest

from ossign_fast import Credentials, PresignResult, Signer, UrlBatch, verify
from support.pages import code, page, table

KEYS = Credentials("LTAIexample", "example-secret")
TOKEN = "example-token"
PAGE = page("docs/coming-from.md")
METHODS = {
    "AbortMultipartUpload": "DELETE",
    "CompleteMultipartUpload": "POST",
    "CopyObject": "PUT",
    "DeleteObject": "DELETE",
    "HEAD": "HEAD",
    "HeadObject": "HEAD",
    "InitiateMultipartUpload": "POST",
    "PutObject": "PUT",
    "UploadPart": "PUT",
}
CALLS = sorted(
    {
        call
        for library in ("boto3", "django-storages", "ali-oss")
        for _, ours in table(library)
        for call in code(ours)
    }
)


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the page's expressions may use: its own signer and storage class."""
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", KEYS.access_key_id)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", KEYS.access_key_secret)
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)
    known: dict[str, Any] = {
        "keys": ["a.jpg", "b.jpg"],
        "id": KEYS.access_key_id,
        "secret": KEYS.access_key_secret,
        "token": TOKEN,
    }
    examples = doctest.DocTestParser().get_examples(PAGE.only_python)
    exec("".join(example.source for example in examples), known)
    return {**known, "storage": known["PresignedURLs"]()}


def issued(made: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """The URLs that came of a call, each with the headers that go with it."""
    if isinstance(made, Signer):
        yield made.presign("GetObject", "a.jpg").url, {}
    elif isinstance(made, PresignResult):
        yield made.url, dict(made.signed_headers)
    else:
        urls = made if isinstance(made, list | UrlBatch) else [made]
        yield from ((url, {}) for url in urls)


def method_of(call: str) -> str:
    """The HTTP method of the operation, or the method itself, that a call names."""
    return next((METHODS[name] for name in re.findall(r'"(\w+)"', call) if name in METHODS), "GET")


@pytest.mark.parametrize("call", CALLS)
def test_calls_that_other_libraries_map_to(call: str, names: dict[str, Any]) -> None:
    made = eval(call, names)  # the page's own words
    credentials = Credentials("LTAIexample", "example-secret", TOKEN) if "token" in call else KEYS
    pairs = list(issued(made))
    assert pairs
    for url, headers in pairs:
        verify(
            method_of(call),
            url,
            headers=headers,
            credentials=credentials,
            bucket="other-bucket" if "other-bucket" in call else "examplebucket",
            url_style="cname" if "cname" in call else "virtual",
        )
