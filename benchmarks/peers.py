"""Libraries that presign, each behind the same two calls.

An adapter knows one library and imports it only when it is asked to sign, so that any of them may
be missing. All make the same GET, valid for `EXPIRES` seconds, and none touches the network.
"""

from __future__ import annotations

import asyncio
import atexit
import importlib.metadata
import importlib.util
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from importlib import import_module
from typing import Any, NamedTuple

from answers import OSS_V1, OSS_V4, S3_V4, Scheme
from workload import (
    ACCESS_KEY_ID,
    ACCESS_KEY_SECRET,
    BUCKET,
    ENDPOINT,
    EXPIRES,
    HOST,
    REGION,
    TOKEN,
    Engine,
    engines,
    pack,
)

import ossign_fast

#: The official SDK, which the promises are measured against.
SDK = "alibabacloud-oss-v2"
LIFETIME = timedelta(seconds=EXPIRES)


class Signing(NamedTuple):
    """What an adapter signs with.

    Attributes:
        one: Signs one key; None where it would repeat that of another row.
        many: Signs what `column` makes of a list of keys.
        column: The keys in the form that a caller of `many` has them in.
    """

    one: Callable[[str], str] | None
    many: Callable[[Any], Sequence[str]]
    column: Callable[[list[str]], Any] = list


@dataclass(frozen=True)
class Peer:
    """One library, or one way to use it.

    Attributes:
        name: The row's name in tables.
        distribution: What pip installs.
        module: What Python imports.
        scheme: How it signs.
        sign_with: Makes its calls from a security token or None.
        takes_all: Whether it always gets all keys; others get as many as time allows.
    """

    name: str
    distribution: str
    module: str
    scheme: Scheme
    sign_with: Callable[[str | None], Signing]
    takes_all: bool = False

    def available(self) -> bool:
        return importlib.util.find_spec(self.module) is not None

    def version(self) -> str:
        if self.module == "ossign_fast":
            return ossign_fast.__version__
        return importlib.metadata.version(self.distribution)

    def make(self, *, token: bool) -> Signing:
        """Returns its calls, with a security token of usual length or without one."""
        return self.sign_with(TOKEN if token else None)


def _each(one: Callable[[str], str]) -> Signing:
    """Returns the calls of a library that signs one URL at a time."""
    return Signing(one, lambda keys: [one(key) for key in keys])


def _ossign_fast(engine: Engine, token: str | None, *, packed: bool = False) -> Signing:
    signer = engine.signer(token)

    def many(keys: Any) -> Sequence[str]:
        batch = signer.presign_many("GetObject", keys, expires=EXPIRES)
        return batch if packed else batch.tolist()

    def one(key: str) -> str:
        return signer.presign("GetObject", key, expires=EXPIRES).url

    return Signing(None, many, pack) if packed else Signing(one, many)


def _alibabacloud_oss_v2(token: str | None) -> Signing:
    sdk: Any = import_module("alibabacloud_oss_v2")
    provider = sdk.credentials.StaticCredentialsProvider(ACCESS_KEY_ID, ACCESS_KEY_SECRET, token)
    client = sdk.Client(sdk.Config(region=REGION, credentials_provider=provider))
    # It reads the clock twice and rounds down: an hour becomes 3599 seconds unless there is more.
    lifetime = LIFETIME + timedelta(milliseconds=500)

    def one(key: str) -> str:
        request = sdk.GetObjectRequest(bucket=BUCKET, key=key)
        return client.presign(request, expires=lifetime).url  # type: ignore[no-any-return]

    return _each(one)


def _oss2(token: str | None) -> Signing:
    sdk: Any = import_module("oss2")
    provider = sdk.credentials.StaticCredentialsProvider(ACCESS_KEY_ID, ACCESS_KEY_SECRET, token)
    bucket = sdk.Bucket(sdk.ProviderAuthV4(provider), ENDPOINT, BUCKET, region=REGION)
    return _each(lambda key: bucket.sign_url("GET", key, EXPIRES, slash_safe=True))


def _boto3(token: str | None) -> Signing:
    config = import_module("botocore.config").Config(
        signature_version="s3v4", s3={"addressing_style": "virtual"}
    )
    client = import_module("boto3").client(
        "s3",
        region_name=REGION,
        endpoint_url=ENDPOINT,
        aws_access_key_id=ACCESS_KEY_ID,
        aws_secret_access_key=ACCESS_KEY_SECRET,
        aws_session_token=token,
        config=config,
    )

    def one(key: str) -> str:
        return client.generate_presigned_url(  # type: ignore[no-any-return]
            "get_object", Params={"Bucket": BUCKET, "Key": key}, ExpiresIn=EXPIRES
        )

    return _each(one)


def _minio(token: str | None) -> Signing:
    client = import_module("minio").Minio(
        ENDPOINT.removeprefix("https://"),
        access_key=ACCESS_KEY_ID,
        secret_key=ACCESS_KEY_SECRET,
        session_token=token,
        region=REGION,
    )
    return _each(lambda key: client.presigned_get_object(BUCKET, key, LIFETIME))


def _obstore(token: str | None) -> Signing:
    sign = import_module("obstore").sign
    settings = {"session_token": token} if token else {}
    store = import_module("obstore.store").S3Store(
        BUCKET,
        endpoint=f"https://{HOST}",
        region=REGION,
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=ACCESS_KEY_SECRET,
        virtual_hosted_style_request=True,
        **settings,
    )

    def call(paths: Any) -> Any:
        return sign(store, "GET", paths, LIFETIME)

    return Signing(call, call)


def _opendal(token: str | None) -> Signing:
    settings = {"security_token": token} if token else {}
    operator = import_module("opendal").AsyncOperator(
        "oss",
        bucket=BUCKET,
        endpoint=ENDPOINT,
        access_key_id=ACCESS_KEY_ID,
        access_key_secret=ACCESS_KEY_SECRET,
        **settings,
    )
    loop = asyncio.new_event_loop()
    atexit.register(loop.close)

    async def presign(keys: Sequence[str]) -> list[str]:
        return [(await operator.presign_read(key, EXPIRES)).url for key in keys]

    def many(keys: Sequence[str]) -> list[str]:
        return loop.run_until_complete(presign(keys))

    return Signing(lambda key: many((key,))[0], many)


def _own(engine: Engine, suffix: str = "", *, packed: bool = False, forced: bool = False) -> Peer:
    return Peer(
        f"ossign_fast{suffix}",
        "ossign_fast",
        "ossign_fast",
        OSS_V4,
        partial(_ossign_fast, engine, packed=packed),
        takes_all=engine.compiled and not forced,
    )


def own_peers(*, kernels: bool) -> list[Peer]:
    """Returns this library as it comes, packed from keys to URLs, and on the Python engine.

    Args:
        kernels: Whether to add the compiled engine on each of its other kernels.
    """
    best, *others = engines()
    return [
        _own(best),
        _own(best, ", packed", packed=True),
        *(
            _own(engine, f", {engine.name}", forced=True)
            for engine in others
            if kernels or not engine.compiled
        ),
    ]


def all_peers(*, kernels: bool = False) -> list[Peer]:
    """Returns every peer, installed or not; this library's best is the first."""
    return [
        *own_peers(kernels=kernels),
        Peer("obstore", "obstore", "obstore", S3_V4, _obstore),
        Peer("minio", "minio", "minio", S3_V4, _minio),
        Peer(SDK, SDK, "alibabacloud_oss_v2", OSS_V4, _alibabacloud_oss_v2),
        Peer("oss2", "oss2", "oss2", OSS_V4, _oss2),
        Peer("opendal", "opendal", "opendal", OSS_V1, _opendal),
        Peer("boto3", "boto3", "boto3", S3_V4, _boto3),
    ]
