"""Formats and patterns -> strings."""
