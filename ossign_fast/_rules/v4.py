"""Signature V4, in the query or in headers: what is signed and in which order, compiled into plans.

The source of the rules is the OSS documentation, "Include a V4 signature in a URL" and "Include a
V4 signature in the Authorization header"; where it is silent they follow what the official SDKs
agree on. The layout of URL and header is that of the PyPI package alibabacloud-oss-v2.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from contextlib import suppress
from typing import Any, NamedTuple

from .._credentials.credentials import CredentialsLike
from .._engine import engine as default_engine
from .._engine.plan import (
    DECIMAL,
    FIELD,
    QUERY,
    RAW,
    SIGNATURE,
    VALUE,
    Column,
    Piece,
    Plan,
)
from .._engine.text import quote
from .bounded import remembered
from .endpoints import Endpoint
from .shape import (
    DATE_HEADER,
    RESERVED_QUERY,
    TOKEN_HEADER,
    Moment,
    Shape,
    asked_columns,
    check_header_id,
    http_date,
    is_signed_by_default,
)

__all__ = (
    "MAX_EXPIRES",
    "PAYLOAD_HEADER",
    "RESERVED_HEADERS",
    "UNSIGNED_PAYLOAD",
    "VERSION",
    "Scope",
    "SigningKeyCache",
    "bind",
    "columns_of",
    "compile_plan",
    "is_reserved_query",
    "is_signed_by_default",
    "load_plan",
    "signature_headers",
)

VERSION = "v4"
ALGORITHM = "OSS4-HMAC-SHA256"
TERMINATOR = "aliyun_v4_request"
UNSIGNED_PAYLOAD = "UNSIGNED-PAYLOAD"
PAYLOAD_HEADER = "x-oss-content-sha256"

MAX_EXPIRES = 604800

#: Header names that nobody but the signature may write, by what carries it.
RESERVED_HEADERS = {
    "query": frozenset({DATE_HEADER, "authorization"}),
    "header": frozenset({DATE_HEADER, "authorization", "date", TOKEN_HEADER}),
}

_DATE = Column("signing_time", RAW)
_CREDENTIAL = Column("credentials", QUERY)
_EXPIRES = Column("expires", DECIMAL, 1, MAX_EXPIRES)
_TOKEN = Column("security_token", QUERY)
_CREDENTIAL_FIELD = Column("credentials", FIELD, 1)
_TOKEN_FIELD = Column("security_token", FIELD, 1)


def is_reserved_query(name: str) -> bool:
    """Returns whether the query parameter `name` is one that the signature itself writes."""
    return name.lower() in RESERVED_QUERY


@remembered(1024, 4 << 20)
def load_plan(shape: Shape, engine: Any) -> Any:
    """Returns the plan of `shape` in the form of `engine`."""
    return engine.load_plan(compile_plan(shape))


@remembered(1024, 4 << 20)
def compile_plan(shape: Shape) -> Plan:
    """Returns the plan of `shape`; where headers carry the signature, Authorization is its "URL".

    Its columns are, in this order: those of `asked_columns`, the signing time, the credential, the
    expiry (of a URL) and the token.
    """
    columns = asked_columns(shape)
    asked = iter(range(len(columns)))

    def column(rules: Column) -> int:
        columns.append(rules)
        return len(columns) - 1

    key = next(asked) if shape.key else b""
    bucket = next(asked) if shape.bucket is None else shape.bucket.encode()
    query = [_pair(name, rules, next(asked)) for name, rules in shape.query]
    headers = [(name, next(asked)) for name, _ in shape.headers]
    output: list[Piece]
    if shape.carrier == "query":
        query += _signature_parameters(shape, column)
        output = [*_base(shape.endpoint, bucket, key), b"?", *_joined(query), b"&x-oss-signature="]
    else:
        headers.append((DATE_HEADER, column(_DATE)))
        output = _authorization(shape.additional, column(_CREDENTIAL_FIELD))
        if shape.token:
            headers.append((TOKEN_HEADER, column(_TOKEN_FIELD)))
    canonical = _canonical_request(shape, bucket, key, query, sorted(headers))
    return Plan(tuple(canonical), (*output, SIGNATURE), tuple(columns))


def columns_of(shape: Shape) -> tuple[Column, ...]:
    """Returns the columns of requests of `shape`, in the order of `compile_plan`."""
    return compile_plan(shape).columns


_Pair = tuple[bytes, tuple[Piece, ...]]


def _canonical_request(
    shape: Shape, bucket: Piece, key: Piece, query: list[_Pair], headers: list[tuple[str, int]]
) -> list[Piece]:
    canonical = [
        shape.method.encode() + b"\n",
        *([b"/", bucket, b"/", key] if bucket != b"" else [b"/"]),
        b"\n",
        *_joined(sorted(query, key=lambda pair: pair[0])),
        b"\n",
    ]
    for name, index in headers:
        canonical += [name.encode() + b":", index, b"\n"]
    payload = dict(headers).get(PAYLOAD_HEADER, UNSIGNED_PAYLOAD.encode())
    return [*canonical, b"\n", ";".join(shape.additional).encode(), b"\n", payload]


def _authorization(additional: tuple[str, ...], credential: int) -> list[Piece]:
    listed = f",AdditionalHeaders={';'.join(additional)}" if additional else ""
    return [f"{ALGORITHM} Credential=".encode(), credential, f"{listed},Signature=".encode()]


def _pair(name: str, rules: Column, index: int) -> _Pair:
    encoded = quote(name, safe="").encode()
    separator = b"" if rules.encoding == VALUE else b"="
    return encoded, (encoded + separator, index)


def _signature_parameters(shape: Shape, column: Any) -> list[_Pair]:
    """Returns the parameters of the signature, in the order they have in the URL."""
    version = b"x-oss-signature-version"
    parameters: list[_Pair] = [(version, (version + b"=" + ALGORITHM.encode(),))]
    named = [("x-oss-date", _DATE), ("x-oss-credential", _CREDENTIAL), ("x-oss-expires", _EXPIRES)]
    if shape.token:
        named.append(("x-oss-security-token", _TOKEN))
    pairs = {name: _pair(name, rules, column(rules)) for name, rules in named}
    parameters += [pairs.pop(name) for name in ("x-oss-date", "x-oss-expires", "x-oss-credential")]
    parameters += pairs.values()
    if shape.additional:
        name = b"x-oss-additional-headers"
        listed = quote(";".join(shape.additional), safe="").encode()
        parameters.append((name, (name + b"=" + listed,)))
    return parameters


def _joined(pairs: list[_Pair]) -> list[Piece]:
    pieces: list[Piece] = []
    for _, pair in pairs:
        pieces += (b"&", *pair) if pieces else pair
    return pieces


def _base(endpoint: Endpoint, bucket: Piece, key: Piece) -> list[Piece]:
    if bucket == b"" or endpoint.style == "cname":
        return [endpoint.base(None).encode() + b"/", key]
    before, after = endpoint.around_bucket()
    return [before.encode(), bucket, after.encode() + b"/", key]


def signature_headers(moment: Moment, credentials: CredentialsLike) -> dict[str, str]:
    """Returns the headers that a signature in Authorization needs beside it and the payload's."""
    headers = {DATE_HEADER: moment.date, "Date": http_date(moment.second)}
    if credentials.security_token:
        headers[TOKEN_HEADER] = credentials.security_token.strip(" \t")
    return headers


class Scope(NamedTuple):
    """Where a signing key is good for, besides its day."""

    region: str
    product: str


def bind(
    shape: Shape,
    values: tuple[Any, ...],
    moment: Moment,
    scope: Scope,
    credentials: CredentialsLike,
    *,
    expires: int | None,
    engine: Any = default_engine,
    kernel: str | None = None,
) -> Any:
    """Returns the engine's job for requests of `shape`, signed with `credentials` at `moment`.

    Args:
        shape: Shape of the request; it has a token exactly where the credentials do.
        values: For each column up to the headers its value, or None where it varies.
        moment: The signing time.
        scope: Region and product.
        credentials: One snapshot.
        expires: Seconds, or None where it varies; not looked at where headers carry the signature.
        engine: The engine to run on.
        kernel: One of its kernels, or None for its default.

    Raises:
        ColumnError: A value breaks the rules of its column.
        CredentialsError: The access key id cannot be written into a header.
    """
    scope_text = f"{moment.day}/{scope.region}/{scope.product}/{TERMINATOR}"
    key = _signing_keys.get(engine, kernel, credentials.access_key_secret or "", moment.day, scope)
    constants = (*values, moment.date, f"{credentials.access_key_id}/{scope_text}")
    if shape.carrier == "query":
        constants += (expires,)
    else:
        check_header_id(credentials)
    if credentials.security_token:
        constants += (credentials.security_token,)
    preamble = f"{ALGORITHM}\n{moment.date}\n{scope_text}\n".encode()
    return engine.bind(load_plan(shape, engine), key, preamble, constants)


class SigningKeyCache:
    """Signing keys by secret, day, region and product: bounded, safe across threads.

    A secret is not kept: its place in the cache is a keyed hash under a random key of this process.
    A key of a new day makes those of days before it go.

    There is no lock that a forked child or a signal handler could find held: each step is one
    that a dict does whole, and at worst a key is derived twice.
    """

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._pepper = os.urandom(32)
        self._keys: OrderedDict[tuple[str, bytes, str, str | None], Any] = OrderedDict()

    def __len__(self) -> int:
        return len(self._keys)

    def get(self, engine: Any, kernel: str | None, secret: str, day: str, scope: Scope) -> Any:
        """Returns the signing key, derived at its first use."""
        name = f"{secret}\n{scope.region}\n{scope.product}".encode()
        digest = default_engine.hmac_sha256(self._pepper, name)
        place = (day, digest, engine.ENGINE, kernel)
        key = self._keys.get(place)
        if key is not None:
            with suppress(KeyError):  # another thread has just dropped it
                self._keys.move_to_end(place)
            return key
        steps = [part.encode() for part in (day, scope.region, scope.product, TERMINATOR)]
        key = engine.signing_key(b"aliyun_v4" + secret.encode(), steps, kernel)
        self._keys[place] = key
        known = list(self._keys)
        kept = [place for place in known if place[0] >= day][-self._size :]
        for past in {*known}.difference(kept):
            self._keys.pop(past, None)
        return key


_signing_keys = SigningKeyCache()
