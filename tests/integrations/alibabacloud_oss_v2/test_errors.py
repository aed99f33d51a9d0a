"""What accelerated clients of alibabacloud-oss-v2 raise: the SDK's own errors, where it raises."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2 import exceptions
from alibabacloud_oss_v2.credentials import Credentials

from ossign_fast import RequestError
from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate, presign_many
from support.integrations import (
    BUCKET,
    NOW,
    SECRET,
    Provider,
    client_v2,
    get,
    request_v2,
    standing_still,
)
from support.oss_v2 import STRICT, VERSIONS, assert_same


def fails() -> Any:
    raise OSError("no network")


@STRICT
@pytest.mark.parametrize(
    ("provide", "kind"),
    [
        (lambda: None, exceptions.CredentialsEmptyError),
        (lambda: Credentials("", "secret"), exceptions.CredentialsEmptyError),
        (lambda: Credentials("id", ""), exceptions.CredentialsEmptyError),
        (fails, exceptions.CredentialsFetchError),
    ],
)
def test_no_credentials(strict: bool, provide: Callable[[], Any], kind: Any) -> None:
    client = client_v2(credentials_provider=Provider(provide))
    messages = []
    for each in (client, accelerate(client, strict_sdk=strict)):
        with pytest.raises(exceptions.OperationError) as caught:
            each.presign(get())
        assert isinstance(caught.value.unwrap(), kind)
        messages.append(str(caught.value))
    assert messages[0] == messages[1]
    with pytest.raises(exceptions.OperationError):
        presign_many(client, get(), ["k"])


@STRICT
def test_no_provider_at_all(strict: bool) -> None:
    client = oss.Client(oss.Config(region="cn-hangzhou", retry_max_attempts=1))
    for each in (client, accelerate(client, strict_sdk=strict)):
        with pytest.raises(exceptions.OperationError, match="get_credentials"):
            each.presign(get())


ERRORS: dict[str, tuple[Any, dict[str, Any], Any]] = {
    "no bucket": (oss.GetObjectRequest(key="k"), {}, "bucket"),
    "no key": (oss.GetObjectRequest(bucket=BUCKET), {}, "key"),
    "no upload id": (request_v2("UploadPart", part_number=1), {}, "upload_id"),
    "no part number": (request_v2("UploadPart", upload_id="u"), {}, "part_number"),
    "no presign request": (oss.ListObjectsRequest(bucket=BUCKET), {}, "request"),
    "no request": ("text", {}, "request"),
    "bucket": (get(bucket="A_b"), {}, ("bucket", exceptions.BucketNameInvalidError)),
    "short bucket": (get(bucket="ab"), {}, ("bucket", exceptions.BucketNameInvalidError)),
    "no text": (get(key=7), {}, ("key", TypeError)),
    "empty key": (get(key=""), {}, ("key", exceptions.ObjectNameInvalidError)),
    "surrogate": (get(key="\ud800"), {}, ("key", UnicodeEncodeError)),
    "strange value": (get(version_id=b"1"), {}, None),
    "strange header": (get(headers={"x-oss-meta-a": b"1"}), {}, ("headers", TypeError)),
    "region": (get(), {"region": "CN_X"}, ("client", exceptions.ParamInvalidError)),
    "no region": (get(), {"region": None}, ("client", exceptions.ParamInvalidError)),
}


@STRICT
@pytest.mark.parametrize("error", ERRORS)
def test_errors_are_of_the_classes_of_the_sdk(strict: bool, error: str) -> None:
    request, settings, inner = ERRORS[error]
    client = client_v2(**settings)
    with pytest.raises(exceptions.BaseError) as theirs:
        client.presign(request)
    fast = accelerate(client, strict_sdk=strict)
    for _ in range(2):
        with pytest.raises(type(theirs.value)) as ours:
            fast.presign(request)
        assert SECRET not in str(ours.value)
        if not isinstance(inner, tuple):
            assert str(ours.value) == str(theirs.value)
        elif strict or inner[0] == "client":
            assert type(ours.value.unwrap()) is type(theirs.value.unwrap()) is inner[1]
        else:
            assert isinstance(ours.value.unwrap(), RequestError)
            assert ours.value.unwrap().field.startswith(inner[0])


@pytest.mark.parametrize(
    ("settings", "field"),
    [
        ({"endpoint": "https://user:password@oss.example.com"}, "endpoint"),
        ({"endpoint": "ftp://oss.example.com"}, "endpoint"),
        ({"endpoint": "oss.example.com", "region": "CN_X"}, "region"),
        ({"endpoint": "oss.example.com", "region": None}, "region"),
        ({"additional_headers": ["no token"]}, "additional_headers"),
        ({"additional_headers": "range"}, "additional_headers"),
    ],
)
def test_settings_that_the_sdk_signs_with_and_we_refuse(
    settings: dict[str, Any], field: str
) -> None:
    client = client_v2(**settings)
    assert_same(client, get(), strict=True)
    with pytest.raises(exceptions.OperationError) as caught:
        accelerate(client).presign(get())
    assert caught.value.unwrap().field == field
    with pytest.raises(RequestError) as bare:
        presign_many(client, get(), ["k"])
    assert bare.value.field == field
    assert "user:" not in f"{caught.value}{bare.value}"


def test_a_key_may_go_missing_later() -> None:
    fast = accelerate(client_v2())
    fast.presign(get())
    with pytest.raises(exceptions.ParamRequiredError) as caught:
        fast.presign(get(key=None))
    assert str(caught.value) == "missing required field, key."


TOO_LONG = [{"expires": timedelta(days=7, seconds=1)}, {"expiration": NOW + timedelta(days=8)}]


@pytest.mark.parametrize("lifetime", [*TOO_LONG, {"expires": 604_801}])
def test_seven_days_are_checked_before_signing(lifetime: dict[str, Any]) -> None:
    provider = Provider(fails)
    client = client_v2(credentials_provider=provider)
    with pytest.raises(exceptions.PresignExpirationError):
        accelerate(client, clock=standing_still).presign(get(), **lifetime)
    assert provider.asked == 0


@pytest.mark.parametrize("lifetime", TOO_LONG)
def test_a_strict_one_checks_seven_days_afterwards(lifetime: dict[str, Any]) -> None:
    client = client_v2(credentials_provider=Provider(fails))
    with pytest.raises(exceptions.OperationError, match="no network"):
        accelerate(client, strict_sdk=True, clock=standing_still).presign(get(), **lifetime)
    fast = accelerate(client_v2(), strict_sdk=True, clock=standing_still)
    with pytest.raises(exceptions.PresignExpirationError):
        fast.presign(get(), **lifetime)


@pytest.mark.parametrize(
    ("lifetime", "field"),
    [
        ({"expires": timedelta(0)}, "expires"),
        ({"expires": timedelta(seconds=0.9)}, "expires"),
        ({"expires": -1}, "expires"),
        ({"expires": True}, "expires"),
        ({"expires": 1.5}, "expires"),
        ({"expires": "600"}, "expires"),
        ({"expiration": NOW.replace(microsecond=0)}, "expiration"),
        ({"expiration": NOW.timestamp()}, "expiration"),
    ],
)
@VERSIONS
def test_no_lifetimes(version: str, lifetime: dict[str, Any], field: str) -> None:
    client = client_v2(signature_version=version)
    with pytest.raises(exceptions.OperationError) as caught:
        accelerate(client, clock=standing_still).presign(get(), **lifetime)
    assert caught.value.unwrap().field == field


@pytest.mark.skipif(
    not hasattr(client_v2()._client._inner, "init_error"), reason="the SDK is too old"
)
@STRICT
def test_what_was_wrong_from_the_beginning(strict: bool) -> None:
    client = client_v2(account_id="x")
    for each in (client, accelerate(client, strict_sdk=strict)):
        with pytest.raises(ValueError, match="invalid account id: x"):
            each.presign(get())
    with pytest.raises(ValueError, match="invalid account id: x"):
        presign_many(client, get(), ["k"])
