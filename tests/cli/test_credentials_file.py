"""Access keys from files: the formats of Alibaba Cloud's tools, and what is refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from ossign_fast import Credentials, CredentialsError, verify
from ossign_fast.cli import main
from ossign_fast.cli._credentials_file import load_credentials
from support.cli import ID, SECRET, TARGET, TOKEN

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
    assert load_credentials(write(tmp_path, text)) == Credentials(ID, SECRET, token)


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


def cli_profile(**fields: str) -> str:
    return json.dumps({"current": "work", "profiles": [{"name": "work", **FLAT, **fields}]})


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (cli_profile(mode="RamRoleArn", ram_role_arn="acs:ram::1:role/r"), "has mode 'RamRoleArn'"),
        (cli_profile(mode="ChainableRamRoleArn"), "has mode 'ChainableRamRoleArn'"),
        (cli_profile(mode="EcsRamRole"), "has mode 'EcsRamRole'"),
        (cli_profile(mode="OIDC"), "has mode 'OIDC'"),
        (cli_profile(ram_role_arn="acs:ram::1:role/r"), "is for a role"),
        *(
            (ini("profile work", f"{name} = {mode}", *(f"{k}={v}" for k, v in FLAT.items())), told)
            for name, mode, told in (
                ("type", "ram_role_arn", "has mode 'ram_role_arn'"),
                ("mode", "EcsRamRole", "has mode 'EcsRamRole'"),
                ("role-arn", "acs:ram::1:role/r", "is for a role"),
            )
        ),
    ],
)
def test_a_role_is_not_signed_for_as_its_base_user(text: str, told: str, tmp_path: Path) -> None:
    with pytest.raises(CredentialsError) as caught:
        load_credentials(write(tmp_path, text), "work")
    assert f"profile 'work' {told}, whose access keys are to be fetched" in str(caught.value)
    assert "give those temporary keys" in str(caught.value)


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
    ],
)
def test_exit_codes(words: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["presign", "GetObject", *TARGET, "--key", "k", *words]) == code
    assert capsys.readouterr().err.count("\n") == 1
