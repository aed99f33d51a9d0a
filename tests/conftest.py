"""The engine fixture: each test that takes `engine` runs on every engine and kernel of this CPU.

`OSSIGN_FAST_ENGINE=python` leaves the compiled engine out, `OSSIGN_FAST_ENGINE=c` makes its absence
a failure, and `OSSIGN_FAST_KERNEL` leaves one kernel only.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import settings

from ossign_fast import Signer

# The same examples on each run, on a slow machine too, and no files beside the tests.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def outside_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """So that a child process imports the package under test, not the checkout around it."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


@dataclass(frozen=True)
class Engine:
    """One engine on one kernel; tests do not know which."""

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


def _modules() -> Iterator[tuple[str, ModuleType]]:
    choice = os.environ.get("OSSIGN_FAST_ENGINE") or "auto"
    yield "py", import_module("ossign_fast._engine_py")
    if choice == "python":
        return
    try:
        yield "c", import_module("ossign_fast._engine_c")
    except ModuleNotFoundError as error:
        if choice == "c" or error.name != "ossign_fast._engine_c":
            raise


def _engines() -> Iterator[tuple[str, Engine]]:
    forced = os.environ.get("OSSIGN_FAST_KERNEL")
    for name, module in _modules():
        for kernel in module.KERNELS:
            if not forced or kernel == forced:
                yield name if name == "py" else f"{name}-{kernel}", Engine(module, kernel)


ENGINES = dict(_engines())
if not ENGINES:
    raise pytest.UsageError("OSSIGN_FAST_KERNEL names a kernel that no engine on this CPU has")


@pytest.fixture(params=ENGINES.values(), ids=ENGINES.keys(), scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


@pytest.fixture(scope="session")
def engines() -> tuple[Engine, ...]:
    """All of them at once, for tests that compare them."""
    return tuple(ENGINES.values())
