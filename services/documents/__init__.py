"""Printed papers of the desk: slips, the result document, stamps and their preview."""
