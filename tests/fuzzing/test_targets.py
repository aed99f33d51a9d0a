"""What the fuzzer is given to begin with holds, and some changes of it, without the fuzzer."""

from __future__ import annotations

import random

import pytest
from fuzzing import arrow_imports, endpoint_requests, verifying

TARGETS = (arrow_imports, verifying, endpoint_requests)


@pytest.mark.parametrize("target", TARGETS, ids=lambda target: target.__name__.rpartition(".")[2])
def test_seeds_and_changes_of_them(target: object) -> None:
    chance = random.Random(1)
    for seed in target.SEEDS:
        target.check(seed)
        for _ in range(8):
            changed = bytearray(seed)
            for _ in range(chance.randrange(1, 4)):
                at = chance.randrange(len(changed) + 1)
                changed[at : at + chance.randrange(3)] = chance.randbytes(chance.randrange(3))
            target.check(bytes(changed))
