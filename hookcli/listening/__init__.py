"""Receives, judges, keeps and answers what a sender sends: `hookcli listen`."""
