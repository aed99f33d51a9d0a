"""What type checkers are told about the methods of `Signer` is what these do."""

from __future__ import annotations

import ast
import inspect
import runpy
from pathlib import Path

import pytest

from make_overloads import KINDS, SIGNER_METHODS, STUB, render
from ossign_fast import RequestError, Signer
from ossign_fast._rules.operations import OPERATIONS
from ossign_fast._signer import overloads

TESTS = Path(__file__).parents[1]
TREE = ast.parse(STUB.read_text(encoding="utf-8"))
CLASSES = {node.name: node for node in TREE.body if isinstance(node, ast.ClassDef)}
FUNCTIONS = [node for node in TREE.body if isinstance(node, ast.FunctionDef)]


def test_each_kind_of_option_has_a_type() -> None:
    kinds = {option.kind for row in OPERATIONS.values() for option in row.options.values()}
    assert kinds == KINDS.keys(), "give the kind its types in KINDS of make_overloads.py"


def test_the_stub_is_what_the_table_and_the_signatures_make() -> None:
    is_fresh = STUB.read_text(encoding="utf-8") == render()
    assert is_fresh, "operations.py or signer.py has changed: run `make overloads` and commit"


@pytest.mark.filterwarnings("ignore::ossign_fast.OssignKeyWarning")  # a batch is a column, too
def test_what_checkers_must_accept_works() -> None:
    runpy.run_path(str(TESTS / "typing_examples.py"))


def test_what_checkers_must_reject_fails() -> None:
    text = (TESTS / "typing_rejected.py").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    rejected = 0
    for node in ast.parse(text).body:
        code = compile(ast.Module([node], []), "typing_rejected.py", "exec")
        marked = "# type: ignore" in text.splitlines()[(node.end_lineno or 0) - 1]
        if not marked or isinstance(node, ast.FunctionDef):
            exec(code, names)
            continue
        with pytest.raises((RequestError, TypeError, AttributeError)):
            exec(code, names)
        rejected += 1
    assert rejected > 40


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=lambda row: row.name)
@pytest.mark.parametrize("columns", ["", "Columns"])
def test_each_option_of_the_table_has_a_type(operation: object, columns: str) -> None:
    name, options = operation.name, operation.options  # type: ignore[attr-defined]
    fields = {
        node.target.id: ast.unparse(node.annotation)
        for node in CLASSES[name + columns].body
        if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name)
    }
    assert list(fields) == list(options)
    for option in options.values():
        assert fields[option.name].endswith(" | None") is not option.required
        assert ("ColumnOf" in fields[option.name]) is bool(columns)


@pytest.mark.parametrize("method", [method.name for method in SIGNER_METHODS])
def test_each_method_has_all_operations_and_all_its_parameters(method: str) -> None:
    named: set[object] = set()
    expected = dict(inspect.signature(getattr(Signer, method)).parameters)
    del expected["options"]
    for function in (node for node in FUNCTIONS if node.name == method):
        parameters = [*function.args.args, *function.args.kwonlyargs]
        assert [parameter.arg for parameter in parameters] == list(expected)
        constants = {
            node.value
            for node in ast.walk(parameters[1].annotation or parameters[1])
            if isinstance(node, ast.Constant)
        }
        named |= constants
        if constants & OPERATIONS.keys():
            assert function.args.kwarg is not None
            assert f"[{constants.pop()}" in ast.unparse(function.args.kwarg)
        else:
            assert function.args.kwarg is None  # where a misspelled option would end
    assert named == {*OPERATIONS, "GET", "PUT", "POST", "HEAD", "DELETE", "OPTIONS"}


@pytest.mark.parametrize("method", [method.name for method in SIGNER_METHODS])
def test_a_method_is_what_it_was_when_the_program_runs(method: str) -> None:
    function = getattr(Signer, method)
    assert inspect.isroutine(function)
    assert function.__qualname__.endswith(f".{method}")
    assert overloads.typed_as(None)(function) is function
    assert hasattr(overloads, method)
