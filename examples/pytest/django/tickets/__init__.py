"""Tickets, made of the chats that agents have closed."""
