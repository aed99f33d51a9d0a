"""How a signer gets to another process: as what it was told, to be made anew over there.

What it has found out stays: the engine, plans, signing keys and remembered requests.
"""

from __future__ import annotations

import sys
from typing import Any, ClassVar, TypeVar

from .._errors import RequestError

#: Picklers that take functions by value, which joblib, Ray, Spark and Dask use; asked if loaded.
_BY_VALUE = (
    "cloudpickle",
    "joblib.externals.cloudpickle",
    "ray.cloudpickle",
    "pyspark.cloudpickle",
)
_CURES = {
    "clock": "give a function that stands at the top of a module, or leave it out",
    "credentials": "give Credentials or a provider that can be pickled, or leave it out, so that "
    "the other side reads its own environment",
}


_SharedT = TypeVar("_SharedT")


class Shared:
    """What never changes and may be used by many: its copies are itself."""

    __slots__ = ()

    def __copy__(self: _SharedT) -> _SharedT:
        return self

    def __deepcopy__(self: _SharedT, memo: object) -> _SharedT:
        return self


class Fixed(Shared):
    """What nobody changes once it is made, not even by mistake."""

    __slots__ = ()

    def _set(self, **fields: Any) -> None:
        for name, value in fields.items():
            object.__setattr__(self, name, value)

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"a {type(self).__name__} is immutable; make another one")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"a {type(self).__name__} is immutable; make another one")


def again(kind: type[_SharedT], maker: type[Any], told: dict[str, Any]) -> _SharedT:
    """Returns a `kind` that the constructor of `maker`, one of its bases, makes of `told`."""
    made = kind.__new__(kind)
    maker.__init__(made, **told)
    return made


class Lent(Shared):
    """What lives on the context that a signer lends it, and pickles all that is not of there."""

    __slots__ = ()
    _found_anew: ClassVar[frozenset[str]]
    _context: Any

    def _run_in(self, context: Any) -> None:
        raise NotImplementedError

    def __getstate__(self) -> dict[str, Any]:
        kinds = type(self).__mro__
        names = {name for kind in kinds for name in getattr(kind, "__slots__", ())}
        return {name: getattr(self, name) for name in sorted(names - self._found_anew)}

    def __setstate__(self, state: dict[str, Any]) -> None:
        for name, value in state.items():
            setattr(self, name, value)
        self._run_in(self._context)


class Told(dict[str, Any]):
    """What a signer was told, by the names of its arguments, which were checked."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"<Told {', '.join(self)}>"  # a source of credentials may show them


class _ByValue:
    """Stands for what plain pickle refuses, and becomes it again where it is unpickled."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __reduce__(self) -> tuple[Any, ...]:
        from pickle import loads  # not needed to import the package

        return loads, (self._data,)


def portable(told: Told) -> dict[str, Any]:
    """Returns settings that any pickler can take.

    They are in one form: signers that were told the same are pickled the same.

    Raises:
        RequestError: The clock or the source of credentials cannot be pickled.
    """
    return {
        name: _portable(name, value) if name in _CURES else _in_one_form(name, value)
        for name, value in told.items()
    }


def _in_one_form(name: str, value: Any) -> Any:
    if name in ("additional_headers", "sub_resources"):
        return tuple(sorted({in_one_form(item) for item in value}))
    return in_one_form(value)


def in_one_form(value: Any) -> Any:
    """Returns a value that is pickled like all that are equal to it, order of dicts included."""
    if type(value) is str:
        return sys.intern(value)  # pickle tells equal texts apart
    if type(value) in (list, tuple):
        return type(value)(map(in_one_form, value))
    if type(value) is dict:
        return {in_one_form(name): in_one_form(value[name]) for name in sorted(value)}
    return value


def token_of(told: Told, more: Any) -> str:
    """Returns what names these settings and no others, and tells nothing of what is in them.

    Secrets may be among them, and guessed: where there may be, the digest takes long to make.

    Raises:
        RequestError: The clock or the source of credentials cannot be pickled.
    """
    import hashlib
    import pickle  # not needed to import the package

    data = pickle.dumps((portable(told), in_one_form(more)), protocol=4)
    if told["credentials"] is None:
        return hashlib.sha256(data).hexdigest()
    return hashlib.pbkdf2_hmac("sha256", data, b"ossign_fast settings", 100_000).hex()


def _portable(name: str, value: Any) -> Any:
    import pickle  # not needed to import the package

    for pickler in (pickle, *map(sys.modules.get, _BY_VALUE)):
        try:
            data = pickler.dumps(value)  # type: ignore[union-attr]
        except Exception:
            continue
        return value if pickler is pickle else _ByValue(data)
    kind = getattr(value, "__qualname__", type(value).__name__)
    raise RequestError(name, f"cannot be pickled, being {kind}; {_CURES[name]}")
