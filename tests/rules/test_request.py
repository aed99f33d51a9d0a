"""From the keywords of a call to names, column rules and values, and what is refused on the way."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss_v2
import pytest

from ossign_fast import RequestError
from ossign_fast._engine.plan import FIELD, VALUE, Column
from ossign_fast._rules.levels import check_level
from ossign_fast._rules.operations import find_operation
from ossign_fast._rules.request import (
    Request,
    as_bucket,
    checked_nulls,
    checked_threads,
    header_names,
)
from support.request import build, pairs, refusal

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


@pytest.mark.parametrize("name", [
    "x-oss-signature-version", "x-oss-date", "x-oss-expires", "x-oss-credential",
    "x-oss-security-token", "x-oss-additional-headers", "x-oss-signature", "X-OSS-Date",
])  # fmt: skip
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
        headers={
            "X-Oss-Meta-B": "2", "Host": "h", "Content-Type": " a/b ", "Range": "r",
            "content-md5": "m",
        },
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
        ({"a b": "x"}, "headers['a b']", "is not a valid name of an HTTP header"),
        ({"": "x"}, "headers['']", "is not a valid name of an HTTP header"),
        ({"a:": "x"}, "headers['a:']", "is not a valid name of an HTTP header"),
        ({"a\n": "x"}, "headers['a\\n']", "is not a valid name of an HTTP header"),
        ({"é": "x"}, "headers['é']", "is not a valid name of an HTTP header"),
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
    with pytest.raises(RequestError, match=r"^additional_headers: must be a list or another"):
        header_names(names)
    if names is not None:
        assert refusal(additional_headers=names)[0] == "additional_headers"


@pytest.mark.parametrize("names", [["Host"], ("Host",), {"Host"}, frozenset({"Host"})])
def test_collections_of_additional_headers(names: Any) -> None:
    assert header_names(names) == {"host"}
    assert build(headers={"host": "h"}, additional_headers=names).additional == ("host",)


@pytest.mark.parametrize("name", ["a b", "", 5, None, "é", b"Host"])
def test_additional_headers_are_header_names(name: Any) -> None:
    field, problem, _ = refusal(additional_headers=["Host", name])
    assert (field, problem) == (
        "additional_headers",
        "holds something that is not the name of a header",
    )


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


@pytest.mark.parametrize("number", [0, 10_001, "0", "x", True, 1.0, "\u0661"])
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
        ({"operation": "UploadPart", "part_number": 1}, "upload_id", "is missing; UploadPart"),
        ({"operation": "UploadPart", "upload_id": "a"}, "part_number", "is missing"),
        ({"operation": "UploadPart", "upload_id": "", "part_number": 1}, "upload_id", "must not"),
        ({"operation": "PutObjectAcl"}, "acl", "is missing"),
        ({"operation": "CopyObject"}, "source_key", "missing; CopyObject needs it"),
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
            {"operation": "CopyObject", "source_key": "a", "headers": {"x-oss-copy-source": "/b"}},
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


# Levels, threads, nulls


@pytest.mark.parametrize(
    ("operation", "has_key", "bucket"),
    [
        ("GetObject", True, "abc"), ("ListObjectsV2", False, "abc"), ("GET", True, "abc"),
        ("GET", False, "abc"), ("GET", False, None),
    ],
)  # fmt: skip
def test_levels(operation: str, has_key: bool, bucket: str | None) -> None:
    check_level(find_operation(operation), has_key, bucket, service=bucket is None)


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


def test_buckets() -> None:
    assert (as_bucket("abc", False), as_bucket("abc", True)) == ("abc", "abc")
    assert as_bucket(["abc", "A"], True) == ["abc", "A"]  # the engine checks the rows
    for bucket in ("A", "", 5, ["abc"]):
        with pytest.raises(RequestError, match=r"^bucket: must be 3 to 63 lower-case"):
            as_bucket(bucket, False)
    with pytest.raises(RequestError, match=r"^bucket: must be a sequence"):
        as_bucket(5, True)


def test_threads_and_nulls() -> None:
    assert (checked_threads(None), checked_threads(7)) == (1, 7)
    assert (checked_nulls("keep"), checked_nulls("refuse")) == (True, False)
    for threads in (0, -1, True, 1.0, "2"):
        with pytest.raises(RequestError, match=r"^threads: must be an integer of 1 or more$"):
            checked_threads(threads)
    for nulls in ("drop", None, True, ""):
        with pytest.raises(RequestError, match=r"^nulls: must be 'refuse' or 'keep'$"):
            checked_nulls(nulls)
