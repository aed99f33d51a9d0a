"""What single paths and calls of this library may take, in nanoseconds or beside another."""

from __future__ import annotations

from typing import NamedTuple

from calls import (
    CALLS,
    FRESH_SIGNER,
    NEW,
    PRESIGN,
    SIGN_HEADERS,
    TYPED_URL,
    URL,
    VALUES,
    VARYING_URL,
    VERIFY,
)
from peers import SDK
from rows import VERIFY_MANY, VERIFY_MANY_PLAIN

OBSTORE = "obstore"
FAST_S3_URL = "fast-s3-url"
LIBPRESIGN = "libpresign"
PACKED = "packed-4096"


class Target(NamedTuple):
    """A promise about one task, or about one beside another.

    Attributes:
        name: How the table calls it.
        task: A row of `ROWS`, perhaps with `@` and the kernel that it is forced on; a peer; or a
            single call of `CALLS`.
        limit: Nanoseconds for one URL, or a ratio; None tells a time without a promise.
        against: The task that it is compared with, or None.
        at_least: With `against`: whether `task` must be `limit` times as fast, rather than take no
            longer than `limit` times as long.
    """

    name: str
    task: str
    limit: float | None
    against: str | None = None
    at_least: bool = False


def _faster(name: str, task: str, times: float, against: str) -> Target:
    return Target(name, task, times, against, at_least=True)


def _new_values() -> list[Target]:
    """Returns what calls may cost whose values no call has had before, beside those with old ones.

    Making the values, some tenths of a microsecond, is part of both.
    """
    names = [f"{PRESIGN}, {name}" for name in VALUES]
    names += [name for name in CALLS if name.startswith(f"{SIGN_HEADERS}, ") and NEW not in name]
    return [
        target
        for name in names
        for target in (
            Target(name, name, None),
            Target(name + NEW, name + NEW, 6_000 if "three" in name else 4_000),
        )
    ]


TARGETS = (
    Target("packed to packed, 4,096 keys, memory reused", PACKED, 230),
    _faster("  beside obstore.sign of a list", PACKED, 45, OBSTORE),
    _faster("  beside fast-s3-url of a list", PACKED, 20, FAST_S3_URL),
    _faster(f"  beside {SDK}", PACKED, 550, SDK),
    Target("  with a 700-byte token", "packed-4096-token", 500),
    Target("packed to packed, 1,000,000 keys, fresh memory", "packed-1M", 350),
    Target("list to list, 1,000 keys per call", "list-1000", 250),
    _faster("  beside fast-s3-url of a list", "list-1000", 20, FAST_S3_URL),
    _faster("  beside libpresign, key by key", "list-1000", 45, LIBPRESIGN),
    Target("  with a 700-byte token", "list-1000-token", None),
    Target("list to list, 16 keys per call", "list-16", None),
    Target("list to list, 4 keys per call", "list-4", None),
    Target("list to list, 1,000,000 keys, slices of 1,024", "list-1M-in-slices", 480),
    Target("list to list, 1,000,000 keys, one call", "list-1M-in-one-call", None),
    Target("  with a 700-byte token", "list-1M-token-in-one-call", None),
    _faster("two threads beside one, 65,536 keys", "packed-64k-two-threads", 1.65, "packed-64k"),
    _faster("two threads beside one, 1,000,000 keys", "packed-1M-two-threads", 1.7, "packed-1M"),
    Target(
        "key and part number beside key alone", "key-and-part-number-4096", 1.5, "part-number-4096"
    ),
    Target(
        "key and content type beside key alone",
        "key-and-content-type-4096",
        1.5,
        "content-type-4096",
    ),
    Target("packed, forced on shani", f"{PACKED}@shani", 500),
    Target("packed, forced on avx2", f"{PACKED}@avx2", 600),
    Target("packed, forced on portable", f"{PACKED}@portable", 2_600),
    Target("Python engine, presign_many, 10,000 keys", "presign-many-10k@hashlib", 7_000),
    Target(URL, URL, 800),
    _faster("  beside libpresign", URL, 22, LIBPRESIGN),
    Target("  content_type bound", TYPED_URL, None),
    Target("  content_type=VARIES beside it bound", VARYING_URL, 1.3, TYPED_URL),
    Target("  new values each call, beside it bound", VARYING_URL + NEW, 1.3, TYPED_URL),
    Target("presign_many of 2 keys beside BoundPresigner.url", "presign-many-2", 1, URL),
    Target("presign_many of 5 keys beside BoundPresigner.url", "presign-many-5", 1, URL),
    Target("presign_many of 20 keys beside BoundPresigner.url", "presign-many-20", 1, URL),
    Target(PRESIGN, PRESIGN, 1_600),
    _faster("  beside libpresign", PRESIGN, 10, LIBPRESIGN),
    Target(SIGN_HEADERS, SIGN_HEADERS, None),
    Target(FRESH_SIGNER, FRESH_SIGNER, 30_000),
    Target(VERIFY, VERIFY, 25_000),
    Target("verify_many of 1,000 URLs", VERIFY_MANY, 1_000),
    Target("  in pure Python", VERIFY_MANY_PLAIN, 12_000),
    *_new_values(),
)
