"""The Arrow C data interface, by ctypes: text in, URLs out, without an Arrow library.

The structures are those of the Arrow specification, "The Arrow C data interface", handed over in
PyCapsules as its "PyCapsule Interface" says. Whoever holds a structure calls its release once.
"""

from __future__ import annotations

import ctypes
import itertools
from collections.abc import Sequence
from typing import Any

from .._errors import RequestError
from .columns import OFFSETS_32, OFFSETS_64, VIEWS, Parts, Segment

_FORMS = {b"u": OFFSETS_32, b"U": OFFSETS_64, b"vu": VIEWS}
_FORMATS = {"u": b"u", "U": b"U", "vu": b"vu"}  # of exports, which need them for ever


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


def _unwrap(field: str, kind: Any, capsule: Any) -> _Owned:
    """Returns the structure of a capsule, which only its first consumer finds in it."""
    found = kind.from_address(_capsule_pointer(capsule, _NAMES[kind]))
    if not found.release:
        raise RequestError(field, "comes in Arrow capsules that were read before; export it anew")
    return _Owned(kind, found)


def import_text(field: str, source: Any) -> list[Segment] | None:
    """Returns what `packed.import_text` does."""
    if hasattr(source, "__arrow_c_array__"):
        schema, array = source.__arrow_c_array__()
        schema = _unwrap(field, _Schema, schema)  # whose text ends with it
        form = _FORMS.get(schema.value.format)
        owned = _unwrap(field, _Array, array)
        return None if form is None else [_segment(field, form, owned)]
    stream = _unwrap(field, _Stream, source.__arrow_c_stream__())
    schema_of_stream = _Owned(_Schema)
    _call(field, _GET_SCHEMA, stream, stream.value.get_schema, schema_of_stream)
    if not schema_of_stream.value.release:
        raise RequestError(field, "comes from an Arrow stream without a schema; export it anew")
    form = _FORMS.get(schema_of_stream.value.format)
    if form is None:
        return None
    segments: list[Segment] = []
    while True:
        owned = _Owned(_Array)
        _call(field, _GET_NEXT, stream, stream.value.get_next, owned)
        if not owned.value.release:
            return segments
        segments.append(_segment(field, form, owned))


def _call(field: str, kind: Any, stream: _Owned, function: int, out: _Owned) -> None:
    code = kind(function)(ctypes.byref(stream.value), ctypes.byref(out.value))
    if code:
        raise RequestError(field, f"comes from an Arrow stream that reports error {code}")


def _segment(field: str, form: int, owned: _Owned) -> Segment:
    array = owned.value
    views = max(array.n_buffers - 3, 0) if form == VIEWS else 0
    if min(array.length, array.offset) < 0 or array.n_buffers < 2 + (form != VIEWS):
        raise RequestError(field, "is an Arrow array with impossible sizes; make it anew")
    if array.length and not array.buffers[1]:
        raise RequestError(field, "is an Arrow array without a buffer that it needs; make it anew")
    validity = array.buffers[0] or 0
    if array.null_count == 0:
        validity = 0
    if form == VIEWS:
        data = ctypes.addressof(array.buffers.contents) + 2 * ctypes.sizeof(ctypes.c_void_p)
    else:
        data = array.buffers[2] or 0
    starts = array.buffers[1] or 0
    return Segment(form, array.length, validity, array.offset, starts, data, views, owned)


# Export. A consumer may call a release, or drop a capsule, while an exception is on its way. Python
# code that calls anything fails then, so these callbacks do nothing but load, store and delete: the
# structure at an address is words of memory to them.

#: What exported structures need, by their private_data, until their release is called. A ticket and
#: not an address: a structure may be moved, and its old address be taken by the next one.
_lent: dict[int, Any] = {}
_tickets = itertools.count(1)
#: What capsules hold, by the address of the capsule.
_wrapped: dict[int, _Wrapped] = {}


class _Wrapped:
    """A structure in a capsule, released with it if no consumer has moved it out."""

    def __init__(self, structure: Any, kept: Sequence[Any]) -> None:
        self.structure = structure
        structure.private_data = next(_tickets)
        release = _releases_of_exports[type(structure)]
        structure.release = ctypes.cast(release, ctypes.c_void_p)
        _lent[structure.private_data] = kept

    def __del__(self, lent: dict[int, Any] = _lent) -> None:
        if self.structure.release:
            lent.pop(self.structure.private_data, None)


def _release_at(kind: Any) -> Any:
    """Returns the release of a `kind`: forgets what was lent, and sets its release to NULL."""
    word = ctypes.sizeof(ctypes.c_void_p)
    words: Any = ctypes.cast(word, ctypes.POINTER(ctypes.c_void_p))  # words[0] is at address `word`
    private, pointer = kind.private_data.offset // word - 1, kind.release.offset // word - 1

    def release(address: int, lent: dict[int, Any] = _lent) -> None:
        del lent[words[address // word + private]]
        words[address // word + pointer] = None

    return ctypes.CFUNCTYPE(None, ctypes.c_void_p)(release)


def _forget(capsule: int, wrapped: dict[int, _Wrapped] = _wrapped) -> None:
    del wrapped[capsule]


_releases_of_exports = {kind: _release_at(kind) for kind in _RELEASES}
_destroy_capsule = ctypes.PYFUNCTYPE(None, ctypes.c_void_p)(_forget)


def _move(wrapped: _Wrapped, address: int) -> None:
    structure = wrapped.structure
    ctypes.memmove(address, ctypes.addressof(structure), ctypes.sizeof(structure))
    structure.release = None


def _lent_by(stream: int) -> Any:
    return _lent[_Stream.from_address(stream).private_data]


def _get_schema(stream: int, out: int) -> int:
    form, _ = _lent_by(stream)
    _move(_schema(form), out)
    return 0


def _get_next(stream: int, out: int) -> int:
    _, arrays = _lent_by(stream)
    ctypes.memset(out, 0, ctypes.sizeof(_Array))
    if arrays:
        _move(arrays.pop(0), out)
    return 0


_get_schema_of = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(_get_schema)
_get_next_of = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(_get_next)
_get_error_of = ctypes.CFUNCTYPE(ctypes.c_void_p, ctypes.c_void_p)(lambda stream: None)
_of_streams = (_get_schema_of, _get_next_of, _get_error_of)
for _lasting in (
    *_releases_of_exports.values(), _destroy_capsule, *_NAMES.values(), *_FORMATS.values(),
    *_of_streams,
):  # fmt: skip
    # A consumer may come back to these when the interpreter has long forgotten this module.
    _python.Py_IncRef(ctypes.py_object(_lasting))


def _wrap(wrapped: _Wrapped) -> Any:
    name = _NAMES[type(wrapped.structure)]
    destroy = ctypes.cast(_destroy_capsule, ctypes.c_void_p)
    capsule = _new_capsule(ctypes.addressof(wrapped.structure), name, destroy)
    _wrapped[id(capsule)] = wrapped
    return capsule


def _schema(form: str) -> _Wrapped:
    return _Wrapped(_Schema(format=_FORMATS[form], name=b"", flags=2), ())


def _array(parts: Parts) -> _Wrapped:
    rows, nulls, buffers = parts
    kept = [None if buffer is None else _Pinned(buffer) for buffer in buffers]
    addresses = [None if pinned is None else pinned.address for pinned in kept]
    pointers = (ctypes.c_void_p * len(addresses))(*addresses)
    array = _Array(
        length=rows,
        null_count=nulls,
        n_buffers=len(addresses),
        buffers=ctypes.cast(pointers, ctypes.POINTER(ctypes.c_void_p)),
    )
    return _Wrapped(array, (*kept, pointers))


def requested_form(requested_schema: Any) -> str:
    """Returns the format in an `arrow_schema` capsule; see `packed`."""
    found = _Schema.from_address(_capsule_pointer(requested_schema, _NAMES[_Schema]))
    return str(found.format, "ascii", "replace")


def export_schema(form: str) -> Any:
    """Returns an `arrow_schema` capsule; see `packed`."""
    return _wrap(_schema(form))


def export_array(parts: Parts) -> Any:
    """Returns an `arrow_array` capsule; see `packed`."""
    return _wrap(_array(parts))


def export_stream(form: str, arrays: Sequence[Parts]) -> Any:
    """Returns an `arrow_array_stream` capsule; see `packed`."""
    get_schema, get_next, get_last_error = (ctypes.cast(f, ctypes.c_void_p) for f in _of_streams)
    stream = _Stream(get_schema=get_schema, get_next=get_next, get_last_error=get_last_error)
    return _wrap(_Wrapped(stream, (form, [_array(parts) for parts in arrays])))
