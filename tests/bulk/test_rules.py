"""Which keys are taken: rules, prefixes and suffixes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import bulk
from support.bulk import job_of, read_rows, urls_of, write_rows

KEYS = ("a.jpg", "2026/a.jpg", "2026/b/c.txt", "log-01", "log-1", "x/log-02", "[x].txt", "a\nb.jpg")


def taken(
    folder: Path,
    rules: tuple[tuple[str, str], ...],
    keys: tuple[str, ...] = KEYS,
    **settings: tuple[str, ...],
) -> list[str]:
    path = write_rows(folder / "k.parquet", [{"key": key} for key in keys])
    summary = bulk.sign_file(
        job_of(), path, folder / "u.jsonl", rules=[bulk.Rule(*rule) for rule in rules], **settings
    )
    rows = read_rows(folder / "u.jsonl")
    assert summary.filtered == len(keys) - len(rows)
    found = [row["key"] for row in rows]
    assert [row["url"] for row in rows] == urls_of(found)
    return found


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ((("include", "*.jpg"),), ["a.jpg", "2026/a.jpg", "a\nb.jpg"]),
        ((("include", "/*.jpg"),), ["a.jpg", "a\nb.jpg"]),
        ((("include", "/2026/*"),), ["2026/a.jpg"]),
        ((("include", "/2026/**"),), ["2026/a.jpg", "2026/b/c.txt"]),
        ((("include", "b/*.txt"),), ["2026/b/c.txt"]),
        ((("include", "log-??"),), ["log-01", "x/log-02"]),
        ((("include", "log-[0-9]"),), ["log-1"]),
        ((("include", "log-0[!2]"),), ["log-01"]),
        ((("include", r"\[x\].txt"),), ["[x].txt"]),
        ((("exclude", "*.jpg"),), [key for key in KEYS if not key.endswith(".jpg")]),
        ((("exclude", "/2026/**"), ("include", "*.jpg")), ["a.jpg", "a\nb.jpg"]),
        ((("include", "*.jpg"), ("exclude", "/2026/**")), ["a.jpg", "2026/a.jpg", "a\nb.jpg"]),
        ((("include", "nothing"),), []),
    ],
)  # fmt: skip
def test_the_first_rule_that_fits_decides(
    rules: tuple[tuple[str, str], ...], expected: list[str], tmp_path: Path
) -> None:
    assert taken(tmp_path, rules) == expected


def test_ends(tmp_path: Path) -> None:
    assert taken(tmp_path, (), prefixes=("log", "x/")) == ["log-01", "log-1", "x/log-02"]
    assert taken(tmp_path, (), suffixes=(".txt", "-1")) == ["2026/b/c.txt", "log-1", "[x].txt"]
    both = {"prefixes": ("2026/",), "suffixes": (".jpg",)}
    assert taken(tmp_path, (("exclude", "/b/**"),), **both) == ["2026/a.jpg"]


def test_keys_that_are_null_are_left_out_by_any_filter(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "k.parquet", [{"key": "a"}, {"key": None}])
    summary = bulk.sign_file(job_of(), path, tmp_path / "u.txt", prefixes=["a"])
    assert (summary.signed, summary.filtered, summary.nulls) == (1, 1, 0)


@given(
    st.text("ab/*?.\\+^$(|", max_size=6).filter(lambda text: not text.endswith("\\")),
    st.lists(st.text("ab/.+^$(|\\*", min_size=1, max_size=6), min_size=1, max_size=5),
)
def test_rules_fit_as_a_plain_matcher_says(pattern: str, keys: list[str]) -> None:
    import pyarrow as pa

    from ossign_fast.bulk._rules import KeyFilter

    mask = KeyFilter([bulk.Rule("include", pattern)], (), ()).mask(pa.array(keys))
    assert mask.to_pylist() == [fits(pattern, key) for key in keys]


def fits(pattern: str, key: str) -> bool:
    if pattern.startswith("/"):
        return match(pattern[1:], key)
    starts = [0, *(found.end() for found in re.finditer("/", key))]
    return any(match(pattern, key[start:]) for start in starts)


def match(pattern: str, text: str) -> bool:
    """Matches as the documentation says, by trying all ways."""
    if not pattern:
        return not text
    if pattern.startswith("**"):
        return any(match(pattern[2:], text[end:]) for end in range(len(text) + 1))
    if pattern[0] == "*":
        ends = range(len(text.partition("/")[0]) + 1)
        return any(match(pattern[1:], text[end:]) for end in ends)
    escaped = pattern[0] == "\\"
    wanted, rest = (pattern[1], pattern[2:]) if escaped else (pattern[0], pattern[1:])
    fine = text[:1] not in ("", "/") if wanted == "?" and not escaped else text[:1] == wanted
    return fine and match(rest, text[1:])
