"""The cache of signing keys: derived once, forgotten in time, and no secret in it."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from ossign_fast._engine.plan import SIGNATURE, Plan
from ossign_fast._rules.v4 import Scope, SigningKeyCache
from support.engines import Engine

SCOPE = Scope("cn-hangzhou", "oss")


class CountingEngine:
    """Derives keys that tell what they were made of."""

    ENGINE = "counting"

    def __init__(self, name: str = "counting") -> None:
        self.ENGINE = name
        self.derived: list[tuple[bytes, tuple[bytes, ...], str | None]] = []

    def signing_key(self, secret: bytes, steps: list[bytes], kernel: str | None) -> Any:
        self.derived.append((secret, tuple(steps), kernel))
        return SimpleNamespace(number=len(self.derived))


def test_a_key_is_derived_once_per_day_secret_region_and_product() -> None:
    cache, engine = SigningKeyCache(), CountingEngine()
    places = [
        ("secret", "20240301", SCOPE),
        ("other", "20240301", SCOPE),
        ("secret", "20240301", Scope("cn-beijing", "oss")),
        ("secret", "20240301", Scope("cn-hangzhou", "oss-cloudbox")),
    ]
    first = [cache.get(engine, None, *place) for place in places]
    again = [cache.get(engine, None, *place) for place in places]
    assert [key.number for key in first] == [1, 2, 3, 4]
    assert all(a is b for a, b in zip(first, again, strict=True))
    assert engine.derived == [
        (b"aliyun_v4" + secret.encode(),
         (day.encode(), scope.region.encode(), scope.product.encode(), b"aliyun_v4_request"), None)
        for secret, day, scope in places
    ]  # fmt: skip
    assert len(cache) == 4


def test_engines_and_kernels_have_keys_of_their_own() -> None:
    cache = SigningKeyCache()
    engines = [CountingEngine("a"), CountingEngine("b")]
    keys = [
        cache.get(engine, kernel, "secret", "20240301", SCOPE)
        for engine in engines
        for kernel in (None, "x", "y")
    ]
    assert len({id(key) for key in keys}) == 6


def test_parts_do_not_run_into_each_other() -> None:
    cache, engine = SigningKeyCache(), CountingEngine()
    for secret, region, product in (
        ("s\na", "b", "c"), ("s", "a", "b"), ("s\na\nb", "c", "c"), ("sa", "b", "c"),
        ("s", "ab", "c"), ("s", "a", "bc"),
    ):  # fmt: skip
        cache.get(engine, None, secret, "20240301", Scope(region, product))
    assert len(engine.derived) == 6


def test_the_cache_is_bounded_and_forgets_what_was_not_used() -> None:
    cache, engine = SigningKeyCache(size=3), CountingEngine()
    for secret in "abcadaeaf":
        cache.get(engine, None, secret, "20240301", SCOPE)
        assert len(cache) <= 3
    assert [secret[-1:] for secret, _, _ in engine.derived] == [b"a", b"b", b"c", b"d", b"e", b"f"]
    cache.get(engine, None, "c", "20240301", SCOPE)
    assert len(engine.derived) == 7


def test_a_new_day_makes_earlier_ones_go() -> None:
    cache, engine = SigningKeyCache(), CountingEngine()
    for secret in "abc":
        cache.get(engine, None, secret, "20240229", SCOPE)
    kept = cache.get(engine, None, "a", "20240302", SCOPE)
    assert len(cache) == 1
    cache.get(engine, None, "a", "20240301", SCOPE)  # an earlier day takes nothing away
    assert cache.get(engine, None, "a", "20240302", SCOPE) is kept
    assert len(cache) == 2
    cache.get(engine, None, "b", "20240303", SCOPE)
    assert len(cache) == 1


def test_a_far_day_does_not_stop_the_forgetting() -> None:
    cache, engine = SigningKeyCache(), CountingEngine()
    cache.get(engine, None, "a", "99991231", SCOPE)
    for day in ("20240301", "20240302", "20240303"):
        cache.get(engine, None, "a", day, SCOPE)
    assert len(cache) == 2


def reachable(root: object) -> list[object]:
    """Returns all that the garbage collector finds behind `root`, but for code and classes."""
    found: dict[int, object] = {}
    waiting = [root]
    while waiting:
        item = waiting.pop()
        if id(item) not in found and not isinstance(item, (type, type(gc), type(reachable))):
            found[id(item)] = item
            waiting += gc.get_referents(item)
    return list(found.values())


def test_the_cache_holds_no_secret(engine: Engine) -> None:
    cache = SigningKeyCache()
    secret = "cached-secret-0123456789"
    cache.get(engine.module, engine.kernel, secret, "20240301", SCOPE)
    held = reachable(cache)
    assert len(held) > 5
    for item in held:
        if isinstance(item, (str, bytes)):
            assert secret not in (item if isinstance(item, str) else item.decode("latin-1"))
    assert secret not in repr(cache)


def test_two_caches_hide_a_secret_in_different_ways() -> None:
    engine = CountingEngine()
    caches = SigningKeyCache(), SigningKeyCache()
    for cache in caches:
        cache.get(engine, None, "secret", "20240301", SCOPE)
    first, second = ([*cache._keys] for cache in caches)
    assert first != second


def test_threads_share_a_small_cache(engine: Engine) -> None:
    """Keys come and go while threads use them, across midnight, and each signs as it should."""
    cache = SigningKeyCache(size=2)
    days = ("20240229", "20240301")
    plan = Plan((b"x",), (SIGNATURE,), ())
    module = engine.module

    def signature(key: Any) -> str:
        text: str = module.sign_one(module.bind(module.load_plan(plan), key, b"", ()))
        return text

    def expected(secret: str, day: str) -> str:
        steps = [part.encode() for part in (day, *SCOPE, "aliyun_v4_request")]
        return signature(module.signing_key(b"aliyun_v4" + secret.encode(), steps, engine.kernel))

    wanted = {(secret, day): expected(secret, day) for secret in "abc" for day in days}
    barrier = threading.Barrier(6)

    def work(number: int) -> None:
        barrier.wait(10)
        for turn in range(60):
            secret, day = "abc"[(number + turn) % 3], days[turn > 30]
            key = cache.get(module, engine.kernel, secret, day, SCOPE)
            assert signature(key) == wanted[secret, day]

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert len(cache) <= 2
