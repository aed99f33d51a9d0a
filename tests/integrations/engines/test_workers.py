"""joblib and concurrent.futures: parts of a table, in threads and processes."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from joblib import Parallel, delayed

from support.tables import KEPT, LABELS, assert_signed, parts_of

Map = Callable[[Any, Iterable[Any]], Iterable[Any]]


def _threads(function: Any, parts: Iterable[Any]) -> list[Any]:
    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(function, parts))


def _processes(function: Any, parts: Iterable[Any]) -> list[Any]:
    with ProcessPoolExecutor(2, multiprocessing.get_context("spawn")) as pool:
        return list(pool.map(function, parts))


def _joblib(backend: str) -> Map:
    def run(function: Any, parts: Iterable[Any]) -> Iterable[Any]:
        return Parallel(n_jobs=2, backend=backend)(delayed(function)(part) for part in parts)

    return run


MAPS: dict[str, Map] = {
    "threads": _threads,
    "processes": _processes,
    "joblib threads": _joblib("threading"),
    "joblib processes": _joblib("loky"),
}


def _kept(table: pa.Table) -> list[pa.Table]:
    return [part.filter(pc.is_in(part["id"], pa.array(KEPT))) for part in parts_of(table)]


@pytest.mark.parametrize("form", ["chunked", "dictionary", "large", "empty"])
@pytest.mark.parametrize("run", MAPS.values(), ids=MAPS)
def test_each_table_gets_the_urls_of_its_keys(run: Map, form: str, job: Any) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        signed = run(job.on("key", "url"), _kept(table))
        return pa.concat_tables(signed).join(LABELS, "id")

    assert_signed(way, form, job)


@pytest.mark.parametrize("run", MAPS.values(), ids=MAPS)
def test_each_list_gets_the_urls_of_its_keys(run: Map, job: Any) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        kept = _kept(table)
        urls = run(job, [part["key"].to_pylist() for part in kept])
        signed = [
            part.append_column("url", pa.array(of_part, pa.string()))
            for part, of_part in zip(kept, urls, strict=True)
        ]
        return pa.concat_tables(signed).join(LABELS, "id")

    assert_signed(way, "nulls", job)
