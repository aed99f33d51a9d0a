"""Values that a bound request leaves open for each call of `url` and `result`."""

from __future__ import annotations

import pickle
from datetime import datetime, timezone
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import pytest

from ossign_fast import VARIES, RequestError, Signer
from support.engines import Engine
from support.signing import NOW, signer_of, wanted

UPLOAD = "0004B9894A22E5B1888A1E29F8236E2D"


def refusal(call: Any) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        call()
    assert caught.value.row is None
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    return caught.value.field, caught.value.problem


def test_numbers_and_text_of_the_query(engine: Engine) -> None:
    bound = signer_of(engine).bind("UploadPart", upload_id=VARIES, part_number=VARIES)
    for number, upload in ((1, UPLOAD), (10_000, "a+/= b"), (7, "é")):
        values = {"uploadId": upload, "partNumber": number}
        query = {"partNumber": str(number), "uploadId": upload}
        assert bound.url("big é.bin", values) == wanted("big é.bin", op="UploadPart", query=query)
        assert bound.result("k", values).url == wanted("k", op="UploadPart", query=query)


def test_headers_and_bucket(engine: Engine) -> None:
    bound = signer_of(engine).bind(
        "PutObject", bucket=VARIES, content_type=VARIES,
        metadata={"Owner": VARIES, "fixed": "1"}, expires=60,
    )  # fmt: skip
    values = {"bucket": "bucket-1", "content-type": " a/b\t", "x-oss-meta-owner": "中"}
    result = bound.result("k", values)
    assert result.signed_headers == {
        "x-oss-meta-Owner": "中", "x-oss-meta-fixed": "1", "Content-Type": "a/b",
    }  # fmt: skip
    assert result.url == bound.url("k", values) == wanted(
        "k", op="PutObject", bucket="bucket-1", headers=result.signed_headers, expires_seconds=60
    )  # fmt: skip
    assert bound.signed_headers["Content-Type"] is VARIES
    assert repr(VARIES) == "VARIES"


def test_without_a_key(engine: Engine) -> None:
    bound = signer_of(engine).bind("ListObjectsV2", prefix=VARIES)
    query = {"list-type": "2", "prefix": "a/ é"}
    assert bound.url(values={"prefix": "a/ é"}) == wanted("", method="GET", query=query)


def test_it_follows_the_clock(engine: Engine) -> None:
    now = [NOW]
    signer = signer_of(engine, clock=lambda: now[0])
    bound = signer.bind("GetObject", version_id=VARIES)
    first = bound.url("k", {"versionId": "1"})
    now[0] += 1
    assert bound.url("k", {"versionId": "1"}) != first
    assert bound.result("k", {"versionId": "1"}).expiration.timestamp() == NOW + 901


def test_signature_v1(engine: Engine) -> None:
    signer = signer_of(engine, signature_version="v1")
    part = {"upload_id": UPLOAD, "part_number": 3}
    bound = signer.bind("UploadPart", upload_id=UPLOAD, part_number=VARIES)
    assert bound.url("k", {"partNumber": 3}) == signer.presign("UploadPart", "k", **part).url


@pytest.mark.parametrize(
    ("key", "values", "expected"),
    [
        ("k", {"partNumber": 0}, ("part_number", "must be an integer of 1..10000")),
        ("k", {"partNumber": True}, ("part_number", "must be an integer of 1..10000")),
        ("k", {"partNumber": "x"}, ("part_number", "must be an integer of 1..10000")),
        ("k", {"partNumber": None}, ("part_number", "is null; give a value, or keep nulls as")),
        ("k", {}, ("values", "must be a dict with a value for each of 'part_number'")),
        ("k", None, ("values", "must be a dict with a value for each of 'part_number'")),
        (
            "k",
            {"uploadId": "x"},
            (
                "values",
                "'uploadId' was not bound as VARIES; give a value for each of 'part_number'",
            ),
        ),
        (
            "k",
            {"partNumber": 1, "x": "y"},
            ("values", "'x' was not bound as VARIES; give a value for each of 'part_number'"),
        ),
        ("k", 7, ("values", "must be a dict with a value for each of 'part_number'")),
        ("", {"partNumber": 1}, ("key", "is empty")),
        (None, {"partNumber": 1}, ("key", "is missing")),
    ],
)
def test_what_a_call_must_give(
    engine: Engine, key: Any, values: Any, expected: tuple[str, str]
) -> None:
    bound = signer_of(engine).bind("UploadPart", upload_id=UPLOAD, part_number=VARIES)
    for call in (bound.url, bound.result):
        field, problem = refusal(lambda call=call: call(key, values))
        assert field == expected[0]
        assert problem.startswith(expected[1])


def bind(engine: Engine, **options: Any) -> Any:
    return signer_of(engine).bind("PutObject", **options)


def test_where_nothing_varies_or_rows_do(engine: Engine) -> None:
    values = {"content-type": "a/b"}
    plain, column = bind(engine), bind(engine, acl=["private"], content_type=VARIES)
    assert refusal(lambda: plain.url("k", values)) == (
        "values",
        "nothing was bound as VARIES; leave them out",
    )
    assert refusal(lambda: column.url("k", values))[0] == "columns"
    assert refusal(lambda: bind(engine, expires=VARIES))[0] == "expires"


def test_options_go_by_their_own_names_too(engine: Engine) -> None:
    signer = signer_of(engine)
    part = signer.bind("UploadPart", upload_id=VARIES, part_number=VARIES)
    on_the_wire = part.url("k", {"uploadId": UPLOAD, "partNumber": 7})
    assert part.url("k", {"upload_id": UPLOAD, "part_number": 7}) == on_the_wire
    assert part.url("k", {"upload_id": UPLOAD, "partNumber": 7}) == on_the_wire
    put = signer.bind("PutObject", content_type=VARIES)
    result = put.result("k", {"content_type": " a/b "})
    assert result == signer.presign("PutObject", "k", content_type="a/b")
    both = {"content_type": "a/b", "content-type": "c/d"}
    for values in (both, {"Content_Type": "a/b"}, {"content_type": "a", "x": "y"}):
        assert refusal(lambda values=values: put.url("k", values))[0] == "values"


def test_it_is_for_bind_and_url_alone(engine: Engine) -> None:
    signer: Signer = signer_of(engine)
    part: dict[str, Any] = {"upload_id": UPLOAD, "part_number": VARIES}
    assert refusal(lambda: signer.presign("UploadPart", "k", **part))[0] == "part_number"
    assert refusal(lambda: signer.presign_many("UploadPart", ["k"], **part))[0] == "partNumber"
    assert refusal(lambda: signer.bind("UploadPart", **part).urls([]))[0] == "partNumber"
    for name in ("source_key", "source_bucket", "source_version_id"):
        source: dict[str, Any] = {"source_key": "k", name: VARIES}
        field, problem = refusal(lambda source=source: signer.bind("CopyObject", **source))
        assert (field, problem.partition(";")[0]) == (name, "cannot be VARIES")
    copy = signer.bind("CopyObject", headers={"x-oss-copy-source": VARIES})
    wanted = signer.presign("CopyObject", "k", source_bucket="other", source_key="a b")
    assert copy.result("k", {"x-oss-copy-source": "/other/a%20b"}) == wanted


@pytest.mark.parametrize("name", ["Content-Type", "content-type", "CONTENT-TYPE", "content_type"])
def test_names_of_headers_are_taken_in_any_case(engine: Engine, name: str) -> None:
    bound = bind(engine, content_type=VARIES, headers={"X-Oss-A": VARIES}, query={"a": VARIES})
    given = {name: "a/b", "X-oss-a": "1", "a": "2"}
    result = bound.result("k", given)
    assert result.signed_headers == {"X-Oss-A": "1", "Content-Type": "a/b"}
    assert result.url == bound.url("k", given) == bound.url("k", dict(reversed(given.items())))
    assert result.url == wanted(
        "k", op="PutObject", headers={"x-oss-a": "1", "content-type": "a/b"}, query={"a": "2"}
    )


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({"content_type": "a/b", "a": "1", "x-oss-meta-n": "", "A": "1"}, "'A' was not bound as"),
        ({"content_type": "a/b", "a": "1"}, "'x-oss-meta-n' is missing"),
        ({"a": "1", "content_type": VARIES}, "'content_type' is missing"),
        ({"content_type": "a/b", "Content-Type": "a/b"}, "'content_type' is given twice"),
        ({"n": "1"}, "'n' was not bound as VARIES"),
        ({7: "1"}, "7 was not bound as VARIES"),
    ],
)
def test_refusals_tell_the_name_and_all_that_were_bound(
    engine: Engine, values: Any, problem: str
) -> None:
    bound = bind(engine, content_type=VARIES, metadata={"N": VARIES}, query={"a": VARIES})
    for call in (bound.url, bound.result):
        field, told = refusal(lambda call=call: call("k", values))
        assert (field, told.partition(";")[0][: len(problem)]) == ("values", problem)
        assert told.endswith("give a value for each of 'a', 'content_type', 'x-oss-meta-n'")


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"cache_control": VARIES}, "cache_control"),
        ({"headers": {"Cache-Control": VARIES}}, "headers['Cache-Control']"),
    ],
)
def test_only_what_is_signed_can_vary(engine: Engine, words: Any, field: str) -> None:
    cure = "leave it out, or name 'Cache-Control' in additional_headers to have it signed"
    problem = f"is not signed, so it cannot be VARIES; {cure}"
    assert refusal(lambda: bind(engine, **words)) == (field, problem)
    bound = bind(engine, **words, additional_headers=["Cache-Control"])
    assert bound.result("k", {"cache-control": "no-cache"}).headers == {"Cache-Control": "no-cache"}


#: Values of typed options, and some that `presign` refuses.
TYPED: list[tuple[str, str, list[Any], list[Any]]] = [
    ("PutObject", "acl", ["private", "default", oss_v2.ObjectACLType.PRIVATE], ["privat", "", 1]),
    ("PutObject", "storage_class", ["IA", "Standard", "New"], ["standard_ia", "ia", ""]),
    ("PutObject", "content_md5", ["1B2M2Y8AsgTpgAmY7PhCfg==", "é"], ["d41d8cd9" * 4, "", b"x"]),
    ("PutObject", "content_type", ["a/b", " a ", "é"], ["", "a\nb", 1]),
    ("PutObject", "forbid_overwrite", [True, "false", False], ["True", 1]),
    ("PutObject", "tagging", [{"a": "b c"}, "a=b"], [{}, {"": "x"}]),
    ("PutObject", "callback", [{"callbackUrl": "u"}, "eyJhIjoxfQ=="], ["no JSON", {}, 7]),
    ("PutObject", "traffic_limit", [819_200, "900000"], [0, "x", True, 1.5]),
    ("UploadPart", "part_number", [1, 10_000, "7"], [0, 10_001, True, "x", ""]),
    ("GetObject", "range_header", ["bytes=0-9", "bytes=0-,-5"], ["0-9", ""]),
    ("GetObject", "version_id", ["v", ""], [1, {}]),
    ("GetObject", "if_modified_since", [datetime(2026, 1, 1, tzinfo=timezone.utc), "text"],
     [7, 1.5]),
    ("GetObject", "response_cache_control", ["no-cache", ""], [7]),
]  # fmt: skip


@pytest.mark.parametrize(("operation", "name", "good", "bad"), TYPED, ids=str)
def test_values_are_checked_and_written_as_elsewhere(
    engine: Engine, operation: str, name: str, good: list[Any], bad: list[Any]
) -> None:
    signer = signer_of(engine, additional_headers=["range", "if-modified-since"])
    rest: dict[str, Any] = {"upload_id": "u"} if operation == "UploadPart" else {}
    bound = signer.bind(operation, **rest, **{name: VARIES})
    for value in good * 2:
        wanted = signer.presign(operation, "k", **rest, **{name: value})
        assert bound.result("k", {name: value}) == wanted
        assert bound.url("k", {name: value}) == wanted.url
    for value in bad:
        alone = refusal(lambda value=value: signer.presign(operation, "k", **rest, **{name: value}))
        for call in (bound.url, bound.result):
            assert refusal(lambda call=call, value=value: call("k", {name: value})) == alone


def test_options_in_headers_and_query_are_checked_too(engine: Engine) -> None:
    bound = bind(engine, headers={"X-Oss-Object-Acl": VARIES, "x-oss-n": VARIES})
    given = {"x-oss-object-acl": "private", "x-oss-n": 7}
    assert bound.result("k", given).signed_headers["x-oss-n"] == "7"
    field, problem = refusal(lambda: bound.url("k", {**given, "X-OSS-Object-ACL": "privat"}))
    assert field == "values"
    field, problem = refusal(lambda: bound.url("k", {**given, "x-oss-object-acl": "privat"}))
    assert (field, problem[:15]) == ("headers['X-Oss-Object-Acl']", "must be one of ")


def test_names_of_headers_and_query_are_told_apart(engine: Engine) -> None:
    bound = bind(engine, headers={"X-Oss-A": VARIES}, query={"x-oss-a": VARIES})
    result = bound.result("k", {"X-Oss-A": "in headers", "x-oss-a": "in query"})
    assert result.signed_headers == {"X-Oss-A": "in headers"}
    assert "x-oss-a=in%20query" in result.url


def test_pickled_it_knows_its_values(engine: Engine) -> None:
    """A twin is made on the engine of the process, so only that has something to show."""
    options: Any = {"acl": VARIES, "content_md5": VARIES, "traffic_limit": VARIES, "bucket": VARIES}
    signer = signer_of(engine, clock=None)
    bound = signer.bind("PutObject", signing_time=NOW, **options)
    given = {"acl": "private", "content_md5": "é", "traffic_limit": 819_200, "bucket": "other-one"}
    twin = pickle.loads(pickle.dumps(bound))
    assert twin.url("k", given) == bound.url("k", given)
    assert refusal(lambda: twin.url("k", {**given, "acl": "x"}))[0] == "acl"
