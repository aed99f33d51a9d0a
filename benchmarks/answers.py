"""Checks what a peer answers, by signing again what its URL says with hashlib and hmac alone."""

from __future__ import annotations

import base64
import hmac
import time
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Protocol
from urllib.parse import quote, unquote, urlsplit

from workload import ACCESS_KEY_ID, ACCESS_KEY_SECRET, BUCKET, EXPIRES, HOST, REGION, credentials

from ossign_fast import OssignError, verify


class WrongAnswerError(Exception):
    """A URL that the service would refuse, or that grants something else."""


class Scheme(Protocol):
    """How a peer signs."""

    @property
    def name(self) -> str: ...

    def check(self, url: str, key: str, token: str | None) -> None:
        """Raises `WrongAnswerError` unless `url` grants GET of `key` for `EXPIRES` seconds."""


@dataclass(frozen=True)
class V4:
    """Signature V4 in the query; OSS and S3 differ in these words alone."""

    name: str
    algorithm: str
    prefix: str
    secret_prefix: str
    service: str
    terminator: str
    bucket_path: str
    #: Canonical headers, a blank line, and the names of the headers that had to be chosen.
    headers: str
    host: str = HOST

    def check(self, url: str, key: str, token: str | None) -> None:
        pairs = _query_of(url, key, self.host)
        values = {name.lower(): unquote(value) for name, value in pairs.items()}

        def value(name: str) -> str:
            return values.get(self.prefix + name, "")

        scope = f"{value('date')[:8]}/{REGION}/{self.service}/{self.terminator}"
        _expect("lifetime", value("expires"), str(EXPIRES))
        _expect("credential", value("credential"), f"{ACCESS_KEY_ID}/{scope}")
        _expect("token", value("security-token"), token or "")
        unsigned = [name for name in pairs if name.lower() != f"{self.prefix}signature"]
        query = "&".join(f"{name}={pairs[name]}" for name in sorted(unsigned))
        path = quote(f"{self.bucket_path}/{key}")
        canonical = f"GET\n{path}\n{query}\n{self.headers}\nUNSIGNED-PAYLOAD"
        digest = sha256(canonical.encode()).hexdigest()
        text = f"{self.algorithm}\n{value('date')}\n{scope}\n{digest}"
        secret = f"{self.secret_prefix}{ACCESS_KEY_SECRET}".encode()
        for step in scope.split("/"):
            secret = hmac.digest(secret, step.encode(), "sha256")
        _expect("signature", value("signature"), hmac.digest(secret, text.encode(), "sha256").hex())


@dataclass(frozen=True)
class V1:
    """OSS Signature V1 in the query: one HMAC-SHA1, no scope and no signed query but the token."""

    name: str = "OSS V1"

    def check(self, url: str, key: str, token: str | None) -> None:
        values = {name: unquote(value) for name, value in _query_of(url, key).items()}
        _expect("id", values.get("OSSAccessKeyId", ""), ACCESS_KEY_ID)
        _expect("token", values.get("security-token", ""), token or "")
        lifetime = int(values.get("Expires", 0)) - time.time()
        _expect("lifetime", str(round(lifetime / 60)), str(EXPIRES // 60))
        resource = f"/{BUCKET}/{key}" + (f"?security-token={token}" if token else "")
        text = f"GET\n\n\n{values.get('Expires')}\n{resource}"
        digest = hmac.digest(ACCESS_KEY_SECRET.encode(), text.encode(), "sha1")
        _expect("signature", values.get("Signature", ""), base64.b64encode(digest).decode())


OSS_V4 = V4(
    name="OSS V4",
    algorithm="OSS4-HMAC-SHA256",
    prefix="x-oss-",
    secret_prefix="aliyun_v4",
    service="oss",
    terminator="aliyun_v4_request",
    bucket_path=f"/{BUCKET}",
    headers="\n",
)
S3_V4 = V4(
    name="S3 V4",
    algorithm="AWS4-HMAC-SHA256",
    prefix="x-amz-",
    secret_prefix="AWS4",
    service="s3",
    terminator="aws4_request",
    bucket_path="",
    headers=f"host:{HOST}\n\nhost",
)
#: Of a peer that knows the hosts of AWS alone.
_AWS_HOST = f"{BUCKET}.s3.{REGION}.amazonaws.com"
S3_V4_AWS = replace(S3_V4, host=_AWS_HOST, headers=f"host:{_AWS_HOST}\n\nhost")
OSS_V1 = V1()


def check_granted(
    url: str, key: str, token: str | None, method: str = "GET", **received: str
) -> None:
    """Raises `WrongAnswerError` unless the verifier of ossign_fast lets a request through.

    Args:
        url: What was signed.
        key: The key that it must be for.
        token: Security token, or None.
        method: The method that it must be for.
        **received: Values of the headers that the client sends, with `_` for `-` in their names.
    """
    headers = {name.replace("_", "-"): value for name, value in received.items()}
    try:
        granted = verify(
            method, url, credentials=credentials(token), headers=headers, region=REGION
        )
    except OssignError as error:
        raise WrongAnswerError(f"the verifier refuses the URL: {error}") from None
    _expect("key", granted.key or "", key)
    lifetime = granted.expiration - granted.signing_time
    _expect("lifetime", str(int(lifetime.total_seconds())), str(EXPIRES))


def _query_of(url: str, key: str, host: str = HOST) -> dict[str, str]:
    """Returns the encoded query of a URL that leads to `key` at `host`."""
    parts = urlsplit(url)
    _expect(
        "address", f"{parts.scheme}://{parts.netloc}{parts.path}", f"https://{host}/{quote(key)}"
    )
    return dict(pair.split("=", 1) for pair in parts.query.split("&"))


def _expect(what: str, given: str, wanted: str) -> None:
    if not hmac.compare_digest(given.encode(), wanted.encode()):
        raise WrongAnswerError(f"its {what} is not the expected one")
