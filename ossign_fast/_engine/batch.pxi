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
            rows = gather_columns(self.job, self.columns, self.keep_nulls)
        return rows


cdef class Span:
    """A share of a batch that one thread signs: consecutive rows and where their URLs go."""

    cdef Job bound
    cdef Rows rows
    cdef Sizes sizes
    cdef Py_ssize_t first, count
    cdef Buffer data  # for packed URLs, or
    cdef list texts  # for a str each
    cdef bint failed

    def __call__(self):
        cdef uint8_t *urls[OSSF_CHUNK]
        cdef Py_ssize_t row = self.first, end = self.first + self.count
        cdef Py_ssize_t rows = min(self.count, OSSF_CHUNK if self.texts is None else TEXT_CHUNK)
        cdef uint8_t *scratch
        self.failed = True  # until it is done: a thread has no other way to tell
        scratch = <uint8_t *>allocate(ossf_scratch_size(
            &self.bound.job, <size_t>rows, self.sizes.longest, self.sizes.escaped
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
        self.failed = False

    cdef int make_texts(self, uint8_t **urls, Py_ssize_t row, Py_ssize_t rows) except -1:
        cdef Py_ssize_t i
        cdef int64_t *ends = self.sizes.ends + row
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
                urls[i] = self.data.memory + self.sizes.ends[row + i]
        ossf_sign_rows(
            &self.bound.job, self.rows.values + row * self.rows.columns, <size_t>rows, urls,
            scratch, self.sizes.longest,
        )


cdef int sign_spans(
    Job bound, Rows rows, Sizes sizes, Buffer data, list texts, threads
) except -1:
    """Signs all rows on up to `threads` threads, whole chunks each."""
    cdef Span span
    cdef Py_ssize_t chunks = (rows.rows + OSSF_CHUNK - 1) // OSSF_CHUNK, each = rows.rows
    cdef Py_ssize_t first = 0
    if threads > 1 and chunks > 1:
        each = -(-chunks // <Py_ssize_t>min(threads, chunks)) * OSSF_CHUNK
    spans = []
    while first < rows.rows:
        span = Span.__new__(Span)
        span.bound, span.rows, span.sizes = bound, rows, sizes
        span.first, span.count = first, min(each, rows.rows - first)
        span.data, span.texts = data, texts
        spans.append(span)
        first += each
    helpers = []
    try:
        for other in spans[1:]:
            helper = Thread(target=other)
            helper.start()
            helpers.append(helper)
        for span in spans[:1]:
            span()
    finally:
        for helper in helpers:
            helper.join()
    for span in spans:
        if span.failed:
            raise MemoryError()
    return 0


def check_rows(Job job not None, columns, keep_nulls=False):
    check_bound(job)
    cdef CheckedRows checked = CheckedRows.__new__(CheckedRows)
    checked.job, checked.keep_nulls = job, keep_nulls
    checked.columns = [c if isinstance(c, TextColumn) else tuple(c) for c in columns]
    checked.fixed = not any([isinstance(c, TextColumn) for c in checked.columns])
    checked.rows = gather_columns(job, checked.columns, checked.keep_nulls)
    return checked


def sign_rows(CheckedRows rows not None, threads=1):
    cdef Rows taken = rows.take()
    cdef Sizes sizes = size_rows(rows.job, taken)
    cdef Py_ssize_t size = <Py_ssize_t>sizes.ends[taken.rows]
    cdef Buffer data = own(allocate(<size_t>size), size)
    validity = validity_of(taken) if rows.keep_nulls else None
    sign_spans(rows.job, taken, sizes, data, None, threads)
    offsets = own(sizes.ends, (taken.rows + 1) * <Py_ssize_t>sizeof(int64_t))
    sizes.ends = NULL
    return data, memoryview(offsets).cast("q"), validity


def sign_texts(CheckedRows rows not None, threads=1):
    cdef Rows taken = rows.take()
    cdef Sizes sizes = size_rows(rows.job, taken)
    cdef list texts = PyList_New(taken.rows)
    sign_spans(rows.job, taken, sizes, None, texts, threads)
    return texts


def sign_packed(Job job not None, columns, threads=1, keep_nulls=False):
    return sign_rows(check_rows(job, columns, keep_nulls), threads)


def unpack(data, offsets):
    cdef const uint8_t[::1] texts = data
    cdef const int64_t[::1] ends = offsets
    cdef Py_ssize_t row, rows = ends.shape[0] - 1
    # Not NULL where there is no text: memcpy does not take that, even for no bytes.
    cdef const uint8_t *base = &texts[0] if texts.shape[0] else <const uint8_t *>b""
    cdef int64_t size, end = ends[0] if rows >= 0 else -1
    if rows < 0 or end < 0 or ends[rows] > texts.shape[0]:
        raise ValueError("offsets: must ascend and lie within data")
    for row in range(rows):
        if ends[row + 1] < end:
            raise ValueError("offsets: must ascend and lie within data")
        end = ends[row + 1]
    if not ossf_is_ascii(base + ends[0], <size_t>(end - ends[0])):
        raise ValueError("data: has to be ASCII")
    result = PyList_New(rows)
    for row in range(rows):
        size = ends[row + 1] - ends[row]
        url = PyUnicode_New(<Py_ssize_t>size, 127)
        memcpy(PyUnicode_DATA(url), base + ends[row], <size_t>size)
        Py_INCREF(url)
        PyList_SET_ITEM(result, row, url)
    return result
