"""What the office does: the store, the journal, acts on dossiers, documents, signing."""
