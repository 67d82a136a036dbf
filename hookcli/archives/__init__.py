"""Captured payloads of any number: cut into pieces, judged on all cores, and put together in their order."""
