"""Fixtures that several parts share."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from measuring import measured, unmeasured

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")  # how fast a machine is, and what else it does, is no matter of a test

MEASURED = pytest.StashKey[set[str]]()
"""The tests in which coverage is measured."""


@pytest.fixture(scope="session")
def endpoint_certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A self-signed certificate for 127.0.0.1 and shop.example, with its key, in one PEM file."""
    openssl = shutil.which("openssl") or pytest.skip("needs the openssl command")
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=shop.example", "-addext", "subjectAltName=IP:127.0.0.1,DNS:shop.example"]
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", folder / "key"]
    command = [openssl, "req", "-x509", "-days", "2", *key, "-out", folder / "certificate", *names]
    subprocess.run(command, check=True, capture_output=True)
    both = folder / "both.pem"
    both.write_text((folder / "certificate").read_text() + (folder / "key").read_text())
    return both


@pytest.fixture
def endpoint_proxy(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The environment, without the proxies of whoever runs the tests; gives the way to set some."""
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    return monkeypatch


@pytest.fixture
def uncovered() -> Iterator[None]:
    """Coverage is not measured meanwhile."""
    with unmeasured():
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    config.stash[MEASURED] = measured(items)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[object]:
    with nullcontext() if item.nodeid in item.config.stash[MEASURED] else unmeasured():
        return (yield)
