"""How the tests are run: which of them, in how many processes, and what they find beside them.

What they need to do their work stands in tests/conftest.py.
"""

from __future__ import annotations

import gc

import pytest

from support.paths import SHARED, SHARED_IS_REQUIRED


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """Keeps to one process where a file is named, for debuggers, and where time is measured."""
    names_a_file = any(".py" in argument for argument in config.invocation_params.args)
    return 0 if names_a_file or config.getoption("benchmark_enable", False) else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leaves out, without counting a skip, what needs data that is not beside the checkout."""
    if SHARED.is_dir():
        return
    if SHARED_IS_REQUIRED:
        raise pytest.UsageError(f"OSSIGN_FAST_SHARED asks for {SHARED}, which is not there")
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        (left_out if item.get_closest_marker("shared_data") else kept).append(item)
    items[:] = kept
    config.hook.pytest_deselected(items=left_out)


def pytest_collection_finish() -> None:
    """Hides thousands of collected tests from the garbage collector, which many tests call."""
    gc.collect()
    gc.freeze()
