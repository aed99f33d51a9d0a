"""One URL per call: each engine and kernel, and the official SDK beside them."""

from __future__ import annotations

from typing import Any

import pytest
from answers import OSS_V4, check_granted
from peers import SDK, all_peers
from pytest_benchmark.fixture import BenchmarkFixture
from workload import EXPIRES, TOKEN, Engine, engines, make_keys

KEY = make_keys(1)[0]
TOKENS = pytest.mark.parametrize("token", [None, TOKEN], ids=["no-token", "token"])
ENGINES = pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine.name)

#: Requests whose only slot is the key: operation, method, options, and the headers that they sign.
REQUESTS: dict[str, tuple[str, str, dict[str, Any], dict[str, str]]] = {
    "get": ("GetObject", "GET", {}, {}),
    "put-content-type": (
        "PutObject",
        "PUT",
        {"content_type": "application/json"},
        {"content_type": "application/json"},
    ),
    "upload-part": (
        "UploadPart",
        "PUT",
        {"upload_id": "0004B9895DBBB6EC98E", "part_number": 7},
        {},
    ),
}


@TOKENS
@ENGINES
@pytest.mark.parametrize("request_name", REQUESTS)
def test_presign(
    benchmark: BenchmarkFixture, engine: Engine, request_name: str, token: str | None
) -> None:
    operation, method, options, headers = REQUESTS[request_name]
    signer = engine.signer(token)
    url = signer.presign(operation, KEY, expires=EXPIRES, **options).url
    check_granted(url, KEY, token, method, **headers)
    benchmark.group = f"presign, {request_name}, {'token' if token else 'no token'}"
    benchmark(signer.presign, operation, KEY, expires=EXPIRES, **options)


@TOKENS
@ENGINES
@pytest.mark.parametrize("request_name", REQUESTS)
def test_bound_url(
    benchmark: BenchmarkFixture, engine: Engine, request_name: str, token: str | None
) -> None:
    operation, method, options, headers = REQUESTS[request_name]
    bound = engine.signer(token).bind(operation, expires=EXPIRES, **options)
    check_granted(bound.url(KEY), KEY, token, method, **headers)
    benchmark.group = f"bound url, {request_name}, {'token' if token else 'no token'}"
    benchmark(bound.url, KEY)


@TOKENS
def test_official_sdk(benchmark: BenchmarkFixture, token: str | None) -> None:
    peer = next(peer for peer in all_peers() if peer.name == SDK)
    if not peer.available():
        pytest.skip(f"{SDK} is not installed")
    sign = peer.make(token=token is not None).one
    assert sign is not None
    OSS_V4.check(sign(KEY), KEY, token)
    benchmark.group = f"presign, get, {'token' if token else 'no token'}"
    benchmark(sign, KEY)
