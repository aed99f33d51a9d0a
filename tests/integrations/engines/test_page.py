"""The page on tables runs in the engines that it is about."""

from __future__ import annotations

import pytest

from support.pages import assert_examples_hold, page


@pytest.mark.engines
@pytest.mark.filterwarnings("default")
@pytest.mark.usefixtures("ray_logs", "spark")
def test_examples_give_what_they_show() -> None:
    # In the folder where the workers of Ray began, so that they find the files.
    assert_examples_hold(page("docs/tables.md"))
