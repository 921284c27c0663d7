"""Roles become colours in every depth."""

from __future__ import annotations

import re

import pytest

from netmon.errors import UsageError
from netmon.views.theme import BOLD, SELECTED, THEMES, UNDERLINE, Role, choose_theme, light_background, recoloured


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


_CUBE = (0, 95, 135, 175, 215, 255)


def rgb(index: int) -> tuple[int, ...]:
    """A colour of the 256-colour palette: the cube, then the greys."""
    if index >= 232:
        return (8 + 10 * (index - 232),) * 3
    return tuple(_CUBE[(index - 16) // step % 6] for step in (36, 6, 1))


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    """Contrast ratio (WCAG 2.1, relative luminance)."""

    def luminance(colour: tuple[int, ...]) -> float:
        parts = [v / 255 / 12.92 if v / 255 <= 0.04045 else ((v / 255 + 0.055) / 1.055) ** 2.4 for v in colour]
        return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_text_can_be_read(name: str) -> None:
    """Whatever carries text has a contrast of 4.5:1 on the background, and on the selection; rules are no text."""
    theme = THEMES[name]
    background = tuple(bytes.fromhex(theme.background[1:]))
    for role in set(Role) - {Role.RULE}:
        assert contrast(rgb(theme.colours[role]), background) >= 4.5, (role, theme.colours[role])
        selected = re.search(r"38;5;(\d+)", theme.sgr(role | SELECTED, 256))
        assert selected is not None
        assert contrast(rgb(int(selected[1])), rgb(theme.selection)) >= 4.5, (role, "selected")


@pytest.mark.parametrize("name", THEMES)
def test_the_selection_can_be_seen(name: str) -> None:
    """On the background the theme is made for, and on a plain black or white one, where many use it."""
    theme = THEMES[name]
    plain = (255,) * 3 if theme.light else (0,) * 3
    for background in (tuple(bytes.fromhex(theme.background[1:])), plain):
        assert contrast(rgb(theme.selection), background) >= (1.13 if theme.light else 1.28)


def test_colours_stay_on_the_selection_where_they_can_be_read() -> None:
    """Those that cannot be are bright there."""
    assert "38;5;114;48;5;236" in THEMES["muted"].sgr(Role.UP | SELECTED, 256)
    own = recoloured(THEMES["muted"], {"selection": 242})
    assert "38;5;231;48;5;242" in own.sgr(Role.UP | SELECTED, 256)
    assert "38;5;3;" in recoloured(THEMES["muted"], {"up": 3}).sgr(Role.UP | SELECTED, 256)


def test_own_colours() -> None:
    """The configuration replaces colours by role."""
    theme = recoloured(THEMES["muted"], {"down": 33, "selection": 240})
    assert (theme.colours[Role.DOWN], theme.selection) == (33, 240)
    assert theme.colours[Role.UP] == THEMES["muted"].colours[Role.UP]


def test_choose() -> None:
    """A light terminal gets the light form; an unknown theme is an error that lists the known ones."""
    assert choose_theme("muted", light=True).name == "muted-light"
    assert all(choose_theme(name, light=True).light for name in THEMES)
    with pytest.raises(UsageError, match="muted"):
        choose_theme("nope")
    assert light_background("0;15")
    assert not light_background("15;0")
    assert not light_background("")
