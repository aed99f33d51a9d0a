"""What a signed URL tells without the key that signed it."""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from urllib.parse import parse_qsl, unquote, urlsplit

from ._errors import REFUSED, USAGE, CommandError

_V4_MARK = "x-oss-signature-version"
# What is pasted for a URL, by what it can be told by.
_MISTAKES = {
    ", url: http": "is the whole line that presign prints; take that of `presign --url-only`",
    '"url": "http': "is JSON; give it with --request",
    **{
        mark: f"holds '{mark}', which is how HTML spells '&'; write '&' for it"
        for mark in ("&amp;", "&#38;", "&#x26;")
    },
    r"\u0026": r"holds '\u0026', which is how JSON spells '&'; write '&' for it",
    "\\": "holds a backslash, which a URL never does; quote the URL instead of escaping it",
}


@dataclass(frozen=True, repr=False)
class SignedUrl:
    """A checked URL. Has no repr of its own: the text holds a signature.

    Attributes:
        text: The URL as it was given; sent as it stands.
        source: What errors call it, such as the option that gave it.
        host: Host and port.
        path: The path, still percent-encoded.
        expires_at: When the signature's life ends, or None if the URL does not tell.
        additional_headers: Lower-case names of headers that were signed besides `Content-Type`,
            `Content-MD5` and `x-oss-*`.
    """

    text: str
    source: str
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
            end = f"{self.expires_at:%Y-%m-%dT%H:%M:%SZ}"
            raise CommandError(f"{self.source}: expired at {end}; ask for a new one", REFUSED)


def read_signed_url(text: str, source: str = "--url") -> SignedUrl:
    """Returns what the URL `text` tells about itself.

    Args:
        text: The URL.
        source: What errors call it.

    Raises:
        CommandError: It is no http or https URL that can be sent as it stands.

    Example:
        >>> read_signed_url("https://b.example.com/a%20b.txt").file_name
        'a b.txt'
    """
    problem = _problem(text)
    if problem is not None:
        raise CommandError(f"{source}: {problem}", USAGE)
    parts = urlsplit(text)
    query = dict(parse_qsl(parts.query, keep_blank_values=True))
    if _V4_MARK in query and "x-oss-signature" not in query:
        raise CommandError(
            f"{source}: is cut off before its signature; quote it for the shell", USAGE
        )
    names = query.get("x-oss-additional-headers", "")
    return SignedUrl(
        text=text,
        source=source,
        host=parts.netloc,
        path=parts.path,
        expires_at=_v4_expiry(query) if _V4_MARK in query else _v1_expiry(query),
        additional_headers=tuple(name for name in names.split(";") if name),
    )


def _problem(text: str) -> str | None:
    """Returns what is wrong with a URL, or None."""
    for mark, problem in _MISTAKES.items():
        if mark in text:
            return problem
    if not text.isascii() or not text.isprintable() or " " in text:
        return "holds blanks or characters that are not ASCII; give one URL, percent-encoded"
    try:
        parts = urlsplit(text)
        port_is_valid = parts.port != 0
        (parts.hostname or "").encode("idna")  # finds labels that are empty or too long
    except ValueError:
        return "has a bad host or port"
    if parts.scheme not in ("http", "https") or not parts.hostname or not port_is_valid:
        return "is not a URL; give a full one, from http:// or https:// on"
    if parts.username is not None or parts.fragment:
        return "must hold neither user info nor a '#'"
    return None


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
