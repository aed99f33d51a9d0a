"""The fastest other libraries that presign, each behind the same two calls.

An adapter knows one library and imports it only when it is called, so that any of them may be
missing. Each uses its library as its documentation says is fastest; none touches the network.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Sequence
from datetime import timedelta
from hashlib import sha256
from importlib import import_module
from typing import Any, NamedTuple
from urllib.parse import parse_qs, urlsplit


class Place(NamedTuple):
    """What all sign for: whose keys, which bucket, and for how many seconds."""

    access_key_id: str
    access_key_secret: str
    token: str | None
    region: str
    bucket: str
    expires: int

    @property
    def endpoint(self) -> str:
        return f"oss-{self.region}.aliyuncs.com"

    @property
    def host(self) -> str:
        return f"{self.bucket}.{self.endpoint}"


class Calls(NamedTuple):
    """How a library signs one key, and a list of keys."""

    one: Callable[[str], str]
    many: Callable[[Sequence[str]], Sequence[str]]


Adapter = Callable[[Place], Calls]


def each(one: Callable[[str], str]) -> Calls:
    """Returns the calls of a library that signs one URL at a time."""
    return Calls(one, lambda keys: [one(key) for key in keys])


def alibabacloud_oss_v2(place: Place) -> Calls:
    """Returns the calls of the official SDK."""
    sdk: Any = import_module("alibabacloud_oss_v2")
    provider = sdk.credentials.StaticCredentialsProvider(*place[:3])
    client = sdk.Client(sdk.Config(region=place.region, credentials_provider=provider))
    # It reads the clock twice and rounds down: an hour becomes 3599 seconds unless there is more.
    lifetime = timedelta(seconds=place.expires, milliseconds=500)

    def one(key: str) -> str:
        request = sdk.GetObjectRequest(bucket=place.bucket, key=key)
        return client.presign(request, expires=lifetime).url  # type: ignore[no-any-return]

    return each(one)


def oss2(place: Place) -> Calls:
    """Returns the calls of the older official SDK, with Signature V4."""
    sdk: Any = import_module("oss2")
    provider = sdk.credentials.StaticCredentialsProvider(*place[:3])
    bucket = sdk.Bucket(
        sdk.ProviderAuthV4(provider),
        f"https://{place.endpoint}",
        place.bucket,
        region=place.region,
    )
    return each(lambda key: bucket.sign_url("GET", key, place.expires, slash_safe=True))


def obstore(place: Place) -> Calls:
    """Returns the calls of obstore; both are one call, which takes lists as well."""
    sign = import_module("obstore").sign
    settings = {"session_token": place.token} if place.token else {}
    store = import_module("obstore.store").S3Store(
        place.bucket,
        endpoint=f"https://{place.host}",
        region=place.region,
        access_key_id=place.access_key_id,
        secret_access_key=place.access_key_secret,
        virtual_hosted_style_request=True,
        **settings,
    )
    lifetime = timedelta(seconds=place.expires)

    def call(paths: Any) -> Any:
        return sign(store, "GET", paths, lifetime)

    return Calls(call, call)


def libpresign(place: Place) -> Calls:
    """Returns the calls of libpresign, which takes no security token."""
    get = import_module("libpresign").get
    id_, secret, _, region, bucket, expires = place
    endpoint = place.endpoint
    # By position: its cheapest form.
    return Calls(
        lambda key: get(id_, secret, region, bucket, key, expires, endpoint),
        lambda keys: [get(id_, secret, region, bucket, key, expires, endpoint) for key in keys],
    )


def fast_s3_url(place: Place) -> Calls:
    """Returns the calls of fast-s3-url, whose only call takes a list."""
    library: Any = import_module("fast_s3_url")
    keys = place[:2]
    signer = library.FastS3UrlSigner(
        bucket_endpoint_url=f"https://{place.host}/",
        credentials=library.CredentialsWithToken(*keys, place.token)
        if place.token
        else library.Credentials(*keys),
        aws_region=place.region,
    )
    sign = signer.generate_presigned_get_object_urls
    expires = place.expires
    return Calls(
        lambda key: sign([key], expires_in=expires)[0],
        lambda keys: sign(keys, expires_in=expires),
    )


def signed_again(url: str, place: Place) -> bool:
    """Returns whether S3 would take `url`: signs what it says again, with hmac alone."""
    parts = urlsplit(url)
    query, _, signature = parts.query.rpartition("&X-Amz-Signature=")
    date = parse_qs(query)["X-Amz-Date"][0]
    scope = f"{date[:8]}/{place.region}/s3/aws4_request"
    canonical = (
        f"GET\n{parts.path}\n{'&'.join(sorted(query.split('&')))}\nhost:{place.host}\n\nhost\n"
        "UNSIGNED-PAYLOAD"
    )
    text = f"AWS4-HMAC-SHA256\n{date}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
    secret = f"AWS4{place.access_key_secret}".encode()
    for step in scope.split("/"):
        secret = hmac.digest(secret, step.encode(), "sha256")
    expected = hmac.digest(secret, text.encode(), "sha256").hex()
    return parts.netloc == place.host and hmac.compare_digest(expected, signature)
