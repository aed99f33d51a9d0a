"""The SDKs' clients with this package's signers plugged in, at work over a socket.

`test_server_sdk_clients.py` runs the very same work with the SDKs' own signers. The endpoint checks
each signature with code that shares nothing with the engines.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import alibabacloud_oss_v2.aio as oss_aio
import oss2
import pytest
import requests

from ossign_fast import Credentials
from ossign_fast._rules.shape import RESERVED_QUERY
from ossign_fast._rules.v4 import PAYLOAD_HEADER, RESERVED_HEADERS
from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2
from ossign_fast.integrations import shadow
from ossign_fast.server import LocalEndpoint
from support.sdk_scenarios import (
    BODY,
    KEYS,
    answer_of,
    config_v2,
    exercise_oss2,
    exercise_v2,
    exercise_v2_async,
)

PLAIN = Credentials("LTAIexample", "example-secret")
WITH_TOKEN = Credentials("STS.example", "token-secret", "CAIS+/=a+b/c==")
KNOWN = {each.access_key_id: each for each in (PLAIN, WITH_TOKEN)}
BUCKET = "sdk-bucket"
SIGNERS = {"v4": fast_v2.SignerV4, "v1": fast_v2.SignerV1}
BOTH = pytest.mark.parametrize("credentials", [PLAIN, WITH_TOKEN], ids=["plain", "token"])
VERSIONS = pytest.mark.parametrize("version", ["v4", "v1"])


@pytest.fixture
def endpoint() -> Iterator[LocalEndpoint]:
    with LocalEndpoint(credentials=KNOWN, timeout=5) as running:
        yield running


def options_v2(url: str, version: str, credentials: Credentials) -> dict[str, Any]:
    """Returns the arguments of a client that has our signer."""
    config = config_v2(url, version, credentials)
    return {"config": config, "signer": SIGNERS[version]()}


def test_the_signers_know_what_a_signature_writes() -> None:
    assert fast_v2.SignerV4._written_query == RESERVED_QUERY
    assert fast_v2.SignerV4._written_headers == RESERVED_HEADERS["header"] | {PAYLOAD_HEADER}


@BOTH
@VERSIONS
def test_client_v2(endpoint: LocalEndpoint, version: str, credentials: Credentials) -> None:
    exercise_v2(oss_v2.Client(**options_v2(endpoint.url, version, credentials)), BUCKET)


@BOTH
@VERSIONS
def test_async_client_v2(endpoint: LocalEndpoint, version: str, credentials: Credentials) -> None:
    async def work() -> None:
        client = oss_aio.AsyncClient(**options_v2(endpoint.url, version, credentials))
        async with fast_v2.accelerate(client) as fast:
            await exercise_v2_async(fast, BUCKET)
            await presigned_async(fast)

    asyncio.run(work())


async def presigned_async(client: Any) -> None:
    put = await client.presign(oss_v2.PutObjectRequest(bucket=BUCKET, key="a b", acl="private"))
    assert send(put, BODY).status_code == 200
    got = await client.presign(oss_v2.GetObjectRequest(bucket=BUCKET, key="a b"))
    assert send(got).content == BODY


@BOTH
@VERSIONS
def test_presigned_by_an_accelerated_client(
    endpoint: LocalEndpoint, version: str, credentials: Credentials
) -> None:
    client = fast_v2.accelerate(oss_v2.Client(**options_v2(endpoint.url, version, credentials)))
    exercise_v2(client, BUCKET)
    for key in KEYS:
        place = {"bucket": BUCKET, "key": key}
        put = oss_v2.PutObjectRequest(**place, content_type="a/b", metadata={"who": "me"})
        result = client.presign(put, expires=timedelta(minutes=1))
        assert send(result, BODY).status_code == 200
        assert send(result, BODY, drop="Content-Type").status_code == 403
        head = client.presign(oss_v2.HeadObjectRequest(**place))
        assert send(head).headers["x-oss-meta-who"] == "me"
        got = client.presign(oss_v2.GetObjectRequest(**place, response_content_type="c/d"))
        assert (send(got).content, send(got).headers["Content-Type"]) == (BODY, "c/d")
    many = oss_v2.GetObjectRequest(bucket=BUCKET)
    urls = fast_v2.presign_many(client, many, KEYS)
    assert [requests.get(url, timeout=5).content for url in urls] == [BODY] * len(KEYS)


def send(result: Any, body: bytes = b"", drop: str = "") -> requests.Response:
    headers = {name: value for name, value in result.signed_headers.items() if name != drop}
    return requests.request(result.method, result.url, data=body, headers=headers, timeout=5)


@VERSIONS
def test_refusals_reach_the_client(endpoint: LocalEndpoint, version: str) -> None:
    wrong = Credentials(PLAIN.access_key_id, "wrong")
    client = oss_v2.Client(**options_v2(endpoint.url, version, wrong))
    with pytest.raises(oss_v2.exceptions.OperationError) as caught:
        client.get_object(oss_v2.GetObjectRequest(bucket=BUCKET, key="k"))
    assert answer_of(caught.value) == (403, "SignatureDoesNotMatch")


def provider(credentials: Credentials) -> Any:
    return oss2.credentials.StaticCredentialsProvider(
        credentials.access_key_id, credentials.access_key_secret, credentials.security_token or ""
    )


AUTHS: dict[str, Callable[[], Any]] = {
    "AuthV4": lambda: fast_oss2.AuthV4(PLAIN.access_key_id, PLAIN.access_key_secret),
    "AuthV4-strict": lambda: fast_oss2.AuthV4(
        PLAIN.access_key_id, PLAIN.access_key_secret, strict_sdk=True
    ),
    "Auth": lambda: fast_oss2.Auth(PLAIN.access_key_id, PLAIN.access_key_secret),
    "Auth-strict": lambda: fast_oss2.Auth(
        PLAIN.access_key_id, PLAIN.access_key_secret, strict_sdk=True
    ),
    "ProviderAuthV4": lambda: fast_oss2.ProviderAuthV4(provider(WITH_TOKEN)),
    "ProviderAuth": lambda: fast_oss2.ProviderAuth(provider(WITH_TOKEN)),
    "StsAuth-v4": lambda: sts_auth("v4"),
    "StsAuth-v1": lambda: sts_auth("v1"),
}


def sts_auth(version: str) -> Any:
    keys = WITH_TOKEN.access_key_id, WITH_TOKEN.access_key_secret, WITH_TOKEN.security_token or ""
    return fast_oss2.StsAuth(*keys, version)


@pytest.mark.parametrize("auth", AUTHS)
def test_oss2(endpoint: LocalEndpoint, auth: str) -> None:
    place = {"endpoint": endpoint.url, "region": "cn-hangzhou"}
    signing = AUTHS[auth]()
    bucket = oss2.Bucket(signing, bucket_name=BUCKET, **place)
    exercise_oss2(fast_oss2.accelerate(bucket), oss2.Service(signing, **place))
    exercise_oss2(bucket, oss2.Service(signing, **place))


def test_shadowed_clients_work_and_agree(endpoint: LocalEndpoint) -> None:
    options = options_v2(endpoint.url, "v4", WITH_TOKEN)
    watched = shadow(oss_v2.signer.SignerV4(), options["signer"])
    exercise_v2(oss_v2.Client(options["config"], signer=watched), BUCKET)
    report = watched.shadow_report
    assert report.compared == report.calls > 50
    assert (report.mismatches, report.errors) == (0, 0)
    place = {"endpoint": endpoint.url, "region": "cn-hangzhou"}
    auth = shadow(oss2.ProviderAuthV4(provider(WITH_TOKEN)), AUTHS["ProviderAuthV4"]())
    exercise_oss2(oss2.Bucket(auth, bucket_name=BUCKET, **place), oss2.Service(auth, **place))
    report = auth.shadow_report
    assert report.compared == report.calls > 50
    assert (report.mismatches, report.errors) == (0, 0)
