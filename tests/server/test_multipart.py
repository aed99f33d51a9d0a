"""Multipart uploads against the local endpoint; URLs signed by the SDK."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests

from ossign_fast.server import LocalEndpoint
from support.server import BUCKET, CREDENTIALS, Client, code_of, texts, xml_of

KEY = "dir/ü b"
PARTS = {1: b"a" * 102_400, 2: b"b" * 150_000, 7: b"c"}


@pytest.fixture
def client(tmp_path: Path) -> Iterator[Client]:
    with LocalEndpoint(tmp_path, credentials=CREDENTIALS, timeout=5) as endpoint:
        client = Client(endpoint.url)
        with client.session:
            yield client


@pytest.fixture
def upload_id(client: Client) -> str:
    signed = {"Content-Type": "text/plain", "x-oss-meta-a": "b"}
    root = xml_of(client.send("POST", KEY, query={"uploads": ""}, signed=signed))
    assert (root.findtext("Bucket"), root.findtext("Key")) == (BUCKET, KEY)
    return root.findtext("UploadId") or ""


def put_part(client: Client, upload_id: str, number: int | str, data: bytes) -> requests.Response:
    query = {"partNumber": str(number), "uploadId": upload_id}
    return client.send("PUT", KEY, data, query=query)


def put_all(client: Client, upload_id: str) -> dict[int, str]:
    """Uploads PARTS, last first, and returns their ETags."""
    return {
        number: put_part(client, upload_id, number, PARTS[number]).headers["ETag"]
        for number in sorted(PARTS, reverse=True)
    }


def manifest(parts: list[tuple[int, str]]) -> str:
    listed = [f"<Part><PartNumber>{n}</PartNumber><ETag>{e}</ETag></Part>" for n, e in parts]
    return f"<CompleteMultipartUpload>{''.join(listed)}</CompleteMultipartUpload>"


def complete(client: Client, upload_id: str, body: str | bytes, **signed: str) -> requests.Response:
    headers = {name.replace("_", "-"): value for name, value in signed.items()}
    return client.send("POST", KEY, body, query={"uploadId": upload_id}, signed=headers)


def test_upload_in_parts(client: Client, upload_id: str, tmp_path: Path) -> None:
    etags = put_all(client, upload_id)
    put_part(client, upload_id, 2, b"x" * 200_000)  # a part may be sent again
    etags[2] = put_part(client, upload_id, 2, PARTS[2]).headers["ETag"]
    assert code_of(client.send("GET", KEY)) == "404 NoSuchKey"

    answer = complete(client, upload_id, manifest(sorted(etags.items())))
    digests = b"".join(hashlib.md5(PARTS[number]).digest() for number in sorted(PARTS))
    etag = f'"{hashlib.md5(digests).hexdigest().upper()}-3"'
    root = xml_of(answer)
    assert (root.findtext("Bucket"), root.findtext("Key")) == (BUCKET, KEY)
    assert root.findtext("ETag") == etag

    got = client.send("GET", KEY)
    assert got.content == b"".join(PARTS[number] for number in sorted(PARTS))
    assert got.headers["Content-Type"] == "text/plain"
    assert (got.headers["x-oss-meta-a"], got.headers["ETag"]) == ("b", etag)
    assert got.headers["x-oss-object-type"] == "Multipart"
    assert code_of(complete(client, upload_id, manifest([]))) == "404 NoSuchUpload"
    assert list(tmp_path.glob("*/uploads/*")) == []
    assert list(tmp_path.rglob("*.draft")) == []


def test_complete_all_parts_there_are(client: Client, upload_id: str) -> None:
    put_all(client, upload_id)
    assert complete(client, upload_id, b"", x_oss_complete_all="yes").status_code == 200
    assert len(client.send("GET", KEY).content) == sum(map(len, PARTS.values()))


@pytest.mark.parametrize(
    ("parts", "code"),
    [
        ([(2, "2"), (1, "1")], "400 InvalidPartOrder"),
        ([(1, "1"), (1, "1")], "400 InvalidPartOrder"),
        ([(1, "1"), (3, "3")], "400 InvalidPart"),
        ([(1, "2")], "400 InvalidPart"),
        ([(0, "1")], "400 InvalidPart"),
        ([(7, "7"), (8, "1")], "400 EntityTooSmall"),
    ],
)
def test_lists_of_parts_that_are_wrong(
    client: Client, upload_id: str, parts: list[tuple[int, str]], code: str
) -> None:
    etags = {str(number): etag for number, etag in put_all(client, upload_id).items()}
    listed = [(number, etags.get(name, name)) for number, name in parts]
    assert code_of(complete(client, upload_id, manifest(listed))) == code
    assert code_of(client.send("GET", KEY)) == "404 NoSuchKey"
    assert complete(client, upload_id, manifest([(1, etags["1"])])).status_code == 200


BOMB = '<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"not xml",
        b"<CompleteMultipartUpload>",
        b"<Other><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></Other>",
        b"<CompleteMultipartUpload><Part><PartNumber>1</PartNumber></Part></CompleteMultipartUpload>",
        manifest([(1, "a")]).replace("1", "-1").encode(),
        manifest([(1, "a")]).replace("1", "999999").encode(),
        manifest([]).encode(),
        (BOMB + manifest([(1, "&c;")])).encode(),
        (BOMB + manifest([(1, "&c;")])).encode("utf-16"),
        b"\xff\xfe",
    ],
)
def test_bodies_that_list_nothing(client: Client, upload_id: str, body: bytes) -> None:
    assert code_of(complete(client, upload_id, body)) == "400 MalformedXML"


def test_a_list_of_parts_has_a_bounded_size(client: Client, upload_id: str) -> None:
    assert code_of(complete(client, upload_id, b" " * 5_000_000)) == "400 EntityTooLarge"


def test_namespaces_and_bare_etags_are_understood(client: Client, upload_id: str) -> None:
    etag = put_part(client, upload_id, 1, b"a").headers["ETag"].strip('"').lower()
    body = manifest([(1, etag)]).replace("Upload>", 'Upload xmlns="http://doc.oss.example">', 1)
    assert complete(client, upload_id, body).status_code == 200
    assert client.send("GET", KEY).content == b"a"


@pytest.mark.parametrize("number", ["0", "10001", "-1", "x", ""])
def test_part_numbers(client: Client, upload_id: str, number: str) -> None:
    assert code_of(put_part(client, upload_id, number, b"a")) == "400 InvalidArgument"
    assert put_part(client, upload_id, 10_000, b"a").status_code == 200


@pytest.mark.parametrize("wrong", ["", "0" * 32, "../" * 8, "g" * 32])
def test_uploads_that_are_not_there(client: Client, upload_id: str, wrong: str) -> None:
    assert code_of(put_part(client, wrong, 1, b"a")) == "404 NoSuchUpload"
    assert code_of(client.send("GET", KEY, query={"uploadId": wrong})) == "404 NoSuchUpload"
    other_key = client.send("GET", "other", query={"uploadId": upload_id})
    assert code_of(other_key) == "404 NoSuchUpload"


def test_abort(client: Client, upload_id: str, tmp_path: Path) -> None:
    put_all(client, upload_id)
    aborted = client.send("DELETE", KEY, query={"uploadId": upload_id})
    assert (aborted.status_code, aborted.content) == (204, b"")
    assert list(tmp_path.glob("*/uploads/*")) == []
    assert code_of(put_part(client, upload_id, 1, b"a")) == "404 NoSuchUpload"


def test_parts_are_listed_page_by_page(client: Client, upload_id: str) -> None:
    etags = put_all(client, upload_id)
    seen: list[tuple[str, str, str]] = []
    marker = "0"
    for _ in range(5):
        query = {"uploadId": upload_id, "max-parts": "2", "part-number-marker": marker}
        root = xml_of(client.send("GET", KEY, query=query))
        columns = (texts(root, f"Part/{name}") for name in ("PartNumber", "ETag", "Size"))
        seen += zip(*columns, strict=True)
        marker = root.findtext("NextPartNumberMarker") or ""
        if root.findtext("IsTruncated") == "false":
            break
    assert seen == [(str(n), etags[n], str(len(PARTS[n]))) for n in sorted(PARTS)]


def test_copied_parts(client: Client, upload_id: str) -> None:
    client.send("PUT", "source", b"0123456789")
    signed = {"x-oss-copy-source": f"/{BUCKET}/source", "x-oss-copy-source-range": "bytes=2-4"}
    query = {"partNumber": "1", "uploadId": upload_id}
    etag = xml_of(client.send("PUT", KEY, query=query, signed=signed)).findtext("ETag") or ""
    assert complete(client, upload_id, manifest([(1, etag)])).status_code == 200
    assert client.send("GET", KEY).content == b"234"


def test_forbidden_overwrite_leaves_the_upload_open(client: Client, upload_id: str) -> None:
    etag = put_part(client, upload_id, 1, b"new").headers["ETag"]
    client.send("PUT", KEY, b"old")
    refused = complete(client, upload_id, manifest([(1, etag)]), x_oss_forbid_overwrite="true")
    assert code_of(refused) == "409 FileAlreadyExists"
    assert client.send("GET", KEY).content == b"old"
    assert complete(client, upload_id, manifest([(1, etag)])).status_code == 200
    assert client.send("GET", KEY).content == b"new"


def test_parts_at_the_same_time_and_one_completion(client: Client, upload_id: str) -> None:
    def put(number: int) -> tuple[int, str]:
        other = Client(client.endpoint)
        with other.session:
            part = put_part(other, upload_id, number, bytes([number]) * 102_400)
        return number, part.headers["ETag"]

    def finish(_: int) -> int:
        other = Client(client.endpoint)
        with other.session:
            return complete(other, upload_id, manifest(parts)).status_code

    with ThreadPoolExecutor(8) as pool:
        parts = list(pool.map(put, range(1, 17)))
        assert sorted(pool.map(finish, range(4))) == [200, 404, 404, 404]
    expected = b"".join(bytes([number]) * 102_400 for number in range(1, 17))
    assert client.send("GET", KEY).content == expected
