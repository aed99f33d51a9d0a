"""What an accelerated client remembers of request models, and must not mistake for another."""

from __future__ import annotations

import gc
import weakref
from collections import ChainMap, OrderedDict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from enum import Enum, IntEnum
from typing import Any, ClassVar

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2 import exceptions
from requests.structures import CaseInsensitiveDict

from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate
from support.integrations import (
    BUCKET,
    KEY,
    NOW,
    RICH_REQUESTS,
    answer,
    client_v2,
    get,
    request_v2,
    sdk_clock,
    standing_still,
    told,
    told_to_the_second,
)
from support.oss_v2 import STRICT


class Beside:
    """A client and its accelerated twin, which stays the same from request to request."""

    def __init__(self, *, strict: bool) -> None:
        self._client = client_v2()
        self._strict = strict
        self.fast = accelerate(self._client, strict_sdk=strict, clock=standing_still)

    def check(self, request: Any, **lifetime: Any) -> Any:
        """Asserts that both presign alike, or raise both, and returns what the SDK says."""
        read = told if self._strict else told_to_the_second
        with sdk_clock():
            theirs = answer(lambda: read(self._client.presign(request, **lifetime)))
        for _ in range(2):
            assert answer(lambda: told(self.fast.presign(request, **lifetime))) == theirs
        return theirs

    @property
    def entries(self) -> dict[Any, Any]:
        entries: dict[Any, Any] = self.fast._presigner._memo._entries
        return entries


class Two(IntEnum):
    """Equal to a number, but written as that only by the SDK."""

    ONE = 1
    TWO = 2


class Acl(str, Enum):
    """Equal to its text."""

    PRIVATE = "private"


EQUAL = {
    "numbers": [1, True, 1.0, "1", Two.ONE, None, "true", False, 0, 0.0, "", 1],
    "texts": ["private", Acl.PRIVATE, oss.ObjectACLType.PRIVATE, "PRIVATE", b"private", "private"],
    "times": [NOW, NOW.replace(tzinfo=None), NOW.isoformat(), NOW],
}


@pytest.mark.parametrize("kind", EQUAL)
@pytest.mark.parametrize("place", ["traffic_limit", "acl", "metadata", "headers", "parameters"])
def test_what_is_equal_may_be_written_in_another_way(kind: str, place: str) -> None:
    beside = Beside(strict=True)
    for value in (*EQUAL[kind], *reversed(EQUAL[kind])):
        name = "x-oss-tagging" if place == "headers" else "tagging"
        options = {place: value if place in ("traffic_limit", "acl") else {name: value}}
        beside.check(request_v2("PutObject", **options))


@pytest.mark.parametrize("value", [1, True, 1.0, "1"])
def test_numbers_by_default(value: Any) -> None:
    beside = Beside(strict=False)
    beside.check(get(traffic_limit=1))
    beside.check(get(traffic_limit=value))
    beside.check(get(traffic_limit=1))


@STRICT
def test_part_numbers(strict: bool) -> None:
    beside = Beside(strict=strict)
    numbers = [1, 2, 10_000, 1, "3", 3, "7"] + [True, 1.0, 0, -1, 10_001, Two.TWO, 2] * strict
    for number in numbers:
        for key in ("k", "other"):
            request = request_v2("UploadPart", key=key, upload_id="u", part_number=number)
            url = beside.check(request)[1]
            request.parameters = {"zz": "1", "partNumber": "9"}
            assert beside.check(request)[1] != url
    for lacking in ({"upload_id": "u"}, {"part_number": 1}):
        with pytest.raises(exceptions.ParamRequiredError):
            beside.fast.presign(request_v2("UploadPart", **lacking))


def test_one_entry_for_all_parts() -> None:
    beside = Beside(strict=False)
    for number in range(1, 20):
        beside.check(request_v2("UploadPart", key=str(number), upload_id="u", part_number=number))
    assert len(beside.entries) == 1


DICTS = [(place, kind) for place in ("metadata", "headers", "parameters")
         for kind in (dict, OrderedDict)]  # fmt: skip


@STRICT
@pytest.mark.parametrize(
    ("place", "kind"), [*DICTS, ("headers", CaseInsensitiveDict), ("parameters", ChainMap)]
)
def test_dicts_that_change(strict: bool, place: str, kind: Any) -> None:
    beside = Beside(strict=strict)
    values = kind({"x-oss-meta-a": "1", "x-oss-meta-b": "2"})
    request = request_v2("PutObject", **{place: values})
    seen = [beside.check(request)]
    values["x-oss-meta-a"] = "3"
    seen.append(beside.check(request))
    values["x-oss-meta-c"] = "4"
    seen.append(beside.check(request))
    del values["x-oss-meta-a"]
    seen.append(beside.check(request))
    values.clear()
    seen.append(beside.check(request))
    assert len({each[1] for each in seen}) == 5
    assert seen[-1] == beside.check(request_v2("PutObject"))


@STRICT
def test_the_order_of_parameters(strict: bool) -> None:
    beside = Beside(strict=strict)
    first = beside.check(get(parameters={"a": "1", "b": "2"}))
    assert first != beside.check(get(parameters={"b": "2", "a": "1"}))
    beside.check(get(headers={"a": "1"}, parameters={"b": "2"}))
    beside.check(get(headers={"b": "2"}, parameters={"a": "1"}))
    beside.check(get(headers={}, parameters={}))


def test_names_of_parameters() -> None:
    beside = Beside(strict=True)
    for name in ("private", Acl.PRIVATE, "private", 1, True, 1.0):
        beside.check(get(parameters={name: "v"}))


@STRICT
def test_attributes_set_later(strict: bool) -> None:
    beside = Beside(strict=strict)
    odd = get()
    odd.note = "not of the model"  # so that it has as many attributes as one with headers
    plain = beside.check(odd)
    with_headers = get(headers={"x-oss-meta-a": "1"})
    assert beside.check(with_headers) != plain
    with_headers.parameters = {"a": "b"}
    assert beside.check(with_headers)[1].partition("?")[2].startswith("a=b&")
    del with_headers.headers, with_headers.parameters
    assert beside.check(with_headers) == plain
    odd.version_id = "v"
    assert "versionId=v&" in beside.check(odd)[1]
    odd.payload = b"body"
    beside.check(odd)
    odd.bucket = "other-bucket"
    assert "://other-bucket." in beside.check(odd)[1]
    odd.key = "other"
    assert "/other?" in beside.check(odd)[1]


@STRICT
def test_attributes_that_are_computed(strict: bool) -> None:
    class Counting(oss.GetObjectRequest):  # type: ignore[misc]
        looks = 0
        headers: ClassVar[Any] = {"x-oss-meta-of-the-class": "yes"}

        @property
        def version_id(self) -> str:
            type(self).looks += 1
            return f"v{type(self).looks // 2}"

        @version_id.setter
        def version_id(self, value: None) -> None: ...

    fast = Beside(strict=strict).fast
    request = Counting(bucket=BUCKET, key=KEY)
    results = [fast.presign(request) for _ in range(4)]
    assert len({result.url for result in results}) > 1
    assert results[0].signed_headers == {"x-oss-meta-of-the-class": "yes"}


@STRICT
def test_subclasses_are_what_they_derive_from(strict: bool) -> None:
    class Mine(oss.UploadPartRequest):  # type: ignore[misc]
        pass

    beside = Beside(strict=strict)
    mine = Mine(bucket=BUCKET, key=KEY, upload_id="u", part_number=1)
    assert beside.check(mine) == beside.check(
        request_v2("UploadPart", upload_id="u", part_number=1)
    )
    assert len(beside.entries) == 1


class Body:
    """A body that is not to be looked at."""

    __hash__ = __eq__ = None  # type: ignore[assignment]


BODIES = {
    "PutObject": ["body", "progress_fn", "payload"],
    "UploadPart": ["body", "progress_fn", "cse_multipart_context"],
    "GetObject": ["progress_fn", "payload"],
}


@STRICT
@pytest.mark.parametrize(("operation", "name"), [(o, n) for o in BODIES for n in BODIES[o]])
def test_bodies_are_neither_looked_at_nor_kept(strict: bool, operation: str, name: str) -> None:
    beside = Beside(strict=strict)
    required = RICH_REQUESTS[operation] if operation == "UploadPart" else {}
    body = Body()
    gone = weakref.ref(body)
    request = request_v2(operation, **required)
    setattr(request, name, body)
    beside.check(request)
    assert len(beside.entries) == 1
    del body, request
    gc.collect()
    assert gone() is None


def test_what_is_uploaded_at_the_end_is_not_remembered() -> None:
    beside = Beside(strict=False)
    for number in range(3):
        parts = [oss.UploadPart(part_number=number + 1, etag="tag")]
        whole = oss.CompleteMultipartUpload(parts=parts)
        request = request_v2(
            "CompleteMultipartUpload", upload_id="u", complete_multipart_upload=whole
        )
        beside.check(request)
    assert len(beside.entries) == 1


@STRICT
def test_values_that_cannot_be_remembered(strict: bool) -> None:
    beside = Beside(strict=strict)
    for options in ({"metadata": {"a": {"b": ["c"]}}}, {"headers": {"x-oss-meta-a": ["b"]}}):
        assert beside.check(request_v2("PutObject", **options)) is None
    texts = {"author": "me"}
    beside.check(request_v2("PutObject", metadata=texts, headers={"Unsigned": "v"}))


def test_lists_among_parameters() -> None:
    beside = Beside(strict=True)  # the SDK writes them as Python does
    assert "a=%5B%27b%27%5D&" in beside.check(get(parameters={"a": ["b"]}))[1]


@STRICT
def test_lifetimes_are_told_apart(strict: bool) -> None:
    beside = Beside(strict=strict)
    urls = {beside.check(get(), expires=timedelta(seconds=n % 5 + 1))[1] for n in range(10)}
    assert len(urls) == 5


@STRICT
def test_time_goes_on(strict: bool) -> None:
    client, seconds = client_v2(), iter(range(10))
    moments = [NOW.timestamp() + n for n in range(10)]
    fast = accelerate(client, strict_sdk=strict, clock=lambda: moments[next(seconds) // 2])
    results = [fast.presign(get()) for _ in range(5)]
    assert len({result.url for result in results}) == (5 if strict else 3)
    for number, result in enumerate(results):
        with sdk_clock(lambda n=number: moments[n if strict else n // 2]):
            assert client.presign(get()).url == result.url


def test_results_are_the_callers() -> None:
    fast = Beside(strict=False).fast
    request = get(headers={"x-oss-meta-a": "1"})
    first = fast.presign(request)
    first.signed_headers["x-oss-meta-b"] = "2"
    first.url = first.expiration = None
    assert fast.presign(request).signed_headers == {"x-oss-meta-a": "1"}


def test_the_memory_is_bounded() -> None:
    beside = Beside(strict=False)
    for number in (*range(600), 0):
        beside.check(get(parameters={f"v{number}": "1"}))
    assert len(beside.entries) == 512
    beside.check(get(parameters={"v" * 4096: "1"}))
    beside.check(get(headers={f"v{number}": "1" for number in range(2000)}))
    assert list(beside.entries)[-1][-1] == "v0"


def test_values_and_lifetimes_are_of_one_form() -> None:
    """New values are not remembered, whatever they are."""
    beside = Beside(strict=False)
    for number in range(9):
        for seconds in (60, 60, number + 1):
            metadata = {"a": f"x{number}", "b": "plain" if number % 3 else "é"}
            request = request_v2(
                "PutObject",
                content_type=f"a/{number}",
                metadata=metadata,
                traffic_limit=819_200 + number,
                cache_control=f"max-age={number}",
                parameters={"x": "y" * number or "z"},
            )
            beside.check(request, expires=timedelta(seconds=seconds))
    assert len(beside.entries) == 1


class Shout(str):
    """Equal to its text, and written in another way."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()


@STRICT
@pytest.mark.parametrize("attribute", ["content_type", "bucket", "key", "metadata", "parameters"])
def test_texts_of_other_kinds_are_no_texts(strict: bool, attribute: str) -> None:
    plain, fast = Beside(strict=strict), Beside(strict=strict)

    def request(kind: type[str]) -> Any:
        text = kind("some-text")
        value = {"x": text} if attribute in ("metadata", "parameters") else text
        return request_v2("PutObject", **{attribute: value})

    alone = answer(lambda: told(plain.fast.presign(request(Shout))))
    for _ in range(4):
        fast.check(request(str))
        assert answer(lambda: told(fast.fast.presign(request(Shout)))) == alone


@STRICT
def test_threads_remember_together(strict: bool) -> None:
    beside = Beside(strict=strict)
    requests = [get(version_id=f"v{n % 700}", key=f"k{n}") for n in range(1500)]
    with sdk_clock():
        wanted = [beside._client.presign(request).url for request in requests]
    with ThreadPoolExecutor(8) as pool:
        urls = list(pool.map(lambda request: beside.fast.presign(request).url, requests))
    assert urls == wanted
    assert len(beside.entries) <= 512
