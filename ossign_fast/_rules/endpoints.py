"""Region, endpoint and addressing style: where a request goes.

The host names are those of the OSS documentation ("Regions and endpoints"). An explicit endpoint is
a host with an optional scheme, port and closing slash, and nothing else. What the SDKs drop without
a word (user names, paths, queries) or sign though it cannot be sent (blanks, bad ports) is refused.
"""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import NamedTuple

from .._errors import RequestError

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

_NAME = re.compile(r"[a-z0-9-]+")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_AUTHORITY = re.compile(r"(\[[0-9A-Fa-f:.]*\]|[^:\[\]]*)(?::([^:]*))?")
_PORT = re.compile(r"[1-9][0-9]{0,4}")
_HOST = re.compile(r"[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_DOTTED_QUAD = re.compile(r"(?:[0-9]+\.){3}[0-9]+\.?")


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
    needs_region: bool = True,
) -> Endpoint:
    """Returns where requests with these settings go.

    Args:
        region: Region id such as "cn-hangzhou"; with `product="oss-cloudbox"` the cloud box id. It
            is part of every signature, so it is needed even with an explicit endpoint.
        endpoint: None to derive it from the region, or `host[:port]`, with or without
            `http://` or `https://`, which wins over `scheme`. The host is kept as it is written.
        endpoint_type: One of `ENDPOINT_HOSTS`; looked at where `endpoint` is None.
        url_style: One of `URL_STYLES`. An endpoint that is an IP address means "path".
        scheme: "https" or "http".
        product: "oss", "oss-cloudbox" or another product id.
        needs_region: Whether the region is signed; if not, None will do beside an endpoint.

    Raises:
        RequestError: A setting is none of the allowed ones, or the settings do not fit together.

    Example:
        >>> resolve_endpoint(region="cn-hangzhou", endpoint="http://[::1]:9000")
        Endpoint(scheme='http', authority='[::1]:9000', style='path')
    """
    _check_choice("endpoint_type", endpoint_type, tuple(ENDPOINT_HOSTS))
    _check_choice("url_style", url_style, URL_STYLES)
    _check_choice("scheme", scheme, SCHEMES)
    check_product(product)
    if not needs_region and region is None and endpoint is None:
        raise RequestError("region", "missing; give the region id, or the endpoint")
    if needs_region or region is not None:
        region = check_region(region)
    if endpoint is not None:
        given_scheme, authority, is_ip = _parse_endpoint(endpoint)
        return Endpoint(given_scheme or scheme, authority, "path" if is_ip else url_style)
    if url_style == "cname":
        raise RequestError("endpoint", "missing; with url_style='cname' give the bucket's domain")
    if product == "oss-cloudbox":
        raise RequestError("endpoint", "missing; a cloud box has its own, give it as host or URL")
    return Endpoint(scheme, ENDPOINT_HOSTS[endpoint_type].format(region=region), url_style)


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
        raise RequestError(field, "missing; give the name of a bucket")
    if not isinstance(bucket, str) or not _BUCKET.fullmatch(bucket):
        raise RequestError(
            field, "must be 3 to 63 lower-case letters, digits and dashes, no dash at an end"
        )
    return bucket


def check_region(region: object) -> str:
    """Returns `region` if it can be a region id.

    Raises:
        RequestError: It is missing, holds other characters than a-z, 0-9 and dash, or is the
            endpoint's name for the region, as in "oss-cn-hangzhou".

    Example:
        >>> check_region("cn-hangzhou")
        'cn-hangzhou'
    """
    if region is None:
        raise RequestError("region", "missing; give the region id, such as 'cn-hangzhou'")
    if not isinstance(region, str) or not _NAME.fullmatch(region):
        raise RequestError(
            "region", "must be lower-case letters, digits and dashes, such as 'cn-hangzhou'"
        )
    if region.startswith("oss-"):
        raise RequestError("region", f"drop the 'oss-': the region id is {region[4:]!r}")
    return region


def check_product(product: object) -> str:
    """Returns `product` if it can be a product id, such as "oss" or "oss-cloudbox".

    Raises:
        RequestError: It is no text of a-z, 0-9 and dash.

    Example:
        >>> check_product("oss-cloudbox")
        'oss-cloudbox'
    """
    if not isinstance(product, str) or not _NAME.fullmatch(product):
        raise RequestError(
            "product", "must be lower-case letters, digits and dashes, such as 'oss'"
        )
    return product


def _check_choice(field: str, value: object, choices: tuple[str, ...]) -> None:
    if value not in choices:
        raise RequestError(field, "must be one of " + ", ".join(map(repr, choices)))


def _parse_endpoint(endpoint: object) -> tuple[str | None, str, bool]:
    """Returns scheme or None, authority, and whether the host is an IP address.

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
    return scheme or None, authority, _is_ip_address(host)


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
    try:
        if host.startswith("["):
            IPv6Address(host[1:-1])
            return True
        if _DOTTED_QUAD.fullmatch(host):
            IPv4Address(host)
            return True
    except AddressValueError:
        raise RequestError("endpoint", "the host looks like an IP address but is none") from None
    if not _HOST.fullmatch(host):
        raise RequestError("endpoint", "the host must be letters, digits, '-', '_' and single dots")
    return False
