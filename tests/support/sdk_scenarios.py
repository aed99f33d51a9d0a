"""What users do with the official SDKs, done with whatever client is handed in.

The clients talk to a local endpoint that checks every signature, in a bucket that holds nothing
yet. How the clients sign is up to the caller.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import Credentials

#: Keys that some encoder somewhere writes in another way, or that look like part of a signature.
KEYS = (
    "a b+c",
    "dir/100%25.txt",
    "dir/&x=1;y,z",
    "dir/~it's(1)*!",
    "dir/中文é.txt",
    "dir/deep/-._~",
    "question?acl#fragment",
    "e\u0301 not é",
)
PART_BYTES = 100 * 1024  # no part but the last may be smaller
BODY = b"0123456789" * 100


def config_v2(url: str, version: str, credentials: Credentials) -> oss_v2.Config:
    """Returns the settings of a client of alibabacloud-oss-v2 at `url` that tries once."""
    return oss_v2.Config(
        region="cn-hangzhou",
        retry_max_attempts=1,
        endpoint=url,
        signature_version=version,
        credentials_provider=oss_v2.credentials.StaticCredentialsProvider(
            credentials.access_key_id, credentials.access_key_secret, credentials.security_token
        ),
    )


def exercise_v2(client: oss_v2.Client, bucket_name: str) -> None:
    """Works through objects, listings, a multipart upload and refusals, with asserts."""
    for key in KEYS:
        _object_v2(client, bucket_name, key)
    _listings_v2(client, bucket_name)
    _copy_v2(client, bucket_name)
    _multipart_v2(client, bucket_name)
    _refusals_v2(client, bucket_name)
    _deletions_v2(client, bucket_name)


def _object_v2(client: oss_v2.Client, bucket: str, key: str) -> None:
    put = client.put_object(oss_v2.PutObjectRequest(**upload_options(bucket, key)))
    assert (put.status_code, put.etag) == (200, f'"{md5_of(BODY)}"')
    got = client.get_object(oss_v2.GetObjectRequest(bucket=bucket, key=key))
    assert (got.body.content, got.content_type, got.metadata["who"]) == (BODY, "text/plain", "me")
    part = client.get_object(
        oss_v2.GetObjectRequest(bucket=bucket, key=key, range_header="bytes=5-9")
    )
    assert (part.status_code, part.body.content) == (206, b"56789")
    typed = client.get_object(
        oss_v2.GetObjectRequest(bucket=bucket, key=key, response_content_type="a/b; c=1+1")
    )
    assert (typed.content_type, typed.body.content) == ("a/b; c=1+1", BODY)
    head = client.head_object(oss_v2.HeadObjectRequest(bucket=bucket, key=key))
    assert (head.content_length, head.etag) == (len(BODY), put.etag)
    meta = client.get_object_meta(oss_v2.GetObjectMetaRequest(bucket=bucket, key=key))
    assert meta.content_length == len(BODY)


def _listings_v2(client: oss_v2.Client, bucket: str) -> None:
    for operation, kind in (
        (client.list_objects, oss_v2.ListObjectsRequest),
        (client.list_objects_v2, oss_v2.ListObjectsV2Request),
    ):
        for prefix in ("", "dir/", "a b+", "dir/~it's(1)*", "dir/中", "100%"):
            found = operation(kind(bucket=bucket, prefix=prefix))
            assert keys_of(found.contents) == starting_with(prefix)
        nested = operation(kind(bucket=bucket, delimiter="/", prefix="dir/"))
        assert [item.prefix for item in nested.common_prefixes] == ["dir/deep/"]
        assert len(nested.contents) == len(starting_with("dir/")) - 1
    for paginator, kind in (
        (client.list_objects_paginator(), oss_v2.ListObjectsRequest),
        (client.list_objects_v2_paginator(), oss_v2.ListObjectsV2Request),
    ):
        pages = list(paginator.iter_page(kind(bucket=bucket, max_keys=3)))
        assert [key for page in pages for key in keys_of(page.contents)] == starting_with("")
        assert len(pages) == 3
    buckets = client.list_buckets(oss_v2.ListBucketsRequest(prefix=bucket[:-1]))
    (found,) = [item for item in buckets.buckets if item.name == bucket]
    assert (found.location, found.region) == ("oss-cn-hangzhou", "cn-hangzhou")


def _copy_v2(client: oss_v2.Client, bucket: str) -> None:
    copied = client.copy_object(
        oss_v2.CopyObjectRequest(bucket=bucket, key="copy +1", source_key=KEYS[4])
    )
    assert copied.etag == f'"{md5_of(BODY)}"'
    got = client.get_object(oss_v2.GetObjectRequest(bucket=bucket, key="copy +1"))
    assert got.body.content == BODY


def _multipart_v2(client: oss_v2.Client, bucket: str) -> None:
    place = {"bucket": bucket, "key": "parts/a+b 中"}
    upload = client.initiate_multipart_upload(oss_v2.InitiateMultipartUploadRequest(**place))
    place["upload_id"] = upload.upload_id
    for number, body in parts():
        client.upload_part(oss_v2.UploadPartRequest(**place, part_number=number, body=body))
    listed = client.list_parts(oss_v2.ListPartsRequest(**place))
    assert [part.size for part in listed.parts] == [len(body) for _, body in parts()]
    chosen = [oss_v2.UploadPart(part_number=p.part_number, etag=p.etag) for p in listed.parts]
    done = client.complete_multipart_upload(
        oss_v2.CompleteMultipartUploadRequest(
            **place,
            complete_multipart_upload=oss_v2.CompleteMultipartUpload(parts=chosen),
        )
    )
    assert (done.key, done.etag[-3:]) == (place["key"], '-2"')
    got = client.get_object(oss_v2.GetObjectRequest(bucket=bucket, key=place["key"]))
    assert got.body.content == b"".join(body for _, body in parts())
    other = {"bucket": bucket, "key": "parts/none"}
    upload = client.initiate_multipart_upload(oss_v2.InitiateMultipartUploadRequest(**other))
    client.abort_multipart_upload(
        oss_v2.AbortMultipartUploadRequest(**other, upload_id=upload.upload_id)
    )
    assert refusal_v2(
        lambda: client.list_parts(oss_v2.ListPartsRequest(**other, upload_id=upload.upload_id))
    ) == (404, "NoSuchUpload")


def _refusals_v2(client: oss_v2.Client, bucket: str) -> None:
    missing = oss_v2.GetObjectRequest(bucket=bucket, key="none/é+ ")
    assert refusal_v2(lambda: client.get_object(missing)) == (404, "NoSuchKey")
    head = oss_v2.HeadObjectRequest(bucket=bucket, key="none")
    assert refusal_v2(lambda: client.head_object(head)) == (404, "NoSuchKey")
    assert not client.is_object_exist(bucket, "none")
    assert client.is_object_exist(bucket, KEYS[0])
    second = oss_v2.PutObjectRequest(bucket=bucket, key=KEYS[0], forbid_overwrite=True, body=b"x")
    assert refusal_v2(lambda: client.put_object(second)) == (409, "FileAlreadyExists")


def _deletions_v2(client: oss_v2.Client, bucket: str) -> None:
    client.delete_object(oss_v2.DeleteObjectRequest(bucket=bucket, key="copy +1"))
    several = [oss_v2.DeleteObject(key=key) for key in (*KEYS, "parts/a+b 中")]
    deleted = client.delete_multiple_objects(
        oss_v2.DeleteMultipleObjectsRequest(bucket=bucket, objects=several)
    )
    assert keys_of(deleted.deleted_objects) == [item.key for item in several]
    left = client.list_objects_v2(oss_v2.ListObjectsV2Request(bucket=bucket))
    assert left.key_count == 0


async def exercise_v2_async(client: Any, bucket_name: str) -> None:
    """Works through what `exercise_v2` does, with an AsyncClient, one request of each kind."""
    bucket = bucket_name
    for key in KEYS:
        await client.put_object(oss_v2.PutObjectRequest(**upload_options(bucket, key)))
        got = await client.get_object(oss_v2.GetObjectRequest(bucket=bucket, key=key))
        assert await got.body.read() == BODY
        head = await client.head_object(oss_v2.HeadObjectRequest(bucket=bucket, key=key))
        assert head.content_length == len(BODY)
    ranged = oss_v2.GetObjectRequest(bucket=bucket, key=KEYS[0], range_header="bytes=-1")
    part = await client.get_object(ranged)
    assert (part.status_code, await part.body.read()) == (206, b"9")
    for prefix in ("", "a b+", "dir/~it's(1)*", "dir/中", "100%"):
        first = await client.list_objects(oss_v2.ListObjectsRequest(bucket=bucket, prefix=prefix))
        second = await client.list_objects_v2(
            oss_v2.ListObjectsV2Request(bucket=bucket, prefix=prefix)
        )
        assert keys_of(first.contents) == keys_of(second.contents) == starting_with(prefix)
    buckets = await client.list_buckets(oss_v2.ListBucketsRequest())
    assert bucket in [item.name for item in buckets.buckets]
    await client.copy_object(
        oss_v2.CopyObjectRequest(bucket=bucket, key="copy +1", source_key=KEYS[4])
    )
    await _multipart_v2_async(client, bucket)
    with pytest.raises(oss_v2.exceptions.OperationError) as caught:
        await client.get_object(oss_v2.GetObjectRequest(bucket=bucket, key="none"))
    assert answer_of(caught.value) == (404, "NoSuchKey")
    await client.delete_object(oss_v2.DeleteObjectRequest(bucket=bucket, key="copy +1"))
    several = [oss_v2.DeleteObject(key=key) for key in (*KEYS, "parts/a+b 中")]
    await client.delete_multiple_objects(
        oss_v2.DeleteMultipleObjectsRequest(bucket=bucket, objects=several)
    )
    left = await client.list_objects_v2(oss_v2.ListObjectsV2Request(bucket=bucket))
    assert left.key_count == 0


async def _multipart_v2_async(client: Any, bucket: str) -> None:
    place = {"bucket": bucket, "key": "parts/a+b 中"}
    upload = await client.initiate_multipart_upload(oss_v2.InitiateMultipartUploadRequest(**place))
    place["upload_id"] = upload.upload_id
    chosen = []
    for number, body in parts():
        sent = await client.upload_part(
            oss_v2.UploadPartRequest(**place, part_number=number, body=body)
        )
        chosen.append(oss_v2.UploadPart(part_number=number, etag=sent.etag))
    listed = await client.list_parts(oss_v2.ListPartsRequest(**place))
    assert len(listed.parts) == len(chosen)
    done = await client.complete_multipart_upload(
        oss_v2.CompleteMultipartUploadRequest(
            **place,
            complete_multipart_upload=oss_v2.CompleteMultipartUpload(parts=chosen),
        )
    )
    assert done.key == place["key"]
    other = {"bucket": bucket, "key": "parts/none"}
    upload = await client.initiate_multipart_upload(oss_v2.InitiateMultipartUploadRequest(**other))
    await client.abort_multipart_upload(
        oss_v2.AbortMultipartUploadRequest(**other, upload_id=upload.upload_id)
    )


def exercise_oss2(bucket: oss2.Bucket, service: oss2.Service) -> None:
    """Works through objects, listings, a multipart upload and refusals, with asserts."""
    for key in KEYS:
        _object_oss2(bucket, key)
    _listings_oss2(bucket, service)
    bucket.copy_object(bucket.bucket_name, KEYS[4], "copy +1")
    assert bucket.get_object("copy +1").read() == BODY
    _multipart_oss2(bucket)
    with pytest.raises(oss2.exceptions.NoSuchKey):
        bucket.get_object("none/é+ ")
    with pytest.raises(oss2.exceptions.NotFound):
        bucket.head_object("none")
    assert not bucket.object_exists("none")
    assert bucket.object_exists(KEYS[0])
    bucket.delete_object("copy +1")
    several = [*KEYS, "parts/a+b 中"]
    assert bucket.batch_delete_objects(several).deleted_keys == several
    assert bucket.list_objects_v2().object_list == []


def _object_oss2(bucket: oss2.Bucket, key: str) -> None:
    headers = {"Content-Type": "text/plain", "x-oss-meta-who": "me"}
    put = bucket.put_object(key, BODY, headers=headers)
    assert (put.status, put.etag) == (200, md5_of(BODY))
    got = bucket.get_object(key)
    assert (got.read(), got.content_type) == (BODY, "text/plain")
    assert bucket.get_object(key, byte_range=(5, 9)).read() == b"56789"
    typed = bucket.get_object(key, params={"response-content-type": "a/b; c=1+1"})
    assert (typed.content_type, typed.read()) == ("a/b; c=1+1", BODY)
    assert bucket.head_object(key).headers["x-oss-meta-who"] == "me"
    assert bucket.get_object_meta(key).content_length == len(BODY)
    for slash_safe in (False, True):
        url = bucket.sign_url("GET", key, 60, slash_safe=slash_safe)
        assert bucket.get_object_with_url(url).read() == BODY
    url = bucket.sign_url("PUT", key, 60, headers=headers)
    assert bucket.put_object_with_url(url, BODY, headers=headers).status == 200


def _listings_oss2(bucket: oss2.Bucket, service: oss2.Service) -> None:
    for prefix in ("", "dir/", "a b+", "dir/~it's(1)*", "dir/中", "100%"):
        for listing in (bucket.list_objects, bucket.list_objects_v2):
            found = listing(prefix=prefix)
            assert keys_of(found.object_list) == starting_with(prefix)
    for iterator in (oss2.ObjectIterator, oss2.ObjectIteratorV2):
        entries = list(iterator(bucket, prefix="dir/", delimiter="/", max_keys=1))
        assert [entry.key for entry in entries if entry.is_prefix()] == ["dir/deep/"]
        assert len(entries) == len(starting_with("dir/"))
    names = [item.name for item in oss2.BucketIterator(service, max_keys=1)]
    assert bucket.bucket_name in names
    listed = service.list_buckets(prefix=bucket.bucket_name)
    assert [item.location for item in listed.buckets] == ["oss-cn-hangzhou"]


def _multipart_oss2(bucket: oss2.Bucket) -> None:
    key = "parts/a+b 中"
    upload_id = bucket.init_multipart_upload(key).upload_id
    for number, body in parts():
        bucket.upload_part(key, upload_id, number, body)
    listed = bucket.list_parts(key, upload_id).parts
    assert [part.size for part in listed] == [len(body) for _, body in parts()]
    bucket.complete_multipart_upload(key, upload_id, listed)
    assert bucket.get_object(key).read() == b"".join(body for _, body in parts())
    upload_id = bucket.init_multipart_upload("parts/none").upload_id
    bucket.abort_multipart_upload("parts/none", upload_id)
    with pytest.raises(oss2.exceptions.NoSuchUpload):
        bucket.list_parts("parts/none", upload_id)


def upload_options(bucket: str, key: str) -> dict[str, Any]:
    """Returns the arguments of a PutObjectRequest that signs headers of every kind."""
    return {
        "bucket": bucket,
        "key": key,
        "body": BODY,
        "content_type": "text/plain",
        "content_md5": base64.b64encode(hashlib.md5(BODY).digest()).decode(),
        "metadata": {"who": "me"},
    }


def refusal_v2(call: Any) -> tuple[int, str]:
    """Returns status and code of the error that alibabacloud-oss-v2 raises from `call`."""
    with pytest.raises(oss_v2.exceptions.OperationError) as caught:
        call()
    return answer_of(caught.value)


def answer_of(error: Any) -> tuple[int, str]:
    """Returns status and code of the answer that an OperationError is about."""
    answer = error.unwrap()
    return answer.status_code, answer.code


def keys_of(items: Any) -> list[str]:
    """Returns the keys of what an SDK listed, in its order."""
    return [item.key for item in items or ()]


def starting_with(prefix: str) -> list[str]:
    """Returns the keys under `prefix` in the order of a listing."""
    return sorted(key for key in KEYS if key.startswith(prefix))


def parts() -> list[tuple[int, bytes]]:
    """Returns number and bytes of the parts of an upload."""
    return [(1, b"1" * PART_BYTES), (2, b"2" * 10)]


def md5_of(body: bytes) -> str:
    """Returns what the ETag of an object of one piece is."""
    return hashlib.md5(body).hexdigest().upper()
