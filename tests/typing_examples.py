"""What type checkers must accept: read by mypy and pyright, and run by a test.

What they must reject stands in `typing_rejected.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import Any, Literal

import numpy as np
import polars as pl
import requests
from typing_extensions import assert_type

from ossign_fast import (
    VARIES,
    BoundPresigner,
    CachedCredentials,
    Callback,
    Credentials,
    DefaultCredentials,
    Job,
    PresignResult,
    Report,
    Signer,
    TableJob,
    Target,
    UrlBatch,
    content_disposition,
    verify,
)
from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate
from ossign_fast.integrations.requests import OSSAuth

keys = Credentials("a", "b")
signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=keys)
for source in (DefaultCredentials(), CachedCredentials(lambda: keys)):
    Signer(region="cn-hangzhou", credentials=source)
Signer(region="cn-hangzhou", credentials={"AccessKeyId": "a", "AccessKeySecret": "b"})
Signer(region="cn-hangzhou", credentials=lambda: {"AccessKeyId": "a", "AccessKeySecret": "b"})
now, minute = datetime.now(timezone.utc), timedelta(minutes=1)


class Storage(Enum):
    ARCHIVE = "Archive"


# One URL.
assert_type(signer.presign("GetObject", "key", expires=timedelta(hours=1)), PresignResult)
assert_type(signer.presign("GetObject", "key").expiration, datetime)
assert_type(signer.presign("GetObject", "key").signed_headers, dict[str, str])
signer.presign(
    "GetObject", "key", expiration=now + minute, if_modified_since=now, response_expires="text"
)
signer.presign("PutObject", "key", headers={"x-oss-meta-a": "1", "x-oss-meta-b": 2})
signer.presign("PutObject", "key", storage_class=Storage.ARCHIVE, metadata={"rows": 7, "by": "me"})
signer.presign("PutObject", "key", tagging={"a": "b"}, callback={"callbackUrl": "http://x/"})
signer.presign("PutObject", "key", **Callback("http://x/", "a=b", variables={"x:a": "b"}).options)
signer.presign("GetObject", "key", response_content_disposition=content_disposition("a.txt"))
signer.presign("PutObject", "key", forbid_overwrite=True, traffic_limit=np.int64(819_200))
signer.presign("PutObject", "key", forbid_overwrite="true", traffic_limit="819200")
signer.presign("PutObject", "key", content_type=None, additional_headers=["host"])
signer.presign("UploadPart", "key", upload_id="id", part_number=1)
signer.presign("UploadPart", "key", query={"uploadId": "id", "partNumber": 1})
signer.presign("UploadPart", "key", upload_id="id", query={"partNumber": 1})
signer.presign("ListObjectsV2", max_keys=5, query={"x": None})
signer.presign("GET", query={"max-keys": 5, "acl": None})
signer.presign("GET", bucket="")
signer.presign("OPTIONS", "key", headers={"Origin": "*"})


def presign_later(operation: str, key: str, options: dict[str, Any]) -> PresignResult:
    """Presigns what is known only when the program runs."""
    signer.sign_headers("GET" if key else operation)
    signer.sign_headers(operation, key, **options)
    signer.presign("PutObject", "key", **options)
    signer.presign_many(operation, ["a"], **options)
    return signer.presign(operation, key, expires=60, **options)


def accelerated(client: requests.Session) -> requests.Session:
    """Returns what goes in, whatever checkers know of it."""
    return accelerate(client, strict_sdk=True)


def presign_either(operation: Literal["GetObject", "HeadObject"], key: str) -> PresignResult:
    """Presigns either of two operations, with an option that both have."""
    return signer.presign(operation, key, version_id="id")


signer.presign("ListObjectsV2", None, max_keys=5)
presign_later("PutObject", "key", {"content_type": "a/b"})
presign_either("HeadObject", "key")


class Careful(Signer):
    """Keeps the types of what it inherits, and may replace it."""

    def bind(self, operation: str, **call: Any) -> BoundPresigner[Any]:
        """Returns what the signer does, for a minute."""
        bound: BoundPresigner[Any] = super().bind(operation, expires=60, **call)
        return bound


careful = Careful(region="cn-hangzhou", bucket="examplebucket", credentials=keys)
assert_type(careful.presign("PutObject", "key", content_type="a/b"), PresignResult)
assert_type(careful.bind("GetObject").url("key"), str)

# Many URLs.
batch = signer.presign_many("GetObject", ["a", "b"], expires=[60, 120], threads=2)
assert_type(batch, UrlBatch)
assert_type(batch, UrlBatch[str])
assert_type(batch[0], str)
assert_type(batch[1:], UrlBatch[str])
assert_type(batch.tolist(), list[str])
assert_type(list(batch), list[str])
kept = signer.presign_many("GetObject", ["a", None], nulls="keep")
assert_type(kept, UrlBatch[str | None])
assert_type(kept[0], str | None)
assert_type(kept[1:][0], str | None)
assert_type(kept.tolist(), list[str | None])
rows: Sequence[str | None] = batch
either_batch: UrlBatch[str | None] = batch
signer.presign_many("GetObject", np.array(["a", "b"]), expires=np.array([60, 120]))
signer.presign_many("GetObject", pl.Series(["a", "b"]), version_id=pl.Series(["1", "2"]))
signer.presign_many("GetObject", batch)
signer.presign_many("GetObject", batch.arrow)
signer.presign_many("GetObject", ["a", "b"], bucket=["bkt", "bkt"], if_modified_since=[now, "text"])
signer.presign_many("UploadPart", ["a"] * 2, upload_id="id", part_number=range(1, 3))
signer.presign_many("UploadPart", ["a"] * 2, upload_id="id", query={"partNumber": [1, 2]})
signer.presign_many("PutObject", ["a", "b"], metadata={"by": ["me", "you"], "n": np.array([1, 2])})
signer.presign_many("PutObject", ["a"], headers={"Content-Type": pl.Series(["a/b"]), "x-oss-a": 1})
tags = [{"a": "b"}, None]
signer.presign_many("PutObject", ["a", "b"], tagging=tags, expires=[60, None], nulls="keep")
signer.presign_many(
    "PutObject", ["a", "b"], tagging=["a=b", {"a": "b"}], forbid_overwrite=[True, "false"]
)
signer.presign_many("ListObjectsV2", prefix=["a", "b"])
signer.presign_many("HEAD", ["a", "b"])

# Requests that lack their key.
bound = signer.bind("GetObject", expires=600)
assert_type(bound, BoundPresigner)
assert_type(bound.url("key"), str)
assert_type(bound.urls(("a", "b")), UrlBatch[str])
assert_type(bound.result("key"), PresignResult)
assert_type(signer.bind("GetObject", nulls="keep").urls(["a", None])[0], str | None)
part = signer.bind("UploadPart", upload_id="id", part_number=VARIES)
assert_type(part.url("key", {"partNumber": 1}), str)
signer.bind("PutObject", content_type=VARIES, headers={"x-oss-meta-a": VARIES}, bucket=VARIES)
signer.bind("GET", query={"x": VARIES}, bucket=["a", "b"])

# Jobs.
job = signer.job("GetObject", expires=minute, on_error="null", response_content_type="a/b")
assert_type(job, Job)
assert_type(job.signing_time, datetime)
assert_type(job.expiration, datetime)
assert_type(job(["a", "b"]), list[str | None])
assert_type(job(pl.Series(["a"])), pl.Series)
assert_type(job.on("key", "url")(pl.DataFrame({"key": ["a"]})), pl.DataFrame)
assert_type(job.report, Report)
assert_type([(cause.field, cause.rows) for cause in job.report], list[tuple[str, int]])
parts = signer.job("UploadPart", bucket=VARIES, upload_id="id", part_number=VARIES, nulls="refuse")
assert_type(parts.on("key", columns={"part_number": "n", "bucket": "b"}), TableJob)
signer.job("GET", query={"x": VARIES}, headers={"Range": "bytes=0-9", "x-oss-a": VARIES})

# Headers, places, and what takes them.
assert_type(signer.sign_headers("PutObject", "key", content_type="a/b"), dict[str, str])
assert_type(signer.sign_headers("GET", query={"max-keys": 5, "acl": None}), dict[str, str])
assert_type(signer.locate("https://examplebucket.oss-cn-hangzhou.aliyuncs.com/key"), Target)
Signer(region=None, endpoint="oss.example.com", signature_version="v1", sub_resources=["cors"])
session = requests.Session()
session.auth = OSSAuth(signer, additional_headers=["host"])
verify("GET", batch[0], credentials={"a": keys})
