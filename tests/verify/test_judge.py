"""The compiled way of `verify_many`: it never grants what the plain verifier would not."""

from __future__ import annotations

import hashlib
import hmac
import random
from collections.abc import Sequence
from datetime import datetime, timezone
from importlib import import_module
from itertools import pairwise
from typing import Any

import pytest

from ossign_fast import Credentials, Signer, VerificationError, Verified, verify
from ossign_fast import _verify_many as meeting
from ossign_fast._engine import engine, reference
from ossign_fast._verify import v4
from ossign_fast._verify.encoding import MAX_URL
from ossign_fast._verify.keys import Scope
from ossign_fast._verify.many import judge_many
from ossign_fast._verify.terms import read_terms
from support.mutations import mutated

pytestmark = pytest.mark.skipif(engine.ENGINE == "python", reason="there is no compiled engine")

ME = Credentials("LTAIexample", "secret")
SIGNER = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=ME)
NOW = 1_709_281_815
KEYS = ["a.txt", "dir/a b+%é.txt", "2F%2F/", "(1)*'", "~x", "/".join("abc"), "日本"]
URLS = list(SIGNER.presign_many("GET", KEYS, signing_time=NOW, expires=600, query={"x": "a b"}))


def grant(urls: list[Any], *, now: float = NOW, hashes: Any = engine, **words: Any) -> list[Any]:
    """Returns what the compiled way grants of URLs, given that it has learnt from one of them."""
    granted: list[Any] = []

    def new_judge(**settings: Any) -> Any:
        granted.append(
            compiled().Judge(hashes.sha256_many, hashes.hmac_sha256_many, **settings | words)
        )
        return granted[0]

    terms = read_terms(
        credentials=ME, bucket=None, url_style=None, endpoint=None, region=None, product="oss",
        now=now, max_skew=900, signature_versions=("v4",), strict_bytes=False,
    )  # fmt: skip
    assert judge_many(URLS[:1], "GET", terms, new_judge) == [verify_alone(URLS[0], now)]
    answers: list[Any] = [None] * len(urls)
    left = granted[0].grant(urls, range(len(urls)), "GET", answers)
    assert left == [row for row, answer in enumerate(answers) if answer is None]
    return answers


def urls_at(moment: float, keys: list[str] = KEYS, **words: Any) -> list[str]:
    settings = {"signing_time": moment, "expires": 600, "query": {"x": "a b"}} | words
    return list(SIGNER.presign_many("GET", keys, **settings))


def compiled() -> Any:
    return import_module("ossign_fast._verify.compiled")


def verify_alone(url: str, now: float = NOW) -> Verified | None:
    try:
        return verify("GET", url, credentials=ME, now=now)
    except VerificationError:
        return None


def test_what_is_like_the_first_is_granted_with_every_field() -> None:
    assert grant(URLS) == [verify_alone(url) for url in URLS]
    times = [url for at in (0, 1, 59, 400) for url in urls_at(NOW - at)]
    assert grant(times) == [verify_alone(url) for url in times]
    assert grant([("GET", url) for url in URLS] + [("GET", url, None) for url in URLS]) == [
        verify_alone(url) for url in URLS * 2
    ]


def test_every_byte_at_every_place_changes_a_grant_into_none() -> None:
    """But for an escape that stands for the same, which the plain verifier grants."""
    for url in URLS[:2]:
        changed = [
            url[:at] + chr(byte) + url[at + 1 :] for at in range(len(url)) for byte in range(256)
        ]
        for start in range(0, len(changed), 1024):
            chunk = changed[start : start + 1024]
            for other, answer in zip(chunk, grant(chunk), strict=True):
                assert (answer is not None) == (other == url), ascii(other)


@pytest.mark.parametrize("seed", range(4))
def test_what_it_grants_of_mutated_urls_the_plain_verifier_grants(seed: int) -> None:
    chance = random.Random(seed)
    pool = [*URLS, *urls_at(NOW - 30), *urls_at(NOW + 1000), *urls_at(NOW - 601)]
    urls = [mutated(chance.choice(pool), chance) for _ in range(1000)]
    for url, answer in zip(urls, grant(urls), strict=True):
        assert answer is None or answer == verify_alone(url), ascii(url)


ODD: list[Any] = [
    *(url.replace("%20", "%2b") for url in URLS), *urls_at(NOW, ["dir/..", "./a"]),
    URLS[1].replace("%C3%A9", "%c3%a9"), URLS[1].replace("%C3%A9", "%C3%28"), URLS[0] + "&",
    URLS[0].replace("a.txt", "%61.txt"), URLS[0].replace("a.txt", "a%2Etxt"), URLS[0] + "#",
    URLS[0].replace("a.txt", "a.txt?"), URLS[0].replace("/a.txt", "//a.txt"), URLS[0] + "\n",
    URLS[0].replace("/a.txt", "/a.txt&x-oss-date=20240301T083015Z"), URLS[0][:-1],
    URLS[0].replace("/a.txt?", "/a.txt%"), URLS[0].replace("/a.txt?", "/a.txt%4"), "", "/", "GET",
    URLS[0].replace("https", "http"), URLS[0].replace("https", "HTTPS"), URLS[0].swapcase(),
    URLS[0].replace("T0830", "T2430"), URLS[0].replace("T0830", "T0860"), URLS[0] * 2,
    URLS[0].replace("0830", "\u0660830"), URLS[0].replace("a.txt", "é"), URLS[0] + "\u0660",
    URLS[0][:-64] + URLS[0][-64:].upper(), URLS[0][:-64] + "0" * 64, URLS[0][:-64],
    URLS[0].replace("/a.txt", "/" + "a" * 70_000), URLS[0].replace("/a.txt", ""),
    ("PUT", URLS[0]), ("get", URLS[0]), ("GET", URLS[0], {"x-oss-meta-a": "1"}), ("GET",),
    ("GET", URLS[0], ()), (), ("GET", URLS[0], None, None), ["GET", URLS[0]], None, 7,
    (None, URLS[0]), URLS[0].encode(), ("GET", None), type("Text", (str,), {})(URLS[0]),
]  # fmt: skip


def test_what_is_not_exactly_alike_is_left_to_the_plain_verifier() -> None:
    assert grant(ODD) == [None] * len(ODD)
    assert [url for url in ODD[:7] if url in URLS] == []


def test_the_words_of_other_requests_are_others() -> None:
    others = urls_at(NOW, query={"x": "b"}) + urls_at(NOW, expires=601) + urls_at(NOW, query={})
    others += urls_at(NOW, endpoint="oss-cn-hangzhou-internal.aliyuncs.com") + urls_at(
        NOW, bucket="other"
    )
    others += urls_at(NOW, headers={"content-type": "text/plain"}) + urls_at(NOW + 86_400)
    assert grant(others) == [None] * len(others)


@pytest.mark.parametrize("late", [-901, -900, -899, 599, 600, 600.5, 601])
def test_time_is_up_when_it_is_for_the_plain_verifier(late: float) -> None:
    signed = datetime(2024, 3, 1, 12, tzinfo=timezone.utc).timestamp()
    inside = urls_at(signed + max(-900, min(600, late)))
    # All of one day, with the clock so that the first is in time.
    urls = urls_at(signed)
    terms = {"credentials": ME, "now": signed + late}
    both = [*inside, *urls]
    answers = meeting.verify_many(both, method="GET", **terms)
    for url, answer in zip(both, answers, strict=True):
        alone = verify_alone(url, signed + late)
        assert (answer if isinstance(answer, Verified) else None) == alone


@pytest.mark.parametrize("wrong", ["digests", "signatures", "both"])
def test_other_hashes_grant_nothing(wrong: str) -> None:
    class Wrong:
        def sha256_many(self, data: bytes, ends: Sequence[int]) -> bytes:
            digests = reference.sha256_many(data, ends)
            return digests if wrong == "signatures" else digests[::-1]

        def hmac_sha256_many(self, key: bytes, data: bytes, ends: Sequence[int]) -> bytes:
            codes = reference.hmac_sha256_many(key, data, ends)
            return codes if wrong == "digests" else bytes(len(codes))

    assert grant(URLS, hashes=Wrong()) == [None] * len(URLS)


@pytest.mark.parametrize("at", range(0, 256, 5))
def test_a_signature_of_which_one_bit_is_wrong_grants_nothing(at: int) -> None:
    signature = int(URLS[0][-64:], 16) ^ (1 << at)
    assert grant([f"{URLS[0][:-64]}{signature:064x}"]) == [None]


def test_hashes_that_are_too_few_are_a_fault() -> None:
    class Few:
        def sha256_many(self, data: bytes, ends: Sequence[int]) -> bytes:
            return b""

        def hmac_sha256_many(self, key: bytes, data: bytes, ends: Sequence[int]) -> bytes:
            return b""

    with pytest.raises(ValueError, match="digests: one is needed for each message"):
        grant(URLS, hashes=Few())


def test_it_hashes_by_what_it_is_handed() -> None:
    class Recording:
        rows = 0

        def sha256_many(self, data: bytes, ends: Sequence[int]) -> bytes:
            self.rows += len(ends) - 1
            cuts = pairwise(ends)
            return b"".join(hashlib.sha256(data[a:b]).digest() for a, b in cuts)

        def hmac_sha256_many(self, key: bytes, data: bytes, ends: Sequence[int]) -> bytes:
            cuts = pairwise(ends)
            return b"".join(hmac.digest(key, data[a:b], "sha256") for a, b in cuts)

    hashes = Recording()
    assert grant([*URLS, *ODD], hashes=hashes)[: len(URLS)] == [verify_alone(url) for url in URLS]
    assert hashes.rows < len(URLS) + len(ODD)


def signed_for(path: str) -> str:
    """Returns a rightly signed URL for any path, as whoever has the secret can make it."""
    url = URLS[0].replace("/a.txt", path)
    query = url.partition("?")[2].rpartition("&x-oss-signature=")[0]
    pairs = "&".join(sorted(query.split("&"), key=lambda pair: pair.partition("=")[0]))
    text = v4.canonical_request("GET", f"/examplebucket{path}", pairs, {}, ())
    scope = Scope("20240301", "cn-hangzhou", "oss")
    key = v4.signing_key(ME.access_key_secret, scope)
    return url[:-64] + key.sign(v4.string_to_sign("20240301T083015Z", scope, text))


def test_keys_that_are_no_utf8_are_left_to_the_plain_verifier() -> None:
    assert grant([signed_for("/%C3%A9")]) == [verify_alone(signed_for("/%C3%A9"))] != [None]
    url = signed_for("/%FF")
    assert grant([url]) == [None]
    [answer] = meeting.verify_many([url], method="GET", credentials=ME, now=NOW)
    assert "does not decode to UTF-8" in str(answer)


@pytest.mark.parametrize("more", [0, 1])
def test_urls_that_are_too_long_are_left_to_the_plain_verifier(more: int) -> None:
    url = signed_for("/" + "k" * (MAX_URL - len(URLS[0]) + len("a.txt") + more))
    assert len(url) == MAX_URL + more
    assert grant([url]) == [verify_alone(url)]
    [answer] = meeting.verify_many([url], method="GET", credentials=ME, now=NOW)
    assert isinstance(answer, Verified) == (more == 0)


def test_arguments_that_do_not_fit_are_refused() -> None:
    judge = compiled().Judge(
        engine.sha256_many, engine.hmac_sha256_many,
        verified=Verified, now=0, latest=0, longest=9,
    )  # fmt: skip
    with pytest.raises(ValueError, match="as many as answers"):
        judge.grant(URLS, [0], "GET", [])
    with pytest.raises(ValueError, match="up to 1024"):
        judge.grant(["x"] * 1025, [0], "GET", [None] * 1025)
    for row in (-1, 1):
        with pytest.raises(IndexError, match="rows"):
            judge.grant(URLS[:1], [row], "GET", [None])
    odd: Any = type("Odd", (), {"__slots__": ["key"]})
    odd.key = None
    with pytest.raises(TypeError, match="fields must be slots"):
        compiled().Judge(None, None, verified=odd, now=0, latest=0, longest=9)


def test_a_verifier_of_another_build_is_not_used(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meeting, "engine", type("Engine", (), {"ENGINE": "c", "SOURCES": 5}))
    monkeypatch.setenv("OSSIGN_FAST_ENGINE", "auto")
    with pytest.warns(RuntimeWarning, match="compiled verifier of ossign_fast cannot be used"):
        assert meeting._new_judge() is None
    monkeypatch.setenv("OSSIGN_FAST_ENGINE", "c")
    with pytest.raises(ImportError, match="built from other sources"):
        meeting._new_judge()
