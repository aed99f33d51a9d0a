"""The four places of a signature, and what a request says there before anyone believes it.

A signature is carried in the query (a presigned URL) or in the Authorization header, and is of
Signature V4 or of V1. A request carries one of them; two could be read in two ways.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta, timezone
from enum import Enum
from typing import NamedTuple
from urllib.parse import unquote_plus

from .._errors import MalformedSignatureError, RequestError

VERSIONS = ("v4", "v1")
_ISO_TIME = re.compile(f"([0-9]{{4}}){'([0-9]{2})' * 2}T{'([0-9]{2})' * 3}Z").fullmatch
_LAST_MOMENT = datetime.max.replace(microsecond=0, tzinfo=timezone.utc)


class Carrier(Enum):
    """Where a signature stands and of which version it is."""

    V4_QUERY = "v4 query"
    V1_QUERY = "v1 query"
    V4_HEADER = "v4 header"
    V1_HEADER = "v1 header"

    @property
    def version(self) -> str:
        """The version of the signature, as `verify` names it."""
        return self.value.partition(" ")[0]

    @property
    def in_headers(self) -> bool:
        """Whether Authorization carries the signature."""
        return self.value.endswith("header")


_SCHEMES = {"OSS4-HMAC-SHA256": Carrier.V4_HEADER, "OSS": Carrier.V1_HEADER}


class Scope(NamedTuple):
    """Where and on which day a V4 signing key is good."""

    day: str
    region: str
    product: str


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
    """What the signature of a request must be, and how that follows."""

    signature: str
    string_to_sign: str
    canonical_request: str | None
    signed_headers: tuple[str, ...]


def find_carrier(
    query: str | None, headers: Iterable[tuple[str, str]], versions: Collection[str]
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
    # Read loosely: a name that is not in its signed form must not hide a signature.
    names = {pair.partition("=")[0] for pair in (query or "").split("&")}
    names |= {unquote_plus(name) for name in names if "%" in name or "+" in name}
    found = []
    if not names.isdisjoint({"x-oss-signature", "x-oss-signature-version"}):
        found.append(Carrier.V4_QUERY)
    elif names >= {"OSSAccessKeyId", "Signature"}:  # under V4 they are parameters like any other
        found.append(Carrier.V1_QUERY)
    found += [_carrier_of(value) for name, value in headers if name == "authorization"]
    if len(found) > 1:
        raise MalformedSignatureError(
            "authorization: the request is signed twice; sign it in the query or in "
            "Authorization, once"
        )
    for carrier in found:
        _require_version(carrier, versions)
    return found[0] if found else Carrier.V4_QUERY


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
    found = _ISO_TIME(text)
    try:
        if found is None:
            raise ValueError
        year, month, day, hour, minute, second = map(int, found.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=timezone.utc)
    except ValueError:
        raise MalformedSignatureError(f"{field}: must be a time like 20240301T083015Z") from None


def later(moment: datetime, seconds: float) -> datetime:
    """Returns `moment` plus `seconds`, at most the end of the calendar."""
    try:
        return moment + timedelta(seconds=seconds)
    except OverflowError:
        return _LAST_MOMENT
