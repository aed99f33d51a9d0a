"""How each engine writes and checks the values of a column, one encoding after the other."""

from __future__ import annotations

import sys
from enum import IntEnum
from itertools import permutations
from typing import Any
from urllib.parse import quote

import pytest

from ossign_fast._engine import plan as plans
from ossign_fast._engine.plan import (
    DECIMAL,
    FIELD,
    LABEL,
    PATH,
    QUERY,
    RAW,
    SIGNATURE,
    VALUE,
    Column,
    ColumnError,
    Plan,
)
from support.engine import bind, every_way, sign, signed
from support.engines import Engine

TOP = 2**63 - 1
BLANKS = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()] + ["\ufeff"]


class Text(str):
    """A str of another class: its memory is laid out in another way."""

    __slots__ = ()


class Number(IntEnum):
    SEVEN = 7


class Odd(str):
    """A str whose methods lie: what is signed is its text."""

    __slots__ = ()

    def encode(self, *_: Any) -> bytes:  # type: ignore[override]
        return b"lie"

    def strip(self, *_: Any) -> str:
        return "lie"

    def __getitem__(self, _: Any) -> str:
        return "/"

    def __str__(self) -> str:
        return "lie"

    def __bool__(self) -> bool:
        return False


class OddNumber(int):
    """The same of a number."""

    def __index__(self) -> int:
        return 8

    def __int__(self) -> int:
        return 8

    def __le__(self, other: object) -> bool:
        return False

    __ge__ = __le__


def plan_for(column: Column) -> Plan:
    """A plan with `column` in the canonical request, and in the URL where it may vary there."""
    in_url = () if column.encoding in (RAW, FIELD) else (0,)
    return Plan((b"<", 0, b">"), (b"/", *in_url, b"?", SIGNATURE), (column,))


def assert_written(engine: Engine, column: Column, values: list[Any], texts: list[bytes]) -> None:
    """Checks `values` as rows and as constants."""
    plan = plan_for(column)
    urls = [signed(plan, [text]) for text in texts]
    for answer in every_way(engine, bind(engine, plan), [values]):
        assert answer == urls
    constant = [engine.module.sign_one(bind(engine, plan, [value])) for value in values[:200]]
    assert constant == urls[:200]


def faults(engine: Engine, column: Column, value: Any) -> set[str]:
    """Returns the faults that `value` has as constant, alone and as third row of a batch."""
    plan = plan_for(column)
    job = bind(engine, plan)
    good: Any = column.minimum if column.encoding == DECIMAL else "a" * max(1, column.minimum)
    rows = [good, good, value, value]
    calls = [
        (None, lambda: bind(engine, plan, [value])),
        (None, lambda: engine.module.sign_one(job, value)),
        (2, lambda: engine.module.sign_packed(job, [rows])),
    ]
    found = set()
    for row, call in calls:
        with pytest.raises(ColumnError) as caught:
            call()
        assert (caught.value.column, caught.value.row) == (0, row)
        assert str(caught.value) == f"column 0, row {row}: {caught.value.fault}"
        assert caught.value.__cause__ is None
        found.add(caught.value.fault)
    return found


# What is written


@pytest.mark.parametrize(("encoding", "safe"), [(PATH, "/"), (QUERY, ""), (VALUE, "")])
def test_every_ascii_character_at_every_place_of_a_vector(
    engine: Engine, encoding: str, safe: str
) -> None:
    values = [
        "a" * before + chr(code) + "Z" * behind
        for code in range(128)
        for before in (*range(18), 31, 32, 33)
        for behind in (0, 1, 15)
    ]
    equals = "=" if encoding == VALUE else ""
    texts = [(equals + quote(value, safe=safe)).encode() for value in values]
    assert_written(engine, Column("c", encoding), values, texts)


@pytest.mark.parametrize("letters", ["e", "é", "ÿ\x80", "ā", "中", "\uffff\ue000", "😀", "aé中😀"])
@pytest.mark.parametrize("kind", [str, Text])
def test_text_of_every_width(engine: Engine, letters: str, kind: type[str]) -> None:
    values = [kind((letters * 40)[:length]) for length in range(1, 41)]
    for encoding, safe in ((PATH, "/"), (QUERY, "")):
        texts = [quote(str(value), safe=safe).encode() for value in values]
        assert_written(engine, Column("c", encoding), values, texts)
    for encoding in (RAW, FIELD):
        texts = [value.encode() for value in values]
        assert_written(engine, Column("c", encoding), values, texts)


def test_methods_of_subclasses_do_not_matter(engine: Engine) -> None:
    for text in ("a b", "é/中", "x" * 70):
        for column in (Column("c", PATH, 1, 99, "/"), Column("c", QUERY), Column("c", FIELD, 1)):
            encode = text if column.encoding == FIELD else quote(
                text, safe="/" if column.encoding == PATH else ""
            )  # fmt: skip
            assert_written(engine, column, [Odd(text), text], [encode.encode()] * 2)
    assert_written(engine, Column("c", DECIMAL, 1, 9), [OddNumber(7)], [b"7"])


def test_rows_of_mixed_width_and_class(engine: Engine) -> None:
    values = ["a", "é", Text("b"), "中", "😀", Text("中"), "", "c" * 40, Text("😀" * 20)] * 5
    texts = [quote(value).encode() for value in values]
    assert_written(engine, Column("c", PATH), values, texts)


def test_every_code_point(engine: Engine) -> None:
    codes = [*range(0xD800), *range(0xE000, 0x11000), *range(0x11000, 0x110000, 977), 0x10FFFF]
    values = [chr(code) for code in codes]
    texts = [quote(value).encode() for value in values]
    plan = plan_for(Column("c", PATH))
    urls = sign(engine, bind(engine, plan), [values])
    assert urls == [signed(plan, [text]) for text in texts]


def test_an_empty_value_has_no_equals_sign(engine: Engine) -> None:
    assert_written(engine, Column("c", VALUE), ["", "=", "a", ""], [b"", b"=%3D", b"=a", b""])


@pytest.mark.parametrize("encoding", [RAW, PATH, QUERY, VALUE, FIELD, LABEL])
def test_empty_text_is_text(engine: Engine, encoding: str) -> None:
    assert_written(engine, Column("c", encoding), ["", "a", ""], [
        b"", b"=a" if encoding == VALUE else b"a", b"",
    ])  # fmt: skip


def test_raw_text_is_written_as_it_is(engine: Engine) -> None:
    values = [" \t a\r\n\0 é ", "\u00a0", "%2F", "-a-"]
    assert_written(engine, Column("c", RAW), values, [value.encode() for value in values])


def test_fields_lose_the_blanks_at_their_ends(engine: Engine) -> None:
    values = [
        " a",
        "a\t",
        " \t \ta b\tc \t",
        "  ",
        "\t",
        "\x01a\x7f",
        " é\t",
        Text(" a "),
        "a\u3000b",
    ]
    texts = [value.strip(" \t").encode() for value in values]
    assert_written(engine, Column("c", FIELD), values, texts)


def test_labels(engine: Engine) -> None:
    values = ["a", "0", "a-b", "0-9", "a--b", "z" * 63]
    assert_written(engine, Column("c", LABEL, 1, 63), values, [v.encode() for v in values])


@pytest.mark.parametrize(
    ("minimum", "maximum", "values"),
    [
        (-TOP - 1, TOP, [-TOP - 1, -TOP, -10, -9, -1, 0, 1, 9, 10, 99, 100, TOP - 1, TOP]),
        (1, 604_800, [1, 604_800, Number.SEVEN, 10**5]),
        (-3, -3, [-3]),
    ],
)
def test_integers(engine: Engine, minimum: int, maximum: int, values: list[int]) -> None:
    texts = [str(int(value)).encode() for value in values]
    assert_written(engine, Column("c", DECIMAL, minimum, maximum), values, texts)


# What is refused


@pytest.mark.parametrize("encoding", [RAW, PATH, QUERY, VALUE, FIELD, LABEL])
@pytest.mark.parametrize("value", [b"a", 1, 1.5, True, ["a"], object()])
def test_other_types_are_no_text(engine: Engine, encoding: str, value: object) -> None:
    assert faults(engine, Column("c", encoding), value) == {plans.NOT_TEXT}


@pytest.mark.parametrize("encoding", plans.ENCODINGS)
def test_none_is_null(engine: Engine, encoding: str) -> None:
    good: Any = 1 if encoding == DECIMAL else "a"
    with pytest.raises(ColumnError) as caught:
        sign(engine, bind(engine, plan_for(Column("c", encoding))), [[good, None, None]])
    assert (caught.value.fault, caught.value.row) == (plans.NULL, 1)


@pytest.mark.parametrize("encoding", [RAW, PATH, QUERY, VALUE, FIELD, LABEL])
@pytest.mark.parametrize(
    "value", ["\ud800", "a\udfff", "😀\udc00", Text("\udbff"), "é\ud83d\ude00"]
)
def test_surrogates(engine: Engine, encoding: str, value: str) -> None:
    assert faults(engine, Column("c", encoding), value) == {plans.SURROGATE}


@pytest.mark.parametrize("encoding", [RAW, PATH, QUERY, VALUE, FIELD, LABEL])
def test_lengths_are_counted_in_bytes(engine: Engine, encoding: str) -> None:
    column = Column("c", encoding, 3, 6)
    assert faults(engine, column, "aa") == faults(engine, column, "") == {plans.TOO_SHORT}
    assert faults(engine, column, "é") == {plans.TOO_SHORT}
    assert faults(engine, column, "a" * 7) == faults(engine, column, "中中中") == {plans.TOO_LONG}
    good = ["aaa", "aaaaaa"] if encoding == LABEL else ["aaa", "中", "ééé", "中中"]
    equals, safe = ("=" if encoding == VALUE else ""), ("/" if encoding == PATH else "")
    encode = quote if encoding in (PATH, QUERY, VALUE) else lambda text, safe: text
    assert_written(engine, column, good, [(equals + encode(v, safe=safe)).encode() for v in good])


def test_fields_are_measured_without_their_blanks(engine: Engine) -> None:
    column = Column("c", FIELD, 1, 3)
    assert_written(engine, column, [" abc\t", "\t a"], [b"abc", b"a"])
    assert faults(engine, column, " \t ") == {plans.TOO_SHORT}
    assert faults(engine, column, " abcd ") == {plans.TOO_LONG}


@pytest.mark.parametrize("value", ["/a", "\\", "\\中", Text("/")])
def test_refused_starts(engine: Engine, value: str) -> None:
    column = Column("c", PATH, 1, 100, "/\\")
    assert faults(engine, column, value) == {plans.BAD_START}
    assert_written(engine, column, ["a/\\", "é/"], [b"a/%5C", b"%C3%A9/"])


@pytest.mark.parametrize("value", ["\n", "a\r", "a\r\n", "中\n", "a" * 70 + "\n", Text("\r")])
@pytest.mark.parametrize("encoding", [PATH, RAW, QUERY])
def test_refused_ends(engine: Engine, encoding: str, value: str) -> None:
    column = Column("c", encoding, 1, 100, refused_end="\r\n")
    assert faults(engine, column, value) == {plans.BAD_END}
    if encoding == PATH:
        assert_written(engine, column, ["\na", "a\r\nb", "a "], [b"%0Aa", b"a%0D%0Ab", b"a%20"])


@pytest.mark.parametrize("value", ["-", "-a", "a-", "A", "a.b", "a_b", "é", "a\n", "\uff41", "a b"])
def test_what_is_no_label(engine: Engine, value: str) -> None:
    assert faults(engine, Column("c", LABEL), value) == {plans.NOT_LABEL}


@pytest.mark.parametrize("control", ["\r", "\n", "\0"])
@pytest.mark.parametrize("value", ["{}", "a{}", "{}a", "a{}b", " {} ", "é{}中", "a" * 40 + "{}"])
def test_fields_hold_no_line_breaks(engine: Engine, value: str, control: str) -> None:
    assert faults(engine, Column("c", FIELD), value.format(control)) == {plans.CONTROL}


def test_blanks_that_only_some_strip_are_refused_at_the_ends(engine: Engine) -> None:
    odd = [blank for blank in BLANKS if blank not in " \t\r\n"]
    assert frozenset(odd) == plans.BLANK_ENDS
    for blank in odd:
        for value in (blank, f"{blank}a", f"a{blank}", f" 中{blank}\t", f"\t{blank}é"):
            assert faults(engine, Column("c", FIELD), value) == {plans.BLANK_END}, ascii(value)


def test_no_other_character_is_a_blank(engine: Engine) -> None:
    others = [chr(c) for c in range(1, 0x11000) if not 0xD800 <= c < 0xE000]
    others = [c for c in others if c not in BLANKS]
    plan = plan_for(Column("c", FIELD, 2))
    for rows in ([c + "a" for c in others], ["a" + c for c in others]):
        urls = sign(engine, bind(engine, plan), [rows])
        assert urls == [signed(plan, [row.encode()]) for row in rows]


@pytest.mark.parametrize("value", ["1", 1.0, True, False, b"1", [1], object()])
def test_what_is_no_integer(engine: Engine, value: object) -> None:
    assert faults(engine, Column("c", DECIMAL, 0, 9), value) == {plans.NOT_INTEGER}


@pytest.mark.parametrize("value", [-4, 10, TOP, TOP + 1, -TOP - 2, 2**64, 10**400, -(10**400)])
def test_integers_out_of_range(engine: Engine, value: int) -> None:
    assert faults(engine, Column("c", DECIMAL, -3, 9), value) == {plans.OUT_OF_RANGE}


# Which of several faults is told

BAD: dict[str, Any] = {
    plans.NULL: None,
    plans.NOT_TEXT: 5,
    plans.SURROGATE: "\ud800",
    plans.TOO_LONG: "a" * 9,
    plans.BAD_START: "/",
    plans.CONTROL: "a\nb",
    plans.BLANK_END: "a\u3000",
}


def test_the_first_bad_row_is_told(engine: Engine) -> None:
    job = bind(engine, plan_for(Column("c", FIELD, 1, 8, "/")))
    for order in permutations(BAD, 3):
        rows = ["é", "b", *(BAD[fault] for fault in order[:2]), "中", BAD[order[2]]]
        with pytest.raises(ColumnError) as caught:
            sign(engine, job, [rows])
        assert (caught.value.row, caught.value.fault) == (2, order[0])


def test_the_first_bad_column_is_told(engine: Engine) -> None:
    columns = tuple(Column(name, encoding, 0, 9) for name, encoding in
                    (("a", PATH), ("b", DECIMAL), ("c", FIELD)))  # fmt: skip
    plan = Plan((0, 1, 2), (0, SIGNATURE), columns)
    cases = [
        ((0, 2, plans.SURROGATE), ["a", "b", "\ud800"], [-1, 0, 0], ["\n", "", ""]),
        ((1, 0, plans.OUT_OF_RANGE), ["a", "b", "c"], [-1, "1", 0], ["\n", "", ""]),
        ((1, 1, plans.NOT_INTEGER), ["a", "b", "c"], [1, "1", 10**30], ["\n", "", ""]),
        ((2, 2, plans.CONTROL), ["a", "b", "c"], [1, 2, 3], ["", "", "\n"]),
    ]
    for told, *values in cases:
        with pytest.raises(ColumnError) as caught:
            sign(engine, bind(engine, plan), values)
        assert (caught.value.column, caught.value.row, caught.value.fault) == told
    # The number is that in the plan, however many columns before it are constant.
    with pytest.raises(ColumnError) as caught:
        sign(engine, bind(engine, plan, ["a", None, "c"]), [[1, 99]])
    assert (caught.value.column, caught.value.row) == (1, 1)
    with pytest.raises(ColumnError) as caught:
        bind(engine, plan, ["a", 99, "\n"])
    assert (caught.value.column, caught.value.row, caught.value.fault) == (1, None, "out of range")


def test_a_bad_row_leaves_the_job_as_it_was(engine: Engine) -> None:
    plan = plan_for(Column("c", PATH, 1))
    job = bind(engine, plan)
    for rows in (["a", ""], ["é", "\ud800"], [1]):
        with pytest.raises(ColumnError):
            sign(engine, job, [rows])
        assert sign(engine, job, [["a", "é"]]) == [signed(plan, [b"a"]), signed(plan, [b"%C3%A9"])]
