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

from ossign_fast import VARIES, Credentials, CredentialsError, Signer, verify
from support.endurance import SECONDS, done, rounds

pytestmark = [
    pytest.mark.endurance,
    pytest.mark.skipif(sys.platform == "win32", reason="no fork and no interval timers there"),
]
MIDNIGHT = 1_709_251_200.0  # 2024-03-01
KEYS = {f"LTAI{n}": Credentials(f"LTAI{n}", f"secret-{n}", f"token-{n}") for n in range(50)}
ADDRESS = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/k"
DEADLINE = 60.0


class Clock:
    """Goes over midnight again and again, for all threads at once."""

    def __init__(self) -> None:
        self.looks = itertools.count()

    def __call__(self) -> float:
        return MIDNIGHT - 50 + next(self.looks) % 100


class Work:
    """Calls of each kind, with values seen before and with new ones, by one signer."""

    def __init__(self) -> None:
        turns = itertools.cycle(KEYS.values())
        settings: dict[str, Any] = {"region": "cn-hangzhou", "bucket": "examplebucket"}
        self.signer = Signer(**settings, credentials=lambda: next(turns), clock=Clock())
        self.bound = self.signer.bind("GET", expires=600)
        self.varying = self.signer.bind("GetObject", response_content_type=VARIES, expires=600)
        self.numbers = itertools.count()

    def do(self) -> None:
        sign, new = self.signer, f"{os.getpid()}/{next(self.numbers)}"
        check(sign.presign("GET", "k", expires=600).url)
        check(sign.presign("GetObject", "k", response_content_type=new, expires=600).url)
        check(self.bound.url("k"))
        check(self.varying.url("k", {"response_content_type": new}))
        check(ADDRESS, sign.sign_headers("GET", "k"))
        check(ADDRESS, sign.sign_headers("GET", "k", headers={"x-oss-meta-n": new}))
        for count, step in ((3, 1), (70, 23)):
            for url in sign.presign_many("GET", ["k"] * count, expires=600)[::step]:
                check(url)
        check(self.bound.urls(["k"] * 5)[-1])


def check(url: str, headers: dict[str, str] | None = None) -> None:
    """Takes one set of credentials, on one day, that are those of this URL or these headers."""
    assert verify("GET", url, headers=headers, credentials=KEYS, now=MIDNIGHT).key == "k"


def test_no_call_mixes_keys_or_days_and_no_child_or_handler_hangs() -> None:
    work = Work()
    over, faults, turns, handled = threading.Event(), [], itertools.count(), itertools.count()
    forks = 0

    def go_on() -> None:
        try:
            while not over.is_set():
                work.do()
                next(turns)
        except BaseException as error:
            faults.append(error)
            raise

    def interrupted(*_: object) -> None:
        work.do()
        next(handled)
        if not over.is_set():
            signal.setitimer(signal.ITIMER_REAL, 0.005)

    threads = [threading.Thread(target=go_on) for _ in range(3)]
    before = signal.signal(signal.SIGALRM, interrupted)
    for thread in threads:
        thread.start()
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.005)
        for _ in rounds(SECONDS):
            work.do()
            fork_and_wait(work)
            forks += 1
    finally:
        over.set()
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        for thread in threads:
            thread.join(DEADLINE)
    assert not any(thread.is_alive() for thread in threads)
    assert faults == []
    counts = {"turns_of_threads": next(turns), "signals_that_sign": next(handled)}
    done("keys, days, forks and signals", forks=forks, **counts)
    assert min(counts.values()) > 0


def fork_and_wait(work: Work) -> None:
    """Signs in a forked child, which has to be done before long."""
    child = os.fork()
    if child == 0:
        status = 1
        try:
            signal.setitimer(signal.ITIMER_REAL, 0)
            work.do()
            status = 0
        finally:
            os._exit(status)
    end = time.monotonic() + DEADLINE
    ended, status = os.waitpid(child, os.WNOHANG)
    while not ended and time.monotonic() < end:
        time.sleep(0.001)
        ended, status = os.waitpid(child, os.WNOHANG)
    if not ended:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
    assert ended, "the child hangs"
    assert status == 0


class GiveUp(Exception):
    """As a limit on the time of a task raises it, anywhere."""


def test_calls_that_a_handler_breaks_off_end_with_its_error_and_leave_nothing_half_done() -> None:
    work, broken_off, whole = Work(), 0, 0
    raised: list[bool] = []

    def give_up(*_: object) -> None:
        raised.append(True)
        raise GiveUp

    before = signal.signal(signal.SIGALRM, give_up)
    try:
        for chance in rounds():
            raised.clear()
            try:
                signal.setitimer(signal.ITIMER_REAL, chance.uniform(1e-6, 2e-3))
                while not raised:
                    work.do()
                    whole += 1
            except GiveUp:
                broken_off += 1
                continue
            except CredentialsError as error:  # the provider was at work
                if not isinstance(error.__cause__, GiveUp):
                    raise
                continue
            raise AssertionError("the error of the handler is lost")
    finally:
        signal.signal(signal.SIGALRM, signal.SIG_IGN)
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    work.do()
    done("calls broken off", broken_off=broken_off, turns_that_were_whole=whole)
    assert min(broken_off, whole) > 0
