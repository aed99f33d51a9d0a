"""The names users import, all of them from the root, and the signatures they call."""

from __future__ import annotations

import inspect
import re

import pytest

import ossign_fast
from ossign_fast import Credentials, Signer, UrlBatch

EXPORTED = [
    "NO_KEY",
    "VARIES",
    "BoundPresigner",
    "CachedCredentials",
    "Callback",
    "ClockSkewError",
    "Credentials",
    "CredentialsError",
    "CredentialsProvider",
    "DefaultCredentials",
    "EngineInfo",
    "EnvironmentVariableCredentialsProvider",
    "ExpiredError",
    "Job",
    "MalformedSignatureError",
    "NotYetValidError",
    "Operation",
    "Option",
    "OssignError",
    "OssignKeyWarning",
    "OssignPerformanceWarning",
    "PresignResult",
    "Refusal",
    "Report",
    "RequestError",
    "SignatureMismatchError",
    "Signer",
    "TableJob",
    "Target",
    "UnknownAccessKeyError",
    "UrlBatch",
    "VerificationError",
    "Verified",
    "__version__",
    "content_disposition",
    "describe_operation",
    "engine_info",
    "operations",
    "verify",
    "verify_many",
]


def test_all_is_what_users_were_promised() -> None:
    assert ossign_fast.__all__ == EXPORTED
    assert sorted(EXPORTED, key=lambda name: (not name.isupper(), name)) == EXPORTED


def test_star_import_gives_all_and_nothing_else() -> None:
    names: dict[str, object] = {}
    exec("from ossign_fast import *", names)
    del names["__builtins__"]
    assert sorted(names) == sorted(EXPORTED)


def test_modules_are_private_but_for_the_applications() -> None:
    from pkgutil import iter_modules

    public = {m.name for m in iter_modules(ossign_fast.__path__) if not m.name.startswith("_")}
    assert public <= {"bulk", "cli", "server", "integrations"}


def test_version_is_one_of_pep_440() -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?(\.dev\d+)?", ossign_fast.__version__)


def keywords(function: object) -> dict[str, object]:
    """Returns the keyword-only parameters with their defaults."""
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return {p.name: p.default for p in parameters if p.kind is p.KEYWORD_ONLY}


def positional(function: object) -> list[str]:
    parameters = inspect.signature(function).parameters.values()  # type: ignore[arg-type]
    return [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]


PRESIGN = {
    "bucket": None,
    "expires": None,
    "expiration": None,
    "headers": None,
    "query": None,
    "additional_headers": None,
    "signing_time": None,
    "endpoint": None,
}


def test_signer_takes_keywords_only() -> None:
    assert positional(Signer) == []
    assert keywords(Signer) == {
        "region": inspect.Parameter.empty,
        "credentials": None,
        "bucket": None,
        "endpoint": None,
        "endpoint_type": "public",
        "url_style": "virtual",
        "scheme": "https",
        "product": "oss",
        "additional_headers": (),
        "clock": None,
        "clock_offset": 0,
        "strict_keys": True,
        "strict_endpoint": True,
        "signature_version": "v4",
        "sub_resources": (),
    }
    with pytest.raises(TypeError):
        Signer("cn-hangzhou")  # type: ignore[misc]


@pytest.mark.parametrize(
    ("function", "subject", "more"),
    [
        (Signer.presign, ["self", "operation", "key"], {}),
        (Signer.presign_many, ["self", "operation", "keys"], {"threads": 1, "nulls": "refuse"}),
        (Signer.bind, ["self", "operation"], {"threads": 1, "nulls": "refuse"}),
    ],
)
def test_calls_take_keywords_after_their_subject(
    function: object, subject: list[str], more: dict[str, object]
) -> None:
    assert positional(function) == subject
    assert keywords(function) == PRESIGN | more
    kinds = [p.kind for p in inspect.signature(function).parameters.values()]  # type: ignore[arg-type]
    assert kinds[-1] is inspect.Parameter.VAR_KEYWORD


def test_no_public_parameter_is_a_positional_boolean() -> None:
    for kind in (Signer, UrlBatch, Credentials):
        for _, function in inspect.getmembers(kind, inspect.isfunction):
            for parameter in inspect.signature(function).parameters.values():
                if isinstance(parameter.default, bool):
                    assert parameter.kind is parameter.KEYWORD_ONLY, (kind, function)


def test_public_classes_say_what_they_are() -> None:
    for name in EXPORTED:
        item = getattr(ossign_fast, name)
        assert name == "__version__" or inspect.getdoc(item)
