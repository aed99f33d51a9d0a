"""The listings of the local endpoint."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

import pytest

from ossign_fast.server import LocalEndpoint
from support.server import BUCKET, CREDENTIALS, Client, code_of, texts, xml_of


@pytest.fixture
def client() -> Iterator[Client]:
    with LocalEndpoint(credentials=CREDENTIALS, timeout=5) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            yield client


@pytest.mark.parametrize(
    ("query", "keys", "prefixes"),
    [
        ({}, ["a", "b/1", "b/2", "b/c/3", "d", "é &"], []),
        ({"prefix": "b/"}, ["b/1", "b/2", "b/c/3"], []),
        ({"delimiter": "/"}, ["a", "d", "é &"], ["b/"]),
        ({"prefix": "b/", "delimiter": "/"}, ["b/1", "b/2"], ["b/c/"]),
        ({"list-type": "2", "start-after": "b/2"}, ["b/c/3", "d", "é &"], []),
        ({"list-type": "2", "start-after": "b/1", "delimiter": "/"}, ["d", "é &"], ["b/"]),
        ({"marker": "b/c/3"}, ["d", "é &"], []),
        ({"prefix": "none"}, [], []),
    ],
)
def test_listing(
    client: Client, query: dict[str, str], keys: list[str], prefixes: list[str]
) -> None:
    for key in ("d", "b/2", "a", "b/c/3", "é &", "b/1"):
        client.send("PUT", key, b"1234")
    client.send("PUT", "elsewhere", b"", bucket="other-bucket")
    root = xml_of(client.send("GET", None, query=query))
    assert root.findtext("Name") == BUCKET
    assert texts(root, "Contents/Key") == keys
    assert texts(root, "CommonPrefixes/Prefix") == prefixes
    assert root.findtext("IsTruncated") == "false"
    assert set(texts(root, "Contents/Size")) <= {"4"}


@pytest.mark.parametrize("version", ["1", "2"])
def test_listing_page_by_page(client: Client, version: str) -> None:
    for key in ("a", "b/1", "b/2", "b/3", "c", "d"):
        client.send("PUT", key, b"")
    query = {"max-keys": "1", "delimiter": "/", "encoding-type": "url"}
    if version == "2":
        query["list-type"] = "2"
    seen = []
    for _ in range(10):
        root = xml_of(client.send("GET", None, query=query))
        seen += texts(root, "Contents/Key") + texts(root, "CommonPrefixes/Prefix")
        if root.findtext("IsTruncated") == "false":
            break
        if version == "1":
            query["marker"] = unquote(root.findtext("NextMarker") or "")
        else:
            query["continuation-token"] = root.findtext("NextContinuationToken") or ""
    assert seen == ["a", "b%2F", "c", "d"]


@pytest.mark.parametrize(
    "query",
    [
        {"max-keys": "0"},
        {"max-keys": "1001"},
        {"max-keys": "x"},
        {"encoding-type": "xml"},
        {"list-type": "3"},
        {"list-type": "2", "continuation-token": "!"},
    ],
)
def test_listing_of_bad_arguments(client: Client, query: dict[str, str]) -> None:
    assert code_of(client.send("GET", None, query=query)) == "400 InvalidArgument"


def test_keys_that_xml_cannot_hold(client: Client) -> None:
    client.send("PUT", "a\0b\x1f", b"")
    plain = xml_of(client.send("GET", None))
    assert texts(plain, "Contents/Key") == ["a\ufffdb\ufffd"]
    encoded = xml_of(client.send("GET", None, query={"encoding-type": "url"}))
    assert texts(encoded, "Contents/Key") == ["a%00b%1F"]


def test_a_bucket_nobody_wrote_to_is_empty(client: Client) -> None:
    root = xml_of(client.send("GET", None, bucket="new-bucket", query={"list-type": "2"}))
    assert root.findtext("KeyCount") == "0"
