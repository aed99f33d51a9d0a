"""Signature V4 as the verifier knows it: the scheme written down a second time.

`read_query_claim` and `read_header_claim` take a request apart; `canonical_request`,
`string_to_sign` and `SigningKey.sign` are the steps that every V4 request goes through, however it
carries its signature.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping

from .._errors import MalformedSignatureError
from .carriers import Claim, Proof, later, read_iso_time
from .encoding import encode_query
from .keys import Scope, SigningKey, SigningKeyCache
from .request import Received

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


signing_keys = SigningKeyCache()

_ELEMENTS = frozenset({"Credential", "AdditionalHeaders", "Signature"})
_EXPIRES = re.compile("[1-9][0-9]{0,5}").fullmatch


def prove(received: Received, claim: Claim, secret: str) -> Proof:
    """Returns what the signature of `received` must be, signed with `secret` as `claim` says.

    Raises:
        MalformedSignatureError: A signed header is missing or repeated.
    """
    assert claim.scope is not None
    headers = received.signed_headers(claim.additional)
    canonical = canonical_request(
        received.method,
        received.resource.canonical_path,
        encode_query(received.query, received.encoded_query),
        headers,
        claim.additional,
    )
    text = string_to_sign(claim.date, claim.scope, canonical)
    known = signing_keys.find(secret, claim.scope)
    key = known or signing_key(secret, claim.scope)
    return Proof(key.sign(text), text, canonical, tuple(headers), key, known is None)


def canonical_request(
    method: str,
    canonical_path: str,
    encoded_query: str,
    signed_headers: Mapping[str, str],
    additional_headers: tuple[str, ...],
) -> str:
    """Returns the text whose hash is signed; the query is sorted, headers are lower-case."""
    headers = [f"{name}:{signed_headers[name]}\n" for name in sorted(signed_headers)]
    lines = (
        method,
        canonical_path,
        encoded_query,
        "".join(headers),
        ";".join(additional_headers),
        signed_headers.get("x-oss-content-sha256", "UNSIGNED-PAYLOAD"),
    )
    return "\n".join(lines)


def string_to_sign(date: str, scope: Scope, canonical: str) -> str:
    """Returns the text that is signed, for the canonical request `canonical`."""
    # Header values may hold bytes that are no UTF-8; they are hashed as they came.
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    return f"{ALGORITHM}\n{date}\n{'/'.join((*scope, TERMINATOR))}\n{digest}"


def signing_key(secret: str, scope: Scope) -> SigningKey:
    """Returns the key that signs in `scope`: one for a secret, day, region and product."""
    key = f"aliyun_v4{secret}".encode()
    for step in (*scope, TERMINATOR):
        key = hmac.digest(key, step.encode("utf-8", "surrogateescape"), "sha256")
    return SigningKey(key)


def read_query_claim(received: Received) -> Claim:
    """Returns what the query of `received` says of the signature.

    Raises:
        MalformedSignatureError: A parameter is missing or unreadable.
    """
    query = received.query
    if _required(query, "x-oss-signature-version") != ALGORITHM:
        raise MalformedSignatureError(f"x-oss-signature-version: must be {ALGORITHM}")
    access_key_id, scope = _read_credential(
        _required(query, "x-oss-credential"), "x-oss-credential"
    )
    date = _required(query, "x-oss-date")
    signing_time = read_iso_time(date, "x-oss-date")
    _check_day(scope, date)
    expires = _required(query, "x-oss-expires")
    if _EXPIRES(expires) is None or int(expires) > MAX_EXPIRES:
        raise MalformedSignatureError(f"x-oss-expires: must be 1..{MAX_EXPIRES} seconds")
    names = query.get("x-oss-additional-headers")
    return Claim(
        access_key_id,
        _required(query, "x-oss-signature"),
        query.get("x-oss-security-token", ""),
        date,
        signing_time,
        later(signing_time, int(expires)),
        scope,
        () if names is None else _read_sorted_additional(names),
        AUTH_PARAMETERS,
    )


def read_header_claim(received: Received) -> Claim:
    """Returns what the headers of `received` say of the signature.

    Raises:
        MalformedSignatureError: A header or an element of Authorization is missing or unreadable.
    """
    misplaced = AUTH_PARAMETERS.intersection(received.query)
    if misplaced:
        raise MalformedSignatureError(
            f"{min(misplaced)}: belongs to a signature in the query; this one is in Authorization"
        )
    elements = _read_elements(received.required_header("authorization"))
    access_key_id, scope = _read_credential(elements["Credential"], "Credential")
    date = received.required_header("x-oss-date")
    signing_time = read_iso_time(date, "x-oss-date")
    _check_day(scope, date)
    received.required_header("x-oss-content-sha256")  # is the payload line of what is signed
    names = elements.get("AdditionalHeaders")
    return Claim(
        access_key_id,
        elements["Signature"],
        received.header("x-oss-security-token") or "",
        date,
        signing_time,
        scope=scope,
        additional=() if names is None else _read_additional(names, "AdditionalHeaders"),
    )


def _read_elements(authorization: str) -> dict[str, str]:
    elements: dict[str, str] = {}
    for element in authorization.partition(" ")[2].split(","):
        name, _, value = element.strip(" \t").partition("=")
        if name not in _ELEMENTS or name in elements or not value:
            raise MalformedSignatureError(
                f"authorization: must be {ALGORITHM} Credential=...,AdditionalHeaders=...,"
                "Signature=..., each once; AdditionalHeaders may be left out"
            )
        elements[name] = value
    for name in ("Credential", "Signature"):
        if name not in elements:
            raise MalformedSignatureError(f"authorization: {name} is missing; send it as signed")
    return elements


def _required(query: Mapping[str, str], name: str) -> str:
    value = query.get(name)
    if not value:
        raise MalformedSignatureError(f"{name}: missing; use the presigned URL unchanged")
    return value


def _read_credential(credential: str, field: str) -> tuple[str, Scope]:
    parts = credential.rsplit("/", 4)
    if len(parts) != 5 or not parts[0] or parts[4] != TERMINATOR:
        raise MalformedSignatureError(
            f"{field}: must be access key id/day/region/product/{TERMINATOR}"
        )
    return parts[0], Scope(*parts[1:4])


def _check_day(scope: Scope, date: str) -> None:
    if scope.day != date[:8]:
        raise MalformedSignatureError("credential: its day must be that of x-oss-date")


def _read_additional(names: str, field: str) -> tuple[str, ...]:
    # In headers any order will do: oss2 sorts by the first letter only, but signs them sorted.
    additional = names.split(";")
    if names != names.lower() or "" in additional or len(set(additional)) < len(additional):
        raise MalformedSignatureError(f"{field}: names must be lower case and unique")
    return tuple(sorted(additional))


def _read_sorted_additional(names: str) -> tuple[str, ...]:
    additional = _read_additional(names, "x-oss-additional-headers")
    if ";".join(additional) != names:
        raise MalformedSignatureError("x-oss-additional-headers: names must be sorted")
    return additional
