# The Arrow C data interface, outwards: what `arrow.py` does by ctypes. A consumer may call a
# release while an exception is on its way, which is kept.

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
    """
    ctypedef struct ArrowSchema:
        const char *format
        const char *name
        int64_t flags
        void (*release)(ArrowSchema *) noexcept nogil
    ctypedef struct ArrowArray:
        int64_t length
        int64_t null_count
        int64_t n_buffers
        const void **buffers
        void (*release)(ArrowArray *) noexcept nogil
        void *private_data

cdef struct Lent:
    PyObject *owner
    const void *buffers[3]


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


def export_schema():
    cdef ArrowSchema *schema = <ArrowSchema *>allocate(sizeof(ArrowSchema))
    memset(schema, 0, sizeof(ArrowSchema))
    schema.format, schema.name, schema.flags = "U", "", 2
    schema.release = release_schema
    return PyCapsule_New(schema, "arrow_schema", <PyCapsule_Destructor>destroy_schema)


def export_array(nulls, validity, offsets, data):
    cdef const int64_t[::1] ends = offsets
    cdef const uint8_t[::1] texts = data
    cdef const uint8_t[::1] bitmap = validity or b""
    cdef ArrowArray *array
    cdef Lent *lent = <Lent *>allocate(sizeof(Lent))
    lent.buffers[0] = &bitmap[0] if nulls else NULL
    lent.buffers[1] = &ends[0]
    lent.buffers[2] = &texts[0] if texts.shape[0] else NULL
    try:
        array = <ArrowArray *>allocate(sizeof(ArrowArray))
    except MemoryError:
        free(lent)
        raise
    owner = (validity, offsets, data)
    Py_INCREF(owner)
    lent.owner = <PyObject *>owner
    memset(array, 0, sizeof(ArrowArray))
    array.length, array.null_count, array.n_buffers = ends.shape[0] - 1, nulls, 3
    array.buffers, array.private_data, array.release = lent.buffers, lent, release_array
    return PyCapsule_New(array, "arrow_array", <PyCapsule_Destructor>destroy_array)
