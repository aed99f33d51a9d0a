"""Access keys: what they hold, what they show, and what cannot be one."""

from __future__ import annotations

import copy
import pickle
from datetime import datetime, timedelta, timezone
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import (
    Credentials,
    CredentialsError,
)
from ossign_fast._credentials.sources import snapshot_source

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
        ((ID, f"{SECRET}\n"), "access_key_secret ends with a newline; strip it"),
        ((f"\r\n{ID}", SECRET), "access_key_id begins with a newline"),
        ((ID, SECRET, f"{TOKEN}\r\n"), "security_token ends with a newline"),
        ((f" {ID}", SECRET), "access_key_id begins or ends with a blank; strip it"),
        ((ID, f"{SECRET}\u00a0"), "access_key_secret begins or ends with a blank"),
        ((ID, SECRET, f"{TOKEN}\t"), "security_token begins or ends with a blank"),
        ((ID, SECRET, f"{TOKEN} "), "security_token begins or ends with a blank"),
        ((ID, f"two {SECRET}"), "access_key_secret holds a blank"),
        ((ID, SECRET, f"two {TOKEN}"), "security_token holds a blank"),
        ((ID, f"two\n{SECRET}"), "access_key_secret holds an invisible character, U+000A"),
        (("STS.NUnit", SECRET), "security_token is missing: an access_key_id that begins with"),
        (("STS.NUnit", SECRET, ""), "security_token is missing"),
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
        with pytest.raises(CredentialsError, match=f"^{name} ends with a newline"):
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


def test_credentials_survive_a_deep_copy_of_their_owner() -> None:
    owner = [Credentials(ID, SECRET)]
    assert copy.deepcopy(owner) == owner
