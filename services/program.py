"""The version of this program, as peers and the city see it."""

from __future__ import annotations

__all__ = ["VERSION"]

VERSION = "0.1.0"
"""The same as in pyproject.toml; a test compares."""
