"""Accelerated clients of alibabacloud-oss-v2: shared state, plug-ins and credentials."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import alibabacloud_oss_v2 as oss
import pytest
from alibabacloud_oss_v2 import exceptions
from alibabacloud_oss_v2.aio import AsyncClient
from alibabacloud_oss_v2.credentials import Credentials

from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate, presign_many
from support.integrations import (
    BUCKET,
    NOW,
    TOKEN,
    Provider,
    client_v2,
    config_v2,
    get,
    sdk_clock,
    standing_still,
    told,
    told_to_the_second,
)
from support.oss_v2 import IS_ASYNC_PRESIGNED, STRICT, VERSIONS, assert_same

CLIENTS = pytest.mark.parametrize("kind", [oss.Client, AsyncClient])


# Shared state


@CLIENTS
def test_the_same_client_in_everything_else(kind: Any) -> None:
    client = kind(config_v2())
    methods = dict(vars(kind))
    fast = accelerate(client)
    assert isinstance(fast, kind)
    assert vars(fast) is vars(client)
    assert (type(fast).__name__, repr(fast)) == (kind.__name__, repr(client))
    fast.note = "seen"
    assert client.note == "seen"
    # Nothing was done to the client or to its class.
    assert type(client) is kind
    assert dict(vars(kind)) == methods
    public = [name for name in dir(kind) if not name.startswith("_")]
    changed = [n for n in public if getattr(type(fast), n) is not getattr(kind, n)]
    assert set(changed) <= {"presign"}


def test_the_client_itself_still_presigns_as_the_sdk() -> None:
    client = client_v2(additional_headers=["range"])
    before = assert_same(client, get(range_header="bytes=0-9"), strict=True)
    accelerate(client).presign(get(range_header="bytes=0-9"))
    with sdk_clock():
        assert client.presign(get(range_header="bytes=0-9")).url == before
    assert client.presign.__func__ is oss.Client.presign


def test_other_calls_are_those_of_the_client() -> None:
    sent: list[Any] = []

    class Http(oss.HttpClient):
        def send(self, request: Any, **_: Any) -> Any:
            sent.append(request)
            raise exceptions.StreamClosedError

        open = close = None

    fast = accelerate(client_v2(http_client=Http()))
    with pytest.raises(exceptions.OperationError):
        fast.get_object(get(key="k"))
    assert sent[0].url == f"https://{BUCKET}.oss-cn-hangzhou.aliyuncs.com/k"


def test_twice_is_once_more() -> None:
    client = client_v2()
    strict = accelerate(client, strict_sdk=True, clock=standing_still)
    again = accelerate(strict, clock=lambda: standing_still() + 1)
    assert type(again) is type(strict)
    assert vars(again) is vars(client)
    moments = [each.presign(get()).expiration for each in (strict, again)]
    assert moments[1] - moments[0] == timedelta(microseconds=1)  # of which one is cut off
    assert again.presign(get()).url != strict.presign(get()).url


def test_classes_of_ones_own() -> None:
    class Mine(oss.Client):
        def presign(self, *_: Any, **__: Any) -> Any:
            return "mine"

        def mine(self) -> Any:
            return self.presign(get())

    client = Mine(config_v2())
    assert client.mine() == "mine"
    fast = accelerate(client)
    assert isinstance(fast, Mine)
    assert fast.mine().method == "GET"


@pytest.mark.skipif(not IS_ASYNC_PRESIGNED, reason="the SDK is too old")
def test_an_asynchronous_client_is_a_context_manager() -> None:
    closed = []

    class Watched(AsyncClient):
        async def close(self) -> None:
            closed.append(self)
            await super().close()

    async def work() -> None:
        client = Watched(config_v2())
        fast = accelerate(client, clock=standing_still)
        async with fast as entered:
            assert entered is fast
            results = await asyncio.gather(*[fast.presign(get(key=str(n))) for n in range(5)])
            with sdk_clock():
                theirs = [await client.presign(get(key=str(n))) for n in range(5)]
        assert list(map(told, results)) == list(map(told_to_the_second, theirs))
        assert closed == [fast]

    asyncio.run(work())


@pytest.mark.parametrize("thing", [None, "client", oss.Config(), object()])
def test_no_client(thing: Any) -> None:
    for call in (accelerate, lambda other: presign_many(other, get(), ["k"])):
        with pytest.raises(TypeError, match="must be a Client or an AsyncClient"):
            call(thing)


def test_an_encryption_client_is_taken_by_its_inside() -> None:
    master = oss.crypto.MasterRsaCipher()
    outer = oss.EncryptionClient(client_v2(), master)
    with pytest.raises(TypeError, match=r"give unwrap\(\)"):
        accelerate(outer)
    assert accelerate(outer.unwrap()).presign(get()).method == "GET"


def test_aiohttp_is_not_needed() -> None:
    code = (
        "import sys; sys.modules['aiohttp'] = None; import alibabacloud_oss_v2 as oss;"
        "from ossign_fast.integrations.alibabacloud_oss_v2 import accelerate;"
        "print(type(accelerate(oss.Client(oss.Config(region='cn-hangzhou')))).__name__)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "Client\n"


# Plug-ins


class Doubling(oss.signer.SignerV4):  # type: ignore[misc]
    """A signer of one's own, which doubles lifetimes and has its own default."""

    def sign(self, signing_ctx: Any) -> None:
        end = signing_ctx.expiration_time or NOW + timedelta(seconds=30)
        signing_ctx.expiration_time = NOW + 2 * (end - NOW)
        super().sign(signing_ctx)


@STRICT
@pytest.mark.parametrize("lifetime", [{}, {"expires": timedelta(seconds=50)}])
def test_a_signer_of_ones_own_signs(strict: bool, lifetime: dict[str, Any]) -> None:
    client = client_v2(Doubling())
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    with sdk_clock():
        theirs = client.presign(get(), **lifetime)
    assert f"x-oss-expires={100 if lifetime else 60}&" in theirs.url
    ours = fast.presign(get(), **lifetime)
    cut = not strict and bool(lifetime)  # our lifetimes begin with a full second
    assert ours.method == theirs.method
    assert (ours.url == theirs.url) or cut
    assert abs(ours.expiration - theirs.expiration) < timedelta(seconds=2)


@STRICT
def test_a_signer_that_fails(strict: bool) -> None:
    class Failing(oss.signer.SignerV1):  # type: ignore[misc]
        def sign(self, signing_ctx: Any) -> None:
            raise OSError("no key")

    with pytest.raises(exceptions.OperationError, match="no key") as caught:
        accelerate(client_v2(Failing()), strict_sdk=strict).presign(get())
    assert isinstance(caught.value.unwrap(), OSError)


@STRICT
@VERSIONS
def test_an_endpoint_provider_builds_urls(strict: bool, version: str) -> None:
    class Provider:
        def build_url(self, op_input: Any) -> str:
            return f"https://gateway.example.com/{op_input.bucket}/x/{op_input.key}"

    client = client_v2(signature_version=version)
    client._client._options.endpoint_provider = Provider()
    url = assert_same(client, get(key="k", version_id="v"), strict=strict)
    assert url.startswith("https://gateway.example.com/example-bucket/x/k?versionId=v&")


@STRICT
@pytest.mark.skipif(not hasattr(oss.types, "BucketNameResolver"), reason="the SDK is too old")
def test_a_bucket_name_resolver_names_what_is_signed(strict: bool) -> None:
    class Resolver:
        def build_bucket_name(self, op_input: Any) -> str:
            return f"{op_input.bucket}-123"

    client = client_v2(endpoint="https://example-bucket.example.com", use_cname=True)
    plain = assert_same(client, get(), strict=strict)
    client._client._options.bucket_name_resolver = Resolver()
    assert assert_same(client, get(), strict=strict) != plain


@STRICT
def test_anonymous_clients_sign_nothing(strict: bool) -> None:
    client = client_v2(credentials_provider=oss.credentials.AnonymousCredentialsProvider())
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    with sdk_clock():
        theirs = client.presign(get(version_id="v"))
    assert told(fast.presign(get(version_id="v"))) == told(theirs)
    with pytest.raises(exceptions.PresignExpirationError):
        fast.presign(get(), expires=timedelta(days=8))


# Credentials


@STRICT
@VERSIONS
def test_credentials_are_asked_for_at_each_call(strict: bool, version: str) -> None:
    keys = iter([Credentials(f"id{n}", f"secret{n}", f"token{n}" if n > 3 else None)
                 for n in range(9)])  # fmt: skip
    provider = Provider(lambda: next(keys))
    client = client_v2(signature_version=version, credentials_provider=provider)
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    urls = [fast.presign(get()).url for _ in range(9)]
    assert provider.asked == 9
    again = iter([Credentials(f"id{n}", f"secret{n}", f"token{n}" if n > 3 else None)
                  for n in range(9)])  # fmt: skip
    provider._get = lambda: next(again)
    with sdk_clock():
        assert urls == [client.presign(get()).url for _ in range(9)]


@STRICT
@pytest.mark.parametrize("field", ["access_key_id", "access_key_secret", "security_token"])
def test_credentials_that_change_in_place(strict: bool, field: str) -> None:
    keys = Credentials("id", "secret", "token")
    client = client_v2(credentials_provider=Provider(lambda: keys))
    before = assert_same(client, get(), strict=strict)
    setattr(keys, field, "changed")
    assert assert_same(client, get(), strict=strict) != before
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    changed = fast.presign(get()).url
    setattr(keys, field, "once-more")
    assert fast.presign(get()).url != changed


@STRICT
def test_another_provider(strict: bool) -> None:
    client = client_v2()
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    before = fast.presign(get()).url
    client._client._options.credentials_provider = Provider(lambda: Credentials("new", "keys"))
    with sdk_clock():
        assert client.presign(get()).url == fast.presign(get()).url != before


@STRICT
def test_threads(strict: bool) -> None:
    people = [Credentials(f"id{n}", f"secret{n}", TOKEN if n % 2 else None) for n in range(9)]
    turns = itertools.cycle(people)
    client = client_v2(credentials_provider=Provider(lambda: next(turns)))
    with sdk_clock():
        wanted = {client.presign(get(key=str(n % 7))).url for n in range(63)}
    assert len(wanted) == 63
    fast = accelerate(client, strict_sdk=strict, clock=standing_still)
    with ThreadPoolExecutor(8) as pool:
        urls = set(pool.map(lambda n: fast.presign(get(key=str(n % 7))).url, range(2000)))
    assert urls == wanted
