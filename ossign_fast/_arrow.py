"""The Arrow C data interface, by ctypes: text in, URLs out, without an Arrow library.

The structures are those of the Arrow specification, "The Arrow C data interface", handed over in
PyCapsules as its "PyCapsule Interface" says. Whoever holds a structure calls its release once.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Sequence
from typing import Any

from ._columns import OFFSETS_32, OFFSETS_64, VIEWS, Segment
from ._errors import RequestError

_FORMS = {b"u": OFFSETS_32, b"U": OFFSETS_64, b"vu": VIEWS}
_LARGE_UTF8 = b"U"


class _Schema(ctypes.Structure):
    pass


class _Array(ctypes.Structure):
    pass


class _Stream(ctypes.Structure):
    pass


def _release_type(structure: Any) -> Any:
    return ctypes.CFUNCTYPE(None, ctypes.POINTER(structure))


_Schema._fields_ = [
    ("format", ctypes.c_char_p),
    ("name", ctypes.c_char_p),
    ("metadata", ctypes.c_char_p),
    ("flags", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_Array._fields_ = [
    ("length", ctypes.c_int64),
    ("null_count", ctypes.c_int64),
    ("offset", ctypes.c_int64),
    ("n_buffers", ctypes.c_int64),
    ("n_children", ctypes.c_int64),
    ("buffers", ctypes.POINTER(ctypes.c_void_p)),
    ("children", ctypes.c_void_p),
    ("dictionary", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]
_Stream._fields_ = [
    ("get_schema", ctypes.c_void_p),
    ("get_next", ctypes.c_void_p),
    ("get_last_error", ctypes.c_void_p),
    ("release", ctypes.c_void_p),
    ("private_data", ctypes.c_void_p),
]

_GET_SCHEMA = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Schema))
_GET_NEXT = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(_Stream), ctypes.POINTER(_Array))
_RELEASES = {kind: _release_type(kind) for kind in (_Schema, _Array, _Stream)}
_NAMES = {_Schema: b"arrow_schema", _Array: b"arrow_array", _Stream: b"arrow_array_stream"}

_python = ctypes.pythonapi
_capsule_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", _python)
)
_raw_capsule_pointer = ctypes.PYFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", _python)
)
_DESTRUCTOR = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)
_new_capsule = ctypes.PYFUNCTYPE(
    ctypes.py_object, ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p
)(("PyCapsule_New", _python))


class _Buffer(ctypes.Structure):
    """A Py_buffer: its address first, then what only Python looks at."""

    _fields_ = [("address", ctypes.c_void_p), ("rest", ctypes.c_void_p * 15)]


_get_buffer = ctypes.PYFUNCTYPE(
    ctypes.c_int, ctypes.py_object, ctypes.POINTER(_Buffer), ctypes.c_int
)(("PyObject_GetBuffer", _python))
_release_buffer = ctypes.PYFUNCTYPE(None, ctypes.POINTER(_Buffer))(("PyBuffer_Release", _python))


class _Pinned:
    """The memory of an object with the buffer protocol, kept in its place."""

    def __init__(self, source: Any, release: Any = _release_buffer) -> None:
        self._buffer = _Buffer()
        self._release = release
        _get_buffer(source, ctypes.byref(self._buffer), 0)
        self.address = self._buffer.address

    def __del__(self) -> None:
        self._release(ctypes.byref(self._buffer))


class _Owned:
    """A structure that is ours: moved out of where it came from, released when nobody needs it."""

    def __init__(self, kind: Any, source: Any = None) -> None:
        self.value = kind()
        if source is not None:
            ctypes.memmove(ctypes.byref(self.value), ctypes.byref(source), ctypes.sizeof(kind))
            source.release = None  # moved

    def __del__(self) -> None:
        if self.value.release:
            _RELEASES[type(self.value)](self.value.release)(ctypes.byref(self.value))


def _unwrap(kind: Any, capsule: Any) -> _Owned:
    return _Owned(kind, kind.from_address(_capsule_pointer(capsule, _NAMES[kind])))


def import_text(source: Any) -> list[Segment] | None:
    """Returns where the text of an Arrow array or stream lies, or None if it holds no text.

    Args:
        source: Anything with `__arrow_c_array__` or `__arrow_c_stream__`.

    Raises:
        RequestError: The producer of a stream reports an error.
    """
    if hasattr(source, "__arrow_c_array__"):
        schema, array = source.__arrow_c_array__()
        form = _FORMS.get(_unwrap(_Schema, schema).value.format)
        owned = _unwrap(_Array, array)
        return None if form is None else [_segment(form, owned)]
    stream = _unwrap(_Stream, source.__arrow_c_stream__())
    schema_of_stream = _Owned(_Schema)
    _call(_GET_SCHEMA, stream, stream.value.get_schema, schema_of_stream)
    form = _FORMS.get(schema_of_stream.value.format)
    if form is None:
        return None
    segments: list[Segment] = []
    while True:
        owned = _Owned(_Array)
        _call(_GET_NEXT, stream, stream.value.get_next, owned)
        if not owned.value.release:
            return segments
        segments.append(_segment(form, owned))


def _call(kind: Any, stream: _Owned, function: int, out: _Owned) -> None:
    code = kind(function)(ctypes.byref(stream.value), ctypes.byref(out.value))
    if code:
        raise RequestError("keys", f"the Arrow stream reports error {code}")


def _segment(form: int, owned: _Owned) -> Segment:
    array = owned.value
    validity = array.buffers[0] or 0
    if array.null_count == 0:
        validity = 0
    if form == VIEWS:
        data = ctypes.addressof(array.buffers.contents) + 2 * ctypes.sizeof(ctypes.c_void_p)
    else:
        data = array.buffers[2] or 0
    return Segment(
        form, array.length, validity, array.offset, array.buffers[1] or 0, data, 0, owned
    )


# Export.

#: What exported structures need, by their private_data, until their release is called. A ticket and
#: not an address: a structure may be moved, and its old address be taken by the next one.
_lent: dict[int, Any] = {}
_tickets = itertools.count(1)


def _release(pointer: Any, lent: dict[int, Any] = _lent) -> None:
    lent.pop(pointer.contents.private_data or 0, None)
    pointer.contents.release = None


_release_schema = _RELEASES[_Schema](_release)
_release_array = _RELEASES[_Array](_release)


def _destroy(kind: Any) -> Any:
    """Returns the destructor of capsules that hold a `kind`: releases what nobody moved out."""

    def destroy(capsule: int) -> None:
        pointer = _raw_capsule_pointer(capsule, _NAMES[kind])
        structure = kind.from_address(pointer)
        if structure.release:
            _RELEASES[kind](structure.release)(ctypes.byref(structure))
        _structures.pop(pointer, None)

    return _DESTRUCTOR(destroy)


#: Structures in capsules, by address: they live as long as their capsule.
_structures: dict[int, Any] = {}
_DESTROYERS = {kind: _destroy(kind) for kind in (_Schema, _Array)}
for _lasting in (_release_schema, _release_array, *_DESTROYERS.values(), *_NAMES.values()):
    # A consumer may come back to these when the interpreter has long forgotten this module.
    _python.Py_IncRef(ctypes.py_object(_lasting))


def _wrap(structure: Any, kept: Sequence[Any], release: Any) -> Any:
    kind, address, ticket = type(structure), ctypes.addressof(structure), next(_tickets)
    structure.private_data = ticket
    structure.release = ctypes.cast(release, ctypes.c_void_p)
    _lent[ticket] = kept
    _structures[address] = structure
    return _new_capsule(address, _NAMES[kind], ctypes.cast(_DESTROYERS[kind], ctypes.c_void_p))


def export_schema() -> Any:
    """Returns the `arrow_schema` capsule of a nullable large_utf8 array."""
    return _wrap(_Schema(format=_LARGE_UTF8, name=b"", flags=2), (), _release_schema)


def export_array(nulls: int, validity: bytes | None, offsets: Any, data: Any) -> Any:
    """Returns the `arrow_array` capsule of a large_utf8 array over the memory of these buffers.

    Args:
        nulls: How many rows are null.
        validity: Bitmap of the rows that are not, or None if that is all.
        offsets: n + 1 int64 offsets into `data`, ascending from any.
        data: The text.
    """
    kept = [_Pinned(buffer) for buffer in (validity or b"", offsets, data)]
    addresses = [pinned.address for pinned in kept]
    buffers = (ctypes.c_void_p * 3)(addresses[0] if nulls else None, *addresses[1:])
    array = _Array(
        length=len(offsets) - 1,
        null_count=nulls,
        offset=0,
        n_buffers=3,
        buffers=ctypes.cast(buffers, ctypes.POINTER(ctypes.c_void_p)),
    )
    return _wrap(array, (*kept, buffers), _release_array)
