"""What must hold for every request of a call to `verify`: its arguments, checked once."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import NamedTuple

from .._credentials.credentials import Credentials, CredentialsLike, as_credentials
from .._credentials.official import way_in
from .._errors import RequestError
from .carriers import check_versions

CredentialsLookup = (
    CredentialsLike | Mapping[str, CredentialsLike] | Callable[[str], CredentialsLike | None]
)


_NEVER = 1e12
"""Seconds that are beyond the calendar, and that a float still counts."""


class Terms(NamedTuple):
    """What must hold for every request of a call; arguments of `verify`, checked."""

    credentials: CredentialsLookup
    bucket: str | None
    url_style: str | None
    endpoint: str | None
    region: str | None
    product: str | None
    now: float
    max_skew: float
    signature_versions: Collection[str]
    strict_bytes: bool


def read_terms(
    *,
    credentials: CredentialsLookup,
    bucket: str | None,
    url_style: str | None,
    endpoint: str | None,
    region: str | None,
    product: str | None,
    now: datetime | float | None,
    max_skew: float,
    signature_versions: Collection[str],
    strict_bytes: bool,
) -> Terms:
    """Returns arguments of `verify` as terms.

    Raises:
        RequestError: One cannot be used, whatever the request.
    """
    check_versions(signature_versions)
    moment = _epoch(now)
    if not isinstance(max_skew, (int, float)) or not max_skew >= 0:  # as with what is no number
        raise RequestError("max_skew", "must be 0 seconds or more")
    for name, value in (("bucket", bucket), ("endpoint", endpoint)):
        if value is not None and not isinstance(value, str):
            raise RequestError(name, f"must be text or None, not {type(value).__name__}")
    if not (isinstance(credentials, (Credentials, Mapping)) or callable(credentials)) and not any(
        hasattr(credentials, n) for n in ("access_key_id", "get_credentials", "get_credential")
    ):
        raise RequestError(
            "credentials",
            "must be Credentials, a mapping or a function from access key ids to them, or an "
            f"object with get_credentials(), not {type(credentials).__name__}",
        )
    return Terms(
        credentials, bucket, url_style, endpoint, region, product, moment, min(max_skew, _NEVER),
        signature_versions, strict_bytes,
    )  # fmt: skip


def find_holder(access_key_id: str, credentials: CredentialsLookup) -> Credentials | None:
    """Returns the credentials that `credentials` have for `access_key_id`, if any."""
    found: object | None
    if isinstance(credentials, Credentials):
        return credentials
    if isinstance(credentials, Mapping):
        found = credentials.get(access_key_id)
    elif hasattr(credentials, "access_key_id"):
        found = credentials
    elif (ask := way_in(credentials) or getattr(credentials, "get_credentials", None)) is not None:
        found = ask()
    else:
        found = credentials(access_key_id)
    return None if found is None else as_credentials(found)


def _epoch(now: datetime | float | None) -> float:
    if now is None:
        return time.time()
    if isinstance(now, datetime):
        if now.tzinfo is None:
            raise RequestError("now", "is a naive datetime; give an aware one, as in UTC")
        return now.timestamp()
    if not isinstance(now, (int, float)) or not abs(now) < _NEVER:  # as with what is no number
        raise RequestError("now", "must be an aware datetime or epoch seconds")
    return now
