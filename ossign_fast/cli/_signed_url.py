"""What a signed URL tells without the key that signed it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from ._errors import REFUSED, USAGE, CommandError

_V4_MARK = "x-oss-signature-version"


@dataclass(frozen=True, repr=False)
class SignedUrl:
    """A checked URL. Has no repr of its own: the text holds a signature.

    Attributes:
        text: The URL as it was given; sent as it stands.
        host: Host and port.
        path: The path, still percent-encoded.
        expires_at: When the signature's life ends, or None if the URL does not tell.
        additional_headers: Lower-case names of headers that were signed besides `Content-Type`,
            `Content-MD5` and `x-oss-*`.
    """

    text: str
    host: str
    path: str
    expires_at: datetime | None
    additional_headers: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The last segment of the path, decoded; empty if it is no safe file name."""
        name = unquote(self.path.rpartition("/")[2])
        separators = "/\\:" if os.name == "nt" else "/\\"
        safe = all(char.isprintable() and char not in separators for char in name)
        return name if safe and name not in (".", "..") else ""

    def refuse_expired(self, now: float) -> None:
        """Raises CommandError if the URL has expired at `now`, in epoch seconds."""
        if self.expires_at is not None and now > self.expires_at.timestamp():
            raise CommandError(
                f"--url: expired at {self.expires_at:%Y-%m-%dT%H:%M:%SZ}; ask for a new one",
                REFUSED,
            )


def read_signed_url(text: str) -> SignedUrl:
    """Returns what the URL `text` tells about itself.

    Raises:
        CommandError: It is no http or https URL that can be sent as it stands.

    Example:
        >>> read_signed_url("https://b.example.com/a%20b.txt").file_name
        'a b.txt'
    """
    parts = _split(text)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if _V4_MARK in query and "x-oss-signature" not in query:
        raise CommandError("--url: is cut before its signature; quote it for the shell", USAGE)
    names = query.get("x-oss-additional-headers", "")
    return SignedUrl(
        text=text,
        host=parts.netloc,
        path=parts.path,
        expires_at=_v4_expiry(query) if _V4_MARK in query else _v1_expiry(query),
        additional_headers=tuple(name for name in names.split(";") if name),
    )


def _split(text: str) -> SplitResult:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise CommandError("--url: holds blanks or characters that are not ASCII", USAGE)
    try:
        parts = urlsplit(text)
        port_is_valid = parts.port != 0
        (parts.hostname or "").encode("idna")  # finds labels that are empty or too long
    except ValueError:
        raise CommandError("--url: has a bad host or port", USAGE) from None
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        raise CommandError("--url: give a full http:// or https:// URL", USAGE)
    if parts.username is not None or parts.fragment:
        raise CommandError("--url: must hold neither user info nor a '#'", USAGE)
    return parts


def _v4_expiry(query: dict[str, str]) -> datetime | None:
    # A URL that cannot be read is left to the server, which says what is wrong with it.
    with contextlib.suppress(KeyError, ValueError, OverflowError):
        signed_at = datetime.strptime(query["x-oss-date"], "%Y%m%dT%H%M%S%z")
        lifetime = timedelta(seconds=int(query["x-oss-expires"]))
        return signed_at + lifetime
    return None


def _v1_expiry(query: dict[str, str]) -> datetime | None:
    if "Signature" not in query:
        return None
    with contextlib.suppress(KeyError, ValueError, OverflowError, OSError):
        return datetime.fromtimestamp(int(query["Expires"]), timezone.utc)
    return None
