"""Backups of an office: made while it works, opened before they count, put back without a fork."""
