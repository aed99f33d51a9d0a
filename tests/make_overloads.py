"""Writes `ossign_fast/_signer/overloads.pyi`: the methods of `Signer`, operation by operation.

Operations and options come from the table in `_rules/table.py`, the other parameters from the
signatures in `_signer/signer.py`. Run it by `make overloads` after a change to either.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from ossign_fast import Signer
from ossign_fast._rules.operations import _METHODS, OPERATIONS, Operation
from ossign_fast._signer import jobs, overloads, signer

STUB = Path(overloads.__file__).with_suffix(".pyi")

HEAD = '''\
"""The methods of `Signer` as type checkers and editors see them, operation by operation.

Written by `make overloads`: change `_rules/table.py` or `signer.py`, and run it.

Options that an operation needs are not asked for, as `headers` or `query` may hold what they stand
for; they just cannot be None. The last overload of each method is for names that are not known
before the program runs. It names no options, so that no misspelled one of a known operation ends
there; those of a `dict[str, Any]` pass as `**options`.
"""

# ruff: noqa
# fmt: off
from collections.abc import Callable
from enum import Enum
from typing import Any, Literal, SupportsIndex, TypedDict, TypeVar, overload
from typing_extensions import Unpack
'''
ALIASES = """
Text = str | Enum
Int = SupportsIndex | str | Enum
Bool = bool | Literal["true", "false"] | Enum
Time = datetime | str | Enum
Tags = Mapping[str, str] | str | Enum
Json = Mapping[str, object] | str | Enum

_Method = TypeVar("_Method")

def typed_as(method: _Method) -> Callable[[Callable[..., Any]], _Method]: ...
"""

# What values the kinds of options take, see `wire_text`; alone, and where columns may stand, too.
KINDS = {
    "text": ("Text", "Text | ColumnOf[str]"),
    "source": ("Text", "Text | ColumnOf[str]"),
    "encoded": ("Text", "Text | ColumnOf[str]"),
    "int": ("Int", "Int | ColumnOf[Int]"),
    "bool": ("Bool", "Bool | ColumnOf[Bool]"),
    "time": ("Time", "Time | ColumnOf[Time]"),
    "tagging": ("Tags", "Tags | ColumnOf[Tags]"),
    "callback": ("Json", "Json | ColumnOf[Json]"),
    "metadata": ("Mapping[str, FreeText]", "Mapping[str, FreeText | ColumnOf[FreeText]]"),
}
URL_OF_NULLS = {"refuse": "str", "keep": "str | None"}
GENERIC = ("UrlBatch", "BoundPresigner")  # what has the type of a URL as its parameter
CHOICES = {"nulls": ("refuse", "keep"), "on_error": ("raise", "null")}


class Method(NamedTuple):
    """A method of `Signer`: whether options may be columns, and what its subject is called."""

    name: str
    columns: bool
    subject: str | None


SIGNER_METHODS = (
    Method("presign", False, "key"),
    Method("presign_many", True, "keys"),
    Method("bind", True, None),
    Method("job", True, None),
    Method("sign_headers", False, "key"),
)


def render() -> str:
    """Returns the text of the stub."""
    options = "".join(
        "\n" + options_class(operation, columns)
        for operation in OPERATIONS.values()
        for columns in (False, True)
    )
    methods = "".join("\n" + text for method in SIGNER_METHODS for text in overloads_of(method))
    return HEAD + imports(ALIASES + options + methods) + ALIASES + options + methods


def imports(text: str) -> str:
    """Returns those imports of the methods' modules whose names `text` uses."""
    lines = []
    known = {"Any"}
    sources = [Path(str(m.__file__)).read_text(encoding="utf-8") for m in (signer, jobs)]
    for node in [node for source in sources for node in ast.walk(ast.parse(source))]:
        if isinstance(node, ast.ImportFrom):
            names = [a.name for a in node.names if re.search(rf"\b{a.name}\b", text)]
            names = [name for name in names if name not in known]
            known |= {*names}
            if names:
                lines.append(
                    f"from {'.' * node.level}{node.module or ''} import {', '.join(names)}\n"
                )
    return "".join(lines)


def options_class(operation: Operation, columns: bool) -> str:
    """Returns the class of an operation's options."""
    lines = [f"class {class_name(operation, columns)}(TypedDict, total=False):"]
    for option in operation.options.values():
        none = "" if option.required else " | None"
        lines.append(f"    {option.name}: {KINDS[option.kind][columns]}{none}")
    if not operation.options:
        lines.append("    pass")
    return "\n".join(lines) + "\n"


def class_name(operation: Operation, columns: bool) -> str:
    return operation.name + ("Columns" if columns else "")


def overloads_of(method: Method) -> Iterator[str]:
    """Yields the overloads of a method; two for each operation if its result may hold nulls.

    The first has the docstring of the method, which editors show for all of them.
    """
    signature = inspect.signature(getattr(Signer, method.name))
    rows = [
        (f'Literal["{row.name}"]', row.level, class_name(row, method.columns))
        for row in OPERATIONS.values()
    ]
    rows += [(f"Literal{json.dumps([*_METHODS])}", "any", ""), ("str", "any", "")]
    doc = inspect.getdoc(getattr(Signer, method.name)) or ""
    body = textwrap.indent(f'\n"""{doc}\n"""', "    ")
    for operation, level, options in rows:
        for nulls in URL_OF_NULLS if signature.return_annotation in GENERIC else ("",):
            head = overload_of(method, signature, operation, level, options, nulls)
            yield f"{head}:{body}\n"
            body = " ..."


def overload_of(  # noqa: PLR0917 - one caller
    method: Method,
    signature: inspect.Signature,
    operation: str,
    level: str,
    options: str,
    nulls: str,
) -> str:
    """Returns one overload, up to the colon."""
    parameters = ["self: object"]
    for item in signature.parameters.values():
        annotation, default = str(item.annotation), default_of(item)
        if item.name == "operation":
            annotation, default = operation, ""
        elif item.name == method.subject:
            annotation, default = subject_of(level, annotation, default)
        elif item.name in CHOICES and not nulls:
            annotation = f"Literal{json.dumps([*CHOICES[item.name]])}"
        elif item.name == "nulls":
            annotation, default = f'Literal["{nulls}"]', default if nulls == item.default else ""
        elif item.kind is item.VAR_KEYWORD or item.name == "self":
            continue
        if item.kind is item.KEYWORD_ONLY and "*" not in parameters:
            parameters.append("*")
        parameters.append(f"{item.name}: {annotation}{default}")
    if options:
        parameters.append(f"**options: Unpack[{options}]")
    result = signature.return_annotation + (f"[{URL_OF_NULLS[nulls]}]" if nulls else "")
    return f"@overload\ndef {method.name}(\n{in_lines(parameters)}\n) -> {result}"


def in_lines(parameters: list[str]) -> str:
    """Returns parameters in indented lines that end between two of them."""
    whole = ", ".join(parameter.replace(" ", "\0") for parameter in parameters)
    lines = textwrap.wrap(whole, 96, break_long_words=False, break_on_hyphens=False)
    return textwrap.indent("\n".join(lines), "    ").replace("\0", " ")


def default_of(parameter: inspect.Parameter) -> str:
    """Returns the default of a parameter, and that there is one where its text is no literal."""
    if parameter.default is parameter.empty:
        return ""
    try:
        ast.literal_eval(repr(parameter.default))
    except (SyntaxError, ValueError):
        return " = ..."
    return f" = {parameter.default!r}"


def subject_of(level: str, annotation: str, default: str) -> tuple[str, str]:
    """Returns type and default of the subject, which is None only where no other is possible."""
    if level == "bucket":
        return "None", default
    return annotation.removesuffix(" | None"), "" if level == "object" else default


if __name__ == "__main__":
    STUB.write_text(render(), encoding="utf-8")
