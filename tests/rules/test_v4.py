"""The rules of Signature V4: what plan a shape becomes, and what it is bound to."""

from __future__ import annotations

from typing import Any

import pytest

from ossign_fast import Credentials, RequestError
from ossign_fast._engine import reference
from ossign_fast._engine.plan import DECIMAL, FIELD, LABEL, PATH, SIGNATURE, VALUE, Column, Plan
from ossign_fast._rules.bounded import size_of
from ossign_fast._rules.endpoints import Endpoint
from ossign_fast._rules.shape import RESERVED_QUERY, Moment, Shape, is_signed_by_default
from ossign_fast._rules.v4 import Scope, bind, compile_plan, load_plan
from support import oracle
from support.engines import Engine

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
        ("GET\n/examplebucket/{key}\n%C3%84{Ä}&a{a}&a%20b{a b}&a-b{a-b}&"
         f"{SIGNED.replace('&x-oss-signature', '&x-oss-process{x-oss-process}&x-oss-signature')}"
         "&z{z}&~{~}\n\n\nUNSIGNED-PAYLOAD"),
        (f"{HOST}/{{key}}?z{{z}}&a%20b{{a b}}&a{{a}}&a-b{{a-b}}&x-oss-process{{x-oss-process}}"
         f"&%C3%84{{Ä}}&~{{~}}&{TAIL}{END}"),
    ),
    "integers": (
        {"query": (("partNumber", Column("part_number", DECIMAL, 1, 10_000)),)},
        f"GET\n/examplebucket/{{key}}\npartNumber={{part_number}}&{SIGNED}\n\n\nUNSIGNED-PAYLOAD",
        f"{HOST}/{{key}}?partNumber={{part_number}}&{TAIL}{END}",
    ),
    "headers": (
        {"method": "PUT", "headers": (field("content-type"), field("x-oss-meta-a"))},
        (f"PUT\n/examplebucket/{{key}}\n{SIGNED}\ncontent-type:{{content-type}}\n"
         "x-oss-meta-a:{x-oss-meta-a}\n\n\nUNSIGNED-PAYLOAD"),
        f"{HOST}/{{key}}?{TAIL}{END}",
    ),
    "payload": (
        {"headers": (field("x-oss-content-sha256"),)},
        (f"GET\n/examplebucket/{{key}}\n{SIGNED}\nx-oss-content-sha256:{{x-oss-content-sha256}}\n"
         "\n\n{x-oss-content-sha256}"),
        f"{HOST}/{{key}}?{TAIL}{END}",
    ),
    "additional headers and token": (
        {"headers": (field("host"), field("range")), "additional": ("host", "range"),
         "token": True},
        ("GET\n/examplebucket/{key}\nx-oss-additional-headers=host%3Brange&x-oss-credential="
         "{credentials}&x-oss-date={signing_time}&x-oss-expires={expires}&x-oss-security-token="
         "{security_token}&x-oss-signature-version=OSS4-HMAC-SHA256\nhost:{host}\nrange:{range}"
         "\n\nhost;range\nUNSIGNED-PAYLOAD"),
        (f"{HOST}/{{key}}?{TAIL}&x-oss-security-token={{security_token}}"
         f"&x-oss-additional-headers=host%3Brange{END}"),
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
    assert columns["key"] == Column("key", PATH, 1, 1023, "/\\", "\r\n")
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
    if engine.module is not reference:
        assert type(load_plan(shape(method="POST"), reference)) is not type(one)


def test_plans_of_long_names_take_little_room(engine: Engine) -> None:
    for length in (60_000, 90_000):
        for number in range(80):
            named = shape(query=((f"{number}" + "x" * length, Column("q", VALUE)),))
            load_plan(named, engine.module)
    for kept in (load_plan.known, compile_plan.known):  # type: ignore[attr-defined]
        assert sum(map(size_of, kept)) <= 4 << 20
        assert max(map(size_of, kept)) in range(60_000, 65_537)


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
    with pytest.raises(RequestError, match=r"^signing_time: must lie in the years 1970..9999$"):
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
