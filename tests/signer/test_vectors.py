"""The project's own vectors: made by the official Python SDKs, proved without any other file."""

from __future__ import annotations

import make_vectors
import pytest

from support import oracle
from support.casebook import Case, load, problems, result_problems, signer_options
from support.engines import Engine

CASES = load(make_vectors.VECTORS)


def url_of(case: Case) -> str:
    """Returns the SDK's URL, its path in the spelling that every client sends whole."""
    return oracle.respelled(case["expected"]["url"], case["key"])


def test_the_file_is_what_its_script_makes() -> None:
    made = [make_vectors.line(case) for case in make_vectors.cases()]
    assert made == make_vectors.VECTORS.read_text(encoding="ascii").splitlines(keepends=True)


def test_the_file_covers_what_it_should() -> None:
    assert len(CASES) >= 300
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert {case["op"] for case in CASES} == set(oracle.METHODS)
    requests = [oracle.presign(case).canonical_request.encode() for case in CASES]
    assert {len(request) % 64 for request in requests} == set(range(64))
    assert make_vectors.VECTORS.stat().st_size < 600_000


def test_the_oracle_signs_like_the_sdks() -> None:
    assert [case["id"] for case in CASES if oracle.presign(case).url != url_of(case)] == []


@pytest.mark.usefixtures("unissued_keys")
def test_urls_are_those_of_the_sdk_to_the_byte(engine: Engine) -> None:
    found = [
        problem
        for case in CASES
        for problem in problems(engine, case, url_of(case), strict_keys=False)
    ]
    assert found == []


@pytest.mark.usefixtures("unissued_keys")
def test_results_tell_what_the_client_must_send(engine: Engine) -> None:
    found = [
        problem
        for case in CASES
        for problem in result_problems(
            engine.signer(**signer_options(case), strict_keys=False), case
        )
    ]
    assert found == []
