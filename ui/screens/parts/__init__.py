"""Parts that several screens share: words of a dossier's state, papers to look at and print."""
