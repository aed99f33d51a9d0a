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
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ossign_fast import Credentials, CredentialsError

from ._output import complain
from ._role import MODES, credentials_of_role

#: Modes and types of profiles, as `_plain` writes them, whose own access keys sign.
_KEY_MODES = ("ak", "accesskey", "sts", "ststoken")
#: Those whose entry holds, beside a means to get them, temporary keys and the time they end at.
_HOLDING_MODES = ("cloudsso", "oauth", "external")
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
        CredentialsError: The file is neither, or lacks the profile or an access key, or its keys
            have ended, or the profile is for a role whose temporary keys cannot be fetched.
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
    kind = "json" if text.lstrip().startswith("{") else "ini"
    name, values = (_json_fields if kind == "json" else _ini_fields)(text, profile)
    fields = {_plain(key): value for key, value in values.items()}
    if _stands_for_a_role(fields):
        return _of_role(path, name, fields, kind)
    return _credentials(name, fields)


def _warn_if_shared(descriptor: int, path: str) -> None:
    mode = os.fstat(descriptor).st_mode
    if os.name == "posix" and stat.S_ISREG(mode) and mode & 0o077:
        complain(f"ossign-fast: warning: {path} is open to other users; run chmod 600 on it")


def _ini_fields(text: str, profile: str | None) -> tuple[str, Mapping[str, Any]]:
    """Returns the name of the section and what stands there."""
    parser = configparser.RawConfigParser(inline_comment_prefixes=("#", ";"), default_section="")
    try:
        parser.read_string(text)
    except configparser.Error:
        raise CredentialsError("--credentials-file: is not a valid INI or JSON file") from None
    names = _INI_SECTIONS if profile is None else (profile.lower(), f"profile {profile.lower()}")
    sections = {section.lower(): section for section in parser.sections()}
    for name in names:
        if name in sections:
            return sections[name], dict(parser.items(sections[name]))
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
    for name in ("access_key_id", "access_key_secret"):
        value = fields.get(_plain(name))
        if not isinstance(value, str) or not value:
            raise CredentialsError(f"--credentials-file: {name} is missing or empty")
    try:
        credentials = Credentials.of(fields)
    except CredentialsError as error:
        problem = str(error)
    else:
        end = credentials.expiration
        if end is None or end > datetime.now(timezone.utc):
            return credentials
        problem = f"{_named(profile)} ended at {end:%Y-%m-%dT%H:%M:%SZ}; sign in again"
    raise CredentialsError(f"--credentials-file: {problem}")


def _named(profile: str) -> str:
    return f"profile {profile.removeprefix('profile ')!r}" if profile else "it"


def _stands_for_a_role(fields: Mapping[str, Any]) -> bool:
    """Returns whether the keys of a profile, if it has any, are but a means to get others."""
    mode = fields.get("mode") or fields.get("type")
    if not mode:
        return any(fields.get(name) for name in _ROLE_NAMES)
    kind = _plain(mode) if isinstance(mode, str) else ""
    holds_keys = all(fields.get(name) for name in ("accesskeyid", "ststoken", "stsexpiration"))
    return kind not in _KEY_MODES and not (kind in _HOLDING_MODES and holds_keys)


def _of_role(path: str, profile: str, fields: Mapping[str, Any], kind: str) -> Credentials:
    """Returns the keys of the role that a profile stands for.

    Raises:
        CredentialsError: They cannot be had; it names the mode.
    """
    mode = fields.get("mode" if kind == "json" else "type")
    other = mode or fields.get("mode") or fields.get("type")
    told = f"has mode {other!r}" if isinstance(other, str) else "is for a role"
    problem = (
        "are to be fetched first; give those temporary keys with their security_token, as the "
        "answer of AssumeRole has them"
    )
    if profile and mode in MODES[kind]:
        try:
            return credentials_of_role(path, profile, kind)
        except CredentialsError as error:
            problem = str(error)
    raise CredentialsError(
        f"--credentials-file: {_named(profile)} {told}, whose access keys {problem}"
    )
