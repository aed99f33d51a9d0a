# One row at a time: the compiled engine without what a batch needs.

cdef enum:
    # Rows of up to so many columns are kept on the stack.
    STACK_COLUMNS = 16


def sign_one(Job job not None, value=None, *more):
    return sign_values(job, value, more)


cdef str sign_values(Job job, value, tuple more):
    cdef ossf_value few[STACK_COLUMNS]
    cdef uint8_t digits[STACK_COLUMNS * MAX_DIGITS]
    cdef Py_ssize_t i, count = job.job.column_count
    cdef Rows many = None
    cdef list kept = None  # what converted values point into
    check_bound(job)
    if count != (0 if value is None else 1 + len(more)):
        raise ValueError("value: one is needed for each column that varies")
    if count > MAX_VARYING:
        raise ColumnError(job.varying[MAX_VARYING], _plan.TOO_MANY)
    if count > STACK_COLUMNS:
        many = gather_row(job, (value, *more))
        return sign_row(job, many.values)
    for i in range(count):
        item = more[i - 1] if i else value
        if not read_value(job, i, item, &few[i], &digits[i * MAX_DIGITS]):
            kept = kept or []
            kept.append(convert_value(job, i, item, &few[i]))
    return sign_row(job, few)


cdef bint read_value(
    Job job, Py_ssize_t i, item, ossf_value *value, uint8_t *digits
) except -1:
    """Reads ASCII text in place and writes numbers to `digits`; returns False for all else."""
    cdef const ossf_column *column = &job.columns[i]
    cdef int64_t number
    cdef int overflow
    cdef ossf_fault fault
    value.encoded = 0
    if type(item) is str and column.encoding != OSSF_DECIMAL:
        if not PyUnicode_IS_COMPACT_ASCII(item) or PyUnicode_GET_LENGTH(item) > OSSF_MAX_LENGTH:
            return False
        value.text = <const uint8_t *>PyUnicode_DATA(item)
        value.length = <uint32_t>PyUnicode_GET_LENGTH(item)
    elif type(item) is int and column.encoding == OSSF_DECIMAL:
        number = PyLong_AsLongLongAndOverflow(item, &overflow)
        if overflow or not column.minimum <= number <= column.maximum:
            return False
        value.text = digits
        value.length = <uint32_t>ossf_decimal(number, digits)
    else:
        return False
    fault = ossf_measure(column, value)
    if fault != OSSF_FINE:
        raise ColumnError(job.varying[i], FAULTS[<int>fault])
    return True


cdef Rows convert_value(Job job, Py_ssize_t i, item, ossf_value *value):
    """Points `value` at an item of any kind, in the memory that comes back."""
    cdef Rows converted = Rows.__new__(Rows)
    converted.reserve(1, 1)
    converted.gather(&job.columns[i], job.varying[i], 0, (item,), False)
    value[0] = converted.values[0]
    return converted


cdef Rows gather_row(Job job, tuple items):
    cdef Rows rows = Rows.__new__(Rows)
    cdef Py_ssize_t i
    rows.reserve(1, len(items))
    for i in range(rows.columns):
        rows.gather(&job.columns[i], job.varying[i], i, (items[i],), False)
    return rows


cdef str sign_row(Job job, ossf_value *row):
    cdef int64_t ends[2]
    cdef size_t longest, escaped, size
    cdef uint64_t stack[STACK_WORDS]
    cdef uint8_t *scratch = <uint8_t *>stack
    cdef uint8_t *out
    ossf_size_rows(&job.job, row, 1, ends, &longest, &escaped)
    result = PyUnicode_New(<Py_ssize_t>ends[1], 127)
    out = <uint8_t *>PyUnicode_DATA(result)
    size = ossf_scratch_size(&job.job, 1, longest, escaped)
    if size > STACK_BYTES:
        scratch = <uint8_t *>allocate(size)
    ossf_sign_rows(&job.job, row, 1, &out, scratch, longest)
    if scratch != <uint8_t *>stack:
        free(scratch)
    return result
