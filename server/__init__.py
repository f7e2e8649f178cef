"""The city server and the hub: FastAPI over the same engine, models and services as the PCs."""
