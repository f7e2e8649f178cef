"""Sync: one engine run by PCs, hub and city; logs travel as signed runs, conflicts go to people."""
