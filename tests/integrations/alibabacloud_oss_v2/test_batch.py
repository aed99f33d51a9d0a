"""`presign_many(client, request, keys)`: batches with a client's settings, row by row the SDK's."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import numpy as np
import pyarrow as pa
import pytest
from alibabacloud_oss_v2 import exceptions
from alibabacloud_oss_v2.aio import AsyncClient

from ossign_fast import RequestError
from ossign_fast.integrations.alibabacloud_oss_v2 import (
    SignerV1,
    SignerV4,
    accelerate,
    presign_many,
)
from support.integrations import (
    BUCKET,
    MORE,
    NOW,
    RICH_REQUESTS,
    TEMPORARY,
    client_v2,
    config_v2,
    get,
    provider_v2,
    request_v2,
    sdk_clock,
    standing_still,
)
from support.oss_v2 import ENDPOINTS, OPERATIONS, VERSIONS

KEYS = ["a", "dir/b c+中~.txt", "/lead", "x" * 300]


def many(client: Any, request: Any, keys: Any = KEYS, **options: Any) -> list[Any]:
    batch = presign_many(client, request, keys, **{"clock": standing_still, **options})
    rows: list[Any] = batch.tolist()
    return rows


def one_by_one(client: Any, requests: list[Any], **lifetime: Any) -> list[str]:
    """Returns the SDK's URLs."""
    with sdk_clock():
        return [client.presign(request, **lifetime).url for request in requests]


@OPERATIONS
@VERSIONS
def test_operations(operation: str, version: str) -> None:
    client = client_v2(signature_version=version, credentials_provider=provider_v2(TEMPORARY))
    for options in (RICH_REQUESTS[operation], {**RICH_REQUESTS[operation], **MORE}):
        chosen = {name: v for name, v in options.items() if (name, version) != ("process", "v1")}
        request = request_v2(operation, **chosen)
        expected = one_by_one(client, [request_v2(operation, **chosen, key=key) for key in KEYS])
        expected_key = request.key
        assert many(client, request) == expected
        assert request.key == expected_key


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_endpoints(endpoint: str) -> None:
    client = client_v2(**ENDPOINTS[endpoint])
    assert many(client, get()) == one_by_one(client, [get(key=key) for key in KEYS])


@pytest.mark.parametrize(
    "lifetime",
    [
        {},
        {"expires": timedelta(minutes=1)},
        {"expiration": NOW.replace(microsecond=0) + timedelta(hours=1)},
    ],
)
def test_lifetimes(lifetime: dict[str, Any]) -> None:
    client = client_v2()
    with sdk_clock(lambda: int(standing_still())):
        expected = [client.presign(get(key=key), **lifetime).url for key in KEYS]
    assert many(client, get(), **lifetime) == expected


def test_lifetimes_by_row() -> None:
    rows = many(client_v2(), get(), expires=[1, 2, 3, 604_800])
    expected = [
        one_by_one(client_v2(), [get(key=key)], expires=timedelta(seconds=n))[0]
        for key, n in zip(KEYS, (1, 2, 3, 604_800), strict=True)
    ]
    assert rows == expected


COLUMNS: dict[str, Any] = {
    "list": [1, 2, 3, 10_000],
    "texts": ["1", "2", "3", "10000"],
    "tuple": (1, 2, 3, 10_000),
    "NumPy": np.array([1, 2, 3, 10_000]),
    "Arrow": pa.array([1, 2, 3, 10_000]),
    "Arrow texts": pa.array(["1", "2", "3", "10000"]),
}


class OnlyArrow:
    """A column that says nothing but that it is one."""

    def __init__(self, array: pa.Array) -> None:
        self._array = array

    def __arrow_c_array__(self, schema: Any = None) -> Any:
        return self._array.__arrow_c_array__(schema)


@pytest.mark.parametrize("column", [*COLUMNS, "only Arrow"])
def test_part_numbers_are_columns(column: str) -> None:
    numbers = COLUMNS.get(column, OnlyArrow(COLUMNS["Arrow texts"]))
    request = request_v2("UploadPart", upload_id="u", part_number=numbers)
    expected = [
        request_v2("UploadPart", upload_id="u", part_number=number, key=key)
        for key, number in zip(KEYS, COLUMNS["list"], strict=True)
    ]
    client = client_v2()
    assert many(client, request) == one_by_one(client, expected)


def test_any_option_may_be_a_column() -> None:
    rows: list[dict[str, Any]] = [
        {
            "bucket": f"bucket-{n}",
            "content_type": f"a/{n}",
            "forbid_overwrite": n % 2 == 0,
            "traffic_limit": 819_200 + n,
            "acl": [oss.ObjectACLType.PRIVATE, "default"][n % 2],
            "metadata": {"row": str(n), "same": "é"},
            "headers": {"x-oss-meta-more": f"h{n}", "Unsigned": "u"},
            "parameters": {"number": str(n), "bare": ""},
        }
        for n in range(4)
    ]
    columns: dict[str, Any] = {
        name: [row[name] for row in rows] for name in rows[0] if name not in MORE | {"metadata": 0}
    }
    request = request_v2(
        "PutObject",
        **columns,
        metadata={"row": [row["metadata"]["row"] for row in rows], "same": "é"},
        headers={"x-oss-meta-more": pa.array(["h0", "h1", "h2", "h3"]), "Unsigned": "u"},
        parameters={"number": ("0", "1", "2", "3"), "bare": ""},
    )
    before = dict(vars(request))
    client = client_v2()
    singles = [
        request_v2("PutObject", **{**row, "key": k}) for row, k in zip(rows, KEYS, strict=True)
    ]
    assert many(client, request) == one_by_one(client, singles)
    assert vars(request) == before


def test_headers_of_a_batch() -> None:
    request = request_v2(
        "PutObject", metadata={"row": ["a", "b"]}, acl="private", cache_control="c"
    )
    batch = presign_many(client_v2(), request, ["k", "l"], clock=standing_still)
    assert (batch.method, len(batch)) == ("PUT", 2)
    assert batch.signed_headers == {"x-oss-meta-row": ["a", "b"], "x-oss-object-acl": "private"}


def test_the_clients_additional_headers_are_signed() -> None:
    request = get(range_header="bytes=0-9")
    for client in (client_v2(additional_headers=["range"]), client_v2(SignerV4(["range"]))):
        single = accelerate(client, clock=standing_still).presign(get(range_header="bytes=0-9"))
        assert many(client, request, [request.key]) == [single.url]
        assert "x-oss-additional-headers=range&" in single.url


def test_nulls() -> None:
    client = client_v2()
    rows = many(client, get(), ["a", None, "b"], nulls="keep")
    first, last = one_by_one(client, [get(key="a"), get(key="b")])
    assert rows == [first, None, last]
    with pytest.raises(RequestError) as caught:
        many(client, get(), ["a", None, "b"])
    assert (caught.value.field, caught.value.row) == ("key", 1)


def test_clients_of_any_kind() -> None:
    client = client_v2()
    expected = one_by_one(client, [get(key=key) for key in KEYS])
    assert many(accelerate(client), get()) == expected
    assert many(accelerate(client, strict_sdk=True), get()) == expected
    assert many(client_v2(SignerV4()), get()) == expected

    async def work() -> list[Any]:
        return many(AsyncClient(config_v2()), get())

    assert asyncio.run(work()) == expected
    old = client_v2(signature_version="v1")
    assert many(client_v2(SignerV1()), get()) == one_by_one(old, [get(key=key) for key in KEYS])


def test_threads_share_the_work() -> None:
    keys = [f"{number}" for number in range(3000)]
    assert many(client_v2(), get(), keys, threads=2) == many(client_v2(), get(), keys)


ERRORS: dict[str, tuple[Any, dict[str, Any], tuple[str, int | None]]] = {
    "key": (get(), {"keys": ["a", "b", "", "d"]}, ("key", 2)),
    "surrogate": (get(), {"keys": ["a", "\ud800"]}, ("key", 1)),
    "part number": (
        request_v2("UploadPart", upload_id="u", part_number=[1, 2, 0, 4]),
        {},
        ("query['partNumber']", 2),
    ),
    "metadata": (
        request_v2("PutObject", metadata={"a": ["b", "c\n", "d", "e"]}),
        {},
        ("headers['x-oss-meta-a']", 1),
    ),
    "bucket": (get(bucket=["abc", "abc", "abc", "A_b"]), {}, ("bucket", 3)),
    "lifetime": (get(), {"expires": [1, 2, 3, 604_801]}, ("expires", 3)),
    "length": (get(version_id=["1", "2"]), {}, ("columns", None)),
    "scalar lifetime": (get(), {"expires": 604_801}, ("expires", None)),
}


@pytest.mark.parametrize("error", ERRORS)
def test_errors_say_which_row(error: str) -> None:
    request, options, expected = ERRORS[error]
    with pytest.raises(RequestError) as caught:
        many(client_v2(), request, options.get("keys", KEYS), expires=options.get("expires"))
    assert (caught.value.field, caught.value.row) == expected


@pytest.mark.parametrize(
    ("request_model", "field"),
    [
        (oss.GetObjectRequest(), "bucket"),
        (request_v2("UploadPart", part_number=[1, 2]), "upload_id"),
    ],
)
def test_what_a_request_lacks(request_model: Any, field: str) -> None:
    with pytest.raises(exceptions.BaseError, match=f"field, {field}"):
        many(client_v2(), request_model)


@pytest.mark.parametrize("request_model", [oss.ListObjectsRequest(bucket=BUCKET), ["a"], None])
def test_what_is_no_request(request_model: Any) -> None:
    with pytest.raises(RequestError, match=r"^request: must be a request model of GetObject, "):
        many(client_v2(), request_model)


class Other(oss.signer.SignerV4):  # type: ignore[misc]
    """A signer of one's own."""


@pytest.mark.parametrize(
    ("client", "field"),
    [
        (client_v2(Other()), "client"),
        (client_v2(region=None), "client"),
        (
            client_v2(credentials_provider=oss.credentials.AnonymousCredentialsProvider()),
            "client",
        ),
        (client_v2(region="CN_X", endpoint="oss.example.com"), "region"),
    ],
)
def test_clients_without_settings_to_sign_by(client: Any, field: str) -> None:
    with pytest.raises(RequestError) as caught:
        many(client, get())
    assert caught.value.field == field
