"""Tables of keys in the forms that engines hand them over, and the URLs that must come of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Any

import pyarrow as pa

from support.signing import SECRET, wanted_at

#: Takes a job and a table with the columns "id" and "key"; filters, signs and joins in the idiom of
#: an engine; and returns a table with the columns "id", "label" and "url".
Way = Callable[[Any, pa.Table], pa.Table]

ROWS = 60
#: What every pipeline leaves out before it signs, so that rows get other positions: `id % 3 == 1`.
KEPT = [number for number in range(ROWS) if number % 3 != 1]
#: What it joins the signed rows with, in another order.
LABELS = pa.table(
    {"id": list(range(ROWS))[::-1], "label": [f"label {number}" for number in range(ROWS)][::-1]}
)


def key_of(number: int) -> str:
    return (f"plain/{number}.jpg", f"a b/{number}+%.jpg", f"é/文件/{number}", "the same")[
        number % 4
    ]


KEYS = [key_of(number) for number in range(ROWS)]
WITH_NULLS = [None if number % 5 == 2 else key for number, key in enumerate(KEYS)]


def _table(keys: Any, kind: pa.DataType | None = None) -> pa.Table:
    return pa.table({"id": pa.array(range(len(keys)), pa.int64()), "key": pa.array(keys, kind)})


def _chunked() -> pa.Table:
    table = _table(WITH_NULLS)
    cuts = (0, 1, 1, 20, 41, ROWS)
    parts = [table.slice(a, b - a) for a, b in pairwise(cuts)]
    return pa.concat_tables(parts)


def _sliced() -> pa.Table:
    around = _table(["x" * 9, None, *WITH_NULLS, "y"])
    table = around.slice(2, ROWS)
    return table.set_column(0, "id", pa.array(range(ROWS), pa.int64()))


FORMS: dict[str, Callable[[], pa.Table]] = {
    "string": lambda: _table(KEYS, pa.string()),
    "nulls": lambda: _table(WITH_NULLS, pa.string()),
    "large": lambda: _table(WITH_NULLS, pa.large_string()),
    "view": lambda: _table(WITH_NULLS, pa.string_view()),
    "chunked": _chunked,
    "sliced": _sliced,
    "dictionary": lambda: _table(WITH_NULLS, pa.dictionary(pa.int32(), pa.string())),
    "all null": lambda: _table([None] * ROWS, pa.string()),
    "one row": lambda: _table(KEYS[:1], pa.string()),
    "empty": lambda: _table([], pa.string()),
}


def wanted_rows(table: pa.Table, second: float) -> list[tuple[int, str, str | None]]:
    """Returns id, label and URL of the rows that are kept, signed by the oracle for `second`."""
    pairs = zip(table["id"].to_pylist(), table["key"].to_pylist(), strict=True)
    return [
        (number, f"label {number}", None if key is None else _wanted(second, key))
        for number, key in pairs
        if number % 3 != 1
    ]


def _wanted(second: float, key: str) -> str:
    return wanted_at(second, key, expires_seconds=3600)


def assert_signed(way: Way, form: str, job: Any) -> None:
    """Asserts that a way to sign a table gives each row that is kept the URL of its own key."""
    table = FORMS[form]()
    signed = way(job, table)
    columns = (signed[name].to_pylist() for name in ("id", "label", "url"))
    assert sorted(zip(*columns, strict=True)) == wanted_rows(table, job.signing_time.timestamp())


def parts_of(table: pa.Table, rows: int = 16) -> Iterator[pa.Table]:
    """Returns the table in slices, the last of which has no rows."""
    for start in (*range(0, len(table), rows), len(table)):
        yield table.slice(start, rows)


def assert_nothing_secret(*texts: str) -> None:
    """Asserts that what an engine shows of its work holds something, but no secret of a job."""
    for text in texts:
        assert text
        assert SECRET not in text
        assert "signature" not in text.lower()
