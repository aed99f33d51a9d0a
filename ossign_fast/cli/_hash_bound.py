"""What hashing alone costs for one URL: the time that no signer can go below on this CPU.

All that repeats is taken for kept: blocks of constant bytes at the start of the canonical request,
and those of the HMAC key. A single URL is a chain of blocks, each of which waits for the last one;
a batch is hashed in many streams or lanes, and shares the work on blocks without the key.
"""

from __future__ import annotations

import platform
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

_BLOCK = 64
#: End of a message: one byte and a length of eight.
_PADDING = 9
_MESSAGE = bytes(1 << 15)
#: How many blocks `hash_blocks` hashes.
HASHED_BLOCKS = len(_MESSAGE) // _BLOCK
#: Cycles for a block of OpenSSL where it uses the SHA instructions, on Intel and on AMD alike: with
#: it, times of `hash_blocks` tell the clock.
_OPENSSL_CYCLES = 132.0
#: Cycles for a block of its own and for one that is shared, of the best code for a batch: by the
#: first part of the kernel's name and the maker of the CPU. They were measured on Intel Sapphire
#: Rapids and AMD Zen 3; AVX-512 on AMD is taken to start as many instructions per cycle as there.
_BATCH_CYCLES = {
    ("avx512", "Intel"): (54.8, 32.8),
    ("avx512", "AMD"): (54.8, 32.8),
    ("shani", "Intel"): (97.5, 96.8),
    ("shani", "AMD"): (60.8, 34.6),
    ("avx2", "Intel"): (148.6, 107.2),
    ("avx2", "AMD"): (158.0, 91.0),
}


class Blocks(NamedTuple):
    """SHA-256 blocks of one URL: those that no other URL has, and those that a batch shares."""

    own: int
    shared: int

    @property
    def all(self) -> int:
        return self.own + self.shared


def hash_blocks() -> bytes:
    """Hashes `HASHED_BLOCKS` blocks with OpenSSL, one after the other."""
    return sha256(_MESSAGE).digest()


def blocks_of(url: str, bucket: str, region: str) -> Blocks:
    """Returns the blocks of a GET signed with V4, whose key needs no escapes.

    Example:
        >>> from ossign_fast import Credentials, Signer
        >>> keys = Credentials("LTAI5tExampleKeyId000000", "secret")
        >>> signer = Signer(region="cn-hangzhou", bucket="bench-bucket", credentials=keys)
        >>> blocks_of(signer.presign("GetObject", "k" * 48).url, "bench-bucket", "cn-hangzhou")
        Blocks(own=5, shared=3)
    """
    parts = urlsplit(url)
    signed = [pair for pair in parts.query.split("&") if not pair.startswith("x-oss-signature=")]
    before = len(f"GET\n/{bucket}/")
    after_key = before + len(parts.path) - 1
    length = after_key + len("\n" + "&".join(signed) + "\n\n\nUNSIGNED-PAYLOAD") + _PADDING
    with_key = -(-after_key // _BLOCK) - before // _BLOCK
    request = -(-length // _BLOCK) - before // _BLOCK
    head = f"OSS4-HMAC-SHA256\n20240101T000000Z\n20240101/{region}/oss/aliyun_v4_request\n"
    inner = -(-(len(head) % _BLOCK + 2 * sha256().digest_size + _PADDING) // _BLOCK)
    return Blocks(with_key + inner + 1, request - with_key)


def batch_bound(
    blocks: Blocks, ns_per_block: float, kernel: str, cpu: str, cpu_features: Sequence[str]
) -> float | None:
    """Returns the nanoseconds of hashing that a URL of a batch needs, None if nobody knows.

    Args:
        blocks: Those of the URL.
        ns_per_block: What one takes OpenSSL here.
        kernel: Name of the kernel that hashes.
        cpu: Name of the CPU.
        cpu_features: As in `engine_info`; without SHA instructions OpenSSL tells no clock.
    """
    maker = next((maker for maker in ("Intel", "AMD") if maker in cpu), "")
    cycles = _BATCH_CYCLES.get((kernel.partition("+")[0], maker))
    if cycles is None or "sha_ni" not in cpu_features:
        return None
    own, shared = cycles
    return (blocks.own * own + blocks.shared * shared) * ns_per_block / _OPENSSL_CYCLES


def cpu_name() -> str:
    """Returns the CPU as the system calls it, with family and model where Linux tells them.

    Example:
        >>> bool(cpu_name())
        True
    """
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    facts = dict(line.replace("\t", "").split(":", 1) for line in lines if ":" in line)
    name = facts.get("model name", "").strip() or platform.processor() or "unknown"
    if "cpu family" not in facts:
        return name
    # Cloud machines hide the name; family and model tell the generation all the same.
    return f"{name} (family {facts['cpu family'].strip()}, model {facts['model'].strip()})"
