"""Tiếp nhận: one screen on which a visit is taken down, checked, promised, stored and printed."""
