"""What a signer keeps: bounded, by what was asked, and only what equal words ask for alike."""

from __future__ import annotations

import gc
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from ossign_fast import Credentials, RequestError
from ossign_fast._rules.bounded import size_of
from ossign_fast._signer.memo import BYTES, SIZE, Memo, index_of_words, place_and_words, read_once
from support.cli import child_environment
from support.engines import Engine
from support.signing import NOW, SECRET, signer_of, wanted

SCRIPT = Path(__file__).parent / "isolated/kept.py"
LEAD = ("GET", True, None, "UNSIGNED-PAYLOAD")


def test_the_oldest_go_first() -> None:
    memo = Memo()
    for number in range(SIZE + 3):
        memo.remember((number,), str(number))
    assert len(memo) == SIZE
    assert memo.get((2,)) is None
    assert memo.get((3,)) == "3"
    assert memo.get((SIZE + 2,)) == str(SIZE + 2)


def test_a_place_holds_what_came_last() -> None:
    memo = Memo()
    memo.remember(("a",), 1)
    memo.remember(("a",), 2)
    assert memo == {("a",): 2}


def test_threads_keep_it_bounded() -> None:
    memo = Memo()

    def fill(start: int) -> None:
        for number in range(start, start + 2 * SIZE):
            memo.remember((number,), number)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(fill, range(0, 40_000, 10_000)))
    assert len(memo) == SIZE
    assert all(memo.get(place) == place[0] for place in list(memo))


def test_it_is_bounded_in_bytes() -> None:
    memo = Memo()
    memo.remember(("x" * (BYTES // 64),), 1)
    memo.remember((("x" * BYTES, "y"),), 2)
    assert not memo
    for number in range(SIZE):
        memo.remember((f"{number}" + "x" * 8000, ("y" * 100,)), number)
    assert sum(map(size_of, memo)) <= BYTES
    assert 100 < len(memo) < SIZE
    assert list(memo.values())[-1] == SIZE - 1
    memo.remember(("small",), "small")
    assert memo.get(("small",)) == "small"


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="only Linux tells the size")
def test_large_requests_leave_little_behind(engine: Engine) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), engine.module.__name__, engine.kernel],
        check=True, capture_output=True, text=True, timeout=120, env=child_environment(),
    )  # fmt: skip
    pairs = [line.partition(": ") for line in done.stdout.splitlines()]
    kept = {name: int(size) for name, _, size in pairs}
    assert len(kept) == 13
    assert {name: size for name, size in kept.items() if size > 14} == {}  # of 36 MB and more


def test_nothing_of_replaced_credentials_is_kept(engine: Engine) -> None:
    first, second = Credentials("first", SECRET, "t1"), Credentials("second", SECRET, "t2")
    current = [first]
    signer = signer_of(engine, credentials=lambda: current[0])
    before = sys.getrefcount(first)
    for number in range(3):
        for name in ("a", "b", "c"):
            signer.presign("PutObject", "k", metadata={name: f"{number}"})
            signer.sign_headers("PutObject", "k", metadata={name: f"{number}"})
        signer.presign("PutObject", "k", signing_time=NOW + number)
    assert sys.getrefcount(first) > before
    current[0] = second
    signer.presign("GetObject", "k")  # a form that was not asked for before
    gc.collect()
    assert sys.getrefcount(first) <= before - 1  # `current` has let it go as well
    assert len(signer._calls.memo) == 8


PLACES: list[tuple[Any, Any]] = [
    (None, None), ({}, {"a": "1"}), ({"a": "1"}, {}), ({"a": "1"}, {"a": "1"}), ({"A": "1"}, None),
    ({"a": "b"}, None), ({"b": "a"}, None), ({"a": "1", "b": "2"}, None), (None, {"a": None}),
    ({"b": "2", "a": "1"}, None), ({"a": "2", "b": "1"}, None), ({"a": "1"}, {"b": "2"}),
    (None, {"a": ""}), (None, {"a": "1", "b": "2"}), (None, {"b": "1", "a": "2"}),
]  # fmt: skip


def place_of(headers: Any, query: Any, lead: tuple[Any, ...] = LEAD) -> Any:
    return place_and_words(lead, {}, headers, query)[0]


def form_of(mapping: Any) -> list[tuple[str, type]]:
    return [(name, type(value)) for name, value in (mapping or {}).items()]


def test_other_names_and_types_have_other_places() -> None:
    places = [place_of(*both) for both in PLACES]
    forms = [[form_of(mapping) for mapping in both] for both in PLACES]
    assert None not in places
    for one, form in zip(places[1:], forms[1:], strict=True):
        for other, another in zip(places[1:], forms[1:], strict=True):
            assert (one == other) == (form == another)
    assert len({place_of(None, {}, (*LEAD[:3], other)) for other in ("a", None, "")}) == 3


def test_values_come_beside_the_place() -> None:
    options = {"metadata": {"m": "1", "n": "2"}, "content_type": "3"}
    place, words = place_and_words(LEAD, options, {"h": "4"}, {"q": None})
    assert words == ({"m": "1", "n": "2"}, "3", "4", None, "1", "2")
    index = index_of_words(options, {"h": "4"}, {"q": None})
    assert [words[at] for at in index.values()] == list(words)
    assert index["metadata", "n"] == 5
    other = {"metadata": {"m": "7", "n": "8"}, "content_type": "9"}
    assert place_and_words(LEAD, other, {"h": ""}, {"q": None})[0] == place


def test_nothing_and_an_empty_dict_are_one() -> None:
    assert place_of(None, {}) == place_of({}, None)


class Odd(Mapping[str, str]):
    """A mapping that is no dict."""

    def __getitem__(self, name: str) -> str:
        return name.upper()

    def __iter__(self) -> Iterator[str]:
        return iter("ab")

    def __len__(self) -> int:
        return 2


def test_any_mapping_has_a_place() -> None:
    plain = place_and_words(LEAD, {}, {"a": "A", "b": "B"}, None)
    assert place_and_words(LEAD, *read_once({}, Odd(), None)) == plain
    given = {"metadata": Odd()}
    assert read_once(given, None, Odd()) == ({"metadata": dict(Odd())}, None, dict(Odd()))
    assert type(given["metadata"]) is Odd
    assert plain[0] is not None


class Text(str):
    """Equal to other text, yet not known to be hashed like it."""

    __slots__ = ()


class Kind(str, Enum):
    A = "1"


def test_values_that_are_equal_have_places_by_their_types() -> None:
    values = [1, True, 1.0, "1", Text("1"), Kind.A, b"1", None]
    assert len({place_of({"a": value}, None) for value in values}) == len(values)
    options = [place_and_words(LEAD, {"a": value}, None, None)[0] for value in values]
    assert len(set(options)) == len(values)


@pytest.mark.parametrize("headers", [[], (), "", "a: b", [("a", "b")], 0, False, {"a"}])
def test_what_is_no_mapping_has_no_place(headers: Any) -> None:
    assert place_of(headers, None) is None
    assert place_of(None, headers) is None


@pytest.mark.parametrize("word", [[], {}, {"a"}, ("a", [])])
def test_what_cannot_be_hashed_is_no_place(word: Any) -> None:
    for index in range(len(LEAD)):
        place = place_of(None, None, (*LEAD[:index], word, *LEAD[index + 1 :]))
        with pytest.raises(TypeError):
            hash(place)


@pytest.mark.parametrize(
    ("good", "bad", "field"),
    [
        ({"headers": {"x-oss-a": 1}}, {"headers": {"x-oss-a": True}}, "headers['x-oss-a']"),
        ({"headers": {"x-oss-a": "1"}}, {"headers": {"x-oss-a": b"1"}}, "headers['x-oss-a']"),
        ({"query": {"a": 0}}, {"query": {"a": False}}, "query['a']"),
        ({"query": {"a": ""}}, {"query": {"a": b""}}, "query['a']"),
        ({"headers": {}}, {"headers": []}, "headers"),
        ({"query": {}}, {"query": ""}, "query"),
        ({"query": {"a": ""}, "expires": 1}, {"query": {"a": ""}, "expires": True}, "expires"),
        ({"query": {"a": ""}, "bucket": None}, {"query": {"a": ""}, "bucket": []}, "bucket"),
    ],
)
def test_urls_with_equal_words_of_other_types(
    engine: Engine, good: dict[str, Any], bad: dict[str, Any], field: str
) -> None:
    signer = signer_of(engine)
    url = signer.presign("GET", "k", **good).url
    for _ in range(2):
        with pytest.raises(RequestError) as caught:
            signer.presign("GET", "k", **bad)
        assert caught.value.field == field
        assert signer.presign("GET", "k", **good).url == url


def test_urls_with_headers_and_query_are_not_mixed_up(engine: Engine) -> None:
    signer = signer_of(engine)
    for headers, query in PLACES * 2:
        sent = {f"x-oss-{name}": value for name, value in (headers or {}).items()}
        plain = {name: value or "" for name, value in (query or {}).items()}
        url = signer.presign("GET", "k", headers=sent, query=query, expires=60).url
        assert url == wanted("k", headers=sent, query=plain, expires_seconds=60)
        typed = signer.presign("GetObject", "k", headers=sent, query=query, version_id="v").url
        assert typed == wanted("k", headers=sent, query={**plain, "versionId": "v"})
