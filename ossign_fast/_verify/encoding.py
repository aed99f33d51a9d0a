"""From the text of a URL to what it means: percent escapes, forms, and how much of them is read.

OSS decodes a URL, writes what came out in its own spelling, and checks the signature of that. So
clients and proxies may respell: escape what needs no escape, leave plain what should have one,
write hex digits in either case, "+" for a blank in the query, an "&" too many. What they must not
do is change what comes out. Two things decode to nothing certain, and are refused: a "%" that
begins no escape, and bytes that are no UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote, unquote_to_bytes

from .._errors import MalformedSignatureError

MAX_URL = 65_536
"""Characters of a URL; the longest key takes 3069 and a security token a few thousand."""
MAX_PARAMETERS = 1_000

_PLAIN = "-A-Za-z0-9._~"
# Upper-case escapes of bytes that are signed escaped; of a slash apart.
_ESCAPED = "%(?:[0189A-F][0-9A-F]|2[0-9A-C]|3[A-F]|40|5[B-E]|60|7[B-DF])"
_TEXT = f"[{_PLAIN}]*(?:(?:{_ESCAPED}|%2F)[{_PLAIN}]*)*"
_PAIR = f"(?=[^=&]){_TEXT}(?:={_TEXT})?"
SIGNED_PATH = f"[{_PLAIN}/]*(?:{_ESCAPED}[{_PLAIN}/]*)*"
"""Pattern of a path as it is signed, each text in one way to match it."""

_is_plain = re.compile(f"[{_PLAIN}]*").fullmatch
_is_signed_text = re.compile(_TEXT).fullmatch
_is_signed_path = re.compile(SIGNED_PATH).fullmatch
_is_signed_query = re.compile(f"{_PAIR}(?:&{_PAIR})*").fullmatch
_find_escapes = re.compile("%[0-9A-Fa-f]{2}").findall
_ASCII = {f"%{code:02X}": chr(code) for code in range(128)}


def decode(encoded: str, field: str, *, safe: str = "", strict: bool = False) -> str:
    """Returns the text that `encoded` stands for.

    Args:
        encoded: What was received, in ASCII.
        field: Where, for the error.
        safe: "/" where a slash may stand for itself even if `strict`; its escape may too.
        strict: Whether all else must have the form in which it is signed.

    Raises:
        MalformedSignatureError: An escape is broken or not in its signed form, or no UTF-8 comes
            out.
    """
    if strict:
        _require_signed_form(encoded, field, safe)
    if "%" not in encoded:
        return encoded
    escapes = _find_escapes(encoded)
    if len(escapes) < encoded.count("%"):
        raise MalformedSignatureError(f"{field}: holds a % that begins no escape; write it as %25")
    found = set(escapes)
    if found <= _ASCII.keys():
        # Of few kinds, as a rule. What one leaves behind begins no other: "%" comes last.
        for escape in found - {"%25"}:
            encoded = encoded.replace(escape, _ASCII[escape])
        return encoded.replace("%25", "%")
    try:
        return unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        raise MalformedSignatureError(f"{field}: does not decode to UTF-8") from None


def _require_signed_form(encoded: str, field: str, safe: str) -> None:
    matches = _is_signed_path if safe else _is_signed_text
    if matches(encoded.replace("%2F", "/") if safe else encoded) is None:
        raise MalformedSignatureError(
            f"{field}: not in the encoding that is signed; write A-Z a-z 0-9 - . _ ~ plain and "
            "everything else as %XX in upper case"
        )


def encode_path(path: str, received: str) -> str:
    """Returns `path` as it is signed: as it was `received`, if that is so."""
    return received if _is_signed_path(received) else quote(path, safe="/")


def encode_name(name: str) -> str:
    """Returns `name` as it is signed."""
    return name if _is_plain(name) else quote(name, safe="")


def encode_query(query: Mapping[str, str], received: str | None) -> str:
    """Returns `query` as it is signed: encoded, sorted by name, without the signature itself.

    Args:
        query: The decoded parameters.
        received: What they were read from, or None; not encoded anew if it is as it is signed.
    """
    if received and _is_signed_query(received):
        # A NUL, which sorts before all that names hold, keeps their order that of the names.
        pairs = received.replace("=", "\0").split("&")
    else:
        pairs = [f"{quote(k, safe='')}\0{quote(v, safe='')}" for k, v in query.items()]
    signed = "&".join(sorted([p for p in pairs if not p.startswith("x-oss-signature\0")]))
    return signed.replace("\0&", "&").removesuffix("\0").replace("\0", "=")


def read_query(query: str | None, *, strict: bool = False) -> dict[str, str]:
    """Returns the decoded parameters, in the order of the URL; `k` is `k=`.

    Args:
        query: The query, or None where the URL has none.
        strict: Whether it must have the form in which it is signed. Otherwise it is read as a
            form: "+" is a blank, and what lies between two "&" may be nothing at all.

    Raises:
        MalformedSignatureError: A name is empty or repeated, an escape is none, or there are too
            many parameters.
    """
    if query and not strict:
        query = query.replace("+", " ")
    pairs = query.split("&", MAX_PARAMETERS) if query else []
    if len(pairs) > MAX_PARAMETERS:
        raise MalformedSignatureError(f"query: has more than {MAX_PARAMETERS} parameters")
    parameters: dict[str, str] = {}
    for pair in pairs:
        if not (pair or strict):
            continue
        name, _, value = pair.partition("=")
        if strict or "%" in name:
            name = decode(name, "query", strict=strict)
        if not name or name in parameters:
            raise MalformedSignatureError("query: a parameter name is empty or repeated; send one")
        if strict or "%" in value:
            value = decode(value, "query", strict=strict)
        parameters[name] = value
    return parameters
