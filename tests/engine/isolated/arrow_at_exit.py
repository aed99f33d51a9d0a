"""Ends the interpreter while Arrow arrays of a batch are alive: `python arrow_at_exit.py LIBRARY`.

The references are kept where they go early, late or never: in a module, in a cycle, and in C.
"""

from __future__ import annotations

import ctypes
import sys
from typing import Any

from ossign_fast import Credentials, Signer

signer = Signer(region="cn-hangzhou", bucket="bucket", credentials=Credentials("id", "secret"))
batch = signer.presign_many("GetObject", ["a", None, "c"] * 2000, nulls="keep")  # type: ignore[list-item]


def of_pyarrow() -> Any:
    import pyarrow

    return [pyarrow.array(batch), pyarrow.array(batch[5:]), pyarrow.table({"url": batch})]


def of_polars() -> Any:
    import polars
    import pyarrow

    return [polars.Series(batch), polars.Series(pyarrow.array(batch[5:]))]


def of_duckdb() -> Any:
    import duckdb
    import pyarrow

    connection = duckdb.connect()
    connection.register("urls", pyarrow.table({"url": pyarrow.array(batch)}))
    return [connection, connection.sql("select * from urls").fetchall()]


def of_capsules() -> Any:
    return [batch.__arrow_c_array__(), batch.__arrow_c_schema__(), batch.__arrow_c_stream__()]


def of_columns() -> Any:
    """Batches that keep what was imported."""
    import numpy
    import pyarrow

    columns = pyarrow.array(["a/b"] * 6000), numpy.array(["a/b"] * 6000)
    return [signer.presign_many("PutObject", ["k"] * 6000, content_type=c) for c in columns]


def of_modules() -> Any:
    kept = of_capsules()
    print(*{name.partition(".")[0] for name in sys.modules})
    return kept


class Cycle:
    """Goes only when the collector comes, which is after most modules."""

    def __init__(self, kept: Any) -> None:
        self.kept, self.self = kept, self


exported = globals()[f"of_{sys.argv[1]}"]
late = exported()
if sys.argv[1] != "duckdb":  # which complains of its own objects that live on
    cycle = Cycle(exported())
    sys.kept_for_ever = exported()  # type: ignore[attr-defined]
    immortal = exported()
    ctypes.pythonapi.Py_IncRef(ctypes.py_object(immortal))
print("alive")
