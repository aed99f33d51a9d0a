"""Each call that the page for users of other libraries maps to ours signs what it says."""

from __future__ import annotations

import doctest
import posixpath
import re
import sys
from collections.abc import Iterator
from types import ModuleType
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


def clean_name(name: str) -> str:
    """What `storages.utils.clean_name` of django-storages 1.14 returns."""
    cleaned = posixpath.normpath(name).replace("\\", "/")
    return cleaned + "/" if name.endswith("/") and not cleaned.endswith("/") else cleaned


class S3Storage:
    """As much of the storage class of django-storages 1.14 as has a part in the names of URLs."""

    location = "from-settings"  # of AWS_LOCATION
    querystring_expire = 1234  # of AWS_QUERYSTRING_EXPIRE

    def _normalize_name(self, name: str) -> str:
        path = posixpath.normpath(posixpath.join(f"/{self.location}/", name))
        if not path.startswith(f"/{self.location}/"):
            raise PermissionError(name)  # there SuspiciousOperation, of Django
        return path.removeprefix("/") + ("/" if name.endswith("/") else "")


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
    modules = {
        "storages.backends.s3": {"S3Storage": S3Storage},
        "storages.utils": {"clean_name": clean_name},
    }
    for name, contents in modules.items():
        module = ModuleType(name)
        vars(module).update(contents)
        monkeypatch.setitem(sys.modules, name, module)
    (mixin,) = (block for block in PAGE.fenced("py") if "class PresignedURLs" in block)
    exec(mixin, known)
    return {**known, "storage": known["MediaStorage"]()}


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


@pytest.mark.parametrize("name", ["a.jpg", "./a.jpg", "b/../a.jpg", ".//a.jpg"])
@pytest.mark.parametrize(("location", "folder"), [(None, "from-settings"), ("media", "media")])
def test_urls_of_a_storage_are_for_where_it_uploads(
    name: str, location: str | None, folder: str, names: dict[str, Any]
) -> None:
    own = {} if location is None else {"location": location}
    storage = type("Storage", (names["PresignedURLs"], S3Storage), own)()
    granted = verify("GET", storage.url(name), credentials=KEYS)
    assert granted.key == f"{folder}/a.jpg"
    assert "x-oss-expires=1234&" in storage.url(name)
    assert "x-oss-expires=60&" in storage.url(name, expire=60)
    with pytest.raises(PermissionError):
        storage.url("../a.jpg")


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_parameters_of_a_storage_go_with_its_methods(method: str, names: dict[str, Any]) -> None:
    url = names["storage"].url("b\\a.jpg", {"version_id": "CAEQ"}, http_method=method)
    granted = verify(method, url, credentials=KEYS)
    assert granted.key == "media/b/a.jpg"
    assert ("versionId", "CAEQ") in granted.query
