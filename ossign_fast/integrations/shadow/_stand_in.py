"""Two signers side by side: one answers, the other is compared with it."""

from __future__ import annotations

import copy
import inspect
import random
from collections.abc import Callable, Mapping
from typing import Any

from ossign_fast import OssignError

from ._diff import Difference, compare_headers, compare_urls
from ._report import Mismatch, ShadowReport, log_mismatch, logger
from ._time import headers_instant, result_instants, result_mark, url_instant


def shadow(
    primary: Any,
    candidate: Any,
    sample: float = 1.0,
    on_mismatch: Callable[[Mismatch], None] = log_mismatch,
) -> Any:
    """Returns a stand-in for `primary` that lets `candidate` sign the same, and compares.

    The answers, and the errors, are those of `primary`; `candidate` can neither change nor stop
    them. It signs at the very instant that `primary` did, where it is one of this package or a
    signer of alibabacloud-oss-v2. The stand-in's `shadow_report` counts.

    Works for signers (`sign`) and clients (`presign`, also async) of alibabacloud-oss-v2, and for
    auth objects (`_sign_url`, `_sign_request`) and buckets (`sign_url`) of oss2, each beside its
    drop-in. A drop-in does not repeat the faults of its SDK, which shows up as mismatches: with
    `strict_sdk=True` it does, and there should be none.

    Args:
        primary: What answers.
        candidate: What is compared; of the same kind.
        sample: Share of the calls that are compared, 0..1.
        on_mismatch: Called with each `Mismatch`; default: a warning is logged.

    Raises:
        TypeError: They are of no known kind, or not of the same; `sample` is no number, or
            `on_mismatch` no function.
        ValueError: `sample` lies outside 0..1.

    Example:
        >>> import oss2
        >>> from ossign_fast.integrations.oss2 import AuthV4
        >>> auth = shadow(oss2.AuthV4("id", "secret"), AuthV4("id", "secret"))
        >>> bucket = oss2.Bucket(auth, "https://oss-cn-hangzhou.aliyuncs.com", "examplebucket",
        ...                      region="cn-hangzhou")
        >>> url = bucket.sign_url("GET", "a.txt", 600)
        >>> auth.shadow_report
        ShadowReport(calls=1, compared=1, mismatches=0, errors=0, skipped=0)
    """
    if not isinstance(sample, (int, float)):
        raise TypeError("sample: must be a share, 0..1")
    if not 0 <= sample <= 1:
        raise ValueError("sample: must be a share, 0..1")
    if isinstance(primary, type) or isinstance(candidate, type):
        raise TypeError("primary and candidate must be objects, not classes; make one of each")
    if not callable(on_mismatch):
        raise TypeError("on_mismatch: must be a function of one Mismatch")
    for method, kind in _KINDS.items():
        both = hasattr(primary, method) and hasattr(candidate, method)
        if both and _is_async(primary) == _is_async(candidate):
            stand_in = _AsyncClientShadow if _is_async(primary) else kind
            return stand_in(primary, candidate, sample, on_mismatch)
    raise TypeError("primary and candidate must be signers, clients, auth objects or buckets alike")


class _Shadow:
    """Stands in for the primary in everything but what it is compared in."""

    def __init__(
        self,
        primary: Any,
        candidate: Any,
        sample: float,
        on_mismatch: Callable[[Mismatch], None],
    ) -> None:
        settings = {"_primary": primary, "_candidate": candidate, "_sample": sample}
        settings |= {"_on_mismatch": on_mismatch, "shadow_report": ShadowReport()}
        self.__dict__.update(settings)

    @property  # type: ignore[misc]
    def __class__(self) -> Any:
        """The class of the primary, for those who ask by `isinstance`."""
        return type(self._primary)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__.get("_primary"), name)  # copying asks before there is one

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self._primary, name, value)

    def __repr__(self) -> str:
        return f"<shadow of {self._primary!r}>"

    def _is_sampled(self) -> bool:
        self.shadow_report._count("calls")
        return bool(self._sample == 1 or random.random() < self._sample)

    def _compare(self, method: str, sign: Callable[[], tuple[Difference, ...] | None]) -> None:
        """Lets the candidate sign, and counts what comes of it.

        Args:
            method: HTTP method of the request.
            sign: Returns what differs, or None where there is nothing to compare.
        """
        count = self.shadow_report._count
        try:
            differences = sign()
        except Exception as error:  # whatever it is, the primary has answered
            count("errors")
            self._report(Mismatch(method, (), _told(error)))
            return
        if differences is None:
            count("skipped")
            return
        count("compared")
        if differences:
            count("mismatches")
            self._report(Mismatch(method, differences))

    def _report(self, mismatch: Mismatch) -> None:
        try:
            self._on_mismatch(mismatch)
        except Exception:
            logger.exception("on_mismatch failed")


class _SignerShadow(_Shadow):
    """For signers of alibabacloud-oss-v2, which work on a signing context."""

    def sign(self, signing_ctx: Any) -> None:
        """Signs the context's request with the primary."""
        if not self._is_sampled() or getattr(signing_ctx, "request", None) is None:
            self._primary.sign(signing_ctx)
            return
        twin = copy.copy(signing_ctx)
        twin.request = copy.copy(signing_ctx.request)
        twin.request.headers = signing_ctx.request.headers.copy()
        self._primary.sign(signing_ctx)

        def sign() -> tuple[Difference, ...]:
            twin.signing_time = signing_ctx.signing_time
            twin.expiration_time = signing_ctx.expiration_time
            self._candidate.sign(twin)
            headers = (dict(c.request.headers.lower_items()) for c in (signing_ctx, twin))
            urls = compare_urls(signing_ctx.request.url, twin.request.url)
            return (*urls, *compare_headers(*headers))

        self._compare(signing_ctx.request.method, sign)


class _ClientShadow(_Shadow):
    """For clients of alibabacloud-oss-v2."""

    def presign(self, request: Any, **lifetime: Any) -> Any:
        """Returns what the primary's `presign` does."""
        is_sampled = self._is_sampled()
        result = self._primary.presign(request, **lifetime)
        if is_sampled:
            self._compare(
                result.method,
                lambda: self._differences(result, self._other(result, request, lifetime), lifetime),
            )
        return result

    def _other(self, result: Any, request: Any, lifetime: dict[str, Any]) -> Any:
        """Returns the candidate's result, of the same instant if the candidate is ours."""
        presigner = getattr(self._candidate, "_presigner", None)
        if presigner is None or result.expiration is None:  # which an anonymous client leaves out
            return self._candidate.presign(request, **lifetime)
        expires, expiration = lifetime.get("expires"), lifetime.get("expiration")
        instants = result_instants(result, expires, expiration, self._candidate._strict)
        return presigner.presign_at(request, expires, expiration, *instants)

    def _differences(
        self, result: Any, other: Any, lifetime: dict[str, Any]
    ) -> tuple[Difference, ...] | None:
        if not hasattr(self._candidate, "_presigner"):
            is_end_given = lifetime.get("expiration") is not None
            if len({result_mark(each, is_end_given) for each in (result, other)}) > 1:
                return None
        signed = ({n.lower(): v for n, v in r.signed_headers.items()} for r in (result, other))
        return (*compare_urls(result.url, other.url), *compare_headers(*signed))


class _AsyncClientShadow(_ClientShadow):
    """For async clients of alibabacloud-oss-v2."""

    async def presign(self, request: Any, **lifetime: Any) -> Any:
        """Returns what the primary's `presign` does."""
        is_sampled = self._is_sampled()
        result = await self._primary.presign(request, **lifetime)
        if is_sampled:
            try:
                other = self._other(result, request, lifetime)
                other = await other if inspect.isawaitable(other) else other
            except Exception as error:
                failed = error
                self._compare(result.method, lambda: _raise(failed))
            else:
                self._compare(result.method, lambda: self._differences(result, other, lifetime))
        return result

    async def __aenter__(self) -> Any:
        await self._primary.__aenter__()
        return self

    async def __aexit__(self, *error: Any) -> None:
        await self._primary.__aexit__(*error)


class _UrlShadow(_Shadow):
    """For what signs URLs of oss2, whose drop-ins can be given a clock."""

    def _compare_url(self, method: str, url: str, expires: Any, sign: Callable[[Any], str]) -> None:
        """Compares a URL of the primary with what `sign` gets from the candidate.

        Args:
            method: HTTP method.
            url: The primary's URL.
            expires: Its lifetime in seconds.
            sign: Returns the URL of a candidate that is handed to it.
        """

        def differences() -> tuple[Difference, ...] | None:
            instant = url_instant(url, expires)
            candidate, is_pinned = self._candidate_at(instant)
            other = sign(candidate)
            if not is_pinned and url_instant(other, expires) != instant:
                return None
            return compare_urls(url, other)

        self._compare(method, differences)

    def _candidate_at(self, instant: float) -> tuple[Any, bool]:
        """Returns the candidate, and whether its clock stands still at `instant`."""
        if hasattr(self._candidate, "with_clock"):
            return self._candidate.with_clock(lambda: instant), True
        return self._candidate, False


class _AuthShadow(_UrlShadow):
    """For auth objects of oss2."""

    def _sign_url(
        self, req: Any, bucket_name: str, key: str, expires: Any, *args: Any, **names: Any
    ) -> str:
        def sign(auth: Any, request: Any) -> str:
            return str(auth._sign_url(request, bucket_name, key, expires, *args, **names))

        if not self._is_sampled():
            return sign(self._primary, req)
        twin = _twin_of(req)
        url = sign(self._primary, req)
        self._compare_url(req.method, url, expires, lambda auth: sign(auth, twin))
        return url

    def _sign_rtmp_url(
        self, url: str, bucket_name: str, channel_name: str, expires: Any, params: Any
    ) -> str:
        def sign(auth: Any, own: Any) -> str:
            return str(auth._sign_rtmp_url(url, bucket_name, channel_name, expires, own))

        if not self._is_sampled():
            return sign(self._primary, params)
        twin = dict(params or {})
        signed = sign(self._primary, params)
        self._compare_url("RTMP", signed, expires, lambda auth: sign(auth, twin))
        return signed

    def _sign_request(self, req: Any, *args: Any, **names: Any) -> None:
        if not self._is_sampled():
            self._primary._sign_request(req, *args, **names)
            return
        twin = _twin_of(req)
        self._primary._sign_request(req, *args, **names)

        def differences() -> tuple[Difference, ...] | None:
            instant = headers_instant(req.headers)
            auth, is_pinned = self._candidate_at(instant)
            auth._sign_request(twin, *args, **names)
            if not is_pinned and headers_instant(twin.headers) != instant:
                return None
            headers = ({n: v for n, v in r.headers.lower_items() if v} for r in (req, twin))
            return compare_headers(*headers)

        self._compare(req.method, differences)


class _BucketShadow(_UrlShadow):
    """For buckets of oss2."""

    def sign_url(self, method: str, key: Any, expires: Any, *args: Any, **options: Any) -> str:
        """Returns what the primary's `sign_url` does."""
        if not self._is_sampled():
            return str(self._primary.sign_url(method, key, expires, *args, **options))
        # oss2 writes into the dicts it is given.
        twin_args = [_copied(value) for value in args]
        twin_options = {name: _copied(value) for name, value in options.items()}
        url = str(self._primary.sign_url(method, key, expires, *args, **options))
        self._compare_url(
            method,
            url,
            expires,
            lambda bucket: str(bucket.sign_url(method, key, expires, *twin_args, **twin_options)),
        )
        return url


#: What a kind of primary is known by, most telling first.
_KINDS: dict[str, type[_Shadow]] = {
    "sign_url": _BucketShadow,
    "_sign_url": _AuthShadow,
    "invoke_operation": _ClientShadow,
    "sign": _SignerShadow,
}


def _told(error: Exception) -> str:
    """Returns what may be shown of an error: of those that are not ours the kind alone."""
    wrapped = error.unwrap() if hasattr(error, "unwrap") else error
    for each in (error, wrapped):
        if isinstance(each, OssignError):
            return f"{type(each).__name__}: {each}"
    return type(error).__name__


def _is_async(item: Any) -> bool:
    return inspect.iscoroutinefunction(getattr(item, "invoke_operation", None))


def _raise(error: Exception) -> None:
    raise error


def _twin_of(req: Any) -> Any:
    """Returns a copy of an oss2 request whose headers and parameters are its own."""
    twin = copy.copy(req)
    twin.headers, twin.params = req.headers.copy(), dict(req.params)
    return twin


def _copied(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value
