"""Access keys from files: the formats of Alibaba Cloud's tools, and what is refused."""

from __future__ import annotations

import json
import os
import sys
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_credentials.utils import auth_util

from ossign_fast import Credentials, CredentialsError, verify
from ossign_fast.cli import main
from ossign_fast.cli._credentials_file import load_credentials
from support.cli import ID, SECRET, TARGET, TOKEN
from support.cloud import cloud, redirected

FLAT = {"access_key_id": ID, "access_key_secret": SECRET}


def write(folder: Path, text: str, mode: int = 0o600) -> str:
    path = folder / "keys"
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return str(path)


def ini(section: str, *lines: str) -> str:
    return "\n".join([f"[{section}]", *lines, ""])


@pytest.mark.parametrize(
    ("text", "token"),
    [
        (
            ini("default", "type = sts", *(f"{k} = {v}" for k, v in FLAT.items())),
            None,
        ),
        (
            ini(
                "default",
                "# a comment",
                f"access_key_id = {ID}   # the id",
                f"access_key_secret = {SECRET}",
                f"security_token = {TOKEN}",
            ),
            TOKEN,
        ),
        (ini("Credentials", f"accessKeyID={ID}", f"accessKeySecret={SECRET}"), None),
        (
            ini("profile default", f"access-key-id={ID}", f"access-key-secret={SECRET}")
            + f"sts-token={TOKEN}\n",
            TOKEN,
        ),
        (json.dumps(FLAT), None),
        ("\ufeff" + json.dumps({**FLAT, "sts_token": TOKEN}), TOKEN),
        (
            json.dumps(
                {
                    "RequestId": "1",
                    "Credentials": {
                        "AccessKeyId": ID,
                        "AccessKeySecret": SECRET,
                        "SecurityToken": TOKEN,
                        "Expiration": "2030-01-01T00:00:00Z",
                    },
                }
            ),
            TOKEN,
        ),
        (
            json.dumps(
                {
                    "current": "work",
                    "profiles": [
                        {"name": "default", "access_key_id": "x", "access_key_secret": "y"},
                        {"name": "work", "mode": "AK", **FLAT, "sts_token": ""},
                    ],
                }
            ),
            None,
        ),
    ],
    ids=["sdk", "sdk-sts", "ossutil", "ossutil-2", "flat", "flat-bom", "assume-role", "aliyun-cli"],
)
def test_formats(text: str, token: str | None, tmp_path: Path) -> None:
    found = load_credentials(write(tmp_path, text))
    until = datetime(2030, 1, 1, tzinfo=timezone.utc) if "Expiration" in text else None
    assert found == Credentials(ID, SECRET, token, until)


@pytest.mark.parametrize(
    "text",
    [
        ini("default", "access_key_id=x", "access_key_secret=y")
        + ini("Work", f"access_key_id={ID}", f"access_key_secret={SECRET}"),
        json.dumps({"profiles": [{"name": "work", **FLAT}]}),
    ],
    ids=["ini", "json"],
)
def test_profile(text: str, tmp_path: Path) -> None:
    path = write(tmp_path, text)
    assert load_credentials(path, "work") == Credentials(ID, SECRET)
    with pytest.raises(
        CredentialsError, match=r"no profile 'play'; choose one of .*'[Ww]ork' with"
    ):
        load_credentials(path, "play")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "has no profiles"),
        (f"{ID} {SECRET}", "not a valid INI or JSON"),
        (ini("default", SECRET), "not a valid INI or JSON"),
        (ini("default", "access_key_id=a", f"access_key_id={SECRET}"), "not a valid INI or JSON"),
        (
            ini("other", f"access_key_secret={SECRET}"),
            "choose one of 'other' with",
        ),
        (ini("default", f"access_key_secret={SECRET}"), "access_key_id is missing"),
        (ini("default", f"access_key_id={SECRET}", "access_key_secret="), "access_key_secret is"),
        ("{" + SECRET, "not valid JSON"),
        ("{" * 100_000, "not valid JSON"),
        ('{"a":' * 100_000, "not valid JSON"),
        (json.dumps({"access_key_id": [SECRET]}), "access_key_id is missing"),
        (json.dumps({"profiles": [SECRET]}), "has no profiles"),
        (json.dumps({**FLAT, "sts_token": [SECRET]}), "security_token must be text"),
        (json.dumps({**FLAT, "access_key_secret": f"{SECRET}\n"}), "file: access_key_secret ends"),
        (" " * (1 << 20) + SECRET, "larger than 1 MiB"),
    ],
)
def test_bad_files_are_refused_without_their_content(
    text: str, problem: str, tmp_path: Path
) -> None:
    with pytest.raises(CredentialsError, match=problem) as caught:
        load_credentials(write(tmp_path, text))
    assert SECRET not in str(caught.value)
    assert caught.value.__cause__ is None


def cli_profile(**fields: Any) -> str:
    return json.dumps({"current": "work", "profiles": [{"name": "work", **FLAT, **fields}]})


ROLE = "acs:ram::1:role/r"
RAM_ROLE = cli_profile(mode="RamRoleArn", ram_role_arn=ROLE, ram_session_name="s")
INI_KEYS = [f"{name}={value}" for name, value in FLAT.items()]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (RAM_ROLE, "has mode 'RamRoleArn'"),
        (cli_profile(mode="ChainableRamRoleArn"), "has mode 'ChainableRamRoleArn'"),
        (cli_profile(mode="EcsRamRole"), "has mode 'EcsRamRole'"),
        (cli_profile(mode="OIDC"), "has mode 'OIDC'"),
        (cli_profile(mode="CloudSSO"), "has mode 'CloudSSO'"),
        (cli_profile(mode="External", process_command="x"), "has mode 'External'"),
        (cli_profile(ram_role_arn=ROLE), "is for a role"),
        *(
            (ini("profile work", f"{name} = {mode}", *INI_KEYS), told)
            for name, mode, told in (
                ("type", "ram_role_arn", "has mode 'ram_role_arn'"),
                ("mode", "EcsRamRole", "has mode 'EcsRamRole'"),
                ("role-arn", ROLE, "is for a role"),
            )
        ),
    ],
)
def test_a_role_is_not_signed_for_as_its_base_user(
    text: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alibabacloud_credentials", None)
    with pytest.raises(CredentialsError) as caught:
        load_credentials(write(tmp_path, text), "work")
    assert f"profile 'work' {told}, whose access keys are to be fetched" in str(caught.value)
    assert "give those temporary keys" in str(caught.value)
    is_known = any(mode in told for mode in ("RamRoleArn", "'Ecs", "OIDC", "ram_role_arn"))
    is_resolved = is_known and not text.startswith("[profile work]\nmode")
    assert ("pip install 'ossign_fast[credentials]'" in str(caught.value)) is is_resolved


@pytest.mark.parametrize(
    "text",
    [
        RAM_ROLE,
        cli_profile(mode="EcsRamRole"),
        json.dumps(
            {
                "current": "work",
                "profiles": [
                    {"name": "base", "mode": "AK", **FLAT},
                    {"name": "work", "mode": "ChainableRamRoleArn", "source_profile": "base",
                     "ram_role_arn": ROLE, "ram_session_name": "s"},
                ],
            }
        ),
        ini("work", "type = ram_role_arn", f"role_arn = {ROLE}", *INI_KEYS),
        ini("profile work", "type = ecs_ram_role", "role_name = unit-role"),
    ],
)  # fmt: skip
def test_a_role_is_resolved_by_the_official_library(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(auth_util, "environment_ecs_metadata_disabled", "false")
    path = write(tmp_path, text)
    with cloud() as sky, redirected(sky.ports):
        found = load_credentials(path, "work")
        assert found == sky.issued[found.access_key_id]


def test_a_role_that_cannot_be_had_is_named_with_its_mode(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    with cloud() as sky, redirected(sky.ports):
        sky.fails = True
        with pytest.raises(CredentialsError) as caught:
            load_credentials(write(tmp_path, RAM_ROLE))
    assert str(caught.value) == (
        "--credentials-file: profile 'work' has mode 'RamRoleArn', whose access keys could not be "
        "fetched: alibabacloud-credentials raised CredentialException"
    )
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(os.name != "posix", reason="pipes are those of POSIX")
def test_a_role_in_a_pipe_is_refused() -> None:
    read, written = os.pipe()
    os.write(written, RAM_ROLE.encode())
    os.close(written)
    try:
        with pytest.raises(CredentialsError, match=r"has mode 'RamRoleArn'.* give a file of its"):
            load_credentials(f"/dev/fd/{read}")
    finally:
        os.close(read)


PAST, FUTURE = 1577836800, 4102444800


@pytest.mark.parametrize(
    ("text", "named"),
    [
        *(
            (cli_profile(mode=mode, sts_token=TOKEN, sts_expiration=PAST), "profile 'work'")
            for mode in ("CloudSSO", "StsToken", "OAuth", "External")
        ),
        (json.dumps({"Credentials": {**FLAT, "SecurityToken": TOKEN,
                                     "Expiration": "2020-01-01T00:00:00Z"}}), "it"),
        (ini("default", *INI_KEYS, f"sts_token={TOKEN}", "expiration = 2020-01-01T00:00:00Z"),
         "profile 'default'"),
    ],
)  # fmt: skip
def test_keys_that_have_ended_are_refused_with_the_date(
    text: str, named: str, tmp_path: Path
) -> None:
    with pytest.raises(CredentialsError) as caught:
        load_credentials(write(tmp_path, text))
    assert str(caught.value) == (
        f"--credentials-file: {named} ended at 2020-01-01T00:00:00Z; sign in again"
    )


@pytest.mark.parametrize("mode", ["CloudSSO", "OAuth", "External"])
def test_temporary_keys_that_a_profile_holds_are_used(mode: str, tmp_path: Path) -> None:
    text = cli_profile(mode=mode, sts_token=TOKEN, sts_expiration=FUTURE)
    end = datetime.fromtimestamp(FUTURE, timezone.utc)
    assert load_credentials(write(tmp_path, text)) == Credentials(ID, SECRET, TOKEN, end)


def test_leftovers_of_a_role_do_no_harm_where_the_mode_is_another(tmp_path: Path) -> None:
    text = cli_profile(mode="StsToken", sts_token=TOKEN, ram_role_arn="acs:ram::1:role/r")
    assert load_credentials(write(tmp_path, text)) == Credentials(ID, SECRET, TOKEN)


def test_binary_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys"
    path.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(CredentialsError, match="not UTF-8"):
        load_credentials(str(path))


@pytest.mark.skipif(os.name != "posix", reason="file modes are those of POSIX")
@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
def test_shared_file_is_warned_of(
    mode: int, warned: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    load_credentials(write(tmp_path, json.dumps(FLAT), mode))
    errors = capsys.readouterr().err
    assert ("chmod 600" in errors) is warned
    assert SECRET not in errors


def test_presign_uses_the_file_rather_than_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "other")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "other")
    path = write(tmp_path, json.dumps({**FLAT, "security_token": TOKEN}))
    words = ["presign", "GetObject", *TARGET, "--key", "k", "--json"]
    assert main([*words, "--credentials-file", path]) == 0
    url = json.loads(capsys.readouterr().out)["url"]
    assert verify("GET", url, credentials=Credentials(ID, SECRET, TOKEN)).key == "k"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["--credentials-file", "no/such/file"], 4),
        (["--credentials-file", "/dev/null"], 3),
        (["--profile", "work"], 2),
        (["--credentials", "default", "--credentials-file", "/dev/null"], 2),
        (["--credentials", "other"], 2),
    ],
)
def test_exit_codes(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presign", "GetObject", *TARGET, "--key", "k", *words]) == code
    assert capsys.readouterr().err.count("\n") == 1


def test_keys_of_this_machine(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(auth_util, "environment_access_key_id", ID)
    monkeypatch.setattr(auth_util, "environment_access_key_secret", SECRET)
    monkeypatch.setattr(auth_util, "environment_ecs_metadata_disabled", "true")
    words = ["presign", "GetObject", *TARGET, "--key", "k", "--url-only"]
    assert main([*words, "--credentials", "default"]) == 0
    url = capsys.readouterr().out.strip()
    assert verify("GET", url, credentials=Credentials(ID, SECRET)).key == "k"
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", ID)
    assert main([*words, "--credentials", "environment"]) == 3
    told = capsys.readouterr().err
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID stands here, which --credentials default reads" in told
