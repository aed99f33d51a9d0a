"""What the tests of bulk jobs share: a job at a fixed second, and files of keys in each format."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.orc
import pyarrow.parquet as pq

from ossign_fast import Credentials, Signer
from support.signing import ID, NOW, SECRET, wanted

SIGNER = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=Credentials(ID, SECRET))
#: Keys that each format has to carry unharmed, and a null.
KEYS: tuple[str | None, ...] = (
    "plain.txt",
    "a b/c+d%20.txt",
    'quote"and,comma;.txt',
    "中文/é.jpg",
    None,
    "back\\slash\ttab",
    "{'key': null}",
)
ROWS: tuple[dict[str, Any], ...] = tuple(
    {"key": key, "size": number, "note": f"{number:03}"} for number, key in enumerate(KEYS)
)


def job_of(operation: str = "GetObject", on_error: str = "raise", **options: Any) -> Any:
    """Returns a job that signs at the second of the oracle's case."""
    return SIGNER.job(operation, signing_time=NOW, on_error=on_error, **options)


def urls_of(keys: Sequence[str | None], **changes: Any) -> list[str | None]:
    """Returns what the oracle makes of keys; None of None."""
    return [None if key is None else wanted(key, **changes) for key in keys]


def write_rows(path: Path, rows: Sequence[dict[str, Any]] = ROWS) -> Path:
    """Writes rows into a file of the format that its name tells, with other means than ours."""
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    suffix = name.rpartition(".")[2]
    if suffix in _TABLES:
        _TABLES[suffix](pa.Table.from_pylist(list(rows)), path)
        return path
    text = _TEXTS[suffix](rows).encode()
    if path.name.endswith(".gz"):
        text = gzip.compress(text)
    if path.name.endswith(".zst"):
        text = zstd(text)
    path.write_bytes(text)
    return path


def zstd(data: bytes) -> bytes:
    """Returns bytes compressed as a file of zstd."""
    sink = pa.BufferOutputStream()
    with pa.CompressedOutputStream(sink, "zstd") as stream:
        stream.write(data)
    return bytes(sink.getvalue())


def _write_arrow(table: Any, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_file(file, table.schema) as writer:
        writer.write_table(table, 3)


def _write_stream(table: Any, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        writer.write_table(table, 3)


_TABLES = {
    "parquet": lambda table, path: pq.write_table(table, path, row_group_size=3),
    "orc": lambda table, path: pyarrow.orc.write_table(table, str(path)),
    "arrow": _write_arrow,
    "arrows": _write_stream,
}


def _csv(rows: Sequence[dict[str, Any]]) -> str:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]) if rows else ["key"])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


_TEXTS = {
    "csv": _csv,
    "jsonl": lambda rows: "".join(json.dumps(row) + "\n" for row in rows),
    "txt": lambda rows: "".join(f"{row['key'] or ''}\n" for row in rows),
}


def read_rows(path: Path) -> list[dict[str, Any]]:
    """Reads a file back, with other means than ours; of CSV all values are text or None."""
    name = path.name.removesuffix(".gz").removesuffix(".zst")
    suffix = name.rpartition(".")[2]
    if suffix == "parquet":
        return list(pq.read_table(path).to_pylist())
    if suffix == "arrow":
        with pa.OSFile(str(path)) as file:
            return list(pa.ipc.open_file(file).read_all().to_pylist())
    data = path.read_bytes()
    if path.name.endswith(".gz"):
        data = gzip.decompress(data)
    if path.name.endswith(".zst"):
        with pa.CompressedInputStream(pa.BufferReader(data), "zstd") as stream:
            data = stream.read()
    text = data.decode()
    if suffix == "csv":
        found = csv.DictReader(io.StringIO(text, newline=""))
        return [{name: value or None for name, value in row.items()} for row in found]
    if suffix == "jsonl":
        return [json.loads(line) for line in text.split("\n")[:-1]]
    return [{"url": line or None} for line in text.split("\n")[:-1]]
