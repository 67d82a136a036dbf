"""What arrived: over HTTP, and in files."""
