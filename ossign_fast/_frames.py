"""Keeps secrets out of the frames of errors.

A traceback holds the local variables of every frame that an error came through, and reporters of
errors (Sentry, rich, `traceback` with `capture_locals`) write them down. Between a call and its
refusal lie frames that must know the secret, the token or the right signature. So errors leave the
package through its public functions, and these drop all frames below their own and forget their
arguments. What is wrong, and where, is in the text of the error.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from itertools import pairwise
from types import TracebackType
from typing import Any, ParamSpec, TypeVar

from ._errors import OssignError

_PACKAGE = __name__.partition(".")[0]
_P = ParamSpec("_P")
_T = TypeVar("_T")
_E = TypeVar("_E", bound=BaseException)
_KindT = TypeVar("_KindT", bound=type[Any])


def sealed(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Returns `function` so that no error of it shows what it knew.

    For functions where a further call costs nothing that matters; the others do this on their own:

        except OssignError as error:
            del key, headers
            raise without_frames(error)

    Errors that code of others raised, such as a look-up of credentials, keep its frames. What else
    goes wrong is a fault of this package, and keeps all.
    """

    @wraps(function)
    def edge(*args: _P.args, **kwargs: _P.kwargs) -> _T:
        try:
            return function(*args, **kwargs)
        except Exception as error:
            del args, kwargs
            if isinstance(error, OssignError) or _is_of_others(error):
                raise without_frames(error)  # noqa: B904 - the same error
            raise

    return edge


def showable(kind: _KindT) -> _KindT:
    """Returns the class `kind`, of which an object can be shown whose `__init__` raised.

    It stands half made in the frames of its maker, and reporters of errors show it.
    """
    show: Any = kind.__repr__

    def shown(self: object) -> str:
        try:
            return str(show(self))
        except AttributeError:
            return f"<{type(self).__name__} that was refused>"

    shown.__name__, shown.__qualname__ = "__repr__", f"{kind.__qualname__}.__repr__"
    kind.__repr__ = shown  # type: ignore[assignment]
    return kind


def without_frames(error: _E) -> _E:
    """Returns `error` without the frames of this package, and so those that it came from."""
    seen: set[int] = set()
    chain: list[BaseException] = [error]
    while chain:
        link = chain.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        if link.__suppress_context__:
            link.__context__ = link.__cause__
        link.__traceback__ = _frames_of_others(link.__traceback__)
        chain += [each for each in (link.__cause__, link.__context__) if each is not None]
    return error


def _frames_of_others(traceback: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType | None] = []
    while traceback is not None:
        if _root(traceback) != _PACKAGE:
            kept.append(traceback)
        traceback = traceback.tb_next
    kept.append(None)
    for entry, following in pairwise(kept):
        assert entry is not None
        entry.tb_next = following
    return kept[0]


def _is_of_others(error: BaseException) -> bool:
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_next is not None:
        traceback = traceback.tb_next
    return traceback is not None and _root(traceback) not in {_PACKAGE, *sys.stdlib_module_names}


def _root(traceback: TracebackType) -> str:
    return str(traceback.tb_frame.f_globals.get("__name__", "")).partition(".")[0]
