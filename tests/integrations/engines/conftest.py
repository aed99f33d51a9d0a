"""One job for all engines, and their processes held to this machine."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ossign_fast import Signer
from support.signing import ID, SECRET

ENVIRONMENT = {
    "OSS_ACCESS_KEY_ID": ID,
    "OSS_ACCESS_KEY_SECRET": SECRET,
    "DAFT_RUNNER": "native",  # which would be Ray where that is at work
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


@pytest.fixture(scope="module")
def ray_logs(environment: None) -> Iterator[Path]:
    """Runs Ray on this machine alone; yields the folder where its processes keep their logs."""
    import ray

    context = ray.init(
        num_cpus=4,  # two actors must leave some for what feeds them
        include_dashboard=False,
        object_store_memory=200 << 20,
        _node_ip_address="127.0.0.1",
        log_to_driver=False,
    )
    yield Path(context.address_info["session_dir"]) / "logs"
    ray.shutdown()


@pytest.fixture(scope="module")
def spark(environment: None) -> Iterator[Any]:
    """Runs Spark on this machine alone."""
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.ui.enabled": "false",
        "spark.sql.shuffle.partitions": "3",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()
