"""The tables of the store in SQLAlchemy Core; only the layers near the store import them."""
