"""Arguments of odd types, between calls that an engine answers on its own: told as if alone.

Each odd call comes after plain ones of its form, and must have the answer that a signer gives which
was never asked before.
"""

from __future__ import annotations

import gc
import itertools
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta, timezone
from enum import Enum, IntEnum
from types import MappingProxyType
from typing import Any

import pytest

from ossign_fast import VARIES, Credentials, Signer
from support.engines import Engine
from support.signing import ID, NOW, SECRET, signer_of, wanted


class Shout(str):
    """Equal to its text, with a `str` of its own."""

    __slots__ = ()

    def __str__(self) -> str:
        return self.upper()

    def encode(self, *words: Any) -> bytes:
        return b"encoded by itself"


class Liar(str):
    """Text that is equal to another one."""

    truth = "expires"

    def __eq__(self, other: object) -> bool:
        return other == self.truth

    def __hash__(self) -> int:
        return hash(self.truth)


class Kind(str, Enum):
    """Text of a closed set."""

    PLAIN = "text/plain"


class Number(IntEnum):
    """A number of a closed set."""

    SIXTY = 60


class Later(datetime):
    """A time whose difference to others is of its own making."""

    def __sub__(self, other: Any) -> Any:
        return timedelta(seconds=7)


class Longer(timedelta):
    """A lifetime that is more than it says."""

    def __truediv__(self, other: Any) -> Any:
        return 77


class Reordered(dict[str, Any]):
    """A dict that tells its names in another order."""

    def __iter__(self) -> Iterator[str]:
        return reversed(list(super().__iter__()))

    def keys(self) -> Any:
        return list(self)


END = datetime.fromtimestamp(NOW + 60, timezone.utc)
GIVEN: dict[str, Any] = {
    "expires": 60,
    "content_type": "text/plain",
    "metadata": {"a": "1", "b": "2"},
    "headers": {"x-oss-c": "3", "Via": "4"},
    "query": {"d": "5", "e": None},
    "acl": "private",
    "callback": {"callbackUrl": "u"},
}
#: What may take the place of these words, or come along with them.
ODD: dict[str, list[Any]] = {
    "expires": [
        Number.SIXTY, True, 60.0, 60.5, "60", timedelta(seconds=60), Longer(seconds=60), 1 << 80,
    ],
    "content_type": [
        Shout("text/plain"), Kind.PLAIN, b"text/plain", 7, ["a"], "", " ", "a\nb", "\ud800", None,
    ],
    "metadata": [
        {"b": "2", "a": "1"}, {"a": "1"}, {}, None, {"a": 1, "b": True}, {"a": "1", "A": "2"},
        {"a": Shout("x"), "b": "2"}, {Shout("a"): "1", "b": "2"}, {Liar("a"): "1", "b": "2"},
        OrderedDict(a="1", b="2"), Reordered(a="1", b="2"), MappingProxyType({"a": "1", "b": "2"}),
        [("a", "1")], "a", {7: "1"}, {"a": "1", "b": ""}, {"a": "1", "b": "\n"},
    ],
    "headers": [
        {"Via": "4", "x-oss-c": "3"}, {"x-oss-c": Shout("x"), "Via": "4"}, 7,
        {"x-oss-c": "3", "Via": 4}, {"x-oss-c": 3, "Via": "4"}, {"x-oss-c": None, "Via": "4"},
        {Shout("x-oss-c"): "3", "Via": "4"}, {"x-oss-c": "3", "Via": ""}, {"X-Oss-C": "3"},
        {"x-oss-c": "3", "Via": "a\rb"}, {"x-oss-c": "3", "Via": " é "}, {"X": "3", "Via": ["4"]},
    ],
    "query": [
        {"e": None, "d": "5"}, {"d": None, "e": "5"}, {"d": "", "e": None}, {"d": 5, "e": None},
        {"d": True, "e": None}, {"d": "5", "e": Shout("")}, {"d": "5", "": None}, {"d": 1 << 70},
    ],
    "acl": ["privat", Shout("private"), "public-read", "", None, 1],
    "callback": [
        {}, {"callbackUrl": object()}, {7: "u"}, "e30=", "x", OrderedDict(a="b"), Kind.PLAIN,
    ],
    "bucket": [Shout("examplebucket"), "other-bucket", "", "B", 7, None],
    "signing_time": [NOW, NOW + 0.5, True, "now", END, Later.fromtimestamp(NOW, timezone.utc)],
    "no_such_option": [None, "x"],
    "additional_headers": [["Via"], "Via", ["Date"], iter(["Via"])],
    "endpoint": ["https://example.com", Shout("https://example.com"), None],
    Shout("expires"): [60],
    Liar("version"): [5],
}  # fmt: skip
ENDS = [
    END, Later.fromtimestamp(NOW + 60, timezone.utc), END.replace(tzinfo=None), NOW + 60, None,
]  # fmt: skip
CHANGES = [{name: value} for name, values in ODD.items() for value in values]
CHANGES += [{"expires": None, "expiration": end} for end in ENDS]


def outcome(call: Callable[[], Any]) -> Any:
    """Returns what a call says, in a form that can be compared."""
    try:
        return call()
    except Exception as error:
        return type(error), str(error)


def words_of(changes: dict[str, Any], method: str) -> dict[str, Any]:
    words = {**GIVEN, **changes}
    if method == "sign_headers":
        words.pop("expires", None)
        words.pop("expiration", None)
    return {name: value for name, value in words.items() if value is not None or name in changes}


@pytest.mark.parametrize("method", ["presign", "sign_headers"])
def test_odd_words_between_plain_ones(engine: Engine, method: str) -> None:
    signer = signer_of(engine)
    plain = words_of({}, method)
    for _ in range(3):
        usual = getattr(signer, method)("PutObject", "k", **plain)
    for changes in CHANGES:
        words = words_of(changes, method)
        alone = outcome(
            lambda words=words: getattr(signer_of(engine), method)("PutObject", "k", **words)
        )
        for _ in range(3):
            told = outcome(lambda words=words: getattr(signer, method)("PutObject", "k", **words))
            assert told == alone, changes
            assert getattr(signer, method)("PutObject", "k", **plain) == usual


KEYS: list[Any] = [
    Shout("k"), Liar("k"), b"k", 7, None, "", "/k", "k" * 1024, "\ud800", ["k"], object, Kind.PLAIN,
]  # fmt: skip


@pytest.mark.parametrize("method", ["presign", "sign_headers"])
def test_odd_keys_and_operations(engine: Engine, method: str) -> None:
    signer = signer_of(engine)
    call, plain = getattr(signer, method), words_of({}, method)
    for _ in range(3):
        usual = call("PutObject", "k", **plain)
    pairs = [("PutObject", key) for key in KEYS]
    pairs += [
        (operation, "k") for operation in (Shout("PutObject"), Liar("PutObject"), b"PutObject", 7)
    ]
    for operation, key in pairs:
        for words in (plain, {**plain, "key": "twice"}):
            alone = outcome(
                lambda operation=operation, key=key, words=words: getattr(
                    signer_of(engine), method
                )(operation, key, **words)
            )
            told = outcome(
                lambda operation=operation, key=key, words=words: call(operation, key, **words)
            )
            assert told == alone
            by_name = outcome(
                lambda operation=operation, key=key: call(operation, key=key, **plain)
            )
            assert "twice" in words.values() or by_name == alone
        assert call("PutObject", "k", **plain) == usual
    for few in ((), ("PutObject", "k", "more")):
        with pytest.raises(TypeError, match=method):
            call(*few, **plain)
    with pytest.raises(TypeError, match="keywords must be strings"):
        call("PutObject", "k", **{7: "x"})


def test_the_order_of_words_is_of_no_account(engine: Engine) -> None:
    signer, names = signer_of(engine), list(GIVEN)
    usual = signer.presign("PutObject", "k", **GIVEN)
    for order in itertools.islice(itertools.permutations(names), 0, None, 331):
        result = signer.presign("PutObject", "k", **{name: GIVEN[name] for name in order})
        assert result == usual
        assert list(result.headers) == list(usual.headers)


@pytest.mark.parametrize(
    "value", [Shout("a/b"), Liar("a/b"), Kind.PLAIN, 7, b"x", None, "", VARIES]
)
def test_odd_values_of_what_varies(engine: Engine, value: Any) -> None:
    usual = signer_of(engine).bind("PutObject", content_type=VARIES, acl=VARIES)
    plain = {"content_type": "a/b", "acl": "private"}
    url = usual.url("k", plain)
    for given in (
        {**plain, "content_type": value}, {**plain, "acl": value}, OrderedDict(plain),
        MappingProxyType(plain), {Shout("acl"): "private", "content_type": "a/b"}, [*plain.items()],
        {Liar("x"): "private", **plain}, {**plain, 7: "x"}, {"acl": "private"},
    ):  # fmt: skip
        alone = signer_of(engine).bind("PutObject", content_type=VARIES, acl=VARIES)
        wanted_outcome = outcome(lambda alone=alone, given=given: alone.result("k", given).url)
        for _ in range(2):
            told = outcome(lambda given=given: usual.url("k", given))
            assert told == wanted_outcome
            assert usual.url("k", plain) == url


class Reentrant:
    """A source of times and credentials that asks its own signer for a signature first."""

    def __init__(self) -> None:
        self.signer: Signer | None = None
        self.is_inside = False
        self.depth = 0

    def sign(self) -> None:
        if self.signer is not None and not self.is_inside:
            self.is_inside = True
            self.depth += 1
            try:
                number = f"{self.depth}"
                self.signer.presign("PutObject", "inside", metadata={"a": number}, expires=9)
                self.signer.sign_headers("PutObject", "inside", headers={"x-oss-a": number})
                self.signer.presign_many("GetObject", ["inside"] * 3)
            finally:
                self.is_inside = False

    def clock(self) -> float:
        self.sign()
        return NOW + self.depth // 3

    def get_credentials(self) -> Credentials:
        self.sign()
        return Credentials(f"{ID}{self.depth // 5}", SECRET)


def test_clocks_and_providers_that_sign(engine: Engine) -> None:
    source = Reentrant()
    signer = signer_of(engine, clock=source.clock, credentials=source)
    source.signer = signer
    bound = signer.bind("PutObject", content_type=VARIES)
    for number in range(40):
        words: dict[str, Any] = {"metadata": {"a": f"n{number}"}, "expires": 5}
        for url in (
            signer.presign("PutObject", "k", **words).url,
            bound.url("k", {"content_type": f"a/{number}"}),
        ):
            second = int(
                datetime.strptime(
                    url.partition("x-oss-date=")[2][:16], "%Y%m%dT%H%M%S%z"
                ).timestamp()
            )
            access_key_id = url.partition("x-oss-credential=")[2].partition("%2F")[0]
            alone = signer_of(
                engine,
                clock=lambda second=second: second,
                credentials=Credentials(access_key_id, SECRET),
            )
            assert url in (
                alone.presign("PutObject", "k", **words).url,
                alone.presign("PutObject", "k", content_type=f"a/{number}").url,
            )
    assert source.depth > 80


@pytest.mark.parametrize("argument", ["metadata", "headers", "query"])
def test_dicts_that_change_in_the_midst_of_a_call(engine: Engine, argument: str) -> None:
    """What a call signs is what it was given, whatever its clock does to that."""
    inside: list[dict[str, Any]] = []

    def clock() -> float:
        for given in inside:
            given.clear()
            given.update({f"other-{number}": "x" * 50 for number in range(50)})
        gc.collect(0)
        return NOW

    signer = signer_of(engine, clock=clock)
    for number in range(8):
        names = ("a", "b") if argument == "metadata" else ("x-oss-a", "x-oss-b")
        texts = {name: f"{name} {number} " + "y" * 40 for name in names}
        given = dict(texts)
        inside[:] = [given]
        url = signer.presign("PutObject", "k", **{argument: given}).url
        inside.clear()
        sent = {
            f"x-oss-meta-{name}" if argument == "metadata" else name: text
            for name, text in texts.items()
        }
        told = {"query" if argument == "query" else "headers": sent}
        assert url == wanted("k", op="PutObject", expires_seconds=900, **told)


def test_values_that_change_while_they_are_given(engine: Engine) -> None:
    given: dict[Any, Any] = {}

    class Grown(str):
        """A name that adds to its dict when it is looked up."""

        __slots__ = ()

        def __eq__(self, other: object) -> bool:
            given[f"more{len(given)}"] = "x"
            return str.__eq__(self, str(other))

        def __hash__(self) -> int:
            return str.__hash__(self)

    bound = signer_of(engine).bind("PutObject", content_type=VARIES, acl=VARIES)
    bound.url("k", {"content_type": "a/b", "acl": "private"})
    for _ in range(3):
        given.clear()
        given.update({Grown("acl"): "private", "content_type": "a/b"})
        with pytest.raises((RuntimeError, ValueError)):
            bound.url("k", given)


def test_mappings_are_read_once(engine: Engine) -> None:
    class Once(Mapping[str, str]):
        """A mapping that tells its values once."""

        def __init__(self, **values: str) -> None:
            self.values_of = values
            self.reads = 0

        def __getitem__(self, name: str) -> str:
            self.reads += 1
            return self.values_of[name] if self.reads <= len(self.values_of) else "changed"

        def __iter__(self) -> Iterator[str]:
            return iter(self.values_of)

        def __len__(self) -> int:
            return len(self.values_of)

    signer = signer_of(engine)
    for number in range(4):
        given = Once(a=f"x{number}", b="y")
        url = signer.presign("PutObject", "k", metadata=given).url
        sent = {"x-oss-meta-a": f"x{number}", "x-oss-meta-b": "y"}
        assert url == wanted("k", op="PutObject", expires_seconds=900, headers=sent)
