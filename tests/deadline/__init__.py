"""Tests of the calendar and the deadline engine."""
