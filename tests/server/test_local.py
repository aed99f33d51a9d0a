"""The local endpoint over real sockets: objects, refusals, listings; URLs signed by the SDK."""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import unquote

import polars
import pytest

from ossign_fast.server import LocalEndpoint
from support.server import BUCKET, CREDENTIALS, Client, code_of, texts, xml_of


@pytest.fixture
def endpoint(tmp_path: Path) -> Iterator[LocalEndpoint]:
    with LocalEndpoint(tmp_path / "new" / "folder", credentials=CREDENTIALS, timeout=5) as running:
        yield running


@pytest.fixture
def client(endpoint: LocalEndpoint) -> Iterator[Client]:
    client = Client(endpoint.url)
    with client.session:
        yield client


def md5(data: bytes) -> str:
    return f'"{hashlib.md5(data).hexdigest().upper()}"'


def test_put_get_head_delete(client: Client) -> None:
    data = bytes(range(256)) * 1000
    signed = {
        "Content-Type": "text/plain",
        "x-oss-meta-who": "me",
        "x-oss-storage-class": "IA",
    }
    sent = {"Cache-Control": "no-cache", "Content-Disposition": "inline"}
    put = client.send("PUT", "dir/a b+中.txt", data, signed=signed, unsigned=sent)
    assert (put.status_code, put.headers["ETag"]) == (200, md5(data))
    assert len(put.headers["x-oss-request-id"]) == 24

    for method, content in (("GET", data), ("HEAD", b"")):
        answer = client.send(method, "dir/a b+中.txt")
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["Content-Length"] == str(len(data))
        assert signed.items() | sent.items() <= answer.headers.items()
        assert answer.headers["ETag"] == md5(data)
        assert answer.headers["x-oss-object-type"] == "Normal"
        assert answer.headers["Accept-Ranges"] == "bytes"

    for _ in range(2):
        gone = client.send("DELETE", "dir/a b+中.txt")
        assert (gone.status_code, gone.content) == (204, b"")
    assert code_of(client.send("GET", "dir/a b+中.txt")) == "404 NoSuchKey"
    missing = client.send("HEAD", "dir/a b+中.txt")
    assert (missing.status_code, missing.content) == (404, b"")
    assert b"<Code>NoSuchKey</Code>" in base64.b64decode(missing.headers["x-oss-err"])


def test_empty_object_and_default_type(client: Client) -> None:
    assert client.send("PUT", "empty", b"").status_code == 200
    answer = client.send("GET", "empty")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("kind", ["multipart/form-data; boundary=x", "multipart/mixed"])
def test_types_of_mails_are_types_like_any_other(client: Client, kind: str) -> None:
    signed = {"Content-Type": kind}
    assert client.send("PUT", "k", b"--x\r\n\r\n--x--", signed=signed).status_code == 200
    assert client.send("GET", "k").headers["Content-Type"] == kind
    broken = client.head_of("PUT", "k", Content_Type=kind) + "no colon\r\nContent-Length: 1\r\n\r\n"
    assert client.raw(broken, b"x", finish=True).startswith(b"HTTP/1.1 400 ")


def test_metadata_is_any_text(client: Client) -> None:
    signed = {"x-oss-meta-name": "grüße 中文"}
    url = client.presign("PUT", "k", signed=signed)
    sent = {name: value.encode() for name, value in signed.items()}
    assert client.session.put(url, data=b"x", headers=sent, timeout=10).status_code == 200
    shown = client.send("HEAD", "k").headers["x-oss-meta-name"]
    assert shown.encode("latin-1").decode() == signed["x-oss-meta-name"]


@pytest.mark.parametrize(
    "key",
    [
        *("../x", "a/../../b", "/".join([".."] * 9), "a//b", ".", "..", "a\\..\\b", "%2e%2e/x"),
        *("A", "é", "e\u0301", "con", "a" * 1023, "a\0b", "\n", "<&>"),
    ],
)
def test_keys_are_any_text(tmp_path: Path, client: Client, key: str) -> None:
    other = key[:1000].swapcase() + "!"
    assert client.send_as_is("PUT", key, key.encode())[0] == 200
    assert client.send_as_is("PUT", other, b"other")[0] == 200
    assert client.send_as_is("GET", key) == (200, key.encode())
    assert [path.name for path in tmp_path.iterdir()] == ["new"]
    assert [path.name for path in tmp_path.glob("new/folder/*")] == [f"b-{BUCKET}"]
    assert len(list(tmp_path.glob("new/folder/*/objects/*.object"))) == 2
    listing = xml_of(client.send("GET", None, query={"encoding-type": "url"}))
    assert sorted(map(unquote, texts(listing, "Contents/Key"))) == sorted([key, other])


@pytest.mark.parametrize("key", ["/a", "\\a", "a" * 1024, "é" * 512])
def test_keys_that_oss_refuses(client: Client, key: str) -> None:
    status, body = client.send_as_is("PUT", key, b"x")
    assert status == 400
    assert b"<Code>InvalidObjectName</Code>" in body


STANDARD = {"x-oss-range-behavior": "standard"}


@pytest.mark.parametrize(
    ("wanted", "shown", "content"),
    [
        ("bytes=2-4", "bytes 2-4/10", b"234"),
        ("bytes=7-", "bytes 7-9/10", b"789"),
        ("bytes=-3", "bytes 7-9/10", b"789"),
        ("bytes=-10", "bytes 0-9/10", b"0123456789"),
        ("bytes=0-9", "bytes 0-9/10", b"0123456789"),
        ("bytes=0-0", "bytes 0-0/10", b"0"),
        ("bytes=0-1,3-4", "bytes 0-1/10", b"01"),
    ],
)
@pytest.mark.parametrize("signed", [{}, STANDARD, {"x-oss-range-behavior": "other"}])
def test_ranges(
    client: Client, wanted: str, shown: str, content: bytes, signed: dict[str, str]
) -> None:
    client.send("PUT", "k", b"0123456789")
    answer = client.send("GET", "k", signed=signed, unsigned={"Range": wanted})
    assert (answer.status_code, answer.content) == (206, content)
    assert answer.headers["Content-Range"] == shown
    whole = client.send("HEAD", "k", unsigned={"Range": wanted})
    assert (whole.status_code, whole.headers["Content-Length"]) == (200, "10")


@pytest.mark.parametrize("signed", [{}, STANDARD])
@pytest.mark.parametrize("wanted", ["bytes=5-2", "bytes=a-b", "bytes=-", "lines=1-", "byte=0-1"])
def test_ranges_that_are_ignored(client: Client, wanted: str, signed: dict[str, str]) -> None:
    client.send("PUT", "k", b"0123456789")
    answer = client.send("GET", "k", signed=signed, unsigned={"Range": wanted})
    assert (answer.status_code, answer.content) == (200, b"0123456789")
    assert "Content-Range" not in answer.headers


@pytest.mark.parametrize(
    ("wanted", "content"),
    [
        ("bytes=8-99", b"89"),
        ("bytes=9-10", b"9"),
        ("bytes=0-10", b"0123456789"),
        ("bytes=-99", b"0123456789"),
        *((text, None) for text in ("bytes=10-", "bytes=10-11", "bytes=-0", f"bytes={10**17}-")),
    ],
)
def test_ranges_outside(client: Client, wanted: str, content: bytes | None) -> None:
    """OSS sends the whole object, unless it is asked to do what HTTP says."""
    client.send("PUT", "k", b"0123456789")
    whole = client.send("GET", "k", unsigned={"Range": wanted})
    assert (whole.status_code, whole.content) == (200, b"0123456789")
    assert "Content-Range" not in whole.headers
    answer = client.send("GET", "k", signed=STANDARD, unsigned={"Range": wanted})
    if content is None:
        assert code_of(answer) == "416 InvalidRange"
        assert answer.headers["Content-Range"] == "bytes */10"
    else:
        assert (answer.status_code, answer.content) == (206, content)


@pytest.mark.parametrize("wanted", ["bytes=0-", "bytes=0-0", "bytes=-1"])
def test_nothing_has_no_ranges(client: Client, wanted: str) -> None:
    client.send("PUT", "k", b"")
    assert client.send("GET", "k", unsigned={"Range": wanted}).status_code == 200


def test_parquet_files_shorter_than_what_is_asked_of_them(client: Client) -> None:
    """As with OSS: polars asks for the last 256 KiB of a file and takes no whole one for them."""
    file = io.BytesIO()
    polars.DataFrame({"a": [1]}).write_parquet(file)
    client.send("PUT", "a.parquet", file.getvalue())
    with pytest.raises(OSError, match="Range request not supported"):
        polars.read_parquet(client.presign("GET", "a.parquet"))


def test_if_range(client: Client) -> None:
    etag = client.send("PUT", "k", b"0123456789").headers["ETag"]
    for expected, content in ((etag, b"01"), ('"other"', b"0123456789")):
        sent = {"Range": "bytes=0-1", "If-Range": expected}
        assert client.send("GET", "k", unsigned=sent).content == content


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("If-Match", "{etag}", 200),
        ("If-Match", '"a", {etag}', 200),
        ("If-Match", "*", 200),
        ("If-Match", '"other"', 412),
        ("If-None-Match", "{etag}", 304),
        ("If-None-Match", '"other"', 200),
        ("If-Modified-Since", "Thu, 01 Jan 2037 00:00:00 GMT", 304),
        ("If-Modified-Since", "Thu, 01 Jan 2015 00:00:00 GMT", 200),
        ("If-Modified-Since", "yesterday", 200),
        ("If-Unmodified-Since", "Thu, 01 Jan 2015 00:00:00 GMT", 412),
        ("If-Unmodified-Since", "Thu, 01 Jan 2037 00:00:00 GMT", 200),
    ],
)
def test_conditions(client: Client, name: str, value: str, status: int) -> None:
    etag = client.send("PUT", "k", b"data").headers["ETag"]
    sent = {name: value.replace("{etag}", etag)}
    assert client.send("GET", "k", unsigned=sent).status_code == status
    assert client.send("HEAD", "k", unsigned=sent).status_code == status


def test_response_headers_are_overridden(client: Client) -> None:
    client.send("PUT", "k", b"x", signed={"Content-Type": "text/plain"})
    query = {
        "response-content-type": "image/png",
        "response-content-disposition": 'attachment; filename="é"',
    }
    answer = client.send("GET", "k", query=query)
    assert answer.headers["Content-Type"] == "image/png"
    assert (
        answer.headers["Content-Disposition"].encode("latin-1").decode()
        == query["response-content-disposition"]
    )
    split = client.send("GET", "k", query={"response-content-type": "a\r\nSet-Cookie: b=c"})
    assert code_of(split) == "400 InvalidArgument"
    assert "Set-Cookie" not in split.headers


def test_content_md5_and_forbidden_overwrite(client: Client) -> None:
    right = base64.b64encode(hashlib.md5(b"data").digest()).decode()
    assert client.send("PUT", "k", b"data", signed={"Content-MD5": right}).status_code == 200
    for digest in (right, "nonsense"):
        refused = client.send("PUT", "k", b"tada", signed={"Content-MD5": digest})
        assert code_of(refused) == "400 InvalidDigest"
    forbid = {"x-oss-forbid-overwrite": "true"}
    assert code_of(client.send("PUT", "k", b"new", signed=forbid)) == "409 FileAlreadyExists"
    assert client.send("GET", "k").content == b"data"
    assert client.send("PUT", "other", b"new", signed=forbid).status_code == 200


def test_copy(client: Client) -> None:
    signed = {"Content-Type": "text/plain", "x-oss-meta-a": "b"}
    client.send("PUT", "dir/é", b"data", bucket="source-bucket", signed=signed)
    source = {"x-oss-copy-source": "/source-bucket/dir/%C3%A9"}
    copied = client.send("PUT", "k", signed=source)
    assert xml_of(copied).findtext("ETag") == md5(b"data")
    answer = client.send("GET", "k")
    assert answer.content == b"data"
    assert signed.items() <= answer.headers.items()
    replaced = {**source, "x-oss-metadata-directive": "REPLACE", "Content-Type": "image/png"}
    assert client.send("PUT", "k", signed=replaced).status_code == 200
    headers = client.send("HEAD", "k").headers
    assert headers["Content-Type"] == "image/png"
    assert "x-oss-meta-a" not in headers


@pytest.mark.parametrize(
    ("source", "code"),
    [
        ("/source-bucket/none", "404 NoSuchKey"),
        ("/../none", "400 InvalidBucketName"),
        ("nothing", "400 InvalidArgument"),
        ("/source-bucket/k?versionId=1", "400 InvalidArgument"),
    ],
)
def test_copy_of_nothing(client: Client, source: str, code: str) -> None:
    assert code_of(client.send("PUT", "k", signed={"x-oss-copy-source": source})) == code


def test_only_one_of_many_creates_an_object(client: Client) -> None:
    def create(number: int) -> tuple[int, int]:
        other = Client(client.endpoint)
        with other.session:
            forbid = {"x-oss-forbid-overwrite": "true"}
            return other.send("PUT", "k", bytes([number]) * 9999, signed=forbid).status_code, number

    with ThreadPoolExecutor(8) as pool:
        outcomes = sorted(pool.map(create, range(8)))
    assert [status for status, _ in outcomes] == [200] + [409] * 7
    assert client.send("GET", "k").content == bytes([outcomes[0][1]]) * 9999
