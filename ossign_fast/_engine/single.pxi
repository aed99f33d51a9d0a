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


cdef extern from *:
    """
    #include <structmember.h>
    #include <time.h>

    static double ossf_wall_clock(void) {
        struct timespec now;
        timespec_get(&now, TIME_UTC);
        return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
    }

    /* Where a slot of a class with __slots__ lies in its instances; -1 for anything else. */
    static Py_ssize_t ossf_slot(PyObject *descriptor) {
        if (!Py_IS_TYPE(descriptor, &PyMemberDescr_Type)) return -1;
        return ((PyMemberDescrObject *)descriptor)->d_member->offset;
    }

    static PyObject *ossf_slot_of(PyObject *object, Py_ssize_t offset) {
        return *(PyObject **)((char *)object + offset);
    }

    static void ossf_fill_slot(PyObject *object, Py_ssize_t offset, PyObject *value) {
        Py_INCREF(value);
        *(PyObject **)((char *)object + offset) = value;
    }
    """
    double ossf_wall_clock() noexcept
    Py_ssize_t ossf_slot(descriptor) noexcept
    PyObject *ossf_slot_of(object, Py_ssize_t offset) noexcept
    void ossf_fill_slot(object, Py_ssize_t offset, value) noexcept
    object PyType_GenericAlloc(PyTypeObject *, Py_ssize_t)


cdef dict TIME_NAMES = time.__dict__
# What `time.time` is unless somebody has replaced it: then that is asked.
cdef object SYSTEM_TIME = time.time if type(time.time) is type(len) else object()


cdef class Live:
    """A job that signs as long as its second and its credentials last; made by `follow`."""

    cdef Job job
    cdef long long second
    cdef object now, known, credentials
    cdef double ahead
    cdef bint on_system_time

    def __init__(self):
        raise TypeError("made by follow()")

    def __repr__(self):
        return "<Live>"

    cdef Live current(self, owner):
        """Returns this one, or the one that `owner` makes of another second or credentials."""
        cdef long long second
        cdef Live renewed
        if self.on_system_time and TIME_NAMES.get("time") is SYSTEM_TIME:
            second = <long long>(ossf_wall_clock() + self.ahead)
        else:
            second = self.now()
        found = self.known if self.credentials is None else self.credentials()
        if second == self.second and (found is self.known or found == self.known):
            return self
        renewed = owner.renewed(second, found)
        if renewed is None or renewed.job is None:
            raise TypeError("renewed: has to be made by follow()")
        return renewed


def follow(Job job not None, second, now, *, ahead=None, known=None, credentials=None):
    check_bound(job)
    cdef Live live = Live.__new__(Live)
    live.job, live.second, live.now = job, second, now
    live.on_system_time = ahead is not None
    live.ahead = 0 if ahead is None else ahead
    live.known, live.credentials = known, credentials
    return live


cdef enum:
    LINES = 8  # forms of calls that are kept
    SAME = -1  # the column of a word that has to be what it was
    LIFETIME = -2


cdef class Line:
    """One form of calls: what becomes of each of their words, and of the row."""

    cdef Live live
    cdef object first, method, owner, more
    cdef dict roles  # name: (column, type or value)
    cdef tuple headers  # (name, column)
    cdef tuple end  # (lifetime, live, when that ends)
    cdef Py_ssize_t columns


cdef class Lines:
    """What calls that are like those before them need; made by `lines`."""

    cdef list known
    cdef type kind
    cdef Py_ssize_t slots[5]
    cdef object end_at, shown

    def __init__(self):
        raise TypeError("made by lines()")

    def __repr__(self):
        return "<Lines>"

    def learn(
        self, first, dict roles, lifetime, headers, method, owner, Live live not None, more
    ):
        cdef Line line = Line.__new__(Line)
        cdef Line known
        if live.job is None or self.known is None:
            raise TypeError("live and lines: have to be made by follow() and lines()")
        line.columns = live.job.job.column_count
        placed = [column for column, _ in roles.values() if column >= 0]
        shown = [column for _, column in headers]
        if sorted(placed) != list(range(1, line.columns - 1)) or line.columns > STACK_COLUMNS:
            raise ValueError("roles: one is needed for each column between key and lifetime")
        if not set(range(line.columns)).issuperset(shown):
            raise ValueError("headers: have columns of the row")
        line.first, line.roles, line.headers = first, roles, tuple(headers)
        line.end = (lifetime, live, self.end_at(live.second + lifetime))
        line.method, line.owner, line.live, line.more = method, owner, live, more
        others = [
            known for known in self.known if not (known.first == first and known.roles == roles)
        ]
        self.known = [line, *others[: LINES - 1]]

    cdef object call(self, tuple words, dict named):
        """Returns the result of a call, or None if it has to be asked for."""
        cdef Line line
        if len(words) != 3 or type(words[2]) is not str or type(words[1]) is not str:
            return None
        for line in self.known:
            if len(line.roles) == len(named) and (
                line.first is words[1] or line.first == words[1]
            ):
                result = self.result(line, words[2], named)
                if result is not None:
                    return result
        return None

    cdef object result(self, Line line, str key, dict named):
        cdef ossf_value row[STACK_COLUMNS]
        cdef uint8_t digits[STACK_COLUMNS * MAX_DIGITS]
        cdef PyObject *values[STACK_COLUMNS]
        cdef PyObject *name
        cdef PyObject *word
        cdef Py_ssize_t i, column, at = 0
        cdef tuple end = line.end, pair
        cdef Live live
        cdef list converted = None
        lifetime = end[0]
        while PyDict_Next(named, &at, &name, &word):
            pair = line.roles.get(<object>name)
            if pair is None:
                return None
            column, wanted, value = <Py_ssize_t>pair[0], pair[1], <object>word
            if column == SAME:
                if value is not wanted and (type(value) is not str or value != wanted):
                    return None
            elif type(value) is not wanted:
                return None
            elif column == LIFETIME:
                lifetime = value
            else:
                values[column] = word
        live = line.live  # held here, as another thread may renew that of the line meanwhile
        live = live.current(line.owner)
        line.live = live
        if live.job.job.column_count != <uint32_t>line.columns:
            raise ValueError("live: has to be of the same columns")
        values[0], values[line.columns - 1] = <PyObject *>key, <PyObject *>lifetime
        for i in range(line.columns):
            value = <object>values[i]
            if not read_value(live.job, i, value, &row[i], &digits[i * MAX_DIGITS]):
                converted = converted or []
                converted.append(convert_value(live.job, i, value, &row[i]))
        url = sign_row(live.job, row)
        if end[1] is not live or (lifetime is not end[0] and lifetime != end[0]):
            end = line.end = (lifetime, live, self.end_at(live.second + lifetime))
        headers = {}
        for pair in line.headers:
            value = <object>values[<Py_ssize_t>pair[1]]
            headers[pair[0]] = value if is_shown(value) else self.shown(str(value))
        result = PyType_GenericAlloc(<PyTypeObject *>self.kind, 0)
        ossf_fill_slot(result, self.slots[0], line.method)
        ossf_fill_slot(result, self.slots[1], url)
        ossf_fill_slot(result, self.slots[2], end[2])
        ossf_fill_slot(result, self.slots[3], headers)
        ossf_fill_slot(result, self.slots[4], line.more)
        return result


def lines(kind, slots, end_at, shown):
    cdef Lines made = Lines.__new__(Lines)
    cdef Py_ssize_t i
    if len(slots) != 5:
        raise ValueError("slots: a result has five")
    for i in range(5):
        made.slots[i] = ossf_slot(kind.__dict__[slots[i]])
        if made.slots[i] < 0:
            raise ValueError("slots: have to be those of the class")
    made.known, made.kind, made.end_at, made.shown = [], kind, end_at, shown
    return made


def recalling(function):
    def recalled(*words, **named):
        try:
            known = words[0]._recalled if words else None
            result = (<Lines>known).call(words, named) if type(known) is Lines else None
        except CredentialsError as error:
            raise without_frames(error)
        except TOLD:
            result = None
        return function(*words, **named) if result is None else result

    return wraps(function)(recalled)


def following(function):
    def url(self, key=None, values=None):
        if values is None:
            try:
                live = self._recalled
                if type(live) is Live:
                    return sign_values((<Live>live).current(self).job, key, ())
            except CredentialsError as error:
                raise without_frames(error)
            except TOLD:
                pass
        return function(self, key, values)

    return wraps(function)(url)


cdef bint is_shown(value):
    """Returns whether the client sends a value as it is: ASCII without blanks at its ends."""
    cdef const uint8_t *text
    cdef Py_ssize_t length
    if type(value) is not str or not PyUnicode_IS_COMPACT_ASCII(value):
        return False
    text, length = <const uint8_t *>PyUnicode_DATA(value), PyUnicode_GET_LENGTH(value)
    return length > 0 and not is_blank(text[0]) and not is_blank(text[length - 1])


cdef bint is_blank(uint8_t character) noexcept:
    return character == 32 or character == 9
