"""Single calls: by the recipe for their form, which the first call of that form leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from types import NoneType
from typing import Any, NamedTuple

from .._engine.columns import few_texts
from .._errors import RequestError
from .._rules.hints import hint_key
from .._rules.levels import NO_KEY, wants_object
from .._rules.v4 import UNSIGNED_PAYLOAD
from .batch import UrlBatch
from .context import Context, expiration_at
from .form import KINDS, Form
from .memo import Memo, Place, Words, place_and_words, read_once
from .recipe import Recipe
from .result import PresignResult, header_text
from .settings import Settings

#: Lists of up to so many keys are signed as single calls are; binding is worth it for longer ones.
_FEW = 64
_SLOTS = ("method", "url", "expiration", "signed_headers", "_unsigned")
_SLOTS_OF_BATCH = ("method", "_rows", "expiration", "_headers", "_others")
#: How a recipe tells that it cannot sign a call: all that a wrong value leads to.
_REFUSALS = (ValueError, TypeError, OverflowError)


class _Kind(NamedTuple):
    """A kind of single calls.

    Attributes:
        carrier: What carries the signature.
        form: The method of the settings that returns the form of such a call.
        sign: What a recipe signs it with.
        lines: The attribute of `Calls` by which an engine remembers such calls.
        is_many: Whether it has a list of keys.
    """

    carrier: str
    form: Callable[..., Form | None]
    sign: Callable[..., Any]
    lines: str
    is_many: bool = False


_ONE_URL = _Kind("query", Settings.form_of_url, Recipe.result, "lines")
_FEW_URLS = _Kind("query", Settings.form_of_url, Recipe.batch, "lines_of_batches", is_many=True)
_IN_HEADERS = _Kind("header", Settings.form_of_headers, Recipe.headers, "lines_of_headers")
#: Words besides options, headers and query that an engine may know calls by.
_OTHER_WORDS = ("bucket", "endpoint", "expires", "expiration", "signing_time")
#: Words that may be None, as if they were left out; and those of URLs alone.
_OPTIONAL = frozenset(("bucket", "signing_time", "headers", "query", "additional_headers"))
_OF_URLS = frozenset(("endpoint", "expires", "expiration"))


class Calls:
    """Signs the single calls of one signer.

    A call that its recipe refuses is asked of the rules on its own, so that an error is the same
    whatever was called before.

    Args:
        settings: What the signer was told.
        context: What it lends.
    """

    __slots__ = ("_context", "_settings", "lines", "lines_of_batches", "lines_of_headers", "memo")

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        engine = context.engine
        shared = expiration_at, header_text
        names = ("Authorization",)
        self.lines = engine.lines(PresignResult, _SLOTS, *shared, _OPTIONAL | _OF_URLS)
        self.lines_of_headers = engine.lines(None, names, *shared, _OPTIONAL)
        rest = {"_engine": engine, "_first": 0, "_texts": None, "_threads": 1}
        self.lines_of_batches = engine.lines(
            UrlBatch, _SLOTS_OF_BATCH, *shared, _OPTIONAL | _OF_URLS, rest
        )
        self.memo = Memo(self.lines, self.lines_of_headers, self.lines_of_batches)

    def presign(
        self, operation: str, key: Any, options: Mapping[str, Any], **call: Any
    ) -> PresignResult:
        """Returns the presigned URL of a call; arguments as those of `Signer.presign`."""
        options, *given = read_once(options, call["headers"], call["query"])
        call["headers"], call["query"] = given
        times = call["expires"], call["expiration"], call["signing_time"]
        result: PresignResult | None = self._by_recipe(
            _ONE_URL, operation, key, options, call, call["endpoint"], times
        )
        if result is not None:
            return result
        call["has_key"] = wants_object(operation, key)
        bound = self._settings.bind_presigner(self._context, operation, options, **call)
        return bound.result(None if key is NO_KEY else key)

    def presign_many(
        self,
        operation: str,
        keys: Any,
        options: Mapping[str, Any],
        *,
        threads: Any,
        nulls: Any,
        **call: Any,
    ) -> UrlBatch[Any]:
        """Returns the URLs of a call; arguments as those of `Signer.presign_many`."""
        options, *given = read_once(options, call["headers"], call["query"])
        call["headers"], call["query"] = given
        few = keys if type(keys) is list else few_texts(keys, _FEW)
        is_plain = type(threads) is int and threads == 1 and nulls == "refuse"
        if few and is_plain and len(few) <= _FEW:
            batch = self._few(operation, few, options, call)
            if batch is not None:
                hint_key(few[0], self._settings.key_kind == 1)
                return batch
        call |= {"has_key": wants_object(operation, keys, "keys"), "threads": threads}
        bound = self._settings.bind_presigner(
            self._context, operation, options, nulls=nulls, **call
        )
        return bound.urls(None if keys is NO_KEY else keys)

    def _few(
        self, operation: str, keys: list[Any], options: Mapping[str, Any], call: dict[str, Any]
    ) -> UrlBatch[Any] | None:
        """Returns URLs by the recipe for one of them, or None where they are no such calls."""
        expires, expiration, signing_time = map(call.get, ("expires", "expiration", "signing_time"))
        if type(keys[0]) is not str or type(expires) not in (NoneType, int, timedelta):
            return None
        times = expires, expiration, signing_time
        with suppress(RequestError):  # which the rules tell of the batch
            batch: UrlBatch[Any] | None = self._by_recipe(
                _FEW_URLS, operation, keys, options, call, call["endpoint"], times
            )
            return batch
        return None

    def sign_headers(
        self, operation: str, key: Any, options: Mapping[str, Any], **call: Any
    ) -> dict[str, str]:
        """Returns the headers of a call; arguments as those of `Signer.sign_headers`."""
        options, *read = read_once(options, call["headers"], call["query"])
        call["headers"], call["query"] = read
        payload, is_unsigned = call["payload"], call["payload"] == UNSIGNED_PAYLOAD
        given = options if is_unsigned else {**options, "payload": payload}
        signed: dict[str, str] | None = self._by_recipe(
            _IN_HEADERS, operation, key, given, call, is_unsigned, (call["signing_time"],)
        )
        if signed is not None:
            return signed
        call["has_key"] = wants_object(operation, key)
        bound = self._settings.bind_headers(self._context, operation, options, **call)
        return bound.headers(None if key is NO_KEY else key)

    def _by_recipe(  # noqa: PLR0917 - the parts of a call
        self,
        kind: _Kind,
        operation: str,
        key: Any,
        options: Mapping[str, Any],
        call: Mapping[str, Any],
        more: Any,
        times: tuple[Any, ...],
    ) -> Any:
        """Returns what the recipe for calls of this form signs, or None where there can be none."""
        kind_of_key = str if kind.is_many else type(key)
        headers, query, additional = call["headers"], call["query"], call["additional_headers"]
        lead = (kind.carrier, operation, kind_of_key, more, call["bucket"], _hashable(additional))
        place, words = place_and_words(lead, options, headers, query)
        if place is None or (
            kind.is_many and not KINDS.issuperset(map(type, (*lead[3:5], *words)))
        ):
            return None  # such as a column
        try:
            known: Recipe | None = self.memo.get(place)
        except TypeError:  # something that cannot be hashed, which will be refused
            return None
        recipe = known
        if recipe is None:
            recipe = self._new_recipe(kind, operation, key, options, call, place, words)
            if recipe is None:
                return None
        try:
            signed = kind.sign(recipe, key, words, *times)
        except _REFUSALS:
            return None
        if known is None:
            self.memo.remember(place, recipe)
            self._settings.forms.remember(place, recipe.form)
        elif additional is None:
            lines = getattr(self, kind.lines)
            if lines:
                others = {name: call.get(name) for name in _OTHER_WORDS}
                recipe.teach(lines, operation, options, headers, query, **others)
        return signed

    def _new_recipe(  # noqa: PLR0917 - the parts of a call
        self,
        kind: _Kind,
        operation: str,
        key: Any,
        options: Mapping[str, Any],
        call: Mapping[str, Any],
        place: Place,
        words: Words,
    ) -> Recipe | None:
        """Returns a new recipe for a call, or None where there can be none.

        Warns if the key may be something else.
        """
        form: Form | None = self._settings.forms.get(place)
        if not kind.is_many:
            hint_key(key, self._settings.key_kind == 1)
        if form is None:
            has_key = kind.is_many or wants_object(operation, key)
            form = kind.form(self._settings, operation, options, words, **call, has_key=has_key)
        return None if form is None else Recipe(self._context, form, self.memo)


def _hashable(additional: Any) -> Any:
    """Returns names of headers as a place has them; those that may be read once have no place."""
    if additional is None:
        return None
    is_kept = type(additional) in (list, tuple, set, frozenset)
    return tuple(additional) if is_kept else [additional]
