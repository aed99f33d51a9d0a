"""Drop-ins for the slower signers, one module for each library they plug into.

A module imports its library, which is none of this package's requirements: install it beside.

    alibabacloud_oss_v2   SignerV4, SignerV1, accelerate, presign_many
    oss2                  AuthV4, ProviderAuthV4, Auth, ProviderAuth, StsAuth, accelerate
    requests, httpx       OSSAuth
    shadow                compares two signers before one is trusted; it needs no library
"""

from __future__ import annotations

from .shadow import Difference, Mismatch, ShadowReport, shadow

__all__ = ["Difference", "Mismatch", "ShadowReport", "shadow"]
