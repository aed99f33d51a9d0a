"""Signs in many threads and forks, or signs in a signal handler: nothing may hang.

    python interrupted.py fork|signal signer|cached|dropin|shadow

A child or a handler that finds a lock held, by a thread that it lacks or by the very call that it
interrupts, waits for ever; alarms end it. The short switch interval makes such a fault sure.
"""

from __future__ import annotations

import faulthandler
import itertools
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from ossign_fast import CachedCredentials, Credentials, Signer

FIXED = Credentials("id", "secret")


def signer(credentials: Any = FIXED) -> Callable[[str], object]:
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=credentials)
    bound = signer.bind("GetObject")
    headers: Callable[[str], dict[str, str]] = lambda text: {"x-oss-meta-id": text}  # noqa: E731
    return lambda text: (
        signer.presign("PutObject", "k", headers=headers(text)),
        signer.sign_headers("PutObject", "k", headers=headers(text)),
        bound.url(text),
    )


def cached() -> Callable[[str], object]:
    """Keys of a source that takes a while, renewed over and over: each call lasts for long."""
    ticks, numbers = itertools.count(), itertools.count()

    def ask() -> Credentials:
        time.sleep(0.002)
        return Credentials(f"id{next(numbers)}", "secret")

    keys = CachedCredentials(ask, clock=lambda: next(ticks) / 10)
    keys.get_credentials()
    return signer(keys)


def client() -> Any:
    import alibabacloud_oss_v2 as oss

    config = oss.config.load_default()
    config.region = "cn-hangzhou"
    config.credentials_provider = oss.credentials.StaticCredentialsProvider("id", "secret")
    return oss.Client(config)


def dropin() -> Callable[[str], object]:
    import alibabacloud_oss_v2 as oss

    from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate

    fast = accelerate(client())
    return lambda text: fast.presign(oss.PutObjectRequest("examplebucket", "k", content_type=text))


def shadow() -> Callable[[str], object]:
    import alibabacloud_oss_v2 as oss

    from ossign_fast.integrations import shadow
    from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate

    watched = shadow(client(), accelerate(client()), sample=0)
    return lambda text: watched.presign(oss.GetObjectRequest("examplebucket", text))


def fork(sign: Callable[[str], object]) -> int:
    """Returns how many of a few children did not come through."""

    def work(number: int) -> None:
        for call in itertools.count():
            sign(f"{number}-{call}")

    for number in range(8):
        threading.Thread(target=work, args=(number,), daemon=True).start()
    hung = 0
    for number in range(6):
        time.sleep(0.003)
        child = os.fork()
        if not child:
            signal.alarm(5)
            sign(f"child-{number}")
            os._exit(0)
        hung += os.waitpid(child, 0)[1] != 0
    return hung


def interrupt(sign: Callable[[str], object]) -> int:
    """Returns 0 once calls were interrupted by handlers that sign, some hundred times."""
    handled = itertools.count()
    is_handling = []

    def handle(*_: object) -> None:
        if not is_handling:
            is_handling.append(True)
            sign(f"handler-{next(handled)}")
            is_handling.clear()

    signal.signal(signal.SIGALRM, handle)
    signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
    end = time.monotonic() + 0.8
    for number in itertools.count():
        sign(f"{number}")
        if time.monotonic() > end:
            break
    signal.setitimer(signal.ITIMER_REAL, 0)
    return 0 if next(handled) > 20 else 1


if __name__ == "__main__":
    faulthandler.dump_traceback_later(40, exit=True)
    way, what = sys.argv[1:]
    sys.setswitchinterval(1e-6 if way == "fork" else 5e-3)
    sys.exit({"fork": fork, "signal": interrupt}[way](globals()[what]()))
