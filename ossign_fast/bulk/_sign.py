"""`sign_file` and `sign_batches`."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import pyarrow as pa

from ._counts import Progress, Summary
from ._errors import BulkError
from ._flow import in_order
from ._rules import KeyFilter, Rule
from ._run import Run
from ._sink import check_errors, find_sink
from ._sources import find_sources
from ._state import time_of
from ._table import Recipe, in_batches

Path = str | os.PathLike[str]
_E = TypeVar("_E", bound=BaseException)


def sign_file(
    job: Any,
    source: Path | Iterable[Path],
    sink: Path,
    *,
    key: str | None = None,
    url: str = "url",
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] | None = None,
    input_format: str | None = None,
    format: str | None = None,  # noqa: A002 - as writers of files call it
    names: Sequence[str] | None = None,
    key_encoding: str | None = None,
    rules: Sequence[Rule] = (),
    prefixes: Sequence[str] = (),
    suffixes: Sequence[str] = (),
    errors: Path | None = None,
    threads: int | None = None,
    resume: bool = False,
    progress: Callable[[Progress], object] | None = None,
) -> Summary:
    r"""Signs the keys in files, and writes their rows with a column of URLs.

    The sink appears whole or not at all: what is written lies beside it under another name until it
    is done and on the disk. The rows keep their order.

    Args:
        job: What `Signer.job` gave; with `on_error="null"`, rows that cannot be signed get a null.
        source: Paths of files, globs, folders, or manifests of inventories; "-" is standard input.
            Formats go by names: .parquet, .orc, .arrow, and .csv, .jsonl, .txt (a key on each
            line), which may end in .gz or .zst.
        sink: Path of a file, or of a folder if it ends in "/" or is one, which gets files of about
            a million rows, written side by side; or "-" for standard output, which cannot appear
            whole.
        key: Name of the column of keys; None for the only column or the one called "key".
        url: Name of the column of URLs.
        columns: For what differs from row to row, as in `Job.on`, its name to that of its column.
        keep: Names of the columns to write besides the URLs; None for all.
        input_format: The format of the sources, whatever they are called.
        format: The format of the sink, whatever it is called: "parquet", "arrow", "csv", "jsonl" or
            "txt" (URLs alone), and for lines "csv.gz", "csv.zst" and so on.
        names: The columns of CSV sources that have no line for them.
        key_encoding: How keys stand in the sources: "plain", "url" (URL-encoded) or "form" (so,
            with "+" for a blank). None for plain, and for inventories what is known of them.
        rules: Which keys to take.
        prefixes: Beginnings, of which a key must have one.
        suffixes: Ends, of which a key must have one.
        errors: Path of a file that gets a JSON object for each row that cannot be signed.
        threads: How many threads sign; None for one for each core.
        resume: Keep what is done in a folder beside the sink if the job is broken off, and go on
            with what an earlier one left there. Refused if that was of other sources or settings.
        progress: Called now and then with how far the job is.

    Returns:
        The numbers of rows, and the paths of the files.

    Raises:
        BulkError: Something is missing, or a row cannot be signed; it names file and row.
        SourceError: A source is damaged.
        CredentialsError: The credentials source has none to give.
        OSError: A file cannot be read or written.

    Example:
        >>> import tempfile, pathlib
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> folder = pathlib.Path(tempfile.mkdtemp())
        >>> _ = (folder / "keys.txt").write_text("a.txt\nb.txt\n")
        >>> summary = sign_file(signer.job("GetObject"), folder / "keys.txt", folder / "urls.csv")
        >>> summary.signed, (folder / "urls.csv").read_text().count("x-oss-signature=")
        (2, 2)
    """
    started_at = time.monotonic()
    named = [source] if isinstance(source, str | os.PathLike) else list(source)
    found = find_sources(
        named,
        input_format=input_format,
        names=names,
        key_encoding=key_encoding,
        wants_all=keep is None,
    )
    recipe = Recipe(
        job,
        key,
        url,
        columns,
        keep,
        KeyFilter(rules, prefixes, suffixes),
        names_bad_rows=errors is not None,
    )
    settings = {
        "key": key, "url": url, "columns": dict(columns or {}), "keep": keep, "names": names,
        "rules": rules, "prefixes": prefixes, "suffixes": suffixes, "errors": errors is not None,
        "encodings": [each.encoding for each in found],
    }  # fmt: skip
    target = find_sink(os.fspath(sink), format)
    if errors is not None:
        check_errors(os.fspath(errors), target.path, [each.path for each in found])
    if resume and target.kind == "stream":
        raise BulkError(None, "resume: the output is a stream, not a file that can be gone on with")
    try:
        run = Run(recipe, found, target, threads or _cores(), progress, settings, resume)
        counts, outputs, resumed = run.carry_out(None if errors is None else os.fspath(errors))
    except (BulkError, OSError) as error:
        raise _without_frames(error)  # noqa: B904 - the same error
    return Summary(
        counts.rows,
        counts.signed,
        counts.nulls,
        counts.filtered,
        dict(sorted(counts.refused.items(), key=lambda cause: -cause[1])),
        tuple(outputs),
        resumed,
        time.monotonic() - started_at,
    )


def _without_frames(error: _E) -> _E:
    """Returns an error without the frames below, whose variables hold URLs, and what was before."""
    error.__traceback__ = error.__context__ = error.__cause__ = None
    return error


def sign_batches(
    job: Any,
    batches: Any,
    *,
    key: str | None = None,
    url: str = "url",
    columns: Mapping[str, str] | None = None,
    keep: Sequence[str] | None = None,
    key_encoding: str = "plain",
    threads: int = 1,
) -> Iterator[pa.RecordBatch]:
    """Yields record batches with a column of URLs, in the order of those that come in.

    Those that go out have some ten thousand rows, whatever comes in; no more than a few are held.

    Args:
        job: What `Signer.job` gave.
        batches: A pyarrow RecordBatchReader, Dataset, Scanner or Table, or an iterable of record
            batches or tables.
        key: Name of the column of keys; None for the only column or the one called "key".
        url: Name of the column of URLs.
        columns: For what differs from row to row, as in `Job.on`, its name to that of its column.
        keep: Names of the columns to keep besides the URLs; None for all.
        key_encoding: As in `sign_file`.
        threads: How many batches are signed at a time.

    Raises:
        BulkError: A column is missing, or a row cannot be signed; rows count over all batches.
        CredentialsError: The credentials source has none to give.

    Example:
        >>> import pyarrow
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> table = pyarrow.table({"key": ["a.txt", "b.txt"]})
        >>> [batch.schema.names for batch in sign_batches(signer.job("GetObject"), table)]
        [['key', 'url']]
    """
    recipe = Recipe(job, key, url, columns, keep)

    def sign(item: tuple[int, Any]) -> Any:
        first_row, table = item
        return recipe.sign(table, first_row, None, key_encoding).batch

    for table in in_order(sign, _numbered(_tables(batches)), threads):
        yield from table.combine_chunks().to_batches()


def _tables(batches: Any) -> Iterator[Any]:
    found = batches.to_batches() if hasattr(batches, "to_batches") else batches
    return in_batches(map(pa.table, found))


def _numbered(tables: Iterable[Any]) -> Iterator[tuple[int, Any]]:
    row = 0
    for table in tables:
        yield row, table
        row += table.num_rows


def started(sink: Path, *, format: str | None = None) -> datetime | None:  # noqa: A002
    """Returns the signing time of a job for this sink that was broken off, for one that resumes it.

    Args:
        sink: The sink, as `sign_file` takes it.
        format: Its format, likewise.

    Returns:
        An aware UTC time for `Signer.job`, or None if there is nothing to resume.

    Example:
        >>> started("urls.parquet") is None
        True
    """
    target = find_sink(os.fspath(sink), format)
    return None if target.kind == "stream" else time_of(target)


def _cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
