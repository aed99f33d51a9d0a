"""One job for all engines, and their processes held to this machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from ossign_fast import Signer
from support.signing import ID, SECRET

ENVIRONMENT = {
    "OSS_ACCESS_KEY_ID": ID,
    "OSS_ACCESS_KEY_SECRET": SECRET,
    "NO_PROXY": "127.0.0.1",
    "PYSPARK_PYTHON": sys.executable,
    "PYSPARK_DRIVER_PYTHON": sys.executable,
    "SPARK_LOCAL_IP": "127.0.0.1",
    "RAY_USAGE_STATS_ENABLED": "0",
}


@pytest.fixture(scope="session", autouse=True)
def environment() -> Iterator[None]:
    """What workers inherit: their own copy of the keys, and no way off the machine."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ENVIRONMENT.items():
            patch.setenv(name, value)
        patch.delenv("OSS_SESSION_TOKEN", raising=False)
        yield


@pytest.fixture(scope="session")
def job(environment: None) -> Any:
    """A job that was made in another second than any of its rows is signed in."""
    made = Signer(region="cn-hangzhou", bucket="examplebucket").job("GetObject", expires=3600)
    while time.time() < made.signing_time.timestamp() + 1:
        time.sleep(0.05)
    return made
