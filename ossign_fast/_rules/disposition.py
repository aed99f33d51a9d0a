"""Names of files in Content-Disposition, as browsers save them."""

from __future__ import annotations

import re
from urllib.parse import quote

from .._errors import RequestError
from .._frames import sealed

# What every browser reads from a quoted string: no escapes, and no percent sign, which some decode.
_NOT_PLAIN = re.compile(r"[^ !#$&-\[\]-~]")
_ATTRIBUTE = "!#$&+-.^_`|~"  # attr-char of RFC 8187, besides letters and digits


@sealed
def content_disposition(filename: str, *, inline: bool = False) -> str:
    r"""Returns the header Content-Disposition for a file of this name, after RFC 6266 and 8187.

    For `response_content_disposition` of GetObject and `content_disposition` of PutObject. A name
    that not every client reads comes twice: in ASCII, with `_` for the rest, and as it is.

    Args:
        filename: The name to save under, without folders.
        inline: Whether a browser shows the file, if it can, rather than save it.

    Raises:
        RequestError: The name is empty, or holds "/", a backslash, control characters or a lone
            surrogate.

    Example:
        >>> content_disposition("a b.txt")
        'attachment; filename="a b.txt"'
        >>> content_disposition("图 1.png", inline=True)
        'inline; filename="_ 1.png"; filename*=UTF-8\'\'%E5%9B%BE%201.png'
    """
    if not isinstance(filename, str):
        raise RequestError("filename", f"must be text, not {type(filename).__name__}")
    if not filename.strip():
        raise RequestError("filename", "must not be empty; give the name to save under")
    if "/" in filename or "\\" in filename:
        raise RequestError("filename", "must not hold a folder; give what follows the last '/'")
    if any(character < " " or "\x7f" <= character <= "\x9f" for character in filename):
        raise RequestError("filename", "must not hold control characters; strip them")
    try:
        whole = quote(filename, safe=_ATTRIBUTE)
    except UnicodeEncodeError:  # its text would hold the name
        raise RequestError("filename", "holds a lone surrogate; give valid text") from None
    plain = _NOT_PLAIN.sub("_", filename)
    kind = "inline" if inline else "attachment"
    extended = "" if plain == filename else f"; filename*=UTF-8''{whole}"
    return f'{kind}; filename="{plain}"{extended}'
