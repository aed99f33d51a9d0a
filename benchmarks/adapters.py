"""How each Python library presigns, behind the same two calls and in its best form.

Those that `ossign-fast bench` times as well are described there. All make the same GET, valid for
`EXPIRES` seconds, and none touches the network.
"""

from __future__ import annotations

import asyncio
import atexit
from collections.abc import Callable, Sequence
from datetime import timedelta
from functools import partial
from importlib import import_module
from itertools import count
from typing import Any, NamedTuple

from workload import (
    ACCESS_KEY_ID,
    ACCESS_KEY_SECRET,
    BUCKET,
    ENDPOINT,
    EXPIRES,
    HOST,
    REGION,
    Engine,
    pack,
)

from ossign_fast.cli import _rivals

LIFETIME = timedelta(seconds=EXPIRES)


class Signing(NamedTuple):
    """What an adapter signs with.

    Attributes:
        one: Signs one key; None where it would repeat that of another row.
        many: Signs what `column` makes of a list of keys.
        column: The keys in the form that a caller of `many` has them in.
        loops: Whether `many` calls `one` for each key where no caller here could, in the process of
            another language; it is then timed in its place.
    """

    one: Callable[[str], str] | None
    many: Callable[[Any], Sequence[str]]
    column: Callable[[list[str]], Any] = list
    loops: bool = False


def _each(one: Callable[[str], str]) -> Signing:
    return Signing(*_rivals.each(one))


def shared(adapter: _rivals.Adapter) -> Callable[[str | None], Signing]:
    """Returns what signs with an adapter of the command line."""

    def sign_with(token: str | None) -> Signing:
        place = _rivals.Place(ACCESS_KEY_ID, ACCESS_KEY_SECRET, token, REGION, BUCKET, EXPIRES)
        return Signing(*adapter(place))

    return sign_with


def ossign_fast(engine: Engine, token: str | None, *, packed: bool = False) -> Signing:
    signer = engine.signer(token)

    def many(keys: Any) -> Sequence[str]:
        batch = signer.presign_many("GetObject", keys, expires=EXPIRES)
        return batch if packed else batch.tolist()

    def one(key: str) -> str:
        return signer.presign("GetObject", key, expires=EXPIRES).url

    return Signing(None, many, pack) if packed else Signing(one, many)


def _file_names() -> Callable[[], str]:
    """Returns what makes a value that no call has had before."""
    return map('attachment; filename="{}.gz"'.format, count()).__next__


def ossign_fast_new_values(engine: Engine, token: str | None) -> Signing:
    """Signs with a `response-content-disposition` that is new in each call."""
    signer, fresh = engine.signer(token), _file_names()

    def many(keys: Sequence[str]) -> Sequence[str]:
        return signer.presign_many(
            "GetObject", keys, expires=EXPIRES, response_content_disposition=fresh()
        ).tolist()

    def one(key: str) -> str:
        return signer.presign(
            "GetObject", key, expires=EXPIRES, response_content_disposition=fresh()
        ).url

    return Signing(one, many)


def alibabacloud_oss_v2_new_values(token: str | None) -> Signing:
    """Does the same with the official SDK."""
    sdk: Any = import_module("alibabacloud_oss_v2")
    provider = sdk.credentials.StaticCredentialsProvider(ACCESS_KEY_ID, ACCESS_KEY_SECRET, token)
    client = sdk.Client(sdk.Config(region=REGION, credentials_provider=provider))
    lifetime, fresh = LIFETIME + timedelta(milliseconds=500), _file_names()

    def one(key: str) -> str:
        request = sdk.GetObjectRequest(BUCKET, key, response_content_disposition=fresh())
        return client.presign(request, expires=lifetime).url  # type: ignore[no-any-return]

    return _each(one)


def boto3(token: str | None) -> Signing:
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


def minio(token: str | None) -> Signing:
    client = import_module("minio").Minio(
        ENDPOINT.removeprefix("https://"),
        access_key=ACCESS_KEY_ID,
        secret_key=ACCESS_KEY_SECRET,
        session_token=token,
        region=REGION,
    )
    return _each(lambda key: client.presigned_get_object(BUCKET, key, LIFETIME))


def awscrt(token: str | None) -> Signing:
    """Signs a list with one configuration, which holds the second; a single URL with its own."""
    auth, http = import_module("awscrt.auth"), import_module("awscrt.http")
    provider = auth.AwsCredentialsProvider.new_static(ACCESS_KEY_ID, ACCESS_KEY_SECRET, token)
    headers = http.HttpHeaders([("host", HOST)])
    configure = partial(
        auth.AwsSigningConfig,
        algorithm=auth.AwsSigningAlgorithm.V4,
        signature_type=auth.AwsSignatureType.HTTP_REQUEST_QUERY_PARAMS,
        credentials_provider=provider,
        region=REGION,
        service="s3",
        use_double_uri_encode=False,
        should_normalize_uri_path=False,
        signed_body_value=auth.AwsSignedBodyValue.UNSIGNED_PAYLOAD,
        expiration_in_seconds=EXPIRES,
    )

    def sign(key: str, config: Any) -> str:
        request = http.HttpRequest("GET", f"/{key}", headers)
        return f"https://{HOST}{auth.aws_sign_request(request, config).result().path}"

    def many(keys: Sequence[str]) -> list[str]:
        config = configure()
        return [sign(key, config) for key in keys]

    return Signing(lambda key: sign(key, configure()), many)


def signurlarity(token: str | None) -> Signing:
    """Signs without its `Client`, which adds nothing but a choice among methods."""
    signer = import_module("signurlarity.presigner").S3Presigner(
        ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION
    )
    return _each(lambda key: signer.generate_presigned_url(BUCKET, key, "GET", EXPIRES))


def asigv4(token: str | None) -> Signing:
    sign = partial(
        import_module("asigv4").presign_url,
        method="GET",
        host=HOST,
        access_key_id=ACCESS_KEY_ID,
        secret_key=ACCESS_KEY_SECRET,
        region=REGION,
        expires=EXPIRES,
        query_params={"X-Amz-Security-Token": token} if token else None,
    )
    return _each(lambda key: sign(path=f"/{key}"))


def opendal(token: str | None) -> Signing:
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
