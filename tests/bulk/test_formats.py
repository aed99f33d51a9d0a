"""Each format in and out: all rows, in order, with the URLs of the oracle beside what they had."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ossign_fast import bulk
from support.bulk import KEYS, ROWS, job_of, read_rows, urls_of, write_rows

SOURCES = (
    "keys.parquet", "keys.orc", "keys.arrow", "keys.arrows", "keys.csv", "keys.csv.gz",
    "keys.csv.zst", "keys.jsonl", "keys.jsonl.gz", "keys.txt", "keys.txt.zst",
)  # fmt: skip
SINKS = (
    "urls.parquet", "urls.arrow", "urls.csv", "urls.csv.gz", "urls.csv.zst", "urls.jsonl",
    "urls.jsonl.zst", "urls.txt", "urls.txt.gz",
)  # fmt: skip
URLS = urls_of(KEYS)


def check(source: Path, sink: Path, **settings: Any) -> None:
    summary = bulk.sign_file(job_of(), source, sink, **settings)
    rows = read_rows(sink)
    assert [row["url"] for row in rows] == URLS
    assert (summary.rows, summary.signed, summary.nulls) == (len(KEYS), len(KEYS) - 1, 1)
    assert summary.outputs == (str(sink),)
    if ".txt" not in sink.name:
        assert [row["key"] for row in rows] == list(KEYS)
        if ".txt" not in source.name:
            notes = [row["note"] for row in ROWS]
            assert [row["note"] for row in rows] == notes  # 007 stays 007
            assert [str(row["size"]) for row in rows] == [str(row["size"]) for row in ROWS]
    assert sorted(path.name for path in sink.parent.iterdir()) == sorted([source.name, sink.name])


@pytest.mark.parametrize("name", SOURCES)
def test_sources(name: str, tmp_path: Path) -> None:
    check(write_rows(tmp_path / name), tmp_path / "urls.parquet")


@pytest.mark.parametrize("resume", [False, True])
@pytest.mark.parametrize("name", SINKS)
def test_sinks(name: str, resume: bool, tmp_path: Path) -> None:
    check(write_rows(tmp_path / "keys.parquet"), tmp_path / name, resume=resume, threads=2)


def test_what_a_file_is_called_can_be_overruled(tmp_path: Path) -> None:
    source = write_rows(tmp_path / "keys.csv").rename(tmp_path / "keys.dat")
    sink = tmp_path / "urls"
    bulk.sign_file(job_of(), source, sink, input_format="csv", format="jsonl")
    found = read_rows(sink.rename(tmp_path / "urls.jsonl"))
    assert [row["url"] for row in found] == URLS


@pytest.mark.parametrize("name", ["urls.parquet", "urls.csv", "urls.jsonl", "urls.arrow"])
def test_other_libraries_read_what_was_written(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    bulk.sign_file(job_of(), write_rows(tmp_path / "keys.parquet"), path)
    frames: dict[str, Any] = {
        "urls.parquet": (pd.read_parquet, pl.read_parquet),
        "urls.csv": (pd.read_csv, pl.read_csv),
        "urls.jsonl": (lambda file: pd.read_json(file, lines=True), pl.read_ndjson),
        "urls.arrow": (pd.read_feather, pl.read_ipc),
    }[name]
    for read in frames:
        column = read(path)["url"]
        texts = column.to_list()
        assert [text if isinstance(text, str) else None for text in texts] == URLS
    if name != "urls.arrow":
        assert [url for (url,) in duckdb.sql(f"select url from '{path}'").fetchall()] == URLS


@pytest.mark.parametrize("name", ["urls.csv", "urls.csv.gz"])
def test_a_null_alone_in_its_line_of_csv_keeps_its_row(name: str, tmp_path: Path) -> None:
    source = tmp_path / "keys.csv"
    source.write_text("key\na\n\nb\n\n")
    path = tmp_path / name
    summary = bulk.sign_file(job_of(), source, path, keep=[])
    assert (summary.rows, summary.nulls) == (4, 2)
    wanted = urls_of(["a", None, "b", None])
    for column in (pd.read_csv(path)["url"], pl.read_csv(path)["url"]):
        assert [text if isinstance(text, str) and text else None for text in column] == wanted


def test_parquet_is_written_as_urls_want_it(tmp_path: Path) -> None:
    path = tmp_path / "urls.parquet"
    source = tmp_path / "keys.parquet"
    table = pa.table({"key": ["a", "b"] * 50, "kind": ["x"] * 100})
    table = table.replace_schema_metadata({"owner": "me"})
    pq.write_table(table, source)
    bulk.sign_file(job_of(), source, path)
    file = pq.ParquetFile(path)
    by_name = {
        column.path_in_schema: column for column in map(file.metadata.row_group(0).column, range(3))
    }
    assert {column.compression for column in by_name.values()} == {"ZSTD"}
    assert "PLAIN_DICTIONARY" not in by_name["url"].encodings
    assert "RLE_DICTIONARY" not in by_name["url"].encodings
    assert by_name["url"].statistics is None
    assert "RLE_DICTIONARY" in by_name["kind"].encodings
    assert by_name["kind"].statistics.max == "x"
    assert file.schema_arrow.metadata[b"owner"] == b"me"


@pytest.mark.parametrize(
    "kind",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())],
    ids=str,
)
@pytest.mark.parametrize("name", ["urls.parquet", "urls.csv", "urls.jsonl", "urls.arrow"])
def test_keys_of_each_type_of_text(kind: Any, name: str, tmp_path: Path) -> None:
    source = tmp_path / "keys.arrow"
    table = pa.table({"key": pa.array(KEYS, pa.string()).cast(kind)})
    with pa.OSFile(str(source), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table)
    bulk.sign_file(job_of(), source, tmp_path / name)
    rows = read_rows(tmp_path / name)
    assert rows == [{"key": key, "url": url} for key, url in zip(KEYS, URLS, strict=True)]


def test_json_of_all_kinds_of_values(tmp_path: Path) -> None:
    rows = [
        {"key": "a", "n": 1, "x": 0.5, "yes": True, "t": "2024-01-01T00:00:00Z", "l": [1, "ü"][:1]},
        {"key": "b", "n": None, "x": None, "yes": False, "t": 'a"\\\n\u0001', "l": None},
    ]
    source = write_rows(tmp_path / "keys.jsonl", rows)
    bulk.sign_file(job_of(), source, tmp_path / "urls.jsonl")
    urls = urls_of(["a", "b"])
    expected = [{**row, "url": url} for row, url in zip(rows, urls, strict=True)]
    assert read_rows(tmp_path / "urls.jsonl") == expected


def test_csv_cannot_hold_lists(tmp_path: Path) -> None:
    source = tmp_path / "keys.parquet"
    pq.write_table(pa.table({"key": ["a"], "tags": [["x"]]}), source)
    with pytest.raises(bulk.BulkError, match=r"column 'tags' holds list<.*keep"):
        bulk.sign_file(job_of(), source, tmp_path / "urls.csv")
    bulk.sign_file(job_of(), source, tmp_path / "urls.csv", keep=["key"])
    assert read_rows(tmp_path / "urls.csv") == [{"key": "a", "url": urls_of(["a"])[0]}]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["keys.parquet", "urls.csv"]


@pytest.mark.parametrize("threads", [1, 3])
def test_many_batches_keep_their_order(threads: int, tmp_path: Path) -> None:
    keys = [f"key-{number}" for number in range(150_000)]
    source = tmp_path / "keys.parquet"
    pq.write_table(pa.table({"key": keys}), source, row_group_size=70_000)
    bulk.sign_file(job_of(), source, tmp_path / "urls.parquet", threads=threads)
    table = pq.read_table(tmp_path / "urls.parquet")
    assert table.column("key").to_pylist() == keys
    urls = table.column("url").to_pylist()
    assert all(f"/{key}?" in url for key, url in zip(keys, urls, strict=True))
    assert urls[::15_000] == urls_of(keys[::15_000])


@pytest.mark.parametrize("resume", [False, True])
def test_folders_get_files_in_order(
    resume: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ossign_fast.bulk import _limits

    for limit in ("PART_ROWS", "PIECE_ROWS", "BATCH_ROWS"):
        monkeypatch.setattr(_limits, limit, 2)
    (tmp_path / "in").mkdir()
    for name in ("a.parquet", "b.jsonl", ".hidden.parquet", "_SUCCESS"):
        write_rows(tmp_path / "in" / name) if "." in name else (tmp_path / "in" / name).touch()
    sink = tmp_path / "out"
    summary = bulk.sign_file(
        job_of(), tmp_path / "in", f"{sink}/", format="csv", threads=2, resume=resume
    )
    assert summary.rows == 2 * len(KEYS)
    assert list(map(str, sorted(sink.iterdir()))) == list(summary.outputs)
    assert len(summary.outputs) > 4
    rows = [row for path in summary.outputs for row in read_rows(Path(path))]
    assert [row["url"] for row in rows] == URLS * 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "out"]
    with pytest.raises(bulk.BulkError, match="holds files"):
        bulk.sign_file(job_of(), tmp_path / "in", sink)
