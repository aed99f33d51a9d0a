"""The credentials of this machine: OSS_* variables, then the chain of the official library."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ossign_fast import Credentials, CredentialsError, DefaultCredentials, Signer
from support.cli import child_environment
from support.cloud import CERTIFICATES, OIDC_TOKEN, Cloud, cloud

SCRIPT = Path(__file__).parent / "isolated/ask_default.py"
ID, SECRET, TOKEN = "LTAI5tUnit", "unit-secret-7f3a", "unit-token/+=="
NO_ECS = {"ALIBABA_CLOUD_ECS_METADATA_DISABLED": "true"}


@pytest.fixture(scope="module")
def sky() -> Iterator[Cloud]:
    with cloud() as running:
        yield running


def ask(sky: Cloud, home: Path, *more: str, **variables: str) -> list[Any]:
    """Returns what a process tells that has this home and these variables."""
    settings = {"HOME": str(home), "SSL_CERT_FILE": str(CERTIFICATES), **variables}
    environment = {
        name: value
        for name, value in child_environment().items()
        if not name.startswith(("OSS_", "ALIBABA_"))
    }
    done = subprocess.run(
        [sys.executable, "-W", "ignore::DeprecationWarning", SCRIPT, json.dumps(sky.ports), *more],
        check=True, capture_output=True, text=True, timeout=60, env=environment | settings,
    )  # fmt: skip
    return [json.loads(line) for line in done.stdout.splitlines()]


def profiles(home: Path, **entry: Any) -> None:
    (home / ".aliyun").mkdir()
    text = json.dumps({"current": "unit", "profiles": [{"name": "unit", **entry}]})
    (home / ".aliyun" / "config.json").write_text(text)


def issued(sky: Cloud) -> list[Any]:
    """Returns the last set that the servers gave out."""
    last = list(sky.issued.values())[-1]
    assert last.expiration is not None
    end = last.expiration.timestamp()
    return [last.access_key_id, last.access_key_secret, last.security_token, end]


# What is found, in the order of the chain


def test_variables_of_oss_go_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "other")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "other")
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", ID)
    keys = DefaultCredentials()
    with pytest.raises(CredentialsError, match=r"^OSS_ACCESS_KEY_SECRET is not set"):
        keys.get_credentials()
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    monkeypatch.setenv("OSS_SESSION_TOKEN", TOKEN)
    signer = Signer(region="cn-hangzhou", bucket="examplebucket", credentials=DefaultCredentials())
    assert f"x-oss-credential={ID}%2F" in signer.presign("GetObject", "k").url
    monkeypatch.setenv("OSS_SESSION_TOKEN", f"{TOKEN}\n")
    with pytest.raises(CredentialsError, match=r"^security_token ends with a newline"):
        DefaultCredentials().get_credentials()


def test_variables_of_alibaba_cloud(sky: Cloud, tmp_path: Path) -> None:
    names = {"ACCESS_KEY_ID": ID, "ACCESS_KEY_SECRET": SECRET, "SECURITY_TOKEN": TOKEN}
    given = {f"ALIBABA_CLOUD_{name}": value for name, value in names.items()}
    assert ask(sky, tmp_path, **given) == [[ID, SECRET, TOKEN, None]]


def test_a_role_of_a_pod(sky: Cloud, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(OIDC_TOKEN)
    found = ask(
        sky,
        tmp_path,
        ALIBABA_CLOUD_ROLE_ARN="acs:ram::1:role/unit",
        ALIBABA_CLOUD_OIDC_PROVIDER_ARN="acs:ram::1:oidc-provider/unit",
        ALIBABA_CLOUD_OIDC_TOKEN_FILE=str(tmp_path / "token"),
    )
    assert found == [issued(sky)]


@pytest.mark.parametrize(
    "entry",
    [
        {"mode": "RamRoleArn", "ram_role_arn": "acs:ram::1:role/unit", "ram_session_name": "s"},
        {"mode": "EcsRamRole"},
    ],
    ids=lambda entry: str(entry["mode"]),
)
def test_a_profile_that_stands_for_a_role(
    entry: dict[str, str], sky: Cloud, tmp_path: Path
) -> None:
    profiles(tmp_path, access_key_id=ID, access_key_secret=SECRET, **entry)
    assert ask(sky, tmp_path) == [issued(sky)]


def test_a_profile_of_keys(sky: Cloud, tmp_path: Path) -> None:
    profiles(tmp_path, mode="AK", access_key_id=ID, access_key_secret=SECRET)
    assert ask(sky, tmp_path) == [[ID, SECRET, None, None]]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there are no forks on this system")
def test_the_role_of_an_instance_which_a_child_asks_for_on_its_own(
    sky: Cloud, tmp_path: Path
) -> None:
    parent, child = ask(sky, tmp_path, "fork")
    assert child == issued(sky) != parent
    assert parent[0] in sky.issued
    assert sky.asked[-1] == "GET /latest/meta-data/ram/security-credentials/unit-role"


def test_a_credentials_uri(sky: Cloud, tmp_path: Path) -> None:
    found = ask(sky, tmp_path, ALIBABA_CLOUD_CREDENTIALS_URI=sky.uri, **NO_ECS)
    assert found == [issued(sky)]


# What is told where nothing is found


def test_nothing_is_found(sky: Cloud, tmp_path: Path) -> None:
    profiles(tmp_path, mode="Unheard")
    (told,) = ask(sky, tmp_path, ALIBABA_CLOUD_PROFILE="unit", **NO_ECS)
    assert told["cause"] == "CredentialException"
    assert told["error"] == (
        "OSS_ACCESS_KEY_ID is not set, and alibabacloud-credentials found no keys: it had "
        "ALIBABA_CLOUD_PROFILE and ~/.aliyun/config.json to go by, and raised "
        "CredentialException, the cause of this"
    )


def test_variables_that_came_too_late_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    from alibabacloud_credentials.utils import auth_util

    monkeypatch.setattr(auth_util, "environment_ecs_metadata_disabled", "true")
    monkeypatch.setattr(auth_util, "environment_access_key_id", None)
    monkeypatch.setattr(auth_util, "environment_credentials_uri", None)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", ID)
    with pytest.raises(CredentialsError) as caught:
        DefaultCredentials().get_credentials()
    late = "ALIBABA_CLOUD_ACCESS_KEY_ID was set only after that library had been imported"
    assert str(caught.value).endswith(late)


@pytest.mark.parametrize("is_there", [True, False])
def test_without_the_extra(is_there: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "alibabacloud_credentials", None)
    monkeypatch.setitem(sys.modules, "alibabacloud_credentials.provider", None)
    monkeypatch.delenv("ALIBABA_CLOUD_ECS_METADATA_DISABLED")
    told = "what else there may be alibabacloud-credentials reads"
    if is_there:
        profiles(tmp_path)
        monkeypatch.setenv("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/not-to-be-shown")
        told = (
            "ALIBABA_CLOUD_ROLE_ARN and ~/.aliyun/config.json stand here, which "
            "alibabacloud-credentials reads"
        )
    with pytest.raises(CredentialsError) as caught:
        DefaultCredentials().get_credentials()
    assert str(caught.value) == (
        f"OSS_ACCESS_KEY_ID is not set; {told}: pip install 'ossign_fast[credentials]'"
    )


def test_a_library_that_is_damaged_is_not_taken_for_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delitem(sys.modules, "alibabacloud_credentials.provider", raising=False)
    for name in [name for name in sys.modules if name.startswith("alibabacloud_credentials.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "Tea.core", None)
    with pytest.raises(CredentialsError, match="raised ModuleNotFoundError") as caught:
        DefaultCredentials().get_credentials()
    assert "pip install" not in str(caught.value)


def test_it_travels_as_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = DefaultCredentials()
    assert repr(keys) == "DefaultCredentials()"
    again = pickle.loads(pickle.dumps(keys))
    assert type(again) is DefaultCredentials
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", ID)
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", SECRET)
    assert again.get_credentials() == Credentials(ID, SECRET)
