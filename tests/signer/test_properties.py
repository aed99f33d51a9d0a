"""What holds for any input, with Hypothesis; the plain signer of `oracle` as the third opinion."""

from __future__ import annotations

import random
from typing import Any

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from ossign_fast import RequestError, VerificationError, verify
from support import oracle
from support.engines import Engine
from support.strategies import (
    CASE,
    CREDENTIALS,
    ENDPOINT,
    NOW,
    SIGNER,
    any_texts,
    field_values,
    key_lists,
    keys,
    lifetimes,
    names,
    padded,
    query_names,
    values,
)

# Some keys that Hypothesis makes look like URLs.
pytestmark = pytest.mark.filterwarnings("ignore::ossign_fast.OssignKeyWarning")


@given(key=keys)
@example(key="k" * 1023)
@example(key="中" * 341)
@example(key="..")
@example(key="é/./b/..")
@example(key="../" * 341)
@example(key="\x00")
def test_any_text_is_a_key(engine: Engine, key: str) -> None:
    url = engine.signer(**SIGNER).presign("GetObject", key, expires=60).url
    assert url == oracle.presign({**CASE, "op": "GetObject", "key": key, "expires_seconds": 60}).url
    granted = verify("GET", url, credentials=CREDENTIALS, endpoint=ENDPOINT, now=NOW)
    assert (granted.bucket, granted.key) == ("example-bucket", key)


@given(
    key=keys,
    headers=st.dictionaries(names, padded, max_size=4),
    query=st.dictionaries(query_names, values, max_size=4),
    expires=lifetimes,
)
def test_any_headers_and_query(
    engine: Engine, key: str, headers: dict[str, str], query: dict[str, str], expires: int
) -> None:
    case = CASE | {"op": "PutObject", "key": key, "headers": headers, "query": query}
    result = engine.signer(**SIGNER).presign(
        "PUT", key, headers=headers, query=query, expires=expires
    )
    assert result.url == oracle.presign({**case, "expires_seconds": expires}).url
    assert result.signed_headers == {name: text.strip(" \t") for name, text in headers.items()}
    granted = verify(
        "PUT", result.url, headers=headers, credentials=CREDENTIALS, endpoint=ENDPOINT, now=NOW
    )
    assert set(granted.query) == set(query.items())


@given(batch=key_lists)
def test_a_batch_is_its_single_calls(engine: Engine, batch: list[str]) -> None:
    signer = engine.signer(**SIGNER)
    urls = signer.presign_many("GetObject", batch, expires=60)
    assert urls.tolist() == [signer.presign("GetObject", key, expires=60).url for key in batch]
    assert list(urls) == urls.tolist()


@given(
    rows=st.lists(
        st.tuples(keys, padded, values, lifetimes, st.integers(1, 10_000)),
        min_size=1,
        max_size=8,
    )
)
def test_columns_are_single_calls(
    engine: Engine, rows: list[tuple[str, str, str, int, int]]
) -> None:
    signer = engine.signer(**SIGNER)
    batch, authors, notes, expires, parts = (list(column) for column in zip(*rows, strict=True))
    urls = signer.presign_many(
        "UploadPart",
        batch,
        headers={"x-oss-meta-author": authors, "Content-Type": "a/b"},
        query={"note": notes, "fixed": "1"},
        expires=expires,
        part_number=parts,
        upload_id="0004B9894A22E5B1888A1E29F8236E2D",
    ).tolist()
    singles = [
        signer.presign(
            "UploadPart",
            key,
            headers={"x-oss-meta-author": author, "Content-Type": "a/b"},
            query={"note": note, "fixed": "1"},
            expires=lifetime,
            part_number=part,
            upload_id="0004B9894A22E5B1888A1E29F8236E2D",
        ).url
        for key, author, note, lifetime, part in rows
    ]
    assert urls == singles


@given(rows=st.lists(st.tuples(keys, st.sampled_from(("abc", "b-2", "c" * 63))), min_size=1))
def test_buckets_are_a_column(engine: Engine, rows: list[tuple[str, str]]) -> None:
    batch, buckets = (list(column) for column in zip(*rows, strict=True))
    urls = engine.signer(**SIGNER).presign_many("GetObject", batch, bucket=buckets).tolist()
    cases = [CASE | {"op": "GetObject", "key": key, "bucket": bucket} for key, bucket in rows]
    assert urls == [oracle.presign(case).url for case in cases]


def outcome(engine: Engine, batch: list[Any], author: str) -> tuple[Any, ...]:
    """Returns the URLs of a batch, or all that its error says."""
    try:
        urls = engine.signer(**SIGNER).presign_many(
            "PutObject", batch, headers={"x-oss-meta-author": author}
        )
    except RequestError as error:
        return type(error), str(error), error.field, error.problem, error.row
    return tuple(urls)


@given(batch=st.lists(any_texts, min_size=1, max_size=6), author=any_texts)
@example(batch=["a", "\ud800"], author="b")
@example(batch=["a", "b", "k" * 1024], author="b")
@example(batch=["a", "\\b"], author="b")
@example(batch=["a"], author="b\r\nx-oss-meta-c: d")
@example(batch=["a"], author="\u00a0")
def test_the_engines_agree_on_good_and_bad(
    engines: tuple[Engine, ...], batch: list[str], author: str
) -> None:
    outcomes = {outcome(engine, batch, author) for engine in engines}
    assert len(outcomes) == 1


@pytest.mark.parametrize("count", [1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65])
def test_batches_around_the_number_of_lanes(engine: Engine, count: int) -> None:
    draw = random.Random(count)
    batch = ["k" * draw.choice((1, 2, 40, 60, 61, 62, 63, 64, 200, 1023)) for _ in range(count)]
    urls = engine.signer(**SIGNER).presign_many("HeadObject", batch, expires=60).tolist()
    case = CASE | {"op": "HeadObject", "expires_seconds": 60}
    assert urls == [oracle.presign({**case, "key": key}).url for key in batch]


@pytest.mark.parametrize("length", [1, 20, 40, 63, 64, 65])
def test_batches_of_one_key_length_by_one(engine: Engine, length: int) -> None:
    batch = [f"{number:03}" + "é" * length for number in range(40)]
    urls = engine.signer(**SIGNER).presign_many("GetObject", batch).tolist()
    case = CASE | {"op": "GetObject", "expires_seconds": 900}
    assert urls == [oracle.presign({**case, "key": key}).url for key in batch]


def refused(method: str, url: str, headers: dict[str, str]) -> bool:
    try:
        verify(
            method,
            url,
            headers=headers,
            credentials=CREDENTIALS,
            endpoint=ENDPOINT,
            now=NOW,
            strict_bytes=True,
        )
    except VerificationError:
        return True
    return False


@given(data=st.data(), key=keys, value=field_values)
def test_every_one_character_change_is_refused(
    engine: Engine, data: st.DataObject, key: str, value: str
) -> None:
    signer = engine.signer(**SIGNER, additional_headers=["If-Match"])
    headers = {"x-oss-meta-a": value, "If-Match": "tag"}
    url = signer.presign("PUT", key, headers=headers, query={"a-b": "c d"}).url
    assert not refused("PUT", url, headers)
    place = data.draw(st.integers(0, len(url) - 1), label="place")
    new = data.draw(st.sampled_from(sorted(set(url) | set("!\"$'+,;<@[]{|} #"))), label="new")
    before, old, after = url[:place], url[place], url[place + 1 :]
    changes = {before + text + after for text in ("", new, new + old, old + new, old.swapcase())}
    for changed in changes - {url}:
        assert refused("PUT", changed, headers), changed


def test_every_change_of_each_character_of_one_url_is_refused(engine: Engine) -> None:
    url = engine.signer(**SIGNER).presign("GetObject", "a b/中.txt", query={"p": "q"}).url
    accepted = [
        (place, text)
        for place in range(len(url))
        for text in ("", "0", "1", "%", "&", "=", url[place].swapcase(), url[place] * 2)
        if text != url[place] and not refused("GET", url[:place] + text + url[place + 1 :], {})
    ]
    assert accepted == []


@given(value=field_values, other=field_values)
def test_other_headers_and_methods_are_refused(engine: Engine, value: str, other: str) -> None:
    assume(value != other)
    headers = {"Content-Type": "a/b", "x-oss-meta-a": value}
    url = engine.signer(**SIGNER).presign("PutObject", "key", headers=headers).url
    assert not refused("PUT", url, headers)
    assert refused("POST", url, headers)
    assert refused("PUT", url, headers | {"x-oss-meta-a": other})
    assert refused("PUT", url, headers | {"x-oss-meta-b": value})
    assert refused("PUT", url, {"Content-Type": "a/b"})
