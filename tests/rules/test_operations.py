"""The table of operations against the request models and calls of the official SDK."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from importlib import import_module
from typing import Any
from urllib.parse import quote

import alibabacloud_oss_v2 as oss_v2
import pytest
from alibabacloud_oss_v2.operations import bucket_basic, object_basic, object_worm

from ossign_fast._errors import RequestError
from ossign_fast._rules.operations import (
    OPERATIONS,
    Option,
    derived_headers,
    find_operation,
    metadata_headers,
    unknown_option,
    wire_text,
)

# fmt: off
NAMES = [
    "GetObject", "HeadObject", "GetObjectMeta", "PutObject", "AppendObject", "CopyObject",
    "DeleteObject", "RestoreObject", "ListObjectsV2",
    "InitiateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload",
    "AbortMultipartUpload", "ListParts",
    "GetObjectAcl", "PutObjectAcl", "GetObjectTagging", "PutObjectTagging", "DeleteObjectTagging",
    "GetSymlink", "PutSymlink", "GetObjectRetention", "PutObjectRetention", "GetObjectLegalHold",
    "PutObjectLegalHold",
    "ProcessObject", "AsyncProcessObject", "SelectObject", "CreateSelectObjectMeta",
    "SealAppendObject", "CleanRestoredObject",
    "ListObjects", "ListObjectVersions", "ListMultipartUploads", "DeleteMultipleObjects",
]
BUCKETS = {
    "ListObjectsV2", "ListObjects", "ListObjectVersions", "ListMultipartUploads",
    "DeleteMultipleObjects",
}
# fmt: on

#: The one attribute that has another name here: `expires` is the lifetime of the URL.
RENAMED = {"expires": "expires_header"}
#: The models declare these without a type; what the values are is in their docstrings.
UNTYPED = {
    "part_number": "int",
    "part_number_marker": "int",
    "position": "int",
    "if_modified_since": "time",
    "if_unmodified_since": "time",
    "expires": "time",
    "response_expires": "time",
    "tagging": "tagging",
    "callback": "callback",
    "callback_var": "callback",
    "target": "encoded",  # by whoever calls the SDK
}
KINDS = {"int": "int", "bool": "bool", "dict,usermeta": "metadata", "str": "text", "": "text"}
#: Attributes that are no option: not sent at all, the address, or the unsigned body.
NO_OPTION = {"", "host", "path", "body"}
#: Bodies that the SDK insists on.
BODIES: dict[str, dict[str, Any]] = {
    "PutObjectTagging": {"tagging": oss_v2.Tagging(tag_set=oss_v2.TagSet(tags=[]))},
    "DeleteMultipleObjects": {"objects": [oss_v2.DeleteObject(key="k")]},
    "ProcessObject": {"process": "image/resize"},
    "AsyncProcessObject": {"process": "video/convert"},
    "SelectObject": {"select_request": oss_v2.SelectRequest(expression="select 1")},
    "CreateSelectObjectMeta": {"select_meta_request": oss_v2.CSVMetaRequest()},
}


def sdk_options(operation: str) -> dict[str, tuple[str, str, str, bool]]:
    """Returns place, wire name, kind and need of each attribute of the SDK's request model."""
    attributes = getattr(oss_v2, f"{operation}Request")._attribute_map
    options = {}
    for name, about in attributes.items():
        place = about.get("position", "")
        kind = UNTYPED.get(name) or KINDS[about.get("type", "")] if place != "body" else ""
        wire = about.get("rename", name)
        if name in BODIES.get(operation, ()) or name == "quiet":
            continue
        if place == "nop":  # source_bucket, source_key, source_version_id: one header together
            place, wire, kind = "header", "x-oss-copy-source", "source"
        if place not in NO_OPTION:
            options[RENAMED.get(name, name)] = (place, wire, kind, about.get("required", False))
    return options


def test_the_table_has_the_operations_that_can_be_presigned() -> None:
    assert sorted(OPERATIONS) == sorted(NAMES)
    assert all(name == operation.name for name, operation in OPERATIONS.items())


@pytest.mark.parametrize("name", NAMES)
def test_options_are_the_attributes_of_the_sdk_model(name: str) -> None:
    ours = {
        option.name: (option.place, option.wire, option.kind, option.required)
        for option in OPERATIONS[name].options.values()
    }
    assert ours == sdk_options(name)


class Recorder:
    """An SDK client that keeps what it is asked to send, and sends nothing."""

    class Sent(Exception):
        pass

    def has_feature(self, _: int) -> bool:
        return False

    def invoke_operation(self, request: Any, **_: Any) -> None:
        self.request = request
        raise self.Sent


def sdk_call(operation: str, **attributes: Any) -> Any:
    """Returns the request that the SDK's function for `operation` would send.

    These functions ask for `encoding-type=url`, as they decode the answer; presigned URLs do so
    only where the caller says it.
    """
    select = import_module("alibabacloud_oss_v2.operations.select_object")  # a function, too
    modules = (object_basic, bucket_basic, object_worm, select)
    words = "".join(f"_{c.lower()}" if c.isupper() else c for c in operation)[1:]
    function: Callable[..., Any] = next(
        getattr(module, words) for module in modules if hasattr(module, words)
    )
    model = getattr(oss_v2, f"{operation}Request")
    recorder = Recorder()
    with pytest.raises(Recorder.Sent):
        function(recorder, model(**attributes, **BODIES.get(operation, {})))
    return recorder.request


def example(option: Option) -> Any:
    """Returns a value that SDK and table take alike."""
    if option.kind == "metadata":
        return {"one": "1", "Two": "2"}
    if option.choices:
        return option.choices[0]
    samples = {"int": max(option.minimum, 7), "bool": True, "callback": "eyJhIjoiYiJ9"}
    return samples.get(option.kind, f"{option.name} / 1")


@pytest.mark.parametrize("name", NAMES)
def test_requests_are_those_of_the_sdk(name: str) -> None:
    """Every option at once: same method, same query, same headers on the wire."""
    operation = OPERATIONS[name]
    values = {option.name: example(option) for option in operation.options.values()}
    if "source_key" in values:
        values |= {"source_bucket": "other-bucket", "source_version_id": "CAEQNhiBgMDJgZCA0BYiIDc"}
    ours: dict[str, dict[str, str]] = {"query": dict(operation.query), "header": {}}
    for option in operation.options.values():
        value = values[option.name]
        if option.kind == "metadata":
            ours["header"].update((key, str(item)) for key, item in metadata_headers(value))
        elif option.kind != "source":
            ours[option.place][option.wire] = wire_text(option, value)
    ours["header"].update(derived_headers(operation, values, "bucket"))

    renamed = {ours: sdk for sdk, ours in RENAMED.items()}
    attributes = {renamed.get(key, key): value for key, value in values.items()}
    if "target" in attributes:
        attributes["target"] = quote(attributes["target"], safe="")
    theirs = sdk_call(name, bucket="bucket", key="key", **attributes)
    assert (operation.method, name) == (theirs.method, theirs.op_name)
    assert ours["query"] == {key: str(value) for key, value in theirs.parameters.items()}
    # The SDK fills in what it knows of the body; whoever sends a presigned request does that.
    defaults = {"content-type", "content-md5"} - {option.lower() for option in ours["header"]}
    expected = {k.lower(): v for k, v in theirs.headers.items() if k.lower() not in defaults}
    assert {key.lower(): value for key, value in ours["header"].items()} == expected


def test_levels() -> None:
    for name, operation in OPERATIONS.items():
        assert operation.level == ("bucket" if name in BUCKETS else "object")


@pytest.mark.parametrize(
    ("operation", "option", "minimum", "maximum"),
    [
        ("UploadPart", "part_number", 1, 10_000),
        ("UploadPartCopy", "part_number", 1, 10_000),
        ("GetObject", "traffic_limit", 819_200, 838_860_800),
        ("ListObjectsV2", "max_keys", 1, 1000),
        ("ListParts", "max_parts", 1, 1000),
        ("ListParts", "part_number_marker", 0, 10_000),
        ("AppendObject", "position", 0, 2**63 - 1),
        ("PutObject", "content_length", 0, 2**63 - 1),
    ],
)
def test_bounds(operation: str, option: str, minimum: int, maximum: int) -> None:
    found = OPERATIONS[operation].options[option]
    assert (found.kind, found.minimum, found.maximum) == ("int", minimum, maximum)


def test_the_table_cannot_be_changed() -> None:
    with pytest.raises(TypeError, match="does not support item assignment"):
        OPERATIONS["New"] = OPERATIONS["GetObject"]  # type: ignore[index]
    with pytest.raises(TypeError, match="does not support item assignment"):
        OPERATIONS["GetObject"].options["new"] = Option("new", "query", "n")  # type: ignore[index]


# Finding an operation


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS", "M-SEARCH"])
def test_an_http_method_is_a_free_request(method: str) -> None:
    assert find_operation(method) == (method, method, "any", (), {})


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("getObject", "'GetObject'"),
        ("GETOBJECT", "'GetObject'"),
        ("GetObjects", "'GetObject'"),
        ("PutObjectTags", "'PutObjectTagging'"),
        ("ListObject", "'ListObjects'"),
        ("get", "'GET'"),
        ("Delete", "'DELETE'"),
    ],
)
def test_near_misses_of_an_operation_are_named(name: str, hint: str) -> None:
    with pytest.raises(RequestError, match=f"did you mean .*{hint}") as caught:
        find_operation(name)
    assert caught.value.field == "operation"


@pytest.mark.parametrize("name", ["", "Zzz", "GET ", "GET\n", "GE T", "-GET", "\u0120ET", "GET/"])
def test_what_is_no_operation_is_refused(name: str) -> None:
    with pytest.raises(
        RequestError, match=r"^operation: .* is unknown; (did you mean|give an OSS op)"
    ):
        find_operation(name)


@pytest.mark.parametrize("name", [None, b"GET", 1, ["GET"]])
def test_an_operation_is_text(name: object) -> None:
    with pytest.raises(RequestError, match=r"^operation: must be text"):
        find_operation(name)


@pytest.mark.parametrize(
    ("operation", "name", "hint"),
    [
        ("PutObject", "contenttype", "'content_type'"),
        ("PutObject", "object_acl", "'acl'"),
        ("PutObject", "meta", "'metadata'"),
        ("PutSymlink", "symlink_target", "'target'"),
        ("GetObject", "range", "'range_header'"),
        ("GetObject", "x_oss_process", "'process'"),
        ("GetObject", "response-content-type", "'response_content_type'"),
        ("UploadPart", "partNumber", "'part_number'"),
        ("CopyObject", "copy_source", "'source_"),
        ("PutObject", "expires_in", "'expires', in seconds?"),
        ("GET", "ExpiresIn", "'expires', in seconds?"),
        ("PutObject", "Key", "'key'?"),
        ("GetObject", "object_name", "'key'?"),
        ("GetObject", "Bucket", "'bucket'?"),
        ("GetObject", "Params", "'bucket' and the options"),
        ("GetObject", "subResource", "'query'?"),
    ],
)
def test_near_misses_of_an_option_are_named(operation: str, name: str, hint: str) -> None:
    error = unknown_option(find_operation(operation), name)
    assert error.field == name
    assert f"{operation} has no such option; did you mean " in str(error)
    assert hint in str(error)


def test_a_free_request_has_no_options() -> None:
    text = str(unknown_option(find_operation("GET"), "version_id"))
    assert text.startswith(
        "version_id: GET has no such option, for it is an HTTP method; give an op"
    )
    assert "Other headers" in text
    assert "Other headers" not in str(unknown_option(find_operation("GetObject"), "range"))


# Copy sources


@pytest.mark.parametrize("operation", ["CopyObject", "UploadPartCopy"])
@pytest.mark.parametrize("key", ["a", "dir/a b+c%.txt", "/a", "~._-", "\u4e2d/\U0001f600", "?#&="])
@pytest.mark.parametrize("bucket", [None, "other-bucket"])
def test_copy_source_is_that_of_the_sdk(operation: str, key: str, bucket: str | None) -> None:
    given = {"source_key": key, "source_bucket": bucket, "source_version_id": None}
    theirs = sdk_call(operation, bucket="bucket", key="k", upload_id="u", part_number=1, **given)
    ours = derived_headers(find_operation(operation), given, "bucket")
    assert ours == {"x-oss-copy-source": theirs.headers["x-oss-copy-source"]}


def test_copy_source_version_is_encoded() -> None:
    given = {"source_key": "k", "source_version_id": "a&b\r\nc"}
    headers = derived_headers(find_operation("CopyObject"), given, "bucket")
    assert headers == {"x-oss-copy-source": "/bucket/k?versionId=a%26b%0D%0Ac"}


@pytest.mark.parametrize(
    ("field", "given", "bucket"),
    [
        ("source_key", {}, "bucket"),
        ("source_key", {"source_key": None}, "bucket"),
        ("source_key", {"source_key": ""}, "bucket"),
        ("source_key", {"source_key": 1}, "bucket"),
        ("source_key", {"source_key": "\ud800"}, "bucket"),
        ("source_bucket", {"source_key": "k"}, None),
        ("source_bucket", {"source_key": "k", "source_bucket": "A/../b"}, "bucket"),
        ("source_version_id", {"source_key": "k", "source_version_id": ""}, "bucket"),
        ("source_version_id", {"source_key": "k", "source_version_id": "\udfff"}, "bucket"),
    ],
)
def test_bad_copy_source_is_refused(
    field: str, given: dict[str, object], bucket: str | None
) -> None:
    with pytest.raises(RequestError) as caught:
        derived_headers(find_operation("CopyObject"), given, bucket)
    assert caught.value.field == field


def test_other_operations_derive_no_header() -> None:
    assert derived_headers(find_operation("PutObject"), {"acl": "private"}, "bucket") == {}
    assert derived_headers(find_operation("GET"), {}, None) == {}


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("ContentType", "did you mean 'content_type'?"),
        ("Expiration", "did you mean 'expiration', an aware datetime?"),
        ("Params", "did you mean 'key', 'bucket' and the options as arguments of their own?"),
    ],
)
def test_what_is_meant_is_told_alone(given: str, told: str) -> None:
    assert told in unknown_option(find_operation("PutObject"), given).problem


@pytest.mark.parametrize("name", ["put_object", "PUTOBJECT", "putObject"])
def test_other_spellings_of_an_operation_lead_to_it_alone(name: str) -> None:
    with pytest.raises(RequestError, match=r"; did you mean 'PutObject'\?$"):
        find_operation(name)


@pytest.mark.parametrize("name", ["PutObject", "GET", "PATCH"])
def test_an_operation_travels(name: str) -> None:
    operation = find_operation(name)
    twins = pickle.loads(pickle.dumps(operation)), copy.copy(operation), copy.deepcopy(operation)
    assert twins == (operation,) * 3
