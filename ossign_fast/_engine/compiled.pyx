# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
"""The compiled engine: the names of `reference` over the kernels in `native`.

The texts on what each does stand there, and are not loaded to be copied.

Python objects are touched at the edges: columns become pointers and lengths, and from there on the
work is C and runs without the GIL where there is enough of it.
"""

import os
import time
from functools import wraps

cimport cython
from cpython.buffer cimport PyBUF_FORMAT, PyBUF_ND, PyBUF_STRIDES, PyBUF_WRITABLE
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize, PyBytes_GET_SIZE
from cpython.dict cimport PyDict_Next
from cpython.list cimport PyList_AsTuple, PyList_New, PyList_SET_ITEM
from cpython.object cimport PyObject, PyTypeObject
from cpython.ref cimport Py_INCREF
from libc.stdint cimport SIZE_MAX, UINT32_MAX, int32_t, int64_t, uint8_t, uint32_t, uint64_t
from libc.stdlib cimport free, malloc
from libc.string cimport memcpy, memset

from .._errors import CredentialsError, RequestError
from .._frames import without_frames
from . import columns as _columns
from . import plan as _plan

from ossign_fast._engine.ossf cimport *

__all__ = (
    "DEFAULT_KERNEL",
    "ENGINE",
    "KERNELS",
    "bind",
    "check_rows",
    "cpu_features",
    "export_array",
    "export_schema",
    "export_stream",
    "first_text",
    "follow",
    "following",
    "gathering",
    "hmac_sha256",
    "hmac_sha256_many",
    "import_text",
    "lines",
    "load_plan",
    "offsets_32",
    "recalling",
    "requested_form",
    "sha256",
    "sha256_many",
    "sign_one",
    "sign_packed",
    "sign_rows",
    "sign_texts",
    "signing_key",
    "unpack",
    "views",
)

cdef enum:
    # Batches of fewer rows keep the GIL: 64 take some 14 us, and nobody waits long for that.
    GIL_RELEASE_ROWS = 64
    # Rows of texts that are made and signed at a time: what these take stays in the cache.
    TEXT_CHUNK = 1024
    # Scratch memory up to this size is taken from the stack.
    STACK_WORDS = 1024
    STACK_BYTES = 8192
    # Digits of an int64, sign included.
    MAX_DIGITS = 20

ENGINE, SOURCES = "c", OSSF_SOURCES

cdef const ossf_ladder *ladders[OSSF_MAX_LADDERS]
cdef size_t ladder_count = ossf_ladders(ladders)


def _choose_kernel() -> tuple:
    names = tuple([ladders[i].name.decode() for i in range(ladder_count)])
    asked = os.environ.get("OSSIGN_FAST_KERNEL") or names[0]
    if asked not in names:
        raise ValueError(f"OSSIGN_FAST_KERNEL is {asked!r}; set it to one of {', '.join(names)}")
    return names, asked


KERNELS, DEFAULT_KERNEL = _choose_kernel()

cdef object ColumnError = _plan.ColumnError
cdef object TextColumn = _columns.TextColumn
cdef dict ENCODINGS = {
    _plan.RAW: OSSF_RAW,
    _plan.LABEL: OSSF_LABEL,
    _plan.PATH: OSSF_PATH,
    _plan.QUERY: OSSF_QUERY,
    _plan.VALUE: OSSF_VALUE,
    _plan.FIELD: OSSF_FIELD,
    _plan.DECIMAL: OSSF_DECIMAL,
}
cdef dict FAULTS = {
    OSSF_TOO_SHORT: _plan.TOO_SHORT,
    OSSF_TOO_LONG: _plan.TOO_LONG,
    OSSF_BAD_START: _plan.BAD_START,
    OSSF_BAD_END: _plan.BAD_END,
    OSSF_NOT_LABEL: _plan.NOT_LABEL,
    OSSF_CONTROL: _plan.CONTROL,
    OSSF_BLANK_END: _plan.BLANK_END,
    OSSF_NULL: _plan.NULL,
    OSSF_SURROGATE: _plan.SURROGATE,
    OSSF_NOT_UTF8: _plan.NOT_UTF8,
}


cdef const ossf_ladder *find_ladder(kernel) except NULL:
    wanted = (DEFAULT_KERNEL if kernel is None else kernel)
    for i in range(ladder_count):
        if ladders[i].name.decode() == wanted:
            return ladders[i]
    raise ValueError(f"kernel: {kernel!r} is none of {', '.join(KERNELS)}")


cdef void *allocate(size_t size) except NULL:
    cdef void *memory = NULL
    if size <= SIZE_MAX // 2:  # more is a negative number that was not looked at
        memory = malloc(size if size else 1)
    if memory == NULL:
        raise MemoryError()
    ossf_expect_writes(memory, size)
    return memory


def cpu_features():
    cdef const char *names[OSSF_MAX_FEATURES]
    cdef size_t i = 0
    ossf_cpu_features(names)
    found = []
    while names[i][0]:
        found.append(names[i].decode())
        i += 1
    return tuple(found)


include "hashes.pxi"


cdef class SigningKey:
    """An HMAC key with its inner and outer hash states; made by `signing_key`."""

    cdef const ossf_ladder *ladder
    cdef ossf_hmac_key states

    def __init__(self):
        raise TypeError("made by signing_key()")

    def __repr__(self):
        return "<SigningKey>"

    def __dealloc__(self):
        memset(&self.states, 0, sizeof(self.states))


def signing_key(secret, steps, kernel=None):
    if not steps:
        raise ValueError("steps: must hold at least one message")
    cdef SigningKey key = SigningKey.__new__(SigningKey)
    cdef bytes chained = bytes(secret)
    key.ladder = find_ladder(kernel)
    for step in steps:
        chained = hmac_sha256(chained, step, kernel)
    ossf_hmac_init(
        key.ladder, &key.states, <const uint8_t *>PyBytes_AS_STRING(chained), OSSF_DIGEST
    )
    return key


cdef class LoadedPlan:
    """A checked plan with its columns in C; made by `load_plan`."""

    cdef object canonical, url
    cdef ossf_column *columns
    cdef Py_ssize_t column_count

    def __init__(self):
        raise TypeError("made by load_plan()")

    def __repr__(self):
        return "<LoadedPlan>"

    def __dealloc__(self):
        free(self.columns)


def load_plan(plan):
    cdef LoadedPlan loaded = LoadedPlan.__new__(LoadedPlan)
    cdef Py_ssize_t i = 0
    loaded.canonical, loaded.url, columns = plan
    for piece in (*loaded.canonical, *loaded.url):
        if isinstance(piece, int) and not _plan.SIGNATURE <= piece < len(columns):
            raise ValueError("plan: a piece names no column")
    if loaded.url.count(_plan.SIGNATURE) != 1 or _plan.SIGNATURE in loaded.canonical:
        raise ValueError("plan: the signature belongs into the URL, once")
    loaded.column_count = len(columns)
    loaded.columns = <ossf_column *>allocate(len(columns) * sizeof(ossf_column))
    for column in columns:
        start, end = column.refused_start.encode(), column.refused_end.encode()
        if max(len(start), len(end)) > 3 or not (start + end).isascii():
            raise ValueError("plan: refused_start and _end take up to three ASCII characters")
        memset(&loaded.columns[i], 0, sizeof(ossf_column))
        loaded.columns[i].encoding = <ossf_encoding><int>ENCODINGS[column.encoding]
        loaded.columns[i].minimum, loaded.columns[i].maximum = column.minimum, column.maximum
        memcpy(loaded.columns[i].refused_start, PyBytes_AS_STRING(start), <size_t>len(start))
        memcpy(loaded.columns[i].refused_end, PyBytes_AS_STRING(end), <size_t>len(end))
        i += 1
    return loaded


cdef class Job:
    """A plan with its constants filled in, ready to sign rows; made by `bind`."""

    cdef ossf_job job
    cdef ossf_column *columns
    cdef ossf_piece *pieces
    cdef uint8_t *literals
    cdef int32_t *varying  # for each column that varies, its index in the plan

    def __init__(self):
        raise TypeError("made by bind()")

    def __repr__(self):
        return "<Job>"

    def __dealloc__(self):
        memset(&self.job, 0, sizeof(self.job))
        free(self.columns)
        free(self.pieces)
        free(self.literals)
        free(self.varying)


def bind(LoadedPlan plan not None, SigningKey key not None, bytes preamble not None, constants):
    if plan.columns == NULL or key.ladder == NULL:
        raise TypeError("plan and key: have to be made by load_plan() and signing_key()")
    if len(constants) != plan.column_count:
        raise ValueError("constants: one is needed for each column")
    cdef Job bound = Job.__new__(Job)
    cdef Rows values = Rows.__new__(Rows)
    cdef Py_ssize_t i, count = plan.column_count
    cdef size_t pieces = len(plan.canonical) + len(plan.url)
    cdef size_t size = 0, escaped = OSSF_SLACK

    bound.columns = <ossf_column *>allocate(count * sizeof(ossf_column))
    bound.varying = <int32_t *>allocate(count * sizeof(int32_t))
    bound.pieces = <ossf_piece *>allocate(pieces * sizeof(ossf_piece))
    bound.job.columns = bound.columns
    values.reserve(1, count)
    for i in range(count):
        if constants[i] is None:
            bound.columns[bound.job.column_count] = plan.columns[i]
            bound.varying[bound.job.column_count] = <int32_t>i
            bound.job.column_count += 1
        else:
            values.gather(&plan.columns[i], <int32_t>i, i, (constants[i],), False)
            if not ossf_is_plain(&values.values[i]):
                escaped += values.values[i].encoded
    for piece in (*plan.canonical, *plan.url):
        if isinstance(piece, bytes):
            size += <size_t>PyBytes_GET_SIZE(piece)
        elif piece >= 0 and constants[piece] is not None:
            size += values.values[<Py_ssize_t>piece].encoded
    bound.literals = <uint8_t *>allocate(size + escaped)
    values.encode(plan.columns, constants, bound.literals + size)
    fold(bound, plan, values, constants)
    bound.job.ladder = key.ladder
    bound.job.key = key.states
    ossf_job_prepare(
        &bound.job, bound.pieces, <const uint8_t *>PyBytes_AS_STRING(preamble),
        <size_t>PyBytes_GET_SIZE(preamble),
    )
    return bound


cdef int fold(Job bound, LoadedPlan plan, Rows values, constants) except -1:
    """Merges constants into the literals and numbers columns among those that vary."""
    cdef ossf_piece *piece = bound.pieces
    cdef uint8_t *end = bound.literals
    cdef ossf_value *value
    cdef ossf_piece *first
    for template in (plan.canonical, plan.url):
        first = piece
        for part in template:
            if isinstance(part, int) and (part < 0 or constants[part] is None):
                piece.column = number(bound, part)
                piece += 1
                continue
            if piece == first or (piece - 1).column != OSSF_LITERAL:
                piece.column, piece.text, piece.length = OSSF_LITERAL, end, 0
                piece += 1
            if isinstance(part, bytes):
                memcpy(end, PyBytes_AS_STRING(part), <size_t>PyBytes_GET_SIZE(part))
                end += PyBytes_GET_SIZE(part)
            elif template is plan.url:
                end = ossf_in_url(end, &values.values[<Py_ssize_t>part])
            else:
                value = &values.values[<Py_ssize_t>part]
                memcpy(end, value.text, value.length)
                end += value.length
            (piece - 1).length = <uint32_t>(end - (piece - 1).text)
        if template is plan.canonical:
            bound.job.canonical_count = <uint32_t>(piece - bound.pieces)
            bound.job.url = piece
    bound.job.url_count = <uint32_t>(piece - bound.job.url)
    check_url(bound)
    return 0


cdef int32_t number(Job bound, int column) except? -1:
    cdef uint32_t i
    if column < 0:
        return OSSF_SIGNATURE_SLOT
    for i in range(bound.job.column_count):
        if bound.varying[i] == column:
            return <int32_t>i
    raise AssertionError("a column is constant or varies")


cdef int check_url(Job bound) except -1:
    """Makes sure that a URL can only be ASCII."""
    cdef uint32_t i, at
    cdef const ossf_piece *piece
    for i in range(bound.job.url_count):
        piece = &bound.job.url[i]
        if piece.column >= 0:
            if bound.columns[piece.column].encoding in (OSSF_RAW, OSSF_FIELD):
                raise ValueError("plan: a raw column cannot vary in the URL")
        elif piece.column == OSSF_LITERAL:
            for at in range(piece.length):
                if piece.text[at] >= 0x80:
                    raise ValueError("plan: the URL has to be ASCII")
    return 0


# What the methods behind the shortcuts tell better. Anything else, such as a limit on time that a
# signal handler raises, is none of our business, and a provider that failed is not asked again.
cdef tuple TOLD = (RequestError, AttributeError, LookupError, OverflowError, TypeError, ValueError)

include "rows.pxi"


cdef int check_bound(Job job) except -1:
    if job.job.ladder == NULL:
        raise TypeError("job: has to be made by bind()")
    return 0


include "single.pxi"
include "recall.pxi"
include "batch.pxi"
include "arrow.pxi"
include "arrow_in.pxi"
