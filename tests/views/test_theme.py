"""Roles become colours in every depth."""

from __future__ import annotations

import re

import pytest

from netmon.errors import UsageError
from netmon.views.theme import BOLD, SELECTED, THEMES, UNDERLINE, Role, choose_theme, light_background


@pytest.mark.parametrize("depth", [256, 16, 8, 0])
@pytest.mark.parametrize("name", THEMES)
def test_every_style_is_one_sgr_sequence(name: str, depth: int) -> None:
    """Each role with each attribute gives a well-formed sequence that begins with a reset."""
    for role in Role:
        for bits in (0, BOLD, UNDERLINE, SELECTED, BOLD | SELECTED):
            assert re.fullmatch(r"\x1b\[0(;\d+)*m", THEMES[name].sgr(role | bits, depth))


def test_signals_differ_in_colour() -> None:
    """Good, warning and bad can be told apart in 256, 16 and 8 colours, and bad from text without any."""
    theme = THEMES["muted"]
    for depth in (256, 16, 8):
        assert len({theme.sgr(role, depth) for role in (Role.OK, Role.WARN, Role.BAD, Role.TEXT)}) == 4
    assert theme.sgr(Role.BAD, 0) != theme.sgr(Role.TEXT, 0)


def test_selection_is_a_background_or_reverse() -> None:
    """The selection bar is seen in every depth."""
    theme = THEMES["muted"]
    assert ";48;5;236m" in theme.sgr(Role.TEXT | SELECTED, 256)
    for depth in (16, 8, 0):
        assert ";7" in theme.sgr(Role.TEXT | SELECTED, depth)


def test_choose() -> None:
    """A light terminal gets the light form; an unknown theme is an error that lists the known ones."""
    assert choose_theme("muted", light=True).name == "muted-light"
    assert choose_theme("nord", light=True).name == "nord"
    with pytest.raises(UsageError, match="muted"):
        choose_theme("nope")
    assert light_background("0;15")
    assert not light_background("15;0")
    assert not light_background("")
