"""Typed options: what values they take, and the text these become on the wire.

Where the request models of `alibabacloud_oss_v2` take prepared text (an HTTP date, `k=v&k2=v2`,
JSON in Base64), an option also takes what that text stands for.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from enum import Enum
from functools import lru_cache, partial
from itertools import islice
from operator import index
from typing import Any, NamedTuple, SupportsIndex

from .._engine.text import quote
from .._errors import RequestError
from .choices import check_meant, plain_form
from .shape import http_text

#: Which texts need no closer look: all, none, those of a set, or those of which it is told so.
Plain = bool | frozenset[str] | Callable[[str], object]

#: What the header names of user metadata begin with.
META_PREFIX = "x-oss-meta-"

_META_KEY = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DIGITS = re.compile(r"[0-9]{1,19}")


class Option(NamedTuple):
    """One typed option of an operation.

    Attributes:
        name: The keyword argument.
        place: "header" or "query".
        wire: Name of the header or query parameter; for metadata the prefix of the header names.
        kind: What values it takes. "text"; "encoded", text that is percent-encoded; "int"; "bool";
            "time", an aware datetime or an HTTP date; "tagging", a dict or `k=v&k2=v2`;
            "callback", a dict or its JSON in Base64. Two kinds are no header of their own: a
            "metadata" option, a dict, makes one header per key, "source" options, which are text,
            make one together.
        required: Whether the operation needs it.
        minimum: Least value of an int.
        maximum: Greatest value of an int.
        choices: The values that OSS knows; none where any text may be meant.
        is_open: Whether OSS may come to know others: then what resembles none of them is taken.

    Example:
        >>> Option("acl", "header", "x-oss-object-acl").kind
        'text'
    """

    name: str
    place: str
    wire: str
    kind: str = "text"
    required: bool = False
    minimum: int = 0
    maximum: int = 2**63 - 1
    choices: tuple[str, ...] = ()
    is_open: bool = False


def wire_text(option: Option, value: object) -> str:
    """Returns one value of an option as the text of its header or query parameter.

    Text and enums of text are taken as they are by every kind but "int", "bool" and "encoded".
    Besides,

    - "int" takes an integer, or its decimal digits as text, between the option's bounds,
    - "bool" takes a bool, "true" or "false",
    - "time" takes an aware datetime, written as HTTP date,
    - "encoded" takes any text, percent-encodes it, and "%" and "/" too,
    - "tagging" takes a dict of text, written `k=v&k2=v2` and percent-encoded,
    - "callback" takes a dict, written as compact JSON in Base64.

    Text that nobody can mean is refused: what is none of an option's `choices`, a callback that is
    no JSON in Base64, a Content-MD5 in hexadecimal digits, a Range without its unit.

    Args:
        option: The option. For a "metadata" option the value is that of one key.
        value: One value, not a column.

    Raises:
        RequestError: The value is of another type or out of bounds, or it is empty where a value
            is needed: in headers and in required options.

    Example:
        >>> wire_text(Option("tagging", "header", "x-oss-tagging", "tagging"), {"a b": "1"})
        'a%20b=1'
    """
    if isinstance(value, Enum):
        value = value.value
    if option.kind in _STRICT or not isinstance(value, str):
        return _WRITERS.get(option.kind, _refuse)(option, value)
    if not value and (option.required or option.place == "header"):
        raise RequestError(option.name, "must not be empty; give a value or leave it out")
    _check_text(option, value)
    return str(value)


def plain_texts(option: Option) -> Plain:
    """Returns which texts `wire_text` leaves as they are, but for empty ones.

    True for all of them; False for none that could be told; else a set of them, or what tells so of
    a text.

    Example:
        >>> plain_texts(Option("acl", "header", "x-oss-object-acl", choices=("private",)))
        frozenset({'private'})
    """
    if option.kind == "bool":
        return frozenset(("true", "false"))
    if option.choices:
        return frozenset(option.choices)
    return option.kind not in ("int", "encoded") and plain_form(option.wire)


def check_texts(option: Option, column: Sequence[Any]) -> None:
    """Checks what of a column is text: all of it for an option with choices, else the first row.

    A column is written by one program, which goes wrong in all rows alike; choices may differ.

    Raises:
        RequestError: A text is none that can be meant, with its row.
    """
    rows = column if option.choices else islice(column, 1)
    try:
        if option.choices and {*option.choices, None}.issuperset(column):
            return
        for row, text in enumerate(rows):
            if isinstance(text, str):
                _check_text(option, text, row)
    except (TypeError, UnicodeDecodeError):
        return  # something that is no text, which the engine tells


def _check_text(option: Option, text: str, row: int | None = None) -> None:
    try:
        check_meant(option.name, option.wire, option.choices, option.is_open, text)
    except RequestError as error:
        raise error if row is None else error.at_row(row) from None


def metadata_headers(value: object) -> list[tuple[str, object]]:
    """Returns a header name and its value, text or column, for each key of `metadata`.

    A key may have the prefix of the header names already, as in the headers of an answer of OSS.

    Raises:
        RequestError: `value` is no dict, or one of its keys cannot be part of a header name.

    Example:
        >>> metadata_headers({"author": "me"})
        [('x-oss-meta-author', 'me')]
    """
    if not isinstance(value, Mapping):
        raise RequestError("metadata", "must be a dict; a key k becomes the header x-oss-meta-k")
    for key in value:
        if not isinstance(key, str) or not _META_KEY.fullmatch(key):
            raise RequestError(
                "metadata", "keys become header names: use letters, digits and !#$%&'*+-.^_`|~"
            )
        if key.lower() == META_PREFIX:
            raise RequestError("metadata", "holds a key that is nothing but x-oss-meta-; name it")
    return [(META_PREFIX + _without_prefix(key), item) for key, item in value.items()]


def _without_prefix(key: str) -> str:
    return key[len(META_PREFIX) :] if key.lower().startswith(META_PREFIX) else key


def percent_encode(field: str, text: str, safe: str = "") -> str:
    """Returns `text` percent-encoded as UTF-8, all but unreserved characters and those in `safe`.

    Raises:
        RequestError: The text holds a lone surrogate, so it has no UTF-8 form.

    Example:
        >>> percent_encode("source_key", "a b/c", safe="/")
        'a%20b/c'
    """
    try:
        return quote(text, safe)
    except UnicodeEncodeError:  # its text would hold the value
        raise RequestError(field, "holds a lone surrogate; give valid text") from None


def _refuse(option: Option, value: object) -> str:
    raise RequestError(option.name, f"must be text, not {type(value).__name__}")


def _write_int(option: Option, value: object) -> str:
    number = None
    if isinstance(value, str):
        number = int(value) if _DIGITS.fullmatch(value) else None
    elif isinstance(value, SupportsIndex) and not isinstance(value, bool):
        number = index(value)
    if number is None or not option.minimum <= number <= option.maximum:
        raise RequestError(option.name, f"must be an integer of {option.minimum}..{option.maximum}")
    return str(number)


def _write_bool(option: Option, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value in ("true", "false"):
        return str(value)
    raise RequestError(option.name, "must be True or False")


def _write_encoded(option: Option, value: object) -> str:
    if not isinstance(value, str):
        return _refuse(option, value)
    if not value:
        raise RequestError(option.name, "must not be empty; give a value or leave it out")
    return percent_encode(option.name, value)


def _write_time(option: Option, value: object) -> str:
    if not isinstance(value, datetime) or value.utcoffset() is None:
        raise RequestError(option.name, "must be an aware datetime or an HTTP date as text")
    try:
        return http_text(value.astimezone(timezone.utc))
    except OverflowError:
        raise RequestError(option.name, "lies outside the years 1..9999 of UTC") from None


def _write_tagging(option: Option, value: object) -> str:
    cure = "must be a dict of text to text, no key empty, or text such as 'a=1&b=2'"
    if not isinstance(value, Mapping) or not value:
        raise RequestError(option.name, cure)
    for key, item in value.items():
        if not isinstance(key, str) or not isinstance(item, str) or not key:
            raise RequestError(option.name, cure)
    pairs = (map(partial(percent_encode, option.name), pair) for pair in value.items())
    return "&".join(map("=".join, pairs))


def _write_callback(option: Option, value: object) -> str:
    if not isinstance(value, Mapping) or not value:
        if isinstance(getattr(value, "options", None), dict):
            raise RequestError(option.name, "is a Callback; give **callback.options in its place")
        raise RequestError(option.name, "must be a dict, or its JSON in Base64 as text")
    try:
        return _json_writer()(dict(value))
    except (TypeError, ValueError, RecursionError):
        raise RequestError(option.name, "must hold only what JSON can: text, numbers") from None


@lru_cache(maxsize=1)
def _json_writer() -> Callable[[object], str]:
    """Returns what writes JSON in Base64."""
    import base64  # as json, not needed to import the package
    import json

    encode = json.JSONEncoder(separators=(",", ":"), allow_nan=False).encode
    return lambda value: base64.b64encode(encode(value).encode()).decode()


_WRITERS: Mapping[str, Callable[[Option, object], str]] = {
    "int": _write_int,
    "bool": _write_bool,
    "encoded": _write_encoded,
    "time": _write_time,
    "tagging": _write_tagging,
    "callback": _write_callback,
}
_STRICT = ("int", "bool", "encoded")  # kinds that do not take any text as it is
