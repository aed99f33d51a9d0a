"""Dask: threads, processes and a cluster, a partition at a time."""

from __future__ import annotations

import pickle
from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa
import pytest

from support.signing import SECRET
from support.tables import FORMS, LABELS, Way, assert_nothing_secret, assert_signed, parts_of

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("default"),  # of Dask and its cluster, which come and go
]
FEW = ("nulls", "dictionary", "empty")


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    from distributed import Client, LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": None, "threads_per_worker": 1}
    with LocalCluster(n_workers=2, **options) as made, Client(made):
        yield


def _kept(table: pa.Table) -> Any:
    """Returns the rows to sign, in partitions of which one has none."""
    import dask.dataframe as dd

    parts = [part.to_pandas() for part in parts_of(table)]
    frame = dd.from_map(lambda part: part, parts)
    return frame[frame["id"] % 3 != 1]


def _joined(frame: Any) -> pa.Table:
    joined = frame.merge(LABELS.to_pandas(), on="id").compute()
    return pa.Table.from_pandas(joined, preserve_index=False)


def _column(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table)
    url = frame["key"].map_partitions(job, meta=("url", "string"))
    return _joined(frame.assign(url=url))


def _column_without_meta(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table)
    return _joined(frame.assign(url=frame["key"].map_partitions(job)))


def _partitions(job: Any, table: pa.Table) -> pa.Table:
    return _joined(_kept(table).map_partitions(job.on("key", "url")))


WAYS: list[Way] = [_column, _column_without_meta, _partitions]
ways = pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])


@pytest.mark.parametrize("form", FORMS)
@ways
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    import dask

    with dask.config.set(scheduler="threads"):
        assert_signed(way, form, job)


def test_in_processes(job: Any) -> None:
    import dask

    with dask.config.set(scheduler="processes", num_workers=2):
        assert_signed(_column, "nulls", job)


@pytest.mark.usefixtures("cluster")
@pytest.mark.parametrize("form", FEW)
@ways
def test_in_a_cluster(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


@pytest.mark.usefixtures("cluster")
def test_nothing_secret_is_sent_to_a_cluster(job: Any) -> None:
    import cloudpickle

    frame = _kept(FORMS["nulls"]())
    signed = frame.map_partitions(job.on("key", "url"))
    assert_nothing_secret(repr(signed), str(signed.expr), repr(dict(signed.optimize().dask)))
    assert SECRET.encode() not in cloudpickle.dumps(dict(signed.optimize().dask))


@pytest.mark.parametrize("callable_of", [lambda job: job, lambda job: job.on("key", "url")])
def test_the_same_job_has_the_same_token(callable_of: Callable[[Any], Any], job: Any) -> None:
    from dask.base import tokenize

    token = tokenize(callable_of(job), ensure_deterministic=True)
    assert token == tokenize(
        callable_of(pickle.loads(pickle.dumps(job))), ensure_deterministic=True
    )
