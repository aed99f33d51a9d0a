"""What the faults of an engine mean to a user: which field, what is wrong, what to do."""

from __future__ import annotations

import os
from collections.abc import Sequence

from .._engine.plan import (
    BAD_END,
    BAD_START,
    BLANK_END,
    CONTROL,
    MAX_CONSTANTS,
    MAX_VARYING,
    NOT_INTEGER,
    NOT_LABEL,
    NOT_TEXT,
    NOT_UTF8,
    NULL,
    OUT_OF_RANGE,
    SURROGATE,
    TOO_LONG,
    TOO_MANY,
    TOO_MUCH,
    TOO_SHORT,
    Column,
    ColumnError,
)
from .._errors import RequestError

_CURES = {
    NULL: "is null; give a value, or keep nulls as nulls by nulls='keep'",
    NOT_UTF8: "is not valid UTF-8; decode it with the encoding it has",
    NOT_TEXT: "must be text",
    SURROGATE: "holds a lone surrogate, which has no UTF-8 form; decode the text properly first",
    CONTROL: "holds CR, LF or NUL, which would forge other headers; remove it",
    BLANK_END: "begins or ends with a blank that only some clients strip; remove it",
    TOO_SHORT: "is empty; give a value or leave it out",
    TOO_MUCH: f"makes the request too large: all its values may have {MAX_CONSTANTS >> 20} MiB "
    "once encoded; shorten or leave out some",
    TOO_MANY: f"is one column too many: at most {MAX_VARYING} values may differ from row to row; "
    "give one value for all rows where you can",
}
_KEY_CURES = {
    NULL: "is null; give a value, or keep nulls as nulls by nulls='keep'",
    NOT_UTF8: "is not valid UTF-8; decode it with the encoding it has",
    TOO_SHORT: "is empty; give the name of an object",
    TOO_LONG: "is longer than 1023 bytes of UTF-8; OSS takes no longer names",
    BAD_START: "starts with '/' or '\\'; drop it, or allow such keys by Signer(strict_keys=False)",
    BAD_END: "ends in a line break, perhaps of the line it was read from; strip it, or allow such "
    "keys by Signer(strict_keys=False)",
}
_BUCKET_CURE = "must be 3 to 63 lower-case letters, digits and dashes, no dash at an end"


def not_utf8(field: str, row: int) -> RequestError:
    """Returns the error for a row of a packed column that cannot be decoded."""
    return RequestError(field, _CURES[NOT_UTF8], row=row)


def not_text(value: object) -> str:
    """Returns what is wrong with a value that is no text, and the cure.

    Example:
        >>> not_text(b"a.txt")
        "must be text, not bytes; decode it, as by value.decode('utf-8')"
    """
    cure = ""
    if isinstance(value, bytes):
        cure = "; decode it, as by value.decode('utf-8')"
    elif isinstance(value, os.PathLike) and hasattr(value, "as_posix"):
        cure = "; give value.as_posix()"
    elif isinstance(value, (list, tuple)):
        cure = "; use presign_many or urls for several"
    return f"must be text, not {type(value).__name__}{cure}"


def request_error(
    columns: Sequence[Column], error: ColumnError, key: object = None
) -> RequestError:
    """Returns the error for a user that an engine's fault stands for.

    Args:
        columns: What the engine's columns are.
        error: The fault.
        key: The key of a single call, to tell its type.
    """
    column = columns[error.column]
    cures = _KEY_CURES if column.name == "key" else {}
    if error.fault in (NOT_INTEGER, OUT_OF_RANGE):
        problem = f"must be an integer of {column.minimum}..{column.maximum}"
    elif error.fault == NOT_TEXT and column.name == "key" and key is not None:
        problem = not_text(key)
    elif column.name == "bucket" and error.fault in (NOT_LABEL, TOO_SHORT, TOO_LONG):
        problem = _BUCKET_CURE
    elif error.fault == TOO_LONG and error.fault not in cures:
        problem = f"is longer than {column.maximum} bytes; shorten it"
    else:
        problem = cures.get(error.fault) or _CURES[error.fault]
    return RequestError(column.name, problem, row=error.row)
