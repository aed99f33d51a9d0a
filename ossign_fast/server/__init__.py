"""A local endpoint that answers as OSS does and checks every signature."""

from __future__ import annotations

from .local import LocalEndpoint

__all__ = ["LocalEndpoint"]
