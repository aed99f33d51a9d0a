"""The rules of Signature V4: what plan a shape becomes, what it is bound to, and the key cache."""

from __future__ import annotations

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import oracle
import pytest
from conftest import Engine

from ossign_fast import Credentials, RequestError, _engine_py
from ossign_fast._endpoints import Endpoint
from ossign_fast._plan import DECIMAL, FIELD, LABEL, PATH, SIGNATURE, VALUE, Column, Plan
from ossign_fast._v4 import (
    RESERVED_QUERY,
    Moment,
    Scope,
    Shape,
    SigningKeyCache,
    bind,
    compile_plan,
    is_signed_by_default,
    load_plan,
)

VIRTUAL = Endpoint("https", "oss-cn-hangzhou.aliyuncs.com", "virtual")
PATH_STYLE = Endpoint("http", "127.0.0.1:9000", "path")
CNAME = Endpoint("https", "img.example.com", "cname")
SCOPE = Scope("cn-hangzhou", "oss")
MOMENT = Moment.at(1_709_281_815)


def value(name: str) -> tuple[str, Column]:
    return name, Column(name, VALUE)


def field(name: str) -> tuple[str, Column]:
    return name, Column(name, FIELD, 1)


def shape(**changes: Any) -> Shape:
    plain = Shape("GET", VIRTUAL, "examplebucket", 1, (), (), (), False)
    return plain._replace(**changes)


def shown(template: tuple[Any, ...], plan: Plan) -> str:
    """Returns a template as text, with the names of its columns in braces."""
    return "".join(
        piece.decode()
        if isinstance(piece, bytes)
        else "{signature}"
        if piece == SIGNATURE
        else f"{{{plan.columns[piece].name}}}"
        for piece in template
    )


SIGNED = (
    "x-oss-credential={credentials}&x-oss-date={signing_time}&x-oss-expires={expires}"
    "&x-oss-signature-version=OSS4-HMAC-SHA256"
)
TAIL = (
    "x-oss-signature-version=OSS4-HMAC-SHA256&x-oss-date={signing_time}"
    "&x-oss-expires={expires}&x-oss-credential={credentials}"
)
END = "&x-oss-signature={signature}"
HOST = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com"

# Changes to a plain shape, its canonical request, its URL.
PLANS: dict[str, tuple[dict[str, Any], str, str]] = {
    "plain": (
        {},
        f"GET\n/examplebucket/{{key}}\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"{HOST}/{{key}}?{TAIL}{END}",
    ),
    "bucket": (
        {"key": 0},
        f"GET\n/examplebucket/\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"{HOST}/?{TAIL}{END}",
    ),
    "service": (
        {"key": 0, "bucket": ""},
        f"GET\n/\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"https://oss-cn-hangzhou.aliyuncs.com/?{TAIL}{END}",
    ),
    "path style": (
        {"endpoint": PATH_STYLE},
        f"GET\n/examplebucket/{{key}}\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"http://127.0.0.1:9000/examplebucket/{{key}}?{TAIL}{END}",
    ),
    "own domain": (
        {"endpoint": CNAME},
        f"GET\n/examplebucket/{{key}}\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"https://img.example.com/{{key}}?{TAIL}{END}",
    ),
    "bucket column": (
        {"bucket": None},
        f"GET\n/{{bucket}}/{{key}}\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"https://{{bucket}}.oss-cn-hangzhou.aliyuncs.com/{{key}}?{TAIL}{END}",
    ),
    "bucket column, path style": (
        {"bucket": None, "endpoint": PATH_STYLE},
        f"GET\n/{{bucket}}/{{key}}\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"http://127.0.0.1:9000/{{bucket}}/{{key}}?{TAIL}{END}",
    ),
    "bucket column, own domain": (
        {"bucket": None, "endpoint": CNAME},
        f"GET\n/{{bucket}}/{{key}}\n{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"https://img.example.com/{{key}}?{TAIL}{END}",
    ),
    "query in the caller's order, signed in order of the encoded names": (
        {"query": (value("z"), value("a b"), value("a"), value("a-b"), value("x-oss-process"),
                   value("Ä"), value("~"))},
        "GET\n/examplebucket/{key}\n%C3%84{Ä}&a{a}&a%20b{a b}&a-b{a-b}&"
        f"{SIGNED.replace('&x-oss-signature', '&x-oss-process{x-oss-process}&x-oss-signature')}"
        "&z{z}&~{~}\n\n\nUNSIGNED-PAYLOAD",
        f"{HOST}/{{key}}?z{{z}}&a%20b{{a b}}&a{{a}}&a-b{{a-b}}&x-oss-process{{x-oss-process}}"
        f"&%C3%84{{Ä}}&~{{~}}&{TAIL}{END}",
    ),
    "integers": (
        {"query": (("partNumber", Column("part_number", DECIMAL, 1, 10_000)),)},
        "GET\n/examplebucket/{key}\npartNumber={part_number}&"
        f"{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"{HOST}/{{key}}?partNumber={{part_number}}&{TAIL}{END}",
    ),
    "headers": (
        {"method": "PUT", "headers": (field("content-type"), field("x-oss-meta-a"))},
        f"PUT\n/examplebucket/{{key}}\n{SIGNED}\ncontent-type:{{content-type}}\n"
        "x-oss-meta-a:{x-oss-meta-a}\n\n\nUNSIGNED-PAYLOAD",
        f"{HOST}/{{key}}?{TAIL}{END}",
    ),
    "payload": (
        {"headers": (field("x-oss-content-sha256"),)},
        f"GET\n/examplebucket/{{key}}\n{SIGNED}\nx-oss-content-sha256:{{x-oss-content-sha256}}\n"
        "\n\n{x-oss-content-sha256}",
        f"{HOST}/{{key}}?{TAIL}{END}",
    ),
    "additional headers and token": (
        {"headers": (field("host"), field("range")), "additional": ("host", "range"), "token": True},
        "GET\n/examplebucket/{key}\nx-oss-additional-headers=host%3Brange&x-oss-credential="
        "{credentials}&x-oss-date={signing_time}&x-oss-expires={expires}&x-oss-security-token="
        "{security_token}&x-oss-signature-version=OSS4-HMAC-SHA256\nhost:{host}\nrange:{range}\n\n"
        "host;range\nUNSIGNED-PAYLOAD",
        f"{HOST}/{{key}}?{TAIL}&x-oss-security-token={{security_token}}"
        f"&x-oss-additional-headers=host%3Brange{END}",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANS)
def test_plans(name: str) -> None:
    changes, canonical, url = PLANS[name]
    plan = compile_plan(shape(**changes))
    assert shown(plan.canonical, plan) == canonical
    assert shown(plan.url, plan) == url


def test_columns_come_in_the_order_of_the_constants() -> None:
    full = shape(
        bucket=None, query=(value("q"),), headers=(field("h"),), additional=("h",), token=True
    )
    assert [column.name for column in compile_plan(full).columns] == [
        "key", "bucket", "q", "h", "signing_time", "credentials", "expires", "security_token",
    ]  # fmt: skip


def test_the_rules_of_the_columns() -> None:
    columns = {c.name: c for c in compile_plan(shape(bucket=None)).columns}
    assert columns["key"] == Column("key", PATH, 1, 1023, "/\\")
    assert columns["bucket"] == Column("bucket", LABEL, 3, 63)
    assert columns["expires"] == Column("expires", DECIMAL, 1, 604_800)
    assert compile_plan(shape(key=2)).columns[0] == Column("key", PATH, 1, 1023, "")


@pytest.mark.parametrize(
    ("name", "signed"),
    [
        ("content-type", True),
        ("content-md5", True),
        ("x-oss-meta-a", True),
        ("x-oss-", True),
        ("x-oss", False),
        ("content-length", False),
        ("host", False),
        ("range", False),
    ],
)
def test_headers_that_are_always_signed(name: str, signed: bool) -> None:
    assert is_signed_by_default(name) is signed


def test_reserved_query_names_are_those_a_plan_writes() -> None:
    plan = compile_plan(shape(additional=("host",), headers=(field("host"),), token=True))
    query = shown(plan.url, plan).partition("?")[2]
    assert {pair.partition("=")[0] for pair in query.split("&")} == RESERVED_QUERY


def test_plans_are_cached_by_shape_and_engine(engine: Engine) -> None:
    one = load_plan(shape(method="POST"), engine.module)
    assert load_plan(shape(method="POST"), engine.module) is one
    assert load_plan(shape(method="PUT"), engine.module) is not one
    assert load_plan.cache_info().maxsize and compile_plan.cache_info().maxsize  # noqa: PT018
    if engine.module is not _engine_py:
        assert type(load_plan(shape(method="POST"), _engine_py)) is not type(one)


# Moments


@pytest.mark.parametrize(
    ("second", "date"),
    [
        (0, "19700101T000000Z"),
        (1_709_251_199, "20240229T235959Z"),
        (1_709_251_200, "20240301T000000Z"),
        (253_402_300_799, "99991231T235959Z"),
    ],
)
def test_moments(second: int, date: str) -> None:
    assert Moment.at(second) == (second, date, date[:8])


@pytest.mark.parametrize("second", [-1, 253_402_300_800, 10**12, 10**18, 10**30, -(10**30)])
def test_moments_outside_the_calendar_are_refused(second: int) -> None:
    with pytest.raises(RequestError, match="^signing_time: must lie in the years 1970..9999$"):
        Moment.at(second)


# Binding


@pytest.mark.parametrize("token", [None, "token/+=="])
def test_a_bound_plan_signs_like_the_oracle(engine: Engine, token: str | None) -> None:
    query = (value("b"), value("a"))
    asked = shape(
        method="PUT", query=query, headers=(field("content-type"),), token=token is not None
    )
    job = bind(
        asked,
        (None, "1 2", "", " text/plain "),
        MOMENT,
        SCOPE,
        Credentials("id", "secret", token),
        expires=60,
        engine=engine.module,
        kernel=engine.kernel,
    )
    case = {
        "op": "PutObject", "bucket": "examplebucket", "key": "a b", "region": "cn-hangzhou",
        "access_key_id": "id", "access_key_secret": "secret", "security_token": token,
        "query": {"b": "1 2", "a": ""}, "headers": {"Content-Type": "text/plain"},
        "expires_seconds": 60, "signing_time": "2024-03-01T08:30:15Z",
    }  # fmt: skip
    assert engine.module.sign_one(job, "a b") == oracle.presign(case).url


def test_the_expiry_may_vary(engine: Engine) -> None:
    job = bind(
        shape(), (None,), MOMENT, SCOPE, Credentials("id", "secret"), expires=None,
        engine=engine.module, kernel=engine.kernel,
    )  # fmt: skip
    data, offsets, _ = engine.module.sign_packed(job, [["a", "b"], [1, 604_800]])
    case = {
        "op": "GetObject", "bucket": "examplebucket", "region": "cn-hangzhou",
        "access_key_id": "id", "access_key_secret": "secret",
        "signing_time": "2024-03-01T08:30:15Z",
    }  # fmt: skip
    assert engine.module.unpack(data, offsets) == [
        oracle.presign({**case, "key": "a", "expires_seconds": 1}).url,
        oracle.presign({**case, "key": "b", "expires_seconds": 604_800}).url,
    ]


# The cache of signing keys


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
        ("s\na", "b", "c"), ("s", "a", "b"), ("s\na\nb", "c", "c"), ("sa", "b", "c"), ("s", "ab", "c"),
        ("s", "a", "bc"),
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
