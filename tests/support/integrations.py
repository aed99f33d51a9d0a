"""What the tests of the drop-ins share: clocks of the SDKs, contexts, clients and buckets.

The clocks are the only thing of the SDKs that is replaced, and only inside `sdk_clock`.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email.utils import formatdate
from importlib import import_module
from importlib.util import find_spec
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import alibabacloud_oss_v2 as oss_v2
import oss2

from ossign_fast.integrations.alibabacloud_oss_v2 import _signers

UTC = datetime.timezone.utc
NOW = datetime.datetime(2024, 2, 29, 23, 59, 59, 999_999, tzinfo=UTC)
ID, SECRET, TOKEN = "LTAI5tDropInTests", "drop-in-secret-5d1c", "drop-in+token/=="
BUCKET = "example-bucket"
KEY = "dir/a b+中~.txt"

PLAIN = oss_v2.credentials.Credentials(ID, SECRET)
TEMPORARY = oss_v2.credentials.Credentials(f"TMP.{ID}", SECRET, TOKEN)

_NAMES = ("presigner", "aio.presigner", "signer.v4", "signer.v1")
#: The modules of the SDK that look at the clock; older releases have fewer.
_MODULES = [f"alibabacloud_oss_v2.{n}" for n in _NAMES if find_spec(f"alibabacloud_oss_v2.{n}")]


def standing_still() -> float:
    return NOW.timestamp()


@contextmanager
def sdk_clock(now: Callable[[], float] = standing_still) -> Iterator[None]:
    """Makes both SDKs, and our signers where a context says no time, ask `now` for the time."""

    class Clock(datetime.datetime):
        @classmethod
        def now(cls, tz: datetime.tzinfo | None = None) -> datetime.datetime:
            return datetime.datetime.fromtimestamp(now(), tz)

        @classmethod
        def utcnow(cls) -> datetime.datetime:
            return datetime.datetime.fromtimestamp(now(), UTC).replace(tzinfo=None)

    module = SimpleNamespace(
        datetime=Clock, timedelta=datetime.timedelta, timezone=datetime.timezone
    )
    with ExitStack() as patches:
        for name in _MODULES:
            patches.enter_context(patch.object(import_module(name), "datetime", module))
        patches.enter_context(patch.object(_signers, "datetime", Clock))
        patches.enter_context(patch.object(oss2.auth, "datetime", Clock))
        patches.enter_context(patch.object(oss2.auth, "time", SimpleNamespace(time=now)))
        http_date = lambda: formatdate(int(now()), usegmt=True)  # noqa: E731
        patches.enter_context(patch.object(oss2.utils, "http_date", http_date))
        yield


def ticking(step: float = 0.25) -> Callable[[], float]:
    """Returns a clock that goes on by `step` seconds at each look, from the full second."""
    looks = iter(range(1_000_000))
    return lambda: NOW.replace(microsecond=0).timestamp() + next(looks) * step


def provider_v2(credentials: Any = PLAIN) -> Any:
    return oss_v2.credentials.StaticCredentialsProvider(
        credentials.access_key_id, credentials.access_key_secret, credentials.security_token
    )


def config_v2(**settings: Any) -> Any:
    plain = {
        "region": "cn-hangzhou",
        "credentials_provider": provider_v2(),
        "retry_max_attempts": 1,
    }
    return oss_v2.Config(**{**plain, **settings})


def client_v2(signer: Any = None, **settings: Any) -> oss_v2.Client:
    options = {} if signer is None else {"signer": signer}
    return oss_v2.Client(config_v2(**settings), **options)


def provider_oss2(credentials: Any = PLAIN) -> Any:
    return oss2.credentials.StaticCredentialsProvider(
        credentials.access_key_id, credentials.access_key_secret, credentials.security_token
    )


def answer(call: Callable[[], Any]) -> Any:
    """Returns the answer of `call`, or None where it raises."""
    try:
        return call()
    except Exception:
        return None


def told(result: Any) -> tuple[Any, ...]:
    """Returns what a PresignResult says."""
    return result.method, result.url, result.signed_headers, result.expiration


def told_to_the_second(result: Any) -> tuple[Any, ...]:
    """Returns what a PresignResult says; our URLs end at a full second, as it is in them."""
    return *told(result)[:3], result.expiration.replace(microsecond=0)


#: Requests of alibabacloud-oss-v2 by operation, with as many options as go together.
RICH_REQUESTS: dict[str, dict[str, Any]] = {
    "GetObject": {
        "process": "image/resize,w_100/rotate,90",
        "version_id": "CAEQNhiBgMDJgZCA0BYiIDc4",
        "response_content_disposition": 'attachment; filename="a b 中.txt"',
        "response_content_type": "image/jpeg",
        "traffic_limit": 819200,
        "request_payer": "requester",
        "range_header": "bytes=0-9",
        "range_behavior": "standard",
        "if_match": '"tag"',
    },
    "PutObject": {
        "acl": oss_v2.ObjectACLType.PUBLICREAD,
        "storage_class": oss_v2.StorageClassType.IA,
        "metadata": {"author": "li lei", "Job-Id": "7", "note": "中文"},
        "content_md5": "1B2M2Y8AsgTpgAmY7PhCfg==",
        "content_type": "text/plain; charset=utf-8",
        "content_length": 10,
        "tagging": "k1=v1&k2=v2",
        "callback": "eyJjYWxsYmFja1VybCI6Imh0dHA6Ly9hL2IifQ==",
        "forbid_overwrite": True,
        "body": b"not signed",
    },
    "HeadObject": {"version_id": "v+/=", "request_payer": "requester", "if_none_match": "*"},
    "InitiateMultipartUpload": {
        "content_type": "video/mp4",
        "metadata": {"author": "é"},
        "forbid_overwrite": False,
        "encoding_type": "url",
    },
    "UploadPart": {"upload_id": "0004B9+/ =", "part_number": 10_000, "traffic_limit": 819200},
    "CompleteMultipartUpload": {
        "upload_id": "0004B9",
        "acl": "private",
        "complete_all": "yes",
        "complete_multipart_upload": oss_v2.CompleteMultipartUpload(
            parts=[oss_v2.UploadPart(part_number=1, etag="tag")]
        ),
    },
    "AbortMultipartUpload": {"upload_id": "0004B9", "request_payer": "requester"},
}
MORE: dict[str, Any] = {
    "headers": {"X-Oss-Meta-More": "v", "Cache-Control": "no-cache", "x-oss-tagging": "k=v"},
    "parameters": {"response-expires": "never", "a b": "c/d+e", "bare": "", "中": "é"},
}


def request_v2(operation: str, **options: Any) -> Any:
    """Returns a request model of the SDK, for the bucket and key of the tests."""
    model = getattr(oss_v2, f"{operation}Request")
    return model(**{"bucket": BUCKET, "key": KEY, **options})


def get(**options: Any) -> Any:
    return request_v2("GetObject", **options)


class Provider(oss_v2.credentials.CredentialsProvider):  # type: ignore[misc]
    """Gives what `get` returns, and counts."""

    def __init__(self, get: Callable[[], Any]) -> None:
        self._get = get
        self.asked = 0

    def get_credentials(self) -> Any:
        self.asked += 1
        return self._get()
