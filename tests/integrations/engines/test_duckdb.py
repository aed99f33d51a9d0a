"""DuckDB: the job as a function of SQL, and around what DuckDB reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.tables import FORMS, LABELS, Way, assert_nothing_secret, assert_signed


def _connection(job: Any, table: pa.Table) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.create_function("url_of", job, ["VARCHAR"], "VARCHAR", type="arrow")
    connection.register("keys", table)
    connection.register("labels", LABELS)
    return connection


def _function(job: Any, table: pa.Table) -> pa.Table:
    query = "select *, url_of(key) as url from keys join labels using (id) where id % 3 <> 1"
    with _connection(job, table) as connection:
        return connection.sql(query).to_arrow_table()


def _filtered_by_url(job: Any, table: pa.Table) -> pa.Table:
    """A filter by the result, for which DuckDB may call the function twice."""
    query = """from (select *, url_of(key) as url from keys join labels using (id))
        where id % 3 <> 1 and (url is null or url like 'https://examplebucket.oss-cn-%')"""
    with _connection(job, table) as connection:
        return connection.sql(query).to_arrow_table()


def _reader(job: Any, table: pa.Table) -> pa.Table:
    query = "from keys join labels using (id) where id % 3 <> 1"
    with _connection(job, table) as connection:
        reader = connection.sql(query).to_arrow_reader(7)
        schema = reader.schema.append(pa.field("url", reader.schema.field("key").type))
        return pa.Table.from_batches(job.on("key", "url")(reader), schema)


def _replacement_scan(job: Any, table: pa.Table) -> pa.Table:
    signed = job.on("key", "url")(table)  # noqa: F841 - SQL names it
    with _connection(job, table) as connection:
        query = "select id, label, url from signed join labels using (id) where id % 3 <> 1"
        return connection.sql(query).to_arrow_table()


WAYS: list[Way] = [_function, _filtered_by_url, _reader, _replacement_scan]


#: DuckDB 1 lets pyarrow filter, which cannot filter string_view in all of its versions.
_FORMS = [form for form in FORMS if form != "view" or not duckdb.__version__.startswith("1.")]


@pytest.mark.parametrize("form", _FORMS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


def test_from_file_to_file(job: Any, tmp_path: Path) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        pq.write_table(table, tmp_path / "keys.parquet", row_group_size=7)
        with _connection(job, table) as connection:
            connection.sql(f"""copy (select *, url_of(key) as url
                from '{tmp_path}/keys.parquet' join labels using (id) where id % 3 <> 1)
                to '{tmp_path}/urls.parquet' (compression zstd, compression_level 1)""")
        return pq.read_table(tmp_path / "urls.parquet")

    assert_signed(way, "chunked", job)


def test_nothing_secret_in_a_plan(job: Any) -> None:
    with _connection(job, FORMS["nulls"]()) as connection:
        plan = connection.sql("select url_of(key) from keys")
        assert_nothing_secret(plan.explain(), plan.explain("analyze"), plan.sql_query())
