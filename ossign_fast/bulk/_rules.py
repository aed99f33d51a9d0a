"""Which keys are signed, by rules like those of ossutil."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from ._errors import BulkError

_KINDS = ("include", "exclude")
_ANY_LINE = "(?s)"


class Rule(NamedTuple):
    """Takes or leaves the keys that a pattern fits; of several rules the first that fits decides.

    In a pattern `*` stands for any text without `/`, `**` for any text, `?` for a character that is
    not `/`, `[a-z]` and `[!a-z]` for one of a set. A pattern fits the end of a key, from a `/` on;
    one that begins with `/` fits the whole key. If no rule fits, the key is taken, unless there is
    a rule that includes.

    Attributes:
        kind: "include" or "exclude".
        pattern: The pattern.

    Example:
        >>> Rule("include", "*.jpg")
        Rule(kind='include', pattern='*.jpg')
    """

    kind: str
    pattern: str


class KeyFilter:
    """Tells which keys of an array are to be signed."""

    def __init__(
        self, rules: Sequence[Rule], prefixes: Sequence[str], suffixes: Sequence[str]
    ) -> None:
        self._rules = [(_kind(rule), _expression(rule.pattern)) for rule in rules]
        self._else = all(kind == "exclude" for kind, _ in self._rules)
        self._ends = [
            "|".join(map(re.escape, texts)).join(around)
            for texts, around in ((prefixes, ("^(?:", ")")), (suffixes, ("(?:", ")$")))
            if texts
        ]

    def __bool__(self) -> bool:
        return bool(self._rules or self._ends)

    def mask(self, keys: Any) -> Any:
        """Returns which rows to take; a null key is left out."""
        taken = pa.repeat(self._else, len(keys))
        for kind, expression in reversed(self._rules):
            fits = pc.match_substring_regex(keys, expression)
            taken = pc.if_else(fits, kind == "include", taken)
        for expression in self._ends:
            taken = pc.and_(taken, pc.match_substring_regex(keys, _ANY_LINE + expression))
        return pc.fill_null(pc.and_(taken, pc.is_valid(keys)), False)


def _kind(rule: Rule) -> str:
    if rule.kind not in _KINDS:
        raise BulkError(None, f"rules: {rule.kind!r} is no kind of rule; it is include or exclude")
    return rule.kind


def _expression(pattern: str) -> str:
    """Returns the regular expression, of RE2, that `pattern` stands for."""
    tokens = re.findall(r"\*\*|\*|\?|\[!?\]?[^\]]*\]|\\.|[^*?]", pattern.removeprefix("/"), re.S)
    start = "^" if pattern.startswith("/") else "(?:^|/)"
    return f"{_ANY_LINE}{start}{''.join(map(_part, tokens))}$"


def _part(token: str) -> str:
    simple = {"**": ".*", "*": "[^/]*", "?": "[^/]"}
    if token in simple:
        return simple[token]
    if token.startswith("[") and len(token) > 2:
        body = token[1:-1].replace("\\", r"\\").replace("[", r"\[").replace("^", r"\^")
        return f"[^{body[1:]}]" if body.startswith("!") else f"[{body}]"
    return re.escape(token[-1] if token.startswith("\\") else token)
