"""Ways to sign many keys: the rows that the benchmarks time and that the targets are set for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from typing import Any, NamedTuple

from answers import WrongAnswerError, check_granted
from measure import Task, call_task
from workload import EXPIRES, REGION, TOKEN, Installed, credentials, make_keys, pack

import ossign_fast
from ossign_fast import UrlBatch

MILLION = 1_000_000
#: What the documentation advises for long lists: URLs that fit a cache, before they become str.
SLICE = 1_024
CHECKED = 101
UPLOAD_ID = "0004B9895DBBB6EC98E"
TYPES = ("application/json", "text/plain", "image/jpeg", "video/mp4")

Sign = Callable[[Any], UrlBatch]


def dropped(sign: Sign, keys: Any) -> int:
    """Gives the memory of the batch back, for the next call to take."""
    return len(sign(keys))


def kept(sign: Sign, keys: Any) -> UrlBatch:
    """Hands the batch out; one of a million URLs lies in memory fresh from the system."""
    return sign(keys)


def listed(sign: Sign, keys: Any) -> list[str]:
    return sign(keys).tolist()


def listed_in_slices(sign: Sign, keys: Any) -> list[str]:
    urls: list[str] = []
    for start in range(0, len(keys), SLICE):
        urls += sign(keys[start : start + SLICE]).tolist()
    return urls


def iterated(sign: Sign, keys: Any) -> int:
    return sum(1 for _ in sign(keys))


def no_options(size: int) -> dict[str, Any]:
    return {}


def part_number(size: int) -> dict[str, Any]:
    return {"upload_id": UPLOAD_ID, "part_number": 7}


def part_numbers(size: int) -> dict[str, Any]:
    return {"upload_id": UPLOAD_ID, "part_number": [n % 10_000 + 1 for n in range(size)]}


def content_type(size: int) -> dict[str, Any]:
    return {"content_type": TYPES[0]}


def content_types(size: int) -> dict[str, Any]:
    return {"content_type": [TYPES[n % len(TYPES)] for n in range(size)]}


def lifetimes(size: int) -> dict[str, Any]:
    return {"expires": [EXPIRES] * size}


@dataclass(frozen=True)
class Row:
    """One row of the table.

    Attributes:
        size: How many keys each call gets.
        call: What is timed, from the library's call and the keys.
        packed: Whether the keys are a packed column instead of a list.
        bound: Whether the request is bound once, instead of in each call by `presign_many`.
        token: Security token, or None.
        threads: As in `presign_many`.
        operation: As in `presign_many`.
        method: Its HTTP method.
        options: Returns the options, columns among them, for a number of rows.
    """

    size: int
    call: Callable[[Sign, Any], object] = dropped
    packed: bool = True
    bound: bool = True
    token: str | None = None
    threads: int = 1
    operation: str = "GetObject"
    method: str = "GET"
    options: Callable[[int], dict[str, Any]] = no_options


def _listed(size: int, call: Callable[[Sign, Any], object] = listed, **fields: Any) -> Row:
    return Row(size, call, packed=False, **fields)


def _part(options: Callable[[int], dict[str, Any]]) -> Row:
    return Row(4_096, operation="UploadPart", method="PUT", options=options)


def _typed(options: Callable[[int], dict[str, Any]]) -> Row:
    return Row(4_096, operation="PutObject", method="PUT", options=options)


ROWS = {
    "packed-4096": Row(4_096),
    "packed-4096-token": Row(4_096, token=TOKEN),
    "packed-64k": Row(65_536),
    "packed-64k-two-threads": Row(65_536, threads=2),
    "packed-1M": Row(MILLION, kept),
    "packed-1M-two-threads": Row(MILLION, kept, threads=2),
    "list-4": _listed(4),
    "list-16": _listed(16),
    "list-1000": _listed(1_000),
    "list-1000-token": _listed(1_000, token=TOKEN),
    "list-1M-in-slices": _listed(MILLION, listed_in_slices),
    "list-1M-in-one-call": _listed(MILLION),
    "list-1M-token-in-one-call": _listed(MILLION, token=TOKEN),
    "iterate-10k": _listed(10_000, iterated),
    "presign-many-1": _listed(1, bound=False),
    "presign-many-2": _listed(2, bound=False),
    "presign-many-5": _listed(5, bound=False),
    "presign-many-20": _listed(20, bound=False),
    "presign-many-100": _listed(100, bound=False),
    "presign-many-1000": _listed(1_000, bound=False),
    "presign-many-10k": _listed(10_000, bound=False),
    "part-number-4096": _part(part_number),
    "key-and-part-number-4096": _part(part_numbers),
    "content-type-4096": _typed(content_type),
    "key-and-content-type-4096": _typed(content_types),
    "key-and-expires-4096": Row(4_096, options=lifetimes),
}


class Ready(NamedTuple):
    """A row made ready for one engine.

    Attributes:
        row: The row.
        run: What is timed.
        sign: The library's call inside it.
        names: The keys as a list.
        keys: The keys as the call gets them.
        options: The options that it signs.
    """

    row: Row
    run: Callable[[], object]
    sign: Sign
    names: list[str]
    keys: Any
    options: dict[str, Any]


def prepare(row: Row, engine: Installed, size: int) -> Ready:
    """Returns the row made ready, with `size` keys."""
    signer = engine.signer(row.token)
    options = row.options(size)
    keywords = {"expires": EXPIRES, "threads": row.threads, **options}
    sign: Sign = (
        signer.bind(row.operation, **keywords).urls
        if row.bound
        else partial(signer.presign_many, row.operation, **keywords)
    )
    names = make_keys(size)
    keys = pack(names) if row.packed else names
    return Ready(row, partial(row.call, sign, keys), sign, names, keys, options)


def check(ready: Ready) -> None:
    """Raises `WrongAnswerError` unless all URLs are there and those all over are let through."""
    result, names = ready.run(), ready.names
    urls = result if isinstance(result, Sequence) else ready.sign(ready.keys)
    if not len(names) == len(urls) == (len(urls) if urls is result else result):
        raise WrongAnswerError("its number of URLs is not that of the keys")
    for at in {*range(0, len(names), max(1, len(names) // CHECKED)), len(names) - 1}:
        headers = _headers_of(ready.options, at)
        check_granted(urls[at], names[at], ready.row.token, ready.row.method, **headers)


def _headers_of(options: dict[str, Any], at: int) -> dict[str, str]:
    """Returns the headers that the client of one row sends."""
    value = options.get("content_type")
    if value is None:
        return {}
    return {"content_type": value if isinstance(value, str) else value[at]}


def row_task(name: str, row: Row, engine: Installed, most: int = MILLION) -> Task:
    """Returns the task to sign a row, checked, of `most` keys at most."""
    size = min(row.size, most)
    ready = prepare(row, engine, size)
    check(ready)
    return call_task(name, ready.run, size)


VERIFY_MANY, VERIFY_MANY_PLAIN = "verify-many-1000", "verify-many-1000-plain"


def verify_many_task(name: str, engine: Installed) -> Task:
    """Returns the task to verify many URLs, signed beforehand, as it comes or in Python alone.

    Raises:
        WrongAnswerError: One of them is refused, or read as another.
    """
    names = make_keys(1_000)
    urls = engine.signer().presign_many("GetObject", names, expires=EXPIRES).tolist()
    # By attribute: an older build, measured beside this one, may have no such call.
    verify_many = partial(
        ossign_fast.verify_many, method="GET", credentials=credentials(), region=REGION
    )
    if name == VERIFY_MANY_PLAIN:
        verify_many = _without_judge(verify_many)
    if [getattr(each, "key", None) for each in verify_many(urls)] != names:
        raise WrongAnswerError("a URL is refused, or read as another")
    return call_task(name, partial(verify_many, urls), len(urls))


def _without_judge(verify_many: Callable[..., Any]) -> Callable[..., Any]:
    """Returns `verify_many` as it is without compiled code; older builds have none."""
    if find_spec("ossign_fast._verify_many") is None:
        return verify_many
    meeting = import_module("ossign_fast._verify_many")

    def plain(urls: Sequence[str]) -> Any:
        judge, meeting.NEW_JUDGE = meeting.NEW_JUDGE, None
        try:
            return verify_many(urls)
        finally:
            meeting.NEW_JUDGE = judge

    return plain
