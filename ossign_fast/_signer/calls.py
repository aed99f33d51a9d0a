"""Single calls: by the recipe for their form, which the first call of that form leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from types import NoneType
from typing import Any

from .._errors import RequestError
from .._rules.hints import hint_key
from .._rules.levels import NO_KEY, wants_object
from .batch import UrlBatch
from .context import Context, expiration_at
from .memo import Memo, Place, Words, place_and_words
from .recipe import KINDS, Form, Recipe
from .result import PresignResult, header_text
from .settings import Settings

#: Lists of up to so many keys are signed as single calls are; binding is worth it for longer ones.
_FEW = 64
_SLOTS = ("method", "url", "expiration", "signed_headers", "_unsigned")
#: How a recipe tells that it cannot sign a call: all that a wrong value leads to.
_REFUSALS = (ValueError, TypeError, OverflowError)


class Calls:
    """Signs the single calls of one signer.

    A call that its recipe refuses is asked of the rules on its own, so that an error is the same
    whatever was called before.

    Args:
        settings: What the signer was told.
        context: What it lends.
    """

    __slots__ = ("_context", "_settings", "lines", "memo")

    def __init__(self, settings: Settings, context: Context) -> None:
        self._settings = settings
        self._context = context
        self.memo = Memo()
        self.lines = context.engine.lines(PresignResult, _SLOTS, expiration_at, header_text)

    def presign(
        self,
        operation: str,
        key: Any,
        options: Mapping[str, Any],
        *,
        bucket: Any,
        headers: Any,
        query: Any,
        additional_headers: Any,
        signing_time: Any,
        endpoint: Any,
        expires: Any,
        expiration: Any,
    ) -> PresignResult:
        """Returns the presigned URL of a call; arguments as those of `Signer.presign`."""
        lead = ("query", operation, type(key), endpoint, bucket, _hashable(additional_headers))
        place, words = place_and_words(lead, options, headers, query)
        recipe: Recipe | None = None
        try:
            recipe = self.memo.get(place)
        except TypeError:  # something that cannot be hashed, which will be refused
            place = None
        is_new = recipe is None
        if recipe is not None:
            try:
                result = recipe.result(key, words, expires, expiration, signing_time)
            except _REFUSALS:
                pass
            else:
                is_plain = headers is query is additional_headers is signing_time is None
                if self.lines and is_plain and recipe.is_to_teach(key, expires, expiration):
                    told = {"bucket": bucket, "endpoint": endpoint}
                    recipe.teach(self.lines, operation, options, expires, **told)
                return result
        call = {
            "bucket": bucket,
            "headers": headers,
            "query": query,
            "additional_headers": additional_headers,
            "signing_time": signing_time,
            "endpoint": endpoint,
            "expires": expires,
            "expiration": expiration,
        }
        if is_new:
            called = (operation, options, {**call, **self._key(operation, key)})
            recipe = self._recipe(place, words, self._settings.form_of_url, called)
            if recipe is not None:
                with suppress(*_REFUSALS):
                    result = recipe.result(key, words, expires, expiration, signing_time)
                    self._keep(place, recipe)
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
        is_plain = type(keys) is list and type(threads) is int
        if is_plain and 0 < len(keys) <= _FEW and threads == 1 and nulls == "refuse":
            batch = self._few(operation, keys, options, call)
            if batch is not None:
                hint_key(keys[0], self._settings.key_kind == 1)
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
        bucket, endpoint, expires = call["bucket"], call["endpoint"], call["expires"]
        if type(keys[0]) is not str or type(expires) not in (NoneType, int, timedelta):
            return None
        lead = ("query", operation, str, endpoint, bucket, _hashable(call["additional_headers"]))
        place, words = place_and_words(lead, options, call["headers"], call["query"])
        if not all(kind in KINDS for kind in map(type, (bucket, endpoint, *words))):
            return None  # such as a column
        signing_time, expiration = call["signing_time"], call["expiration"]
        with suppress(*_REFUSALS, RequestError):
            recipe: Recipe | None = self.memo.get(place)
            if recipe is not None:
                return recipe.batch(keys, words, expires, expiration, signing_time)
            called = (operation, options, {**call, "has_key": True})
            recipe = self._recipe(place, words, self._settings.form_of_url, called)
            if recipe is not None:
                batch = recipe.batch(keys, words, expires, expiration, signing_time)
                self._keep(place, recipe)
                return batch
        return None

    def sign_headers(
        self,
        operation: str,
        key: Any,
        options: Mapping[str, Any],
        *,
        bucket: Any,
        headers: Any,
        query: Any,
        additional_headers: Any,
        signing_time: Any,
        payload: Any,
    ) -> dict[str, str]:
        """Returns the headers of a call; arguments as those of `Signer.sign_headers`."""
        lead = ("header", operation, type(key), payload, bucket, _hashable(additional_headers))
        place, words = place_and_words(lead, options, headers, query)
        recipe: Recipe | None = None
        try:
            recipe = self.memo.get(place)
        except TypeError:  # something that cannot be hashed, which will be refused
            place = None
        is_new = recipe is None
        if recipe is not None:
            try:
                return recipe.headers(key, words, signing_time)
            except _REFUSALS:
                pass
        call = {
            "bucket": bucket,
            "headers": headers,
            "query": query,
            "additional_headers": additional_headers,
            "signing_time": signing_time,
            "payload": payload,
        }
        if is_new:
            called = (operation, options, {**call, **self._key(operation, key)})
            recipe = self._recipe(place, words, self._settings.form_of_headers, called)
            if recipe is not None:
                with suppress(*_REFUSALS):
                    signed = recipe.headers(key, words, signing_time)
                    self._keep(place, recipe)
                    return signed
        call["has_key"] = wants_object(operation, key)
        bound = self._settings.bind_headers(self._context, operation, options, **call)
        return bound.headers(None if key is NO_KEY else key)

    def _key(self, operation: str, key: Any) -> dict[str, bool]:
        """Returns whether a new kind of call has a key; warns if that may be something else."""
        hint_key(key, self._settings.key_kind == 1)
        return {"has_key": wants_object(operation, key)}

    def _recipe(
        self,
        place: Place | None,
        words: Words,
        described: Callable[..., Form | None],
        called: tuple[str, Mapping[str, Any], Mapping[str, Any]],
    ) -> Recipe | None:
        """Returns a new recipe for a call, or None where there can be none."""
        if place is None:
            return None
        form: Form | None = self._settings.forms.get(place)
        if form is None:
            operation, options, call = called
            form = described(operation, options, words, **call)
        return None if form is None else Recipe(self._context, form, self.memo)

    def _keep(self, place: Place | None, recipe: Recipe) -> None:
        if place is not None:
            self.memo.remember(place, recipe)
            self._settings.forms.remember(place, recipe.form)


def _hashable(additional: Any) -> Any:
    """Returns names of headers as a place has them; those that may be read once have no place."""
    if additional is None:
        return None
    is_kept = type(additional) in (list, tuple, set, frozenset)
    return tuple(additional) if is_kept else [additional]
