cdef class Rows:
    """The values of a batch: [rows][columns] pointers, and the memory behind those that are converted."""

    cdef ossf_value *values
    cdef Py_ssize_t rows, columns
    cdef list kept  # keeps alive what the pointers point into
    cdef uint8_t **converted
    cdef Py_ssize_t conversions

    def __dealloc__(self):
        cdef Py_ssize_t i
        for i in range(self.conversions):
            free(self.converted[i])
        free(self.converted)
        free(self.values)

    cdef int reserve(self, Py_ssize_t rows, Py_ssize_t columns) except -1:
        self.rows, self.columns = rows, columns
        self.kept = []
        self.values = <ossf_value *>allocate(rows * columns * sizeof(ossf_value))
        self.converted = <uint8_t **>allocate(columns * sizeof(uint8_t *))
        return 0

    cdef uint8_t *memory(self, size_t size) except NULL:
        cdef uint8_t *block = <uint8_t *>allocate(size)
        self.converted[self.conversions] = block
        self.conversions += 1
        return block

    cdef int gather(
        self, const ossf_column *column, int32_t name, Py_ssize_t at, tuple sequence, bint in_batch
    ) except -1:
        """Points column `at` at the values of `sequence` and checks them; the first bad row is told.

        Args:
            column: Its rules.
            name: Its index in the plan, for errors.
            at: Its index among the columns of these rows.
            sequence: One value for each row.
            in_batch: Whether errors tell the row.
        """
        cdef Py_ssize_t row, good = self.rows
        cdef ossf_fault checked = OSSF_FINE
        fault = None
        self.kept.append(sequence)
        if column.encoding == OSSF_DECIMAL:
            fault = self.gather_numbers(column, at, sequence, &good)
        else:
            fault = self.gather_texts(at, sequence, &good)
        with nogil:
            for row in range(good):
                checked = ossf_measure(column, &self.values[row * self.columns + at])
                if checked != OSSF_FINE:
                    good = row
                    break
        if checked != OSSF_FINE:
            fault = FAULTS[<int>checked]
        if fault is not None:
            raise ColumnError(name, fault, good if in_batch else None)
        return 0

    cdef object gather_texts(self, Py_ssize_t at, tuple sequence, Py_ssize_t *good):
        """Returns the fault of row good[0], or None if all rows are text."""
        cdef Py_ssize_t row
        cdef size_t kind, others = 0
        cdef ossf_value *value = self.values + at
        fault = None
        for row in range(self.rows):
            text = sequence[row]
            if not isinstance(text, str):
                fault, good[0] = _plan.NOT_TEXT, row
                break
            if PyUnicode_GET_LENGTH(text) > MAX_LENGTH:
                fault, good[0] = _plan.TOO_LONG, row
                break
            value.length = <uint32_t>PyUnicode_GET_LENGTH(text)
            if PyUnicode_IS_COMPACT_ASCII(text):
                value.text = <const uint8_t *>PyUnicode_DATA(text)
            else:
                kind = <size_t>PyUnicode_KIND(text)
                value.text = NULL
                others += (4 if kind == 4 else kind + 1) * value.length + 1
            value += self.columns
        if others:
            fault = self.convert_texts(at, sequence, good, others) or fault
        return fault

    cdef object convert_texts(self, Py_ssize_t at, tuple sequence, Py_ssize_t *good, size_t size):
        """Writes the texts that are not ASCII as UTF-8; returns the fault of row good[0], or None."""
        cdef Py_ssize_t row
        cdef size_t length
        cdef ossf_value *value = self.values + at
        cdef uint8_t *out = self.memory(size)
        for row in range(good[0]):
            if value.text == NULL:
                text = sequence[row]
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
        self, const ossf_column *column, Py_ssize_t at, tuple sequence, Py_ssize_t *good
    ):
        """Returns the fault of row good[0], or None if all rows are integers within bounds."""
        cdef Py_ssize_t row
        cdef ossf_value *value = self.values + at
        cdef uint8_t *out = self.memory(<size_t>self.rows * MAX_DIGITS)
        for row in range(self.rows):
            item = sequence[row]
            if isinstance(item, bool) or not isinstance(item, int):
                good[0] = row
                return _plan.NOT_INTEGER
            if not column.minimum <= item <= column.maximum:
                good[0] = row
                return _plan.OUT_OF_RANGE
            value.text = out
            value.length = <uint32_t>ossf_decimal(item, out)
            out += value.length
            value += self.columns
        return None


cdef Rows gather_columns(Job bound, columns):
    """Returns the checked values of all columns that vary."""
    cdef Rows rows = Rows.__new__(Rows)
    cdef Py_ssize_t i, count = bound.job.column_count
    if len(columns) != count or not count:
        raise ValueError("columns: one is needed for each column that varies")
    sequences = [tuple(column) for column in columns]
    if len({len(sequence) for sequence in sequences}) > 1:
        raise ValueError("columns: must be of one length")
    rows.reserve(len(sequences[0]), count)
    for i in range(count):
        rows.gather(&bound.columns[i], bound.varying[i], i, sequences[i], True)
    return rows


cdef class Sizes:
    """What signing the rows of a batch takes: the end of each URL and the scratch memory of a chunk."""

    cdef int64_t *ends  # rows + 1, the first is 0
    cdef size_t longest, escaped

    def __dealloc__(self):
        free(self.ends)


cdef Sizes size_rows(Job bound, Rows rows):
    cdef Sizes sizes = Sizes.__new__(Sizes)
    sizes.ends = <int64_t *>allocate((rows.rows + 1) * sizeof(int64_t))
    with nogil:
        ossf_size_rows(
            &bound.job, rows.values, <size_t>rows.rows, sizes.ends, &sizes.longest, &sizes.escaped
        )
    return sizes
