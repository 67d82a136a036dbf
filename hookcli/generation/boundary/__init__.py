"""The edges of every constraint, one a payload."""
