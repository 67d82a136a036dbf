"""mimesis, written by hand with the keys of the event: SCHEMA COUNT."""

from clock import run
from mimesis import Generic, Locale

fake = Generic(locale=Locale.EN, seed=1)
number, person, random = fake.numeric.integer_number, fake.person, fake.random
ONE_OF = fake.choice
DEVICES = ("Android", "Facebook", "WebSDK", "iOS", "Webhook", "WhatsApp")
COMPLETE = "webhook_agent_chat_close"


def make() -> dict[str, object]:
    """One payload."""
    conversation = fake.cryptographic.token_hex(16)
    return {
        "version": "1.0",
        "timestamp": fake.datetime.formatted_datetime("%Y-%m-%dT%H:%M:%S.000Z"),
        "business_id": number(1000, 9999),
        "business_name": fake.finance.company(),
        "event_name": COMPLETE,
        "user": {
            "auth_id": fake.cryptographic.token_hex(10),
            "device_platform": ONE_OF((2, 3, 5, 6, 13, 14)),
            "device_platform_name": ONE_OF(DEVICES),
            "user_name": person.full_name(),
            "user_id": number(10_000_000, 99_999_999),
            "phone_model": fake.hardware.phone_model(),
            "os_version": fake.development.version(),
            "package_name": f"com.{person.username('l')}.app",
        },
        "agent": {
            "id": number(1, 99_999),
            "name": person.full_name(),
            "username": person.username(),
            "profile_image": fake.internet.url(),
            "email": person.email(),
            "is_automated": fake.development.boolean(),
        },
        "data": {
            "collection_id": number(1_000_000, 9_999_999),
            "conversation_no": number(1, 250),
            "conversation_identifier": conversation,
            "chat_link": fake.internet.url() + conversation,
            "complete_chat_link": fake.internet.url() + conversation,
            "closing_categories": {
                "reason": fake.text.word(),
                "subReason": fake.text.word(),
                "comment": fake.text.sentence(),
            },
        },
    }


run(make)
