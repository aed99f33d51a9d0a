"""Which options an operation takes, for type checkers and editors; the methods run without it.

Checkers read `overloads.pyi` instead of this file. It is written from the table of operations and
from the signatures of `Signer` by `make overloads`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

presign = presign_many = bind = job = sign_headers = None


def typed_as(method: Any) -> Callable[[Any], Any]:
    """Returns a decorator of a method, which checkers see as `method` and which is what it was."""
    return lambda decorated: decorated
