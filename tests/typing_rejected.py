"""What type checkers must reject: read by mypy and pyright, and run by a test line by line.

Both checkers count an ignore that is not needed as an error, so each proves that its line is
rejected, and nothing but such a line may be.
"""

from __future__ import annotations

from datetime import datetime, timezone

from ossign_fast import Credentials, Signer, UrlBatch, verify

signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=Credentials("a", "b"))
now = datetime.now(timezone.utc)

Signer("cn-hangzhou")  # type: ignore[call-arg]
signer.bucket = 5  # type: ignore[assignment]

# Options are those of the operation, spelled right.
signer.presign("PutObject", "key", contnt_type="x")  # type: ignore[call-overload]
signer.presign_many("PutObject", ["key"], contnt_type="x")  # type: ignore[call-overload]
signer.bind("PutObject", contnt_type="x")  # type: ignore[call-overload]
signer.sign_headers("PutObject", "key", contnt_type="x")  # type: ignore[call-overload]
signer.presign("GetObject", "key", content_type="x")  # type: ignore[call-overload]
signer.presign("GET", "key", version_id="x")  # type: ignore[call-overload]
signer.presign("GetObject", "key", expire=600)  # type: ignore[call-overload]
signer.presign("GetObject", "key", threads=2)  # type: ignore[call-overload]
signer.sign_headers("GetObject", "key", expires=600)  # type: ignore[call-overload]

# Their values are of the right type, and single where the call is for one URL.
signer.presign("PutObject", "key", content_type=5)  # type: ignore[call-overload]
signer.presign("PutObject", "key", content_type=["a/b"])  # type: ignore[call-overload]
signer.presign("PutObject", "key", content_length=1.5)  # type: ignore[call-overload]
signer.presign("PutObject", "key", forbid_overwrite="yes")  # type: ignore[call-overload]
signer.presign("PutObject", "key", expires_header=60)  # type: ignore[call-overload]
signer.presign("PutObject", "key", tagging={"a": 1})  # type: ignore[call-overload]
signer.presign("PutObject", "key", callback=["a"])  # type: ignore[call-overload]
signer.presign("PutObject", "key", metadata="a")  # type: ignore[call-overload]
signer.presign("PutObject", "key", metadata={"a": ["b"]})  # type: ignore[call-overload]
signer.presign("UploadPart", "key", upload_id=None, part_number=1)  # type: ignore[call-overload]
signer.presign_many("PutObject", ["key"], content_type=[5])  # type: ignore[call-overload]
signer.presign_many("UploadPart", ["key"], part_number=[1.5])  # type: ignore[call-overload]
signer.presign_many("PutObject", ["key"], expires_header=[60])  # type: ignore[call-overload]
signer.bind("PutObject", metadata={"a": 1.5})  # type: ignore[call-overload]

# Keys are where the operation needs them, and are not None.
signer.presign("GetObject", version_id="x")  # type: ignore[call-overload]
signer.presign("GetObject", None)  # type: ignore[call-overload]
signer.presign("GET", None)  # type: ignore[call-overload]
signer.presign_many("GetObject", None)  # type: ignore[call-overload]
signer.sign_headers("GetObject", None)  # type: ignore[call-overload]
signer.presign("GetObject", b"key")  # type: ignore[call-overload]
signer.presign("GetObject", "key", 600)  # type: ignore[call-overload]
signer.presign("ListObjectsV2", "key", prefix="a")  # type: ignore[call-overload]
signer.presign_many("GetObject", 5)  # type: ignore[call-overload]
signer.presign_many("GetObject", [b"key"])  # type: ignore[list-item]

# So is what every call takes.
signer.presign("GetObject", "key", expires="600")  # type: ignore[call-overload]
signer.presign("GetObject", "key", expires=[600])  # type: ignore[call-overload]
signer.presign("GetObject", "key", query={"a": 1.5})  # type: ignore[dict-item]
signer.presign("GetObject", "key", query={"a": ["b"]})  # type: ignore[dict-item]
signer.presign("GetObject", "key", headers={"a": None})  # type: ignore[dict-item]
signer.presign_many("GetObject", ["key"], expires=["600"])  # type: ignore[list-item]
signer.presign_many("GetObject", ["key"], query={"a": [b"b"]})  # type: ignore[list-item]
signer.presign_many("GetObject", ["key"], nulls="drop")  # type: ignore[call-overload]
signer.sign_headers("GET", "key", payload=b"")  # type: ignore[call-overload]
signer.job("GetObject", content_type="a/b")  # type: ignore[call-overload]
signer.job("GetObject", on_error="skip")  # type: ignore[call-overload]
signer.job("GetObject", expires=[600])  # type: ignore[call-overload]


def presign_later(operation: str, key: str, maybe: str | None) -> None:
    """Presigns an operation whose options no checker can know."""
    signer.presign(operation, key, content_type="a/b")  # type: ignore[call-overload]
    signer.presign(operation, maybe)  # type: ignore[arg-type]
    signer.presign("GetObject", maybe)  # type: ignore[arg-type]


def use_kept_nulls() -> None:
    """Takes rows that may be null for URLs."""
    kept = signer.presign_many("GetObject", ["a", None], nulls="keep")
    verify("GET", kept[0], credentials=Credentials("a", "b"))  # type: ignore[arg-type]
    ", ".join(kept)  # type: ignore[arg-type]
    refused: UrlBatch = kept  # type: ignore[assignment]
    refused[0].upper()
    signer.bind("GetObject", nulls="keep").urls(["a"])[0].upper()  # type: ignore[union-attr]
