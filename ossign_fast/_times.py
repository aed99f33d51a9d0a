"""Lifetimes and signing times: what a caller may give, in whole seconds."""

from __future__ import annotations

import math
import operator
from datetime import datetime, timedelta
from typing import Any

from ._columns import as_column
from ._errors import RequestError
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


def as_lifetime(expires: Any) -> int | list[int]:
    """Returns `expires` in whole seconds, a column of them as list; None means the default.

    Raises:
        RequestError: It is no lifetime that OSS accepts; for a column, with the row.
    """
    if expires is None:
        return DEFAULT_EXPIRES
    if isinstance(expires, (int, float, timedelta)) or getattr(expires, "ndim", 1) == 0:
        return _whole_seconds(expires)
    if not hasattr(expires, "__len__"):
        return _whole_seconds(expires)
    lifetimes: list[int] = []
    try:
        for value in as_column("expires", expires):
            lifetimes.append(_whole_seconds(value))  # noqa: PERF401 - its length tells the bad row
    except RequestError as error:
        raise error.at_row(len(lifetimes)) from None
    return lifetimes


def check_expiration(expiration: Any, expires: Any) -> None:
    """Checks the type of an absolute expiration, and that it comes alone.

    Raises:
        RequestError: It is no aware datetime, or `expires` is given too.
    """
    if expires is not None:
        raise RequestError("expiration", "cannot be given together with expires; give one of them")
    if not isinstance(expiration, datetime):
        raise RequestError("expiration", "must be an aware datetime; for a lifetime use expires")
    if expiration.utcoffset() is None:
        raise RequestError("expiration", "is naive; give an aware datetime, as in UTC")


def seconds_until(expiration: datetime, second: int) -> int:
    """Returns how many whole seconds a URL lives that is signed at `second`.

    Raises:
        RequestError: It is no lifetime that OSS accepts.
    """
    seconds = int((expiration.timestamp() - second) // 1)
    if not 1 <= seconds <= MAX_EXPIRES:
        raise RequestError(
            "expiration", f"must be 1..{MAX_EXPIRES} seconds after signing, not {seconds}"
        )
    return seconds


def _whole_seconds(expires: Any) -> int:
    if isinstance(expires, timedelta):
        expires = expires / timedelta(seconds=1)
    if isinstance(expires, float) and math.isfinite(expires):
        if not expires.is_integer():
            raise RequestError("expires", "must be whole seconds; OSS knows no fractions")
        expires = int(expires)
    if isinstance(expires, bool) or not hasattr(expires, "__index__"):
        raise RequestError("expires", "must be whole seconds or a timedelta")
    seconds = operator.index(expires)
    if not 1 <= seconds <= MAX_EXPIRES:
        raise RequestError("expires", f"must be 1..{MAX_EXPIRES} seconds (7 days), not {seconds}")
    return seconds
