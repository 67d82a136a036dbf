"""`--asgi` and `--wsgi`: the application that they name, loaded and started in this process."""

from __future__ import annotations

import difflib
import importlib
import inspect
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

from hookcli.cli.console import Console
from hookcli.dataclass import dataclass
from hookcli.delivery.raised import described
from hookcli.errors import ApplicationUnusable

if TYPE_CHECKING:
    from hookcli.delivery.in_process import Application

App = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Interface:
    """A way to call an application."""

    option: str
    article: str
    arguments: tuple[str, ...]


ASGI = Interface("--asgi", "an ASGI", ("scope", "receive", "send"))
WSGI = Interface("--wsgi", "a WSGI", ("environ", "start_response"))


class _Aside:
    """Standard output for the thread that makes it; for others, where an application runs, it is standard error.

    The result is for standard output, so that it can be piped on; what an application prints is none of it.
    """

    def __init__(self) -> None:
        self._owner = threading.current_thread()
        self._result = sys.stdout

    def __getattr__(self, name: str) -> Any:
        is_ours = threading.current_thread() is self._owner
        return getattr(self._result if is_ours else sys.stderr, name)


@contextmanager
def hosted(name: str, interface: Interface, deadline: float, console: Console) -> Iterator[Application]:
    """The application, started; what it prints goes to standard error, and the working directory is on the path.

    Args:
        name: `module:app`.
        interface: what kind of application it is.
        deadline: seconds for a whole exchange.
        console: is told if it does not end well.

    Raises:
        ApplicationUnusable: it cannot be loaded, or does not start.
    """
    from hookcli.delivery.in_process import AsgiApplication, WsgiApplication  # late: httpx and asyncio cost 150 ms

    kind = AsgiApplication if interface is ASGI else WsgiApplication
    folder = str(Path.cwd())
    sys.path.insert(0, folder)
    try:
        with redirect_stdout(sys.stderr):
            application = kind(load(name, interface), name, deadline)
        with redirect_stdout(_Aside()), application:
            yield application
    finally:
        if folder in sys.path:
            sys.path.remove(folder)
    if application.trouble:
        console.warn(f"{name} did not end well: {application.trouble}")


def load(name: str, interface: Interface) -> App:
    """Import what `module:app` names; `module:create()` is called, without arguments.

    Raises:
        ApplicationUnusable: there is nothing of that name, importing or calling it raises, or it is no such
            application.
    """
    module, _, path = name.partition(":")
    place: Any = _imported(module, name)
    for attribute in path.removesuffix("()").split("."):
        place = _attribute(place, attribute, name)
    if path.endswith("()"):
        place = _made(place, name)
    return _usable(place, name, interface)


def _imported(module: str, name: str) -> ModuleType:
    try:
        return importlib.import_module(module)
    except (Exception, SystemExit) as error:
        if isinstance(error, ModuleNotFoundError) and f"{module}.".startswith(f"{error.name}."):
            where = f"neither in {Path.cwd()} nor among the packages of {sys.executable}"
            raise ApplicationUnusable(f"{name}: there is no module {error.name!r}, {where}.") from error
        hint = f": is hookcli installed beside it? This is {sys.executable}" if isinstance(error, ImportError) else ""
        raise ApplicationUnusable(f"{name}: importing {module} raised {described(error)}{hint}.") from error


def _attribute(place: object, attribute: str, name: str) -> object:
    try:
        return getattr(place, attribute)
    except AttributeError as error:
        owner = f"module {place.__name__}" if isinstance(place, ModuleType) else type(place).__name__
        near = difflib.get_close_matches(attribute, [each for each in dir(place) if not each.startswith("_")], n=1)
        hint = f" Did you mean {near[0]!r}?" if near else ""
        raise ApplicationUnusable(f"{name}: {owner} has no {attribute!r}.{hint}") from error


def _made(factory: Any, name: str) -> object:
    if not callable(factory):
        raise ApplicationUnusable(f"{name}: it is of type {type(factory).__name__}, and cannot be called.")
    try:
        return factory()
    except (Exception, SystemExit) as error:
        raise ApplicationUnusable(f"{name}: calling it raised {described(error)}.") from error


def _usable(app: Any, name: str, interface: Interface) -> App:
    """The application, if it can be called as one."""
    wanted = f"{interface.article} application is called with ({', '.join(interface.arguments)})"
    if not callable(app):
        raise ApplicationUnusable(f"{name}: it is of type {type(app).__name__}; {wanted}.")
    if takes(app, len(interface.arguments)):
        found: App = app
        return found
    other = WSGI if interface is ASGI else ASGI
    hint = "."
    if takes(app, len(other.arguments)):
        hint = f". Is it {other.article} application? Then use {other.option} {name}."
    elif takes(app, 0):
        hint = f". Does it make one? Then write {name}(), in quotes."
    raise ApplicationUnusable(f"{name}: {wanted}, and this is not{hint}")


def takes(app: App, count: int) -> bool:
    """Whether something can be called with so many arguments; what does not tell, may."""
    try:
        inspect.signature(app).bind(*[None] * count)
    except TypeError:
        return False
    except ValueError:
        return True
    return True
