"""What Signature V4 and V1 share: the shape of a request, its time, and names both know."""

from __future__ import annotations

from datetime import datetime, timezone
from functools import lru_cache
from typing import NamedTuple

from .._credentials.credentials import CredentialsLike
from .._engine.plan import LABEL, PATH, Column
from .._errors import CredentialsError, RequestError
from .endpoints import Endpoint

DATE_HEADER = "x-oss-date"
TOKEN_HEADER = "x-oss-security-token"
MAX_KEY_BYTES = 1023
DEFAULT_EXPIRES = 900
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = (
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
)  # fmt: skip

#: Query names that a V4 signature writes. Nobody else may, nor may they stand in a request with a
#: V1 signature, which OSS would then read as V4.
RESERVED_QUERY = frozenset(
    {
        "x-oss-signature-version",
        "x-oss-date",
        "x-oss-expires",
        "x-oss-credential",
        "x-oss-security-token",
        "x-oss-additional-headers",
        "x-oss-signature",
    }
)


def is_signed_by_default(header: str) -> bool:
    """Returns whether V4 signs `header`, a lower-case name, without being asked to."""
    return header in ("content-type", "content-md5") or header.startswith("x-oss-")


class Shape(NamedTuple):
    """All of a request but its values; requests of one shape share a plan.

    Attributes:
        method: HTTP method.
        endpoint: Where the request goes.
        bucket: Bucket name, "" at service level, or None where it varies from row to row.
        key: 0 without an object key, 1 with a strictly checked one, 2 with any.
        query: Name and column of each query parameter, in the caller's order.
        headers: Lower-case name and column of each signed header, in order of the names.
        additional: Lower-case names of the additional headers, sorted.
        token: Whether there is a security token.
        carrier: What carries the signature, "query" or "header".
    """

    method: str
    endpoint: Endpoint
    bucket: str | None
    key: int
    query: tuple[tuple[str, Column], ...]
    headers: tuple[tuple[str, Column], ...]
    additional: tuple[str, ...]
    token: bool
    carrier: str = "query"


_STRICT_KEY = Column("key", PATH, 1, MAX_KEY_BYTES, "/\\", "\r\n")
_ANY_KEY = Column("key", PATH, 1, MAX_KEY_BYTES)
_BUCKET = Column("bucket", LABEL, 3, 63)


def asked_columns(shape: Shape) -> list[Column]:
    """Returns the columns of what a caller asks for, in the order that both versions have them.

    They are the key and the bucket where the shape has them, the query and the header values.
    """
    columns = [_STRICT_KEY if shape.key == 1 else _ANY_KEY] if shape.key else []
    columns += [_BUCKET] if shape.bucket is None else []
    return [*columns, *[column for _, column in (*shape.query, *shape.headers)]]


class Moment(NamedTuple):
    """A signing time: the second and its two texts."""

    second: int
    date: str
    day: str

    @classmethod
    def at(cls, second: int) -> Moment:
        """Returns the moment of `second`, counted from the epoch.

        Raises:
            RequestError: It lies outside the years 1970..9999.
        """
        try:
            utc = datetime.fromtimestamp(second, timezone.utc)
        except (OverflowError, ValueError, OSError):
            utc = None
        if utc is None or second < 0:
            raise RequestError("signing_time", "must lie in the years 1970..9999")
        date = utc.strftime("%Y%m%dT%H%M%SZ")
        return cls(second, date, date[:8])


@lru_cache(maxsize=64)
def http_date(second: int) -> str:
    """Returns the time `second`, counted from the epoch, as HTTP headers have it."""
    return http_text(datetime.fromtimestamp(second, timezone.utc))


def http_text(utc: datetime) -> str:
    """Returns a time of UTC as HTTP headers have it, such as "Fri, 01 Mar 2024 08:30:15 GMT".

    `email.utils` does the same, but takes a third of the time that this package needs to be
    imported, and a fork or a signal handler must not find it half imported by a signature.
    """
    day, month = _DAYS[utc.weekday()], _MONTHS[utc.month - 1]
    return f"{day}, {utc.day:02} {month} {utc.year:04} {utc:%H:%M:%S} GMT"


def check_header_id(credentials: CredentialsLike) -> None:
    """Checks that the access key id can be written into a header.

    Raises:
        CredentialsError: It is not ASCII.
    """
    if not (credentials.access_key_id or "").isascii():
        raise CredentialsError("access_key_id holds characters beyond ASCII; no header carries it")
