"""Keys that stand URL-encoded, as inventories of buckets have them, become names of objects."""

from __future__ import annotations

import re
from typing import Any, NamedTuple
from urllib.parse import unquote

import pyarrow as pa
import pyarrow.compute as pc

#: How keys may stand in a file; `percent` leaves the meaning of `+` open and so refuses it.
ENCODINGS = ("plain", "url", "form", "percent")
_ESCAPE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLUS = (
    "holds a '+', which may stand for a blank or for itself; choose by key_encoding='form' "
    "(a blank) or 'url' (itself)"
)
_BROKEN = "is not URL-encoded; choose key_encoding='plain' if keys stand as they are"


class Decoded(NamedTuple):
    """Keys as they are named in the bucket.

    Attributes:
        keys: The array of them, null where a key cannot be decoded.
        problems: What is wrong with those keys, by their index.
    """

    keys: Any
    problems: dict[int, str]


def decoded(keys: Any, encoding: str) -> Decoded:
    """Returns the names of the objects whose encoded keys are in the array `keys`."""
    if encoding == "plain" or not len(keys):
        return Decoded(keys, {})
    problems: dict[int, str] = {}
    if encoding == "form":
        keys = pc.replace_substring(keys, "+", "%20")
    elif encoding == "percent":
        pluses = pc.indices_nonzero(pc.fill_null(pc.match_substring(keys, "+"), False))
        problems = dict.fromkeys(pluses.to_pylist(), _PLUS)
    # The commonest escapes at once: in what is encoded, no other escape can hold them.
    for escape, char in (("%2F", "/"), ("%2f", "/"), ("%20", " ")):
        keys = pc.replace_substring(keys, escape, char)
    escaped = pc.fill_null(pc.match_substring(keys, "%"), False)
    rows = pc.indices_nonzero(escaped).to_pylist()
    if not rows and not problems:
        return Decoded(keys, {})
    texts: list[str | None] = []
    for row, key in zip(rows, keys.take(pa.array(rows, pa.int64())).to_pylist(), strict=True):
        texts.append(_name(key))
        if texts[-1] is None:
            problems.setdefault(row, _BROKEN)
    keys = pc.replace_with_mask(keys, escaped, pa.array(texts, keys.type))
    if problems:
        fine = pa.array([row not in problems for row in range(len(keys))])
        keys = pc.if_else(fine, keys, pa.scalar(None, keys.type))
    return Decoded(keys, problems)


def _name(key: str) -> str | None:
    if _ESCAPE.search(key):
        return None
    try:
        return unquote(key, errors="strict")
    except UnicodeDecodeError:
        return None
