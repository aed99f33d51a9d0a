"""Looks for leaks in a process of its own: `python leak.py ENGINE_MODULE KERNEL`.

Every round makes URLs in each way and fails in each way. Once warm, more rounds must not add blocks
of Python memory, references to shared objects, or memory that the engine asked the system for.
"""

from __future__ import annotations

import contextlib
import gc
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from ossign_fast import Credentials, CredentialsError, RequestError, Signer

ROUNDS = 20
SINGLES = 400
ROWS = 4000
BLOCKS_ALLOWED = 80  # a leak of one object per batch is more
BYTES_ALLOWED = 3_000_000  # a leak of one batch per round is more
NONES_ALLOWED = 200  # everybody borrows None; a leak of one per call is more


def no_credentials() -> Credentials:
    raise CredentialsError("none today")


class Work:
    """One round of everything, over objects that outlive it."""

    def __init__(self, module: Any, kernel: str) -> None:
        # The clock stands still, so that caches by the second are full after the first round.
        options: dict[str, Any] = {
            "region": "cn-hangzhou",
            "bucket": "example-bucket",
            "clock": lambda: 1_709_281_815,
        }
        self.signer = Signer(
            credentials=Credentials("id", "secret", "token"), **options
        )._with_engine(module, kernel)
        self.refused = Signer(credentials=no_credentials, **options)._with_engine(module, kernel)
        self.key = "dir/" + "é" * 30
        self.keys = [f"dir/{number:06}-中.txt" for number in range(ROWS)]
        self.parts = [1 + number % 10_000 for number in range(ROWS)]
        self.headers = {"Content-Type": "text/plain", "x-oss-meta-a": "value " * 5}
        self.query = {"response-content-type": "a/b"}
        self.bad_rows = [*self.keys[:-1], "\ud800"]
        few = self.keys[:500]
        self.packed_keys = (
            pa.array(few),
            pa.chunked_array([few[:99], [], few[99:]], pa.string_view()),
            np.array(few),
            np.array(few, np.dtypes.StringDType()),
        )
        self.bad_packed = (pa.array([*few, "/"]), np.array([*few, "\ud800"]), pa.array([1]))

    def shared(self) -> tuple[object, ...]:
        """What every call borrows; a reference too many is a leak."""
        values = (self.headers["x-oss-meta-a"], self.query["response-content-type"])
        lists = (self.keys, self.parts, self.bad_rows, self.headers, self.query)
        packed = (*self.packed_keys, *self.bad_packed)
        return (None, self.key, self.keys[0], self.keys[-1], *values, *lists, *packed)

    def singles(self) -> None:
        for number in range(SINGLES):
            self.signer.presign("GetObject", self.key, expires=600)
            self.signer.presign("PUT", self.key, headers=self.headers, query=self.query)
            self.signer.presign("UploadPart", self.key, upload_id="u", part_number=1 + number % 7)

    def batches(self) -> None:
        batch = self.signer.presign_many("GetObject", self.keys)
        batch.tolist()
        batch[1:-1:2].tolist()
        for url in batch:
            assert url
        self.signer.presign_many("PUT", self.keys, headers=self.headers, threads=2).tolist()
        parts = self.signer.presign_many(
            "UploadPart", self.keys, upload_id="u", part_number=self.parts, expires=self.parts
        )
        assert len(parts) == len(self.keys)

    def packed(self) -> None:
        for keys in self.packed_keys:
            batch = self.signer.presign_many("PutObject", keys, content_type=keys, nulls="keep")
            assert batch.signed_headers["Content-Type"][0]
            arrays = [pa.array(batch), pa.array(batch[7:]), batch.__arrow_c_array__()]
            batch.__arrow_c_schema__()
            del batch
            assert arrays[0][0].as_py()
        for keys in self.bad_packed:
            with contextlib.suppress(RequestError):
                self.signer.presign_many("GetObject", keys)
                raise AssertionError("a call that must fail did not")

    def failures(self) -> None:
        calls: tuple[Any, ...] = (
            lambda: self.signer.presign("GetObject", "\ud800"),
            lambda: self.signer.presign("GetObject", "k" * 2000),
            lambda: self.signer.presign("GetObject", 7),  # type: ignore[arg-type]
            lambda: self.signer.presign("GetObject", self.key, expires=0),
            lambda: self.signer.presign("PUT", self.key, headers={"x-oss-meta-a": "a\r\nb"}),
            lambda: self.signer.presign("PUT", self.key, query={"x-oss-date": "1"}),
            lambda: self.signer.presign_many("GetObject", self.bad_rows),
            lambda: self.signer.presign_many("GetObject", self.bad_rows, threads=2),
            lambda: self.signer.presign_many("GetObject", [*self.keys, None]),
            lambda: self.signer.presign_many("PUT", self.keys, headers={"x-oss-a": self.parts[1:]}),
            lambda: self.signer.presign_many("PUT", self.keys, query={"a": self.bad_rows}),
            lambda: self.signer.presign_many(
                "UploadPart", self.keys, upload_id="u", part_number=[0] * ROWS
            ),
            lambda: self.refused.presign("GetObject", self.key),
        )
        for call in calls:
            refused = False
            with contextlib.suppress(RequestError, CredentialsError):
                refused = True
                call()
                refused = False
            assert refused, "a call that must fail did not"

    def round(self) -> None:
        self.singles()
        self.batches()
        self.packed()
        self.failures()


def resident() -> int:
    """Returns the bytes of memory this process holds, or 0 where the system does not say."""
    status = Path("/proc/self/statm")
    return int(status.read_text().split()[1]) * 4096 if status.exists() else 0


def measure(work: Work) -> tuple[int, int, list[int]]:
    gc.collect()
    references = [sys.getrefcount(item) for item in work.shared()]
    return sys.getallocatedblocks(), resident(), references


def main() -> None:
    work = Work(import_module(sys.argv[1]), sys.argv[2])
    for _ in range(4):
        work.round()
    for _ in range(40):  # NumPy fills its caches slowly
        work.packed()
    blocks, memory, references = measure(work)
    for _ in range(ROUNDS):
        work.round()
    more_blocks, more_memory, more_references = measure(work)
    nones, *others = [b - a for a, b in zip(references, more_references, strict=True)]
    print(f"{more_blocks - blocks} blocks, {more_memory - memory} bytes, {nones} None, {others}")
    assert more_blocks - blocks < BLOCKS_ALLOWED, "objects leak"
    assert more_memory - memory < BYTES_ALLOWED, "memory leaks"
    assert nones < NONES_ALLOWED, "references to None leak"
    assert not any(others), "references leak"


if __name__ == "__main__":
    main()
