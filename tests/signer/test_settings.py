"""The settings of a `Signer`: endpoints, headers, what is refused, and that none can change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ossign_fast import Credentials, RequestError, Signer
from support.engines import Engine
from support.signing import ID, SECRET, signer_of, wanted

NOWHERE: dict[str, Any] = {"region": "cn-hangzhou", "credentials": Credentials(ID, SECRET)}


def refusal(call: Callable[[], object]) -> str:
    with pytest.raises(RequestError) as caught:
        call()
    assert caught.value.__cause__ is None
    return str(caught.value)


# Endpoints


@pytest.mark.parametrize(
    "settings",
    [
        *({"endpoint_type": kind} for kind in ("public", "internal", "accelerate",
                                               "accelerate-overseas", "dualstack")),
        {"scheme": "http"},
        {"url_style": "path", "endpoint": "gateway.example.net"},
        {"url_style": "cname", "endpoint": "img.example.com"},
        {"endpoint": "oss.example.com:8443"},
        {"endpoint": "http://oss.example.com/"},
        {"endpoint": "http://127.0.0.1:9000"},
        {"endpoint": "[::1]:9000"},
        {"product": "oss-cloudbox", "endpoint": "cb-1.example.com", "region": "cb-f8z7yvzg"},
        {"region": "ap-southeast-1"},
    ],
    ids=str,
)  # fmt: skip
def test_endpoints(engine: Engine, settings: dict[str, Any]) -> None:
    signer = signer_of(engine, **settings)
    url = wanted("a b", **settings)
    assert signer.presign("GetObject", "a b").url == url
    assert signer.presign_many("GetObject", ["a b"])[0] == url
    assert signer.presign("GetObject", "a b", bucket="other").url == wanted(
        "a b", **settings, bucket="other"
    )


def test_an_endpoint_of_one_call(engine: Engine) -> None:
    signer = signer_of(engine, scheme="http")
    for endpoint in ("https://oss.example.com", "127.0.0.1:1", "oss.example.com:80"):
        url = wanted("k", endpoint=endpoint, scheme="http")
        assert signer.presign("GetObject", "k", endpoint=endpoint).url == url
        assert signer.presign_many("GetObject", ["k"], endpoint=endpoint)[0] == url
    assert signer.presign("GetObject", "k").url == wanted("k", scheme="http")


@pytest.mark.parametrize(
    "endpoint",
    [
        "u:p@host",
        "host/path",
        "host?q",
        "host:0",
        "host:65536",
        "a b",
        "é.com",
        "",
        5,
        "ftp://host",
    ],
)
def test_junk_endpoints(engine: Engine, endpoint: Any) -> None:
    signer = signer_of(engine)
    assert refusal(lambda: signer.presign("GET", "k", endpoint=endpoint)).startswith("endpoint: ")
    assert refusal(lambda: Signer(**NOWHERE, endpoint=endpoint)).startswith("endpoint: ")


# Settings


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"region": "oss-cn-hangzhou"}, "region"),
        ({"region": "CN"}, "region"),
        ({"region": None}, "region"),
        ({"bucket": "A"}, "bucket"),
        ({"bucket": ""}, "bucket"),
        ({"bucket": ["abc"]}, "bucket"),
        ({"endpoint_type": "fast"}, "endpoint_type"),
        ({"url_style": "dns"}, "url_style"),
        ({"scheme": "ftp"}, "scheme"),
        ({"product": "OSS"}, "product"),
        ({"additional_headers": "Host"}, "additional_headers"),
        ({"additional_headers": 5}, "additional_headers"),
        ({"additional_headers": ["a b"]}, "additional_headers"),
        ({"clock_offset": "1"}, "clock_offset"),
        ({"clock_offset": 10**400}, "clock_offset"),
        ({"url_style": "cname"}, "endpoint"),
    ],
)
def test_bad_settings_are_refused_at_once(settings: dict[str, Any], field: str) -> None:
    assert refusal(lambda: Signer(**{**NOWHERE, **settings})).startswith(f"{field}: ")


def test_additional_headers_of_the_signer_and_of_a_call(engine: Engine) -> None:
    signer = signer_of(engine, additional_headers=("Host", "Range"))
    headers = {"host": "h", "range": "bytes=0-9", "If-Match": "x"}
    default = signer.presign("GET", "k", headers=headers)
    assert default.url == wanted("k", headers=headers, additional_headers=["host", "range"])
    assert default.signed_headers == {"host": "h", "range": "bytes=0-9"}
    other = signer.presign("GET", "k", headers=headers, additional_headers=["if-match"])
    assert other.url == wanted("k", headers=headers, additional_headers=["if-match"])
    none = signer.presign("GET", "k", headers=headers, additional_headers=())
    assert (none.url, none.signed_headers) == (wanted("k"), {})


def test_a_signer_is_immutable(engine: Engine) -> None:
    signer = signer_of(engine)
    for change in (
        lambda: setattr(signer, "region", "cn-beijing"),
        lambda: setattr(signer, "_clock", None),
        lambda: delattr(signer, "bucket"),
    ):
        with pytest.raises(AttributeError, match="a Signer is immutable; make another one"):
            change()
    assert (signer.region, signer.bucket, signer.product) == ("cn-hangzhou", "examplebucket", "oss")


def test_repr() -> None:
    signer = Signer(**NOWHERE, bucket="examplebucket")
    assert repr(signer) == (
        "Signer(region='cn-hangzhou', bucket='examplebucket', "
        "endpoint='https://oss-cn-hangzhou.aliyuncs.com')"
    )
