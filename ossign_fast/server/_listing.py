"""The listings: of buckets, and of the objects of one in two versions."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator

from ._errors import ServiceError
from ._exchange import Answer, Call, iso_time, xml_answer
from ._files import Record
from ._objects import quoted
from ._xml import Value

Entry = tuple[str, Record | None]  # a key with its record, or a common prefix


def list_buckets(call: Call) -> Answer:
    """ListBuckets. Both endpoints of a bucket are the address that the client came to."""
    most = call.number("max-keys", 100, 1, 1000)
    prefix, marker = call.query.get("prefix", ""), call.query.get("marker", "")
    found = [
        bucket
        for bucket in call.store.buckets()
        if bucket[0].startswith(prefix) and bucket[0] > marker
    ]
    page, more = found[:most], len(found) > most
    return xml_answer(
        "ListAllMyBucketsResult",
        {
            "Owner": {"ID": "0", "DisplayName": "ossign_fast"},
            "Prefix": prefix,
            "Marker": marker,
            "MaxKeys": most,
            "IsTruncated": "true" if more else "false",
            "NextMarker": page[-1][0] if more else None,
            "Buckets": {"Bucket": [_bucket(call, *bucket) for bucket in page]},
        },
    )


def _bucket(call: Call, name: str, created: float) -> dict[str, Value]:
    host = call.headers.get("host", "localhost")
    return {
        "Name": name,
        "Location": f"oss-{call.region}",
        "CreationDate": iso_time(created),
        "StorageClass": "Standard",
        "ExtranetEndpoint": host,
        "IntranetEndpoint": host,
        "Region": call.region,
    }


def list_objects(call: Call) -> Answer:
    """ListObjects, and ListObjectsV2 where `list-type=2` says so."""
    version = call.query.get("list-type", "1")
    if version not in ("1", "2"):
        raise ServiceError("InvalidArgument", "list-type: must be 2, or left out.")
    most = call.number("max-keys", 100, 1, 1000)
    after = call.query.get("marker", "") if version == "1" else _start_of_v2(call)
    page, more = _page(_entries(call, after), most)
    last = page[-1][0] if more else None
    position = _position_v1 if version == "1" else _position_v2
    return xml_answer(
        "ListBucketResult",
        {
            "Name": call.bucket,
            "Prefix": call.spell(call.query.get("prefix", "")),
            **position(call, last),
            "MaxKeys": most,
            "Delimiter": call.spell(call.query.get("delimiter", "")),
            "EncodingType": call.query.get("encoding-type"),
            "IsTruncated": "true" if more else "false",
            "KeyCount": len(page) if version == "2" else None,
            "Contents": [_contents(call, record) for _, record in page if record is not None],
            "CommonPrefixes": [
                {"Prefix": call.spell(name)} for name, record in page if record is None
            ],
        },
    )


def _entries(call: Call, after: str) -> Iterator[Entry]:
    """Yields what lies after `after`, in order; keys that share a prefix up to a delimiter once."""
    prefix, delimiter = call.query.get("prefix", ""), call.query.get("delimiter", "")
    previous = None
    for record in call.store.records(call.bucket):
        key = record.name
        if not key.startswith(prefix):
            continue
        end = key.find(delimiter, len(prefix)) if delimiter else -1
        name = key if end < 0 else key[: end + len(delimiter)]
        if key > after and name not in (after, previous):
            yield name, record if end < 0 else None
            previous = name


def _page(entries: Iterator[Entry], most: int) -> tuple[list[Entry], bool]:
    page: list[Entry] = []
    for entry in entries:
        if len(page) == most:
            return page, True
        page.append(entry)
    return page, False


def _contents(call: Call, record: Record) -> dict[str, Value]:
    return {
        "Key": call.spell(record.name),
        "LastModified": iso_time(record.modified),
        "ETag": quoted(record.etag),
        "Type": record.headers.get("x-oss-object-type"),
        "Size": record.size,
        "StorageClass": record.headers.get("x-oss-storage-class"),
    }


def _position_v1(call: Call, last: str | None) -> dict[str, Value]:
    return {
        "Marker": call.spell(call.query.get("marker", "")),
        "NextMarker": None if last is None else call.spell(last),
    }


def _position_v2(call: Call, last: str | None) -> dict[str, Value]:
    return {
        "StartAfter": call.spell(call.query.get("start-after", "")),
        "ContinuationToken": call.query.get("continuation-token"),
        "NextContinuationToken": None if last is None else _token(last),
    }


def _token(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode()


def _start_of_v2(call: Call) -> str:
    token = call.query.get("continuation-token")
    if not token:
        return call.query.get("start-after", "")
    try:
        return base64.b64decode(token, altchars=b"-_", validate=True).decode()
    except (binascii.Error, ValueError):
        raise ServiceError(
            "InvalidArgument", "continuation-token: is not one that this endpoint gave."
        ) from None
