"""Who may see the page: only what comes by its own names, from itself, and with its token."""

from __future__ import annotations

import pytest

from hookcli.page.exchanges import Refused, Request
from hookcli.page.guard import Guard

PORT = 8788
HERE = f"127.0.0.1:{PORT}"


def asked(method: str = "GET", path: str = "/api/captures", host: str = HERE, **headers: str) -> Request:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    return Request(method, path, {}, {"host": host, **given})


def status_of(guard: Guard, request: Request) -> int:
    try:
        guard.check(request)
        guard.check_pass(request)
    except Refused as refused:
        return refused.answer.status
    return 200


@pytest.mark.parametrize(
    ("host", "status"),
    [
        (HERE, 200),
        (f"localhost:{PORT}", 200),
        (f"LOCALHOST:{PORT}", 200),
        (f"[::1]:{PORT}", 200),
        (f"shop.example:{PORT}", 421),
        ("127.0.0.1:80", 421),
        ("127.0.0.1", 421),
        (f"10.0.0.7:{PORT}", 421),
        (f"127.0.0.1:{PORT}.shop.example", 421),
        ("", 421),
    ],
)
def test_a_name_that_is_not_the_pages_is_refused(host: str, status: int) -> None:
    assert status_of(Guard("127.0.0.1", PORT), asked(host=host)) == status


@pytest.mark.parametrize(
    ("host", "status"),
    [(f"10.0.0.7:{PORT}", 200), (f"[fd00::7]:{PORT}", 200), ("10.0.0.7:80", 421), (f"shop.example:{PORT}", 421)],
)
def test_on_every_address_any_ip_address_is_a_name(host: str, status: int) -> None:
    assert status_of(Guard("0.0.0.0", PORT), asked(host=host)) == status


def test_names_can_be_added_and_port_80_need_not_be_said() -> None:
    guard = Guard("10.0.0.7", 80, names=("Tools.example",))
    assert {status_of(guard, asked(host=host)) for host in ("tools.example", "10.0.0.7", "localhost:80")} == {200}


@pytest.mark.parametrize(
    ("site", "path", "status"),
    [
        ("same-origin", "/api/captures", 200),
        ("none", "/api/captures", 200),
        ("same-site", "/api/captures", 403),
        ("cross-site", "/api/captures", 403),
        ("cross-site", "/", 200),
    ],
)
def test_another_sites_page_may_link_to_the_page_but_not_ask_it(site: str, path: str, status: int) -> None:
    assert status_of(Guard("127.0.0.1", PORT), asked(path=path, sec_fetch_site=site)) == status


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (f"http://{HERE}", 200),
        (f"http://localhost:{PORT}", 403),
        (f"https://{HERE}", 403),
        ("http://127.0.0.1:9999", 403),
        ("http://shop.example", 403),
        ("null", 403),
        ("", 403),
    ],
)
def test_only_the_page_itself_changes_something(origin: str, status: int) -> None:
    assert status_of(Guard("127.0.0.1", PORT), asked("POST", origin=origin)) == status


def test_a_change_without_an_origin_is_refused() -> None:
    assert status_of(Guard("127.0.0.1", PORT), asked("POST")) == 403


def test_a_token_is_shown_once_and_a_pass_from_then_on() -> None:
    guard = Guard("127.0.0.1", PORT, token="correct horse")
    name, cookie = guard.admit("correct horse").headers[0]
    assert (name, cookie.split("; ")[1:]) == ("Set-Cookie", ["Path=/", "HttpOnly", "SameSite=Strict"])
    assert "correct horse" not in cookie
    shown = cookie.split(";")[0]
    assert status_of(guard, asked(cookie=f"other=1; {shown}")) == 200
    assert status_of(guard, asked()) == 401
    assert status_of(guard, asked(cookie=shown[:-1])) == 401
    assert status_of(guard, asked(cookie=shown.replace("hookcli", "another"))) == 401


@pytest.mark.parametrize("token", ["", "correct hors", "correct horsé", None, 7, ["correct horse"]])
def test_another_token_is_refused(token: object) -> None:
    with pytest.raises(Refused) as refused:
        Guard("127.0.0.1", PORT, token="correct horse").admit(token)
    assert refused.value.answer.status == 401
