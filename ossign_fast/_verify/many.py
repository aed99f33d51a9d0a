"""Many signed requests in one call: what `verify` decides, with what they have in common done once.

Once a presigned URL is granted, others of its pattern need a look at their key, time and signature
only; whatever differs in more, or is not granted, goes the whole way.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from itertools import islice
from typing import Any

from .._credentials.credentials import Credentials
from .._errors import RequestError, VerificationError
from .._frames import without_frames
from .carriers import later, read_iso_time
from .encoding import MAX_URL, decode
from .patterns import Cut, Known, NewJudge, Pattern, SignedRequest, cut_url, pattern_of
from .request import ReceivedHeaders
from .terms import CredentialsLookup, Terms, find_holder
from .verify import Verified, check_time, decide

_Answer = Verified | VerificationError

_CHUNK = 1024


def judge_many(
    requests: Iterable[SignedRequest],
    method: str | None,
    terms: Terms,
    new_judge: NewJudge | None = None,
) -> list[_Answer]:
    """Returns what `verify_many` returns.

    Args:
        requests: The requests.
        method: The HTTP method of those that are a URL alone.
        terms: What must hold for all of them.
        new_judge: Makes what grants requests that are like others; None to do without.
    """
    terms = terms._replace(credentials=_looked_up_once(terms.credentials))
    judge = None
    if new_judge is not None:
        latest = float(terms.now + terms.max_skew)
        judge = new_judge(verified=Verified, now=float(terms.now), latest=latest, longest=MAX_URL)
    known, source, answers = Known(judge), iter(requests), list[_Answer]()
    while chunk := [*islice(source, _CHUNK)]:
        answers += _judge_chunk(len(answers), chunk, method, terms, known)
    return answers


def _judge_chunk(
    first: int, requests: list[SignedRequest], method: str | None, terms: Terms, known: Known
) -> list[_Answer]:
    """Has granted what is like requests that were granted before, and judges the rest.

    Each of the rest may be what others of it are like. These are granted after one row of it, after
    two more, after four more: so there are few looks at all of it.
    """
    answers: list[Any] = [None] * len(requests)
    left, turn = known.grant(requests, range(len(requests)), method, answers), 1
    while left:
        learnt = known.learnt
        for row in left[:turn]:
            answers[row] = _answer(first + row, requests[row], method, terms, known)
        left = left[turn:]
        if known.learnt > learnt:
            left, turn = known.grant(requests, left, method, answers), 2 * turn
    return answers


def _looked_up_once(credentials: CredentialsLookup) -> CredentialsLookup:
    holders: dict[str, Credentials | None] = {}

    def find(access_key_id: str) -> Credentials | None:
        if access_key_id not in holders:
            holders[access_key_id] = find_holder(access_key_id, credentials)
        return holders[access_key_id]

    return find


def _answer(
    row: int, request: SignedRequest, method: str | None, terms: Terms, known: Known
) -> _Answer:
    try:
        return _judge(request, method, terms, known)
    except VerificationError as error:
        return without_frames(error)
    except RequestError as error:
        raise error.at_row(row) from None


def _judge(request: SignedRequest, method: str | None, terms: Terms, known: Known) -> Verified:
    method, url, headers = _parts(request, method)
    cut = None if headers or not isinstance(url, str) else cut_url(url)
    if cut is None:
        return decide(method, url, headers, terms).granted
    place = method, *cut[:4]
    pattern = known.find(place)
    granted = None if pattern is None else _granted_alike(pattern, cut, terms)
    if granted is None:
        decision = decide(method, url, headers, terms)
        granted = decision.granted
        pattern = pattern_of(decision, cut)
        if pattern is not None:
            known.keep(place, pattern)
    return granted


def _parts(request: SignedRequest, method: str | None) -> tuple[str, str, ReceivedHeaders]:
    """Returns method, URL and headers of a request, unchecked."""
    if isinstance(request, str):
        if method is None:
            raise RequestError("method", "give the method of requests that are a URL alone")
        return method, request, None
    if not isinstance(request, (tuple, list)) or len(request) not in (2, 3):
        raise RequestError(
            "requests", "must be URLs, or tuples of method and URL, or of method, URL and headers"
        )
    return request[0], request[1], request[2] if len(request) == 3 else None


def _granted_alike(pattern: Pattern, cut: Cut, terms: Terms) -> Verified | None:
    """Returns what the request of `cut` grants, or None if it does not match `pattern`."""
    try:
        key = decode(cut.path[1:], "key", safe="/") or None
        signing_time = read_iso_time(cut.date, "x-oss-date")
        expiration = check_time(signing_time, later(signing_time, pattern.lifetime), terms)
    except VerificationError:
        return None
    before, middle, after = pattern.canonical
    canonical = f"{before}{cut.path}{middle}{cut.date}{after}"
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    text = f"{pattern.preamble[0]}{cut.date}{pattern.preamble[1]}{digest}"
    if not hmac.compare_digest(pattern.signing_key.sign(text), cut.signature):
        return None
    own = {"key": key, "signing_time": signing_time, "expiration": expiration}
    return Verified(**pattern.fields | own)
