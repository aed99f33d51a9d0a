"""No secret, token, signature, header value or canonical request in any text but the URL itself."""

from __future__ import annotations

import copy
import logging
import pickle
import pprint
import traceback
from collections.abc import Iterator
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
from support.refusals import HALF, HIDDEN, ID, NOW, ODD, REFUSED, SECRET, TOKEN, VALUE


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
