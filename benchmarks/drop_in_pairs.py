"""What the drop-ins stand in for: each SDK call beside the one that replaces it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from itertools import count
from typing import Any, NamedTuple

import alibabacloud_oss_v2 as oss_v2
import oss2
from alibabacloud_oss_v2.types import HttpRequest, SigningContext
from workload import (
    ACCESS_KEY_ID,
    ACCESS_KEY_SECRET,
    BUCKET,
    ENDPOINT,
    EXPIRES,
    HOST,
    REGION,
    TOKEN,
)

from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2

LIFETIME = timedelta(seconds=EXPIRES)
HEADERS = {"Content-Type": "application/json"}


class Pair(NamedTuple):
    """What an SDK does and what its drop-in does instead.

    Attributes:
        library: The SDK.
        name: What is signed, and by what.
        sdk: Signs one key.
        own: Signs the same.
        times: How many times as fast the drop-in is promised to be, or None.
        many: Signs many keys; None where the drop-in has no call for that.
        restart: Lets both begin anew with the values that are new in each call.
    """

    library: str
    name: str
    sdk: Callable[[str], Any]
    own: Callable[[str], Any]
    times: float | None = None
    many: Callable[[Sequence[str]], Sequence[str]] | None = None
    restart: Callable[[], None] = lambda: None


def pairs() -> Iterator[Pair]:
    """Yields all pairs."""
    yield from _presigning_v2()
    yield from _new_values_v2()
    yield from _signing_v2()
    yield from _oss2("V4", oss2.AuthV4, fast_oss2.AuthV4)
    yield from _oss2("V1", oss2.Auth, fast_oss2.Auth)


def _client(token: str | None = None, **options: Any) -> oss_v2.Client:
    keys = ACCESS_KEY_ID, ACCESS_KEY_SECRET, token
    provider = oss_v2.credentials.StaticCredentialsProvider(*keys)
    return oss_v2.Client(oss_v2.Config(region=REGION, credentials_provider=provider), **options)


def _presigning_v2() -> Iterator[Pair]:
    library = "alibabacloud-oss-v2"
    put = {"content_type": "application/json"}
    requests: dict[str, tuple[type, dict[str, Any], str | None]] = {
        "presign GET": (oss_v2.GetObjectRequest, {}, None),
        "presign PUT, content type": (oss_v2.PutObjectRequest, put, None),
        "presign PUT, 700-byte token": (oss_v2.PutObjectRequest, put, TOKEN),
        "presign PUT, metadata": (oss_v2.PutObjectRequest, {**put, "metadata": {"a": "b"}}, None),
        "presign part, number by number": (
            oss_v2.UploadPartRequest,
            {"upload_id": "0004B98"},
            None,
        ),
    }
    for name, (kind, options, token) in requests.items():
        client = _client(token)
        fast = fast_v2.accelerate(client)
        make = _maker(kind, options)
        sdk, own = _presigner(client, make), _presigner(fast, make)
        yield Pair(library, name, sdk, own, 15 if name == "presign PUT, content type" else None)
    client = _client()
    make = _maker(oss_v2.GetObjectRequest, {})
    request = oss_v2.GetObjectRequest(bucket=BUCKET)

    def many(keys: Sequence[str]) -> Sequence[str]:
        return fast_v2.presign_many(client, request, keys, expires=LIFETIME).tolist()

    one = _presigner(client, make)
    yield Pair(library, "presign_many GET", one, lambda key: many([key])[0], many=many)
    signing = _presigner(_client(signer=fast_v2.SignerV4()), make)
    yield Pair(library, "client with SignerV4, GET", one, signing)


def _maker(kind: type, options: dict[str, Any]) -> Callable[[str], Any]:
    """Returns what makes the request of a key; parts are numbered by the end of the key."""
    if kind is oss_v2.UploadPartRequest:
        return lambda key: kind(
            bucket=BUCKET, key=key, part_number=hash(key) % 9_999 + 1, **options
        )
    return lambda key: kind(bucket=BUCKET, key=key, **options)


def _presigner(client: Any, make: Callable[[str], Any]) -> Callable[[str], str]:
    def sign(key: str) -> str:
        return str(client.presign(make(key), expires=LIFETIME).url)

    return sign


class Numbers:
    """Numbers from 0 up, for each side of a pair: values that no call has had before."""

    def __init__(self) -> None:
        self.restart()

    def restart(self) -> None:
        self._sides = {"sdk": count(), "own": count()}

    def next(self, side: str) -> int:
        return next(self._sides[side])


def _new_values_v2() -> Iterator[Pair]:
    requests: dict[str, tuple[type, Callable[[int], dict[str, Any]]]] = {
        "presign PUT, metadata": (
            oss_v2.PutObjectRequest,
            lambda number: {"content_type": "application/json", "metadata": {"a": f"b{number}"}},
        ),
        "presign GET, disposition": (
            oss_v2.GetObjectRequest,
            lambda number: {"response_content_disposition": f'attachment; filename="{number}"'},
        ),
        "presign PUT, digest and callback": (
            oss_v2.PutObjectRequest,
            lambda number: {
                "content_md5": f"{number:022d}==",
                "callback": f"eyJhIjo{number:08d}fQ",
            },
        ),
        "presign part": (
            oss_v2.UploadPartRequest,
            lambda number: {"upload_id": f"0004B98{number}", "part_number": number % 10_000 + 1},
        ),
    }
    for name, (kind, options) in requests.items():
        yield _new_values_pair(f"{name}, new each call", kind, options)


def _new_values_pair(name: str, kind: type, options: Callable[[int], dict[str, Any]]) -> Pair:
    client, numbers = _client(), Numbers()

    def presigner(client: Any, side: str) -> Callable[[str], str]:
        return _presigner(
            client, lambda key: kind(bucket=BUCKET, key=key, **options(numbers.next(side)))
        )

    sdk, own = presigner(client, "sdk"), presigner(fast_v2.accelerate(client), "own")
    return Pair("alibabacloud-oss-v2", name, sdk, own, 8, restart=numbers.restart)


def _signing_v2() -> Iterator[Pair]:
    for name, sdk, own in (
        ("SignerV4, header", oss_v2.signer.SignerV4(), fast_v2.SignerV4()),
        ("SignerV1, header", oss_v2.signer.SignerV1(), fast_v2.SignerV1()),
    ):
        yield Pair("alibabacloud-oss-v2", name, _context_signer(sdk), _context_signer(own))


def _context_signer(signer: Any) -> Callable[[str], str]:
    keys = oss_v2.Credentials(ACCESS_KEY_ID, ACCESS_KEY_SECRET)

    def sign(key: str) -> str:
        request = HttpRequest("PUT", f"https://{HOST}/{key}", {**HEADERS, "User-Agent": "bench"})
        signer.sign(SigningContext("oss", REGION, BUCKET, key, request, keys))
        return str(request.headers["Authorization"])

    return sign


def _oss2(version: str, sdk: Any, own: Any) -> Iterator[Pair]:
    keys = ACCESS_KEY_ID, ACCESS_KEY_SECRET
    slow, plugged = (_bucket(auth(*keys)) for auth in (sdk, own))
    fast = fast_oss2.accelerate(slow)
    target = 10 if version == "V4" else None
    for name, method, options in (
        ("GET", "GET", {}),
        ("PUT, content type", "PUT", {"headers": HEADERS}),
    ):
        one = _url_signer(slow, method, options)
        for what, bucket in (("auth object", plugged), ("accelerate", fast)):
            label = f"sign_url {version} {name}, {what}"
            yield Pair("oss2", label, one, _url_signer(bucket, method, options), target)
    numbers = Numbers()
    yield Pair(
        "oss2",
        f"sign_url {version} GET, disposition, new each call",
        _disposition_signer(slow, "sdk", numbers),
        _disposition_signer(fast, "own", numbers),
        restart=numbers.restart,
    )
    headers = (_request_signer(auth(*keys)) for auth in (sdk, own))
    yield Pair("oss2", f"header {version}, auth object", *headers)


def _bucket(auth: Any) -> oss2.Bucket:
    return oss2.Bucket(auth, ENDPOINT, BUCKET, region=REGION)


def _url_signer(bucket: Any, method: str, options: dict[str, Any]) -> Callable[[str], str]:
    def sign(key: str) -> str:
        return str(bucket.sign_url(method, key, EXPIRES, slash_safe=True, **options))

    return sign


def _disposition_signer(bucket: Any, side: str, numbers: Numbers) -> Callable[[str], str]:
    def sign(key: str) -> str:
        name = f'attachment; filename="{numbers.next(side)}"'
        params = {"response-content-disposition": name}
        return str(bucket.sign_url("GET", key, EXPIRES, slash_safe=True, params=params))

    return sign


def _request_signer(auth: Any) -> Callable[[str], str]:
    def sign(key: str) -> str:
        request = oss2.http.Request(
            "PUT", f"https://{HOST}/{key}", headers=HEADERS, region=REGION, product="oss"
        )
        auth._sign_request(request, BUCKET, key)
        return str(request.headers["authorization"])

    return sign
