"""Tests of acts on dossiers."""
