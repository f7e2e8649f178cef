"""Runs a program for a test and ends it with everything it started: the keeper of the bench."""

from __future__ import annotations

from bench.keeper import kept

__all__ = ["kept"]
