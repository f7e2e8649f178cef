"""Measurements, each with its ratio to the raw engine in the same run."""
