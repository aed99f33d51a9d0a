"""From the settings of a signer and the words of a call to a bound request."""

from __future__ import annotations

import copyreg
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any, NamedTuple

from .._credentials.credentials import Credentials
from .._credentials.sources import snapshot_source
from .._engine import engine as default_engine
from .._engine.inputs import VARIES
from .._engine.plan import FIELD, Column
from .._errors import RequestError
from .._rules import v4
from .._rules.bounded import size_of
from .._rules.choices import check_meant
from .._rules.endpoints import Endpoint, check_bucket, resolve_endpoint
from .._rules.levels import check_level, check_names
from .._rules.operations import Operation, Option, find_operation, wire_text
from .._rules.parameters import Origin, Parameter, Request, Values
from .._rules.request import (
    as_bucket,
    build_request,
    checked_nulls,
    checked_threads,
    header_names,
)
from .._rules.times import SigningTime, as_lifetime, as_second, check_expiration, whole_seconds
from .bound import BoundPresigner
from .bound_headers import BoundHeaders
from .context import Context
from .form import Form, form_of
from .layout import Layout, lay_out
from .memo import Memo, Words, index_of_words
from .travel import Told, portable

_PLACE = ("region", "product", "scheme", "endpoint_type", "url_style")
_SAID = (
    "signature_version",
    "additional_headers",
    "sub_resources",
    "bucket",
    *_PLACE,
    "endpoint",
    "strict_endpoint",
    "strict_keys",
)
#: Bytes of arguments of signers that are looked for among those of others.
_LONGEST = 1 << 14
_PAYLOAD = Option("payload", "header", v4.PAYLOAD_HEADER)


class Settings(NamedTuple):
    """What a signer was told, checked.

    Attributes:
        rules: The module of the signature version, `v4` or `v1`.
        endpoint: Where requests go.
        endpoint_settings: What `resolve_endpoint` needs for another endpoint.
        bucket: Bucket of calls that name none.
        additional_headers: Lower-case names of headers that calls sign by default.
        key_kind: 1 if keys are checked strictly, else 2.
        forms: Forms of calls that were made with these settings.
    """

    rules: Any
    endpoint: Endpoint
    endpoint_settings: dict[str, Any]
    bucket: str | None
    additional_headers: frozenset[str]
    key_kind: int
    forms: Memo

    def bind_presigner(
        self,
        context: Context,
        name: str,
        options: Mapping[str, Any],
        *,
        threads: int | None = None,
        nulls: str = "refuse",
        **call: Any,
    ) -> BoundPresigner:
        """Returns the presigner of a call; arguments as those of `Signer.presign_many`.

        Args:
            context: What the signer lends.
            name: The operation or HTTP method.
            options: Its options.
            threads: None where columns are not allowed.
            nulls: "refuse" or "keep".
            **call: The other arguments.
        """
        expiration: datetime | None = call["expiration"]
        lifetime, asked = self._read_url(name, options, call, batch=threads is not None)
        for given in asked.request.unsigned:
            if given.value is VARIES:
                raise RequestError(
                    given.column.name,
                    "is not signed, so it cannot be VARIES; leave it out, or name "
                    f"{given.name!r} in additional_headers to have it signed",
                )
        return BoundPresigner(
            context,
            asked.layout(),
            request=asked.request,
            expires=lifetime,
            expiration=expiration,
            signing_time=asked.signing_time,
            threads=checked_threads(threads),
            keep_nulls=checked_nulls(nulls),
        )

    def bind_headers(
        self, context: Context, name: str, options: Mapping[str, Any], **call: Any
    ) -> BoundHeaders:
        """Returns the header signer of a call; arguments as those of `Signer.sign_headers`.

        Args:
            context: What the signer lends.
            name: The operation or HTTP method.
            options: Its options.
            **call: The other arguments.
        """
        asked = self._read_headers(name, options, call)
        return BoundHeaders(
            context, asked.layout(), request=asked.request, signing_time=asked.signing_time
        )

    def form_of_url(
        self, name: str, options: Mapping[str, Any], words: Words, **call: Any
    ) -> Form | None:
        """Returns the form of a call of `Signer.presign`, if it can be told from `words`."""
        _, asked = self._read_url(name, options, call, batch=False)
        index = index_of_words(options, call["headers"], call["query"])
        return form_of(asked.request, asked.layout, index, words, checked=False)

    def form_of_headers(
        self, name: str, options: Mapping[str, Any], words: Words, **call: Any
    ) -> Form | None:
        """Returns the form of a call of `Signer.sign_headers`, if it can be told from `words`.

        The payload is one of the options where it is the hash of a body.
        """
        typed = {option: value for option, value in options.items() if option != "payload"}
        asked = self._read_headers(name, typed, call)
        index = index_of_words(options, call["headers"], call["query"])
        return form_of(asked.request, asked.layout, index, words, checked=True)

    def _read_url(
        self, name: str, options: Mapping[str, Any], call: Mapping[str, Any], *, batch: bool
    ) -> tuple[int | list[int | None], _Asked]:
        """Returns the lifetime of a URL, and the rest of what it is asked for with."""
        expires, endpoint = call["expires"], call["endpoint"]
        if expires is VARIES:
            raise RequestError("expires", "cannot be VARIES; bind a request for each lifetime")
        if call["expiration"] is not None:
            check_expiration(call["expiration"], expires)
        if isinstance(lifetime := as_lifetime(expires, self.rules.MAX_EXPIRES), list) and not batch:
            raise RequestError("expires", "is a column; use presign_many for one value per row")
        asked = self._read(name, options, call, batch=batch, carrier="query")
        if endpoint is not None:
            own = asked.bucket if isinstance(asked.bucket, str) else None
            settings = {**self.endpoint_settings, "bucket": own or None}
            asked = asked._replace(endpoint=resolve_endpoint(endpoint=endpoint, **settings))
        return lifetime, asked

    def _read_headers(
        self, name: str, options: Mapping[str, Any], call: Mapping[str, Any]
    ) -> _Asked:
        for word in {"endpoint", "expires", "expiration"} & options.keys():
            raise RequestError(word, "does not apply to a signature in headers; leave it out")
        asked = self._read(name, options, call, batch=False, carrier="header")
        return asked._replace(request=_with_payload(asked.request, call["payload"], self.rules))

    def _read(
        self,
        name: str,
        options: Mapping[str, Any],
        call: Mapping[str, Any],
        *,
        batch: bool,
        carrier: str,
    ) -> _Asked:
        operation: Operation = find_operation(name)
        bucket, has_key = call["bucket"], call["has_key"]
        service = isinstance(bucket, str) and not bucket and not has_key
        bucket = self.bucket if bucket is None else None if service else as_bucket(bucket, batch)
        check_names(operation, options)  # a key under another name is told by it
        check_level(operation, has_key, bucket, service=service)
        additional: Iterable[str] | None = call["additional_headers"]
        if additional is None:
            additional = self.additional_headers
        _check_additional(self.rules, additional)
        if carrier == "header" and "date" in header_names(additional):
            raise RequestError("additional_headers", "Date is not signed, x-oss-date is; drop it")
        request = build_request(
            operation,
            options,
            headers=call["headers"],
            query=call["query"],
            additional_headers=additional,
            bucket=bucket,
            batch=batch,
            rules=self.rules,
            carrier=carrier,
        )
        signing_time: SigningTime | None = call["signing_time"]
        return _Asked(
            request,
            carrier,
            operation.method,
            self.endpoint,
            "" if bucket is None else bucket,
            self.key_kind if has_key else 0,
            None if signing_time is None else as_second(signing_time),
        )


class _Asked(NamedTuple):
    """What a call asks for, read and checked."""

    request: Request
    carrier: str
    method: str
    endpoint: Endpoint
    bucket: Values
    key: int
    signing_time: int | None

    def layout(self, request: Request | None = None) -> Layout:
        """Returns its layout, or that of a request which is like it."""
        return lay_out(
            request or self.request,
            carrier=self.carrier,
            method=self.method,
            endpoint=self.endpoint,
            bucket=self.bucket,
            key=self.key,
        )


def settle(told: Mapping[str, Any]) -> tuple[Settings, Context]:
    """Returns what becomes of the arguments of a signer, by their names.

    Raises:
        RequestError: A setting breaks a rule.
        CredentialsError: `credentials` is of no kind that can be used.
    """
    said = [told[name] for name in _SAID]
    kinds = (list, tuple, set, frozenset)
    said = [tuple(value) if type(value) in kinds else value for value in said]
    try:
        is_usual = size_of(tuple(said)) <= _LONGEST
        settings = _settings_of(*said) if is_usual else _settings_of.__wrapped__(*said)
    except TypeError:  # something that cannot be hashed
        settings = _settings_of.__wrapped__(*said)
    now, offset = whole_seconds(told["clock"], told["clock_offset"]), told["clock_offset"]
    ahead = None
    if told["clock"] is None:
        ahead = offset.total_seconds() if isinstance(offset, timedelta) else float(offset)
    are_fixed = isinstance(told["credentials"], Credentials)
    source = snapshot_source(told["credentials"])
    told = Told(told)
    told["additional_headers"] = settings.additional_headers
    told["sub_resources"] = tuple(told["sub_resources"])
    if settings.rules is not v4:  # it runs on loops of its own
        v1 = settings.rules
        scope: Any = v1.Scope(frozenset(told["sub_resources"]))
        return settings, Context(v1, None, v1, scope, now, ahead, source, are_fixed, told)
    scope = v4.Scope(told["region"] or "", told["product"])
    return settings, Context(default_engine, None, v4, scope, now, ahead, source, are_fixed, told)


@lru_cache(maxsize=64, typed=True)
def _settings_of(
    version: str, additional_headers: Any, sub_resources: Any, bucket: Any, *said: Any
) -> Settings:
    """Returns the settings of signers that were told the same, who so share forms of calls."""
    rules = _rules_of(version, additional_headers, sub_resources)
    bucket = None if bucket is None else check_bucket(bucket)
    *place, endpoint, strict_endpoint, strict_keys = said
    wanted = dict(zip(_PLACE, place, strict=True))
    wanted |= {"bucket": bucket, "needs_region": rules is v4, "strict": strict_endpoint}
    return Settings(
        rules,
        resolve_endpoint(endpoint=endpoint, **wanted),
        wanted,
        bucket,
        header_names(additional_headers),
        1 if strict_keys else 2,
        Memo(),
    )


def _context_of(told: Mapping[str, Any]) -> Context:
    return settle(told)[1]


# Said here, as the class stands below and knows no settings.
copyreg.pickle(Context, lambda context: (_context_of, (portable(context.told),)))


def _rules_of(version: object, additional_headers: Iterable[str], sub_resources: Any) -> Any:
    """Returns the rules module of a signature version that is used with these names.

    Raises:
        RequestError: There is no such version, or it does not know these names.
    """
    version = version.lower() if isinstance(version, str) else version
    if version not in ("v4", "v1"):
        raise RequestError("signature_version", "must be 'v4' or 'v1'")
    if not isinstance(sub_resources, (list, tuple, set, frozenset)) or not all(
        isinstance(name, str) for name in sub_resources
    ):
        raise RequestError("sub_resources", "must be a list or another collection of names")
    rules: Any = v4
    if version == "v1":
        from .._rules import v1  # not needed to import the package

        v1.load()
        rules = v1
    if sub_resources and rules is v4:
        raise RequestError("sub_resources", "is for Signature V1; V4 signs the whole query")
    _check_additional(rules, additional_headers)
    return rules


def _check_additional(rules: Any, additional_headers: object) -> None:
    if additional_headers and rules is not v4:
        raise RequestError(
            "additional_headers", "Signature V1 signs no others; leave them out, or use V4"
        )


def _with_payload(request: Request, payload: object, rules: Any) -> Request:
    """Returns `request` with the header that says what is signed of the body; V1 has none."""
    unsigned = payload == v4.UNSIGNED_PAYLOAD
    check_meant(
        "payload", v4.PAYLOAD_HEADER, (), False, payload if isinstance(payload, str) else ""
    )
    if rules is not v4:
        if not unsigned:
            raise RequestError("payload", "Signature V1 does not sign the body; leave it out")
        return request
    for given in request.headers:
        if given.name.lower() == v4.PAYLOAD_HEADER:
            if not unsigned and str(given.value).strip(" \t") != payload:
                raise RequestError("payload", f"contradicts headers[{given.name!r}]; give one")
            return request
    origin = None
    if not unsigned:
        origin = Origin("options", ("payload",), _PAYLOAD, partial(wire_text, _PAYLOAD))
    header = Parameter(v4.PAYLOAD_HEADER, Column("payload", FIELD, 1), str(payload), origin)
    return request._replace(headers=(*request.headers, header))
