"""Values that look like production: sure of what a property is, agreeing within an object, and nobody's."""

from __future__ import annotations

import configparser
import json
import random
import re
from fnmatch import fnmatch
from pathlib import Path

import pytest

from hookcli.generation.realism.checkdigits import ean_digit, gstin_digit, iban_digits
from hookcli.generation.realism.datafiles import LOCALES, read
from hookcli.generation.realism.records import ROWS
from hookcli.generation.realism.roles import Property, Role, alternates, role_of, roles_of
from hookcli.generation.realism.values import Realism
from hookcli.generation.realism.words import prose_of
from hookcli.models import Json
from hookcli.schema.dialect import FORMATS, has_format

NOW = 1_767_225_600.0
ROOT = Path(__file__).resolve().parents[3]

NAMES = {
    # people
    "first_name": "person.first_name", "firstName": "person.first_name", "FirstName": "person.first_name",
    "firstname": "person.first_name", "given-name": "person.first_name", "customerFirstName": "person.first_name",
    "billing_first_name": "person.first_name", "last_name": "person.last_name", "surname": "person.last_name",
    "familyName": "person.last_name", "full_name": "person.full_name", "customer_name": "person.full_name",
    "agentName": "person.full_name", "contact_person": "person.full_name", "customername": "person.full_name",
    "author": "person.full_name", "cardHolderName": "person.full_name", "middle_name": "person.middle_name",
    "email": "person.email", "E-Mail": "person.email", "emailAddress": "person.email", "user_email": "person.email",
    "primaryContactEmailAddress": "person.email", "email2": "person.email", "useremail": "person.email",
    "username": "person.username", "user_name": "person.username", "nickname": "person.username",
    "phone": "person.phone", "contactPhoneNumber": "person.phone", "mobile_no": "person.phone",
    "whatsapp_number": "person.phone", "msisdn": "person.phone", "gender": "person.gender", "sex": "person.gender",
    "dob": "person.birth_date", "date_of_birth": "person.birth_date", "jobTitle": "person.job_title",
    "salutation": "person.honorific", "nationality": "person.country_of_birth", "department": "person.department",
    # places
    "city": "place.city", "billingCity": "place.city", "shipping_zip": "place.postal_code",
    "zipCode": "place.postal_code", "pincode": "place.postal_code", "postal_code": "place.postal_code",
    "country": "place.country", "countryCode": "place.country_code", "shipping_country_code": "place.country_code",
    "province": "place.state", "shipping_state": "place.state", "state_code": "place.state_code",
    "street": "place.street", "address_line_1": "place.street", "addressLine2": "place.street2",
    "billing_address": "place.full", "home_address": "place.full", "timezone": "place.time_zone",
    "timeZone": "place.time_zone", "lat": "place.latitude", "geo_longitude": "place.longitude",
    # companies, products, money
    "company": "company.name", "companyName": "company.name", "vendor_name": "company.name",
    "website": "company.website", "industry": "company.industry", "domain": "company.domain",
    "product_name": "product.name", "sku": "product.sku", "brand": "product.brand", "barcode": "product.barcode",
    "currency": "money.currency", "currency_code": "money.currency", "price": "money.price",
    "unitPrice": "money.price", "total_amount": "money.total", "grandTotal": "money.total",
    "payment_method": "money.method", "price_usd": "money.price",
    # moments
    "created_at": "time.created", "createdAt": "time.created", "order_created_at": "time.created",
    "creationDate": "time.created", "updated_at": "time.updated", "lastModified": "time.updated",
    "deleted_at": "time.closed", "start_date": "time.start", "endTime": "time.end", "expires_at": "time.expires",
    "expiryDate": "time.expires", "timestamp": "time.moment", "escalated_at": "time.moment", "date": "time.day",
    "orderDate": "time.created", "last_login": "time.read", "due_date": "time.expires",
    "created_at_utc": "time.created",
    # the network
    "url": "link.url", "callbackURL": "link.url", "webhook_url": "link.url", "avatar_url": "link.image",
    "profilePicture": "link.image", "baseUrl": "link.base", "host": "link.host", "hostname": "link.host",
    "ip": "link.ip", "ip_address": "link.ip", "clientIP": "link.ip", "mac_address": "link.mac",
    "http_method": "http.method", "userAgent": "device.user_agent", "browser": "device.browser",
    "os_version": "device.os_version", "device_type": "device.type",
    # files, cards, banks
    "file_name": "file.name", "fileName": "file.name", "mime_type": "file.mime_type", "contentType": "file.mime_type",
    "file_extension": "file.extension", "download_url": "file.url", "workingDirectory": "file.folder",
    "card_number": "card.number", "last4": "card.last4", "iban": "bank.iban", "ifsc_code": "bank.ifsc",
    "account_number": "bank.account", "upi_id": "bank.upi", "pan_number": "tax.pan", "gstin": "tax.gstin",
    # identifiers
    "id": "id.plain", "user_id": "id.plain", "uuid": "id.uuid", "order_id": "id.marked",
    "invoiceNumber": "id.marked", "tracking_number": "id.marked", "access_token": "id.token", "apiKey": "id.token",
    "password": "id.password", "sha256": "id.sha256", "commit_sha": "id.sha1", "slug": "id.slug",
    "app_version": "id.version", "otp": "id.otp", "coupon_code": "id.coupon",
    # words
    "title": "text.title", "subject": "text.title", "message": "text.message", "comment": "text.comment",
    "description": "text.description", "cancellation_reason": "text.reason", "error_message": "text.error",
    "status": "status.any", "order_status": "status.order", "order_state": "status.order", "paymentStatus": "status.payment",
    "locale": "language.tag", "language": "language.code", "backgroundColor": "color.hex",
}  # fmt: skip

TRAPS = (
    "name", "state", "address", "number", "type", "code", "key", "value", "label", "kind", "data",
    "display_name", "group_name", "template_name", "file", "image", "icon", "tag_name", "table_name", "className",
    "rename", "candidate", "runtime", "update", "velocity", "capacity", "simplicity", "mention", "email_template",
    "email_type", "url_pattern", "phone_type", "price_list", "pattern", "format", "condition", "region", "namespace",
    "owner", "model", "position", "line", "unit", "zip", "pin", "long", "method", "category", "platform", "package",
    "hide_email", "without_url", "currently", "estate", "statement", "streetwise", "x", "_", "", "用户", "$ref", "mode",
    "time", "expiration_policy", "addressable", "userland", "hostile", "order", "tags", "min_price",
)  # fmt: skip


def role_name(key: str, json_type: str = "string", parents: tuple[str, ...] = (), **facts: str) -> str | None:
    siblings = tuple(filter(None, facts.pop("siblings", "").split()))
    found = role_of(Property(key, json_type, **facts), parents, siblings)  # type: ignore[arg-type]
    return found.name if found else None


@pytest.mark.parametrize(("key", "expected"), list(NAMES.items()))
def test_a_name_that_means_one_thing_has_its_role(key: str, expected: str) -> None:
    assert role_name(key) == expected


@pytest.mark.parametrize("key", TRAPS)
def test_a_name_that_may_mean_anything_has_none(key: str) -> None:
    assert role_name(key) is None


@pytest.mark.parametrize(
    ("parent", "key", "expected"),
    [
        ("user", "name", "person.full_name"),
        ("customers", "name", "person.full_name"),
        ("company", "name", "company.name"),
        ("product", "name", "product.name"),
        ("city", "name", "place.city"),
        ("country", "name", "place.country"),
        ("country", "code", "place.country_code"),
        ("file", "name", "file.name"),
        ("template", "name", None),
        ("states", "name", None),
        ("address", "state", "place.state"),
        ("shipping_address", "zip", "place.postal_code"),
        ("order", "state", None),
        ("order", "status", "status.order"),
        ("payment", "status", "status.payment"),
        ("emails", "value", "person.email"),
        ("phoneNumbers", "value", None),
        ("phones", "number", "person.phone"),
        ("user", "address", "place.full"),
        ("network", "address", None),
        ("card", "number", "card.number"),
        ("browser", "version", "device.browser_version"),
        ("name", "first", "person.first_name"),
        ("request", "method", "http.method"),
        ("email", "from", "person.email"),
        ("range", "from", None),
        ("invoice", "number", "id.marked"),
        ("member", "role", "text.role"),
        ("employment", "name", "company.name"),
        ("work", "position", "person.job_title"),
        ("profile", "url", "link.url"),
    ],
)
def test_a_vague_name_is_what_its_parent_says(parent: str, key: str, expected: str | None) -> None:
    assert role_name(key, parents=(parent,)) == expected


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        (("user", "owner", "closed_by", "sender"), "person.full_name"),
        (("user", "file"), None),
        (("user", "template"), None),
    ],
)
def test_of_several_parents_all_have_to_say_so(parents: tuple[str, ...], expected: str | None) -> None:
    assert role_name("name", parents=parents) == expected


@pytest.mark.parametrize(
    ("key", "siblings", "expected"),
    [
        ("state", "city zip_code", "place.state"),
        ("state", "id priority", None),
        ("address", "city state zip", "place.street"),
        ("address", "name phone", "place.full"),
        ("address", "name phone city zip", "place.street"),
        ("name", "email phone", "person.full_name"),
        ("name", "version license email", None),
        ("name", "sku price", "product.name"),
        ("name", "last_name url", "person.full_name"),
        ("text", "family given", "person.full_name"),
        ("destination", "passengers departure_date", "place.city"),
        ("destination", "source format", None),
        ("branch", "ifsc account_number", "place.city"),
        ("branch", "commit", "text.branch"),
        ("carrier", "tracking_number", "text.carrier"),
        ("size", "color sku", "text.size"),
        ("color", "size sku", "color.name"),
        ("make", "model vin", "vehicle.make"),
        ("address", "lat lng", "place.full"),
        ("name", "line1 city phone", "person.full_name"),
        ("last_transaction_at", "id", "time.read"),
        ("level", "message logger", "text.level"),
        ("path", "method query", "link.path"),
        ("joined", "name followers", "time.created"),
        ("origin", "destination", "place.city"),
        ("temperature", "humidity ts", None),
        ("type", "specversion source", "text.event_type"),
        ("region", "bucket key", "text.region"),
        ("name", "email phone url", "person.full_name"),
        ("display_name", "given_name id", "person.full_name"),
        ("location", "bio followers", "place.label"),
        ("location", "id size", None),
        ("reference", "amount status", "id.marked"),
        ("reference", "display type", None),
        ("name", "default_branch full_name", "repo.name"),
        ("login", "id avatar_url", "person.username"),
        ("ref", "before after head_commit", "text.branch"),
        ("before", "ref head_commit", "id.sha1"),
        ("value", "currency_code", "money.amount"),
        ("total", "price tax", "money.total"),
        ("size", "file_name mime_type", None),
    ],
)
def test_a_vague_name_is_what_its_siblings_say(key: str, siblings: str, expected: str | None) -> None:
    assert role_name(key, siblings=siblings) == expected


@pytest.mark.parametrize(
    ("key", "json_type", "expected"),
    [
        ("age", "integer", "person.age"),
        ("rssi", "integer", "number.rssi"),
        ("passengers", "integer", "number.party"),
        ("tax_rate", "number", "number.rate"),
        ("ts", "integer", "time.moment"),
        ("amount_refunded", "integer", "money.part"),
        ("numberOfApprovals", "integer", "number.count"),
        ("number_of_orders", "string", "number.count"),
        ("priority", "integer", "number.rank"),
        ("priority", "string", "text.priority"),
        ("rating", "integer", "number.rating"),
        ("quantity", "integer", "money.quantity"),
        ("price", "integer", "money.price"),
        ("email", "integer", None),
        ("status_code", "integer", "http.status"),
        ("port", "integer", "link.port"),
        ("page", "integer", "number.page"),
        ("percentage", "number", "number.percent"),
        ("readTimeout", "integer", "number.seconds"),
        ("timeout_ms", "integer", "number.milliseconds"),
        ("created_at", "integer", "time.created"),
        ("latitude", "number", "place.latitude"),
        ("id", "integer", "id.plain"),
        ("x", "number", None),
        ("city", "number", None),
        ("order", "integer", "number.rank"),
        ("amount", "number", "money.amount"),
    ],
)
def test_a_role_holds_for_its_types_alone(key: str, json_type: str, expected: str | None) -> None:
    assert role_name(key, json_type) == expected


@pytest.mark.parametrize(
    ("key", "description", "expected"),
    [
        ("p7", "The e-mail address of the customer.", "person.email"),
        ("contactPoint", "Phone number where the customer can be reached", "person.phone"),
        ("f12", "City", "place.city"),
        ("ref", "Name of the company", "company.name"),
        ("name", "Full name of the customer", "person.full_name"),
        ("state", "Whether it is on", None),
        ("country", "Two-letter country code", "place.country_code"),
        ("country", "As per ISO 3166-1 alpha-3", "place.country_code3"),
        ("created_at", "When. Seconds are optional.<br>The regular expression is no proof.", "time.created"),
        ("updated_at", "As YYYY-MM-DDThh:mm:ss", "time.updated"),
        ("kind", "Email or SMS, whichever was chosen by the user for cities", "person.email"),
        ("kind", "The kind of email", None),
        ("contact_phone", "The phone of the station", "person.phone"),
        ("phone", "One of the two phones", None),
        ("birthday", "", "person.birth_date"),
        ("x1", "Whether an email is sent", None),
        ("template", "City names to be matched", None),
        ("url", "A comma-separated list of URLs", None),
        ("email", "Regular expression for e-mail addresses", None),
        ("expires", "How long keys stay, such as 3h", None),
        ("date", "The day as DD/MM/YYYY", "time.day"),
        ("date", "DD/MM/YYYY or MM/DD/YYYY", None),
        ("start_time", "In HH:MM format", "time.start"),
        ("start_time", "As hh:mm AM", None),
    ],
)
def test_a_description_counts_where_the_name_says_nothing(key: str, description: str, expected: str | None) -> None:
    assert role_name(key, description=description) == expected


@pytest.mark.usefixtures("uncovered")
def test_ten_thousand_vague_names_are_seen_through_in_a_moment() -> None:
    places = [Property(f"name_{at}", "string") for at in range(10_000)]
    assert roles_of(places, ["user"]).keys() == {place.key for place in places}
    assert roles_of(places) == {}


@pytest.mark.parametrize("key", ["x" * 1_000_000, "a_" * 500_000, "Ab" * 500_000])
def test_a_hostile_name_is_read_in_a_moment(key: str) -> None:
    assert role_name(key, description="e-mail " * 100_000) is None


def test_a_title_is_read_as_a_name() -> None:
    assert role_name("field_3", title="First name") == "person.first_name"


@pytest.mark.parametrize(
    ("key", "form", "expected"),
    [
        ("contact", "email", "person.email"),
        ("username", "email", "person.email"),
        ("created_at", "date-time", "time.created"),
        ("when", "date", "time.day"),
        ("avatar", "uri", "link.image"),
        ("x", "uri", "link.url"),
        ("x", "ipv6", "link.ip6"),
        ("x", "uuid", "id.uuid"),
        ("email", "regex", None),
        ("path", "json-pointer", None),
        ("age", "int32", "person.age"),
        ("email", "x-unknown", "person.email"),
    ],
)
def test_a_format_comes_before_a_name(key: str, form: str, expected: str | None) -> None:
    assert role_name(key, format=form) == expected


def test_items_are_named_by_one_of_their_array() -> None:
    assert role_of(Property("emails", "string", is_item=True)) == Role("person.email")
    assert role_of(Property("cities", "string", is_item=True)) == Role("place.city")
    assert role_of(Property("tags", "string", is_item=True)) == Role("text.tag")
    assert role_of(Property("device_ids", "string", is_item=True)) == Role("id.plain")
    assert role_of(Property("emails", "string")) is None


def test_more_than_150_names_are_told_apart() -> None:
    assert len(NAMES) + len(TRAPS) > 200


# values


def realism(locale: str = "en_IN", seed: int = 1) -> Realism:
    return Realism(locale, random.Random(seed), NOW)


def named(**types: str) -> dict[str, Role]:
    """Roles of an object's keys, each given as `type` or `type/format`."""
    found = roles_of([Property(key, *(*spec.split("/"), "")[:2]) for key, spec in types.items()])
    assert found.keys() == types.keys()
    return found


def drawn(roles: dict[str, Role], locale: str = "en_IN", count: int = 300) -> list[dict[str, Json]]:
    """What is drawn for keys that must all be in one group."""
    (group,) = realism(locale).together(roles)
    assert set(group.keys) == set(roles)
    return [dict(zip(group.keys, group.draw(), strict=True)) for _ in range(count)]


every_locale = pytest.mark.parametrize("locale", LOCALES)
STRING = "string"


@every_locale
def test_a_person_is_one_person(locale: str) -> None:
    facts = read(f"locales/{locale}")
    women = {name if isinstance(name, str) else name[0] for name in facts["women"]}
    men = {name if isinstance(name, str) else name[0] for name in facts["men"]}
    female = read(f"languages/{facts['language']}")["female"]
    roles = named(
        first_name=STRING, last_name=STRING, full_name=STRING, email=STRING, username=STRING, phone=STRING,
        gender=STRING, dob="string/date", age="integer",
    )  # fmt: skip
    for person in drawn(roles, locale):
        expected = facts["full_name"].format(first=person["first_name"], last=person["last_name"])
        assert person["full_name"] == expected
        assert person["email"].split("@")[0] == person["username"]
        assert (person["first_name"] in women) if person["gender"] == female else (person["first_name"] in men)
        assert person["phone"].startswith("+" + facts["calling_code"])
        assert 2025 - int(person["dob"][:4]) - 1 <= person["age"] <= 2026 - int(person["dob"][:4])
        assert person["age"] >= 18


@every_locale
def test_a_place_is_one_place(locale: str) -> None:
    facts = read(f"locales/{locale}")
    cities = {city[0]: city for city in facts["cities"]}
    roles = named(
        city=STRING, state=STRING, postal_code=STRING, country=STRING, country_code=STRING, timezone=STRING,
        latitude="number", longitude="number", street=STRING,
    )  # fmt: skip
    for place in drawn(roles, locale):
        _, state, _, postal, latitude, longitude, zone = cities[place["city"]]
        assert (place["state"], place["timezone"]) == (state, zone)
        pattern = re.escape(postal).replace("\\#", "[0-9]").replace("@", "[A-Z]")
        assert re.fullmatch(pattern, place["postal_code"])
        assert abs(place["latitude"] - latitude) < 0.1
        assert abs(place["longitude"] - longitude) < 0.1
        assert (place["country"], place["country_code"]) == (facts["country"], facts["country_code"])


@every_locale
def test_a_full_address_holds_its_parts(locale: str) -> None:
    roles = named(city=STRING, zip_code=STRING, billing_address=STRING)
    plain = {key: Role(role.name) for key, role in roles.items()}
    assert all(
        each["city"] in each["billing_address"] and each["zip_code"] in each["billing_address"]
        for each in drawn(plain, locale)
    )


@every_locale
def test_sums_add_up(locale: str) -> None:
    roles = named(
        price="number", quantity="integer", subtotal="number", discount_amount="number", tax="number",
        shipping_cost="number", total_amount="number", currency=STRING,
    )  # fmt: skip
    for sale in drawn(roles, locale):
        assert sale["subtotal"] == pytest.approx(sale["price"] * sale["quantity"])
        parts = sale["subtotal"] - sale["discount_amount"] + sale["tax"] + sale["shipping_cost"]
        assert sale["total_amount"] == pytest.approx(parts)
        assert sale["currency"] == read(f"locales/{locale}")["currency"]


def test_whole_sums_add_up_too() -> None:
    roles = named(price="integer", qty="integer", gst="integer", total_amount="integer")
    assert all(sale["price"] * sale["qty"] + sale["gst"] == sale["total_amount"] for sale in drawn(roles))


def test_a_sum_that_is_refused_is_no_part_of_the_total() -> None:
    roles = named(price="number", quantity="integer", tax="number", total_amount="number")
    (group,) = realism().together(roles, {"tax": lambda value: value == -1})
    assert group.keys == ("price", "quantity", "total_amount")
    price, quantity, total = group.draw()
    assert total == pytest.approx(price * quantity)


def test_cents_are_a_hundredth() -> None:
    roles = named(amount_in_cents="integer", total_amount="number")
    assert all(each["amount_in_cents"] == pytest.approx(each["total_amount"] * 100) for each in drawn(roles))


def test_moments_come_in_their_order() -> None:
    roles = named(
        created_at=STRING, started_at=STRING, updated_at=STRING, ended_at=STRING, deleted_at=STRING, expires_at=STRING
    )
    for each in drawn(roles):
        values = list(each.values())
        assert values == sorted(values)
        assert each["deleted_at"] <= "2026-01-01T00:00:00.000Z" <= each["expires_at"]
        assert each["created_at"] >= "2025-12-31T23:00:00.000Z"


def test_days_seconds_and_moments_agree() -> None:
    roles = named(start_date=STRING, end_date=STRING, created_at="integer", updated_at_ms="integer")
    made = drawn(roles)
    assert all(each["start_date"] <= each["end_date"] for each in made)
    assert all(each["created_at"] * 1000 <= each["updated_at_ms"] for each in made)
    assert len({each["start_date"] for each in made}) > 20


def test_a_file_is_one_file() -> None:
    kinds = {extension: kind for _, extension, kind in read("world")["files"]}
    roles = named(file_name=STRING, mime_type=STRING, file_extension=STRING, file_size="integer", file_path=STRING)
    for each in drawn(roles):
        assert each["file_name"].endswith("." + each["file_extension"])
        assert kinds[each["file_extension"]] == each["mime_type"]
        assert each["file_path"].endswith("/" + each["file_name"])


def test_a_browser_runs_where_its_user_agent_says() -> None:
    for each in drawn(named(os=STRING, browser=STRING, user_agent=STRING)):
        assert {"Android": "Android", "iOS": "like Mac OS X", "macOS": "Macintosh", "Windows": "Windows NT"}[
            each["os"]
        ] in each["user_agent"]
        assert {"Edge": "Edg/"}.get(each["browser"], each["browser"] + "/") in each["user_agent"]


def test_two_places_in_one_object_are_two() -> None:
    roles = named(billing_city=STRING, billing_state=STRING, shipping_city=STRING, shipping_state=STRING)
    groups = realism().together(roles)
    assert [group.keys for group in groups] == [("billing_city", "billing_state"), ("shipping_city", "shipping_state")]


def test_one_owner_is_meant_by_the_names_without_one() -> None:
    roles = named(first_name=STRING, user_email=STRING, home_phone=STRING)
    assert [set(group.keys) for group in realism().together(roles)] == [{"first_name", "user_email", "home_phone"}]


def test_a_second_value_of_one_role_is_left_alone() -> None:
    roles = named(first_name=STRING, email=STRING, alternate_email=STRING)
    (group,) = realism().together(roles)
    assert group.keys == ("first_name", "email")


def test_what_a_place_refuses_is_sorted_out() -> None:
    roles = named(city=STRING, state=STRING, country=STRING)
    short = {"city": lambda value: len(value) <= 6, "country": lambda value: len(value) == 2}
    (group,) = realism().together(roles, short)
    made = [group.draw() for _ in range(200)]
    assert {len(country) for _, _, country in made} == {2}
    assert max(len(city) for city, _, _ in made) <= 6
    assert len({city for city, _, _ in made}) >= 3


def test_a_single_value_is_left_out_where_the_place_takes_none() -> None:
    assert realism().single(Role("place.city"), lambda value: value == "Atlantis") is None
    assert realism().single(Role("id.uuid"), lambda value: len(value) < 9) is None
    assert realism().single(Role("time.created", form="date-time"), lambda value: value > "2027") is None


def test_a_shorter_form_stands_in_where_the_place_is_short() -> None:
    country = realism().single(Role("place.country"), lambda value: len(value) <= 2)
    phone = realism().single(Role("person.phone"), lambda value: len(value) == 10)
    moment = realism().single(Role("time.created", form="date-time"), lambda value: len(value) <= 20)
    assert country is not None
    assert phone is not None
    assert moment is not None
    assert country() == "IN"
    assert re.fullmatch(r"00000[0-9]{5}", phone())
    assert re.fullmatch(r"20..-..-..T..:..:..Z", moment())


ALL = read("roles")["roles"]


def types_of(name: str) -> list[str]:
    return ALL[name].get("types", ["string"])


def forms_of(name: str, json_type: str) -> list[str]:
    """The forms of a moment in the formats of its role; one, and that without meaning, for all else."""
    written = [form for form in ("date-time", "date", "time") if form in ALL[name].get("formats", ())]
    return written if json_type == "string" and is_time(name) else ["seconds"] if is_time(name) else [""]


def is_time(name: str) -> bool:
    return name.startswith("time.") or name == "person.birth_date"


LETTERED = [("place.postal_code", "integer", locale) for locale in ("en_GB", "pt_BR", "ja_JP")]
"""Values that are no numbers: postal codes with letters or hyphens."""


@every_locale
def test_every_role_has_values_of_its_types(locale: str) -> None:
    kinds = {"string": str, "integer": int, "number": (int, float)}
    made, lacking = realism(locale), []
    for role in (
        Role(name, kind, form=form) for name in ALL for kind in types_of(name) for form in forms_of(name, kind)
    ):
        sample = made.single(role) or lacking.append(role) or (lambda kind=role.json_type: {"string": "-"}.get(kind, 0))
        values = [sample() for _ in range(40)]
        assert all(isinstance(value, kinds[role.json_type]) for value in values)
        assert "" not in values
    assert [(role.name, role.json_type, locale) for role in lacking] == [each for each in LETTERED if each[2] == locale]


@every_locale
def test_every_value_has_the_formats_that_its_role_claims(locale: str) -> None:
    made, checked = realism(locale), 0
    for name, facts in ALL.items():
        for form in {*facts.get("formats", ())} & {*FORMATS}:
            sample = made.single(Role(name, form=form if is_time(name) else ""))
            assert sample is not None
            refused = [value for value in (sample() for _ in range(60)) if not has_format(form, value)]
            assert refused == []
            checked += 1
    assert checked > 50


FICTIONAL = {
    "en_IN": r"\+910\d{9}", "hi_IN": r"\+910\d{9}", "id_ID": r"\+620\d{9}", "pt_BR": r"\+5500\d{9}", "ja_JP": r"\+810\d{9}",
    "en_US": r"\+1\d{3}55501\d\d",
    "en_GB": r"\+44(7700900\d{3}|2079460\d{3}|1[2-6]14960\d{3}|1314960\d{3})",
    "de_DE": r"\+49(3023125\d{3}|6990009\d{3}|4066969\d{3}|2214710\d{3}|8999998\d{3})",
}  # fmt: skip
"""Telephone numbers that the authorities keep for fiction, or that begin as none does."""


@every_locale
def test_everything_is_nobodys(locale: str) -> None:
    made = realism(locale)

    def values(name: str) -> list[Json]:
        sample = made.single(Role(name))
        assert sample is not None
        return [sample() for _ in range(300)]

    hosts = [value.split("@")[1] for value in values("person.email")] + values("link.host") + values("company.domain")
    hosts += [
        value.split("/")[2]
        for name in ("link.url", "link.base", "link.image", "file.url", "company.website", "link.source")
        for value in values(name)
    ]
    assert [host for host in hosts if not re.fullmatch(r"([a-z0-9-]+\.)+example|example\.(com|org|net)", host)] == []
    assert [ip for ip in values("link.ip") if not re.match(r"192\.0\.2\.|198\.51\.100\.|203\.0\.113\.", ip)] == []
    assert all(ip.startswith("2001:db8:") for ip in values("link.ip6"))
    assert all(mac.startswith("00:00:5e:00:53:") for mac in values("link.mac"))
    assert [phone for phone in values("person.phone") if not re.fullmatch(FICTIONAL[locale], phone)] == []
    assert set(values("card.number")) <= {number for number, _ in read("world")["cards"]}
    assert all(value.endswith("@example") for value in values("bank.upi"))
    assert all(re.match(r"GB..TEST|DE..00000000", value) for value in values("bank.iban"))
    assert all(value.startswith("987-65-432") for value in values("tax.ssn"))
    assert all(value.startswith("ZZZPZ") for value in values("tax.pan"))
    assert all(value.startswith("00ZZZPZ") for value in values("tax.gstin"))


def test_check_digits_are_right() -> None:
    assert ean_digit("400638133393") == "1"
    assert iban_digits("GB", "WEST12345698765432") == "82"
    assert iban_digits("DE", "370400440532013000") == "89"
    assert gstin_digit("27AAPFU0939F1Z") == "V"


@every_locale
def test_a_seed_says_everything(locale: str) -> None:
    def run(seed: int) -> str:
        made = realism(locale, seed)
        samples = [
            made.single(Role(name)) for name in ("person.email", "id.uuid", "place.full", "link.url", "id.sha256")
        ]
        groups = made.together(named(created_at=STRING, updated_at=STRING, first_name=STRING, last_name=STRING))
        return json.dumps(
            [[sample() for sample in samples if sample] + [group.draw() for group in groups] for _ in range(50)]
        )

    assert run(7) == run(7) != run(8)


# data


def test_locales_are_those_that_there_are_files_for() -> None:
    folder = ROOT / "hookcli" / "generation" / "realism" / "data" / "locales"
    assert sorted(LOCALES) == sorted(file.stem for file in folder.glob("*.json"))


def test_every_data_file_is_packaged() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", "utf-8")
    globs = [each.strip() for each in setup["options.package_data"]["hookcli.generation.realism"].split(",")]
    home = ROOT / "hookcli" / "generation" / "realism"
    files = [file.relative_to(home).as_posix() for file in (home / "data").rglob("*.json")]
    assert len(files) > 10
    assert [file for file in files if not any(fnmatch(file, glob) for glob in globs)] == []


def test_every_role_that_the_data_name_is_there() -> None:
    data = read("roles")
    assert {name for name in data["format_roles"].values() if name} <= set(ALL)
    assert {name for one in ALL for name in alternates(Role(one))} <= set(ALL)
    assert {name.partition(".")[0] for name in ALL} >= set(ROWS)


@every_locale
def test_people_pay_as_they_do_where_they_live(locale: str) -> None:
    methods = {sale["payment_method"] for sale in drawn(named(payment_method=STRING, price="number"), locale)}
    assert len(methods) == 5
    assert ("upi" in methods) == locale.endswith("_IN")


def test_every_phrase_is_written_as_descriptions_are_read() -> None:
    phrases = [phrase for facts in read("roles")["roles"].values() for phrase in facts.get("phrases", ())]
    assert [phrase for phrase in phrases if " ".join(prose_of(phrase)) != phrase] == []


def test_a_part_of_a_sum_is_not_above_it() -> None:
    sales = drawn(named(amount="integer", amount_refunded="integer", currency=STRING))
    assert all(0 <= sale["amount_refunded"] <= sale["amount"] for sale in sales)
    assert len({sale["amount_refunded"] == sale["amount"] for sale in sales}) == 2


def test_what_is_measured_is_in_its_usual_range() -> None:
    temperature = realism().single(Role("number.temperature", "number"))
    assert temperature
    values = [temperature() for _ in range(50)]
    assert all(18 <= value <= 36 for value in values)
    assert any(value % 1 for value in values)
    whole = realism().single(Role("number.temperature", "integer"))
    assert whole
    assert isinstance(whole(), int)


def test_two_names_of_one_place_are_one_place() -> None:
    places = drawn(named(city=STRING, district=STRING, latitude="number"))
    assert all(place["city"] == place["district"] for place in places)


@every_locale
def test_parents_are_of_the_family(locale: str) -> None:
    facts = read(f"locales/{locale}")
    plain = {"name": Role("person.full_name"), "father": Role("person.male_name"), "mother": Role("person.female_name")}
    men, women = ({name[0] if isinstance(name, list) else name for name in facts[sex]} for sex in ("men", "women"))
    for family in drawn({**plain, "last_name": Role("person.last_name")}, locale):
        first = {key: family[key].replace(family["last_name"], "").strip() for key in plain}
        assert first["father"] in men
        assert first["mother"] in women
