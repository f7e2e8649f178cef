"""Hôm nay: what is overdue, due today and next, and who holds what."""
