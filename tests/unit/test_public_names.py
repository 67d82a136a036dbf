"""What `import hookcli` offers."""

from __future__ import annotations

import subprocess
import sys

import pytest

import hookcli


def test_every_public_name_is_there() -> None:
    assert all(callable(getattr(hookcli, name)) for name in hookcli.__all__ if name != "__version__")


def test_another_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="nonsense"):
        _ = hookcli.nonsense


def test_importing_it_imports_nothing_else() -> None:
    code = (
        "import sys, hookcli; print([name for name in sys.modules if name.startswith('hookcli.') or name == 'click'])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_payload_generated_signed_and_verified_in_a_few_lines() -> None:
    from hookcli.jsontext import dump

    profile = hookcli.load_profile()
    body = dump(next(hookcli.generate(hookcli.load_event("message"), seed=1)).payload)
    assert hookcli.is_genuine(body, hookcli.sign(body, b"secret", profile.signature), b"secret", profile.signature)
