"""A presigned request as a curl command."""

from __future__ import annotations

import re
import shlex
from urllib.parse import urlsplit

from ossign_fast import PresignResult

# Operations by PUT and POST that send nothing: all they say is in the URL and the headers.
_WITHOUT_BODY = frozenset(
    {
        "CleanRestoredObject",
        "CopyObject",
        "InitiateMultipartUpload",
        "PutObjectAcl",
        "PutSymlink",
        "RestoreObject",
        "SealAppendObject",
        "UploadPartCopy",
    }
)
_DOT_SEGMENT = re.compile(r"/\.\.?(/|$)")
_GLOB = re.compile(r"[][{}\\]")


def curl_command(operation: str, result: PresignResult, file: str | None) -> str:
    """Returns the shell command that sends exactly the request that was signed.

    Headers that were asked for and need no signing are sent too.

    Args:
        operation: The operation, which tells whether there is a body.
        result: The signed request.
        file: The file to send or, for GET, to write; None means standard input and output.

    Example:
        >>> from ossign_fast import Credentials, Signer
        >>> signer = Signer(region="cn-hangzhou", credentials=Credentials("id", "secret"))
        >>> result = signer.presign("HeadObject", "k", bucket="examplebucket")
        >>> curl_command("HeadObject", result, None).partition("?")[0]
        "curl --fail-with-body --head 'https://examplebucket.oss-cn-hangzhou.aliyuncs.com/k"
    """
    words = ["curl", "--fail-with-body"]
    if _DOT_SEGMENT.search(urlsplit(result.url).path):
        words.append("--path-as-is")
    if _GLOB.search(f"{result.url}{file or ''}"):
        words.append("--globoff")
    for name, value in result.headers.items():
        words += ["--header", f"{name}: {value}"]
    words += _transfer(operation, result, file)
    return " ".join(map(_quoted, [*words, result.url]))


def _quoted(word: str) -> str:
    """Quotes a word for the shell; bytes that a terminal would obey or hide are written out."""
    if word.isprintable():
        return shlex.quote(word)
    escaped = "".join(
        char if char.isprintable() and char not in "\\'" else _byte_escapes(char) for char in word
    )
    return f"$'{escaped}'"


def _byte_escapes(char: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in char.encode("utf-8", "surrogateescape"))


def _transfer(operation: str, result: PresignResult, file: str | None) -> list[str]:
    """Returns the words that choose method and body.

    A body goes with --upload-file: with --data curl adds a Content-Type that was not signed.
    """
    if result.method == "GET":
        return [] if file is None else ["--output", file]
    if result.method == "HEAD":
        return ["--head"]
    if result.method not in ("PUT", "POST"):
        return ["--request", result.method]
    method = [] if result.method == "PUT" else ["--request", result.method]
    if file is None and operation in _WITHOUT_BODY:
        sent = {name.lower() for name in result.headers}
        length = [] if "content-length" in sent else ["--header", "Content-Length: 0"]
        return ["--request", result.method, *length]
    return [*method, "--upload-file", "-" if file is None else file]
