"""Calls that are refused, each with a secret somewhere near, and the texts that must not show."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from ossign_fast import Credentials, Signer

ID = "LTAI5tSecretTests"
SECRET = "hidden-secret-4f1c"
TOKEN = "hidden-token-9e2b"
VALUE = "hidden-header-value-77"
HIDDEN = (SECRET, TOKEN, VALUE, "aliyun_v4hidden", "UNSIGNED-PAYLOAD")
NOW = 1_709_281_815

BAD_HEADER = {"x-oss-meta-a": VALUE + "\n"}
ODD: Any = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET.encode())
HALF: Any = SimpleNamespace(access_key_id=None, access_key_secret=SECRET, security_token=TOKEN)
REFUSED: dict[str, Callable[[Signer], object]] = {
    "header": lambda s: s.presign("PUT", "k", headers=BAD_HEADER),
    "header column": lambda s: s.presign_many("PUT", ["k"], headers={"x-oss-a": [VALUE + "\0"]}),
    "header surrogate": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE + "\ud800"}),
    "header blank": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE + "\u00a0"}),
    "header type": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE.encode()}),
    "header types": lambda s: s.presign_many("PUT", ["k"], headers={"x-oss-a": [VALUE.encode()]}),
    "header twice": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE, "X-Oss-A": VALUE}),
    "header name": lambda s: s.presign("PUT", "k", headers={"a b": VALUE}),
    "header length": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE * 60_000}),
    "metadata": lambda s: s.presign("PutObject", "k", metadata={"a": [VALUE]}),
    "metadata text": lambda s: s.presign("PutObject", "k", metadata=VALUE),
    "tagging": lambda s: s.presign("PutObject", "k", tagging={"": VALUE}),
    "tagging surrogate": lambda s: s.presign("PutObject", "k", tagging={"a": VALUE + "\ud800"}),
    "callback": lambda s: s.presign("PutObject", "k", callback={"a": {VALUE}}),
    "option": lambda s: s.presign("PutObject", "k", traffic_limit=VALUE),
    "options": lambda s: s.presign_many("PutObject", ["k"], traffic_limit=[VALUE]),
    "boolean": lambda s: s.presign("PutObject", "k", forbid_overwrite=VALUE),
    "source": lambda s: s.presign("CopyObject", "k", source_key=VALUE + "\ud800"),
    "reserved query": lambda s: s.presign("GET", "k", query={"x-oss-security-token": TOKEN}),
    "reserved signature": lambda s: s.presign("GET", "k", query={"x-oss-signature": TOKEN}),
    "query": lambda s: s.presign("GET", "k", query={"a": VALUE + "\ud800"}),
    "token as option": lambda s: s.presign("GetObject", "k", security_token=TOKEN),
    "secret as option": lambda s: s.presign("GetObject", "k", access_key_secret=SECRET),
    "secret as key": lambda s: s.presign("GetObject", SECRET + "\ud800"),
    "secret as keys": lambda s: s.presign_many("GetObject", ["/" + SECRET]),
    "secret as bucket": lambda s: s.presign("GetObject", "k", bucket=SECRET.upper() + SECRET),
    "secret in endpoint": lambda s: s.presign("GET", "k", endpoint=f"https://u:{SECRET}@host"),
    "secret in settings": lambda _: Signer(region="cn-hangzhou", endpoint=f"u:{SECRET}@h"),
    "secret as region": lambda _: Signer(region=SECRET.upper() + SECRET),
    "secret as time": lambda s: s.presign("GET", "k", signing_time=SECRET),  # type: ignore[arg-type]
    "secret as expires": lambda s: s.presign("GET", "k", expires=SECRET),  # type: ignore[arg-type]
    "bound": lambda s: s.bind("PUT", headers=BAD_HEADER).urls(["k"]),
    "secret as credentials": lambda _: Signer(region="cn-hangzhou", credentials=SECRET),  # type: ignore[arg-type]
    "pair as credentials": lambda _: Signer(region="cn-hangzhou", credentials=(ID, SECRET)),  # type: ignore[arg-type]
    "bytes": lambda s: s._with_engine(*s._context[:2]) and Credentials(ID, SECRET.encode()),  # type: ignore[arg-type]
    "token bytes": lambda _: Credentials(ID, SECRET, TOKEN.encode()),  # type: ignore[arg-type]
    "secret surrogate": lambda _: Credentials(ID, SECRET + "\ud800"),
    "token surrogate": lambda _: Credentials(ID, SECRET, TOKEN + "\udfff"),
}  # fmt: skip
