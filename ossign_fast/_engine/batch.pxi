# The batch side of the compiled engine: checked rows become URLs, packed or as str.

cdef class CheckedRows:
    """The rows of a batch that keep to the rules, ready to be signed; made by `check_rows`."""

    cdef Job job
    cdef list columns
    cdef bint keep_nulls
    cdef Rows rows  # None once they are signed, for that overwrites them
    cdef readonly bint fixed

    def __init__(self):
        raise TypeError("made by check_rows()")

    def __repr__(self):
        return "<CheckedRows>"

    cdef Rows take(self):
        """Returns the rows for one use; the first one finds them, others gather them again."""
        cdef Rows rows = None
        if self.job is None:
            raise TypeError("rows: have to be made by check_rows()")
        with cython.critical_section(self):
            rows, self.rows = self.rows, None
        if rows is None:
            rows = gather_columns(self.job, self.columns, self.keep_nulls, 1)
        return rows


cdef class Span(Share):
    """A share of a batch that one thread signs: consecutive rows and where their URLs go."""

    cdef Job bound
    cdef Rows rows
    cdef Py_ssize_t first, count
    cdef Buffer data  # for packed URLs, or
    cdef list texts  # for a str each

    cdef int run(self) except -1:
        cdef uint8_t *urls[OSSF_CHUNK]
        cdef Py_ssize_t row = self.first, end = self.first + self.count
        cdef Py_ssize_t rows = min(self.count, OSSF_CHUNK if self.texts is None else TEXT_CHUNK)
        cdef uint8_t *scratch
        scratch = <uint8_t *>allocate(ossf_scratch_size(
            &self.bound.job, <size_t>rows, self.rows.longest, self.rows.escaped
        ))
        try:
            while row < end:
                rows = min(rows, end - row)
                if self.texts is not None:
                    self.make_texts(urls, row, rows)
                if self.count < GIL_RELEASE_ROWS:
                    self.sign(urls, row, rows, scratch)
                else:
                    with nogil:
                        self.sign(urls, row, rows, scratch)
                row += rows
        finally:
            free(scratch)
        return 0

    cdef int make_texts(self, uint8_t **urls, Py_ssize_t row, Py_ssize_t rows) except -1:
        cdef Py_ssize_t i
        cdef int64_t *ends = self.rows.ends + row
        for i in range(rows):
            if ends[i + 1] == ends[i]:  # no URL is empty, but for that of a null row
                urls[i], url = NULL, None
            else:
                url = PyUnicode_New(<Py_ssize_t>(ends[i + 1] - ends[i]), 127)
                urls[i] = <uint8_t *>PyUnicode_DATA(url)
            Py_INCREF(url)
            PyList_SET_ITEM(self.texts, row + i, url)
        return 0

    cdef void sign(
        self, uint8_t **urls, Py_ssize_t row, Py_ssize_t rows, uint8_t *scratch
    ) noexcept nogil:
        cdef Py_ssize_t i
        if self.data is not None:
            for i in range(rows):
                urls[i] = self.data.memory + self.rows.ends[row + i]
        ossf_sign_rows(
            &self.bound.job, self.rows.values + row * self.rows.columns, <size_t>rows, urls,
            scratch, self.rows.longest,
        )


cdef int sign_spans(Job bound, Rows rows, Buffer data, list texts, threads) except -1:
    """Signs all rows on up to `threads` threads, whole chunks each."""
    cdef Py_ssize_t chunks = (rows.rows + OSSF_CHUNK - 1) // OSSF_CHUNK, each
    if threads < 2 or chunks < 2:
        return span_of(bound, rows, 0, rows.rows, data, texts).run()
    each = -(-chunks // <Py_ssize_t>min(threads, chunks)) * OSSF_CHUNK
    return run_shares(
        [span_of(bound, rows, first, each, data, texts) for first in range(0, rows.rows, each)]
    )


cdef Span span_of(
    Job bound, Rows rows, Py_ssize_t first, Py_ssize_t count, Buffer data, list texts
):
    cdef Span span = Span.__new__(Span)
    span.bound, span.rows, span.data, span.texts = bound, rows, data, texts
    span.first, span.count = first, min(count, rows.rows - first)
    return span


def check_rows(Job job not None, columns, keep_nulls=False, threads=1):
    check_bound(job)
    return checked_rows(job, columns, keep_nulls, threads)


cdef CheckedRows checked_rows(Job job, columns, bint keep_nulls, Py_ssize_t threads=1):
    cdef CheckedRows checked = CheckedRows.__new__(CheckedRows)
    checked.job, checked.keep_nulls = job, keep_nulls
    checked.columns, checked.fixed = [], True
    for column in columns:
        if type(column) is TextColumn:
            checked.fixed = False
        else:
            column = tuple(column)
        checked.columns.append(column)
    checked.rows = gather_columns(job, checked.columns, keep_nulls, threads)
    return checked


def sign_rows(CheckedRows rows not None, threads=1):
    cdef Rows taken = rows.take()
    size_rows(rows.job, taken)
    cdef Py_ssize_t size = <Py_ssize_t>taken.ends[taken.rows]
    cdef Buffer data = own(allocate(<size_t>size), size)
    validity = validity_of(taken) if rows.keep_nulls else None
    sign_spans(rows.job, taken, data, None, threads)
    offsets = own(taken.ends, (taken.rows + 1) * <Py_ssize_t>sizeof(int64_t))
    taken.ends = NULL
    return data, memoryview(offsets).cast("q"), validity


def sign_texts(CheckedRows rows not None, threads=1):
    cdef Rows taken = rows.take()
    cdef list texts = PyList_New(taken.rows)
    size_rows(rows.job, taken)
    sign_spans(rows.job, taken, None, texts, threads)
    return texts


def sign_packed(Job job not None, columns, threads=1, keep_nulls=False):
    return sign_rows(check_rows(job, columns, keep_nulls, threads), threads)


def unpack(data, offsets, validity=None, first=0):
    cdef const uint8_t[::1] texts = data
    cdef const int64_t[::1] ends = offsets
    cdef const uint8_t[::1] bitmap = validity or b""
    cdef Py_ssize_t row, rows = ends.shape[0] - 1
    cdef Py_ssize_t bit = <Py_ssize_t>first if validity is not None else -1
    # Not NULL where there is no text: memcpy does not take that, even for no bytes.
    cdef const uint8_t *base = &texts[0] if texts.shape[0] else <const uint8_t *>b""
    cdef int64_t size, end = ends[0] if rows >= 0 else -1
    if rows < 0 or end < 0 or ends[rows] > texts.shape[0]:
        raise ValueError("offsets: must ascend and lie within data")
    if bit >= 0 and bitmap.shape[0] * 8 < bit + rows:
        raise ValueError("validity: has to have a bit for each row")
    for row in range(rows):
        if ends[row + 1] < end:
            raise ValueError("offsets: must ascend and lie within data")
        end = ends[row + 1]
    if not ossf_is_ascii(base + ends[0], <size_t>(end - ends[0])):
        raise ValueError("data: has to be ASCII")
    result = PyList_New(rows)
    for row in range(rows):
        if bit >= 0 and not bitmap[(bit + row) >> 3] >> ((bit + row) & 7) & 1:
            url = None
        else:
            size = ends[row + 1] - ends[row]
            url = PyUnicode_New(<Py_ssize_t>size, 127)
            memcpy(PyUnicode_DATA(url), base + ends[row], <size_t>size)
        Py_INCREF(url)
        PyList_SET_ITEM(result, row, url)
    return result


cdef enum:
    MAX_SLOTS = 16  # of what `gathering` copies
    FEW = 64  # keys that are rather made a list than imported


cdef class Gatherer:
    """How calls of `urls` are answered here; made by `gathering`."""

    cdef object kind
    cdef Py_ssize_t slots[MAX_SLOTS]
    cdef Py_ssize_t count, place

    cdef object batch(self, owner, keys):
        """Returns the batch of a list of paths, or None if it has to be asked for."""
        cdef tuple form
        cdef PyObject *value
        cdef Py_ssize_t i
        if type(owner._recalled) is not Live:
            return None
        if type(keys) is not list:
            keys = few_texts(keys)
        if not keys:
            return None
        live, form = owner._recalled, owner._form
        if form is None or not lacks_plain_path((<Live>live).job, (<list>keys)[0]):
            return None
        live = (<Live>live).current(owner)
        if form[0] is not live:
            form = owner._form_of(live)
        if form is None or type(form[1]) is not self.kind:
            return None
        rows = checked_rows((<Live>live).job, (keys,), False, form[1]._threads)
        batch = PyType_GenericAlloc(<PyTypeObject *>self.kind, 0)
        for i in range(self.count):
            value = ossf_slot_of(form[1], self.slots[i])
            if i == self.place:
                value = <PyObject *>rows
            if value != NULL:
                ossf_fill_slot(batch, self.slots[i], <object>value)
        return batch


cdef bint lacks_plain_path(Job job, first):
    """Returns whether a job lacks a path and nothing else, and the first one needs no escapes."""
    if job.job.column_count != 1 or job.columns[0].encoding != OSSF_PATH:
        return False
    return is_plain_path(first)


cdef list few_texts(keys):
    """Returns a column of keys as a list if it is one, or has few texts; None for others."""
    if type(keys) is list:
        return keys
    if type(keys) is tuple:
        return list(keys) if len(<tuple>keys) <= FEW else None
    return _columns.few_texts(keys, FEW)


cdef bint is_plain_path(first):
    """Returns whether a path needs no escapes."""
    if type(first) is not str or not PyUnicode_IS_COMPACT_ASCII(first):
        return False
    return not ossf_path_escapes(
        <const uint8_t *>PyUnicode_DATA(first), <size_t>PyUnicode_GET_LENGTH(first)
    )


def gathering(kind, slot):
    cdef Gatherer gatherer = Gatherer.__new__(Gatherer)
    gatherer.kind, gatherer.count = kind, len(kind.__slots__)
    if gatherer.count > MAX_SLOTS or kind.__basicsize__ != object.__basicsize__ + (
        gatherer.count * <Py_ssize_t>sizeof(PyObject *)
    ):
        raise ValueError("kind: has to be of few slots and nothing else")
    for i, name in enumerate(kind.__slots__):
        gatherer.slots[i] = ossf_slot(kind.__dict__[name])
    gatherer.place = kind.__slots__.index(slot)

    def decorate(function):
        def urls(self, keys=None):
            try:
                batch = gatherer.batch(self, keys)
            except CredentialsError as error:
                raise without_frames(error)
            except TOLD:
                batch = None
            return function(self, keys) if batch is None else batch

        return wraps(function)(urls)

    return decorate
