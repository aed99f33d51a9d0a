"""One request with all its values but the key, ready to be signed again and again.

`Bound` follows the clock and the credentials, `BoundPresigner` makes URLs of it. Its counterpart
for the Authorization header is in `bound_headers.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Generic

from .._credentials.credentials import CredentialsLike
from .._engine import engine as default_engine
from .._engine.inputs import VARIES, Keys, without_stand_ins
from .._engine.plan import NOT_INTEGER, NOT_TEXT, NULL, ColumnError
from .._errors import OssignError, RequestError
from .._frames import sealed, showable, without_frames
from .._rules.faults import request_error
from .._rules.hints import key_column
from .._rules.parameters import Request
from .._rules.times import seconds_until
from .batch import Url_co, UrlBatch
from .context import Context, State, expiration_at, moment_at
from .layout import Layout, check_lengths
from .result import PresignResult, header_text, header_texts
from .travel import Lent


class Bound(Lent):
    """A request that lacks its key and, until it is asked, the time and the credentials.

    Args:
        context: What the signer lends.
        layout: The request.
        signing_time: A fixed second, or None to follow the signer's clock.
    """

    __slots__ = (
        "_clock",
        "_columns",
        "_constants",
        "_context",
        "_credentials",
        "_engine",
        "_headers",
        "_open",
        "_recalled",
        "_shape",
        "_sign_one",
        "_signing_time",
        "_state",
    )
    _found_anew = frozenset(
        {"_clock", "_credentials", "_engine", "_recalled", "_sign_one", "_state"}
    )

    def __init__(self, context: Context, layout: Layout, signing_time: int | None = None) -> None:
        self._shape = layout.shape
        self._constants = layout.constants
        self._columns = layout.columns
        self._open = layout.open
        self._signing_time = signing_time
        self._headers: Mapping[str, str] = {}
        self._run_in(context)

    def _run_in(self, context: Context) -> None:
        self._context = context
        self._engine = context.engine
        self._sign_one: Callable[..., str] = context.engine.sign_one
        self._credentials = context.credentials
        second = self._signing_time
        self._clock: Callable[[], int] = context.now if second is None else lambda: second
        self._state: State | None = None
        self._recalled: Any = None  # what the state signs with, for the engine

    @property
    def method(self) -> str:
        """HTTP method of the request."""
        return self._shape.method

    def _now(self) -> State:
        """Returns the request bound to this second and the present credentials."""
        second = self._clock()
        credentials = self._credentials()
        state = self._state
        if (
            state is None
            or state.second != second
            or (state.credentials is not credentials and state.credentials != credentials)
        ):
            state = self._state = self._bind(second, credentials)
            self._recalled = state.live if self._shape.key else None
        return state

    def renewed(self, second: int, credentials: CredentialsLike) -> Any:
        """Returns what the engine signs with at another second, or with other credentials."""
        state = self._state
        if state is None or state.second != second or state.credentials != credentials:
            state = self._state = self._bind(second, credentials)
            self._recalled = state.live if self._shape.key else None
        return state.live

    def _bind(self, second: int, credentials: CredentialsLike) -> State:
        shape, context = self._shape, self._context
        if credentials.security_token:
            shape = shape._replace(token=True)
        expires = self._lifetime(second)
        known: list[int | None] = [expires] if isinstance(expires, int) else expires
        try:
            job = context.rules.bind(
                shape,
                (None, *self._constants) if shape.key else self._constants,
                moment_at(second),
                context.scope,
                credentials,
                expires=None if isinstance(expires, list) else expires,
                engine=context.engine,
                kernel=context.kernel,
            )
            expiration = expiration_at(second + min((n for n in known if n is not None), default=0))
        except ColumnError as error:
            raise request_error(context.rules.columns_of(shape), error) from None
        except OverflowError:
            raise RequestError("expires", "ends after the year 9999; shorten it") from None
        headers: dict[str, str] = {}
        if shape.carrier == "header":
            written = context.rules.signature_headers(moment_at(second), credentials)
            headers = {**self._headers, **written}
        live = context.engine.follow(
            job,
            second,
            self._clock,
            ahead=context.ahead if self._signing_time is None else None,
            known=credentials,
            credentials=None if context.are_fixed else context.credentials,
            roles=self._open.roles,
            beside=headers,
        )
        return State(second, credentials, job, expiration, live, headers)

    def _lifetime(self, second: int) -> int | list[int | None]:
        """Returns for how many seconds a signature made at `second` is good, or a column."""
        raise NotImplementedError

    def _refusal(self, error: ValueError, key: object) -> RequestError:
        """Returns why an engine signed nothing."""
        if isinstance(error, ColumnError):
            return self._explain(error, key)
        if self._open.names:
            return self._open.refusal()
        return RequestError("columns", "vary from row to row; use urls for them")

    def _check_key(self, key: object) -> None:
        if key is None and self._shape.key:
            raise RequestError("key", "is missing; the request was bound for objects")
        if key is not None and not self._shape.key:
            raise RequestError("key", "must be left out; the request was bound for a bucket")

    def _explain(self, error: ColumnError, key: object = None) -> RequestError:
        return request_error(self._context.rules.columns_of(self._shape), error, key)


@showable
class BoundPresigner(Bound, Generic[Url_co]):
    """A request that lacks only its key: made by `Signer.bind`, for the hot loops of a service.

    Follows the clock and the credentials, and is safe to share between threads.

    Attributes:
        method: HTTP method of the request.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> bound = signer.bind("GetObject", expires=600)
        >>> bound.url("a.txt").partition("?")[0]
        'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/a.txt'
        >>> len(bound.urls(["a.txt", "b.txt"]))
        2
    """

    _found_anew = Bound._found_anew | {"_form"}  # noqa: SLF001 - of its base
    __slots__ = (
        "_beside",
        "_expiration",
        "_expires",
        "_form",
        "_keep_nulls",
        "_signed",
        "_threads",
        "_unsigned",
    )

    def __init__(
        self,
        context: Context,
        layout: Layout,
        *,
        request: Request,
        expires: int | list[int | None],
        expiration: datetime | None,
        signing_time: int | None,
        threads: int = 1,
        keep_nulls: bool = False,
    ) -> None:
        super().__init__(context, layout, signing_time)
        self._expires = expires
        self._expiration = expiration
        self._threads = threads
        self._keep_nulls = keep_nulls
        self._signed = header_texts(request.headers)
        self._unsigned = header_texts(request.unsigned)
        texts = [p for p in request.unsigned if not isinstance(p.value, str)]
        self._beside = [(p.column.name, len(p.value)) for p in texts]  # no engine sees them

    def _run_in(self, context: Context) -> None:
        super()._run_in(context)
        self._form: tuple[Any, Any] | None = None  # what batches of the state are copied from

    def __repr__(self) -> str:
        return f"<BoundPresigner {self.method}, signed_headers={list(self._signed)}>"

    @property
    def signed_headers(self) -> dict[str, Any]:
        """Every header the client must send; a column, or `VARIES`, where the request has one."""
        return self._signed.copy()

    @property
    def headers(self) -> dict[str, Any]:
        """All headers that the request was asked for with, signed or not."""
        return {**self._signed, **self._unsigned}

    @default_engine.following
    def url(self, key: str | None = None, values: Mapping[str, Any] | None = None) -> str:
        """Returns the presigned URL of one object.

        Args:
            key: The object key; None for operations on a bucket.
            values: For each value that was bound as `VARIES` its name and what it is this time. The
                name is that of the option, or of the query parameter, or of the header in any
                case; "bucket" for the bucket.

        Raises:
            RequestError: The key or a value breaks a rule, or the request was bound to columns.
            CredentialsError: The credentials source has none to give.

        Example:
            >>> from ossign_fast import VARIES, Signer
            >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
            >>> part = signer.bind("UploadPart", upload_id="0004B98", part_number=VARIES)
            >>> part.url("big.bin", {"part_number": 7}).partition("?")[2].partition("&")[0]
            'partNumber=7'
        """
        try:
            state = self._now()
            if values:
                return self._url_of(state, key, self._open.row(values))
            self._check_key(key)
            try:
                return self._sign_one(state.job, key)
            except ValueError as error:
                raise self._refusal(error, key) from None
        except OssignError as error:
            del key, values
            raise without_frames(error)  # noqa: B904 - the same error

    def _url_of(self, state: State, key: str | None, row: list[Any]) -> str:
        self._check_key(key)
        try:
            if key is not None:
                return self._sign_one(state.job, key, *row)
            if row[0] is None:  # which alone would stand for a row of nothing
                raise ColumnError(self._constants.index(None), NULL)
            return self._sign_one(state.job, *row)
        except ColumnError as error:
            raise self._explain(error) from None
        except ValueError:
            raise RequestError("columns", "vary from row to row; use urls for them") from None

    @default_engine.gathering(UrlBatch, "_rows")
    @sealed
    def urls(self, keys: Keys | None = None) -> UrlBatch[Url_co]:
        """Returns the presigned URLs of many objects, all signed at the same second.

        Args:
            keys: A sequence of keys, as in `Signer.presign_many`.

        Raises:
            RequestError: A key breaks a rule, with its row; no URL is returned.
            CredentialsError: The credentials source has none to give.
        """
        self._check_key(keys)
        if self._open.names:
            raise RequestError(
                self._open.names[0],
                "was bound as VARIES, which only url takes; bind a column for urls",
            )
        state = self._now()
        column = None if keys is None else key_column(keys, self._shape.key == 1)
        rows = self._rows_of(state, column)
        if type(keys) is list and state.live is not None and not self._beside:
            self._form_of(state.live)
        return self._batch(state, rows)

    def _form_of(self, live: Any) -> tuple[Any, UrlBatch[Any]] | None:
        """Returns `live` and a batch that lacks its rows; None where it is of the past."""
        state = self._state
        if state is None or state.live is not live:
            return None
        self._form = form = (live, self._batch(state, None))
        return form

    def _batch(self, state: State, rows: Any) -> UrlBatch[Url_co]:
        shared = (self._shape.method, state.expiration, self._signed, self._unsigned)
        return UrlBatch.of_rows(self._engine, rows, self._threads, *shared)

    def _rows_of(self, state: State, keys: Any) -> Any:
        """Returns checked rows as the engine signs them, NaN and the like among them as nulls."""
        columns = [] if keys is None else [keys]
        columns += self._columns
        if isinstance(self._expires, list):
            columns.append(self._expires)
        check_lengths(columns, self._beside, self._shape, self._constants, self._context.rules)
        shared = (self._keep_nulls, self._threads)
        try:
            try:
                return self._engine.check_rows(state.job, columns, *shared)
            except ColumnError as error:
                if error.fault not in (NOT_TEXT, NOT_INTEGER):
                    raise
            columns = [without_stand_ins(column) for column in columns]
            return self._engine.check_rows(state.job, columns, *shared)
        except ColumnError as error:
            raise self._explain(error) from None

    def result(
        self, key: str | None = None, values: Mapping[str, Any] | None = None
    ) -> PresignResult:
        """Returns the presigned URL of one object with what goes with it, as `Signer.presign` does.

        Args:
            key: The object key; None for operations on a bucket.
            values: What varies, as in `url`.

        Raises:
            RequestError: The key or a value breaks a rule, or the request was bound to columns.
            CredentialsError: The credentials source has none to give.
        """
        try:
            state = self._now()
            headers = self._signed.copy()
            if values:
                row = self._open.row(values)
                url = self._url_of(state, key, row)
                for name, value in headers.items():
                    if value is VARIES:
                        headers[name] = header_text(str(row[self._open.at_header(name)]))
            else:
                self._check_key(key)
                try:
                    url = self._sign_one(state.job, key)
                except ValueError as error:
                    raise self._refusal(error, key) from None
            return PresignResult(self._shape.method, url, state.expiration, headers, self._unsigned)
        except OssignError as error:
            del key, values
            raise without_frames(error)  # noqa: B904 - the same error

    def _lifetime(self, second: int) -> int | list[int | None]:
        if self._expiration is None:
            return self._expires
        return seconds_until(self._expiration, second, self._context.rules.MAX_EXPIRES)
