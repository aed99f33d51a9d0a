"""A local endpoint that answers as OSS does and checks every signature.

In flow requests over a socket, out flow the answers of OSS. It signs nothing: it asks `verify`,
as any server of a user would.
"""

from __future__ import annotations

from .local import LocalEndpoint

__all__ = ["LocalEndpoint"]
