"""Ways to sign or verify one request: what the benchmarks time beside the rows of `rows.py`.

Options come in two forms: the same values in each call, and values that no call has had before.
Making a new value is part of what is timed, as it is part of what a caller does.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from functools import partial
from itertools import count
from typing import Any, NamedTuple

from answers import WrongAnswerError
from workload import BUCKET, EXPIRES, HOST, REGION, Installed, credentials, make_keys

from ossign_fast import VARIES, OssignError, PresignResult, Signer, verify

#: More URLs than any memory of calls may hold.
_VERIFIED = 10_000
_LATER = datetime.now(timezone.utc) + timedelta(days=1)
_START = int(_LATER.timestamp()) - 86_400
_NAMES = "batch", "origin", "row"
_TYPE = "application/json"

Options = Callable[[int], dict[str, Any]]


def _hour(number: int) -> dict[str, Any]:
    return {"expires": EXPIRES}


def _disposition(number: int) -> dict[str, Any]:
    name = f'attachment; filename="{number}.gz"'
    return {"expires": EXPIRES, "response_content_disposition": name}


def _metadata(number: int) -> dict[str, Any]:
    return {"expires": EXPIRES, "metadata": {name: f"{name} {number}" for name in _NAMES}}


def _md5(number: int) -> dict[str, Any]:
    digest = base64.b64encode(number.to_bytes(16, "big")).decode()
    return {"expires": EXPIRES, "content_md5": digest}


def _callback(number: int) -> dict[str, Any]:
    address = f"https://example.com/done?row={number}"
    return {
        "expires": EXPIRES,
        "callback": {"callbackUrl": address, "callbackBody": "object=${object}"},
    }


def _headers(number: int) -> dict[str, Any]:
    return {"expires": EXPIRES, "headers": {"x-oss-meta-row": f"{number}", "Content-Type": _TYPE}}


def _query(number: int) -> dict[str, Any]:
    return {"expires": EXPIRES, "query": {"response-cache-control": f"max-age={number}"}}


def _moment(number: int) -> dict[str, Any]:
    return {"expires": EXPIRES, "signing_time": _START - number % 100_000}


def _part(number: int) -> dict[str, Any]:
    upload = {"upload_id": "0004B9895DBBB6EC98E", "part_number": number % 10_000 + 1}
    return {"expires": EXPIRES, **upload}


def _expires(number: int) -> dict[str, Any]:
    return {"expires": number % 604_800 + 1}


def _expiration(number: int) -> dict[str, Any]:
    return {"expiration": _LATER + timedelta(seconds=number % 100_000)}


#: By name: operation and options. The first is what most callers ask for.
OPTIONS: dict[str, tuple[str, Options]] = {
    "GET": ("GetObject", _hour),
    "response_content_disposition": ("GetObject", _disposition),
    "metadata of three names": ("PutObject", _metadata),
    "content_md5": ("PutObject", _md5),
    "callback": ("PutObject", _callback),
    "free headers": ("PutObject", _headers),
    "free query": ("GetObject", _query),
    "signing_time": ("GetObject", _moment),
    "part_number": ("UploadPart", _part),
    "expires": ("GetObject", _expires),
    "expiration": ("GetObject", _expiration),
}
#: Those that change from call to call.
VALUES = [name for name in OPTIONS if name != "GET"]
_IN_HEADERS = ("metadata of three names", "content_md5", "callback", "free headers")


class Call(NamedTuple):
    """One way to sign or verify one request.

    Attributes:
        make: Returns the call, which takes a key, for a signer.
        check: Raises `OssignError` unless what the call returned for a key is let through.
    """

    make: Callable[[Signer], Callable[[str], Any]]
    check: Callable[[str, Any], None]


def _presign(name: str, new: bool) -> Call:
    operation, options = OPTIONS[name]

    def make(signer: Signer) -> Callable[[str], PresignResult]:
        if new:
            number = count().__next__
            return lambda key: signer.presign(operation, key, **options(number()))
        same = options(0)
        return lambda key: signer.presign(operation, key, **same)

    return Call(make, _check_result)


def _check_result(key: str, result: PresignResult) -> None:
    _check(key, result.method, result.url, result.signed_headers)


def _check(key: str, method: str, url: str, headers: Any = None) -> None:
    granted = verify(method, url, credentials=credentials(), headers=headers, region=REGION)
    if granted.key != key:
        raise WrongAnswerError("its key is not the expected one")


def _sign_headers(name: str, new: bool) -> Call:
    operation, options = OPTIONS[name]

    def values(number: int) -> dict[str, Any]:
        found = options(number)
        del found["expires"]
        return found

    def make(signer: Signer) -> Callable[[str], dict[str, str]]:
        if new:
            number = count().__next__
            return lambda key: signer.sign_headers(operation, key, **values(number()))
        same = values(0)
        return lambda key: signer.sign_headers(operation, key, **same)

    method = {"GetObject": "GET", "PutObject": "PUT"}[operation]
    return Call(make, lambda key, headers: _check(key, method, f"https://{HOST}/{key}", headers))


def _url(signer: Signer) -> Callable[[str], str]:
    return signer.bind("GetObject", expires=EXPIRES).url


def _typed_url(signer: Signer) -> Callable[[str], str]:
    return signer.bind("PutObject", expires=EXPIRES, content_type=_TYPE).url


def _varying_url(signer: Signer) -> Callable[[str], str]:
    url = signer.bind("PutObject", expires=EXPIRES, content_type=VARIES).url
    number = count().__next__
    return lambda key: url(key, {"content-type": f"x/{number()}"})


def _varying_with_same(signer: Signer) -> Callable[[str], str]:
    url = signer.bind("PutObject", expires=EXPIRES, content_type=VARIES).url
    return lambda key: url(key, {"content-type": _TYPE})


def _fresh_signer(signer: Signer) -> Callable[[str], str]:
    """Makes a signer for each request, on the engine of this process, with credentials anew."""

    def call(key: str) -> str:
        fresh = Signer(region=REGION, bucket=BUCKET, credentials=credentials())
        return fresh.presign("GetObject", key, expires=EXPIRES).url

    return call


def _verify(signer: Signer) -> Callable[[str], Any]:
    """Verifies a URL of each key, signed beforehand."""
    urls = signer.presign_many("GetObject", make_keys(_VERIFIED), expires=EXPIRES)
    by_key = dict(zip(make_keys(_VERIFIED), urls, strict=True))
    check = partial(verify, "GET", credentials=credentials(), region=REGION)
    return lambda key: check(by_key[key])


def _check_verified(key: str, granted: Any) -> None:
    if granted.key != key:
        raise WrongAnswerError("its key is not the expected one")


def _check_get(key: str, url: str) -> None:
    _check(key, "GET", url)


def _check_typed(key: str, url: str) -> None:
    _check(key, "PUT", url, {"content-type": _TYPE})


def _check_first_type(key: str, url: str) -> None:
    _check(key, "PUT", url, {"content-type": "x/0"})


PRESIGN = "Signer.presign"
URL = "BoundPresigner.url"
TYPED_URL = f"{URL}, content_type"
VARYING_URL = f"{URL}, content_type=VARIES"
SIGN_HEADERS = "Signer.sign_headers"
VERIFY = "verify"
NEW = ", new each call"
FRESH_SIGNER = "a Signer for each request, with its URL"

CALLS: dict[str, Call] = {
    URL: Call(_url, _check_get),
    TYPED_URL: Call(_typed_url, _check_typed),
    VARYING_URL: Call(_varying_with_same, _check_typed),
    VARYING_URL + NEW: Call(_varying_url, _check_first_type),
    PRESIGN: _presign("GET", new=False),
    **{
        f"{PRESIGN}, {name}{NEW if new else ''}": _presign(name, new=new)
        for name in VALUES
        for new in (False, True)
    },
    SIGN_HEADERS: _sign_headers("GET", new=False),
    **{
        f"{SIGN_HEADERS}, {name}{NEW if new else ''}": _sign_headers(name, new=new)
        for name in _IN_HEADERS
        for new in (False, True)
    },
    FRESH_SIGNER: Call(_fresh_signer, _check_get),
    VERIFY: Call(_verify, _check_verified),
}


def make_call(name: str, engine: Installed) -> Callable[[str], Any]:
    """Returns a call of `CALLS` for an engine, after a look at what another one of it returns.

    Raises:
        WrongAnswerError: What it signs would be refused, or grants something else.
    """
    call, key = CALLS[name], make_keys(1)[0]
    try:
        call.check(key, call.make(engine.signer())(key))
    except OssignError as error:
        raise WrongAnswerError(f"the verifier refuses what {name} signs: {error}") from None
    return call.make(engine.signer())
