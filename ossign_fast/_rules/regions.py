"""Region ids, and what the host names of OSS say of region and bucket.

The host names are those of the OSS documentation ("Regions and endpoints"). The list of regions is
for hints alone: a region that opens tomorrow is signed for as any other.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from .._errors import RequestError

_WORDS = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)+").fullmatch
_KNOWN = """
    cn-hangzhou cn-shanghai cn-nanjing cn-fuzhou cn-wuhan-lr cn-qingdao cn-beijing cn-zhangjiakou
    cn-huhehaote cn-wulanchabu cn-shenzhen cn-heyuan cn-guangzhou cn-chengdu cn-hongkong
    cn-zhongwei ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-3 ap-southeast-5
    ap-southeast-6 ap-southeast-7 us-west-1 us-east-1 na-south-1 eu-central-1 eu-west-1 me-east-1
    me-central-1
    """.split()  # noqa: SIM905 - reads better than thirty lines

_ACCELERATE = ("accelerate", "accelerate-overseas")
_INTERNAL = "-internal"
#: What stands for a region in hosts that serve several, or whose region ids are written otherwise.
_NO_REGIONS = frozenset(
    {*_ACCELERATE, "rg-china-mainland", "cn-hzjbp", "cn-hzfinance", "cn-szfinance"}
)
# Compiled where it is used: that takes as long as the import of a module.
_HOST = r"""
    (?: (?P<bucket> [a-z0-9][a-z0-9-]{1,61}[a-z0-9] ) \. )?
    (?P<service>
        (?: s3\. )? (?: vpc100- )? oss-
        (?P<region> [a-z]{2}-[a-z0-9-]+? | accelerate (?: -overseas )? ) (?: -internal )?
        |
        (?P<dualstack> [a-z]{2}-[a-z0-9-]+? ) (?: -internal )? \.oss (?: -data-acc | -dls )?
    )
    \.aliyuncs\.com
    """


class OssHost(NamedTuple):
    """What a host name of OSS tells.

    Attributes:
        bucket: The bucket it begins with, or None.
        service: The host without the bucket.
        region: The region id, or None where the host serves more than one, or writes it otherwise.
    """

    bucket: str | None
    service: str
    region: str | None


def read_host(host: str) -> OssHost | None:
    """Returns what `host` tells, or None if it is no host of OSS that is known to tell something.

    Example:
        >>> read_host("examplebucket.oss-cn-hangzhou-internal.aliyuncs.com")
        OssHost(bucket='examplebucket', service='oss-cn-hangzhou-internal.aliyuncs.com', \
region='cn-hangzhou')
    """
    found = re.fullmatch(_HOST, host.lower().removesuffix("."), re.VERBOSE)
    if found is None:
        return None
    region: str | None = found["region"] or found["dualstack"]
    service = f"{found['service']}.aliyuncs.com"
    return OssHost(found["bucket"], service, None if region in _NO_REGIONS else region)


def problem_of_host(host: str) -> str:
    """Returns what is wrong with a host that cannot answer requests of ours; empty if nothing.

    Example:
        >>> problem_of_host("oss-cn-hangzhou.aliyuncs.com")
        ''
        >>> problem_of_host("oss-cn-hangzhou")
        "is not the whole host; give 'oss-cn-hangzhou.aliyuncs.com', or leave it out"
    """
    name = host.lower().removesuffix(".")
    told = read_host(name)
    if told is not None and told.service.startswith("s3."):
        return (
            "is for the S3 interface, which takes other signatures; give "
            f"{told.service.removeprefix('s3.')!r}, or leave it out"
        )
    region = name.removeprefix("oss-")
    if region.removesuffix(_INTERNAL) in _KNOWN:
        return f"is not the whole host; give 'oss-{region}.aliyuncs.com', or leave it out"
    return ""


def is_in_region(host: OssHost, region: str) -> bool:
    """Returns whether requests to `host` can be signed for `region`.

    The public hosts of finance clouds end in "-pub"; their region ids may or may not.
    """
    return host.region is None or host.region.removesuffix("-pub") == region.removesuffix("-pub")


def check_region(region: object) -> str:
    """Returns `region` if it can be a region id.

    Raises:
        RequestError: It is missing, holds other characters than a-z, 0-9 and dash, or is part of
            an endpoint's name, as in "oss-cn-hangzhou", "cn-hangzhou-internal" or "hangzhou".

    Example:
        >>> check_region("cn-hangzhou")
        'cn-hangzhou'
    """
    if region is None:
        raise RequestError("region", "is missing; give the region id, such as 'cn-hangzhou'")
    if not isinstance(region, str):
        raise RequestError("region", "must be text, such as 'cn-hangzhou'")
    if not _is_id(region):
        raise RequestError("region", _region_cure(region))
    return region


#: An area and a place, such as cn-hangzhou or ap-southeast-1.
_LIKELY = r"[a-z]{2}-[a-z]{2,15}(-[a-z0-9]{1,12}){0,2}"


def _is_id(text: str) -> bool:
    return (
        _WORDS(text) is not None
        and not text.startswith("oss-")
        and not text.endswith(_INTERNAL)
        and text not in _ACCELERATE
    )


def _may_be_shown(text: str) -> bool:
    return _is_id(text) and re.fullmatch(_LIKELY, text) is not None


def _region_cure(region: str) -> str:
    """Returns what to do about a text that is no region id.

    It echoes nothing but what it has read as a region: a URL may hold a password, and somebody may
    have given the secret.
    """
    name = region.strip().lower().replace("_", "-")
    host = read_host(name.rpartition("://")[2].strip("/"))
    if host is not None and host.region is not None:
        return f"is an endpoint; give region={host.region!r}, and the host as endpoint"
    name = name.removesuffix(".aliyuncs.com").removeprefix("oss-")
    if name in _ACCELERATE:
        return (
            "is a kind of endpoint; give the region id of the bucket, such as 'cn-hangzhou', "
            f"and endpoint_type={name!r}"
        )
    if name.endswith(_INTERNAL) and _may_be_shown(name.removesuffix(_INTERNAL)):
        return (
            f"must be the region id, {name.removesuffix(_INTERNAL)!r}; "
            "endpoint_type='internal' chooses its internal endpoint"
        )
    if _may_be_shown(name):
        return f"must be the region id alone; did you mean {name!r}?"
    ends = {known.partition("-")[2]: known for known in reversed(_KNOWN)}
    from difflib import get_close_matches  # not needed to import the package

    close = [ends[end] for end in get_close_matches(name, ends, 1, 0.75)]
    hint = f"did you mean {close[0]!r}?" if close else "give the bucket's, such as 'cn-hangzhou'"
    return f"must be a region id, lower-case words joined by dashes; {hint}"
