"""The clock of those who gave none: `time.time`, whatever that is when a call is made."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import freezegun
import oss2
import pytest

from ossign_fast import Credentials, ExpiredError, Signer, verify
from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2
from ossign_fast.server import LocalEndpoint
from support.integrations import client_v2

KEYS = Credentials("id", "secret")
SIGNER = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=KEYS)
BOUND = SIGNER.bind("GetObject", expires=60)
BUCKET = oss2.Bucket(
    fast_oss2.AuthV4("id", "secret"), "https://oss-cn-hangzhou.aliyuncs.com", "examplebucket",
    region="cn-hangzhou",
)  # fmt: skip
CLIENT = fast_v2.accelerate(client_v2())
REQUEST = oss_v2.GetObjectRequest(bucket="examplebucket", key="k")
DATES = {1_709_281_815: "20240301T083015Z", 1_709_337_600: "20240302T000000Z"}

SIGNED: dict[str, Callable[[], Any]] = {
    "presign": lambda: SIGNER.presign("GetObject", "k").url,
    "presign_many": lambda: SIGNER.presign_many("GetObject", ["k"])[0],
    "bind": lambda: BOUND.url("k"),
    "sign_headers": lambda: SIGNER.sign_headers("GetObject", "k")["x-oss-date"],
    "auth object": lambda: BUCKET.sign_url("GET", "k", 60),
    "bucket": lambda: fast_oss2.accelerate(BUCKET).sign_url("GET", "k", 60),
    "client": lambda: CLIENT.presign(REQUEST).url,
    "batch of a client": lambda: fast_v2.presign_many(client_v2(), REQUEST, ["k"])[0],
}


@pytest.mark.parametrize("way", SIGNED)
def test_who_replaces_the_time_is_followed(way: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for second, date in DATES.items():
        monkeypatch.setattr(time, "time", lambda second=second: second + 0.5)
        assert date in SIGNED[way]()


def test_freezegun_is_followed() -> None:
    with freezegun.freeze_time("2024-03-01T08:30:15Z"):
        for way, sign in SIGNED.items():
            assert "20240301T083015Z" in sign(), way


def test_signer_and_verifier_go_by_the_same_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "time", lambda: 1_709_281_815.0)
    verify("GET", url := BOUND.url("k"), credentials=KEYS)
    monkeypatch.setattr(time, "time", lambda: 1_709_281_815.0 + 61)
    with pytest.raises(ExpiredError):
        verify("GET", url, credentials=KEYS)


def test_the_local_endpoint_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with LocalEndpoint(credentials=KEYS) as endpoint:
        clock = endpoint._server.service.clock
        monkeypatch.setattr(time, "time", lambda: 5.0)
        assert clock() == 5.0


def test_a_clock_of_one_s_own_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    signer = Signer(region="cn-hangzhou", credentials=KEYS, clock=lambda: 1_709_281_815)
    monkeypatch.setattr(time, "time", lambda: 5.0)
    assert signer.sign_headers("GET", bucket="")["x-oss-date"] == "20240301T083015Z"
