"""What shadows count and tell, whatever they stand in for; and that no secret gets out."""

from __future__ import annotations

import copy
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from itertools import combinations
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest
from alibabacloud_oss_v2.types import HttpRequest, SigningContext

from ossign_fast.integrations import Difference, Mismatch, ShadowReport, shadow
from ossign_fast.integrations import alibabacloud_oss_v2 as fast_v2
from ossign_fast.integrations import oss2 as fast_oss2
from ossign_fast.integrations.shadow._diff import compare_headers, compare_urls

ID = "LTAIshadowTests"
SECRETS = ("hidden-secret-41", "hidden-secret-42")
TOKENS = ("hidden-token-41", "hidden-token-42")
NOW = 1_709_281_815


def keys(number: int) -> Any:
    return oss_v2.credentials.StaticCredentialsProvider(ID, SECRETS[number], TOKENS[number])


def context_of(number: int, *, in_query: bool = False) -> SigningContext:
    context = SigningContext(
        product="oss",
        region="cn-hangzhou",
        bucket="examplebucket",
        key="k",
        request=HttpRequest("PUT", "https://host/k", {"x-oss-meta-a": "b"}),
        credentials=keys(number).get_credentials(),
        signing_time=datetime.fromtimestamp(NOW, timezone.utc),
    )
    context.auth_method_query = in_query
    return context


def request_of(method: str) -> Any:
    return oss2.http.Request(method, "https://host/k", region="cn-hangzhou", product="oss")


class Forger:
    """A signer of the SDK's kind that signs with other credentials."""

    def __init__(self, signer: Any) -> None:
        self.signer = signer

    def sign(self, context: Any) -> None:
        context.credentials = keys(1).get_credentials()
        self.signer.sign(context)


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


def texts_of(told: list[Mismatch], records: list[logging.LogRecord], *items: Any) -> Iterator[str]:
    """Yields all that anybody could read."""
    yield from map(repr, (*told, *items))
    yield from map(str, (*told, *items))
    formatter = logging.Formatter("%(message)s %(name)s")
    for record in records:
        yield formatter.format(record)
        yield repr(vars(record))


def assert_hidden(texts: Iterator[str], *signatures: str) -> None:
    hidden = (*SECRETS, *TOKENS, *signatures, "UNSIGNED-PAYLOAD\n", "x-oss-meta-a:b")
    for text in texts:
        assert not [secret for secret in hidden if secret in text]


def signatures_of(text: str) -> list[str]:
    """Returns what a header or URL ends with, in the form in which it stands there and decoded."""
    signature = text.replace(", ", ",").partition(",AdditionalHeaders")[0]
    signature = signature.rpartition("=" if "ignature=" in signature else ":")[2]
    return [signature, signature.replace("%2F", "/").replace("%2B", "+").replace("%3D", "=")]


@pytest.mark.parametrize("signer", [oss_v2.signer.SignerV4, oss_v2.signer.SignerV1])
@pytest.mark.parametrize("in_query", [True, False])
def test_signers_tell_no_secrets(
    caplog: pytest.LogCaptureFixture, signer: Any, in_query: bool
) -> None:
    told: list[Mismatch] = []
    for on_mismatch in ({"on_mismatch": told.append}, {}):
        watched = shadow(signer(), Forger(signer()), **on_mismatch)
        contexts = context_of(0, in_query=in_query), context_of(1, in_query=in_query)
        for each, context in zip((watched, signer()), contexts, strict=True):
            each.sign(context)
    signed = [c.request.url if in_query else c.request.headers["Authorization"] for c in contexts]
    (mismatch,), (record,) = told, caplog.records
    shown = {difference.name: difference[1:] for difference in mismatch.differences}
    assert {value for name, pair in shown.items() if "token" in name for value in pair} == {"***"}
    assert len(shown) == 2
    assert record.levelno == logging.WARNING
    assert record.getMessage() == f"signatures differ: {mismatch}"
    found = [text for each in signed for text in signatures_of(each)]
    assert all(len(text) > 25 for text in found)
    assert_hidden(texts_of(told, caplog.records, watched, watched.shadow_report), *found)


@pytest.mark.parametrize("kind", ["AuthV4", "Auth", "AuthV2"])
def test_auths_tell_no_secrets(caplog: pytest.LogCaptureFixture, kind: str) -> None:
    told: list[Mismatch] = []
    pair = [getattr(oss2, kind)(ID, secret) for secret in SECRETS]
    found: list[str] = []
    for on_mismatch in ({"on_mismatch": told.append}, {}):
        auth = shadow(*pair, **on_mismatch)
        for each in (auth, pair[1]):
            bucket = oss2.Bucket(each, "https://host", "examplebucket", region="cn-hangzhou")
            request = request_of("GET")
            found += signatures_of(bucket.sign_rtmp_url("c", "p", 60)) if kind != "AuthV2" else []
            request.headers["x-oss-meta-a"] = "b"
            each._sign_request(request, "examplebucket", "k")
            found += signatures_of(request.headers["authorization"])
    ours = [record for record in caplog.records if not record.name.startswith("oss2")]
    assert len(told) == len(ours) == len(found) // 8
    assert_hidden(texts_of(told, ours, auth), *found)


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_drop_ins_tell_no_secrets(caplog: pytest.LogCaptureFixture, version: str) -> None:
    clients = []
    for number in range(2):
        config = oss_v2.Config(
            region="cn-hangzhou", signature_version=version, credentials_provider=keys(number)
        )
        clients.append(fast_v2.accelerate(oss_v2.Client(config)))
    watched = shadow(*clients)
    result = watched.presign(oss_v2.GetObjectRequest("examplebucket", "k"))
    made = {"v4": fast_oss2.ProviderAuthV4, "v1": fast_oss2.ProviderAuth}[version]
    providers = [
        oss2.credentials.StaticCredentialsProvider(ID, *pair)
        for pair in zip(SECRETS, TOKENS, strict=True)
    ]
    auth = shadow(*map(made, providers))
    request, other = request_of("GET"), request_of("GET")
    auth._sign_request(request, "examplebucket", "k")
    url = auth._sign_url(other, "examplebucket", "k", 60)
    found = signatures_of(result.url) + signatures_of(url)
    found += signatures_of(request.headers["authorization"])
    ours = [record for record in caplog.records if record.name == "ossign_fast.shadow"]
    others = {record.funcName for record in caplog.records if record not in ours}
    assert (len(ours), others) == (3, {"__init__"})  # oss2 tells of a request, not yet signed
    assert_hidden(texts_of([], caplog.records, watched, auth), *found)


def test_a_candidate_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    class Broken:
        def sign(self, context: Any) -> None:
            raise ValueError(context.credentials.access_key_secret)

    watched = shadow(oss_v2.signer.SignerV4(), Broken())
    context = context_of(0)
    watched.sign(context)
    assert context.request.headers["Authorization"]
    assert [record.getMessage() for record in caplog.records] == [
        "signatures differ: PUT ValueError"
    ]
    assert_hidden(texts_of([], caplog.records))
    assert (watched.shadow_report.errors, watched.shadow_report.compared) == (1, 0)


def test_on_mismatch_that_fails(caplog: pytest.LogCaptureFixture) -> None:
    def fail(mismatch: Mismatch) -> None:
        raise KeyError(mismatch.method)

    watched = shadow(oss_v2.signer.SignerV4(), Forger(oss_v2.signer.SignerV4()), 1, fail)
    for _ in range(2):
        watched.sign(context_of(0))
    assert watched.shadow_report.mismatches == 2
    (record, _) = caplog.records
    assert record.getMessage() == "on_mismatch failed"
    assert record.exc_info is not None
    assert_hidden(texts_of([], caplog.records))


@pytest.mark.parametrize(("sample", "low", "high"), [(0, 0, 0), (0.5, 300, 500), (1, 800, 800)])
def test_counts_in_many_threads(sample: float, low: int, high: int) -> None:
    told: list[Mismatch] = []
    pair = oss_v2.signer.SignerV4(), Forger(fast_v2.SignerV4())
    watched = shadow(*pair, sample=sample, on_mismatch=told.append)

    def work(_: int) -> bool:
        context, same = context_of(0), context_of(0)
        watched.sign(context)
        pair[0].sign(same)
        return bool(context.request.headers == same.request.headers)

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(work, range(800)))
    report = watched.shadow_report
    assert report.calls == 800
    assert low <= report.compared <= high
    assert report.mismatches == report.compared == len(told)
    assert (report.errors, report.skipped) == (0, 0)


def test_the_stand_in_is_the_primary_to_all() -> None:
    primary, candidate = oss_v2.signer.SignerV4(), fast_v2.SignerV4()
    watched = shadow(primary, candidate)
    assert isinstance(watched, oss_v2.signer.SignerV4)
    assert not isinstance(watched, fast_v2.SignerV4)
    watched.label = "kept"
    assert (primary.label, watched.label) == ("kept", "kept")  # type: ignore[attr-defined]
    assert repr(watched) == f"<shadow of {primary!r}>"
    with pytest.raises(AttributeError, match="'SignerV4' object has no attribute 'nothing'"):
        _ = watched.nothing
    copied = copy.copy(watched)
    copied.sign(context_of(0))
    assert copied.shadow_report is watched.shadow_report
    assert watched.shadow_report.calls == 1
    twice = shadow(watched, candidate)
    twice.sign(context_of(0))
    assert (twice.shadow_report.compared, watched.shadow_report.compared) == (1, 2)


@pytest.mark.parametrize("sample", [-0.1, 1.1, float("nan"), float("inf")])
def test_samples_that_are_none(sample: float) -> None:
    with pytest.raises(ValueError, match=r"^sample: must be a share, 0\.\.1$"):
        shadow(fast_v2.SignerV4(), fast_v2.SignerV4(), sample)


def test_arguments_that_are_none() -> None:
    signer: Any = fast_v2.SignerV4()
    with pytest.raises(TypeError, match=r"^on_mismatch: must be a function"):
        shadow(signer, signer, on_mismatch=None)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"^sample: must be a share"):
        shadow(signer, signer, "all")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="not classes"):
        shadow(fast_v2.SignerV4, fast_v2.SignerV4)
    auth, bucket = fast_oss2.AuthV4("id", "secret"), oss2.Bucket(oss2.Auth("a", "b"), "h", "bkt-1")
    for pair in combinations((signer, auth, bucket, fast_oss2, "text"), 2):
        with pytest.raises(TypeError, match=r"^primary and candidate must be"):
            shadow(*pair)


@pytest.mark.parametrize(
    ("query", "other", "differences"),
    [
        ("a=1&b=2", "a=1&b=2", []),
        ("a=1&b=2", "b=2&a=1", [("query order", "a b", "b a")]),
        ("a=1&acl", "a=1&acl=", [("query encoding", "acl", "acl")]),
        ("a=%2F&b=+", "a=%2f&b=%20", [("query encoding", "a b", "a b")]),
        ("a=1&a=1", "a=1", [("query order", "a a", "a")]),
        ("a=b?c&d=e", "a=b?c&d=f", [("d", "e", "f")]),
        ("a=1", "b=1", [("a", "1", ""), ("b", "", "1")]),
        ("security-token=1", "security-token=2", [("security-token", "***", "***")]),
        ("Signature=1", "Signature=2", [("Signature", "***", "***")]),
    ],
)
def test_urls(query: str, other: str, differences: list[tuple[str, ...]]) -> None:
    assert compare_urls(f"https://host/k?{query}", f"https://host/k?{other}") == tuple(differences)


def test_headers_and_texts() -> None:
    pair = {"a": "1", "Authorization": "OSS id:abc="}, {"a": "1", "Authorization": "OSS id:def="}
    differences = compare_headers(*pair)
    assert differences == (Difference("Authorization", "OSS id:***", "OSS id:***"),)
    layouts = "OSS4-HMAC-SHA256 Credential=a/b{0}Signature=abc{0}AdditionalHeaders=host"
    (difference,) = compare_headers({"a": layouts.format(",")}, {"a": layouts.format(", ")})
    masked = layouts.replace("abc", "***")
    assert difference == ("a", masked.format(","), masked.format(", "))
    assert str(Mismatch("GET", (Difference("a", "1", ""),))) == "GET a: 1 !="
    assert str(Mismatch("", (), "ValueError")) == "ValueError"
    assert compare_urls("https://a/k", "https://b/k") == (("url", "https://a/k", "https://b/k"),)
    assert repr(ShadowReport()).startswith("ShadowReport(calls=0, ")
