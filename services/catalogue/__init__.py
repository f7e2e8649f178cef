"""The catalogue of the office: procedures, units, internal processes, their versions."""
