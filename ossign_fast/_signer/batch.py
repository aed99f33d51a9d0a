"""Many URLs in one packed buffer."""

from __future__ import annotations

import io
import operator
from array import array
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, BinaryIO, ClassVar, TextIO, TypeVar, overload

from .._engine import engine
from .._frames import showable
from .result import rows_of, sent_headers

if TYPE_CHECKING:
    from typing_extensions import TypeVar as WithDefault

    from .exports import ArrowView

    #: What the rows of a batch hold: str, or `str | None` where nulls were kept.
    Url_co = WithDefault("Url_co", bound=str | None, default=str, covariant=True)
else:  # Python 3.10 has no defaults
    Url_co = TypeVar("Url_co", covariant=True)


_SLICE = 4096  # URLs turned into str at a time where not all are wanted at once


@showable
class UrlBatch(Sequence[Url_co]):
    """The URLs of one `presign_many` call: a sequence of str over one packed buffer.

    A str is made when a URL is asked for; `tolist` makes them all at once, which is the fast way.
    Of a list of keys, `tolist` signs right into them, and what else is asked first packs the URLs.
    Slices of step 1 share the buffer, and so do Arrow arrays: `pyarrow.array(batch)`,
    `polars.Series(batch.arrow)`. Two batches, or a batch and a list or tuple, are equal if their
    URLs are. Where `presign_many` was told to keep nulls, None stands for the URL of a null row.

    Attributes:
        method: HTTP method that the URLs are good for.
        expiration: Aware UTC time at which the first of them expires.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> batch = signer.presign_many("GetObject", ["a", "b", "c"], signing_time=1_700_000_000)
        >>> len(batch), batch[-1].partition("?")[0], len(batch[1:].tolist())
        (3, 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/c', 2)
    """

    __slots__ = (
        "_data",
        "_engine",
        "_first",
        "_headers",
        "_offsets",
        "_others",
        "_rows",
        "_texts",
        "_threads",
        "_validity",
        "expiration",
        "method",
    )

    def __init__(  # noqa: PLR0917 - not for users
        self,
        data: Any,
        offsets: Any,
        validity: bytes | None,
        method: str,
        expiration: datetime,
        signed_headers: dict[str, Any],
        unsigned_headers: Mapping[str, Any] | None = None,
    ) -> None:
        self._data = memoryview(data)
        self._offsets = memoryview(offsets)
        self._validity = validity  # a bitmap, whose bit `_first` is that of row 0
        self._first = 0
        self._engine: Any = None
        self._rows: Any = None  # those that it has yet to sign
        self._threads: int = 1
        self.method: str = method
        self.expiration: datetime = expiration
        self._headers: Mapping[str, Any] = signed_headers
        self._others: Mapping[str, Any] = unsigned_headers or {}
        self._texts: dict[str, Any] | None = None

    @property
    def signed_headers(self) -> dict[str, Any]:
        """Every header the client must send: name to text, or to a list with a text per row."""
        if self._texts is None:
            self._texts = sent_headers(self._headers)
        return self._texts.copy()

    @property
    def headers(self) -> dict[str, Any]:
        """All headers that the requests were asked for with, signed or not; as `signed_headers`.

        Example:
            >>> from ossign_fast import Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> puts = signer.presign_many("PutObject", ["a", "b"], cache_control="no-cache",
            ...                            content_type=["text/plain", "text/html"])
            >>> puts.headers
            {'Content-Type': ['text/plain', 'text/html'], 'Cache-Control': 'no-cache'}
        """
        return {**self.signed_headers, **sent_headers(self._others)}

    @classmethod
    def of_rows(  # noqa: PLR0917 - not for users
        cls,
        engine: Any,
        rows: Any,
        threads: int,
        method: str,
        expiration: datetime,
        signed_headers: Mapping[str, Any],
        unsigned_headers: Mapping[str, Any],
    ) -> UrlBatch[Any]:
        """Returns the batch of rows that `engine` has checked, signed once it is looked at.

        Rows of None are for the engine to fill in, see `gathering`.
        """
        batch: UrlBatch[Any] = cls.__new__(cls)
        batch._engine, batch._rows, batch._threads = engine, rows, threads
        batch._first = 0
        batch.method, batch.expiration = method, expiration
        batch._headers, batch._others, batch._texts = signed_headers, unsigned_headers, None
        if rows is not None and not rows.fixed:
            batch._pack()
        return batch

    def _pack(self) -> None:
        rows = self._rows
        if rows is not None:
            data, offsets, self._validity = self._engine.sign_rows(rows, self._threads)
            self._data, self._offsets = memoryview(data), memoryview(offsets)
            self._rows = None

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Packs the URLs when what holds them is asked for and not there yet."""
            if name not in ("_data", "_offsets", "_validity"):
                raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
            self._pack()
            return object.__getattribute__(self, name)

    def tolist(self) -> list[Url_co]:
        """Returns all URLs as a list of str, None for nulls."""
        rows = self._rows
        if rows is not None:
            return self._engine.sign_texts(rows, self._threads)  # type: ignore[no-any-return]
        return engine.unpack(self._data, self._offsets, self._validity, self._first)

    @property
    def nbytes(self) -> int:
        """How many bytes the URLs have, all together."""
        return int(self._offsets[-1] - self._offsets[0])

    @property
    def null_count(self) -> int:
        """How many rows are null."""
        from .exports import valid_rows_of  # not needed to import the package

        return valid_rows_of(self)[1]

    def to_arrow(self, type: Any = None) -> Any:  # noqa: A002 - as pyarrow calls it
        """Returns the URLs as a `pyarrow.Array`, whose text is that of the batch.

        Args:
            type: `pyarrow.large_string()`, which is the default, `string()` or `string_view()`.

        Raises:
            RequestError: `type` is something else, or the URLs are too long for one of `string`.
            ImportError: pyarrow is not installed.

        Example:
            >>> from ossign_fast import Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> str(signer.presign_many("GetObject", ["a", "b"]).to_arrow().type)
            'large_string'
        """
        from .exports import library  # not needed to import the package

        return library("pyarrow", "to_arrow").array(self, type=type)

    def to_polars(self, name: str = "url") -> Any:
        """Returns the URLs as a `polars.Series` of this name, whose text is that of the batch.

        Raises:
            ImportError: Polars is not installed.
        """
        from .exports import library  # not needed to import the package

        return library("polars", "to_polars").Series(self.arrow).alias(name)

    def to_pandas(self, index: Any = None, name: str | None = "url") -> Any:
        """Returns the URLs as a `pandas.Series`, which shares their text where pandas can.

        Args:
            index: That of the rows of the keys, such as `frame.index`; pandas matches rows by it.
            name: The name of the series.

        Raises:
            ImportError: pandas is not installed.
        """
        from .exports import to_pandas  # not needed to import the package

        return to_pandas(self, index, name)

    def to_numpy(self, dtype: Any = None) -> Any:
        """Returns the URLs as a NumPy array.

        Args:
            dtype: None for StringDType, "S" or "U" for the width of the longest URL, or object for
                str and None. A `StringDType(na_object=...)` can hold nulls, too.

        Raises:
            ValueError: The batch holds nulls, and `dtype` cannot; or `dtype` is something else.
            ImportError: NumPy is not installed.

        Example:
            >>> from ossign_fast import Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> signer.presign_many("GetObject", ["a", "b"]).to_numpy().shape
            (2,)
        """
        from .exports import to_numpy  # not needed to import the package

        return to_numpy(self, dtype)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """Returns what `numpy.asarray` makes of the batch: objects, str and None, if not asked.

        Text of a fixed width would take several times the memory of the URLs.
        """
        if copy is False:
            raise ValueError("copy: the URLs lie packed, which NumPy cannot share; leave it out")
        return self.to_numpy(object if dtype is None else dtype)

    def write_lines(self, file: BinaryIO | TextIO, *, null: str = '""') -> None:
        r"""Writes each URL and a line feed to an open file.

        Args:
            file: Anything with `write`: a text file, or a binary one.
            null: ASCII that stands in the line of a null. Readers of CSV skip empty lines, so that
                rows would get lost; the default is an empty text to them.

        Raises:
            TypeError: `file` is a path or something else that is no open file.

        Example:
            >>> import io
            >>> from ossign_fast import Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> file = io.BytesIO()
            >>> signer.presign_many("GetObject", ["a", "b"]).write_lines(file)
            >>> file.getvalue().count(b"\n")
            2
        """
        if not hasattr(file, "write"):
            raise TypeError(
                "file: must be an open file; write_lines inside of: with open(path, 'w') as file"
            )
        is_text = isinstance(file, io.TextIOBase) or hasattr(file, "encoding")
        for start in range(0, len(self), _SLICE):
            file.write(self._lines(start, is_text, null))  # bound to no name: see `_frames`

    def _lines(self, start: int, is_text: bool, null: str) -> Any:
        offsets = self._offsets[start : start + _SLICE + 1]
        urls = engine.unpack(self._data, offsets, self._validity, self._first + start)
        if self._validity is not None:
            urls = [null if url is None else url for url in urls]
        lines = "\n".join([*urls, ""])
        return lines if is_text else lines.encode("ascii")

    def __len__(self) -> int:
        return len(self._offsets) - 1

    def __iter__(self) -> Iterator[Url_co]:
        for start in range(0, len(self), _SLICE):
            yield from self._part(start, min(start + _SLICE, len(self)), ({}, {})).tolist()

    @overload
    def __getitem__(self, index: int) -> Url_co: ...
    @overload
    def __getitem__(self, index: slice) -> UrlBatch[Url_co]: ...
    def __getitem__(self, index: int | slice) -> Url_co | UrlBatch[Url_co]:
        if isinstance(index, slice):
            return self._slice(index)
        row = operator.index(index)
        row += len(self) if row < 0 else 0
        if not 0 <= row < len(self):
            raise IndexError("batch index out of range")
        start, end = self._offsets[row : row + 2]
        return None if self._is_null(row) else str(self._data[start:end], "ascii")  # type: ignore[return-value]

    def _slice(self, index: slice) -> UrlBatch[Url_co]:
        rows = range(len(self))[index]
        headers = rows_of(self._headers, index), rows_of(self._others, index)
        if rows.step == 1:
            return self._part(rows.start, max(rows.start, rows.stop), headers)
        shared = (self.method, self.expiration, *headers)
        ends, lengths = self._offsets, array("q", (0,))
        for row in rows:
            lengths.append(lengths[-1] + ends[row + 1] - ends[row])
        data = b"".join([self._data[ends[row] : ends[row + 1]] for row in rows])
        from .exports import valid_rows_of  # not needed to import the package

        return UrlBatch(data, lengths, valid_rows_of(self, index)[0], *shared)

    def _part(
        self, start: int, stop: int, headers: tuple[dict[str, Any], dict[str, Any]]
    ) -> UrlBatch[Url_co]:
        offsets = self._offsets[start : stop + 1]
        shared = (self.method, self.expiration, *headers)
        part: UrlBatch[Url_co] = UrlBatch(self._data, offsets, self._validity, *shared)
        part._first = self._first + start
        return part

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, (UrlBatch, list, tuple)):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"<UrlBatch of {len(self)} {self.method} URLs, expiration={self.expiration}>"

    def __reduce__(self) -> tuple[Any, ...]:
        start, end = self._offsets[0], self._offsets[-1]
        offsets = array("q", [offset - start for offset in self._offsets])
        from .exports import valid_rows_of  # not needed to import the package

        validity, _ = valid_rows_of(self)
        headers = self.signed_headers, sent_headers(self._others)
        shared = (self.method, self.expiration, *headers)
        return UrlBatch, (bytes(self._data[start:end]), offsets, validity, *shared)

    @property
    def arrow(self) -> ArrowView:
        """The batch as nothing but an Arrow array.

        For libraries that look for a sequence first and would make a str per URL, such as Polars:
        `polars.Series(batch.arrow)` shares the buffer.
        """
        from .exports import ArrowView  # not needed to import the package

        return ArrowView(self)

    def __arrow_c_schema__(self) -> Any:
        """Returns the Arrow type of the batch, large_utf8, as a PyCapsule."""
        return engine.export_schema()

    def __arrow_c_array__(self, requested_schema: Any = None) -> tuple[Any, Any]:
        """Returns the batch as an Arrow array over the same memory: two PyCapsules.

        Args:
            requested_schema: PyCapsule of the type: large_string, which is the default, string or
                string_view.

        Raises:
            RequestError: It is another type, or the URLs are too long for one array of string.
        """
        from .exports import form_of, only_part_of  # not needed to import the package

        form = form_of(requested_schema)
        part = only_part_of(self, form)
        return engine.export_schema(form), engine.export_array(part)

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """Returns the batch as a stream of Arrow arrays, one where that suffices: a PyCapsule.

        Args:
            requested_schema: As in `__arrow_c_array__`; string of any length comes in several.

        Raises:
            RequestError: It is another type.
        """
        from .exports import form_of, parts_of  # not needed to import the package

        form = form_of(requested_schema)
        return engine.export_stream(form, parts_of(self, form))

    def _is_null(self, row: int) -> bool:
        bit = self._first + row
        return self._validity is not None and not self._validity[bit // 8] >> bit % 8 & 1
