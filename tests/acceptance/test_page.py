"""The page in a real browser: what arrives is there at once, nothing that arrives runs, and many messages scroll."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from arrivals import arrival
from browsers import Browser, browsing, until
from pages import Served, numbered, served

from hookcli.models import Signature, Verdict, Violation

Serve = Callable[..., Served]

LIVE = "document.querySelector('#state').dataset.state == 'live'"
ROWS = "[...document.querySelectorAll('[role=option]')].map((row) => Number(row.dataset.id)).sort((a, b) => b - a)"

NOTED = """
window.noted = [];
addEventListener("securitypolicyviolation", (event) => noted.push(`CSP ${event.violatedDirective} ${event.blockedURI}`));
addEventListener("error", (event) => noted.push(`error ${event.message}`));
addEventListener("unhandledrejection", (event) => noted.push(`rejection ${event.reason}`));
for (const name of ["alert", "confirm", "prompt", "open"]) window[name] = () => noted.push(name);
"""
"""Runs before the page does: what must not happen is written down."""


@pytest.fixture(scope="module")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with browsing(tmp_path_factory.mktemp("chromium")) as browser:
        browser.develop("Page.addScriptToEvaluateOnNewDocument", source=NOTED)
        yield browser


@pytest.fixture
def browser(chromium: Browser) -> Iterator[Browser]:
    """The browser, on a desk; after the test nothing may have gone wrong in it."""
    chromium.resize(1280, 800)
    chromium.log()
    yield chromium
    assert chromium.run("return window.noted ?? []") == []
    chromium.open("about:blank")
    assert [line for line in chromium.log() if "ERR_CONNECTION_REFUSED" not in line] == []


@pytest.fixture
def serve(tmp_path: Path, browser: Browser) -> Iterator[Serve]:
    """Serves a page over some messages, and opens it."""
    with ExitStack() as stack:

        def start(*arrivals: Any, at: str = "", **options: Any) -> Served:
            page = stack.enter_context(served(tmp_path, *arrivals, **options))
            browser.open(page.url + at)
            browser.wait_for(LIVE)
            return page

        yield start
        browser.run("window.stop()")


def payload(value: Any) -> bytes:
    return json.dumps(value).encode()


def open_message(browser: Browser, number: int) -> None:
    browser.click(f"#message-{number}")
    browser.wait_for("document.querySelector('#number').textContent == arguments[0]", f"#{number}")


def load_all(browser: Browser, count: str) -> None:
    """Go to the end until there is no more to fetch."""
    until(lambda: browser.press("End") or browser.text("#count") == count, count, 30)


# What arrives


def test_a_message_from_outside_appears_within_a_second(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1))
    browser.wait_for(f"{ROWS}.join() == '1'")
    start = time.monotonic()
    page.keep(arrival(2, event="chat_pinned"))
    browser.wait_for("document.querySelector('#message-2')", seconds=1.0)
    assert time.monotonic() - start < 1.0
    assert "chat_pinned" in browser.text("#message-2")


def test_an_answer_that_is_known_later_is_shown_in_its_row(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1, status=None, elapsed=None))
    open_message(browser, 1)
    assert "none yet" in browser.text("#facts")
    page.tell(arrival(1, status=503))
    browser.wait_for("document.querySelector('#message-1 .answer').textContent == '503'")
    assert "503 in 1.2 ms" in browser.text("#facts")


def test_an_answer_that_was_not_timed_is_shown_without_a_time(serve: Serve, browser: Browser) -> None:
    serve(arrival(1, elapsed=None))
    open_message(browser, 1)
    assert "Answer\n200\n" in browser.text("#facts") + "\n"


def test_an_empty_store_says_what_to_do(serve: Serve, browser: Browser) -> None:
    page = serve()
    assert browser.text("#command") == "hookcli send http://127.0.0.1:8787/"
    page.keep(arrival(1))
    browser.wait_for("document.querySelector('#none').hidden && document.querySelector('#message-1')")


def test_messages_that_come_out_of_order_are_shown_in_order(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1))
    for number in (3, 2, 5, 4):
        page.store.add([arrival(number)])
        page.tell(arrival(number))
    browser.wait_for(f"{ROWS}.join() == '5,4,3,2,1'")
    tops = browser.run(f"return {ROWS}.map((id) => document.querySelector(`#message-${{id}}`).offsetTop)")
    assert tops == sorted(tops)


def test_a_burst_arrives_whole(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1))
    page.keep(*numbered(arrival(2), 3_000))
    browser.wait_for("document.querySelector('#message-3001')")
    load_all(browser, "3,001 messages")


def test_a_page_whose_server_went_says_so_and_comes_back(tmp_path: Path, browser: Browser) -> None:
    with served(tmp_path, arrival(1)) as page:
        browser.open(page.url)
        browser.wait_for(LIVE)
    browser.wait_for("document.querySelector('#state').textContent == 'reconnecting'")


def test_another_listen_at_the_same_address_is_looked_at_anew(
    tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, browser: Browser
) -> None:
    with served(tmp_path, *numbered(arrival(1), 9)) as page:
        browser.open(page.url)
        browser.wait_for(LIVE)
    with served(tmp_path_factory.mktemp("other"), arrival(1, event="other"), port=page.port) as other:
        browser.wait_for(f"{LIVE} && {ROWS}.join() == '1'")
        other.keep(arrival(2))
        browser.wait_for(f"{ROWS}.join() == '2,1'")


def test_while_it_is_paused_messages_are_only_counted(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1))
    browser.press("p")
    page.keep(arrival(2), arrival(3))
    browser.wait_for("document.querySelector('#news').textContent == '2 new messages: show'")
    assert browser.text("#state") == "paused"
    assert browser.run(f"return {ROWS}") == [1]
    browser.press("p")
    browser.wait_for(f"{ROWS}.join() == '3,2,1'")


# What must not run

EVIL = [
    "<script>window.pwned=1</script>", "<img src=x onerror=window.pwned=1>", "javascript:window.pwned=1",
    "\"'><svg onload=window.pwned=1>", "</script><script>window.pwned=1</script>", "{{constructor.constructor('pwned=1')()}}",
    "<iframe srcdoc='<script>parent.pwned=1</script>'>", "\u202e</textarea><style>*{display:none}</style>",
]  # fmt: skip

MARKUP = "document.querySelectorAll('img, iframe, svg, object, style, script:not([src=\"/page.js\"]), [onerror], [onload]').length"


def hostile(number: int, text: str) -> Any:
    broken = Violation("/" + text.replace("~", "~0").replace("/", "~1"), text, text, 1, 2)
    return arrival(
        number, method=text, path=text, headers=((text, text), ("Content-Type", text)), event=text, reason=text,
        verdict=Verdict.INVALID, violations=(broken, Violation(None, None, text, 1, 1)), signature=Signature.FORGED,
        endpoint=text, body=payload({text: text, "list": [text, {text: text}], "event_name": text}),
    )  # fmt: skip


def test_nothing_that_arrives_runs_and_all_of_it_is_shown_as_text(serve: Serve, browser: Browser) -> None:
    page = serve(*[hostile(number, text) for number, text in enumerate(EVIL, 1)])
    page.keep(*[hostile(number, text) for number, text in enumerate(EVIL, 11)])
    browser.wait_for("document.querySelector('#message-18')")
    for number in [*range(1, 9), *range(11, 19)]:
        open_message(browser, number)
        text = EVIL[(number - 1) % 10].replace("\u202e", "\\u202e")
        assert text in browser.text("#event")
        assert text in browser.text("#problems")
        browser.click("#tab-headers")
        assert text in browser.text("#header-lines")
        browser.click("#tab-raw")
        browser.click("#tab-payload")
        assert json.dumps(text)[1:-1].replace("\\\\", "\\") in browser.text("#payload")
        browser.run("for (const button of document.querySelectorAll('#problems button')) button.click()")
    browser.run("document.querySelector('#filter-event').selectedIndex = 1")
    browser.run("document.querySelector('#filter-event').dispatchEvent(new Event('change'))")
    browser.wait_for(f"{ROWS}.length == 2")
    assert browser.run("return window.pwned") is None
    assert browser.run(f"return {MARKUP}") == 0


def test_an_answer_to_a_replay_is_text_too(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1))
    open_message(browser, 1)
    browser.press("r")
    browser.run("document.querySelector('#replay-url').value = 'http://127.0.0.1:3000/<script>'")
    browser.press("Enter")
    browser.wait_for("document.querySelector('#replay-result .outcome')")
    assert browser.text("#replay-result") == "✓ 202 in 12 ms\n\n<b>thanks</b>"
    assert page.replays == [(1, "http://127.0.0.1:3000/<script>", False)]


def test_text_cannot_become_markup_even_by_mistake(serve: Serve, browser: Browser) -> None:
    serve(arrival(1))
    tried = "try { document.body.innerHTML = '<b>x</b>'; return 'done'; } catch (error) { return error.name; }"
    assert browser.run(tried) == "TypeError"
    noted = browser.run("return noted.splice(0)")
    assert len(noted) == 1
    assert noted[0].startswith("CSP require-trusted-types-for")
    browser.log()


# Many messages

SCROLL = """
const done = arguments[arguments.length - 1];
const list = document.querySelector("#list");
const frames = [];
let [last, most] = [performance.now(), 0];
function step(now) {
  frames.push(now - last);
  last = now;
  most = Math.max(most, document.querySelectorAll("*").length);
  list.scrollTop += 800;
  if (list.scrollTop + list.clientHeight < list.scrollHeight - 1 && frames.length < 1500) requestAnimationFrame(step);
  else done({ frames: frames.slice(1), most, blank: [...document.querySelectorAll("[role=option]")].length });
}
requestAnimationFrame(step);
"""


@pytest.mark.usefixtures("uncovered")
def test_ten_thousand_messages_scroll_smoothly(serve: Serve, browser: Browser) -> None:
    serve(*numbered(arrival(1), 10_000))
    load_all(browser, "10,000 messages")
    browser.press("Home")
    seen = browser.run_async(SCROLL)
    frames = sorted(seen["frames"])
    assert len(frames) > 500
    assert frames[int(len(frames) * 0.95)] < 100
    assert seen["most"] < 1_000
    assert browser.run(f"return {ROWS}.at(-1)") == 1


# What is shown


def lines_of(browser: Browser) -> list[str]:
    return browser.run("return [...document.querySelectorAll('.tree .line')].map((line) => line.innerText.trim())")


def test_the_payload_is_shown_as_it_was_sent(serve: Serve, browser: Browser) -> None:
    body = (
        b'{"a": 1.0, "b": 1e400, "c": 12345678901234567890123, "d": "\\u0041\\/", "a": -0, "e": [], "f": {"g": [null]}}'
    )
    serve(arrival(1, body=body))
    open_message(browser, 1)
    assert [line.removeprefix("▸").strip() for line in lines_of(browser)] == [
        "{ 7 keys }", '"a": 1.0 comes again below, where it counts', '"b": 1e400', '"c": 12345678901234567890123',
        '"d": "\\u0041\\/" = A/', '"a": -0', '"e": []', '"f": { 1 key }', '"g": [ 1 item ]', "0: null",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "body", [b"{", b'{"a" 1}', b"[1,]", b"01", b'"\\x"', b'["\t"]', b"{} {}", b"nul", b"[" * 20_000]
)
def test_what_is_no_json_is_shown_raw(serve: Serve, browser: Browser, body: bytes) -> None:
    reason = Violation(None, None, "is no JSON", 1, 1)
    serve(arrival(1, body=body, verdict=Verdict.UNREADABLE, violations=(reason,)))
    open_message(browser, 1)
    browser.wait_for("document.querySelector('#tab-raw').getAttribute('aria-selected') == 'true'")
    assert "is no JSON" in browser.text("#raw")
    assert browser.text("#raw mark") == body[:1].decode()


def test_bytes_that_are_no_text_are_shown_in_hex(serve: Serve, browser: Browser) -> None:
    serve(arrival(1, body=b"\xff\x00AB", verdict=Verdict.UNREADABLE))
    open_message(browser, 1)
    assert "ff 00 41 42" in browser.text("#raw")


def test_violations_are_marked_where_they_are(serve: Serve, browser: Browser) -> None:
    deep = {"x": {"y": [{"z": number} for number in range(300)]}, "other": {str(number): {} for number in range(400)}}
    violations = (
        Violation("/x/y/299/z", "type", "is 299, but must be a string", 1, 9),
        Violation("/x", "required", "has no key 'w'", 1, 7),
        Violation("/x/missing/deep", "required", "is not there", 1, 7),
    )
    serve(arrival(1, body=payload(deep), verdict=Verdict.INVALID, violations=violations))
    open_message(browser, 1)
    broken = browser.run("return [...document.querySelectorAll('.line.broken')].map((line) => line.innerText)")
    assert len(broken) == 2
    assert '"x"' in broken[0]
    assert "has no key 'w' (required)" in broken[0]
    assert "is not there (required)" in broken[0]
    assert '"z": 299' in broken[1].replace("\n", "")
    browser.click("#problems li button")
    assert '"z"' in browser.run("return document.activeElement.innerText")
    place = browser.run("const at = document.activeElement.getBoundingClientRect(); return [at.top, at.bottom]")
    assert 0 < place[0] < place[1] < 801


def test_deep_and_wide_payloads_stay_usable(serve: Serve, browser: Browser) -> None:
    deep = b'{"a":' * 5_000 + b"[" + b",".join([b"1"] * 20_000) + b"]" + b"}" * 5_000
    violation = Violation("/a" * 5_000 + "/0", "type", "is 1", 1, 1)
    serve(arrival(1, body=deep, verdict=Verdict.INVALID, violations=(violation,)))
    open_message(browser, 1)
    assert browser.run("return document.querySelectorAll('*').length") < 15_000


def test_a_long_payload_is_cut_until_it_is_asked_for(serve: Serve, browser: Browser) -> None:
    serve(arrival(1, body=payload({"items": ["x" * 100] * 100_000, "end": 1})))
    open_message(browser, 1)
    assert "Cut: the first 1.0 MB of 10.4 MB. Save it or Read all 10.4 MB" in browser.text("#payload")
    browser.click("#payload .cut button")
    browser.wait_for("document.querySelector('.tree')")
    assert [line.removeprefix("▸").strip() for line in lines_of(browser)] == [
        "{ 2 keys }", '"items": [ 100,000 items ]', '"end": 1',
    ]  # fmt: skip


def test_why_a_signature_is_not_genuine_is_said(serve: Serve, browser: Browser) -> None:
    first = arrival(1)
    serve(
        first,
        arrival(2, signature=Signature.FORGED, reason="the secret is another one", duplicate_of=1, overtaken_by=1),
    )
    open_message(browser, 2)
    assert "Signature forged: the secret is another one" in browser.text("#problems")
    assert browser.text("#badges") == "✓ valid\n✕ signature forged\nduplicate\nlate"
    browser.click("#facts button")
    browser.wait_for("document.querySelector('#number').textContent == '#1'")


def test_a_signature_counts_as_much_as_a_payload(serve: Serve, browser: Browser) -> None:
    serve(arrival(1), arrival(2, signature=Signature.FORGED), arrival(3, signature=Signature.MISSING))
    browser.wait_for("document.querySelectorAll('.row').length == 3")
    assert browser.run("return [...document.querySelectorAll('.row .sign')].map((each) => each.textContent).sort()") == [
        "!", "✓", "✕",
    ]  # fmt: skip


def test_the_timeline_draws_a_dot_for_a_message_and_leads_to_it(serve: Serve, browser: Browser) -> None:
    serve(arrival(1), arrival(2, gap=1.0, verdict=Verdict.INVALID), arrival(3, gap=1.0))
    browser.wait_for(
        "document.querySelector('#timeline').getAttribute('aria-label').includes('3 messages, 1 not in order')"
    )
    middle = browser.run(
        "const box = document.querySelector('#timeline').getBoundingClientRect();"
        "const event = { bubbles: true, clientX: box.left + 44 + (box.width - 54) / 2 };"
        "for (let y = box.top; y < box.bottom && !document.querySelector('#legend').textContent; y += 4)"
        "  document.querySelector('#timeline').dispatchEvent(new MouseEvent('mousemove', { ...event, clientY: y }));"
        "return document.querySelector('#legend').textContent"
    )
    assert middle.startswith("#2 message")


# What is asked for


def test_the_filters_cover_the_whole_store(serve: Serve, browser: Browser) -> None:
    rare = arrival(1, event="rare", body=b'{"needle": 1}', verdict=Verdict.UNKNOWN_EVENT, signature=Signature.MISSING)
    page = serve(rare, *numbered(arrival(2), 2_000))
    browser.press("/")
    browser.press("NEEDLE")
    browser.wait_for(f"{ROWS}.join() == '1'")
    assert browser.text("#count") == "1 message"
    page.keep(arrival(2_002), arrival(2_003, body=b'{"needle": 2}'))
    browser.wait_for(f"{ROWS}.join() == '2003,1'")
    browser.click("#clear")
    browser.wait_for(f"{ROWS}[0] == 2003 && {ROWS}.length > 5")
    browser.run("document.querySelector('#filter-signature').value = 'missing'")
    browser.run("document.querySelector('#filter-signature').dispatchEvent(new Event('change'))")
    browser.wait_for(f"{ROWS}.join() == '1'")
    page.keep(arrival(2_004), arrival(2_005, signature=Signature.MISSING))
    browser.wait_for(f"{ROWS}.join() == '2005,1'")
    browser.run("document.querySelector('#filter-verdict').value = 'unreadable'")
    browser.run("document.querySelector('#filter-verdict').dispatchEvent(new Event('change'))")
    browser.wait_for("!document.querySelector('#nothing').hidden")


def test_what_is_being_read_stays_where_it_is_while_more_arrives(serve: Serve, browser: Browser) -> None:
    page = serve(*numbered(arrival(1), 100))
    browser.run("document.querySelector('#list').scrollTop = 960")
    top = "Math.round(document.querySelector('#message-80').getBoundingClientRect().top)"
    browser.wait_for("document.querySelector('#message-80')")
    before = browser.run(f"return {top}")
    page.keep(*numbered(arrival(101), 7))
    browser.wait_for("document.querySelector('#count').textContent == '107 messages'")
    browser.wait_for("document.querySelector('#list').scrollTop > 960")
    assert browser.run(f"return {top}") == before


def test_a_message_can_be_copied_as_curl(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1))
    browser.develop(
        "Browser.grantPermissions", origin=page.url, permissions=["clipboardReadWrite", "clipboardSanitizedWrite"]
    )
    open_message(browser, 1)
    browser.press("c")
    browser.wait_for("document.querySelector('#toast').textContent == 'Copied as a curl line'")
    copied = browser.run_async("navigator.clipboard.readText().then(arguments[0], arguments[0])")
    assert copied == "curl --data-raw '#1' http://127.0.0.1:8787/"


def test_where_a_message_was_sent_is_remembered(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1), can_resign=True)
    open_message(browser, 1)
    browser.press("r")
    browser.run("document.querySelector('#replay-url').value = 'http://127.0.0.1:4000/hook'")
    browser.click("#resign")
    browser.click("#replay-send")
    browser.wait_for("document.querySelector('#replay-result .good')")
    browser.open("about:blank")
    browser.open(page.url)
    browser.wait_for(LIVE)
    assert browser.run("return document.querySelector('#replay-url').value") == "http://127.0.0.1:4000/hook"
    assert page.replays == [(1, "http://127.0.0.1:4000/hook", True)]


def test_a_replay_that_fails_says_why(serve: Serve, browser: Browser) -> None:
    serve(arrival(1))
    open_message(browser, 1)
    browser.press("r")
    browser.run("document.querySelector('#replay-url').value = 'http://127.0.0.1:1/refused'")
    browser.press("Enter")
    browser.wait_for("document.querySelector('#replay-result .bad')")
    assert browser.text("#replay-result") == "http://127.0.0.1:1/refused: nobody is there"
    browser.log()


# By keyboard, in the dark, on a phone


def number(browser: Browser) -> str:
    return browser.run("return document.querySelector('#number').textContent")


def test_everything_can_be_done_by_keyboard(serve: Serve, browser: Browser) -> None:
    serve(*numbered(arrival(1), 30))
    selected = "document.querySelector('#list').getAttribute('aria-activedescendant')"
    browser.press("j", "j", "ArrowDown", "k")
    browser.wait_for(f"{selected} == 'message-29'")
    assert browser.run("return document.body.classList.contains('open')") is False
    browser.press("Enter")
    browser.wait_for("document.querySelector('#number').textContent == '#29'")
    browser.press("j")
    browser.wait_for("document.querySelector('#number').textContent == '#28'")
    browser.press("?")
    browser.wait_for("document.querySelector('#help').open")
    browser.press("j", "Escape")
    browser.wait_for("!document.querySelector('#help').open")
    assert number(browser) == "#28"
    browser.press("r")
    assert browser.run("return document.activeElement.id") == "replay-url"
    browser.press("Escape")
    assert browser.run("return document.querySelector('#replay-form').hidden") is True
    browser.press("Escape")
    browser.wait_for("!document.body.classList.contains('open')")
    assert browser.run("return [document.activeElement.id, location.hash]") == ["list", ""]
    browser.press("/", "j", "Escape")
    assert browser.run("return [document.activeElement.id, document.querySelector('#search').value]") == ["list", "j"]


def test_the_tree_is_walked_by_keyboard(serve: Serve, browser: Browser) -> None:
    serve(arrival(1, body=payload({"a": {"b": 1}, "c": [1, 2]})))
    open_message(browser, 1)
    browser.run("document.querySelector('.tree [tabindex=\"0\"]').focus()")
    focused = "return document.activeElement.innerText.replace(/[▸▾\\n]/g, '').trim()"
    walk = [("ArrowDown", '"a": { 1 key }'), ("ArrowLeft", '"a": { 1 key }'), ("ArrowDown", '"c": [ 2 items ]'),
            ("ArrowUp", '"a": { 1 key }'), ("Enter", '"a": { 1 key }'), ("ArrowRight", '"b": 1'),
            ("ArrowLeft", '"a": { 1 key }'), ("End", "1: 2"), ("Home", "{ 2 keys }")]  # fmt: skip
    for key, line in walk:
        browser.press(key)
        assert browser.run(focused) == line
    assert browser.run("return document.querySelectorAll('.tree [tabindex=\"0\"]').length") == 1


def test_the_focus_is_seen_wherever_it_goes(serve: Serve, browser: Browser) -> None:
    serve(arrival(1))
    open_message(browser, 1)
    seen = set()
    for _ in range(24):
        browser.press("Tab")
        name, style = browser.run(
            "const e = document.activeElement; const s = getComputedStyle(e);"
            "return [e.id || e.role || e.tagName, s.outlineStyle + ' ' + s.outlineWidth]"
        )
        if name != "BODY":
            assert style == "solid 2px", name
        seen.add(name)
    assert {"search", "filter-event", "list", "replay", "copy", "close", "tab-payload", "pause", "keys"} <= seen


CONTRAST = """
const channel = (value) => (value /= 255) <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
const parts = (color) => color.match(/[\\d.]+/g).map(Number);
const light = ([r, g, b]) => 0.2126 * channel(r) + 0.7152 * channel(g) + 0.0722 * channel(b);
function ground(element) {
  for (let each = element; each; each = each.parentElement) {
    const color = parts(getComputedStyle(each).backgroundColor);
    if (color.length === 3 || color[3] === 1) return color;
  }
  return parts(getComputedStyle(document.documentElement).getPropertyValue("background-color"));
}
const poor = [];
for (const element of document.querySelectorAll("body *")) {
  const own = [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
  if (!own || !element.checkVisibility({ opacityProperty: true })) continue;
  const [one, other] = [light(parts(getComputedStyle(element).color)), light(ground(element))].sort((a, b) => b - a);
  const ratio = (one + 0.05) / (other + 0.05);
  if (ratio < 4.5) poor.push(`${element.className || element.id || element.tagName} ${ratio.toFixed(2)}`);
}
return poor;
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_has_contrast_enough(serve: Serve, browser: Browser, scheme: str) -> None:
    browser.resize(1280, 800, scheme=scheme)
    violation = Violation("/a", "type", "is 1", 1, 7)
    body = payload({"a": 1, "b": "x", "c": None})
    kinds = [
        arrival(
            1, body=body, verdict=Verdict.INVALID, violations=(violation,), signature=Signature.FORGED, reason="why"
        ),
        arrival(2, verdict=Verdict.UNREADABLE, signature=Signature.MISSING, event=None, status=None, duplicate_of=1),
        arrival(3, verdict=Verdict.UNKNOWN_EVENT, signature=Signature.UNCHECKED, overtaken_by=1),
        arrival(4),
    ]
    serve(*kinds)
    grounds = {"light": "rgb(255, 255, 255)", "dark": "rgb(15, 19, 25)"}
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == grounds[scheme]
    for number in (4, 3, 2, 1):
        open_message(browser, number)
        assert browser.run(CONTRAST) == []


@pytest.mark.parametrize("width", [360, 390])
def test_on_a_phone_list_and_message_come_one_after_the_other(serve: Serve, browser: Browser, width: int) -> None:
    browser.resize(width, 740)
    serve(*[hostile(number, "<b>" * 60) for number in range(1, 40)])
    fits = "document.documentElement.scrollWidth <= innerWidth && document.querySelector('#content').scrollWidth <= innerWidth"
    shown = "[...document.querySelectorAll('#messages, #detail')].filter((part) => part.checkVisibility()).map(({ id }) => id).join()"
    assert browser.run(f"return [{fits}, {shown}]") == [True, "messages"]
    browser.run("document.querySelector('#list').scrollTop = 700")
    browser.wait_for("document.querySelector('#message-19')")
    open_message(browser, 19)
    assert browser.run(f"return [{fits}, {shown}]") == [True, "detail"]
    browser.run("history.back()")
    browser.wait_for(f"{shown} == 'messages' && document.querySelector('#list').scrollTop == 700")
    open_message(browser, 18)
    browser.click("#back")
    browser.wait_for(f"{shown} == 'messages'")


def test_a_message_has_an_address_of_its_own(serve: Serve, browser: Browser) -> None:
    serve(*numbered(arrival(1), 400), at="#7")
    browser.wait_for("document.querySelector('#number').textContent == '#7'")


# The token


def test_the_token_is_taken_from_the_address_once(serve: Serve, browser: Browser) -> None:
    page = serve(arrival(1), token="correct horse", at="#token=correct%20horse")
    assert browser.run("return location.hash + document.cookie") == ""
    browser.open("about:blank")
    browser.open(page.url)
    browser.wait_for(LIVE)
    browser.wait_for("document.querySelector('#message-1')")


def test_without_the_token_the_page_says_what_it_needs(tmp_path: Path, browser: Browser) -> None:
    with served(tmp_path, arrival(1), token="correct horse") as page:
        browser.open(page.url)
        browser.wait_for("!document.querySelector('#problem').hidden")
        assert "open the whole address that `hookcli listen` printed" in browser.text("#problem")
        assert browser.run(f"return {ROWS}") == []
    browser.log()
