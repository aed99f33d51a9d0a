"""Odd requests in headers: with `strict_sdk` ours are signed, or fail, as oss2's are."""

from __future__ import annotations

import random
from typing import Any

import oss2
import pytest
from oss2.http import Request

from ossign_fast.integrations import oss2 as fast
from support.integrations import BUCKET, sdk_clock, standing_still
from support.oss2 import KINDS, V4_KINDS

NAMES = (
    "Content-Type", "content-md5", "x-oss-meta-a", "X-OSS-Meta-B", "x-oss-meta-b ", "x-oss-date",
    "x-oss-content-sha256", "x-oss-security-token", "x-oss-forbid-overwrite", "Range", "Date",
)  # fmt: skip
VALUES = (
    "v", "", " v", "v ", "\tv\t", "v\xa0", "\x85", "é", "中", "a  b", "a\nb", "\x00", "\ud800",
    b"v ", "é".encode(), b"\xff", "0", None, 1,
)  # fmt: skip
PARAMS = (
    "x-oss-date", "x-oss-signature", "x-oss-credential", "acl", "versionId", "a b", "", "é",
    "x-oss-process", "x-oss-security-token", "security-token", "Expires", "Signature",
)  # fmt: skip
PARAM_VALUES = ("", "v", " v ", "é", "+/=", b"x", None, 1, True, 1.0, "\ud800")
KEYS = ("k", "/k", "dir/../k", "", " ", "é", "k" * 2000, "a\r\n")


def outcome(auth: Any, made: dict[str, Any], place: tuple[str, str], names: Any) -> Any:
    """Returns all headers of a request once it is signed, or how that failed."""
    try:
        request = Request(**made)
        auth._sign_request(request, *place, *names)
    except Exception as error:
        return type(error), str(error)
    return dict(request.headers.lower_items())


def odd_request(chance: random.Random) -> dict[str, Any]:
    headers = {chance.choice(NAMES): chance.choice(VALUES) for _ in range(chance.randrange(4))}
    return {
        "method": chance.choice(("GET", "PUT", "POST", "put")),
        "url": "https://example-bucket.oss-cn-hangzhou.aliyuncs.com/k",
        "headers": headers,
        "params": {
            chance.choice(PARAMS): chance.choice(PARAM_VALUES) for _ in range(chance.randrange(3))
        },
        "region": chance.choice(("cn-hangzhou", "Cn_Odd", "")),
        "product": chance.choice(("oss", "oss-cloudbox")),
    }


@pytest.mark.parametrize("kind", KINDS)
def test_odd_requests(kind: str) -> None:
    chance = random.Random(kind)
    theirs = KINDS[kind](oss2)
    ours = KINDS[kind](fast, strict_sdk=True, clock=standing_still)
    signed = 0
    with sdk_clock():
        for _ in range(1500):
            made, place = odd_request(chance), (BUCKET, chance.choice(KEYS))
            names: tuple[Any, ...] = ()
            if kind in V4_KINDS and "Sts" not in kind and chance.random() < 0.3:
                names = (chance.choice((["range"], ["Range", "absent"], [], ["x-oss-meta-a"])),)
            # What an earlier attempt left would be signed by oss2, and goes with ours.
            if not {"x-oss-security-token", "date"}.isdisjoint(map(str.lower, made["headers"])):
                continue
            expected = outcome(theirs, made, place, names)
            assert outcome(ours, made, place, names) == expected, (made, place, names)
            signed += isinstance(expected, dict)
    assert signed > 300
