from __future__ import annotations

import json
from pathlib import Path

import pytest

from hookcli.delivery.raised import described


def caught(call, *args) -> BaseException:
    with pytest.raises(BaseException) as raised:  # noqa: PT011 (any)
        call(*args)
    return raised.value


def test_the_last_line_of_the_applications_own_is_named():
    def parse():
        json.loads("{")

    line = parse.__code__.co_firstlineno + 1
    file = Path(__file__).relative_to(Path.cwd()) if Path(__file__).is_relative_to(Path.cwd()) else Path(__file__)
    assert described(caught(parse)).endswith(f"line 1 column 2 (char 1) ({file}:{line}, in parse)")


def test_a_line_of_a_library_is_not_named():
    error = caught(json.loads, "{")
    error.__traceback__ = error.__traceback__.tb_next.tb_next
    assert "(" not in described(error).replace("(char 1)", "")


def test_a_long_message_is_cut_and_one_of_several_lines_is_one():
    assert described(ValueError("a\n  b\tc")) == "ValueError: a b c"
    assert described(ValueError("x" * 300)) == f"ValueError: {'x' * 200}…"
    assert described(KeyboardInterrupt()) == "KeyboardInterrupt"


def test_a_syntax_error_is_where_it_was_written():
    assert described(caught(compile, "x = (", "main.py", "exec")) == "SyntaxError: '(' was never closed (main.py:1)"
