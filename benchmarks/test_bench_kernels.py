"""SHA-256 and HMAC of one message on each kernel, with hashlib beside them."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from workload import ACCESS_KEY_SECRET, REGION, Engine, engines

#: A canonical request for a 48-byte key, with a token of usual length, and a long message.
LENGTHS = (267, 1_020, 65_536)
#: A string to sign.
HMAC_LENGTH = 145
SCOPE = (b"20261123", REGION.encode(), b"oss", b"aliyun_v4_request")
ENGINES = pytest.mark.parametrize("engine", engines(), ids=lambda engine: engine.name)


def message(length: int) -> bytes:
    return bytes(number * 31 % 251 for number in range(length))


@ENGINES
@pytest.mark.parametrize("length", LENGTHS)
def test_sha256(benchmark: BenchmarkFixture, engine: Engine, length: int) -> None:
    text = message(length)
    assert engine.module.sha256(text, engine.kernel) == hashlib.sha256(text).digest()
    benchmark.group = f"sha256, {length} bytes"
    benchmark(engine.module.sha256, text, engine.kernel)


@pytest.mark.parametrize("length", LENGTHS)
def test_sha256_of_hashlib(benchmark: BenchmarkFixture, length: int) -> None:
    def sha256(text: bytes) -> bytes:
        return hashlib.sha256(text).digest()

    benchmark.group = f"sha256, {length} bytes"
    assert len(benchmark(sha256, message(length))) == hashlib.sha256().digest_size


@ENGINES
def test_hmac_sha256(benchmark: BenchmarkFixture, engine: Engine) -> None:
    secret, text = message(32), message(HMAC_LENGTH)
    expected = hmac.digest(secret, text, "sha256")
    assert engine.module.hmac_sha256(secret, text, engine.kernel) == expected
    benchmark.group = f"hmac-sha256, {HMAC_LENGTH} bytes"
    benchmark(engine.module.hmac_sha256, secret, text, engine.kernel)


def test_hmac_sha256_of_hashlib(benchmark: BenchmarkFixture) -> None:
    secret, text = message(32), message(HMAC_LENGTH)
    benchmark.group = f"hmac-sha256, {HMAC_LENGTH} bytes"
    assert len(benchmark(hmac.digest, secret, text, "sha256")) == hashlib.sha256().digest_size


@ENGINES
def test_signing_key(benchmark: BenchmarkFixture, engine: Engine) -> None:
    """Once per secret, day, region and product: what the first call of a day costs more."""
    secret = f"aliyun_v4{ACCESS_KEY_SECRET}".encode()
    # All that a key shows; that it signs right is asserted wherever URLs are.
    assert "Benchmark" not in repr(engine.module.signing_key(secret, SCOPE, engine.kernel))
    benchmark.group = "signing key"
    benchmark(engine.module.signing_key, secret, SCOPE, engine.kernel)
