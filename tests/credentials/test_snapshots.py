"""Snapshots of credentials that SDKs hold: the same while they stay, whole when they change."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timezone
from threading import Lock
from types import SimpleNamespace
from typing import Any

import alibabacloud_oss_v2 as oss_v2
import oss2
import pytest

from ossign_fast import Credentials, CredentialsError
from ossign_fast._credentials.credentials import as_credentials
from ossign_fast._credentials.sources import snapshot_source

ID, SECRET, TOKEN = "LTAI5tUnit", "unit-secret-7f3a", "unit-token/+=="


@pytest.mark.parametrize("token", [None, "", TOKEN])
@pytest.mark.parametrize(
    "make",
    [
        lambda *fields: SimpleNamespace(
            access_key_id=fields[0], access_key_secret=fields[1], security_token=fields[2]
        ),
        oss_v2.credentials.Credentials,
        oss2.credentials.Credentials,
    ],
)
def test_one_snapshot_serves_while_an_sdks_credentials_stay(
    make: Callable[..., Any], token: str | None
) -> None:
    """A new object with the same fields is no news: so nothing has to be bound again."""
    held = make(ID, SECRET, token)
    for source in (
        held,
        SimpleNamespace(get_credentials=lambda: held),
        lambda: held,
        lambda: make(ID, SECRET, token),
    ):
        snapshot = snapshot_source(source)
        first = snapshot()
        assert first == Credentials(ID, SECRET, token)
        assert all(snapshot() is first for _ in range(3))


FIELDS = ("access_key_id", "access_key_secret", "security_token")


@pytest.mark.parametrize("change", FIELDS)
def test_a_field_that_changes_makes_a_new_snapshot(change: str) -> None:
    held = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN)
    snapshot = snapshot_source(held)
    before = snapshot()
    setattr(held, change, "other")
    after = snapshot()
    assert after is not before
    assert before == Credentials(ID, SECRET, TOKEN)
    assert {name for name in FIELDS if getattr(after, name) != getattr(before, name)} == {change}
    assert snapshot() is after


def test_a_token_that_comes_and_goes() -> None:
    held = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=None)
    snapshot = snapshot_source(lambda: held)
    for token in (None, TOKEN, "", "other", None):
        held.security_token = token
        assert snapshot() == Credentials(ID, SECRET, token)
    del held.security_token
    assert snapshot() == Credentials(ID, SECRET)


@pytest.mark.parametrize("bad", [None, "", 5, b"secret", "\ud800"])
def test_a_field_that_goes_bad_is_refused_and_forgotten(bad: Any) -> None:
    held = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN)
    snapshot = snapshot_source(held)
    before = snapshot()
    held.access_key_secret = bad
    for _ in range(2):
        with pytest.raises(CredentialsError, match=r"^access_key_secret "):
            snapshot()
    held.access_key_secret = SECRET
    assert snapshot() is before


def test_our_own_credentials_of_a_provider_are_handed_on() -> None:
    theirs = SimpleNamespace(access_key_id=ID, access_key_secret=SECRET, security_token=None)
    ours = Credentials("id2", SECRET, None, datetime(2030, 1, 1, tzinfo=timezone.utc))
    answers: list[Any] = [theirs, ours, theirs]
    snapshot = snapshot_source(lambda: answers.pop(0))
    first, second, third = snapshot(), snapshot(), snapshot()
    assert second is ours is as_credentials(ours)
    assert third is first


def test_threads_never_mix_credentials() -> None:
    """Each answer of the provider is whole; no snapshot has fields of two of them."""
    lock, count = Lock(), [0]

    def rotate() -> SimpleNamespace:
        with lock:
            tag = str(count[0] // 3)
            count[0] += 1
        return SimpleNamespace(
            access_key_id=f"id{tag}", access_key_secret=f"secret{tag}", security_token=f"t{tag}"
        )

    snapshot = snapshot_source(rotate)
    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: snapshot(), range(4000)))
    for credentials in taken:
        tag = (credentials.access_key_id or "").removeprefix("id")
        assert credentials == Credentials(f"id{tag}", f"secret{tag}", f"t{tag}")
    assert len({credentials.access_key_id for credentials in taken}) == 1334
