"""The meaning of the office: pure data and rules, no I/O, no clock, no Qt, no SQL."""
