"""Keys that may be meant otherwise: they are legal, so they are signed, but a warning tells."""

from __future__ import annotations

import re
import warnings
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from .._engine import engine
from .._engine.fallback import level_of_the_caller
from .._engine.inputs import as_column
from .._errors import OssignKeyWarning

_LOOKS_LIKE_A_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://").match
_HAS_A_QUERY = re.compile(r"\?(?:.*&)?(?:x-oss-|OSSAccessKeyId=|versionId=|response-)").search


def hint_key(key: Any, is_strict: bool) -> Any:
    """Returns `key`, and warns if it looks like something else than the name of an object.

    Args:
        key: One key, or what stands for none.
        is_strict: Whether keys are checked at all.

    Example:
        >>> hint_key("dir/a.txt", True)
        'dir/a.txt'
    """
    if is_strict and isinstance(key, str):
        problem = ""
        if _LOOKS_LIKE_A_URL(key):
            problem = "looks like a URL; the key is what follows the bucket, decoded"
        elif _HAS_A_QUERY(key):
            problem = "holds what looks like a query; give that as query={...} or as options"
        if problem:
            warnings.warn(f"key: {problem}", OssignKeyWarning, stacklevel=level_of_the_caller())
    return key


def key_column(keys: Any, is_strict: bool) -> Sequence[Any]:
    """Returns `keys` as a column, and warns if the first looks like something else than a key.

    Raises:
        RequestError: They are no column.

    Example:
        >>> key_column(("a", "b"), True)
        ('a', 'b')
    """
    column = as_column("keys", keys)
    if is_strict and len(column):
        with suppress(UnicodeDecodeError):  # the engine tells the row
            hint_key(engine.first_text(column), True)
    return column
