"""No secret, token, signature, header value or canonical request in any text but the URL itself."""

from __future__ import annotations

import copy
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from ossign_fast import (
    Credentials,
    EnvironmentVariableCredentialsProvider,
    OssignError,
    Signer,
    VerificationError,
    verify,
)
from support.engines import Engine

ID = "LTAI5tSecretTests"
SECRET = "hidden-secret-4f1c"
TOKEN = "hidden-token-9e2b"
VALUE = "hidden-header-value-77"
HIDDEN = (SECRET, TOKEN, VALUE, "aliyun_v4hidden", "UNSIGNED-PAYLOAD")
NOW = 1_709_281_815


def signer_of(engine: Engine, **settings: Any) -> Signer:
    plain: dict[str, Any] = {
        "region": "cn-hangzhou",
        "bucket": "examplebucket",
        "credentials": Credentials(ID, SECRET, TOKEN),
        "clock": lambda: NOW,
    }
    return engine.signer(**{**plain, **settings})


def texts_of(item: object) -> Iterator[str]:
    """Yields `item` as everything that logs, formats or shows it would."""
    yield repr(item)
    yield str(item)
    yield f"{item}"
    yield f"{item!a}"
    yield f"{[item]}"
    yield pprint.pformat(item)
    yield logging.LogRecord("n", 10, "p", 1, "%s %r", (item, item), None).getMessage()


def assert_hidden(texts: Iterator[str], *more: str) -> None:
    for text in texts:
        for secret in (*HIDDEN, *more):
            assert secret not in text, text


def test_signers_and_credentials(engine: Engine) -> None:
    signer = signer_of(engine)
    signer.presign("PutObject", "k", content_type=VALUE)
    provider = SimpleNamespace(get_credentials=lambda: Credentials(ID, SECRET, TOKEN))
    for item in (
        signer,
        signer_of(engine, credentials=provider),
        Credentials(ID, SECRET, TOKEN),
        EnvironmentVariableCredentialsProvider(),
        signer.bind("PutObject", content_type=VALUE, metadata={"a": VALUE}),
    ):
        assert_hidden(texts_of(item))


def test_results(engine: Engine) -> None:
    signer = signer_of(engine)
    result = signer.presign("PutObject", "dir/k", content_type=VALUE)
    signature = result.url.rpartition("=")[2]
    assert len(signature) == 64
    assert TOKEN in result.url
    for item in (result, copy.copy(result), pickle.loads(pickle.dumps(result))):
        assert item.url == result.url
        assert_hidden(texts_of(item), signature, "x-oss-signature")
        assert "dir/k?***" in repr(item)
        assert "Content-Type" in repr(item)


def test_batches(engine: Engine) -> None:
    batch = signer_of(engine).presign_many("PutObject", ["k", "l"], content_type=[VALUE, VALUE])
    signatures = [url.rpartition("=")[2] for url in batch]
    for item in (batch, batch[1:], batch[::-1], copy.copy(batch), iter(batch)):
        assert_hidden(texts_of(item), *signatures, "x-oss-signature")


def test_what_the_engine_makes(engine: Engine) -> None:
    bound = signer_of(engine).bind("PutObject", content_type=VALUE)
    bound.url("k")
    module = engine.module
    key = module.signing_key(f"aliyun_v4{SECRET}".encode(), [b"20240301"], engine.kernel)
    assert bound._state is not None
    for item in (bound._state.job, key, *module.sign_packed(bound._state.job, [["k"]])[:2]):
        assert VALUE not in repr(item)
        assert SECRET not in repr(item)
    for item in (bound._state.job, key):
        with pytest.raises((TypeError, pickle.PicklingError)):
            pickle.dumps(item)


# Errors

BAD_HEADER = {"x-oss-meta-a": VALUE + "\n"}
ODD: Any = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET.encode())
HALF: Any = SimpleNamespace(access_key_id=None, access_key_secret=SECRET, security_token=TOKEN)
REFUSED: dict[str, Callable[[Signer], object]] = {
    "header": lambda s: s.presign("PUT", "k", headers=BAD_HEADER),
    "header column": lambda s: s.presign_many("PUT", ["k"], headers={"x-oss-a": [VALUE + "\0"]}),
    "header surrogate": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE + "\ud800"}),
    "header blank": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE + "\u00a0"}),
    "header type": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE.encode()}),
    "header types": lambda s: s.presign_many("PUT", ["k"], headers={"x-oss-a": [VALUE.encode()]}),
    "header twice": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE, "X-Oss-A": VALUE}),
    "header name": lambda s: s.presign("PUT", "k", headers={"a b": VALUE}),
    "header length": lambda s: s.presign("PUT", "k", headers={"x-oss-a": VALUE * 60_000}),
    "metadata": lambda s: s.presign("PutObject", "k", metadata={"a": [VALUE]}),
    "metadata text": lambda s: s.presign("PutObject", "k", metadata=VALUE),
    "tagging": lambda s: s.presign("PutObject", "k", tagging={"": VALUE}),
    "tagging surrogate": lambda s: s.presign("PutObject", "k", tagging={"a": VALUE + "\ud800"}),
    "callback": lambda s: s.presign("PutObject", "k", callback={"a": {VALUE}}),
    "option": lambda s: s.presign("PutObject", "k", traffic_limit=VALUE),
    "options": lambda s: s.presign_many("PutObject", ["k"], traffic_limit=[VALUE]),
    "boolean": lambda s: s.presign("PutObject", "k", forbid_overwrite=VALUE),
    "source": lambda s: s.presign("CopyObject", "k", source_key=VALUE + "\ud800"),
    "reserved query": lambda s: s.presign("GET", "k", query={"x-oss-security-token": TOKEN}),
    "reserved signature": lambda s: s.presign("GET", "k", query={"x-oss-signature": TOKEN}),
    "query": lambda s: s.presign("GET", "k", query={"a": VALUE + "\ud800"}),
    "token as option": lambda s: s.presign("GetObject", "k", security_token=TOKEN),
    "secret as option": lambda s: s.presign("GetObject", "k", access_key_secret=SECRET),
    "secret as key": lambda s: s.presign("GetObject", SECRET + "\ud800"),
    "secret as keys": lambda s: s.presign_many("GetObject", ["/" + SECRET]),
    "secret as bucket": lambda s: s.presign("GetObject", "k", bucket=SECRET.upper() + SECRET),
    "secret in endpoint": lambda s: s.presign("GET", "k", endpoint=f"https://u:{SECRET}@host"),
    "secret in settings": lambda _: Signer(region="cn-hangzhou", endpoint=f"u:{SECRET}@h"),
    "secret as region": lambda _: Signer(region=SECRET.upper() + SECRET),
    "secret as time": lambda s: s.presign("GET", "k", signing_time=SECRET),  # type: ignore[arg-type]
    "secret as expires": lambda s: s.presign("GET", "k", expires=SECRET),  # type: ignore[arg-type]
    "bound": lambda s: s.bind("PUT", headers=BAD_HEADER).urls(["k"]),
    "secret as credentials": lambda _: Signer(region="cn-hangzhou", credentials=SECRET),  # type: ignore[arg-type]
    "pair as credentials": lambda _: Signer(region="cn-hangzhou", credentials=(ID, SECRET)),  # type: ignore[arg-type]
    "bytes": lambda s: s._with_engine(*s._context[:2]) and Credentials(ID, SECRET.encode()),  # type: ignore[arg-type]
    "token bytes": lambda _: Credentials(ID, SECRET, TOKEN.encode()),  # type: ignore[arg-type]
    "secret surrogate": lambda _: Credentials(ID, SECRET + "\ud800"),
    "token surrogate": lambda _: Credentials(ID, SECRET, TOKEN + "\udfff"),
}  # fmt: skip


def shown(error: BaseException) -> Iterator[str]:
    """Yields `error` as tracebacks and reports show it, with what it was raised from."""
    yield from texts_of(error)
    yield repr(error.args)
    yield repr(vars(error))
    yield "".join(traceback.format_exception_only(error))
    following: BaseException | None = error
    while following is not None:
        yield repr(following)
        following = following.__cause__ or (
            None if following.__suppress_context__ else following.__context__
        )


@pytest.mark.parametrize("name", REFUSED)
def test_errors(engine: Engine, name: str) -> None:
    signer = signer_of(engine)
    with pytest.raises(OssignError) as caught:
        REFUSED[name](signer)
    assert_hidden(shown(caught.value))


@pytest.mark.parametrize("answer", [ODD, HALF, SECRET, {"access_key_secret": SECRET}, [TOKEN]])
def test_errors_of_credentials_sources(engine: Engine, answer: Any) -> None:
    signer = signer_of(engine, credentials=lambda: answer)
    for call in (
        lambda: signer.presign("GetObject", "k"),
        lambda: signer.presign_many("GetObject", ["k"]),
    ):
        with pytest.raises(OssignError) as caught:
            call()
        assert_hidden(shown(caught.value))


def test_tracebacks_as_they_are_printed(engine: Engine) -> None:
    """The lines of this file are no part of it: the bad values are made where none is shown."""
    signer = signer_of(engine)
    for call in REFUSED.values():
        with pytest.raises(OssignError) as caught:
            call(signer)
        report = traceback.TracebackException.from_exception(caught.value)
        assert_hidden(iter(["".join(report.format_exception_only())]))
        assert report.__cause__ is None
        assert report.__context__ is None or report.__suppress_context__


def test_verification_errors_keep_the_canonical_request_out_of_their_texts(engine: Engine) -> None:
    credentials = Credentials(ID, SECRET, TOKEN)
    url = signer_of(engine).presign("PutObject", "k", content_type=VALUE).url
    with pytest.raises(VerificationError) as caught:
        verify("PUT", url, credentials=credentials, headers={"Content-Type": VALUE + "x"}, now=NOW)
    assert caught.value.canonical_request is not None
    assert VALUE in caught.value.canonical_request
    texts = [text for text in shown(caught.value) if text != repr(vars(caught.value))]
    assert_hidden(iter(texts), url.rpartition("=")[2])
