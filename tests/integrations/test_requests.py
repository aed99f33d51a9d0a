"""OSSAuth of requests over real sockets; no server shares code with what signs."""

from __future__ import annotations

import inspect
import io
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote

import pytest
import requests

from ossign_fast import Credentials, CredentialsError, RequestError
from ossign_fast.integrations.requests import OSSAuth
from ossign_fast.server import LocalEndpoint
from support.http import (
    BUCKET,
    KEYS,
    PLAIN,
    PREFIXES,
    WITH_TOKEN,
    Door,
    base_of,
    door,
    endpoint,
    names_lead_home,
    signer_for,
)
from support.server import code_of, texts, xml_of

__all__ = ["door", "endpoint", "names_lead_home"]
CREDENTIALS = pytest.mark.parametrize("credentials", [PLAIN, WITH_TOKEN], ids=["plain", "token"])


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


@pytest.mark.usefixtures("names_lead_home")
@pytest.mark.parametrize("style", ["path", "virtual", "cname"])
def test_objects_and_listings(
    endpoint: LocalEndpoint, session: requests.Session, style: str
) -> None:
    base, signer = base_of(endpoint, style)
    session.auth = OSSAuth(signer)
    sent = {"Content-Type": "text/plain; a=b", "x-oss-meta-who": "grüße 中文", "X-Other": "é"}
    for key, meaning in KEYS.items():
        url, body = f"{base}/{key}", meaning.encode()
        assert session.put(url, data=body, headers=sent, timeout=5).status_code == 200
        got = session.get(url, params={"response-content-type": "a/b; c=1+1 ~&%é"}, timeout=5)
        assert (got.content, got.headers["Content-Type"][:12]) == (body, "a/b; c=1+1 ~")
        head = session.head(url, timeout=5).headers
        assert head["x-oss-meta-who"].encode("latin-1").decode() == sent["x-oss-meta-who"]
        assert (head["Content-Type"], head["Content-Length"]) == ("text/plain; a=b", str(len(body)))
    for prefix, meaning in PREFIXES.items():
        for url in (f"{base}/?encoding-type=url&prefix={prefix}", f"{base}?prefix={prefix}"):
            found = texts(xml_of(session.get(url, timeout=5)), "Contents/Key")
            assert [unquote(key) for key in found] == [
                key for key in KEYS.values() if key.startswith(meaning)
            ]
        url = f"{base}/"
        same = session.get(url, params={"prefix": meaning, "delimiter": ""}, timeout=5)
        assert texts(xml_of(same), "Contents/Key") == found
    for key in KEYS:
        assert session.delete(f"{base}/{key}", timeout=5).status_code == 204
    assert code_of(session.get(f"{base}/{key}", timeout=5)) == "404 NoSuchKey"


def test_the_service_and_forms(
    endpoint: LocalEndpoint, door: Door, session: requests.Session
) -> None:
    session.auth = OSSAuth(signer_for(endpoint.url))
    url = f"{endpoint.url}/{BUCKET}/form"
    assert session.put(url, data={"a b": "c&d", "é": "+"}, timeout=5).status_code == 200
    got = session.get(url, timeout=5)
    assert got.content == b"a+b=c%26d&%C3%A9=%2B"
    assert got.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert session.put(url, json={"a": 1}, timeout=5).status_code == 200
    buckets = xml_of(session.get(f"{endpoint.url}/?prefix=example", timeout=5))
    assert texts(buckets, "Buckets/Bucket/Name") == [BUCKET]
    session.auth = OSSAuth(signer_for(door.url))
    files = {"f": ("é.txt", b"x")}
    assert session.put(f"{door.url}/{BUCKET}/form", files=files, timeout=5).status_code == 200
    assert door.arrivals[0].headers["content-type"].startswith("multipart/form-data; boundary=")


def test_the_very_body_reaches_the_transport(
    endpoint: LocalEndpoint, session: requests.Session
) -> None:
    auth = OSSAuth(signer_for(endpoint.url, WITH_TOKEN))
    url = f"{endpoint.url}/{BUCKET}/k"
    file = io.BytesIO(b"skipped" + b"x" * 100_000)
    file.seek(7)
    pieces = (bytes([65 + number]) * 70_000 for number in range(3))
    bodies: list[tuple[Any, bytes]] = [
        (file, b"x" * 100_000),
        (pieces, b"A" * 70_000 + b"B" * 70_000 + b"C" * 70_000),
        (bytearray(b"array"), b"array"),
        (b"bytes", b"bytes"),
        (None, b""),
    ]
    for body, content in bodies:
        prepared = requests.Request("PUT", url, data=body, auth=auth).prepare()
        assert id(prepared.body) == id(body)
        if body is pieces:
            assert inspect.getgeneratorstate(pieces) == inspect.GEN_CREATED
        assert file.tell() == (7 if body is file else 100_007)
        answer = session.send(prepared, timeout=5)
        assert (answer.status_code, answer.history) == (200, [])
        assert session.get(url, auth=auth, timeout=5).content == content


@pytest.mark.usefixtures("names_lead_home")
@pytest.mark.parametrize("where", ["signer", "auth"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_additional_headers(
    endpoint: LocalEndpoint, door: Door, session: requests.Session, where: str, style: str
) -> None:
    names = ["Host", "range", "User-Agent", "absent", "X-Empty"]
    base, signer = base_of(endpoint, style)
    base, home = (text.replace(endpoint.url[-5:], door.url[-5:]) for text in (base, endpoint.url))
    home = home if style == "path" else base.replace(f"{BUCKET}.", "")
    options: dict[str, Any] = {"additional_headers": names}
    signer = signer_for(home, **(options if where == "signer" else {}))
    session.auth = OSSAuth(signer, **(options if where == "auth" else {}))
    door.settings = {"endpoint": home.partition("//")[2], "url_style": style}
    headers = {"Range": "bytes=0-", "X-Empty": "", "Accept-Encoding": ""}
    assert session.get(f"{base}/k", headers=headers, timeout=5).status_code == 200
    (arrival,) = door.arrivals
    assert ",AdditionalHeaders=host;range;user-agent," in arrival.headers["authorization"]
    assert arrival.headers["accept-encoding"] == ""
    assert arrival.headers["host"] == base.split("/")[2]
    changed = session.prepare_request(requests.Request("GET", f"{base}/k", headers=headers))
    changed.headers["Range"] = "bytes=1-"
    for _ in range(2):  # what another layer changed is signed anew
        assert session.send(changed, timeout=5).status_code == 200
    assert door.statuses == [200, 403, 200, 200]


@pytest.mark.parametrize(
    ("url", "headers"),
    [
        ("http://bkt-1.oss.test/k", {}),
        ("http://bkt-1.oss.test:80/k", {}),
        ("http://BKT-1.oss.test/k#fragment", {}),
        ("http://bkt-1.oss.test/k", {"host": "bkt-1.oss.test"}),
        ("http://bkt-1.oss.test:80/k", {"HOST": "bkt-1.oss.test", "x-oss-date": "old"}),
    ],
)
def test_the_host_that_is_signed(url: str, headers: dict[str, str]) -> None:
    signer = signer_for("http://oss.test", clock=lambda: 1_709_281_815)
    auth = OSSAuth(signer, additional_headers=["host"])
    signed = requests.Request("GET", url, headers=headers, auth=auth).prepare().headers
    known = signer.sign_headers(
        "GET",
        "k",
        bucket="bkt-1",
        headers={"Host": "bkt-1.oss.test"},
        additional_headers=["host"],
    )
    assert signed["Authorization"] == known["Authorization"]
    assert ("Host" in signed) == bool(headers)  # or a redirect would take it along


@CREDENTIALS
def test_v1(endpoint: LocalEndpoint, session: requests.Session, credentials: Credentials) -> None:
    signer = signer_for(endpoint.url, credentials, region=None, signature_version="v1")
    session.auth = OSSAuth(signer)
    url = f"{endpoint.url}/{BUCKET}/a%20b"
    assert session.put(url, data="x", headers={"x-oss-meta-a": "é"}, timeout=5).status_code == 200
    assert session.get(url, params={"response-content-type": "a/b"}, timeout=5).text == "x"


def test_signatures_of_earlier_attempts_go(
    endpoint: LocalEndpoint, session: requests.Session
) -> None:
    keys = [WITH_TOKEN]
    auth = OSSAuth(signer_for(endpoint.url, credentials=lambda: keys[0]))  # type: ignore[arg-type]
    url = f"{endpoint.url}/{BUCKET}/k"
    prepared = requests.Request("PUT", url, data=b"x", auth=auth).prepare()
    assert prepared.headers["x-oss-security-token"] == WITH_TOKEN.security_token
    keys[0] = PLAIN
    auth(prepared)
    assert "x-oss-security-token" not in prepared.headers
    assert len(prepared.hooks["response"]) == 1
    assert session.send(prepared, timeout=5).history == []


@pytest.mark.parametrize(
    ("url", "headers", "field"),
    [
        ("http://127.0.0.1:1/examplebucket/k", {}, "url"),
        ("https://{host}/examplebucket/k", {}, "url"),
        ("http://user:hidden@{host}/examplebucket/k", {}, "url"),
        ("http://{host}/examplebucket/k?a=1&a=2", {}, "url"),
        ("http://{host}/examplebucket/k?a&&b", {}, "url"),
        ("http://{host}/examplebucket/%FF", {}, "url"),
        ("http://{host}/No_Bucket/k", {}, "bucket"),
        ("http://{host}/examplebucket//k", {}, "key"),
        ("http://{host}/examplebucket/k?x-oss-signature=1", {}, "query['x-oss-signature']"),
        ("http://{host}/examplebucket/k", {"X-Oss-Meta-A": ""}, "headers['x-oss-meta-a']"),
        ("http://{host}/examplebucket/k", {"Content-Type": ""}, "headers['content-type']"),
        ("http://{host}/examplebucket/k", {"x-oss-a": b"\xe9"}, "headers['x-oss-a']"),
    ],
)
def test_refusals_name_the_field_and_send_nothing(
    door: Door, session: requests.Session, url: str, headers: dict[str, Any], field: str
) -> None:
    session.auth = OSSAuth(signer_for(door.url))
    with pytest.raises(RequestError) as caught:
        session.get(url.format(host=door.url[7:]), headers=headers, timeout=5)
    assert caught.value.field == field
    assert "hidden" not in str(caught.value)
    assert door.arrivals == []


def test_other_refusals(door: Door, session: requests.Session) -> None:
    url = f"{door.url}/{BUCKET}/k"
    cname = signer_for(door.url, url_style="cname")
    for auth, wanted in (
        (OSSAuth(signer_for(door.url), additional_headers=["a b"]), RequestError),
        (OSSAuth(signer_for(door.url, credentials=lambda: None)), CredentialsError),  # type: ignore[arg-type]
        (OSSAuth(cname), None),
    ):
        if wanted is None:  # an IP address means path style all the same
            assert session.get(url, auth=auth, timeout=5).status_code == 200
            continue
        with pytest.raises(wanted):
            session.get(url, auth=auth, timeout=5)
    assert len(door.arrivals) == 1
    assert repr(OSSAuth(cname)).startswith("<ossign_fast.integrations.requests.OSSAuth object")


def test_one_auth_in_many_threads(endpoint: LocalEndpoint) -> None:
    auth = OSSAuth(signer_for(endpoint.url, WITH_TOKEN))

    def work(number: int) -> list[bool]:
        with requests.Session() as own:
            own.trust_env = False
            url = f"{endpoint.url}/{BUCKET}/{number % 4} é"
            body = str(number % 4)
            put = [own.put(url, data=body, auth=auth, timeout=5) for _ in range(5)]
            got = [own.get(url, auth=auth, timeout=5) for _ in range(5)]
            return [not r.history and r.text in ("", body) for r in (*put, *got)]

    with ThreadPoolExecutor(8) as pool:
        assert all(all(outcome) for outcome in pool.map(work, range(16)))
