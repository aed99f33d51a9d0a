"""Many signed requests in one call: what `verify` decides, with what they have in common done once.

URLs that were presigned together differ in key and signature alone. So once one of them is
granted, the next ones need a look at these two only; whatever else differs, or does not match, goes
the whole way.
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
from .encoding import MAX_URL, SIGNED_PATH, decode
from .request import ReceivedHeaders
from .verify import (
    CredentialsLookup,
    Decision,
    Terms,
    Verified,
    decide,
    find_holder,
    new_verified,
    read_terms,
)

SignedRequest = str | tuple[str, str] | tuple[str, str, ReceivedHeaders]

_MAX_PATTERNS = 256
# Origin, path as it is signed, query but for the signature, signature.
_cut = re.compile(
    rf"(https?://[^/?#]+)(/{SIGNED_PATH})\?(.+)&x-oss-signature=([0-9a-f]{{64}})"
).fullmatch


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
    """A granted request of Signature V4 but for its key and signature.

    Attributes:
        before: The canonical request up to the path of the URL.
        after: The canonical request after it.
        preamble: The string to sign up to the digest.
        signing_key: The key that signs it.
        fields: Those of `Verified`.
    """

    before: str
    after: str
    preamble: str
    signing_key: bytes
    fields: dict[str, Any]


_Patterns = dict[tuple[str, str, str], _Pattern]
"""By method, origin, and query without the signature."""


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
    cut = _cut(url) if not headers and len(url) <= MAX_URL else None
    if cut is None:
        return decide(method, url, headers, terms).granted
    origin, path, query, signature = cut.groups()
    place = method, origin, query
    pattern = known.get(place)
    granted = None if pattern is None else _granted_alike(pattern, path, signature)
    if granted is None:
        decision = decide(method, url, headers, terms)
        granted = decision.granted
        if len(known) == _MAX_PATTERNS:
            known.clear()
        _keep_pattern(known, place, path, decision)
    return granted


def _keep_pattern(
    known: _Patterns, place: tuple[str, str, str], path: str, decision: Decision
) -> None:
    """Adds the pattern of a granted request, unless the bucket is in its path, or it is of V1."""
    granted, received, proof = decision
    signed_path, canonical = received.resource.canonical_path, proof.canonical_request
    in_path = decode(path[1:], "key", safe="/") != (granted.key or "")
    if canonical is None or proof.signing_key is None or in_path:
        return
    known[place] = _Pattern(
        f"{granted.method}\n{signed_path.removesuffix(path)}",
        canonical[len(granted.method) + 1 + len(signed_path) :],
        proof.string_to_sign[:-64],
        proof.signing_key,
        vars(granted),
    )


def _granted_alike(pattern: _Pattern, path: str, signature: str) -> Verified | None:
    """Returns what the request of `pattern` with another path grants, or None without a match."""
    canonical = f"{pattern.before}{path}{pattern.after}"
    digest = hashlib.sha256(canonical.encode("utf-8", "surrogateescape")).hexdigest()
    right = v4.signature(pattern.signing_key, f"{pattern.preamble}{digest}")
    if not hmac.compare_digest(right, signature):
        return None
    return new_verified(**pattern.fields | {"key": decode(path[1:], "key", safe="/") or None})
