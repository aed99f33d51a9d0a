"""Inventories of buckets: their manifests, and keys that stand encoded in them."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq
import pytest

from ossign_fast import bulk
from support.bulk import job_of, read_rows, urls_of

NAMES = ("photos/a b+c.jpg", "中文/é%2F.txt", "plain.txt", "100%/%20", 'a\\b,"c"')
OSS = {"destinationBucket": "reports", "version": "2019-09-01"}
S3 = {"destinationBucket": "arn:aws:s3:::reports", "version": "2016-11-30"}


def write_inventory(folder: Path, kind: dict[str, str], data: bytes, form: str) -> Path:
    """Lays an inventory out as the bucket of reports has it; returns the manifest."""
    key = f"reports/examplebucket/daily/data/0001{'.csv.gz' if form == 'CSV' else f'.{form}'}"
    path = folder / key
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    manifest = folder / "reports/examplebucket/daily/2026-11-01T01-00Z/manifest.json"
    manifest.parent.mkdir()
    fields: dict[str, Any] = {
        **kind,
        "sourceBucket": "examplebucket",
        "fileFormat": form if form == "CSV" else form.title(),
        "fileSchema": "Bucket, Key, Size" if form == "CSV" else "message s3.inventory {}",
        "files": [{"key": key, "size": len(data), "MD5checksum": "x"}],
    }
    manifest.write_text(json.dumps(fields))
    return manifest


def lines(encode: Any) -> bytes:
    text = io.StringIO()
    csv.writer(text, quoting=csv.QUOTE_ALL).writerows(
        ["examplebucket", encode(name), str(number)] for number, name in enumerate(NAMES)
    )
    return gzip.compress(text.getvalue().encode())


def percent(name: str) -> str:
    return quote(name, safe="")


@pytest.mark.parametrize(
    ("kind", "encode", "settings"),
    [
        (S3, quote_plus, {}),
        (S3, lambda name: quote_plus(name, safe="/"), {}),
        (OSS, percent, {}),
        (OSS, quote, {}),
        (OSS, quote_plus, {"key_encoding": "form"}),
        (OSS, lambda name: quote(name, safe="/+"), {"key_encoding": "url"}),
        (OSS, str, {"key_encoding": "plain"}),
    ],
)
def test_csv_inventories(
    kind: dict[str, str], encode: Any, settings: dict[str, Any], tmp_path: Path
) -> None:
    manifest = write_inventory(tmp_path, kind, lines(encode), "CSV")
    for source in (manifest, manifest.parent):
        bulk.sign_file(job_of(), source, tmp_path / "u.csv", **settings)
        assert read_rows(tmp_path / "u.csv") == [
            {"Bucket": "examplebucket", "Key": name, "Size": str(number), "url": url}
            for number, (name, url) in enumerate(zip(NAMES, urls_of(NAMES), strict=True))
        ]


def test_a_plus_in_an_inventory_of_oss_is_not_guessed(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, OSS, lines(quote_plus), "CSV")
    with pytest.raises(bulk.BulkError) as caught:
        bulk.sign_file(job_of(), manifest, tmp_path / "u.csv")
    assert "row 0: key: holds a '+'" in str(caught.value)
    assert "key_encoding='form'" in str(caught.value)
    job = job_of(on_error="null")
    errors = tmp_path / "bad.jsonl"
    summary = bulk.sign_file(job, manifest, tmp_path / "u.csv", errors=errors)
    assert (summary.signed, summary.nulls, summary.refused_rows) == (len(NAMES) - 1, 0, 1)
    (bad,) = map(json.loads, errors.read_text().splitlines())
    assert (bad["row"], bad["key"]) == (0, quote_plus(NAMES[0]))


@pytest.mark.parametrize("form", ["parquet", "orc"])
def test_inventories_in_tables_hold_keys_as_they_are(form: str, tmp_path: Path) -> None:
    table = pa.table({"bucket": ["b"] * len(NAMES), "key": list(NAMES)})
    path = tmp_path / "data"
    if form == "parquet":
        pq.write_table(table, path)
    else:
        pyarrow.orc.write_table(table, str(path))
    manifest = write_inventory(tmp_path, S3, path.read_bytes(), form)
    bulk.sign_file(job_of(), manifest, tmp_path / "u.txt")
    assert [row["url"] for row in read_rows(tmp_path / "u.txt")] == urls_of(NAMES)


def test_files_may_lie_beside_the_manifest(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path / "there", S3, lines(quote_plus), "CSV")
    (data,) = (tmp_path / "there").rglob("*.csv.gz")
    manifest.rename(tmp_path / "manifest.json")
    data.rename(tmp_path / data.name)
    assert bulk.sign_file(job_of(), tmp_path, tmp_path / "u.txt").signed == len(NAMES)


@pytest.mark.parametrize("encoded", ["%zz", "a%2", "%ff", "%"])
@pytest.mark.parametrize("encoding", ["url", "form"])
def test_keys_that_are_not_encoded(encoded: str, encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "k.txt"
    path.write_text(f"fine\n{encoded}\n")
    with pytest.raises(bulk.BulkError, match=r"row 1: key: is not URL-encoded"):
        bulk.sign_file(job_of(), path, tmp_path / "u.txt", key_encoding=encoding)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ("[]", "is no manifest of an inventory of OSS or S3"),
        ("{", "is no JSON"),
        ({"files": 1}, "is no manifest of an inventory of OSS or S3"),
        ({"fileFormat": "xml"}, "is no manifest of an inventory of OSS or S3"),
        ({"fileSchema": "Bucket, Size"}, "fileSchema: names no column Key"),
        ({"files": [{}]}, "files: an entry has no key"),
        ({"files": [{"key": "../../x.csv.gz"}]}, "files: an entry has no key"),
        ({"files": [{"key": "data/none.csv.gz"}]}, "lists 'data/none.csv.gz', which is not here"),
    ],
)
def test_manifests_that_are_none(fields: Any, said: str, tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, OSS, lines(percent), "CSV")
    text = fields
    if isinstance(fields, dict):
        text = json.dumps({**json.loads(manifest.read_text()), **fields})
    manifest.write_text(text)
    with pytest.raises(bulk.BulkError) as caught:
        bulk.sign_file(job_of(), manifest, tmp_path / "u.csv")
    assert said in str(caught.value)


def test_a_file_of_another_size(tmp_path: Path) -> None:
    manifest = write_inventory(tmp_path, OSS, lines(percent), "CSV")
    (data,) = tmp_path.rglob("*.csv.gz")
    data.write_bytes(data.read_bytes() + b"\0")
    with pytest.raises(bulk.SourceError, match=r"has \d+ bytes, and manifest.json says \d+"):
        bulk.sign_file(job_of(), manifest, tmp_path / "u.csv")
