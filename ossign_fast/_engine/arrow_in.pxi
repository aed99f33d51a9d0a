# The Arrow C data interface, inwards: what `arrow.py` does by ctypes. A structure is moved out of
# where it came from, so that it is released once, when nobody needs it.

from ossign_fast._engine.columns import OFFSETS_32, OFFSETS_64, VIEWS, Segment
from ossign_fast._errors import RequestError

cdef dict FORMS = {b"u": OFFSETS_32, b"U": OFFSETS_64, b"vu": VIEWS}


cdef class OwnSchema:
    cdef ArrowSchema value

    def __dealloc__(self):
        if self.value.release != NULL:
            with nogil:
                self.value.release(&self.value)


cdef class OwnArray:
    cdef ArrowArray value

    def __dealloc__(self):
        if self.value.release != NULL:
            with nogil:
                self.value.release(&self.value)


cdef class OwnStream:
    cdef ArrowArrayStream value

    def __dealloc__(self):
        if self.value.release != NULL:
            with nogil:
                self.value.release(&self.value)


cdef OwnSchema take_schema(field, capsule):
    cdef ArrowSchema *found = <ArrowSchema *>PyCapsule_GetPointer(capsule, "arrow_schema")
    cdef OwnSchema schema = OwnSchema.__new__(OwnSchema)
    if found.release == NULL:
        raise read_before(field)
    schema.value = found[0]
    found.release = NULL
    return schema


cdef OwnArray take_array(field, capsule):
    cdef ArrowArray *found = <ArrowArray *>PyCapsule_GetPointer(capsule, "arrow_array")
    cdef OwnArray array = OwnArray.__new__(OwnArray)
    if found.release == NULL:
        raise read_before(field)
    array.value = found[0]
    found.release = NULL
    return array


cdef OwnStream take_stream(field, capsule):
    cdef ArrowArrayStream *found
    cdef OwnStream stream = OwnStream.__new__(OwnStream)
    found = <ArrowArrayStream *>PyCapsule_GetPointer(capsule, "arrow_array_stream")
    if found.release == NULL:
        raise read_before(field)
    stream.value = found[0]
    found.release = NULL
    return stream


cdef object read_before(field):
    return RequestError(field, "comes in Arrow capsules that were read before; export it anew")


def import_text(field, source):
    cdef OwnSchema schema
    cdef OwnArray array
    cdef OwnStream stream
    cdef list segments = []
    cdef int code
    if hasattr(source, "__arrow_c_array__"):
        of_schema, of_array = source.__arrow_c_array__()
        schema = take_schema(field, of_schema)
        array = take_array(field, of_array)
        form = form_of(schema)
        return None if form is None else [segment_of(field, form, array)]
    stream = take_stream(field, source.__arrow_c_stream__())
    schema = OwnSchema.__new__(OwnSchema)
    with nogil:
        code = stream.value.get_schema(&stream.value, &schema.value)
    check_code(field, code)
    if schema.value.release == NULL:
        raise RequestError(field, "comes from an Arrow stream without a schema; export it anew")
    form = form_of(schema)
    if form is None:
        return None
    while True:
        array = OwnArray.__new__(OwnArray)
        with nogil:
            code = stream.value.get_next(&stream.value, &array.value)
        check_code(field, code)
        if array.value.release == NULL:
            return segments
        segments.append(segment_of(field, form, array))


cdef object form_of(OwnSchema schema):
    cdef bytes text = schema.value.format if schema.value.format != NULL else b""
    return FORMS.get(text)


cdef int check_code(field, int code) except -1:
    if code:
        raise RequestError(field, f"comes from an Arrow stream that reports error {code}")
    return 0


cdef object segment_of(field, form, OwnArray own):
    cdef ArrowArray *array = &own.value
    cdef bint is_view = form == VIEWS
    cdef size_t validity, data
    if min(array.length, array.offset) < 0 or array.n_buffers < (2 if is_view else 3):
        raise RequestError(field, "is an Arrow array with impossible sizes; make it anew")
    if array.length and array.buffers[1] == NULL:
        raise RequestError(
            field, "is an Arrow array without a buffer that it needs; make it anew"
        )
    validity = <size_t>array.buffers[0] if array.null_count else 0
    data = <size_t>(array.buffers + 2) if is_view else <size_t>array.buffers[2]
    views = max(array.n_buffers - 3, 0) if is_view else 0
    return Segment(
        form, array.length, validity, array.offset, <size_t>array.buffers[1], data, views, own
    )


def first_text(column):
    cdef ossf_segment segment
    cdef ossf_value value
    cdef ossf_fault fault = OSSF_FINE
    if type(column) is TextColumn:
        for part in column.segments:
            if part[1]:
                read_segment(part, &segment)
                if segment.form == OSSF_UCS4:
                    break
                segment.rows = 1
                ossf_gather(&segment, &value, 1, NULL, &fault)
                if fault == OSSF_FINE:
                    return None if value.text == NULL else PyUnicode_DecodeUTF8(
                        <const char *>value.text, value.length, NULL
                    )
                break
    return column[0]
