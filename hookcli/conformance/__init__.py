"""Whether an endpoint keeps its side of the sender's contract: one check a question, one verdict a check."""
