"""The rules of the house as functions over the parsed source."""
