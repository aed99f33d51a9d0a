# The input side of the compiled engine: columns of Python values as pointers and lengths.

cdef size_t MAX_CONSTANTS = _plan.MAX_CONSTANTS
cdef Py_ssize_t MAX_VARYING = _plan.MAX_VARYING


cdef class Buffer:
    """Read-only memory that other objects may look into."""

    cdef uint8_t *memory
    cdef Py_ssize_t size

    def __dealloc__(self):
        free(self.memory)

    def __getbuffer__(self, Py_buffer *view, int flags):
        if flags & PyBUF_WRITABLE == PyBUF_WRITABLE:
            raise BufferError("this memory is read-only")
        view.buf, view.obj, view.len, view.readonly = self.memory, self, self.size, 1
        view.itemsize, view.ndim, view.suboffsets, view.internal = 1, 1, NULL, NULL
        view.format = NULL
        if flags & PyBUF_FORMAT:
            view.format = b"B"
        view.shape = &view.len if flags & PyBUF_ND else NULL
        view.strides = &view.itemsize if flags & PyBUF_STRIDES == PyBUF_STRIDES else NULL


cdef Buffer own(void *memory, Py_ssize_t size):
    cdef Buffer buffer = Buffer.__new__(Buffer)
    buffer.memory, buffer.size = <uint8_t *>memory, size
    return buffer


cdef class Share:
    """What one of several threads does."""

    cdef bint failed

    def __call__(self):
        self.failed = True  # until it is done: a thread has no other way to tell
        self.run()
        self.failed = False

    cdef int run(self) except -1:
        raise NotImplementedError


cdef int run_shares(list shares) except -1:
    """Runs the first one here and each of the others on a thread of its own."""
    cdef Share share
    from threading import Thread  # not needed to import the package

    helpers = []
    try:
        for other in shares[1:]:
            helper = Thread(target=other)
            helper.start()
            helpers.append(helper)
        for share in shares[:1]:
            share.run()
    finally:
        for helper in helpers:
            helper.join()
    for share in shares:
        if share.failed:
            raise MemoryError()
    return 0


cdef struct Part:
    # Rows of a column that one thread finds, where they lie in a segment, and checks.
    const ossf_column *column
    Py_ssize_t at, first, count
    bint is_packed
    ossf_segment segment
    uint8_t *memory
    ossf_fault fault  # that of row `first + good`
    Py_ssize_t good


cdef class Look(Share):
    cdef Rows rows
    cdef Part part

    cdef int run(self) except -1:
        return look_at(self.rows, &self.part)


cdef int look_at(Rows rows, Part *part) except -1:
    if part.count < GIL_RELEASE_ROWS:
        look(rows, part)
    else:
        with nogil:
            look(rows, part)
    return 0


cdef void look(Rows rows, Part *part) noexcept nogil:
    cdef Py_ssize_t columns = rows.columns, found
    cdef ossf_value *values = rows.values + part.first * columns + part.at
    cdef ossf_segment some = part.segment
    part.good, part.fault = 0, OSSF_FINE
    while part.good < part.count and part.fault == OSSF_FINE:
        found = part.count - part.good
        if part.is_packed:  # some at a time, so that they are still in the cache when measured
            some.first = part.segment.first + part.good
            some.rows = found
            if some.form != OSSF_UCS4:
                some.rows = min(found, TEXT_CHUNK)
            found = <Py_ssize_t>ossf_gather(
                &some, values + part.good * columns, <size_t>columns, part.memory, &part.fault
            )
        measure(rows, part, values, part.good + found)


cdef void measure(Rows rows, Part *part, ossf_value *values, Py_ssize_t end) noexcept nogil:
    cdef ossf_value *value = values + part.good * rows.columns
    cdef ossf_fault checked
    while part.good < end:
        if part.is_packed:
            checked = ossf_measure_packed(part.column, value)
        else:
            checked = ossf_measure(part.column, value)
        if checked == OSSF_NULL and rows.keep_nulls:
            value.encoded = 0
        elif checked != OSSF_FINE:
            part.fault = checked
            return
        value += rows.columns
        part.good += 1


cdef class Rows:
    """The values of a batch, [rows][columns], and the memory behind those that are converted."""

    cdef ossf_value *values
    cdef Py_ssize_t rows, columns
    cdef list kept  # memory of converted values; for all others see who asked
    cdef bint keep_nulls
    cdef Py_ssize_t threads  # that may share the work
    cdef size_t constants  # encoded bytes of the values that stand for all rows
    # What signing them takes: where each URL ends, rows + 1 from 0, and the scratch of a chunk.
    cdef int64_t *ends
    cdef size_t longest, escaped

    def __dealloc__(self):
        free(self.values)
        free(self.ends)

    cdef int reserve(self, Py_ssize_t rows, Py_ssize_t columns) except -1:
        self.rows, self.columns = rows, columns
        self.values = <ossf_value *>allocate(rows * columns * sizeof(ossf_value))
        return 0

    cdef uint8_t *memory(self, size_t size) except NULL:
        cdef Buffer block = own(allocate(size), <Py_ssize_t>size)
        if self.kept is None:
            self.kept = []
        self.kept.append(block)
        return block.memory

    cdef int gather(
        self, const ossf_column *column, int32_t name, Py_ssize_t at, values, bint in_batch
    ) except -1:
        """Points column `at` at `values` and checks them; tells the first bad row.

        Args:
            column: Its rules.
            name: Its index in the plan, for errors.
            at: Its index among the columns of these rows.
            values: A tuple or a TextColumn with one value for each row, to be kept by the caller.
            in_batch: Whether errors tell the row.
        """
        cdef Py_ssize_t good = self.rows
        if type(values) is not tuple:
            fault = self.check_segments(column, at, values, &good)
        else:
            if column.encoding == OSSF_DECIMAL:
                fault = self.gather_numbers(column, at, values, &good)
            else:
                fault = self.gather_texts(at, values, &good)
            fault = self.check(column, at, 0, good, NULL, &good) or fault
        if fault is not None:
            raise ColumnError(name, fault, good if in_batch else None)
        if not in_batch:
            self.constants += self.values[at].encoded
            if self.constants > MAX_CONSTANTS:
                raise ColumnError(name, _plan.TOO_MUCH)
        return 0

    cdef object check(
        self, const ossf_column *column, Py_ssize_t at, Py_ssize_t first, Py_ssize_t count,
        const ossf_segment *segment, Py_ssize_t *good
    ):
        """Checks rows of a column, of those that a segment has to be found for first.

        Returns:
            The fault of row good[0], or None, and then good[0] stays as it is.
        """
        cdef Look look
        cdef Part part
        cdef Py_ssize_t done = 0, each
        part.column, part.at, part.first, part.count = column, at, first, count
        part.is_packed = segment != NULL
        if segment != NULL:
            part.segment = segment[0]
            part.memory = self.memory(ossf_gather_size(segment))
        if self.threads < 2 or count < 2 * OSSF_CHUNK or (
            segment != NULL and segment.form == OSSF_UCS4
        ):
            look_at(self, &part)
            return self.fault_of(&part, good)
        each = (count + self.threads - 1) // self.threads
        looks = []
        while done < count:
            look = Look.__new__(Look)
            look.rows, look.part = self, part
            look.part.first, look.part.count = first + done, min(each, count - done)
            look.part.segment.first += done
            looks.append(look)
            done += each
        run_shares(looks)
        for look in looks:
            fault = self.fault_of(&look.part, good)
            if fault is not None:
                return fault
        return None

    cdef object fault_of(self, const Part *part, Py_ssize_t *good):
        if part.fault == OSSF_FINE:
            return None
        good[0] = part.first + part.good
        return FAULTS[<int>part.fault]

    cdef int encode(self, const ossf_column *columns, constants, uint8_t *out) except -1:
        """Writes what needs escapes to `out`, of one row that holds constants and unset values."""
        cdef Py_ssize_t i
        for i in range(self.columns):
            if constants[i] is not None and not ossf_is_plain(&self.values[i]):
                ossf_encode(&columns[i], &self.values[i], out)
                out += self.values[i].length
        return 0

    cdef object check_segments(
        self, const ossf_column *column, Py_ssize_t at, values, Py_ssize_t *good
    ):
        """Returns the fault of row good[0], or None if all rows are fine."""
        cdef ossf_segment segment
        cdef Py_ssize_t row = 0
        for part in values.segments:
            read_segment(part, &segment)
            fault = self.check(column, at, row, <Py_ssize_t>segment.rows, &segment, good)
            if fault is not None:
                return fault
            row += <Py_ssize_t>segment.rows
        return None

    cdef object gather_texts(self, Py_ssize_t at, tuple values, Py_ssize_t *good):
        """Returns the fault of row good[0], or None if all rows are text or null."""
        cdef Py_ssize_t row
        cdef size_t kind, size = 0
        cdef ossf_value *value = self.values + at
        fault = None
        for row in range(self.rows):
            text = values[row]
            value.text, value.length, value.encoded = NULL, 0, 0
            if isinstance(text, str):
                if PyUnicode_GET_LENGTH(text) > OSSF_MAX_LENGTH:
                    fault, good[0] = _plan.TOO_LONG, row
                    break
                value.length = <uint32_t>PyUnicode_GET_LENGTH(text)
                if PyUnicode_IS_COMPACT_ASCII(text):
                    value.text = <const uint8_t *>PyUnicode_DATA(text)
                else:
                    kind = <size_t>PyUnicode_KIND(text)
                    size += (4 if kind == 4 else kind + 1) * value.length
                    value.encoded = 1  # for convert_texts
            elif text is not None:
                fault, good[0] = _plan.NOT_TEXT, row
                break
            value += self.columns
        if size:
            fault = self.convert_texts(at, values, good, size) or fault
        return fault

    cdef object convert_texts(self, Py_ssize_t at, tuple values, Py_ssize_t *good, size_t size):
        """Writes texts that are not ASCII as UTF-8; returns the fault of row good[0], or None."""
        cdef Py_ssize_t row
        cdef size_t length
        cdef ossf_value *value = self.values + at
        cdef uint8_t *out = self.memory(size)
        for row in range(good[0]):
            if value.encoded:
                text = values[row]
                length = ossf_utf8(
                    PyUnicode_DATA(text), <unsigned>PyUnicode_KIND(text), value.length, out
                )
                if length == SIZE_MAX:
                    good[0] = row
                    return _plan.SURROGATE
                value.text, value.length = out, <uint32_t>length
                out += length
            value += self.columns
        return None

    cdef object gather_numbers(
        self, const ossf_column *column, Py_ssize_t at, tuple values, Py_ssize_t *good
    ):
        """Returns the fault of row good[0], or None if all are integers within bounds or null."""
        cdef Py_ssize_t row
        cdef ossf_value *value = self.values + at
        cdef int overflow
        cdef int64_t number
        cdef uint8_t *out = self.memory(<size_t>self.rows * MAX_DIGITS)
        for row in range(self.rows):
            item = values[row]
            value.text, value.length, value.encoded = NULL, 0, 0
            if item is not None:
                if isinstance(item, bool) or not isinstance(item, int):
                    good[0] = row
                    return _plan.NOT_INTEGER
                number = PyLong_AsLongLongAndOverflow(item, &overflow)
                if overflow or not column.minimum <= number <= column.maximum:
                    good[0] = row
                    return _plan.OUT_OF_RANGE
                value.text = out
                value.length = <uint32_t>ossf_decimal(number, out)
                out += value.length
            value += self.columns
        return None


cdef int read_segment(part, ossf_segment *segment) except -1:
    form, rows, validity, first, starts, data, width, _ = part
    segment.form = <ossf_form><int>form
    segment.rows, segment.first, segment.width = rows, first, width
    segment.validity = <const uint8_t *><size_t>validity
    segment.starts = <const void *><size_t>starts
    segment.data = <const void *><size_t>data
    return 0


cdef Rows gather_columns(Job bound, list columns, bint keep_nulls, Py_ssize_t threads):
    """Returns the checked values of all columns that vary."""
    cdef Rows rows = Rows.__new__(Rows)
    cdef Py_ssize_t i, count = bound.job.column_count
    if len(columns) != count or not count:
        raise ValueError("columns: one is needed for each column that varies")
    if count > 1 and len({len(column) for column in columns}) > 1:
        raise ValueError("columns: must be of one length")
    if count > MAX_VARYING:
        raise ColumnError(bound.varying[MAX_VARYING], _plan.TOO_MANY)
    rows.reserve(len(columns[0]), count)
    rows.keep_nulls, rows.threads = keep_nulls, threads
    for i in range(count):
        rows.gather(&bound.columns[i], bound.varying[i], i, columns[i], True)
    return rows


cdef int size_rows(Job bound, Rows rows) except -1:
    rows.ends = <int64_t *>allocate((rows.rows + 1) * sizeof(int64_t))
    if rows.rows < GIL_RELEASE_ROWS:
        measure_urls(&bound.job, rows)
    else:
        with nogil:
            measure_urls(&bound.job, rows)
    return 0


cdef void measure_urls(const ossf_job *job, Rows rows) noexcept nogil:
    ossf_size_rows(
        job, rows.values, <size_t>rows.rows, rows.ends, &rows.longest, &rows.escaped
    )


cdef bytes validity_of(Rows rows):
    """Returns a bitmap of the rows that are not null, or None if all are."""
    cdef Py_ssize_t row
    cdef bytearray bitmap = None
    for row in range(rows.rows):
        if ossf_is_null_row(&rows.values[row * rows.columns], <uint32_t>rows.columns):
            if bitmap is None:
                bitmap = bytearray(b"\xff") * ((rows.rows + 7) // 8)
            bitmap[row // 8] &= ~(1 << row % 8) & 0xff
    return None if bitmap is None else bytes(bitmap)
