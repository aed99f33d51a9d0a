"""Each way to sign or verify one request, with values of old and with new ones."""

from __future__ import annotations

from collections.abc import Callable

import calls
import pytest
from answers import WrongAnswerError
from calls import CALLS, NEW, Call, make_call
from pytest_benchmark.fixture import BenchmarkFixture
from workload import engines, make_keys

BEST = engines()[0]
KEYS = make_keys(4)


@pytest.mark.parametrize("name", CALLS)
def test_call(benchmark: BenchmarkFixture, name: str) -> None:
    call = make_call(name, BEST)
    benchmark.group = name.removesuffix(NEW)
    benchmark(call, KEYS[0])


@pytest.mark.parametrize("name", [name for name in CALLS if name.endswith(NEW)])
def test_new_values_are_new(name: str) -> None:
    """Signed for one key and at one second, nothing but the value can make a difference."""
    same, new = (make_call(each, BEST) for each in (name.removesuffix(NEW), name))
    for call, different in ((same, 1), (new, 4)):
        for _ in range(50):
            signed = {str(getattr(made, "url", made)) for made in (call(KEYS[0]) for _ in range(4))}
            if len(signed) == different:  # not if the clock ticked meanwhile
                break
        assert len(signed) == different


@pytest.mark.parametrize(
    "spoil", [lambda url: f"{url[:-1]}!", lambda url: url.replace("0.json", "1.json")]
)
def test_a_call_that_signs_wrong_is_not_timed(
    spoil: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    good = CALLS[calls.URL]
    wrong = Call(lambda signer: lambda key: spoil(good.make(signer)(key)), good.check)
    monkeypatch.setitem(CALLS, calls.URL, wrong)
    with pytest.raises(WrongAnswerError):
        make_call(calls.URL, BEST)
