"""What two signed requests differ in, told without a secret."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import parse_qsl

_MASK = "***"
#: Lower-case names of parameters and headers whose values nobody should see.
_SECRET = frozenset({"security-token", "signature", "x-oss-security-token", "x-oss-signature"})
_SIGNATURE = re.compile(r"(Signature[=:]\s*|OSS [^:]*:)[^,\s]+")


class Difference(NamedTuple):
    """One thing that two signed requests differ in.

    Attributes:
        name: What it is: "url", "query order", or the name of a parameter or header.
        primary: What the primary made of it; "" if it has none.
        candidate: What the candidate made of it.

    Example:
        >>> Difference("x-oss-expires", "599", "600").name
        'x-oss-expires'
    """

    name: str
    primary: str
    candidate: str


def compare_urls(primary: str, candidate: str) -> tuple[Difference, ...]:
    """Returns what two presigned URLs differ in; nothing if they are the same text."""
    if primary == candidate:
        return ()
    differences = list(compare_headers(query_of(primary), query_of(candidate)))
    base, other_base = (url.partition("?")[0] for url in (primary, candidate))
    if base != other_base:
        differences.insert(0, Difference("url", base, other_base))
    return tuple(differences) or (_spelling(primary, candidate),)


def compare_headers(
    primary: Mapping[str, str], candidate: Mapping[str, str]
) -> tuple[Difference, ...]:
    """Returns what two sets of parameters or headers, by their names, differ in."""
    names = dict.fromkeys((*primary, *candidate))
    return tuple(
        Difference(name, _masked(name, primary.get(name)), _masked(name, candidate.get(name)))
        for name in names
        if primary.get(name) != candidate.get(name)
    )


def query_of(url: str) -> dict[str, str]:
    """Returns the query parameters of a URL by name, decoded."""
    return dict(parse_qsl(url.partition("?")[2], keep_blank_values=True))


def _spelling(primary: str, candidate: str) -> Difference:
    """Returns what two URLs with the same parameters differ in: their order, or their encoding."""
    pairs, others = (url.partition("?")[2].split("&") for url in (primary, candidate))
    names, other_names = ([pair.partition("=")[0] for pair in each] for each in (pairs, others))
    if names != other_names:
        return Difference("query order", " ".join(names), " ".join(other_names))
    changed = " ".join(n for n, a, b in zip(names, pairs, others, strict=True) if a != b)
    return Difference("query encoding", changed, changed)


def _masked(name: str, value: str | None) -> str:
    if not value:
        return ""
    if name.lower() in _SECRET:
        return _MASK
    return _SIGNATURE.sub(rf"\1{_MASK}", value)
