"""Headers that make a request depend on what is stored: ranges, If-Match and its kin."""

from __future__ import annotations

import re
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

from ._errors import ServiceError
from ._files import Record

_RANGE = re.compile("bytes=([0-9]{0,18})-([0-9]{0,18})")


def check_conditions(headers: Mapping[str, str], record: Record, prefix: str = "") -> bool:
    """Returns whether the client should get the content, False meaning 304.

    Args:
        headers: Those of the request.
        record: What is stored.
        prefix: Stands before the header names; copies have one.

    Raises:
        ServiceError: PreconditionFailed.
    """
    modified = int(record.modified)
    wanted, unwanted = (headers.get(f"{prefix}if-{name}") for name in ("match", "none-match"))
    before = _moment(headers.get(f"{prefix}if-unmodified-since"))
    after = _moment(headers.get(f"{prefix}if-modified-since"))
    if (wanted is not None and not _matches(wanted, record.etag)) or (
        wanted is None and before is not None and modified > before
    ):
        raise ServiceError(
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold.",
        )
    if unwanted is not None:
        return not _matches(unwanted, record.etag)
    return after is None or modified > after


def _matches(etags: str, etag: str) -> bool:
    names = [name.strip().strip('"') for name in etags.split(",")]
    return "*" in names or etag in names


def _moment(date: str | None) -> float | None:
    try:
        return None if date is None else parsedate_to_datetime(date).timestamp()
    except (ValueError, OverflowError):
        return None  # HTTP: a date that cannot be read sets no condition


def parse_range(text: str | None, size: int, *, standard: bool) -> tuple[int, int] | None:
    """Returns start and count of a byte range, or None to send everything.

    What is no range is ignored, and of several the first one counts, as OSS documents it.

    Args:
        text: What the header Range says.
        size: That of the object, in bytes.
        standard: Whether a range that is not all inside the object is read as HTTP has it, its end
            being cut off. Otherwise it is ignored too, and that is what OSS does by default.

    Raises:
        ServiceError: InvalidRange, if nothing of the object lies in it and `standard` is set.

    Example:
        >>> [parse_range(f"bytes={text}", 10, standard=False) for text in ("2-", "-3", "8-99")]
        [(2, 8), (7, 3), None]
        >>> parse_range("bytes=8-99", 10, standard=True)
        (8, 2)
    """
    found = _RANGE.fullmatch((text or "").partition(",")[0].strip())
    if found is None or found.group() == "bytes=-":
        return None
    first, last = found.groups()
    if first and last and int(last) < int(first):
        return None
    start = int(first) if first else size - int(last)
    end = int(last) if first and last else size - 1
    if 0 <= start <= end < size:
        return start, end - start + 1
    if not standard:
        return None
    if start >= size:
        raise ServiceError(
            "InvalidRange",
            "The requested range cannot be satisfied.",
            headers={"Content-Range": f"bytes */{size}"},
        )
    start, end = max(0, start), min(end, size - 1)
    return start, end - start + 1
