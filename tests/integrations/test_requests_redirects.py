"""OSSAuth of requests where redirects lead, where time has passed, and where OSS refuses."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from ossign_fast import Credentials
from ossign_fast.integrations.requests import OSSAuth
from support.http import BUCKET, PLAIN, WITH_TOKEN, Door, door, elsewhere, signer_for

__all__ = ["door", "elsewhere"]
SIGNATURE = ("authorization", "date", "x-oss-content-sha256", "x-oss-date", "x-oss-security-token")
PATH = f"/{BUCKET}/first"
OTHER = f"/{BUCKET}/second%20+%C3%A9?acl"


@pytest.fixture
def session() -> Iterator[requests.Session]:
    with requests.Session() as opened:
        opened.trust_env = False
        yield opened


def pieces() -> Iterator[bytes]:
    yield from (b"da", b"ta")


def file() -> io.BytesIO:
    opened = io.BytesIO(b"not data")
    opened.seek(4)
    return opened


def stuck() -> io.BytesIO:
    class Stuck(io.BytesIO):
        def seek(self, *_: object) -> int:
            raise OSError

    return Stuck(b"data")


BODIES: dict[str, Callable[[], Any]] = {
    "none": lambda: None,
    "bytes": lambda: b"data",
    "text": lambda: "data",
    "file": file,
}


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("status", [302, 303, 307, 308])
def test_another_key(door: Door, session: requests.Session, status: int, body: str) -> None:
    session.auth = OSSAuth(signer_for(door.url, WITH_TOKEN))
    door.redirects[PATH] = status, OTHER
    content = b"" if body == "none" else b"data"
    headers = {"Content-Type": "text/plain", "x-oss-meta-who": "é"}
    answer = session.put(door.url + PATH, data=BODIES[body](), headers=headers, timeout=5)
    method, sent = ("GET", b"") if status < 307 else ("PUT", content)
    assert (answer.status_code, answer.content) == (200, sent)
    assert [(a.method, a.body) for a in door.arrivals] == [
        ("PUT", content),
        (method, sent),
        (method, sent),
    ]
    assert door.statuses == [status, 403, 200]
    assert [each.status_code for each in answer.history] == [status]


@pytest.mark.parametrize("method", ["GET", "HEAD", "DELETE", "POST", "PUT"])
def test_301(door: Door, session: requests.Session, method: str) -> None:
    session.auth = OSSAuth(signer_for(door.url))
    door.redirects[PATH] = 301, OTHER
    answer = session.request(method, door.url + PATH, allow_redirects=True, timeout=5)
    assert (answer.status_code, door.statuses) == (200, [301, 403, 200])
    data = b"data" if method in ("PUT", "POST") else None
    answer = session.request(method, door.url + PATH, data=data, allow_redirects=True, timeout=5)
    # requests makes a GET of a POST, and would put an empty object.
    wanted = [301, 403] if method == "PUT" else [301, 403, 200]
    assert (door.statuses[3:], answer.status_code) == (wanted, wanted[-1])


def test_a_body_that_is_gone(door: Door, session: requests.Session) -> None:
    session.auth = OSSAuth(signer_for(door.url))
    door.redirects[PATH] = 307, OTHER
    answer = session.put(door.url + PATH, data=pieces(), timeout=5)
    assert (answer.status_code, door.statuses) == (403, [307, 403])
    assert [arrival.body for arrival in door.arrivals] == [b"data", b""]


def test_a_chain_of_redirects(door: Door, session: requests.Session) -> None:
    door.is_strict = True
    session.auth = OSSAuth(signer_for(door.url, WITH_TOKEN))
    for number in range(3):
        door.redirects[f"/{BUCKET}/{number}"] = 307, f"{door.url}/{BUCKET}/{number + 1}"
    answer = session.put(f"{door.url}/{BUCKET}/0", data=file(), timeout=5)
    assert (answer.status_code, answer.content) == (200, b"data")
    assert door.statuses == [307, 403, 307, 403, 307, 403, 200]
    door.redirects[f"/{BUCKET}/3"] = 307, f"{door.url}/{BUCKET}/0"
    session.max_redirects = 5
    with pytest.raises(requests.TooManyRedirects):
        session.put(f"{door.url}/{BUCKET}/0", data=file(), timeout=5)
    assert len(door.arrivals) < 25


@pytest.mark.parametrize("is_followed", [True, False])
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_foreign_host_gets_no_signature_and_no_token(
    door: Door, elsewhere: Door, session: requests.Session, status: int, is_followed: bool
) -> None:
    session.auth = OSSAuth(signer_for(door.url, WITH_TOKEN), additional_headers=["host"])
    door.redirects[PATH] = status, elsewhere.url + PATH
    headers = {"x-oss-meta-a": "b"}
    answer = session.put(
        door.url + PATH, data=b"data", headers=headers, allow_redirects=is_followed, timeout=5
    )
    if not is_followed:
        assert answer.status_code == status
        assert answer.next is not None
        answer = session.send(answer.next, timeout=5)
    assert (answer.status_code, elsewhere.statuses, door.statuses) == (403, [403], [status])
    (arrival,) = elsewhere.arrivals
    assert not set(SIGNATURE) & set(arrival.headers)
    assert arrival.headers["host"] == elsewhere.url[7:]
    assert all(name in door.arrivals[0].headers for name in SIGNATURE)


@pytest.mark.parametrize(
    "location",
    [
        "//{foreign}/k",
        "http://{home}@{foreign}/k",
        "HTTP://{foreign}/examplebucket/k",
        "http://127.0.0.1:{port}0/k",
        "https://{home}/examplebucket/k",
        "http://{home}/examplebucket/k?a=1&a=2",
    ],
)
def test_locations_that_are_not_signed_for(
    door: Door, elsewhere: Door, session: requests.Session, location: str
) -> None:
    session.auth = OSSAuth(signer_for(door.url, WITH_TOKEN))
    home, foreign = door.url[7:], elsewhere.url[7:]
    door.redirects[PATH] = (
        307,
        location.format(home=home, foreign=foreign, port=home.partition(":")[2]),
    )
    answer = session.get(door.url + PATH, allow_redirects=False, timeout=5)
    assert answer.next is not None
    assert not set(SIGNATURE) & {name.lower() for name in answer.next.headers}


def test_redirects_that_are_not_followed(door: Door, session: requests.Session) -> None:
    session.auth = OSSAuth(signer_for(door.url))
    door.redirects[PATH] = 307, OTHER
    answer = session.put(door.url + PATH, data=b"data", allow_redirects=False, timeout=5)
    assert (answer.status_code, answer.history, door.statuses) == (307, [], [307])
    assert answer.next is not None
    assert session.send(answer.next, timeout=5).status_code == 200
    assert door.statuses == [307, 403, 200]


@pytest.mark.parametrize("place", [f"/{BUCKET}//k", f"/{BUCKET}/k?a=1&a=2", "/No_Bucket/k"])
def test_locations_that_cannot_be_signed_for(
    door: Door, session: requests.Session, place: str
) -> None:
    session.auth = OSSAuth(signer_for(door.url))
    door.redirects[PATH] = 307, door.url + place
    assert session.get(door.url + PATH, timeout=5).status_code == 403
    assert door.statuses == [307, 403]


class Clock:
    """The time by which both sides go."""

    def __init__(self) -> None:
        self.now = time.time()

    def __call__(self) -> float:
        return self.now


@pytest.mark.parametrize(
    ("body", "content"), [*((body, b"data") for body in (*BODIES.values(), pieces, stuck))]
)
def test_long_after_it_was_prepared(
    door: Door, session: requests.Session, body: Callable[[], Any], content: bytes
) -> None:
    clock = door.clock = Clock()
    auth = OSSAuth(signer_for(door.url, WITH_TOKEN, clock=clock))
    request = requests.Request("PUT", door.url + OTHER, data=body(), auth=auth)
    prepared = session.prepare_request(request)
    first = prepared.headers["Authorization"]
    clock.now += 5000
    answer = session.send(prepared, timeout=5)
    if body in (pieces, stuck):
        assert (answer.status_code, door.statuses, answer.history) == (403, [403], [])
        return
    assert (answer.status_code, door.statuses) == (200, [403, 200])
    assert answer.content == (content if request.data else b"")
    (refused,) = answer.history
    assert (refused.request.headers["Authorization"], refused.status_code) == (first, 403)
    assert answer.request.headers["Authorization"] != first


def test_long_after_and_then_elsewhere(
    door: Door, elsewhere: Door, session: requests.Session
) -> None:
    clock = door.clock = Clock()
    session.auth = OSSAuth(signer_for(door.url, WITH_TOKEN, clock=clock))
    prepared = session.prepare_request(requests.Request("GET", door.url + PATH))
    clock.now += 5000
    assert session.send(prepared, timeout=5).status_code == 200
    clock.now += 300  # it was signed anew for good
    assert session.send(prepared, timeout=5).history == []
    clock.now += 5000
    door.is_strict = True
    door.redirects[PATH] = 302, elsewhere.url + PATH
    assert session.send(prepared, timeout=5).status_code == 403
    assert door.statuses == [403, 200, 200, 403, 302]
    assert not set(SIGNATURE) & set(elsewhere.arrivals[0].headers)


def test_credentials_that_have_been_replaced(door: Door, session: requests.Session) -> None:
    keys = [PLAIN]
    auth = OSSAuth(signer_for(door.url, credentials=lambda: keys[0]))  # type: ignore[arg-type]
    prepared = requests.Request("GET", door.url + OTHER, auth=auth).prepare()
    keys[0] = WITH_TOKEN
    door.seal.pop(PLAIN.access_key_id)
    assert session.send(prepared, timeout=5).status_code == 200
    assert door.statuses == [403, 200]


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_a_refusal_is_returned_once(door: Door, session: requests.Session, version: str) -> None:
    wrong = Credentials(PLAIN.access_key_id, "wrong")
    auth = OSSAuth(signer_for(door.url, wrong, signature_version=version))
    answer = session.put(door.url + OTHER, data=b"data", auth=auth, timeout=5)
    assert (answer.status_code, answer.history, door.statuses) == (403, [], [403])

    def rotating() -> Credentials:
        return Credentials(f"LTAI{len(door.arrivals)}", "wrong")

    auth = OSSAuth(signer_for(door.url, credentials=rotating))  # type: ignore[arg-type]
    assert session.get(door.url + OTHER, auth=auth, timeout=5).status_code == 403
    assert door.statuses == [403] * 3
    keys: list[Any] = [PLAIN]
    auth = OSSAuth(signer_for(door.url, credentials=lambda: keys[0]))  # type: ignore[arg-type]
    prepared = requests.Request("GET", door.url + OTHER, auth=auth).prepare()
    keys[0] = None  # nothing to sign with any more
    door.seal = {}
    assert session.send(prepared, timeout=5).status_code == 403
    assert door.statuses == [403] * 4


def test_a_request_that_lost_its_date(door: Door, session: requests.Session) -> None:
    auth = OSSAuth(signer_for(door.url))
    prepared = requests.Request("GET", door.url + OTHER, auth=auth).prepare()
    for name in SIGNATURE:
        prepared.headers.pop(name, None)
    assert session.send(prepared, stream=True, timeout=5).status_code == 200
    assert door.statuses == [403, 200]
