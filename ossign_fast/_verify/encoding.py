"""From the text of a URL to what it means: percent escapes, forms, and how much of them is read.

OSS decodes a URL, writes what came out in its own spelling, and checks the signature of that. So
clients and proxies may respell: escape what needs no escape, leave plain what should have one,
write hex digits in either case, "+" for a blank in the query, an "&" too many. What they must not
do is change what comes out. Two things decode to nothing certain, and are refused: a "%" that
begins no escape, and bytes that are no UTF-8.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote_to_bytes

from .._errors import MalformedSignatureError

MAX_URL = 65_536
"""Characters of a URL; the longest key takes 3069 and a security token a few thousand."""
MAX_PARAMETERS = 1_000

_NO_ESCAPE = re.compile("%(?![0-9A-Fa-f]{2})")


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
    if _NO_ESCAPE.search(encoded) is not None:
        raise MalformedSignatureError(f"{field}: holds a % that begins no escape; write it as %25")
    try:
        return unquote_to_bytes(encoded).decode()
    except UnicodeDecodeError:
        raise MalformedSignatureError(f"{field}: does not decode to UTF-8") from None


def _require_signed_form(encoded: str, field: str, safe: str) -> None:
    received = encoded.replace("%2F", "/") if safe else encoded
    if quote(unquote_to_bytes(encoded), safe=safe) != received:
        raise MalformedSignatureError(
            f"{field}: not in the encoding that is signed; write A-Z a-z 0-9 - . _ ~ plain and "
            "everything else as %XX in upper case"
        )


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
    pairs = query.split("&", MAX_PARAMETERS) if query else []
    if len(pairs) > MAX_PARAMETERS:
        raise MalformedSignatureError(f"query: has more than {MAX_PARAMETERS} parameters")
    parameters: dict[str, str] = {}
    for pair in pairs:
        if not (pair or strict):
            continue
        name, _, value = (pair if strict else pair.replace("+", " ")).partition("=")
        name = decode(name, "query", strict=strict)
        if not name or name in parameters:
            raise MalformedSignatureError("query: a parameter name is empty or repeated; send one")
        parameters[name] = decode(value, "query", strict=strict)
    return parameters
