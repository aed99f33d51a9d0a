"""One pipeline for each way into an engine: Parquet in, a column of URLs beside the keys.

Each takes a folder of files and two functions, one of a column and one of a table. Given those of a
job it signs; given those of `Constant` it is the engine's own way, which does all but signing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: Of the rows whose URLs are looked at, each so many-th.
STEP = 9973
SAMPLED = f"id % {STEP} = 0"
SCHEMA = "id bigint, key string, url string"


@dataclass(frozen=True)
class Run:
    """A pipeline that is laid out.

    Attributes:
        finish: Runs it as a whole; the URLs stay where the engine has them.
        sample: Returns a pyarrow table of the rows whose `id` is a multiple of `STEP`.
    """

    finish: Callable[[], object]
    sample: Callable[[], Any]


@dataclass(frozen=True)
class Pipeline:
    """A way into an engine.

    Attributes:
        title: What a table of results calls it.
        library: The distribution whose version matters.
        lay_out: Takes a folder, a function of a column and one of a table.
        started: Has the engine at work while it is entered.
    """

    title: str
    library: str
    lay_out: Callable[[Path, Any, Any], Run]
    started: Callable[[], AbstractContextManager[object]] = field(default=nullcontext)


def _pandas(folder: Path, column: Any, table: Any) -> Run:
    import pandas as pd
    import pyarrow as pa

    def frame() -> Any:
        keys = pd.read_parquet(folder)
        return keys.assign(url=column(keys["key"]))

    return Run(frame, lambda: pa.Table.from_pandas(frame()[lambda rows: rows["id"] % STEP == 0]))


def _polars(folder: Path, column: Any, table: Any) -> Run:
    import polars as pl

    url = pl.col("key").map_batches(column, return_dtype=pl.String, is_elementwise=True)
    frame = pl.scan_parquet(folder).with_columns(url=url)
    sampled = frame.filter(pl.col("id") % STEP == 0)
    return Run(
        lambda: frame.collect(engine="streaming"),
        lambda: sampled.collect(engine="streaming").to_arrow(),
    )


def _duckdb(folder: Path, column: Any, table: Any) -> Run:
    import duckdb

    connection = duckdb.connect()
    connection.create_function("url_of", column, ["VARCHAR"], "VARCHAR", type="arrow")
    query = f"select *, url_of(key) as url from '{folder}/*.parquet'"
    return Run(
        lambda: connection.sql(query).to_arrow_table(),
        lambda: connection.sql(f"{query} where {SAMPLED}").to_arrow_table(),
    )


def _duckdb_reader(folder: Path, column: Any, table: Any) -> Run:
    import duckdb
    import pyarrow as pa

    connection = duckdb.connect()

    def finish(condition: str = "true") -> Any:
        reader = connection.sql(f"from '{folder}/*.parquet' where {condition}").to_arrow_reader()
        return pa.Table.from_batches(table(reader))

    return Run(finish, lambda: finish(SAMPLED))


def _datafusion(folder: Path, column: Any, table: Any) -> Run:
    import datafusion
    import pyarrow as pa

    context = datafusion.SessionContext()
    context.register_parquet("keys", folder)
    kind = pa.string_view()
    context.register_udf(datafusion.udf(column, [kind], kind, "immutable", "url_of"))
    query = "select *, url_of(key) as url from keys"
    return Run(
        lambda: context.sql(query).collect(),
        lambda: context.sql(f"{query} where {SAMPLED}").to_arrow_table(),
    )


def _dask(folder: Path, column: Any, table: Any) -> Run:
    import dask
    import dask.dataframe as dd
    import pyarrow as pa

    keys = dd.read_parquet(folder)
    frame = keys.assign(url=keys["key"].map_partitions(column, meta=("url", "string")))
    sampled = frame[frame["id"] % STEP == 0]
    threads = dask.config.set(scheduler="threads")

    def compute(wanted: Any) -> Any:
        with threads:
            return wanted.compute()

    return Run(lambda: compute(frame), lambda: pa.Table.from_pandas(compute(sampled)))


def _dask_cluster(folder: Path, column: Any, table: Any) -> Run:
    import dask.dataframe as dd
    import pyarrow as pa
    from distributed import wait

    frame = dd.read_parquet(folder).map_partitions(table)
    sampled = frame[frame["id"] % STEP == 0]
    return Run(
        lambda: wait(frame.persist()),
        lambda: pa.Table.from_pandas(sampled.compute()),
    )


@contextmanager
def _cluster() -> Iterator[None]:
    from distributed import Client, LocalCluster

    options = {"host": "127.0.0.1", "dashboard_address": None, "threads_per_worker": 1}
    with LocalCluster(n_workers=2, **options) as made, Client(made):
        yield


def _daft(folder: Path, column: Any, table: Any) -> Run:
    import daft

    url = daft.func.batch(return_dtype=daft.DataType.string())(column)

    def frame() -> Any:  # a frame keeps what was collected of it
        return daft.read_parquet(f"{folder}/*.parquet").with_column("url", url(daft.col("key")))

    return Run(
        lambda: frame().collect(),
        lambda: frame().where(daft.col("id") % STEP == 0).to_arrow(),
    )


def _ray(folder: Path, column: Any, table: Any) -> Run:
    import pyarrow as pa
    import ray.data
    from ray.data.expressions import col

    dataset = ray.data.read_parquet(str(folder)).map_batches(table, batch_format="pyarrow")

    def sample() -> Any:
        parts = ray.get(dataset.filter(expr=col("id") % STEP == 0).to_arrow_refs())
        return pa.concat_tables([part for part in parts if part.num_columns])

    return Run(dataset.materialize, sample)


@contextmanager
def _ray_here() -> Iterator[None]:
    import ray

    ray.init(
        num_cpus=2,
        include_dashboard=False,
        object_store_memory=2 << 30,
        _node_ip_address="127.0.0.1",
        log_to_driver=False,
    )
    yield
    ray.shutdown()


def _spark(folder: Path, column: Any, table: Any) -> Run:
    from pyspark.sql import SparkSession
    from pyspark.sql.functions import arrow_udf

    keys = SparkSession.active().read.parquet(str(folder))
    return _of_spark(keys.withColumn("url", arrow_udf(column, "string")("key")))


def _spark_batches(folder: Path, column: Any, table: Any) -> Run:
    from pyspark.sql import SparkSession

    keys = SparkSession.active().read.parquet(str(folder))
    return _of_spark(keys.mapInArrow(table, SCHEMA))


def _of_spark(frame: Any) -> Run:
    # Nothing is written, but each row is made for whoever would write it.
    writer = frame.write.format("noop").mode("overwrite")
    return Run(writer.save, frame.where(SAMPLED).toArrow)


@contextmanager
def _spark_here() -> Iterator[None]:
    from pyspark.sql import SparkSession

    settings = {
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    builder = SparkSession.builder.master("local[2]")
    for name, value in settings.items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    session.sparkContext.setLogLevel("ERROR")
    yield
    session.stop()


def _threads(folder: Path, column: Any, table: Any) -> Run:
    import pyarrow as pa
    import pyarrow.parquet as pq

    def finish() -> Any:
        with ThreadPoolExecutor(2) as pool:
            parts = pool.map(pq.read_table, sorted(folder.iterdir()))
            return pa.concat_tables(pool.map(table, parts))

    return Run(finish, lambda: finish().take(pa.array(range(0, rows_in(folder), STEP))))


def rows_in(folder: Path) -> int:
    """Returns how many rows the files hold, whose ids count from 0."""
    import pyarrow.parquet as pq

    return sum(int(pq.read_metadata(path).num_rows) for path in folder.iterdir())


PIPELINES = (
    Pipeline("pandas, `assign`", "pandas", _pandas),
    Pipeline("Polars, streaming", "polars", _polars),
    Pipeline("DuckDB, Arrow function", "duckdb", _duckdb),
    Pipeline("DuckDB, `to_arrow_reader`", "duckdb", _duckdb_reader),
    Pipeline("DataFusion", "datafusion", _datafusion),
    Pipeline("Dask, threads", "dask", _dask),
    Pipeline("Dask, cluster of processes", "distributed", _dask_cluster, _cluster),
    Pipeline("Daft", "daft", _daft),
    Pipeline("Ray Data, pyarrow", "ray", _ray, _ray_here),
    Pipeline("Spark, `arrow_udf`", "pyspark", _spark, _spark_here),
    Pipeline("Spark, `mapInArrow`", "pyspark", _spark_batches, _spark_here),
    Pipeline("concurrent.futures, threads", "pyarrow", _threads),
)
