"""The fields of what others call credentials: objects, dicts and getters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from typing import Any

from .._errors import CredentialsError

# Names as `_plain` writes them.
_TOKENS = ("securitytoken", "ststoken", "sessiontoken")
_ENDS = ("expiration", "stsexpiration")
_MILLISECONDS = 10**11  # as seconds, this is the year 5138
_READINGS = 4

Fields = tuple[Any, Any, Any, Any]


def time_of(end: object) -> datetime | None:
    """Returns the aware time that `end` tells: a datetime, seconds, milliseconds or ISO 8601.

    What has no time zone is UTC, as STS and the SDKs write it. Nothing, zero and less mean None.

    Raises:
        CredentialsError: It tells no time.
    """
    try:
        if isinstance(end, str) and end:
            end = float(end) if end.isdecimal() else datetime.fromisoformat(_iso(end))
        if isinstance(end, datetime):
            return end if end.tzinfo is not None else end.replace(tzinfo=timezone.utc)
        if not end or (isinstance(end, (int, float)) and end < 0):
            return None
        if isinstance(end, (int, float)) and not isinstance(end, bool):
            seconds = end / 1000 if end > _MILLISECONDS else end
            return datetime.fromtimestamp(seconds, timezone.utc)
    except (ValueError, OverflowError, OSError):
        pass
    raise CredentialsError("expiration is no time; give one as STS does: 2026-03-02T01:00:00Z")


def _iso(text: str) -> str:
    return f"{text[:-1]}+00:00" if text[-1] in "zZ" else text


def fields_of(value: object) -> Fields:
    """Returns id, secret, token and end of what may be credentials, each of them read once.

    Raises:
        CredentialsError: There are none of these names.
    """
    if isinstance(value, Mapping):
        return _of_mapping(value)
    try:
        return (
            value.access_key_id,  # type: ignore[attr-defined]
            value.access_key_secret,  # type: ignore[attr-defined]
            getattr(value, "security_token", None),
            getattr(value, "expiration", None),
        )
    except AttributeError:
        pass
    if callable(getattr(value, "get_access_key_id", None)):
        return _of_getters(value)
    # An answer of the SDK of STS.
    inner = getattr(getattr(value, "body", value), "credentials", None)
    if inner is not None and not isinstance(value, type):
        return fields_of(inner)
    if hasattr(value, "__await__"):
        getattr(value, "close", bool)()  # or Python warns that nobody awaited it
    raise CredentialsError(
        f"the credentials provider returned {type(value).__name__}, which has no "
        "access_key_id and access_key_secret"
    )


def _of_mapping(value: Mapping[Any, Any]) -> Fields:
    """Returns the fields of a dict, whose names differ in case, `-` and `_` from place to place."""
    fields = {_plain(name): field for name, field in value.items() if isinstance(name, str)}
    for name in ("credentials", "body"):
        if isinstance(fields.get(name), Mapping):
            return _of_mapping(fields[name])
    names = ("access_key_id", "access_key_secret")
    missing = [name for name in names if _plain(name) not in fields]
    if missing:
        kind = type(value).__name__
        raise CredentialsError(
            f"{missing[0]} is missing in the {kind}; a {kind} of credentials has {names[0]}, "
            f"{names[1]} and, for STS, security_token, or AccessKeyId and so on"
        )
    token, end = (next(filter(None, map(fields.get, told)), None) for told in (_TOKENS, _ENDS))
    return fields["accesskeyid"], fields["accesskeysecret"], token, end


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _of_getters(value: Any) -> Fields:
    """Returns what the getters give, read until they gave the same twice.

    Each of them may renew the keys, so one reading can mix two sets.
    """
    read: Fields | None = None
    for _ in range(_READINGS):
        before, read = (
            read,
            (
                value.get_access_key_id(),
                value.get_access_key_secret(),
                value.get_security_token() if hasattr(value, "get_security_token") else None,
                value.get_expiration() if hasattr(value, "get_expiration") else None,
            ),
        )
        if read == before:
            return read
    raise CredentialsError("the credentials changed each time they were read; try again")
