"""The shape of the code: who imports whom, what an import loads, how long things are."""

from __future__ import annotations

import ast
import graphlib
import inspect
import os
import re
import subprocess
import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import pytest

import ossign_fast
from ossign_fast._engine import engine, reference
from ossign_fast._engine.fallback import is_source_folder
from support.paths import IN_TREE, ROOT

PACKAGE = ROOT / "ossign_fast" if IN_TREE else Path(ossign_fast.__file__).parent
STDLIB = sys.stdlib_module_names
CYTHON = (".pyx", ".pxd", ".pxi")

# Folders, and modules outside any, import from lines above their own and from themselves.
LAYERS = (
    ("_version", "_errors"),
    ("_frames",),
    ("_engine", "_credentials"),
    ("_rules", "_verify"),
    ("_signer", "_verify_many"),
    ("__init__",),
    ("bulk", "integrations", "server"),
    ("cli",),
    ("__main__",),
)
RANKS = {unit: rank for rank, layer in enumerate(LAYERS) for unit in layer}
APPLICATIONS = ("bulk", "integrations", "server", "cli")
# The verifier is the judge of the engines and of the rules, so it is built on neither.
VERIFIER_USES = {"_verify", "_errors", "_frames", "_credentials"}
# Declarations of C that come with Cython.
HEADERS = {"cpython", "libc"}
# What would be a rule of OSS if it stood in an engine.
OSS_WORDS = re.compile(r"x-oss|oss4|aliyun|accesskey|bucket", re.IGNORECASE)


def read_modules() -> dict[str, list[ast.stmt]]:
    """Returns the import statements of each module, by its dotted name inside the package."""
    modules: dict[str, list[ast.stmt]] = {}
    for path in sorted(PACKAGE.rglob("*.p*")):
        if path.suffix not in (".py", *CYTHON):
            continue
        text = path.read_text()
        if path.suffix in CYTHON:
            # Absolute cimports are of C headers; the rest reads as Python, one line each.
            lines = re.findall(r"^ *((?:from [\w.]+ )?c?import [\w., ]+)$", text, re.MULTILINE)
            text = "\n".join(re.sub(r"\bcimport\b", "import", line) for line in lines)
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if len(parts) > 1 and parts[-1] == "__init__" else parts)
        modules[name] = [
            node
            for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Import | ast.ImportFrom)
        ]
    return modules


MODULES = read_modules()


def base(module: str, node: ast.ImportFrom) -> str:
    """Returns the absolute name that a `from` import of `module` starts from."""
    is_package = module == "__init__" or (PACKAGE / module.replace(".", "/")).is_dir()
    parts = ["ossign_fast", *module.removesuffix("__init__").split(".")]
    parts = [part for part in parts if part]
    kept = parts[: len(parts) + is_package - node.level] if node.level else []
    return ".".join([*kept, *([node.module] if node.module else [])])


def imports(module: str) -> list[tuple[str, str]]:
    """Returns (imported module, name taken from it or "") pairs, in absolute names."""
    pairs = []
    for node in MODULES[module]:
        if isinstance(node, ast.Import):
            pairs += [(alias.name, "") for alias in node.names]
            continue
        start = base(module, node)
        for alias in node.names:
            inner = f"{start}.{alias.name}".removeprefix("ossign_fast.")
            pairs.append(("ossign_fast." + inner, "") if inner in MODULES else (start, alias.name))
    return pairs


def own_imports(module: str) -> list[tuple[str, str]]:
    """Returns those of `imports` that are of this package, named from inside it."""
    return [
        (name.removeprefix("ossign_fast").removeprefix(".") or "__init__", taken)
        for name, taken in imports(module)
        if name.split(".")[0] == "ossign_fast"
    ]


def unit(module: str) -> str:
    return module.split(".", maxsplit=1)[0]


@pytest.mark.parametrize("module", MODULES)
def test_imports_point_downwards(module: str) -> None:
    own = unit(module)
    assert own in RANKS, f"give {own} its place in LAYERS"
    for imported, _ in own_imports(module):
        below = RANKS[unit(imported)] < RANKS[own]
        assert below or unit(imported) == own, f"{module} imports {imported}"


@pytest.mark.parametrize("folder", [f for layer in LAYERS for f in layer if (PACKAGE / f).is_dir()])
def test_each_folder_says_what_it_is_for(folder: str) -> None:
    said = ast.get_docstring(ast.parse((PACKAGE / folder / "__init__.py").read_text()))
    assert said is not None
    assert len(said.split()) >= 15


def test_imports_go_in_no_circle() -> None:
    graph = {module: {name for name, _ in own_imports(module)} for module in MODULES}
    order = list(graphlib.TopologicalSorter(graph).static_order())
    assert order.index("_errors") < order.index("__init__")


@pytest.mark.parametrize("module", [name for name in MODULES if unit(name) in APPLICATIONS])
def test_applications_use_public_names_only(module: str) -> None:
    for imported, taken in own_imports(module):
        if unit(imported) == unit(module):
            continue
        private = [part for part in imported.split(".") if part.startswith("_")]
        assert private in ([], ["__init__"]), f"{module} imports {imported}"
        if imported == "__init__" and taken:
            assert taken in ossign_fast.__all__, f"{module} imports {taken}"


@pytest.mark.parametrize("module", [name for name in MODULES if unit(name) == "_verify"])
def test_the_verifier_shares_nothing_with_the_engines(module: str) -> None:
    assert {unit(imported) for imported, _ in own_imports(module)} <= VERIFIER_USES
    outside = {name.split(".")[0] for name, _ in imports(module)} - {"ossign_fast"}
    assert outside <= STDLIB | HEADERS


def test_the_c_of_the_verifier_is_its_own() -> None:
    includes = re.compile(r'^\s*#\s*include\s+["<](.+)[">]', re.MULTILINE)
    for path in (PACKAGE / "_verify").rglob("*.[ch]"):
        if path.name != "compiled.c":  # generated
            assert set(includes.findall(path.read_text())) <= {
                "match.h", "stddef.h", "stdint.h", "string.h",
            }, path  # fmt: skip


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "_engine").rglob("*.*")), ids=lambda path: path.name
)
def test_the_engine_knows_no_name_of_oss(path: Path) -> None:
    if path.suffix in (".py", ".pyi", ".c", ".h", *CYTHON):
        assert OSS_WORDS.findall(path.read_text()) == []


@pytest.mark.parametrize("choice", ["auto", "python"])
def test_import_loads_the_standard_library_and_itself(tmp_path: Path, choice: str) -> None:
    script = (
        "import sys; before = set(sys.modules); import ossign_fast; "
        "print(*sorted({name.split('.')[0] for name in set(sys.modules) - before}))"
    )
    # From the package that the tests run on, be it installed or on PYTHONPATH.
    environment = os.environ | {
        "OSSIGN_FAST_ENGINE": choice,
        "PYTHONPATH": str(Path(ossign_fast.__file__).parents[1]),
    }
    done = subprocess.run(
        [sys.executable, "-c", script],
        check=True, capture_output=True, text=True, cwd=tmp_path, env=environment, timeout=60,
    )  # fmt: skip
    loaded = {
        name
        for name in done.stdout.split()
        if name != "cython_runtime" and not name.startswith("_cython_")
    }
    assert "ossign_fast" in loaded
    assert loaded - STDLIB == {"ossign_fast"}


# What costs time to load and few need: the other engine, the verifier, and of the standard library
# what is for errors, dates as text, pickles, memory, threads or URLs that are read.
ON_DEMAND = {
    "ossign_fast._engine.arrow", "ossign_fast._engine.reference", "ossign_fast._rules.v1",
    "ossign_fast._verify", "ossign_fast._verify_many", "base64", "ctypes", "dataclasses", "difflib",
    "email", "hashlib", "inspect", "ipaddress", "json", "pathlib", "pickle", "socket", "threading",
    "urllib", "weakref",
}  # fmt: skip
MOST_MODULES = {"ossign_fast": 54, "others": 80}


@pytest.mark.skipif(reference is engine, reason="the Python engine needs more")
def test_import_loads_few_modules(tmp_path: Path) -> None:
    script = "import sys; sys.path.insert(0, sys.argv[1]); import ossign_fast; print(*sys.modules)"
    done = subprocess.run(  # without `site`, where installations load what they like
        [sys.executable, "-I", "-S", "-c", script, str(Path(ossign_fast.__file__).parents[1])],
        check=True, capture_output=True, text=True, cwd=tmp_path, timeout=60,
    )  # fmt: skip
    loaded = set(done.stdout.split())
    hashed = {"hashlib"} if is_source_folder() else set()  # of a checkout the sources, to compare
    assert loaded & ON_DEMAND == hashed
    own = {name for name in loaded if name.split(".")[0] == "ossign_fast"}
    assert len(own) <= MOST_MODULES["ossign_fast"]
    assert len(loaded - own) <= MOST_MODULES["others"]


def test_all_lists_the_public_names() -> None:
    assert len(set(ossign_fast.__all__)) == len(ossign_fast.__all__)
    found = {
        name
        for name in dir(ossign_fast)
        if not (name.startswith("_") or inspect.ismodule(getattr(ossign_fast, name)))
    }
    assert found - {"annotations"} == set(ossign_fast.__all__) - {"__version__"}


@pytest.fixture(scope="module")
def compiled() -> object:
    if find_spec("ossign_fast._engine.compiled") is None:
        pytest.skip("a pure build has no compiled engine")
    return import_module("ossign_fast._engine.compiled")


def test_both_engines_have_the_same_names(compiled: object) -> None:
    assert compiled.__all__ == reference.__all__  # type: ignore[attr-defined]
    assert {compiled.ENGINE, reference.ENGINE} == {"c", "python"}  # type: ignore[attr-defined]
    for name in reference.__all__:
        assert callable(getattr(compiled, name)) == callable(getattr(reference, name))


def parameters(function: object) -> list[tuple[str, object, object]]:
    """Returns what a caller sees of the parameters; the types stand in the reference engine."""
    signature = inspect.signature(function)  # type: ignore[arg-type]
    return [(item.name, item.kind, item.default) for item in signature.parameters.values()]


@pytest.mark.parametrize(
    "name", [name for name in reference.__all__ if inspect.isfunction(getattr(reference, name))]
)
def test_both_engines_have_the_same_signatures_and_one_docstring(
    compiled: object, name: str
) -> None:
    original, twin = getattr(reference, name), getattr(compiled, name)
    assert parameters(twin) == parameters(original)
    assert original.__doc__
    assert twin.__doc__ is None  # the text stands in the reference engine alone


# Budgets in lines; past the stop a file has a seam where it wants to be two.
STOPS = {".py": 400, ".c": 400, ".h": 400} | dict.fromkeys(CYTHON, 500)
FUNCTION_STOP = 60
FUNCTION_BUDGET = 25


def sources(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.suffix in STOPS)


@pytest.mark.skipif(not IN_TREE, reason="outside the source tree")
def test_files_stay_within_their_budget() -> None:
    lengths = {
        path: len(path.read_text().splitlines())
        for path in sources(PACKAGE, ROOT / "tests", ROOT / "benchmarks")
    }
    assert {path.name: n for path, n in lengths.items() if n > STOPS[path.suffix]} == {}
    assert len((ROOT / "setup.py").read_text().splitlines()) < 50


def test_functions_stay_short() -> None:
    lengths = {}
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                start = node.body[ast.get_docstring(node) is not None :] or node.body
                lines = (node.end_lineno or 0) - start[0].lineno + 1
                lengths[f"{path.relative_to(PACKAGE)}:{node.name}"] = lines
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_STOP} == {}
    short = sum(lines <= FUNCTION_BUDGET for lines in lengths.values())
    assert short >= 0.9 * len(lengths)
