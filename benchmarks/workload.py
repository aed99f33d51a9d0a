"""What every benchmark signs: one operation, the same ASCII keys, credentials made up for it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import Any

from ossign_fast import Credentials, Signer

REGION = "cn-hangzhou"
BUCKET = "examplebucket"
ENDPOINT = f"https://oss-{REGION}.aliyuncs.com"
HOST = f"{BUCKET}.oss-{REGION}.aliyuncs.com"
ACCESS_KEY_ID = "LTAI5tBenchmarkExample00"
ACCESS_KEY_SECRET = "BenchmarkSecretExample00000000"
#: As long as the tokens that STS hands out, with the characters of base64 that need an escape.
TOKEN = "CAIS+Benchmark/" * 46 + "ExampleA=="
EXPIRES = 3600
KEY_LENGTH = 48


@lru_cache(maxsize=4)
def make_keys(count: int, length: int = KEY_LENGTH) -> list[str]:
    """Returns `count` different keys of `length` ASCII characters that need no escape."""
    return name_keys(range(count), length)


def name_keys(numbers: Iterable[int], length: int = KEY_LENGTH) -> list[str]:
    """Returns the keys with these numbers."""
    return [f"logs/2026-11-23/{number:0{length - 24}d}.json.gz" for number in numbers]


def pack(keys: Sequence[str]) -> Any:
    """Returns keys as one packed column that slices without a copy.

    That is an Arrow large_string array, or, where pyarrow is not installed, a NumPy array of bytes,
    which costs a little more to read.
    """
    if find_spec("pyarrow") is None:
        return import_module("numpy").array(keys, "S")
    arrow: Any = import_module("pyarrow")
    return arrow.array(keys, arrow.large_string())


def credentials(token: str | None = None) -> Credentials:
    """Returns the credentials that all sign with."""
    return Credentials(ACCESS_KEY_ID, ACCESS_KEY_SECRET, token)


class Installed:
    """ossign_fast as it comes, with the engine and the kernel that it chose."""

    def signer(self, token: str | None = None, **options: Any) -> Signer:
        return Signer(region=REGION, bucket=BUCKET, credentials=credentials(token), **options)


@dataclass(frozen=True)
class Engine(Installed):
    """One engine of ossign_fast on one kernel."""

    module: ModuleType
    kernel: str

    @property
    def name(self) -> str:
        return self.kernel if self.compiled else "python"

    @property
    def compiled(self) -> bool:
        return bool(self.module.ENGINE == "c")

    def signer(self, token: str | None = None, **options: Any) -> Signer:
        return super().signer(token, **options)._with_engine(self.module, self.kernel)


def engines() -> list[Engine]:
    """Returns all engines and kernels of this CPU, best first.

    `OSSIGN_FAST_ENGINE` and `OSSIGN_FAST_KERNEL` narrow the choice, as they do at run time.
    """
    from ossign_fast._engine import load_engine  # here, for builds that have none

    choice = os.environ.get("OSSIGN_FAST_ENGINE", "")
    forced = os.environ.get("OSSIGN_FAST_KERNEL", "")
    modules = [load_engine(choice)]
    if modules[0].ENGINE == "c":
        modules.append(load_engine("python"))
    pairs = [Engine(module, kernel) for module in modules for kernel in module.KERNELS]
    return [engine for engine in pairs if forced in ("", engine.kernel)]
