"""`presign_many`: every value as a column, rows that are refused, and threads."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import numpy as np
import pytest

from ossign_fast import Credentials, RequestError, UrlBatch
from support.engines import Engine
from support.signing import MOMENT, TOKEN, signer_of, wanted, wanted_at

KEYS = ["a", "b c", "é/中"]


def refusal(call: Callable[[], object]) -> tuple[str, str, int | None]:
    with pytest.raises(RequestError) as caught:
        call()
    assert caught.value.__cause__ is None
    return caught.value.field, caught.value.problem, caught.value.row


@pytest.mark.parametrize(
    "keys",
    [
        KEYS,
        tuple(KEYS),
        np.array(KEYS),
        np.array(KEYS, object),
        np.array(KEYS, np.dtypes.StringDType()),
        dict.fromkeys(KEYS).keys(),
        np.array([[key] for key in KEYS])[:, 0],
        np.array(["x", *KEYS])[1:],
    ],
)
def test_keys(engine: Engine, keys: Any) -> None:
    batch = signer_of(engine).presign_many("GetObject", keys, expires=60)
    assert isinstance(batch, UrlBatch)
    assert batch.tolist() == [wanted(key, expires_seconds=60) for key in KEYS]
    assert (batch.method, batch.signed_headers) == ("GET", {})
    assert batch.expiration == MOMENT + timedelta(seconds=60)


def test_keys_that_come_one_by_one(engine: Engine) -> None:
    batch = signer_of(engine).presign_many("GetObject", (key for key in KEYS))
    assert batch == [wanted(key) for key in KEYS]


@pytest.mark.parametrize("keys", ["abc", b"abc", {"a": 1}, {"a"}, 5, np.array([["a"]]), object()])
def test_what_is_no_column_of_keys(engine: Engine, keys: Any) -> None:
    field, problem, row = refusal(lambda: signer_of(engine).presign_many("GetObject", keys))
    assert (field, row) == ("keys", None)
    assert problem.startswith("must be a sequence with one value for each row")
    if isinstance(keys, (str, bytes)):
        assert problem.endswith(", not one text; wrap it in a list, or use presign")
    elif isinstance(keys, (dict, set)):
        assert problem.endswith(f", not a {type(keys).__name__}; give a list")


def test_every_kind_of_column_at_once(engine: Engine) -> None:
    signer = signer_of(engine, credentials=Credentials("id", "secret", TOKEN))
    buckets, lifetimes = ["abc", "def", "g-7"], [1, timedelta(minutes=1), 604_800.0]
    authors, types, notes = ["x", " y ", "z"], ("a/b", "c/d", "e/f"), ["", "n n", "="]
    batch = signer.presign_many(
        "UploadPart", KEYS, bucket=np.array(buckets), expires=lifetimes, upload_id="u/1",
        part_number=[1, 77, 10_000], query={"note": notes, "fixed": "f"},
        headers={"x-oss-meta-author": authors, "Content-Type": types, "x-oss-a": "same"},
    )  # fmt: skip
    assert batch.tolist() == [
        wanted(
            key, op="UploadPart", access_key_id="id", access_key_secret="secret",
            security_token=TOKEN, bucket=bucket, expires_seconds=seconds,
            query={"note": note, "fixed": "f", "partNumber": str(number), "uploadId": "u/1"},
            headers={"x-oss-meta-author": author, "Content-Type": kind, "x-oss-a": "same"},
        )
        for key, bucket, seconds, note, number, author, kind in zip(
            KEYS, buckets, (1, 60, 604_800), notes, (1, 77, 10_000), authors, types, strict=True
        )
    ]  # fmt: skip
    assert batch.expiration == MOMENT + timedelta(seconds=1)
    assert list(batch.signed_headers) == ["x-oss-meta-author", "Content-Type", "x-oss-a"]
    assert batch.signed_headers["x-oss-a"] == "same"


COLUMNS: dict[str, tuple[str, list[Any]]] = {
    "content_type": ("PutObject", ["a/b", "text/é", " c "]),
    "acl": ("PutObject", [oss_v2.ObjectACLType.PRIVATE, "public-read", "default"]),
    "forbid_overwrite": ("PutObject", [True, False, "true"]),
    "tagging": ("PutObject", [{"a": "1"}, "b=2", {"c d": "", "e": "/"}]),
    "traffic_limit": ("PutObject", [819_200, "819201", np.int64(819_202)]),
    "callback": ("PutObject", [{"callbackUrl": "u"}, "e30=", {"a": 1}]),
    "version_id": ("GetObject", ["v1", "", "v 3"]),
    "response_expires": ("GetObject", [MOMENT, "Fri", MOMENT + timedelta(1)]),
    "process": ("GetObject", ["image/resize,w_1", "", "x"]),
    "source_key": ("CopyObject", ["a", "b c", "é"]),
    "metadata": ("PutObject", []),
}


@pytest.mark.parametrize("option", COLUMNS)
def test_a_column_of_an_option_is_its_single_calls(engine: Engine, option: str) -> None:
    operation, values = COLUMNS[option]
    signer = signer_of(engine)
    if option == "metadata":
        column: Any = {"a": ["1", "2", "3"], "b": "same"}
        values = [{"a": value, "b": "same"} for value in column["a"]]
    else:
        column = values
    batch = signer.presign_many(operation, KEYS, **{option: column})
    singles = [
        signer.presign(operation, key, **{option: value})
        for key, value in zip(KEYS, values, strict=True)
    ]
    assert batch.tolist() == [single.url for single in singles]
    assert len(set(batch)) == 3
    assert set(batch.signed_headers) == {name for s in singles for name in s.signed_headers}


def test_rows_without_keys(engine: Engine) -> None:
    signer = signer_of(engine)
    batch = signer.presign_many("ListObjectsV2", prefix=["a/", "b"], max_keys=[1, 1000])
    assert batch.tolist() == [
        wanted("", method="GET", query={"list-type": "2", "max-keys": keys, "prefix": prefix})
        for prefix, keys in (("a/", "1"), ("b", "1000"))
    ]
    assert signer.presign_many("GET", bucket=["abc", "def"]).tolist() == [
        wanted("", bucket="abc"), wanted("", bucket="def"),
    ]  # fmt: skip


def test_without_any_column_there_are_no_rows(engine: Engine) -> None:
    signer = signer_of(engine)
    field, problem, _ = refusal(lambda: signer.presign_many("ListObjectsV2"))
    assert field == "keys"
    assert problem.startswith("are missing, and no other value is a column")
    assert refusal(lambda: signer.presign_many("GetObject"))[0] == "key"
    assert refusal(lambda: signer.presign_many("ListObjectsV2", ["k"]))[0] == "key"


@pytest.mark.parametrize("columns", [{}, {"expires": []}, {"version_id": []}, {"bucket": ()}])
def test_no_rows(engine: Engine, columns: dict[str, Any]) -> None:
    batch = signer_of(engine).presign_many("GetObject", [], **columns)
    assert (len(batch), batch.tolist(), batch.method) == (0, [], "GET")


@pytest.mark.parametrize(
    "columns",
    [
        {"expires": [1, 2]},
        {"bucket": ["abc"]},
        {"version_id": ["1"] * 4},
        {"query": {"q": []}},
        {"headers": {"x-oss-a": np.array(["1", "2"])}},
    ],
)
def test_columns_of_other_lengths(engine: Engine, columns: dict[str, Any]) -> None:
    field, problem, row = refusal(
        lambda: signer_of(engine).presign_many("GetObject", KEYS, **columns)
    )
    assert (field, row) == ("columns", None)
    (column,) = (next(iter(v.values())) if isinstance(v, dict) else v for v in columns.values())
    assert "3" in problem
    assert str(len(column)) in problem


ROWS = list("abcdefgh")


def with_bad(value: Any, good: Any = "good", row: int = 5) -> list[Any]:
    return [good] * row + [value, value] + [good] * (len(ROWS) - row - 2)


@pytest.mark.parametrize(
    ("call", "field", "problem"),
    [
        ({"keys": with_bad("")}, "key", "is empty; give the name of an object"),
        ({"keys": with_bad("k" * 1024)}, "key", "is longer than 1023 bytes of UTF-8"),
        ({"keys": with_bad("/k")}, "key", "starts with '/'"),
        ({"keys": with_bad("\ud800")}, "key", "holds a lone surrogate"),
        ({"keys": with_bad(5)}, "key", "must be text"),
        ({"keys": with_bad(None)}, "key", "is null"),
        ({"keys": with_bad(b"k")}, "key", "must be text"),
        ({"bucket": with_bad("A")}, "bucket", "must be 3 to 63 lower-case"),
        ({"bucket": with_bad("a.b")}, "bucket", "must be 3 to 63 lower-case"),
        ({"bucket": with_bad("-abc")}, "bucket", "must be 3 to 63 lower-case"),
        ({"bucket": with_bad("ab")}, "bucket", "must be 3 to 63 lower-case"),
        ({"bucket": with_bad(None)}, "bucket", "is null"),
        ({"expires": with_bad(0, 1)}, "expires", "must be 1..604800 seconds"),
        ({"expires": with_bad(True, 1)}, "expires", "must be whole seconds"),
        ({"expires": with_bad(0.5, 1)}, "expires", "must be whole seconds"),
        ({"version_id": with_bad("\udfff")}, "version_id", "holds a lone surrogate"),
        ({"version_id": with_bad(5)}, "version_id", "must be text"),
        ({"query": {"q": with_bad(b"x")}}, "query['q']", "must be text, not bytes"),
        ({"query": {"partNumber": with_bad(0, 1)}}, "query['partNumber']", "must be an integer of"),
        ({"query": {"partNumber": with_bad("0", 1)}}, "query['partNumber']", "must be an integer"),
        ({"headers": {"x-oss-a": with_bad("")}}, "headers['x-oss-a']", "is empty; give a value or"),
        ({"headers": {"x-oss-a": with_bad(" \t")}}, "headers['x-oss-a']", "is empty"),
        ({"headers": {"x-oss-a": with_bad("a\r\nb")}}, "headers['x-oss-a']", "holds CR, LF or NUL"),
        ({"headers": {"x-oss-a": with_bad("\u00a0a")}}, "headers['x-oss-a']", "begins or ends"),
        ({"headers": {"Range": with_bad("a\n")}}, "headers['Range']", "holds CR, LF or NUL"),
        ({"range_header": with_bad("a\n")}, "range_header", "holds CR, LF or NUL"),
    ],
)  # fmt: skip
def test_a_bad_row_fails_the_call(
    engine: Engine, call: dict[str, Any], field: str, problem: str
) -> None:
    signer = signer_of(engine, additional_headers=["range"])
    told = refusal(lambda: signer.presign_many("GetObject", **{"keys": ROWS, **call}))
    assert (told[0], told[2]) == (field, 5)
    assert told[1].startswith(problem)


def test_bad_constants_have_no_row(engine: Engine) -> None:
    signer = signer_of(engine)
    for call, field in (
        ({"headers": {"x-oss-a": "a\n"}}, "headers['x-oss-a']"),
        ({"version_id": "\ud800"}, "version_id"),
        ({"bucket": "A"}, "bucket"),
        ({"expires": 0}, "expires"),
    ):
        told = refusal(lambda call=call: signer.presign_many("GetObject", ["a", ""], **call))
        assert (told[0], told[2]) == (field, None)


def test_nothing_is_signed_before_all_rows_are_checked(engine: Engine) -> None:
    """The last row of the last column is bad, far behind the first chunk."""
    signer = signer_of(engine)
    keys = [f"k{n}" for n in range(5000)]
    told = refusal(lambda: signer.presign_many("GetObject", [*keys, ""], threads=3))
    assert told[2] == 5000
    told = refusal(lambda: signer.presign_many("GetObject", keys, version_id=["v"] * 4999 + [1]))
    assert told == ("version_id", "must be text", 4999)


def test_columns_are_left_alone(engine: Engine) -> None:
    keys, types = ["a", "b"], [" a/b ", "c/d"]
    batch = signer_of(engine).presign_many("PutObject", keys, content_type=types)
    before = batch.tolist()
    keys[0], types[0] = "changed", "changed"
    assert batch.tolist() == before
    assert (keys[1], types[1]) == ("b", "c/d")


@pytest.mark.parametrize("threads", [1, 2, 3, 7, 100])
def test_threads(engine: Engine, threads: int) -> None:
    keys = [f"dir/{n}" for n in range(4500)]
    parts = [1 + n % 10_000 for n in range(4500)]
    signer = signer_of(engine)
    options: dict[str, Any] = {"upload_id": "u", "part_number": parts}
    batch = signer.presign_many("UploadPart", keys, **options, threads=threads)
    for row in (0, 1, 4095, 4096, 4499):
        query = {"partNumber": str(parts[row]), "uploadId": "u"}
        assert batch[row] == wanted(keys[row], op="UploadPart", query=query)
    assert batch == signer.presign_many("UploadPart", keys, **options)


@pytest.mark.parametrize("threads", [0, -1, True, 1.0, "2"])
def test_bad_threads(engine: Engine, threads: Any) -> None:
    told = refusal(lambda: signer_of(engine).presign_many("GetObject", KEYS, threads=threads))
    assert told[:2] == ("threads", "must be an integer of 1 or more")


def test_nulls_can_be_kept(engine: Engine) -> None:
    signer = signer_of(engine)
    batch = signer.presign_many(
        "GetObject", ["a", None, "c", "d"], version_id=["1", "2", None, "4"], nulls="keep"
    )
    assert batch.tolist() == [
        wanted("a", query={"versionId": "1"}), None, None, wanted("d", query={"versionId": "4"}),
    ]  # fmt: skip
    told = refusal(lambda: signer.presign_many("GetObject", ["a", None]))
    assert told == ("key", "is null; give a value, or keep nulls as nulls by nulls='keep'", 1)
    told = refusal(lambda: signer.presign_many("GetObject", KEYS, nulls="drop"))
    assert told[:2] == ("nulls", "must be 'refuse' or 'keep'")


def test_all_rows_share_one_second_and_signing_time(engine: Engine) -> None:
    ticks = iter(range(1000, 2000))
    signer = signer_of(engine, clock=lambda: next(ticks))
    assert signer.presign_many("GetObject", KEYS).tolist() == [wanted_at(1000, k) for k in KEYS]
    at = signer.presign_many("GetObject", KEYS, signing_time=MOMENT)
    assert at.tolist() == [wanted(key) for key in KEYS]
    assert next(ticks) == 1001


def test_odd_starts_of_keys_can_be_allowed(engine: Engine) -> None:
    signer = signer_of(engine, strict_keys=False)
    assert signer.presign_many("GetObject", ["/a", "\\"]).tolist() == [wanted("/a"), wanted("\\")]
