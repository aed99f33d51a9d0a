"""No frame of an error binds a secret, a token or a valid signature, whoever is refused what."""

from __future__ import annotations

import gc
import inspect
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import pytest

import ossign_fast
from ossign_fast import (
    VARIES,
    Credentials,
    CredentialsError,
    EnvironmentVariableCredentialsProvider,
    OssignError,
    RequestError,
    SignatureMismatchError,
    Signer,
    VerificationError,
    verify,
)
from support.engines import Engine
from support.frames import frames_of, leaks
from support.refusals import HALF, ID, NOW, ODD, REFUSED, SECRET, TOKEN, VALUE

FULL = Path("/dev/full")
CREDENTIALS = Credentials(ID, SECRET, TOKEN)
MORE: dict[str, Callable[[Signer], object]] = {
    "sign_headers key": lambda s: s.sign_headers("PutObject", "/k"),
    "sign_headers value": lambda s: s.sign_headers("PUT", "k", headers={"x-oss-a": "\n"}),
    "sign_headers token": lambda s: s.sign_headers("GET", "k", query={"x-oss-date": TOKEN}),
    "sign_headers payload": lambda s: s.sign_headers("PUT", "k", payload=SECRET),
    "presign_many row": lambda s: s.presign_many("GetObject", ["k", "/k"]),
    "presign_many columns": lambda s: s.presign_many("GET", ["k"], headers={"x-oss-a": ["1", "2"]}),
    "bound url": lambda s: s.bind("GetObject").url("/k"),
    "bound result": lambda s: s.bind("GetObject").result("/k"),
    "bound urls": lambda s: s.bind("GetObject").urls(["/k"]),
    "bound values": lambda s: s.bind("PUT", headers={"x-oss-a": VARIES}).url("k", {"x-oss-a": ""}),
    "job": lambda s: s.job("GetObject")(["k", "/k"]),
    "job of tables": lambda s: s.job("GetObject").on()({"key": ["k", "/k"]}),
    "job of columns": lambda s: s.job("GET", headers={"x-oss-a": ["\n"]}),
    "bound missing": lambda s: s.bind("GetObject").url(),
    "locate": lambda s: s.locate(f"https://example.com/?{TOKEN}"),
    "expiration": lambda s: s.presign("GET", "k", expires=0),
    "calendar": lambda s: s.presign("GET", "k", signing_time=253_402_300_799),
    "operation": lambda s: s.presign("GetObjct", "k"),
    "no secret": lambda _: Credentials(ID, "", TOKEN),
    "no id": lambda _: Credentials("", SECRET, TOKEN),
    "naive end": lambda _: Credentials(ID, SECRET, TOKEN, NAIVE),
    "end as text": lambda _: Credentials(ID, SECRET, TOKEN, TEXT),
    "credentials by name": lambda _: Signer(region="cn-hangzhou", credentials=PAIR),
    "region": lambda _: Signer(region="Cn!", credentials=ODD),
}  # fmt: skip
NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001
TEXT: Any = "2030-01-01T00:00:00Z"
PAIR: Any = {"access_key": ID, "access_key_secret": SECRET}


SETTINGS: dict[str, Any] = {
    "region": "cn-hangzhou",
    "bucket": "examplebucket",
    "credentials": CREDENTIALS,
    "clock": lambda: NOW,
}


@pytest.mark.parametrize(
    ("call", "more"),
    [("presign", {"expires": None, "expiration": 0, "endpoint": ""}), ("sign_headers", {})],
)
def test_public_calls_forget_their_arguments(
    engine: Engine, call: str, more: dict[str, Any]
) -> None:
    words: dict[str, Any] = dict.fromkeys(("bucket", "signing_time"), VALUE)
    words |= {"headers": {VALUE: VALUE}, "query": {VALUE: VALUE}, "additional_headers": [VALUE]}
    words |= {"content_type": VALUE, **more}
    error = refusal(lambda: getattr(signer_of(engine), call)("PutObject", VALUE, **words))
    traceback = error.__traceback__
    while traceback is not None and traceback.tb_frame.f_code.co_name != call:
        traceback = traceback.tb_next
    assert traceback is not None
    assert set(traceback.tb_frame.f_locals) <= {"self", "operation", "error"}


def signer_of(engine: Engine) -> Signer:
    return engine.signer(**SETTINGS)


def refusal(call: Callable[[], object], kind: type[Exception] = OssignError) -> BaseException:
    """Returns what `call` raises, without the frames of this function and of pytest."""
    with pytest.raises(kind) as caught:
        call()
    return caught.value


@pytest.mark.parametrize("name", [*REFUSED, *MORE])
def test_what_signers_refuse(engine: Engine, name: str) -> None:
    error = refusal(lambda: (REFUSED | MORE)[name](signer_of(engine)))
    assert leaks(error, (SECRET, TOKEN, VALUE)) == []


@pytest.mark.parametrize("name", [*REFUSED, *MORE])
def test_what_signers_of_v1_refuse(name: str) -> None:
    signer = Signer(**SETTINGS, signature_version="v1")
    error = refusal(lambda: (REFUSED | MORE)[name](signer))
    assert leaks(error, (SECRET, TOKEN, VALUE)) == []


@pytest.mark.parametrize("answer", [ODD, HALF, SECRET, PAIR, [TOKEN], (ID, SECRET), None])
@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.presign("GetObject", "k"),
        lambda s: s.presign_many("GetObject", ["k"]),
        lambda s: s.sign_headers("GetObject", "k"),
        lambda s: s.bind("GetObject").url("k"),
        lambda s: s.bind("GetObject").result("k"),
        lambda s: s.bind("GetObject").urls(["k"]),
        lambda s: s.job("GetObject")(["k"]),
    ],
)
def test_what_sources_of_credentials_answer(call: Any, answer: Any) -> None:
    signer = Signer(**SETTINGS | {"credentials": lambda: answer})
    error = refusal(lambda: call(signer), CredentialsError)
    assert leaks(error, (SECRET, TOKEN)) == []


def test_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OSS_ACCESS_KEY_ID", raising=False)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    error = refusal(EnvironmentVariableCredentialsProvider().get_credentials)
    assert leaks(error, (SECRET,)) == []


class Open(SimpleNamespace):
    """Credentials of somebody else, whose repr shows all."""


KNOWN: list[Any] = [
    CREDENTIALS,
    {ID: CREDENTIALS},
    lambda _: CREDENTIALS,
    Open(access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN),
    {ID: Open(access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN)},
]
FORGED: dict[str, Callable[[str], dict[str, Any]]] = {
    "signature": lambda url: {"url": url.replace(url[-5:], "00000")},
    "method": lambda _: {"method": "PUT"},
    "headers": lambda _: {"headers": {"x-oss-a": VALUE}},
    "expired": lambda _: {"now": NOW + 90_000},
    "early": lambda _: {"now": NOW - 90_000},
    "scope": lambda _: {"region": "cn-beijing"},
    "endpoint": lambda _: {"endpoint": "oss.example.com"},
    "bucket": lambda _: {"bucket": "other"},
    "repeated": lambda url: {"url": f"{url}&{url.rpartition('&')[2]}"},
    "broken": lambda url: {"url": f"{url}&%"},
    "no UTF-8": lambda url: {"url": f"{url}&%FF"},
    "strict": lambda url: {"url": f"{url}&", "strict_bytes": True},
    "too long": lambda url: {"url": url + "&" * 70_000},
    "no URL": lambda url: {"url": f"x{url}"},
    "twice": lambda _: {"headers": {"Authorization": f"OSS {ID}:{TOKEN}"}},
    "token": lambda _: {"credentials": Credentials(ID, SECRET, TOKEN + "x")},
    "stranger": lambda _: {"credentials": {}},
    "nobody": lambda _: {"credentials": lambda _: None},
    "half": lambda _: {"credentials": {ID: PAIR}},
    "odd": lambda _: {"credentials": ODD},
    "now": lambda _: {"now": float("nan")},
    "versions": lambda _: {"signature_versions": ()},
}


@pytest.mark.parametrize("known", KNOWN, ids=["one", "mapping", "function", "open", "open many"])
@pytest.mark.parametrize("version", ["v4", "v1"])
@pytest.mark.parametrize("name", FORGED)
def test_what_the_verifier_refuses(name: str, version: str, known: Any) -> None:
    signer = Signer(**SETTINGS, signature_version=version)
    url = signer.presign("GET", "k").url
    words: dict[str, Any] = {"credentials": known, "now": NOW, "signature_versions": ("v4", "v1")}
    assert verify("GET", url, **words).key == "k"
    changed = words | {"method": "GET", "url": url} | FORGED[name](url)
    if (name, version) in {("early", "v1"), ("scope", "v1"), ("headers", "v4")}:
        changed |= {"method": "PUT"}
    error = refusal(lambda: verify(**changed))
    signature = url.rpartition("=")[2]
    assert leaks(error, (SECRET, TOKEN, "CAIS", signature, VALUE, signature.replace("%", ""))) == []


@pytest.mark.parametrize("version", ["v4", "v1"])
def test_a_forged_request_does_not_learn_its_signature(version: str) -> None:
    signer = Signer(**SETTINGS, signature_version=version)
    headers = signer.sign_headers("GetObject", "k")
    head, valid = headers["Authorization"][:-5], headers["Authorization"][-30:]
    forged = headers | {"Authorization": f"{head}00000"}
    url = "https://examplebucket.oss-cn-hangzhou.aliyuncs.com/k"
    words: dict[str, Any] = {"credentials": CREDENTIALS, "signature_versions": ("v4", "v1")}
    words["now"] = NOW
    assert verify("GET", url, headers=headers, **words).key == "k"
    error = refusal(lambda: verify("GET", url, headers=forged, **words), SignatureMismatchError)
    assert leaks(error, (SECRET, TOKEN, valid)) == []
    assert [frame for frame in frames_of(error) if set(frame.f_locals) - {"function"}] == []
    assert isinstance(error, VerificationError)
    assert error.string_to_sign
    assert TOKEN not in repr(vars(error))


def test_frames_of_others_stay() -> None:
    def look_up(name: str) -> Any:
        raise KeyError(name)

    url = Signer(**SETTINGS).presign("GET", "k").url
    error = refusal(lambda: verify("GET", url, credentials=look_up), KeyError)
    assert leaks(error, (SECRET, TOKEN, url[-20:])) == []
    traceback = error.__traceback__
    names = []
    while traceback is not None:
        names.append(traceback.tb_frame.f_code.co_name)
        traceback = traceback.tb_next
    assert names[-2:] == ["edge", "look_up"]


@pytest.mark.parametrize(
    "call",
    [
        lambda: Signer(region="cn-hangzhou", access_key_secret=SECRET),  # type: ignore[call-arg]
        lambda: Credentials(ID, SECRET, token=TOKEN),  # type: ignore[call-arg]
        lambda: Signer(**SETTINGS).presign("GET", "k", SECRET),  # type: ignore[call-overload]
        lambda: Signer(**SETTINGS).presign_many("GET", ["k"], SECRET),  # type: ignore[call-overload]
        lambda: verify("GET", "/k", SECRET),  # type: ignore[misc,call-arg]
    ],
)
def test_arguments_that_no_function_takes(call: Callable[[], object]) -> None:
    assert leaks(refusal(call, TypeError), (SECRET, TOKEN)) == []


def test_faults_of_our_own_are_told_in_full() -> None:
    with patch("ossign_fast._verify.verify.split_url", side_effect=TypeError):
        error = refusal(lambda: verify("GET", "/", credentials=CREDENTIALS), TypeError)
    assert "decide" in {frame.f_code.co_name for frame in frames_of(error)}


@pytest.mark.skipif(not FULL.exists(), reason="this system has no full device")
@pytest.mark.parametrize("mode", ["w", "wb"])
def test_a_full_disk(engine: Engine, mode: str) -> None:
    batch = signer_of(engine).presign_many("GetObject", ["k"] * 9000)
    file: Any = FULL.open(mode, buffering=1 if mode == "w" else 0)
    error = refusal(lambda: batch.write_lines(file), OSError)
    assert leaks(error, (SECRET, TOKEN, batch[0][-64:], batch[-1][-64:])) == []
    with suppress(OSError):  # of what was not yet written
        file.close()


_MADE = [
    kind
    for kind in (getattr(ossign_fast, name) for name in ossign_fast.__all__)
    if isinstance(kind, type)
    if kind.__new__ is object.__new__ and not getattr(kind, "_is_protocol", False)
]


@pytest.mark.parametrize("kind", _MADE)
def test_objects_that_were_refused_can_be_shown(kind: type) -> None:
    assert repr(object.__new__(kind)) in (
        f"<{kind.__name__} that was refused>",
        f"{kind.__name__}()",
    )


def test_refusals_are_no_garbage(engine: Engine) -> None:
    """Whoever checks what strangers send must not pile up errors until the next collection."""
    signer = signer_of(engine)
    gc.collect()
    gc.disable()
    try:
        for _ in range(50):
            with suppress(RequestError):
                signer.presign("GET", "/k")
            with suppress(VerificationError):
                verify("GET", "/k?a&a", credentials=CREDENTIALS, bucket="examplebucket")
        assert gc.collect() < 50
    finally:
        gc.enable()


#: Public functions that are given no secret and make none, or refuse nothing.
HARMLESS = {
    "describe_operation", "engine_info", "operations",
    "BoundPresigner.__init__", "PresignResult.__init__", "Target.__init__",
    "Job.__init__", "TableJob.__init__", "Report.__init__", "Report.merge",
    "PresignResult.to_dict", "UrlBatch.__init__", "UrlBatch.to_arrow", "UrlBatch.to_polars",
    "UrlBatch.to_pandas",
    "UrlBatch.to_numpy", "UrlBatch.tolist",
    "UrlBatch.write_lines", "Verified.__init__",
}  # fmt: skip


def public_functions() -> Iterator[tuple[str, Any]]:
    """Yields the functions of the package and the methods of its classes, by name."""
    for name in ossign_fast.__all__:
        public = getattr(ossign_fast, name)
        if inspect.isfunction(public):
            yield name, public
        is_class = inspect.isclass(public) and not issubclass(public, BaseException)
        if is_class and not getattr(public, "_is_protocol", False):
            for method, function in vars(public).items():
                if inspect.isfunction(function) and (method == "__init__" or method[0] != "_"):
                    yield f"{name}.{method}", function


def test_every_public_function_keeps_its_frames_to_itself() -> None:
    """A new one is sealed, drops its frames on its own, or is on the list above for a reason."""
    loose = {
        name
        for name, function in public_functions()
        if function.__code__.co_name != "edge"
        and "without_frames" not in function.__code__.co_names
    }
    assert loose == HARMLESS
