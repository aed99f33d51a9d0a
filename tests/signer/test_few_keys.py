"""Short lists of keys, which are signed by the recipe for one: like what `bind` makes of them."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

import pytest

from ossign_fast import Credentials, OssignKeyWarning, RequestError
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
    for _ in range(3):
        assert told(signer.presign_many(operation, KEYS, **words)) == wanted


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
