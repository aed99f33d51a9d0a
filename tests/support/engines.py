"""Every engine and kernel that this CPU has, for tests that do not know which one they got.

`OSSIGN_FAST_ENGINE=python` leaves the compiled engine out, `OSSIGN_FAST_ENGINE=c` makes its absence
a failure, and `OSSIGN_FAST_KERNEL` leaves one kernel only.
"""

from __future__ import annotations

import os
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import accumulate
from types import ModuleType
from typing import Any

import pytest

from ossign_fast import Signer


@dataclass(frozen=True)
class Engine:
    """One engine on one kernel."""

    module: ModuleType
    kernel: str

    def signer(self, **options: Any) -> Signer:
        return Signer(**options)._with_engine(self.module, self.kernel)

    def sha256(self, data: bytes) -> bytes:
        digest: bytes = self.module.sha256(data, self.kernel)
        return digest

    def hmac_sha256(self, key: bytes, data: bytes) -> bytes:
        digest: bytes = self.module.hmac_sha256(key, data, self.kernel)
        return digest

    def hash_many(self, messages: Sequence[bytes], key: bytes | None = None) -> list[bytes]:
        """Returns the digests of messages that are handed over packed; with `key` those of HMAC."""
        ends = array("q", [0, *accumulate(map(len, messages))])
        packed = b"".join(messages), ends, self.kernel
        if key is None:
            digests = self.module.sha256_many(*packed)
        else:
            digests = self.module.hmac_sha256_many(key, *packed)
        return [digests[at : at + 32] for at in range(0, len(digests), 32)]


def _modules() -> Iterator[tuple[str, ModuleType]]:
    choice = os.environ.get("OSSIGN_FAST_ENGINE") or "auto"
    yield "py", import_module("ossign_fast._engine.reference")
    if choice == "python":
        return
    compiled = "ossign_fast._engine.compiled"
    try:
        yield "c", import_module(compiled)
    except ModuleNotFoundError as error:
        if choice == "c" or error.name != compiled:
            raise


def _engines() -> Iterator[tuple[str, Engine]]:
    forced = os.environ.get("OSSIGN_FAST_KERNEL")
    for name, module in _modules():
        for kernel in module.KERNELS:
            if not forced or kernel == forced:
                yield name if name == "py" else f"{name}-{kernel}", Engine(module, kernel)


def engine_params(*modules: str) -> list[Any]:
    """Returns parameters for a test or fixture: every engine, or those of the named modules.

    An engine runs on the kernel that it takes by itself; the others are left to `-m kernels`.
    """
    return [
        pytest.param(
            engine,
            id=name,
            marks=[] if engine.kernel == engine.module.DEFAULT_KERNEL else pytest.mark.kernels,
        )
        for name, engine in ENGINES.items()
        if not modules or engine.module.ENGINE in modules
    ]


ENGINES = dict(_engines())
if not ENGINES:
    raise pytest.UsageError("OSSIGN_FAST_KERNEL names a kernel that no engine on this CPU has")
