"""A help desk: every chat that an agent has closed becomes a ticket."""
