"""The webhook as Haptik calls it."""


def test_a_closed_chat_becomes_a_ticket(haptik, tickets):
    payload = haptik.payload(
        "webhook_agent_chat_close",
        set={"data.conversation_no": 4711, "user.user_name": "Mia", "data.closing_categories.reason": "Refund"},
    )
    assert haptik.send(payload)
    assert ("4711", "Mia", "Refund") in tickets()


def test_a_conversation_is_one_ticket(haptik, tickets):
    before = len(tickets())
    for payload in haptik.conversation():
        assert haptik.send(payload)
    assert len(tickets()) == before + 1


def test_what_is_not_signed_is_refused(haptik, tickets):
    before = tickets()
    assert haptik.send("webhook_agent_chat_close", signature=None).status == 401
    assert tickets() == before


def test_haptiks_contract_is_kept(haptik_contract):
    haptik_contract.check()
