"""Every way into an engine with two million rows, each in a process of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from engine_pipelines import PIPELINES, Pipeline
from engines import run_apart, write_keys
from workload import ACCESS_KEY_ID, ACCESS_KEY_SECRET, BUCKET, EXPIRES, REGION

from support import oracle

pytestmark = pytest.mark.engines
ROWS = 2_000_000
#: MB of the whole tree of processes. The URLs are 700, twice where a table is put together; Spark
#: and Ray take more than 1,000 before they have a row.
MEMORY = 5_000


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tables") / "keys"
    write_keys(folder, ROWS, nulls=True)
    return folder


def wanted(key: str, url: str) -> str:
    """Returns the URL that the oracle makes of a key at the second that `url` names."""
    date = url.partition("x-oss-date=")[2][:16]
    time = f"{date[:4]}-{date[4:6]}-{date[6:11]}:{date[11:13]}:{date[13:15]}Z"
    case: dict[str, Any] = {
        "op": "GetObject", "bucket": BUCKET, "region": REGION, "key": key, "signing_time": time,
        "access_key_id": ACCESS_KEY_ID, "access_key_secret": ACCESS_KEY_SECRET,
        "expires_seconds": EXPIRES,
    }  # fmt: skip
    return oracle.presign(case).url


@pytest.mark.slow
@pytest.mark.parametrize("pipeline", PIPELINES, ids=lambda pipeline: pipeline.title)
def test_two_million_rows(pipeline: Pipeline, keys: Path) -> None:
    found, sample = run_apart(pipeline, keys, 1)
    assert len(sample) > 200
    for key, url in sample:
        assert url == (key and wanted(key, url))
    assert found["peak"] < MEMORY


def test_a_measured_pipeline(tmp_path: Path) -> None:
    """What the benchmark measures is as it says, with few rows."""
    write_keys(tmp_path / "keys", 20_000, nulls=True)
    polars = next(pipeline for pipeline in PIPELINES if pipeline.library == "polars")
    found, sample = run_apart(polars, tmp_path / "keys", 1)
    assert set(found) == {"with_job", "own_way", "signing", "peak"}
    assert all(url == (key and wanted(key, url)) for key, url in sample)
