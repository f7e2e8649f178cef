"""Tests of what other tests rest on."""
