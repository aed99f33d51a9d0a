"""Spark: functions of Arrow and pandas, of SQL, and whole partitions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from support.tables import FORMS, LABELS, Way, assert_nothing_secret, assert_signed

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("default"),
    pytest.mark.usefixtures("spark"),
]
FEW = ("string", "chunked", "all null", "one row", "empty")
SCHEMA = "id bigint, key string, label string, url string"


def _kept(table: pa.Table) -> Any:
    """Returns the rows to sign beside their labels, in partitions of which some have none."""
    from pyspark.sql import SparkSession

    session = SparkSession.active()
    # Spark loses the rows behind a chunk that has none.
    batches = [batch for batch in table.to_batches() if batch.num_rows]
    rows = pa.Table.from_batches(batches, table.schema)
    keys = session.createDataFrame(rows).repartition(8).where("id % 3 <> 1")
    return keys.join(session.createDataFrame(LABELS), "id")


def _arrow_function(job: Any, table: pa.Table) -> pa.Table:
    from pyspark.sql.functions import arrow_udf

    url = arrow_udf(job, "string")
    return _kept(table).withColumn("url", url("key")).toArrow()


def _pandas_function(job: Any, table: pa.Table) -> pa.Table:
    from pyspark.sql.functions import pandas_udf

    url = pandas_udf(job, "string")
    return _kept(table).withColumn("url", url("key")).toArrow()


def _sql(job: Any, table: pa.Table) -> pa.Table:
    from pyspark.sql.functions import arrow_udf

    kept = _kept(table)
    kept.sparkSession.udf.register("url_of", arrow_udf(job, "string"))
    kept.createOrReplaceTempView("kept")
    return kept.sparkSession.sql("select *, url_of(key) as url from kept").toArrow()


def _filtered_by_url(job: Any, table: pa.Table) -> pa.Table:
    """A filter by the result, for which Spark calls the function twice."""
    from pyspark.sql.functions import arrow_udf

    signed = _kept(table).withColumn("url", arrow_udf(job, "string")("key"))
    return signed.where("url is null or url like 'https://examplebucket.oss-cn-%'").toArrow()


def _map_in_arrow(job: Any, table: pa.Table) -> pa.Table:
    return _kept(table).mapInArrow(job.on("key", "url"), SCHEMA).toArrow()


def _map_in_pandas(job: Any, table: pa.Table) -> pa.Table:
    return _kept(table).mapInPandas(job.on("key", "url"), SCHEMA).toArrow()


WAYS: list[Way] = [
    _arrow_function,
    _pandas_function,
    _sql,
    _filtered_by_url,
    _map_in_arrow,
    _map_in_pandas,
]


@pytest.mark.parametrize("form", FEW)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


def test_with_large_types(job: Any, spark: Any) -> None:
    spark.conf.set("spark.sql.execution.arrow.useLargeVarTypes", "true")
    try:
        assert_signed(_arrow_function, "nulls", job)
        assert_signed(_map_in_arrow, "nulls", job)
    finally:
        spark.conf.unset("spark.sql.execution.arrow.useLargeVarTypes")


def test_from_file_to_file(job: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as pq

    def way(job: Any, table: pa.Table) -> pa.Table:
        signed = _kept(table).mapInArrow(job.on("key", "url"), SCHEMA)
        signed.write.option("compression", "zstd").parquet(str(tmp_path / "urls"))
        return pq.read_table(tmp_path / "urls")

    assert_signed(way, "nulls", job)


def test_nothing_secret_in_a_plan(job: Any) -> None:
    from pyspark.sql.functions import arrow_udf

    kept = _kept(FORMS["nulls"]())
    column = arrow_udf(job, "string")("key")
    for frame in (
        kept.withColumn("url", column),
        kept.mapInArrow(job.on("key", "url"), SCHEMA),
    ):
        plan = frame._jdf.queryExecution()
        assert_nothing_secret(plan.toString(), plan.debug().toString() or "", repr(frame))
    assert_nothing_secret(repr(column))
