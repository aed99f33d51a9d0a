"""Settings of `Signer(signature_version="v1")`, and what it follows: time, credentials, threads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from types import SimpleNamespace
from typing import Any

import oss2
import pytest

from ossign_fast import Credentials, CredentialsError, OssignError, RequestError, Signer, Target
from support import oracle_v1, sdk_header_signers
from support.engines import Engine
from support.signing import CASE, ID, NOW, SECRET, TOKEN

VALUE = "hidden-value-77"


def settings_of(**settings: Any) -> dict[str, Any]:
    return {
        "region": "cn-hangzhou", "bucket": "examplebucket", "signature_version": "v1",
        "credentials": Credentials(ID, SECRET), "clock": lambda: NOW, **settings,
    }  # fmt: skip


def signer_of(**settings: Any) -> Signer:
    return Signer(**settings_of(**settings))


def case_of(key: str | None = "k", **changes: Any) -> dict[str, Any]:
    return {**CASE, "key": key, **changes}


def url_of(key: str | None = "k", **changes: Any) -> str:
    return oracle_v1.presign(case_of(key, **changes)).text


def lower(headers: dict[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def refusal(call: Any, *arguments: Any, **words: Any) -> tuple[str, str]:
    with pytest.raises(RequestError) as caught:
        call(*arguments, **words)
    assert caught.value.__cause__ is None
    return caught.value.field, caught.value.problem


def test_all_engines_sign_v1_alike(engine: Engine) -> None:
    signer = engine.signer(**settings_of())
    assert signer.signature_version == "v1"
    assert signer.presign("GetObject", "k").url == url_of()
    assert signer.presign_many("GetObject", ["k", "l"], threads=2).tolist() == [
        url_of(), url_of("l"),
    ]  # fmt: skip
    headers = lower(signer.sign_headers("GetObject", "k"))
    assert headers == oracle_v1.sign_headers(case_of())


def test_no_region_is_needed_beside_an_endpoint() -> None:
    signer = signer_of(region=None, endpoint="http://oss.example.com")
    assert signer.region is None
    assert signer.presign("GetObject", "k").url == url_of(endpoint="http://oss.example.com")
    other = signer.presign("GetObject", "k", endpoint="files.example.org").url
    assert other == url_of(endpoint="files.example.org")
    headers = lower(signer.sign_headers("GET", "k"))
    assert headers == oracle_v1.sign_headers(case_of())
    located = signer.locate("http://examplebucket.oss.example.com/k?acl")
    assert located == Target("examplebucket", "k", {"acl": ""})
    assert repr(signer) == (
        "Signer(region=None, bucket='examplebucket', endpoint='http://oss.example.com')"
    )


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"region": None}, "region"),
        ({"region": None, "url_style": "cname"}, "region"),
        ({"region": None, "endpoint": "h", "signature_version": "v4"}, "region"),
        ({"region": "", "endpoint": "h"}, "region"),
        ({"region": "oss-cn-hangzhou", "endpoint": "h"}, "region"),
        ({"region": None, "endpoint": "a b"}, "endpoint"),
        ({"region": None, "endpoint": "h", "product": ""}, "product"),
    ],
)
def test_bad_places(settings: dict[str, Any], field: str) -> None:
    assert refusal(signer_of, **settings)[0] == field


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
def test_sub_resources(kind: Any) -> None:
    query = {"resourceGroup": "", "x": "1", "acl": ""}
    signer = signer_of(sub_resources=kind(["resourceGroup", "x"]))
    case = case_of(query=query, sub_resources=["resourceGroup", "x"])
    assert signer.presign("GET", "k", query=query).url == oracle_v1.presign(case).text
    headers = lower(signer.sign_headers("GET", "k", query=query))
    assert headers == oracle_v1.sign_headers(case) == sdk_header_signers.v1_headers(case)
    assert signer_of().presign("GET", "k", query=query).url == url_of(query=query)


@pytest.mark.parametrize("names", ["acl", [5], None, 5, (n for n in ["acl"]), {"acl": ""}])
def test_bad_sub_resources(names: Any) -> None:
    told = refusal(signer_of, sub_resources=names)
    assert told == ("sub_resources", "must be a list or another collection of names")


def test_settings_that_do_not_go_together() -> None:
    told = refusal(signer_of, additional_headers=["range"])
    assert told == (
        "additional_headers", "Signature V1 signs no others; leave them out, or use V4",
    )  # fmt: skip
    for call in (signer_of().presign, signer_of().sign_headers):
        words = {"headers": {"Range": "a"}, "additional_headers": ["range"]}
        assert refusal(call, "GET", "k", **words) == told
    told = refusal(signer_of, signature_version="v4", sub_resources=["acl"])
    assert told == ("sub_resources", "is for Signature V1; V4 signs the whole query")


@pytest.mark.parametrize("version", ["v1", "V1", "v4", "V4"])
def test_versions_in_either_case(version: str) -> None:
    signer = signer_of(signature_version=version)
    assert signer.signature_version == version.lower()
    assert ("OSSAccessKeyId" in signer.presign("GetObject", "k").url) is (version in "v1V1")


@pytest.mark.parametrize("version", ["v2", "", None, 1, ["v1"]])
def test_versions_that_there_are_not(version: Any) -> None:
    told = refusal(signer_of, signature_version=version)
    assert told == ("signature_version", "must be 'v4' or 'v1'")


# Time, credentials and threads


@pytest.mark.parametrize(
    "signing_time", [NOW, NOW + 0.9, datetime.fromtimestamp(NOW, timezone.utc)]
)
def test_signing_times(signing_time: Any) -> None:
    signer = signer_of(clock=lambda: 1 / 0)
    assert signer.presign("GetObject", "k", signing_time=signing_time).url == url_of()
    headers = lower(signer.sign_headers("GetObject", "k", signing_time=signing_time))
    assert headers == oracle_v1.sign_headers(case_of())


def test_the_clock_is_followed() -> None:
    times = iter([NOW - 1, NOW - 1, NOW, NOW])
    signer = signer_of(clock=lambda: next(times))
    for second in (NOW - 1, NOW):
        moment = datetime.fromtimestamp(second, timezone.utc).isoformat()
        assert signer.presign("GetObject", "k").url == url_of(signing_time=moment)
        headers = lower(signer.sign_headers("GetObject", "k"))
        assert headers == oracle_v1.sign_headers(case_of(signing_time=moment))


def test_credentials_that_change() -> None:
    fields: dict[str, Any] = {
        "access_key_id": ID, "access_key_secret": SECRET, "security_token": None,
    }  # fmt: skip
    holder = SimpleNamespace(**fields)
    signer = signer_of(credentials=holder)
    for name, value in (
        ("access_key_secret", "other"), ("security_token", TOKEN), ("access_key_id", "id2"),
        ("security_token", None),
    ):  # fmt: skip
        setattr(holder, name, value)
        fields[name] = value
        assert signer.presign("GetObject", "k").url == url_of(**fields)
        headers = lower(signer.sign_headers("GetObject", "k"))
        assert headers == oracle_v1.sign_headers(case_of(**fields))


def test_providers_of_the_sdks() -> None:
    provider = oss2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN)
    signer = signer_of(credentials=provider)
    case = case_of(security_token=TOKEN)
    assert signer.presign("GetObject", "k").url == oracle_v1.presign(case).text
    assert lower(signer.sign_headers("GET", "k")) == sdk_header_signers.oss2_v1_headers(case)


def test_threads_share_one_signer() -> None:
    lock, count = threading.Lock(), [0]

    def tick() -> int:
        with lock:
            count[0] += 1
            return NOW + count[0] // 5

    signer = signer_of(clock=tick)
    with ThreadPoolExecutor(8) as pool:
        urls = list(pool.map(lambda n: signer.presign("GET", f"k{n}").url, range(300)))
    for number, url in enumerate(urls):
        second = int(url.partition("&Expires=")[2].partition("&")[0]) - 900
        moment = datetime.fromtimestamp(second, timezone.utc).isoformat()
        assert url == url_of(f"k{number}", signing_time=moment)
    assert count == [300]


def test_an_id_beyond_ascii_is_for_urls_alone() -> None:
    signer = signer_of(credentials=Credentials("é", SECRET))
    assert signer.presign("GetObject", "k").url == url_of(access_key_id="é")
    with pytest.raises(CredentialsError, match=r"^access_key_id holds characters beyond ASCII"):
        signer.sign_headers("GetObject", "k")


@pytest.mark.parametrize("bad", ["a\r\nb", "a\n", "\0"])
def test_ids_and_tokens_that_would_forge_headers(bad: str) -> None:
    """Whoever made the credentials: those of an SDK are looked at, too."""
    for field in ("access_key_id", "security_token"):
        words = {"access_key_id": ID, "access_key_secret": SECRET, "security_token": TOKEN}
        foreign = SimpleNamespace(**words | {field: f"t{bad}"})
        for call in (
            signer_of(credentials=foreign).sign_headers,
            signer_of(credentials=foreign).presign,
        ):
            with pytest.raises(CredentialsError, match=f"^{field} (holds|ends)"):
                call("GET", "k")


# Secrets


CALLS: dict[str, Callable[[Signer], object]] = {
    "key": lambda s: s.presign("GET", "/" + VALUE),
    "header": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE + "\n"}),
    "rows": lambda s: s.presign_many("PUT", ["k"], headers={"x-oss-a": [VALUE + "\n"]}),
    "query": lambda s: s.presign("GET", "k", query={"acl": VALUE + "\ud800"}),
    "reserved": lambda s: s.sign_headers("GET", "k", query={"Signature": VALUE}),
    "payload": lambda s: s.sign_headers("GET", "k", payload=VALUE),
    "sub resources": lambda _: signer_of(sub_resources=VALUE),
    "columns": lambda s: s.bind("GET", query={"acl": [VALUE]}).url("k"),
}  # fmt: skip


@pytest.mark.parametrize("name", CALLS)
def test_errors_tell_no_secret(name: str) -> None:
    signer = signer_of(credentials=Credentials(ID, SECRET, TOKEN))
    with pytest.raises(OssignError) as caught:
        CALLS[name](signer)
    for text in (str(caught.value), repr(caught.value), repr(vars(caught.value))):
        for secret in (VALUE, SECRET, TOKEN):
            assert secret not in text


def test_nothing_shows_a_secret() -> None:
    signer = signer_of(credentials=Credentials(ID, SECRET, TOKEN))
    result = signer.presign("PUT", "k", headers={"x-oss-a": VALUE})
    bound = signer.bind("PUT", headers={"x-oss-a": VALUE})
    signature = bound.url("k").rpartition("Signature=")[2]
    assert bound._state is not None
    for item in (signer, result, bound, bound._state.job, bound.urls(["k"])):
        for secret in (VALUE, SECRET, TOKEN, signature):
            assert secret not in repr(item)
