"""Lifetimes and signing times: what may be given, and how it becomes whole seconds."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ossign_fast import RequestError
from ossign_fast._rules.shape import http_date, http_text
from ossign_fast._rules.times import (
    as_lifetime,
    as_second,
    check_expiration,
    seconds_until,
    whole_seconds,
)

UTC = timezone.utc
EAST, WEST = timezone(timedelta(hours=8)), timezone(timedelta(hours=-5, minutes=-30))
WEEK = 604_800
NAIVE = datetime(2030, 1, 1)  # noqa: DTZ001
HUGE = 10**5000  # more digits than Python writes


def named(value: object) -> str | None:
    return "huge" if value in (HUGE, -HUGE) else None


def refusal(field: str, call: Any, *arguments: Any) -> str:
    with pytest.raises(RequestError) as caught:
        call(*arguments)
    assert caught.value.field == field
    assert caught.value.row is None
    return caught.value.problem


# Clocks


@pytest.mark.parametrize(
    ("told", "offset", "second"),
    [
        (100, 0, 100),
        (100.75, 0, 100),
        (100.75, -5, 95),
        (100.75, 0.25, 101),
        (100, timedelta(minutes=-1), 40),
        (100, timedelta(milliseconds=999), 100),
        (100, np.float64(2.5), 102),
        (100, np.int64(2), 102),
        (np.float64(100.5), 0, 100),
    ],
)
def test_clocks(told: Any, offset: Any, second: int) -> None:
    now = whole_seconds(lambda: told, offset)
    assert now() == second
    assert type(now()) is int


def test_a_clock_is_read_at_each_call() -> None:
    ticks = iter([1, 2, 2.5])
    now = whole_seconds(lambda: next(ticks), 0)
    assert [now(), now(), now()] == [1, 2, 2]


@pytest.mark.parametrize("told", [None, "5", NAIVE, float("nan"), float("inf"), 1j, [1]])
def test_what_is_no_time_of_a_clock_is_refused(told: Any) -> None:
    text = refusal("clock", whole_seconds(lambda: told, 0))
    assert text == "must return seconds since the epoch"


@pytest.mark.parametrize("clock", [5, "time", NAIVE])
def test_clocks_are_callable(clock: Any) -> None:
    assert refusal("clock", whole_seconds, clock, 0).startswith("must be callable")


@pytest.mark.parametrize(
    "offset",
    [None, "5", True, float("nan"), float("inf"), float("-inf"), 1j, [1], NAIVE, HUGE],
    ids=named,
)
def test_offsets_are_finite_numbers(offset: Any) -> None:
    assert "number of seconds" in refusal("clock_offset", whole_seconds, lambda: 0, offset)


# Signing times


@pytest.mark.parametrize(
    ("value", "second"),
    [
        (0, 0),
        (1_709_281_815, 1_709_281_815),
        (1_709_281_815.999, 1_709_281_815),
        (-0.5, -1),
        (datetime(1970, 1, 1, tzinfo=UTC), 0),
        (datetime(2024, 3, 1, 8, 30, 15, 999_999, tzinfo=UTC), 1_709_281_815),
        (datetime(2024, 3, 1, 16, 30, 15, tzinfo=EAST), 1_709_281_815),
        (datetime(2024, 3, 1, 3, 0, 15, tzinfo=WEST), 1_709_281_815),
        (datetime(1969, 12, 31, 23, 59, 59, 1, tzinfo=UTC), -1),
        (datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC), 253_402_300_799),
        (datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), 253_402_300_799),
        (datetime(2300, 1, 1, 0, 0, 0, 999_999, tzinfo=UTC), 10_413_792_000),
    ],
)
def test_signing_times_are_whole_seconds(value: Any, second: int) -> None:
    assert as_second(value) == second
    assert type(as_second(value)) is int


def test_naive_signing_times_are_refused() -> None:
    assert refusal("signing_time", as_second, NAIVE).startswith(
        "has no time zone; give an aware datetime"
    )


@pytest.mark.parametrize(
    "value", ["2024-03-01", "1709281815", None, True, timedelta(1), [0], float("nan"), b"0"]
)
def test_what_is_no_signing_time_is_refused(value: Any) -> None:
    text = refusal("signing_time", as_second, value)
    assert "seconds" in text
    assert "timedelta" not in text


@pytest.mark.parametrize("value", [float("inf"), float("-inf"), HUGE, -HUGE, 1e300], ids=named)
def test_signing_times_past_the_calendar_are_refused(value: Any) -> None:
    from ossign_fast._rules.shape import Moment

    with pytest.raises(RequestError) as caught:
        Moment.at(as_second(value))
    assert caught.value.field == "signing_time"


# Lifetimes


def test_default_lifetime() -> None:
    assert as_lifetime(None) == 900


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1, 1),
        (600, 600),
        (WEEK, WEEK),
        (600.0, 600),
        (timedelta(seconds=1), 1),
        (timedelta(days=7), WEEK),
        (timedelta(minutes=10, microseconds=0), 600),
        (np.int64(600), 600),
        (np.uint16(600), 600),
        (np.float64(600), 600),
        (np.array(600), 600),
    ],
)
def test_lifetimes_are_exact(value: Any, seconds: int) -> None:
    assert as_lifetime(value) == seconds
    assert type(as_lifetime(value)) is int


@pytest.mark.parametrize(
    "value",
    [0, -1, WEEK + 1, 0.0, 1e300, -HUGE, HUGE, timedelta(0), timedelta.max, timedelta.min],
    ids=named,
)
def test_lifetimes_out_of_range_are_refused(value: Any) -> None:
    assert "1..604800 seconds" in refusal("expires", as_lifetime, value)


@pytest.mark.parametrize(
    "value", [0.5, 600.000001, WEEK + 0.5, timedelta(microseconds=1), timedelta(seconds=600.5)]
)
def test_fractions_of_a_second_are_refused(value: Any) -> None:
    assert "whole seconds" in refusal("expires", as_lifetime, value)


@pytest.mark.parametrize(
    "value",
    [True, False, float("nan"), float("inf"), Fraction(600), NAIVE, object(), np.array(0.5)],
)
def test_what_is_no_lifetime_is_refused(value: Any) -> None:
    assert "whole seconds" in refusal("expires", as_lifetime, value)


@pytest.mark.parametrize("maximum", [1, 600, WEEK, 2**31 - 1])
def test_the_longest_lifetime_is_the_callers(maximum: int) -> None:
    for value in (maximum, float(maximum), timedelta(seconds=maximum)):
        assert as_lifetime(value, maximum) == maximum
        assert as_lifetime([1, value], maximum) == [1, maximum]
    text = refusal("expires", as_lifetime, maximum + 1, maximum)
    days = " (7 days)" if maximum == WEEK else ""
    assert text == f"must be 1..{maximum} seconds{days}, not {maximum + 1}"
    with pytest.raises(RequestError) as caught:
        as_lifetime([1, maximum + 1], maximum)
    assert (caught.value.problem, caught.value.row) == (text, 1)


def test_the_default_lifetime_is_that_of_all_versions() -> None:
    assert as_lifetime(None, 2**31 - 1) == as_lifetime(None) == 900


@pytest.mark.parametrize("value", ["600", b"600", {1: 2}, {600}, np.ones((2, 2), int)])
def test_what_is_no_column_of_lifetimes_is_refused(value: Any) -> None:
    assert refusal("expires", as_lifetime, value)


@pytest.mark.parametrize(
    "column",
    [
        [1, 600.0, timedelta(minutes=2)],
        (1, 600, 120),
        np.array([1, 600, 120]),
        np.array([1.0, 600.0, 120.0]),
        range(1, 2),
        [],
    ],
)
def test_columns_of_lifetimes(column: Any) -> None:
    lifetimes = as_lifetime(column)
    assert lifetimes == [1, 600, 120][: len(column)]
    assert lifetimes is not column
    assert all(type(value) is int for value in lifetimes)


@pytest.mark.parametrize("bad", [0, WEEK + 1, True, "1", 0.5, timedelta(0), [1]])
def test_a_bad_lifetime_tells_its_row(bad: Any) -> None:
    with pytest.raises(RequestError) as caught:
        as_lifetime([1, 2, bad, bad])
    assert (caught.value.field, caught.value.row) == ("expires", 2)


def test_nulls_are_left_to_the_engine() -> None:
    assert as_lifetime([1, None, 2]) == [1, None, 2]


# Absolute expirations


@pytest.mark.parametrize(
    ("expiration", "expires", "problem"),
    [
        (datetime(2030, 1, 1, tzinfo=UTC), 600, "cannot be given together with expires"),
        (NAIVE, None, "has no time zone"),
        (600, None, "must be an aware datetime"),
        (timedelta(1), None, "must be an aware datetime"),
        ("2030-01-01T00:00:00Z", None, "must be an aware datetime"),
    ],
)
def test_bad_expirations_are_refused(expiration: Any, expires: Any, problem: str) -> None:
    assert refusal("expiration", check_expiration, expiration, expires).startswith(problem)


def test_an_aware_expiration_is_fine() -> None:
    check_expiration(datetime(2030, 1, 1, tzinfo=EAST), None)


@pytest.mark.parametrize(
    ("expiration", "seconds"),
    [
        (datetime(2024, 3, 1, 8, 30, 16, tzinfo=UTC), 1),
        (datetime(2024, 3, 1, 8, 30, 16, 999_999, tzinfo=UTC), 1),
        (datetime(2024, 3, 8, 8, 30, 15, tzinfo=UTC), WEEK),
        (datetime(2024, 3, 8, 8, 30, 15, 999_999, tzinfo=UTC), WEEK),
        (datetime(2024, 3, 1, 16, 40, 15, tzinfo=EAST), 600),
    ],
)
def test_seconds_until_an_expiration(expiration: datetime, seconds: int) -> None:
    assert seconds_until(expiration, 1_709_281_815) == seconds


@pytest.mark.parametrize(
    "expiration",
    [
        datetime(2024, 3, 1, 8, 30, 15, 999_999, tzinfo=UTC),
        datetime(2024, 3, 8, 8, 30, 16, tzinfo=UTC),
        datetime(1970, 1, 1, tzinfo=UTC),
        datetime.max.replace(tzinfo=WEST),
        datetime.min.replace(tzinfo=EAST),
    ],
)
def test_expirations_out_of_range_are_refused(expiration: datetime) -> None:
    text = refusal("expiration", seconds_until, expiration, 1_709_281_815)
    assert text.startswith("must be 1..604800 seconds after signing")


@pytest.mark.parametrize("maximum", [1, WEEK + 1, 2**31 - 1])
def test_the_longest_time_until_an_expiration_is_the_callers(maximum: int) -> None:
    signed = 1_709_281_815
    last = datetime.fromtimestamp(signed + maximum, UTC)
    assert seconds_until(last, signed, maximum) == maximum
    assert seconds_until(last + timedelta(microseconds=999_999), signed, maximum) == maximum
    for bad in (last + timedelta(seconds=1), datetime.fromtimestamp(signed, UTC)):
        text = refusal("expiration", seconds_until, bad, signed, maximum)
        assert text == f"must be 1..{maximum} seconds after signing"


@given(st.datetimes(timezones=st.just(timezone.utc)))
def test_times_as_http_has_them(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert http_text(moment) == format_datetime(moment, usegmt=True)
    if moment.year >= 1970:
        assert http_date(int(moment.timestamp())) == formatdate(moment.timestamp(), usegmt=True)
