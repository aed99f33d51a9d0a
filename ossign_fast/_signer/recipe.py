"""How to sign any call of one form: each value goes its way to the wire, and nothing is bound anew.

What a form asks for is asked of the rules once. From then on a call is one row, whose columns are
the key, the values and the lifetime. A recipe refuses by any `ValueError`; what is wrong, and in
which words, the rules then tell of that call alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from enum import Enum
from operator import itemgetter
from types import NoneType
from typing import Any, NamedTuple

from .._credentials.credentials import CredentialsLike
from .._engine.inputs import VARIES
from .._engine.plan import DECIMAL, Column
from .._engine.text import encoder
from .._rules.parameters import Parameter, Request
from .._rules.shape import DEFAULT_EXPIRES
from .._rules.times import as_lifetime, as_second, check_expiration, seconds_until
from .batch import UrlBatch
from .bound import Bound
from .context import Context, State, expiration_at
from .layout import Layout
from .memo import Memo, Words
from .result import PresignResult, header_text

#: Of these types a value alone tells what becomes of it; so do enums.
KINDS = frozenset({str, int, bool, NoneType, dict, datetime})
#: States of a recipe that are kept for signing times that calls fix.
_FIXED_TIMES = 4

Read = Callable[[Words], Any]


class Sent(NamedTuple):
    """A header as the client has to send it.

    Attributes:
        name: Its name.
        at: Where the row has its value, or None where it does not vary or is not signed.
        read: From the words of a call to its text.
    """

    name: str
    at: int | None
    read: Read


class Form(NamedTuple):
    """What recipes for one form of calls share, whatever the signer. It holds no value of a call.

    Attributes:
        layout: The request.
        reads: For each column of a row, but the key and the lifetime, where its value is from.
        signed: The signed headers in the caller's order.
        unsigned: The other headers.
        checks: For each of these what checks its text, where the request is signed in headers.
        kept: For each of `reads` the index of the word that it takes as it is, or None.
    """

    layout: Layout
    reads: tuple[Read, ...]
    signed: tuple[Sent, ...]
    unsigned: tuple[Sent, ...]
    checks: tuple[Callable[[Any], bytes], ...]
    kept: tuple[int | None, ...]


def form_of(
    request: Request,
    lay_out: Callable[[Request], Layout],
    index: Mapping[tuple[str, str], int],
    words: Words,
    *,
    checked: bool,
) -> Form | None:
    """Returns the form of a call, or None where it cannot be told from this one call.

    Args:
        request: What the rules made of the call.
        lay_out: Returns the layout of such a request.
        index: Where `words` has which value.
        words: The values of the call.
        checked: Whether headers are checked that are not signed.
    """
    if not all(kind in KINDS or issubclass(kind, Enum) for kind in map(type, words)):
        return None
    parts = (*request.query, *request.headers, *request.unsigned)
    used = [(p.origin.argument, name) for p in parts if p.origin for name in p.origin.names]
    given = {both for both, at in index.items() if words[at] is not None or both[0] == "query"}
    if sorted(used) != sorted(given - {("options", "metadata")}):
        return None  # such as a fixed parameter that the call repeats
    opened = {p: _open(p, index, words, signed=p not in request.unsigned) for p in parts}
    query = tuple(opened[p][0] for p in request.query)
    headers = sorted(request.headers, key=lambda p: p.name.lower())
    row = [p for p in (*request.query, *headers) if opened[p][0].value is VARIES]
    signed = tuple(opened[p][0] for p in request.headers)
    layout = lay_out(request._replace(query=query, headers=signed))
    keys = bool(layout.shape.key)
    return Form(
        layout,
        tuple(opened[p][1] for p in row),
        tuple(
            Sent(p.name, row.index(p) + keys if p in row else None, opened[p][1])
            for p in request.headers
        ),
        tuple(Sent(p.name, None, opened[p][1]) for p in request.unsigned),
        tuple(encoder(0, p.column) for p in request.unsigned) if checked else (),
        tuple(opened[p][2] for p in row),
    )


def _open(
    parameter: Parameter, index: Mapping[tuple[str, str], int], words: Words, *, signed: bool
) -> tuple[Parameter, Read, int | None]:
    """Returns a parameter as what varies, where its value is from, and which word that is.

    One that depends on names and types alone comes back as it is.
    """
    origin, value = parameter.origin, parameter.value
    ats = () if origin is None else tuple(index[origin.argument, name] for name in origin.names)
    kinds = [type(words[at]) for at in ats]
    if origin is None or kinds == [NoneType]:
        return parameter, lambda words: value, None
    opened = parameter._replace(value=VARIES)
    option, write, (at, *more) = origin.option, origin.write, ats
    if more:
        return opened, lambda words: write(*[words[at] for at in ats]), None
    if not signed:  # what no engine sees is checked here
        return opened, lambda words: write(words[at]), None
    if option is not None and option.kind == "int" and kinds == [int]:
        column = Column(parameter.column.name, DECIMAL, option.minimum, option.maximum)
        return opened._replace(column=column), itemgetter(at), at
    if kinds == [str] and origin.is_kept:
        return opened, itemgetter(at), at
    return opened, lambda words: write(words[at]), None


class Recipe(Bound):
    """Signs calls of one form with the credentials of one signer.

    Args:
        context: What the signer lends.
        form: The form.
        memo: Where the signer keeps its recipes.
    """

    __slots__ = ("_fixed_times", "_is_teachable", "_memo", "_taught", "form")

    def __init__(self, context: Context, form: Form, memo: Memo) -> None:
        super().__init__(context, form.layout)
        self.form = form
        self._memo = memo
        self._fixed_times: dict[int, State] = {}
        self._taught: tuple[Any, set[bool]] = (None, set())
        plain = [sent.at for sent in form.signed]
        self._is_teachable = bool(form.layout.shape.key and None not in (*form.kept, *plain))
        if not form.unsigned and all(at is None for at in plain):
            self._headers = {sent.name: header_text(str(sent.read(()))) for sent in form.signed}

    def __repr__(self) -> str:
        return f"<Recipe {self.method}>"

    def result(
        self, key: Any, words: Words, expires: Any, expiration: Any, signing_time: Any
    ) -> PresignResult:
        """Returns the presigned URL of a call; arguments as those of `Signer.presign`."""
        form, shape = self.form, self._shape
        row = [read(words) for read in form.reads] if form.reads else []
        unsigned: dict[str, str] = {}
        for name, _, read in form.unsigned:
            unsigned[name] = header_text(read(words))
        state = self._now() if signing_time is None else self._at(as_second(signing_time))
        lifetime = self._lifetime_of(state, expires, expiration)
        if shape.key:
            url = self._sign_one(state.job, key, *row, lifetime)
            row.insert(0, key)
        else:
            url = self._sign_one(state.job, *row, lifetime)
        signed: dict[str, str] = {}
        for name, at, read in form.signed:
            signed[name] = header_text(str(read(words) if at is None else row[at]))
        expiration = expiration_at(state.second + lifetime)
        return PresignResult(shape.method, url, expiration, signed, unsigned)

    def batch(
        self, keys: list[Any], words: Words, expires: Any, expiration: Any, signing_time: Any
    ) -> UrlBatch[Any]:
        """Returns the presigned URLs of calls that differ in their keys alone, as of one second."""
        form, count = self.form, len(keys)
        row = [None, *[read(words) for read in form.reads]]
        unsigned = {name: header_text(read(words)) for name, _, read in form.unsigned}
        state = self._now() if signing_time is None else self._at(as_second(signing_time))
        lifetime = self._lifetime_of(state, expires, expiration)
        columns = [keys, *[[value] * count for value in row[1:]], [lifetime] * count]
        rows = self._engine.check_rows(state.job, columns, False)
        signed = {
            name: header_text(str(read(words) if at is None else row[at]))
            for name, at, read in form.signed
        }
        shared = (self._shape.method, expiration_at(state.second + lifetime), signed, unsigned)
        return UrlBatch.of_rows(self._engine, rows, 1, *shared)

    def headers(self, key: Any, words: Words, signing_time: Any) -> dict[str, str]:
        """Returns the headers of a call; arguments as those of `Signer.sign_headers`."""
        form = self.form
        row = [read(words) for read in form.reads] if form.reads else []
        others = [sent.read(words) for sent in form.unsigned] if form.unsigned else ()
        if others:
            for check, text in zip(form.checks, others, strict=True):
                check(text)
        state = self._now() if signing_time is None else self._at(as_second(signing_time))
        if self._shape.key:
            row.insert(0, key)
        authorization = self._sign_one(state.job, *row)
        if self._headers:  # so none is of the call
            return {**state.headers, "Authorization": authorization}
        headers = {
            name: header_text(str(read(words) if at is None else row[at]))
            for name, at, read in form.signed
        }
        for sent, text in zip(form.unsigned, others, strict=True):
            headers[sent.name] = header_text(text)
        return {**headers, **state.headers, "Authorization": authorization}

    def is_to_teach(self, key: Any, expires: Any, expiration: Any) -> bool:
        """Returns whether an engine may have to be told of calls like this one."""
        if not self._is_teachable or self._state is None or expiration is not None:
            return False
        if type(key) is not str or type(expires) not in (NoneType, int):
            return False
        taught, kinds = self._taught
        return taught is not self._state.live or (expires is None) not in kinds

    def teach(
        self, lines: Any, operation: str, options: Mapping[str, Any], expires: Any, **place: Any
    ) -> None:
        """Tells an engine that remembers calls what becomes of those like this one.

        Args:
            lines: What the engine remembers them in.
            operation: The operation.
            options: Its options.
            expires: The lifetime, or None.
            **place: Other words of the call, each text or None.
        """
        form, state = self.form, self._state
        taught, kinds = self._taught
        if state is None:
            return
        self._taught = state.live, {expires is None} | (kinds if taught is state.live else set())
        columns = {at: column for column, at in enumerate(form.kept, 1)}
        if any(at is not None and at >= len(options) for at in form.kept):
            return  # a dict holds them
        others = [word for at, word in enumerate(options.values()) if at not in columns]
        if any(type(word) not in (NoneType, str) for word in others):
            return
        roles: dict[str, tuple[int, Any]] = {
            name: (columns.get(at, -1), type(word) if at in columns else word)
            for at, (name, word) in enumerate(options.items())
        }
        roles |= {name: (-1, word) for name, word in place.items() if word is not None}
        if expires is not None:
            roles["expires"] = (-2, int)
        headers = [(sent.name, sent.at) for sent in form.signed]
        lifetime = DEFAULT_EXPIRES if expires is None else expires
        words = tuple(options.values())
        unsigned = {sent.name: header_text(sent.read(words)) for sent in form.unsigned}
        lines.learn(operation, roles, lifetime, headers, self.method, self, state.live, unsigned)

    def _lifetime_of(self, state: State, expires: Any, expiration: Any) -> int:
        longest = self._context.rules.MAX_EXPIRES
        if expiration is not None:
            check_expiration(expiration, expires)
            return seconds_until(expiration, state.second, longest)
        if expires is None:
            return DEFAULT_EXPIRES
        if type(expires) is not int:
            expires = as_lifetime(expires, longest)
        if isinstance(expires, list):
            raise ValueError("a column")
        return int(expires)

    def _at(self, second: int) -> State:
        """Returns the request bound to a second that the call fixes."""
        credentials = self._credentials()
        state = self._fixed_times.get(second)
        if state is None or _differ(state.credentials, credentials):
            state = self._fixed_times[second] = self._bind(second, credentials)
            for oldest in list(self._fixed_times)[:-_FIXED_TIMES]:
                self._fixed_times.pop(oldest, None)
        return state

    def _bind(self, second: int, credentials: CredentialsLike) -> State:
        known = self._state or next(iter(self._fixed_times.copy().values()), None)
        if known is not None and _differ(known.credentials, credentials):
            for recipe in list(self._memo.values()):  # nothing of replaced ones is kept
                recipe.forget()
        return super()._bind(second, credentials)

    def forget(self) -> None:
        """Drops what was bound to credentials."""
        self._state = self._recalled = None
        self._fixed_times.clear()

    def _lifetime(self, second: int) -> int | list[int | None]:
        return [None] if self._shape.carrier == "query" else 0


def _differ(one: CredentialsLike, other: CredentialsLike) -> bool:
    return one is not other and one != other
