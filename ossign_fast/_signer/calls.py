"""Single calls: by the recipe for their form, which the first call of that form leaves behind."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import NoneType
from typing import Any

from .._rules.hints import hint_key
from .._rules.levels import NO_KEY, wants_object
from .bound import Context, expiration_at
from .memo import Memo, Place, Words, place_and_words
from .recipe import Form, Recipe
from .result import PresignResult, header_text
from .settings import Settings

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
        expires: Any,
        expiration: Any,
        endpoint: Any,
        **call: Any,
    ) -> PresignResult:
        """Returns the presigned URL of a call; arguments as those of `Signer.presign`."""
        lead = ("query", operation, type(key), endpoint)
        place, words = _place(lead, options, call)
        recipe: Recipe | None = self.memo.get(place) if place else None
        is_known = recipe is not None
        lifetime = {"expires": expires, "expiration": expiration, "endpoint": endpoint}
        if not is_known:
            called = (operation, options, {**call, **lifetime, **self._key(operation, key)})
            recipe = self._recipe(place, words, self._settings.form_of_url, called)
        if recipe is not None:
            try:
                result = recipe.result(key, words, expires, expiration, call["signing_time"])
            except _REFUSALS:
                pass
            else:
                if not is_known:
                    self._keep(place, recipe)
                if self.lines is not None:
                    self._teach(recipe, operation, key, options, {**call, **lifetime})
                return result
        call["has_key"] = wants_object(operation, key)
        bound = self._settings.bind_presigner(self._context, operation, options, **lifetime, **call)
        return bound.result(None if key is NO_KEY else key)

    def sign_headers(
        self, operation: str, key: Any, options: Mapping[str, Any], *, payload: Any, **call: Any
    ) -> dict[str, str]:
        """Returns the headers of a call; arguments as those of `Signer.sign_headers`."""
        lead = ("header", operation, type(key), payload)
        place, words = _place(lead, options, call)
        recipe: Recipe | None = self.memo.get(place) if place else None
        is_known = recipe is not None
        call["payload"] = payload
        if not is_known:
            called = (operation, options, {**call, **self._key(operation, key)})
            recipe = self._recipe(place, words, self._settings.form_of_headers, called)
        if recipe is not None:
            try:
                headers = recipe.headers(key, words, call["signing_time"])
            except _REFUSALS:
                pass
            else:
                if not is_known:
                    self._keep(place, recipe)
                return headers
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

    def _teach(
        self, recipe: Recipe, operation: str, key: Any, options: Any, call: dict[str, Any]
    ) -> None:
        others = ("headers", "query", "additional_headers", "signing_time", "expiration")
        told = type(key) is str and type(call["expires"]) in (NoneType, int)
        if told and all(call[name] is None for name in others):
            place = {"bucket": call["bucket"], "endpoint": call["endpoint"]}
            recipe.teach(self.lines, operation, options, call["expires"], **place)

    def _keep(self, place: Place | None, recipe: Recipe) -> None:
        if place is not None:
            self.memo.remember(place, recipe)
            self._settings.forms.remember(place, recipe.form)


def _place(
    lead: Place, options: Mapping[str, Any], call: Mapping[str, Any]
) -> tuple[Place | None, Words]:
    additional = call["additional_headers"]
    if additional is not None:
        if type(additional) not in (list, tuple, set, frozenset):
            return None, ()
        additional = tuple(additional)
    lead = (*lead, call["bucket"], additional)
    return place_and_words(lead, options, call["headers"], call["query"])
