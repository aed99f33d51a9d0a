"""Threads that share one signer while the day changes and credentials rotate."""

from __future__ import annotations

import sys
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from typing import Any

import pytest

from ossign_fast import VARIES, Credentials, verify
from support import oracle
from support.engines import Engine

MIDNIGHT = datetime(2024, 3, 1, tzinfo=timezone.utc)
THREADS = 8
CALLS = 60
SHARED_SECONDS = 7  # calls in the same second
SHARED_CREDENTIALS = 40  # calls with the same credentials


@pytest.fixture(autouse=True)
def _restless_threads() -> Iterator[None]:
    """Makes the interpreter change threads as often as it can."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


class Ticker:
    """A count that each call moves on, whichever thread it comes from."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.calls = 0

    def __call__(self) -> int:
        with self._lock:
            self.calls += 1
            return self.calls


class FakedMidnight:
    """A clock that passes midnight half way through `calls` calls, and keeps what it told."""

    def __init__(self, calls: int) -> None:
        self._ticker = Ticker()
        self._start = int(MIDNIGHT.timestamp()) - calls // SHARED_SECONDS // 2
        self.told: list[str] = []

    def __call__(self) -> float:
        second = self._start + self._ticker() // SHARED_SECONDS
        self.told.append(datetime.fromtimestamp(second, timezone.utc).strftime("%Y%m%dT%H%M%SZ"))
        return second + 0.75


class Rotation:
    """A credentials provider whose id, secret and token belong together and do not last."""

    def __init__(self) -> None:
        self._ticker = Ticker()
        self.known: dict[str, Credentials] = {}
        self.told: list[str] = []

    def get_credentials(self) -> Credentials:
        number = self._ticker() // SHARED_CREDENTIALS
        credentials = Credentials(f"STS.N{number}", f"secret-{number}", f"token-{number}")
        self.told.append(credentials.access_key_id)
        return self.known.setdefault(credentials.access_key_id, credentials)


def in_threads(work: Callable[[int], list[str]]) -> list[str]:
    """Returns the URLs that `THREADS` threads make, all of them starting at once."""
    barrier = threading.Barrier(THREADS)

    def run(number: int) -> list[str]:
        barrier.wait(timeout=30)
        return work(number)

    with ThreadPoolExecutor(THREADS) as pool:
        return [url for urls in pool.map(run, range(THREADS)) for url in urls]


def parts_of(url: str) -> dict[str, str]:
    scheme, authority, path, query = oracle.decoded(url)
    assert (scheme, authority) == ("https", "example-bucket.oss-cn-hangzhou.aliyuncs.com")
    return {**dict(query), "key": path[1:]}


def case_of(credentials: Credentials, moment: datetime) -> dict[str, Any]:
    return {
        "bucket": "example-bucket",
        "region": "cn-hangzhou",
        "access_key_id": credentials.access_key_id,
        "access_key_secret": credentials.access_key_secret,
        "security_token": credentials.security_token,
        "signing_time": moment.isoformat(),
    }


def assert_consistent(url: str, known: dict[str, Credentials], **changes: Any) -> None:
    """Checks that date, scope, id, secret and token of `url` come from one moment and snapshot."""
    parts = parts_of(url)
    moment = datetime.strptime(parts["x-oss-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    credentials = known[parts["x-oss-credential"].partition("/")[0]]
    case = {**case_of(credentials, moment), "op": "GetObject", "key": parts["key"], **changes}
    assert url == oracle.presign(case).url
    assert verify("GET", url, credentials=known, now=moment).signing_time == moment


class Shared:
    """A signer for all threads, with the clock and the provider it asks."""

    def __init__(self, engine: Engine) -> None:
        self.clock = FakedMidnight(THREADS * CALLS)
        self.rotation = Rotation()
        self.signer = engine.signer(
            region="cn-hangzhou",
            bucket="example-bucket",
            credentials=self.rotation,
            clock=self.clock,
        )

    def check(self, urls: list[str]) -> None:
        """Checks URLs, one of each call: none is stale, none mixes what two calls were told."""
        assert len(urls) == THREADS * CALLS
        for url in urls:
            assert_consistent(url, self.rotation.known)
        dates = [parts_of(url)["x-oss-date"] for url in urls]
        users = [parts_of(url)["x-oss-credential"].partition("/")[0] for url in urls]
        assert Counter(dates) == Counter(self.clock.told)
        assert Counter(users) == Counter(self.rotation.told)
        assert {date[:8] for date in dates} == {"20240229", "20240301"}
        assert len(set(users)) > 5


def test_single_urls_across_midnight(engine: Engine) -> None:
    shared = Shared(engine)

    def singles(number: int) -> list[str]:
        return [shared.signer.presign("GetObject", f"{number}/{n}").url for n in range(CALLS)]

    shared.check(in_threads(singles))


def test_one_url_across_midnight(engine: Engine) -> None:
    shared = Shared(engine)
    shared.check(
        in_threads(lambda _: [shared.signer.presign("GetObject", "k").url for _ in range(CALLS)])
    )


def test_new_values_across_midnight(engine: Engine) -> None:
    """URLs with values that are new, or vary, and headers: each of one moment and one snapshot."""
    shared = Shared(engine)
    bound = shared.signer.bind("GetObject", response_content_type=VARIES)

    def calls(number: int) -> list[str]:
        dates: list[str] = []
        for n in range(CALLS):
            new, kind = f"{number}/{n}", n % 3
            if kind == 2:
                headers = shared.signer.sign_headers("PutObject", "k", metadata={"a": new})
                dates.append(headers["x-oss-date"] + " " + assert_headers_agree(headers, shared))
                continue
            words: Any = {"response_content_type": new}
            url = (
                bound.url("k", words)
                if kind
                else shared.signer.presign("GetObject", "k", **words).url
            )
            assert_consistent(url, shared.rotation.known, query={"response-content-type": new})
            parts = parts_of(url)
            dates.append(parts["x-oss-date"] + " " + parts["x-oss-credential"].partition("/")[0])
        return dates

    told = [pair.split() for pair in in_threads(calls)]
    assert Counter(date for date, _ in told) == Counter(shared.clock.told)
    assert Counter(user for _, user in told) == Counter(shared.rotation.told)


def assert_headers_agree(headers: dict[str, str], shared: Shared) -> str:
    """Checks signed headers against the oracle, and returns the access key id."""
    scope = headers["Authorization"].partition("Credential=")[2].partition(",")[0]
    credentials = shared.rotation.known[scope.partition("/")[0]]
    date = datetime.strptime(headers["x-oss-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    sent = {"x-oss-meta-a": headers["x-oss-meta-a"]}
    case = {**case_of(credentials, date), "op": "PutObject", "key": "k", "headers": sent}
    wanted = oracle.sign_headers(case)
    assert {name.lower(): text for name, text in headers.items()} == {
        name.lower(): text for name, text in wanted.items()
    }
    return credentials.access_key_id or ""


@pytest.mark.parametrize("threads", [1, 3])
def test_batches_across_midnight(engine: Engine, threads: int) -> None:
    shared = Shared(engine)

    def batches(number: int) -> list[str]:
        firsts: list[str] = []
        for n in range(CALLS):
            keys = [f"{number}/{n}/{row}" for row in range(3)]
            batch = shared.signer.presign_many("GetObject", keys, threads=threads).tolist()
            for url in batch:
                assert_consistent(url, shared.rotation.known)
            assert len({parts_of(url)["x-oss-date"] for url in batch}) == 1
            assert len({parts_of(url)["x-oss-credential"] for url in batch}) == 1
            firsts.append(batch[0])
        return firsts

    shared.check(in_threads(batches))


def test_threads_inside_one_batch_change_nothing(engine: Engine) -> None:
    keys = [f"dir/{number}-{'é' * (number % 50)}" for number in range(5000)]
    signer = engine.signer(
        region="cn-hangzhou", bucket="example-bucket", credentials=Credentials("id", "secret")
    )
    fixed = {"signing_time": MIDNIGHT, "expires": 60}
    expected = signer.presign_many("GetObject", keys, **fixed).tolist()
    for threads in (2, 4):
        urls = signer.presign_many("GetObject", keys, **fixed, threads=threads).tolist()
        assert urls == expected
