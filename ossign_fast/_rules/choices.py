"""Texts that nobody can mean: near misses of what OSS knows, and forms that it does not read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from .._errors import RequestError

_HEX_MD5 = re.compile(r"[0-9A-Fa-f]{32}").fullmatch
_SHA256 = re.compile("[0-9a-f]{64}").fullmatch
_BASE64_MD5 = re.compile(r"[0-9A-Za-z+/]{22}==").fullmatch
_BYTE_RANGE = re.compile(r"bytes=[0-9]*-[0-9]*").fullmatch
_BARE_RANGE = re.compile(r"[0-9]*-[0-9]*(?:, *[0-9]*-[0-9]*)*").fullmatch
#: What S3 calls a choice of OSS, as `_letters` writes both.
_OTHER_NAMES = {"standardia": "ia"}


def check_meant(field: str, wire: str, choices: tuple[str, ...], is_open: bool, text: str) -> None:
    """Checks that the text of an option is one that can be meant.

    Args:
        field: What an error calls it.
        wire: Name of its header or query parameter.
        choices: The values that OSS knows; none where any text may be meant.
        is_open: Whether OSS may come to know others: then what resembles none of them is taken.
        text: The text.

    Raises:
        RequestError: It is none; the error tells what may have been meant.

    Example:
        >>> check_meant("storage_class", "x-oss-storage-class", ("Standard", "IA"), True, "IA")
    """
    if choices:
        _check_choice(field, choices, is_open, text)
    elif wire in _CHECKS:
        _CHECKS[wire](field, text)


def plain_form(wire: str) -> bool | Callable[[str], object]:
    """Returns which texts of this header or query parameter pass without a closer look.

    True for all; else what tells so of a text, be it that it tells it of none.
    """
    return wire not in _CHECKS or _PLAIN.get(wire, False)


def _check_choice(field: str, choices: tuple[str, ...], is_open: bool, text: str) -> None:
    if text in choices:
        return
    plain = {_letters(choice): choice for choice in reversed(choices)}
    word = _letters(text)
    close = [_OTHER_NAMES[word]] if _OTHER_NAMES.get(word) in plain else []
    close += [known for known in plain if known == word]
    close += [known for known in reversed(plain) if _abbreviates(word, known)]
    from difflib import get_close_matches  # not needed to import the package

    close += get_close_matches(word, plain, 1, 0.75)
    if is_open and not close:
        return
    problem = "must be one of " + ", ".join(map(repr, choices))
    if len(choices) == 1:
        problem = f"must be {choices[0]!r}"
    elif close:
        problem += f"; did you mean {plain[close[0]]!r}?"
    raise RequestError(field, problem)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _abbreviates(word: str, known: str) -> bool:
    """Returns whether `word` is `known` with letters left out behind the first."""
    rest = iter(known)
    return len(word) > 1 and word[0] == known[0] and all(letter in rest for letter in word)


def _check_callback(field: str, text: str) -> None:
    import base64  # as json, not needed to import the package
    import json

    try:
        value = json.loads(base64.b64decode(text.strip(" \t"), validate=True))
    except (ValueError, RecursionError):  # of Base64, too
        value = None
    if not isinstance(value, dict):
        raise RequestError(
            field, "must be a dict, or the Base64 of a JSON object as text; give the dict"
        )


def _check_md5(field: str, text: str) -> None:
    if _HEX_MD5(text):
        raise RequestError(
            field, "is in hexadecimal digits; give the Base64 of the 16 bytes of the digest"
        )


def _check_range(field: str, text: str) -> None:
    if _BARE_RANGE(text):
        raise RequestError(field, "must begin with its unit, as in 'bytes=0-99'")


def _check_payload(field: str, text: str) -> None:
    if text != "UNSIGNED-PAYLOAD" and not _SHA256(text):
        raise RequestError(
            field, "must be 'UNSIGNED-PAYLOAD' or the SHA-256 of the body in lower-case hex"
        )


_CHECKS: Mapping[str, Callable[[str, str], None]] = {
    "x-oss-callback": _check_callback,
    "x-oss-callback-var": _check_callback,
    "Content-MD5": _check_md5,
    "Range": _check_range,
    "x-oss-content-sha256": _check_payload,
}
_PLAIN = {"Content-MD5": _BASE64_MD5, "Range": _BYTE_RANGE, "x-oss-content-sha256": _SHA256}
