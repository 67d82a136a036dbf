"""What pytest loads: options, fixtures and hooks. Everything else is imported when a fixture is asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from hookcli.profile import Profile
    from hookcli.testing.contract import ContractCheck, Probe
    from hookcli.testing.endpoint import Endpoint
    from hookcli.testing.haptik import Haptik, Settings
    from hookcli.testing.receiver import HaptikReceiver

TARGET = "hookcli_target"
_CONTRACT = "haptik_contract"
_OF_A_TRY = 1000
"""Payloads that a test may make before those of its next try: an endpoint that remembers must not know them."""

_SECRETS = pytest.StashKey[Collection[str]]()
_SENT = pytest.StashKey[Sequence[Any]]()
_MISSING = pytest.StashKey[str]()
_ASKED = pytest.StashKey["ContractCheck"]()
_SESSION = pytest.StashKey["Session"]()


class Session:
    """The endpoints that are up: each as long as the value of the fixture that it is from."""

    def __init__(self) -> None:
        self._open: list[Endpoint] = []
        self._tries: dict[str, int] = {}

    def count_try(self, test: str) -> int:
        """How often a test was tried before: pytest-rerunfailures and others try it again."""
        tries = self._tries.get(test, 0)
        self._tries[test] = tries + 1
        return tries

    def open(self, target: object, profile: Profile) -> Endpoint:
        """The endpoint of a target, which is another one only where the target is another object."""
        from hookcli.testing.endpoint import Endpoint, checked

        for endpoint in self._of(target):
            if endpoint.deadline == profile.deadline:
                return endpoint
        self._open.append(Endpoint(checked(target), profile.deadline))
        return self._open[-1]

    def close(self, target: object) -> None:
        """End what is up of a target: its fixture is about to."""
        for endpoint in self._of(target):
            self._open.remove(endpoint)
            endpoint.close()

    def raised(self) -> list[str]:
        """The tracebacks of what they raised, since they were last asked."""
        return [text for endpoint in self._open for text in endpoint.raised.take()]

    def _of(self, target: object) -> list[Endpoint]:
        is_text = isinstance(target, str)
        return [each for each in self._open if each.target is target or (is_text and each.target == target)]

    def close_all(self) -> None:
        """End everything."""
        while self._open:
            self._open.pop().close()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--hookcli-target`, `--hookcli-path` and `--hookcli-seed`, and what can stand in a project's settings."""
    group = parser.getgroup("hookcli", "hookcli: Haptik's webhooks")
    group.addoption(
        "--hookcli-target",
        metavar="TARGET",
        help="the endpoint under test, before the project's fixture hookcli_target: module:app, or a URL",
    )
    group.addoption("--hookcli-path", metavar="PATH", help="the webhook's path, or a whole URL (see hookcli_path)")
    group.addoption("--hookcli-seed", metavar="N", type=int, help="make the same payloads again")
    parser.addini(TARGET, "the endpoint under test: module:app, or a URL")
    parser.addini("hookcli_path", "the webhook's path, or a whole URL")
    parser.addini("hookcli_profile", "the sender's contract: a name, or the path of a profile")
    parser.addini("hookcli_secret_env", "the variable with the shared secret; HOOKCLI_SECRET by default")
    parser.addini("hookcli_seed", "make the same payloads in every run")


def pytest_configure(config: pytest.Config) -> None:
    """Make the marker known."""
    config.addinivalue_line(
        "markers",
        f"{_CONTRACT}(only, skip, events, bad_signature, strict_200, repeats, timeout): which checks of the contract"
        " the fixture haptik_contract asks, and how; as the options of `hookcli check`",
    )
    config.stash[_SESSION] = Session()


def pytest_unconfigure(config: pytest.Config) -> None:
    """End what is still up."""
    if _SESSION in config.stash:
        config.stash[_SESSION].close_all()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each check."""
    if _CONTRACT in metafunc.fixturenames and _is_ours(metafunc):
        from hookcli.errors import HookcliError

        try:
            ids = _terms(metafunc.definition).ids
        except HookcliError as error:
            raise pytest.Collector.CollectError(f"{metafunc.definition.nodeid}: {error}") from error
        metafunc.parametrize(_CONTRACT, ids, indirect=True)


def _is_ours(metafunc: pytest.Metafunc) -> bool:
    """Whether the fixture is the one below, also where a project's own of that name asks for it."""
    for definition in reversed(metafunc._arg2fixturedefs.get(_CONTRACT, ())):  # noqa: SLF001 (nothing public says it)
        if definition.func.__module__ == __name__:
            return True
        if _CONTRACT not in definition.argnames:
            return False
    return False


@pytest.hookimpl(wrapper=True)
def pytest_fixture_setup(
    fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
) -> Generator[None, object, object]:
    """End an application before the fixture that it is from ends: on what that made it may hang."""
    __tracebackhide__ = True
    value = yield
    if fixturedef.argname == TARGET and value is not None:
        session = request.config.stash[_SESSION]
        fixturedef.addfinalizer(lambda: session.close(value))
    return value


@pytest.hookimpl(wrapper=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> Generator[None, object, object]:
    """Ask the check of a test that has not asked it: an empty test must not look as if all were well."""
    __tracebackhide__ = True
    result = yield
    question = pyfuncitem.stash.get(_ASKED, None)
    if question is not None and not question.is_asked:
        fault = _fault(question)
        if fault:
            pytest.fail(fault, pytrace=False)  # there is no line of the test to show
    return result


def _fault(question: ContractCheck) -> str:
    from hookcli.testing.outcomes import ContractBroken, ContractUnjudged

    try:
        question.check()
    except (ContractBroken, ContractUnjudged) as error:
        return str(error)
    return ""


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Show what a test sent that has failed, and no secret."""
    report = yield
    if _SECRETS in item.stash:
        from hookcli.testing.reports import hide, tell

        if call.when == "call":
            raised = item.config.stash[_SESSION].raised()
            if report.failed:
                tell(report, item.stash.get(_SENT, ()), raised)
        hide(report, item.stash[_SECRETS])
    return report


@pytest.fixture(scope="session")
def hookcli_target(pytestconfig: pytest.Config) -> object:
    """The endpoint under test: an ASGI or WSGI application, module:app, or a URL. Override it.

    An application is started when a test first asks it, and ends when this fixture does: with scope="session" it is
    started once.
    """
    return pytestconfig.getini(TARGET) or None


@pytest.fixture(scope="session")
def hookcli_path(pytestconfig: pytest.Config) -> str | None:
    """The webhook's path, as /hook; or a whole URL, by which an application is to believe that it is called."""
    return pytestconfig.getini("hookcli_path") or None


@pytest.fixture
def hookcli_secret(request: pytest.FixtureRequest) -> str | bytes | None:
    """The secret that is shared with Haptik: that in the environment, as HOOKCLI_SECRET. None: nothing is signed."""
    from hookcli.testing.secrets import USUAL, secret_of_environment

    name = request.config.getini("hookcli_secret_env") or USUAL
    with _plainly():
        secret = secret_of_environment(name)
    if secret is None:
        request.node.stash[_MISSING] = name
    return secret


@pytest.fixture(scope="session")
def hookcli_headers() -> Mapping[str, str]:
    """Header lines that every message has, beside Haptik's or in their place."""
    return {}


@pytest.fixture(scope="session")
def hookcli_profile(pytestconfig: pytest.Config) -> str:
    """The sender's contract: the name of a profile, or the path of one."""
    return pytestconfig.getini("hookcli_profile") or "haptik"


@pytest.fixture(scope="session")
def hookcli_probe() -> Probe | None:
    """What counts the effects of messages, as `lambda: Ticket.objects.count()`; then haptik_contract counts, too."""
    return None


@pytest.fixture
def _hookcli_settings(
    request: pytest.FixtureRequest,
    hookcli_path: str | None,
    hookcli_secret: str | bytes | None,
    hookcli_headers: Mapping[str, str],
    hookcli_profile: str,
) -> Settings:
    from hookcli.schema import catalog
    from hookcli.testing.haptik import Settings, look_at
    from hookcli.testing.invocation import again, path_of, seed_of_run
    from hookcli.testing.secrets import key_of, secrets_of

    with _plainly():
        look_at(hookcli_headers=hookcli_headers or {}, hookcli_path=hookcli_path)
        headers = tuple((hookcli_headers or {}).items())
        key = key_of(hookcli_secret)
        request.node.stash[_SECRETS] = secrets_of(key, headers)
        return Settings(
            profile=catalog.load_profile(hookcli_profile),
            key=key,
            headers=headers,
            path=path_of(request.config, hookcli_path),
            seed=seed_of_run(request.config),
            again=again(request),
            missing=request.node.stash.get(_MISSING, "") if key is None else "",
        )


@pytest.fixture
def _hookcli_endpoint(
    request: pytest.FixtureRequest, hookcli_target: object, _hookcli_settings: Settings
) -> Callable[[], Endpoint]:
    named = request.config.getoption("--hookcli-target")
    target = hookcli_target if named is None else named
    return lambda: request.config.stash[_SESSION].open(target, _hookcli_settings.profile)


@pytest.fixture
def haptik(
    request: pytest.FixtureRequest, _hookcli_endpoint: Callable[[], Endpoint], _hookcli_settings: Settings
) -> Haptik:
    """Haptik: haptik.send("webhook_agent_chat_close") signs and sends to the endpoint under test.

    It also makes payloads: haptik.payload("message"), and linked ones from pinned to closed, haptik.conversation().
    """
    from hookcli.testing.haptik import Haptik, seed_of

    test = request.node.nodeid
    seed = seed_of(_hookcli_settings.seed, test) + _OF_A_TRY * request.config.stash[_SESSION].count_try(test)
    sender = Haptik(_hookcli_endpoint, _hookcli_settings, seed)
    request.node.stash[_SENT] = sender.sent
    return sender


@pytest.fixture
def haptik_receiver(_hookcli_settings: Settings) -> Iterator[HaptikReceiver]:
    """A receiver on loopback: verifies, validates and keeps what the code under test sends to haptik_receiver.url."""
    from hookcli.testing.receiver import HaptikReceiver

    _hookcli_settings.warn_of_no_secret()
    with HaptikReceiver(_hookcli_settings.profile, _hookcli_settings.key) as receiver:
        yield receiver


@pytest.fixture
def haptik_contract(
    request: pytest.FixtureRequest,
    _hookcli_endpoint: Callable[[], Endpoint],
    _hookcli_settings: Settings,
    hookcli_probe: Probe | None,
) -> ContractCheck:
    """One check of Haptik's contract; a test that has it is one test a check. haptik_contract.check() asks it."""
    from hookcli.testing.contract import ContractCheck, Run

    if not hasattr(request, "param"):
        pytest.fail(
            "haptik_contract is one test for each check, which a class of unittest cannot have: ask for it in a"
            " function, or in a class that derives from nothing.",
            pytrace=False,
        )
    terms = _terms(request.node)

    def find_run() -> Run:
        endpoint = _hookcli_endpoint()
        url = endpoint.url(_hookcli_settings.path)
        key = (url, terms, _hookcli_settings.key, _hookcli_settings.headers, hookcli_probe)
        if key not in endpoint.suites:
            endpoint.suites[key] = Run(endpoint, url, terms, _hookcli_settings, hookcli_probe)
        run: Run = endpoint.suites[key]
        return run

    question = ContractCheck(request.param, find_run, _hookcli_settings)
    request.node.stash[_ASKED] = question
    return question


def _terms(node: pytest.Item | Any) -> Any:
    from hookcli.testing.contract import terms_of

    marker = node.get_closest_marker(_CONTRACT)
    return terms_of(marker.args if marker else (), marker.kwargs if marker else {})


@contextmanager
def _plainly() -> Iterator[None]:
    """What we say of a project's settings needs no traceback."""
    from hookcli.errors import HookcliError
    from hookcli.testing.outcomes import ArgumentInvalid

    try:
        yield
    except (HookcliError, ArgumentInvalid) as error:
        raise pytest.fail.Exception(f"hookcli: {error}", pytrace=False) from None
