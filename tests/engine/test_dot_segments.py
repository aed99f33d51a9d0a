"""Paths with a segment "." or "..": their slashes are escaped in the URL, not in what is signed.

Clients resolve such segments, so that another path arrives; "a%2F..%2Fb" is one segment to them.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import lru_cache
from itertools import product
from typing import Any
from urllib.parse import quote

import numpy as np
import pyarrow as pa
import pytest

from ossign_fast._engine.inputs import as_column
from ossign_fast._engine.plan import FIELD, PATH, QUERY, SIGNATURE, VALUE, Column, Plan
from support.engine import bind, every_way, sign, signed
from support.engines import Engine

PLAN = Plan(
    (b"GET\n/", 0, b"\nend"), (b"https://host/", 0, b"?", SIGNATURE), (Column("key", PATH),)
)
#: Every text of up to six of these has all that may stand beside a dot at an end or at a slash.
LETTERS = "./a"
RESOLVED = [
    *(".", "..", "./", "../", "/.", "/..", "a/.", "a/..", "a/./b", "a/../b", "./a", "../a", "//.."),
    *("a/./b/../c.txt", "dir/..", "é/..", "../中 文", ".%/..", "a/.\t/../", ".//", "..//a", "/./"),
]
KEPT = [
    *("", "a", "/", "//", ".a", "a.", "..a", "a..", "...", "a/...", ".../a", "a/.../b", "a.b/c..d"),
    *(".a/b", "a/.b", "a./b", "a../b", "a/b.", "/..a", "/a..", "%2e/a", "a/%2e%2e/b", "a\\..\\b"),
    *(
        "\uff0e/a",
        "a/\u2025/b",
        ". /a",
        "a/.\0/b",
        "..é/a",
        "é../a",
        "a/ ../b",
        "-/-",
        "0./1",
        "-./-/.-",
    ),
]


def is_resolved(key: str) -> bool:
    return any(segment in (".", "..") for segment in key.split("/"))


def url_of(key: str, plan: Plan = PLAN) -> str:
    safe = "" if is_resolved(key) else "/"
    in_url = [quote(key, safe=safe).encode()]
    return signed(plan, [quote(key, safe="/").encode()], in_url=in_url)


def assert_urls(engine: Engine, keys: Sequence[str]) -> None:
    job, urls = bind(engine, PLAN), [url_of(key) for key in keys]
    for answer in every_way(engine, job, [list(keys)]):
        assert answer == urls


def test_the_tables() -> None:
    assert all(map(is_resolved, RESOLVED))
    assert not any(map(is_resolved, KEPT))
    assert url_of("a/./b").startswith("https://host/a%2F.%2Fb?")
    assert url_of("a/.b").startswith("https://host/a/.b?")


def test_what_is_resolved_and_what_is_not(engine: Engine) -> None:
    keys = [*RESOLVED, *KEPT]
    assert_urls(engine, keys)
    constant = [engine.module.sign_one(bind(engine, PLAN, [key])) for key in keys]
    assert constant == [url_of(key) for key in keys]


@lru_cache
def short_texts() -> tuple[list[str], list[str]]:
    keys = ["".join(key) for length in range(7) for key in product(LETTERS, repeat=length)]
    return keys, [url_of(key) for key in keys]


def test_every_short_text(engine: Engine) -> None:
    keys, urls = short_texts()
    assert sign(engine, bind(engine, PLAN), [keys]) == urls


@lru_cache
def placed_texts() -> tuple[list[str], list[str]]:
    """Segments of dots at every place of a text, of all lengths around vectors and blocks."""
    keys = []
    for length in (*range(1, 36), 47, 48, 49, 55, 56, 63, 64, 65, 119, 120, 1023):
        places = range(length) if length < 70 else (0, 1, length - 18, length - 17, length - 3)
        for dots in (".", "..", "...", ".a"):
            for at in places:
                key = "k" * at + f"/{dots}/" + "k" * (length - at)
                keys += [key[:length], key[-length:], "é" + key[:length]]
    return keys, [url_of(key) for key in keys]


def test_every_place_in_vectors_and_blocks(engine: Engine) -> None:
    keys, urls = placed_texts()
    assert sign(engine, bind(engine, PLAN), [keys]) == urls


def mixed_keys(rows: int) -> list[str]:
    draw = random.Random(rows)
    words = ["k", "é", "..", ".", "...", "", " ", "log.gz", "k" * 40]
    return [
        draw.choice(RESOLVED) if draw.random() < 0.1 else "/".join(draw.choices(words, k=3))
        for _ in range(rows)
    ]


@pytest.mark.parametrize("rows", [1, 2, 15, 16, 17, 33, 4095, 4097])
@pytest.mark.parametrize("threads", [1, 2])
def test_rows_among_others(engine: Engine, rows: int, threads: int) -> None:
    keys = mixed_keys(rows)
    urls = [url_of(key) for key in keys]
    assert sign(engine, bind(engine, PLAN), [keys], threads) == urls


@pytest.mark.parametrize(
    "make",
    [
        lambda keys: pa.array(keys, pa.string()),
        lambda keys: pa.array(keys, pa.large_string()),
        lambda keys: pa.array(keys, pa.string_view()),
        lambda keys: pa.chunked_array([keys[:7], keys[7:]], pa.string()),
        np.array,
        lambda keys: np.array(keys, np.dtypes.StringDType()),
    ],
    ids=["string", "large", "view", "chunks", "U", "StringDType"],
)
def test_packed_columns(engine: Engine, make: Any) -> None:
    keys = [*RESOLVED, *(key for key in KEPT if "\0" not in key), *mixed_keys(40)]
    column = as_column("keys", make(keys))
    assert sign(engine, bind(engine, PLAN), [column]) == [url_of(key) for key in keys]


def test_nulls_among_them(engine: Engine) -> None:
    rows = ["a/..", None, "é/.", "..", None, "a"]
    data, offsets, _ = engine.module.sign_packed(bind(engine, PLAN), [rows], 1, True)
    expected = ["" if row is None else url_of(row) for row in rows]
    assert engine.module.unpack(data, offsets) == expected


def test_several_columns_and_uses(engine: Engine) -> None:
    """Each path by itself; the other encodings, and a path in what is signed alone, as ever."""
    columns = (Column("a", PATH), Column("b", PATH), *(Column(e, e) for e in (QUERY, VALUE, FIELD)))
    plan = Plan((0, b"\n", 1, 0, 2, 3, b"\n", 4), (1, b"/", 0, b"?", 2, 3, 1, SIGNATURE), columns)
    keys = ["a/../b", "a/b", "é/./b", "."]
    rows = [[a, b, a, b, a] for a, b in product(keys, keys)]
    urls = []
    for a, b, *_ in rows:
        rest = [quote(a, safe="").encode(), b"=" + quote(b, safe="").encode(), a.encode()]
        texts = [quote(a).encode(), quote(b).encode(), *rest]
        spelled = [quote(key, safe="" if is_resolved(key) else "/").encode() for key in (a, b)]
        urls.append(signed(plan, texts, in_url=[*spelled, *rest]))
    assert sign(engine, bind(engine, plan), list(zip(*rows, strict=True))) == urls
    for row, url in zip(rows, urls, strict=True):
        assert engine.module.sign_one(bind(engine, plan, row)) == url
    signed_only = Plan((0, b"\n"), (b"/", SIGNATURE), (Column("key", PATH),))
    urls = [signed(signed_only, [quote(key).encode()]) for key in keys]
    assert sign(engine, bind(engine, signed_only), [keys]) == urls


@pytest.mark.parametrize("length", [1023, 8192, 100_000])
def test_nothing_but_slashes_and_dots(engine: Engine, length: int) -> None:
    keys = [("/." * length)[:length], ("../" * length)[:length], "/" * length]
    assert_urls(engine, keys)
