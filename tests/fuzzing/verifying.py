"""Requests of any bytes for `verify`: what it accepts, an independent signer signs alike."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from typing import Any

from ossign_fast import Signer, VerificationError, Verified, verify, verify_many
from support import oracle, oracle_v1
from support.strategies import CREDENTIALS, NOW, SIGNER

_METHODS = {"G": "GET", "P": "PUT", "D": "DELETE"}
_WORDS: dict[str, Any] = {
    "credentials": CREDENTIALS,
    "now": NOW,
    "signature_versions": ("v4", "v1"),
}


def seed(
    method: str, url: str, headers: dict[str, str] | None = None, *, strict: str = "-"
) -> bytes:
    """Returns the input that stands for this request."""
    lines = [f"{name}: {value}" for name, value in (headers or {}).items()]
    return "\n".join((method[:1] + strict + url, *lines)).encode()


def _seeds() -> Iterable[bytes]:
    new, old = Signer(**SIGNER), Signer(**SIGNER, signature_version="v1")
    for signer in (new, old):
        yield seed("GET", signer.presign("GetObject", "a/b c.txt", expires=60).url)
        yield seed("GET", signer.presign("GET", "é", query={"a": "1", "b": ""}).url, strict="s")
        put = signer.presign("PutObject", "k", content_type="text/plain", metadata={"a": "1"})
        yield seed("PUT", put.url, dict(put.signed_headers))
        yield seed("DELETE", signer.presign("DELETE").url)
        address = "https://example-bucket.oss-cn-hangzhou.aliyuncs.com/k?acl"
        yield seed("GET", address, signer.sign_headers("GET", "k", query={"acl": ""}))
    listed = new.presign("GET", "k", headers={"host": "x"}, additional_headers=["host"])
    yield seed("GET", listed.url, {"Host": "x"})
    for url in (
        "",
        "/",
        "/example-bucket/k?x-oss-signature=0&x-oss-expires=1",
        "http://[::1]:x/",
        "//",
        "https://b.h/%ff?%",
        "?x-oss-signature=1",
    ):
        yield seed("GET", url)


SEEDS = list(_seeds())


def read(data: bytes) -> tuple[str, str, list[tuple[str, str | bytes]], bool]:
    """Returns method, URL, headers and strictness; some values of headers are bytes."""
    head, *lines = data.decode("utf-8", "replace").split("\n")
    headers: list[tuple[str, str | bytes]] = []
    for line in lines:
        name, _, value = line.partition(":")
        headers.append((name, value.encode() if len(line) % 2 else value))
    return _METHODS.get(head[:1], "GET"), head[2:], headers, head[1:2] == "s"


def words_for(url: str) -> dict[str, Any]:
    """Returns the other arguments; a URL without a host needs to be told how to read it."""
    return {**_WORDS, "url_style": "path"} if url.startswith("/") else _WORDS


def judged(method: str, url: str, headers: Any, strict: bool) -> Verified | VerificationError:
    try:
        return verify(method, url, headers=headers or None, **words_for(url), strict_bytes=strict)
    except VerificationError as error:
        return error


def told(answer: Verified | VerificationError) -> object:
    return answer if isinstance(answer, Verified) else (type(answer), str(answer))


def check(data: bytes) -> None:
    """Holds `verify` to its errors, to `verify_many` and to an independent signer."""
    method, url, headers, strict = read(data)
    answer = judged(method, url, headers, strict)
    request: Any = (method, url, headers or None)
    for other in verify_many([request, request], **words_for(url), strict_bytes=strict):
        assert told(other) == told(answer), (other, answer)
    if isinstance(answer, Verified):
        values = {name.lower(): text_of(value).strip(" \t") for name, value in headers}
        pairs = pairs_of(url)
        scheme = signed_by_v4 if answer.signature_version == "v4" else signed_by_v1
        brought, anew = scheme(answer, pairs, values)
        assert brought == anew, (answer, url)


def text_of(value: str | bytes) -> str:
    return value if isinstance(value, str) else value.decode()


def pairs_of(url: str) -> list[tuple[str, str]]:
    """Returns the query as the rules decode it."""
    parts = (part.partition("=") for part in url.partition("?")[2].split("&") if part)
    return [(plain(name), plain(value)) for name, _, value in parts]


def plain(text: str) -> str:
    return oracle.unquote(text.replace("+", " "))


def signed_by_v4(
    granted: Verified, pairs: list[tuple[str, str]], headers: dict[str, str]
) -> tuple[str, str]:
    """Returns the signature that came, and that of the oracle for what it grants."""
    assert granted.signing_time is not None
    signed = {name: headers[name] for name in granted.signed_headers}
    brought = dict(pairs).get("x-oss-signature") or headers["authorization"][-64:]
    pairs = [pair for pair in pairs if pair[0] != "x-oss-signature"]
    case = {"method": granted.method, "bucket": granted.bucket, "key": granted.key}
    canonical = oracle.canonical_request(case, pairs, signed, list(granted.additional_headers))
    moment = granted.signing_time.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{moment[:8]}/{granted.region}/{granted.product}/aliyun_v4_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    text = "\n".join((oracle.ALGORITHM, moment, scope, digest)).encode()
    secret = CREDENTIALS.access_key_secret
    key = oracle.signing_key(secret, moment[:8], str(granted.region), str(granted.product))
    return brought, hmac.new(key, text, hashlib.sha256).hexdigest()


def signed_by_v1(
    granted: Verified, pairs: list[tuple[str, str]], headers: dict[str, str]
) -> tuple[str, str]:
    """Returns the signature that came, and that of the oracle for what it grants."""
    case = {"method": granted.method, "bucket": granted.bucket, "key": granted.key}
    query = dict(pairs)
    brought = query.get("Signature") or headers["authorization"].rpartition(":")[2]
    if "Signature" in query:
        date = query["Expires"]
    else:
        date = headers.get("x-oss-date") or headers["date"]
    text = oracle_v1.string_to_sign(case, pairs, headers, date)
    return brought, oracle_v1.signature_of(CREDENTIALS.access_key_secret, text)
