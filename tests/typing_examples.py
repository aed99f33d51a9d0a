"""What type checkers must accept and reject; checked by `mypy`, never run.

An ignore that is not needed is an error too, so each one proves that its line is rejected.
"""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import numpy as np
from typing_extensions import assert_type

from ossign_fast import BoundPresigner, Credentials, PresignResult, Signer, UrlBatch, verify

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

verify("GET", batch[0], credentials={"a": Credentials("a", "b")})

Signer("cn-hangzhou")  # type: ignore[call-arg]
signer.presign("GetObject", b"key")  # type: ignore[arg-type]
signer.presign("GetObject", "key", 600)  # type: ignore[arg-type, call-arg]
signer.presign("GetObject", "key", expires="600")  # type: ignore[arg-type]
signer.presign_many("GetObject", 5)  # type: ignore[arg-type]
signer.bucket = 5  # type: ignore[assignment]
