"""The signing keys that the verifier keeps: those of right signatures, few, and no secret."""

from __future__ import annotations

import hmac
import pickle
from threading import Thread
from typing import Any

import pytest

from ossign_fast import Credentials, Signer, VerificationError, verify
from ossign_fast._verify import keys, v4
from ossign_fast._verify.keys import Scope, SigningKey, SigningKeyCache

DAY = 86400
NOW = 1709281815
SECRET = "a-secret-that-nobody-should-keep"
ME = Credentials("LTAIexample", SECRET)


@pytest.fixture(autouse=True)
def kept(monkeypatch: pytest.MonkeyPatch) -> SigningKeyCache:
    cache = SigningKeyCache()
    monkeypatch.setattr(v4, "signing_keys", cache)
    return cache


def url_of(secret: str = SECRET, region: str = "cn-hangzhou", time: float = NOW) -> str:
    credentials = Credentials("LTAIexample", secret)
    signer = Signer(region=region, bucket="examplebucket", credentials=credentials)
    return signer.presign("GET", "k", signing_time=time).url


def test_a_key_is_derived_once(kept: SigningKeyCache, monkeypatch: pytest.MonkeyPatch) -> None:
    derived: list[Scope] = []

    def derive(secret: str, scope: Scope) -> SigningKey:
        derived.append(scope)
        return original(secret, scope)

    original = v4.signing_key
    monkeypatch.setattr(v4, "signing_key", derive)
    for region in ("cn-hangzhou", "cn-beijing", "cn-hangzhou"):
        assert verify("GET", url_of(region=region), credentials=ME, now=NOW).region == region
    assert [scope.region for scope in derived] == ["cn-hangzhou", "cn-beijing"]
    assert len(kept) == 2


def test_a_wrong_signature_keeps_nothing(kept: SigningKeyCache) -> None:
    for region in ("cn-hangzhou", "cn-beijing", "cn-shanghai"):
        with pytest.raises(VerificationError):
            verify("GET", url_of("another-secret", region), credentials=ME, now=NOW)
    assert len(kept) == 0


def test_a_secret_that_changes_under_one_id_is_another() -> None:
    assert verify("GET", url_of(), credentials=ME, now=NOW)
    with pytest.raises(VerificationError):
        verify("GET", url_of(), credentials=Credentials("LTAIexample", "new"), now=NOW)


def test_keys_of_days_that_are_over_are_forgotten(kept: SigningKeyCache) -> None:
    for day in range(30):
        time = NOW + day * DAY
        assert verify("GET", url_of(time=time), credentials=ME, now=time)
        assert len(kept) <= keys.MAX_DAYS
    assert kept.find(SECRET, Scope("20240301", "cn-hangzhou", "oss")) is None
    assert kept.find(SECRET, Scope("20240330", "cn-hangzhou", "oss")) is not None


def test_keys_are_bounded(kept: SigningKeyCache) -> None:
    for number in range(keys.MAX_KEYS + 50):
        kept.keep(f"secret {number}", Scope("20240301", "cn-hangzhou", "oss"), SigningKey(b"key"))
    assert len(kept) == keys.MAX_KEYS


def test_no_secret_is_kept(kept: SigningKeyCache) -> None:
    assert verify("GET", url_of(), credentials=ME, now=NOW)
    [[place, key]] = kept._keys.items()
    assert SECRET.encode() not in pickle.dumps((place, key.raw))
    assert repr(key) == "<SigningKey>"


def test_a_signature_is_what_hmac_makes_of_it() -> None:
    for text in ("", "a", "OSS4-HMAC-SHA256\n" * 9, "\udcff\u00e9"):
        data = text.encode("utf-8", "surrogateescape")
        for raw in (bytes(32), bytes(range(32)), b"\xff" * 32):
            assert SigningKey(raw).sign(text) == hmac.digest(raw, data, "sha256").hex()


def test_many_threads_and_days(kept: SigningKeyCache) -> None:
    faults: list[BaseException] = []
    urls = [(url_of(time=NOW + day * DAY), NOW + day * DAY) for day in range(12)]

    def work() -> None:
        try:
            for url, time in urls * 10:
                verify("GET", url, credentials=ME, now=time)
        except BaseException as fault:
            faults.append(fault)

    threads = [Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert faults == []
    assert len(kept) <= keys.MAX_DAYS


@pytest.mark.parametrize("place", ["region", "product"])
def test_a_scope_of_bytes_that_are_no_utf8_is_refused_like_any_other(place: str) -> None:
    scope: dict[str, Any] = {"region": "cn-hangzhou", "product": "oss", place: "\udcff"}
    credential = f"LTAIexample/20240301/{scope['region']}/{scope['product']}/aliyun_v4_request"
    authorization = f"OSS4-HMAC-SHA256 Credential={credential},Signature={'0' * 64}"
    headers = {
        "Authorization": authorization.encode("utf-8", "surrogateescape"),
        "x-oss-date": "20240301T083015Z",
        "x-oss-content-sha256": "UNSIGNED-PAYLOAD",
    }
    url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/k"
    with pytest.raises(VerificationError) as caught:
        verify("GET", url, headers=headers, credentials=ME, now=NOW, product=None)
    assert caught.value.code == "SignatureDoesNotMatch"
