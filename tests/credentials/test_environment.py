"""Access keys from the OSS_* variables, and what is said of those that stand elsewhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from ossign_fast import (
    Credentials,
    CredentialsError,
    CredentialsProvider,
    EnvironmentVariableCredentialsProvider,
    Signer,
)

ID, SECRET, TOKEN = "LTAI5tUnit", "unit-secret-7f3a", "unit-token/+=="
VARIABLES = ("OSS_ACCESS_KEY_ID", "OSS_ACCESS_KEY_SECRET", "OSS_SESSION_TOKEN")


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


@pytest.mark.parametrize("kind", ["variables", "file"])
def test_keys_of_other_tools_are_told_with_what_reads_them(
    kind: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    if kind == "variables":
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "id-not-to-be-shown")
        monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret-not-to-be-shown")
        told = "ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET stand here"
    else:
        (tmp_path / ".aliyun").mkdir()
        (tmp_path / ".aliyun" / "config.json").write_text("{}")
        told = "~/.aliyun/config.json stands here"
    with pytest.raises(CredentialsError) as caught:
        Signer(region="cn-hangzhou", bucket="examplebucket").presign("GetObject", "a.txt")
    text = str(caught.value)
    assert text.startswith("OSS_ACCESS_KEY_ID is not set; export it, or pass")
    assert f"; {told}, which credentials=DefaultCredentials() reads" in text
    assert "pip install 'ossign_fast[credentials]'" in text
    assert "not-to-be-shown" not in text
