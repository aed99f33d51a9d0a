# cython: language_level=3, boundscheck=False, wraparound=False, embedsignature=False
"""The compiled way to grant many URLs that are like one which the plain verifier granted.

It can grant, and nothing else. What is not exactly like a URL that was granted, but for the path,
the time of day and the signature, or has another signature than it must have, or is not in time, is
left to the plain verifier, which alone refuses and whose errors are the only ones. So this could
grant too little at no harm; that it never grants too much is what the tests compare.

It reads URLs with C of its own (`native/match.c`). Only SHA-256 and HMAC are not its own: whoever
makes a `Judge` hands them over, so that nothing is imported of the engine that the verifier judges.
"""

from array import array
from datetime import timedelta
from types import MemberDescriptorType

from cpython.bytearray cimport PyByteArray_AS_STRING
from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_GET_SIZE
from cpython.object cimport PyObject
from cpython.ref cimport Py_INCREF
from cpython.tuple cimport PyTuple_CheckExact
from cpython.unicode cimport PyUnicode_CheckExact, PyUnicode_DecodeUTF8
from libc.stdint cimport int32_t, int64_t, uint8_t
from libc.stdlib cimport free, malloc

cdef extern from "match.h" nogil:
    enum:
        OSSV_DIGEST
    ctypedef struct ossv_text:
        const uint8_t *text
        size_t length
    ctypedef struct ossv_pattern:
        ossv_text origin, before, after
        ossv_text canonical[3]
        ossv_text preamble[2]
    ctypedef struct ossv_match:
        ossv_text path
        int32_t second
    bint ossv_match_url(const ossv_pattern *, const uint8_t *url, size_t length, ossv_match *)
    size_t ossv_canonical_size(const ossv_pattern *, const ossv_match *)
    uint8_t *ossv_write_canonical(const ossv_pattern *, const ossv_match *, uint8_t *out)
    size_t ossv_text_size(const ossv_pattern *)
    uint8_t *ossv_write_text(const ossv_pattern *, const ossv_match *, const uint8_t *digest,
                             uint8_t *out)
    size_t ossv_decode_key(const ossv_match *, uint8_t *out)
    bint ossv_is_signed(const ossv_match *, const uint8_t *digest)

cdef extern from "Python.h":
    bint PyUnicode_IS_COMPACT_ASCII(object)
    void *PyUnicode_DATA(object)
    Py_ssize_t PyUnicode_GET_LENGTH(object)
    ctypedef struct PyMemberDef:
        Py_ssize_t offset
    ctypedef struct PyMemberDescrObject:
        PyMemberDef *d_member
    object PyType_GenericAlloc(type, Py_ssize_t)
    void PyObject_GC_UnTrack(void *)

cdef extern from *:
    const unsigned long long OSSF_SOURCES, OSSF_ENGINE  # macros of the build

# What this was built from, and what the engine was that was built beside it.
SOURCES, ENGINE_SOURCES = OSSF_SOURCES, OSSF_ENGINE

cdef enum:
    # Rows of one call of `grant`.
    MOST_ROWS = 1024
    END = -1

MAX_ROWS = MOST_ROWS


cdef class Slots:
    """Where the fields of a class with slots lie in its instances."""

    cdef type kind
    cdef Py_ssize_t *offsets
    cdef dict places

    def __cinit__(self, type kind):
        cdef Py_ssize_t place
        names = kind.__slots__
        self.kind, self.places = kind, {name: place for place, name in enumerate(names)}
        self.offsets = <Py_ssize_t *>malloc(len(names) * sizeof(Py_ssize_t))
        if self.offsets == NULL:
            raise MemoryError()
        for place in range(len(names)):
            slot = getattr(kind, names[place])
            if type(slot) is not MemberDescriptorType:
                raise TypeError(f"{kind.__name__}: its fields must be slots")
            self.offsets[place] = (<PyMemberDescrObject *>slot).d_member.offset

    def __dealloc__(self):
        free(self.offsets)

    cdef object new(self, list values):
        """Returns an instance that holds `values`, which is as good as frozen.

        They are text, numbers, times and tuples of these, so it can be part of no cycle; the
        collector, which would look at a million of them again and again, need not know of it.
        """
        cdef object made = PyType_GenericAlloc(self.kind, 0)
        cdef Py_ssize_t place
        for place in range(len(values)):
            value = values[place]
            Py_INCREF(value)
            (<PyObject **>(<char *><PyObject *>made + self.offsets[place]))[0] = <PyObject *>value
        PyObject_GC_UnTrack(<void *><PyObject *>made)
        return made


cdef class Pattern:
    """A granted request but for its path, its time of day and its signature."""

    cdef ossv_pattern texts
    cdef list kept  # what `texts` points into
    cdef str method
    cdef bytes signing_key
    cdef list values
    cdef object midnight, lifetime
    cdef int64_t midnight_epoch, lifetime_seconds
    # The last times that were made, which the next row may share.
    cdef int32_t second
    cdef object signing_time, expiration
    # The rows of a call that match, as a list through `next_row`.
    cdef int32_t first_row, row_count

    cdef ossv_text keep(self, str text) except *:
        cdef bytes held = text.encode("utf-8", "surrogateescape")
        cdef ossv_text kept
        self.kept.append(held)
        kept.text = <const uint8_t *>PyBytes_AS_STRING(held)
        kept.length = <size_t>PyBytes_GET_SIZE(held)
        return kept

    cdef int set_times(self, int32_t second) except -1:
        if second != self.second:
            self.signing_time = self.midnight + timedelta(0, second)
            self.expiration = self.signing_time + self.lifetime
            self.second = second
        return 0


cdef bytes checked(bytes digests, Py_ssize_t count):
    if digests is None or len(digests) != count * OSSV_DIGEST:
        raise ValueError("digests: one is needed for each message")
    return digests


cdef class Judge:
    """Grants what is like requests that it was told of, for one call of `verify_many`."""

    cdef object sha256_many, hmac_sha256_many
    cdef Slots verified
    cdef Py_ssize_t key, signing_time, expiration  # places of these fields
    cdef double now, latest
    cdef size_t longest
    cdef list patterns
    cdef bytearray scratch
    cdef object ends
    cdef int64_t[::1] end
    cdef ossv_match *matches
    cdef int32_t *next_row

    def __init__(self, sha256_many, hmac_sha256_many, *, type verified, now, latest, longest):
        """Begins a call.

        Args:
            sha256_many: Returns the digests of messages in a buffer, given their ends in another.
            hmac_sha256_many: The same for HMAC, its key first.
            verified: The class of what is granted.
            now: Epoch seconds.
            latest: The latest signing time.
            longest: The length of the longest URL.
        """
        self.sha256_many, self.hmac_sha256_many = sha256_many, hmac_sha256_many
        self.verified, self.now, self.latest, self.longest = Slots(verified), now, latest, longest
        places = self.verified.places
        self.key, self.signing_time = places["key"], places["signing_time"]
        self.expiration = places["expiration"]
        self.patterns, self.scratch = [], bytearray()
        self.ends = memoryview(array("q", bytes(8 * (MOST_ROWS + 1))))
        self.end = self.ends
        self.matches = <ossv_match *>malloc(MOST_ROWS * sizeof(ossv_match))
        self.next_row = <int32_t *>malloc(MOST_ROWS * sizeof(int32_t))
        if self.matches == NULL or self.next_row == NULL:
            raise MemoryError()

    def __dealloc__(self):
        free(self.matches)
        free(self.next_row)

    def forget(self):
        """Forgets all patterns."""
        self.patterns.clear()

    def learn(self, method, origin, before, after, pattern):
        """Takes a granted request for a pattern.

        Args:
            method: The HTTP method.
            origin: Scheme and host of its URL.
            before: What follows the path, up to the day of the signing time.
            after: What lies between the signing time and the signature.
            pattern: Texts, key and fields, as `many.py` has them.
        """
        cdef Pattern learnt = Pattern.__new__(Pattern)
        learnt.kept, learnt.method, learnt.second = [], method, END
        learnt.texts.origin = learnt.keep(origin)
        learnt.texts.before, learnt.texts.after = learnt.keep(before), learnt.keep(after)
        for i in range(3):
            learnt.texts.canonical[i] = learnt.keep(pattern.canonical[i])
        for i in range(2):
            learnt.texts.preamble[i] = learnt.keep(pattern.preamble[i])
        learnt.signing_key = pattern.signing_key.raw
        learnt.values = [pattern.fields[name] for name in self.verified.places]
        signed = pattern.fields["signing_time"]
        learnt.midnight = signed.replace(hour=0, minute=0, second=0)
        learnt.midnight_epoch = int(learnt.midnight.timestamp())
        learnt.lifetime_seconds = pattern.lifetime
        learnt.lifetime = timedelta(0, pattern.lifetime)
        self.patterns.insert(0, learnt)

    def grant(self, list requests, rows, method, list answers):
        """Puts what is granted into `answers`; returns the rows that are left to others.

        Args:
            requests: URLs, or tuples of method, URL and headers; at most MAX_ROWS.
            rows: Which of them to look at.
            method: The HTTP method of those that are a URL alone, or None.
            answers: One for each request, None so far; still None where nothing is granted.
        """
        cdef Pattern pattern
        cdef Py_ssize_t from_digest = 0
        cdef bytes digests
        if len(requests) > MOST_ROWS or len(answers) != len(requests):
            raise ValueError(f"requests: must be up to {MOST_ROWS}, and as many as answers")
        cdef list found = self.match(requests, rows, method)
        if found:
            digests = self.hash(found)
            for pattern in found:
                self.grant_alike(
                    pattern, <const uint8_t *>PyBytes_AS_STRING(digests) + from_digest, answers
                )
                from_digest += pattern.row_count * OSSV_DIGEST
        return [row for row in rows if answers[row] is None]

    cdef list match(self, list requests, rows, method):
        """Lists the rows of each pattern that has some; returns these patterns."""
        cdef Pattern pattern, last = None
        cdef list found = []
        cdef Py_ssize_t row
        for pattern in self.patterns:
            pattern.first_row, pattern.row_count = END, 0
        for row in rows:
            if not 0 <= row < len(requests):
                raise IndexError("rows: must be of the requests")
            request, verb = requests[row], method
            if PyTuple_CheckExact(request) and (
                len(request) == 2 or (len(request) == 3 and request[2] is None)
            ):
                verb, request = request[0], request[1]
            if not (PyUnicode_CheckExact(request) and PyUnicode_CheckExact(verb)):
                continue
            if last is None or not self.is_alike(last, request, verb, row):
                last = self.find(request, verb, row)
                if last is None:
                    continue
            if last.row_count == 0:
                found.append(last)
            self.next_row[row] = last.first_row
            last.first_row = <int32_t>row
            last.row_count += 1
        return found

    cdef Pattern find(self, url, method, Py_ssize_t row):
        cdef Pattern pattern
        for pattern in self.patterns:
            if self.is_alike(pattern, url, method, row):
                return pattern
        return None

    cdef bint is_alike(self, Pattern pattern, url, method, Py_ssize_t row) except -1:
        """Returns whether the URL of a row is of the pattern, and in time."""
        cdef size_t length = <size_t>PyUnicode_GET_LENGTH(url)
        cdef ossv_match *match = &self.matches[row]
        cdef int64_t signed
        if not PyUnicode_IS_COMPACT_ASCII(url) or length > self.longest:
            return False
        if not ossv_match_url(
            &pattern.texts, <const uint8_t *>PyUnicode_DATA(url), length, match
        ):
            return False
        signed = pattern.midnight_epoch + match.second
        if signed > self.latest or self.now > signed + pattern.lifetime_seconds:
            return False
        return <bint>(<str>method == pattern.method)

    cdef bytes hash(self, list found):
        """Returns the digests of the canonical requests, pattern by pattern."""
        cdef Pattern pattern
        cdef Py_ssize_t count = 0
        cdef int32_t row
        cdef uint8_t *out
        for pattern in found:
            row = pattern.first_row
            while row != END:
                self.end[count + 1] = self.end[count] + <int64_t>ossv_canonical_size(
                    &pattern.texts, &self.matches[row]
                )
                count += 1
                row = self.next_row[row]
        out = self.room(<size_t>self.end[count])
        for pattern in found:
            row = pattern.first_row
            while row != END:
                out = ossv_write_canonical(&pattern.texts, &self.matches[row], out)
                row = self.next_row[row]
        return checked(self.sha256_many(self.scratch, self.ends[: count + 1]), count)

    cdef int grant_alike(self, Pattern pattern, const uint8_t *digest, list answers) except -1:
        """Grants those rows of a pattern whose signature is right, given their digests."""
        cdef size_t size = ossv_text_size(&pattern.texts)
        cdef uint8_t *out = self.room(max(<size_t>pattern.row_count * size, self.longest))
        cdef int32_t row = pattern.first_row
        cdef Py_ssize_t count = 0
        cdef bytes signatures
        cdef const uint8_t *signature
        while row != END:
            out = ossv_write_text(&pattern.texts, &self.matches[row], digest, out)
            self.end[count + 1] = self.end[count] + <int64_t>size
            digest += OSSV_DIGEST
            count += 1
            row = self.next_row[row]
        ends = self.ends[: count + 1]
        signatures = checked(
            self.hmac_sha256_many(pattern.signing_key, self.scratch, ends), count
        )
        signature = <const uint8_t *>PyBytes_AS_STRING(signatures)
        row = pattern.first_row
        while row != END:
            if ossv_is_signed(&self.matches[row], signature):
                answers[row] = self.granted(pattern, &self.matches[row])
            signature += OSSV_DIGEST
            row = self.next_row[row]
        return 0

    cdef object granted(self, Pattern pattern, const ossv_match *match):
        """Returns what a request grants; None if its key is not UTF-8."""
        # What was hashed is done with, and longer than any key.
        cdef char *text = <char *>PyByteArray_AS_STRING(self.scratch)
        cdef size_t length = ossv_decode_key(match, <uint8_t *>text)
        try:
            key = PyUnicode_DecodeUTF8(text, <Py_ssize_t>length, NULL)
        except UnicodeDecodeError:
            return None
        pattern.set_times(match.second)
        pattern.values[self.key] = key if length else None
        pattern.values[self.signing_time] = pattern.signing_time
        pattern.values[self.expiration] = pattern.expiration
        return self.verified.new(pattern.values)

    cdef uint8_t *room(self, size_t size) except NULL:
        if <size_t>len(self.scratch) < size:
            self.scratch = bytearray(size + size // 4)
        return <uint8_t *>PyByteArray_AS_STRING(self.scratch)
