"""The table of OSS operations and their typed options.

An option is named after the attribute of the request model in `alibabacloud_oss_v2`, and goes where
that model puts it. Three things differ, on purpose:

- The HTTP header Expires is `expires_header` here: `expires` is the lifetime of the URL.
- Bodies are no options: a presigned URL does not cover them.
- The target of a symbolic link is a key, and encoded here as the documentation asks.

The order of an operation's query options is that of the model too, and that of the URL.

To add an option, put a line into the group it belongs to; to add an operation, a row into `_ROWS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from .options import META_PREFIX, Option


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
        return _named, (self.name,)


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
_DELIMITER = (_query("delimiter", "delimiter"),)
_KEY_MARKER = (_query("key_marker", "key-marker"),)
_MOST_KEYS = (_query("max_keys", "max-keys", "int", 1, 1000), _query("prefix", "prefix"))
_OBJECTS_PAGE = (
    *_DELIMITER,
    _query("start_after", "start-after"),
    *_ENCODING,
    _query("continuation_token", "continuation-token"),
    *_MOST_KEYS,
    _query("fetch_owner", "fetch-owner", "bool"),
)
_POSITION = _required(_query("position", "position", "int"))
_PARTS_PAGE = (
    _query("max_parts", "max-parts", "int", 1, 1000),
    _query("part_number_marker", "part-number-marker", "int", 0, 10_000),
)


def _select(*choices: str) -> tuple[Option, ...]:
    return _required(_choice(_query("process", "x-oss-process"), *choices))


def _operation(
    name: str,
    method: str,
    query: str,
    *groups: Iterable[Option],
    level: str = "object",
    payer: Iterable[Option] = _PAYER,
) -> Operation:
    parameter, _, value = query.partition("=")
    options = {option.name: option for group in (*groups, payer) for option in group}
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
               _POSITION),
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
               _required(_header("target", "x-oss-symlink-target", "encoded"))),
    _operation("GetObjectRetention",  "GET",    "retention", _VERSION, payer=()),
    _operation("PutObjectRetention",  "PUT",    "retention", _VERSION, _BYPASS, payer=()),
    _operation("GetObjectLegalHold",  "GET",    "legalHold", _VERSION, payer=()),
    _operation("PutObjectLegalHold",  "PUT",    "legalHold", _VERSION, payer=()),

    _operation("ProcessObject",          "POST", "x-oss-process"),
    _operation("AsyncProcessObject",     "POST", "x-oss-async-process"),
    _operation("SelectObject",           "POST", "", _select("csv/select", "json/select"),
               payer=()),
    _operation("CreateSelectObjectMeta", "POST", "", _select("csv/meta", "json/meta"), payer=()),
    _operation("SealAppendObject",       "POST", "seal", _POSITION, payer=()),
    _operation("CleanRestoredObject",    "POST", "cleanRestoredObject", payer=()),

    _operation("ListObjectsV2",         "GET",  "list-type=2", _OBJECTS_PAGE, level="bucket"),
    _operation("ListObjects",           "GET",  "", _DELIMITER, _ENCODING,
               (_query("marker", "marker"),), _MOST_KEYS, level="bucket"),
    _operation("ListObjectVersions",    "GET",  "versions", _DELIMITER, _KEY_MARKER,
               (_query("version_id_marker", "version-id-marker"),), _MOST_KEYS, _ENCODING,
               level="bucket"),
    _operation("ListMultipartUploads",  "GET",  "uploads", _DELIMITER, _ENCODING, _KEY_MARKER,
               (_query("max_uploads", "max-uploads", "int", 1, 1000), _query("prefix", "prefix"),
                _query("upload_id_marker", "upload-id-marker")), level="bucket"),
    _operation("DeleteMultipleObjects", "POST", "delete", _ENCODING, _BYPASS, level="bucket"),
)
# fmt: on
OPERATIONS: Mapping[str, Operation] = MappingProxyType({row.name: row for row in _ROWS})


def free_request(method: str) -> Operation:
    """Returns a request of its own kind, for an HTTP method."""
    return Operation(method, method, "any", (), MappingProxyType({}))


def _named(name: str) -> Operation:
    return OPERATIONS.get(name) or free_request(name)
