"""Two signers side by side: one answers, the other is compared with it."""

from __future__ import annotations

import copy
import inspect
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from ossign_fast import OssignError

from ._shadow_diff import Difference, compare_headers, compare_urls, query_of
from ._shadow_report import Mismatch, ShadowReport, log_mismatch, logger


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
        TypeError: They are of no known kind, or not of the same.
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
    if not 0 <= sample <= 1:
        raise ValueError("sample: must be a share, 0..1")
    for method, kind in _KINDS.items():
        if hasattr(primary, method) and hasattr(candidate, method):
            is_async = inspect.iscoroutinefunction(getattr(primary, method))
            stand_in = _AsyncClientShadow if is_async else kind
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
        return getattr(self.__dict__["_primary"], name)

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
            told = f": {error}" if isinstance(error, OssignError) else ""
            count("errors")
            self._report(Mismatch(method, (), type(error).__name__ + told))
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
        if not self._is_sampled():
            self._primary.sign(signing_ctx)
            return
        twin = copy.copy(signing_ctx)
        if twin is not None and twin.request is not None:
            twin.request = copy.copy(twin.request)
            twin.request.headers = twin.request.headers.copy()
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
        result = self._primary.presign(request, **lifetime)
        if self._is_sampled():
            self._compare(
                result.method,
                lambda: _result_differences(result, self._other(result, request, lifetime)),
            )
        return result

    def _other(self, result: Any, request: Any, lifetime: dict[str, Any]) -> Any:
        """Returns the candidate's result, of the same instant if the candidate is ours."""
        presigner = getattr(self._candidate, "_presigner", None)
        if presigner is None:
            return self._candidate.presign(request, **lifetime)
        expires, expiration = lifetime.get("expires"), lifetime.get("expiration")
        return presigner.presign_at(request, expires, expiration, *_instants(result, expires))


class _AsyncClientShadow(_ClientShadow):
    """For async clients of alibabacloud-oss-v2."""

    async def presign(self, request: Any, **lifetime: Any) -> Any:
        """Returns what the primary's `presign` does."""
        result = await self._primary.presign(request, **lifetime)
        if self._is_sampled():
            try:
                other = self._other(result, request, lifetime)
                other = await other if inspect.isawaitable(other) else other
            except Exception as error:
                failed = error
                self._compare(result.method, lambda: _raise(failed))
            else:
                self._compare(result.method, lambda: _result_differences(result, other))
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
            instant = _url_instant(url, expires)
            pinned = hasattr(self._candidate, "with_clock")
            other = sign(self._candidate.with_clock(lambda: instant) if pinned else self._candidate)
            if not pinned and _url_instant(other, expires) != instant:
                return None
            return compare_urls(url, other)

        if self._is_sampled():
            self._compare(method, differences)


class _AuthShadow(_UrlShadow):
    """For auth objects of oss2."""

    def _sign_url(
        self, req: Any, bucket_name: str, key: str, expires: Any, *args: Any, **names: Any
    ) -> str:
        twin = _twin_of(req)
        url: str = self._primary._sign_url(req, bucket_name, key, expires, *args, **names)
        self._compare_url(
            req.method,
            url,
            expires,
            lambda auth: auth._sign_url(twin, bucket_name, key, expires, *args, **names),
        )
        return url

    def _sign_rtmp_url(
        self, url: str, bucket_name: str, channel_name: str, expires: Any, params: Any
    ) -> str:
        twin = dict(params or {})
        signed: str = self._primary._sign_rtmp_url(url, bucket_name, channel_name, expires, params)
        self._compare_url(
            "RTMP",
            signed,
            expires,
            lambda auth: auth._sign_rtmp_url(url, bucket_name, channel_name, expires, twin),
        )
        return signed

    def _sign_request(self, req: Any, *args: Any, **names: Any) -> None:
        twin = _twin_of(req)
        self._primary._sign_request(req, *args, **names)

        def differences() -> tuple[Difference, ...] | None:
            instant = _headers_instant(req.headers)
            pinned = hasattr(self._candidate, "with_clock")
            auth = self._candidate.with_clock(lambda: instant) if pinned else self._candidate
            auth._sign_request(twin, *args, **names)
            if not pinned and _headers_instant(twin.headers) != instant:
                return None
            headers = ({n: v for n, v in r.headers.lower_items() if v} for r in (req, twin))
            return compare_headers(*headers)

        if self._is_sampled():
            self._compare(req.method, differences)


class _BucketShadow(_UrlShadow):
    """For buckets of oss2."""

    def sign_url(self, method: str, key: Any, expires: Any, *args: Any, **options: Any) -> str:
        """Returns what the primary's `sign_url` does."""
        # oss2 writes into what it is given; the arguments are texts, and dicts of them.
        twin_args, twin_options = copy.deepcopy((args, options))
        url: str = self._primary.sign_url(method, key, expires, *args, **options)
        self._compare_url(
            method,
            url,
            expires,
            lambda bucket: bucket.sign_url(method, key, expires, *twin_args, **twin_options),
        )
        return url


#: What a kind of primary is known by, most telling first.
_KINDS: dict[str, type[_Shadow]] = {
    "sign_url": _BucketShadow,
    "_sign_url": _AuthShadow,
    "presign": _ClientShadow,
    "sign": _SignerShadow,
}


def _result_differences(result: Any, other: Any) -> tuple[Difference, ...] | None:
    """Returns what two presign results differ in, None if they are of different seconds."""
    dates = {query_of(url).get("x-oss-date") for url in (result.url, other.url)}
    if len(dates) > 1:
        return None
    signed = ({n.lower(): v for n, v in r.signed_headers.items()} for r in (result, other))
    return (*compare_urls(result.url, other.url), *compare_headers(*signed))


def _raise(error: Exception) -> None:
    raise error


def _instants(result: Any, expires: Any) -> tuple[float, float]:
    """Returns when a call began and when it signed, as far as its result tells.

    The date in a URL has no fraction; the lifetime beside it tells enough of it to repeat the
    SDK's subtraction.
    """
    end = result.expiration.timestamp()
    lifetime = 900 if expires is None else expires
    if isinstance(lifetime, timedelta):
        lifetime = lifetime.total_seconds()
    query = query_of(result.url)
    if "x-oss-date" not in query:  # V1 has the end alone
        return end - lifetime, end - lifetime
    second = _second_of(query["x-oss-date"])
    now = min(end - int(query["x-oss-expires"]), second + 0.999)
    return end - lifetime, max(now, second)


def _second_of(date: str) -> float:
    return datetime.strptime(date + "+0000", "%Y%m%dT%H%M%SZ%z").timestamp()


def _url_instant(url: str, expires: Any) -> float:
    query = query_of(url)
    date = query.get("x-oss-date")
    return int(query["Expires"]) - expires if date is None else _second_of(date)


def _headers_instant(headers: Any) -> float:
    date = headers.get("x-oss-date")
    return parsedate_to_datetime(headers["date"]).timestamp() if date is None else _second_of(date)


def _twin_of(req: Any) -> Any:
    """Returns a copy of an oss2 request whose headers and parameters are its own."""
    twin = copy.copy(req)
    twin.headers, twin.params = req.headers.copy(), dict(req.params)
    return twin
