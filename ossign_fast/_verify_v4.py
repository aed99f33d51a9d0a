"""Signature V4 as the verifier knows it: the scheme written down a second time.

`read_claim` takes a query apart; `canonical_request`, `string_to_sign` and `signature` are the
steps that every V4 request goes through, however it carries its signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from datetime import datetime, timezone
from typing import NamedTuple
from urllib.parse import quote

from ._errors import MalformedSignatureError

ALGORITHM = "OSS4-HMAC-SHA256"
TERMINATOR = "aliyun_v4_request"
MAX_EXPIRES = 604_800  # seven days, in seconds
AUTH_PARAMETERS = frozenset(
    {
        "x-oss-additional-headers",
        "x-oss-credential",
        "x-oss-date",
        "x-oss-expires",
        "x-oss-security-token",
        "x-oss-signature",
        "x-oss-signature-version",
    }
)


class Scope(NamedTuple):
    """Where and on which day a signing key is good."""

    day: str
    region: str
    product: str

    def __str__(self) -> str:
        return "/".join((*self, TERMINATOR))


def canonical_request(
    method: str,
    canonical_path: str,
    query: Mapping[str, str],
    signed_headers: Mapping[str, str],
    additional_headers: tuple[str, ...],
) -> str:
    """Returns the text whose hash is signed; `query` is decoded, headers are lower-case."""
    encoded = sorted(
        (quote(name, safe=""), quote(value, safe=""))
        for name, value in query.items()
        if name != "x-oss-signature"
    )
    lines = (
        method,
        canonical_path,
        "&".join(f"{name}={value}" if value else name for name, value in encoded),
        "".join(f"{name}:{signed_headers[name]}\n" for name in sorted(signed_headers)),
        ";".join(additional_headers),
        signed_headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
    )
    return "\n".join(lines)


def string_to_sign(date: str, scope: Scope, canonical: str) -> str:
    """Returns the text that is signed, for the canonical request `canonical`."""
    # Header values may hold bytes that are no UTF-8; they are hashed as they came.
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{date}\n{scope}\n{digest}"


def signature(secret: str, scope: Scope, text: str) -> str:
    """Returns the signature of `text`, lower-case hex."""
    key = f"aliyun_v4{secret}".encode()
    for step in (*scope, TERMINATOR):
        key = hmac.new(key, step.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


class Claim(NamedTuple):
    """What the query says of the signature: read, not yet believed."""

    access_key_id: str
    scope: Scope
    date: str
    signing_time: datetime
    expires: int
    token: str
    additional: tuple[str, ...]
    signature: str


def read_claim(query: Mapping[str, str]) -> Claim:
    """Returns what the decoded `query` says of its signature.

    Raises:
        MalformedSignatureError: A parameter is missing or unreadable.
    """
    if _required(query, "x-oss-signature-version") != ALGORITHM:
        raise MalformedSignatureError(f"x-oss-signature-version: must be {ALGORITHM}")
    access_key_id, scope = _read_credential(_required(query, "x-oss-credential"))
    date = _required(query, "x-oss-date")
    signing_time = _read_date(date)
    if scope.day != date[:8]:
        raise MalformedSignatureError("x-oss-credential: its day must be that of x-oss-date")
    expires = _required(query, "x-oss-expires")
    if re.fullmatch("[1-9][0-9]{0,5}", expires) is None or int(expires) > MAX_EXPIRES:
        raise MalformedSignatureError(f"x-oss-expires: must be 1..{MAX_EXPIRES} seconds")
    return Claim(
        access_key_id,
        scope,
        date,
        signing_time,
        int(expires),
        query.get("x-oss-security-token", ""),
        _read_additional(query.get("x-oss-additional-headers")),
        _required(query, "x-oss-signature"),
    )


def _required(query: Mapping[str, str], name: str) -> str:
    if not query.get(name):
        raise MalformedSignatureError(f"{name}: missing; use the presigned URL unchanged")
    return query[name]


def _read_credential(credential: str) -> tuple[str, Scope]:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or not parts[0] or parts[4] != TERMINATOR:
        raise MalformedSignatureError(
            f"x-oss-credential: must be access key id/day/region/product/{TERMINATOR}"
        )
    return parts[0], Scope(*parts[1:4])


def _read_date(date: str) -> datetime:
    try:
        if re.fullmatch("[0-9]{8}T[0-9]{6}Z", date) is None:
            raise ValueError
        return datetime.strptime(date, "%Y%m%dT%H%M%SZ").replace(tzinfo=timezone.utc)
    except ValueError:
        raise MalformedSignatureError("x-oss-date: must be a time like 20240301T083015Z") from None


def _read_additional(names: str | None) -> tuple[str, ...]:
    if names is None:
        return ()
    additional = tuple(names.split(";"))
    if names != names.lower() or "" in additional or list(additional) != sorted(set(additional)):
        raise MalformedSignatureError(
            "x-oss-additional-headers: names must be lower case, sorted and unique"
        )
    return additional
