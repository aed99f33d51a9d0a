"""The clients of the official SDKs at the local endpoint, with their own signers."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import alibabacloud_oss_v2.aio as oss_aio
import oss2
import pytest

from ossign_fast import Credentials
from ossign_fast.server import LocalEndpoint
from support.sdk_scenarios import config_v2, exercise_oss2, exercise_v2, exercise_v2_async

PLAIN = Credentials("LTAIexample", "example-secret")
WITH_TOKEN = Credentials("STS.example", "token-secret", "CAIS+/=a+b/c==")
KNOWN = {each.access_key_id: each for each in (PLAIN, WITH_TOKEN)}
BUCKET = "sdk-bucket"
AUTH_V2 = oss2.AuthV2(PLAIN.access_key_id, PLAIN.access_key_secret)
OSS2_AUTHS = {
    "AuthV4": oss2.AuthV4(PLAIN.access_key_id, PLAIN.access_key_secret),
    "Auth": oss2.Auth(PLAIN.access_key_id, PLAIN.access_key_secret),
    "ProviderAuthV4": oss2.ProviderAuthV4(
        oss2.credentials.StaticCredentialsProvider(
            WITH_TOKEN.access_key_id, WITH_TOKEN.access_key_secret, WITH_TOKEN.security_token
        )
    ),
    "StsAuth-v4": oss2.StsAuth(
        WITH_TOKEN.access_key_id, WITH_TOKEN.access_key_secret, WITH_TOKEN.security_token, "v4"
    ),
    "StsAuth-v1": oss2.StsAuth(
        WITH_TOKEN.access_key_id, WITH_TOKEN.access_key_secret, WITH_TOKEN.security_token, "v1"
    ),
}


@pytest.fixture
def endpoint() -> Iterator[LocalEndpoint]:
    with LocalEndpoint(credentials=KNOWN, timeout=5) as running:
        yield running


@pytest.mark.parametrize("credentials", [PLAIN, WITH_TOKEN], ids=["plain", "token"])
@pytest.mark.parametrize("version", ["v4", "v1"])
def test_client_v2(endpoint: LocalEndpoint, version: str, credentials: Credentials) -> None:
    exercise_v2(oss_v2.Client(config_v2(endpoint.url, version, credentials)), BUCKET)


@pytest.mark.parametrize("credentials", [PLAIN, WITH_TOKEN], ids=["plain", "token"])
@pytest.mark.parametrize("version", ["v4", "v1"])
def test_async_client_v2(endpoint: LocalEndpoint, version: str, credentials: Credentials) -> None:
    async def work() -> None:
        client = oss_aio.AsyncClient(config_v2(endpoint.url, version, credentials))
        try:
            await exercise_v2_async(client, BUCKET)
        finally:
            await client.close()

    asyncio.run(work())


@pytest.mark.parametrize("auth", OSS2_AUTHS)
def test_oss2(endpoint: LocalEndpoint, auth: str) -> None:
    place = {"endpoint": endpoint.url, "region": "cn-hangzhou"}
    exercise_oss2(
        oss2.Bucket(OSS2_AUTHS[auth], bucket_name=BUCKET, **place),
        oss2.Service(OSS2_AUTHS[auth], **place),
    )


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_a_wrong_secret_is_told_what_should_have_been_signed(
    endpoint: LocalEndpoint, version: str
) -> None:
    wrong = Credentials(PLAIN.access_key_id, "wrong")
    error = refused_v2(config_v2(endpoint.url, version, wrong))
    assert (error.status_code, error.code) == (403, "SignatureDoesNotMatch")
    assert error.error_fileds["OSSAccessKeyId"] == PLAIN.access_key_id
    assert error.error_fileds["SignatureProvided"]
    first = {"v4": "OSS4-HMAC-SHA256", "v1": "PUT"}[version]
    assert error.error_fileds["StringToSign"].splitlines()[0] == first
    assert ("CanonicalRequest" in error.error_fileds) == (version == "v4")
    assert error.ec == "0002-00000201"
    stranger = Credentials("LTAIstranger", "secret")
    assert refused_v2(config_v2(endpoint.url, version, stranger)).code == "InvalidAccessKeyId"


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("offset", [-1000, 1000])
def test_clocks_that_differ_too_much(version: str, offset: int) -> None:
    with LocalEndpoint(credentials=KNOWN, clock=lambda: time.time() + offset) as endpoint:
        error = refused_v2(config_v2(endpoint.url, version, PLAIN))
    assert (error.status_code, error.code) == (403, "RequestTimeTooSkewed")
    assert error.ec == "0002-00000504"
    assert error.error_fileds["MaxAllowedSkewMilliseconds"] == "900000"
    times = error.error_fileds["RequestTime"], error.error_fileds["ServerTime"]
    assert (times[0] < times[1]) == (offset > 0)


def refused_v2(config: oss_v2.Config) -> Any:
    with pytest.raises(oss_v2.exceptions.OperationError) as caught:
        oss_v2.Client(config).put_object(
            oss_v2.PutObjectRequest(bucket=BUCKET, key="k", body=b"x", content_type="a/b")
        )
    return caught.value.unwrap()


def test_refusals_that_oss2_gets(endpoint: LocalEndpoint) -> None:
    for auth in (oss2.AuthV4("LTAIexample", "wrong"), oss2.Auth("LTAIexample", "wrong")):
        bucket = oss2.Bucket(auth, endpoint.url, BUCKET, region="cn-hangzhou")
        with pytest.raises(oss2.exceptions.SignatureDoesNotMatch) as caught:
            bucket.put_object("k", b"x")
        assert caught.value.details["OSSAccessKeyId"] == "LTAIexample"
    for auth, code in ((oss2.AnonymousAuth(), "AccessDenied"), (AUTH_V2, "InvalidArgument")):
        bucket = oss2.Bucket(auth, endpoint.url, BUCKET, region="cn-hangzhou")
        with pytest.raises(oss2.exceptions.ServerError) as refused:
            bucket.put_object("k", b"x")
        assert refused.value.code == code
