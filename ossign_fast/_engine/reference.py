"""The reference engine: plans over rows with hashlib and hmac, written to be read.

The compiled engine has the same names, signatures, docstrings and errors; what differs is speed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from typing import Any, cast

from .fallback import FALLBACK
from .hashes import (
    DEFAULT_KERNEL,
    KERNELS,
    check_kernel,
    hmac_sha256,
    hmac_sha256_many,
    sha256,
    sha256_many,
)
from .packed import (
    export_array,
    export_schema,
    export_stream,
    first_text,
    import_text,
    offsets_32,
    pack,
    requested_form,
    unpack,
    views,
)
from .plan import (
    FIELD,
    MAX_CONSTANTS,
    MAX_VARYING,
    NOT_UTF8,
    RAW,
    SIGNATURE,
    TOO_MANY,
    TOO_MUCH,
    ColumnError,
    Piece,
    Plan,
)
from .recall import follow, following, gathering, lines, recalling
from .text import Encoder, Value, encoder, in_url

__all__ = (
    "DEFAULT_KERNEL", "ENGINE", "KERNELS", "bind", "check_rows", "cpu_features",
    "export_array", "export_schema", "export_stream", "first_text", "follow", "following",
    "gathering", "hmac_sha256", "hmac_sha256_many", "import_text", "lines", "load_plan",
    "offsets_32", "recalling", "requested_form", "sha256", "sha256_many", "sign_one",
    "sign_packed", "sign_rows", "sign_texts", "signing_key", "unpack", "views",
)  # fmt: skip

ENGINE = "python"

_BLOCK = 64
_INNER_PAD, _OUTER_PAD = (bytes(value ^ pad for value in range(256)) for pad in (0x36, 0x5C))


def cpu_features() -> tuple[str, ...]:
    """Returns the instruction sets of this CPU that the engine could use."""
    return ()


class SigningKey:
    """An HMAC key with its inner and outer hash states; made by `signing_key`."""

    __slots__ = ("inner", "outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK, b"\0")
        self.inner = hashlib.sha256(padded.translate(_INNER_PAD))
        self.outer = hashlib.sha256(padded.translate(_OUTER_PAD))

    def __repr__(self) -> str:
        return "<SigningKey>"


class LoadedPlan:
    """A checked plan with the encoders of its columns; made by `load_plan`."""

    __slots__ = ("encoders", "plan")

    def __init__(self, plan: Plan) -> None:
        _check_plan(plan)
        self.plan = plan
        self.encoders = tuple(encoder(i, column) for i, column in enumerate(plan.columns))

    def __repr__(self) -> str:
        return "<LoadedPlan>"


class Job:
    """A plan with its constants filled in, ready to sign rows; made by `bind`."""

    __slots__ = (
        "canonical",
        "canonical_start",
        "encoders",
        "in_url",
        "inner",
        "outer",
        "url",
        "varying",
    )

    def __init__(
        self,
        loaded: LoadedPlan,
        key: SigningKey,
        preamble: bytes,
        constants: Sequence[Value | None],
    ) -> None:
        plan = loaded.plan
        self.varying = tuple(i for i, constant in enumerate(constants) if constant is None)
        self.encoders = tuple(loaded.encoders[i] for i in self.varying)
        texts, url_texts = _encoded_constants(loaded, constants)
        start, *self.canonical = _fold((b"", *plan.canonical), texts, self.varying)
        self.canonical_start = hashlib.sha256(cast(bytes, start))
        self.url = _fold(plan.url, url_texts, self.varying)
        self.in_url = tuple(in_url(plan.columns[i]) for i in self.varying)
        _check_url(plan, self.url, self.varying)
        self.inner = key.inner.copy()
        self.inner.update(preamble)
        self.outer = key.outer

    def __repr__(self) -> str:
        return "<Job>"

    def sign(self, row: Sequence[bytes]) -> bytes:
        """Returns the URL of one row, given its encoded values."""
        request = self.canonical_start.copy()
        for piece in self.canonical:
            request.update(piece if isinstance(piece, bytes) else row[piece])
        inner = self.inner.copy()
        inner.update(request.hexdigest().encode())
        outer = self.outer.copy()
        outer.update(inner.digest())
        signature = outer.hexdigest().encode()
        return b"".join(
            [
                piece
                if isinstance(piece, bytes)
                else signature
                if piece == SIGNATURE
                else self.in_url[piece](row[piece])
                for piece in self.url
            ]
        )


def signing_key(secret: bytes, steps: Sequence[bytes], kernel: str | None = None) -> SigningKey:
    """Returns the key that the HMAC chain over `steps` yields, starting from `secret`.

    Args:
        secret: Key of the first HMAC.
        steps: Messages; the digest of each is the key of the next.
        kernel: One of `KERNELS`, or None for `DEFAULT_KERNEL`.

    Raises:
        ValueError: `kernel` is not one of `KERNELS`, or `steps` is empty.
    """
    check_kernel(kernel)
    if not steps:
        raise ValueError("steps: must hold at least one message")
    for step in steps:
        secret = hmac.digest(secret, step, "sha256")
    return SigningKey(secret)


def load_plan(plan: Plan) -> LoadedPlan:
    """Returns `plan`, checked and in the engine's own form.

    Raises:
        ValueError: A piece names no column, or the URL is not signed exactly once.
    """
    return LoadedPlan(plan)


def bind(
    plan: LoadedPlan, key: SigningKey, preamble: bytes, constants: Sequence[Value | None]
) -> Job:
    """Returns `plan` with its constants filled in, ready to sign.

    The signature of a row is the hexadecimal HMAC of `preamble` followed by the hexadecimal SHA-256
    of the row's canonical request.

    Args:
        plan: Made by `load_plan` of the same engine.
        key: Made by `signing_key` of the same engine.
        preamble: Start of the string to sign.
        constants: For each column its value, or None where it varies from row to row.

    Raises:
        ColumnError: A constant breaks the rules of its column.
        ValueError: `constants` has too few or too many entries, or the URL would not be ASCII.
    """
    if len(constants) != len(plan.encoders):
        raise ValueError("constants: one is needed for each column")
    return Job(plan, key, preamble, constants)


def sign_one(job: Job, value: Value | None = None, *more: Value | None) -> str:
    """Returns the URL of one row.

    Args:
        job: Made by `bind`.
        value: The value of the first column that varies; left out if none does.
        *more: Those of the others.

    Raises:
        ColumnError: A value breaks the rules of its column.
    """
    values = () if value is None else (value, *more)
    if len(job.varying) != len(values):
        raise ValueError("value: one is needed for each column that varies")
    if len(values) > MAX_VARYING:
        raise ColumnError(job.varying[MAX_VARYING], TOO_MANY)
    row = [encode(value) for encode, value in zip(job.encoders, values, strict=True)]
    return job.sign(row).decode("ascii")


class CheckedRows:
    """The rows of a batch that keep to the rules, ready to be signed; made by `check_rows`.

    Attributes:
        fixed: Whether the values stay what they are, so that signing can wait. Memory of others,
            such as a packed column, may change.
    """

    __slots__ = ("encoded", "job")
    fixed = True

    def __init__(self, job: Job, encoded: Sequence[Sequence[bytes | None]]) -> None:
        self.job = job
        self.encoded = encoded

    def __repr__(self) -> str:
        return "<CheckedRows>"

    def sign(self) -> list[bytes | None]:
        """Returns the URLs, None for null rows."""
        sign = self.job.sign
        return [None if None in row else sign(cast("Any", row)) for row in self.encoded]


def check_rows(
    job: Job,
    columns: Sequence[Sequence[Value | None]],
    keep_nulls: bool = False,
    threads: int = 1,
) -> CheckedRows:
    """Returns the rows of a batch, for `sign_rows` and `sign_texts`.

    Args:
        job: Made by `bind`.
        columns: A sequence for each column that varies, all of one length. None stands for null.
        keep_nulls: Whether a row with a null in a column is null, instead of an error.
        threads: How many threads share the work, where the engine can.

    Raises:
        ColumnError: A value breaks the rules of its column.
    """
    rows = CheckedRows(job, _encoded_rows(job, columns, keep_nulls))
    FALLBACK.tell(len(rows.encoded))
    return rows


def sign_rows(rows: CheckedRows, threads: int = 1) -> tuple[Any, Any, Any]:
    """Returns the URLs of all rows: ASCII in a row, n + 1 int64 offsets into it, and nulls.

    The third item is None where no row is null, else a bitmap as Arrow has it: bit i % 8 of byte
    i // 8 is 1 where row i is not null. A null row has the empty text.

    Args:
        rows: Made by `check_rows`; they can be signed any number of times.
        threads: How many threads share the work, where the engine can.
    """
    return pack(rows.sign())


def sign_texts(rows: CheckedRows, threads: int = 1) -> list[str | None]:
    """Returns the URLs of all rows, None for null rows.

    Arguments are those of `sign_rows`.
    """
    return [None if url is None else url.decode("ascii") for url in rows.sign()]


def sign_packed(
    job: Job, columns: Sequence[Sequence[Value | None]], threads: int = 1, keep_nulls: bool = False
) -> tuple[Any, Any, Any]:
    """Returns what `sign_rows` does, of rows that are checked first.

    Arguments and errors are those of the two.
    """
    return sign_rows(check_rows(job, columns, keep_nulls), threads)


def _encoded_rows(
    job: Job, columns: Sequence[Sequence[Value | None]], keep_nulls: bool
) -> list[Sequence[bytes | None]]:
    if len(columns) != len(job.varying) or not columns:
        raise ValueError("columns: one is needed for each column that varies")
    if len({len(column) for column in columns}) > 1:
        raise ValueError("columns: must be of one length")
    if len(columns) > MAX_VARYING:
        raise ColumnError(job.varying[MAX_VARYING], TOO_MANY)
    encoded = [
        _encode_column(index, encode, values, keep_nulls)
        for index, encode, values in zip(job.varying, job.encoders, columns, strict=True)
    ]
    return list(zip(*encoded, strict=True))


def _encoded_constants(
    loaded: LoadedPlan, constants: Sequence[Value | None]
) -> tuple[dict[int, bytes], dict[int, bytes]]:
    """Returns the constants by their columns, as the canonical request has them and as the URL."""
    texts: dict[int, bytes] = {}
    url_texts: dict[int, bytes] = {}
    total = 0
    for i, constant in enumerate(constants):
        if constant is not None:
            texts[i] = loaded.encoders[i](constant)
            url_texts[i] = in_url(loaded.plan.columns[i])(texts[i])
            total += len(url_texts[i])
            if total > MAX_CONSTANTS:
                raise ColumnError(i, TOO_MUCH)
    return texts, url_texts


def _encode_column(
    index: int, encode: Encoder, values: Sequence[Value | None], keep_nulls: bool
) -> list[bytes | None]:
    encoded: list[bytes | None] = []
    try:
        for value in values:
            encoded.append(None if value is None and keep_nulls else encode(value))  # noqa: PERF401
    except ColumnError as error:
        raise ColumnError(index, error.fault, len(encoded)) from None
    except UnicodeDecodeError:  # of a packed column
        raise ColumnError(index, NOT_UTF8, len(encoded)) from None
    return encoded


def _fold(
    template: Sequence[Piece], texts: dict[int, bytes], varying: Sequence[int]
) -> list[Piece]:
    """Returns `template` with constants merged into literals, columns numbered by `varying`."""
    folded: list[Piece] = []
    for piece in template:
        if isinstance(piece, int) and piece not in texts:
            folded.append(piece if piece == SIGNATURE else varying.index(piece))
            continue
        literal = piece if isinstance(piece, bytes) else texts[piece]
        if folded and isinstance(folded[-1], bytes):
            folded[-1] += literal
        else:
            folded.append(literal)
    return folded


def _check_plan(plan: Plan) -> None:
    for piece in (*plan.canonical, *plan.url):
        if isinstance(piece, int) and not SIGNATURE <= piece < len(plan.columns):
            raise ValueError("plan: a piece names no column")
    for column in plan.columns:
        if any(len(r) > 3 or not r.isascii() for r in (column.refused_start, column.refused_end)):
            raise ValueError("plan: refused_start and _end take up to three ASCII characters")
    if plan.url.count(SIGNATURE) != 1 or SIGNATURE in plan.canonical:
        raise ValueError("plan: the signature belongs into the URL, once")


def _check_url(plan: Plan, url: Sequence[Piece], varying: Sequence[int]) -> None:
    """Makes sure that a URL can only be ASCII."""
    for piece in url:
        if isinstance(piece, bytes):
            if not piece.isascii():
                raise ValueError("plan: the URL has to be ASCII")
        elif piece != SIGNATURE and plan.columns[varying[piece]].encoding in (RAW, FIELD):
            raise ValueError("plan: a raw column cannot vary in the URL")
