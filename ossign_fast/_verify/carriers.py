"""The four places of a signature, and what a request says there before anyone believes it.

A signature is carried in the query (a presigned URL) or in the Authorization header, and is of
Signature V4 or of V1. A request carries one of them; two could be read in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import unquote_plus

from .._errors import MalformedSignatureError, RequestError
from .keys import Scope, SigningKey

VERSIONS = ("v4", "v1")
_ISO_TIME = re.compile(f"([0-9]{{4}}){'([0-9]{2})' * 2}T{'([0-9]{2})' * 3}Z").fullmatch
_LAST_MOMENT = datetime.max.replace(microsecond=0, tzinfo=timezone.utc)


class Carrier(NamedTuple):
    """Where a signature stands and of which version it is.

    Attributes:
        version: The version of the signature, as `verify` names it.
        in_headers: Whether Authorization carries the signature.
    """

    version: str
    in_headers: bool = False


V4_QUERY, V1_QUERY = Carrier("v4"), Carrier("v1")
_SCHEMES = {"OSS4-HMAC-SHA256": Carrier("v4", True), "OSS": Carrier("v1", True)}
_V4_NAMES = frozenset({"x-oss-signature", "x-oss-signature-version"})
_V1_NAMES = frozenset({"OSSAccessKeyId", "Signature"})


class Claim(NamedTuple):
    """What a request says of its signature: read, not yet believed.

    Attributes:
        access_key_id: Who signed.
        signature: The signature.
        token: The security token; empty without one.
        date: The time in the form that is signed.
        signing_time: When it was signed; V1 in the query does not tell.
        expiration: Last moment of validity; None where that depends on the clocks alone.
        scope: The credential scope; V1 has none.
        additional: Names of the additional headers, sorted.
        parameters: Names of query parameters that belong to the signature, not to the caller.
    """

    access_key_id: str
    signature: str
    token: str
    date: str
    signing_time: datetime | None = None
    expiration: datetime | None = None
    scope: Scope | None = None
    additional: tuple[str, ...] = ()
    parameters: frozenset[str] = frozenset()


class Proof(NamedTuple):
    """What the signature of a request must be, and how that follows.

    Attributes:
        signature: The signature.
        string_to_sign: What it is made of.
        canonical_request: What that was made of; V1 has none.
        signed_headers: Names of the signed headers, sorted.
        signing_key: The key that it is made with; V1 has none.
        is_new_key: Whether that key is not kept yet.
    """

    signature: str
    string_to_sign: str
    canonical_request: str | None
    signed_headers: tuple[str, ...]
    signing_key: SigningKey | None = None
    is_new_key: bool = False


def find_carrier(
    query: str | None, headers: Collection[tuple[str, str]], versions: Collection[str]
) -> Carrier:
    """Returns what carries the signature; without any, that of a presigned URL of V4.

    Args:
        query: The query of the URL, still encoded.
        headers: Lower-case names and values.
        versions: The versions that are accepted.

    Raises:
        MalformedSignatureError: There are two signatures, Authorization is of another kind, or
            the version is not an accepted one.
    """
    in_query = _query_carrier(query) if query else None
    found = [in_query] if in_query else []
    if headers:
        found += [_carrier_of(value) for name, value in headers if name == "authorization"]
    if len(found) > 1:
        raise MalformedSignatureError(
            "authorization: the request is signed twice; sign it in the query or in "
            "Authorization, once"
        )
    for carrier in found:
        _require_version(carrier, versions)
    return found[0] if found else V4_QUERY


def _query_carrier(query: str) -> Carrier | None:
    if "&x-oss-signature=" in query:
        return V4_QUERY
    names = {pair.partition("=")[0] for pair in query.split("&")}
    # Read loosely: a name that is not in its signed form must not hide a signature.
    names |= {unquote_plus(name) for name in names}
    if not names.isdisjoint(_V4_NAMES):
        return V4_QUERY
    return V1_QUERY if names >= _V1_NAMES else None  # under V4 parameters like any other


def _carrier_of(authorization: str) -> Carrier:
    carrier = _SCHEMES.get(authorization.partition(" ")[0])
    if carrier is None:
        raise MalformedSignatureError(
            f"authorization: must start with one of {', '.join(_SCHEMES)} and a blank"
        )
    return carrier


def _require_version(carrier: Carrier, versions: Collection[str]) -> None:
    if carrier.version not in versions:
        raise MalformedSignatureError(
            f"signature: is of {carrier.version.upper()}, which is not accepted here; sign with "
            f"{' or '.join(version.upper() for version in versions)}"
        )


def check_versions(versions: Collection[str]) -> None:
    """Refuses what is no choice of signature versions.

    Raises:
        RequestError: Always then.
    """
    if isinstance(versions, str) or not versions or not set(versions) <= set(VERSIONS):
        raise RequestError("signature_versions", f"must be of {', '.join(VERSIONS)}, in a tuple")


def read_iso_time(text: str, field: str) -> datetime:
    """Returns the moment of a time like 20240301T083015Z.

    Raises:
        MalformedSignatureError: It is none.
    """
    try:
        return _moment(text)
    except ValueError:
        raise MalformedSignatureError(f"{field}: must be a time like 20240301T083015Z") from None


@lru_cache(maxsize=256)
def _moment(text: str) -> datetime:
    found = _ISO_TIME(text)
    if found is None:
        raise ValueError
    year, month, day, hour, minute, second = map(int, found.groups())
    return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)


def later(moment: datetime, seconds: float) -> datetime:
    """Returns `moment` plus `seconds`, at most the end of the calendar."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return _LAST_MOMENT
