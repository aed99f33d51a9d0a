"""Credentials, the providers that hand them out, and the objects of the SDKs."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from types import SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import (
    Credentials,
    CredentialsError,
    CredentialsProvider,
    EnvironmentVariableCredentialsProvider,
)
from ossign_fast._credentials.credentials import as_credentials, snapshot_source

ID, SECRET, TOKEN = "LTAI5tUnit", "unit-secret-7f3a", "unit-token/+=="
UNTIL = datetime(2030, 1, 1, tzinfo=timezone.utc)
VARIABLES = ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN")


@pytest.fixture(autouse=True)
def _no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


# Credentials


def test_fields() -> None:
    full = Credentials(ID, SECRET, TOKEN, UNTIL)
    assert (full.access_key_id, full.access_key_secret) == (ID, SECRET)
    assert (full.security_token, full.expiration) == (TOKEN, UNTIL)
    bare = Credentials(access_key_id=ID, access_key_secret=SECRET)
    assert (bare.security_token, bare.expiration) == (None, None)
    assert Credentials(ID, SECRET, "").security_token is None


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("", SECRET), "access_key_id is empty"),
        ((None, SECRET), "access_key_id is empty"),
        ((5, SECRET), "access_key_id must be text, not int"),
        ((ID, ""), "access_key_secret is empty"),
        ((ID, b"secret"), "access_key_secret must be text, not bytes"),
        ((ID, SECRET, b"token"), "security_token must be text or None"),
        ((ID, SECRET, 0), "security_token must be text or None"),
        (("\ud800", SECRET), "access_key_id holds a lone surrogate"),
        ((ID, "secret\udfff"), "access_key_secret holds a lone surrogate"),
        ((ID, SECRET, "\ud800token"), "security_token holds a lone surrogate"),
        ((ID, f"{SECRET}\n"), "access_key_secret ends in a line break; strip it"),
        ((f"\r\n{ID}", SECRET), "access_key_id begins with a line break"),
        ((ID, SECRET, f"{TOKEN}\r\n"), "security_token ends in a line break"),
        ((f" {ID}", SECRET), "access_key_id begins or ends with a blank; strip it"),
        ((ID, f"{SECRET}\u00a0"), "access_key_secret begins or ends with a blank"),
        ((ID, SECRET, f"{TOKEN}\t"), "security_token begins or ends with a blank"),
        ((f"'{ID}'", SECRET), "access_key_id has a quotation mark at an end"),
        ((ID, f'"{SECRET}'), "access_key_secret has a quotation mark at an end"),
        ((ID, SECRET, f"\u201c{TOKEN}\u201d"), "security_token has a quotation mark at an end"),
        ((f"\ufeff{ID}", SECRET), "access_key_id holds an invisible character, U+FEFF"),
        ((ID, f"unit\u200b{SECRET}"), "access_key_secret holds an invisible character, U+200B"),
        ((ID, SECRET, f"a\x00{TOKEN}"), "security_token holds an invisible character, U+0000"),
        ((ID, SECRET, TOKEN, "2030-01-01T00:00:00Z"), "expiration must be an aware datetime or"),
        ((ID, SECRET, TOKEN, 1893456000), "expiration must be an aware datetime or None, not int"),
        ((ID, SECRET, None, datetime(2030, 1, 1)), "expiration is a naive datetime"),  # noqa: DTZ001
    ],
)
def test_what_cannot_sign_is_refused(arguments: tuple[Any, ...], problem: str) -> None:
    with pytest.raises(CredentialsError) as caught:
        Credentials(*arguments)
    assert str(caught.value).startswith(problem)
    assert "secret\udfff" not in str(caught.value)
    assert not any(value in str(caught.value) for value in (ID, SECRET, TOKEN))
    assert caught.value.__context__ is None


@pytest.mark.parametrize("position", range(3))
def test_what_was_not_copied_well_is_refused_wherever_it_comes_from(
    position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = [ID, SECRET, TOKEN]
    values[position] += "\n"
    name = ("access_key_id", "access_key_secret", "security_token")[position]
    for variable, value in zip(VARIABLES, values, strict=True):
        monkeypatch.setenv(variable, value)
    for source in (
        None,
        lambda: oss_v2.credentials.Credentials(*values),
        oss2.credentials.StaticCredentialsProvider(*values),
    ):
        with pytest.raises(CredentialsError, match=f"^{name} ends in a line break"):
            snapshot_source(source)()


def test_immutable() -> None:
    credentials = Credentials(ID, SECRET)
    for change in (
        lambda: setattr(credentials, "access_key_id", "other"),
        lambda: setattr(credentials, "more", 1),
        lambda: delattr(credentials, "access_key_secret"),
    ):
        with pytest.raises(AttributeError, match="immutable"):
            change()
    assert not hasattr(credentials, "__dict__")
    assert credentials == Credentials(ID, SECRET)


def test_equal_where_all_fields_are() -> None:
    fields: dict[str, Any] = {
        "access_key_id": ID,
        "access_key_secret": SECRET,
        "security_token": TOKEN,
        "expiration": UNTIL,
    }
    credentials = Credentials(**fields)
    assert credentials == Credentials(**fields)
    for name, value in fields.items():
        other = UNTIL + timedelta(1) if name == "expiration" else f"{value}x"
        assert credentials != Credentials(**{**fields, name: other})
    assert credentials != (ID, SECRET, TOKEN, UNTIL)
    assert credentials.__eq__(object()) is NotImplemented


def test_no_dictionary_key() -> None:
    with pytest.raises(TypeError, match="unhashable"):
        hash(Credentials(ID, SECRET))


def test_pickles_and_copies_to_another_process() -> None:
    credentials = Credentials(ID, SECRET, TOKEN, UNTIL)
    for twin in (pickle.loads(pickle.dumps(credentials)), copy.deepcopy(credentials)):
        assert type(twin) is Credentials
        assert twin == credentials


@pytest.mark.parametrize(("token", "shown"), [(None, "None"), (TOKEN, "***")])
def test_repr_hides_secret_and_token(token: str | None, shown: str) -> None:
    text = repr(Credentials(ID, SECRET, token))
    assert text == (
        f"Credentials(access_key_id={ID!r}, access_key_secret=***, security_token={shown})"
    )


# The environment


def test_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    provider = EnvironmentVariableCredentialsProvider()
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", ID)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    assert provider.get_credentials() == Credentials(ID, SECRET)
    monkeypatch.setenv("OSS_SESSION_TOKEN", TOKEN)
    assert provider.get_credentials() == Credentials(ID, SECRET, TOKEN)
    monkeypatch.setenv("OSS_SESSION_TOKEN", "")
    assert provider.get_credentials() == Credentials(ID, SECRET)
    assert repr(provider) == "EnvironmentVariableCredentialsProvider()"
    assert isinstance(provider, CredentialsProvider)


@pytest.mark.parametrize("empty", [False, True])
@pytest.mark.parametrize("present", [[], ["OSS_ACCESS_KEY_ID"], ["OSS_ACCESS_KEY_SECRET"]])
def test_environment_without_keys_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, present: list[str], empty: bool
) -> None:
    for name in VARIABLES:
        if name in present:
            monkeypatch.setenv(name, "value-not-to-be-shown")
        elif empty:
            monkeypatch.setenv(name, "")
    missing = next(name for name in VARIABLES if name not in present)
    with pytest.raises(CredentialsError, match=f"^{missing} is not set; export it") as caught:
        EnvironmentVariableCredentialsProvider().get_credentials()
    assert "value-not-to-be-shown" not in str(caught.value)


# Sources


class Provider:
    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.calls = 0

    def get_credentials(self) -> Any:
        self.calls += 1
        return self.answer


class Both(SimpleNamespace):
    """Credentials that can also be asked for credentials."""

    def get_credentials(self) -> Credentials:
        return Credentials("newer", SECRET)


PLAIN = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN)


@pytest.mark.parametrize(
    "source",
    [
        Credentials(ID, SECRET, TOKEN),
        PLAIN,
        Provider(Credentials(ID, SECRET, TOKEN)),
        Provider(PLAIN),
        lambda: Credentials(ID, SECRET, TOKEN),
        lambda: PLAIN,
        oss_v2.credentials.Credentials(ID, SECRET, TOKEN),
        oss_v2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN),
        oss_v2.credentials.CredentialsProviderFunc(
            lambda: oss_v2.credentials.Credentials(ID, SECRET, TOKEN)
        ),
        oss2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN),
        oss2.credentials.StaticCredentialsProvider(ID, SECRET, TOKEN).get_credentials,
    ],
)
def test_every_kind_of_source(source: Any) -> None:
    snapshot = snapshot_source(source)
    assert snapshot() == snapshot() == Credentials(ID, SECRET, TOKEN)


@pytest.mark.parametrize(
    "provider",
    [
        oss2.credentials.EnvironmentVariableCredentialsProvider,
        oss_v2.credentials.EnvironmentVariableCredentialsProvider,
        EnvironmentVariableCredentialsProvider,
        lambda: None,
    ],
)
def test_environment_providers_of_the_sdks_and_the_default(
    provider: Callable[[], Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in zip(VARIABLES, (ID, SECRET, TOKEN), strict=True):
        monkeypatch.setenv(name, value)
    assert snapshot_source(provider())() == Credentials(ID, SECRET, TOKEN)


def test_the_environment_is_read_at_each_call(monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = snapshot_source(None)
    with pytest.raises(CredentialsError, match="OSS_ACCESS_KEY_ID"):
        snapshot()
    for number in range(2):
        monkeypatch.setenv("OSS_ACCESS_KEY_ID", f"id-{number}")
        monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
        assert snapshot().access_key_id == f"id-{number}"


def test_a_provider_is_asked_once_per_snapshot() -> None:
    provider = Provider(PLAIN)
    snapshot = snapshot_source(provider)
    assert provider.calls == 0
    snapshot()
    snapshot()
    assert provider.calls == 2


def test_a_provider_wins_over_its_own_fields() -> None:
    source = Both(access_key_id=ID, access_key_secret=SECRET)
    assert snapshot_source(source)().access_key_id == "newer"


def test_credentials_stay_the_same_object() -> None:
    credentials = Credentials(ID, SECRET)
    assert snapshot_source(credentials)() is credentials
    assert snapshot_source(lambda: credentials)() is credentials


def test_fields_are_read_once() -> None:
    reads: list[str] = []

    class Rotating:
        def __getattr__(self, name: str) -> str:
            reads.append(name)
            return f"{name}-{len(reads)}"

    read = as_credentials(Rotating())
    assert reads == ["access_key_id", "access_key_secret", "security_token"]
    assert read.security_token == "security_token-3"


@pytest.mark.parametrize("source", [5, "id:secret", (ID, SECRET), {"access_key_id": ID}, object()])
def test_other_sources_are_refused_by_type(source: object) -> None:
    with pytest.raises(CredentialsError) as caught:
        snapshot_source(source)  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"credentials of type {type(source).__name__} cannot be")
    assert "get_credentials()" in str(caught.value)
    assert ID not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (None, "the credentials provider returned NoneType, which has no"),
        ({"access_key_id": ID}, "the credentials provider returned dict, which has no"),
        (SimpleNamespace(access_key_id=ID), "the credentials provider returned SimpleNamespace"),
        (SimpleNamespace(access_key_id=ID, access_key_secret=None), "access_key_secret is empty"),
        (SimpleNamespace(access_key_id="", access_key_secret=SECRET), "access_key_id is empty"),
    ],
)
def test_answers_that_cannot_sign_are_refused(answer: object, problem: str) -> None:
    for source in (lambda: answer, Provider(answer)):
        with pytest.raises(CredentialsError) as caught:
            snapshot_source(source)()
        assert str(caught.value).startswith(problem)
        assert SECRET not in str(caught.value)
        assert caught.value.__cause__ is None


@pytest.mark.parametrize("token", [None, "", "token"])
def test_an_empty_token_is_none(token: str | None) -> None:
    value = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=token)
    assert as_credentials(value).security_token == (token or None)
    bare = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET)
    assert as_credentials(bare).security_token is None


def failing(error: BaseException) -> Any:
    def fail() -> Credentials:
        raise error

    return fail


def test_what_a_provider_raises_is_the_cause() -> None:
    error = OSError("no network for hunter2")
    provider = SimpleNamespace(get_credentials=failing(error))
    for source in (failing(error), provider):
        with pytest.raises(CredentialsError, match="provider raised OSError; its own") as caught:
            snapshot_source(source)()
        assert caught.value.__cause__ is error
        assert "hunter2" not in str(caught.value)


def test_our_own_errors_and_interrupts_pass_as_they_are() -> None:
    for error in (CredentialsError("expired"), KeyboardInterrupt()):
        with pytest.raises(type(error)) as caught:
            snapshot_source(failing(error))()
        assert caught.value is error


class Asynchronous:
    async def get_credentials(self) -> Credentials:
        return Credentials(ID, SECRET)

    async def __call__(self) -> Credentials:
        return Credentials(ID, SECRET)


def call_of(provider: Any) -> Any:
    return SimpleNamespace(get_credentials=provider)


@pytest.mark.parametrize(
    "source",
    [
        Asynchronous(),
        Asynchronous().get_credentials,
        call_of(Asynchronous()),
        partial(Asynchronous.get_credentials, Asynchronous()),
    ],
)
def test_coroutine_functions_are_refused_before_there_is_a_coroutine(source: Any) -> None:
    with pytest.raises(CredentialsError, match="coroutine function, which nothing awaits"):
        snapshot_source(source)


def test_a_coroutine_is_closed_and_refused() -> None:
    answer: Any = Asynchronous()()
    with pytest.raises(CredentialsError, match="returned coroutine, which has no access_key_id"):
        snapshot_source(lambda: answer)()
    gc.collect()


def test_credentials_survive_a_deep_copy_of_their_owner() -> None:
    owner = [Credentials(ID, SECRET)]
    assert copy.deepcopy(owner) == owner
