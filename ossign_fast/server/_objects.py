"""Operations on objects."""

from __future__ import annotations

import base64
import hashlib
from contextlib import ExitStack, closing
from dataclasses import replace
from email.utils import formatdate
from typing import BinaryIO
from urllib.parse import unquote

from ._conditions import check_conditions, parse_range
from ._errors import ServiceError
from ._exchange import Answer, Call, Slice, iso_time, xml_answer
from ._files import Draft, Record, read_pieces
from ._xml import parse_deletion

_MAX_XML_BYTES = 4 * 1024 * 1024
_MAX_DELETED = 1000  # as OSS
_RETURNED = (
    "cache-control",
    "content-disposition",
    "content-encoding",
    "content-language",
    "content-type",
    "expires",
)


def put_object(call: Call) -> Answer:
    """PutObject."""
    target = call.store.object_path(call.bucket, call.key)
    forbid = call.flag("x-oss-forbid-overwrite")
    if forbid:  # before the body comes; `publish` decides
        call.store.forbid_existing(target)
    with call.store.object_draft(call.bucket) as draft:
        receive(call, draft)
        record = draft.seal(call.key, call.now, kept_headers(call, "Normal"))
        call.store.publish(draft, target, forbid_overwrite=forbid)
    return Answer(headers={"ETag": quoted(record.etag)})


def copy_object(call: Call) -> Answer:
    """CopyObject, from any bucket of this endpoint."""
    target = call.store.object_path(call.bucket, call.key)
    source, file = open_source(call)
    with closing(file), call.store.object_draft(call.bucket) as draft:
        if not check_conditions(call.headers, source, "x-oss-copy-source-"):
            return Answer(304)
        draft.write_all(read_pieces(file, 0, source.size))
        if call.headers.get("x-oss-metadata-directive", "COPY").upper() == "REPLACE":
            headers = kept_headers(call, "Normal")
        else:
            headers = {**source.headers, "x-oss-object-type": "Normal"}
        record = draft.seal(call.key, call.now, headers)
        call.store.publish(draft, target, forbid_overwrite=call.flag("x-oss-forbid-overwrite"))
    return copy_answer("CopyObjectResult", record)


def get_object(call: Call) -> Answer:
    """GetObject, with a Range and the `response-*` parameters."""
    record, file = call.store.open_object(call.bucket, call.key)
    with ExitStack() as on_failure:
        on_failure.callback(file.close)
        headers = _shown_headers(record)
        if not check_conditions(call.headers, record):
            return Answer(304, headers)
        headers.update(_overrides(call))
        standard = call.headers.get("x-oss-range-behavior", "").lower() == "standard"
        wanted = parse_range(_range_header(call, record), record.size, standard=standard)
        on_failure.pop_all()
    start, count = wanted or (0, record.size)
    if wanted is not None:
        headers["Content-Range"] = f"bytes {start}-{start + count - 1}/{record.size}"
    return Answer(206 if wanted else 200, headers, Slice(file, start, count))


def head_object(call: Call) -> Answer:
    """HeadObject and GetObjectMeta: what `get_object` says of the whole object."""
    return get_object(replace(call, headers={**call.headers, "range": ""}))


def delete_object(call: Call) -> Answer:
    """DeleteObject; it is no error that nothing is there."""
    call.store.delete_object(call.bucket, call.key)
    return Answer(204)


def delete_objects(call: Call) -> Answer:
    """DeleteMultipleObjects."""
    body = call.body.read(_MAX_XML_BYTES)
    _check_digest(call, hashlib.md5(body, usedforsecurity=False).digest())
    keys, quiet = parse_deletion(body)
    if len(keys) > _MAX_DELETED:
        raise ServiceError("MalformedXML", f"Delete: lists more than {_MAX_DELETED} objects.")
    for key in keys:  # before the first is gone
        call.store.object_path(call.bucket, key)
    for key in keys:
        call.store.delete_object(call.bucket, key)
    if quiet:
        return Answer()
    return xml_answer(
        "DeleteResult",
        {
            "EncodingType": call.query.get("encoding-type"),
            "Deleted": [{"Key": call.spell(key)} for key in keys],
        },
    )


def receive(call: Call, draft: Draft) -> None:
    """Writes the body of the request to `draft`.

    Raises:
        ServiceError: MissingContentLength, InvalidDigest, or the body is broken.
    """
    if not {"content-length", "transfer-encoding"} & call.headers.keys():
        raise ServiceError(
            "MissingContentLength",
            "You must provide the Content-Length header.",
            headers={"Connection": "close"},  # what follows may be a body, not a request
        )
    draft.write_all(call.body)
    _check_digest(call, draft.md5)


def _check_digest(call: Call, actual: bytes) -> None:
    declared = call.headers.get("content-md5")
    if declared is not None and declared != base64.b64encode(actual).decode():
        raise ServiceError("InvalidDigest", "The Content-MD5 you specified was invalid.")


def open_source(call: Call) -> tuple[Record, BinaryIO]:
    """Returns the record and the open file that `x-oss-copy-source` names.

    Raises:
        ServiceError: InvalidArgument or NoSuchKey.
    """
    path, _, version = call.headers["x-oss-copy-source"].partition("?")
    bucket, _, key = unquote(path).removeprefix("/").partition("/")
    if version or not key:
        raise ServiceError(
            "InvalidArgument", "x-oss-copy-source: must be /bucket/key, percent-encoded."
        )
    return call.store.open_object(bucket, key)


def kept_headers(call: Call, object_type: str) -> dict[str, str]:
    """Returns the headers of an upload that downloads of it will bring back."""
    kept = {
        name: value
        for name, value in call.headers.items()
        if name in _RETURNED or name.startswith("x-oss-meta-")
    }
    kept.setdefault("content-type", "application/octet-stream")
    kept["x-oss-object-type"] = object_type
    kept["x-oss-storage-class"] = call.headers.get("x-oss-storage-class", "Standard")
    return kept


def quoted(etag: str) -> str:
    """Returns an ETag as headers and XML bodies show it."""
    return f'"{etag}"'


def copy_answer(root: str, record: Record) -> Answer:
    """Returns the answer to a copy: what `record` says of the copied bytes."""
    return xml_answer(
        root, {"LastModified": iso_time(record.modified), "ETag": quoted(record.etag)}
    )


def _shown_headers(record: Record) -> dict[str, str]:
    named = {
        name if name.startswith("x-oss-") else name.title(): value
        for name, value in record.headers.items()
    }
    return {
        **named,
        "ETag": quoted(record.etag),
        "Last-Modified": formatdate(record.modified, usegmt=True),
        "Accept-Ranges": "bytes",
    }


def _range_header(call: Call, record: Record) -> str | None:
    """Returns the Range header, unless If-Range says that it means other bytes."""
    expected = call.headers.get("if-range", quoted(record.etag))
    return call.headers.get("range") if expected == quoted(record.etag) else None


def _overrides(call: Call) -> dict[str, str]:
    changed = {}
    for name in _RETURNED:
        value = call.query.get(f"response-{name}")
        if not value:
            continue
        if any(ord(character) < 32 or ord(character) == 127 for character in value):
            raise ServiceError("InvalidArgument", f"response-{name}: holds control characters.")
        changed[name.title()] = value.encode().decode("latin-1")
    return changed
