"""Ray Data: functions and actors, in each of its formats."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from support.signing import SECRET
from support.tables import FORMS, KEPT, LABELS, assert_signed, parts_of

pytestmark = [
    pytest.mark.engines,
    pytest.mark.filterwarnings("default"),
    pytest.mark.usefixtures("ray_logs"),
]
FORMATS = ("pyarrow", "numpy", "pandas")
SCHEMA = pa.schema({"id": pa.int64(), "url": pa.large_string()})
#: Ray reads no string_view, and in its numpy format a null of a dictionary is another row's key.
CASES = [
    (batches, form)
    for batches in FORMATS
    for form in FORMS
    if form != "view" and (batches, form) != ("numpy", "dictionary")
]


def _kept(table: pa.Table) -> Any:
    """Returns the rows to sign, in blocks of which one has none."""
    import ray.data

    return _filtered(ray.data.from_arrow(list(parts_of(table))))


def _filtered(keys: Any) -> Any:
    from ray.data.expressions import col

    return keys.filter(expr=col("id") % 3 != 1)


def _joined(signed: Any) -> pa.Table:
    import ray

    parts = [part for part in ray.get(signed.to_arrow_refs()) if part.num_columns]
    together = pa.concat_tables(
        [part.select(["id", "url"]).cast(SCHEMA) for part in parts] or [SCHEMA.empty_table()]
    )
    return together.join(LABELS, "id")


@pytest.mark.parametrize(("batches", "form"), CASES)
def test_each_row_gets_the_url_of_its_key(batches: str, form: str, job: Any) -> None:
    def way(job: Any, table: pa.Table) -> pa.Table:
        return _joined(_kept(table).map_batches(job.on("key", "url"), batch_format=batches))

    assert_signed(way, form, job)


@pytest.mark.parametrize("batches", FORMATS)
def test_in_actors(batches: str, job: Any) -> None:
    import ray.data

    class Sign:
        def __init__(self, sign: Any) -> None:
            self._sign = sign

        def __call__(self, batch: Any) -> Any:
            return self._sign(batch)

    def way(job: Any, table: pa.Table) -> pa.Table:
        signed = _kept(table).map_batches(
            Sign,
            fn_constructor_args=[job.on("key", "url")],
            batch_format=batches,
            batch_size=7,
            compute=ray.data.ActorPoolStrategy(size=2),
        )
        return _joined(signed)

    assert_signed(way, "nulls", job)


def test_in_tasks(job: Any) -> None:
    import ray

    def way(job: Any, table: pa.Table) -> pa.Table:
        @ray.remote
        def sign(part: pa.Table) -> pa.Table:
            return job.on("key", "url")(part)

        kept = [part.filter(pc.is_in(part["id"], pa.array(KEPT))) for part in parts_of(table)]
        return pa.concat_tables(ray.get([sign.remote(part) for part in kept])).join(LABELS, "id")

    assert_signed(way, "nulls", job)


def test_from_file_to_file(job: Any, tmp_path: Path) -> None:
    import pyarrow.parquet as pq
    import ray.data

    def way(job: Any, table: pa.Table) -> pa.Table:
        pq.write_table(table, tmp_path / "keys.parquet", row_group_size=7)
        keys = _filtered(ray.data.read_parquet(str(tmp_path / "keys.parquet")))
        signed = keys.map_batches(job.on("key", "url"), batch_format="pyarrow")
        signed.write_parquet(str(tmp_path / "urls"))
        return pq.read_table(tmp_path / "urls").join(LABELS, "id")

    assert_signed(way, "nulls", job)


def test_nothing_secret_in_logs(job: Any, ray_logs: Path) -> None:
    signed = _kept(FORMS["nulls"]()).map_batches(job.on("key", "url"), batch_format="pyarrow")
    signed.materialize()
    texts = [path.read_bytes() for path in ray_logs.rglob("*") if path.is_file()]
    assert any(b"On" in text or b"map" in text.lower() for text in texts)
    assert SECRET not in repr(signed)
    for text in texts:
        assert SECRET.encode() not in text
        assert b"x-oss-signature=" not in text
