"""A headless Chromium, driven by WebDriver (W3C) over plain HTTP: no library is needed for that."""

from __future__ import annotations

import base64
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's reference (WebDriver, section 11.1)."""

KEYS = {"Enter": "\ue007", "Escape": "\ue00c", "Tab": "\ue004", "ArrowDown": "\ue015", "ArrowUp": "\ue013",
        "ArrowLeft": "\ue012", "ArrowRight": "\ue014", "End": "\ue010", "Home": "\ue011"}  # fmt: skip

FLAGS = [
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-default-browser-check",
    "--no-proxy-server",
]  # fmt: skip


class Browser:
    """One session."""

    def __init__(self, driver: str, options: dict[str, Any]) -> None:
        self._client = httpx.Client(trust_env=False, timeout=60)
        capabilities = {
            "browserName": "chrome", "goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"},
        }  # fmt: skip
        self._session = driver
        value = self._ask("POST", "/session", {"capabilities": {"alwaysMatch": capabilities}})
        self._session = f"{driver}/session/{value['sessionId']}"

    def _ask(self, method: str, path: str, value: Any = None) -> Any:
        answer = self._client.request(method, self._session + path, json=value)
        result = answer.json()["value"]
        assert answer.is_success, f"{path}: {result['error']}: {result['message']}"
        return result

    def close(self) -> None:
        self._ask("DELETE", "")
        self._client.close()

    def open(self, url: str) -> None:
        self._ask("POST", "/url", {"url": url})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a function's body returns."""
        return self._ask("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait_for(self, script: str, *arguments: Any, seconds: float = 10.0) -> Any:
        """What an expression comes to once it is true."""
        return until(lambda: self.run(f"return {script}", *arguments), script, seconds)

    def run_async(self, script: str, *arguments: Any) -> Any:
        """What a function's body gives to its last argument, a callback."""
        return self._ask("POST", "/execute/async", {"script": script, "args": list(arguments)})

    def text(self, selector: str) -> str:
        """What is seen of an element."""
        return str(self.run("return document.querySelector(arguments[0]).innerText", selector))

    def click(self, selector: str) -> None:
        """Click an element, once it is there."""
        self.wait_for("document.querySelector(arguments[0])?.checkVisibility()", selector)
        found = self._ask("POST", "/element", {"using": "css selector", "value": selector})
        self._ask("POST", f"/element/{found[ELEMENT]}/click", {})

    def press(self, *keys: str) -> None:
        """Press keys one after the other, wherever the focus is; a longer text is typed."""
        letters = [letter for key in keys for letter in KEYS.get(key, key)]
        actions = [{"type": kind, "value": letter} for letter in letters for kind in ("keyDown", "keyUp")]
        self._ask("POST", "/actions", {"actions": [{"type": "key", "id": "keys", "actions": actions}]})

    def develop(self, command: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self._ask("POST", "/goog/cdp/execute", {"cmd": command, "params": parameters})

    def resize(self, width: int, height: int, *, scheme: str = "light") -> None:
        """Be a screen of that size, whose user likes it light or dark; a narrow one is a phone."""
        phone = width < 600
        self.develop("Emulation.setDeviceMetricsOverride", width=width, height=height, mobile=phone,
                     deviceScaleFactor=2 if phone else 1)  # fmt: skip
        self.develop("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])

    def log(self) -> list[str]:
        """What the console said since the last time."""
        return [entry["message"] for entry in self._ask("POST", "/se/log", {"type": "browser"})]

    def picture(self, path: Path) -> None:
        path.write_bytes(base64.b64decode(self._ask("GET", "/screenshot")))


def until(asked: Callable[[], Any], what: str, seconds: float) -> Any:
    """The first true answer."""
    end = time.monotonic() + seconds
    while not (found := asked()):
        assert time.monotonic() < end, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return found


@contextmanager
def browsing(folder: Path) -> Iterator[Browser]:
    """A browser without a past; the test is skipped where there is none."""
    driver = shutil.which("chromedriver")
    program = shutil.which("chromium") or shutil.which("google-chrome")
    if driver is None or program is None:
        pytest.skip("needs chromium and chromedriver (apt-get install chromium chromium-driver)")
    process = subprocess.Popen([driver, "--port=0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        found = (re.search(r"started successfully on port (\d+)", line) for line in process.stdout)
        port = next(match[1] for match in found if match)
        flags = [*FLAGS, f"--user-data-dir={folder / 'profile'}"]
        browser = Browser(f"http://127.0.0.1:{port}", {"binary": program, "args": flags})
        try:
            yield browser
        finally:
            browser.close()
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
