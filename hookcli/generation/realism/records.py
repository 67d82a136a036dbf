"""Groups of values that belong together, as tables: a row is one person, one place, one sale; a column is one role.

All of it is nobody's. Hosts and addresses of e-mail end in `.example` or are `example.com` and its like (RFC 2606),
addresses of the network are those for documentation (RFC 5737, RFC 3849, RFC 7042), telephone numbers those kept for
fiction, or such as cannot exist (see each locale's `source`), card numbers the public test numbers, and what has a
check digit otherwise names a bank, a state or a holder that does not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import field
from datetime import datetime, timedelta, timezone
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.generation.realism.checkdigits import ean_digit, gstin_digit, iban_digits
from hookcli.generation.realism.datafiles import read
from hookcli.generation.realism.words import words_of
from hookcli.models import Json

SIZE = 256
"""Rows of a table that is drawn; one that is listed has as many as the data."""

Row = dict[str, Any]
Random = Callable[[], float]

_MAIL_HOSTS = ("example.com", "example.org", "example.net", "mail.example")
_NETWORKS = ("192.0.2", "198.51.100", "203.0.113")
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
"""Letters of the second half of a British postcode."""


@dataclass(frozen=True, slots=True)
class World:
    """What rows are drawn from."""

    locale: Row
    language: Row
    shared: Row
    random: Random
    now: float
    chosen: list[str] = field(default_factory=list)

    @property
    def site(self) -> str:
        """The host of all addresses that are the sender's own; chosen when it is first asked for."""
        if not self.chosen:
            self.chosen.append(_host(self))
        return self.chosen[0]

    def one(self, values: Any) -> Any:
        """One of a list."""
        return values[int(self.random() * len(values))]

    def below(self, bound: int) -> int:
        """A whole number from 0 up to a bound."""
        return int(self.random() * bound)

    def filled(self, pattern: str) -> str:
        """A pattern with its `#` replaced by digits, and its `@` by letters."""
        if pattern.isascii() and pattern.endswith("#") and "@" not in pattern:
            digits = pattern.count("#")
            if pattern.endswith("#" * digits):
                return f"{pattern[:-digits]}{self.below(10**digits):0{digits}d}"
        return "".join(
            str(self.below(10)) if char == "#" else self.one(_LETTERS) if char == "@" else char for char in pattern
        )


def make_world(locale: str, random: Random, now: float) -> World:
    """The data of one locale.

    Args:
        locale: one of `LOCALES`.
        random: gives floats from 0 up to 1.
        now: seconds since 1970-01-01 UTC.
    """
    facts = read(f"locales/{locale}")
    return World(facts, read(f"languages/{facts['language']}"), read("world"), random, now)


def _both(name: Any) -> tuple[str, str]:
    """A name, and how it is written in an address."""
    return (name[0], name[1]) if isinstance(name, list) else (name, name.lower().replace(" ", ""))


def _people(world: World, _fields: Collection[str]) -> list[Row]:
    locale, language = world.locale, world.language
    rows: list[Row] = []
    today = datetime.fromtimestamp(world.now, timezone.utc)
    for _ in range(SIZE):
        woman = world.random() < 0.5
        first, short = _both(world.one(locale["women" if woman else "men"]))
        middle, _ = _both(world.one(locale["women" if woman else "men"]))
        last, family = _both(world.one(locale["last_names"]))
        him, her = (_both(locale[sex][len(rows) % len(locale[sex])])[0] for sex in ("men", "women"))
        states = world.shared["values"]["person.marital_status"]
        rows.append({
            "him": locale["full_name"].format(first=him, last=last), "status": states[len(rows) % len(states)],
            "her": locale["full_name"].format(first=her, last=last),
            "first": first, "middle": middle, "last": last, "login": f"{short}.{family}{world.below(100)}",
            "host": world.one(_MAIL_HOSTS), "woman": woman, "phone": world.filled(world.one(locale["phones"])),
            "born": today - timedelta(days=18 * 366 + world.below(47 * 365)), "today": today,
            "job": world.one(language["job_titles"]), "department": world.one(language["departments"]),
            "bio": world.one(language["bios"]), "locale": locale, "language": language,
        })  # fmt: skip
    return rows


def _age(row: Row) -> int:
    born, today = row["born"], row["today"]
    return int(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))


def _places(world: World, _fields: Collection[str]) -> list[Row]:
    locale, rows = world.locale, []
    for _ in range(SIZE):
        city, state, code, postal, latitude, longitude, zone = world.one(locale["cities"])
        number = 1 + world.below(180)
        street = locale["street"].format(number=number, street=world.one(locale["streets"]))
        row = {
            "city": city, "state": state, "state_code": code, "postal_code": world.filled(postal), "time_zone": zone,
            "latitude": round(latitude + world.random() * 0.08 - 0.04, 4),
            "longitude": round(longitude + world.random() * 0.08 - 0.04, 4),
            "house_number": str(number), "street": street, "street2": f"{1 + world.below(24)}{world.one('ABCD')}",
            "country": locale["country"], "country_code": locale["country_code"],
            "country_code3": locale["country_code3"],
        }  # fmt: skip
        row["full"] = locale["address"].format(**row)
        row["label"] = f"{city}, {locale['country'] if city == state else state}"
        rows.append(row)
    return rows


def _companies(world: World, _fields: Collection[str]) -> list[Row]:
    return [
        {"name": name, "domain": f"{label}.example", "website": f"https://{label}.example", "industry": industry}
        for name, label, industry in world.locale["companies"]
    ]


def _products(world: World, _fields: Collection[str]) -> list[Row]:
    rows = []
    for _ in range(SIZE):
        at = world.below(len(world.language["products"]))
        name, category, brand = world.language["products"][at]
        body = f"2{world.below(10**11):011d}"
        sku = f"{read('languages/en')['products'][at][2][:3].upper()}-{world.below(10_000):04d}"
        rows.append({"name": name, "category": category, "brand": brand, "sku": sku, "barcode": body + ean_digit(body)})
    return rows


_SALARY = 24_000
"""Cents of a year's salary for each whole unit of a price."""


def _sales(world: World, fields: Collection[str]) -> list[Row]:
    """Sums that add up: in cents, and in whole units where `whole` is among the fields."""
    locale = world.locale
    rows: list[Row] = []
    least, most = locale["prices"]
    methods = locale.get("payment_methods") or world.shared["values"]["money.method"]
    whole = "whole" in fields or bool(locale.get("whole_prices"))
    unit = 100 if whole else 1
    for _ in range(SIZE):
        price = (least + world.below(most - least)) * 100 - (0 if whole else world.one((0, 1, 50)))
        quantity = 1 + world.below(4) if "quantity" in fields else 1
        subtotal = price * quantity
        discount = subtotal * world.one((0, 5, 10)) // (100 * unit) * unit if "discount" in fields else 0
        tax = (subtotal - discount) * world.one((5, 12, 18)) // (100 * unit) * unit if "tax" in fields else 0
        shipping = world.one((0, least * 100)) if "shipping" in fields else 0
        total = subtotal - discount + tax + shipping
        rows.append({
            "price": price, "quantity": quantity, "subtotal": subtotal, "discount": discount, "tax": tax,
            "shipping": shipping, "total": total, "amount": total, "salary": price // 100 * _SALARY,
            "currency": locale["currency"],
            "currency_symbol": locale["currency_symbol"], "currency_name": locale["currency_name"],
            "method": world.one(methods), "part": (0, total, total // (2 * unit) * unit)[len(rows) % 3],
        })  # fmt: skip
    return rows


def _listed(name: str, *keys: str) -> Callable[[World, Collection[str]], list[Row]]:
    """Rows as they stand in the data."""
    return lambda world, _fields: [dict(zip(keys, each, strict=True)) for each in world.shared[name]]


def _files(world: World, _fields: Collection[str]) -> list[Row]:
    rows = []
    for _ in range(SIZE):
        stem, extension, mime_type = world.one(world.shared["files"])
        folder, name = world.one(world.shared["folders"]), f"{stem}-{1000 + world.below(9000)}.{extension}"
        rows.append({
            "name": name, "extension": extension, "mime_type": mime_type, "size": 2_000 + world.below(4_000_000),
            "folder": f"/{folder}", "path": f"/{folder}/{name}", "url": f"https://{world.site}/{folder}/{name}",
        })  # fmt: skip
    return rows


def _host(world: World) -> str:
    return f"{world.one(world.locale['companies'])[1]}.example"


def address_of(world: World, row: Row, key: str, field: str) -> Json:
    """One of several addresses that stand in one object, of what its key says: `labels_url` leads to `/labels/4711`."""
    silent = world.shared["words_of_addresses"]
    said = "-".join(word for word in words_of(key) if word not in silent and word.isascii())
    if field == "image":
        return f"{row['base']}/images/{said or 'image'}-{1000 + world.below(9000)}.png"
    if field == "template":
        return f"{row['base']}/{said or 'items'}/{{id}}"
    if field == "url" and said:
        return f"{row['base']}/{said}/{1000 + world.below(900_000)}"
    return row["site" if field == "host" else field]


def _links(world: World, _fields: Collection[str]) -> list[Row]:
    rows = []
    for _ in range(SIZE):
        host, path = world.site, f"/{world.one(world.shared['paths'])}/{1000 + world.below(900_000)}"
        rows.append({
            "host": _host(world), "site": host, "base": f"https://{host}", "url": f"https://{host}{path}", "path": path,
            "image": f"https://{host}/images/{1000 + world.below(9000)}.png", "port": world.one(_PORTS),
            "template": f"https://{host}{path[:path.rindex('/')]}/{{id}}",
            "source": f"https://git.{host}/{world.one(world.shared['paths'])}.git",
            "ip": f"{world.one(_NETWORKS)}.{1 + world.below(254)}",
            "ip6": f"2001:db8::{1 + world.below(0xFFFF):x}:{1 + world.below(0xFFFE):x}",
            "mac": f"00:00:5e:00:53:{world.below(256):02x}",
        })  # fmt: skip
    return rows


_PORTS = (3000, 4000, 5000, 8000, 8080, 8081, 8443, 9000, 9090)


def _languages(world: World, _fields: Collection[str]) -> list[Row]:
    locale = world.locale
    return [{"code": locale["language"], "tag": locale["tag"], "name": world.language["name"]}]


def _cards(world: World, _fields: Collection[str]) -> list[Row]:
    rows, year = [], datetime.fromtimestamp(world.now, timezone.utc).year
    for _ in range(SIZE):
        number, brand = world.one(world.shared["cards"])
        month, until = 1 + world.below(12), year + 1 + world.below(4)
        rows.append({
            "number": number, "brand": brand, "network": brand, "last4": number[-4:],
            "expiry": f"{month:02d}/{until % 100:02d}",
            "expiry_month": f"{month:02d}", "expiry_year": str(until), "cvv": f"{world.below(1000):03d}",
        })  # fmt: skip
    return rows


def _accounts(world: World, _fields: Collection[str]) -> list[Row]:
    rows, country = [], world.locale["country_code"]
    for _ in range(SIZE):
        digits = f"{world.below(1_000_000):06d}"
        where, body = ("DE", f"000000000000{digits}") if country == "DE" else ("GB", f"TEST00000000{digits}")
        rows.append({
            "name": world.one(world.shared["banks"]), "account": f"0000{digits}", "ifsc": f"TEST0{digits}",
            "iban": f"{where}{iban_digits(where, body)}{body}", "bic": f"TEST{country}B0",
            "upi": f"{_both(world.one(world.locale['women']))[1]}{digits[:3]}@example",
        })  # fmt: skip
    return rows


def _taxpayers(world: World, _fields: Collection[str]) -> list[Row]:
    """Numbers that no office gave out: PAN of ZZZ, GSTIN of no state, Aadhaar from 1, SSN 987-65-432x."""
    rows = []
    for _ in range(SIZE):
        ssn = 20 + world.below(10)
        pan = f"ZZZPZ{world.below(10_000):04d}Z"
        gstin = f"00{pan}1Z"
        rows.append({
            "pan": pan, "gstin": gstin + gstin_digit(gstin), "aadhaar": f"1{world.below(10**11):011d}",
            "ssn": f"987-65-43{ssn}", "ssn_plain": f"9876543{ssn}",
        })  # fmt: skip
    return rows


_DEVICE = ("model", "brand", "os", "os_version", "browser", "browser_version", "type", "user_agent")

ROWS: dict[str, Callable[[World, Collection[str]], list[Row]]] = {
    "person": _people, "place": _places, "company": _companies, "product": _products, "money": _sales,
    "vehicle": _listed("vehicles", "make", "model"), "repo": _listed("repositories", "name", "full_name"),
    "device": _listed("devices", *_DEVICE), "tax": _taxpayers,
    "file": _files, "color": _listed("colors", "name", "hex"), "http": _listed("http", "method", "status", "reason"),
    "link": _links, "language": _languages, "card": _cards, "bank": _accounts,
}  # fmt: skip
"""The groups whose values agree, and how their rows are made; money needs to know which fields are asked for."""

_FIELDS: dict[str, Callable[[Row], Json]] = {
    "person.first_name": lambda row: row["first"],
    "person.middle_name": lambda row: row["middle"],
    "person.last_name": lambda row: row["last"],
    "person.full_name": lambda row: row["locale"]["full_name"].format(first=row["first"], last=row["last"]),
    "person.male_name": lambda row: row["him"],
    "person.female_name": lambda row: row["her"],
    "person.marital_status": lambda row: row["status"],
    "person.initials": lambda row: row["first"][0] + row["last"][0],
    "person.honorific": lambda row: row["language"]["Ms" if row["woman"] else "Mr"],
    "person.email": lambda row: f"{row['login']}@{row['host']}",
    "person.username": lambda row: row["login"],
    "person.phone_national": lambda row: row["phone"][1 + len(row["locale"]["calling_code"]) :],
    "person.gender": lambda row: row["language"]["female" if row["woman"] else "male"],
    "person.gender_initial": lambda row: "F" if row["woman"] else "M",
    "person.birth_date": lambda row: row["born"].strftime("%Y-%m-%d"),
    "person.birth_year": lambda row: row["born"].year,
    "person.age": _age,
    "person.job_title": lambda row: row["job"],
    "person.country_of_birth": lambda row: row["locale"]["country"],
    "person.calling_code": lambda row: f"+{row['locale']['calling_code']}",
}
"""Roles that are not simply what stands in a row under their name."""


def values_of(name: str, rows: list[Row]) -> list[Json]:
    """The column of a role, such as `person.email`."""
    make = _FIELDS.get(name)
    key = name.partition(".")[2]
    return [make(row) for row in rows] if make else [row[key] for row in rows]
