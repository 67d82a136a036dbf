"""Names and descriptions of properties -> values that look like production, and agree within an object."""
