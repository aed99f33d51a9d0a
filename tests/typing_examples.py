"""What type checkers must accept and reject; checked by `mypy`, never run.

An ignore that is not needed is an error too, so each one proves that its line is rejected.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
import requests
from typing_extensions import assert_type

from ossign_fast import (
    VARIES,
    BoundPresigner,
    Credentials,
    PresignResult,
    Signer,
    Target,
    UrlBatch,
    verify,
)
from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate
from ossign_fast.integrations.requests import OSSAuth

signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=Credentials("a", "b"))

assert_type(signer.presign("GetObject", "key", expires=timedelta(hours=1)), PresignResult)
assert_type(signer.presign("GetObject", "key").expiration, datetime)
assert_type(signer.presign("GetObject", "key").signed_headers, dict[str, str])
signer.presign("GetObject", "key", expiration=datetime.now(timezone.utc), query={"x": None})
signer.presign("PutObject", "key", headers={"x-oss-meta-a": "1"}, additional_headers=["host"])

batch = signer.presign_many("GetObject", ["a", "b"], expires=[60, 120], threads=2)
assert_type(batch, UrlBatch)
assert_type(batch[0], str)
assert_type(batch[1:], UrlBatch)
assert_type(batch.tolist(), list[str])
signer.presign_many("GetObject", np.array(["a", "b"]))
signer.presign_many("GetObject", batch)
signer.presign_many("GetObject", ["a", None], nulls="keep")

bound = signer.bind("GetObject", expires=600)
assert_type(bound, BoundPresigner)
assert_type(bound.url("key"), str)
assert_type(bound.urls(("a", "b")), UrlBatch)

part = signer.bind("UploadPart", upload_id="id", part_number=VARIES)
assert_type(part.url("key", {"partNumber": 1}), str)
assert_type(signer.sign_headers("PutObject", "key", content_type="a/b"), dict[str, str])
assert_type(signer.locate("https://examplebucket.oss-cn-hangzhou.aliyuncs.com/key"), Target)
Signer(region=None, endpoint="oss.example.com", signature_version="v1", sub_resources=["cors"])
session = requests.Session()
session.auth = OSSAuth(signer, additional_headers=["host"])
assert_type(accelerate(session, strict_sdk=True), requests.Session)  # whatever goes in comes out

verify("GET", batch[0], credentials={"a": Credentials("a", "b")})

Signer("cn-hangzhou")  # type: ignore[call-arg]
signer.presign("GetObject", b"key")  # type: ignore[arg-type]
signer.presign("GetObject", "key", 600)  # type: ignore[arg-type, call-arg]
signer.presign("GetObject", "key", expires="600")  # type: ignore[arg-type]
signer.presign_many("GetObject", 5)  # type: ignore[arg-type]
signer.sign_headers("GET", "key", payload=b"")  # type: ignore[arg-type]
signer.bucket = 5  # type: ignore[assignment]
