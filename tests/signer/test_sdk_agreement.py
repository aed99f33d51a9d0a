"""Live comparison with the official SDKs, typed options included, at a clock that stands still."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import pytest
from alibabacloud_oss_v2 import presigner

from ossign_fast import Credentials, Signer
from support import oracle
from support.engines import Engine
from support.sdk_signers import REQUESTS, client_v2, frozen_clock, sign_oss2

NOW = datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=timezone.utc)
KEY = "dir/a b+中.txt"
UPLOAD = "0004B9894A22E5B1888A1E29F8236E2D"
SETTINGS: dict[str, Any] = {
    "region": "cn-hangzhou",
    "bucket": "example-bucket",
    "access_key_id": "LTAI5tAgreementKey00001",
    "access_key_secret": "agreementSecret0123456789abcde",
    "signing_time": NOW.isoformat(),
}
TOKENS = (None, "CAIS+/=token")

#: Every presign request of alibabacloud-oss-v2 with as many of its options as go together.
OPERATIONS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("GetObject", {}),
    (
        "GetObject",
        {
            # Not in the order of the URL, which is that of the SDK's model.
            "process": "image/resize,m_fixed,w_100,h_100/rotate,90",
            "version_id": "CAEQNhiBgMDJgZCA0BYiIDc4",
            "response_expires": "Thu, 01 Dec 1994 16:00:00 GMT",
            "response_content_type": "image/jpeg",
            "response_content_language": "zh-CN",
            "response_content_encoding": "gzip",
            "response_content_disposition": 'attachment; filename="a b 中.txt"',
            "response_cache_control": "no-cache, max-age=0",
            "traffic_limit": 819200,
            "request_payer": "requester",
            "range_behavior": "standard",
        },
    ),
    (
        "PutObject",
        {
            "acl": "private",
            "storage_class": "IA",
            "metadata": {"author": "li lei", "Job-Id": "7", "note": "中文"},
            "content_md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
            "content_type": "text/plain; charset=utf-8",
            "server_side_encryption": "KMS",
            "server_side_encryption_key_id": "9468da86-3509-4f8d-a61e-6eab1eac",
            "tagging": "k1=v1&k2=v2",
            "callback": "eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9hL2IifQ==",
            "callback_var": "eyJ4OnYiOiJhKy89In0=",
            "forbid_overwrite": True,
            "traffic_limit": 838860800,
            "request_payer": "requester",
        },
    ),
    ("HeadObject", {"version_id": "CAEQNhiBgMDJgZCA0BYiIDc4", "request_payer": "requester"}),
    ("InitiateMultipartUpload", {}),
    (
        "InitiateMultipartUpload",
        {
            "storage_class": "Archive",
            "metadata": {"author": "li lei"},
            "content_type": "video/mp4",
            "encoding_type": "url",
            "tagging": "k=v",
            "forbid_overwrite": False,
        },
    ),
    ("UploadPart", {"upload_id": UPLOAD, "part_number": 1}),
    (
        "UploadPart",
        {
            "upload_id": "a+/= b",
            "part_number": 10_000,
            "content_md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
            "traffic_limit": 819200,
        },
    ),
    (
        "CompleteMultipartUpload",
        {
            "encoding_type": "url",
            "upload_id": UPLOAD,
            "acl": "public-read",
            "complete_all": "yes",
            "forbid_overwrite": True,
        },
    ),
    ("AbortMultipartUpload", {"upload_id": UPLOAD, "request_payer": "requester"}),
)
IDS = [f"{operation}-{len(options)}" for operation, options in OPERATIONS]


def signer_for(engine: Engine, token: str | None, **options: Any) -> Signer:
    return engine.signer(
        region=SETTINGS["region"],
        bucket=SETTINGS["bucket"],
        credentials=Credentials(SETTINGS["access_key_id"], SETTINGS["access_key_secret"], token),
        clock=NOW.timestamp,
        **options,
    )


def test_all_presign_requests_of_the_sdk_are_here() -> None:
    known = {request.__name__ for request in presigner.PresignRequest.__args__}
    assert known == {f"{operation}Request" for operation, _ in OPERATIONS}


@pytest.mark.parametrize("token", TOKENS, ids=("plain", "token"))
@pytest.mark.parametrize(("operation", "options"), OPERATIONS, ids=IDS)
def test_operations_of_alibabacloud_oss_v2(
    engine: Engine, operation: str, options: dict[str, Any], token: str | None
) -> None:
    request = REQUESTS[operation](bucket=SETTINGS["bucket"], key=KEY, **options)
    with frozen_clock(NOW):
        client = client_v2({**SETTINGS, "security_token": token})
        theirs = client.presign(request, expires=timedelta(minutes=10))
    signer = signer_for(engine, token)
    ours = signer.presign(operation, KEY, expires=600, **options)
    assert ours.url == theirs.url
    assert ours.method == theirs.method
    assert ours.expiration == theirs.expiration.replace(microsecond=0)
    assert lower(ours.signed_headers) == lower(theirs.signed_headers)
    assert signer.presign_many(operation, [KEY], expires=600, **options).tolist() == [theirs.url]


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.mark.parametrize("token", TOKENS, ids=("plain", "token"))
@pytest.mark.parametrize(("operation", "options"), OPERATIONS, ids=IDS)
def test_operations_of_oss2(
    engine: Engine, operation: str, options: dict[str, Any], token: str | None
) -> None:
    request = REQUESTS[operation](bucket=SETTINGS["bucket"], key=KEY, **options)
    plain = presigner._serialize_input(request)
    theirs = sign_oss2(
        {
            **SETTINGS,
            "op": operation,
            "key": KEY,
            "security_token": token,
            "headers": plain.headers,
            "query": plain.parameters,
        }
    )
    ours = signer_for(engine, token).presign(operation, KEY, **options).url
    assert oracle.decoded(ours) == oracle.decoded(theirs)


def test_the_defaults_are_those_of_the_sdk(engine: Engine) -> None:
    request = oss_v2.GetObjectRequest(bucket=SETTINGS["bucket"], key=KEY)
    with frozen_clock(NOW):
        theirs = client_v2(SETTINGS).presign(request)
    assert signer_for(engine, None).presign("GetObject", KEY).url == theirs.url


def test_an_expiration_is_that_of_the_sdk(engine: Engine) -> None:
    moment = NOW.replace(microsecond=0)
    expiration = moment + timedelta(days=7)
    request = oss_v2.GetObjectRequest(bucket=SETTINGS["bucket"], key=KEY)
    with frozen_clock(moment):
        theirs = client_v2(SETTINGS).presign(request, expiration=expiration)
    ours = signer_for(engine, None).presign("GetObject", KEY, expiration=expiration)
    assert (ours.url, ours.expiration) == (theirs.url, expiration)


def test_additional_headers_are_signed_as_the_sdk_signs_them(engine: Engine) -> None:
    headers = {"Range": "bytes=0-9", "If-Match": '"tag"', "Content-Type": "a/b"}
    names = ["Range", "if-match", "content-type", "X-Absent"]
    case = {**SETTINGS, "additional_headers": names}
    request = oss_v2.GetObjectRequest(bucket=SETTINGS["bucket"], key=KEY, headers=headers)
    with frozen_clock(NOW):
        theirs = client_v2(case).presign(request)
    signer = signer_for(engine, None, additional_headers=names)
    result = signer.presign("GetObject", KEY, headers=headers)
    assert result.url == theirs.url
    assert result.signed_headers == headers
    call = signer_for(engine, None).presign(
        "GetObject", KEY, headers=headers, additional_headers=names
    )
    assert call == result


def test_many_keys_are_as_many_calls_of_the_sdk(engine: Engine) -> None:
    keys = [f"{number:02}/{'é~ '[number % 3]}{'x' * number}" for number in range(70)]
    with frozen_clock(NOW):
        client = client_v2(SETTINGS)
        theirs = [
            client.presign(oss_v2.GetObjectRequest(bucket=SETTINGS["bucket"], key=key)).url
            for key in keys
        ]
    assert signer_for(engine, None).presign_many("GetObject", keys).tolist() == theirs


def test_credentials_of_the_sdks_are_taken_as_they_are(engine: Engine) -> None:
    given = (SETTINGS["access_key_id"], SETTINGS["access_key_secret"], "token")
    provider = oss_v2.credentials.StaticCredentialsProvider(*given)
    expected = signer_for(engine, "token").presign("GetObject", KEY).url
    for source in (provider, provider.get_credentials(), provider.get_credentials):
        signer = engine.signer(
            region=SETTINGS["region"],
            bucket=SETTINGS["bucket"],
            credentials=source,
            clock=NOW.timestamp,
        )
        assert signer.presign("GetObject", KEY).url == expected
