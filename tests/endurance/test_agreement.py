"""Random requests: all engines and kernels alike, and the plain signer of `oracle`."""

from __future__ import annotations

import random
from typing import Any

import pytest

from support import oracle
from support.endurance import key, rounds, text
from support.engines import Engine
from support.strategies import CASE, SIGNER

pytestmark = pytest.mark.endurance
ROWS = (1, 2, 7, 64, 200)
ASKED_OF_THE_ORACLE = 5


def header_value(chance: random.Random) -> str:
    kept = (c for c in text(chance, 60) if c.isascii() and c.isprintable())
    return "".join(kept).strip() or "v"


def odd_request(chance: random.Random) -> dict[str, Any]:
    """Returns the words of a call, with values for all rows and a column of them."""
    query = {f"q{n}{text(chance, 3)}": text(chance, 40) for n in range(chance.randrange(4))}
    headers = {f"x-oss-meta-{n}": header_value(chance) for n in range(chance.randrange(3))}
    return {"query": query, "headers": headers, "expires": chance.randrange(1, 604_801)}


def test_engines_and_the_oracle_agree(engines: tuple[Engine, ...]) -> None:
    signers = [engine.signer(**SIGNER) for engine in engines]
    compared = 0
    for chance in rounds():
        words, count = odd_request(chance), chance.choice(ROWS)
        keys = [key(chance) for _ in range(count)]
        column = [text(chance, 30) for _ in range(count)]
        call: dict[str, Any] = {**words, "query": {**words["query"], "z-column": column}}
        batches = [signer.presign_many("PUT", keys, **call).tolist() for signer in signers]
        assert all(batch == batches[0] for batch in batches)
        for row in chance.sample(range(count), min(count, ASKED_OF_THE_ORACLE)):
            query = {**words["query"], "z-column": column[row]}
            case = {**CASE, "op": "PutObject", "key": keys[row], "headers": words["headers"]}
            case |= {"query": query, "expires_seconds": words["expires"]}
            assert batches[0][row] == oracle.presign(case).url
            single = {**words, "query": query}
            assert chance.choice(signers).presign("PUT", keys[row], **single).url == batches[0][row]
        compared += count
    assert compared > 0
