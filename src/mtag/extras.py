"""Optional dependencies: what needs one says so in a way that helps."""

from __future__ import annotations

from importlib.util import find_spec

from mtag.errors import MissingExtraError


def require(module: str, what: str, extra: str) -> None:
    """Raise `MissingExtraError` where the module that `what` needs is not installed."""
    if find_spec(module) is None:
        raise MissingExtraError(what, extra)
