"""Signing and checking PDF: training keys, PAdES signatures, guard, three-state verdict."""
