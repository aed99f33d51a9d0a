"""Access keys from the files that Alibaba Cloud's own tools write.

INI as in `~/.alibabacloud/credentials` and `~/.ossutilconfig`; JSON as one flat object, as the
answer of STS `AssumeRole` (`{"Credentials": {...}}`), or as `~/.aliyun/config.json`. Like
ossutil, names are read without regard to case, `-` and `_`.

Parser messages quote the line at fault, which may hold the secret, so none is passed on.
"""

from __future__ import annotations

import configparser
import json
import os
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ossign_fast import Credentials, CredentialsError

from ._output import complain

_TOKEN_NAMES = ("securitytoken", "ststoken", "sessiontoken")
#: Modes and types of profiles, as `_plain` writes them, whose own access keys sign.
_KEY_MODES = ("ak", "accesskey", "sts", "ststoken")
_ROLE_NAMES = ("ramrolearn", "rolearn", "ramrolename", "rolename", "ecsramrole")
_INI_SECTIONS = ("default", "profile default", "credentials")
_SIZE_LIMIT = 1 << 20
_NAMED = 10


def load_credentials(path: str, profile: str | None = None) -> Credentials:
    """Returns the credentials that the file at `path` holds.

    A file that other users may read is used all the same, with a warning on standard error.

    Args:
        path: An INI or JSON file; a pipe works too.
        profile: Section or profile to take; None takes the default one.

    Raises:
        CredentialsError: The file is neither, or lacks the profile or an access key, or the profile
            is for a role whose temporary keys are to be fetched first.
        OSError: The file cannot be read.

    Example:
        >>> load_credentials("keys.ini")  # doctest: +SKIP
        Credentials(access_key_id='LTAIexample', access_key_secret=***, security_token=None)
    """
    with Path(path).open("rb") as file:
        _warn_if_shared(file.fileno(), path)
        raw = file.read(_SIZE_LIMIT + 1)
    if len(raw) > _SIZE_LIMIT:
        raise CredentialsError("--credentials-file: is larger than 1 MiB; give one of access keys")
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise CredentialsError("--credentials-file: is not UTF-8 text") from None
    fields = _json_fields if text.lstrip().startswith("{") else _ini_fields
    name, values = fields(text, profile)
    return _credentials(name, {_plain(key): value for key, value in values.items()})


def _warn_if_shared(descriptor: int, path: str) -> None:
    mode = os.fstat(descriptor).st_mode
    if os.name == "posix" and stat.S_ISREG(mode) and mode & 0o077:
        complain(f"ossign-fast: warning: {path} is open to other users; run chmod 600 on it")


def _ini_fields(text: str, profile: str | None) -> tuple[str, Mapping[str, Any]]:
    """Returns the name of the profile and what stands there."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=("#", ";"), default_section="")
    try:
        parser.read_string(text)
    except configparser.Error:
        raise CredentialsError("--credentials-file: is not a valid INI or JSON file") from None
    names = _INI_SECTIONS if profile is None else (profile.lower(), f"profile {profile.lower()}")
    sections = {section.lower(): section for section in parser.sections()}
    for name in names:
        if name in sections:
            return sections[name].removeprefix("profile "), dict(parser.items(sections[name]))
    raise _no_profile(profile or "default", parser.sections())


def _json_fields(text: str, profile: str | None) -> tuple[str, Mapping[str, Any]]:
    """Returns the name of the profile, empty where there are none, and what stands there."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise CredentialsError("--credentials-file: is not valid JSON") from None
    profiles = document.get("profiles")
    if isinstance(profiles, list):
        wanted = profile or document.get("current") or "default"
        for entry in profiles:
            if isinstance(entry, dict) and entry.get("name") == wanted:
                return str(wanted), entry
        names = [entry.get("name") for entry in profiles if isinstance(entry, dict)]
        raise _no_profile(str(wanted), [name for name in names if isinstance(name, str)])
    if profile is not None:
        raise CredentialsError("--credentials-file: has no profiles; leave out --profile")
    nested = document.get("Credentials")
    return "", nested if isinstance(nested, dict) else document


def _no_profile(wanted: str, names: list[str]) -> CredentialsError:
    """Returns the error for a profile that does not exist; it names those that do."""
    if not names:
        return CredentialsError("--credentials-file: has no profiles")
    known = ", ".join(repr(name.removeprefix("profile ")) for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return CredentialsError(
        f"--credentials-file: has no profile {wanted!r}; choose one of {known}{more} with --profile"
    )


def _plain(name: str) -> str:
    return name.lower().replace("-", "").replace("_", "")


def _credentials(profile: str, fields: Mapping[str, Any]) -> Credentials:
    """Returns the access keys of a profile, `fields` by their `_plain` names."""
    _refuse_other_modes(profile, fields)
    for name in ("access_key_id", "access_key_secret"):
        value = fields.get(_plain(name))
        if not isinstance(value, str) or not value:
            raise CredentialsError(f"--credentials-file: {name} is missing or empty")
    token = next((fields[name] for name in _TOKEN_NAMES if fields.get(name)), None)
    if not isinstance(token, str | None):
        raise CredentialsError("--credentials-file: security_token must be text")
    try:
        return Credentials(fields["accesskeyid"], fields["accesskeysecret"], token)
    except CredentialsError as error:
        problem = str(error)
    raise CredentialsError(f"--credentials-file: {problem}")


def _refuse_other_modes(profile: str, fields: Mapping[str, Any]) -> None:
    """Refuses a profile whose keys, if it has any, are but a means to get the keys that sign."""
    mode = fields.get("mode") or fields.get("type")
    if not mode and not any(fields.get(name) for name in _ROLE_NAMES):
        return
    if isinstance(mode, str) and _plain(mode) in _KEY_MODES:
        return
    told = f"has mode {mode!r}" if isinstance(mode, str) else "is for a role"
    raise CredentialsError(
        f"--credentials-file: {f'profile {profile!r}' if profile else 'it'} {told}, whose access "
        "keys are to be fetched first; give those temporary keys with their security_token, as "
        "the answer of AssumeRole has them"
    )
