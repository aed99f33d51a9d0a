"""The objects of alibabacloud-credentials, which ask loopback servers in place of a cloud."""

from __future__ import annotations

import asyncio
import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from alibabacloud_credentials import credentials as older
from alibabacloud_credentials import provider as providers
from alibabacloud_credentials.client import Client
from alibabacloud_credentials.models import Config
from alibabacloud_credentials.utils import auth_util

from ossign_fast import CachedCredentials, Credentials, CredentialsError, Signer, verify
from ossign_fast._credentials.sources import snapshot_source
from support.cloud import OIDC_TOKEN, ROLE, Cloud, cloud, redirected

ID, SECRET, TOKEN = "STS.NUnit", "unit-secret-7f3a", "unit-token/+=="


@pytest.fixture
def sky(monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    # The library read the environment when it was imported.
    monkeypatch.setattr(auth_util, "environment_ecs_metadata_disabled", "false")
    with cloud() as running, redirected(running.ports):
        yield running


def ecs(*_: Any) -> Any:
    return Client(Config(type="ecs_ram_role", disable_imds_v1=True))


def ecs_provider(*_: Any) -> Any:
    return providers.EcsRamRoleCredentialsProvider(role_name=ROLE, async_update_enabled=False)


def oidc(_: Cloud, folder: Path) -> Any:
    token = folder / "token"
    token.write_text(OIDC_TOKEN)
    return Client(
        Config(
            type="oidc_role_arn",
            role_arn="acs:ram::1:role/unit",
            oidc_provider_arn="acs:ram::1:oidc-provider/unit",
            oidc_token_file_path=str(token),
        )
    )


def role(*_: Any) -> Any:
    plain = {"access_key_id": "LTAIunit", "access_key_secret": SECRET}
    config = Config(type="ram_role_arn", role_arn="acs:ram::1:role/unit", **plain)
    return Client(config)


def uri(sky: Cloud, _: Path) -> Any:
    return Client(Config(type="credentials_uri", credentials_uri=sky.uri))


def uri_provider(sky: Cloud, _: Path) -> Any:
    return providers.URLCredentialsProvider(uri=sky.uri)


def profile(sky: Cloud, folder: Path) -> Any:
    file = folder / "config.json"
    entry = {"name": "unit", "mode": "StsToken", "sts_token": TOKEN}
    keys = {"access_key_id": ID, "access_key_secret": SECRET}
    file.write_text(json.dumps({"current": "unit", "profiles": [entry | keys]}))
    sky.issued[ID] = Credentials(ID, SECRET, TOKEN)
    return Client(provider=providers.CLIProfileCredentialsProvider(profile_file=str(file)))


@pytest.mark.parametrize("kind", [ecs, ecs_provider, oidc, role, uri, uri_provider, profile])
def test_what_it_hands_out_signs_with_its_end(kind: Any, sky: Cloud, tmp_path: Path) -> None:
    source = kind(sky, tmp_path)
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=source)
    urls = [signer.presign("GetObject", f"{number}.txt").url for number in range(20)]
    (keys,) = sky.issued.values()
    for url in urls:
        assert verify("GET", url, credentials=keys).access_key_id == keys.access_key_id
    assert snapshot_source(source)() == keys
    assert verify("GET", urls[0], credentials=source).access_key_id == keys.access_key_id


def test_metadata_is_asked_for_with_a_token_only(sky: Cloud, tmp_path: Path) -> None:
    snapshot_source(ecs(sky, tmp_path))()
    roles = "GET /latest/meta-data/ram/security-credentials/"
    put = "PUT /latest/api/token"
    assert sky.asked == [put, roles, put, f"{roles}unit-role"]


def test_a_static_client(monkeypatch: pytest.MonkeyPatch) -> None:
    config = Config(type="sts", access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN)
    snapshot = snapshot_source(Client(config))
    assert snapshot() == Credentials(ID, SECRET, TOKEN)
    assert snapshot() is snapshot()
    provider = providers.StaticAKCredentialsProvider(access_key_id="id", access_key_secret=SECRET)
    assert snapshot_source(provider)() == Credentials("id", SECRET)
    assert Credentials.of(Client(config).get_credential()) == snapshot()


@pytest.mark.parametrize("field", ["access_key_id", "access_key_secret", "security_token"])
def test_what_was_not_copied_well_is_refused_by_name(field: str) -> None:
    keys = {"access_key_id": ID, "access_key_secret": SECRET, "security_token": TOKEN}
    keys[field] += "\n"
    signer = Signer(region="cn-hangzhou", credentials=Client(Config(type="sts", **keys)))
    with pytest.raises(CredentialsError, match=f"^{field} ends with a newline; strip it$"):
        signer.presign("GetObject", "k", bucket="examplebucket")


def test_a_failure_is_told_by_its_type(sky: Cloud, tmp_path: Path) -> None:
    sky.fails = True
    snapshot = snapshot_source(uri(sky, tmp_path))
    with pytest.raises(CredentialsError, match="raised CredentialException; its own") as caught:
        snapshot()
    assert type(caught.value.__cause__).__name__ == "CredentialException"


def test_a_bearer_token_is_no_access_key() -> None:
    with pytest.raises(CredentialsError, match="access_key_id is empty"):
        snapshot_source(Client(Config(type="bearer", bearer_token="b")))()


def test_its_asynchronous_methods_are_asked_in_the_loop_of_the_caller(
    sky: Cloud, tmp_path: Path
) -> None:
    async def ask() -> Credentials:
        return Credentials.of(await uri(sky, tmp_path).get_credential_async())

    assert asyncio.run(ask()).access_key_id in sky.issued
    client = uri(sky, tmp_path)
    with pytest.raises(CredentialsError, match=r"first: Credentials.of\(await \.\.\.\)$"):
        Signer(region="cn-hangzhou", credentials=client.get_credential_async)


# Older objects


class Getters:
    """A getter for each field, each of which may renew the keys, as before version 0.3.5."""

    def __init__(self, *numbers: int) -> None:
        self.numbers = list(numbers)

    def _number(self) -> int:
        return self.numbers.pop(0) if len(self.numbers) > 1 else self.numbers[0]

    def get_access_key_id(self) -> str:
        return f"STS.N{self._number()}"

    def get_access_key_secret(self) -> str:
        return f"secret-{self._number()}"

    def get_security_token(self) -> str:
        return f"token-{self._number()}"


@pytest.mark.parametrize("numbers", [(1,), (1, 2), (1, 1, 2), (1, 1, 1, 2), (1, 2, 2, 2, 3)])
def test_getters_are_read_until_they_agree(numbers: tuple[int, ...]) -> None:
    last = numbers[-1]
    expected = Credentials(f"STS.N{last}", f"secret-{last}", f"token-{last}")
    assert snapshot_source(Getters(*numbers))() == expected
    assert Credentials.of(Getters(*numbers)) == expected


def test_getters_that_never_agree_are_refused() -> None:
    with pytest.raises(CredentialsError, match="changed each time they were read"):
        Credentials.of(Getters(*range(100)))


def test_objects_that_know_their_end() -> None:
    held = older.EcsRamRoleCredential(ID, SECRET, TOKEN, 1893456000, None)
    held.expiration = 1893456000
    held.get_credential = lambda: SimpleNamespace(
        access_key_id=ID, access_key_secret=SECRET, security_token=TOKEN
    )
    assert snapshot_source(held)().expiration == Credentials.of(held).expiration is not None


# Rotation


def test_no_url_mixes_two_sets_of_a_client_that_renews_under_threads(tmp_path: Path) -> None:
    """Time goes on with each call: threads see sets, which live for a minute, come and go."""
    start = time.time()
    ticks = itertools.count()
    clock = lambda: start + next(ticks) / 50  # noqa: E731
    with cloud(60, clock) as sky:
        keys = CachedCredentials(uri(sky, tmp_path), clock=clock)
        signer = Signer(
            region="cn-hangzhou", bucket="examplebucket", credentials=keys, clock=lambda: start
        )
        deadline = time.monotonic() + 60

        def work(thread: int) -> list[str]:
            urls = []
            while len(sky.issued) < 6 and time.monotonic() < deadline:
                urls.append(signer.presign("GetObject", f"{thread}/{len(urls)}").url)
            return urls

        with ThreadPoolExecutor(16) as pool:
            urls = [url for some in pool.map(work, range(16)) for url in some]
    used = {
        verify("GET", url, credentials=sky.issued, now=start).access_key_id for url in urls[::7]
    }
    assert len(sky.issued) >= 6
    assert used <= set(sky.issued)
    assert len(used) > 1
