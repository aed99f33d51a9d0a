"""One batch of rows becomes one batch of rows with URLs."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ossign_fast import RequestError

from . import _limits
from ._counts import Counts
from ._errors import BulkError
from ._keys import decoded
from ._rules import KeyFilter

_SHOWN = 60  # characters of the name of a column


def in_batches(tables: Iterable[Any]) -> Iterator[Any]:
    """Yields the rows of tables in batches of `BATCH_ROWS`; the last may be smaller."""
    held: list[Any] = []
    rows = 0
    for table in tables:
        held.append(table)
        rows += table.num_rows
        if rows >= _limits.BATCH_ROWS:
            whole = pa.concat_tables(held)
            end = rows - rows % _limits.BATCH_ROWS
            for start in range(0, end, _limits.BATCH_ROWS):
                yield whole.slice(start, _limits.BATCH_ROWS)
            held, rows = [whole.slice(end)], rows - end
    if rows:
        yield pa.concat_tables(held)


class BadRow(NamedTuple):
    """A row that cannot be signed.

    Attributes:
        source: The path of its source.
        row: Its index there.
        key: Its key.
        problem: The field at fault, what is wrong with it and what to do.
    """

    source: str | None
    row: int
    key: str | None
    problem: str


class Signed(NamedTuple):
    """What became of a batch.

    Attributes:
        batch: Its rows with their URLs, as a Table.
        counts: Their numbers.
        bad: Those that cannot be signed, if they were asked for.
    """

    batch: Any
    counts: Counts
    bad: tuple[BadRow, ...]


@dataclass(frozen=True)
class Recipe:
    """How batches of one kind are signed.

    Attributes:
        job: The job.
        key: Name of the column of keys, or None for the one that is there or is called "key".
        url: Name of the column of URLs.
        columns: Names of options and the like to names of their columns.
        keep: Columns of the output besides the URLs, or None for all.
        filter: Which keys to take.
        names_bad_rows: Whether to name each row that cannot be signed.
    """

    job: Any
    key: str | None = None
    url: str = "url"
    columns: Mapping[str, str] | None = None
    keep: Sequence[str] | None = None
    filter: KeyFilter | None = None
    names_bad_rows: bool = False

    def key_in(self, schema: Any, source: str | None) -> str:
        """Returns the name of the column of keys.

        Raises:
            BulkError: There is none, or it cannot be told which.
        """
        names = schema.names
        kept = [name for name in names if name != self.url] if self.keep is None else self.keep
        for wanted in (self.key, *(self.columns or {}).values(), *kept):
            if wanted is not None and names.count(wanted) != 1:
                text = f"is missing; there are {_listed(names)}"
                if wanted in names:
                    text = "is there twice; give each its own name, or leave both out by keep"
                raise BulkError(source, f"column {wanted!r} {text}")
        if self.key is not None:
            return self.key
        found = [name for name in names if name.lower() == "key"]
        if len(names) == 1 or len(found) == 1:
            return str((found or names)[0])
        raise BulkError(source, f"which column holds the keys? name one of {_listed(names)}")

    def needed(self, schema: Any, source: str | None) -> list[str] | None:
        """Returns the columns that must be read, or None for all."""
        key = self.key_in(schema, source)
        if self.keep is None:
            return None
        used = {key, *(self.columns or {}).values(), *self.keep}
        return [name for name in schema.names if name in used]

    def schema(self, schema: Any, source: str | None) -> Any:
        """Returns the schema of what comes of batches of this schema."""
        quiet = Recipe(_fresh(self.job), self.key, self.url, self.columns, self.keep)
        return quiet.sign(schema.empty_table(), 0, source, "plain").batch.schema

    def sign(self, table: Any, first_row: int, source: str | None, encoding: str) -> Signed:
        """Signs a table of at most a few ten thousand rows.

        Args:
            table: The rows.
            first_row: The index of the first of them in the source.
            source: The path of the source, for errors.
            encoding: How the keys stand there.

        Raises:
            BulkError: A row cannot be signed, and the job is to raise then; or a column is missing.
        """
        key = self.key_in(table.schema, source)
        place = _Place(source, first_row, table.num_rows)
        raw = _texts(table.column(key), source, key)
        names = decoded(raw, encoding)
        bad = [
            BadRow(source, place.row(row), raw[row].as_py(), f"key: {problem}")
            for row, problem in sorted(names.problems.items())
        ]
        if bad and self.job.on_error == "raise":
            raise BulkError(source, bad[0].problem, row=bad[0].row)
        if encoding != "plain":
            table = table.set_column(table.schema.get_field_index(key), key, names.keys)
        if self.filter:
            table = place.take(table, self.filter.mask(names.keys), names.problems)
        return self._signed(table, key, place, bad)

    def _with_numbers(self, table: Any, key: str, place: _Place) -> tuple[Any, list[BadRow]]:
        """Returns the table with lifetimes as numbers, which files of lines have as text.

        What is no number is null, and among the rows that are returned with it.
        """
        name = (self.columns or {}).get("expires")
        if name is None or not _is_text(table.schema.field(name).type):
            return table, []
        column, keys = table.column(name), table.column(key)
        known = pc.match_substring_regex(column, "^[0-9]{1,9}$")
        odd = pc.and_(pc.fill_null(pc.invert(known), False), pc.is_valid(keys))
        problem = f"expires: column {name!r} must hold whole seconds"
        bad = [
            BadRow(place.source, place.row(row), keys[row].as_py(), problem)
            for row in pc.indices_nonzero(odd).to_pylist()
        ]
        if bad and self.job.on_error == "raise":
            raise BulkError(place.source, problem, row=bad[0].row)
        numbers = pc.if_else(known, column, pa.scalar(None, column.type)).cast(pa.int64())
        return table.set_column(table.schema.get_field_index(name), name, numbers), bad

    def _signed(self, table: Any, key: str, place: _Place, bad: list[BadRow]) -> Signed:
        given, unknown = self._with_numbers(table, key, place)
        bad = [*bad, *unknown]
        job = _fresh(self.job)  # whose report is that of this batch
        try:
            urls = job.on(key, self.url, columns=dict(self.columns or {}))(given).column(self.url)
        except RequestError as error:
            problem = f"{error.field}: {error.problem}"
            if error.row is None:
                raise BulkError(place.source, problem) from None
            raise place.error(error.row, problem) from None
        self.job.report.merge(job.report)
        counts = Counts(place.rows, len(urls) - urls.null_count, filtered=place.filtered)
        counts.nulls = job.report.nulls - len(bad)
        for cause in job.report.causes:
            counts.refuse(f"{cause.field}: {cause.problem}", cause.rows)
        for row in bad:
            counts.refuse(row.problem)
        if self.names_bad_rows and job.report.refused:
            bad += self._refused(given, key, urls, place)
        bad.sort(key=operator.attrgetter("row"))
        return Signed(self._output(table, key, urls), counts, tuple(bad))

    def _refused(self, table: Any, key: str, urls: Any, place: _Place) -> Iterator[BadRow]:
        """Yields the rows that the job could not sign, each with its cause."""
        columns = dict(self.columns or {})
        signable = pc.is_valid(table.column(key))
        for name in columns.values():
            signable = pc.and_(signable, pc.is_valid(table.column(name)))
        for row in pc.indices_nonzero(pc.and_(signable, pc.is_null(urls))).to_pylist():
            job = _fresh(self.job)
            job.on(key, self.url, columns=columns)(table.slice(row, 1))
            (cause,) = job.report.causes
            name = table.column(key)[row].as_py()
            yield BadRow(place.source, place.row(row), name, f"{cause.field}: {cause.problem}")

    def _output(self, table: Any, key: str, urls: Any) -> Any:
        kept = table.schema.names if self.keep is None else list(self.keep)
        if self.url in kept:
            kept.remove(self.url)
        field = pa.field(self.url, urls.type)
        return table.select(kept).append_column(field, urls)


class _Place:
    """Where the rows of a batch are in the source."""

    def __init__(self, source: str | None, first: int, rows: int) -> None:
        self.source = source
        self.rows = rows
        self.filtered = 0
        self._first = first
        self._taken: Any = None

    def take(self, table: Any, mask: Any, also: Mapping[int, str]) -> Any:
        """Returns the rows that a mask takes, and those that nobody can tell about."""
        if also:
            mask = pc.or_(mask, pa.array([row in also for row in range(self.rows)]))
        taken = pc.indices_nonzero(mask)
        self.filtered = self.rows - len(taken)
        if not self.filtered:
            return table
        self._taken = taken
        return table.take(taken)

    def row(self, index: int) -> int:
        """Returns the row of the source that has this index among those that were taken."""
        return self._first + (index if self._taken is None else self._taken[index].as_py())

    def error(self, index: int, problem: str) -> BulkError:
        """Returns the error of such a row."""
        return BulkError(self.source, problem, row=self.row(index))


def _fresh(job: Any) -> Any:
    """Returns a job like this one, with a report of its own: what a pickle would make of it."""
    make, told = job.__reduce__()
    return make(*told)


def _is_text(kind: Any) -> bool:
    return bool(
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _texts(column: Any, source: str | None, name: str) -> Any:
    """Returns the keys as one array of text."""
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_null(column.type):
        column = column.cast(pa.string())
    if not _is_text(column.type):
        raise BulkError(source, f"column {name!r} holds {column.type}, which are no keys")
    return column.combine_chunks() if column.num_chunks != 1 else column.chunk(0)


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(repr(name)[:_SHOWN] for name in names[:20])
    return f"{shown}, ..." if len(names) > 20 else shown or "none"
