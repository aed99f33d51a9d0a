"""Looks for leaks of single calls: `python leak_calls.py ENGINE_MODULE KERNEL`.

Each round makes calls with new values in all forms that an engine answers on its own, refused ones
and ones whose clock or provider fails among them, while seconds pass and credentials change. Once
warm, more rounds must not add blocks of Python memory, memory of the process, or references.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from importlib import import_module
from typing import Any

from leak import measure

from ossign_fast import VARIES, Credentials, CredentialsError, RequestError, Signer

START = 1_709_281_815
ROUNDS = {"c": 20, "python": 4}  # of some 4,000 calls; in Python only Python counts references
WARM = {"c": 12, "python": 4}
CALLS = 200  # of each kind in a round
BLOCKS_ALLOWED = 500  # a leak of one object per 100 calls is more
BYTES_ALLOWED = 2_000_000  # a leak of 20 bytes per call is more
KEPT_ALLOWED = 200  # None and credentials are held by whatever is bound just then


class Source:
    """A clock and a provider, which change every few calls, and fail if they are told to."""

    def __init__(self) -> None:
        self.calls = 0
        self.error: Exception | None = None
        self.all = [Credentials(f"id{n}", f"secret{n}", f"token{n}") for n in range(2)]

    def clock(self) -> float:
        self.calls += 1
        if self.error is not None and self.calls % 2:
            raise self.error
        return START + self.calls // 40 % 5

    def get_credentials(self) -> Credentials:
        if self.error is not None:
            raise self.error
        return self.all[self.calls // 60 % 2]


class Work:
    """One round of everything, over objects that outlive it."""

    def __init__(self, module: Any, kernel: str) -> None:
        self.source = Source()
        self.signer = Signer(
            region="cn-hangzhou",
            bucket="example-bucket",
            clock=self.source.clock,
            credentials=self.source,
        )._with_engine(module, kernel)
        self.bound = self.signer.bind("GetObject", expires=60)
        self.varying = self.signer.bind(
            "PutObject", content_type=VARIES, acl=VARIES, traffic_limit=VARIES
        )
        self.key = "dir/" + "é" * 30
        self.same = "a value that stays " * 2
        self.big = 819_200
        self.moment = datetime.fromtimestamp(START + 1000, timezone.utc)
        self.lifetime = timedelta(minutes=7)

    def shared(self) -> tuple[object, ...]:
        lent = self.key, self.same, self.big, self.moment, self.lifetime
        return (None, *self.source.all, *lent, self.source, self.signer, self.bound, self.varying)

    def forms(self, new: str) -> tuple[Callable[[], Any], ...]:
        sign, key, same = self.signer, self.key, self.same
        nested: dict[str, Any] = {"a": new, "b": same, "c": new + same}
        headers: dict[str, Any] = {"x-oss-a": new, "x-oss-n": self.big, "Via": same}
        put: dict[str, Any] = {"content_type": new, "content_md5": new, "cache_control": new}
        callback: dict[str, Any] = {"callback": {"callbackUrl": new}, "acl": "private"}
        given = {"content_type": new, "acl": "private", "traffic_limit": self.big}
        return (
            lambda: sign.presign("GetObject", key, expires=60),
            lambda: sign.presign("GetObject", key=key, expires=self.lifetime, version_id=new),
            lambda: sign.presign("GetObject", key, expiration=self.moment),
            lambda: sign.presign("GetObject", key, signing_time=START),
            lambda: sign.presign("PutObject", key, metadata=nested, **put),
            lambda: sign.presign("PutObject", key, **callback),
            lambda: sign.presign("PUT", key, headers=headers, query=nested),
            lambda: sign.sign_headers("PutObject", key, metadata=nested, **put),
            lambda: sign.sign_headers("PUT", key, headers=headers, query=nested),
            lambda: sign.presign("ListObjectsV2", prefix=new),
            lambda: self.bound.url(key),
            lambda: self.varying.url(key, given),
            lambda: self.varying.result(key, given),
            lambda: sign.presign_many("GetObject", [key, same], expires=60).tolist(),
        )

    def wrong(self, new: str) -> tuple[Callable[[], Any], ...]:
        sign, key, bad = self.signer, self.key, new + "\n"
        words: Any = {"metadata": {"a": bad, "b": self.same, "c": ""}}
        given = {"content_type": new, "acl": new, "traffic_limit": self.big}
        return (
            lambda: sign.presign("GetObject", new * 1000, expires=60),
            lambda: sign.presign("GetObject", key, expires=self.big),
            lambda: sign.presign("GetObject", key, expiration=self.moment.replace(tzinfo=None)),
            lambda: sign.presign("PutObject", key, **words),
            lambda: sign.presign("PutObject", key, callback={}, acl="private"),
            lambda: sign.presign("PUT", key, headers={"x-oss-a": bad}, query={"a": new}),
            lambda: sign.sign_headers("PUT", key, headers={"Via": bad}),
            lambda: sign.presign("GetObject", key, **{new: new}),
            lambda: self.bound.url("/" + new),
            lambda: self.varying.url(key, given),
            lambda: self.varying.url(key, {new: new, **given}),
        )

    def round(self) -> None:
        for number in range(CALLS):
            new = f"new-{self.source.calls}-{number}"
            for call in self.forms(new):
                call()
            if not number % 5:
                self.refused(self.wrong(new), RequestError)
            if not number % 25:
                for error in (OSError("none"), ValueError("none"), CredentialsError("none")):
                    self.source.error = error
                    self.refused(self.forms(new), type(error))
                    self.source.error = None

    def refused(self, calls: tuple[Callable[[], Any], ...], kind: type[Exception]) -> None:
        for call in calls:
            is_refused = False
            with contextlib.suppress(kind, CredentialsError):
                is_refused = True
                call()
                is_refused = False
            assert is_refused, "a call that must fail did not"


def main() -> None:
    module = import_module(sys.argv[1])
    work = Work(module, sys.argv[2])
    for _ in range(WARM[module.ENGINE]):
        work.round()
    blocks, memory, references = measure(work)
    for _ in range(ROUNDS[module.ENGINE]):
        work.round()
    more_blocks, more_memory, more_references = measure(work)
    kept, others = (
        [b - a for a, b in zip(references[part], more_references[part], strict=True)]
        for part in (slice(3), slice(3, None))
    )
    print(f"{more_blocks - blocks} blocks, {more_memory - memory} bytes, {kept} kept, {others}")
    assert more_blocks - blocks < BLOCKS_ALLOWED, "objects leak"
    assert more_memory - memory < BYTES_ALLOWED, "memory leaks"
    assert max(kept) < KEPT_ALLOWED, "references to None or credentials leak"
    assert not any(others), "references leak"


if __name__ == "__main__":
    main()
