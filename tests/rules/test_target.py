"""`Signer.locate`: where a URL goes, and that it goes nowhere else."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import Credentials, RequestError, Signer, Target
from support import oracle

HOST = "oss-cn-hangzhou.aliyuncs.com"
CREDENTIALS = Credentials("id", "secret", "token")
ELSEWHERE = "is not at the endpoint of the signer; sign for that one alone"
UNREADABLE = "is not a URL that can be read; give an absolute one, percent-encoded"


def signer_of(**settings: Any) -> Signer:
    return Signer(**{"region": "cn-hangzhou", "credentials": CREDENTIALS, **settings})


def refusal(url: Any, **settings: Any) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        signer_of(**settings).locate(url)
    assert caught.value.__cause__ is None
    return caught.value.field, caught.value.problem


PATH: dict[str, Any] = {"url_style": "path", "strict_endpoint": False}
CNAME: dict[str, Any] = {"url_style": "cname", "endpoint": "img.example.com", "bucket": "bkt"}
IPV4: dict[str, Any] = {"endpoint": "http://127.0.0.1:9000"}
IPV6: dict[str, Any] = {"endpoint": "http://[FE80::1]:9000"}
PORT: dict[str, Any] = {"endpoint": "files.example.org:8443"}
PLAIN: dict[str, Any] = {"scheme": "http"}


@pytest.mark.parametrize(
    ("settings", "url", "bucket", "key"),
    [
        ({}, f"https://bkt.{HOST}/a.txt", "bkt", "a.txt"),
        ({}, f"https://bkt.{HOST}:443/a.txt", "bkt", "a.txt"),
        ({}, f"HTTPS://BKT.{HOST.upper()}/A", "bkt", "A"),
        ({}, f"https://bkt.{HOST}/", "bkt", None),
        ({}, f"https://bkt.{HOST}", "bkt", None),
        ({}, f"https://{HOST}/", None, None),
        ({}, f"https://{HOST}", None, None),
        ({"bucket": "other"}, f"https://bkt.{HOST}/k", "bkt", "k"),
        ({"bucket": "other"}, f"https://{HOST}", None, None),
        ({}, f"https://bkt.{HOST}//k", "bkt", "/k"),
        ({}, f"https://bkt.{HOST}/bkt/k/", "bkt", "bkt/k/"),
        ({}, f"https://bkt.{HOST}/k#fragment", "bkt", "k"),
        (PLAIN, f"http://bkt.{HOST}:80/k", "bkt", "k"),
        ({"endpoint_type": "internal"}, "https://bkt.oss-cn-hangzhou-internal.aliyuncs.com/k",
         "bkt", "k"),
        (PATH, f"https://{HOST}/bkt/k", "bkt", "k"),
        (PATH, f"https://{HOST}/bkt/a/b", "bkt", "a/b"),
        (PATH, f"https://{HOST}/bkt//b", "bkt", "/b"),
        (PATH, f"https://{HOST}/bkt/", "bkt", None),
        (PATH, f"https://{HOST}/bkt", "bkt", None),
        (PATH, f"https://{HOST}/", None, None),
        (PATH, f"https://{HOST}", None, None),
        ({**PATH, "bucket": "other"}, f"https://{HOST}", None, None),
        (CNAME, "https://img.example.com/bkt/k", "bkt", "bkt/k"),
        (CNAME, "https://img.example.com", "bkt", None),
        ({**CNAME, "bucket": None}, "https://img.example.com", None, None),
        (IPV4, "http://127.0.0.1:9000/bkt/k", "bkt", "k"),
        (IPV6, "http://[fe80::1]:9000/bkt/k", "bkt", "k"),
        (IPV6, "http://[FE80::1]:9000", None, None),
        (PORT, "https://bkt.files.example.org:8443/k", "bkt", "k"),
        (PORT, "https://files.example.org:8443/", None, None),
        ({"endpoint": "files.example.org:443"}, "https://bkt.files.example.org/k", "bkt", "k"),
    ],
)  # fmt: skip
def test_places(settings: dict[str, Any], url: str, bucket: str | None, key: str | None) -> None:
    target = signer_of(**settings).locate(url)
    assert target == Target(bucket, key, {})
    assert isinstance(target, Target)


@pytest.mark.parametrize(
    ("settings", "url"),
    [
        ({}, "https://example.com/k"),
        ({}, f"http://bkt.{HOST}/k"),
        ({}, f"https://bkt.{HOST}:8443/k"),
        ({}, f"https://bkt.{HOST}:0/k"),
        ({}, f"https://{HOST}:8443/k"),
        ({}, f"https://bkt{HOST}/k"),
        ({}, f"https://bkt.{HOST}.example.com/k"),
        ({}, f"https://{HOST}.example.com/bkt/k"),
        ({}, f"https://bkt.{HOST}./k"),
        ({}, f"https://bkt.{HOST}\\.example.com/k"),
        ({}, "https://bkt.oss-cn-hangzhou\u3002aliyuncs.com/k"),
        ({}, "https://bkt.oss-cn-hangzhou%2ealiyuncs.com/k"),
        ({}, "https://bkt.oss-cn-beijing.aliyuncs.com/k"),
        ({}, "https://bkt.oss-cn-hangzhou-internal.aliyuncs.com/k"),
        ({}, f"//bkt.{HOST}/k"),
        ({}, f"ftp://bkt.{HOST}/k"),
        (PLAIN, f"https://bkt.{HOST}/k"),
        (PATH, f"https://bkt.{HOST}/k"),
        (CNAME, "https://bkt.img.example.com/k"),
        (CNAME, "https://IMG.example.com:8443/k"),
        (IPV4, "http://127.0.0.1/bkt/k"),
        (IPV4, "http://127.1:9000/bkt/k"),
        (IPV4, "http://bkt.127.0.0.1:9000/k"),
        (IPV6, "http://[fe80::2]:9000/bkt/k"),
        (IPV6, "http://[fe80::1]/bkt/k"),
        (PORT, "https://bkt.files.example.org/k"),
        (PORT, "http://bkt.files.example.org:8443/k"),
    ],
)
def test_other_places(settings: dict[str, Any], url: str) -> None:
    assert refusal(url, **settings) == ("url", ELSEWHERE)


@pytest.mark.parametrize(
    "url",
    [
        "", "k", "/k", "https:", "https:///k", f"bkt.{HOST}/k", "https://[::1/k",
        f"https://bkt.{HOST}:port/k", f"https://bkt.{HOST}:99999/k", f"https://u@bkt.{HOST}/k",
        f"https://u:p@bkt.{HOST}/k", f"https://bkt.{HOST}@example.com/k", f"https://@bkt.{HOST}/k",
        f"https://example.com\\@bkt.{HOST}/k", f"https://example.com#@bkt.{HOST}/k\n",
        f" https://bkt.{HOST}/k", f"https://bkt.{HOST}/a\nb", f"https://bkt.{HOST}/a\tb",
        f"https://bkt.{HOST}/a b", f"https://bkt.{HOST}/k\r", f"https://bkt.{HOST}/k\x7f",
        f"ht\ntps://bkt.{HOST}/k", f"https://bkt.{HOST}/k?a\nb", f"\x00https://bkt.{HOST}/k",
        f"https://bkt.{HOST}/k".encode(), None, 5, ["https://"],
    ],
)  # fmt: skip
def test_what_is_no_url(url: Any) -> None:
    assert refusal(url) == ("url", UNREADABLE)


@pytest.mark.parametrize(
    "url",
    [f"https://a.b.{HOST}/k", f"https://.{HOST}/k", f"https://a_b.{HOST}/k", f"https://ab.{HOST}/k",
     f"https://-abc.{HOST}/k", f"https://bkt..{HOST}/k", f"https://evil.com\\.{HOST}/k",
     f"https://\uff42kt.{HOST}/k"],
)  # fmt: skip
def test_hosts_that_name_no_bucket(url: str) -> None:
    assert refusal(url)[0] == "bucket"


@pytest.mark.parametrize("path", ["Bkt/k", "b/k", "%2Fbkt/k", "a%2Fb/k", "bk%20/k"])
def test_paths_that_name_no_bucket(path: str) -> None:
    assert refusal(f"https://{HOST}/{path}", **PATH)[0] == "bucket"


def test_keys_without_a_bucket() -> None:
    told = ("url", "names a key, but no bucket; put the bucket where it belongs")
    assert refusal(f"https://{HOST}/k") == told
    assert refusal(f"https://{HOST}//k", **PATH) == told
    assert refusal("https://img.example.com/k", **{**CNAME, "bucket": None}) == told


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("a%20b%2Bc+d", "a b+c+d"),
        ("%E4%B8%AD/%c3%a9", "中/é"),
        ("中", "中"),
        ("%2E%2E/a/../b", "../a/../b"),
        ("a%252Fb", "a%2Fb"),
        ("%2Fa", "/a"),
        ("a;b=c,d", "a;b=c,d"),
        ("100%", "100%"),
        ("a%0Ab%00", "a\nb\0"),
        ("a%3Fb%23c", "a?b#c"),
    ],
)
def test_keys_are_decoded_once(path: str, key: str) -> None:
    assert signer_of().locate(f"https://bkt.{HOST}/{path}?acl") == Target("bkt", key, {"acl": ""})
    assert signer_of(**PATH).locate(f"https://{HOST}/bkt/{path}").key == key


@pytest.mark.parametrize(
    ("query", "pairs"),
    [
        ("", {}),
        ("acl", {"acl": ""}),
        ("acl=", {"acl": ""}),
        ("a=b=c&d", {"a": "b=c", "d": ""}),
        ("a+b=c+d%2Be", {"a b": "c d+e"}),
        ("%2B%7c=%E4%B8%AD&x=%26%3D", {"+|": "中", "x": "&="}),
        ("uploads&A=1&a=2", {"uploads": "", "A": "1", "a": "2"}),
        ("a=1;b=2", {"a": "1;b=2"}),
        ("a=?/", {"a": "?/"}),
    ],
)
def test_queries(query: str, pairs: dict[str, str]) -> None:
    target = signer_of().locate(f"https://bkt.{HOST}/k?{query}")
    assert target == Target("bkt", "k", pairs)
    assert list(target.query) == list(pairs)


@pytest.mark.parametrize(
    "query", ["a=1&a=2", "a&a", "a&%61=1", "=v", "a&", "&", "a&&b", "a+b&a%20b"]
)
def test_names_that_are_empty_or_repeated(query: str) -> None:
    told = ("url", "has an empty or repeated name in its query; name each once")
    assert refusal(f"https://bkt.{HOST}/k?{query}") == told


@pytest.mark.parametrize("tail", ["%FF", "a/%c3%28", "k?a=%E4%B8", "k?%80=a", "%ED%A0%80"])
def test_what_does_not_decode(tail: str) -> None:
    told = ("url", "does not decode to UTF-8; encode it as UTF-8")
    assert refusal(f"https://bkt.{HOST}/{tail}") == told
    assert refusal(f"https://{HOST}/%FF/k", **PATH) == told


def test_errors_do_not_echo_the_url() -> None:
    for url in (f"https://u:hidden@bkt.{HOST}/k", "https://h/?x-oss-signature=hidden",
                f"https://bkt.{HOST}/?hidden&hidden", f"https://bkt.{HOST}/hidden%FF"):  # fmt: skip
        assert "hidden" not in "".join(refusal(url))


texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=40)


@pytest.mark.parametrize("settings", [{}, PATH, CNAME, IPV4, IPV6, PORT])
@given(key=texts, query=st.dictionaries(texts, texts, max_size=4))
def test_what_is_located_is_what_was_meant(
    settings: dict[str, Any], key: str, query: dict[str, str]
) -> None:
    base = signer_of(**settings)._settings.endpoint.base("bkt")
    pairs = "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in query)
    url = f"{base}/{quote(key)}?{pairs}"
    assert signer_of(**settings).locate(url) == Target("bkt", key, query)


@pytest.mark.parametrize("settings", [{}, PATH, CNAME, IPV4, IPV6, PORT])
def test_presigned_urls_are_located(settings: dict[str, Any]) -> None:
    signer = signer_of(**settings)
    url = signer.presign("GET", "a b/é", bucket="bkt", query={"acl": ""}).url
    target = signer.locate(url)
    assert (target.bucket, target.key) == ("bkt", "a b/é")
    assert target.query == dict(oracle.decoded(url)[3])


@pytest.mark.parametrize("settings", [{}, PATH, {**CNAME, "bucket": "bkt"}])
def test_what_is_located_can_be_signed(settings: dict[str, Any]) -> None:
    """As an HTTP client's hook does it: the signature is that of the same words, said at once."""
    signer = signer_of(**settings, clock=lambda: 1_709_281_815)
    url = signer._settings.endpoint.base("bkt") + "/a%20b?versionId=1+2&acl"
    target = signer.locate(url)
    headers = signer.sign_headers("GET", target.key, bucket=target.bucket, query=target.query)
    wanted = oracle.sign_headers(
        {"method": "GET", "bucket": "bkt", "key": "a b", "query": {"versionId": "1 2", "acl": ""},
         "region": "cn-hangzhou", "access_key_id": "id", "access_key_secret": "secret",
         "security_token": "token", "signing_time": "2024-03-01T08:30:15Z"}
    )  # fmt: skip
    assert {name.lower(): value for name, value in headers.items()} == wanted


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_what_is_shown_of_a_signed_url(version: str) -> None:
    signer = signer_of(signature_version=version)
    url = signer.presign("GET", "k", bucket="bkt", query={"acl": None}).url
    target = signer.locate(url)
    assert repr(target).startswith("Target(bucket='bkt', key='k', query={'acl': '', ")
    for text in (repr(target), f"{target}", "%s" % target):  # noqa: UP031 - tuples would spread
        assert text.count(": ***") == 2
        assert "'token'" not in text
        assert url.rpartition("=")[2] not in text
    with pytest.raises(TypeError):
        json.dumps(target)
