"""What is kept."""

from django.db import models


class Ticket(models.Model):
    digest = models.CharField(max_length=64, unique=True)
    """Of the message's body: one that comes again is no other ticket."""
    conversation = models.CharField(max_length=200, blank=True)
    customer = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"{self.conversation} of {self.customer}"
