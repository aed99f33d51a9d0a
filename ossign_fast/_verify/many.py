"""Many signed requests in one call: what `verify` decides, with what they have in common done once.

URLs that were presigned for one purpose on one day differ in key, time and signature alone. So once
one of them is granted, the next ones need a look at these three only; whatever differs in more, or
is not granted, goes the whole way.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from .._credentials.credentials import Credentials
from .._errors import RequestError, VerificationError
from .._frames import sealed, without_frames
from . import v4
from .carriers import later, read_iso_time
from .encoding import MAX_URL, SIGNED_PATH, decode
from .request import ReceivedHeaders
from .terms import CredentialsLookup, Terms, find_holder, read_terms
from .verify import Decision, Verified, check_time, decide, new_verified

SignedRequest = str | tuple[str, str] | tuple[str, str, ReceivedHeaders]

_MAX_PATTERNS = 256
_split = re.compile(rf"(https?://[^/?#]+)(/{SIGNED_PATH})(\?.*)").fullmatch
_is_signature = re.compile("[0-9a-f]{64}").fullmatch


class _Cut(NamedTuple):
    """A presigned URL in pieces: what others share with it, and what is its own."""

    origin: str
    before: str
    day: str
    after: str
    path: str
    date: str
    signature: str


@sealed
def verify_many(
    requests: Iterable[SignedRequest],
    *,
    credentials: CredentialsLookup,
    method: str | None = None,
    bucket: str | None = None,
    url_style: str | None = None,
    endpoint: str | None = None,
    region: str | None = None,
    product: str | None = "oss",
    now: datetime | float | None = None,
    max_skew: float = 900,
    signature_versions: Collection[str] = ("v4",),
    strict_bytes: bool = False,
) -> list[Verified | VerificationError]:
    """Returns for each request what it grants, or the refusal, in their order.

    Each decision is the one that `verify` comes to. A refusal is returned, not raised, so one bad
    request does not stop the others. All requests are judged at the same time, and the credentials
    of an access key id are looked up once.

    Args:
        requests: URLs, or tuples of method and URL, or of method, URL and headers.
        credentials: As for `verify`, and so are the arguments that follow `method`.
        method: The HTTP method of requests that are a URL alone.
        bucket: The bucket the requests must be for.
        url_style: "virtual", "path" or "cname"; None to tell by the host.
        endpoint: The endpoint the URLs must use.
        region: The region the scope must name; None for any.
        product: The product the scope must name; None for any.
        now: Aware datetime or epoch seconds; None for the current time.
        max_skew: Seconds by which a signing time may lie in the future.
        signature_versions: The versions that are accepted, of "v4" and "v1".
        strict_bytes: Whether a presigned URL must be spelt as it was signed.

    Raises:
        RequestError: An argument cannot be used, a request that is a URL alone has no method, or
            one that is for a single request: `row` tells which.

    Example:
        >>> from ossign_fast import Credentials, Signer
        >>> me = Credentials("LTAIexample", "secret")
        >>> signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=me)
        >>> urls = [*signer.presign_many("GetObject", ["a.txt", "b.txt"]), "https://b.example.com/c"]
        >>> for url, answer in zip(urls, verify_many(urls, method="GET", credentials=me)):
        ...     print(answer.key if isinstance(answer, Verified) else answer.code)
        a.txt
        b.txt
        InvalidArgument
    """
    terms = read_terms(
        credentials=_looked_up_once(credentials),
        bucket=bucket,
        url_style=url_style,
        endpoint=endpoint,
        region=region,
        product=product,
        now=now,
        max_skew=max_skew,
        signature_versions=signature_versions,
        strict_bytes=strict_bytes,
    )
    known: _Patterns = {}
    return [_answer(row, request, method, terms, known) for row, request in enumerate(requests)]


def _looked_up_once(credentials: CredentialsLookup) -> CredentialsLookup:
    holders: dict[str, Credentials | None] = {}

    def find(access_key_id: str) -> Credentials | None:
        if access_key_id not in holders:
            holders[access_key_id] = find_holder(access_key_id, credentials)
        return holders[access_key_id]

    return find


class _Pattern(NamedTuple):
    """A granted request of Signature V4 but for its key, its signing time and its signature.

    Attributes:
        canonical: The canonical request up to the path of the URL, on to the date, and after it.
        preamble: The string to sign up to the date, and on to the digest.
        signing_key: The key that signs it.
        lifetime: Seconds from the signing time to the end of validity.
        fields: Those of `Verified`.
    """

    canonical: tuple[str, str, str]
    preamble: tuple[str, str]
    signing_key: bytes
    lifetime: int
    fields: dict[str, Any]


_Patterns = dict[tuple[str, ...], _Pattern]
"""By method, origin, and the query but for the time and the signature."""


def _answer(
    row: int, request: SignedRequest, method: str | None, terms: Terms, known: _Patterns
) -> Verified | VerificationError:
    try:
        return _judge(request, method, terms, known)
    except VerificationError as error:
        return without_frames(error)
    except RequestError as error:
        raise error.at_row(row) from None


def _judge(request: SignedRequest, method: str | None, terms: Terms, known: _Patterns) -> Verified:
    headers: ReceivedHeaders = None
    if isinstance(request, str):
        if method is None:
            raise RequestError("method", "give the method of requests that are a URL alone")
        url = request
    else:
        method, url, *more = request
        headers = more[0] if more else None
    cut = None if headers else _cut(url)
    if cut is None:
        return decide(method, url, headers, terms).granted
    place = method, *cut[:4]
    pattern = known.get(place)
    granted = None if pattern is None else _granted_alike(pattern, cut, terms)
    if granted is None:
        decision = decide(method, url, headers, terms)
        granted = decision.granted
        if len(known) == _MAX_PATTERNS:
            known.clear()
        pattern = _pattern_of(decision, cut)
        if pattern is not None:
            known[place] = pattern
    return granted


def _cut(url: str) -> _Cut | None:
    """Returns the pieces of a URL whose signature is its end, the path being as it is signed."""
    if len(url) > MAX_URL:
        return None
    head, _, signature = url.rpartition("&x-oss-signature=")
    base, _, rest = head.partition("&x-oss-date=")
    found = _split(base)
    if not (found and rest and _is_signature(signature)):
        return None
    origin, path, before = found.groups()
    return _Cut(origin, before, rest[:8], rest[16:], path, rest[:16], signature)


def _pattern_of(decision: Decision, cut: _Cut) -> _Pattern | None:
    """Returns the pattern of a granted request of V4, unless the bucket is in its path."""
    granted, received, proof = decision
    path, canonical = received.resource.canonical_path, proof.canonical_request
    in_path = decode(cut.path[1:], "key", safe="/") != (granted.key or "")
    if canonical is None or proof.signing_key is None or in_path:
        return None
    end = len(granted.method) + 1 + len(path)
    before, after = canonical[:end], canonical[end:]
    middle, preamble = after.split(cut.date), proof.string_to_sign[:-64].split(cut.date)
    if len(middle) != 2 or len(preamble) != 2:
        return None
    return _Pattern(
        (before.removesuffix(cut.path), middle[0], middle[1]),
        (preamble[0], preamble[1]),
        proof.signing_key,
        int(received.query["x-oss-expires"]),
        vars(granted),
    )


def _granted_alike(pattern: _Pattern, cut: _Cut, terms: Terms) -> Verified | None:
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
    if not hmac.compare_digest(v4.signature(pattern.signing_key, text), cut.signature):
        return None
    own = {"key": key, "signing_time": signing_time, "expiration": expiration}
    return new_verified(**pattern.fields | own)
