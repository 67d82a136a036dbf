"""JSON Schema documents in, checked Schema objects out."""
