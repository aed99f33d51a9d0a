"""Files that are written batch by batch, in each format."""

from __future__ import annotations

import gzip
import json
import math
from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from ._errors import BulkError
from ._formats import Format

_GZIP_LEVEL = 6
_LINES = 16_384  # that are joined at a time
_TO_ESCAPE = r'["\\\x00-\x1f]'


class Writer:
    """An open file of one format, made by `open_writer`."""

    def __init__(self, write: Callable[[Any], object], close: Callable[[], object]) -> None:
        self.write = write
        self.close = close


def open_writer(stream: Any, form: Format, schema: Any, url: str, *, header: bool = True) -> Writer:
    """Returns a writer of tables.

    Args:
        stream: An open file of pyarrow; closed by the writer.
        form: The format.
        schema: The schema of the tables, which `written` gives.
        url: Name of the column of URLs.
        header: Whether a CSV file begins with the names of its columns.

    Raises:
        BulkError: The format cannot hold these columns.
    """
    if form.name == "parquet":
        return _parquet(stream, schema, url)
    if form.name == "arrow":
        return _arrow(stream, schema)
    stream = _compressed(stream, form.compression)
    return _MAKERS[form.name](stream, schema, url, header)


def open_lines(stream: Any, form: Format, schema: Any) -> Any:
    """Returns an open file for lines of this format, behind the names of the columns of CSV."""
    stream = _compressed(stream, form.compression)
    if form.name == "csv":
        head = pa.BufferOutputStream()
        pyarrow.csv.write_csv(schema.empty_table(), head, _csv_options(header=True))
        stream.write(head.getvalue())
    return stream


def written(schema: Any, form: Format, url: str) -> Any:
    """Returns the schema that a file of this format gets for tables of `schema`.

    Raises:
        BulkError: It cannot hold them.
    """
    if form.name == "txt":
        return pa.schema([schema.field(url)])
    if form.name == "csv":
        for field in schema:
            if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
                raise BulkError(
                    None, f"column {field.name!r} holds {field.type}, which CSV cannot hold; "
                    "leave it out by keep, or write another format",
                )  # fmt: skip
    if form.name != "jsonl":
        schema = pa.schema([_as_written(field, form) for field in schema], schema.metadata)
    return schema


def _as_written(field: Any, form: Format) -> Any:
    """Returns a field as files can hold it.

    Dictionaries in Arrow would have to be those of the first batch.
    """
    kind = field.type
    if pa.types.is_dictionary(kind) and form.name != "parquet":
        return field.with_type(kind.value_type)
    return field.with_type(pa.large_string()) if pa.types.is_string_view(kind) else field


def _compressed(stream: Any, compression: str | None) -> Any:
    if compression == "gzip":
        return _Gzip(stream)
    return stream if compression is None else pa.CompressedOutputStream(stream, compression)


class _Gzip(gzip.GzipFile):
    """A gzip file that closes the one below; that of pyarrow knows its slowest level only."""

    def __init__(self, stream: Any) -> None:
        super().__init__("", "wb", _GZIP_LEVEL, stream, 0)
        self._below = stream

    def close(self) -> None:
        super().close()
        self._below.close()


def _parquet(stream: Any, schema: Any, url: str) -> Writer:
    """URLs differ in each row and hold a signature: neither dictionary nor statistics help."""
    others = [name for name in schema.names if name != url]
    file = pq.ParquetWriter(
        stream,
        schema,
        compression="zstd",
        compression_level=1,  # whose files of URLs are the smallest below level 19
        use_dictionary=others or False,
        write_statistics=others or False,
    )

    def close() -> None:
        file.close()
        stream.close()

    return Writer(lambda table: file.write_table(_cast(table, schema)), close)


def _cast(table: Any, schema: Any) -> Any:
    return table if table.schema.equals(schema) else table.cast(schema)


def _arrow(stream: Any, schema: Any) -> Writer:
    file = pa.ipc.new_file(stream, schema)

    def close() -> None:
        file.close()
        stream.close()

    return Writer(lambda table: file.write_table(_cast(table, schema)), close)


def _csv(stream: Any, schema: Any, url: str, header: bool) -> Writer:
    file = pyarrow.csv.CSVWriter(stream, schema, write_options=_csv_options(header=header))

    def write(table: Any) -> None:
        table = _cast(table, schema)
        if len(schema) == 1:  # an empty line, which many readers skip, would lose the row
            table = table.set_column(0, schema.field(0), table.column(0).fill_null(""))
        file.write_table(table)

    def close() -> None:
        file.close()
        stream.close()

    return Writer(write, close)


def _csv_options(*, header: bool) -> Any:
    return pyarrow.csv.WriteOptions(include_header=header, quoting_style="needed")


def _txt(stream: Any, schema: Any, url: str, header: bool) -> Writer:
    del schema, header
    return Writer(lambda table: _write_lines(stream, table.column(url)), stream.close)


def _jsonl(stream: Any, schema: Any, url: str, header: bool) -> Writer:
    del header

    def write(whole: Any) -> None:
        for start in range(0, whole.num_rows, _LINES):
            write_part(whole.slice(start, _LINES))

    def write_part(table: Any) -> None:
        parts: list[Any] = []
        for number, name in enumerate(schema.names):
            parts += [("," if number else "{") + json.dumps(name, ensure_ascii=False) + ":"]
            column = table.column(number)
            parts += [_as_json(column.combine_chunks(), is_plain=name == url)]
        texts = [part if isinstance(part, str) else part.cast(pa.large_string()) for part in parts]
        scalars = [pa.scalar(t, pa.large_string()) if isinstance(t, str) else t for t in texts]
        ends = [pa.scalar(end, pa.large_string()) for end in ("}", "")]
        _write_lines(stream, pc.binary_join_element_wise(*scalars, *ends))

    return Writer(write, stream.close)


_MAKERS = {"csv": _csv, "txt": _txt, "jsonl": _jsonl}


def _write_lines(stream: Any, texts: Any) -> None:
    """Writes lines of text, some megabytes at a time; nulls are empty lines."""
    if texts.null_count:
        texts = texts.fill_null("")
    texts = texts.cast(pa.string())
    texts = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
    for start in range(0, len(texts), _LINES):
        ends = pa.array([start, min(start + _LINES, len(texts))], pa.int32())
        lines = pc.binary_join(pa.ListArray.from_arrays(ends, texts), "\n")
        stream.write(lines[0].as_buffer())
        stream.write(b"\n")


def _as_json(column: Any, *, is_plain: bool) -> Any:
    """Returns the JSON texts of a column."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _as_json(column.cast(kind.value_type), is_plain=is_plain)
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        text = column.cast(pa.large_string())
        if is_plain or not pc.any(pc.match_substring_regex(text, _TO_ESCAPE)).as_py():
            quote = pa.scalar('"', pa.large_string())
            empty = pa.scalar("", pa.large_string())
            return pc.binary_join_element_wise(quote, text, quote, empty).fill_null("null")
    elif pa.types.is_integer(kind) or pa.types.is_boolean(kind):
        return column.cast(pa.string()).fill_null("null")
    texts = [json.dumps(_finite(v), ensure_ascii=False, default=str) for v in column.to_pylist()]
    return pa.array(texts, pa.large_string())


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value
