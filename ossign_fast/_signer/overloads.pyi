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
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from .._engine import engine
from .._engine.inputs import ColumnOf, FreeText, Keys
from .._rules.times import Seconds, SigningTime
from .batch import UrlBatch
from .bound import BoundPresigner
from .result import PresignResult
from .job import Job

Text = str | Enum
Int = SupportsIndex | str | Enum
Bool = bool | Literal["true", "false"] | Enum
Time = datetime | str | Enum
Tags = Mapping[str, str] | str | Enum
Json = Mapping[str, object] | str | Enum

_Method = TypeVar("_Method")

def typed_as(method: _Method) -> Callable[[Callable[..., Any]], _Method]: ...

class GetObject(TypedDict, total=False):
    range_header: Text | None
    range_behavior: Text | None
    accept_encoding: Text | None
    if_match: Text | None
    if_none_match: Text | None
    if_modified_since: Time | None
    if_unmodified_since: Time | None
    response_cache_control: Text | None
    response_content_disposition: Text | None
    response_content_encoding: Text | None
    response_content_language: Text | None
    response_content_type: Text | None
    response_expires: Time | None
    version_id: Text | None
    traffic_limit: Int | None
    process: Text | None
    request_payer: Text | None

class GetObjectColumns(TypedDict, total=False):
    range_header: Text | ColumnOf[str] | None
    range_behavior: Text | ColumnOf[str] | None
    accept_encoding: Text | ColumnOf[str] | None
    if_match: Text | ColumnOf[str] | None
    if_none_match: Text | ColumnOf[str] | None
    if_modified_since: Time | ColumnOf[Time] | None
    if_unmodified_since: Time | ColumnOf[Time] | None
    response_cache_control: Text | ColumnOf[str] | None
    response_content_disposition: Text | ColumnOf[str] | None
    response_content_encoding: Text | ColumnOf[str] | None
    response_content_language: Text | ColumnOf[str] | None
    response_content_type: Text | ColumnOf[str] | None
    response_expires: Time | ColumnOf[Time] | None
    version_id: Text | ColumnOf[str] | None
    traffic_limit: Int | ColumnOf[Int] | None
    process: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class HeadObject(TypedDict, total=False):
    version_id: Text | None
    if_match: Text | None
    if_none_match: Text | None
    if_modified_since: Time | None
    if_unmodified_since: Time | None
    request_payer: Text | None

class HeadObjectColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    if_match: Text | ColumnOf[str] | None
    if_none_match: Text | ColumnOf[str] | None
    if_modified_since: Time | ColumnOf[Time] | None
    if_unmodified_since: Time | ColumnOf[Time] | None
    request_payer: Text | ColumnOf[str] | None

class GetObjectMeta(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class GetObjectMetaColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class PutObject(TypedDict, total=False):
    forbid_overwrite: Bool | None
    storage_class: Text | None
    metadata: Mapping[str, FreeText] | None
    content_length: Int | None
    content_md5: Text | None
    content_type: Text | None
    content_encoding: Text | None
    content_disposition: Text | None
    cache_control: Text | None
    expires_header: Time | None
    tagging: Tags | None
    server_side_encryption: Text | None
    server_side_data_encryption: Text | None
    server_side_encryption_key_id: Text | None
    acl: Text | None
    object_worm_mode: Text | None
    object_worm_retain_until_date: Text | None
    object_worm_legal_hold: Text | None
    callback: Json | None
    callback_var: Json | None
    traffic_limit: Int | None
    request_payer: Text | None

class PutObjectColumns(TypedDict, total=False):
    forbid_overwrite: Bool | ColumnOf[Bool] | None
    storage_class: Text | ColumnOf[str] | None
    metadata: Mapping[str, FreeText | ColumnOf[FreeText]] | None
    content_length: Int | ColumnOf[Int] | None
    content_md5: Text | ColumnOf[str] | None
    content_type: Text | ColumnOf[str] | None
    content_encoding: Text | ColumnOf[str] | None
    content_disposition: Text | ColumnOf[str] | None
    cache_control: Text | ColumnOf[str] | None
    expires_header: Time | ColumnOf[Time] | None
    tagging: Tags | ColumnOf[Tags] | None
    server_side_encryption: Text | ColumnOf[str] | None
    server_side_data_encryption: Text | ColumnOf[str] | None
    server_side_encryption_key_id: Text | ColumnOf[str] | None
    acl: Text | ColumnOf[str] | None
    object_worm_mode: Text | ColumnOf[str] | None
    object_worm_retain_until_date: Text | ColumnOf[str] | None
    object_worm_legal_hold: Text | ColumnOf[str] | None
    callback: Json | ColumnOf[Json] | None
    callback_var: Json | ColumnOf[Json] | None
    traffic_limit: Int | ColumnOf[Int] | None
    request_payer: Text | ColumnOf[str] | None

class AppendObject(TypedDict, total=False):
    forbid_overwrite: Bool | None
    storage_class: Text | None
    metadata: Mapping[str, FreeText] | None
    content_length: Int | None
    content_md5: Text | None
    content_type: Text | None
    content_encoding: Text | None
    content_disposition: Text | None
    cache_control: Text | None
    expires_header: Time | None
    tagging: Tags | None
    server_side_encryption: Text | None
    server_side_data_encryption: Text | None
    server_side_encryption_key_id: Text | None
    acl: Text | None
    traffic_limit: Int | None
    position: Int
    request_payer: Text | None

class AppendObjectColumns(TypedDict, total=False):
    forbid_overwrite: Bool | ColumnOf[Bool] | None
    storage_class: Text | ColumnOf[str] | None
    metadata: Mapping[str, FreeText | ColumnOf[FreeText]] | None
    content_length: Int | ColumnOf[Int] | None
    content_md5: Text | ColumnOf[str] | None
    content_type: Text | ColumnOf[str] | None
    content_encoding: Text | ColumnOf[str] | None
    content_disposition: Text | ColumnOf[str] | None
    cache_control: Text | ColumnOf[str] | None
    expires_header: Time | ColumnOf[Time] | None
    tagging: Tags | ColumnOf[Tags] | None
    server_side_encryption: Text | ColumnOf[str] | None
    server_side_data_encryption: Text | ColumnOf[str] | None
    server_side_encryption_key_id: Text | ColumnOf[str] | None
    acl: Text | ColumnOf[str] | None
    traffic_limit: Int | ColumnOf[Int] | None
    position: Int | ColumnOf[Int]
    request_payer: Text | ColumnOf[str] | None

class CopyObject(TypedDict, total=False):
    source_key: Text
    source_bucket: Text | None
    source_version_id: Text | None
    if_match: Text | None
    if_none_match: Text | None
    if_modified_since: Time | None
    if_unmodified_since: Time | None
    forbid_overwrite: Bool | None
    storage_class: Text | None
    metadata: Mapping[str, FreeText] | None
    content_length: Int | None
    content_md5: Text | None
    content_type: Text | None
    content_encoding: Text | None
    content_disposition: Text | None
    cache_control: Text | None
    expires_header: Time | None
    tagging: Tags | None
    server_side_encryption: Text | None
    server_side_data_encryption: Text | None
    server_side_encryption_key_id: Text | None
    acl: Text | None
    object_worm_mode: Text | None
    object_worm_retain_until_date: Text | None
    object_worm_legal_hold: Text | None
    traffic_limit: Int | None
    metadata_directive: Text | None
    tagging_directive: Text | None
    request_payer: Text | None

class CopyObjectColumns(TypedDict, total=False):
    source_key: Text | ColumnOf[str]
    source_bucket: Text | ColumnOf[str] | None
    source_version_id: Text | ColumnOf[str] | None
    if_match: Text | ColumnOf[str] | None
    if_none_match: Text | ColumnOf[str] | None
    if_modified_since: Time | ColumnOf[Time] | None
    if_unmodified_since: Time | ColumnOf[Time] | None
    forbid_overwrite: Bool | ColumnOf[Bool] | None
    storage_class: Text | ColumnOf[str] | None
    metadata: Mapping[str, FreeText | ColumnOf[FreeText]] | None
    content_length: Int | ColumnOf[Int] | None
    content_md5: Text | ColumnOf[str] | None
    content_type: Text | ColumnOf[str] | None
    content_encoding: Text | ColumnOf[str] | None
    content_disposition: Text | ColumnOf[str] | None
    cache_control: Text | ColumnOf[str] | None
    expires_header: Time | ColumnOf[Time] | None
    tagging: Tags | ColumnOf[Tags] | None
    server_side_encryption: Text | ColumnOf[str] | None
    server_side_data_encryption: Text | ColumnOf[str] | None
    server_side_encryption_key_id: Text | ColumnOf[str] | None
    acl: Text | ColumnOf[str] | None
    object_worm_mode: Text | ColumnOf[str] | None
    object_worm_retain_until_date: Text | ColumnOf[str] | None
    object_worm_legal_hold: Text | ColumnOf[str] | None
    traffic_limit: Int | ColumnOf[Int] | None
    metadata_directive: Text | ColumnOf[str] | None
    tagging_directive: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class DeleteObject(TypedDict, total=False):
    version_id: Text | None
    bypass_governance_retention: Bool | None
    request_payer: Text | None

class DeleteObjectColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    bypass_governance_retention: Bool | ColumnOf[Bool] | None
    request_payer: Text | ColumnOf[str] | None

class RestoreObject(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class RestoreObjectColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class InitiateMultipartUpload(TypedDict, total=False):
    forbid_overwrite: Bool | None
    storage_class: Text | None
    metadata: Mapping[str, FreeText] | None
    content_length: Int | None
    content_md5: Text | None
    content_type: Text | None
    content_encoding: Text | None
    content_disposition: Text | None
    cache_control: Text | None
    expires_header: Time | None
    tagging: Tags | None
    server_side_encryption: Text | None
    server_side_data_encryption: Text | None
    server_side_encryption_key_id: Text | None
    object_worm_mode: Text | None
    object_worm_retain_until_date: Text | None
    object_worm_legal_hold: Text | None
    encoding_type: Text | None
    request_payer: Text | None

class InitiateMultipartUploadColumns(TypedDict, total=False):
    forbid_overwrite: Bool | ColumnOf[Bool] | None
    storage_class: Text | ColumnOf[str] | None
    metadata: Mapping[str, FreeText | ColumnOf[FreeText]] | None
    content_length: Int | ColumnOf[Int] | None
    content_md5: Text | ColumnOf[str] | None
    content_type: Text | ColumnOf[str] | None
    content_encoding: Text | ColumnOf[str] | None
    content_disposition: Text | ColumnOf[str] | None
    cache_control: Text | ColumnOf[str] | None
    expires_header: Time | ColumnOf[Time] | None
    tagging: Tags | ColumnOf[Tags] | None
    server_side_encryption: Text | ColumnOf[str] | None
    server_side_data_encryption: Text | ColumnOf[str] | None
    server_side_encryption_key_id: Text | ColumnOf[str] | None
    object_worm_mode: Text | ColumnOf[str] | None
    object_worm_retain_until_date: Text | ColumnOf[str] | None
    object_worm_legal_hold: Text | ColumnOf[str] | None
    encoding_type: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class UploadPart(TypedDict, total=False):
    part_number: Int
    upload_id: Text
    content_length: Int | None
    content_md5: Text | None
    traffic_limit: Int | None
    request_payer: Text | None

class UploadPartColumns(TypedDict, total=False):
    part_number: Int | ColumnOf[Int]
    upload_id: Text | ColumnOf[str]
    content_length: Int | ColumnOf[Int] | None
    content_md5: Text | ColumnOf[str] | None
    traffic_limit: Int | ColumnOf[Int] | None
    request_payer: Text | ColumnOf[str] | None

class UploadPartCopy(TypedDict, total=False):
    part_number: Int
    upload_id: Text
    source_key: Text
    source_bucket: Text | None
    source_version_id: Text | None
    if_match: Text | None
    if_none_match: Text | None
    if_modified_since: Time | None
    if_unmodified_since: Time | None
    traffic_limit: Int | None
    source_range: Text | None
    request_payer: Text | None

class UploadPartCopyColumns(TypedDict, total=False):
    part_number: Int | ColumnOf[Int]
    upload_id: Text | ColumnOf[str]
    source_key: Text | ColumnOf[str]
    source_bucket: Text | ColumnOf[str] | None
    source_version_id: Text | ColumnOf[str] | None
    if_match: Text | ColumnOf[str] | None
    if_none_match: Text | ColumnOf[str] | None
    if_modified_since: Time | ColumnOf[Time] | None
    if_unmodified_since: Time | ColumnOf[Time] | None
    traffic_limit: Int | ColumnOf[Int] | None
    source_range: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class CompleteMultipartUpload(TypedDict, total=False):
    upload_id: Text
    encoding_type: Text | None
    acl: Text | None
    callback: Json | None
    callback_var: Json | None
    forbid_overwrite: Bool | None
    complete_all: Text | None
    request_payer: Text | None

class CompleteMultipartUploadColumns(TypedDict, total=False):
    upload_id: Text | ColumnOf[str]
    encoding_type: Text | ColumnOf[str] | None
    acl: Text | ColumnOf[str] | None
    callback: Json | ColumnOf[Json] | None
    callback_var: Json | ColumnOf[Json] | None
    forbid_overwrite: Bool | ColumnOf[Bool] | None
    complete_all: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class AbortMultipartUpload(TypedDict, total=False):
    upload_id: Text
    request_payer: Text | None

class AbortMultipartUploadColumns(TypedDict, total=False):
    upload_id: Text | ColumnOf[str]
    request_payer: Text | ColumnOf[str] | None

class ListParts(TypedDict, total=False):
    upload_id: Text
    encoding_type: Text | None
    max_parts: Int | None
    part_number_marker: Int | None
    request_payer: Text | None

class ListPartsColumns(TypedDict, total=False):
    upload_id: Text | ColumnOf[str]
    encoding_type: Text | ColumnOf[str] | None
    max_parts: Int | ColumnOf[Int] | None
    part_number_marker: Int | ColumnOf[Int] | None
    request_payer: Text | ColumnOf[str] | None

class GetObjectAcl(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class GetObjectAclColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class PutObjectAcl(TypedDict, total=False):
    version_id: Text | None
    acl: Text
    request_payer: Text | None

class PutObjectAclColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    acl: Text | ColumnOf[str]
    request_payer: Text | ColumnOf[str] | None

class GetObjectTagging(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class GetObjectTaggingColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class PutObjectTagging(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class PutObjectTaggingColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class DeleteObjectTagging(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class DeleteObjectTaggingColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class GetSymlink(TypedDict, total=False):
    version_id: Text | None
    request_payer: Text | None

class GetSymlinkColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class PutSymlink(TypedDict, total=False):
    forbid_overwrite: Bool | None
    storage_class: Text | None
    metadata: Mapping[str, FreeText] | None
    acl: Text | None
    target: Text
    request_payer: Text | None

class PutSymlinkColumns(TypedDict, total=False):
    forbid_overwrite: Bool | ColumnOf[Bool] | None
    storage_class: Text | ColumnOf[str] | None
    metadata: Mapping[str, FreeText | ColumnOf[FreeText]] | None
    acl: Text | ColumnOf[str] | None
    target: Text | ColumnOf[str]
    request_payer: Text | ColumnOf[str] | None

class GetObjectRetention(TypedDict, total=False):
    version_id: Text | None

class GetObjectRetentionColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None

class PutObjectRetention(TypedDict, total=False):
    version_id: Text | None
    bypass_governance_retention: Bool | None

class PutObjectRetentionColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None
    bypass_governance_retention: Bool | ColumnOf[Bool] | None

class GetObjectLegalHold(TypedDict, total=False):
    version_id: Text | None

class GetObjectLegalHoldColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None

class PutObjectLegalHold(TypedDict, total=False):
    version_id: Text | None

class PutObjectLegalHoldColumns(TypedDict, total=False):
    version_id: Text | ColumnOf[str] | None

class ProcessObject(TypedDict, total=False):
    request_payer: Text | None

class ProcessObjectColumns(TypedDict, total=False):
    request_payer: Text | ColumnOf[str] | None

class AsyncProcessObject(TypedDict, total=False):
    request_payer: Text | None

class AsyncProcessObjectColumns(TypedDict, total=False):
    request_payer: Text | ColumnOf[str] | None

class SelectObject(TypedDict, total=False):
    process: Text

class SelectObjectColumns(TypedDict, total=False):
    process: Text | ColumnOf[str]

class CreateSelectObjectMeta(TypedDict, total=False):
    process: Text

class CreateSelectObjectMetaColumns(TypedDict, total=False):
    process: Text | ColumnOf[str]

class SealAppendObject(TypedDict, total=False):
    position: Int

class SealAppendObjectColumns(TypedDict, total=False):
    position: Int | ColumnOf[Int]

class CleanRestoredObject(TypedDict, total=False):
    pass

class CleanRestoredObjectColumns(TypedDict, total=False):
    pass

class ListObjectsV2(TypedDict, total=False):
    delimiter: Text | None
    start_after: Text | None
    encoding_type: Text | None
    continuation_token: Text | None
    max_keys: Int | None
    prefix: Text | None
    fetch_owner: Bool | None
    request_payer: Text | None

class ListObjectsV2Columns(TypedDict, total=False):
    delimiter: Text | ColumnOf[str] | None
    start_after: Text | ColumnOf[str] | None
    encoding_type: Text | ColumnOf[str] | None
    continuation_token: Text | ColumnOf[str] | None
    max_keys: Int | ColumnOf[Int] | None
    prefix: Text | ColumnOf[str] | None
    fetch_owner: Bool | ColumnOf[Bool] | None
    request_payer: Text | ColumnOf[str] | None

class ListObjects(TypedDict, total=False):
    delimiter: Text | None
    encoding_type: Text | None
    marker: Text | None
    max_keys: Int | None
    prefix: Text | None
    request_payer: Text | None

class ListObjectsColumns(TypedDict, total=False):
    delimiter: Text | ColumnOf[str] | None
    encoding_type: Text | ColumnOf[str] | None
    marker: Text | ColumnOf[str] | None
    max_keys: Int | ColumnOf[Int] | None
    prefix: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class ListObjectVersions(TypedDict, total=False):
    delimiter: Text | None
    key_marker: Text | None
    version_id_marker: Text | None
    max_keys: Int | None
    prefix: Text | None
    encoding_type: Text | None
    request_payer: Text | None

class ListObjectVersionsColumns(TypedDict, total=False):
    delimiter: Text | ColumnOf[str] | None
    key_marker: Text | ColumnOf[str] | None
    version_id_marker: Text | ColumnOf[str] | None
    max_keys: Int | ColumnOf[Int] | None
    prefix: Text | ColumnOf[str] | None
    encoding_type: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class ListMultipartUploads(TypedDict, total=False):
    delimiter: Text | None
    encoding_type: Text | None
    key_marker: Text | None
    max_uploads: Int | None
    prefix: Text | None
    upload_id_marker: Text | None
    request_payer: Text | None

class ListMultipartUploadsColumns(TypedDict, total=False):
    delimiter: Text | ColumnOf[str] | None
    encoding_type: Text | ColumnOf[str] | None
    key_marker: Text | ColumnOf[str] | None
    max_uploads: Int | ColumnOf[Int] | None
    prefix: Text | ColumnOf[str] | None
    upload_id_marker: Text | ColumnOf[str] | None
    request_payer: Text | ColumnOf[str] | None

class DeleteMultipleObjects(TypedDict, total=False):
    encoding_type: Text | None
    bypass_governance_retention: Bool | None
    request_payer: Text | None

class DeleteMultipleObjectsColumns(TypedDict, total=False):
    encoding_type: Text | ColumnOf[str] | None
    bypass_governance_retention: Bool | ColumnOf[Bool] | None
    request_payer: Text | ColumnOf[str] | None

@overload
def presign(
    self: object, operation: Literal["GetObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetObject]
) -> PresignResult:
    """Returns a presigned URL and the headers that go with it.

    Args:
        operation: An OSS operation such as "GetObject", or an HTTP method in upper case, which
            takes free `headers` and `query` only.
        key: The object key, 1..1023 bytes of UTF-8; left out for a request to a bucket.
        bucket: Default: the signer's; "" for a request to the service.
        expires: Lifetime in whole seconds or as timedelta, 1..604800 s (V4); default 900.
        expiration: Aware time at which the URL expires, instead of `expires`.
        headers: Headers the client will send. Content-Type, Content-MD5 and x-oss-* are signed,
            others only if `additional_headers` names them.
        query: Query parameters; None or "" as value makes a bare name.
        additional_headers: Names of headers to sign besides; default: the signer's.
        signing_time: Aware datetime or seconds since the epoch; default: now.
        endpoint: Host or URL, for this call alone.
        **options: The operation's typed options, named as the attributes of the request models
            of alibabacloud-oss-v2: `content_type`, `metadata`, `upload_id`, ...

    Raises:
        RequestError: Something breaks a rule; nothing was signed.
        CredentialsError: The credentials source has none to give.

    Example:
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> result = signer.presign("PutObject", "a.txt", content_type="text/plain")
        >>> result.method, result.signed_headers
        ('PUT', {'Content-Type': 'text/plain'})
    """

@overload
def presign(
    self: object, operation: Literal["HeadObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[HeadObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GetObjectMeta"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetObjectMeta]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["PutObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[PutObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["AppendObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[AppendObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["CopyObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[CopyObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["DeleteObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[DeleteObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["RestoreObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[RestoreObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["InitiateMultipartUpload"], key: str, *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[InitiateMultipartUpload]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["UploadPart"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[UploadPart]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["UploadPartCopy"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[UploadPartCopy]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["CompleteMultipartUpload"], key: str, *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[CompleteMultipartUpload]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["AbortMultipartUpload"], key: str, *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[AbortMultipartUpload]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["ListParts"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[ListParts]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GetObjectAcl"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetObjectAcl]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["PutObjectAcl"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[PutObjectAcl]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GetObjectTagging"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetObjectTagging]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["PutObjectTagging"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[PutObjectTagging]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["DeleteObjectTagging"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[DeleteObjectTagging]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GetSymlink"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetSymlink]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["PutSymlink"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[PutSymlink]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GetObjectRetention"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetObjectRetention]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["PutObjectRetention"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[PutObjectRetention]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GetObjectLegalHold"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[GetObjectLegalHold]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["PutObjectLegalHold"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[PutObjectLegalHold]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["ProcessObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[ProcessObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["AsyncProcessObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[AsyncProcessObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["SelectObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[SelectObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["CreateSelectObjectMeta"], key: str, *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[CreateSelectObjectMeta]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["SealAppendObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[SealAppendObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["CleanRestoredObject"], key: str, *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[CleanRestoredObject]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["ListObjectsV2"], key: None = ..., *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[ListObjectsV2]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["ListObjects"], key: None = ..., *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[ListObjects]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["ListObjectVersions"], key: None = ..., *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[ListObjectVersions]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["ListMultipartUploads"], key: None = ..., *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[ListMultipartUploads]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["DeleteMultipleObjects"], key: None = ..., *,
    bucket: str | None = None, expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, **options: Unpack[DeleteMultipleObjects]
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"],
    key: str = ..., *, bucket: str | None = None, expires: Seconds | None = None,
    expiration: datetime | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None
) -> PresignResult: ...

@overload
def presign(
    self: object, operation: str, key: str = ..., *, bucket: str | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None
) -> PresignResult: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectColumns]
) -> UrlBatch[str]:
    """Returns presigned URLs for many rows, all signed at the same second.

    Takes the keywords of `presign`. Any value in `headers`, `query` and the options, as well as
    `expires` and `bucket`, may be a column with one value for each row: a list or another
    sequence, a NumPy array, or an Arrow array (anything with `__arrow_c_array__` or
    `__arrow_c_stream__`). Packed text is read in place, without a Python object per row.

    Args:
        operation: As in `presign`.
        keys: Column of object keys; left out for requests to a bucket, whose rows come from
            other columns.
        threads: How many threads share the work; the Python engine uses one.
        nulls: "refuse" rows that hold a null, or "keep" them as nulls of the result.

    Raises:
        RequestError: Something breaks a rule, with the number of the row where one is at fault,
            or columns are not of one length; no URL is returned.
        CredentialsError: The credentials source has none to give.

    Example:
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> urls = signer.presign_many("UploadPart", ["big.bin"] * 3, upload_id="id",
        ...                            part_number=[1, 2, 3])
        >>> [url.partition("&")[0].rpartition("?")[2] for url in urls]
        ['partNumber=1', 'partNumber=2', 'partNumber=3']
    """

@overload
def presign_many(
    self: object, operation: Literal["GetObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["HeadObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[HeadObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["HeadObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[HeadObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectMeta"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectMetaColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectMeta"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectMetaColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["AppendObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[AppendObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["AppendObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[AppendObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["CopyObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CopyObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["CopyObject"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CopyObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["DeleteObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[DeleteObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["DeleteObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[DeleteObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["RestoreObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[RestoreObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["RestoreObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[RestoreObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["InitiateMultipartUpload"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[InitiateMultipartUploadColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["InitiateMultipartUpload"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[InitiateMultipartUploadColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["UploadPart"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[UploadPartColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["UploadPart"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[UploadPartColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["UploadPartCopy"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[UploadPartCopyColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["UploadPartCopy"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[UploadPartCopyColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["CompleteMultipartUpload"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CompleteMultipartUploadColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["CompleteMultipartUpload"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CompleteMultipartUploadColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["AbortMultipartUpload"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[AbortMultipartUploadColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["AbortMultipartUpload"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[AbortMultipartUploadColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListParts"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListPartsColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListParts"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListPartsColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectAcl"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectAclColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectAcl"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectAclColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectAcl"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectAclColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectAcl"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectAclColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectTagging"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectTaggingColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectTagging"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectTaggingColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectTagging"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectTaggingColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectTagging"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectTaggingColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["DeleteObjectTagging"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[DeleteObjectTaggingColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["DeleteObjectTagging"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[DeleteObjectTaggingColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetSymlink"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetSymlinkColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetSymlink"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetSymlinkColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutSymlink"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutSymlinkColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutSymlink"], keys: Keys, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutSymlinkColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectRetention"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectRetentionColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectRetention"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectRetentionColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectRetention"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectRetentionColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectRetention"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectRetentionColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectLegalHold"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectLegalHoldColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GetObjectLegalHold"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectLegalHoldColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectLegalHold"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectLegalHoldColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["PutObjectLegalHold"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectLegalHoldColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["ProcessObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ProcessObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["ProcessObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ProcessObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["AsyncProcessObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[AsyncProcessObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["AsyncProcessObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[AsyncProcessObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["SelectObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[SelectObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["SelectObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[SelectObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["CreateSelectObjectMeta"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CreateSelectObjectMetaColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["CreateSelectObjectMeta"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CreateSelectObjectMetaColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["SealAppendObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[SealAppendObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["SealAppendObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[SealAppendObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["CleanRestoredObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CleanRestoredObjectColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["CleanRestoredObject"], keys: Keys, *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CleanRestoredObjectColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListObjectsV2"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListObjectsV2Columns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListObjectsV2"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListObjectsV2Columns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListObjects"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListObjectsColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListObjects"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListObjectsColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListObjectVersions"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListObjectVersionsColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListObjectVersions"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListObjectVersionsColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListMultipartUploads"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListMultipartUploadsColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["ListMultipartUploads"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListMultipartUploadsColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["DeleteMultipleObjects"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[DeleteMultipleObjectsColumns]
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["DeleteMultipleObjects"], keys: None = ..., *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[DeleteMultipleObjectsColumns]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"],
    keys: Keys = ..., *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse'
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"],
    keys: Keys = ..., *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"]
) -> UrlBatch[str | None]: ...

@overload
def presign_many(
    self: object, operation: str, keys: Keys = ..., *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse'
) -> UrlBatch[str]: ...

@overload
def presign_many(
    self: object, operation: str, keys: Keys = ..., *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"]
) -> UrlBatch[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectColumns]
) -> BoundPresigner[str]:
    """Returns a request with everything but its key prepared.

    Takes the keywords of `presign_many`; columns are for `BoundPresigner.urls` alone, `VARIES`
    for `url`. It follows the credentials and, unless `signing_time` is given, the clock.

    Raises:
        RequestError: Something breaks a rule.

    Example:
        >>> signer = Signer(region="cn-hangzhou", bucket="bkt")
        >>> put = signer.bind("PutObject", content_type="image/png")
        >>> put.url("1.png").partition("?")[0], put.signed_headers
        ('https://bkt.oss-cn-hangzhou.aliyuncs.com/1.png', {'Content-Type': 'image/png'})
    """

@overload
def bind(
    self: object, operation: Literal["GetObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["HeadObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[HeadObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["HeadObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[HeadObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectMeta"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectMetaColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectMeta"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectMetaColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["PutObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["PutObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["AppendObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[AppendObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["AppendObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[AppendObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["CopyObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CopyObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["CopyObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CopyObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["DeleteObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[DeleteObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["DeleteObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[DeleteObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["RestoreObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[RestoreObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["RestoreObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[RestoreObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["InitiateMultipartUpload"], *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[InitiateMultipartUploadColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["InitiateMultipartUpload"], *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[InitiateMultipartUploadColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["UploadPart"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[UploadPartColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["UploadPart"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[UploadPartColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["UploadPartCopy"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[UploadPartCopyColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["UploadPartCopy"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[UploadPartCopyColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["CompleteMultipartUpload"], *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CompleteMultipartUploadColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["CompleteMultipartUpload"], *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CompleteMultipartUploadColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["AbortMultipartUpload"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[AbortMultipartUploadColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["AbortMultipartUpload"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[AbortMultipartUploadColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["ListParts"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListPartsColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["ListParts"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListPartsColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectAcl"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectAclColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectAcl"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectAclColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectAcl"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectAclColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectAcl"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectAclColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectTaggingColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectTaggingColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectTaggingColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectTaggingColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["DeleteObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[DeleteObjectTaggingColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["DeleteObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[DeleteObjectTaggingColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetSymlink"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetSymlinkColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GetSymlink"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetSymlinkColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["PutSymlink"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutSymlinkColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["PutSymlink"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutSymlinkColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectRetention"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectRetentionColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectRetention"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectRetentionColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectRetention"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectRetentionColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectRetention"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectRetentionColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectLegalHold"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[GetObjectLegalHoldColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GetObjectLegalHold"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[GetObjectLegalHoldColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectLegalHold"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[PutObjectLegalHoldColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["PutObjectLegalHold"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[PutObjectLegalHoldColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["ProcessObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ProcessObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["ProcessObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ProcessObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["AsyncProcessObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[AsyncProcessObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["AsyncProcessObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[AsyncProcessObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["SelectObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[SelectObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["SelectObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[SelectObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["CreateSelectObjectMeta"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CreateSelectObjectMetaColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["CreateSelectObjectMeta"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CreateSelectObjectMetaColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["SealAppendObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[SealAppendObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["SealAppendObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[SealAppendObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["CleanRestoredObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[CleanRestoredObjectColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["CleanRestoredObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[CleanRestoredObjectColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["ListObjectsV2"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListObjectsV2Columns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["ListObjectsV2"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListObjectsV2Columns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["ListObjects"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListObjectsColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["ListObjects"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListObjectsColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["ListObjectVersions"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListObjectVersionsColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["ListObjectVersions"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListObjectVersionsColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["ListMultipartUploads"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[ListMultipartUploadsColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["ListMultipartUploads"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[ListMultipartUploadsColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["DeleteMultipleObjects"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse',
    **options: Unpack[DeleteMultipleObjectsColumns]
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["DeleteMultipleObjects"], *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"],
    **options: Unpack[DeleteMultipleObjectsColumns]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"], *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse'
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"], *,
    bucket: str | Keys | None = None, expires: Seconds | ColumnOf[Seconds] | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"]
) -> BoundPresigner[str | None]: ...

@overload
def bind(
    self: object, operation: str, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse"] = 'refuse'
) -> BoundPresigner[str]: ...

@overload
def bind(
    self: object, operation: str, *, bucket: str | Keys | None = None,
    expires: Seconds | ColumnOf[Seconds] | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["keep"]
) -> BoundPresigner[str | None]: ...

@overload
def job(
    self: object, operation: Literal["GetObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetObjectColumns]
) -> Job:
    """Returns a function from a column of keys to a column of URLs, for other processes, too.

    Takes the keywords of `presign_many`, but no columns: what differs from row to row is
    `VARIES`, and its column is named to `Job.on`.

    Args:
        operation: As in `presign`.
        signing_time: The time of all its signatures, wherever it runs; default: now.
        nulls: "keep" nulls among the keys as nulls of the result, or "refuse" them.
        on_error: "raise" where a row cannot be signed, or make its URL "null" and count it in
            `Job.report`.

    Raises:
        RequestError: Something breaks a rule, or the operation takes no keys.

    Example:
        >>> from ossign_fast import Signer
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> job = signer.job("GetObject", expires=3600, signing_time=1_700_000_000)
        >>> job.expiration.isoformat(), len(job(["a.txt", "b.txt"]))
        ('2023-11-14T23:13:20+00:00', 2)
    """

@overload
def job(
    self: object, operation: Literal["HeadObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[HeadObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GetObjectMeta"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetObjectMetaColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["PutObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[PutObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["AppendObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[AppendObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["CopyObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[CopyObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["DeleteObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[DeleteObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["RestoreObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[RestoreObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["InitiateMultipartUpload"], *,
    bucket: str | Keys | None = None, expires: Seconds | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[InitiateMultipartUploadColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["UploadPart"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[UploadPartColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["UploadPartCopy"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[UploadPartCopyColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["CompleteMultipartUpload"], *,
    bucket: str | Keys | None = None, expires: Seconds | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[CompleteMultipartUploadColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["AbortMultipartUpload"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[AbortMultipartUploadColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["ListParts"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[ListPartsColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GetObjectAcl"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetObjectAclColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["PutObjectAcl"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[PutObjectAclColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GetObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetObjectTaggingColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["PutObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[PutObjectTaggingColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["DeleteObjectTagging"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[DeleteObjectTaggingColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GetSymlink"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetSymlinkColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["PutSymlink"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[PutSymlinkColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GetObjectRetention"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetObjectRetentionColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["PutObjectRetention"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[PutObjectRetentionColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GetObjectLegalHold"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[GetObjectLegalHoldColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["PutObjectLegalHold"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[PutObjectLegalHoldColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["ProcessObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[ProcessObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["AsyncProcessObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[AsyncProcessObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["SelectObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[SelectObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["CreateSelectObjectMeta"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[CreateSelectObjectMetaColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["SealAppendObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[SealAppendObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["CleanRestoredObject"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[CleanRestoredObjectColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["ListObjectsV2"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[ListObjectsV2Columns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["ListObjects"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[ListObjectsColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["ListObjectVersions"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[ListObjectVersionsColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["ListMultipartUploads"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[ListMultipartUploadsColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["DeleteMultipleObjects"], *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise', **options: Unpack[DeleteMultipleObjectsColumns]
) -> Job: ...

@overload
def job(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"], *,
    bucket: str | Keys | None = None, expires: Seconds | None = None,
    expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise'
) -> Job: ...

@overload
def job(
    self: object, operation: str, *, bucket: str | Keys | None = None,
    expires: Seconds | None = None, expiration: datetime | None = None,
    headers: Mapping[str, FreeText | ColumnOf[FreeText]] | None = None,
    query: Mapping[str, FreeText | ColumnOf[FreeText] | None] | None = None,
    additional_headers: Iterable[str] | None = None, signing_time: SigningTime | None = None,
    endpoint: str | None = None, threads: int = 1, nulls: Literal["refuse", "keep"] = 'keep',
    on_error: Literal["raise", "null"] = 'raise'
) -> Job: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetObject]
) -> dict[str, str]:
    """Returns the headers of a request, those that sign it (Authorization) among them.

    The rules are those of the OSS documentation, "Include a V4 signature in the Authorization
    header". OSS takes the signature for 15 minutes around the signing time. A client sends all
    headers that come back, and the query that was signed.

    Args:
        operation: An OSS operation or an HTTP method, as in `presign`.
        key: The object key; left out for a request to a bucket or to the service.
        bucket: Default: the signer's; "" for a request to the service, such as "GET" for its
            list of buckets.
        headers: Headers the client will send; signed or not, they come back.
        query: Query parameters the client will send; None or "" as value makes a bare name.
        additional_headers: Names of headers to sign besides; default: the signer's.
        payload: "UNSIGNED-PAYLOAD", or the SHA-256 of the body in lower-case hex.
        signing_time: Aware datetime or seconds since the epoch; default: now.
        **options: The operation's typed options, as in `presign`.

    Raises:
        RequestError: Something breaks a rule; nothing was signed.
        CredentialsError: The credentials source has none to give.

    Example:
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket")
        >>> list(signer.sign_headers("PutObject", "a.txt", content_type="text/plain"))
        ['Content-Type', 'x-oss-content-sha256', 'x-oss-date', 'Date', 'Authorization']
    """

@overload
def sign_headers(
    self: object, operation: Literal["HeadObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[HeadObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetObjectMeta"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetObjectMeta]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["PutObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[PutObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["AppendObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[AppendObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["CopyObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[CopyObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["DeleteObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[DeleteObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["RestoreObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[RestoreObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["InitiateMultipartUpload"], key: str, *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[InitiateMultipartUpload]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["UploadPart"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[UploadPart]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["UploadPartCopy"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[UploadPartCopy]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["CompleteMultipartUpload"], key: str, *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[CompleteMultipartUpload]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["AbortMultipartUpload"], key: str, *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[AbortMultipartUpload]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["ListParts"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[ListParts]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetObjectAcl"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetObjectAcl]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["PutObjectAcl"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[PutObjectAcl]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetObjectTagging"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetObjectTagging]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["PutObjectTagging"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[PutObjectTagging]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["DeleteObjectTagging"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[DeleteObjectTagging]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetSymlink"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetSymlink]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["PutSymlink"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[PutSymlink]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetObjectRetention"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetObjectRetention]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["PutObjectRetention"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[PutObjectRetention]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GetObjectLegalHold"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[GetObjectLegalHold]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["PutObjectLegalHold"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[PutObjectLegalHold]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["ProcessObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[ProcessObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["AsyncProcessObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[AsyncProcessObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["SelectObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[SelectObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["CreateSelectObjectMeta"], key: str, *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[CreateSelectObjectMeta]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["SealAppendObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[SealAppendObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["CleanRestoredObject"], key: str, *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[CleanRestoredObject]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["ListObjectsV2"], key: None = ..., *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[ListObjectsV2]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["ListObjects"], key: None = ..., *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[ListObjects]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["ListObjectVersions"], key: None = ..., *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[ListObjectVersions]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["ListMultipartUploads"], key: None = ..., *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[ListMultipartUploads]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["DeleteMultipleObjects"], key: None = ..., *,
    bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None, **options: Unpack[DeleteMultipleObjects]
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: Literal["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"],
    key: str = ..., *, bucket: str | None = None, headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None
) -> dict[str, str]: ...

@overload
def sign_headers(
    self: object, operation: str, key: str = ..., *, bucket: str | None = None,
    headers: Mapping[str, FreeText] | None = None,
    query: Mapping[str, FreeText | None] | None = None,
    additional_headers: Iterable[str] | None = None, payload: str = 'UNSIGNED-PAYLOAD',
    signing_time: SigningTime | None = None
) -> dict[str, str]: ...
