"""SHA-256 and HMAC by themselves, as the reference engine has them from the standard library."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from itertools import pairwise

from .plan import BAD_ENDS

KERNELS = ("hashlib",)
DEFAULT_KERNEL = "hashlib"


def sha256(data: bytes, kernel: str | None = None) -> bytes:
    """Returns the SHA-256 digest of `data`, 32 bytes, as FIPS 180-4 defines it."""
    check_kernel(kernel)
    return hashlib.sha256(data).digest()


def hmac_sha256(key: bytes, data: bytes, kernel: str | None = None) -> bytes:
    """Returns the HMAC-SHA-256 of `data` under `key`, 32 bytes, as RFC 2104 defines it."""
    check_kernel(kernel)
    return hmac.digest(key, data, "sha256")


def sha256_many(data: bytes, ends: Sequence[int], kernel: str | None = None) -> bytes:
    """Returns the SHA-256 digests of many messages, one after the other.

    Args:
        data: The messages; any object with a buffer of bytes.
        ends: Where in it the first one begins, and where each one ends, the next beginning there; a
            buffer of 64-bit integers.
        kernel: The kernel that hashes; None for the one in use.

    Raises:
        ValueError: `ends` point elsewhere, or there is no such kernel.
    """
    check_kernel(kernel)
    return b"".join([hashlib.sha256(message).digest() for message in _messages(data, ends)])


def hmac_sha256_many(
    key: bytes, data: bytes, ends: Sequence[int], kernel: str | None = None
) -> bytes:
    """Returns the HMAC-SHA-256 of many messages under `key`; for the others see `sha256_many`."""
    check_kernel(kernel)
    return b"".join([hmac.digest(key, message, "sha256") for message in _messages(data, ends)])


def check_kernel(kernel: str | None) -> None:
    """Refuses a kernel that this engine does not have."""
    if kernel is not None and kernel not in KERNELS:
        raise ValueError(f"kernel: {kernel!r} is none of {', '.join(KERNELS)}")


def _messages(data: bytes, ends: Sequence[int]) -> list[memoryview]:
    view, bounds = memoryview(data), [*ends]
    cuts = [*pairwise(bounds)]
    if not bounds or bounds[0] < 0 or bounds[-1] > len(view) or any(a > b for a, b in cuts):
        raise ValueError(BAD_ENDS)
    return [view[start:end] for start, end in cuts]
