"""The formats of lines: lists of keys, CSV and JSON lines, as tables."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.json

from ._errors import BulkError, SourceError
from ._layout import Source
from ._lines import BOM, Behind, blocks, decoded_text

_CSV_BLOCK = 1 << 21
_CSV_ROW = re.compile(r"Row #(\d+): (.*)")


def read_txt(file: Any, source: Source, texts: Sequence[str]) -> tuple[Any, Iterator[Any]]:
    """Returns schema and tables of a file with a key on each line; an empty line is a null."""
    schema = pa.schema([("key", pa.large_string())])
    return schema, (pa.table([keys], schema=schema) for keys in _lines_of(file, source.path))


def _lines_of(file: Any, path: str) -> Iterator[Any]:
    line = 0
    for block in blocks(file, path):
        text = decoded_text(block, path, line).replace("\r\n", "\n").removesuffix("\n")
        keys = pc.list_flatten(pc.split_pattern(pa.array([text], pa.large_string()), "\n"))
        if text.startswith("\n") or text.endswith("\n") or "\n\n" in text or not text:
            keys = pc.if_else(pc.equal(keys, ""), pa.scalar(None, keys.type), keys)
        yield keys
        line += len(keys)


def read_csv(file: Any, source: Source, texts: Sequence[str]) -> tuple[Any, Iterator[Any]]:
    """Returns schema and tables of a CSV file, whose columns are text; what is empty is null."""
    head = file.read(_CSV_BLOCK).removeprefix(BOM)
    names = _header(head, source.path) if source.names is None else list(source.names)
    if not head:
        return pa.schema([(name, pa.string()) for name in names or ["key"]]), iter(())
    if len(set(names)) < len(names):
        raise BulkError(source.path, "has two columns of one name; give each its own")
    schema = pa.schema([(name, pa.string()) for name in names])
    return schema, _csv_tables(Behind(head, file), source.path, schema, source.names is None)


def _header(head: bytes, path: str) -> list[str]:
    text = head.decode(errors="surrogateescape")
    names = next(csv.reader(io.StringIO(text, newline="")), [])
    if not all(map(str.isascii, names)):
        decoded_text("".join(names).encode(errors="surrogateescape"), path, 0)
    return names


def _csv_tables(file: Any, path: str, schema: Any, has_names: bool) -> Iterator[Any]:
    options = pyarrow.csv.ReadOptions(
        use_threads=False,
        block_size=_CSV_BLOCK,
        column_names=None if has_names else schema.names,
    )
    one = len(schema) == 1
    try:
        reader = pyarrow.csv.open_csv(
            pa.PythonFile(file, mode="r"),
            read_options=options,
            parse_options=pyarrow.csv.ParseOptions(
                newlines_in_values=True, ignore_empty_lines=not one
            ),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types=schema, strings_can_be_null=True, null_values=[""]
            ),
        )
        for batch in reader:
            yield pa.table(batch)
    except pa.ArrowInvalid as error:
        raise _csv_error(error, path, has_names) from None


def _csv_error(error: Exception, path: str, has_names: bool) -> SourceError:
    text = str(error).partition("\n")[0]
    found = _CSV_ROW.search(text)
    if "straddling" in text:
        text = f"has a row of more than {_CSV_BLOCK >> 20} MiB, or a quote that is not closed"
        return SourceError(path, text)
    if found is not None and "UTF8" in text:
        return SourceError(path, "is not UTF-8", row=int(found[1]) - 1 - has_names)
    if found is None:
        return SourceError(path, f"cannot be read: {text[:200]}")
    return SourceError(path, found[2].partition(": ")[0][:200], row=int(found[1]) - 1 - has_names)


def read_jsonl(file: Any, source: Source, texts: Sequence[str]) -> tuple[Any, Iterator[Any]]:
    """Returns schema and tables of a file with a JSON object on each line.

    The columns are those of the first lines. What looks like a time stays text.
    """
    path = source.path
    parts = (block for block in blocks(file, path) if block.strip())
    first = next(parts, b"")
    if not first:
        return pa.schema([(name, pa.string()) for name in texts or ["key"]]), iter(())
    given = pa.schema([(name, pa.string()) for name in texts])
    found = _json_table(first, path, given, "infer", 0).schema
    schema = pa.schema([field.with_type(_as_written(field.type)) for field in found])
    unexpected = "error" if source.wants_all else "ignore"

    def tables() -> Iterator[Any]:
        row = 0
        for block in chain((first,), parts):
            table = _json_table(block, path, schema, unexpected, row)
            row += table.num_rows
            yield table

    return schema, tables()


def _as_written(kind: Any) -> Any:
    return pa.string() if pa.types.is_timestamp(kind) or pa.types.is_null(kind) else kind


def _json_table(block: bytes, path: str, schema: Any, unexpected: str, first_row: int) -> Any:
    decoded_text(block, path, first_row)
    try:
        return pyarrow.json.read_json(
            pa.BufferReader(block),
            read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pyarrow.json.ParseOptions(
                explicit_schema=schema, unexpected_field_behavior=unexpected
            ),
        )
    except pa.ArrowInvalid as error:
        raise _json_error(block, path, schema, first_row, error) from None


def _json_error(
    block: bytes, path: str, schema: Any, first_row: int, error: Exception
) -> SourceError:
    """Returns the error of the first line that is at fault."""
    row = first_row
    for line in block.splitlines():
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except ValueError:
            return SourceError(path, "is no JSON", row=row)
        if not isinstance(value, dict):
            return SourceError(path, "is no JSON object", row=row)
        more = [name for name in value if name not in schema.names]
        if more and first_row:
            text = f"has a field {more[0]!r} that the first lines lack; name those to keep by keep"
            return SourceError(path, text, row=row)
        row += 1
    text = str(error).partition("\n")[0].removeprefix("JSON parse error: ")
    text, _, number = text.partition(" in row ")
    return SourceError(path, text[:200], row=first_row + int(number) if number.isdigit() else None)
