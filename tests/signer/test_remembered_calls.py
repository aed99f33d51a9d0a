"""What `presign` keeps from one call to the next changes no answer."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone, tzinfo
from enum import Enum
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import numpy as np
import pytest

from ossign_fast import Credentials, RequestError, Signer
from ossign_fast._signer.memo import SIZE as _MEMO_SIZE
from support.engines import Engine
from support.signing import NOW, signer_of, wanted, wanted_at

#: Calls of which the second equals the first for a dictionary, yet is refused.
TRAPS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    ({"expires": 1}, {"expires": True}, "expires"),
    ({"expires": 1.0}, {"expires": True}, "expires"),
    ({"upload_id": "u", "part_number": 1}, {"upload_id": "u", "part_number": True}, "part_number"),
    ({"upload_id": "u", "part_number": 1}, {"upload_id": "u", "part_number": 1.0}, "part_number"),
    ({"version_id": "1"}, {"version_id": b"1"}, "version_id"),
    ({"content_length": 0}, {"content_length": False}, "content_length"),
    ({"forbid_overwrite": True}, {"forbid_overwrite": 1}, "forbid_overwrite"),
    ({"content_type": "1"}, {"content_type": 1}, "content_type"),
]  # fmt: skip


def operation_of(call: dict[str, Any]) -> str:
    if "version_id" in call:
        return "GetObject"
    return "UploadPart" if "upload_id" in call else "PutObject"


@pytest.mark.parametrize(("good", "bad", "field"), TRAPS)
def test_equal_values_of_other_types_are_told_apart(
    engine: Engine, good: dict[str, Any], bad: dict[str, Any], field: str
) -> None:
    operation = operation_of({**good, **bad})
    signer = signer_of(engine)
    url = signer.presign(operation, "k", **good).url
    for _ in range(2):
        with pytest.raises(RequestError) as caught:
            signer.presign(operation, "k", **bad)
        assert caught.value.field == field
        assert signer.presign(operation, "k", **good).url == url


@pytest.mark.parametrize(
    "calls",
    [
        [{"expires": 600}, {"expires": 600.0}, {"expires": timedelta(minutes=10)},
         {"expires": np.int64(600)}],
        [{"expires": None}, {}],
        [{"acl": "private"}, {"acl": oss_v2.ObjectACLType.PRIVATE}, {"acl": np.str_("private")}],
        [{"metadata": {"a": "1"}}, {"metadata": {"a": "1"}}],
        [{"bucket": "examplebucket"}, {}],
        [{"forbid_overwrite": True}, {"forbid_overwrite": "true"}],
    ],
)  # fmt: skip
def test_equal_values_that_are_taken_sign_the_same(
    engine: Engine, calls: list[dict[str, Any]]
) -> None:
    fresh = {signer_of(engine).presign("PutObject", "k", **call).url for call in calls}
    signer = signer_of(engine)
    kept = {signer.presign("PutObject", "k", **call).url for call in calls * 2}
    assert len(fresh) == 1
    assert kept == fresh


def test_no_two_of_many_calls_are_mixed_up(engine: Engine) -> None:
    calls: list[dict[str, Any]] = [
        {}, {"expires": 60}, {"expires": 61}, {"bucket": "other"}, {"endpoint": "h.example.com"},
        {"content_type": "a"}, {"content_type": "b"}, {"content_md5": "a"}, {"storage_class": "a"},
        {"content_type": "a", "content_md5": "b"}, {"content_md5": "a", "content_type": "b"},
        {"tagging": {"a": "1"}}, {"tagging": "a=2"}, {"metadata": {"a": "1"}},
        {"headers": {"x-oss-a": "1"}}, {"query": {"q": "1"}}, {"signing_time": NOW - 1},
        {"expiration": datetime.fromtimestamp(NOW + 5, timezone.utc)},
        {"headers": {"Range": "r"}, "additional_headers": ["range"]},
    ]  # fmt: skip
    signer = signer_of(engine)
    urls = [signer.presign("PutObject", "k", **call).url for call in calls]
    assert len(set(urls)) == len(calls)
    assert [signer.presign("PutObject", "k", **call).url for call in calls] == urls
    assert urls == [signer_of(engine).presign("PutObject", "k", **call).url for call in calls]


def test_operations_and_missing_keys_are_told_apart(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        assert signer.presign("GET", "k").url == wanted("k")
        assert signer.presign("GET").url == wanted("")
        assert signer.presign("HEAD", "k").url == wanted("k", method="HEAD")
        assert signer.presign("GetObject", "k").url == wanted("k")
        with pytest.raises(RequestError, match=r"^key: is missing"):
            signer.presign("GetObject")


class Text(str):
    """Equal to other text, and hashed like it."""

    __slots__ = ()


class Tier(Enum):
    FIRST = "first"
    SECOND = "second"


def test_values_that_change_are_read_again(engine: Engine) -> None:
    signer = signer_of(engine)
    metadata, headers, query = {"a": "1"}, {"x-oss-a": "1"}, {"q": "1"}
    calls = [{"metadata": metadata}, {"headers": headers}, {"query": query}]
    before = [signer.presign("PutObject", "k", **call).url for call in calls]
    metadata["a"] = headers["x-oss-a"] = query["q"] = "2"
    after = [signer.presign("PutObject", "k", **call).url for call in calls]
    assert len({*before, *after}) == 6


def test_text_and_enums_of_other_classes(engine: Engine) -> None:
    signer = signer_of(engine)
    urls = {
        signer.presign(Text("PutObject"), Text("k"), storage_class=value, bucket=bucket).url
        for value in ("first", Text("first"), Tier.FIRST)
        for bucket in ("examplebucket", Text("examplebucket"))
    }
    assert urls == {wanted("k", op="PutObject", headers={"x-oss-storage-class": "first"})}
    assert signer.presign("PutObject", "k", storage_class=Tier.SECOND).url not in urls


class Autumn(tzinfo):
    """A place whose clocks go back by an hour: `fold` tells the second time from the first."""

    def utcoffset(self, moment: datetime | None) -> timedelta:
        return timedelta(hours=-5 if moment is not None and moment.fold else -4)

    def dst(self, moment: datetime | None) -> timedelta:
        return timedelta(hours=5) + self.utcoffset(moment)


def test_one_hour_that_a_clock_shows_twice(engine: Engine) -> None:
    """Datetimes of one zone are equal whatever their fold, though an hour lies between them."""
    first = datetime(2024, 11, 3, 1, 30, tzinfo=Autumn())
    second = first.replace(fold=1)
    signer = signer_of(engine)
    for moment in (first, second, first):
        fresh = signer_of(engine).presign("GetObject", "k", response_expires=moment).url
        assert signer.presign("GetObject", "k", response_expires=moment).url == fresh
    assert first == second
    assert second.timestamp() - first.timestamp() == 3600


def test_expirations_are_not_kept(engine: Engine) -> None:
    seconds = [NOW]
    signer = signer_of(engine, clock=lambda: seconds[0])
    until = datetime.fromtimestamp(NOW + 100, timezone.utc)
    for passed in (0, 30, 99):
        seconds[0] = NOW + passed
        result = signer.presign("GetObject", "k", expiration=until)
        assert result.url == wanted_at(NOW + passed, "k", expires_seconds=100 - passed)
        assert result.expiration == until


def test_the_memo_is_bounded(engine: Engine) -> None:
    signer = signer_of(engine)
    for turn in range(2):
        for number in range(1, _MEMO_SIZE + 100):
            url = signer.presign("GET", "k", query={f"q{number}": "1"}).url
            assert f"?q{number}=1&" in url
            assert len(signer._calls.memo) <= _MEMO_SIZE
        expected = wanted("k", query={"q1": "1"}, expires_seconds=900)
        assert signer.presign("GET", "k", query={"q1": "1"}).url == expected, turn
    assert len(signer._calls.memo) == _MEMO_SIZE


def test_refused_calls_are_not_kept(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(3):
        with pytest.raises(RequestError, match=r"^expires"):
            signer.presign("GetObject", "k", expires=0)
        with pytest.raises(RequestError, match=r"^operation"):
            signer.presign("Get", "k")
    assert signer._calls.memo == {}


def test_a_bad_key_leaves_the_request_in_order(engine: Engine) -> None:
    signer = signer_of(engine)
    for _ in range(2):
        with pytest.raises(RequestError, match=r"^key: is empty"):
            signer.presign("GetObject", "")
        assert signer.presign("GetObject", "k").url == wanted("k")


def test_copies_on_other_engines_keep_nothing_of_the_original(engines: tuple[Engine, ...]) -> None:
    original = Signer(
        region="cn-hangzhou", bucket="examplebucket", clock=lambda: NOW,
        credentials=Credentials("id", "secret"), strict_keys=False,
    )  # fmt: skip
    original.presign("GetObject", "/k")
    for engine in engines:
        copied = original._with_engine(engine.module, engine.kernel)
        assert copied._calls.memo == {}
        assert copied.presign("GetObject", "/k") == original.presign("GetObject", "/k")
        assert repr(copied) == repr(original)
