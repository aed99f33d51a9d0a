"""What reaches a terminal: every line the commands print goes through here."""

from __future__ import annotations

import sys
from typing import BinaryIO, TextIO

from ._errors import IO_ERROR, CommandError


def printable(text: str, limit: int = 1000) -> str:
    r"""Returns foreign `text` as one line that cannot steer a terminal or mislead its reader.

    Names, answers of servers and values go through this. Control characters (C0, C1, DEL),
    marks that change the direction of text and whatever else shows nothing become escapes.

    Example:
        >>> printable("two\nlines\x1b[31m\u202egpj.exe")
        'two lines\\x1b[31m\\u202egpj.exe'
    """
    line = " ".join(text.split())
    return _escaped(line) if len(line) <= limit else f"{_escaped(line[:limit])}..."


def _escaped(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )


def show(text: str, *, flush: bool = False) -> None:
    """Prints lines to standard output, each of them harmless to a terminal.

    Raises:
        CommandError: The encoding of standard output lacks one of its characters.
    """
    try:
        print("\n".join(map(_escaped, text.split("\n"))), flush=flush)
    except UnicodeEncodeError:
        raise CommandError(
            "standard output cannot show a character of the answer; set PYTHONUTF8=1", IO_ERROR
        ) from None


def complain(text: str, *, indent: str = "") -> None:
    """Prints one harmless line to standard error, if there is one."""
    if sys.stderr is not None:
        print(indent + printable(text), file=sys.stderr)


def binary(stream: TextIO | None, name: str) -> BinaryIO:
    """Returns the bytes side of a standard stream, which a shell may have closed.

    Raises:
        CommandError: It is closed.
    """
    if stream is None:
        raise CommandError(f"{name} is closed", IO_ERROR)
    return stream.buffer
