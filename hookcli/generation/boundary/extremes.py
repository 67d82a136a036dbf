"""Formats -> the strings that break receivers (JSON Schema 2020-12 validation, section 7.3).

Each is valid as jsonschema-rs asserts its format; the sources are those of the formats: RFC 3339 for moments and
durations, RFC 5321 for addresses, RFC 1123 and 5890 for hosts, RFC 4291 for IPv6, RFC 3986 and 3987 for URIs and IRIs,
RFC 6570 for templates, RFC 6901 for pointers, RFC 9562 for UUIDs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hookcli.generation.boundary.branches import LONG, LONGEST

_LABEL = "a" * 63
_LONGEST_HOST, _LONGEST_LOCAL, _LONGEST_EMAIL = 253, 64, 254


def _host(length: int) -> str:
    """Labels of at most 63 characters (RFC 1035, section 2.3.4)."""
    text = (f"{_LABEL}." * (length // 64 + 1))[:length]
    return f"{text[:-2]}.a" if text.endswith(".") else text


def _email(length: int) -> str:
    if length <= _LONGEST_LOCAL + 2:
        return "a" * (length - 2) + "@b"
    return f"{'a' * _LONGEST_LOCAL}@{_host(length - _LONGEST_LOCAL - 1)}"


def _uri(length: int) -> str:
    start = "https://a.example/" if length >= len("https://a.example/") else "a:"
    return start.ljust(length, "a")


def _moment(start: str) -> Callable[[int], str]:
    """Longer by digits of the fraction of a second, of which RFC 3339 sets no most."""
    return lambda length: f"{start}Z" if length < len(start) + 3 else f"{start}.{'1' * (length - len(start) - 2)}Z"


_OF_LENGTH: dict[str, Callable[[int], str]] = {
    "date-time": _moment("2026-01-01T00:00:00"), "time": _moment("00:00:00"),
    "duration": lambda length: f"P{'1' * (length - 2)}D", "email": _email, "idn-email": _email,
    "hostname": _host, "idn-hostname": _host, "uri": _uri, "iri": _uri,
    "uri-reference": lambda length: "/".ljust(length, "a") if length else "",
    "iri-reference": lambda length: "/".ljust(length, "ü") if length else "",
    "uri-template": lambda length: "{a}".ljust(length, "a") if length > 2 else "a" * length,
    "json-pointer": lambda length: "/".ljust(length, "a") if length else "",
    "relative-json-pointer": lambda length: "0/".ljust(length, "a") if length > 1 else "0",
    "regex": lambda length: "a" * length,
}  # fmt: skip
"""How a format is made as long as a schema's bounds ask for."""

_DAYS = ("0000-01-01", "0001-01-01", "9999-12-31", "2024-02-29", "2000-02-29", "1900-02-28", "1970-01-01", "1969-12-31")
_IN_URIS = (
    "https://user:pass@a.example:8443/p?q=1&r=2#f", "https://a.example/?q=%E0%A4%A8#%20", "https://[2001:db8::1]:80/",
    "https://192.0.2.1/", "https://a.example:65535/", "https://a.example/a/../b//c/.", "https://a.example/%00",
    "https://a.example/;p=1,2!$&'()*+=:@", "https://a.example?", "HTTPS://A.EXAMPLE/", "urn:a:b", "mailto:a@b.example",
    "tel:+91-22-1", "data:,x", "file:///a", "javascript:alert(1)", "a:",
)  # fmt: skip
_IN_REFERENCES = (
    "", "a", "/", "//a.example", "//user@a.example:1/", "?", "?q=1", "#", "#f", ".", "../a", "./a:b", "/a/b?c#d",
    "/%20", "https://a.example/", "//[::1]/",
)  # fmt: skip

EXTREMES: dict[str, tuple[str, ...]] = {
    "date-time": (
        *(f"{day}T00:00:00Z" for day in _DAYS), "9999-12-31T23:59:59.999999999Z", "2016-12-31T23:59:60Z",
        "2017-01-01T05:29:60+05:30", "2038-01-19T03:14:08Z", "2026-01-01T00:00:00.1Z",
        "2026-01-01T00:00:00.123456789012Z", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00-00:00",
        "2026-01-01T00:00:00+05:30", "2026-01-01T00:00:00+23:59", "2026-01-01T00:00:00-23:59", "2026-01-01t00:00:00z",
    ),
    "date": _DAYS,
    "time": (
        "00:00:00Z", "23:59:59Z", "23:59:60Z", "05:29:60+05:30", "12:00:00.1Z", "12:00:00.123456789012Z",
        "12:00:00+00:00", "12:00:00-00:00", "12:00:00+05:30", "12:00:00+23:59", "12:00:00-23:59", "12:00:00z",
    ),
    "duration": (
        "P0D", "PT0S", "P1Y", "P1M", "P1W", "P1D", "PT1H", "PT1M", "PT1S", "P1Y2M3DT4H5M6S", "PT36H", "P999999999D",
    ),
    "email": (
        "a@b", "a@localhost", "a+tag@b.example", "a.b.c@b.example", "!#$%&'*+/=?^_`{|}~-@b.example", '"a b"@b.example',
        '"a@b"@b.example', '"\\""@b.example', "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "A@B.EXAMPLE",
        "a@xn--mnchen-3ya.example", f"{'a' * _LONGEST_LOCAL}@b.example", _email(_LONGEST_EMAIL),
    ),
    "idn-email": (
        "a@b", "ü@münchen.example", "e\u0301@b.example", "नमस्ते@उदाहरण.भारत", "用户@例子.广告", "שלום@דוגמה.example",
        "😀@b.example", f"{'a' * _LONGEST_LOCAL}@b.example", _email(_LONGEST_EMAIL),
    ),
    "hostname": (
        "a", "0", "localhost", "A.EXAMPLE", "a-b.example", "1.2.3.4", "xn--mnchen-3ya.example", f"{_LABEL}.example",
        _host(_LONGEST_HOST),
    ),
    "idn-hostname": (
        "a", "β", "münchen.example", "faß.example", "例子.测试", "उदाहरण.भारत", "דוגמה.example", "क्\u200dष",
        "a\u3002example", "xn--mnchen-3ya.example", f"{_LABEL}.example", _host(_LONGEST_HOST),
    ),
    "ipv4": ("0.0.0.0", "255.255.255.255", "127.0.0.1", "10.0.0.0", "169.254.169.254", "224.0.0.1"),  # noqa: S104
    "ipv6": (
        "::", "::1", "1::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "2001:0db8:0000:0000:0000:0000:0000:0001",
        "2001:DB8::A", "::ffff:192.0.2.1", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "1:2:3:4:5:6:7::",
        "::2:3:4:5:6:7:8", "fe80::1",
    ),
    "uri": (*_IN_URIS, _uri(2_000)),
    "iri": (
        *_IN_URIS, "https://münchen.example/straße?q=ü#ß", "https://例子.测试/路径", "https://דוגמה.example/שלום",
        "https://a.example/e\u0301", "https://a.example/😀", "https://a.example/?\ue000", _uri(2_000),
    ),
    "uri-reference": (*_IN_REFERENCES, "/".ljust(2_000, "a")),
    "iri-reference": (
        *_IN_REFERENCES, "ü", "../路径", "?q=ü", "#ß", "//münchen.example", "שלום", "/e\u0301", "😀",
        "/".ljust(2_000, "ü"),
    ),
    "uri-template": (
        "", "a", "{a}", "{+a}", "{#a}", "{.a}", "{/a}", "{;a}", "{?a,b}", "{&a}", "{a:9999}", "{a*}", "{%20}", "ü",
        "https://a.example/{id}{?q*}{#f}",
    ),
    "uuid": (
        "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff",
        "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF", "c232ab00-9414-11ec-b3c8-9f6bdeced846",
        "f47ac10b-58cc-4372-a567-0e02b2c3d479", "017f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    ),
    "json-pointer": (
        "", "/", "//", "/a/b", "/0", "/-", "/~0", "/~1", "/~01", "/%25", "/ ", '/"', "/\\", "/é", "/\u2028", "/\x00",
    ),
    "relative-json-pointer": ("0", "0#", "1", "1#", "0/", "0/a", "10/a/b", "0/~0~1", "120/é"),
    "regex": (
        "", "a", "^$", ".*", "[a-z]{2,3}", "(a|b)+", "\\d", "^\\p{L}+$", "(?=a)", "(?<!a)b", "(?<n>a)\\k<n>", "(a)\\1",
        "\\u{1F600}", "[^]", "/", "é", "\\0",
    ),
}  # fmt: skip
"""The telling values of each format that is asserted."""


def format_edges(name: str, minimum: int, maximum: int | None) -> Iterator[str]:
    """The telling strings of a format whose length is bounded too; proposals, to be proven where there are bounds."""
    of_length = _OF_LENGTH.get(name)
    if of_length is not None and (minimum or maximum is not None):
        most = max(minimum, LONG) if maximum is None else maximum
        for length in dict.fromkeys((minimum, minimum + 1, most - 1, most)):
            if minimum <= length <= min(most, LONGEST):
                yield of_length(length)
    for text in EXTREMES[name]:
        if minimum <= len(text) and (maximum is None or len(text) <= maximum):
            yield text
