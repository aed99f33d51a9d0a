"""The error tree, and what each error tells."""

from __future__ import annotations

import copy
import pickle

import pytest

import ossign_fast
from ossign_fast import (
    ClockSkewError,
    CredentialsError,
    ExpiredError,
    MalformedSignatureError,
    NotYetValidError,
    OssignError,
    OssignKeyWarning,
    OssignPerformanceWarning,
    RequestError,
    SignatureMismatchError,
    UnknownAccessKeyError,
    VerificationError,
)

# Leaf, its base, the builtin it resembles.
TREE: list[tuple[type[OssignError], type[OssignError], type[Exception]]] = [
    (RequestError, OssignError, ValueError),
    (CredentialsError, OssignError, RuntimeError),
    (VerificationError, OssignError, Exception),
    (MalformedSignatureError, VerificationError, Exception),
    (UnknownAccessKeyError, VerificationError, Exception),
    (NotYetValidError, VerificationError, Exception),
    (ExpiredError, VerificationError, Exception),
    (ClockSkewError, VerificationError, Exception),
    (SignatureMismatchError, VerificationError, Exception),
]

# What OSS answers: error, code, HTTP status.
ANSWERS: list[tuple[type[VerificationError], str, int]] = [
    (MalformedSignatureError, "InvalidArgument", 400),
    (UnknownAccessKeyError, "InvalidAccessKeyId", 403),
    (NotYetValidError, "AccessDenied", 403),
    (ExpiredError, "AccessDenied", 403),
    (ClockSkewError, "RequestTimeTooSkewed", 403),
    (SignatureMismatchError, "SignatureDoesNotMatch", 403),
]


@pytest.mark.parametrize(("error", "base", "builtin"), TREE)
def test_tree(error: type[OssignError], base: type[OssignError], builtin: type[Exception]) -> None:
    assert issubclass(error, base)
    assert issubclass(error, builtin)
    assert error.__doc__
    assert getattr(ossign_fast, error.__name__) is error


def test_the_tree_is_complete() -> None:
    found = {
        value
        for name in ossign_fast.__all__
        if isinstance(value := getattr(ossign_fast, name), type)
        and issubclass(value, BaseException)
    }
    warnings = {OssignKeyWarning, OssignPerformanceWarning}
    assert found == {OssignError, *warnings, *(error for error, _, _ in TREE)}
    assert issubclass(OssignKeyWarning, UserWarning)
    assert issubclass(OssignPerformanceWarning, RuntimeWarning)


def test_the_docstring_draws_the_tree() -> None:
    from ossign_fast import _errors

    text = _errors.__doc__ or ""
    for error, _, builtin in TREE:
        line = next(line for line in text.splitlines() if f"─ {error.__name__}" in line)
        assert builtin is Exception or f"({builtin.__name__})" in line
    for error, code, status in ANSWERS:
        assert any(error.__name__ in ln and f"{code}, {status}" in ln for ln in text.splitlines())


@pytest.mark.parametrize(("error", "code", "status"), ANSWERS)
def test_verification_errors_stand_for_answers_of_oss(
    error: type[VerificationError], code: str, status: int
) -> None:
    plain = error("why")
    assert (plain.code, plain.status, str(plain)) == (code, status, "why")
    assert (plain.string_to_sign, plain.canonical_request) == (None, None)
    full = error("why", string_to_sign="text", canonical_request="request")
    assert (full.string_to_sign, full.canonical_request) == ("text", "request")
    assert str(full) == "why"
    assert repr(full) == f"{error.__name__}('why')"


def test_a_request_error_names_field_problem_and_row() -> None:
    error = RequestError("expires", "must be 1..604800 seconds")
    assert (error.field, error.problem, error.row) == ("expires", "must be 1..604800 seconds", None)
    assert str(error) == "expires: must be 1..604800 seconds"
    placed = error.at_row(0)
    assert (placed.field, placed.problem, placed.row) == (error.field, error.problem, 0)
    assert str(placed) == "row 0: expires: must be 1..604800 seconds"
    assert error.row is None
    assert type(placed) is RequestError


class _Special(RequestError):
    pass


@pytest.mark.parametrize("kind", [RequestError, _Special])
@pytest.mark.parametrize("row", [None, 7])
def test_a_request_error_survives_pickling_and_copying(
    kind: type[RequestError], row: int | None
) -> None:
    error = kind("key", "is empty", row=row)
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error), copy.deepcopy(error)):
        assert type(twin) is kind
        assert (str(twin), twin.field, twin.problem, twin.row) == (
            str(error), "key", "is empty", row,
        )  # fmt: skip
    assert type(error.at_row(1)) is kind


def test_verification_errors_survive_pickling() -> None:
    error = ExpiredError("why", string_to_sign="text", canonical_request="request")
    twin = pickle.loads(pickle.dumps(error))
    assert type(twin) is ExpiredError
    assert (str(twin), twin.string_to_sign, twin.canonical_request) == ("why", "text", "request")


def test_one_base_catches_all() -> None:
    for error, _, _ in TREE:
        arguments = ("field", "problem") if error is RequestError else ("problem",)
        with pytest.raises(OssignError):
            raise error(*arguments)
