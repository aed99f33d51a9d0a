"""Header values beyond ASCII, over a socket: clients send what the library hands them."""

from __future__ import annotations

import asyncio
import http.client
import subprocess
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import aiohttp
import alibabacloud_oss_v2 as oss_v2
import httpx
import oss2
import pytest
import requests
import urllib3

from ossign_fast import Credentials, RequestError, Signer
from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import httpx as fast_httpx
from ossign_fast.integrations import oss2 as fast_oss2
from ossign_fast.integrations import requests as fast_requests
from ossign_fast.server import LocalEndpoint
from support.sdk_scenarios import config_v2

CREDENTIALS = Credentials("LTAIheaderText", "header-text-secret")
BUCKET, KEY, BODY = "example-bucket", "a.txt", b"hello"
NAMES = pytest.mark.parametrize("name", ["Léo", "中文 é", "ÿþ"])


@pytest.fixture(scope="module")
def endpoint() -> Iterator[LocalEndpoint]:
    with LocalEndpoint(credentials=CREDENTIALS) as running:
        yield running


@pytest.fixture
def signer(endpoint: LocalEndpoint) -> Signer:
    return Signer(
        region="cn-hangzhou", bucket=BUCKET, endpoint=endpoint.url, credentials=CREDENTIALS
    )


def stored(signer: Signer) -> str:
    """Returns the metadata of the object, as bytes on the wire in UTF-8."""
    answer = requests.head(signer.presign("HeadObject", KEY).url, timeout=10)
    assert answer.status_code == 200
    return answer.headers["x-oss-meta-name"].encode("latin-1").decode()


def by_requests(url: str, headers: Mapping[str, str]) -> int:
    return requests.put(url, data=BODY, headers=headers, timeout=10).status_code


def by_httpx(url: str, headers: Mapping[str, str]) -> int:
    return httpx.put(url, content=BODY, headers=headers, timeout=10).status_code


def by_urllib3(url: str, headers: Mapping[str, str]) -> int:
    return int(urllib3.request("PUT", url, body=BODY, headers=headers, timeout=10).status)


def by_http_client(url: str, headers: Mapping[str, str]) -> int:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    try:
        connection.request("PUT", f"{parts.path}?{parts.query}", body=BODY, headers=dict(headers))
        return connection.getresponse().status
    finally:
        connection.close()


def by_aiohttp(url: str, headers: Mapping[str, str]) -> int:
    async def put() -> int:
        from yarl import URL

        async with (
            aiohttp.ClientSession() as session,
            session.put(URL(url, encoded=True), data=BODY, headers=headers) as answer,
        ):
            return answer.status

    return asyncio.run(put())


def by_curl(url: str, headers: Mapping[str, str]) -> int:
    words = [word for name, value in headers.items() for word in ("-H", f"{name}: {value}")]
    done = subprocess.run(
        ["curl", "-sS", "-o", "/dev/null", "-w", "%{http_code}", "-T", "-", *words, url],
        input=BODY, capture_output=True, check=True, timeout=20,
    )  # fmt: skip
    return int(done.stdout)


@NAMES
@pytest.mark.parametrize(
    "put", [by_requests, by_httpx, by_urllib3, by_http_client, by_aiohttp, by_curl]
)
def test_clients_send_what_they_are_handed(signer: Signer, put: Any, name: str) -> None:
    result = signer.presign(
        "PutObject", KEY, metadata={"name": name}, content_type="application/octet-stream"
    )
    assert put(result.url, result.signed_headers) == 200
    assert stored(signer) == name
    headers = signer.sign_headers(
        "PutObject", KEY, metadata={"name": name}, content_type="application/octet-stream"
    )
    assert put(result.url.partition("?")[0], headers) == 200


@NAMES
def test_the_auth_of_requests(signer: Signer, name: str) -> None:
    url = signer.presign("GetObject", KEY).url.partition("?")[0]
    auth = fast_requests.OSSAuth(signer)
    for value in (name, name.encode()):
        answer = requests.put(
            url, data=BODY, headers={"x-oss-meta-name": value}, auth=auth, timeout=10
        )
        assert answer.status_code == 200
        assert stored(signer) == name


@NAMES
def test_the_auth_of_httpx(signer: Signer, name: str) -> None:
    url = signer.presign("GetObject", KEY).url.partition("?")[0]
    auth = fast_httpx.OSSAuth(signer)
    answer = httpx.put(
        url, content=BODY, headers={"x-oss-meta-name": name.encode()}, auth=auth, timeout=10
    )
    assert answer.status_code == 200
    assert stored(signer) == name


@pytest.mark.parametrize("make", [fast_requests.OSSAuth, fast_httpx.OSSAuth])
def test_bytes_that_are_no_utf8_are_refused(signer: Signer, make: Any) -> None:
    url = signer.presign("GetObject", KEY).url.partition("?")[0]
    put: Callable[..., Any] = requests.put if make is fast_requests.OSSAuth else httpx.put
    with pytest.raises(RequestError, match=r"headers\['x-oss-meta-name'\]: .*UTF-8"):
        put(url, headers={"x-oss-meta-name": "Léo".encode("latin-1")}, auth=make(signer))


@NAMES
@pytest.mark.parametrize("version", ["v4", "v1"])
def test_the_clients_of_the_sdks(
    endpoint: LocalEndpoint, signer: Signer, version: str, name: str
) -> None:
    metadata = {"name": name}
    config = config_v2(endpoint.url, version, CREDENTIALS)
    own = fast_v2.SignerV4() if version == "v4" else fast_v2.SignerV1()
    oss_v2.Client(config, signer=own).put_object(
        oss_v2.PutObjectRequest(bucket=BUCKET, key=KEY, body=BODY, metadata=metadata)
    )
    assert stored(signer) == name
    pair = (CREDENTIALS.access_key_id, CREDENTIALS.access_key_secret)
    auth = fast_oss2.AuthV4(*pair) if version == "v4" else fast_oss2.Auth(*pair)
    bucket = oss2.Bucket(auth, endpoint.url, BUCKET, region="cn-hangzhou")
    bucket.put_object(KEY, b"other", headers={"x-oss-meta-name": name})
    assert stored(signer) == name
