"""How to sign any call of one form: each value goes its way to the wire, and nothing is bound anew.

What a form asks for is asked of the rules once. From then on a call is one row, whose columns are
the key, the values and the lifetime. A recipe refuses by any `ValueError`; what is wrong, and in
which words, the rules then tell of that call alone.
"""

from __future__ import annotations

from _weakref import ref  # that of weakref, which takes longer to import than this file
from collections.abc import Mapping
from datetime import datetime
from functools import partial
from types import NoneType
from typing import Any

from .._credentials.credentials import CredentialsLike
from .._engine.plan import LIFETIME, NAMES, SAME, SECOND
from .._rules.shape import DEFAULT_EXPIRES
from .._rules.times import as_lifetime, as_second, check_expiration, seconds_until
from .batch import UrlBatch
from .bound import Bound
from .context import Context, State, expiration_at
from .form import Form, Sent
from .memo import Memo, Words, index_of_words
from .result import PresignResult, header_text

#: States of a recipe that are kept for signing times that calls fix.
_FIXED_TIMES = 4


class Recipe(Bound):
    """Signs calls of one form with the credentials of one signer.

    Args:
        context: What the signer lends.
        form: The form.
        memo: Where the signer keeps its recipes.
    """

    __slots__ = ("_fixed_times", "_is_teachable", "_memo", "_reads", "_taught", "form")

    def __init__(self, context: Context, form: Form, memo: Memo) -> None:
        super().__init__(context, form.layout)
        self.form = form
        self._memo = ref(memo)  # which keeps this one
        self._fixed_times: dict[int, State] = {}
        self._reads = [source.read for source in form.sources]
        self._taught: tuple[Any, set[Any]] = (None, set())
        beside = [sent.source for sent in form.unsigned]
        self._is_teachable = not any(source.is_made for source in (*form.sources, *beside))
        if not form.unsigned and all(sent.at is None for sent in form.signed):
            self._headers = {n: header_text(str(source.read(()))) for n, _, source in form.signed}

    def __repr__(self) -> str:
        return f"<Recipe {self.method}>"

    def result(
        self, key: Any, words: Words, expires: Any, expiration: Any, signing_time: Any
    ) -> PresignResult:
        """Returns the presigned URL of a call; arguments as those of `Signer.presign`."""
        form, shape = self.form, self._shape
        row = [read(words) for read in self._reads] if self._reads else []
        unsigned: dict[str, str] = {}
        for name, _, source in form.unsigned:
            unsigned[name] = header_text(source.read(words))
        state = self._state_of(signing_time)
        lifetime = self._lifetime_of(state, expires, expiration)
        if shape.key:
            url = self._sign_one(state.job, key, *row, lifetime)
            row.insert(0, key)
        else:
            url = self._sign_one(state.job, *row, lifetime)
        signed = _signed(form, words, row)
        expiration = expiration_at(state.second + lifetime)
        return PresignResult(shape.method, url, expiration, signed, unsigned)

    def batch(
        self, keys: list[Any], words: Words, expires: Any, expiration: Any, signing_time: Any
    ) -> UrlBatch[Any]:
        """Returns the presigned URLs of calls that differ in their keys alone, as of one second."""
        form, count = self.form, len(keys)
        row = [None, *[read(words) for read in self._reads]]
        unsigned = {n: header_text(source.read(words)) for n, _, source in form.unsigned}
        state = self._state_of(signing_time)
        lifetime = self._lifetime_of(state, expires, expiration)
        columns = [keys, *[[value] * count for value in row[1:]], [lifetime] * count]
        rows = self._engine.check_rows(state.job, columns, False)
        signed = _signed(form, words, row)
        shared = (self._shape.method, expiration_at(state.second + lifetime), signed, unsigned)
        return UrlBatch.of_rows(self._engine, rows, 1, *shared)

    def headers(self, key: Any, words: Words, signing_time: Any) -> dict[str, str]:
        """Returns the headers of a call; arguments as those of `Signer.sign_headers`."""
        form = self.form
        row = [read(words) for read in self._reads] if self._reads else []
        others = [sent.source.read(words) for sent in form.unsigned] if form.unsigned else ()
        state = self._state_of(signing_time)
        if self._shape.key:
            row.insert(0, key)
        authorization = self._sign_one(state.job, *row)
        if self._headers:  # so none is of the call
            return {**state.headers, "Authorization": authorization}
        headers = _signed(form, words, row)
        for sent, text in zip(form.unsigned, others, strict=True):
            headers[sent.name] = header_text(text)
        return {**headers, **state.headers, "Authorization": authorization}

    def teach(
        self,
        lines: Any,
        operation: str,
        options: Mapping[str, Any],
        headers: Any,
        query: Any,
        **others: Any,
    ) -> None:
        """Tells an engine that remembers calls what becomes of those like this one.

        Args:
            lines: What the engine remembers them in.
            operation: The operation.
            options: Its options.
            headers: Free headers.
            query: Free query parameters.
            **others: The other words of the call; None stands for one left out.
        """
        state = self._state or next(iter(self._fixed_times.copy().values()), None)
        if not self._is_teachable or state is None or state.live is None:
            return
        form, given = self.form, {n: word for n, word in others.items() if word is not None}
        kinds = tuple((name, type(word)) for name, word in given.items())
        taught, known = self._taught
        if taught is state.live and kinds in known:
            return
        self._taught = state.live, {kinds} | (known if taught is state.live else set())
        roles = self._roles_of(options, headers, query)
        for name, word in given.items():
            roles[name] = self._role_of_time(name, word) or (SAME, word)
        if not all(role is not None and _is_known(role) for role in roles.values()):
            return
        has_key, has_lifetime = bool(self._shape.key), self._shape.carrier == "query"
        beside = has_key + len(form.sources) + has_lifetime
        lines.learn(
            operation,
            roles,
            state.live,
            self,
            headers=[_place(sent, sent.at) for sent in form.signed],
            others=[
                _place(sent, None if sent.source.way is None else beside + number)
                for number, sent in enumerate(form.unsigned)
            ],
            has_key=has_key,
            lifetime=DEFAULT_EXPIRES if has_lifetime else None,
            method=self.method,
        )

    def _roles_of(self, options: Mapping[str, Any], headers: Any, query: Any) -> dict[str, Any]:
        """Returns the roles of the words in these arguments, as an engine takes them."""
        form, given = self.form, {"options": options, "headers": headers, "query": query}
        has_key, has_lifetime = bool(self._shape.key), self._shape.carrier == "query"
        places = [*form.sources, None] if has_lifetime else [*form.sources]
        places += [sent.source for sent in form.unsigned]
        ways = {
            source.at: (place, *source.way)
            for place, source in enumerate(places, has_key)
            if source is not None and source.way is not None
        }
        given["metadata"] = options.get("metadata")
        words = index_of_words(options, headers, query)
        role = {both: ways.get(at, (SAME, given[both[0]][both[1]])) for both, at in words.items()}

        def inside(argument: str) -> Any:
            names = given[argument]
            pairs = tuple((name, role[argument, name]) for name in names)
            return (NAMES, dict, pairs) if type(names) is dict else None

        roles = {name: role["options", name] for name in options}
        nested = [name for name in ("headers", "query", "metadata") if given[name] is not None]
        return {**roles, **{name: inside(name) for name in nested}}

    def _role_of_time(self, name: str, word: Any) -> Any:
        """Returns the role of a word that is a time or a lifetime; None for another one."""
        if name == "expires":
            longest = self._context.rules.MAX_EXPIRES
            return LIFETIME, type(word), type(word) is int, partial(_lifetime, longest)
        if name == "expiration":
            return LIFETIME, type(word), False, partial(self._lifetime_at, None)
        if name == "signing_time":
            return SECOND, type(word), None, self._live_at
        return None

    def _live_at(self, moment: Any) -> Any:
        return self._at(as_second(moment)).live

    def _lifetime_at(self, expires: None, expiration: Any, second: int) -> int:
        if expires is not None or not isinstance(expiration, datetime):
            check_expiration(expiration, expires)
        return seconds_until(expiration, second, self._context.rules.MAX_EXPIRES)

    def _lifetime_of(self, state: State, expires: Any, expiration: Any) -> int:
        if expiration is not None:
            return self._lifetime_at(expires, expiration, state.second)
        if expires is None:
            return DEFAULT_EXPIRES
        return _lifetime(self._context.rules.MAX_EXPIRES, expires)

    def _state_of(self, signing_time: Any) -> State:
        """Returns the request bound to the second of a call, the present one for None."""
        return self._now() if signing_time is None else self._at(as_second(signing_time))

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
        memo = self._memo()
        if memo is not None:
            memo.follow(credentials)
        return super()._bind(second, credentials)

    def forget(self) -> None:
        """Drops what was bound to credentials."""
        self._state = self._recalled = None
        self._taught = (None, set())
        self._fixed_times.clear()

    def _lifetime(self, second: int) -> int | list[int | None]:
        return [None] if self._shape.carrier == "query" else 0


def _differ(one: CredentialsLike, other: CredentialsLike) -> bool:
    return one is not other and one != other


def _lifetime(longest: int, expires: Any, second: int = 0) -> int:
    """Returns a lifetime in seconds; where it is an integer, the engine checks it."""
    del second
    if type(expires) is not int:
        expires = as_lifetime(expires, longest)
    if isinstance(expires, list):
        raise ValueError("a column")
    return int(expires)


def _signed(form: Form, words: Words, row: list[Any]) -> dict[str, str]:
    """Returns the signed headers of a row as they are sent."""
    signed: dict[str, str] = {}
    for name, at, source in form.signed:
        signed[name] = header_text(str(source.read(words) if at is None else row[at]))
    return signed


def _place(sent: Sent, place: int | None) -> tuple[str, int, str | None]:
    if place is not None:
        return sent.name, place, None
    return sent.name, SAME, header_text(str(sent.source.read(())))


def _is_known(role: tuple[Any, ...]) -> bool:
    """Returns whether an engine can tell the words of this role from others."""
    if role[0] == NAMES:
        return all(type(name) is str and _is_known(inner) for name, inner in role[2])
    return role[0] != SAME or type(role[1]) in (NoneType, str)
