"""The training office: made-up people, dossiers and accounts."""
