"""Lengths around block borders and batch sizes around lane and chunk borders, against hashlib.

Rows of one length go to a kernel together, all its lanes filled, and what they share at the end is
hashed once for all of them; so every length comes alone and in groups, with ends of every length.
"""

from __future__ import annotations

import hashlib
import random
from functools import lru_cache
from urllib.parse import quote

import pytest

from ossign_fast._engine.plan import FIELD, SIGNATURE, Column, Plan
from support.engine import KEY_COLUMN, bind, every_way, sign, signed
from support.engines import Engine

ENDS = range(131)  # bytes behind the last slot: none to more than two blocks
MOST_LANES = 16
CHUNK = 4096
LITERAL = b"".join(hashlib.sha256(bytes([n])).hexdigest().encode() for n in range(8))


def noise(length: int, seed: int) -> str:
    """Returns `length` characters that need no escape, other ones for another seed."""
    letters = hashlib.shake_128(seed.to_bytes(8, "big")).hexdigest(length // 2 + 1)
    return letters[:length]


def plan_of(start: int, end: int) -> Plan:
    """A plan of one slot between literals of these lengths."""
    canonical = (LITERAL[:start], 0, LITERAL[7 : 7 + end])
    return Plan(canonical, (b"/", 0, b"?", SIGNATURE), (KEY_COLUMN,))


def expected(plan: Plan, rows: list[str], preamble: bytes) -> list[str]:
    return [signed(plan, [quote(row, safe="/").encode()], preamble) for row in rows]


def start_of(end: int) -> int:
    """Walks through all lengths before the slot while `end` walks through those behind it."""
    return end * 50 % 131


@lru_cache
def grouped_rows() -> tuple[str, ...]:
    """Every length modulo 64, in groups that fill all lanes and one row more."""
    return tuple(
        noise(length + length % 3 * 64, length * 100 + n)
        for length in range(1, 65)
        for n in range(MOST_LANES + 1)
    )


@lru_cache
def answers(end: int, grouped: bool) -> tuple[Plan, list[str], list[str]]:
    rows = list(grouped_rows()) if grouped else [noise(length, length) for length in range(1, 201)]
    plan = plan_of(start_of(end), end)
    return plan, rows, expected(plan, rows, b"preamble\n")


def test_every_length_before_and_behind_the_slot(engine: Engine) -> None:
    for end in ENDS:
        plan, rows, urls = answers(end, False)
        job = bind(engine, plan, preamble=b"preamble\n")
        assert sign(engine, job, [rows]) == urls, end


def test_groups_of_every_length_with_every_shared_end(engine: Engine) -> None:
    for end in ENDS:
        plan, rows, urls = answers(end, True)
        job = bind(engine, plan, preamble=b"preamble\n")
        assert sign(engine, job, [rows]) == urls, end


def test_every_length_before_the_slot(engine: Engine) -> None:
    rows = [noise(length, n) for length in (1, 54, 55, 56, 63, 64, 65) for n in range(17)]
    for start in range(131):
        plan = plan_of(start, 40)
        urls = expected(plan, rows, b"")
        assert sign(engine, bind(engine, plan, preamble=b""), [rows]) == urls, start


def test_every_length_of_the_preamble(engine: Engine) -> None:
    """The string to sign: its rest behind full blocks and the digest take two or three blocks."""
    plan = plan_of(10, 20)
    rows = [noise(40, n) for n in range(2 * MOST_LANES + 3)]
    for length in range(131):
        preamble = (LITERAL + b"\n\xff\x00")[-length:] if length else b""
        urls = expected(plan, rows, preamble)
        job = bind(engine, plan, preamble=preamble)
        assert sign(engine, job, [rows]) == urls, length
        assert engine.module.sign_one(job, rows[3]) == urls[3], length


SIZES = [0, 1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 19, 31, 32, 33, 35, 63, 64, 65, 5000]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("shape", ["equal", "ragged", "long and short"])
def test_batch_sizes(engine: Engine, size: int, shape: str) -> None:
    draw = random.Random(size)
    lengths = {
        "equal": [40] * size,
        "ragged": [draw.randrange(1, 260) for _ in range(size)],
        "long and short": [draw.choice((1, 1000)) for _ in range(size)],
    }[shape]
    rows = [noise(length, n) for n, length in enumerate(lengths)]
    plan = plan_of(30, 70)
    urls = expected(plan, rows, b"preamble\n")
    assert sign(engine, bind(engine, plan, preamble=b"preamble\n"), [rows]) == urls


@lru_cache
def chunked_rows(size: int) -> tuple[Plan, list[str], list[str]]:
    """Rows whose escapes, and with them the scratch memory, differ from chunk to chunk."""
    rows = [noise(1 + n % 90, n) + ("é /" * (n % 7) if n // CHUNK % 2 else "") for n in range(size)]
    if size:
        rows[-1] = "中" * 300
    plan = plan_of(30, 70)
    return plan, rows, expected(plan, rows, b"preamble\n")


@pytest.mark.parametrize("threads", [1, 2, 3, 7])
@pytest.mark.parametrize("size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK + 1])
def test_threads_and_chunks(engine: Engine, size: int, threads: int) -> None:
    plan, rows, urls = chunked_rows(size)
    job = bind(engine, plan, preamble=b"preamble\n")
    assert sign(engine, job, [rows], threads) == urls


@pytest.mark.parametrize("length", [1023, 1024, 1025, 7000, 8192, 100_000])
def test_rows_too_long_for_the_stack(engine: Engine, length: int) -> None:
    plan = plan_of(5, 5)
    for rows in (
        [noise(length, 1)],
        ["/" + " " * (length - 1)],
        [noise(length, 2), noise(length, 3)],
    ):
        urls = expected(plan, rows, b"p")
        for answer in every_way(engine, bind(engine, plan, preamble=b"p"), [rows]):
            assert answer == urls


def test_many_slots_of_all_lengths(engine: Engine) -> None:
    """Slots that begin and end anywhere, the last one at any distance from the end."""
    draw = random.Random(1)
    columns = (KEY_COLUMN, Column("note", FIELD), KEY_COLUMN)
    for _ in range(60):
        cuts = [LITERAL[: draw.choice((0, 1, 20, 63, 64, 65, 130))] for _ in range(4)]
        canonical = (cuts[0], 0, cuts[1], 1, cuts[2], 2, cuts[3])
        plan = Plan(canonical, (0, b"&", 2, SIGNATURE), columns)
        lengths = [draw.randrange(1, 130) for _ in range(3)]
        rows = [[noise(n, draw.getrandbits(32)) for n in lengths] for _ in range(20)]
        urls = [signed(plan, [text.encode() for text in row]) for row in rows]
        varying = list(zip(*rows, strict=True))
        assert sign(engine, bind(engine, plan), varying) == urls
