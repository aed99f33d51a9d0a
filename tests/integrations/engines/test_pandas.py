"""pandas: URLs follow the index of their keys, whatever was filtered, sorted or joined."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from support.tables import FORMS, KEPT, LABELS, Way, assert_signed

pytestmark = pytest.mark.engines


def _joined(frame: Any) -> pa.Table:
    return pa.Table.from_pandas(frame.merge(LABELS.to_pandas(), on="id"), preserve_index=False)


def _kept(table: pa.Table, **options: Any) -> Any:
    frame = table.to_pandas(**options)
    return frame[frame["id"].isin(KEPT)].sort_values("id", ascending=False)


def _assign(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table)
    return _joined(frame.assign(url=job(frame["key"])))


def _set_column(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table).copy()
    frame["url"] = job(frame["key"])
    return _joined(frame)


def _on(job: Any, table: pa.Table) -> pa.Table:
    return _joined(job.on("key", "url")(_kept(table)))


def _objects(job: Any, table: pa.Table) -> pa.Table:
    frame = _kept(table)
    frame = frame.astype({"key": object})
    return _joined(frame.assign(url=job(frame["key"])))


def _arrow_types(job: Any, table: pa.Table) -> pa.Table:
    import pandas as pd

    frame = _kept(table, types_mapper=pd.ArrowDtype)
    return _joined(frame.assign(url=job(frame["key"])))


def _chunks(job: Any, table: pa.Table) -> pa.Table:
    import pandas as pd

    frame = _kept(table)
    parts = [frame[start : start + 7] for start in range(0, len(frame) + 1, 7)]
    return _joined(pd.concat(map(job.on("key", "url"), parts)))


WAYS: list[Way] = [_assign, _set_column, _on, _objects, _arrow_types, _chunks]


@pytest.mark.parametrize(
    "form", [form for form in FORMS if form != "view"]
)  # of which pandas can take no rows
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__[1:])
def test_each_row_gets_the_url_of_its_key(way: Way, form: str, job: Any) -> None:
    assert_signed(way, form, job)


@pytest.mark.parametrize("kind", ["str", "string[python]", "string[pyarrow]", "object", "category"])
def test_a_series_keeps_what_pandas_knows_of_it(kind: str, job: Any) -> None:
    import pandas as pd

    keys = pd.Series(["a", None, "c"], index=[7, 7, -1], name="key", dtype=kind)
    urls = job(keys)
    assert urls.index.equals(keys.index)
    assert urls.name == "key"
    assert pd.isna(urls.iloc[1])
    assert urls.dtype == ("str" if kind == "category" else keys.dtype)
