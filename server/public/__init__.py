"""The public status page: a dossier code and its short secret give the status, nothing personal."""
