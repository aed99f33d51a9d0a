"""Programs that some tests run; `OSSIGN_FAST_TOOLS=require` makes their absence a failure."""

from __future__ import annotations

import os
import shutil

import pytest

REQUIRED = os.environ.get("OSSIGN_FAST_TOOLS") == "require"


def needs(tool: str) -> pytest.MarkDecorator:
    """Returns a mark that skips a test where `tool` is missing and may be."""
    return pytest.mark.skipif(
        not REQUIRED and shutil.which(tool) is None, reason=f"{tool} is missing"
    )
