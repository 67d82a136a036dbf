"""`hookcli check --asgi` and `--wsgi`: an application in this process."""

from __future__ import annotations

import itertools
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

Hookcli = Callable[..., object]

NUMBERS = itertools.count()

RULES = """
import hashlib, hmac, json

inbox = set()

def answer(method, path, body, signature):
    if method == "GET":
        return (200, str(len(inbox)).encode()) if path == "/count" else (404, b"")
    if path != PATH:
        return 404, b""
    expected = "sha1=" + hmac.new(b"s3cr3t", body, "sha1").hexdigest()
    if not hmac.compare_digest(expected.encode(), signature):
        return 401, b""
    try:
        event = json.loads(body)
    except (ValueError, RecursionError):
        event = None
    if not isinstance(event, dict):
        return 400, b""
    inbox.add(hashlib.sha256(body).digest())
    return 200, b""
"""

ASGI = (
    RULES
    + """
PATH = "/"

async def app(scope, receive, send):
    assert scope["type"] == "http"
    signature = dict(scope["headers"]).get(b"x-hub-signature", b"")
    status, body = answer(scope["method"], scope["path"], (await receive())["body"], signature)
    await send({"type": "http.response.start", "status": status, "headers": []})
    await send({"type": "http.response.body", "body": body})

class shop:
    hook = app

def create(needed=None):
    return app
"""
)

WSGI = (
    RULES
    + """
PATH = "/hook"

def app(environ, start_response):
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH", 0)))
    signature = environ.get("HTTP_X_HUB_SIGNATURE", "").encode("latin-1")
    status, body = answer(environ["REQUEST_METHOD"], environ["PATH_INFO"], body, signature)
    start_response(f"{status} Said", [("Content-Length", str(len(body)))])
    return [body]
"""
)

HANGS = """
import asyncio, threading, time

async def app(scope, receive, send):
    assert scope["type"] == "http"
    print("asked", flush=True)
    await asyncio.sleep(60)

def leaves_a_thread(environ, start_response):
    threading.Thread(target=time.sleep, args=(60,), daemon=False).start()
    start_response("200 OK", [])
    return [b""]
"""


@pytest.fixture
def module(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Writes a module into the working directory, under a name that no other has."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def write(code: str) -> str:
        name = f"main_{next(NUMBERS)}"
        (tmp_path / f"{name}.py").write_text(code, "utf-8")
        return name

    return write


def started(*words: str, folder: Path) -> subprocess.Popen[str]:
    """The program as a process of its own."""
    env = {**os.environ, "HOOKCLI_SECRET": "s3cr3t"}
    return subprocess.Popen(
        [sys.executable, "-m", "hookcli", "check", *words],
        cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip


def verdicts(out: str) -> dict[str, str]:
    return {each["id"]: each["verdict"] for each in json.loads(out)["checks"]}


SKIPPED = {"https", "duplicate.retried-after-timeout", "connection.reuse", "connection.close"}


@pytest.mark.parametrize(("option", "code", "path"), [("--asgi", ASGI, ()), ("--wsgi", WSGI, ("/hook",))])
def test_a_sound_application_has_no_finding(
    option: str,
    code: str,
    path: tuple[str, ...],
    hookcli: Hookcli,
    module: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HOOKCLI_SECRET", "s3cr3t")
    name = f"{module(code)}:app"
    ended = hookcli("check", *path, option, name, "--probe-url", "/count", "--format", "json")
    assert (ended.code, json.loads(ended.out)["endpoint"]) == (0, name)
    found = verdicts(ended.out)
    assert {check for check, verdict in found.items() if verdict != "pass"} == SKIPPED
    assert set(found.values()) == {"pass", "skip"}


def test_without_a_path_messages_go_to_the_root(hookcli: Hookcli, module: Callable[[str], str]) -> None:
    ended = hookcli("check", "--wsgi", f"{module(WSGI)}:app", "--only", "event.message", "--secret", "s3cr3t")
    assert ended.code == 1
    assert "message: 404 after" in ended.out


@pytest.mark.parametrize("app", ["app", "shop.hook", "create()"])
def test_an_application_is_named_as_it_is_found(app: str, hookcli: Hookcli, module: Callable[[str], str]) -> None:
    words = ("--only", "event.message", "--event", "message", "--secret", "s3cr3t")
    assert hookcli("check", "--asgi", f"{module(ASGI)}:{app}", *words).code == 0


def test_a_module_in_a_package_is_found_from_the_working_directory(
    hookcli: Hookcli, module: Callable[[str], str], tmp_path: Path
) -> None:
    name = module(ASGI)
    (tmp_path / f"package_of_{name}").mkdir()
    (tmp_path / f"{name}.py").rename(tmp_path / f"package_of_{name}" / "main.py")
    before = [*sys.path]
    ended = hookcli("check", "--asgi", f"package_of_{name}.main:app", "--only", "status.200", "--secret", "s3cr3t")
    assert ended.code == 0
    assert sys.path == before


def test_a_finding_names_the_exception_and_a_line_that_asks_again(
    hookcli: Hookcli, module: Callable[[str], str]
) -> None:
    name = module("def app(environ, start_response):\n    return {}['user']\n")
    ended = hookcli("check", "/hook", "--wsgi", f"{name}:app", "--only", "event.message", "--seed", "1")
    assert ended.code == 1
    assert f"message: {name}:app raised KeyError: 'user' ({name}.py:2, in app)" in ended.out
    assert f"again     hookcli check /hook --wsgi {name}:app --only event.message --seed 1" in ended.out


def test_the_line_that_asks_again_asks_again(hookcli: Hookcli, module: Callable[[str], str]) -> None:
    name = module("def create():\n    return lambda environ, start_response: {}['user']\n")
    words = ("--only", "event.message", "--seed", "1", "--timeout", "2.5", "--event", "message")
    first = hookcli("check", "--wsgi", f"{name}:create()", *words)
    line = first.out.partition("again")[2].splitlines()[0]
    assert {"--timeout 2.5", "--event message"} <= {" ".join(pair) for pair in itertools.pairwise(line.split())}
    assert hookcli(*shlex.split(line)[1:]).out == first.out


def test_an_application_may_be_named_for_all_runs_and_another_for_one(
    hookcli: Hookcli, module: Callable[[str], str], tmp_path: Path
) -> None:
    name = module(ASGI)
    (tmp_path / "hookcli.toml").write_text(f'[check]\nasgi = "{name}:app"\nonly = ["status.200"]\n', "utf-8")
    assert f'"endpoint":"{name}:app"' in hookcli("check", "--format", "json").out
    assert "json:loads: a WSGI application is called with" in hookcli("check", "--wsgi", "json:loads").err
    assert hookcli("check", "http://127.0.0.1:1/").code == 4


DJANGO = """
import hashlib, hmac
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

inbox = set()
settings.configure(
    ROOT_URLCONF=__name__, ALLOWED_HOSTS=["shop.example"], SECURE_SSL_REDIRECT=True, LOGGING_CONFIG=None,
    MIDDLEWARE=["django.middleware.security.SecurityMiddleware", "django.middleware.common.CommonMiddleware"],
)
app = get_wsgi_application()

@csrf_exempt
def receive(request):
    genuine = "sha1=" + hmac.new(b"s3cr3t", request.body, "sha1").hexdigest()
    if not hmac.compare_digest(request.headers.get("X-Hub-Signature", "").encode(), genuine.encode()):
        return HttpResponse(status=401)
    inbox.add(hashlib.sha256(request.body).digest())
    return HttpResponse()

urlpatterns = [path("hook", receive), path("count", lambda request: HttpResponse(len(inbox)))]
"""


def test_an_application_in_production_is_asked_as_what_it_is_called(
    module: Callable[[str], str], tmp_path: Path
) -> None:
    words = ("--wsgi", f"{module(DJANGO)}:app", "--format", "json", "--seed", "1")
    with started("/hook", *words, folder=tmp_path) as process:
        out, _ = process.communicate(timeout=50)
    (*_, found) = [each for each in json.loads(out)["checks"] if each["id"] == "event.message"]
    assert found["verdict"] == "fail"
    assert "In process Host and scheme are those of the URL" in found["remedy"]
    with started("https://shop.example/hook", *words, "--probe-url", "/count", folder=tmp_path) as process:
        out, err = process.communicate(timeout=50)
    assert {check for check, verdict in verdicts(out).items() if verdict != "pass"} == SKIPPED
    assert "is asked in this process, as if it were behind https://shop.example/hook" in err


# What cannot be asked

BROKEN = {
    "a module that is not there": ("shop_of_nobody:app", "there is no module 'shop_of_nobody', neither in"),
    "a part of it that is not there": ("json.shop:app", "there is no module 'json.shop', neither in"),
    "a name that is not there": ("{}:ap", "{}:ap: module {} has no 'ap'. Did you mean 'app'?"),
    "an attribute that is not there": ("{}:Shop.hook", "{}:Shop.hook: type has no 'hook'."),
    "text": ("{}:text", "{}:text: it is of type str; an ASGI application is called with (scope, receive, send)."),
    "what makes one": ("{}:create", "and this is not. Does it make one? Then write {}:create(), in quotes."),
    "another kind": ("{}:wsgi", "and this is not. Is it a WSGI application? Then use --wsgi {}:wsgi."),
    "a class": ("{}:Shop", "Does it make one? Then write {}:Shop(), in quotes."),
    "what takes something else": ("{}:one", "is called with (scope, receive, send), and this is not."),
    "what cannot be called": ("{}:text()", "{}:text(): it is of type str, and cannot be called."),
    "what cannot be made": ("{}:fails()", "{}:fails(): calling it raised OSError: disk full ({}.py:7, in fails)."),
    "what does not start": ("{}:sick", "{}:sick: it did not start: no database."),
}
BROKEN_MODULE = """
app = create = None
text = "app"
def create(): ...
def wsgi(environ, start_response): ...
def fails():
    raise OSError("disk full")
def one(request): ...
class Shop: ...
async def sick(scope, receive, send):
    await send({"type": "lifespan.startup.failed", "message": "no database"})
"""


@pytest.mark.parametrize(("name", "message"), BROKEN.values(), ids=BROKEN)
def test_what_is_no_application_cannot_be_asked(
    name: str, message: str, hookcli: Hookcli, module: Callable[[str], str]
) -> None:
    written = module(BROKEN_MODULE)
    ended = hookcli("check", "--asgi", name.replace("{}", written))
    assert (ended.code, ended.out) == (3, "")
    assert message.replace("{}", written) in ended.err
    assert "Traceback" not in ended.err


def test_an_asgi_application_is_no_wsgi_one(hookcli: Hookcli, module: Callable[[str], str]) -> None:
    name = module(ASGI)
    ended = hookcli("check", "--wsgi", f"{name}:app")
    assert ended.code == 3
    assert f"Is it an ASGI application? Then use --asgi {name}:app." in ended.err


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("import nothing_of_that_name", "raised ModuleNotFoundError: No module named 'nothing_of_that_name'"),
        ("import nothing_of_that_name", f"is hookcli installed beside it? This is {sys.executable}."),
        ("x = {}\nx['user']", "raised KeyError: 'user' ({}.py:2, in <module>)."),
        ("import sys\nsys.exit('set HAPTIK_SECRET')", "raised SystemExit: set HAPTIK_SECRET ({}.py:2, in <module>)."),
        ("x = (", "raised SyntaxError: '(' was never closed ({}.py:1)."),
    ],
)
def test_a_module_that_cannot_be_imported_says_why(
    code: str, message: str, hookcli: Hookcli, module: Callable[[str], str]
) -> None:
    name = module(code)
    ended = hookcli("check", "--asgi", f"{name}:app")
    assert ended.code == 3
    assert f"error: {name}:app: importing {name} raised" in ended.err
    assert message.replace("{}", name) in ended.err
    assert "Traceback" not in ended.err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ([], "Missing argument 'URL'; or ask an application with --asgi or --wsgi MODULE:APP."),
        (["--asgi", "a:b", "--wsgi", "a:b"], "--asgi and --wsgi exclude each other."),
        (["--asgi", "main"], "'main' is not MODULE:APP. Write it as main:app"),
        (["--asgi", "shop/main.py:app"], "Write it as shop.main:app"),
        (["--asgi", "main:create(1)"], "is not MODULE:APP"),
        (["--asgi", ":app"], "is not MODULE:APP"),
        (["/a b", "--asgi", "main:app"], "has white space in it"),
        (["--asgi", "json:app", "--probe-url", "/count", "--probe-cmd", "true"], "exclude each other"),
    ],
)
def test_there_is_one_endpoint_to_ask(words: list[str], message: str, hookcli: Hookcli) -> None:
    ended = hookcli("check", *words)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_a_probe_that_is_a_path_is_the_applications(hookcli: Hookcli, module: Callable[[str], str]) -> None:
    ended = hookcli("check", "--asgi", f"{module(ASGI)}:app", "--secret", "s3cr3t", "--probe-url", "/counts")
    assert ended.code == 3
    assert "--probe-url: the answer is 404, not 200: is the URL right?" in ended.err


# Manners


def test_what_an_application_prints_is_no_result(hookcli: Hookcli, module: Callable[[str], str]) -> None:
    name = module(
        "print('loading')\n"
        "def app(environ, start_response):\n"
        "    print('called')\n"
        "    start_response('200 OK', [])\n"
        "    return [b'']\n"
    )
    ended = hookcli("check", "--wsgi", f"{name}:app", "--only", "status.200", "--event", "message", "--format", "json")
    assert verdicts(ended.out) == {"status.200": "pass"}
    assert ended.err.count("loading\n") == 1
    assert ended.err.count("called\n") == 2  # to make its acquaintance, and the conversation of this one event


def test_an_application_that_does_not_end_well_is_told_of(hookcli: Hookcli, module: Callable[[str], str]) -> None:
    name = module(ASGI.replace('assert scope["type"] == "http"', LIFESPAN))
    ended = hookcli("check", "--asgi", f"{name}:app", "--only", "status.200", "--secret", "s3cr3t")
    assert ended.code == 0
    assert f"warning: {name}:app did not end well: pool is stuck" in ended.err


LIFESPAN = """if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.failed", "message": "pool is stuck"})
        return
"""


def test_ctrl_c_ends_it_at_once(module: Callable[[str], str], tmp_path: Path) -> None:
    with started("--asgi", f"{module(HANGS)}:app", "--timeout", "60", folder=tmp_path) as process:
        while process.stderr.readline() != "asked\n":
            pass
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert (process.returncode, err.strip()) == (130, "error: interrupted.")
    assert time.monotonic() - began < 5


def test_a_thread_that_an_application_left_does_not_keep_the_program(
    module: Callable[[str], str], tmp_path: Path
) -> None:
    words = ("--wsgi", f"{module(HANGS)}:leaves_a_thread", "--only", "event.message", "--event", "message")
    began = time.monotonic()
    with started(*words, folder=tmp_path) as process:
        out, _ = process.communicate(timeout=50)
    assert (process.returncode, out.splitlines()[-1]) == (0, "1 check: 1 pass")
    assert time.monotonic() - began < 30


def test_check_over_http_needs_neither_httpx_nor_an_event_loop() -> None:
    code = (
        "import sys; from hookcli.cli.main import run; run(['check', '1', '--only', 'status.200']);"
        " print([m for m in ('httpx', 'asyncio') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.splitlines()[-1] == "[]"
