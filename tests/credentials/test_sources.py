"""Whatever may stand for credentials: providers, callables, dicts, and the objects of the SDKs."""

from __future__ import annotations

import gc
from collections.abc import Callable
from datetime import datetime, timezone
from functools import partial
from types import SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import Credentials, CredentialsError, EnvironmentVariableCredentialsProvider
from ossign_fast._credentials.credentials import as_credentials
from ossign_fast._credentials.sources import snapshot_source

ID, SECRET, TOKEN = "LTAI5tUnit", "unit-secret-7f3a", "unit-token/+=="
UNTIL = datetime(2030, 1, 1, tzinfo=timezone.utc)
VARIABLES = ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN")


#: As the answer of AssumeRole has them.
STS: dict[str, Any] = {
    "AccessKeyId": ID,
    "AccessKeySecret": SECRET,
    "SecurityToken": TOKEN,
    "Expiration": "2030-01-01T00:00:00Z",
}


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
        def __getattr__(self, name: str) -> str | None:
            reads.append(name)
            if name == "expiration":
                return None
            return f"{name}-{len(reads)}"

    read = as_credentials(Rotating())
    assert reads == ["access_key_id", "access_key_secret", "security_token", "expiration"]
    assert read.security_token == "security_token-3"


@pytest.mark.parametrize("source", [5, "id:secret", (ID, SECRET), 5.0, object()])
def test_other_sources_are_refused_by_type(source: object) -> None:
    with pytest.raises(CredentialsError) as caught:
        snapshot_source(source)  # type: ignore[arg-type]
    assert str(caught.value).startswith(f"credentials of type {type(source).__name__} cannot be")
    says = "Credentials.of(json.loads(text))" if isinstance(source, str) else "get_credentials()"
    assert says in str(caught.value)
    assert ID not in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (None, "the credentials provider returned NoneType, which has no"),
        ({"access_key_id": ID}, "access_key_secret is missing in the dict"),
        ({"Credentials": {"AccessKeySecret": SECRET}}, "access_key_id is missing in the dict"),
        ({**STS, "AccessKeyId": "STS.N"} | {"SecurityToken": ""}, "security_token is missing"),
        ({**STS, "Expiration": "soon"}, "expiration is no time; give one as STS does"),
        ({**STS, "Expiration": True}, "expiration is no time"),
        ({**STS, "Expiration": 1e300}, "expiration is no time"),
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


# Dicts and answers


class Answer(SimpleNamespace):
    """What the SDK of STS gives: fields behind `body.credentials`."""


@pytest.mark.parametrize(
    "value",
    [
        STS,
        {"RequestId": "1", "Credentials": STS},
        {"statusCode": 200, "body": {"Credentials": STS}},
        {"access_key_id": ID, "access-key-secret": SECRET, "sts_token": TOKEN, "expiration": UNTIL},
        {"accessKeyId": ID, "accessKeySecret": SECRET, "sessionToken": TOKEN,
         "sts_expiration": int(UNTIL.timestamp())},
        Answer(body=Answer(credentials=Answer(
            access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN,
            expiration="2030-01-01T00:00:00Z"))),
        oss_v2.credentials.Credentials(ID, SECRET, TOKEN, UNTIL),
        Credentials(ID, SECRET, TOKEN, UNTIL),
    ],
)  # fmt: skip
def test_what_sts_and_others_answer_is_taken_with_its_end(value: Any) -> None:
    whole = Credentials(ID, SECRET, TOKEN, UNTIL)
    assert Credentials.of(value) == whole
    assert snapshot_source(lambda: value)() == whole
    if not isinstance(value, Answer):
        snapshot = snapshot_source(value)
        assert snapshot() == whole
        assert snapshot() is snapshot()


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (None, None),
        ("", None),
        (0, None),
        (-1, None),
        ("2030-01-01T00:00:00", UNTIL),
        ("2030-01-01T08:00:00+08:00", UNTIL),
        (UNTIL.replace(tzinfo=None), UNTIL),
        (UNTIL.timestamp(), UNTIL),
        ("1893456000", UNTIL),
        (1893456000000, UNTIL),
    ],
)
def test_ends_as_others_write_them(end: object, expected: datetime | None) -> None:
    assert Credentials.of({**STS, "Expiration": end}).expiration == expected


def test_an_end_that_moves_makes_a_new_snapshot() -> None:
    held = oss_v2.credentials.Credentials(ID, SECRET, TOKEN, UNTIL)
    snapshot = snapshot_source(held)
    first = snapshot()
    assert snapshot() is first
    held.expiration = None
    assert snapshot().expiration is None
    assert first.expiration == UNTIL
