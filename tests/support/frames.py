"""What the frames of an error hold, as reporters of errors write it down."""

from __future__ import annotations

import traceback
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import FrameType, ModuleType

_TESTS = str(Path(__file__).resolve().parents[1])
_DEPTH = 6


def frames_of(error: BaseException) -> Iterator[FrameType]:
    """Yields the frames of `error`, its causes and its contexts, but for those of tests."""
    chain, seen = [error], set()
    while chain:
        link = chain.pop()
        if id(link) in seen:
            continue
        seen.add(id(link))
        for frame, _ in traceback.walk_tb(link.__traceback__):
            if not frame.f_code.co_filename.startswith(_TESTS):
                yield frame
        chain += [each for each in (link.__cause__, link.__context__) if each is not None]


def told_by(value: object, depth: int = _DEPTH) -> Iterator[str]:
    """Yields what is written down of a variable: its repr, its items, its attributes."""
    yield repr(value)
    if depth == 0:
        return
    if isinstance(value, Mapping):
        value = [*value.keys(), *value.values()]
    if isinstance(value, (list, tuple, set, frozenset)):
        for item in value:
            yield from told_by(item, depth - 1)
    elif hasattr(value, "__dict__") and not isinstance(value, (type, ModuleType)):
        yield from told_by(vars(value), depth - 1)


def leaks(error: BaseException, hidden: Collection[str], depth: int = _DEPTH) -> list[str]:
    """Returns the variables, by function and name, whose telling holds one of `hidden`."""
    found = [
        f"{frame.f_code.co_filename}:{frame.f_lineno}: {frame.f_code.co_name}: {name}"
        for frame in frames_of(error)
        for name, value in frame.f_locals.items()
        if any(secret in text for text in told_by(value, depth) for secret in hidden)
    ]
    report = traceback.TracebackException.from_exception(error, capture_locals=True)
    stacks = [report]
    while stacks:
        part = stacks.pop()
        stacks += [each for each in (part.__cause__, part.__context__) if each is not None]
        for entry in part.stack:
            if not entry.filename.startswith(_TESTS):
                text = "".join(traceback.StackSummary.from_list([entry]).format())
                text += repr(entry.locals)
                found += [f"reported: {entry.name}" for secret in hidden if secret in text]
    return found
