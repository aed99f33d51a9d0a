"""When a request was signed, as far as what came of it tells."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from ._diff import query_of


def url_instant(url: str, expires: Any) -> float:
    """Returns the second at which a URL that lives for `expires` seconds was signed."""
    query = query_of(url)
    date = query.get("x-oss-date")
    return int(query["Expires"]) - expires if date is None else _second_of(date)


def headers_instant(headers: Any) -> float:
    """Returns the second at which a request was signed in its headers."""
    date = headers.get("x-oss-date")
    return parsedate_to_datetime(headers["date"]).timestamp() if date is None else _second_of(date)


def result_instants(
    result: Any, expires: Any, expiration: Any, is_strict: bool
) -> tuple[float, float]:
    """Returns what the clock of a client must have shown when it looked first, and second.

    The date in a URL has no fraction; the lifetime beside it tells enough of it to repeat the
    SDK's subtraction, which is one of microseconds.

    Args:
        result: What `presign` returned.
        expires: The lifetime it was given, or None.
        expiration: The end it was given, or None.
        is_strict: Whether the looks are told apart: the SDK counts `expires` before it signs, and
            its default after.
    """
    end, query = result.expiration.timestamp(), query_of(result.url)
    lifetime = 900 if expires is None else expires
    if isinstance(lifetime, timedelta):
        lifetime = lifetime.total_seconds()
    counted = signed = end - lifetime
    if "x-oss-date" in query:  # V1 has the end alone
        second = _second_of(query["x-oss-date"])
        signed = max(second, min(end - int(query["x-oss-expires"]), second + 0.999999))
    if not is_strict or expiration is not None:
        return signed, signed
    return (signed, counted) if expires is None else (counted, signed)


def result_mark(result: Any, is_end_given: bool) -> str | None:
    """Returns what must be the same in results of one second; None if there is nothing."""
    query = query_of(result.url)
    return query.get("x-oss-date") or (None if is_end_given else query.get("Expires"))


def _second_of(date: str) -> float:
    return datetime.strptime(date + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
