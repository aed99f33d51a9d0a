# Calls that are like those before them, as `recall.py` describes them.

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
    cdef dict roles, beside
    cdef Py_ssize_t count  # of the columns in roles
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

    cdef str sign(self, owner, key, dict values):
        """Returns the text of a row of a key and values by name, or None where it cannot."""
        cdef list row = [None] * self.count
        cdef tuple role
        cdef Py_ssize_t at
        if len(values) != self.count or type(key) is not str:
            return None
        for name, value in values.items():
            role = self.roles.get(name)
            if role is None or value is None:
                return None
            at = role[0]
            if not 0 <= at < self.count or row[at] is not None:
                return None
            row[at] = written(role, value) if type(value) is role[1] else role[3](value)
        return sign_values(self.current(owner).job, key, PyList_AsTuple(row))


cdef inline object written(tuple role, value):
    """Returns what becomes of a value of the type of its role."""
    plain = role[2]
    if type(plain) is frozenset:
        return value if value in <frozenset>plain else role[3](value)
    return value if plain is True or (plain is not False and plain(value)) else role[3](value)


def follow(
    Job job not None, second, now, *, ahead=None, known=None, credentials=None, roles=None,
    beside=None,
):
    check_bound(job)
    cdef Live live = Live.__new__(Live)
    live.job, live.second, live.now = job, second, now
    live.on_system_time = ahead is not None
    live.ahead = 0 if ahead is None else ahead
    live.known, live.credentials = known, credentials
    live.roles, live.beside = roles or {}, beside or {}
    live.count = len({role[0] for role in live.roles.values()})
    return live


cdef enum:
    LINES = 16  # forms of calls that are kept
    PLACES = 2 * STACK_COLUMNS  # for the words of a call
    LONGEST_SENT = 1 << 20  # of text that nobody has to look at
    SAME = -1  # the place of a word that has to be what it was
    LIFETIME = -2
    SECOND = -3
    NAMES = -4


cdef class Line:
    """One form of calls: what becomes of each of their words, and of the row."""

    cdef Live live
    cdef object first, method, owner
    cdef dict roles
    cdef tuple of_lifetime, of_second  # these roles, or None
    cdef tuple headers, others  # (name, place, text)
    cdef dict same_others  # what these come to if none has a place
    cdef tuple end  # (lifetime, live, when that ends)
    cdef Py_ssize_t columns, places
    cdef bint has_key, has_lifetime, is_plain


cdef class Lines:
    """What calls that are like those before them need; made by `lines`."""

    cdef list known
    cdef object kind
    cdef Py_ssize_t slots[5]
    cdef object name, end_at, shown, key
    cdef frozenset optional
    cdef tuple rest  # other slots and their values
    cdef bint has_lists

    def __init__(self):
        raise TypeError("made by lines()")

    def __repr__(self):
        return "<Lines>"

    def learn(
        self, first, dict roles, Live live not None, owner, *, headers, others, has_key,
        lifetime=None, method=None,
    ):
        cdef Line line = Line.__new__(Line)
        cdef Line known
        if live.job is None or self.known is None:
            raise TypeError("live and lines: have to be made by follow() and lines()")
        line.first, line.roles, line.live = first, roles, live
        line.method, line.owner = method, owner
        line.headers, line.others = tuple(headers), tuple(others)
        line.columns, line.has_key = live.job.job.column_count, has_key
        line.has_lifetime = lifetime is not None
        if not check_places(line):
            return
        if all([place == SAME for _, place, _ in line.others]):
            line.same_others = {name: text for name, _, text in line.others}
        until = None if lifetime is None else self.end_at(live.second + lifetime)
        line.end = lifetime, live, until
        others = [
            known for known in self.known if not (known.first == first and known.roles == roles)
        ]
        self.known = [line, *others[: LINES - 1]]

    def forget(self):
        self.known = []

    cdef object call(self, tuple words, dict named):
        """Returns the result of a call, or None if it has to be asked for."""
        cdef Line line
        key = None
        if self.known is None or not 2 <= len(words) <= 3 or type(words[1]) is not str:
            return None
        if len(words) == 3:
            key = words[2]
        elif self.key in named:
            key = named[self.key]
        if self.has_lists:
            key = few_texts(key)
            if key is None or not 0 < len(<list>key) <= FEW or not is_plain_path((<list>key)[0]):
                return None
        elif type(key) is not str and (len(words) == 3 or self.key in named):
            return None
        for line in self.known:
            if len(line.roles) <= len(named) and line.has_key == (key is not None) and (
                line.first is words[1] or line.first == words[1]
            ):
                result = self.result(line, words, key, named)
                if result is not None:
                    return result
        return None

    cdef object result(self, Line line, tuple words, key, dict named):
        cdef PyObject *values[PLACES + 2]  # the last are those of LIFETIME and SECOND
        cdef ossf_value row[STACK_COLUMNS]
        cdef uint8_t digits[STACK_COLUMNS * MAX_DIGITS]
        cdef Py_ssize_t i
        cdef Live live
        cdef list converted = None
        cdef list held = None if line.is_plain else []
        values[PLACES] = values[PLACES + 1] = NULL
        if not self.match(line, named, values, held, len(words) == 2):
            return None
        if values[PLACES + 1] != NULL:
            live = line.of_second[3](<object>values[PLACES + 1])
        else:
            live = line.live  # held here, as another thread may renew that of the line meanwhile
            live = live.current(line.owner)
            line.live = live
        if live is None or live.job.job.column_count != <uint32_t>line.columns:
            raise ValueError("live: has to be of the same columns")
        lifetime = line.end[0]
        if values[PLACES] != NULL:
            lifetime = <object>values[PLACES]
            if line.of_lifetime[2] is not True:
                lifetime = line.of_lifetime[3](lifetime, live.second)
        if line.has_lifetime:
            values[line.columns - 1] = <PyObject *>lifetime
        if line.has_key:
            values[0] = <PyObject *>key
        if self.has_lists:
            return self.batch(line, live, lifetime, key, values)
        for i in range(line.columns):
            value = <object>values[i]
            if not read_value(live.job, i, value, &row[i], &digits[i * MAX_DIGITS]):
                converted = converted or []
                converted.append(convert_value(live.job, i, value, &row[i]))
        text = sign_row(live.job, row)
        headers = self.sent(line.headers, values)
        others = line.same_others
        if others is None:
            others = self.sent(line.others, values)
        if self.kind is not None:
            return self.made(line, live, lifetime, text, headers, others)
        headers.update(others)
        headers.update(live.beside)
        headers[self.name] = text
        return headers

    cdef bint match(
        self, Line line, dict named, PyObject **values, list held, bint is_key_named
    ) except -1:
        """Lays out the words of a call; returns False if it is of another form.

        What `values` point to is held by `named`, and by `held`.
        """
        cdef PyObject *name
        cdef PyObject *word
        cdef Py_ssize_t at = 0, matched = 0
        while PyDict_Next(named, &at, &name, &word):
            if type(<object>name) is not str:
                return False
            role = line.roles.get(<object>name)
            if role is not None:
                if not match_word(line, <tuple>role, <object>word, values, held):
                    return False
                matched += 1
            elif <object>word is None:
                if <object>name not in self.optional:
                    return False
            elif not is_key_named or <object>name != self.key:
                return False
        return matched == len(line.roles)

    cdef dict sent(self, tuple headers, PyObject **values):
        """Returns headers as they are sent."""
        cdef Py_ssize_t place
        cdef tuple header
        cdef dict found = {}
        for header in headers:
            place = header[1]
            value = header[2] if place == SAME else <object>values[place]
            found[header[0]] = value if is_sent(value) else self.shown(str(value))
        return found

    cdef object batch(self, Line line, Live live, lifetime, list keys, PyObject **values):
        cdef list columns = [keys]
        cdef Py_ssize_t i
        for i in range(1, line.columns):
            columns.append([<object>values[i]] * len(keys))
        rows = checked_rows(live.job, columns, False)
        if not rows.fixed:
            return None
        headers, others = self.sent(line.headers, values), line.same_others
        if others is None:
            others = self.sent(line.others, values)
        return self.made(line, live, lifetime, rows, headers, others)

    cdef object made(self, Line line, Live live, lifetime, text, headers, others):
        cdef tuple end = line.end, pair
        if end[1] is not live or (lifetime is not end[0] and lifetime != end[0]):
            end = line.end = lifetime, live, self.end_at(live.second + lifetime)
        result = PyType_GenericAlloc(<PyTypeObject *>self.kind, 0)
        ossf_fill_slot(result, self.slots[0], line.method)
        ossf_fill_slot(result, self.slots[1], text)
        ossf_fill_slot(result, self.slots[2], end[2])
        ossf_fill_slot(result, self.slots[3], headers)
        ossf_fill_slot(result, self.slots[4], others)
        for pair in self.rest:
            ossf_fill_slot(result, <Py_ssize_t>pair[0], pair[1])
        return result


cdef bint check_places(Line line) except -1:
    """Makes sure that one word fills each place; returns False if there are too many."""
    cdef list placed = []
    cdef tuple role
    line.is_plain = True
    if "key" in line.roles or "keys" in line.roles:
        raise ValueError("roles: the key has none")
    for name, role in line.roles.items():
        check_role(line, name, role, placed)
    placed.sort()
    row = list(range(line.has_key, line.columns - line.has_lifetime))
    line.places = line.columns + len(placed) - len(row)
    if placed != row + list(range(line.columns, line.places)):
        raise ValueError("roles: one is needed for each column between key and lifetime")
    for name, place, text in (*line.headers, *line.others):
        if not SAME <= place < line.places or (place == SAME) != (text is not None):
            raise ValueError("headers: have either a place or a text")
    return line.columns <= STACK_COLUMNS and line.places <= PLACES


cdef int check_role(Line line, name, tuple role, list placed) except -1:
    if type(name) is not str:
        raise ValueError("roles: have names that are text")
    if role[0] == LIFETIME and line.has_lifetime:
        line.of_lifetime = role
    elif role[0] == SECOND:
        line.of_second = role
    elif role[0] == NAMES:
        line.is_plain = False
        for inner, inside in role[2]:
            check_role(line, inner, inside, placed)
    elif role[0] >= 0:
        placed.append(role[0])
        line.is_plain = line.is_plain and role[2] is True and role[0] < line.columns
    elif role[0] != SAME:
        raise ValueError("roles: have no such place")
    return 0


cdef bint match_word(Line line, tuple role, value, PyObject **values, list held) except -1:
    cdef Py_ssize_t place = role[0]
    wanted = role[1]
    if place == SAME:
        return value is wanted or (
            type(value) is str and type(wanted) is str and value == wanted
        )
    if type(value) is not wanted:
        return False
    if place == NAMES:
        return match_names(line, role[2], value, values, held)
    if place < 0:
        values[PLACES + LIFETIME - place] = <PyObject *>value
        return True
    text = written(role, value)
    if place >= line.columns and text is value and not is_sent(value):
        text = role[3](value)
    if text is not value:
        held.append(text)
    values[place] = <PyObject *>text
    return True


cdef bint match_names(
    Line line, tuple roles, dict value, PyObject **values, list held
) except -1:
    cdef PyObject *name
    cdef PyObject *word
    cdef Py_ssize_t at = 0, i = 0
    cdef dict given = value.copy()  # that of the caller may change meanwhile
    cdef tuple pair
    held.append(given)
    if len(given) != len(roles):
        return False
    while PyDict_Next(given, &at, &name, &word):
        pair = roles[i]
        if type(<object>name) is not str or <object>name != pair[0]:
            return False
        if not match_word(line, pair[1], <object>word, values, held):
            return False
        i += 1
    return True


def lines(kind, slots, end_at, shown, optional, rest=None):
    cdef Lines made = Lines.__new__(Lines)
    cdef Py_ssize_t i
    if len(slots) != (1 if kind is None else 5):
        raise ValueError("slots: a result has five, and headers are one")
    for i in range(len(slots) if kind is not None else 0):
        made.slots[i] = ossf_slot(kind.__dict__[slots[i]])
        if made.slots[i] < 0:
            raise ValueError("slots: have to be those of the class")
    made.known, made.kind, made.end_at, made.shown = [], kind, end_at, shown
    made.name, made.optional = slots[0], optional
    made.has_lists, made.key = rest is not None, "key" if rest is None else "keys"
    made.rest = tuple(
        [(ossf_slot(kind.__dict__[name]), value) for name, value in (rest or {}).items()]
    )
    if any([slot < 0 for slot, _ in made.rest]):
        raise ValueError("rest: has to be of slots of the class")
    return made


def recalling(place):
    def decorate(function):
        def recalled(*words, **named):
            try:
                known = getattr(words[0], place) if words else None
                result = (<Lines>known).call(words, named) if type(known) is Lines else None
            except CredentialsError as error:
                raise without_frames(error)
            except TOLD:
                result = None
            return function(*words, **named) if result is None else result

        return wraps(function)(recalled)

    return decorate


def following(function):
    def url(self, key=None, values=None):
        try:
            live = self._recalled
            if type(live) is Live:
                if values is None:
                    return sign_values((<Live>live).current(self).job, key, ())
                if type(values) is dict:
                    result = (<Live>live).sign(self, key, values)
                    if result is not None:
                        return result
        except CredentialsError as error:
            raise without_frames(error)
        except TOLD:
            pass
        return function(self, key, values)

    return wraps(function)(url)


cdef bint is_sent(value):
    """Returns whether a header is sent as it is: printable ASCII without blanks at its ends."""
    cdef const uint8_t *text
    cdef Py_ssize_t i, length
    if type(value) is not str or not PyUnicode_IS_COMPACT_ASCII(value):
        return False
    text, length = <const uint8_t *>PyUnicode_DATA(value), PyUnicode_GET_LENGTH(value)
    if not 0 < length <= LONGEST_SENT or text[0] == 32 or text[length - 1] == 32:
        return False
    for i in range(length):
        if text[i] < 32 or text[i] > 126:
            return False
    return True
