"""Operations on multipart uploads."""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ._conditions import parse_range
from ._errors import ServiceError
from ._exchange import Answer, Call, iso_time, xml_answer
from ._files import Draft, Record, draft_in, open_stored, read_pieces, records_of
from ._objects import copy_answer, kept_headers, open_source, quoted, receive
from ._store import UPLOAD_FILE, no_such_upload
from ._xml import parse_parts

MAX_PART_NUMBER = 10_000
MIN_PART_BYTES = 100 * 1024  # as OSS: any but the last part must have that many
_MAX_XML_BYTES = 4 * 1024 * 1024
_UPLOAD_ID = re.compile("[0-9A-F]{32}")


def initiate_upload(call: Call) -> Answer:
    """InitiateMultipartUpload."""
    call.store.object_path(call.bucket, call.key)  # refuses keys that could not be completed
    upload_id = uuid.uuid4().hex.upper()
    folder = call.store.upload_folder(call.bucket, upload_id)
    folder.mkdir(parents=True)
    try:
        with draft_in(folder) as draft:
            draft.seal(call.key, call.now, kept_headers(call, "Multipart"))
            call.store.publish(draft, folder / UPLOAD_FILE)
    except BaseException:
        call.store.remove_upload(folder)
        raise
    return xml_answer("InitiateMultipartUploadResult", {**_names(call), "UploadId": upload_id})


def upload_part(call: Call) -> Answer:
    """UploadPart."""
    with _part_draft(call) as draft:
        receive(call, draft)
        record = _publish_part(call, draft)
    return Answer(headers={"ETag": quoted(record.etag)})


def copy_part(call: Call) -> Answer:
    """UploadPartCopy."""
    source, file = open_source(call)
    with closing(file), _part_draft(call) as draft:
        wanted = parse_range(
            call.headers.get("x-oss-copy-source-range"), source.size, standard=True
        )
        draft.write_all(read_pieces(file, *(wanted or (0, source.size))))
        record = _publish_part(call, draft)
    return copy_answer("CopyPartResult", record)


def complete_upload(call: Call) -> Answer:
    """CompleteMultipartUpload."""
    folder, upload = _open_upload(call)
    forbid = call.flag("x-oss-forbid-overwrite")
    target = call.store.object_path(call.bucket, call.key)
    if forbid:
        call.store.forbid_existing(target)
    parts = _chosen_parts(call, folder)
    digests = hashlib.md5(usedforsecurity=False)
    with call.store.object_draft(call.bucket) as draft:
        for position, (number, etag) in enumerate(parts, 1):
            _append_part(draft, folder, number, etag, is_last=position == len(parts))
            digests.update(bytes.fromhex(etag))
        etag = f"{digests.hexdigest().upper()}-{len(parts)}"
        draft.seal(call.key, call.now, upload.headers, etag)
        call.store.publish(draft, target, forbid_overwrite=forbid, upload=folder)
    location = f"/{call.bucket}/{call.spell(call.key)}"
    return xml_answer(
        "CompleteMultipartUploadResult",
        {"Location": location, **_names(call), "ETag": quoted(etag)},
    )


def abort_upload(call: Call) -> Answer:
    """AbortMultipartUpload."""
    folder, _ = _open_upload(call)
    call.store.remove_upload(folder)
    return Answer(204)


def list_parts(call: Call) -> Answer:
    """ListParts."""
    folder, _ = _open_upload(call)
    most = call.number("max-parts", 1000, 1, 1000)
    marker = call.number("part-number-marker", 0, 0, MAX_PART_NUMBER)
    rest = [part for part in _stored_parts(folder) if int(part.name) > marker]
    page = rest[:most]
    return xml_answer(
        "ListPartsResult",
        {
            **_names(call),
            "UploadId": call.query["uploadId"],
            "PartNumberMarker": marker,
            "NextPartNumberMarker": int(page[-1].name) if page else marker,
            "MaxParts": most,
            "IsTruncated": "true" if len(rest) > most else "false",
            "Part": [
                {
                    "PartNumber": int(part.name),
                    "LastModified": iso_time(part.modified),
                    "ETag": quoted(part.etag),
                    "Size": part.size,
                }
                for part in page
            ],
        },
    )


def _names(call: Call) -> dict[str, str | None]:
    return {
        "EncodingType": call.query.get("encoding-type"),
        "Bucket": call.bucket,
        "Key": call.spell(call.key),
    }


def _open_upload(call: Call) -> tuple[Path, Record]:
    upload_id = call.query["uploadId"]
    if _UPLOAD_ID.fullmatch(upload_id) is None:
        raise no_such_upload()
    folder = call.store.upload_folder(call.bucket, upload_id)
    with _while_upload_lasts(), open_stored(folder / UPLOAD_FILE) as (upload, _):
        if upload.name != call.key:
            raise no_such_upload()
        return folder, upload


@contextmanager
def _while_upload_lasts() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise no_such_upload() from None


@contextmanager
def _part_draft(call: Call) -> Iterator[Draft]:
    folder, _ = _open_upload(call)
    call.number("partNumber", 0, 1, MAX_PART_NUMBER)
    with _while_upload_lasts(), draft_in(folder) as draft:
        yield draft


def _publish_part(call: Call, draft: Draft) -> Record:
    number = call.number("partNumber", 0, 1, MAX_PART_NUMBER)
    record = draft.seal(str(number), call.now, {})
    call.store.publish(draft, _part_path(draft.path.parent, number))
    return record


def _part_path(folder: Path, number: int) -> Path:
    return folder / f"{number:05}.object"


def _stored_parts(folder: Path) -> list[Record]:
    return sorted(records_of(folder, "[0-9]*.object"), key=lambda part: int(part.name))


def _chosen_parts(call: Call, folder: Path) -> list[tuple[int, str]]:
    if call.headers.get("x-oss-complete-all", "").lower() == "yes":
        return [(int(part.name), part.etag) for part in _stored_parts(folder)]
    parts = parse_parts(call.body.read(_MAX_XML_BYTES))
    numbers = [number for number, _ in parts]
    if numbers != sorted(set(numbers)):
        raise ServiceError(
            "InvalidPartOrder",
            "The list of parts was not in ascending order. The parts list must be specified in "
            "order by part number.",
        )
    return parts


def _append_part(draft: Draft, folder: Path, number: int, etag: str, *, is_last: bool) -> None:
    try:
        with open_stored(_part_path(folder, number)) as (part, file):
            if part.etag != etag:
                raise FileNotFoundError
            if part.size < MIN_PART_BYTES and not is_last:
                raise ServiceError(
                    "EntityTooSmall",
                    f"Part {number} has less than {MIN_PART_BYTES} bytes and is not the last.",
                )
            draft.write_all(read_pieces(file, 0, part.size))
    except FileNotFoundError:
        if not (folder / UPLOAD_FILE).exists():  # ended while this was reading
            raise no_such_upload() from None
        raise ServiceError(
            "InvalidPart",
            "One or more of the specified parts could not be found, or its ETag did not match.",
            details={"PartNumber": str(number)},
        ) from None
