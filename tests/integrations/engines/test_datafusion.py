"""DataFusion: the job as a function of expressions and of SQL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from support.tables import FORMS, LABELS, Way, assert_nothing_secret, assert_signed

pytestmark = pytest.mark.engines
SQL = """select keys.id, label, url_of(key) as url
    from keys join labels using (id) where keys.id % 3 <> 1"""


def _context(table: pa.Table) -> Any:
    import datafusion

    context = datafusion.SessionContext()
    context.from_arrow(LABELS, "labels")
    if len(table):
        context.from_arrow(table, "keys")
    else:  # from_arrow refuses a table without batches
        nothing = pa.RecordBatch.from_pylist([], table.schema)
        context.register_record_batches("keys", [[nothing]])
    return context


def _function(job: Any, kind: pa.DataType) -> Any:
    import datafusion

    return datafusion.udf(job, [kind], kind, "immutable", "url_of")


def _expression(job: Any, table: pa.Table) -> pa.Table:
    from datafusion import col, lit

    context = _context(table)
    url = _function(job, pa.string_view())
    kept = context.table("keys").filter(col("id") % lit(3) != lit(1))
    signed = kept.with_column("url", url(col("key")))
    return signed.join(context.table("labels"), on="id").to_arrow_table()


def _sql(job: Any, table: pa.Table, kind: pa.DataType | None = None) -> pa.Table:
    context = _context(table)
    context.register_udf(_function(job, kind or pa.string_view()))
    return context.sql(SQL).to_arrow_table()


def _sql_of_string(job: Any, table: pa.Table) -> pa.Table:
    return _sql(job, table, pa.string())


def _sql_of_large_string(job: Any, table: pa.Table) -> pa.Table:
    return _sql(job, table, pa.large_string())


WAYS: list[Way] = [_expression, _sql, _sql_of_string, _sql_of_large_string]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


def test_from_file_to_file(job: Any, tmp_path: Path) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        pq.write_table(table, tmp_path / "keys.parquet", row_group_size=7)
        context = _context(LABELS.slice(0, 0).rename_columns(["id", "key"]))
        context.deregister_table("keys")
        context.register_parquet("keys", tmp_path / "keys.parquet")
        context.register_udf(_function(job, pa.string_view()))
        context.sql(SQL).write_parquet(tmp_path / "urls", compression="zstd", compression_level=1)
        return pq.read_table(tmp_path / "urls")

    assert_signed(way, "chunked", job)


def test_nothing_secret_in_a_plan(job: Any) -> None:
    function = _function(job, pa.string_view())
    context = _context(FORMS["nulls"]())
    context.register_udf(function)
    frame = context.sql("select url_of(key) from keys")
    plans = (frame.logical_plan(), frame.execution_plan())
    assert_nothing_secret(repr(function), *(plan.display_indent() for plan in plans))
