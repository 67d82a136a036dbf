"""What hookcli needs to know of this project, beside the two lines in pyproject.toml."""

import pytest
from tickets.models import Ticket


@pytest.fixture
def hookcli_probe():
    return Ticket.objects.count
