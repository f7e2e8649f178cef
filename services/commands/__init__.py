"""The command line for IT staff and checks, one module per command."""
