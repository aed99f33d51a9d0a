"""Where signed requests go when the settings of a signer and of a call contradict each other."""

from __future__ import annotations

from typing import Any

import pytest

from ossign_fast import Credentials, RequestError, Signer
from support.signing import CASE, ID, NOW, SECRET, wanted

SERVICE = "oss-cn-hangzhou.aliyuncs.com"
OWN = f"https://examplebucket.{SERVICE}"


def base(**settings: Any) -> str:
    call = {name: settings.pop(name) for name in ("at", "to") if name in settings}
    place = {"region": CASE["region"], "bucket": CASE["bucket"], **settings}
    signer = Signer(**place, credentials=Credentials(ID, SECRET))
    given = {"endpoint": call.get("at"), "bucket": call.get("to")}
    return signer.presign("GetObject", "a.txt", **given).url.partition("?")[0]


def url(endpoint: str | None = None, **settings: Any) -> str:
    place = {"region": CASE["region"], "bucket": CASE["bucket"], **settings}
    signer = Signer(
        **place, strict_endpoint=False, credentials=Credentials(ID, SECRET), clock=lambda: NOW
    )
    return signer.presign("GetObject", "k", endpoint=endpoint).url


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"endpoint": OWN}, f"{OWN}/a.txt"),
        ({"endpoint": OWN, "to": "other"}, f"https://other.{SERVICE}/a.txt"),
        ({"endpoint": OWN, "url_style": "cname"}, f"{OWN}/a.txt"),
        ({"at": f"http://other.{SERVICE}", "to": "other"}, f"http://other.{SERVICE}/a.txt"),
        ({"endpoint": "http://localhost:8080"}, "http://localhost:8080/examplebucket/a.txt"),
        ({"at": "localhost"}, "https://localhost/examplebucket/a.txt"),
    ],
)
def test_what_is_understood(settings: dict[str, Any], expected: str) -> None:
    assert base(**settings) == expected


@pytest.mark.parametrize(
    ("settings", "field", "says"),
    [
        ({"endpoint": "oss-cn-beijing.aliyuncs.com"}, "endpoint", "cn-beijing"),
        ({"at": "cn-beijing.oss.aliyuncs.com"}, "endpoint", "cn-beijing"),
        ({"endpoint": f"https://other.{SERVICE}"}, "endpoint", f"{SERVICE!r} as endpoint"),
        ({"at": OWN, "to": "other"}, "endpoint", f"{SERVICE!r} as endpoint"),
        ({"endpoint": OWN, "bucket": None, "to": "other"}, "endpoint", "'examplebucket'"),
        ({"region": "cn-beijing-internal"}, "region", "endpoint_type='internal'"),
        ({"url_style": "path"}, "url_style", "SecondLevelDomainForbidden"),
        (
            {"endpoint": "files.example.com", "url_style": "cname", "at": SERVICE},
            "url_style",
            "use 'virtual'",
        ),
        ({"product": "oss-vectors"}, "product", "'oss-vectors'"),
    ],
)
def test_what_is_refused(settings: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(RequestError) as caught:
        base(**settings)
    assert (caught.value.field, says in caught.value.problem) == (field, True)


def test_settings_are_taken_as_they_are_on_demand() -> None:
    for endpoint in (OWN, "oss-cn-beijing.aliyuncs.com", "localhost"):
        assert url(endpoint) == wanted("k", endpoint=endpoint)
    assert url(url_style="path") == wanted("k", url_style="path")
