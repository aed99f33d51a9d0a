"""The loops: a plan and columns of values in, signed text out, one row or millions.

The engine knows templates, encodings, SHA-256 and HMAC; it must know no name of the signature
scheme. It exists twice with the same names, `reference` in Python and `compiled` over C, and this
module is the only place that chooses between them.

`OSSIGN_FAST_ENGINE` is read once, at import:

    auto      the compiled engine if it was built, of these sources; else the Python one (default)
    c         the compiled engine, or an ImportError
    python    the Python engine
"""

from __future__ import annotations

import os
import sys
import warnings
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from .fallback import FALLBACK, FOLDER, diagnosis, is_source_folder, read_note

__all__ = ("EngineInfo", "engine", "engine_info", "load_engine")

_COMPILED = f"{__name__}.compiled"


def load_engine(choice: str) -> Any:
    """Returns the engine module that `choice` asks for.

    Args:
        choice: `auto`, `c` or `python`; empty means `auto`.

    Raises:
        ImportError: `choice` is `c` and the compiled engine is absent or damaged.
        ValueError: `choice` is something else.

    Example:
        >>> load_engine("python").ENGINE
        'python'
    """
    if choice not in ("", "auto", "c", "python"):
        raise ValueError(f"OSSIGN_FAST_ENGINE is {choice!r}; set it to auto, c or python")
    if choice != "python":
        try:
            return _checked(import_module(_COMPILED))
        except Exception as error:  # a stale engine may fail in any way
            fault, cure = diagnosis(error)
            if choice == "c":
                raise ImportError(
                    f"OSSIGN_FAST_ENGINE is c, but the compiled engine cannot be used ({fault}); "
                    f"{cure}, or set OSSIGN_FAST_ENGINE to auto",
                    name=_COMPILED,
                ) from error
            FALLBACK.is_one = True
            if not (isinstance(error, ModuleNotFoundError) and error.name == _COMPILED):
                FALLBACK.fault, FALLBACK.cure = fault, cure
                warnings.warn(
                    f"the compiled engine of ossign_fast cannot be used ({fault}), so the slower "
                    f"Python one is; {cure}",
                    RuntimeWarning,
                    stacklevel=2,
                )
    return import_module(f"{__name__}.reference")


def _checked(compiled: Any) -> Any:
    """Returns the compiled engine.

    Raises:
        ImportError: It was made of other sources than those of this package.
    """
    if is_source_folder():
        from .sources import fingerprint

        wanted: int | None = fingerprint(FOLDER)
    else:
        wanted = read_note()[0]
    if wanted not in (None, getattr(compiled, "SOURCES", 0)):
        del sys.modules[_COMPILED]
        raise ImportError("it was built from other sources than those of this package")
    return compiled


if TYPE_CHECKING:
    from . import reference as engine
else:
    engine = load_engine(os.environ.get("OSSIGN_FAST_ENGINE", ""))


class EngineInfo(NamedTuple):
    """What signs in this process.

    Attributes:
        engine: `c` or `python`.
        kernel: The SHA-256 implementation used unless a call asks for another.
        kernels: All that this CPU can run, best first.
        cpu_features: The instruction sets of this CPU that the engine knows.
        fallback: Why the Python engine signs though nobody asked for it, and the cure; empty where
            that is not so.

    Example:
        >>> EngineInfo("python", "hashlib", ("hashlib",), ()).engine
        'python'
    """

    engine: str
    kernel: str
    kernels: tuple[str, ...]
    cpu_features: tuple[str, ...]
    fallback: str = ""


def engine_info() -> EngineInfo:
    """Returns which engine and kernel sign in this process.

    Example:
        >>> info = engine_info()
        >>> info.engine in ("c", "python"), info.kernel in info.kernels
        (True, True)
    """
    return EngineInfo(
        engine.ENGINE,
        engine.DEFAULT_KERNEL,
        engine.KERNELS,
        engine.cpu_features(),
        FALLBACK.describe(),
    )
