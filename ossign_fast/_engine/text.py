"""Checks and percent-encoding of the reference engine: one function per column.

A function checks and encodes one value, so that a batch pays for the choice of it once.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .plan import (
    BAD_END,
    BAD_START,
    BLANK_END,
    BLANK_ENDS,
    CONTROL,
    DECIMAL,
    FIELD,
    LABEL,
    NOT_INTEGER,
    NOT_LABEL,
    NOT_TEXT,
    NULL,
    OUT_OF_RANGE,
    PATH,
    QUERY,
    RAW,
    SURROGATE,
    TOO_LONG,
    TOO_SHORT,
    VALUE,
    Column,
    ColumnError,
)

Value = str | int
Encoder = Callable[[Any], bytes]
Respell = Callable[[bytes], bytes]

_UNRESERVED = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
_ESCAPES = [f"%{byte:02X}" for byte in range(256)]
_PATH_SAFE = re.compile(r"[A-Za-z0-9\-._~/]*").fullmatch
_QUERY_SAFE = re.compile(r"[A-Za-z0-9\-._~]*").fullmatch
_HAS_DOT_SEGMENT = re.compile(rb"(?:^|/)\.\.?(?:/|\Z)").search
_IS_LABEL = re.compile(r"(?!-)[a-z0-9-]*(?<!-)").fullmatch
_FORBIDDEN_IN_FIELD = re.compile("[\r\n\0]").search


def encoder(index: int, column: Column) -> Encoder:
    """Returns the function that checks and encodes one value of column `index`."""
    write = _WRITERS[column.encoding]

    def encode(value: Any) -> bytes:
        if value is None:
            raise ColumnError(index, NULL)
        if type(value) is not str:
            value = _plain(value)
        try:
            return write(column, value)
        except _Fault as fault:
            raise ColumnError(index, fault.args[0]) from None
        except UnicodeEncodeError:
            raise ColumnError(index, SURROGATE) from None

    return encode


def _plain(value: Any) -> Any:
    """Returns text and numbers as what they are, whatever their class makes of its methods."""
    if isinstance(value, str):
        return str.__str__(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return int.__index__(value) if is_number else value


def path_in_url(path: bytes) -> bytes:
    """Returns an encoded path as a URL has it.

    Many HTTP clients resolve the segments "." and "..", so that another path arrives, but take
    "a%2F..%2Fb" for one segment. The server decodes both to the same path.
    """
    return path.replace(b"/", b"%2F") if _HAS_DOT_SEGMENT(path) else path


def in_url(column: Column) -> Respell:
    """Returns the function from an encoded value of `column` to how the URL has it."""
    return path_in_url if column.encoding == PATH else bytes


class _Fault(Exception):
    pass


def _checked(column: Column, value: Any) -> bytes:
    if not isinstance(value, str):
        raise _Fault(NOT_TEXT)
    data = value.encode()
    if len(data) < column.minimum:
        raise _Fault(TOO_SHORT)
    if len(data) > column.maximum:
        raise _Fault(TOO_LONG)
    if column.refused_start and value[:1] and value[0] in column.refused_start:
        raise _Fault(BAD_START)
    if column.refused_end and value[-1:] and value[-1] in column.refused_end:
        raise _Fault(BAD_END)
    return data


def _write_label(column: Column, value: Any) -> bytes:
    data = _checked(column, value)
    if not _IS_LABEL(value):
        raise _Fault(NOT_LABEL)
    return data


def quote(text: str | bytes, safe: str = "") -> str:
    """Returns `text` percent-encoded, all but unreserved characters and those in `safe`.

    As `urllib.parse.quote`, but for the time that its module takes to import.

    Example:
        >>> quote("dir/é", safe="/")
        'dir/%C3%A9'
    """
    data = text.encode() if isinstance(text, str) else text
    plain = _UNRESERVED + safe.encode()
    return "".join([chr(byte) if byte in plain else _ESCAPES[byte] for byte in data])


def _write_path(column: Column, value: Any) -> bytes:
    data = _checked(column, value)
    return data if _PATH_SAFE(value) else quote(data, safe="/").encode()


def _write_query(column: Column, value: Any) -> bytes:
    data = _checked(column, value)
    return data if _QUERY_SAFE(value) else quote(data, safe="").encode()


def _write_value(column: Column, value: Any) -> bytes:
    data = _write_query(column, value)
    return b"=" + data if data else data


def _write_field(column: Column, value: Any) -> bytes:
    if not isinstance(value, str):
        raise _Fault(NOT_TEXT)
    value = value.strip(" \t")
    data = _checked(column, value)
    if _FORBIDDEN_IN_FIELD(value):
        raise _Fault(CONTROL)
    if value and (value[0] in BLANK_ENDS or value[-1] in BLANK_ENDS):
        raise _Fault(BLANK_END)
    return data


def _write_decimal(column: Column, value: Any) -> bytes:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Fault(NOT_INTEGER)
    if not column.minimum <= value <= column.maximum:
        raise _Fault(OUT_OF_RANGE)
    return b"%d" % value


_WRITERS: dict[str, Callable[[Column, Any], bytes]] = {
    RAW: _checked,
    LABEL: _write_label,
    PATH: _write_path,
    QUERY: _write_query,
    VALUE: _write_value,
    FIELD: _write_field,
    DECIMAL: _write_decimal,
}
