# The Arrow C data interface, outwards, and its structures: what `arrow.py` does by ctypes. A
# consumer may call a release while an exception is on its way, which is kept.

from cpython.memoryview cimport PyMemoryView_GET_BUFFER
from cpython.pycapsule cimport PyCapsule_Destructor, PyCapsule_GetPointer, PyCapsule_New
from cpython.ref cimport Py_XDECREF, PyObject

cdef extern from "Python.h":
    int Py_IsInitialized() nogil
    void PyErr_Fetch(PyObject **kind, PyObject **value, PyObject **traceback)
    void PyErr_Restore(PyObject *kind, PyObject *value, PyObject *traceback)

cdef extern from *:
    """
    typedef struct ArrowSchema {
        const char *format, *name, *metadata;
        int64_t flags, n_children;
        struct ArrowSchema **children, *dictionary;
        void (*release)(struct ArrowSchema *);
        void *private_data;
    } ArrowSchema;
    typedef struct ArrowArray {
        int64_t length, null_count, offset, n_buffers, n_children;
        const void **buffers;
        struct ArrowArray **children, *dictionary;
        void (*release)(struct ArrowArray *);
        void *private_data;
    } ArrowArray;
    typedef struct ArrowArrayStream {
        int (*get_schema)(struct ArrowArrayStream *, struct ArrowSchema *);
        int (*get_next)(struct ArrowArrayStream *, struct ArrowArray *);
        const char *(*get_last_error)(struct ArrowArrayStream *);
        void (*release)(struct ArrowArrayStream *);
        void *private_data;
    } ArrowArrayStream;
    """
    ctypedef struct ArrowSchema:
        const char *format
        const char *name
        int64_t flags
        void (*release)(ArrowSchema *) noexcept nogil
    ctypedef struct ArrowArray:
        int64_t length
        int64_t null_count
        int64_t offset
        int64_t n_buffers
        const void **buffers
        void (*release)(ArrowArray *) noexcept nogil
        void *private_data
    ctypedef struct ArrowArrayStream:
        int (*get_schema)(ArrowArrayStream *, ArrowSchema *) noexcept nogil
        int (*get_next)(ArrowArrayStream *, ArrowArray *) noexcept nogil
        const char *(*get_last_error)(ArrowArrayStream *) noexcept nogil
        void (*release)(ArrowArrayStream *) noexcept nogil
        void *private_data

cdef struct Lent:
    PyObject *owner
    const void *buffers[1]  # as many as the array has

cdef struct Feed:
    const char *format
    Py_ssize_t count, given
    ArrowArray arrays[1]  # as many as there are; those that were given have no release


cdef void release_schema(ArrowSchema *schema) noexcept nogil:
    schema.release = NULL


cdef void release_array(ArrowArray *array) noexcept nogil:
    cdef Lent *lent = <Lent *>array.private_data
    if Py_IsInitialized():
        give_back(lent.owner)
    free(lent)
    array.release = NULL


cdef void give_back(PyObject *owner) noexcept with gil:
    cdef PyObject *kind
    cdef PyObject *value
    cdef PyObject *traceback
    PyErr_Fetch(&kind, &value, &traceback)
    Py_XDECREF(owner)
    PyErr_Restore(kind, value, traceback)


cdef void destroy_schema(object capsule) noexcept:
    cdef ArrowSchema *schema = <ArrowSchema *>PyCapsule_GetPointer(capsule, "arrow_schema")
    if schema.release != NULL:
        schema.release(schema)
    free(schema)


cdef void destroy_array(object capsule) noexcept:
    cdef ArrowArray *array = <ArrowArray *>PyCapsule_GetPointer(capsule, "arrow_array")
    if array.release != NULL:
        array.release(array)
    free(array)


cdef void destroy_stream(object capsule) noexcept:
    cdef ArrowArrayStream *stream = <ArrowArrayStream *>PyCapsule_GetPointer(
        capsule, "arrow_array_stream"
    )
    if stream.release != NULL:
        stream.release(stream)
    free(stream)


cdef const char *format_of(form) except NULL:
    """Returns the format of a type as text that is there for ever."""
    if form == "U":
        return "U"
    if form == "u":
        return "u"
    if form == "vu":
        return "vu"
    raise KeyError(form)


cdef void fill_schema(ArrowSchema *schema, const char *form) noexcept nogil:
    memset(schema, 0, sizeof(ArrowSchema))
    schema.format, schema.name, schema.flags = form, "", 2
    schema.release = release_schema


cdef int fill_array(ArrowArray *array, parts) except -1:
    cdef Lent *lent
    cdef Py_ssize_t i
    memset(array, 0, sizeof(ArrowArray))
    rows, nulls, buffers = parts
    owner = [None if buffer is None else memoryview(buffer) for buffer in buffers]
    array.length, array.null_count, array.n_buffers = rows, nulls, len(owner)
    lent = <Lent *>allocate(sizeof(Lent) + len(owner) * sizeof(void *))
    for i, buffer in enumerate(owner):
        lent.buffers[i] = NULL if buffer is None else PyMemoryView_GET_BUFFER(buffer).buf
    Py_INCREF(owner)
    lent.owner = <PyObject *>owner
    array.buffers, array.private_data, array.release = lent.buffers, lent, release_array
    return 0


cdef int get_schema(ArrowArrayStream *stream, ArrowSchema *out) noexcept nogil:
    fill_schema(out, (<Feed *>stream.private_data).format)
    return 0


cdef int get_next(ArrowArrayStream *stream, ArrowArray *out) noexcept nogil:
    cdef Feed *feed = <Feed *>stream.private_data
    memset(out, 0, sizeof(ArrowArray))
    if feed.given < feed.count:
        out[0] = feed.arrays[feed.given]
        feed.arrays[feed.given].release = NULL
        feed.given += 1
    return 0


cdef const char *get_last_error(ArrowArrayStream *stream) noexcept nogil:
    return NULL


cdef void release_feed(Feed *feed) noexcept nogil:
    cdef Py_ssize_t i
    for i in range(feed.given, feed.count):
        feed.arrays[i].release(&feed.arrays[i])
    free(feed)


cdef void release_stream(ArrowArrayStream *stream) noexcept nogil:
    release_feed(<Feed *>stream.private_data)
    stream.release = NULL


def requested_form(requested_schema):
    cdef ArrowSchema *schema = <ArrowSchema *>PyCapsule_GetPointer(requested_schema, "arrow_schema")
    return str(<bytes>schema.format, "ascii", "replace")


def export_schema(form="U"):
    cdef const char *known = format_of(form)
    cdef ArrowSchema *schema = <ArrowSchema *>allocate(sizeof(ArrowSchema))
    fill_schema(schema, known)
    return PyCapsule_New(schema, "arrow_schema", <PyCapsule_Destructor>destroy_schema)


def export_array(parts):
    cdef ArrowArray *array = <ArrowArray *>allocate(sizeof(ArrowArray))
    try:
        fill_array(array, parts)
    except BaseException:
        free(array)
        raise
    return PyCapsule_New(array, "arrow_array", <PyCapsule_Destructor>destroy_array)


def export_stream(form, arrays):
    cdef const char *known = format_of(form)
    cdef ArrowArrayStream *stream
    cdef Feed *feed = <Feed *>allocate(sizeof(Feed) + len(arrays) * sizeof(ArrowArray))
    feed.format, feed.count, feed.given = known, 0, 0
    try:
        for parts in arrays:
            fill_array(&feed.arrays[feed.count], parts)
            feed.count += 1
        stream = <ArrowArrayStream *>allocate(sizeof(ArrowArrayStream))
    except BaseException:
        release_feed(feed)
        raise
    stream.get_schema, stream.get_next, stream.get_last_error = get_schema, get_next, get_last_error
    stream.release, stream.private_data = release_stream, feed
    return PyCapsule_New(stream, "arrow_array_stream", <PyCapsule_Destructor>destroy_stream)


def offsets_32(offsets):
    cdef const int64_t[::1] ends = offsets
    cdef Py_ssize_t row, rows = ends.shape[0]
    cdef Buffer made = own(allocate(<size_t>rows * sizeof(int32_t)), rows * sizeof(int32_t))
    cdef int32_t *out = <int32_t *>made.memory
    for row in range(rows):
        out[row] = <int32_t>(ends[row] - ends[0])
    return made


def views(data, offsets, buffer):
    cdef const uint8_t[::1] texts = data
    cdef const int64_t[::1] ends = offsets
    cdef Py_ssize_t row, rows = ends.shape[0] - 1
    cdef Buffer made = own(allocate(<size_t>rows * 16), rows * 16)
    cdef uint8_t *view = made.memory
    cdef int32_t place[2]
    cdef int32_t size
    place[0] = buffer
    for row in range(rows):
        size, place[1] = <int32_t>(ends[row + 1] - ends[row]), <int32_t>(ends[row] - ends[0])
        memset(view, 0, 16)
        memcpy(view, &size, 4)
        if 0 < size <= 12:
            memcpy(view + 4, &texts[place[1]], <size_t>size)
        elif size:
            memcpy(view + 4, &texts[place[1]], 4)
            memcpy(view + 8, place, 8)
        view += 16
    return made
