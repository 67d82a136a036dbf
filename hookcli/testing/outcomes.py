"""How a test ends that an endpoint does not pass; pytest prints them by the name of this room."""

from __future__ import annotations

_ROOM = "hookcli.testing"


class NotDelivered(AssertionError):
    """A message did not count as delivered."""

    __module__ = _ROOM


class NotReceived(AssertionError):
    """The receiver waited, and not enough came, or not what was expected."""

    __module__ = _ROOM


class ContractBroken(AssertionError):
    """The endpoint does not keep its side of the sender's contract."""

    __module__ = _ROOM


class ContractUnjudged(Exception):
    """A check could not be judged: nobody answers, or the probe cannot be read."""

    __module__ = _ROOM


class ContractWarning(UserWarning):
    """The endpoint keeps the contract, but not as it should."""

    __module__ = _ROOM


class EndpointWarning(UserWarning):
    """The application under test did not end well."""

    __module__ = _ROOM


class UnsignedWarning(UserWarning):
    """There is no secret, and nothing was said of it: nothing is signed, and no signature verified."""

    __module__ = _ROOM


class ArgumentInvalid(TypeError):
    """An argument is of a type that it cannot be."""

    __module__ = _ROOM
