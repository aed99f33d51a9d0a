"""Names of files in Content-Disposition, as another implementation reads them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote

import pytest
from aiohttp.multipart import content_disposition_filename, parse_content_disposition
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import Credentials, RequestError, Signer, content_disposition


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("a;b=c,d'e.txt", """attachment; filename="a;b=c,d'e.txt\""""),
        ("\u56fe 1+%.txt", ("attachment; filename=\"_ 1+_.txt\"; "
         "filename*=UTF-8''%E5%9B%BE%201+%25.txt")),
        ('say "hi".txt', ("attachment; filename=\"say _hi_.txt\"; "
         "filename*=UTF-8''say%20%22hi%22.txt")),
        ("100%41.txt", "attachment; filename=\"100_41.txt\"; filename*=UTF-8''100%2541.txt"),
        ("\u00e9*().txt", ("attachment; filename=\"_*().txt\"; "
         "filename*=UTF-8''%C3%A9%2A%28%29.txt")),
    ],
)  # fmt: skip
def test_names(name: str, header: str) -> None:
    assert content_disposition(name) == header
    assert content_disposition(name, inline=True) == header.replace("attachment", "inline", 1)


LETTERS = st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="/\\")


@given(st.text(LETTERS, min_size=1, max_size=40).filter(str.strip), st.booleans())
def test_others_read_the_name_that_was_given(name: str, inline: bool) -> None:
    header = content_disposition(name, inline=inline)
    assert header.isascii()
    kind, parameters = parse_content_disposition(header)
    assert kind == ("inline" if inline else "attachment")
    assert content_disposition_filename(parameters) == name
    # And those that know nothing of RFC 8187 read something that stands for it.
    plain = re.search(r'filename="([^"\\%]*)"', header)
    assert plain is not None
    assert len(plain[1]) == len(name)
    extended = header.partition("filename*=UTF-8''")[2]
    assert not extended or unquote(extended, errors="strict") == name


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("", "must not be empty"),
        (" ", "must not be empty"),
        ("dir/a.txt", "must not hold a folder"),
        ("dir\\a.txt", "must not hold a folder"),
        ("a\r\nx-oss-acl: private", "must not hold control characters"),
        ("a\x85", "must not hold control characters"),
        ("\ud800", "holds a lone surrogate"),
        (b"a", "must be text, not bytes"),
    ],
)
def test_names_that_no_file_has_are_refused(name: Any, problem: str) -> None:
    with pytest.raises(RequestError, match=f"^filename: {problem}"):
        content_disposition(name)


def test_it_is_signed_as_it_is() -> None:
    signer = Signer(
        region="cn-hangzhou", bucket="examplebucket", credentials=Credentials("id", "secret")
    )
    header = content_disposition("\u56fe.png")
    url = signer.presign("GetObject", "k", response_content_disposition=header).url
    assert f"response-content-disposition={_encoded(header)}&" in url
    put = signer.presign("PutObject", "k", content_disposition=header)
    assert put.headers["Content-Disposition"] == header


def _encoded(text: str) -> str:
    return "".join(c if re.fullmatch(r"[A-Za-z0-9._~-]", c) else f"%{ord(c):02X}" for c in text)
