"""Work that is handed out: a callable that makes a column of URLs of a column of keys."""

# ruff: noqa: SLF001 - signer, job and table know each other

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar, overload

from .._engine.columns import TextColumn
from .._engine.inputs import VARIES, as_column, without_stand_ins
from .._errors import RequestError
from .._frames import sealed, showable
from .._rules.operations import find_operation
from .._rules.times import as_second
from .batch import UrlBatch
from .bound import BoundPresigner
from .containers import columns_of, container_of, each_of, with_column
from .context import expiration_at
from .report import Report, shown
from .travel import Fixed, in_one_form, token_of

_T = TypeVar("_T")
_FunctionT = TypeVar("_FunctionT", bound=Callable[..., Any])
_META = "x-oss-meta-"
_WINDOW = 1024  # rows that are looked through together for those that cannot be signed
_BY_COLUMN = "name the column of a table that holds it by job.on(..., columns={...})"


def _without_annotations(function: _FunctionT) -> _FunctionT:
    """Returns `function` as engines are to see it: Spark takes annotations for what it declares."""
    function.__annotations__ = {}
    return function


@showable
class Job(Fixed):
    """Signs columns of keys at one fixed second, wherever it is: made by `Signer.job`.

    A function of one column that gives back the kind of column that came in, so it fits into
    pandas, Polars, DuckDB, Spark, Ray, Dask and Daft as it is. Pickled, it takes along what it was
    told, the signer's `credentials` only if they were given by value; otherwise each process reads
    its own. Immutable, and safe to share between threads.

    Attributes:
        method: HTTP method of the requests.
        signing_time: Aware UTC time of all signatures.
        expiration: Aware UTC time at which the URLs expire; where each row has its own lifetime,
            that of the others.
        report: What it has signed in this process, and what it could not.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> job = signer.job("GetObject", expires=600, signing_time=1_700_000_000)
        >>> [url and url.partition("?")[0] for url in job(["a.txt", None])]
        ['https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.txt', None]
    """

    __slots__ = (
        "_bound",
        "_call",
        "_on_error",
        "_operation",
        "_options",
        "_signer",
        "_token",
        "expiration",
        "method",
        "report",
        "signing_time",
    )

    signing_time: datetime
    expiration: datetime
    method: str
    report: Report
    _bound: BoundPresigner[Any]
    _call: dict[str, Any]
    _on_error: str
    _operation: str
    _options: dict[str, Any]
    _signer: Any
    _token: list[str]

    def __init__(
        self,
        signer: Any,
        operation: str,
        options: dict[str, Any],
        call: dict[str, Any],
        on_error: str = "raise",
    ) -> None:
        if on_error not in ("raise", "null"):
            raise RequestError("on_error", "must be 'raise' or 'null'")
        if find_operation(operation).level == "bucket":
            raise RequestError("operation", f"{operation} has no keys; presign it alone")
        moment = call["signing_time"]
        second = signer._context.now() if moment is None else as_second(moment)
        call = {**call, "signing_time": second}
        self._set(_signer=signer, _operation=operation, _options=options, _call=call)
        self._set(_on_error=on_error, _bound=self._bind(options, call), report=Report(), _token=[])
        self._set(signing_time=expiration_at(second), method=self._bound.method)
        lifetime = self._bound._lifetime(second)
        columns = [column for column in self._bound._columns if column is not VARIES]
        if columns or isinstance(lifetime, list):
            raise RequestError("columns", f"are for single batches; give VARIES, and {_BY_COLUMN}")
        self._set(expiration=expiration_at(second + lifetime))

    def _bind(self, options: dict[str, Any], call: dict[str, Any]) -> BoundPresigner[Any]:
        try:
            return self._signer.bind(self._operation, **call, **options)  # type: ignore[no-any-return]
        except RequestError as error:
            if not error.problem.startswith("is missing; "):
                raise
            cure = f"; where it differs from row to row give VARIES, and {_BY_COLUMN}"
            raise RequestError(error.field, error.problem + cure) from None

    @property
    def signed_headers(self) -> dict[str, Any]:
        """Every header the client must send; `VARIES` where rows differ."""
        return self._bound.signed_headers

    @property
    def on_error(self) -> str:
        """What becomes of rows that cannot be signed: "raise" an error, or a "null"."""
        return self._on_error

    @overload
    def __call__(self, keys: list[str] | tuple[str | None, ...], /) -> list[str | None]: ...
    @overload
    def __call__(self, keys: _T, /) -> _T: ...
    @sealed
    @_without_annotations
    def __call__(self, keys: Any, /) -> Any:
        """Returns the URLs of a column of keys, in a column of the same kind.

        Args:
            keys: A pandas or Polars Series, a pyarrow Array or ChunkedArray, a Daft Series, a NumPy
                array, or a list. What else has an Arrow interface becomes a `UrlBatch`.

        Raises:
            RequestError: A key breaks a rule, with its row and its text.
            CredentialsError: The credentials source has none to give.
        """
        asked = self._bound._open.asked
        if asked:
            raise RequestError(asked[0], f"varies, so keys alone do not do; {_BY_COLUMN}")
        column, fill = container_of(keys)
        return fill(self._sign(column, {}))

    @sealed
    def on(
        self, key: str = "key", into: str = "url", *, columns: Mapping[str, str] | None = None
    ) -> TableJob:
        """Returns the same job for tables: it adds a column of URLs.

        Args:
            key: Name of the column of keys.
            into: Name of the column of URLs; one of that name is replaced.
            columns: For what differs from row to row, its name to that of its column: names of
                options, "expires" and "bucket", and what the job was given as `VARIES` in
                `headers` and `query`.

        Raises:
            RequestError: There is nothing of such a name, or something that `VARIES` has no column.

        Example:
            >>> from ossign_fast import VARIES, Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> job = signer.job("UploadPart", upload_id="id", part_number=VARIES)
            >>> table = {"key": ["a", "a"], "number": [1, 2]}
            >>> part = job.on("key", "url", columns={"part_number": "number"})
            >>> [url.partition("?")[2].partition("&")[0] for url in part(table)["url"]]
            ['partNumber=1', 'partNumber=2']
        """
        return TableJob(self, key, into, dict(columns or {}))

    def _sign(self, keys: Any, given: dict[str, Any]) -> UrlBatch[Any]:
        """Returns the URLs of keys and of what else is given as columns."""
        try:
            batch = self._bound_to(given).urls(keys)
        except RequestError as error:
            if error.row is None:
                raise
            columns = {name: _plain(name, value) for name, value in given.items()}
            columns["keys"] = _plain("keys", keys)
            if self._on_error == "raise":
                raise _with_key(error, columns["keys"]) from None
            batch = self._leniently(columns)
        else:
            self.report._count(len(batch), batch.null_count, [])
        return batch

    def _bound_to(self, given: dict[str, Any]) -> BoundPresigner[Any]:
        """Returns the request with these columns."""
        if not given:
            return self._bound
        options, call = dict(self._options), dict(self._call)
        for name, value in given.items():
            place, known = self._place(name)
            place(options, call)[known] = value
        return self._bind(options, call)

    def _place(self, name: str) -> tuple[Callable[[Any, Any], dict[str, Any]], str]:
        if name in ("expires", "bucket"):
            return lambda options, call: call, name
        if name in find_operation(self._operation).options and name != "metadata":
            return lambda options, call: options, name
        for group in ("headers", "query"):
            for known, value in (self._call[group] or {}).items():
                if value is VARIES and known.lower() == name.lower():
                    return lambda options, call, group=group: _own(call, group), known
        for known, value in (self._options.get("metadata") or {}).items():
            if value is VARIES and name.lower() == _META + known.lower():
                return lambda options, call: _own(options, "metadata"), known
        raise RequestError(
            "columns",
            f"{name!r:.80} is no option of {self._operation}; for a header or query parameter give "
            f"headers={{{name!r:.80}: VARIES}} or query={{...}} to signer.job",
        )

    def _leniently(self, columns: dict[str, Sequence[Any]]) -> UrlBatch[Any]:
        """Returns the URLs of the rows that can be signed, and null for the others."""
        keys = columns["keys"]
        refused = sorted(self._refused(columns), key=operator.itemgetter(0))
        rows = [row for row, _ in refused]
        given = {name: _without(column, rows) for name, column in columns.items()}
        without = given.pop("keys")
        signed = self._bound_to(given).urls(without)
        found = [(error, _key_at(keys, row)) for row, error in refused]
        self.report._count(len(keys), signed.null_count - len(found), found)
        return signed

    def _refused(self, columns: dict[str, Sequence[Any]]) -> Iterator[tuple[int, RequestError]]:
        """Yields the rows that cannot be signed, part by part of what lies between them."""
        length = len(columns["keys"])
        ranges = [(row, min(row + _WINDOW, length)) for row in range(0, length, _WINDOW)]
        while ranges:
            first, end = ranges.pop()
            part = {name: _part(column, first, end) for name, column in columns.items()}
            keys = part.pop("keys")
            try:
                bound = self._bound_to(part)
                bound._rows_of(bound._now(), keys)
            except RequestError as error:
                if error.row is None:
                    raise
                row = first + error.row
                yield row, error
                ranges += [part for part in ((first, row), (row + 1, end)) if part[0] < part[1]]

    def __reduce__(self) -> tuple[Any, ...]:
        told = in_one_form((self._operation, self._options, self._call, self._on_error))
        return Job, (self._signer, *told)

    def __dask_tokenize__(self) -> tuple[str, str]:
        if not self._token:
            told = (self._operation, self._options, self._call, self._on_error)
            self._token.append(token_of(self._signer._context.told, told))
        return "ossign_fast.Job", self._token[0]

    def __getattr__(self, name: str) -> str:
        """Returns its name, which engines look for as that of any function."""
        if name in ("__name__", "__qualname__"):
            return self._operation
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")

    def __repr__(self) -> str:
        when = self.signing_time.isoformat()
        return f"<Job {self._operation}, signing_time={when}>"


@showable
class TableJob(Fixed):
    """A job for tables, which get a column of URLs: made by `Job.on`.

    Takes pyarrow Tables and RecordBatches, pandas and Polars DataFrames, dicts of columns, and
    iterators and pyarrow readers of these. A function of one argument that can be pickled, like
    its job.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> sign = signer.job("GetObject").on("name", "url")
        >>> list(sign({"name": ["a.txt"], "size": [3]}))
        ['name', 'size', 'url']

    Attributes:
        job: The job.
        key: Name of the column of keys.
        into: Name of the column of URLs.
        columns: Names of options and the like to names of their columns.
    """

    __slots__ = ("columns", "into", "job", "key")

    job: Job
    key: str
    into: str
    columns: dict[str, str]

    def __init__(self, job: Job, key: str, into: str, columns: dict[str, str]) -> None:
        self._set(job=job, key=key, into=into, columns=columns)
        asked = {name.lower() for name in columns}
        for name in columns:
            job._place(name)
        bound = job._bound
        for name, wire in zip(bound._open.asked, bound._open.names, strict=True):
            if name.lower() not in asked and wire.lower() not in asked:
                raise RequestError("columns", f"has no column for {name!r}, which VARIES; name it")

    @property
    def report(self) -> Report:
        """What the job has signed in this process, and what it could not."""
        return self.job.report

    @sealed
    @_without_annotations
    def __call__(self, table: _T, /) -> _T:
        """Returns a table with the column of URLs, or an iterator of such tables.

        Raises:
            RequestError: A row breaks a rule, a column is missing, or `table` is no table.
            CredentialsError: The credentials source has none to give.
        """
        found: Any = table
        names = [self.key, *self.columns.values()]
        columns = columns_of(found, names)
        if columns is None:
            if hasattr(found, "__next__"):
                return each_of(found, self)  # type: ignore[no-any-return]
            raise RequestError(
                "table",
                f"must be a pyarrow, pandas or Polars table, a dict of columns or an iterator of "
                f"these, not {type(found).__name__}; what has an Arrow interface goes through "
                "pyarrow.table(...)",
            )
        keys, fill = container_of(columns[self.key])
        given = {name: columns[column] for name, column in self.columns.items()}
        return with_column(found, self.into, fill(self.job._sign(keys, given)))  # type: ignore[no-any-return]

    def __reduce__(self) -> tuple[Any, ...]:
        return TableJob, (self.job, *in_one_form((self.key, self.into, self.columns)))

    def __dask_tokenize__(self) -> tuple[Any, ...]:
        columns = tuple(sorted(self.columns.items()))
        return "ossign_fast.TableJob", self.job.__dask_tokenize__(), self.key, self.into, columns

    def __repr__(self) -> str:
        return f"<TableJob {self.job._operation}, {self.key!r} to {self.into!r}>"


def _own(owner: dict[str, Any], group: str) -> dict[str, Any]:
    """Returns the dict of this name, copied so that what it was is not touched."""
    owner[group] = dict(owner[group])
    return owner[group]  # type: ignore[no-any-return]


def _plain(name: str, column: Any) -> Sequence[Any]:
    return without_stand_ins(as_column(name, column))


def _part(column: Sequence[Any], first: int, end: int) -> Sequence[Any]:
    return column.part(first, end) if isinstance(column, TextColumn) else column[first:end]


def _without(column: Sequence[Any], rows: list[int]) -> Sequence[Any]:
    """Returns a column with nulls in these rows."""
    if isinstance(column, TextColumn):
        return column.without(rows)
    values = list(column)
    for row in rows:
        values[row] = None
    return values


def _key_at(keys: Sequence[Any], row: int | None) -> object:
    try:
        return keys[row]  # type: ignore[index]
    except UnicodeDecodeError:
        return b""


def _with_key(error: RequestError, keys: Sequence[Any]) -> RequestError:
    key = shown(_key_at(keys, error.row))
    return RequestError(error.field, f"{error.problem} (the key: {key})", row=error.row)
