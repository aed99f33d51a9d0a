"""From the keywords of a call to names, column rules and values, and what is refused on the way."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss_v2
import numpy as np
import pytest

from ossign_fast import RequestError, _plan
from ossign_fast._operations import find_operation
from ossign_fast._plan import DECIMAL, FIELD, VALUE, Column, ColumnError
from ossign_fast._request import (
    Parameter,
    Request,
    build_request,
    check_level,
    checked_nulls,
    checked_threads,
    header_names,
    request_error,
)


def build(operation: str = "GET", batch: bool = False, **call: Any) -> Request:
    plain: dict[str, Any] = {
        "headers": None, "query": None, "additional_headers": (), "bucket": "examplebucket",
    }  # fmt: skip
    options = {name: call.pop(name) for name in [*call] if name not in plain}
    return build_request(find_operation(operation), options, **{**plain, **call}, batch=batch)


def refusal(*arguments: Any, **call: Any) -> tuple[str, str, int | None]:
    with pytest.raises(RequestError) as caught:
        build(*arguments, **call)
    assert caught.value.__cause__ is None
    return caught.value.field, caught.value.problem, caught.value.row


def pairs(parameters: tuple[Parameter, ...]) -> list[tuple[str, Any]]:
    return [(parameter.name, parameter.value) for parameter in parameters]


# Query


def test_free_query_keeps_its_order_and_knows_bare_names() -> None:
    request = build(query={"z": "1", "a b": "", "m": None, "n": 5})
    assert pairs(request.query) == [("z", "1"), ("a b", ""), ("m", ""), ("n", "5")]
    assert {parameter.column for parameter in request.query} == {
        Column(f"query[{name!r}]", VALUE) for name in ("z", "a b", "m", "n")
    }


def test_what_makes_the_operation_comes_first_and_may_be_repeated() -> None:
    for query in ({}, {"uploads": None}, {"uploads": ""}, {"a": "1", "uploads": ""}):
        request = build("InitiateMultipartUpload", query=query)
        assert pairs(request.query)[0] == ("uploads", "")
        assert len(request.query) == 1 + ("a" in query)
    assert pairs(build("ListObjectsV2", query={"list-type": "2"}).query) == [("list-type", "2")]


@pytest.mark.parametrize(
    ("operation", "query", "problem"),
    [
        ("ListObjectsV2", {"list-type": "1"}, "ListObjectsV2 sets it to '2'; leave it out"),
        ("InitiateMultipartUpload", {"uploads": "x"}, "InitiateMultipartUpload sets it to ''"),
    ],
)
def test_what_makes_the_operation_cannot_be_changed(
    operation: str, query: dict[str, str], problem: str
) -> None:
    (name,) = query
    field, text, row = refusal(operation, query=query)
    assert (field, row) == (f"query[{name!r}]", None)
    assert text.startswith(problem)


@pytest.mark.parametrize("name", sorted(_v for _v in [
    "x-oss-signature-version", "x-oss-date", "x-oss-expires", "x-oss-credential",
    "x-oss-security-token", "x-oss-additional-headers", "x-oss-signature", "X-OSS-Date",
]))  # fmt: skip
def test_reserved_query_names_are_refused(name: str) -> None:
    field, problem, _ = refusal(query={name: "x"})
    assert (field, problem) == (
        f"query[{name!r}]", "is written by the signature itself; leave it out",
    )  # fmt: skip


def test_an_empty_query_name_is_refused() -> None:
    assert refusal(query={"": "x"})[:2] == ("query", "holds an empty name; leave it out")


@pytest.mark.parametrize("place", ["query", "headers"])
@pytest.mark.parametrize("operation", ["GET", "GetObject", "InitiateMultipartUpload"])
@pytest.mark.parametrize("value", [[("a", "b")], "a=b", 5, {"a"}])
def test_query_and_headers_are_dicts(place: str, operation: str, value: Any) -> None:
    field, problem, _ = refusal(operation, **{place: value})
    assert (field, problem) == (place, "must be a dict of names to values")


@pytest.mark.parametrize("place", ["query", "headers"])
@pytest.mark.parametrize("value", [{}, None])
def test_nothing_is_nothing(place: str, value: Any) -> None:
    assert build(**{place: value}) == Request((), (), ())


@pytest.mark.parametrize("place", ["query", "headers"])
@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (5, "holds a name that is not text"),
        (b"a", "holds a name that is not text"),
        (None, "holds a name that is not text"),
        ("a\ud800", "holds a name with a lone surrogate, which has no UTF-8 form"),
    ],
)
def test_names_are_text(place: str, name: Any, problem: str) -> None:
    assert refusal(**{place: {"x-oss-a": "1", name: "x"}})[:2] == (place, problem)


@pytest.mark.parametrize("place", ["query", "headers"])
@pytest.mark.parametrize("value", [b"x", 1.5, True, object(), {"a": "b"}])
def test_free_values_are_text_or_integers(place: str, value: Any) -> None:
    field, problem, _ = refusal(**{place: {"x-oss-a": value}})
    assert field in (f"{place}['x-oss-a']",)
    assert problem == f"must be text, not {type(value).__name__}"


@pytest.mark.parametrize("place", ["query", "headers"])
def test_an_integer_of_too_many_digits_is_refused(place: str) -> None:
    assert refusal(**{place: {"x-oss-a": 10**5000}})[0] == f"{place}['x-oss-a']"


# Headers


def test_headers_that_are_signed() -> None:
    request = build(
        "PUT",
        headers={"X-Oss-Meta-B": "2", "Host": "h", "Content-Type": " a/b ", "Range": "r", "content-md5": "m"},
        additional_headers=["HOST", "host", "content-type", "absent"],
    )  # fmt: skip
    assert pairs(request.headers) == [
        ("X-Oss-Meta-B", "2"), ("Host", "h"), ("Content-Type", " a/b "), ("content-md5", "m"),
    ]  # fmt: skip
    assert request.additional == ("host",)
    assert request.headers[0].column == Column("headers['X-Oss-Meta-B']", FIELD, 1)


def test_additional_headers_are_sorted() -> None:
    headers = {"zeta": "1", "Alpha": "2", "x-oss-a": "3", "mid": "4"}
    request = build(headers=headers, additional_headers=("zeta", "alpha", "x-oss-a"))
    assert request.additional == ("alpha", "zeta")
    assert [name for name, _ in pairs(request.headers)] == ["zeta", "Alpha", "x-oss-a"]


@pytest.mark.parametrize(
    ("headers", "field", "problem"),
    [
        ({"a b": "x"}, "headers['a b']", "is no HTTP header name"),
        ({"": "x"}, "headers['']", "is no HTTP header name"),
        ({"a:": "x"}, "headers['a:']", "is no HTTP header name"),
        ({"a\n": "x"}, "headers['a\\n']", "is no HTTP header name"),
        ({"é": "x"}, "headers['é']", "is no HTTP header name"),
        ({"X-Oss-Date": "x"}, "headers['X-Oss-Date']", "contradicts the signature in the URL"),
        ({"authorization": "x"}, "headers['authorization']", "contradicts the signature"),
        ({"A": "x", "a": "y"}, "headers['a']", "is given twice"),
    ],
)
def test_bad_header_names_are_refused(headers: Any, field: str, problem: str) -> None:
    told, text, _ = refusal(headers=headers)
    assert told == field
    assert text.startswith(problem)


@pytest.mark.parametrize("names", ["Host", b"Host", 5, None, {"Host": 1}, iter(["Host"])])
def test_additional_headers_are_a_collection(names: Any) -> None:
    with pytest.raises(RequestError, match="^additional_headers: must be a list or another"):
        header_names(names)
    if names is not None:
        assert refusal(additional_headers=names)[0] == "additional_headers"


@pytest.mark.parametrize("names", [["Host"], ("Host",), {"Host"}, frozenset({"Host"})])
def test_collections_of_additional_headers(names: Any) -> None:
    assert header_names(names) == ("Host",)
    assert build(headers={"host": "h"}, additional_headers=names).additional == ("host",)


@pytest.mark.parametrize("name", ["a b", "", 5, None, "é", b"Host"])
def test_additional_headers_are_header_names(name: Any) -> None:
    field, problem, _ = refusal(additional_headers=["Host", name])
    assert (field, problem) == ("additional_headers", "holds something that is no header name")


# Options


def test_options_go_where_the_table_puts_them() -> None:
    request = build(
        "PutObject",
        content_type="text/plain",
        acl=oss_v2.ObjectACLType.PRIVATE,
        forbid_overwrite=True,
        metadata={"Author": "me", "b": "2"},
        tagging={"a b": "1", "c": ""},
        traffic_limit=819_200,
        callback={"callbackUrl": "https://example.com"},
        content_length=None,
    )
    assert dict(pairs(request.headers)) == {
        "Content-Type": "text/plain",
        "x-oss-object-acl": "private",
        "x-oss-forbid-overwrite": "true",
        "x-oss-meta-Author": "me",
        "x-oss-meta-b": "2",
        "x-oss-tagging": "a%20b=1&c=",
        "x-oss-traffic-limit": "819200",
        "x-oss-callback": "eyJjYWxsYmFja1VybCI6Imh0dHBzOi8vZXhhbXBsZS5jb20ifQ==",
    }
    assert request.query == ()


def test_query_options_take_the_order_of_the_table_behind_free_ones() -> None:
    request = build("UploadPart", upload_id="id", part_number=7, query={"free": "1"})
    assert pairs(request.query) == [("free", "1"), ("partNumber", "7"), ("uploadId", "id")]
    assert request.query[1].column == Column("part_number", VALUE, 1)


def test_an_option_may_be_given_by_its_wire_name() -> None:
    request = build("UploadPart", query={"uploadId": "id", "partNumber": "7"})
    assert pairs(request.query) == [("uploadId", "id"), ("partNumber", "7")]
    request = build("PutObjectAcl", headers={"X-Oss-Object-Acl": "private"})
    assert pairs(request.headers) == [("X-Oss-Object-Acl", "private")]
    assert build("UploadPart", upload_id="a", query={"partNumber": 7, "UploadId": "b"})


@pytest.mark.parametrize("number", [0, 10_001, "0", "x", True, 1.0, "١"])
@pytest.mark.parametrize("operation", ["UploadPart", "GetObject", "GET", "PUT"])
def test_part_numbers_are_checked_under_every_name(operation: str, number: Any) -> None:
    if operation == "UploadPart":
        assert refusal(operation, upload_id="a", part_number=number)[0] == "part_number"
    told = refusal(operation, upload_id="a", query={"partNumber": number}) if (
        operation == "UploadPart"
    ) else refusal(operation, query={"partNumber": number})  # fmt: skip
    assert told[:2] == ("query['partNumber']", "must be an integer of 1..10000")


@pytest.mark.parametrize(
    ("call", "field", "problem"),
    [
        ({"operation": "UploadPart", "part_number": 1}, "upload_id", "is missing; UploadPart needs"),
        ({"operation": "UploadPart", "upload_id": "a"}, "part_number", "is missing"),
        ({"operation": "UploadPart", "upload_id": "", "part_number": 1}, "upload_id", "must not be"),
        ({"operation": "PutObjectAcl"}, "acl", "is missing"),
        ({"operation": "CopyObject"}, "source_key", "is missing; CopyObject needs it"),
        ({"operation": "CopyObject", "source_key": ""}, "source_key", "must not be empty"),
        ({"operation": "CopyObject", "source_bucket": "abc"}, "source_key", "missing"),
        ({"operation": "GetObject", "rnge": "x"}, "rnge", "GetObject has no such option; did you"),
        ({"operation": "GET", "version_id": "x"}, "version_id", "GET has no such option"),
        ({"operation": "PutObject", "content_type": ""}, "content_type", "must not be empty"),
        ({"operation": "PutObject", "content_type": 5}, "content_type", "must be text, not int"),
        ({"operation": "PutObject", "metadata": {"a b": "x"}}, "metadata", "keys become"),
        ({"operation": "PutObject", "metadata": {"a": 1.5}}, "metadata['a']", "must be text"),
        ({"operation": "PutObject", "metadata": ["a"]}, "metadata", "must be a dict"),
        ({"operation": "PutObject", "tagging": {"": "x"}}, "tagging", "must be a dict of text"),
        ({"operation": "PutObject", "traffic_limit": 1}, "traffic_limit", "must be an integer of"),
        (
            {"operation": "PutObject", "content_type": "a", "headers": {"Content-type": "b"}},
            "content_type",
            "is given twice",
        ),
        (
            {"operation": "GetObject", "version_id": "a", "query": {"versionId": "b"}},
            "version_id",
            "is given twice",
        ),
        (
            {"operation": "PutObject", "metadata": {"a": "1", "A": "2"}},
            "metadata['A']",
            "is given twice",
        ),
        (
            {"operation": "CopyObject", "source_key": "a", "headers": {"x-oss-copy-source": "/b/c"}},
            "source_key",
            "is given twice",
        ),
    ],
)  # fmt: skip
def test_bad_options_are_refused(call: dict[str, Any], field: str, problem: str) -> None:
    told, text, row = refusal(**call)
    assert (told, row) == (field, None)
    assert text.startswith(problem)


@pytest.mark.parametrize("place", ["headers", "query"])
def test_an_empty_option_under_its_wire_name_is_refused_too(place: str) -> None:
    if place == "headers":
        assert refusal("PutObject", headers={"Content-Type": ""})[0] == "headers['Content-Type']"
    else:
        told = refusal("UploadPart", query={"uploadId": "", "partNumber": 1})
        assert told[0] == "query['uploadId']"


# Copy sources


def test_copy_sources() -> None:
    request = build("CopyObject", source_key="a b/é", source_version_id="v 1")
    assert pairs(request.headers) == [
        ("x-oss-copy-source", "/examplebucket/a%20b/%C3%A9?versionId=v%201")
    ]
    given = build("CopyObject", headers={"X-Oss-Copy-Source": "/b/c"})
    assert pairs(given.headers) == [("X-Oss-Copy-Source", "/b/c")]


@pytest.mark.parametrize(
    ("call", "sources"),
    [
        ({"source_key": ["a", "b c"]}, ["/examplebucket/a", "/examplebucket/b%20c"]),
        (
            {"source_key": "k", "source_bucket": np.array(["abc", "def"])},
            ["/abc/k", "/def/k"],
        ),
        ({"source_key": "k", "bucket": ["abc", "def"]}, ["/abc/k", "/def/k"]),
        (
            {"source_key": "k", "source_bucket": "src", "bucket": ["abc", "def"]},
            ["/src/k", "/src/k"],
        ),
        (
            {"source_key": ("a", "b"), "source_version_id": ["1", "2"], "source_bucket": "src"},
            ["/src/a?versionId=1", "/src/b?versionId=2"],
        ),
        ({"source_key": []}, []),
    ],
)
def test_columns_of_copy_sources(call: dict[str, Any], sources: list[str]) -> None:
    for operation, more in (
        ("CopyObject", {}),
        ("UploadPartCopy", {"upload_id": "u", "part_number": 1}),
    ):
        request = build(operation, True, **call, **more)
        (value,) = (p.value for p in request.headers if p.name == "x-oss-copy-source")
        assert value == sources


@pytest.mark.parametrize(
    ("call", "told"),
    [
        ({"source_key": ["a", ""]}, ("source_key", 1)),
        ({"source_key": ["a", 5]}, ("source_key", 1)),
        ({"source_key": ["a", "\ud800"]}, ("source_key", 1)),
        ({"source_key": "a", "source_bucket": ["abc", "A"]}, ("source_bucket", 1)),
        ({"source_key": "a", "bucket": ["A", "abc"]}, ("source_bucket", 0)),
        ({"source_key": ["a"], "source_bucket": ["abc", "def"]}, ("source_key", None)),
        ({"source_key": ["a"], "bucket": ["abc", "def"]}, ("source_key", None)),
    ],
)
def test_bad_columns_of_copy_sources_tell_the_row(call: Any, told: tuple[str, int | None]) -> None:
    field, _, row = refusal("CopyObject", True, **call)
    assert (field, row) == told


# Columns


@pytest.mark.parametrize("column", [["a", "b"], ("a", "b"), np.array(["a", "b"])])
def test_columns_of_text(column: Any) -> None:
    request = build(
        "PutObject", True, headers={"x-oss-a": column}, query={"q": column}, content_type=column,
        metadata={"m": column},
    )  # fmt: skip
    values = [parameter.value for parameter in (*request.query, *request.headers)]
    assert [list(value) for value in values] == [["a", "b"]] * 4
    assert [p.column for p in request.headers] == [
        Column(name, FIELD, 1) for name in ("headers['x-oss-a']", "metadata['m']", "content_type")
    ]


def test_columns_of_integers_are_written_by_the_engine() -> None:
    request = build("UploadPart", True, upload_id="u", part_number=[1, 2])
    assert request.query[0] == Parameter(
        "partNumber", Column("part_number", DECIMAL, 1, 10_000), [1, 2]
    )
    mixed = build("UploadPart", True, upload_id="u", part_number=["1", 2, np.int64(3)])
    assert mixed.query[0] == Parameter(
        "partNumber", Column("part_number", VALUE, 1), ["1", "2", "3"]
    )
    free = build("GET", True, query={"q": [1, "b", np.str_("c")]})
    assert free.query[0].value == ["1", "b", "c"]


def test_columns_of_other_kinds_become_text() -> None:
    request = build(
        "PutObject", True, tagging=[{"a": "1"}, "b=2"], forbid_overwrite=[True, "false"],
    )  # fmt: skip
    assert dict(pairs(request.headers)) == {
        "x-oss-tagging": ["a=1", "b=2"],
        "x-oss-forbid-overwrite": ["true", "false"],
    }


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ({"operation": "UploadPart", "upload_id": "u", "part_number": [1, 0, "x"]}, "part_number"),
        ({"operation": "PutObject", "tagging": [{"a": "1"}, 5]}, "tagging"),
        ({"operation": "GET", "query": {"q": ["a", b"b"]}}, "query['q']"),
        ({"operation": "GET", "headers": {"x-oss-a": ["a", True]}}, "headers['x-oss-a']"),
        ({"operation": "PutObject", "metadata": {"m": ["a", 1.5]}}, "metadata['m']"),
    ],
)
def test_bad_values_of_a_column_tell_the_row(call: dict[str, Any], field: str) -> None:
    told, _, row = refusal(**call, batch=True)
    assert (told, row) == (field, 1)


@pytest.mark.parametrize(
    ("call", "field"),
    [
        ({"operation": "GET", "headers": {"x-oss-a": ["a"]}}, "headers['x-oss-a']"),
        ({"operation": "GET", "query": {"q": ("a",)}}, "query['q']"),
        ({"operation": "UploadPart", "upload_id": "u", "part_number": [1]}, "part_number"),
        ({"operation": "CopyObject", "source_key": ["a"]}, "source_key"),
    ],
)
def test_columns_are_for_batches(call: dict[str, Any], field: str) -> None:
    told, problem, _ = refusal(**call)
    assert (told, problem) == (field, "is a column; use presign_many for one value per row")


@pytest.mark.parametrize("column", [{"a", "b"}, frozenset("ab"), np.array([["a"], ["b"]])])
def test_what_has_no_order_or_more_dimensions_is_no_column(column: Any) -> None:
    field, problem, _ = refusal("GET", True, query={"q": column})
    assert (field, problem) == ("query['q']", "must be a sequence with one value for each row")


# Levels, threads, nulls


@pytest.mark.parametrize(
    ("operation", "has_key", "bucket"),
    [
        ("GetObject", True, "abc"), ("ListObjectsV2", False, "abc"), ("GET", True, "abc"),
        ("GET", False, "abc"), ("GET", False, None),
    ],
)  # fmt: skip
def test_levels(operation: str, has_key: bool, bucket: str | None) -> None:
    check_level(find_operation(operation), has_key, bucket)


@pytest.mark.parametrize(
    ("operation", "has_key", "bucket", "text"),
    [
        ("GetObject", False, "abc", "key: is missing; GetObject works on an object"),
        ("ListObjectsV2", True, "abc", "key: ListObjectsV2 works on a bucket; leave the key out"),
        ("GetObject", True, None, "bucket: is missing; give it to the Signer or to the call"),
        ("ListObjectsV2", False, None, "bucket: is missing; give it to the Signer or to the call"),
        ("GET", True, None, "bucket: is missing; give it to the Signer or to the call"),
    ],
)
def test_levels_that_do_not_fit(
    operation: str, has_key: bool, bucket: str | None, text: str
) -> None:
    with pytest.raises(RequestError) as caught:
        check_level(find_operation(operation), has_key, bucket)
    assert str(caught.value) == text


def test_threads_and_nulls() -> None:
    assert (checked_threads(None), checked_threads(7)) == (1, 7)
    assert (checked_nulls("keep"), checked_nulls("refuse")) == (True, False)
    for threads in (0, -1, True, 1.0, "2"):
        with pytest.raises(RequestError, match="^threads: must be an integer of 1 or more$"):
            checked_threads(threads)
    for nulls in ("drop", None, True, ""):
        with pytest.raises(RequestError, match="^nulls: must be 'refuse' or 'keep'$"):
            checked_nulls(nulls)


# What an engine's faults say to users

COLUMNS = (
    Column("key", "path", 1, 1023, "/\\"),
    Column("bucket", "label", 3, 63),
    Column("headers['a']", FIELD, 1),
    Column("part_number", DECIMAL, 1, 10_000),
)


@pytest.mark.parametrize(
    ("column", "fault", "text"),
    [
        (0, _plan.NULL, "key: is null; give a value"),
        (0, _plan.NOT_UTF8, "key: is not valid UTF-8"),
        (0, _plan.NOT_TEXT, "key: must be text"),
        (0, _plan.TOO_SHORT, "key: is empty; give the name of an object"),
        (0, _plan.TOO_LONG, "key: is longer than 1023 bytes of UTF-8"),
        (0, _plan.BAD_START, "key: starts with '/' or '\\'"),
        (0, _plan.SURROGATE, "key: holds a lone surrogate"),
        (1, _plan.NOT_TEXT, "bucket: must be text"),
        (1, _plan.TOO_SHORT, "bucket: must be 3 to 63 lower-case letters"),
        (1, _plan.TOO_LONG, "bucket: must be 3 to 63 lower-case letters"),
        (1, _plan.NOT_LABEL, "bucket: must be 3 to 63 lower-case letters"),
        (1, _plan.SURROGATE, "bucket: holds a lone surrogate"),
        (2, _plan.TOO_SHORT, "headers['a']: is empty; give a value or leave it out"),
        (2, _plan.TOO_LONG, "headers['a']: is longer than 1048576 bytes; shorten it"),
        (2, _plan.CONTROL, "headers['a']: holds CR, LF or NUL"),
        (2, _plan.BLANK_END, "headers['a']: begins or ends with a blank"),
        (2, _plan.NULL, "headers['a']: is null; give a value"),
        (3, _plan.NOT_INTEGER, "part_number: must be an integer of 1..10000"),
        (3, _plan.OUT_OF_RANGE, "part_number: must be an integer of 1..10000"),
        (3, _plan.NULL, "part_number: is null; give a value"),
    ],
)
def test_faults_become_errors_for_users(column: int, fault: str, text: str) -> None:
    for row in (None, 0, 41):
        error = request_error(COLUMNS, ColumnError(column, fault, row))
        assert (error.field, error.row) == (COLUMNS[column].name, row)
        assert str(error).startswith(text if row is None else f"row {row}: {text}")
