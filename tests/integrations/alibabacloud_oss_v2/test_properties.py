"""`accelerate(client).presign` beside the client's own, for any request models at all."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate
from support.integrations import (
    RICH_REQUESTS,
    answer,
    client_v2,
    request_v2,
    sdk_clock,
    standing_still,
    told,
)
from support.oss_v2 import assert_same
from support.strategies import any_texts, field_values, keys, names, query_names, texts

#: Attributes of the request models that are signed, by operation.
SIGNED = {
    operation: [
        name
        for name, rule in request_v2(operation)._attribute_map.items()
        if rule.get("position") in ("query", "header")
    ]
    for operation in RICH_REQUESTS
}
REQUIRED = {"upload_id": "id", "part_number": 1}


class Level(Enum):
    """A value of an enumeration, as the SDK has many."""

    PRIVATE = "private"
    SECOND = 2


numbers = st.integers() | st.booleans() | st.floats()
others = st.none() | st.binary(max_size=4) | st.sampled_from(Level) | st.dictionaries(keys, keys)
odd_names = st.sampled_from(["x-oss-date", "x-oss-signature", "Range", "uploads", "", "x-oss-a"])
anything = st.one_of(texts, texts, texts, any_texts, numbers, others)
named = texts | odd_names


@st.composite
def requests(draw: st.DrawFn, value: Any, name: Any, free: Any, parameter: Any) -> Any:
    operation = draw(st.sampled_from(sorted(SIGNED)))
    required = {n: v for n, v in REQUIRED.items() if n in SIGNED[operation]}
    chosen = [n for n in SIGNED[operation] if n not in ("metadata", "part_number", "process")]
    options = draw(st.dictionaries(st.sampled_from(chosen), value, max_size=4))
    if "metadata" in SIGNED[operation]:
        options["metadata"] = draw(st.dictionaries(name, free, max_size=3))
    headers = draw(
        st.dictionaries(st.builds("x-oss-meta-{}".format, name) | name, free, max_size=3)
    )
    more = {"headers": headers, "parameters": draw(st.dictionaries(parameter, free, max_size=3))}
    return operation, {**required, **options, **more}


@given(
    request=requests(anything, named, anything, named),
    key=texts,
    version=st.sampled_from(["v4", "v1"]),
    seconds=st.none() | st.integers(-9, 900_000),
)
def test_any_request_strictly(request: Any, key: str, version: str, seconds: int | None) -> None:
    client = client_v2(signature_version=version)
    fast = accelerate(client, strict_sdk=True, clock=standing_still)
    model = request_v2(request[0], **request[1], key=key)
    lifetime = {} if seconds is None else {"expires": timedelta(seconds=seconds)}
    with sdk_clock():
        theirs = answer(lambda: told(client.presign(model, **lifetime)))
    assert answer(lambda: told(fast.presign(model, **lifetime))) == theirs


tails = names.map(lambda name: name.removeprefix("x-oss-meta-"))


@given(
    request=requests(field_values, tails, field_values, query_names),
    key=keys,
    seconds=st.integers(1, 604_800),
)
def test_any_request_within_the_rules(request: Any, key: str, seconds: int) -> None:
    model = request_v2(request[0], **request[1], key=key)
    assert_same(client_v2(), model, strict=False, expires=timedelta(seconds=seconds))
