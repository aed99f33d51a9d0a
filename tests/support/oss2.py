"""What the tests of the drop-in for oss2 share."""

from __future__ import annotations

import copy
from typing import Any

import oss2
import pytest

from ossign_fast.integrations import oss2 as fast
from support import oracle
from support.integrations import (
    BUCKET,
    ID,
    SECRET,
    TEMPORARY,
    TOKEN,
    provider_oss2,
    sdk_clock,
    standing_still,
)

STRICT = pytest.mark.parametrize("strict", [True, False], ids=["strict", "default"])
#: How an auth object of either library is made.
KINDS: dict[str, Any] = {
    "AuthV4": lambda module, **options: module.AuthV4(f" {ID}", f"{SECRET}\n", **options),
    "ProviderAuthV4": lambda module, **options: module.ProviderAuthV4(
        provider_oss2(TEMPORARY), **options
    ),
    "StsAuth-v4": lambda module, **options: module.StsAuth(ID, SECRET, TOKEN, "v4", **options),
    "Auth": lambda module, **options: module.Auth(f" {ID}", f"{SECRET}\n", **options),
    "ProviderAuth": lambda module, **options: module.ProviderAuth(
        provider_oss2(TEMPORARY), **options
    ),
    "StsAuth": lambda module, **options: module.StsAuth(ID, SECRET, TOKEN, **options),
}
V4_KINDS = [kind for kind in KINDS if kind.endswith(("V4", "v4"))]
PLACE: dict[str, Any] = {
    "endpoint": "https://oss-cn-hangzhou.aliyuncs.com",
    "bucket_name": BUCKET,
    "region": "cn-hangzhou",
}


class Beside:
    """One bucket of oss2, and both of ours: one with our auth object, and one accelerated."""

    def __init__(self, kind: str, *, strict: bool = False, **place: Any) -> None:
        make, place = KINDS[kind], {**PLACE, **place}
        options: dict[str, Any] = {"strict_sdk": strict, "clock": standing_still}
        self.strict = strict
        self.theirs = oss2.Bucket(make(oss2), **place)
        self.ours = {
            "auth": oss2.Bucket(make(fast, **options), **place),
            "bucket": fast.accelerate(self.theirs, **options),
            "both": fast.accelerate(oss2.Bucket(make(fast, **options), **place), **options),
        }

    def check(self, *arguments: Any, **options: Any) -> str:
        """Asserts that all sign alike, asked twice, change no argument, and returns the URL.

        By default paths are in the spelling that every client sends whole.
        """
        with sdk_clock():
            url: str = self.theirs.sign_url(*arguments, **copy.deepcopy(options))
        if not self.strict:
            url = oracle.respelled(url, oss2.to_string(arguments[1]))
        for way, bucket in self.ours.items():
            given = copy.deepcopy(options)
            for _ in range(2):
                assert bucket.sign_url(*arguments, **given) == url, way
            if way == "auth":  # before it asks for a URL, oss2's bucket adds to headers
                given.update({n: v for n, v in options.items() if n == "headers"})
            assert given == options
        return url
