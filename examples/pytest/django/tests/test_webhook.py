"""The webhook as Haptik calls it."""

import pytest
from tickets.models import Ticket


@pytest.mark.django_db
def test_a_closed_chat_becomes_a_ticket(haptik):
    edits = {"data.conversation_no": 4711, "user.user_name": "Mia"}
    assert haptik.send("webhook_agent_chat_close", set=edits)
    assert str(Ticket.objects.get()) == "4711 of Mia"


@pytest.mark.django_db
def test_a_conversation_is_one_ticket(haptik):
    for payload in haptik.conversation():
        assert haptik.send(payload)
    assert Ticket.objects.count() == 1


@pytest.mark.django_db
def test_what_is_not_signed_is_refused(haptik):
    assert haptik.send("webhook_agent_chat_close", signature=None).status == 401
    assert not Ticket.objects.exists()


@pytest.mark.django_db(transaction=True)  # some checks send fifty messages at once: each has a connection of its own
def test_haptiks_contract_is_kept(haptik_contract):
    haptik_contract.check()
