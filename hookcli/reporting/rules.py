"""What the rules are that a payload or a delivery breaks: keywords of JSON Schema, and ends of an attempt."""

from __future__ import annotations

from hookcli.differences import DriftKind
from hookcli.models import Happening, Verdict
from hookcli.reporting.runs import Rule
from hookcli.reporting.statuses import KIND

_KEYWORDS = {
    "type": "A value has another type than its schema asks for.",
    "required": "A key that must be there is missing.",
    "enum": "A value is none of those that are listed.",
    "const": "A value is not the one that it has to be.",
    "format": "A text is not of its format.",
    "pattern": "A text does not match its pattern.",
    "minLength": "A text is too short.",
    "maxLength": "A text is too long.",
    "minimum": "A number is too small.",
    "exclusiveMinimum": "A number is too small.",
    "maximum": "A number is too large.",
    "exclusiveMaximum": "A number is too large.",
    "multipleOf": "A number is no multiple of what it has to be.",
    "minItems": "A list has too few items.",
    "maxItems": "A list has too many items.",
    "uniqueItems": "A list has an item twice.",
    "contains": "A list lacks an item that it has to have.",
    "minContains": "A list has too few of the items that it has to have.",
    "maxContains": "A list has too many of the items that it has to have.",
    "minProperties": "An object has too few keys.",
    "maxProperties": "An object has too many keys.",
    "additionalProperties": "An object has a key that its schema does not know or allow.",
    "unevaluatedProperties": "An object has a key that its schema does not know or allow.",
    "propertyNames": "A key has a name that its schema does not allow.",
    "additionalItems": "A list has an item that its schema does not allow.",
    "unevaluatedItems": "A list has an item that its schema does not allow.",
    "dependentRequired": "A key that another one needs is missing.",
    "not": "A value is what it must not be.",
    "anyOf": "A value is none of what it may be.",
    "oneOf": "A value is none, or more than one, of what it may be.",
    "uniqueKeys": "An object has a key twice.",
}
"""The keywords that payloads break, each in a sentence."""

_ENDS = {
    KIND: "The endpoint answered with a status that does not count as delivered.",
    "Late": "The answer was not complete before the sender's deadline.",
    "NameUnknown": "The name of the endpoint's host is unknown.",
    "ConnectionFailed": "Nothing accepts connections at the endpoint.",
    "TlsFailed": "No secure connection with the endpoint could be agreed on.",
    "ConnectTimedOut": "The endpoint did not accept the connection before the deadline.",
    "ProxyFailed": "The proxy did not let a message through to the endpoint.",
    "UrlInvalid": "The URL of the endpoint is not one of http or https.",
    "MessageUnsendable": "A message cannot be written as HTTP.",
    "ConnectionDropped": "The endpoint closed the connection before it had answered.",
    "AnswerMalformed": "What the endpoint answered is not HTTP.",
    "AnswerTooLong": "What the endpoint answered is too long.",
    "ApplicationFailed": "The application raised an exception, or gave no complete answer.",
    Happening.EXPIRED.value: "A message queued for too long while the webhook was disabled.",
    Happening.LEFT.value: "A message was not delivered before the run was over.",
}
"""How attempts and messages end that delivered nothing, by the name of their cause."""

_DIFFERENCES = {
    DriftKind.NEW_EVENT.value: "Payloads come of an event that has no schema.",
    DriftKind.NEW_KEY.value: "A key comes that the schema does not know.",
    DriftKind.NEW_TYPE.value: "A value comes in a type that the schema does not take.",
    DriftKind.NEW_NULL.value: "A value comes as null, which the schema does not take.",
    DriftKind.NEW_VALUE.value: "A value comes that is none of those that the schema lists.",
    DriftKind.BROKEN_RULE.value: "A value comes that breaks a keyword of the schema.",
    DriftKind.MISSING_REQUIRED.value: "A key that the schema requires does not come.",
    DriftKind.STOPPED_KEY.value: "A key has stopped coming.",
}
"""What captured payloads and their schema differ in."""

_OTHERS = {
    Verdict.UNREADABLE.value: "What should be a payload cannot be read as JSON.",
    Verdict.UNKNOWN_EVENT.value: "No schema is known for the event of a payload.",
}

_SENTENCES = {**_KEYWORDS, **_ENDS, **_DIFFERENCES, **_OTHERS}


def rule_named(name: str) -> Rule:
    """A rule by its name; of one that isn't listed, the name is all that is known."""
    return Rule(name, _SENTENCES.get(name) or f"What {name!r} asks for does not hold.")
