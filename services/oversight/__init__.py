"""Oversight: the journal and its troubles as the people who answer for it may see them."""
