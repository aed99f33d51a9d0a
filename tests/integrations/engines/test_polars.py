"""Polars: eager, lazy, streaming, and from file to file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from support.tables import FORMS, LABELS, Way, assert_nothing_secret, assert_signed

FEW = ("nulls", "chunked", "dictionary", "empty")


def _url(job: Any) -> pl.Expr:
    return pl.col("key").map_batches(job, return_dtype=pl.String, is_elementwise=True)


def _kept(table: pa.Table) -> pl.LazyFrame:
    return pl.from_arrow(table).lazy().filter(pl.col("id") % 3 != 1)  # type: ignore[union-attr]


def _labels() -> pl.DataFrame:
    return pl.DataFrame(LABELS)


def _eager(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table).collect().with_columns(url=_url(job))
    return frame.join(_labels(), on="id").to_arrow()


def _whole_column(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table).collect()
    return frame.with_columns(job(frame["key"]).alias("url")).join(_labels(), on="id").to_arrow()


def _on(job: Any, table: pa.Table) -> pa.Table:
    return job.on("key", "url")(_kept(table).collect()).join(_labels(), on="id").to_arrow()


def _lazy(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table).with_columns(url=_url(job)).join(_labels().lazy(), on="id")
    return frame.collect().to_arrow()


def _streaming(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table).with_columns(url=_url(job)).join(_labels().lazy(), on="id")
    return frame.collect(engine="streaming").to_arrow()


def _filtered_by_url(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table).with_columns(url=_url(job)).join(_labels().lazy(), on="id")
    signed = frame.filter(pl.col("url").str.starts_with("https://examplebucket.oss-cn-hangzhou"))
    return pl.concat([signed, frame.filter(pl.col("url").is_null())]).collect().to_arrow()


WAYS: list[Way] = [_eager, _whole_column, _on, _lazy, _streaming, _filtered_by_url]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


@pytest.mark.parametrize("form", FEW)
def test_from_file_to_file(form: str, job: Any, tmp_path: Path) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        pl.DataFrame(table).write_parquet(tmp_path / "keys.parquet", row_group_size=7)
        keys = pl.scan_parquet(tmp_path / "keys.parquet").filter(pl.col("id") % 3 != 1)
        urls = keys.with_columns(url=_url(job)).join(_labels().lazy(), on="id")
        urls.sink_parquet(tmp_path / "urls.parquet", compression_level=1)
        return pl.read_parquet(tmp_path / "urls.parquet").to_arrow()

    assert_signed(way, form, job)


def test_nothing_secret_in_a_plan(job: Any) -> None:
    plan = pl.LazyFrame({"key": ["a"]}).with_columns(url=_url(job))
    assert_nothing_secret(plan.explain(), repr(plan), repr(_url(job)))
