"""Threads that sign while keys rotate, midnight passes, processes fork and signals come in."""

from __future__ import annotations

import itertools
import os
import signal
import sys
import threading
import time
from typing import Any

import pytest

from ossign_fast import Credentials, Signer, verify
from support.endurance import SECONDS, rounds

pytestmark = [
    pytest.mark.endurance,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork and no interval timers there"),
]
MIDNIGHT = 1_709_251_200.0  # 2024-03-01
KEYS = {f"LTAI{n}": Credentials(f"LTAI{n}", f"secret-{n}", f"token-{n}") for n in range(50)}
DEADLINE = 20.0


class Clock:
    """Goes over midnight again and again, for all threads at once."""

    def __init__(self) -> None:
        self.looks = itertools.count()

    def __call__(self) -> float:
        return MIDNIGHT - 50 + next(self.looks) % 100


def signer_of_all() -> tuple[Signer, Clock]:
    clock, turns = Clock(), itertools.cycle(KEYS.values())
    settings: dict[str, Any] = {"region": "cn-hangzhou", "bucket": "examplebucket"}
    return Signer(**settings, credentials=lambda: next(turns), clock=clock), clock


def check(url: str) -> None:
    assert verify("GET", url, credentials=KEYS, now=MIDNIGHT).key == "k"


def sign(signer: Signer) -> None:
    check(signer.presign("GET", "k", expires=600).url)
    for url in signer.presign_many("GET", ["k"] * 70, expires=600)[::23]:
        check(url)


def test_no_url_mixes_keys_or_days_and_no_child_or_handler_hangs() -> None:
    signer, _ = signer_of_all()
    over, faults, signed, handled = threading.Event(), [], itertools.count(), itertools.count()

    def work() -> None:
        try:
            while not over.is_set():
                sign(signer)
                next(signed)
        except BaseException as error:
            faults.append(error)
            raise

    def interrupted(*_: object) -> None:
        sign(signer)
        next(handled)

    threads = [threading.Thread(target=work) for _ in range(3)]
    before = signal.signal(signal.SIGALRM, interrupted)
    for thread in threads:
        thread.start()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.02, 0.02)
        for _ in rounds(SECONDS):
            sign(signer)
            fork_and_wait(signer)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        over.set()
        for thread in threads:
            thread.join(DEADLINE)
    assert not any(thread.is_alive() for thread in threads)
    assert faults == []
    assert min(next(signed), next(handled)) > 0


def fork_and_wait(signer: Signer) -> None:
    """Signs in a forked child, which has to be done before long."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
            sign(signer)
            status = 0
        finally:
            os._exit(status)
    end = time.monotonic() + DEADLINE
    done, status = os.waitpid(child, os.WNOHANG)
    while not done and time.monotonic() < end:
        time.sleep(0.001)
        done, status = os.waitpid(child, os.WNOHANG)
    if not done:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert done, "the child hangs"
    assert status == 0
