"""The loops: a plan and columns of values in, signed text out, one row or millions.

The engine knows templates, encodings, SHA-256 and HMAC; it must know no name of the signature
scheme. It exists twice with the same names, `reference` in Python and `compiled` over C, and this
module is the only place that chooses between them.

`OSSIGN_FAST_ENGINE` is read once, at import:

    auto      the compiled engine if it was built, else the Python one (default)
    c         the compiled engine, or an ImportError
    python    the Python engine
"""

from __future__ import annotations

import os
import warnings
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Any

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
            return import_module(_COMPILED)
        except ImportError as error:
            if choice == "c":
                raise ImportError(
                    f"OSSIGN_FAST_ENGINE is c, but the compiled engine cannot be used ({error}); "
                    "reinstall ossign_fast with a C compiler and OSSIGN_FAST_BUILD=c, or set "
                    "OSSIGN_FAST_ENGINE to auto",
                    name=_COMPILED,
                ) from error
            if not (isinstance(error, ModuleNotFoundError) and error.name == _COMPILED):
                warnings.warn(
                    f"the compiled engine of ossign_fast is damaged ({error}), so the slower "
                    "Python one is used; reinstall ossign_fast",
                    RuntimeWarning,
                    stacklevel=2,
                )
    return import_module(f"{__name__}.reference")


if TYPE_CHECKING:
    from . import reference as engine
else:
    engine = load_engine(os.environ.get("OSSIGN_FAST_ENGINE", ""))


@dataclass(frozen=True)
class EngineInfo:
    """What signs in this process.

    Attributes:
        engine: `c` or `python`.
        kernel: The SHA-256 implementation used unless a call asks for another.
        kernels: All that this CPU can run, best first.
        cpu_features: The instruction sets of this CPU that the engine knows.

    Example:
        >>> EngineInfo("python", "hashlib", ("hashlib",), ()).engine
        'python'
    """

    engine: str
    kernel: str
    kernels: tuple[str, ...]
    cpu_features: tuple[str, ...]


def engine_info() -> EngineInfo:
    """Returns which engine and kernel sign in this process.

    Example:
        >>> info = engine_info()
        >>> info.engine in ("c", "python"), info.kernel in info.kernels
        (True, True)
    """
    return EngineInfo(engine.ENGINE, engine.DEFAULT_KERNEL, engine.KERNELS, engine.cpu_features())
