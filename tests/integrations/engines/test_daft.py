"""Daft: the job as a function of batches, in its own process and in others."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from support.tables import FORMS, LABELS, Way, assert_nothing_secret, assert_signed

pytestmark = [pytest.mark.engines, pytest.mark.filterwarnings("default")]


def _url(job: Any, **options: Any) -> Any:
    import daft

    return daft.func.batch(return_dtype=daft.DataType.string(), **options)(job)(daft.col("key"))


def _kept(table: pa.Table) -> Any:
    import daft

    return daft.from_arrow(table).where(daft.col("id") % 3 != 1)


def _joined(frame: Any) -> pa.Table:
    import daft

    return frame.join(daft.from_arrow(LABELS), on="id").to_arrow()


def _function(job: Any, table: pa.Table) -> pa.Table:
    return _joined(_kept(table).with_column("url", _url(job)))


def _small_batches(job: Any, table: pa.Table) -> pa.Table:
    return _joined(_kept(table).with_column("url", _url(job, batch_size=7)))


def _partitions(job: Any, table: pa.Table) -> pa.Table:
    return _joined(_kept(table).into_partitions(8).with_column("url", _url(job)))


def _filtered_by_url(job: Any, table: pa.Table) -> pa.Table:
    import daft

    signed = _kept(table).with_column("url", _url(job))
    url = daft.col("url")
    return _joined(signed.where(url.is_null() | url.startswith("https://examplebucket.oss-cn-")))


WAYS: list[Way] = [_function, _small_batches, _partitions, _filtered_by_url]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


def test_in_a_process_of_its_own(job: Any) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        return _joined(_kept(table).with_column("url", _url(job, use_process=True)))

    assert_signed(way, "nulls", job)


def test_from_file_to_file(job: Any, tmp_path: Path) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        import daft
        import pyarrow.parquet as pq

        pq.write_table(table, tmp_path / "keys.parquet", row_group_size=7)
        keys = daft.read_parquet(str(tmp_path / "keys.parquet")).where(daft.col("id") % 3 != 1)
        signed = keys.with_column("url", _url(job)).join(daft.from_arrow(LABELS), on="id")
        signed.write_parquet(str(tmp_path / "urls"))
        return pq.read_table(tmp_path / "urls")

    assert_signed(way, "chunked", job)


def test_nothing_secret_in_a_plan(job: Any, capsys: pytest.CaptureFixture[str]) -> None:
    frame = _kept(FORMS["nulls"]()).with_column("url", _url(job))
    frame.explain(show_all=True)
    assert_nothing_secret(capsys.readouterr().out, repr(frame), repr(_url(job)))
