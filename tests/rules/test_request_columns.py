"""Columns in a request: every value may be one, and so may what a copy is made from."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ossign_fast._engine.plan import DECIMAL, FIELD, VALUE, Column
from ossign_fast._rules.parameters import Parameter
from support.request import build, pairs, refusal

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
    assert request.query[0]._replace(origin=None) == Parameter(
        "partNumber", Column("part_number", DECIMAL, 1, 10_000), [1, 2]
    )
    mixed = build("UploadPart", True, upload_id="u", part_number=["1", 2, np.int64(3)])
    assert mixed.query[0]._replace(origin=None) == Parameter(
        "partNumber", Column("part_number", VALUE, 1), ["1", "2", "3"]
    )
    packed = build("UploadPart", True, upload_id="u", part_number=np.array(["1", "2"]))
    assert packed.query[0].value == ["1", "2"]
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
    assert field == "query['q']"
    assert problem.startswith("must be a sequence with one value for each row")
