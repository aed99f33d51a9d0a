"""`ossign-fast info`: what runs here."""

from __future__ import annotations

import argparse
import json
import platform
from typing import TYPE_CHECKING

from ossign_fast import __version__, engine_info

from ._errors import OK
from ._output import show
from ._parser import add_command

if TYPE_CHECKING:
    from ._parser import Commands

_EXAMPLES = """
ossign-fast info
ossign-fast info --json
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "info",
        "show version, engine, kernel and CPU features",
        "Show which engine and SHA-256 kernel this installation uses on this CPU.",
        _EXAMPLES,
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints the facts, as a table or as JSON."""
    facts = _facts()
    if args.json:
        show(json.dumps(facts, indent=2))
        return OK
    for name, value in facts.items():
        text = " ".join(value) if isinstance(value, list) else value
        show(f"{name.replace('_', ' ') + ':':<14}{text or '-'}")
    return OK


def _facts() -> dict[str, str | list[str]]:
    engine = engine_info()
    return {
        "version": __version__,
        "engine": engine.engine,
        "kernel": engine.kernel,
        "kernels": list(engine.kernels),
        "cpu_features": list(engine.cpu_features),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "platform": platform.platform(),
        "fallback": engine.fallback,
    }
