"""One request, many spellings of its URL: what decodes to the signed request passes, nothing else.

`strict_bytes=True` takes one spelling alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote_plus, unquote_to_bytes

import pytest

from ossign_fast import (
    Credentials,
    MalformedSignatureError,
    RequestError,
    SignatureMismatchError,
    VerificationError,
    verify,
)
from support import oracle, oracle_v1
from support.casebook import load
from support.paths import VECTORS
from support.verify import CASE

FULL = CASE | {
    "key": "dir/it's (1) @ a*b~!:,;$&=+é%2F-._.txt",
    "query": {
        "response-content-disposition": 'attachment; filename="a b+c*.txt"',
        "x-oss-process": "style/a@b",
        "uploads": "",
    },
    "security_token": "CAIS+/=a+b/c==",
}
URLS = {"v4": oracle.presign(FULL).url, "v1": oracle_v1.presign(FULL).text}
SHORT = FULL | {"key": "d/é+", "query": {"uploads": "", "x-oss-a": " "}, "security_token": None}
PLAIN = re.compile("%(?:21|24|26|27|28|29|2A|2C|3A|3B|3D|40)")


def check(url: str, **options: Any) -> Any:
    credentials = Credentials("LTAIexample", "secret", FULL["security_token"])
    words = {"credentials": credentials, "now": oracle.moment_of(FULL["signing_time"])}
    return verify("PUT", url, **words | {"signature_versions": ("v4", "v1")} | options)


def cut(url: str) -> tuple[str, str, str]:
    """Returns scheme and host, path, and query."""
    head, _, query = url.partition("?")
    scheme, _, rest = head.partition("://")
    host, _, path = rest.partition("/")
    return f"{scheme}://{host}", f"/{path}", query


def lower_hex(text: str) -> str:
    return re.sub("%..", lambda escape: escape.group().lower(), text)


def escaped(text: str) -> str:
    """Returns `text` with an escape for each character that stands for itself."""
    return re.sub("%..|[^&=/]", lambda found: f"%{ord(found[0]):02X}" if len(found[0]) == 1
                  else found[0], text)  # fmt: skip


def plain(text: str) -> str:
    return PLAIN.sub(lambda escape: unquote_plus(escape.group()), text)


def plain_values(query: str) -> str:
    """Returns `query` with its values as plain as they can be."""
    kept = "%(?:2B|26|23|20|22|25|[89A-F].)"
    return re.sub(f"{kept}|%..", lambda e: e[0] if re.fullmatch(kept, e[0]) else unquote_plus(e[0]),
                  query)  # fmt: skip


RESPELLED = {
    "lower-case hex": lambda o, p, q: f"{o}{lower_hex(p)}?{lower_hex(q)}",
    "all escaped": lambda o, p, q: f"{o}{escaped(p)}?{escaped(q)}",
    "unreserved escaped": lambda o, p, q: o + re.sub("[-.~_]", lambda c: f"%{ord(c[0]):02x}", p)
    + "?" + q.replace("_", "%5F").replace(".", "%2E"),
    "reserved plain in the path": lambda o, p, q: f"{o}{plain(p).replace('%2B', '+')}?{q}",
    "reserved plain in the query": lambda o, p, q: f"{o}{p}?{plain_values(q)}",
    "slashes plain": lambda o, p, q: f"{o}{p}?{q.replace('%2F', '/')}",
    "slashes escaped": lambda o, p, q: f"{o}/{p[1:].replace('/', '%2f')}?{q}",
    "form": lambda o, p, q: f"{o}{p}?{q.replace('%20', '+')}",
    "ampersand after": lambda o, p, q: f"{o}{p}?{q}&",
    "ampersands between": lambda o, p, q: f"{o}{p}?&{q.replace('&', '&&')}&&",
    "host": lambda o, p, q: f"{o.upper()}{p}?{q}",
}  # fmt: skip


@pytest.mark.parametrize("version", URLS)
@pytest.mark.parametrize("name", RESPELLED)
def test_spellings_of_clients_and_proxies(version: str, name: str) -> None:
    url = URLS[version]
    respelled = RESPELLED[name](*cut(url))
    assert respelled != url
    assert check(respelled) == check(url) == check(url, strict_bytes=True)
    assert check(url).key == FULL["key"]
    with pytest.raises(VerificationError):
        check(respelled, strict_bytes=True)


#: Made by ali-oss 6.23.0 with its clock at the signing time of CASE; the last one is of V1.
ALI_OSS = load(VECTORS / "ali_oss.jsonl")


@pytest.mark.parametrize("case", ALI_OSS, ids=lambda case: case["url"][-6:])
def test_urls_of_ali_oss(case: dict[str, Any]) -> None:
    words: dict[str, Any] = {
        "headers": case["headers"],
        "credentials": Credentials("LTAIexample", "secret", case["security_token"]),
        "now": oracle.moment_of(CASE["signing_time"]),
        "signature_versions": ("v4", "v1"),
    }
    assert verify(case["method"], case["url"], **words).key == case["key"]
    if re.search("[!'()*]", case["url"]):
        with pytest.raises(MalformedSignatureError, match="encoding that is signed"):
            verify(case["method"], case["url"], **words, strict_bytes=True)


def meaning(target: str) -> object:
    """Returns what path and query decode to, or None where that is nothing certain."""
    path, _, query = target.partition("?")
    if re.search("%(?![0-9A-Fa-f]{2})", target) or not re.fullmatch('/[!"$->@-~]*', path):
        return None
    pairs = [pair.replace("+", " ").partition("=")[::2] for pair in query.split("&") if pair]
    names = [unquote_to_bytes(name) for name, _ in pairs]
    if len(set(names)) < len(names) or b"" in names or not re.fullmatch('[!"$-~]*', query):
        return None
    values = [unquote_to_bytes(value) for _, value in pairs]
    return unquote_to_bytes(path), sorted(zip(names, values, strict=True))


def mutations(text: str) -> Iterator[str]:
    """Yields `text` with one character changed, dropped or put in, at every place."""
    for place in range(len(text) + 1):
        before, after = text[:place], text[place + 1 :]
        yield before + after
        for character in "%&+/=b":
            yield before + character + text[place:]
            yield before + character + after


def granted(target: str, strict: bool) -> Any:
    """Returns what `target` grants, or None."""
    try:
        credentials = Credentials("LTAIexample", "secret")
        return check(target, credentials=credentials, bucket="examplebucket", strict_bytes=strict)
    except VerificationError:
        return None


# `k` and `k=` are one in any spelling.
@pytest.mark.parametrize("strict", [False, True])
def test_no_change_of_one_character_that_means_something_passes(strict: bool) -> None:
    target = "?".join(cut(oracle.presign(SHORT).url)[1:])
    signed = meaning(target)
    passed = set()
    for changed in mutations(target):
        if granted(changed, strict) is not None:
            assert meaning(changed) == signed, changed
            passed |= {changed} - {target}
        else:
            assert strict or meaning(changed) != signed, changed
    if strict:
        assert passed == {target.replace("uploads&", "uploads=&")}
    else:
        assert {f"{target}&", target.replace("%2B", "%2b", 1)} < passed


@pytest.mark.parametrize("strict", [False, True])
def test_no_change_of_one_character_that_v1_signs_passes(strict: bool) -> None:
    target = "?".join(cut(oracle_v1.presign(SHORT).text)[1:]) + "&free=1"
    signed = meaning(target)
    for changed in mutations(target):
        found = granted(changed, strict)
        if found is not None and meaning(changed) != signed:
            assert dict(found.query).items() - SHORT["query"].items() != {("free", "1")}, changed
            assert dict(found.query).items() >= SHORT["query"].items()
            assert found.key == SHORT["key"]


def test_a_plus_is_a_blank_in_the_query_alone() -> None:
    case = CASE | {"key": "a+b", "query": {"x": "a b+c"}}
    url = oracle.presign(case).url
    words = {"credentials": Credentials("LTAIexample", "secret")}
    assert check(url.replace("a%2Bb", "a+b").replace("a%20b%2Bc", "a+b%2bc"), **words).key == "a+b"
    for old, new in (("a%2Bb", "a%20b"), ("b%2Bc", "b+c"), ("a%20b", "a%2Bb"), ("a%2Bb", "a b")):
        with pytest.raises((SignatureMismatchError, MalformedSignatureError)):
            check(url.replace(old, new, 1), **words)


def test_a_host_in_another_case_is_the_same_unless_it_is_signed() -> None:
    case = CASE | {"headers": {"Host": "examplebucket.oss-cn-hangzhou.aliyuncs.com"}}
    url = oracle.presign(case | {"additional_headers": ["host"]}).url
    words = {"credentials": Credentials("LTAIexample", "secret")}
    upper = url.replace("examplebucket.oss", "ExampleBucket.OSS")
    assert check(upper, **words, endpoint="OSS-cn-hangzhou.aliyuncs.com").bucket == "examplebucket"
    with pytest.raises(SignatureMismatchError):  # what a client sends as header is taken as it is
        check(upper, **words, headers={"Host": "ExampleBucket.OSS-cn-hangzhou.aliyuncs.com"})


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"url": URLS["v4"] + "&a=" + "b" * 65_536}, "65536 characters"),
        ({"url": URLS["v4"] + "&a=b" * 10_000_000}, "65536 characters"),
        ({"url": URLS["v4"] + "".join(f"&a{n}" for n in range(1000))}, "1000 parameters"),
        ({"headers": [("a", "b")] * 501}, "more than 500"),
        ({"headers": {"a": "b" * 131_072}}, "131072 bytes"),
    ],
)  # fmt: skip
def test_requests_larger_than_any_are_refused_at_once(change: dict[str, Any], says: str) -> None:
    with pytest.raises(MalformedSignatureError, match=says):
        check(**{"url": URLS["v4"]} | change)


def test_requests_as_large_as_any_are_read() -> None:
    query = {f"a{number}": "" for number in range(980)}
    url = oracle.presign(FULL | {"query": query}).url
    headers = [("accept", "b" * 200)] * 500
    assert len(check(url, headers=headers).query) == 980


def test_limits_come_before_anything_is_read_of_endless_headers() -> None:
    with pytest.raises(MalformedSignatureError, match="more than 500"):
        check(URLS["v4"], headers=(("a", "b") for _ in iter(int, 1)))


def test_settings_that_would_leave_the_door_open() -> None:
    for words in ({"now": float("nan")}, {"max_skew": float("nan")}, {"max_skew": -0.5}):
        with pytest.raises(RequestError):
            check(URLS["v4"], **words)
