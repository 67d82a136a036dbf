"""Check digits: of EAN (GS1 General Specifications, 7.9), IBAN (ISO 13616, ISO 7064) and GSTIN (GST Network)."""

from __future__ import annotations

_SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def ean_digit(body: str) -> str:
    """The 13th digit of an EAN.

    Args:
        body: its first twelve digits.
    """
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(body))
    return str(-total % 10)


def iban_digits(country: str, body: str) -> str:
    """The two check digits of an IBAN.

    Args:
        country: two letters.
        body: what comes after the check digits.
    """
    number = int("".join(str(_SIGNS.index(sign)) for sign in f"{body}{country}00"))
    return f"{98 - number % 97:02d}"


def gstin_digit(body: str) -> str:
    """The 15th sign of a GSTIN.

    Args:
        body: its first fourteen signs.
    """
    total = 0
    for at, sign in enumerate(body):
        product = _SIGNS.index(sign) * (2 if at % 2 else 1)
        total += product // 36 + product % 36
    return _SIGNS[-total % 36]
