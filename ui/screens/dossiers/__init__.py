"""Hồ sơ: find any dossier, see everything about it, do what may be done now."""
