"""`ossign-fast operations`: what can be signed by name, and with which options."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ossign_fast import Operation, Option, describe_operation, operations

from ._errors import OK
from ._output import show
from ._parser import add_command

if TYPE_CHECKING:
    from ._parser import Commands

_VALUES = {
    "bool": "true or false",
    "time": "HTTP date",
    "tagging": "parts, or a=1&b=2",
    "metadata": "parts",
    "callback": "JSON, or parts",
}
_UNBOUNDED = 2**63 - 1

_EXAMPLES = """
ossign-fast operations
ossign-fast operations PutObject
ossign-fast operations UploadPart --json
"""


def add_parser(commands: Commands) -> None:
    """Describes the command."""
    parser = add_command(
        commands,
        "operations",
        "list the operations and their options",
        "List the OSS operations that presign knows by name, or the options of one of them.",
        _EXAMPLES,
    )
    parser.add_argument(
        "operation", metavar="OPERATION", nargs="?", help="operation to tell the options of"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prints one operation or the list of all, as a table or as JSON."""
    if args.operation is None:
        rows = list(operations().values())
        found: object = [_facts(operation) for operation in rows]
        lines = _list(rows)
    else:
        operation = describe_operation(args.operation)
        found, lines = _facts(operation), _details(operation)
    show(json.dumps(found, indent=2) if args.json else "\n".join(lines))
    return OK


def _facts(operation: Operation) -> dict[str, Any]:
    return {
        "name": operation.name,
        "method": operation.method,
        "level": operation.level,
        "query": dict(operation.query),
        "options": [option._asdict() for option in operation.options.values()],
    }


def _list(rows: list[Operation]) -> Iterator[str]:
    yield f"{'operation':<25}{'method':<8}{'works on':<10}needs"
    for operation in rows:
        needs = ", ".join(o.name for o in operation.options.values() if o.required)
        yield f"{operation.name:<25}{operation.method:<8}{operation.level:<10}{needs}".rstrip()


def _details(operation: Operation) -> Iterator[str]:
    places = {"object": "an object", "bucket": "a bucket", "any": "what key and bucket say"}
    query = "&".join(f"{name}={value}" if value else name for name, value in operation.query)
    request = f"{operation.method} ?{query}" if query else operation.method
    yield f"{operation.name}: {request}, works on {places[operation.level]}"
    yield ""
    if operation.options:
        yield f"{'option':<32}{'value':<26}sent as"
    for option in operation.options.values():
        name = f"{option.name} (needed)" if option.required else option.name
        sent = f"{option.place} {option.wire}{'NAME' if option.kind == 'metadata' else ''}"
        yield f"{name:<32}{_value(option):<26}{sent}"
    if operation.options:
        yield ""
        several = [o for o in operation.options.values() if len(o.choices) > 1]
        yield from map(_choices, several)
        yield from [""] * bool(several)
        yield "give options as --option NAME=VALUE, those in parts as --option metadata.author=me;"
        yield "what is no option goes into --header and --query"
    else:
        yield "takes no options, but --header and --query"


def _choices(option: Option) -> str:
    known = ", ".join(option.choices)
    return f"{option.name}: {known}{', or a new one' if option.is_open else ''}"


def _value(option: Option) -> str:
    if option.choices:
        return option.choices[0] if len(option.choices) == 1 else "one of those below"
    if option.kind != "int":
        return _VALUES.get(option.kind, "text")
    upper = f"..{option.maximum}" if option.maximum < _UNBOUNDED else " or more"
    return f"{option.minimum}{upper}"
