"""What the rules hand to an engine: templates with columns, and the faults an engine reports.

A plan is two templates, the canonical request and the URL. A template is a sequence of pieces:
literal bytes, or the index of the column whose text goes there, encoded as the column says.
`SIGNATURE` stands for the hexadecimal signature and occurs once, in the URL.

An engine knows what is in this file, SHA-256 and HMAC. It knows nothing of OSS.
"""

from __future__ import annotations

from typing import NamedTuple

#: The piece of a URL template that the signature replaces.
SIGNATURE = -1

Piece = bytes | int

#: How the text of a column is written into both templates; where they differ it is said.
RAW = "raw"  # as it is; not in a URL unless constant and ASCII
LABEL = "label"  # as it is: a-z, 0-9 and "-", no "-" at an end
PATH = "path"  # percent-encoded, "/" kept; in the URL escaped too, if a segment is "." or ".."
QUERY = "query"  # percent-encoded
VALUE = "value"  # "=" and the percent-encoded text, or nothing for the empty text
FIELD = "field"  # an HTTP field value: blanks and tabs at its ends are dropped
DECIMAL = "decimal"  # an integer, in decimal digits

ENCODINGS = (RAW, LABEL, PATH, QUERY, VALUE, FIELD, DECIMAL)

# What can be wrong with one value of a column.
NULL = "null"
NOT_TEXT = "not text"
NOT_UTF8 = "not UTF-8"
NOT_INTEGER = "not an integer"
TOO_SHORT = "too short"
TOO_LONG = "too long"
BAD_START = "bad start"
BAD_END = "bad end"
SURROGATE = "surrogate"
NOT_LABEL = "not a label"
CONTROL = "control character"
BLANK_END = "blank end"
OUT_OF_RANGE = "out of range"
TOO_MUCH = "too much"
TOO_MANY = "too many"

# Lengths of a row are kept in 32 bits, so what a request may hold is limited far below: the encoded
# bytes of its constants, all together, and the columns of up to 3 MiB each that vary.
MAX_CONSTANTS = 1 << 24
MAX_VARYING = 512

#: Where words of a call belong that are neither columns of its row nor beside it; see `recall`.
SAME, LIFETIME, SECOND, NAMES = range(-1, -5, -1)

# What is said of messages to hash that do not lie where they are said to.
BAD_ENDS = "ends: must begin at 0 or later, never descend, and end within the data"

#: Code points, besides space and tab, that some implementations strip from the ends of a field
#: value and others keep: Unicode white space, C0 separators and the byte order mark.
BLANK_ENDS = frozenset(
    "\x0b\x0c\x1c\x1d\x1e\x1f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008"
    "\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff"
)


class Column(NamedTuple):
    """How one column is written and what its values must keep to.

    Attributes:
        name: What a user calls it, for error texts.
        encoding: One of `ENCODINGS`.
        minimum: Least length in UTF-8 bytes; least value of a DECIMAL column.
        maximum: Greatest length in UTF-8 bytes; greatest value of a DECIMAL column.
        refused_start: ASCII characters that a value must not start with, three at most.
        refused_end: The same for its end.
    """

    name: str
    encoding: str
    minimum: int = 0
    maximum: int = 1 << 20
    refused_start: str = ""
    refused_end: str = ""


class Plan(NamedTuple):
    """The shape of a signed request: its canonical request and its URL as templates."""

    canonical: tuple[Piece, ...]
    url: tuple[Piece, ...]
    columns: tuple[Column, ...]


class ColumnError(ValueError):
    """One value of a column cannot be signed.

    Attributes:
        column: Index of the column.
        fault: One of the faults of this module.
        row: Index of the row, or None for a value that is the same for all rows.
    """

    def __init__(self, column: int, fault: str, row: int | None = None) -> None:
        self.column = column
        self.fault = fault
        self.row = row
        super().__init__(f"column {column}, row {row}: {fault}")
