"""What the tests of `Signer` share: one case for the oracle, and a signer that makes it."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

from ossign_fast import NO_KEY, Credentials, Signer
from support import oracle
from support.engines import Engine

NOW = 1_709_281_815
MOMENT = datetime(2024, 3, 1, 8, 30, 15, tzinfo=timezone.utc)
ID, SECRET, TOKEN = "LTAI5tSignerTests", "signer-tests-secret-7f3a", "signer-tests-token/+=="
CASE: dict[str, Any] = {
    "op": "GetObject",
    "bucket": "examplebucket",
    "region": "cn-hangzhou",
    "access_key_id": ID,
    "access_key_secret": SECRET,
    "signing_time": "2024-03-01T08:30:15Z",
}


def asked_for(key: str | None) -> Any:
    """Returns the key of a case as calls take it: None there stands for a request without one."""
    return NO_KEY if key is None else key


def signer_of(engine: Engine, **settings: Any) -> Signer:
    """Returns a signer of the case, its clock standing still."""
    plain: dict[str, Any] = {
        "region": "cn-hangzhou",
        "bucket": "examplebucket",
        "credentials": Credentials(ID, SECRET),
        "clock": lambda: NOW,
    }
    return engine.signer(**{**plain, **settings})


def wanted(key: str, **changes: Any) -> str:
    """Returns the URL that the oracle makes of the case with these changes."""
    return oracle.presign({**CASE, "key": key, **changes}).url


def wanted_at(second: float, key: str, **changes: Any) -> str:
    moment = datetime.fromtimestamp(int(second), timezone.utc).isoformat()
    return wanted(key, signing_time=moment, **changes)
