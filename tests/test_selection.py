"""Which tests are run: nobody's run counts as skipped what needs data beside the checkout."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from support.paths import ROOT


class Item:
    """A collected test that bears the given marks."""

    def __init__(self, *marks: str) -> None:
        self._marks = marks

    def get_closest_marker(self, name: str) -> bool:
        return name in self._marks


@pytest.fixture
def selection(pytestconfig: pytest.Config) -> Any:
    """The module that selects: the conftest.py beside the folder of the tests."""
    plugins = pytestconfig.pluginmanager.get_plugins()
    files = {Path(getattr(plugin, "__file__", None) or ""): plugin for plugin in plugins}
    return files[ROOT / "conftest.py"]


class Config:
    """A configuration that keeps what is reported as deselected."""

    def __init__(self) -> None:
        self.left_out: list[Item] = []
        self.hook = self

    def pytest_deselected(self, *, items: list[Item]) -> None:
        self.left_out += items


def test_data_beside_the_checkout(
    selection: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain, needy, slow = Item(), Item("slow", "shared_data"), Item("slow")
    for place, required, kept, left_out in (
        (tmp_path, False, [plain, needy, slow], []),
        (tmp_path, True, [plain, needy, slow], []),
        (tmp_path / "none", False, [plain, slow], [needy]),
    ):
        monkeypatch.setattr(selection, "SHARED", place)
        monkeypatch.setattr(selection, "SHARED_IS_REQUIRED", required)
        config, items = Config(), [plain, needy, slow]
        selection.pytest_collection_modifyitems(config, items)
        assert (items, config.left_out) == (kept, left_out)


def test_data_that_has_to_be_there(
    selection: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(selection, "SHARED", tmp_path / "none")
    monkeypatch.setattr(selection, "SHARED_IS_REQUIRED", True)
    with pytest.raises(pytest.UsageError, match=r"OSSIGN_FAST_SHARED asks for .*none"):
        selection.pytest_collection_modifyitems(Config(), [Item()])


def test_no_test_is_skipped_for_lack_of_shared_data(request: pytest.FixtureRequest) -> None:
    reasons = {
        f"{item.nodeid}: {mark.kwargs['reason']}"
        for item in request.session.items
        for mark in item.iter_markers("skipif")
        if "shared" in mark.kwargs.get("reason", "")
    }
    assert reasons == set()


@pytest.mark.parametrize(
    ("arguments", "measured", "workers"),
    [
        (["-q"], False, None),
        (["tests/engine", "-x"], False, None),
        (["tests/engine/test_hash.py", "-x"], False, 0),
        (["tests/engine/test_hash.py::test_hmac"], False, 0),
        (["benchmarks"], True, 0),
    ],
)  # fmt: skip
def test_files_and_measures_have_one_process(
    selection: Any, arguments: list[str], measured: bool, workers: int | None
) -> None:
    config = SimpleNamespace(
        invocation_params=SimpleNamespace(args=arguments), getoption=lambda *_: measured
    )
    assert selection.pytest_xdist_auto_num_workers(config) == workers
