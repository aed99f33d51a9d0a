"""Short lists of keys, which are signed by the recipe for one: like what `bind` makes of them."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from ossign_fast import Credentials, OssignKeyWarning, RequestError
from ossign_fast._signer.calls import Calls
from support.engines import Engine
from support.signing import ID, MOMENT, NOW, SECRET, signer_of

KEYS = ["a.txt", "b é.txt", "c"]


class Acl(str, Enum):
    PRIVATE = "private"


CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "key alone": ("GetObject", {}),
    "lifetime": ("GetObject", {"expires": 60}),
    "timedelta": ("GetObject", {"expires": timedelta(minutes=1)}),
    "expiration": ("GetObject", {"expiration": MOMENT + timedelta(hours=1)}),
    "column of lifetimes": ("GetObject", {"expires": [60, 61, 62]}),
    "signing time": ("GetObject", {"signing_time": NOW - 7}),
    "bucket": ("GetObject", {"bucket": "bucket-1"}),
    "column of buckets": ("GetObject", {"bucket": ["bucket-1", "bucket-2", "bucket-3"]}),
    "tuple of buckets": ("GetObject", {"bucket": ("bucket-1", "bucket-2", "bucket-3")}),
    "endpoint": ("GetObject", {"endpoint": "oss-cn-hangzhou-internal.aliyuncs.com"}),
    "part": ("UploadPart", {"upload_id": "a+/= b", "part_number": 7}),
    "column of parts": ("UploadPart", {"upload_id": "a", "part_number": [1, 2, 3]}),
    "header": ("PutObject", {"content_type": " text/plain\t"}),
    "column of headers": ("PutObject", {"content_type": ["a/b", "c/d", "e/f"]}),
    "metadata": ("PutObject", {"metadata": {"n": "Léo", "m": 7}}),
    "column in metadata": ("PutObject", {"metadata": {"n": ["1", "2", "3"], "m": "4"}}),
    "callback": ("PutObject", {"callback": {"callbackUrl": "https://example.com/"}}),
    "unsigned header": ("PutObject", {"cache_control": "no-cache", "content_type": "a/b"}),
    "additional": (
        "PutObject",
        {"cache_control": "no-cache", "additional_headers": ["Cache-Control"]},
    ),
    "free": ("PUT", {"headers": {"X-Oss-A": "1", "b": "2"}, "query": {"q": None, "r": "s"}}),
    "column in the query": ("GET", {"query": {"q": ["1", "2", "3"]}}),
    "enum": ("PutObject", {"acl": Acl.PRIVATE}),
    "threads": ("GetObject", {"threads": 2}),
    "nulls": ("GetObject", {"nulls": "keep"}),
}


def told(batch: Any) -> tuple[Any, ...]:
    return list(batch), batch.tolist(), batch.method, batch.expiration, batch.signed_headers


@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("case", CALLS)
def test_they_are_what_a_bound_request_makes_of_them(
    engine: Engine, case: str, version: str
) -> None:
    operation, words = CALLS[case]
    if "additional_headers" in words and version == "v1":
        pytest.skip("Signature V1 signs no others")
    signer = signer_of(engine, signature_version=version)
    wanted = told(signer.bind(operation, **words).urls(KEYS))
    for keys in (KEYS, KEYS, KEYS, *of_all_kinds(KEYS)):
        assert told(signer.presign_many(operation, keys, **words)) == wanted


def of_all_kinds(keys: list[str]) -> list[Any]:
    return [
        tuple(keys), np.array(keys), np.array(keys, np.dtypes.StringDType()),
        np.array(keys, object), pa.array(keys), pa.chunked_array([keys[:1], keys[1:]]),
        pa.array(keys, pa.string_view()),
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(7))
def test_short_columns_of_all_kinds(engine: Engine, number: int) -> None:
    """Their URLs, headers and refusals are those of single calls and of lists."""
    words: dict[str, Any] = {"metadata": {"n": "1"}, "content_type": "a/b", "cache_control": "x"}
    signer = signer_of(engine)
    bound = signer.bind("PutObject", **words)
    for count in (1, 2, 3, 20, 64, 65, 70):
        keys = [f"k{count}/{row}" for row in range(count)]
        column = of_all_kinds(keys)[number]
        wanted = [signer.presign("PutObject", key, **words) for key in keys]
        for batch in (signer.presign_many("PutObject", column, **words), bound.urls(column)):
            assert batch.tolist() == [result.url for result in wanted]
            assert batch.expiration == wanted[0].expiration
            assert (batch.signed_headers, batch.headers) == (
                wanted[0].signed_headers,
                wanted[0].headers,
            )
    for keys in (["a", "/b"], ["a", "b" * 1024, "c"], ["a", ""]):
        column = of_all_kinds(keys)[number]
        for call in (partial(signer.presign_many, "PutObject", **words), bound.urls):
            with pytest.raises(RequestError) as alone:
                call(keys)
            with pytest.raises(RequestError) as caught:
                call(column)
            assert str(caught.value) == str(alone.value)
            assert caught.value.row == 1


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None]),
        pa.array([b"a", b"b"]),
        pa.array([1, 2]),
        np.array([b"a", b"b"]),
        np.array([["a", "b"]]),
        np.array(["a", "b"])[::-1],
        np.ma.masked_array(["a", "b"], [False, True]),
        np.array([1, 2]),
        ("a", None),
        (),
        np.array([], str),
        pa.array([], pa.string()),
    ],
    ids=lambda column: f"{type(column).__name__}-{len(column)}-{getattr(column, 'dtype', '')}",
)
def test_odd_columns_have_one_answer(engine: Engine, column: Any) -> None:
    signer = signer_of(engine)
    bound = signer.bind("GetObject", expires=9)
    for nulls in ("refuse", "keep"):
        alone = outcome(
            lambda nulls=nulls: (
                signer_of(engine).bind("GetObject", expires=9, nulls=nulls).urls(column).tolist()
            )
        )
        for _ in range(3):
            signer.presign_many("GetObject", ["k"], expires=9)
            bound.urls(["k"])
            many = partial(signer.presign_many, "GetObject", column, expires=9, nulls=nulls)
            assert outcome(lambda many=many: many().tolist()) == alone
            assert nulls == "keep" or outcome(lambda: bound.urls(column).tolist()) == alone


def outcome(call: Any) -> Any:
    try:
        return call()
    except RequestError as error:
        return str(error)


def test_lists_may_change_once_they_were_given(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(3):
        keys = ["a", "b"]
        batch = signer.presign_many("GetObject", keys, expires=9)
        keys[:] = ["x"] * 90
        assert batch.tolist() == [signer.presign("GetObject", key, expires=9).url for key in "ab"]


def test_short_lists_never_leave_the_engine(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    signer = signer_of(engine)
    own, asked = Calls.presign_many, []

    def watched(self: Calls, *call: Any, **more: Any) -> Any:
        asked.append(call)
        return own(self, *call, **more)

    monkeypatch.setattr(Calls, "presign_many", watched)
    for number in range(6):
        for keys in (["a", "b"], ("a",), np.array(["a"] * 3), pa.array(["a"] * 64)):
            words: dict[str, Any] = {"metadata": {"n": f"{number}"}, "expires": number + 1}
            signer.presign_many("PutObject", keys=keys, **words)
    assert len(asked) == (24 if engine.module.ENGINE == "python" else 2)


def test_they_share_the_recipe_of_single_calls(engine: Engine) -> None:
    signer = signer_of(engine)
    batch = signer.presign_many("PutObject", KEYS, content_type="a/b")
    assert batch == [signer.presign("PutObject", key, content_type="a/b").url for key in KEYS]
    assert len(signer._calls.memo) == 1
    assert signer.presign_many("PutObject", KEYS, content_type="c/d") != batch
    assert len(signer._calls.memo) == 1


@pytest.mark.parametrize(
    ("keys", "words", "field", "row"),
    [
        (["a", "/b"], {}, "key", 1),
        (["a", None], {}, "key", 1),
        (["a", 7], {}, "key", 1),
        (["a", ""], {}, "key", 1),
        (["a", "b"], {"expires": 0}, "expires", None),
        (["a", "b"], {"expires": True}, "expires", None),
        (["a", "b"], {"expires": [1]}, "columns", None),
        (["a", "b"], {"bucket": "A"}, "bucket", None),
        (["a", "b"], {"content_type": "\n"}, "content_type", None),
        (["a", "b"], {"cache_control": 7}, "cache_control", None),
        (["a", "b"], {"threads": True}, "threads", None),
        (["a", "b"], {"nulls": "drop"}, "nulls", None),
        (["a", "b"], {"bucket": ["bucket-1"]}, "columns", None),
    ],
)
def test_refusals_are_those_of_long_lists(
    engine: Engine, keys: list[Any], words: dict[str, Any], field: str, row: int | None
) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        with pytest.raises(RequestError) as few:
            signer.presign_many("PutObject", keys, **words)
        with pytest.raises(RequestError) as many:
            signer.presign_many("PutObject", tuple(keys), **words)
        assert str(few.value) == str(many.value)
        assert (few.value.field, few.value.row) == (field, row)
        signer.presign_many("PutObject", ["a", "b"], content_type="a/b", cache_control="c")


def test_the_hint_about_keys_is_given_at_each_call(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        with pytest.warns(OssignKeyWarning, match="looks like a URL") as warned:
            signer.presign_many("GetObject", ["https://example.com/a", "b"])
        assert [warning.filename for warning in warned] == [__file__]


def test_they_follow_the_clock_and_the_credentials(engine: Engine) -> None:
    now, source = [NOW], [Credentials(ID, SECRET)]
    signer = signer_of(engine, clock=lambda: now[0], credentials=lambda: source[0])
    seen = set()
    for second, token in ((0, None), (1, None), (1, "token"), (2, "other")):
        now[0], source[0] = NOW + second, Credentials(ID, SECRET, token)
        batch = signer.presign_many("GetObject", KEYS)
        assert batch == [signer.presign("GetObject", key).url for key in KEYS]
        assert batch.expiration.timestamp() == NOW + second + 900
        seen.add(batch[0])
    assert len(seen) == 4
