"""Region, endpoint and addressing style: where a request goes.

The host names are those of the OSS documentation ("Regions and endpoints"). An explicit endpoint is
a host with an optional scheme, port and closing slash, and nothing else. What the SDKs drop without
a word (user names, paths, queries) or sign though it cannot be sent (blanks, bad ports) is refused.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .._errors import RequestError
from .regions import check_region, is_in_region, problem_of_host, read_host

#: Host by endpoint type; `{region}` is the region id, as in `cn-hangzhou`.
ENDPOINT_HOSTS = {
    "public": "oss-{region}.aliyuncs.com",
    "internal": "oss-{region}-internal.aliyuncs.com",
    "accelerate": "oss-accelerate.aliyuncs.com",
    "accelerate-overseas": "oss-accelerate-overseas.aliyuncs.com",
    "dualstack": "{region}.oss.aliyuncs.com",
}
URL_STYLES = ("virtual", "path", "cname")
SCHEMES = ("https", "http")
PRODUCTS = ("oss", "oss-cloudbox")

_NAME = re.compile(r"[a-z0-9-]+").fullmatch
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::([^:]*))?")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_DOTTED_QUAD = re.compile(r"(?:[0-9]+\.){3}[0-9]+\.?")


#: Products whose requests V4 signs by the resource name of RAM, not by bucket and key.
_OTHER_FORMS = ("oss-vectors", "osstables")


class Endpoint(NamedTuple):
    """Where requests go.

    Attributes:
        scheme: "https" or "http".
        authority: Host and, where one was given, port; an IPv6 address in brackets.
        style: "virtual" (the bucket is the first label of the host), "path" (the first segment of
            the path) or "cname" (the host is the bucket's own domain).
    """

    scheme: str
    authority: str
    style: str

    def base(self, bucket: str | None) -> str:
        """Returns the URL up to, and without, the slash before the object key.

        Args:
            bucket: A checked bucket name, or None for a request to the service itself.

        Example:
            >>> Endpoint("https", "oss-cn-hangzhou.aliyuncs.com", "virtual").base("examplebucket")
            'https://examplebucket.oss-cn-hangzhou.aliyuncs.com'
        """
        if bucket is None or self.style == "cname":
            return f"{self.scheme}://{self.authority}"
        before, after = self.around_bucket()
        return before + bucket + after

    def around_bucket(self) -> tuple[str, str]:
        """Returns what stands before and after the bucket name in `base(bucket)`.

        The bucket is no part of a "cname" URL: there all of it stands before.

        Example:
            >>> Endpoint("http", "127.0.0.1:9000", "path").around_bucket()
            ('http://127.0.0.1:9000/', '')
        """
        if self.style == "virtual":
            return f"{self.scheme}://", f".{self.authority}"
        return self.base(None) + ("/" if self.style == "path" else ""), ""


def resolve_endpoint(
    *,
    region: object,
    endpoint: object = None,
    endpoint_type: str = "public",
    url_style: str = "virtual",
    scheme: str = "https",
    product: str = "oss",
    bucket: str | None = None,
    needs_region: bool = True,
    strict: bool = True,
) -> Endpoint:
    """Returns where requests with these settings go.

    Args:
        region: Region id such as "cn-hangzhou"; with `product="oss-cloudbox"` the cloud box id. It
            is part of every signature, so it is needed even with an explicit endpoint.
        endpoint: None to derive it from the region, or `host[:port]`, with or without
            `http://` or `https://`, which wins over `scheme`. The host is kept as it is written,
            but for `bucket` at the start of a host of OSS.
        endpoint_type: One of `ENDPOINT_HOSTS`; looked at where `endpoint` is None.
        url_style: One of `URL_STYLES`. An endpoint that is an IP address means "path", and so does
            localhost, unless "cname" is asked for.
        scheme: "https" or "http".
        product: One of `PRODUCTS`.
        bucket: The bucket that requests are for, where it is known.
        needs_region: Whether the region is signed; if not, None will do beside an endpoint.
        strict: Whether settings that contradict each other, or that OSS is known to refuse, are
            errors. If not, they are taken as they are, as the official SDKs do.

    Raises:
        RequestError: A setting is none of the allowed ones, or the settings do not fit together.

    Example:
        >>> resolve_endpoint(region="cn-hangzhou", endpoint="http://[::1]:9000")
        Endpoint(scheme='http', authority='[::1]:9000', style='path')
    """
    _check_choice("endpoint_type", endpoint_type, tuple(ENDPOINT_HOSTS))
    _check_choice("url_style", url_style, URL_STYLES)
    _check_choice("scheme", scheme, SCHEMES)
    _check_product(product, strict)
    if not needs_region and region is None and endpoint is None:
        raise RequestError("region", "is missing; give the region id, or the endpoint")
    if needs_region or region is not None:
        region = check_region(region)
    if endpoint is None:
        if url_style == "cname":
            raise RequestError("endpoint", "is missing; with url_style='cname' give the domain")
        if product == "oss-cloudbox":
            raise RequestError("endpoint", "is missing; a cloud box has its own, as host or URL")
        endpoint = ENDPOINT_HOSTS[endpoint_type].format(region=region)
    given_scheme, authority, host = _parse_endpoint(endpoint)
    signed_region = region if needs_region and product == "oss" else None
    place = Endpoint(given_scheme or scheme, authority, url_style)
    if _is_ip_address(host):
        return place._replace(style="path")
    return _checked(place, host, signed_region, bucket) if strict else place


def _checked(place: Endpoint, host: str, region: object, bucket: str | None) -> Endpoint:
    """Returns `place` if what its host says fits the other settings, or as these ask for it."""
    if problem := problem_of_host(host):
        raise RequestError("endpoint", problem)
    told = read_host(host)
    if told is None:
        name = host.lower().removesuffix(".")
        if place.style == "virtual" and name == "localhost":
            return place._replace(style="path")
        if place.style == "virtual" and bucket is not None and name.startswith(f"{bucket}."):
            raise RequestError(
                "endpoint",
                f"begins with the bucket, {bucket!r}, which would stand there twice; leave it out, "
                "or give url_style='cname' if this is a domain of the bucket's own",
            )
        return place
    if isinstance(region, str) and not is_in_region(told, region):
        raise RequestError(
            "endpoint",
            f"{host} is in region {told.region!r}, but the region to sign for is {region!r}; "
            "give the bucket's region and an endpoint of that region",
        )
    if place.style == "path":
        raise RequestError(
            "url_style",
            f"'path' does not work at {told.service}: OSS answers SecondLevelDomainForbidden; "
            "use 'virtual'",
        )
    if place.style == "cname" and told.bucket is None:
        raise RequestError(
            "url_style", f"'cname' is for a domain of the bucket's own, not {host}; use 'virtual'"
        )
    if told.bucket is None or (place.style == "cname" and bucket in (None, told.bucket)):
        return place
    if bucket != told.bucket:
        raise RequestError(
            "endpoint",
            f"begins with a bucket, {told.bucket!r}; give {told.service!r} as endpoint and the "
            "name of the bucket as bucket",
        )
    return place._replace(authority=place.authority[len(bucket) + 1 :])


def check_bucket(bucket: object, field: str = "bucket") -> str:
    """Returns `bucket` if it is a bucket name by the OSS naming rule.

    Args:
        bucket: The name: 3 to 63 of a-z, 0-9 and dash, no dash at an end.
        field: What an error calls it.

    Raises:
        RequestError: It is missing or no bucket name.

    Example:
        >>> check_bucket("examplebucket")
        'examplebucket'
    """
    if bucket is None:
        raise RequestError(field, "is missing; give the name of a bucket")
    if isinstance(bucket, str) and bucket.startswith("oss://"):
        raise RequestError(field, "is a URL; give the name of the bucket alone")
    if not isinstance(bucket, str) or not _BUCKET.fullmatch(bucket):
        raise RequestError(
            field, "must be 3 to 63 lower-case letters, digits and dashes, no dash at an end"
        )
    return bucket


def _check_choice(field: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise RequestError(field, "must be one of " + ", ".join(map(repr, choices)))


def _check_product(product: object, strict: bool) -> None:
    if not isinstance(product, str) or not _NAME(product):
        raise RequestError("product", "must be 'oss' or 'oss-cloudbox'")
    if product in _OTHER_FORMS:
        raise RequestError(
            "product",
            f"{product!r} is not supported: its canonical request names the resource in another "
            "form; sign with the client of alibabacloud-oss-v2 for it",
        )
    if strict and product not in PRODUCTS:
        told = repr(product) if product.startswith("oss-") else "this product"
        raise RequestError("product", f"{told} is not supported; use 'oss' or 'oss-cloudbox'")


def _parse_endpoint(endpoint: object) -> tuple[str | None, str, str]:
    """Returns scheme or None, authority, and the host in it.

    No error echoes the text: it may hold a password.
    """
    if not isinstance(endpoint, str) or not endpoint:
        raise RequestError("endpoint", "must be a host or a URL, such as 'oss.example.com:8443'")
    _check_characters(endpoint)
    scheme, marker, rest = endpoint.rpartition("://")
    scheme = scheme.lower()
    if marker and scheme not in SCHEMES:
        raise RequestError("endpoint", "must start with 'http://', 'https://' or the host")
    authority = rest.removesuffix("/")
    if "/" in authority:
        raise RequestError("endpoint", "must not have a path; give the host alone")
    parts = _AUTHORITY.fullmatch(authority)
    if parts is None:
        raise RequestError("endpoint", "must be host[:port], an IPv6 address in brackets")
    host, port = parts.groups()
    if port is not None and not (_PORT.fullmatch(port) and int(port) <= 65535):
        raise RequestError("endpoint", "the port must be a number of 1..65535, or left out")
    return scheme or None, authority, host


def _check_characters(endpoint: str) -> None:
    if not endpoint.isascii():
        raise RequestError("endpoint", "must be ASCII; write the host in its xn-- form")
    if any(character <= " " or character == "\x7f" for character in endpoint):
        raise RequestError("endpoint", "must not hold blanks or control characters; remove them")
    if "@" in endpoint:
        raise RequestError("endpoint", "must not hold a user name or password; remove them")
    if "?" in endpoint or "#" in endpoint:
        raise RequestError("endpoint", "must not have a query or fragment; give the host alone")


def _is_ip_address(host: str) -> bool:
    """Tells an IP address from a host name, and refuses what is neither."""
    if host.startswith("[") or _DOTTED_QUAD.fullmatch(host):
        import ipaddress  # not needed to import the package

        try:
            if host.startswith("["):
                ipaddress.IPv6Address(host[1:-1])
            else:
                ipaddress.IPv4Address(host)
        except ipaddress.AddressValueError:
            problem = "the host looks like an IP address but is none"
            raise RequestError("endpoint", problem) from None
        return True
    if not _HOST.fullmatch(host):
        raise RequestError("endpoint", "the host must be letters, digits, '-', '_' and single dots")
    return False
