"""One request shape with its values: everything but the key, the time and the credentials."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import Any, NamedTuple

from . import _v4
from ._credentials import CredentialsLike
from ._endpoints import Endpoint
from ._errors import RequestError
from ._plan import ColumnError
from ._request import Request, Values, request_error

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)

moment_at = lru_cache(maxsize=64)(_v4.Moment.at)


class State(NamedTuple):
    """What a request is bound to for one second and one set of credentials."""

    second: int
    credentials: CredentialsLike
    job: Any
    expiration: datetime


class Bound:
    """A request that lacks only its key, the time and the credentials.

    Args:
        engine: The engine to run on.
        kernel: One of its kernels, or None for its default.
        scope: Region and product.
        method: HTTP method.
        endpoint: Where the request goes.
        bucket: Bucket name, column of them, or "" at service level.
        key: As in `_v4.Shape`.
        request: Query, headers and additional headers.
        expires: Seconds or column of seconds.
    """

    __slots__ = (
        "_constants",
        "_engine",
        "_kernel",
        "_scope",
        "_shape",
        "columns",
        "expires",
        "signed_headers",
        "state",
    )

    def __init__(
        self,
        engine: Any,
        kernel: str | None,
        scope: _v4.Scope,
        *,
        method: str,
        endpoint: Endpoint,
        bucket: Values,
        key: int,
        request: Request,
        expires: int | Sequence[int],
    ) -> None:
        self._engine = engine
        self._kernel = kernel
        self._scope = scope
        headers = sorted((p.name.lower(), p.column, p.value) for p in request.headers)
        self._shape = _v4.Shape(
            method,
            endpoint,
            bucket if isinstance(bucket, str) else None,
            key,
            tuple((p.name, p.column) for p in request.query),
            tuple((name, column) for name, column, _ in headers),
            request.additional,
            False,
        )
        values: list[Any] = [] if isinstance(bucket, str) else [bucket]
        values += [p.value for p in request.query] + [value for _, _, value in headers]
        self._constants = tuple(v if isinstance(v, str) else None for v in values)
        #: The columns that vary from row to row, without the key and the expiry.
        self.columns: list[Sequence[Any]] = [v for v in values if not isinstance(v, str)]
        self.expires = expires
        self.signed_headers: dict[str, Any] = {
            p.name: p.value.strip(" \t") if isinstance(p.value, str) else p.value
            for p in request.headers
        }
        self.state: State | None = None

    @property
    def method(self) -> str:
        """The HTTP method."""
        return self._shape.method

    def at(self, second: int, credentials: CredentialsLike) -> State:
        """Returns the request bound to a signing time and credentials, kept for the next call.

        Args:
            second: Signing time, seconds since the epoch.
            credentials: One snapshot.

        Raises:
            RequestError: A value breaks a rule.
        """
        state = self.state
        if (
            state is None
            or state.second != second
            or (state.credentials is not credentials and state.credentials != credentials)
        ):
            state = self.state = self._bind(second, credentials)
        return state

    def _bind(self, second: int, credentials: CredentialsLike) -> State:
        shape = self._shape
        if credentials.security_token:
            shape = shape._replace(token=True)
        constants = (None, *self._constants) if shape.key else self._constants
        expires, shortest = None, 0
        if isinstance(self.expires, int):
            expires = shortest = self.expires
        elif len(self.expires):
            shortest = min(self.expires)
        try:
            job = _v4.bind(
                shape,
                constants,
                moment_at(second),
                self._scope,
                credentials,
                expires=expires,
                engine=self._engine,
                kernel=self._kernel,
            )
            expiration = _EPOCH + timedelta(seconds=second + shortest)
        except ColumnError as error:
            raise self.explain(error) from None
        except OverflowError:
            raise RequestError("expires", "ends after the year 9999; shorten it") from None
        return State(second, credentials, job, expiration)

    def explain(self, error: ColumnError) -> RequestError:
        """Returns the error for a user that the engine's fault stands for."""
        return request_error(_v4.compile_plan(self._shape).columns, error)
