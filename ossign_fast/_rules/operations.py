"""OSS operations by name, and what several of their options make together."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .._errors import RequestError
from .endpoints import check_bucket
from .meant import MEANT, near_misses, spelling
from .options import (
    Option,
    check_texts,
    metadata_headers,
    percent_encode,
    wire_text,
)
from .table import OPERATIONS, Operation, free_request

__all__ = (
    "OPERATIONS",
    "Operation",
    "Option",
    "check_texts",
    "derived_headers",
    "describe_operation",
    "find_operation",
    "metadata_headers",
    "operations",
    "unknown_option",
    "wire_text",
)

_METHOD = re.compile(r"[A-Z][!#$%&'*+.^_`|~0-9A-Z-]*")


def operations() -> Mapping[str, Operation]:
    """Returns the OSS operations that can be signed by name, with their options.

    Example:
        >>> operations()["UploadPart"].method
        'PUT'
        >>> [option.name for option in operations()["UploadPart"].options.values()][:2]
        ['part_number', 'upload_id']
    """
    return OPERATIONS


def describe_operation(name: str) -> Operation:
    """Returns what is known of an operation, or of requests with an HTTP method in upper case.

    Raises:
        RequestError: There is no such operation; the text names near misses.

    Example:
        >>> put = describe_operation("PutObject")
        >>> put.method, put.level, put.options["acl"].wire
        ('PUT', 'object', 'x-oss-object-acl')
    """
    return find_operation(name)


_METHODS = {
    name: free_request(name) for name in ("GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS")
}
_NAMES = {name.casefold(): name for name in (*OPERATIONS, *_METHODS)}


def find_operation(name: object) -> Operation:
    """Returns the operation of this name, or a free request for an HTTP method in upper case.

    Raises:
        RequestError: There is none; the text names near misses.

    Example:
        >>> find_operation("InitiateMultipartUpload").query
        (('uploads', ''),)
        >>> find_operation("OPTIONS").level
        'any'
    """
    if not isinstance(name, str):
        raise RequestError("operation", "must be text, such as 'GetObject' or 'GET'")
    found = OPERATIONS.get(name) or _METHODS.get(name)
    if found is not None:
        return found
    if _METHOD.fullmatch(name) and name.casefold() not in _NAMES:
        return free_request(name)
    raise RequestError(
        "operation",
        f"{name!r} is unknown;"
        + (
            near_misses(name.casefold(), _NAMES)
            or " give an OSS operation, such as 'GetObject', or an HTTP method in upper case"
        ),
    )


def unknown_option(operation: Operation, name: str) -> RequestError:
    """Returns the error for an option that `operation` has not; the text names near misses.

    Example:
        >>> "did you mean 'range_header'" in str(unknown_option(OPERATIONS["GetObject"], "range"))
        True
    """
    spellings = {spelling(option.wire): option.name for option in operation.options.values()}
    spellings.update((known, known) for known in operation.options)
    meant = MEANT.get(spelling(name).replace("_", ""))
    hint = f" did you mean {meant}?" if meant else near_misses(spelling(name), spellings)
    told = f"{operation.name} has no such option" + (f";{hint}" if hint else "")
    if not hint and operation.name == operation.method:
        told += ", for it is an HTTP method; give an operation, such as 'GetObject'"
    more = (
        ". Other headers and query parameters go into headers= and query=; the body is not signed"
    )
    return RequestError(name, told if hint else told + more)


def derived_headers(
    operation: Operation, options: Mapping[str, object], bucket: str | None
) -> dict[str, str]:
    """Returns the headers that several options make together, for the scalars of one row.

    There is one, `x-oss-copy-source` of the copy operations: "/bucket/key", percent-encoded, and
    "?versionId=" where a version is given. Operations without "source" options have none.

    Args:
        operation: The operation.
        options: Options of one row by name; those of other kinds are not looked at.
        bucket: The request's bucket; the source bucket where none is given, as in the SDK.

    Raises:
        RequestError: `source_key` is missing or empty, or `source_bucket` is no bucket name.

    Example:
        >>> derived_headers(find_operation("CopyObject"), {"source_key": "a b"}, "examplebucket")
        {'x-oss-copy-source': '/examplebucket/a%20b'}
    """
    sources = [option for option in operation.options.values() if option.kind == "source"]
    if not sources:
        return {}
    given = {
        option.name: wire_text(option, options[option.name])
        for option in sources
        if options.get(option.name) is not None
    }
    if "source_key" not in given:
        raise RequestError("source_key", f"missing; {operation.name} needs it")
    source_bucket = check_bucket(given.get("source_bucket", bucket), "source_bucket")
    text = f"/{source_bucket}/{percent_encode('source_key', given['source_key'], safe='/')}"
    if "source_version_id" in given:
        version = percent_encode("source_version_id", given["source_version_id"])
        text += f"?versionId={version}"
    return {sources[0].wire: text}
