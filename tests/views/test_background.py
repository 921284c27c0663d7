"""What a terminal says about its background."""

from __future__ import annotations

import os
import pty
import select
import termios

import pytest

from netmon.views.background import QUESTION, ask, is_light


@pytest.mark.parametrize(
    ("answer", "light"),
    [
        (b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c", True),
        (b"\x1b]11;rgb:1010/1212/1616\x07", False),
        (b"\x1b]11;rgb:fd/f6/e3\x07", True),
        (b"\x1b]11;rgba:0000/2b2b/3636/ffff\x07", False),
        (b"\x1b]11;rgb:0/f/0\x07", True),
        (b"\x1b[?62;22c", None),
        (b"\x1b]11;rgb:12345/0/0\x07", None),
        (b"\x00\xff]11;", None),
        (b"", None),
    ],
)
def test_answers(answer: bytes, light: bool | None) -> None:
    """One to four digits a colour, ended either way; whatever is no answer says nothing."""
    assert is_light(answer) is light


@pytest.mark.parametrize(("answer", "light"), [(b"\x1b]11;rgb:eeee/eeee/eeee\x1b\\\x1b[?6c", True), (b"\x1b[?6c", None)])
def test_asking(answer: bytes, light: bool | None) -> None:
    """The question is sent, the answer taken in whole, the terminal's modes are as before."""
    master, slave = pty.openpty()
    try:
        before = termios.tcgetattr(slave)
        os.write(master, answer)
        assert ask(slave, slave, patience=10.0) is light
        said = b""
        while QUESTION not in said and select.select([master], [], [], 5.0)[0]:
            said += os.read(master, 1000)  # the echo of the answer may come by itself
        assert QUESTION in said
        assert termios.tcgetattr(slave) == before
    finally:
        os.close(master)
        os.close(slave)


def test_no_terminal_to_ask() -> None:
    """A pipe is not asked."""
    reading, writing = os.pipe()
    try:
        assert ask(reading, writing, patience=0.0) is None
    finally:
        os.close(reading)
        os.close(writing)


def test_a_terminal_that_is_silent() -> None:
    """No answer is no answer; nobody waits for ever."""
    master, slave = pty.openpty()
    try:
        assert ask(slave, slave, patience=0.0) is None
    finally:
        os.close(master)
        os.close(slave)
