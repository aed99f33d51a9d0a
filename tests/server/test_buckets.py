"""The listing of buckets at the local endpoint, and the deletion of many objects at once."""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import Iterator

import pytest
import requests

from ossign_fast.server import LocalEndpoint
from support.server import BUCKET, CREDENTIALS, Client, code_of, texts, xml_of


@pytest.fixture
def client() -> Iterator[Client]:
    with LocalEndpoint(credentials=CREDENTIALS, timeout=5) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            yield client


def list_buckets(client: Client, **query: str) -> requests.Response:
    dashed = {name.replace("_", "-"): value for name, value in query.items()}
    return client.send("GET", None, bucket=None, query=dashed)


@pytest.mark.parametrize(
    ("query", "names", "more"),
    [
        ({}, ["a-1", "a-2", "a-3", "b-1"], "false"),
        ({"prefix": "a-"}, ["a-1", "a-2", "a-3"], "false"),
        ({"marker": "a-2"}, ["a-3", "b-1"], "false"),
        ({"max_keys": "4"}, ["a-1", "a-2", "a-3", "b-1"], "false"),
        ({"max_keys": "1", "marker": "a-1", "prefix": "a"}, ["a-2"], "true"),
        ({"prefix": "none"}, [], "false"),
    ],
)
def test_listing_of_buckets(
    client: Client, query: dict[str, str], names: list[str], more: str
) -> None:
    for name in ("b-1", "a-3", "a-1", "a-2"):
        client.send("PUT", "k", b"", bucket=name)
    root = xml_of(list_buckets(client, **query))
    assert root.tag == "ListAllMyBucketsResult"
    assert texts(root, "Buckets/Bucket/Name") == names
    assert root.findtext("IsTruncated") == more
    assert texts(root, "NextMarker") == (names[-1:] if more == "true" else [])
    assert root.findtext("Prefix") == query.get("prefix", "")
    assert root.findtext("Owner/ID")
    host = client.endpoint.removeprefix("http://")
    assert set(texts(root, "Buckets/Bucket/ExtranetEndpoint")) <= {host}
    assert set(texts(root, "Buckets/Bucket/Location")) <= {"oss-cn-hangzhou"}
    today = time.strftime("%Y-%m-", time.gmtime())
    assert all(date.startswith(today) for date in texts(root, "Buckets/Bucket/CreationDate"))


def test_nothing_else_is_asked_of_the_service(client: Client) -> None:
    assert code_of(list_buckets(client, max_keys="0")) == "400 InvalidArgument"
    assert code_of(list_buckets(client, tagging="")) == "501 NotImplemented"
    nowhere = client.send("PUT", "/k", b"", bucket=None)
    assert code_of(nowhere) == "400 InvalidBucketName"


def delete(client: Client, body: str, **signed: str) -> requests.Response:
    return client.send("POST", None, body.encode(), query={"delete": ""}, signed=signed)


def stored(client: Client) -> list[str]:
    return texts(xml_of(client.send("GET", None)), "Contents/Key")


@pytest.mark.parametrize("quiet", ["true", "false"])
def test_deletion_of_many(client: Client, quiet: str) -> None:
    for key in ("a", "b", "c&d"):
        client.send("PUT", key, b"")
    keys = "".join(f"<Object><Key>{key}</Key></Object>" for key in ("a", "c&amp;d", "none"))
    answer = delete(client, f"<Delete><Quiet>{quiet}</Quiet>{keys}</Delete>")
    assert answer.status_code == 200
    if quiet == "true":
        assert answer.content == b""
    else:
        assert texts(xml_of(answer), "Deleted/Key") == ["a", "c&d", "none"]
    assert stored(client) == ["b"]


OBJECT = "<Object><Key>a</Key></Object>"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("", "400 MalformedXML"),
        ("<Delete>", "400 MalformedXML"),
        ("<Delete/>", "400 MalformedXML"),
        (f"<Other>{OBJECT}</Other>", "400 MalformedXML"),
        (f"<!DOCTYPE Delete><Delete>{OBJECT}</Delete>", "400 MalformedXML"),
        (f"<Delete>{OBJECT * 1001}</Delete>", "400 MalformedXML"),
        (f"<Delete>{OBJECT}<Object/></Delete>", "400 InvalidObjectName"),
        (f"<Delete>{OBJECT}<Object><Key>/</Key></Object></Delete>", "400 InvalidObjectName"),
        (
            f"<Delete>{OBJECT}<Object><Key>b</Key><VersionId>1</VersionId></Object></Delete>",
            "501 NotImplemented",
        ),
    ],
)
def test_deletions_that_delete_nothing(client: Client, body: str, code: str) -> None:
    client.send("PUT", "a", b"")
    assert code_of(delete(client, body)) == code
    assert stored(client) == ["a"]


def test_the_digest_of_a_deletion_is_checked(client: Client) -> None:
    client.send("PUT", "a", b"")
    body = f"<Delete>{OBJECT}</Delete>"
    digest = base64.b64encode(hashlib.md5(body.encode()).digest()).decode()
    wrong = delete(client, body.replace("a", "b"), **{"Content-MD5": digest})
    assert code_of(wrong) == "400 InvalidDigest"
    assert stored(client) == ["a"]
    assert delete(client, body, **{"Content-MD5": digest}).status_code == 200
    assert stored(client) == []
    assert BUCKET in texts(xml_of(list_buckets(client)), "Buckets/Bucket/Name")
