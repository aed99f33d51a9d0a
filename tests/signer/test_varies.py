"""Values that a bound request leaves open for each call of `url` and `result`."""

from __future__ import annotations

from typing import Any

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
        ("k", {"partNumber": "3"}, ("part_number", "must be an integer of 1..10000")),
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
    for name in ("forbid_overwrite", "tagging", "callback"):
        field, problem = refusal(lambda name=name: signer.bind("PutObject", **{name: VARIES}))
        assert (field, problem.partition(";")[0]) == (name, "cannot be VARIES")


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
