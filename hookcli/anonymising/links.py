"""E-mail addresses, URLs, hosts and IP addresses -> others, of the names and ranges that are kept for documents.

RFC 2606 keeps `.example` and example.com, .org and .net; RFC 5737, RFC 3849 and RFC 6890 the addresses.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from urllib.parse import quote, unquote

from hookcli.anonymising.draws import Draws
from hookcli.anonymising.lists import listed
from hookcli.anonymising.names import Names
from hookcli.anonymising.registry import Registry
from hookcli.anonymising.tokens import Tokens
from hookcli.anonymising.words import word_of

_EMAIL = re.compile(
    r"(?:[^\s@<>\"/?:,;()\[\]]{1,64}|\"[^\"@\n]{0,62}\")@(?:[^\s@<>\"/?:,;()\[\]]{1,255}|\[[0-9A-Za-z.:]{2,60}\])"
)
_URL = re.compile(r"([A-Za-z][A-Za-z0-9+.-]{0,20}:)//([^/?#\s]{1,300})([^?#\s]*)((?:\?[^#\s]*)?)((?:#\S*)?)")
_BARE = re.compile(r"(www\.[^/?#\s@]{1,300})([^?#\s]*)((?:\?[^#\s]*)?)((?:#\S*)?)", re.IGNORECASE)
_OTHER = re.compile(r"(mailto|tel|sms|data|urn|whatsapp|upi|callto|sip):(\S*)", re.IGNORECASE)
_HOST = re.compile(r"(?P<user>[^@]*@)?(?P<host>\[[^\]]*\]|[^:]*)(?P<port>(?::[0-9]{1,5})?)")

_FRONTS = frozenset(listed("fronts"))
_HALVES = frozenset(listed("halves"))
"""What stands before a country's letters: of `acme.co.in` three labels are a name."""

_ROUTES = frozenset(listed("routes"))
"""What a path is made of that says of what it is, not whose; all else in it is replaced."""

_ENDINGS = frozenset(listed("endings"))
_ROUTE_VERSION = re.compile(r"v[0-9]{1,2}(?:\.[0-9]{1,2})?")
_KEY = re.compile(r"[A-Za-z_]{1,20}(?:\[\])?")


def is_email(text: str) -> bool:
    """Whether a text is an e-mail address."""
    return bool(_EMAIL.fullmatch(text))


def is_url(text: str) -> bool:
    """Whether a text is a URL, with its scheme or by `www.`."""
    return any(pattern.fullmatch(text) for pattern in (_URL, _BARE, _OTHER))


def is_address(text: str) -> bool:
    """Whether a text is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


class Links:
    """Replaces addresses.

    Args:
        draws: the key.
        names: makes what stands before the @.
        tokens: replaces what is in paths and queries.
        registry: which pseudonyms were given.
        inner: a key and a text within a URL -> its pseudonym; the key is empty in a path.
    """

    def __init__(
        self, draws: Draws, names: Names, tokens: Tokens, registry: Registry, inner: Callable[[str, str], str]
    ) -> None:
        self._draws = draws
        self._names = names
        self._tokens = tokens
        self._registry = registry
        self._inner = inner

    def email(self, text: str, attempt: int = 0) -> str:
        """An address at example.com, .org or .net; of one domain, all at the same."""
        address = text.lower()
        local, _, domain = address.rpartition("@")
        ending = ("com", "org", "net")[self._draws.number(3, "domain", domain)]

        def candidate(at: int) -> str:
            return f"{self._names.user(address, at, like=local)}@example.{ending}"

        return self._registry.choose(f"mailto:{address}", candidate, attempt)

    def host(self, text: str, attempt: int = 0) -> str:
        """A host under `.example`; labels such as `www` and `api` stay, and hosts of one owner have one."""
        if is_address(text.strip("[]")):
            return f"[{self.address(text[1:-1], attempt)}]" if text.startswith("[") else self.address(text, attempt)
        labels = text.lower().split(".")
        if labels == ["localhost"]:
            return text
        size = 3 if len(labels) > 2 and labels[-2] in _HALVES and len(labels[-1]) < 3 else 2
        owner = ".".join(labels[-size:])
        other = self._registry.choose(f"host:{owner}", lambda at: f"{self._site(owner, at)}.example", attempt)
        return ".".join(
            [*(each if each in _FRONTS else self._tokens.text(each, attempt) for each in labels[:-size]), other]
        )

    def _site(self, owner: str, at: int) -> str:
        source = self._draws.source("host", owner, str(at))
        return "-".join(word_of(source, 4 + int(source.random() * 4)) for _ in range(2))

    def address(self, text: str, attempt: int = 0) -> str:
        """An IP address of the ranges for documents; a loopback stays."""
        read = ipaddress.ip_address(text)
        if read.is_loopback or read.is_unspecified:
            return text

        def candidate(at: int) -> str:
            if read.version == 4:
                net = ("192.0.2", "198.51.100", "203.0.113")[self._draws.number(3, "net", read.exploded, str(at))]
                return f"{net}.{1 + self._draws.number(254, 'address', read.exploded, str(at))}"
            return str(
                ipaddress.IPv6Address((0x20010DB8 << 96) + self._draws.number(1 << 96, "address", read.exploded))
            )

        made = self._registry.choose(f"ip:{read.exploded}", candidate, attempt)
        return made if is_address(made) else self._tokens.text(text, attempt)

    def url(self, text: str, attempt: int = 0) -> str:
        """A URL of the same shape, at an example host."""
        other = _OTHER.fullmatch(text)
        if other:
            head, comma, rest = other[2].partition(",") if other[1].lower() == "data" else ("", "", other[2])
            return f"{other[1]}:{head}{comma}{self._tokens.text(rest) if comma else self._inner('', rest)}"
        found = _URL.fullmatch(text)
        if found:
            scheme, authority, path, query, fragment = found.groups()
            return f"{scheme}//{self._authority(authority, attempt)}{self._tail(path, query, fragment)}"
        bare = _BARE.fullmatch(text)
        if bare:
            return f"{self.host(bare[1], attempt)}{self._tail(*bare.groups()[1:])}"
        return self._tokens.text(text, attempt)

    def target(self, text: str) -> str:
        """The target of a request: the path in the same shape, and the names in its query without values."""
        path, mark, query = text.partition("?")
        names = [each.partition("=") for each in query.split("&")]
        kept = "&".join(f"{key if _KEY.fullmatch(key) else self._written('', key)}{sign}" for key, sign, _ in names)
        return f"{self._tail(path, '', '')}{mark}{kept}"

    def _authority(self, text: str, attempt: int) -> str:
        found = _HOST.fullmatch(text)
        if not found:
            return self._tokens.text(text, attempt)
        user = f"{self._tokens.text(found['user'][:-1])}@" if found["user"] else ""
        return f"{user}{self.host(found['host'], attempt)}{found['port']}"

    def _tail(self, path: str, query: str, fragment: str) -> str:
        made = "/".join(self._segment(each) for each in path.split("/"))
        if query:
            made += "?" + "&".join(self._pair(each) for each in query[1:].split("&"))
        return f"{made}#{self._segment(fragment[1:])}" if fragment else made

    def _segment(self, text: str) -> str:
        if not text or text.lower() in _ROUTES or _ROUTE_VERSION.fullmatch(text):
            return text
        stem, dot, ending = text.rpartition(".")
        if dot and ending.lower() in _ENDINGS:
            return f"{self._segment(stem)}.{ending}"
        return self._written("", text)

    def _pair(self, text: str) -> str:
        key, sign, value = text.partition("=")
        if not sign:
            return self._written("", key)
        return f"{key if _KEY.fullmatch(key) else self._written('', key)}={self._written(key, value)}"

    def _written(self, key: str, text: str) -> str:
        """The pseudonym of a part, escaped as the part is."""
        if not text:
            return text
        plain = unquote(text.replace("+", " ") if key else text, errors="surrogateescape")
        made = self._inner(key, plain)
        if text.isascii() or plain != text:
            return quote(made, safe="@:,;!$'()*~[]", errors="surrogatepass")
        return made.replace(" ", "%20")
