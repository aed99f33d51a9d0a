"""Errors and warnings of the library in the words of the command line."""

from __future__ import annotations

import contextlib
import re
import warnings
from ast import literal_eval
from collections.abc import Iterator

from ossign_fast import CredentialsError, OssignError, OssignKeyWarning, RequestError

from ._output import complain

#: Fields of errors that are options of the same name.
_OPTIONS = frozenset(
    {
        "bucket",
        "clock_offset",
        "endpoint",
        "endpoint_type",
        "expires",
        "key",
        "product",
        "region",
        "scheme",
        "signature_version",
        "url_style",
    }
)
_OTHERS = {
    "additional_headers": "--additional-header",
    "headers": "--header",
    "headers['Content-Type']": "--content-type",
    "query": "--query",
}
_MEMBERS = {"headers": "--header ", "query": "--query ", "metadata": "--option metadata."}
_MEMBER = re.compile(r"(headers|query|metadata)\[(.*)\]", re.DOTALL)
# What a problem says of Python, and what the command line has in its place.
_PHRASES = tuple(
    (re.compile(pattern), wording)
    for pattern, wording in (
        (r"^missing;", "is missing;"),
        (r"; a point in time goes into expiration=", ""),
        (r"'expires', in seconds|'expiration', an aware datetime", "--expires"),
        (r"the object key as the second argument, 'key'", "--key"),
        (r"the first argument, 'operation'", "OPERATION"),
        (r"'key', 'bucket' and the options as arguments of their own", "--key or --bucket"),
        (r"did you mean 'bucket'", "did you mean --bucket"),
        (r"did you mean 'query'", "did you mean --query"),
        (r"did you mean 'headers'", "did you mean --header"),
        (r"did you mean 'signing_time'", "did you mean --clock-offset"),
        (r"give it to the Signer or to the call", "give the name of a bucket"),
        (r",? or allow such keys by Signer\(strict_keys=False\)", ""),
        (r"\bheaders= and query=", "--header and --query"),
        (r"\bquery=\{\.\.\.\} or as options", "--query or --option"),
        (r"\bbucket=''", "--service-level"),
        (r"\bTrue or False\b", "true or false"),
        (
            r"must be a dict, or the Base64 of a JSON object as text; give the dict",
            "must be a JSON object, as it is or in Base64",
        ),
        (r"credentials=Credentials\(\.\.\.\)", "--credentials-file"),
        (r"credentials=DefaultCredentials\(\)", "--credentials default"),
        (r"\bpass --credentials-file", "give --credentials-file"),
    )
)
_KEYWORD = re.compile(rf"\b({'|'.join(sorted(_OPTIONS, reverse=True))})=(?:'([^']*)')?")


def error_text(error: OssignError) -> str:
    """Returns what to tell whoever typed the command.

    Example:
        >>> error_text(RequestError("expires", "must be 1..604800 seconds"))
        '--expires: must be 1..604800 seconds'
        >>> error_text(RequestError("metadata['a b']", "keys become header names"))
        '--option metadata.a b: keys become header names'
    """
    if isinstance(error, RequestError):
        if error.field == "operation":
            return f"operation {plain(error.problem)}"
        return f"{option_of(error.field)}: {plain(error.problem)}"
    return plain(str(error)) if isinstance(error, CredentialsError) else str(error)


@contextlib.contextmanager
def hints() -> Iterator[None]:
    """Tells what the library warns of inside as hints on standard error."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", OssignKeyWarning)
        yield
    for warning in caught:
        if issubclass(warning.category, OssignKeyWarning):
            field, _, problem = str(warning.message).partition(": ")
            complain(f"ossign-fast: hint: {option_of(field)}: {plain(problem)}")
        else:
            warnings.warn_explicit(
                warning.message, warning.category, warning.filename, warning.lineno
            )


def option_of(field: str) -> str:
    """Returns the option of the command line that a field of an error is told by."""
    if field in _OPTIONS:
        return "--" + field.replace("_", "-")
    if field in _OTHERS:
        return _OTHERS[field]
    member = _MEMBER.fullmatch(field)
    if member is not None:
        return f"{_MEMBERS[member[1]]}{literal_eval(member[2])}"
    return f"--option {field}"


def plain(problem: str) -> str:
    """Returns what a problem says of Python in words of the command line."""
    for pattern, wording in _PHRASES:
        problem = pattern.sub(wording, problem)
    return _KEYWORD.sub(_as_option, problem)


def _as_option(keyword: re.Match[str]) -> str:
    value = f" {keyword[2]}" if keyword[2] else ""
    return f"--{keyword[1].replace('_', '-')}{value}"
