"""What a request may hold at most: far less than what lengths of 32 bits could count."""

from __future__ import annotations

import pytest

from ossign_fast import VARIES, Credentials, RequestError
from ossign_fast._engine.plan import (
    MAX_CONSTANTS,
    MAX_VARYING,
    QUERY,
    SIGNATURE,
    TOO_MANY,
    TOO_MUCH,
    VALUE,
    Column,
    ColumnError,
    Plan,
)
from support.engine import bind, sign, signed
from support.engines import Engine

MIB = 1 << 20


def plan_of(columns: int, encoding: str = QUERY) -> Plan:
    pieces = tuple(range(columns))
    return Plan(pieces, (b"/", *pieces, SIGNATURE), (Column("c", encoding),) * columns)


def test_constants_up_to_the_limit_are_signed_and_one_byte_more_is_not(engine: Engine) -> None:
    values = ["\xfc" * 1000, "x" * (MIB - 6000), *["x" * MIB] * (MAX_CONSTANTS // MIB - 1)]
    plan = plan_of(len(values) + 1)
    texts = [value.replace("\xfc", "%C3%BC").encode() for value in values]
    assert sum(map(len, texts)) == MAX_CONSTANTS
    [url] = sign(engine, bind(engine, plan, [*values, None]), [[""]])
    assert url == signed(plan, [*texts, b""])
    with pytest.raises(ColumnError) as caught:
        bind(engine, plan, [*values, "y"])
    assert (caught.value.column, caught.value.fault, caught.value.row) == (
        len(values), TOO_MUCH, None,
    )  # fmt: skip


def test_what_the_encoding_adds_is_counted(engine: Engine) -> None:
    values = ["x" * MIB] * (MAX_CONSTANTS // MIB)
    with pytest.raises(ColumnError) as caught:
        bind(engine, plan_of(len(values), VALUE), values)
    assert (caught.value.column, caught.value.fault) == (len(values) - 1, TOO_MUCH)


def test_so_many_columns_may_vary_and_one_more_may_not(engine: Engine) -> None:
    plan = plan_of(MAX_VARYING + 2)
    rows = [["a", "b"]] * MAX_VARYING
    job = bind(engine, plan, ["-", "-", *[None] * MAX_VARYING])
    assert [url[:6] for url in sign(engine, job, rows)] == ["/--aaa", "/--bbb"]
    job = bind(engine, plan, ["-", *[None] * (MAX_VARYING + 1)])
    with pytest.raises(ColumnError) as caught:
        sign(engine, job, [*rows, ["c", "d"]])
    assert (caught.value.column, caught.value.fault) == (MAX_VARYING + 1, TOO_MANY)


def test_a_user_is_told_the_field(engine: Engine) -> None:
    signer = engine.signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=Credentials("id", "secret")
    )
    query = {f"q{i:02}": "\xfc" * (MIB // 2) for i in range(9)}
    with pytest.raises(RequestError, match=r"q05.*16 MiB once encoded; shorten or leave out"):
        signer.bind("GET", query=query).url("k")
    with pytest.raises(RequestError, match=r"headers.*makes the request too large"):
        signer.bind("GET", headers={f"x-oss-{i:02}": "v" * MIB for i in range(17)}).url("k")
    names = [f"q{i:03}" for i in range(MAX_VARYING)]
    with pytest.raises(RequestError, match=r"q511.*at most 512 values may differ"):
        signer.presign_many("GET", ["k"], query={name: ["v"] for name in names})
    bound = signer.bind("GET", query=dict.fromkeys(names, VARIES))
    with pytest.raises(RequestError, match=r"q511.*at most 512 values may differ"):
        bound.url("k", dict.fromkeys(names, "v"))
    long = {f"q{i:02}": "\xfc" * (MIB // 2) for i in range(9)}  # a row of one call, not bound
    assert len(signer.presign("GET", "k", query=long).url) > 9 * (MIB // 2) * len("%C3%BC")
    with pytest.raises(RequestError, match=r"query.*names of more than 1048576 characters"):
        signer.presign("GET", "k", query={"q" * (MIB + 1): "v"})
