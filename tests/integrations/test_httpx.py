"""OSSAuth of httpx over real sockets, with Client and AsyncClient; no server shares its code."""

from __future__ import annotations

import asyncio
import io
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote
from xml.etree import ElementTree as ET

import httpx
import pytest

from ossign_fast import Credentials, CredentialsError, RequestError
from ossign_fast.integrations._handover import WRITTEN
from ossign_fast.integrations.httpx import OSSAuth
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
    elsewhere,
    endpoint,
    names_lead_home,
    signer_for,
)
from support.server import texts

__all__ = ["door", "elsewhere", "endpoint", "names_lead_home"]
PATH = f"/{BUCKET}/first"
OTHER = f"/{BUCKET}/second%20+%C3%A9?acl"
Send = Callable[..., httpx.Response]
OPTIONS: dict[str, Any] = {"timeout": 5, "trust_env": False, "max_redirects": 6, "verify": False}


@pytest.fixture(params=["sync", "async"])
def send(request: pytest.FixtureRequest) -> Iterator[Send]:
    """A client's `request`; that of an AsyncClient waits for the answer."""
    if request.param == "sync":
        with httpx.Client(**OPTIONS) as client:
            yield client.request
        return
    loop, waiting = asyncio.new_event_loop(), httpx.AsyncClient(**OPTIONS)
    yield lambda *args, **options: loop.run_until_complete(waiting.request(*args, **options))
    loop.run_until_complete(waiting.aclose())
    loop.run_until_complete(loop.shutdown_default_executor())
    loop.close()


@pytest.mark.usefixtures("names_lead_home")
@pytest.mark.parametrize("style", ["path", "virtual", "cname"])
def test_objects_and_listings(endpoint: LocalEndpoint, send: Send, style: str) -> None:
    base, signer = base_of(endpoint, style)
    auth = OSSAuth(signer)
    sent = {"Content-Type": "text/plain; a=b", "x-oss-meta-who": "grüße 中文".encode()}
    for key, meaning in KEYS.items():
        url, body = f"{base}/{key}", meaning.encode()
        assert send("PUT", url, content=body, headers=sent, auth=auth).status_code == 200
        got = send("GET", url, params={"response-content-type": "a/b; c=1+1 ~&%é"}, auth=auth)
        assert (got.content, got.headers["Content-Type"][:12]) == (body, "a/b; c=1+1 ~")
        head = send("HEAD", url, auth=auth).headers
        assert dict(head.raw)[b"x-oss-meta-who"] == sent["x-oss-meta-who"]
        assert (head["Content-Type"], head["Content-Length"]) == ("text/plain; a=b", str(len(body)))
    for prefix, meaning in PREFIXES.items():
        for url in (f"{base}/?encoding-type=url&prefix={prefix}", f"{base}?prefix={prefix}"):
            found = texts(ET.fromstring(send("GET", url, auth=auth).content), "Contents/Key")
            assert [unquote(key) for key in found] == [
                key for key in KEYS.values() if key.startswith(meaning)
            ]
        same = send("GET", f"{base}/", params={"prefix": meaning, "delimiter": ""}, auth=auth)
        assert texts(ET.fromstring(same.content), "Contents/Key") == found
    for key in KEYS:
        assert send("DELETE", f"{base}/{key}", auth=auth).status_code == 204
    assert send("GET", f"{base}/{key}", auth=auth).status_code == 404


def test_the_service_and_forms(endpoint: LocalEndpoint, door: Door, send: Send) -> None:
    auth = OSSAuth(signer_for(endpoint.url))
    url = f"{endpoint.url}/{BUCKET}/form"
    assert send("PUT", url, data={"a b": "c&d", "é": "+"}, auth=auth).status_code == 200
    got = send("GET", url, auth=auth)
    assert got.content == b"a+b=c%26d&%C3%A9=%2B"
    assert got.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert send("PUT", url, json={"a": 1}, auth=auth).status_code == 200
    buckets = ET.fromstring(send("GET", f"{endpoint.url}/?prefix=example", auth=auth).content)
    assert texts(buckets, "Buckets/Bucket/Name") == [BUCKET]
    auth = OSSAuth(signer_for(door.url))
    files = {"f": ("é.txt", b"x")}
    assert send("PUT", f"{door.url}/{BUCKET}/form", files=files, auth=auth).status_code == 200
    assert door.arrivals[0].headers["content-type"].startswith("multipart/form-data; boundary=")


def test_the_very_body_reaches_the_transport(endpoint: LocalEndpoint) -> None:
    auth = OSSAuth(signer_for(endpoint.url, WITH_TOKEN))
    url = f"{endpoint.url}/{BUCKET}/k"
    file = io.BytesIO(b"x" * 100_000)
    bodies: list[tuple[Any, bytes]] = [
        (file, b"x" * 100_000),
        ((bytes([65 + number]) for number in range(3)), b"ABC"),
        (b"bytes", b"bytes"),
        (None, b""),
    ]
    with httpx.Client(**OPTIONS) as client:
        for body, content in bodies:
            request = client.build_request("PUT", url, content=body)
            stream = request.stream
            signed = next(auth.sync_auth_flow(request))
            assert (signed is request, request.stream is stream) == (True, True)
            assert file.tell() == (0 if body is file else 100_000)
            assert client.send(request, auth=auth).status_code == 200
            assert client.get(url, auth=auth).content == content


def test_the_very_body_reaches_the_async_transport(endpoint: LocalEndpoint) -> None:
    auth = OSSAuth(signer_for(endpoint.url, WITH_TOKEN))
    url = f"{endpoint.url}/{BUCKET}/k"
    taken: list[bytes] = []

    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b"A" * 70_000, b"B"):
            taken.append(piece)
            yield piece

    async def work() -> None:
        async with httpx.AsyncClient(**OPTIONS) as client:
            request = client.build_request("PUT", url, content=pieces())
            flow = auth.async_auth_flow(request)
            assert await flow.__anext__() is request
            await flow.aclose()
            assert taken == []
            assert (await client.send(request, auth=auth)).status_code == 200
            answers = await asyncio.gather(*(client.get(url, auth=auth) for _ in range(20)))
            assert {answer.content for answer in answers} == {b"".join(taken)}

    asyncio.run(work())


@pytest.mark.usefixtures("names_lead_home")
@pytest.mark.parametrize("where", ["signer", "auth"])
@pytest.mark.parametrize("style", ["path", "virtual"])
def test_additional_headers(door: Door, send: Send, where: str, style: str) -> None:
    port = door.url.rpartition(":")[2]
    home, base = door.url, f"{door.url}/{BUCKET}"
    if style == "virtual":
        home, base = f"http://oss.test:{port}", f"http://{BUCKET}.oss.test:{port}"
    options: dict[str, Any] = {"additional_headers": ["Host", "range", "absent", "X-Empty"]}
    signer = signer_for(home, **(options if where == "signer" else {}))
    auth = OSSAuth(signer, **(options if where == "auth" else {}))
    door.settings = {"endpoint": home.partition("//")[2], "url_style": style}
    headers = {"Range": "bytes=0-", "X-Empty": "", "x-oss-date": "old", "Accept-Encoding": ""}
    assert send("GET", f"{base}/k", headers=headers, auth=auth).status_code == 200
    (arrival,) = door.arrivals
    assert ",AdditionalHeaders=host;range," in arrival.headers["authorization"]
    assert arrival.headers["host"] == base.split("/")[2]


@pytest.mark.parametrize(
    ("url", "headers", "field"),
    [
        ("http://127.0.0.1:1/examplebucket/k", {}, "url"),
        ("https://{host}/examplebucket/k", {}, "url"),
        ("http://{host}/examplebucket/k?a=1&a=2", {}, "url"),
        ("http://{host}/examplebucket/%FF", {}, "url"),
        ("http://{host}/No_Bucket/k", {}, "bucket"),
        ("http://{host}/examplebucket//k", {}, "key"),
        ("http://{host}/examplebucket/k?x-oss-signature=1", {}, "query['x-oss-signature']"),
        ("http://{host}/examplebucket/k", {"X-Oss-Meta-A": ""}, "headers['x-oss-meta-a']"),
        ("http://{host}/examplebucket/k", {"x-oss-a": b"\xe9"}, "headers['x-oss-a']"),
        ("http://{host}/examplebucket/k", [("X-A", "b"), ("x-a", "c")], "headers['x-a']"),
    ],
)
def test_refusals_name_the_field_and_send_nothing(
    door: Door, send: Send, url: str, headers: Any, field: str
) -> None:
    auth = OSSAuth(signer_for(door.url))
    with pytest.raises(RequestError) as caught:
        send("GET", url.format(host=door.url[7:]), headers=headers, auth=auth)
    assert caught.value.field == field
    assert door.arrivals == []


def test_other_refusals() -> None:
    home, url = "http://oss.test", "http://bkt-1.oss.test/k"

    def sign(auth: OSSAuth, **options: Any) -> httpx.Request:
        return next(auth.auth_flow(httpx.Request("GET", url, **options)))

    with pytest.raises(RequestError, match=r"^headers\['é'\]: "):
        sign(OSSAuth(signer_for(home)), headers=[(b"\xe9", b"a")])
    with pytest.raises(RequestError, match=r"^additional_headers: "):
        sign(OSSAuth(signer_for(home), additional_headers=[""]))
    nobody: Any = lambda: None  # noqa: E731
    with pytest.raises(CredentialsError):
        sign(OSSAuth(signer_for(home, nobody)))


def test_one_auth_in_many_threads(endpoint: LocalEndpoint) -> None:
    auth = OSSAuth(signer_for(endpoint.url, WITH_TOKEN))
    with httpx.Client(auth=auth, **OPTIONS) as client:

        def work(number: int) -> bool:
            url = f"{endpoint.url}/{BUCKET}/{number % 4} é"
            body = str(number % 4)
            put, got = client.put(url, content=body), client.get(url)
            return not (put.history or got.history) and got.text == body

        with ThreadPoolExecutor(8) as pool:
            assert all(pool.map(work, range(80)))


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("body", [b"", b"data"])
def test_redirects_to_another_key(door: Door, send: Send, status: int, body: bytes) -> None:
    auth = OSSAuth(signer_for(door.url, WITH_TOKEN))
    door.redirects[PATH] = status, OTHER
    options: dict[str, Any] = {"content": body, "auth": auth, "headers": {"x-oss-meta-a": "b"}}
    stopped = send("PUT", door.url + PATH, **options)
    assert (stopped.status_code, door.statuses) == (status, [status])
    assert stopped.next_request is not None
    answer = send("PUT", door.url + PATH, **options, follow_redirects=True)
    method, kept = ("GET", b"") if status in (302, 303) else ("PUT", body)
    assert (answer.status_code, answer.content) == (200, kept)
    assert [(a.method, a.body) for a in door.arrivals] == [
        *[("PUT", body)] * 2,
        *[(method, kept)] * 2,
    ]
    assert door.statuses[1:] == [status, 403, 200]


def test_a_redirected_stream(door: Door) -> None:
    door.redirects[PATH] = 307, OTHER
    auth = OSSAuth(signer_for(door.url))
    with httpx.Client(auth=auth, follow_redirects=True, **OPTIONS) as client:
        with pytest.raises(httpx.StreamConsumed):
            client.put(door.url + PATH, content=(piece for piece in (b"da", b"ta")))
        answer = client.put(door.url + PATH, content=[b"da", b"ta"])
    # httpx sends a list again, but who knows that it is one?
    assert (answer.status_code, door.statuses) == (403, [307, 307, 403])


def test_a_chain_of_redirects(door: Door, send: Send) -> None:
    door.is_strict = True
    options: dict[str, Any] = {"auth": OSSAuth(signer_for(door.url, WITH_TOKEN))}
    options |= {"follow_redirects": True, "content": b"data"}
    for number in range(2):
        door.redirects[f"/{BUCKET}/{number}"] = 307, f"{door.url}/{BUCKET}/{number + 1}"
    answer = send("PUT", f"{door.url}/{BUCKET}/0", **options)
    assert (answer.status_code, answer.content) == (200, b"data")
    assert door.statuses == [307, 403, 307, 403, 200]
    door.redirects[f"/{BUCKET}/2"] = 307, f"{door.url}/{BUCKET}/0"
    assert send("PUT", f"{door.url}/{BUCKET}/0", **options).status_code == 403
    assert len(door.arrivals) < 20


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_foreign_host_gets_no_signature(
    door: Door, elsewhere: Door, send: Send, status: int
) -> None:
    auth = OSSAuth(signer_for(door.url, WITH_TOKEN), additional_headers=["host"])
    door.redirects[PATH] = status, elsewhere.url + PATH
    answer = send("PUT", door.url + PATH, content=b"data", auth=auth, follow_redirects=True)
    assert (answer.status_code, elsewhere.statuses, door.statuses) == (403, [403], [status])
    assert "x-oss-security-token" in door.arrivals[0].headers
    assert WRITTEN.isdisjoint(elsewhere.arrivals[0].headers)
    assert elsewhere.arrivals[0].headers["host"] == elsewhere.url[7:]


def test_a_foreign_host_in_the_middle_of_a_chain(door: Door, elsewhere: Door, send: Send) -> None:
    auth = OSSAuth(signer_for(door.url, WITH_TOKEN))
    door.redirects[PATH] = 307, elsewhere.url + PATH
    elsewhere.redirects[PATH] = 307, door.url + OTHER
    traced: list[str] = []

    async def trace_awaited(event: str, _: object) -> None:
        traced.append(event)

    def trace(event: str, _: object) -> None:
        traced.append(event)

    is_async = not isinstance(getattr(send, "__self__", None), httpx.Client)
    options: dict[str, Any] = {"extensions": {"trace": trace_awaited if is_async else trace}}
    for _ in range(2):  # the second by the connection of the first
        answer = send(
            "PUT", door.url + PATH, content=b"data", auth=auth, follow_redirects=True, **options
        )
        assert (answer.status_code, answer.content) == (200, b"data")
    assert door.statuses == [307, 403, 200] * 2
    assert all(WRITTEN.isdisjoint(each.headers) for each in elsewhere.arrivals)
    assert traced.count("http11.send_request_headers.started") == 8


@pytest.mark.parametrize("place", [f"/{BUCKET}//k", f"/{BUCKET}/k?a=1&a=2", "/No_Bucket/k"])
def test_locations_that_cannot_be_signed_for(door: Door, send: Send, place: str) -> None:
    auth = OSSAuth(signer_for(door.url))
    door.redirects[PATH] = 307, door.url + place
    assert send("GET", door.url + PATH, auth=auth, follow_redirects=True).status_code == 403
    assert door.statuses == [307, 403]


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_versions_and_refusals(door: Door, send: Send, version: str) -> None:
    auth = OSSAuth(signer_for(door.url, WITH_TOKEN, signature_version=version))
    assert send("PUT", door.url + OTHER, content=b"data", auth=auth).content == b"data"
    wrong = Credentials(PLAIN.access_key_id, "wrong")
    auth = OSSAuth(signer_for(door.url, wrong, signature_version=version))
    answer = send("PUT", door.url + OTHER, content=b"data", auth=auth)
    assert (answer.status_code, answer.history, door.statuses) == (403, [], [200, 403])


def test_a_request_that_is_sent_again(door: Door) -> None:
    clock = [1_709_281_815.0]
    door.clock = lambda: clock[0]
    keys: list[Credentials] = [WITH_TOKEN]
    auth = OSSAuth(signer_for(door.url, credentials=lambda: keys[0], clock=door.clock))  # type: ignore[arg-type]
    with httpx.Client(auth=auth, **OPTIONS) as client:
        request = client.build_request("PUT", door.url + OTHER, content=b"data")
        for _ in range(3):
            assert client.send(request).content == b"data"
            clock[0] += 5000
            keys[0] = PLAIN
    assert ["x-oss-security-token" in each.headers for each in door.arrivals] == [
        True,
        False,
        False,
    ]
    assert door.statuses == [200] * 3
    number = iter(range(1000))
    rotating = signer_for(door.url, credentials=lambda: Credentials(f"LTAI{next(number)}", "wrong"))  # type: ignore[arg-type]
    with httpx.Client(auth=OSSAuth(rotating), **OPTIONS) as client:
        assert client.get(door.url + OTHER).status_code == 403
    assert door.statuses[3:] == [403, 403]
