"""The seam on each engine: plans of every shape, jobs, keys, packed batches, and their errors."""

from __future__ import annotations

import copy
import gc
import itertools
import pickle
import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import quote

import pytest

from ossign_fast._engine.plan import (
    DECIMAL,
    FIELD,
    PATH,
    QUERY,
    RAW,
    SIGNATURE,
    VALUE,
    Column,
    Plan,
)
from support.cli import child_environment
from support.engine import (
    KEY_COLUMN,
    PREAMBLE,
    SECRET,
    STEPS,
    bind,
    every_way,
    sign,
    signed,
)
from support.engines import Engine

ONE = Plan((b"GET\n/", 0, b"\nend"), (b"https://host/", 0, b"?", SIGNATURE), (KEY_COLUMN,))
NONE = Plan((b"GET\n", b"/"), (b"https://host/?", SIGNATURE, b"&z"), ())
COLUMNS = (Column("a", PATH), Column("b", VALUE), Column("c", QUERY))

#: Templates over three columns that all may vary: canonical request and URL.
TEMPLATES: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "between": ((b"x", 0, b"y", 1, b"z", 2, b"!"), (b"u", 0, b"v", 1, b"w", 2, b"s", SIGNATURE)),
    "first and last": ((0, b"-", 1, b"-", 2), (0, b"-", 1, b"-", 2, SIGNATURE)),
    "adjacent": ((b"x", 0, 1, 2), (2, 1, 0, SIGNATURE)),
    "slots alone": ((2, 1, 0), (SIGNATURE, 0, 1, 2)),
    "twice": ((0, 0, b"-", 1, 0, 2, 2), (0, SIGNATURE, 0, b"/", 1, 2, 1)),
    "empty literals": ((b"", 0, b"", b"", 1, b"", 2, b""), (b"", 0, b"", 1, 2, SIGNATURE, b"")),
    "long literals": ((b"l" * 130, 0, b"m" * 64, 1, b"", 2, b"n" * 200), (0, SIGNATURE, 1, 2)),
    "unused": ((b"x", 1, b"y"), (b"u", 1, SIGNATURE)),
    "in one template only": ((0, 1), (b"u", 2, SIGNATURE)),
    "no canonical request": ((), (0, 1, 2, SIGNATURE)),
    "signature alone": ((0, 1, 2), (SIGNATURE,)),
}
ROWS = [
    ("a/b c", "", "x/y"),
    ("k", "v v", "é"),
    ("", "=", ""),
    ("é中😀" * 9, "v" * 70, "q" * 64),
    *((f"key-{n}", f"value {n}", "q") for n in range(30)),
]


def encoded(row: Sequence[str]) -> list[bytes]:
    value = quote(row[1], safe="").encode()
    return [
        quote(row[0], safe="/").encode(),
        b"=" + value if value else b"",
        quote(row[2], safe="").encode(),
    ]


@pytest.mark.parametrize("constant", list(itertools.product([False, True], repeat=3)), ids=str)
@pytest.mark.parametrize("name", TEMPLATES)
def test_plans_of_every_shape(engine: Engine, name: str, constant: tuple[bool, ...]) -> None:
    plan = Plan(*TEMPLATES[name], COLUMNS)
    for first in (0, 3):
        rows = [
            tuple(ROWS[first][i] if constant[i] else row[i] for i in range(3))
            for row in ROWS[first:]
        ]
        urls = [signed(plan, encoded(row)) for row in rows]
        job = bind(engine, plan, [ROWS[first][i] if constant[i] else None for i in range(3)])
        varying = [[row[i] for row in rows] for i in range(3) if not constant[i]]
        if varying:
            for answer in every_way(engine, job, varying):
                assert answer == urls
        else:
            assert engine.module.sign_one(job) == urls[0]


def test_raw_texts_and_fields_may_vary_outside_the_url(engine: Engine) -> None:
    columns = (Column("a", RAW), Column("b", FIELD), Column("c", DECIMAL, 0, 99))
    plan = Plan((0, b"\n", 1, b"\n", 2), (2, b"?", SIGNATURE), columns)
    values = [["é", "中\n"], [" x\t", "y"], [7, 42]]
    texts = [["é".encode(), b"x", b"7"], ["中\n".encode(), b"y", b"42"]]
    assert sign(engine, bind(engine, plan), values) == [signed(plan, row) for row in texts]
    constant = Plan((0, 1), (0, 1, SIGNATURE), columns[:2])
    url = engine.module.sign_one(bind(engine, constant, ["a b", " c "]))
    assert url == signed(constant, [b"a b", b"c"])


def test_many_columns(engine: Engine) -> None:
    columns = tuple(Column(f"c{n}", QUERY) for n in range(60))
    canonical = tuple(piece for n in range(60) for piece in (n, b"&"))
    plan = Plan(canonical, (*canonical, SIGNATURE), columns)
    values = [[f"{n}-{row}" for row in range(20)] for n in range(60)]
    urls = [signed(plan, [text.encode() for text in row]) for row in zip(*values, strict=True)]
    assert sign(engine, bind(engine, plan), values) == urls


# Keys and jobs


@pytest.mark.parametrize("secret", [b"", b"s", b"s" * 64, b"s" * 65, b"\xff\x00" * 100])
def test_a_chain_of_one_step_signs_like_its_hmac(engine: Engine, secret: bytes) -> None:
    import hashlib
    import hmac

    module = engine.module
    step = hmac.new(secret, b"step", hashlib.sha256).digest()
    for steps, key in (([b"step"], step), ([b"step", b""], hmac.digest(step, b"", "sha256"))):
        job = module.bind(
            module.load_plan(NONE), module.signing_key(secret, steps, engine.kernel), b"", ()
        )
        digest = hashlib.sha256(b"GET\n/").hexdigest().encode()
        assert (
            module.sign_one(job) == f"https://host/?{hmac.new(key, digest, 'sha256').hexdigest()}&z"
        )


def test_the_default_kernel_signs_the_same(engine: Engine) -> None:
    module = engine.module
    job = module.bind(module.load_plan(ONE), module.signing_key(SECRET, STEPS), PREAMBLE, [None])
    assert module.sign_one(job, "k") == signed(ONE, [b"k"])
    assert module.DEFAULT_KERNEL in module.KERNELS


def test_a_job_outlives_its_plan_and_key_and_is_used_again(engine: Engine) -> None:
    job = bind(engine, ONE, [None])
    gc.collect()
    keys = [f"k {n}" for n in range(100)]
    urls = [signed(ONE, [f"k%20{n}".encode()]) for n in range(100)]
    for _ in range(3):
        for answer in every_way(engine, job, [keys]):
            assert answer == urls
        for answer in every_way(engine, job, [tuple(reversed(keys[:5]))]):
            assert answer == urls[4::-1]
    assert keys == [f"k {n}" for n in range(100)]


def test_one_plan_and_key_serve_many_jobs(engine: Engine) -> None:
    module = engine.module
    plan, key = module.load_plan(ONE), module.signing_key(SECRET, STEPS, engine.kernel)
    jobs = [module.bind(plan, key, b"p" * n, [None]) for n in range(0, 200, 7)]
    jobs += [module.bind(plan, key, PREAMBLE, ["constant"])]
    for n, job in zip(range(0, 200, 7), jobs, strict=False):
        assert module.sign_one(job, "k") == signed(ONE, [b"k"], b"p" * n)
    assert module.sign_one(jobs[-1]) == signed(ONE, [b"constant"])


def opaque(engine: Engine) -> list[Any]:
    module = engine.module
    key = module.signing_key(SECRET, STEPS, engine.kernel)
    plan = module.load_plan(ONE)
    job = module.bind(plan, key, PREAMBLE, [None])
    return [key, plan, job, module.check_rows(job, [["k"]])]


def test_objects_show_nothing_and_stay_in_their_process(engine: Engine) -> None:
    for item in opaque(engine):
        assert repr(item) == str(item) == f"<{type(item).__name__}>"
    key, _, *others = opaque(engine)
    for leave in (pickle.dumps, copy.deepcopy):
        with pytest.raises(TypeError):
            leave(key)
        for other in others:
            with pytest.raises(TypeError):
                leave(other)


def test_objects_are_made_by_functions_only(engine: Engine) -> None:
    for item in opaque(engine):
        with pytest.raises(TypeError):
            type(item)()


HOLLOW = """
import sys
from importlib import import_module
from ossign_fast._engine.plan import PATH, SIGNATURE, Column, Plan
module = import_module(sys.argv[1])
plan = module.load_plan(Plan((b"x",), (SIGNATURE,), ()))
key = module.signing_key(b"s", [b"step"], sys.argv[2])
job = module.bind(plan, key, b"", ())
of_key = module.load_plan(Plan((0,), (SIGNATURE,), (Column("key", PATH),)))
keyed = module.bind(of_key, key, b"", (None,))
hollow = lambda item: type(item).__new__(type(item))
calls = [
    lambda: module.bind(plan, hollow(key), b"", ()),
    lambda: module.bind(hollow(plan), key, b"", ()),
    lambda: module.sign_one(hollow(job)),
    lambda: module.sign_packed(hollow(job), [["a"]]),
    lambda: module.sign_texts(hollow(module.check_rows(keyed, [["a"]]))),
    lambda: module.sign_rows(hollow(module.check_rows(keyed, [["a"]]))),
]
for call in calls:
    try:
        call()
    except (TypeError, AttributeError, ValueError):
        print("refused")
"""


def test_hollow_objects_do_no_harm(engine: Engine) -> None:
    done = subprocess.run(
        [sys.executable, "-c", HOLLOW, engine.module.__name__, engine.kernel],
        capture_output=True, text=True, timeout=60, check=False, env=child_environment(),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "refused\n" * 6


# Refused calls: the same type and text on every engine


def case(text: str, call: Callable[[Engine], object]) -> Any:
    return pytest.param(text, call, id=text)


def loading(*canonical: Any, url: tuple[Any, ...]) -> Callable[[Engine], object]:
    return lambda engine: engine.module.load_plan(Plan(canonical, url, (KEY_COLUMN,)))


def signing(name: str, plan: Plan, *values: Any) -> Callable[[Engine], object]:
    return lambda engine: getattr(engine.module, name)(bind(engine, plan), *values)


TWO = Plan((0, 1), (0, 1, SIGNATURE), COLUMNS[:2])
RAW_URL = Plan((0,), (0, SIGNATURE), (Column("a", RAW),))
FIELD_URL = Plan((0,), (0, SIGNATURE), (Column("a", FIELD),))


@pytest.mark.parametrize(
    ("text", "call"),
    [
        case("plan: a piece names no column", loading(1, url=(SIGNATURE,))),
        case("plan: a piece names no column", loading(0, url=(SIGNATURE, -2))),
        case("plan: a piece names no column", loading(0, url=(2**70, SIGNATURE))),
        case("plan: the signature belongs into the URL, once", loading(0, url=(0, b"x"))),
        case("plan: the signature belongs into the URL, once", loading(url=(SIGNATURE, SIGNATURE))),
        case(
            "plan: the signature belongs into the URL, once", loading(SIGNATURE, url=(SIGNATURE,))
        ),
        *(
            case(
                "plan: refused_start and _end take up to three ASCII characters",
                lambda e, start=start: e.module.load_plan(
                    ONE._replace(columns=(Column("key", PATH, 0, 9, start),))
                ),
            )
            for start in ("abcd", "é")
        ),
        case("plan: the URL has to be ASCII", lambda e: bind(e, NONE._replace(url=(b"\x80", -1)))),
        case("plan: the URL has to be ASCII", lambda e: bind(e, RAW_URL, ["é"])),
        case("plan: the URL has to be ASCII", lambda e: bind(e, FIELD_URL, [" 中 "])),
        case("plan: a raw column cannot vary in the URL", lambda e: bind(e, RAW_URL)),
        case("plan: a raw column cannot vary in the URL", lambda e: bind(e, FIELD_URL)),
        case("constants: one is needed for each column", lambda e: bind(e, ONE, [])),
        case("constants: one is needed for each column", lambda e: bind(e, ONE, ["a", "b"])),
        case("constants: one is needed for each column", lambda e: bind(e, NONE, [None])),
        case("steps: must hold at least one message", lambda e: e.module.signing_key(b"s", [])),
        case("steps: must hold at least one message", lambda e: e.module.signing_key(b"s", ())),
        case("value: one is needed for each column that varies", signing("sign_one", ONE)),
        case("value: one is needed for each column that varies", signing("sign_one", ONE, None)),
        case("value: one is needed for each column that varies", signing("sign_one", NONE, "a")),
        case("value: one is needed for each column that varies", signing("sign_one", TWO)),
        case("value: one is needed for each column that varies", signing("sign_one", TWO, "a")),
        *(
            case(text, signing("sign_packed", plan, columns))
            for text, plan, columns in [
                ("columns: one is needed for each column that varies", ONE, []),
                ("columns: one is needed for each column that varies", ONE, [["a"], ["b"]]),
                ("columns: one is needed for each column that varies", TWO, [["a"]]),
                ("columns: one is needed for each column that varies", NONE, []),
                ("columns: one is needed for each column that varies", NONE, [["a"]]),
                ("columns: must be of one length", TWO, [["a"], []]),
                ("columns: must be of one length", TWO, [[1], ["a", "\ud800"]]),
            ]
        ),
    ],
)
def test_refused_calls(engine: Engine, text: str, call: Callable[[Engine], object]) -> None:
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - the text is compared below
        call(engine)
    assert type(caught.value) is ValueError
    assert str(caught.value) == text


def test_an_unknown_kernel_names_those_there_are(engine: Engine) -> None:
    text = f"kernel: 'abacus' is none of {', '.join(engine.module.KERNELS)}"
    with pytest.raises(ValueError, match="kernel") as caught:
        engine.module.signing_key(b"s", [b"step"], "abacus")
    assert str(caught.value) == text


def test_unknown_encodings_are_refused(engine: Engine) -> None:
    with pytest.raises(KeyError, match="rot13"):
        engine.module.load_plan(ONE._replace(columns=(Column("key", "rot13"),)))


def test_features_of_the_processor_are_names(engine: Engine) -> None:
    features = engine.module.cpu_features()
    assert isinstance(features, tuple)
    assert all(isinstance(name, str) and name for name in features)
