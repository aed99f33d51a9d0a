"""Lifetimes and signing times: what a caller may give, in whole seconds."""

from __future__ import annotations

import math
import operator
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta, timezone
from typing import Any

from .._engine.inputs import as_column, is_sequence, without_stand_ins
from .._errors import RequestError
from .faults import not_utf8
from .shape import DEFAULT_EXPIRES
from .v4 import MAX_EXPIRES

Seconds = int | float | timedelta
SigningTime = datetime | int | float

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_SECOND = timedelta(seconds=1)
#: Seconds since the epoch of a moment in 2001: what is greater is no lifetime.
_RECENT = 1_000_000_000


def whole_seconds(clock: Callable[[], float] | None, offset: Seconds) -> Callable[[], int]:
    """Returns a clock that ticks in whole seconds, `offset` ahead of `clock`.

    Without one it looks `time.time` up at each call, so that it follows those who replace it.

    Raises:
        RequestError: `clock` is not callable or `offset` no finite number of seconds.
    """
    ahead = offset / _SECOND if isinstance(offset, timedelta) else _finite("clock_offset", offset)
    if clock is None:
        return lambda: int(time.time() + ahead)
    if not callable(clock):
        raise RequestError("clock", "must be callable and return seconds since the epoch")

    def now() -> int:
        try:
            return int(clock() + ahead)
        except (TypeError, ValueError, OverflowError):
            raise RequestError("clock", "must return seconds since the epoch") from None

    return now


def as_second(signing_time: Any) -> int:
    """Returns a signing time in seconds since the epoch; a fraction is dropped.

    Raises:
        RequestError: It is no aware datetime and no finite number.
    """
    if isinstance(signing_time, datetime):
        return _whole_epoch("signing_time", signing_time)
    return math.floor(_finite("signing_time", signing_time))


def as_lifetime(expires: Any, maximum: int = MAX_EXPIRES) -> int | list[int | None]:
    """Returns `expires` in whole seconds, a column of them as list; None means the default.

    A null in a column stays None: on that the engine decides.

    Args:
        expires: What a caller gave.
        maximum: The longest lifetime, in seconds.

    Raises:
        RequestError: It is no lifetime that OSS accepts; for a column, with the row.
    """
    if expires is None:
        return DEFAULT_EXPIRES
    if isinstance(expires, str) or getattr(expires, "ndim", 1) == 0 or not is_sequence(expires):
        return _checked_lifetime(expires, maximum)
    column = as_column("expires", expires)
    if {int}.issuperset(map(type, column)) and _in_bounds(column, maximum):
        return list(column)
    lifetimes: list[int | None] = []
    try:
        for value in without_stand_ins(column):
            lifetimes.append(None if value is None else _checked_lifetime(value, maximum))  # noqa: PERF401
    except RequestError as error:
        raise error.at_row(len(lifetimes)) from None
    except UnicodeDecodeError:
        raise not_utf8("expires", len(lifetimes)) from None
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
    _whole_epoch("expiration", expiration)


def seconds_until(expiration: datetime, second: int, maximum: int = MAX_EXPIRES) -> int:
    """Returns how many whole seconds a URL lives that is signed at `second`.

    Args:
        expiration: Aware time at which it expires.
        second: Seconds since the epoch.
        maximum: The longest lifetime, in seconds.

    Raises:
        RequestError: It is no lifetime that OSS accepts.
    """
    seconds = _whole_epoch("expiration", expiration) - second
    if not 1 <= seconds <= maximum:
        raise RequestError("expiration", f"must be 1..{maximum} seconds after signing")
    return seconds


def _whole_epoch(field: str, moment: datetime) -> int:
    if moment.utcoffset() is None:
        raise RequestError(
            field, "has no time zone; give an aware datetime, such as datetime.now(timezone.utc)"
        )
    return (moment - _EPOCH) // _SECOND


def _finite(field: str, value: Any) -> float:
    try:
        if not isinstance(value, bool) and math.isfinite(value):
            return int(value) if hasattr(value, "__index__") else float(value)
    except (TypeError, ValueError, OverflowError):
        pass
    raise RequestError(field, "must be a finite number of seconds")


def _in_bounds(column: Sequence[int], maximum: int) -> bool:
    return not column or (min(column) >= 1 and max(column) <= maximum)


def _checked_lifetime(expires: Any, maximum: int) -> int:
    seconds: Any = expires / _SECOND if isinstance(expires, timedelta) else expires
    if isinstance(seconds, float) and seconds.is_integer():
        seconds = int(seconds)
    try:
        whole = operator.index(seconds)
    except TypeError:
        whole = None
    if whole is None or isinstance(expires, bool):
        cure = ""
        if isinstance(expires, datetime):
            cure = ", not a datetime; that goes into expiration="
        elif isinstance(expires, str):
            cure = ", not text; give a number, as by int()"
        raise RequestError("expires", "must be whole seconds or a timedelta" + cure)
    if not 1 <= whole <= maximum:
        given = f", not {whole}" if abs(whole) < 1 << 63 else ""
        days = f" ({maximum // 86_400} days)" if maximum == MAX_EXPIRES else ""
        cure = "; a point in time goes into expiration=" if maximum < _RECENT <= whole else ""
        raise RequestError("expires", f"must be 1..{maximum} seconds{days}{given}{cure}")
    return whole
