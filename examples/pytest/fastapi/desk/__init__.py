"""A service desk: every chat that an agent has closed becomes a ticket."""
