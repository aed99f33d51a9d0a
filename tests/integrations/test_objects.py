"""The objects of the drop-ins as objects: copied, pickled, stacked, made of the wrong things."""

from __future__ import annotations

import copy
import pickle
import threading
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import numpy as np
import oss2
import pytest
import requests

from ossign_fast import Credentials, CredentialsError, RequestError, Signer
from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2
from ossign_fast.integrations import shadow
from ossign_fast.integrations._handover import SignerPool, checked_names
from ossign_fast.integrations.httpx import OSSAuth as HttpxAuth
from ossign_fast.integrations.requests import OSSAuth as RequestsAuth
from support.integrations import (
    BUCKET,
    ID,
    KEY,
    NOW,
    PLAIN,
    SECRET,
    TOKEN,
    client_v2,
    provider_oss2,
    sdk_clock,
)

ENDPOINT = "https://oss-cn-hangzhou.aliyuncs.com"


def frozen() -> float:
    return NOW.timestamp()


def bucket_of(auth: Any) -> oss2.Bucket:
    return oss2.Bucket(auth, ENDPOINT, BUCKET, region="cn-hangzhou")


AUTHS: dict[str, Callable[[], Any]] = {
    "AuthV4": lambda: fast_oss2.AuthV4(ID, SECRET, clock=frozen),
    "Auth": lambda: fast_oss2.Auth(ID, SECRET, clock=frozen),
    "ProviderAuthV4": lambda: fast_oss2.ProviderAuthV4(provider_oss2(), clock=frozen),
    "StsAuth": lambda: fast_oss2.StsAuth(ID, SECRET, TOKEN, "v4", clock=frozen),
    "strict": lambda: fast_oss2.AuthV4(ID, SECRET, clock=frozen, strict_sdk=True),
}
COPIES = pytest.mark.parametrize(
    "again", [copy.copy, copy.deepcopy, lambda item: pickle.loads(pickle.dumps(item))]
)


@COPIES
@pytest.mark.parametrize("auth", AUTHS)
def test_auth_objects_and_buckets_can_be_copied(auth: str, again: Callable[[Any], Any]) -> None:
    bucket = bucket_of(AUTHS[auth]())
    url = bucket.sign_url("GET", KEY, 60)
    assert bucket_of(again(bucket.auth)).sign_url("GET", KEY, 60) == url
    assert again(bucket).sign_url("GET", KEY, 60) == url
    fast = again(fast_oss2.accelerate(bucket))
    assert isinstance(fast, oss2.Bucket)
    assert fast.sign_url("GET", KEY, 60) == url


@COPIES
def test_signers_can_be_copied(again: Callable[[Any], Any]) -> None:
    plain = fast_v2.SignerV4(["Range"])
    with sdk_clock():
        request = oss_v2.GetObjectRequest(bucket=BUCKET, key=KEY, range_header="bytes=0-1")
        url = client_v2(plain).presign(request).url
        assert client_v2(again(plain)).presign(request).url == url
        assert isinstance(again(fast_v2.SignerV1()), oss_v2.signer.SignerV1)
    assert "x-oss-additional-headers=range" in url


@COPIES
@pytest.mark.parametrize("kind", [RequestsAuth, HttpxAuth])
def test_the_auth_of_http_clients_can_be_copied(kind: Any, again: Callable[[Any], Any]) -> None:
    signer = Signer(region="cn-hangzhou", credentials=Credentials(ID, SECRET), clock=frozen)
    auth = kind(signer, additional_headers=["Range", "Host"])
    request = ("GET", f"https://{BUCKET}.oss-cn-hangzhou.aliyuncs.com/a", [("range", "bytes=0-")])
    signed = auth._signer.sign(*request)
    assert "AdditionalHeaders=host;range" in signed["Authorization"]
    assert again(auth)._signer.sign(*request) == signed


@COPIES
def test_accelerated_clients_can_be_copied(again: Callable[[Any], Any]) -> None:
    fast = fast_v2.accelerate(client_v2(), strict_sdk=True, clock=frozen)
    twin = again(fast)
    request = oss_v2.GetObjectRequest(bucket=BUCKET, key=KEY)
    assert type(twin) is type(fast)
    assert vars(twin).keys() == vars(fast).keys()
    lifetime = timedelta(minutes=1)
    assert (
        twin.presign(request, expires=lifetime).url == fast.presign(request, expires=lifetime).url
    )


def test_what_of_a_drop_in_cannot_travel_is_named() -> None:
    lock = threading.Lock()
    late = partial(float, lock)
    wrong = SimpleNamespace(get_credentials=lambda: Credentials(ID, SECRET), lock=lock)
    nowhere = {
        "clock": [
            fast_oss2.AuthV4(ID, SECRET, clock=late),
            fast_oss2.StsAuth(ID, SECRET, TOKEN, clock=late),
            bucket_of(fast_oss2.Auth(ID, SECRET, clock=late)),
            fast_oss2.accelerate(bucket_of(oss2.AuthV4(ID, SECRET)), clock=late),
            fast_v2.accelerate(client_v2(), clock=late),
            RequestsAuth(Signer(region="cn-hangzhou", clock=late)),
        ],
        "credentials": [
            bucket_of(fast_oss2.ProviderAuthV4(wrong)),
            HttpxAuth(Signer(region="cn-hangzhou", credentials=wrong)),
        ],
    }
    for field, items in nowhere.items():
        for item in items:
            with pytest.raises(RequestError, match="cannot be pickled") as caught:
                pickle.dumps(item)
            assert caught.value.field == field
    assert copy.copy(fast_oss2.ProviderAuthV4(wrong)).credentials_provider is wrong
    assert copy.deepcopy(fast_oss2.AuthV4(ID, SECRET, clock=late)).clock._tell is late


def test_an_accelerated_bucket_signs_as_its_auth_object_of_ours() -> None:
    auth = AUTHS["strict"]()
    fast = fast_oss2.accelerate(bucket_of(auth))
    assert fast.sign_url("GET", KEY, 0) == bucket_of(auth).sign_url("GET", KEY, 0)
    later = fast_oss2.accelerate(bucket_of(AUTHS["AuthV4"]()), clock=lambda: frozen() + 86_400)
    assert "x-oss-date=20240301T235959Z" in later.sign_url("GET", KEY, 60)


def test_accelerate_first_and_shadow_last() -> None:
    client, bucket = client_v2(), bucket_of(AUTHS["AuthV4"]())
    watched = shadow(client, fast_v2.accelerate(client))
    with pytest.raises(TypeError, match="accelerate first"):
        fast_v2.accelerate(watched)
    with pytest.raises(TypeError, match="accelerate first"):
        fast_oss2.accelerate(shadow(bucket, fast_oss2.accelerate(bucket)))
    with pytest.raises(TypeError, match="shadow the bucket"):
        fast_oss2.accelerate(bucket_of(shadow(bucket.auth, bucket.auth)))
    for wrong in (requests.Session(), "bucket", None, bucket_of(oss2.AnonymousAuth())):
        with pytest.raises(TypeError, match=r"^(bucket|bucket\.auth) must"):
            fast_oss2.accelerate(wrong)
    with pytest.raises(TypeError, match=r"^client must be a Client or an AsyncClient"):
        fast_v2.accelerate(requests.Session())


@pytest.mark.parametrize("kind", [fast_oss2.ProviderAuthV4, fast_oss2.ProviderAuth])
def test_credentials_of_other_libraries(kind: Any) -> None:
    ours = SimpleNamespace(get_credentials=lambda: Credentials(ID, SECRET))
    for strict in (False, True):
        options = {"clock": frozen, "strict_sdk": strict}
        urls = {bucket_of(kind(each, **options)).sign_url("GET", KEY, 60)
                for each in (provider_oss2(), ours)}  # fmt: skip
        assert len(urls) == 1
    for wrong in (ID, PLAIN, None):
        with pytest.raises(TypeError, match=r"get_credentials\(\)"):
            kind(wrong)


@pytest.mark.parametrize("kind", [fast_oss2.AuthV4, fast_oss2.Auth])
@pytest.mark.parametrize("keys", [(None, SECRET), (ID, None), (b"id", SECRET)])
def test_keys_are_text(kind: Any, keys: tuple[Any, Any]) -> None:
    with pytest.raises(CredentialsError, match=r"must be text$"):
        kind(*keys)


@pytest.mark.parametrize("names", ["range", b"range", ["a", 5]])
def test_names_of_headers_are_no_text(names: Any) -> None:
    signer = Signer(region="cn-hangzhou")
    bucket = fast_oss2.accelerate(bucket_of(AUTHS["AuthV4"]()))
    for call in (
        lambda: checked_names(names),
        lambda: RequestsAuth(signer, additional_headers=names),
        lambda: HttpxAuth(signer, additional_headers=names),
        lambda: fast_v2.SignerV4(names),
        lambda: bucket.sign_url("GET", KEY, 60, additional_headers=names),
        lambda: bucket_of(bucket.auth).sign_url("GET", KEY, 60, additional_headers=names),
    ):
        with pytest.raises(RequestError) as caught:
            call()
        assert caught.value.field == "additional_headers"


@pytest.mark.parametrize("kind", [RequestsAuth, HttpxAuth])
@pytest.mark.parametrize("wrong", [None, PLAIN, Credentials(ID, SECRET)])
def test_the_auth_of_http_clients_needs_a_signer(kind: Any, wrong: Any) -> None:
    with pytest.raises(TypeError, match=r"^signer must be a Signer"):
        kind(wrong)


def test_a_pool_is_bounded_and_pickled_empty() -> None:
    pool = SignerPool()
    for number in range(200):
        pool.make(number, region=f"region-{number}")
    assert 0 < len(pool) <= 64
    assert pool.get(199) is not None
    assert len(pickle.loads(pickle.dumps(pool))) == 0


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        ({"credentials_provider": oss_v2.credentials.AnonymousCredentialsProvider()}, "anonymous"),
        ({"region": None}, "no endpoint"),
    ],
)
def test_clients_that_sign_no_batches(settings: dict[str, Any], problem: str) -> None:
    request = oss_v2.GetObjectRequest(bucket=BUCKET)
    with pytest.raises(RequestError, match=problem):
        fast_v2.presign_many(client_v2(**settings), request, ["a"])


def test_columns_of_numpy_are_written_as_the_sdk_writes_values() -> None:
    flags = np.array([True, False])
    request = oss_v2.PutObjectRequest(bucket=BUCKET, forbid_overwrite=flags)
    batch = fast_v2.presign_many(client_v2(), request, ["a", "b"])
    assert batch.signed_headers["x-oss-forbid-overwrite"] == ["true", "false"]
