"""What the faults of an engine say to users."""

from __future__ import annotations

import pytest

from ossign_fast._engine import plan
from ossign_fast._engine.plan import DECIMAL, FIELD, LABEL, PATH, Column, ColumnError
from ossign_fast._rules.faults import request_error

COLUMNS = (
    Column("key", PATH, 1, 1023, "/\\"),
    Column("bucket", LABEL, 3, 63),
    Column("headers['a']", FIELD, 1),
    Column("part_number", DECIMAL, 1, 10_000),
)


@pytest.mark.parametrize(
    ("column", "fault", "text"),
    [
        (0, plan.NULL, "key: is null; give a value"),
        (0, plan.NOT_UTF8, "key: is not valid UTF-8"),
        (0, plan.NOT_TEXT, "key: must be text"),
        (0, plan.TOO_SHORT, "key: is empty; give the name of an object"),
        (0, plan.TOO_LONG, "key: is longer than 1023 bytes of UTF-8"),
        (0, plan.BAD_START, "key: starts with '/' or '\\'"),
        (0, plan.SURROGATE, "key: holds a lone surrogate"),
        (1, plan.NOT_TEXT, "bucket: must be text"),
        (1, plan.TOO_SHORT, "bucket: must be 3 to 63 lower-case letters"),
        (1, plan.TOO_LONG, "bucket: must be 3 to 63 lower-case letters"),
        (1, plan.NOT_LABEL, "bucket: must be 3 to 63 lower-case letters"),
        (1, plan.SURROGATE, "bucket: holds a lone surrogate"),
        (2, plan.TOO_SHORT, "headers['a']: is empty; give a value or leave it out"),
        (2, plan.TOO_LONG, "headers['a']: is longer than 1048576 bytes; shorten it"),
        (2, plan.CONTROL, "headers['a']: holds CR, LF or NUL"),
        (2, plan.BLANK_END, "headers['a']: begins or ends with a blank"),
        (2, plan.NULL, "headers['a']: is null; give a value"),
        (3, plan.NOT_INTEGER, "part_number: must be an integer of 1..10000"),
        (3, plan.OUT_OF_RANGE, "part_number: must be an integer of 1..10000"),
        (3, plan.NULL, "part_number: is null; give a value"),
    ],
)
def test_faults_become_errors_for_users(column: int, fault: str, text: str) -> None:
    for row in (None, 0, 41):
        error = request_error(COLUMNS, ColumnError(column, fault, row))
        assert (error.field, error.row) == (COLUMNS[column].name, row)
        assert str(error).startswith(text if row is None else f"row {row}: {text}")
