"""SHA-256 and HMAC on each kernel: published vectors, then every border length against hashlib."""

from __future__ import annotations

import hashlib
import hmac
from array import array

import pytest

from support.engines import Engine

#: FIPS 180-4 examples, and the byte-oriented messages NIST publishes beside them.
MESSAGES = {
    "empty": (b"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    "one-block": (b"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    "two-blocks": (
        b"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ),
    "896-bits": (
        (
            b"abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
            b"hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu"
        ),
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1",
    ),
    "million-a": (
        b"a" * 1_000_000,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
    ),
    "short-8": (
        bytes.fromhex("d3"),
        "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1",
    ),
    "short-16": (
        bytes.fromhex("11af"),
        "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98",
    ),
    "short-24": (
        bytes.fromhex("b4190e"),
        "dff2e73091f6c05e528896c4c831b9448653dc2ff043528f6769437bc7b975c2",
    ),
    "short-32": (
        bytes.fromhex("74ba2521"),
        "b16aa56be3880d18cd41e68384cf1ec8c17680c45a02b1575dc1518923ae8b0e",
    ),
    "byte-bd": (b"\xbd", "68325720aabd7c82f30f554b313d0570c95accbb7dc4b5aae11204c08ffe732b"),
    "four-bytes": (
        bytes.fromhex("c98c8e55"),
        "7abc22c0ae5af26ce93dbb94433a0e0b2e119d014f8e7f65bd56c61ccccd9504",
    ),
    "55-zeros": (bytes(55), "02779466cdec163811d078815c633f21901413081449002f24aa3e80f0b88ef7"),
    "56-zeros": (bytes(56), "d4817aa5497628e7c77e6b606107042bbba3130888c5f47a375e6179be789fbb"),
    "57-zeros": (bytes(57), "65a16cb7861335d5ace3c60718b5052e44660726da4cd13bb745381b235a1785"),
    "64-zeros": (bytes(64), "f5a5fd42d16a20302798ef6ed309979b43003d2320d9f0e8ea9831a92759fb4b"),
    "1000-zeros": (
        bytes(1000),
        "541b3e9daa09b20bf85fa273e5cbd3e80185aa4ec298e765db87742b70138a53",
    ),
    "1000-A": (b"A" * 1000, "c2e686823489ced2017f6059b8b239318b6364f6dcd835d0a519105a1eadd6e4"),
    "1005-U": (b"U" * 1005, "f4d62ddec0f3dd90ea1380fa16a5ff8dc4c54b21740650f24afc4120903552b0"),
    "million-zeros": (
        bytes(1_000_000),
        "d29751f2649b32ff572b5e0a9f541ea660a50f94ff0beedfb0b692b924cc8025",
    ),
}

#: RFC 4231: key, data, HMAC-SHA-256; test case 5 is truncated to 128 bits.
AUTHENTICATED = {
    "case-1": (
        b"\x0b" * 20,
        b"Hi There",
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
    ),
    "case-2": (
        b"Jefe",
        b"what do ya want for nothing?",
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ),
    "case-3": (
        b"\xaa" * 20,
        b"\xdd" * 50,
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
    ),
    "case-4": (
        bytes(range(1, 26)),
        b"\xcd" * 50,
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ),
    "case-5": (b"\x0c" * 20, b"Test With Truncation", "a3b6167473100ee06e0c796c2955552b"),
    "case-6": (
        b"\xaa" * 131,
        b"Test Using Larger Than Block-Size Key - Hash Key First",
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ),
    "case-7": (
        b"\xaa" * 131,
        (
            b"This is a test using a larger than block-size key and a larger than block-size data. "
            b"The key needs to be hashed before being used by the HMAC algorithm."
        ),
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ),
}

BORDERS = (0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 121, 127, 128, 129, 183, 184, 191, 192, 193)
NOISE = hashlib.shake_128(b"border lengths").digest(4096)


@pytest.mark.parametrize(("message", "digest"), MESSAGES.values(), ids=MESSAGES.keys())
def test_sha256_of_published_messages(engine: Engine, message: bytes, digest: str) -> None:
    assert engine.sha256(message).hex() == digest


@pytest.mark.parametrize(("key", "data", "code"), AUTHENTICATED.values(), ids=AUTHENTICATED.keys())
def test_hmac_of_rfc_4231(engine: Engine, key: bytes, data: bytes, code: str) -> None:
    assert engine.hmac_sha256(key, data).hex()[: len(code)] == code


def test_sha256_of_every_length_of_five_blocks(engine: Engine) -> None:
    for length in range(5 * 64 + 1):
        message = NOISE[:length]
        assert engine.sha256(message) == hashlib.sha256(message).digest(), length


def test_sha256_reads_from_any_place_in_memory(engine: Engine) -> None:
    for offset in range(65):
        message = NOISE[offset : offset + 200]
        assert engine.sha256(message) == hashlib.sha256(message).digest(), offset


@pytest.mark.parametrize("length", BORDERS)
def test_hmac_of_border_lengths(engine: Engine, length: int) -> None:
    for key_length in BORDERS:
        key, data = NOISE[:key_length], NOISE[1000 : 1000 + length]
        expected = hmac.new(key, data, hashlib.sha256).digest()
        assert engine.hmac_sha256(key, data) == expected, key_length


@pytest.mark.parametrize("rows", [0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 32, 33, 300])
def test_many_messages_of_any_lengths(engine: Engine, rows: int) -> None:
    """Lengths about the borders of blocks, alike and mixed, and some of very many blocks."""
    for lengths in ([130], [119, 120], BORDERS, [*range(300)], [5, 2000, 2048 - 9, 2048 - 8, 4000]):
        messages = [NOISE[row % 90 : row % 90 + lengths[row % len(lengths)]] for row in range(rows)]
        assert engine.hash_many(messages) == [hashlib.sha256(each).digest() for each in messages]
        for key in (b"", NOISE[:32], NOISE[:65]):
            codes = [hmac.digest(key, each, "sha256") for each in messages]
            assert engine.hash_many(messages, key) == codes


@pytest.mark.parametrize("ends", [[], [-1, 3], [0, 5], [0, 3, 2], [4, 4], [0, 2**40]])
def test_messages_that_are_not_there_are_refused(engine: Engine, ends: list[int]) -> None:
    for words in ((), (b"key",)):
        hash_many = engine.module.hmac_sha256_many if words else engine.module.sha256_many
        with pytest.raises(ValueError, match="ends: must begin at 0 or later, never descend"):
            hash_many(*words, b"abcd"[:3], array("q", ends))


def test_messages_may_leave_some_of_the_data_out(engine: Engine) -> None:
    digest = hashlib.sha256(b"bc").digest()
    assert engine.module.sha256_many(bytearray(b"abcd"), array("q", [1, 3])) == digest


def test_an_unknown_kernel_is_refused(engine: Engine) -> None:
    with pytest.raises(ValueError, match="kernel"):
        engine.module.sha256(b"", "abacus")
    with pytest.raises(ValueError, match="kernel"):
        engine.module.hmac_sha256(b"", b"", "abacus")
    with pytest.raises(ValueError, match="kernel"):
        engine.module.sha256_many(b"", array("q", [0]), "abacus")
    with pytest.raises(ValueError, match="kernel"):
        engine.module.hmac_sha256_many(b"", b"", array("q", [0]), "abacus")
    with pytest.raises(ValueError, match="kernel"):
        engine.module.signing_key(b"secret", [b"step"], "abacus")
