"""Plans signed with hashlib and hmac alone: what every engine must answer."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from typing import Any

from ossign_fast._engine.plan import PATH, SIGNATURE, Column, Piece, Plan
from support.engines import Engine

SECRET = b"seam-secret-0123456789"
STEPS = (b"20240301", b"cn-hangzhou", b"oss", b"request")
PREAMBLE = b"ALGORITHM\n20240301T083015Z\n20240301/cn-hangzhou/oss/request\n"
KEY_COLUMN = Column("key", PATH)


def _chained(secret: bytes, steps: Sequence[bytes]) -> bytes:
    for step in steps:
        secret = hmac.new(secret, step, hashlib.sha256).digest()
    return secret


_KEY = hmac.new(_chained(SECRET, STEPS), digestmod=hashlib.sha256)


def signed(
    plan: Plan,
    texts: Sequence[bytes],
    preamble: bytes = PREAMBLE,
    in_url: Sequence[bytes] | None = None,
) -> str:
    """Returns the URL of one row, given the encoded text of each column; `in_url` may differ."""
    canonical = _filled(plan.canonical, texts, b"")
    code = _KEY.copy()
    code.update(preamble + hashlib.sha256(canonical).hexdigest().encode())
    texts = texts if in_url is None else in_url
    return _filled(plan.url, texts, code.hexdigest().encode()).decode("ascii")


def _filled(template: Sequence[Piece], texts: Sequence[bytes], signature: bytes) -> bytes:
    return b"".join(
        piece if isinstance(piece, bytes) else signature if piece == SIGNATURE else texts[piece]
        for piece in template
    )


def bind(
    engine: Engine,
    plan: Plan,
    constants: Sequence[Any] | None = None,
    preamble: bytes = PREAMBLE,
) -> Any:
    """Returns the job of `plan` on `engine`; without constants all columns vary."""
    module = engine.module
    key = module.signing_key(SECRET, STEPS, engine.kernel)
    constants = [None] * len(plan.columns) if constants is None else constants
    return module.bind(module.load_plan(plan), key, preamble, constants)


def sign(engine: Engine, job: Any, columns: Sequence[Any], threads: int = 1) -> list[str]:
    """Returns the URLs of a batch in which no row is null."""
    data, offsets, validity = engine.module.sign_packed(job, columns, threads)
    assert validity is None
    urls: list[str] = engine.module.unpack(data, offsets)
    return urls


def every_way(engine: Engine, job: Any, columns: Sequence[Any]) -> Iterator[list[str]]:
    """Yields the URLs of a batch, packed and as str; where one column varies, of its rows alone."""
    yield sign(engine, job, columns)
    yield engine.module.sign_texts(engine.module.check_rows(job, columns))
    if len(columns) == 1:
        yield [engine.module.sign_one(job, value) for value in columns[0]]
