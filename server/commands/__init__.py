"""Commands of the server, loaded by main.py when named: serve, city."""
