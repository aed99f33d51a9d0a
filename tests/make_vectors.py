"""Writes `vectors/presign_v4.jsonl`: presigned URLs made by the official SDKs' own code.

    python tests/make_vectors.py

Each line is a case and the URL that alibabacloud-oss-v2 makes of it at a frozen clock; oss2 must
make the same request of it, or nothing is written. Cases are hand-made where a rule has a corner,
and otherwise drawn from a generator with a fixed seed, so that a run gives the same file again.
Fields at their default are left out. No key in the file opens anything.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from support.oracle import METHODS, decoded
from support.sdk_signers import sign_oss2, sign_v2

Case = dict[str, Any]

VECTORS = Path(__file__).parent / "vectors" / "presign_v4.jsonl"
SEED = 20240229
RANDOM_CASES = 200

REGIONS = ("cn-hangzhou", "cn-shanghai-finance-1", "us-west-1", "ap-southeast-5", "eu-central-1")
ENDPOINTS: tuple[Case, ...] = (
    {},
    {"scheme": "http"},
    {"endpoint_type": "internal"},
    {"endpoint_type": "dualstack"},
    {"endpoint_type": "accelerate", "scheme": "http"},
    {"url_style": "path"},
    {"endpoint": "https://oss-cn-hangzhou.aliyuncs.com:443/"},
    {"endpoint": "oss-accelerate-overseas.aliyuncs.com"},
    {"endpoint": "img.example.com", "url_style": "cname"},
    {"endpoint": "http://files.example.org:8080", "url_style": "cname"},
    {"endpoint": "gateway.example.net:9000", "url_style": "path"},
    {"endpoint": "http://127.0.0.1:9000"},
    {"endpoint": "10.0.0.8"},
)
ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "abcXYZ019-._~/",
    "ab /+%&=?#",
    "!\"$'()*,:;<>@[\\]^`{|}",
    "aé ßñ/Жя",
    "中文件名目录/数据",
    "😀👨\u200d👩\u0301e\ufeff",
    "a\t\n\r\x01\x7f",
)
TIMES = (
    "2023-12-31T23:59:59Z",
    "2024-01-01T00:00:00Z",
    "2024-02-29T12:00:00Z",
    "2024-03-01T08:30:15.999Z",
    "2038-01-19T03:14:08Z",
)
HEADERS = {
    "Content-Type": ("text/plain", "image/jpeg", "text/plain; charset=utf-8", "a/b"),
    "content-md5": ("1B2M2Y8AsgTpgAmY7PhCfg==",),
    "x-oss-storage-class": ("IA", "ColdArchive"),
    "x-oss-object-acl": ("private", "public-read"),
    "X-Oss-Meta-Author": ("li lei", "张三", "a  b"),
    "x-oss-meta-a-b": ("1", "%E4%BD%A0", "~!*'()"),
    "x-oss-meta-a": ("2",),
    "x-oss-tagging": ("k1=v1&k2=v2",),
    "Cache-Control": ("no-cache", "max-age=60, private"),
    "Range": ("bytes=0-1023",),
    "If-Match": ('"5B3C1A2E053D763E1B002CC607C5A0FE"',),
}
QUERY = {
    "response-content-disposition": ('attachment; filename="a b.txt"', "inline; filename=中.pdf"),
    "response-content-type": ("image/jpeg",),
    "x-oss-process": ("image/resize,m_fixed,w_100,h_100/rotate,90", "style/a"),
    "x-oss-traffic-limit": ("819200",),
    "versionId": ("CAEQNhiBgMDJgZCA0BYiIDc4", ""),
    "Zeta": ("1", ""),
    "a-b": ("/", "a+b"),
    "a": ("=", "&"),
    "键 ~": ("值", "%2F"),
}


def query_of(operation: str, extra: dict[str, str], draw: random.Random) -> dict[str, str]:
    """Returns `extra` and the query that `operation` must have, in the order of the SDK's URL."""
    upload = {"uploadId": "0004B9894A22E5B1888A1E29F8236E2D"}
    if operation == "InitiateMultipartUpload":
        return {"uploads": "", **extra}
    if operation == "UploadPart":
        return {**extra, "partNumber": str(draw.choice((1, 2, 10, 9999, 10000))), **upload}
    if operation in ("CompleteMultipartUpload", "AbortMultipartUpload"):
        return {**extra, **upload}
    return extra


def random_key(draw: random.Random, length: int) -> str:
    """Returns a key of `length` characters that starts with no slash and is not all blank."""
    letters = draw.choice(ALPHABETS) + draw.choice(ALPHABETS)
    key = "".join(draw.choice(letters) for _ in range(length))
    return "k" + key[1:] if key[0] in "/\\" or not key.strip() else key


def some(draw: random.Random, table: dict[str, tuple[str, ...]]) -> dict[str, str]:
    names = draw.sample(sorted(table), draw.choice((0, 0, 1, 2, 4)))
    return {name: draw.choice(table[name]) for name in names}


def random_case(number: int) -> Case:
    """Returns random case `number`; the same one each time."""
    draw = random.Random(SEED * 1000 + number)
    operation = draw.choice(sorted(METHODS))
    headers = some(draw, HEADERS)
    asked = [name for name in headers if draw.random() < 0.5]
    secret = "".join(draw.choice(ALPHABETS[0]) for _ in range(draw.choice((1, 30, 55, 56, 80))))
    token = "CAIS" + "aB+/=" * draw.choice((3, 40)) if draw.random() < 0.4 else None
    return {
        "id": f"random-{number:03}",
        "op": operation,
        "bucket": draw.choice(("abc", "example-bucket", "b" + "0" * 62)),
        "key": random_key(draw, 1 + number % 130),
        "region": draw.choice(REGIONS),
        **draw.choice(ENDPOINTS),
        "access_key_id": draw.choice(("LTAI5tVectorsKeyId000001", "STS.NVectors", "id+/=&%")),
        "access_key_secret": secret,
        "security_token": token,
        "headers": headers,
        "query": query_of(operation, some(draw, QUERY), draw),
        "additional_headers": asked,
        "signing_time": draw.choice(TIMES),
        "expires_seconds": draw.choice((1, 60, 900, 86400, 604799, 604800)),
    }


KEYS = (
    "a b", "100%.txt", "a%2Fb", "a%20b c", "a+b", "a?b=c", "a#b", "a&b=c", "it's", "~-._", "a//b",
    "a/b/", ".", "..", "../a", "a/../b", "a\nb", "a\x00b", "a\u0301", "\u00e1", "中文/文件.txt",
    "👨\u200d👩\u200d👧.png", "\ufeffa", "a\ufffdb", "a\u2028b", " a", "a ", "?a", "http://h:80/p",
    "a?x-oss-signature=1&b", "a\\b", "k" * 1023, "中" * 341,
)  # fmt: skip
CORNERS: dict[str, Case] = {
    "query-case": {"query": {"b": "1", "B": "2", "a": "3", "A": "4", "_": "5"}},
    "query-dash-before-equals": {"query": {"a-b": "2", "a": "1", "a=": "3", "a.b": "4"}},
    "query-encoded-order": {"query": {"{": "1", "~": "2", "é": "3", "z": "4", "|": "5", "+": "6"}},
    "query-prefixes": {"query": {"x-oss": "1", "x-oss-": "2", "x-oss-datex": "3", "x": "4"}},
    "query-around-reserved": {
        "headers": {"Range": "bytes=0-9"},
        "additional_headers": ["range"],
        "security_token": "CAIS+/=",
        "query": {
            f"x-oss-{name}{tail}": tail
            for name in ("date", "expires", "credential", "security-token", "additional-headers")
            for tail in ("-b", ".b", "0", "=", "~", "b")
        },
    },
    "query-empty-values": {"query": {"acl": "", "versionId": "", "z": ""}},
    "query-plus-and-percent": {"query": {"p": "a+b%2Bc d/e", "p q": "=&?#"}},
    "headers-order": {
        "headers": {f"x-oss-meta-{tail}": tail for tail in ("b", "a-b", "a", "ab", "a_b", "0")}
    },
    "headers-case": {"headers": {"X-OSS-META-Up": "1", "CONTENT-TYPE": "A/B", "Content-MD5": "x"}},
    "headers-unsigned": {"headers": {"Cache-Control": "no-cache", "If-Match": "x"}},
    "headers-not-quite-oss": {"headers": {"x-ossmeta": "no", "x-oss-": "yes"}},
    "headers-payload-hash": {"headers": {"x-oss-content-sha256": "e3b0c44298fc1c14" * 4}},
    "headers-unicode": {"headers": {"x-oss-meta-a": "中文 café 😀"}},
    "additional-sorted": {
        "headers": {"ZAbc": "1", "abc": "2", "a-c": "3", "a_c": "4", "Host": "h.example.com"},
        "additional_headers": ["ZAbc", "abc", "a_c", "a-c", "host"],
    },
    "additional-absent": {"headers": {"Range": "bytes=0-9"}, "additional_headers": ["range", "if"]},
    "additional-always-signed": {
        "headers": {"Content-Type": "a/b", "x-oss-meta-a": "1", "Range": "bytes=1-2"},
        "additional_headers": ["content-type", "X-Oss-Meta-A", "Range"],
    },
    "token-specials": {"security_token": " tok+/=& en "},
    "token-long": {"security_token": "CAIS" + "0123456789+/" * 80},
    "secret-one-block": {"access_key_secret": "s" * 55},
    "secret-over-a-block": {"access_key_secret": "s" * 56},
    "secret-unicode": {"access_key_secret": "密钥é"},
    "cloudbox": {
        "region": "cb-iny1hewkwtxt",
        "product": "oss-cloudbox",
        "endpoint": "cb-iny1hewkwtxt.cn-hangzhou.oss-cloudbox.aliyuncs.com",
    },
    "expires-default": {"expires_seconds": None},
    **{f"time-{number}": {"signing_time": time} for number, time in enumerate(TIMES)},
    **{f"endpoint-{number:02}": place for number, place in enumerate(ENDPOINTS)},
}


def cases() -> Iterator[Case]:
    """Yields every case: hand-made keys and corners, then the random ones."""
    plain = {
        "op": "GetObject",
        "bucket": "example-bucket",
        "key": "dir/a b.txt",
        "region": "cn-hangzhou",
        "access_key_id": "LTAI5tVectorsKeyId000001",
        "access_key_secret": "vectorSecret0123456789abcdefgh",
        "signing_time": "2024-03-01T08:30:15Z",
        "expires_seconds": 3600,
    }
    for number, key in enumerate(KEYS):
        yield {"id": f"key-{number:02}", **plain, "key": key}
    for length in range(1, 65):  # the canonical request ends at each place of a SHA-256 block
        yield {"id": f"length-{length:02}", **plain, "key": "k" * length}
    for name, changes in CORNERS.items():
        yield {"id": name, **plain, **changes}
    for number in range(RANDOM_CASES):
        yield random_case(number)


def line(case: Case) -> str:
    """Returns the line of `case`, answered by both SDKs.

    Raises:
        ValueError: The SDKs disagree.
    """
    url = sign_v2(case)
    if decoded(sign_oss2(case)) != decoded(url):
        raise ValueError(f"case {case['id']}: the SDKs disagree")
    expected = {"url": url, "signature": url.rpartition("=")[2]}
    sparse = {name: value for name, value in case.items() if value not in (None, "", [], {})}
    return json.dumps({**sparse, "expected": expected}, separators=(",", ":")) + "\n"


def main() -> None:
    """Writes the file whole or not at all."""
    text = "".join(line(case) for case in cases())
    VECTORS.write_text(text, encoding="ascii", newline="\n")


if __name__ == "__main__":
    main()
