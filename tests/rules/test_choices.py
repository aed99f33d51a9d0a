"""Texts that nobody can mean are refused with what was meant; what may come tomorrow is not."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss_v2
import pyarrow as pa
import pytest

from ossign_fast import VARIES, Credentials, RequestError, Signer

SIGNER = Signer(
    region="cn-hangzhou", bucket="examplebucket", credentials=Credentials("id", "secret")
)
OPERATIONS = {"metadata_directive": "CopyObject", "tagging_directive": "CopyObject",
              "encoding_type": "ListParts", "range_header": "GetObject",
              "range_behavior": "GetObject", "complete_all": "CompleteMultipartUpload"}  # fmt: skip
NEEDED = {"CopyObject": {"source_key": "k"}, "ListParts": {"upload_id": "i"},
          "CompleteMultipartUpload": {"upload_id": "i"}}  # fmt: skip


def headers_of(option: str, value: Any) -> dict[str, str]:
    operation = OPERATIONS.get(option, "PutObject")
    options: dict[str, Any] = {**NEEDED.get(operation, {}), option: value}
    return SIGNER.bind(operation, additional_headers=["range"], **options).signed_headers


@pytest.mark.parametrize(
    ("option", "value", "cure"),
    [
        ("acl", "publicread", "did you mean 'public-read'?"),
        ("acl", "public_read_write", "did you mean 'public-read-write'?"),
        ("acl", "Private", "did you mean 'private'?"),
        ("acl", "authenticated-read", "must be one of 'default', 'private', 'public-read', "),
        ("storage_class", "std", "did you mean 'Standard'?"),
        ("storage_class", "STANDARD", "did you mean 'Standard'?"),
        ("storage_class", "STANDARD_IA", "did you mean 'IA'?"),
        ("storage_class", "ia", "did you mean 'IA'?"),
        ("storage_class", "cold-archive", "did you mean 'ColdArchive'?"),
        ("storage_class", "Arhcive", "did you mean 'Archive'?"),
        ("storage_class", "DeepArchive", "did you mean 'DeepColdArchive'?"),
        ("server_side_encryption", "aes-256", "did you mean 'AES256'?"),
        ("server_side_encryption", "kms", "did you mean 'KMS'?"),
        ("server_side_data_encryption", "sm4", "did you mean 'SM4'?"),
        ("metadata_directive", "replace", "did you mean 'REPLACE'?"),
        ("tagging_directive", "copy", "did you mean 'Copy'?"),
        ("encoding_type", "URL", "must be 'url'"),
        ("request_payer", "BucketOwner", "must be 'requester'"),
        ("range_behavior", "Standard", "must be 'standard'"),
        ("complete_all", "true", "must be 'yes'"),
        ("object_worm_mode", "compliance", "did you mean 'COMPLIANCE'?"),
        ("object_worm_legal_hold", "true", "must be one of 'ON', 'OFF'"),
        ("callback", '{"callbackUrl":"https://example.com/cb"}', "Base64 of a JSON object"),
        ("callback", "https://example.com/cb", "give the dict"),
        ("callback", "WzFd", "Base64 of a JSON object"),
        ("callback_var", "eyJh", "give the dict"),
        ("content_md5", "D41D8cd98f00b204e9800998ecf8427e", "Base64 of the 16 bytes"),
        ("range_header", "7-99", "'bytes=0-99'"),
        ("range_header", "-5, 7-", "'bytes=0-99'"),
    ],
)
def test_what_nobody_can_mean_is_refused(option: str, value: str, cure: str) -> None:
    many = "" if option in ("callback", "callback_var") else "row 0: "
    for prefix, given in (("", value), (many, [value])):
        with pytest.raises(RequestError) as caught:
            headers_of(option, given)
        assert (caught.value.field, cure in caught.value.problem) == (option, True)
        assert str(caught.value).startswith(prefix)
        assert value not in caught.value.problem


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("storage_class", "DeepColdArchive"),
        ("storage_class", oss_v2.StorageClassType.IA),
        ("storage_class", "IntelligentTiering"),
        ("server_side_encryption", "ML-KEM"),
        ("tagging_directive", "REPLACE"),
        ("acl", "default"),
        ("callback", "eyJhIjoiYiJ9"),
        ("callback_var", "e30="),
        ("content_md5", "1B2M2Y8AsgTpgAmY7PhCfg=="),
        ("range_header", "bytes=0-99"),
    ],
)
def test_what_can_be_meant_is_taken(option: str, value: str) -> None:
    text = str(getattr(value, "value", value))
    assert text in headers_of(option, value).values()
    many = headers_of(option, [text, text])
    assert [text, text] in [list(column) for column in many.values() if not isinstance(column, str)]


def test_free_headers_of_an_operation_keep_to_the_same() -> None:
    with pytest.raises(RequestError, match=r"^headers.*did you mean 'Standard'"):
        SIGNER.presign("PutObject", "k", headers={"X-Oss-Storage-Class": "std"})
    assert SIGNER.presign("PUT", "k", headers={"x-oss-storage-class": "std"})


def test_the_row_at_fault_is_told() -> None:
    for column in (["IA", None, "std"], pa.array(["IA", "Tomorrow", "std"])):
        with pytest.raises(RequestError, match=r"^row 2: storage_class: "):
            SIGNER.presign_many("PutObject", ["a", "b", "c"], storage_class=column)
    with pytest.raises(RequestError, match=r"^row 1: storage_class: must be text"):
        SIGNER.presign_many("PutObject", ["a", "b"], storage_class=["IA", 1])


def test_a_choice_may_vary() -> None:
    bound = SIGNER.bind("PutObject", storage_class=VARIES)
    assert bound.url("k", {"x-oss-storage-class": "IA"})
