"""Why the Python engine signs though nobody asked for it, for those who wonder why it is slow."""

from __future__ import annotations

import os
import sys
import warnings

from .._errors import OssignPerformanceWarning

#: A batch of so many rows is worth a word.
MANY = 10_000

FOLDER = os.path.dirname(os.path.abspath(__file__))
_REINSTALL = (
    "with a C compiler at hand, repeat the installation under OSSIGN_FAST_BUILD=c and with pip's "
    "options --force-reinstall --no-cache-dir"
)

#: What Python (3.12 and later) and Cython say where they load a module into no further interpreter.
_ONE_INTERPRETER = ("support loading in subinterpreters", "into one interpreter per process")


class Fallback:
    """What became of the compiled engine in this process.

    Attributes:
        is_one: Whether the Python engine stands in for the compiled one.
        fault: What is wrong with the compiled engine that was found; empty if none was.
        cure: What to do about that.
    """

    def __init__(self) -> None:
        self.is_one = False
        self.fault = self.cure = ""
        self._untold = [True]

    def describe(self) -> str:
        """Returns why the Python engine stands in, and the cure; empty if it does not."""
        if not self.is_one:
            return ""
        if self.fault:
            return f"the compiled engine in {FOLDER} cannot be used ({self.fault}); {self.cure}"
        if is_source_folder():
            return f"{FOLDER} is a source folder whose extension is not built; {cure()}"
        _, failure = read_note()
        if failure:
            return f"it was installed without the compiled engine ({failure}); {cure()}"
        return f"it was installed without the compiled engine; {cure()}"

    def tell(self, rows: int) -> None:
        """Warns, once, of a large batch."""
        if self.is_one and rows >= MANY and self._untold:
            self._untold.clear()
            warnings.warn(
                f"a batch of {rows} rows is signed by the Python engine of ossign_fast, which is "
                f"many times slower than the compiled one: {self.describe()}; "
                "OSSIGN_FAST_ENGINE=python silences this",
                OssignPerformanceWarning,
                stacklevel=level_of_the_caller(),
            )


#: That of this process.
FALLBACK = Fallback()


def is_source_folder() -> bool:
    """Returns whether this package is imported from where its sources are."""
    return os.path.exists(os.path.join(FOLDER, "compiled.pyx"))


def read_note() -> tuple[int | None, str]:
    """Returns the sources that the build of this package was made of, and why it has no engine."""
    try:
        with open(os.path.join(FOLDER, "built.txt"), encoding="utf-8") as note:
            sources, failure = note.read().splitlines()[:2]
            return int(sources.removesuffix("ULL"), 16), failure
    except (OSError, ValueError):
        return None, ""  # a pure wheel, or a bundler left it out


def diagnosis(error: Exception) -> tuple[str, str]:
    """Returns what a failure to load the compiled engine means, and what to do about it."""
    if any(text in str(error) for text in _ONE_INTERPRETER):
        return (
            "it runs in one interpreter of a process, and this is another",
            "sign in the main interpreter or in processes of their own",
        )
    if str(error).startswith("OSSIGN_FAST_KERNEL"):
        return str(error), "correct that variable or unset it"
    return str(error), cure()


def cure() -> str:
    """Returns what to do about a compiled engine that is not there or cannot be used."""
    if not is_source_folder():
        return _REINSTALL
    root = os.path.dirname(os.path.dirname(FOLDER))
    build = f"build it with OSSIGN_FAST_BUILD=c pip install -e {root}"
    for path in map(os.path.abspath, sys.path):
        if path != root and os.path.isdir(os.path.join(path, "ossign_fast", "_engine")):
            return f"{build}, or start elsewhere: it hides the package installed in {path}"
    return build


def level_of_the_caller() -> int:
    """Returns how far up the first frame outside this package is, for `warnings.warn`."""
    package, level = __name__.partition(".")[0], 1
    frame = sys._getframe(1)  # noqa: SLF001 - skip_file_prefixes came with Python 3.12
    while frame.f_back and frame.f_globals.get("__name__", "").partition(".")[0] == package:
        frame, level = frame.f_back, level + 1
    return level
