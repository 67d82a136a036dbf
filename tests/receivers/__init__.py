"""Receivers of webhooks on loopback: sound ones, and some with one fault each, for the tests of `hookcli check`."""
