"""OSS operations and their typed options, as one table.

An option is named after the attribute of the request model in `alibabacloud_oss_v2`, and goes where
that model puts it. Two things differ, on purpose:

- The HTTP header Expires is `expires_header` here: `expires` is the lifetime of the URL.
- Bodies are no options: a presigned URL does not cover them.

The order of an operation's query options is that of the model too, and that of the URL.

To add an option, put a line into the group it belongs to; to add an operation, a row into `_ROWS`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .._errors import RequestError
from .endpoints import check_bucket
from .meant import MEANT, near_misses, spelling
from .options import (
    META_PREFIX,
    Option,
    check_texts,
    metadata_headers,
    percent_encode,
    wire_text,
)

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


class Operation(NamedTuple):
    """What is known of one operation.

    Attributes:
        name: Its name in the OSS API, or the HTTP method of a free request.
        method: The HTTP method.
        level: "object" (needs a key), "bucket" (takes none) or "any" (key and bucket optional).
        query: Names and fixed values of the query parameters that make the operation what it is.
        options: Its options by name.

    Example:
        >>> OPERATIONS["GetObjectAcl"].query
        (('acl', ''),)
    """

    name: str
    method: str
    level: str
    query: tuple[tuple[str, str], ...]
    options: Mapping[str, Option]

    def __reduce__(self) -> tuple[Any, ...]:
        return find_operation, (self.name,)


def _header(
    name: str, wire: str, kind: str = "text", minimum: int = 0, maximum: int = 2**63 - 1
) -> Option:
    return Option(name, "header", wire, kind, False, minimum, maximum)


def _query(
    name: str, wire: str, kind: str = "text", minimum: int = 0, maximum: int = 2**63 - 1
) -> Option:
    return Option(name, "query", wire, kind, False, minimum, maximum)


def _choice(option: Option, *choices: str, is_open: bool = False) -> Option:
    return option._replace(choices=choices, is_open=is_open)


def _required(*options: Option) -> tuple[Option, ...]:
    return tuple(option._replace(required=True) for option in options)


# Options, in groups that operations share.

_PAYER = (_choice(_header("request_payer", "x-oss-request-payer"), "requester"),)
_VERSION = (_query("version_id", "versionId"),)
_ACL = (
    _choice(
        _header("acl", "x-oss-object-acl"), "default", "private", "public-read", "public-read-write"
    ),
)
_ENCODING = (_choice(_query("encoding_type", "encoding-type"), "url"),)
_UPLOAD = _required(_query("upload_id", "uploadId"))
_PART = _required(_query("part_number", "partNumber", "int", 1, 10_000))
# Bit/s. The documentation's bounds (100 KB/s to 100 MB/s): a value outside is answered with 400.
_TRAFFIC = (_header("traffic_limit", "x-oss-traffic-limit", "int", 819_200, 838_860_800),)
_BYPASS = (_header("bypass_governance_retention", "x-oss-bypass-governance-retention", "bool"),)
_CHECKS = (
    _header("content_length", "Content-Length", "int"),
    _header("content_md5", "Content-MD5"),
)
_FORBID = (_header("forbid_overwrite", "x-oss-forbid-overwrite", "bool"),)
_STORED = (  # whatever comes to exist under a key, symbolic links included
    *_FORBID,
    _choice(
        _header("storage_class", "x-oss-storage-class"),
        *("Standard", "IA", "Archive", "ColdArchive", "DeepColdArchive"),
        is_open=True,
    ),
    _header("metadata", META_PREFIX, "metadata"),
)
_OBJECT = (
    *_STORED,
    *_CHECKS,
    _header("content_type", "Content-Type"),
    _header("content_encoding", "Content-Encoding"),
    _header("content_disposition", "Content-Disposition"),
    _header("cache_control", "Cache-Control"),
    _header("expires_header", "Expires", "time"),
    _header("tagging", "x-oss-tagging", "tagging"),
    _choice(
        _header("server_side_encryption", "x-oss-server-side-encryption"),
        *("AES256", "KMS", "SM4"),
        is_open=True,
    ),
    _choice(
        _header("server_side_data_encryption", "x-oss-server-side-data-encryption"),
        *("AES256", "SM4"),
        is_open=True,
    ),
    _header("server_side_encryption_key_id", "x-oss-server-side-encryption-key-id"),
)
_WORM = (
    _choice(_header("object_worm_mode", "x-oss-object-worm-mode"), "GOVERNANCE", "COMPLIANCE"),
    _header("object_worm_retain_until_date", "x-oss-object-worm-retain-until-date"),
    _choice(_header("object_worm_legal_hold", "x-oss-object-worm-legal-hold"), "ON", "OFF"),
)
_CALLBACK = (
    _header("callback", "x-oss-callback", "callback"),
    _header("callback_var", "x-oss-callback-var", "callback"),
)
_CONDITIONS = (
    _header("if_match", "If-Match"),
    _header("if_none_match", "If-None-Match"),
    _header("if_modified_since", "If-Modified-Since", "time"),
    _header("if_unmodified_since", "If-Unmodified-Since", "time"),
)
_SOURCE = (
    *_required(_header("source_key", "x-oss-copy-source", "source")),
    _header("source_bucket", "x-oss-copy-source", "source"),
    _header("source_version_id", "x-oss-copy-source", "source"),
    *(option._replace(wire=f"x-oss-copy-source-{option.wire.lower()}") for option in _CONDITIONS),
)
_DIRECTIVES = (
    _choice(_header("metadata_directive", "x-oss-metadata-directive"), "COPY", "REPLACE"),
    _choice(  # the older SDKs send the directives of tags in capitals, too
        _header("tagging_directive", "x-oss-tagging-directive"),
        *("Copy", "Replace", "COPY", "REPLACE"),
    ),
)
_RESPONSE = (
    _query("response_cache_control", "response-cache-control"),
    _query("response_content_disposition", "response-content-disposition"),
    _query("response_content_encoding", "response-content-encoding"),
    _query("response_content_language", "response-content-language"),
    _query("response_content_type", "response-content-type"),
    _query("response_expires", "response-expires", "time"),
)
_RANGE = (
    _header("range_header", "Range"),
    _choice(_header("range_behavior", "x-oss-range-behavior"), "standard"),
    _header("accept_encoding", "Accept-Encoding"),
)
_OBJECTS_PAGE = (
    _query("delimiter", "delimiter"),
    _query("start_after", "start-after"),
    *_ENCODING,
    _query("continuation_token", "continuation-token"),
    _query("max_keys", "max-keys", "int", 1, 1000),
    _query("prefix", "prefix"),
    _query("fetch_owner", "fetch-owner", "bool"),
)
_PARTS_PAGE = (
    _query("max_parts", "max-parts", "int", 1, 1000),
    _query("part_number_marker", "part-number-marker", "int", 0, 10_000),
)


def _operation(
    name: str, method: str, query: str, *groups: Iterable[Option], level: str = "object"
) -> Operation:
    parameter, _, value = query.partition("=")
    options = {option.name: option for group in (*groups, _PAYER) for option in group}
    pairs = ((parameter, value),) if parameter else ()
    return Operation(name, method, level, pairs, MappingProxyType(options))


# fmt: off
_ROWS = (
    _operation("GetObject",     "GET",    "", _RANGE, _CONDITIONS, _RESPONSE, _VERSION, _TRAFFIC,
               (_query("process", "x-oss-process"),)),
    _operation("HeadObject",    "HEAD",   "", _VERSION, _CONDITIONS),
    _operation("GetObjectMeta", "HEAD",   "objectMeta", _VERSION),
    _operation("PutObject",     "PUT",    "", _OBJECT, _ACL, _WORM, _CALLBACK, _TRAFFIC),
    _operation("AppendObject",  "POST",   "append", _OBJECT, _ACL, _TRAFFIC,
               _required(_query("position", "position", "int"))),
    _operation("CopyObject",    "PUT",    "", _SOURCE, _OBJECT, _ACL, _WORM, _TRAFFIC,
               _DIRECTIVES),
    _operation("DeleteObject",  "DELETE", "", _VERSION, _BYPASS),
    _operation("RestoreObject", "POST",   "restore", _VERSION),

    _operation("InitiateMultipartUpload", "POST",   "uploads", _OBJECT, _WORM, _ENCODING),
    _operation("UploadPart",              "PUT",    "", _PART, _UPLOAD, _CHECKS, _TRAFFIC),
    _operation("UploadPartCopy",          "PUT",    "", _PART, _UPLOAD, _SOURCE, _TRAFFIC,
               (_header("source_range", "x-oss-copy-source-range"),)),
    _operation("CompleteMultipartUpload", "POST",   "", _UPLOAD, _ENCODING, _ACL, _CALLBACK,
               _FORBID, (_choice(_header("complete_all", "x-oss-complete-all"), "yes"),)),
    _operation("AbortMultipartUpload",    "DELETE", "", _UPLOAD),
    _operation("ListParts",               "GET",    "", _UPLOAD, _ENCODING, _PARTS_PAGE),

    _operation("GetObjectAcl",        "GET",    "acl", _VERSION),
    _operation("PutObjectAcl",        "PUT",    "acl", _VERSION, _required(*_ACL)),
    _operation("GetObjectTagging",    "GET",    "tagging", _VERSION),
    _operation("PutObjectTagging",    "PUT",    "tagging", _VERSION),
    _operation("DeleteObjectTagging", "DELETE", "tagging", _VERSION),
    _operation("GetSymlink",          "GET",    "symlink", _VERSION),
    _operation("PutSymlink",          "PUT",    "symlink", _STORED, _ACL,
               _required(_header("target", "x-oss-symlink-target"))),

    _operation("ListObjectsV2", "GET", "list-type=2", _OBJECTS_PAGE, level="bucket"),
)
# fmt: on
OPERATIONS: Mapping[str, Operation] = MappingProxyType({row.name: row for row in _ROWS})


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


def _free_request(method: str) -> Operation:
    return Operation(method, method, "any", (), MappingProxyType({}))


_METHODS = {
    name: _free_request(name) for name in ("GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS")
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
        return _free_request(name)
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
