"""What the tests of the drop-in for alibabacloud-oss-v2 share."""

from __future__ import annotations

from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2.aio import AsyncClient

from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate
from support import oracle
from support.integrations import RICH_REQUESTS, sdk_clock, standing_still, told, told_to_the_second

STRICT = pytest.mark.parametrize("strict", [True, False], ids=["strict", "default"])
VERSIONS = pytest.mark.parametrize("version", ["v4", "v1"])
OPERATIONS = pytest.mark.parametrize("operation", RICH_REQUESTS)
#: What only the newest releases of the SDK have.
HAS_DEFAULT_HEADERS = hasattr(oss.Config(), "default_request_headers")
IS_ASYNC_PRESIGNED = hasattr(AsyncClient, "presign")


ENDPOINTS: dict[str, dict[str, Any]] = {
    "public": {},
    "http": {"disable_ssl": True},
    "internal": {"use_internal_endpoint": True},
    "dual stack": {"use_dualstack_endpoint": True},
    "accelerate": {"use_accelerate_endpoint": True},
    "all of them": {
        "use_dualstack_endpoint": True,
        "use_internal_endpoint": True,
        "use_accelerate_endpoint": True,
    },
    "host": {"endpoint": "oss.example.com"},
    "http host": {"endpoint": "oss.example.com", "disable_ssl": True},
    "scheme wins": {"endpoint": "https://oss.example.com", "disable_ssl": True},
    "port": {"endpoint": "http://oss.example.com:8080"},
    "own port": {"endpoint": "https://oss.example.com:443"},
    "slash": {"endpoint": "https://oss.example.com/"},
    "path and query": {"endpoint": "https://oss.example.com/path?query#fragment"},
    "upper case": {"endpoint": "HTTPS://OSS.Example.com"},
    "IPv4": {"endpoint": "192.168.1.2"},
    "IPv4 and port": {"endpoint": "http://192.168.1.2:9000"},
    "IPv6": {"endpoint": "http://[2001:db8::1]:9000"},
    "number": {"endpoint": "1234"},
    "localhost": {"endpoint": "http://localhost:80"},
    "path style": {"use_path_style": True},
    "cname": {"endpoint": "https://static.example.com", "use_cname": True},
    "cname of an address": {"endpoint": "127.0.0.1:99", "use_cname": True},
    "cloud box": {"cloud_box_id": "cb-123"},
    "cloud box by its host": {
        "endpoint": "cb-123.cn-heyuan.oss-cloudbox.aliyuncs.com",
        "enable_auto_detect_cloud_box_id": True,
    },
    "user agent": {"user_agent": "mine"},
    "no checks": {"disable_upload_crc64_check": True},
}


def assert_same(client: Any, request: Any, *, strict: bool, **lifetime: Any) -> str:
    """Asserts that both presign alike, asked twice, and returns the URL.

    By default paths are in the spelling that every client sends whole.
    """
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    with sdk_clock():
        theirs = client.presign(request, **lifetime)
    if not strict:
        theirs.url = oracle.respelled(theirs.url, request.key)
    wanted = told(theirs) if strict else told_to_the_second(theirs)
    for _ in range(2):  # the second is remembered
        ours = fast.presign(request, **lifetime)
        assert told(ours) == wanted
        assert type(ours) is type(theirs)
    return str(theirs.url)
