"""What hookcli needs to know of this project."""

import pytest
from desk.app import create_app


@pytest.fixture(scope="session")
def app(tmp_path_factory):
    return create_app(str(tmp_path_factory.mktemp("desk") / "desk.db"))


@pytest.fixture(scope="session")
def hookcli_target(app):
    return app


@pytest.fixture(scope="session")
def hookcli_probe(tickets):
    return lambda: len(tickets())


@pytest.fixture(scope="session")
def tickets(app):
    """The tickets that there are."""
    return lambda: app.state.db.execute("SELECT conversation, customer, reason FROM ticket").fetchall()
