"""The city's database: opening, migrating, transactions of one office behind two walls."""
