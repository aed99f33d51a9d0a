"""The engine fixture: each test that takes `engine` runs on every engine of this build.

On the other kernels of this CPU, too, where `-m kernels` asks for them.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from ossign_fast._credentials import credentials
from support.engines import ENGINES, Engine, engine_params

# The same examples on each run, on a slow machine too, and no files beside the tests.
settings.register_profile("repeatable", derandomize=True, deadline=None, database=None)
settings.register_profile("thorough", settings.get_profile("repeatable"), max_examples=1000)
settings.load_profile("repeatable")


@pytest.fixture(scope="session", autouse=True)
def outside_the_checkout(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """So that a child process imports the package under test, not the checkout around it."""
    before = Path.cwd()
    os.chdir(tmp_path_factory.mktemp("elsewhere"))
    yield
    os.chdir(before)


@pytest.fixture(params=engine_params(), scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    chosen: Engine = request.param
    return chosen


@pytest.fixture
def unissued_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vectors of SDKs have ids, secrets and tokens that nobody is given, and that are refused."""
    monkeypatch.setattr(credentials, "_refuse_unissued", lambda *_: None)


@pytest.fixture(scope="session")
def engines() -> tuple[Engine, ...]:
    """All of them at once, for tests that compare them."""
    return tuple(ENGINES.values())
