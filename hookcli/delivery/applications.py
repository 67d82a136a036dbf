"""Applications that are asked in this process: which kind one is, and how `module:app` is loaded."""

from __future__ import annotations

import difflib
import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

from hookcli.dataclass import dataclass
from hookcli.delivery.raised import described
from hookcli.errors import ApplicationUnusable

App = Callable[..., Any]


@dataclass(frozen=True, slots=True)
class Interface:
    """A way to call an application."""

    option: str
    article: str
    arguments: tuple[str, ...]


ASGI = Interface("--asgi", "an ASGI", ("scope", "receive", "send"))
WSGI = Interface("--wsgi", "a WSGI", ("environ", "start_response"))
INTERFACES = (ASGI, WSGI)


def load(name: str, interface: Interface) -> App:
    """Import what `module:app` names; `module:create()` is called, without arguments.

    Raises:
        ApplicationUnusable: there is nothing of that name, importing or calling it raises, or it is no such
            application.
    """
    return _usable(find(name), name, interface)


def find(name: str) -> object:
    """Whatever `module:app` names, or what `module:create()` makes.

    Raises:
        ApplicationUnusable: there is nothing of that name, or importing or calling it raises.
    """
    module, _, path = name.partition(":")
    place: Any = _imported(module, name)
    for attribute in path.removesuffix("()").split("."):
        place = _attribute(place, attribute, name)
    return _made(place, name) if path.endswith("()") else place


def interface_of(app: Any, name: str) -> Interface:
    """How an application wants to be called.

    Raises:
        ApplicationUnusable: it is none, or does not tell.
    """
    fitting = [each for each in (ASGI, WSGI) if callable(app) and takes(app, len(each.arguments))]
    if len(fitting) == 1:
        return fitting[0]
    if fitting and (inspect.iscoroutinefunction(app) or inspect.iscoroutinefunction(type(app).__call__)):
        return ASGI
    wanted = [f"{each.article} application, called with ({', '.join(each.arguments)})" for each in INTERFACES]
    if fitting:
        raise ApplicationUnusable(f"{name}: it does not tell how it is called; wrap it in {' or '.join(wanted)}.")
    hint = " Does it make one? Then call it." if callable(app) and takes(app, 0) else ""
    raise ApplicationUnusable(f"{name}: it is of type {type(app).__name__}, and neither {', nor '.join(wanted)}.{hint}")


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
