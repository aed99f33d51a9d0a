"""Random requests: all engines and kernels alike, and the plain signer of `oracle`."""

from __future__ import annotations

import random
from typing import Any

import pytest

from support import oracle
from support.endurance import done, key, many_keys, rounds, text
from support.engines import Engine
from support.strategies import CASE, SIGNER

pytestmark = pytest.mark.endurance
ROWS = (1, 2, 7, 64, 200)
ROWS_OF_LONG_BATCHES = (300, 4_097, 20_000)
ASKED_OF_THE_ORACLE = 5


def header_value(chance: random.Random) -> str:
    kept = (c for c in text(chance, 60) if c.isascii() and c.isprintable())
    return "".join(kept).strip() or "v"


def odd_request(chance: random.Random) -> dict[str, Any]:
    """Returns the words of a call, with values for all rows and a column of them."""
    query = {f"q{n}{text(chance, 3)}": text(chance, 40) for n in range(chance.randrange(4))}
    headers = {f"x-oss-meta-{n}": header_value(chance) for n in range(chance.randrange(3))}
    return {"query": query, "headers": headers, "expires": chance.randrange(1, 604_801)}


def case_of(words: dict[str, Any], key: str) -> dict[str, Any]:
    """Returns a call with values for one row as the oracle takes it."""
    case = {**CASE, "op": "PutObject", "key": key, "headers": words["headers"]}
    return case | {"query": words["query"], "expires_seconds": words["expires"]}


def test_engines_and_the_oracle_agree(engines: tuple[Engine, ...]) -> None:
    signers = [engine.signer(**SIGNER) for engine in engines]
    compared = singles = 0
    for chance in rounds():
        words, count = odd_request(chance), chance.choice(ROWS)
        keys = [key(chance) for _ in range(count)]
        column = [text(chance, 30) for _ in range(count)]
        call: dict[str, Any] = {**words, "query": {**words["query"], "z-column": column}}
        batches = [signer.presign_many("PUT", keys, **call).tolist() for signer in signers]
        assert all(batch == batches[0] for batch in batches)
        for row in chance.sample(range(count), min(count, ASKED_OF_THE_ORACLE)):
            single = {**words, "query": {**words["query"], "z-column": column[row]}}
            case = case_of(single, keys[row])
            assert batches[0][row] == oracle.presign(case).url
            signer = chance.choice(signers)
            assert signer.presign("PUT", keys[row], **single).url == batches[0][row]
            assert signer.bind("PUT", **single).url(keys[row]) == batches[0][row]
            del single["expires"]
            sent = signer.sign_headers("PUT", keys[row], **single)
            assert by_name(sent) == by_name(oracle.sign_headers(case))
            singles += 1
        compared += count
    done("engines, kernels and the oracle agree", urls=compared, single_calls_each=singles)
    assert compared > 0


def by_name(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items() if name.lower() != "date"}


def test_kernels_agree_on_long_batches(engines: tuple[Engine, ...]) -> None:
    """The Python engine and the oracle are asked for a few rows, since they take their time."""
    fast = [engine.signer(**SIGNER) for engine in engines if engine.module.ENGINE == "c"]
    plain = next(e for e in engines if e.module.ENGINE == "python").signer(**SIGNER)
    compared = 0
    for chance in rounds():
        words, keys = odd_request(chance), many_keys(chance, chance.choice(ROWS_OF_LONG_BATCHES))
        chance.shuffle(fast)
        batches = (signer.presign_many("PUT", keys, **words) for signer in fast or [plain])
        urls, *others = (batch.tolist() for batch in batches)
        assert all(other == urls for other in others)
        rows = chance.sample(range(len(keys)), ASKED_OF_THE_ORACLE)
        few = [keys[row] for row in rows]
        assert plain.presign_many("PUT", few, **words).tolist() == [urls[row] for row in rows]
        for row in rows:
            assert urls[row] == oracle.presign(case_of(words, keys[row])).url
        compared += len(keys)
    done(f"{len(fast)} kernels agree", urls=compared)
    assert compared > 0
