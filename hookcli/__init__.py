"""hookcli: generate, send, verify and validate Haptik's webhooks."""

__version__ = "0.1.0"
