"""Calls that are broken into, by forks, signal handlers and errors: nothing hangs or is lost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ossign_fast import VARIES, Credentials, CredentialsError
from support.cli import child_environment
from support.engines import Engine

SCRIPT = Path(__file__).parent / "isolated/interrupted.py"


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks on this system")
@pytest.mark.parametrize("what", ["signer", "cached", "dropin", "shadow"])
@pytest.mark.parametrize("way", ["fork", "signal"])
def test_no_lock_is_found_held(way: str, what: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", str(SCRIPT), way, what],
        check=False, capture_output=True, text=True, timeout=60, env=child_environment(),
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


class TimeIsUp(Exception):
    """As handlers of signals raise it, wherever a task happens to be."""


class Broken:
    """A clock and a provider that fail once, when told to."""

    def __init__(self, engine: Engine) -> None:
        self.clock_errors: list[Exception] = []
        self.provider_errors: list[Exception] = []
        self.asked = 0
        signer = engine.signer(
            region="cn-hangzhou", bucket="examplebucket", credentials=self.get, clock=self.clock
        )
        bound = signer.bind("GetObject")
        varying = signer.bind("PutObject", content_type=VARIES)
        self.calls: dict[str, Callable[[], Any]] = {
            "presign": lambda: signer.presign("GetObject", "k"),
            "presign with options": lambda: signer.presign("PutObject", "k", content_type="a/b"),
            "presign_many": lambda: signer.presign_many("GetObject", ["a", "b"]).tolist(),
            "url": lambda: bound.url("k"),
            "url with values": lambda: varying.url("k", {"content_type": "a/b"}),
            "urls": lambda: bound.urls(["k"]).tolist(),
            "sign_headers": lambda: signer.sign_headers("GetObject", "k"),
        }

    def clock(self) -> float:
        if self.clock_errors:
            raise self.clock_errors.pop()
        return 1_709_251_200.0

    def get(self) -> Credentials:
        self.asked += 1
        if self.provider_errors:
            raise self.provider_errors.pop()
        return Credentials("LTAI", f"secret-{self.asked}")


CALLS = ("presign", "presign with options", "presign_many", "url", "url with values", "urls",
         "sign_headers")  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_an_error_that_comes_from_elsewhere_is_not_lost(engine: Engine, name: str) -> None:
    broken = Broken(engine)
    for _ in range(3):
        broken.calls[name]()
        broken.clock_errors.append(TimeIsUp())
        with pytest.raises(TimeIsUp):
            broken.calls[name]()
    broken.calls[name]()


@pytest.mark.parametrize("name", CALLS)
def test_a_provider_that_fails_is_not_asked_again(engine: Engine, name: str) -> None:
    broken = Broken(engine)
    for _ in range(3):
        broken.calls[name]()
        asked = broken.asked
        broken.provider_errors.append(OSError())
        with pytest.raises(CredentialsError, match="the credentials provider raised OSError"):
            broken.calls[name]()
        assert broken.asked == asked + 1
