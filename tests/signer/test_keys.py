"""Keys that were pasted or read with something that does not belong to them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest

from ossign_fast import OssignKeyWarning, RequestError
from support.engines import Engine
from support.signing import signer_of, wanted

ENDS = ["a.txt\n", "a.txt\r", "a.txt\r\n", "\n"]


@pytest.mark.parametrize("key", ENDS)
@pytest.mark.parametrize("version", ["v4", "v1"])
def test_line_breaks_at_the_end_are_refused(engine: Engine, key: str, version: str) -> None:
    signer = signer_of(engine, signature_version=version)
    bound = signer.bind("GetObject")
    calls: list[Any] = [
        lambda: signer.presign("GetObject", key),
        lambda: bound.url(key),
        lambda: signer.sign_headers("GetObject", key),
        lambda: signer.presign_many("GetObject", ["a", key]),
        lambda: signer.presign_many("GetObject", pa.array(["a", key])),
        lambda: signer.presign_many("GetObject", np.array(["a", key])),
    ]
    for row, call in zip([None, None, None, 1, 1, 1], calls, strict=True):
        with pytest.raises(RequestError, match="ends in a line break") as caught:
            call()
        assert (caught.value.field, caught.value.row) == ("key", row)


@pytest.mark.parametrize("key", ENDS)
def test_line_breaks_are_signed_on_demand(engine: Engine, key: str) -> None:
    signer = signer_of(engine, strict_keys=False)
    assert signer.presign("GetObject", key).url == wanted(key)
    assert signer.presign_many("GetObject", [key]) == [wanted(key)]
    inside = f"a{key}b"
    assert signer_of(engine).presign("GetObject", inside).url == wanted(inside)


@pytest.mark.parametrize("kind", ["text", "binary", "disk"])
def test_open_files_are_no_columns(engine: Engine, kind: str, tmp_path: Path) -> None:
    signer = signer_of(engine)
    (tmp_path / "keys").write_text("a\nb\n")
    with (tmp_path / "keys").open() as disk:
        file = {"text": io.StringIO("a\n"), "binary": io.BytesIO(b"a\n"), "disk": disk}[kind]
        with pytest.raises(RequestError, match=r"^keys: is a file, .* file.read\(\).splitlines"):
            signer.presign_many("GetObject", file)


TABLES = [
    pa.table({"key": ["a"]}),
    pa.record_batch({"key": ["a"]}),
    pl.DataFrame({"key": ["a"]}),
    np.array([["a"], ["b"]]),
]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: type(table).__name__)
def test_tables_are_no_columns(engine: Engine, table: Any) -> None:
    signer = signer_of(engine)
    with pytest.raises(RequestError, match=r"^keys: must be a sequence .* not a table; give one"):
        signer.presign_many("GetObject", table)
    column = table[:, 0] if isinstance(table, np.ndarray) else table["key"]
    assert signer.presign_many("GetObject", column)[0] == wanted("a")


def test_lines_go_to_an_open_file(engine: Engine, tmp_path: Path) -> None:
    batch = signer_of(engine).presign_many("GetObject", ["a"])
    for path in (str(tmp_path / "urls"), tmp_path / "urls"):
        with pytest.raises(TypeError, match=r"^file: must be an open file; .* open\(path, 'w'\)"):
            batch.write_lines(path)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


PASTED = {
    "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.jpg": "looks like a URL",
    "oss://examplebucket/a.jpg": "looks like a URL",
    "a.jpg?x-oss-process=image/resize,w_100": "looks like a query",
    "a.jpg?v=1&versionId=2": "looks like a query",
}


@pytest.mark.parametrize("key", PASTED)
def test_what_was_pasted_as_a_key_is_signed_with_a_hint(engine: Engine, key: str) -> None:
    signer = signer_of(engine)
    calls: list[Any] = [
        lambda: signer.presign("GetObject", key).url,
        lambda: signer.presign_many("GetObject", [key])[0],
        lambda: signer.bind("GetObject").urls(pa.array([key]))[0],
    ]
    for call in calls:
        with pytest.warns(OssignKeyWarning, match=PASTED[key]) as caught:
            assert call() == wanted(key)
        assert [warning.filename for warning in caught] == [__file__]
    with pytest.warns(OssignKeyWarning, match=PASTED[key]):
        signer.sign_headers("GetObject", key)
    assert signer_of(engine, strict_keys=False).presign("GetObject", key).url == wanted(key)


@pytest.mark.parametrize("key", ["1a://b", "what?", "a?b=c", "://", "x-oss-process=1", "?"])
def test_no_hint_where_a_key_is_as_likely(engine: Engine, key: str) -> None:
    assert signer_of(engine).presign("GetObject", key).url == wanted(key)
