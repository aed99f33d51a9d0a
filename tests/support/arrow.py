"""Arrow without an Arrow library: producers with nothing but a dunder method, and a consumer."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

_POINTER = ctypes.c_void_p
_RELEASE = ctypes.CFUNCTYPE(None, _POINTER)
_GET = ctypes.CFUNCTYPE(ctypes.c_int, _POINTER, _POINTER)


def _structure(name: str, numbers: Sequence[str], pointers: Sequence[str]) -> Any:
    fields = [(n, ctypes.c_int64) for n in numbers] + [(n, _POINTER) for n in pointers]
    return type(name, (ctypes.Structure,), {"_fields_": fields})


class Schema(ctypes.Structure):
    _fields_ = [
        ("format", ctypes.c_char_p), ("name", ctypes.c_char_p), ("metadata", _POINTER),
        ("flags", ctypes.c_int64), ("n_children", ctypes.c_int64), ("children", _POINTER),
        ("dictionary", _POINTER), ("release", _POINTER), ("private_data", _POINTER),
    ]  # fmt: skip


Array = _structure(
    "Array",
    ("length", "null_count", "offset", "n_buffers", "n_children"),
    ("buffers", "children", "dictionary", "release", "private_data"),
)
Stream = _structure(
    "Stream", (), ("get_schema", "get_next", "get_last_error", "release", "private_data")
)
NAMES = {Schema: b"arrow_schema", Array: b"arrow_array", Stream: b"arrow_array_stream"}

_new_capsule = ctypes.PYFUNCTYPE(ctypes.py_object, _POINTER, ctypes.c_char_p, _POINTER)(
    ("PyCapsule_New", ctypes.pythonapi)
)
_pointer_of = ctypes.PYFUNCTYPE(_POINTER, ctypes.py_object, ctypes.c_char_p)(
    ("PyCapsule_GetPointer", ctypes.pythonapi)
)


def address(buffer: Any) -> int:
    """Returns where the bytes of `buffer` lie."""
    place: int = np.frombuffer(buffer, np.uint8).ctypes.data
    return place


class Chunk:
    """Rows for a `Producer`: the buffers of an Arrow array, None for a null pointer."""

    def __init__(self, length: int, *buffers: Any, offset: int = 0, null_count: int = -1) -> None:
        self.length, self.offset, self.null_count = length, offset, null_count
        self.buffers = buffers
        self.pointers = (_POINTER * max(len(buffers), 1))(
            *(None if buffer is None else address(buffer) for buffer in buffers)
        )


def text_chunk(rows: Sequence[bytes | None], kind: type = np.int32, before: int = 0) -> Chunk:
    """Returns rows of utf8 (int32) or large_utf8 (int64) that begin at index `before`."""
    every: list[bytes | None] = [*[b"before"] * before, *rows]
    ends: Any = np.cumsum([0] + [len(row or b"") for row in every]).astype(kind)
    bits = np.packbits(np.array([row is not None for row in every], bool), bitorder="little")
    data = b"".join(row or b"" for row in every)
    return Chunk(len(rows), bits if None in rows else None, ends, data or None, offset=before)


class Producer:
    """Hands out chunks as the structures of the C data interface and counts their releases.

    Attributes:
        released: How often the release of each structure that was handed out was called.
    """

    def __init__(self, form: bytes, *chunks: Chunk, error: int = 0) -> None:
        self.form, self.chunks, self.error = form, chunks, error
        self.released: dict[int, int] = {}
        self.kept: list[Any] = []
        self.next = 0

    def _owned(self, structure: Any, *texts: Any) -> Any:
        """Gives a structure its release, which counts, and wipes texts as libraries in Rust do."""
        number = len(self.released) + 1
        self.released[number] = 0

        def release(pointer: int) -> None:
            self.released[number] += 1
            for text in texts:
                ctypes.memset(text, 0, len(text))
            type(structure).from_address(pointer).release = None

        structure.release = self._kept(_RELEASE(release))
        self.kept.append(structure)
        return structure

    def _kept(self, callback: Any) -> Any:
        self.kept.append(callback)
        return ctypes.cast(callback, _POINTER)

    def _capsule(self, structure: Any) -> Any:
        return _new_capsule(ctypes.addressof(structure), NAMES[type(structure)], None)

    def schema(self) -> Schema:
        form = ctypes.create_string_buffer(self.form)
        made: Schema = self._owned(
            Schema(format=ctypes.cast(form, ctypes.c_char_p), name=b"", flags=2), form
        )
        return made

    def array(self, chunk: Chunk) -> Any:
        return self._owned(
            Array(
                length=chunk.length, null_count=chunk.null_count, offset=chunk.offset,
                n_buffers=len(chunk.buffers), buffers=ctypes.addressof(chunk.pointers),
            )
        )  # fmt: skip

    def stream(self) -> Any:
        def get_schema(_: int, out: int) -> int:
            made = self.schema()
            ctypes.memmove(out, ctypes.byref(made), ctypes.sizeof(Schema))
            return self.error if not self.chunks else 0

        def get_next(_: int, out: int) -> int:
            if self.next == len(self.chunks):
                ctypes.memset(out, 0, ctypes.sizeof(Array))
                return self.error
            made = self.array(self.chunks[self.next])
            self.next += 1
            ctypes.memmove(out, ctypes.byref(made), ctypes.sizeof(Array))
            return 0

        return self._owned(
            Stream(get_schema=self._kept(_GET(get_schema)), get_next=self._kept(_GET(get_next)))
        )


class ArrayOnly:
    """Has nothing but `__arrow_c_array__`."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __arrow_c_array__(self, requested_schema: Any = None) -> Any:
        if isinstance(self._source, Producer):
            made = self._source
            return made._capsule(made.schema()), made._capsule(made.array(made.chunks[0]))
        return self._source.__arrow_c_array__(requested_schema)


class StreamOnly:
    """Has nothing but `__arrow_c_stream__`."""

    def __init__(self, source: Any) -> None:
        self._source = source

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        if isinstance(self._source, Producer):
            return self._source._capsule(self._source.stream())
        return self._source.__arrow_c_stream__(requested_schema)


class Taken:
    """A structure moved out of its capsule, as consumers do; `release` gives it back."""

    def __init__(self, kind: Any, capsule: Any) -> None:
        self.source = kind.from_address(_pointer_of(capsule, NAMES[kind]))
        self.value = kind()
        ctypes.memmove(ctypes.byref(self.value), ctypes.byref(self.source), ctypes.sizeof(kind))
        self.source.release = None

    def release(self) -> None:
        _RELEASE(self.value.release)(ctypes.addressof(self.value))

    def buffers(self) -> list[int | None]:
        return list((_POINTER * self.value.n_buffers).from_address(self.value.buffers))

    def rows(self) -> list[str | None]:
        """Returns the texts of a large_utf8 array."""
        validity, starts, data = self.buffers()
        rows: list[str | None] = []
        for row in range(self.value.offset, self.value.offset + self.value.length):
            start, end = (ctypes.c_int64 * 2).from_address((starts or 0) + 8 * row)
            valid = not validity or ctypes.string_at(validity + row // 8, 1)[0] >> row % 8 & 1
            rows.append(
                ctypes.string_at((data or 0) + start, end - start).decode() if valid else None
            )
        return rows
