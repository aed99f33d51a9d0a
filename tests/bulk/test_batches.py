"""Record batches in, record batches out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.dataset
import pytest

from ossign_fast import VARIES, bulk
from support.bulk import KEYS, job_of, urls_of, write_rows
from support.signing import wanted


def rows_of(batches: Iterator[Any]) -> list[dict[str, Any]]:
    return [row for batch in batches for row in batch.to_pylist()]


def table() -> Any:
    return pa.table({"key": KEYS, "n": range(len(KEYS))})


SOURCES = {
    "table": table,
    "reader": lambda: table().to_reader(2),
    "batches": lambda: iter(table().to_batches(2)),
    "tables": lambda: [table().slice(0, 3), table().slice(3)],
    "scanner": lambda: pyarrow.dataset.dataset(table()).scanner(batch_size=2),
}


@pytest.mark.parametrize("make", SOURCES.values(), ids=SOURCES)
@pytest.mark.parametrize("threads", [1, 2])
def test_what_gives_batches(make: Any, threads: int) -> None:
    rows = rows_of(bulk.sign_batches(job_of(), make(), threads=threads))
    urls = urls_of(KEYS)
    assert rows == [
        {"key": key, "n": n, "url": url}
        for n, (key, url) in enumerate(zip(KEYS, urls, strict=True))
    ]


def test_datasets(tmp_path: Path) -> None:
    for number in range(2):
        write_rows(tmp_path / f"{number}.parquet")
    dataset = pyarrow.dataset.dataset(tmp_path)
    rows = rows_of(bulk.sign_batches(job_of(), dataset, keep=[]))
    assert rows == [{"url": url} for url in urls_of(KEYS * 2)]
    reader = pa.RecordBatchReader.from_batches(
        pa.schema([("url", pa.string())]), bulk.sign_batches(job_of(), dataset, keep=[])
    )
    assert reader.read_all().num_rows == 2 * len(KEYS)


def test_no_more_is_read_than_is_asked_for() -> None:
    read = []

    def batches() -> Iterator[Any]:
        for number in range(100):
            read.append(number)
            yield pa.table({"key": [f"{number}"] * 65_536})

    for threads in (1, 2):
        read.clear()
        found = bulk.sign_batches(job_of(), batches(), threads=threads)
        next(found)
        found.close()  # type: ignore[attr-defined]
        assert len(read) <= threads + 3


def test_columns_and_errors() -> None:
    parts = pa.table({"key": ["a", "a"], "part": [1, 2], "more": [0, 0]})
    job = job_of("UploadPart", upload_id="u", part_number=VARIES)
    (batch,) = bulk.sign_batches(job, parts, columns={"part_number": "part"}, keep=["part"])
    queries = [{"partNumber": str(n), "uploadId": "u"} for n in (1, 2)]
    urls = [wanted("a", op="UploadPart", query=query) for query in queries]
    assert batch.to_pylist() == [{"part": n, "url": url} for n, url in enumerate(urls, 1)]
    bad = [pa.table({"key": ["a"] * 70_000}), pa.table({"key": ["a", "/"]})]
    with pytest.raises(bulk.BulkError, match=r"^row 70001: key: "):
        list(bulk.sign_batches(job_of(), bad))
    with pytest.raises(bulk.BulkError, match=r"^column 'name' is missing; there are 'key'"):
        list(bulk.sign_batches(job_of(), [pa.table({"key": ["a"]})], key="name"))
