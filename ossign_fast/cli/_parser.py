"""The parser of command lines: options once each, errors in one plain line, help with examples."""

from __future__ import annotations

import argparse
import re
import textwrap
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NoReturn

from ._errors import USAGE, CommandError

if TYPE_CHECKING:
    # argparse has no public name for what add_subparsers returns.
    Commands = argparse._SubParsersAction["Parser"]  # noqa: SLF001

_WIDTH = 80
# What argparse says, and how this program says it; its texts differ between Python versions.
_NAME = r"argument (?:-\w/)?(\S+)"
_WORDING = (
    (f"{_NAME}: expected one argument", r"\1: needs a value, as \1=VALUE if it starts with '-'"),
    (f"{_NAME}: ignored explicit argument .*", r"\1: takes no value"),
    (f"{_NAME}: not allowed with {_NAME}", r"\1: cannot be given together with \2"),
    (
        r"argument COMMAND: invalid choice: (.*?) \(choose from (.*)\)",
        r"command \1 is unknown; choose one of \2",
    ),
    ("the following arguments are required: (.*)", r"\1: is missing"),
    (f"{_NAME}: (.*)", r"\1: \2"),
)


class _Help(argparse.RawDescriptionHelpFormatter):
    """Gives names room: argparse forgets how far it indents the names of commands."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, max_help_position=30)
        self._action_max_length = len("operations") + 4


class Parser(argparse.ArgumentParser):
    """Refuses to be told one thing twice, and reports an error as one line, not a page of usage."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(allow_abbrev=False, formatter_class=_Help, **settings)
        for name in (None, "store"):
            self.register("action", name, _StoreOnce)

    def error(self, message: str) -> NoReturn:
        """Raises the error as one that the command line reports."""
        for pattern, wording in _WORDING:
            if match := re.fullmatch(pattern, message, re.DOTALL):
                message = match.expand(wording)
                break
        if match := re.fullmatch(r"unrecognized arguments: (--[\w-]+).*", message, re.DOTALL):
            close = get_close_matches(match[1], self._option_string_actions, 1)
            message += f"; did you mean {close[0]}?" if close else ""
        raise CommandError(f"{message} (see {self.prog} --help)", USAGE)


class _StoreOnce(argparse.Action):
    """Stores a value; of two, a user would not see which one was taken."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: Any,
        option_string: str | None = None,
    ) -> None:
        seen: set[str] = vars(namespace).setdefault("_seen", set())
        if option_string is not None and self.dest in seen:
            raise argparse.ArgumentError(self, "is given twice; give it once")
        seen.add(self.dest)
        setattr(namespace, self.dest, values)


def add_command(
    commands: Commands, name: str, summary: str, description: str, examples: str
) -> Parser:
    """Returns the parser of a further command.

    Args:
        commands: Where it goes.
        name: Its name.
        summary: What the list of commands says of it.
        description: What its own help says first.
        examples: Lines that a shell takes.
    """
    parser = commands.add_parser(
        name,
        help=summary,
        description=textwrap.fill(description, _WIDTH),
        epilog=f"examples:\n{textwrap.indent(examples.strip(), '  ')}",
    )
    parser.set_defaults(prog=parser.prog)
    return parser
