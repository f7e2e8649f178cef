"""The events of the office, one module per group; stored kinds are stable English names."""
