"""Lifetimes and signing times: what a caller may give, in whole seconds."""

from __future__ import annotations

import math
import operator
from datetime import datetime, timedelta, timezone
from typing import Any

from ._errors import RequestError
from ._request import as_column
from ._v4 import DEFAULT_EXPIRES, MAX_EXPIRES

Seconds = int | float | timedelta
SigningTime = datetime | int | float


def as_number(field: str, value: Any) -> float:
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, bool) or not isinstance(value, (int, float)) or math.isnan(value):
        raise RequestError(field, "must be a number of seconds or a timedelta")
    return value


def as_second(signing_time: Any) -> int:
    if isinstance(signing_time, datetime):
        if signing_time.utcoffset() is None:
            raise RequestError("signing_time", "is naive; give an aware datetime, as in UTC")
        return int(signing_time.timestamp() // 1)
    if isinstance(signing_time, timedelta):
        raise RequestError("signing_time", "must be an aware datetime or seconds since the epoch")
    try:
        return int(as_number("signing_time", signing_time) // 1)
    except (ValueError, OverflowError):
        raise RequestError("signing_time", "must be finite") from None


def lifetime(expires: Any, expiration: Any, second: int) -> int:
    """Returns how many seconds a URL lives that is signed at `second`."""
    if expiration is None:
        return DEFAULT_EXPIRES if expires is None else _whole_seconds(expires)
    if expires is not None:
        raise RequestError("expiration", "cannot be given together with expires; give one of them")
    if not isinstance(expiration, datetime):
        raise RequestError("expiration", "must be an aware datetime; for a lifetime use expires")
    if expiration.utcoffset() is None:
        raise RequestError("expiration", "is naive; give an aware datetime, as in UTC")
    seconds = int((expiration.astimezone(timezone.utc).timestamp() - second) // 1)
    if not 1 <= seconds <= MAX_EXPIRES:
        raise RequestError(
            "expiration", f"must be 1..{MAX_EXPIRES} seconds after signing, not {seconds}"
        )
    return seconds


def _whole_seconds(expires: Any) -> int:
    field = "expires"
    if isinstance(expires, timedelta):
        whole, rest = divmod(expires, timedelta(seconds=1))
    elif isinstance(expires, float) and math.isfinite(expires):
        whole, rest = int(expires), timedelta(seconds=expires % 1)
    elif isinstance(expires, bool) or not hasattr(expires, "__index__"):
        raise RequestError(field, "must be whole seconds or a timedelta")
    else:
        whole, rest = operator.index(expires), timedelta()
    if rest:
        raise RequestError(field, "must be whole seconds; OSS knows no fractions")
    if not 1 <= whole <= MAX_EXPIRES:
        raise RequestError(field, f"must be 1..{MAX_EXPIRES} seconds (7 days), not {whole}")
    return whole


def lifetimes(expires: Any, expiration: Any, second: int) -> int | list[int]:
    """Returns a lifetime, or a column of them, in seconds."""
    if expires is None or isinstance(expires, (int, float, timedelta)) or expiration is not None:
        return lifetime(expires, expiration, second)
    if getattr(expires, "ndim", 1) == 0:
        return lifetime(expires.item(), None, second)
    column = as_column("expires", expires)
    column_of_seconds: list[int] = []
    try:
        for value in column:
            column_of_seconds.append(_whole_seconds(value))  # noqa: PERF401 - its length tells the bad row
    except RequestError as error:
        raise error.at_row(len(column_of_seconds)) from None
    return column_of_seconds
