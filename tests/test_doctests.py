"""Every example in a docstring runs, and everything public has one."""

from __future__ import annotations

import doctest
import inspect
from importlib import import_module
from pkgutil import walk_packages
from types import FunctionType

import pytest

import ossign_fast

# The compiled twin has no docstrings of its own; importing __main__ runs it.
MODULES = [
    module.name
    for module in walk_packages(ossign_fast.__path__, "ossign_fast.")
    if not module.name.endswith(("._engine.compiled", ".__main__"))
]
PUBLIC = [getattr(ossign_fast, name) for name in ossign_fast.__all__ if not name.startswith("__")]
FUNCTIONS = [item for item in PUBLIC if not isinstance(item, type) and callable(item)]
CLASSES = [item for item in PUBLIC if isinstance(item, type)]


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """The access key that the examples use, and no other setting of this machine."""
    monkeypatch.setenv("OSS_ACCESS_KEY_ID", "LTAIexample")
    monkeypatch.setenv("OSS_ACCESS_KEY_SECRET", "example-secret")
    monkeypatch.delenv("OSS_SESSION_TOKEN", raising=False)


def methods(kind: type) -> list[tuple[str, object]]:
    """Returns the public methods and properties that `kind` itself defines."""
    return [
        (name, member)
        for name, member in vars(kind).items()
        if not name.startswith("_")
        and isinstance(member, FunctionType | property | classmethod | staticmethod)
    ]


@pytest.mark.parametrize("name", MODULES)
def test_examples_give_what_they_show(name: str) -> None:
    result = doctest.testmod(
        import_module(name), optionflags=doctest.ELLIPSIS | doctest.REPORT_NDIFF
    )
    assert result.failed == 0, f"{result.failed} of {result.attempted}; see the captured output"


@pytest.mark.parametrize("item", FUNCTIONS + CLASSES, ids=lambda item: item.__name__)
def test_public_names_have_an_example(item: type | FunctionType) -> None:
    exempt = isinstance(item, type) and (
        issubclass(item, BaseException) or getattr(item, "_is_protocol", False)
    )
    text = inspect.getdoc(item) or ""
    assert text
    assert ">>> " in text or exempt


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_public_methods_say_what_they_do(kind: type) -> None:
    for name, member in methods(kind):
        assert inspect.getdoc(member), f"{kind.__name__}.{name} has no docstring"


def test_signer_methods_have_an_example() -> None:
    without = [
        name
        for name, member in methods(ossign_fast.Signer)
        if isinstance(member, FunctionType) and ">>> " not in (inspect.getdoc(member) or "")
    ]
    assert without == []
