"""The pytest plugin, as projects of several shapes use it: pytest itself runs their tests."""

from __future__ import annotations

import subprocess
import sys
import xml.etree.ElementTree as ET
from collections.abc import Callable
from textwrap import dedent

import flask  # noqa: F401 (before the runs within this process, which forget what they import)
import pytest

import hookcli.delivery.in_process
import hookcli.testing.contract
import hookcli.testing.haptik
import hookcli.testing.receiver  # noqa: F401
from hookcli.capture.server import Answer, Receiver
from hookcli.conformance.choice import chosen, in_turn
from hookcli.testing.conversations import conversation

SECRET = "bark-twice-of-tests"
CHECKS = in_turn(chosen((), ()))
QUIET = ("-p", "no:asyncio", "-p", "no:django", "-p", "no:cacheprovider")

SHOP = """
    import hashlib, hmac, json, os
    from flask import Flask, abort, request

    def create_app(prefix="", secret=None):
        app = Flask(__name__)
        app.inbox = {}

        @app.post(f"{prefix}/hook")
        def hook():
            body = request.get_data()
            key = (secret or os.environ["HOOKCLI_SECRET"]).encode()
            expected = "sha1=" + hmac.new(key, body, "sha1").hexdigest()
            if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), expected.encode()):
                abort(401)
            try:
                event = json.loads(body)
            except (ValueError, RecursionError):
                event = None
            if not isinstance(event, dict):
                abort(400)
            app.inbox.setdefault(hashlib.sha256(body).hexdigest(), event)
            return ""

        return app

    app = create_app()
"""

CONFTEST = """
    import pytest
    from shop import create_app

    @pytest.fixture(scope="session")
    def app():
        return create_app()

    @pytest.fixture(scope="session")
    def hookcli_target(app):
        return app

    @pytest.fixture(scope="session")
    def hookcli_path():
        return "/hook"
"""

ASYNC_SHOP = """
    from contextlib import asynccontextmanager
    from fastapi import FastAPI, Request

    @asynccontextmanager
    async def lifespan(app):
        print("UP")
        app.state.inbox = []
        yield
        print("DOWN")

    app = FastAPI(lifespan=lifespan)

    @app.post("/hook")
    async def hook(request: Request):
        app.state.inbox.append(await request.json())
"""

Project = Callable[..., None]


@pytest.fixture(scope="module", autouse=True)
def _warm() -> None:
    """Import what payloads are made with: runs within this process forget what they import."""
    conversation(("message",), 1)


@pytest.fixture
def project(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Project:
    """Writes the files of a project, beside the Flask application `shop` and a conftest.py for it."""
    monkeypatch.setenv("HOOKCLI_SECRET", SECRET)
    for variable in (
        "PYTEST_ADDOPTS",
        "CI",
        "BUILD_NUMBER",
    ):  # where one of the last two is set, no summary is cut short
        monkeypatch.delenv(variable, raising=False)
    pytester.syspathinsert()

    def write(test: str, conftest: str = CONFTEST, **modules: str) -> None:
        texts = {"shop": SHOP, "conftest": conftest, "test_it": test, **modules}
        pytester.makepyfile(**{name: dedent(text) for name, text in texts.items()})

    return write


@pytest.fixture
def run(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> Callable[..., pytest.RunResult]:
    """Runs the project's tests in this process, with no other plugin: a process of its own takes a second."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")
    return lambda *words: pytester.runpytest_inprocess("-p", "hookcli.testing.plugin", "-p", "no:cacheprovider", *words)


Run = Callable[..., pytest.RunResult]


def test_a_webhook_is_sent_to_the_application_of_the_project(project: Project, run: Run) -> None:
    project("""
        def test_ticket(haptik, app):
            delivery = haptik.send("webhook_agent_chat_close", set={"data.conversation_no": 7})
            assert delivery.delivered
            assert [event["data"]["conversation_no"] for event in app.inbox.values()] == [7]

        def test_forged(haptik):
            assert haptik.send("message", signature="sha1=00").status == 401

        def test_conversation(haptik, app):
            for payload in haptik.conversation():
                assert haptik.send(payload)
            assert len(app.inbox) == 5
    """)
    run().assert_outcomes(passed=3)


def test_a_failure_reads_as_pytests_own_with_clause_and_reproduction(project: Project, run: Run) -> None:
    project("""
        def test_refused(haptik):
            assert haptik.send("message", signature="sha1=00", seed=1)

        def test_asserted(haptik):
            haptik.send(b"[]").assert_delivered()

        def test_mistyped(haptik):
            haptik.send("mesage")

        def test_fine(haptik):
            haptik.send("message", seed=1)
            assert 1 == 2
    """)
    result = run("--hookcli-seed", "3")
    result.assert_outcomes(failed=4)
    result.stdout.fnmatch_lines([
        '>       assert haptik.send("message", signature="sha1=00", seed=1)',
        "E       AssertionError: assert <message -> [[]401] after * ms, not delivered: the endpoint refused the message*",
        "test_it.py:2: AssertionError",
        "*- Sent as Haptik -*",
        "--> message  (* bytes)",
        "<-- [[]401] after * ms  POST http://testserver/hook",
        "    why       the endpoint refused the message: is the secret the same on both sides?",
        "    contract  any 2xx is a success; the documents ask for 200 OK (Haptik, Protocols)",
        "    again     pytest test_it.py::test_refused --hookcli-seed 3",
        '>       haptik.send(b"[[][]]").assert_delivered()',
        "E       hookcli.testing.NotDelivered: a body -> [[]400] after * ms: the endpoint refused the payload*",
        "E           again     pytest test_it.py::test_asserted --hookcli-seed 3",
        '>       haptik.send("mesage")',
        "E       hookcli.errors.EventUnknown: haptik has no event 'mesage': did you mean message?",
        "test_it.py:8: EventUnknown",
        "*- Sent as Haptik -*",
        "<-- [[]200] after * ms  POST http://testserver/hook",
    ])  # fmt: skip
    assert "hookcli/" not in result.stdout.str()  # no frame of ours


def test_the_contract_is_a_test_a_check(project: Project, run: Run, pytester: pytest.Pytester) -> None:
    project("""
        def test_contract(haptik_contract):
            haptik_contract.check()
    """)
    result = run("--junit-xml=out.xml")
    result.assert_outcomes(passed=len(CHECKS) - 6, skipped=6)
    cases = ET.parse(pytester.path / "out.xml").findall(".//testcase")
    assert [case.get("name") for case in cases] == [f"test_contract[{each}]" for each in CHECKS]
    skipped = {case.get("name"): case[0].get("message") for case in cases if len(case)}
    assert skipped["test_contract[duplicate.same-bytes]"].endswith("let a fixture hookcli_probe count them")


def test_a_check_that_fails_says_what_why_and_how(project: Project, run: Run) -> None:
    project("""
        import pytest
        from flask import Flask

        @pytest.fixture
        def hookcli_target():
            app = Flask("open")
            app.post("/hook")(lambda: "")
            return app

        @pytest.mark.haptik_contract(only="signature.missing")
        def test_contract(haptik_contract):
            haptik_contract.check()

        @pytest.mark.haptik_contract(only=["signature.*"], skip="signature.[!w]*")
        def test_empty(haptik_contract):
            pass
    """)
    result = run("--hookcli-seed", "1")
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines([
        ">       haptik_contract.check()",
        "E       hookcli.testing.ContractBroken: signature.missing: 1 of 1 forged messages was not refused with a 4xx *",
        "E         seen      no signature: 200 after * ms",
        "E         contract  X-Hub-Signature: sha1=<hex>, the HMAC-SHA1 of the exact request body (Haptik, Protocols)",
        "E         remedy    Compute the HMAC over the raw body*",
        "E         again     pytest 'test_it.py::test_contract[[]signature.missing]' --hookcli-seed 1",
        "_* test_empty[[]signature.wrong-secret[]] *_",
        "signature.wrong-secret: 2 of 2 forged messages were not refused *",
        "  again     pytest 'test_it.py::test_empty[[]signature.wrong-secret]' --hookcli-seed 1",
        "FAILED test_it.py::test_contract[[]signature.missing] - hookcli.testing.Contr*",
        "FAILED test_it.py::test_empty[[]signature.wrong-secret] - Failed: signature.wr*",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*During handling of*")


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("only='signature.mising'", "*there is no check 'signature.mising'. Did you mean 'signature.missing'?*"),
        ("onyl='burst'", "*haptik_contract has no 'onyl'; its keywords are only, skip, *"),
        ("bad_signature='refuse'", "*bad_signature is one of reject, ignore, either*"),
        ("only='burst', skip='burst'", "*no check is left*"),
        (
            "'signature.*'",
            "*haptik_contract('signature.[*]') says nothing without a keyword; is it only='signature.[*]'[?]",
        ),
    ],
)
def test_a_marker_that_cannot_be_is_said_when_tests_are_collected(
    marker: str, said: str, project: Project, run: Run
) -> None:
    project(f"""
        import pytest

        @pytest.mark.haptik_contract({marker})
        def test_contract(haptik_contract):
            pass
    """)
    result = run("--strict-markers")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([said])


def test_what_a_project_has_of_the_same_names_is_the_projects_own(project: Project, run: Run) -> None:
    project("""
        import pytest

        @pytest.fixture
        def haptik_contract():
            return {"address": "0x0"}

        @pytest.mark.haptik_contract("v1")
        def test_own(haptik_contract):
            assert haptik_contract["address"]

        @pytest.mark.parametrize("haptik_contract", [1, 2])
        def test_direct(haptik_contract):
            assert haptik_contract in (1, 2)

        class TestNarrower:
            @pytest.fixture
            def haptik_contract(self):
                return 7

            def test_own(self, haptik_contract):
                assert haptik_contract == 7
    """)
    run().assert_outcomes(passed=4)


def test_a_fixture_of_the_same_name_may_ask_for_ours(project: Project, run: Run) -> None:
    project("""
        import pytest

        @pytest.fixture
        def haptik_contract(haptik_contract):
            return haptik_contract

        @pytest.mark.haptik_contract(only="event.*", skip="event.message")
        def test_contract(haptik_contract):
            pass
    """)
    run().assert_outcomes(passed=6)


def test_a_class_of_unittest_takes_fixtures_from_one_that_is_always_used(project: Project, run: Run) -> None:
    project("""
        import unittest
        import pytest

        class Shop(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _take(self, haptik):
                self.haptik = haptik

            def test_sent(self):
                assert self.haptik.send("message")

        class Contract(unittest.TestCase):
            @pytest.fixture(autouse=True)
            def _take(self, haptik_contract):
                pass

            def test_contract(self):
                pass
    """)
    result = run()
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(
        ["haptik_contract is one test for each check, which a class of unittest cannot have: *"]
    )


def test_an_event_that_is_none_fails_the_checks(project: Project, run: Run) -> None:
    project("""
        import pytest

        @pytest.mark.haptik_contract(only="burst", events=["mesage"])
        def test_contract(haptik_contract):
            haptik_contract.check()
    """)
    run().stdout.fnmatch_lines(["E*CheckUnknown: 'mesage' is no event of the contract*"])


def test_a_transaction_that_the_application_is_not_in_is_told_of(project: Project, pytester: pytest.Pytester) -> None:
    project(
        """
        import asyncio, pytest, shop
        from django.db import transaction
        from async_shop import app

        def test_other_thread(haptik, hookcli_target):
            with transaction.atomic():
                assert haptik.send(b"[]", path="/nowhere")

        @pytest.mark.parametrize("hookcli_target", [shop.app], ids=["asend"])
        def test_other_thread_of_an_event_loop(db, haptik, hookcli_target):
            assert asyncio.run(haptik.asend(b"[]", path="/nowhere"))

        @pytest.mark.parametrize("hookcli_target", [shop.app], ids=["wsgi"])
        def test_same_thread(haptik, hookcli_target):
            with transaction.atomic():
                assert haptik.send(b"[]", path="/nowhere")

        def test_no_transaction(haptik):
            assert haptik.send(b"[]", path="/nowhere")

        @pytest.mark.haptik_contract(only="event.message")
        def test_contract(haptik_contract):
            with transaction.atomic():
                haptik_contract.check()
        """,
        """
        import pytest
        from async_shop import app
        from django.conf import settings
        from django.db import transaction

        settings.configure(DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}})

        @pytest.fixture
        def hookcli_target():
            return app

        @pytest.fixture
        def db():
            with transaction.atomic():
                yield
        """,
        async_shop=ASYNC_SHOP,
    )
    result = pytester.runpytest_subprocess(*QUIET)
    result.assert_outcomes(failed=5)
    told = "*note      the test is in a transaction of Django's, which the application, in another thread, neither *"
    result.stdout.fnmatch_lines([
        "*_ test_other_thread _*", told, "*_ test_other_thread_of_an_event_loop*", told,
        "*_ test_same_thread* _*", "*_ test_no_transaction _*", "*_ test_contract*", told,
    ])  # fmt: skip
    assert result.stdout.str().count("note      the test is in a transaction") == 3


def test_where_no_message_is_accepted_and_no_other_check_says_so_none_is_skipped(project: Project, run: Run) -> None:
    project("""
        import pytest

        @pytest.mark.haptik_contract(only="signature.missing")
        def test_alone(haptik_contract):
            haptik_contract.check()

        @pytest.mark.haptik_contract(only=["signature.missing", "event.message"])
        def test_together(haptik_contract):
            haptik_contract.check()
    """)
    result = run("--hookcli-path", "/nowhere")
    result.assert_outcomes(failed=2, skipped=1)
    result.stdout.fnmatch_lines(
        ["E*ContractUnjudged: signature.missing: says nothing, as no plain valid message is accepted; *: 404"]
    )


def test_a_probe_counts_effects(project: Project, run: Run) -> None:
    conftest = (
        CONFTEST
        + """
    @pytest.fixture(scope="session")
    def hookcli_probe(app):
        return lambda: len(app.inbox)
    """
    )
    test = """
        import pytest

        @pytest.mark.haptik_contract(only=["duplicate.same-bytes", "duplicate.concurrent", "burst"])
        def test_contract(haptik_contract):
            haptik_contract.check()
    """
    project(test, conftest)
    run().assert_outcomes(passed=3)
    twice = SHOP.replace("app.inbox.setdefault(hashlib.sha256(body).hexdigest(), event)", "app.inbox[object()] = event")
    project(test, conftest, shop=twice)
    result = run()
    result.assert_outcomes(passed=1, failed=2)
    result.stdout.fnmatch_lines(["E*ContractBroken: duplicate.same-bytes: 2 messages, sent again, took effect 4 times"])


@pytest.mark.parametrize(("probe", "said"), [("1 / 0", "raised ZeroDivisionError"), ("'many'", "returned a str")])
def test_a_probe_that_cannot_be_read_is_no_verdict(probe: str, said: str, project: Project, run: Run) -> None:
    project(
        """
        import pytest

        @pytest.mark.haptik_contract(only=["burst", "deadline"])
        def test_contract(haptik_contract):
            haptik_contract.check()
        """,
        CONFTEST
        + f"""
    @pytest.fixture
    def hookcli_probe():
        return lambda: {probe}
    """,
    )
    result = run()
    result.assert_outcomes(failed=2)
    result.stdout.fnmatch_lines([f"E*ContractUnjudged: deadline was not asked: hookcli_probe {said}*"])


def test_a_warning_is_one_of_pytest(project: Project, run: Run) -> None:
    project(
        """
        import pytest

        @pytest.mark.haptik_contract(only="status.200")
        def test_contract(haptik_contract):
            haptik_contract.check()
        """,
        shop=SHOP.replace('return ""', 'return "", 202'),
    )
    result = run("-W", "default", "-W", "ignore::pytest.PytestAssertRewriteWarning")
    result.assert_outcomes(passed=1, warnings=1)
    result.stdout.fnmatch_lines(["*ContractWarning: status.200: *", "*again     pytest *"])
    run("-W", "error::hookcli.testing.ContractWarning").assert_outcomes(failed=1)


def test_without_a_secret_what_needs_one_is_skipped_and_a_warning_says_so(
    project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    test = """
        import pytest

        @pytest.mark.haptik_contract(only=["signature.valid", "event.message"])
        def test_contract(haptik_contract):
            haptik_contract.check()

        def test_sent(haptik):
            haptik.send("message").assert_delivered()

        def test_unsigned(haptik):
            haptik.send("message", signature=None).assert_delivered()

        def test_received(haptik_receiver):
            assert not haptik_receiver.messages
    """
    project(test)
    monkeypatch.delenv("HOOKCLI_SECRET")
    monkeypatch.setenv("SHOP_SECRET", "of-the-shop")
    shop = SHOP.replace('os.environ["HOOKCLI_SECRET"]', 'os.environ["SHOP_SECRET"]')
    project(test, shop=shop)
    result = run("-rs", "-W", "default", "-W", "ignore::pytest.PytestAssertRewriteWarning")
    result.assert_outcomes(passed=1, skipped=1, failed=3, warnings=4)
    result.stdout.fnmatch_lines([
        "E*  note      nothing is signed: set HOOKCLI_SECRET, or let a fixture hookcli_secret return the secret, or None",
        "E*NotDelivered: message -> [[]401] *: the endpoint refused the message, which is not signed: set HOOKCLI_SECRET, *",
        "--> message  (* bytes, not signed: set HOOKCLI_SECRET, or let a fixture hookcli_secret return the secret)",
        "E*NotDelivered: message -> [[]401] *: the endpoint refused the message, which is not signed",
        "--> message  (* bytes, not signed)",
        "*test_it.py:8: UnsignedWarning: nothing is signed: *",
        "SKIPPED*: set HOOKCLI_SECRET, or let a fixture hookcli_secret return it",
    ])  # fmt: skip
    result = run("-W", "error", "-W", "ignore::pytest.PytestAssertRewriteWarning")
    result.assert_outcomes(failed=4, errors=1)
    assert "haptik.py" not in result.stdout.str()
    project(test, CONFTEST + """
    @pytest.fixture
    def hookcli_secret():
        return None
    """, shop=shop)  # fmt: skip
    run("-W", "error", "-W", "ignore::pytest.PytestAssertRewriteWarning").assert_outcomes(passed=1, skipped=1, failed=3)


def test_the_secret_can_be_of_the_project_or_of_another_variable(
    project: Project, run: Run, monkeypatch: pytest.MonkeyPatch, pytester: pytest.Pytester
) -> None:
    monkeypatch.setenv("SHOP_SECRET", "of-the-shop")
    test = """
        def test_sent(haptik):
            assert haptik.send("message")
    """
    conftest = CONFTEST.replace("create_app()", "create_app(secret='of-the-shop')")
    project(test, conftest)
    run().assert_outcomes(failed=1)
    run("-o", "hookcli_secret_env=SHOP_SECRET").assert_outcomes(passed=1)
    project(
        test,
        conftest
        + """
    @pytest.fixture
    def hookcli_secret():
        return "of-the-shop"
    """,
    )
    run().assert_outcomes(passed=1)
    monkeypatch.setenv("SHOP_SECRET", "")
    project(test, conftest)
    run("-o", "hookcli_secret_env=SHOP_SECRET").stdout.fnmatch_lines(["hookcli: SHOP_SECRET: the secret is empty."])


def test_the_secret_is_in_no_output_whatever_fails(project: Project, run: Run, pytester: pytest.Pytester) -> None:
    project(
        """
        import logging, os

        def test_echo(haptik):
            delivery = haptik.send("message")
            assert not delivery.delivered, delivery
            delivery.assert_delivered()

        def test_contract(haptik_contract):
            haptik_contract.check()

        def test_received(haptik_receiver):
            haptik_receiver.expect(within=0)

        def test_argument(haptik, hookcli_secret, hookcli_headers):
            assert haptik.payload("message") == hookcli_secret, hookcli_secret

        def test_message(haptik):
            print(os.environ["HOOKCLI_SECRET"])
            logging.getLogger().error(os.environ["HOOKCLI_SECRET"])
            assert not haptik.send("message").message.headers

        """,
        CONFTEST
        + """
    @pytest.fixture
    def hookcli_headers():
        return {"Authorization": "Bearer c0lleague"}

    @pytest.fixture
    def hookcli_secret():
        import os
        return os.environ["HOOKCLI_SECRET"]
    """,
        shop=SHOP.replace("body = request.get_data()", "abort(400, os.environ['HOOKCLI_SECRET'])"),
    )
    result = run("--showlocals", "--tb=long", "-vv", "--junit-xml=out.xml", "--setup-show")
    assert result.parseoutcomes()["failed"] >= 10
    shown = result.stdout.str() + result.stderr.str() + (pytester.path / "out.xml").read_text("utf-8")
    assert "hookcli_secret = '[hidden]'" in shown
    assert SECRET not in shown
    assert "Bearer" not in shown


def test_a_secret_that_is_a_word_leaves_names_readable(
    project: Project, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "test")
    project("""
        def test_argument(haptik, tmp_path):
            secret, test_of = "test", "a test."
            assert haptik.payload("message") is None
    """)
    run("-l").stdout.fnmatch_lines([
        "    def test_argument(haptik, tmp_path):",
        "secret * = '[[]hidden]'",
        "test_of * = 'a [[]hidden].'",
        "test_it.py:3: AssertionError",
    ])  # fmt: skip


@pytest.mark.parametrize("app", ["wsgi", "asgi"])
def test_what_the_application_raises_is_shown_with_its_traceback_once(app: str, project: Project, run: Run) -> None:
    project(
        """
        import pytest

        def test_sent(haptik):
            haptik.send("message"), haptik.send("message").assert_delivered()

        def test_fine(haptik):
            haptik.send("message")

        @pytest.mark.haptik_contract(only="event.message")
        def test_contract(haptik_contract):
            haptik_contract.check()

        def test_other(haptik):
            assert haptik.payload("message") is None
        """,
        conftest="",
        of_errors="""
        def look_up(users):
            return users["auth_id"]

        def wsgi(environ, start_response):
            look_up({})

        async def asgi(scope, receive, send):
            look_up({})
        """,
    )
    result = run("--hookcli-target", f"of_errors:{app}")
    result.assert_outcomes(passed=1, failed=3)
    result.stdout.fnmatch_lines([
        "E*NotDelivered: message -> [[]500] after * ms: of_errors:*sgi raised KeyError: 'auth_id' (of_errors.py:*, in look_up)",
        "*- Raised by the application -*",
        "Traceback (most recent call last):",
        '  File "*of_errors.py", line *, in *sgi',
        "    look_up({})",
        '  File "*of_errors.py", line *, in look_up',
        "KeyError: 'auth_id'",
        "E*ContractBroken: event.message: a valid message was not accepted",
        "*- Raised by the application -*",
        "KeyError: 'auth_id'",
    ])  # fmt: skip
    assert len([line for line in result.outlines if "Raised by the application" in line]) == 2
    assert "raised.py" not in result.stdout.str()


def test_a_lifespan_that_fails_is_shown_with_its_traceback(project: Project, run: Run) -> None:
    project(
        """
        def test_sent(haptik):
            haptik.send("message")
        """,
        conftest="",
        async_shop=ASYNC_SHOP.replace('print("UP")', 'raise OSError("no database")'),
    )
    result = run("--hookcli-target", "async_shop:app")
    result.stdout.fnmatch_lines([
        "E*ApplicationUnusable: async_shop:app: it did not start: OSError: no database (async_shop.py:*, in lifespan).",
        "*- Raised by the application -*",
        "OSError: no database",
    ])  # fmt: skip


@pytest.mark.parametrize("target", ["shop:app", "shop:create_app()"])
def test_the_target_is_named_on_the_command_line(target: str, project: Project, run: Run) -> None:
    project(
        """
        def test_sent(haptik):
            haptik.send("message").assert_delivered()
        """,
        conftest="",
    )
    run("--hookcli-target", target, "--hookcli-path", "/hook").assert_outcomes(passed=1)
    run("-o", f"hookcli_target={target}", "-o", "hookcli_path=/hook").assert_outcomes(passed=1)
    result = run("--hookcli-target", target, "--hookcli-path", "/hok")
    result.stdout.fnmatch_lines(
        [f"    again     pytest test_it.py::test_sent --hookcli-seed * --hookcli-target *{target}* --hookcli-path /hok"]
    )


def test_a_url_on_the_command_line_comes_before_the_project_with_its_own_path(project: Project, run: Run) -> None:
    project("""
        def test_sent(haptik):
            assert haptik.send("message")
    """)
    came: list[str] = []

    def respond(request: object) -> Answer:
        came.append(request.path)  # type: ignore[attr-defined]
        return Answer()

    with Receiver(respond) as receiver:
        run("--hookcli-target", f"{receiver.port}/v2").assert_outcomes(passed=1)
        run("--hookcli-target", str(receiver.port)).assert_outcomes(passed=1)
        run("--hookcli-target", f"{receiver.port}/v2", "--hookcli-path", "/v3").assert_outcomes(passed=1)
    assert came == ["/v2", "/hook", "/v3"]


def test_where_nobody_answers_each_check_says_so_at_once(project: Project, run: Run) -> None:
    project("""
        def test_contract(haptik_contract):
            haptik_contract.check()
    """)
    with Receiver(lambda request: Answer()) as receiver:
        port = receiver.port
    result = run("--hookcli-target", f"{port}/hook")
    result.assert_outcomes(failed=len(CHECKS))
    result.stdout.fnmatch_lines(
        [f"E*ContractUnjudged: * was not asked: nothing accepts connections at 127.0.0.1:{port}*"]
    )


def test_without_a_target_what_to_do_is_said(project: Project, run: Run) -> None:
    project(
        """
        def test_sent(haptik):
            haptik.send("message")

        def test_only_payloads(haptik):
            assert haptik.payload("message")
        """,
        conftest="",
    )
    for words in ((), ("--hookcli-target", "")):
        result = run(*words)
        result.assert_outcomes(passed=1, failed=1)
        result.stdout.fnmatch_lines(
            ["E*there is no endpoint to test: let a fixture hookcli_target return the application*"]
        )


def test_fixtures_that_return_what_they_cannot_are_told_without_a_traceback(project: Project, run: Run) -> None:
    project("""
        import pytest

        @pytest.mark.parametrize("hookcli_path", [5])
        def test_path(haptik, hookcli_path):
            haptik.send("message")

        @pytest.mark.parametrize("hookcli_headers", [["X-Tenant: a"], {"X-Tenant": 1}])
        def test_headers(haptik, hookcli_headers):
            haptik.send("message")

        @pytest.mark.parametrize("hookcli_secret", ["", 5])
        def test_secret(haptik, hookcli_secret):
            haptik.send("message")
    """)
    result = run()
    result.assert_outcomes(errors=5)
    result.stdout.fnmatch_lines([
        "hookcli: hookcli_path is a str or None, not 5",
        "hookcli: hookcli_headers is a mapping of names to values, both str",
        "hookcli: hookcli_headers is a mapping of names to values, both str",
        "hookcli: hookcli_secret: the secret is empty.",
        "hookcli: hookcli_secret: a secret is str or bytes, not int.",
    ])  # fmt: skip
    result.stdout.no_fnmatch_line("*During handling*")


@pytest.mark.parametrize("words", [("--hookcli-seed", "-1"), ("-o", "hookcli_seed=x")])
def test_a_seed_that_is_none(words: tuple[str, str], project: Project, run: Run) -> None:
    project("""
        def test_sent(haptik):
            assert haptik.send("message")
    """)
    run(*words).stdout.fnmatch_lines(["*hookcli_seed is *, and must be a whole number from 0*"])


def test_a_profile_that_is_none(project: Project, run: Run) -> None:
    project("""
        def test_sent(haptik):
            assert haptik.send("message")
    """)
    run("-o", "hookcli_profile=stripe").stdout.fnmatch_lines(["hookcli: stripe: no such profile. *"])


def test_the_same_seed_makes_the_same_payloads_and_another_run_has_others(project: Project, run: Run) -> None:
    project("""
        import hashlib, json

        def test_payload(haptik):
            print("SEEN", haptik.payload("message")["user"]["auth_id"])
    """)
    seen = [
        line
        for words in (("--hookcli-seed", "5"), ("-o", "hookcli_seed=5"), (), ())
        for line in run("-s", *words).outlines
        if "SEEN" in line
    ]
    assert seen[0] == seen[1]
    assert len({*seen}) == 3


def test_an_application_ends_before_the_fixture_that_made_it(
    project: Project, run: Run, pytester: pytest.Pytester
) -> None:
    project(
        """
        import pytest

        def test_a(haptik):
            assert haptik.send("message")

        def test_b(haptik):
            assert haptik.send("message") and haptik.send("message")
        """,
        """
        import pytest
        from async_shop import app

        @pytest.fixture(scope="function")
        def hookcli_target():
            print("MADE")
            yield app
            print("GONE")

        @pytest.fixture(scope="session")
        def hookcli_path():
            return "/hook"
        """,
        async_shop=ASYNC_SHOP,
    )
    conftest = pytester.path / "conftest.py"
    result = run("-s")
    result.assert_outcomes(passed=2)
    assert _said(result) == ["MADE", "UP", "DOWN", "GONE"] * 2
    conftest.write_text(conftest.read_text().replace('scope="function"', 'scope="session"'))
    result = run("-s")
    result.assert_outcomes(passed=2)
    assert _said(result) == ["MADE", "UP", "DOWN", "GONE"]


def test_a_test_that_is_tried_again_has_other_payloads(project: Project, run: Run) -> None:
    project(
        """
        seen = []

        def test_sent(haptik):
            seen.append(haptik.payload("message"))
            assert len(seen) == 2 and seen[0] != seen[1]
        """,
        """
        from _pytest.runner import runtestprotocol

        def pytest_runtest_protocol(item, nextitem):  # as pytest-rerunfailures does it
            runtestprotocol(item, nextitem=nextitem, log=False)
            item._initrequest()
        """,
    )
    run().assert_outcomes(passed=1)


def _said(result: pytest.RunResult) -> list[str]:
    words = (word for line in result.outlines for word in line.replace(".", " ").split())
    return [word for word in words if word in ("MADE", "UP", "DOWN", "GONE")]


def test_what_the_code_under_test_sends_is_received(project: Project, run: Run) -> None:
    project("""
        import urllib.request

        def relay(url, delivery):
            headers = dict(delivery.message.headers)
            urllib.request.urlopen(urllib.request.Request(url, delivery.message.body, headers)).close()

        def test_relayed(haptik, haptik_receiver):
            relay(haptik_receiver.url, haptik.send("message"))
            (received,) = haptik_receiver.expect()
            assert not received.problems
            assert received.body == haptik.sent[0].message.body

        def test_nothing(haptik_receiver):
            haptik_receiver.expect(within=0.01)
    """)
    result = run()
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["E*NotReceived: 0 of 1 messages came to http://127.0.0.1:*"])


def test_parallel_workers_share_the_checks(project: Project, pytester: pytest.Pytester) -> None:
    project("""
        def test_contract(haptik_contract):
            haptik_contract.check()

        def test_sent(haptik):
            assert haptik.send("message")

        def test_forged(haptik):
            assert haptik.send("message", signature=None)
    """)
    result = pytester.runpytest_subprocess(*QUIET, "-n", "2", "--hookcli-seed", "1")
    result.assert_outcomes(passed=len(CHECKS) - 6 + 1, skipped=6, failed=1)
    result.stdout.fnmatch_lines(["*Sent as Haptik*", "*again     pytest test_it.py::test_forged --hookcli-seed *"])


def test_async_tests_and_fixtures_work(project: Project, pytester: pytest.Pytester) -> None:
    project(
        """
        import asyncio, urllib.request, pytest

        async def test_sent(haptik):
            ticks = []
            async def tick():
                while True:
                    ticks.append(1)
                    await asyncio.sleep(0)
            ticking = asyncio.create_task(tick())
            deliveries = await asyncio.gather(*(haptik.asend("message") for _ in range(3)))
            ticking.cancel()
            assert all(deliveries) and len(ticks) > 3

        async def test_sent_without_waiting_for_others(haptik):
            assert haptik.send("message")

        async def test_received(haptik_receiver):
            with pytest.raises(AssertionError):
                await haptik_receiver.aexpect(within=0.01)

        @pytest.mark.haptik_contract(only="event.*")
        async def test_contract(haptik_contract):
            await asyncio.sleep(0)
        """,
        """
        import pytest, pytest_asyncio
        from async_shop import app

        @pytest_asyncio.fixture(loop_scope="session", scope="session")
        async def hookcli_target():
            yield app

        @pytest.fixture(scope="session")
        def hookcli_path():
            return "/hook"
        """,
        async_shop=ASYNC_SHOP,
    )
    options = ("-o", "asyncio_mode=auto", "-o", "asyncio_default_fixture_loop_scope=function")
    result = pytester.runpytest_subprocess("-p", "no:django", "-p", "no:cacheprovider", *options)
    result.assert_outcomes(passed=10)


def test_it_costs_nothing_where_no_fixture_is_asked_for(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys

        def test_nothing():
            heavy = ("click", "rich", "httpx", "httpcore", "jsonschema", "jsonschema_rs", "orjson", "uvicorn", "asyncio")
            loaded = [name for name in sys.modules if name.startswith("hookcli.") or name in heavy]
            assert loaded == ["hookcli.testing", "hookcli.testing.plugin"]
    """)
    words = [sys.executable, "-m", "pytest", *QUIET, "-p", "no:xdist", "-p", "no:anyio", "-p", "no:hypothesispytest"]
    environment = {"PATH": ""}
    ended = subprocess.run(words, cwd=pytester.path, env=environment, capture_output=True, text=True)
    assert "1 passed" in ended.stdout, ended.stdout
