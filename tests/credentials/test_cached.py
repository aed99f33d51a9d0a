"""Kept credentials: asked for once, renewed aside, by one thread at a time, and never mixed."""

from __future__ import annotations

import logging
import pickle
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from itertools import pairwise
from typing import Any

import pytest

from ossign_fast import CachedCredentials, Credentials, CredentialsError, Signer, verify_many
from ossign_fast._credentials import cached as cached_module
from ossign_fast._credentials.sources import snapshot_source

START, LIFE = 1_772_409_600, 3600
SECRET = "secret-not-to-be-shown"


class Source:
    """Gives out numbered keys with a life of an hour, when it is let, by a clock that is set."""

    def __init__(self, life: float | None = LIFE) -> None:
        self.now: float = START
        self.life = life
        self.error: Exception | None = None
        self.asked = 0
        self.number = 0
        self.gate = threading.Event()
        self.gate.set()

    def clock(self) -> float:
        return self.now

    def get_credentials(self) -> Any:
        self.asked += 1
        assert self.gate.wait(30)
        if self.error is not None:
            raise self.error
        end = None if self.life is None else self.now + self.life
        return {
            "AccessKeyId": f"STS.N{self.number}",
            "AccessKeySecret": SECRET,
            "SecurityToken": f"token-{self.number}",
            "Expiration": end,
        }

    def cached(self) -> CachedCredentials:
        return CachedCredentials(self, clock=self.clock)


def wait_until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.001)


def settle(cached: CachedCredentials) -> None:
    """Waits for the end of a renewal, if there is one."""
    wait_until(lambda: not cached._turns)


def test_one_question_serves_two_thirds_of_a_life() -> None:
    source = Source()
    cached = source.cached()
    assert source.asked == 0
    first = cached.get_credentials()
    assert first.access_key_id == "STS.N0"
    assert first.expiration == datetime.fromtimestamp(START + LIFE, timezone.utc)
    for now in (START, START + 1, START + LIFE * 2 / 3 - 1):
        source.now = now
        assert cached.get_credentials() is first
    assert source.asked == 1


def test_renewal_goes_on_aside_in_one_thread() -> None:
    source = Source()
    cached = source.cached()
    first = cached.get_credentials()
    source.number = 1
    source.gate.clear()
    source.now = START + LIFE * 2 / 3
    for _ in range(3):  # nobody waits for a source that does not answer
        assert cached.get_credentials() is first
    with ThreadPoolExecutor(8) as pool:
        assert {id(c) for c in pool.map(lambda _: cached.get_credentials(), range(80))} == {
            id(first)
        }
    wait_until(lambda: source.asked == 2)
    source.gate.set()
    settle(cached)
    assert source.asked == 2
    second = cached.get_credentials()
    assert second.access_key_id == "STS.N1"
    assert cached.get_credentials() is second


def test_whoever_began_a_renewal_waits_for_it_once_the_keys_have_ended() -> None:
    source = Source()
    cached = source.cached()
    first = cached.get_credentials()
    source.number = 1
    source.gate.clear()
    source.now = START + LIFE - 1
    assert cached.get_credentials() is first
    wait_until(lambda: source.asked == 2)
    source.now = START + LIFE
    threading.Timer(0.02, source.gate.set).start()
    assert cached.get_credentials().access_key_id == "STS.N1"
    assert source.asked == 2


def test_a_failed_renewal_is_a_warning_and_tried_again_ever_later(
    caplog: pytest.LogCaptureFixture,
) -> None:
    source = Source(life=LIFE)
    cached = source.cached()
    first = cached.get_credentials()
    source.error = OSError(f"no route for {SECRET}")
    source.now = began = START + LIFE * 2 / 3
    pauses = []
    last = began
    while source.now < began + 300:
        before = source.asked
        assert cached.get_credentials() is first
        settle(cached)
        if source.asked != before:
            pauses.append(source.now - last)
            last = source.now
        source.now += 0.5
    assert pauses == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    texts = [record.getMessage() for record in caplog.records if record.name == "ossign_fast"]
    assert len(texts) == len(pauses)
    assert {record.levelno for record in caplog.records} == {logging.WARNING}
    assert "which end at 2026-03-02 01:00:00+00:00, were not renewed" in texts[0]
    assert "raised OSError" in texts[0]
    assert SECRET not in "".join(texts)
    source.error, source.number, source.now = None, 1, source.now + 60
    cached.get_credentials()
    settle(cached)
    assert cached.get_credentials().access_key_id == "STS.N1"


def test_only_ended_keys_are_an_error(caplog: pytest.LogCaptureFixture) -> None:
    source = Source()
    cached = source.cached()
    first = cached.get_credentials()
    source.error = OSError("down")
    source.now = START + LIFE - 1
    assert cached.get_credentials() is first
    settle(cached)
    source.now = START + LIFE + 5
    with pytest.raises(CredentialsError) as caught:
        cached.get_credentials()
    assert str(caught.value) == (
        "the credentials ended at 2026-03-02 01:00:00+00:00 and were not renewed: the credentials "
        "provider raised OSError; its own exception is the cause of this one"
    )
    assert caught.value.__cause__ is source.error
    asked = source.asked
    with pytest.raises(CredentialsError, match=r"it is asked again a second later$"):
        cached.get_credentials()
    assert source.asked == asked
    source.error, source.number, source.now = None, 1, source.now + 1
    assert cached.get_credentials().access_key_id == "STS.N1"
    assert len(caplog.records) == 1


def test_a_clock_that_was_set_back_keeps_nobody_from_asking() -> None:
    source = Source()
    cached = source.cached()
    source.error = OSError("down")
    source.now = START + 10_000
    with pytest.raises(CredentialsError):
        cached.get_credentials()
    source.error, source.now = None, START
    assert cached.get_credentials()


def test_keys_that_have_ended_are_refused_with_the_time() -> None:
    source = Source(life=-1)
    with pytest.raises(CredentialsError, match=r"gave keys that ended at 2026-03-01 23:59:59\+00"):
        source.cached().get_credentials()


def test_keys_without_an_end_are_asked_for_once_a_minute() -> None:
    source = Source(life=None)
    cached = source.cached()
    first = cached.get_credentials()
    for asked, now in enumerate((START + 59, START + 60, START + 120), 1):
        source.now = now
        assert cached.get_credentials() is first
        settle(cached)
        assert cached.get_credentials() is first
        assert source.asked == asked
    source.error = OSError("down")
    source.now = START + 10**9
    assert cached.get_credentials() is first
    settle(cached)


def test_a_source_that_keeps_its_keys_is_asked_more_often_towards_their_end() -> None:
    source = Source()
    cached = source.cached()
    first = cached.get_credentials()
    end, times = START + LIFE, []
    while source.now < end:
        before = source.asked
        source.life = end - source.now
        assert cached.get_credentials() is first
        settle(cached)
        if source.asked != before:
            times.append(end - source.now)
        source.now += 1
    assert times[0] == LIFE / 3
    pauses = [earlier - later for earlier, later in pairwise(times)]
    assert max(pauses) == 60
    assert pauses == sorted(pauses, reverse=True)
    assert times[-1] == 1


def test_threads_that_have_no_keys_wait_for_one_question() -> None:
    source = Source()
    source.gate.clear()
    cached = source.cached()
    with ThreadPoolExecutor(16) as pool:
        waiting = [pool.submit(cached.get_credentials) for _ in range(16)]
        wait_until(lambda: source.asked == 1)
        source.gate.set()
        assert len({id(done.result()) for done in waiting}) == 1
    assert source.asked == 1


def test_one_failure_is_told_to_all_that_waited() -> None:
    source = Source()
    source.gate.clear()
    source.error = OSError("down")
    cached = source.cached()
    with ThreadPoolExecutor(16) as pool:
        waiting = [pool.submit(cached.get_credentials) for _ in range(16)]
        wait_until(lambda: source.asked == 1)
        source.gate.set()
        assert all(isinstance(done.exception(), CredentialsError) for done in waiting)
    assert source.asked == 1


def test_a_question_that_is_lost_is_asked_by_another(monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source()
    cached = source.cached()
    cached._turns[cached_module.os.getpid()] = cached_module._Turn(-1, time.monotonic() - 61)
    assert cached.get_credentials().access_key_id == "STS.N0"
    assert cached._turns == {}


def test_keys_go_on_where_no_thread_can_be_had(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    source = Source()
    cached = source.cached()
    first = cached.get_credentials()
    source.now = START + LIFE - 1
    monkeypatch.setattr(threading.Thread, "start", refuse)
    assert cached.get_credentials() is first
    assert cached._turns == {}
    assert source.asked == 1


def test_a_handler_does_not_wait_for_what_it_interrupted() -> None:
    """As that would be for ever; the alarm ends a fault."""
    answers: list[Any] = []

    def handle(*_: object) -> None:
        try:
            cached.get_credentials()
        except CredentialsError as error:
            answers.append(str(error))

    def ask() -> Credentials:
        signal.raise_signal(signal.SIGUSR1)
        return Credentials("id", SECRET)

    cached = CachedCredentials(ask)
    before = signal.signal(signal.SIGUSR1, handle)
    signal.alarm(20)
    try:
        assert cached.get_credentials().access_key_id == "id"
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGUSR1, before)
    assert len(answers) == 1
    assert answers[0].startswith("the credentials are being fetched by what this signal handler")


def test_no_url_mixes_two_sets_while_keys_rotate_under_threads() -> None:
    """Time goes on with each call, so keys are renewed some twenty times along the way."""
    source = Source(life=60)
    known: dict[str, Credentials] = {}

    def ask() -> Any:
        number = len(known)
        made = Credentials(
            f"STS.N{number}",
            f"secret-{number}",
            f"token-{number}",
            datetime.fromtimestamp(source.now + 60, timezone.utc),
        )
        known[made.access_key_id] = made
        return made

    def clock() -> float:
        source.now += 0.1
        return source.now

    cached = CachedCredentials(ask, clock=clock)
    signer = Signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=cached, clock=lambda: START
    )

    def sign(number: int) -> str:
        return signer.presign("GetObject", f"{number}.txt").url

    with ThreadPoolExecutor(16) as pool:
        urls = list(pool.map(sign, range(12_000)))
    assert len(known) > 10
    answers = verify_many(urls, method="GET", credentials=known.get, now=START + 1)
    assert all(type(answer).__name__ == "Verified" for answer in answers)


def test_what_a_signer_takes_is_what_it_takes() -> None:
    for source in (Credentials("id", SECRET), lambda: Credentials("id", SECRET)):
        cached = CachedCredentials(source)
        assert cached.get_credentials().access_key_id == "id"
        assert snapshot_source(cached)() is cached.get_credentials()
    with pytest.raises(CredentialsError, match="of type int cannot be used"):
        CachedCredentials(5)  # type: ignore[arg-type]


def test_it_shows_no_keys_and_travels_without_them() -> None:
    cached = CachedCredentials(Credentials("id", SECRET))
    cached.get_credentials()
    assert repr(cached) == "CachedCredentials(Credentials)"
    again = pickle.loads(pickle.dumps(cached))
    assert type(again) is CachedCredentials
    assert again._kept.credentials is None
    assert again.get_credentials() == cached.get_credentials()
