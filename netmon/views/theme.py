"""Roles and themes: what loudness or signal a cell carries, and which terminal colours that becomes.

In: a style, which is a ``Role`` with any of the attribute bits added; out: an SGR escape sequence (ECMA-48 8.3.117).
Views speak of roles only; nothing outside this file knows a colour number. Every role has a form with 256 colours, with
16, with 8, and without colour, where bold, underline and reverse carry what colour would.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import IntEnum

from netmon.errors import UsageError

from .palette import readable

BOLD = 0x10
UNDERLINE = 0x20
REVERSE = 0x40
SELECTED = 0x80
"""The selection bar: a background of its own, reverse where there is none."""
ROLE_MASK = 0x0F


class Role(IntEnum):
    """How loud a cell is, or which signal it gives."""

    TEXT = 0
    BRIGHT = 1
    DIM = 2
    ACCENT = 3
    DOWN = 4
    UP = 5
    OK = 6
    WARN = 7
    BAD = 8
    RULE = 9


_SIXTEEN_DARK = (37, 97, 90, 96, 94, 92, 92, 93, 91, 90)
_SIXTEEN_LIGHT = (30, 30, 90, 36, 34, 32, 32, 33, 31, 37)
_EIGHT_DARK = ("37", "1;37", "2;37", "36", "34", "32", "32", "33", "31", "2;37")
_EIGHT_LIGHT = ("30", "1;30", "2;30", "36", "34", "32", "32", "33", "31", "2;30")
_PLAIN = ("", "1", "2", "1", "", "", "", "1", "1;4", "2")


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours of one theme: 256-colour indexes in the order of ``Role``, and the selection's background."""

    name: str
    colours: tuple[int, ...]
    selection: int
    background: str
    """What it is designed on: terminals of that kind have this background or one further from the text."""
    light: bool = False

    def sgr(self, style: int, depth: int) -> str:
        """The escape sequence that makes the terminal draw ``style``; ``depth`` is its number of colours, 0 = none."""
        role = style & ROLE_MASK
        if style & SELECTED and role == Role.DIM:
            role = Role.TEXT  # dim on the selection's background would be hard to read
        if style & SELECTED and depth >= 256 and not readable(self.colours[role], self.selection):
            role = Role.BRIGHT
        codes = ["0"]
        if style & BOLD:
            codes.append("1")
        if style & UNDERLINE:
            codes.append("4")
        selected = bool(style & SELECTED)
        if style & REVERSE or (selected and depth < 256):
            codes.append("7")
        if depth >= 256:
            codes.append(f"38;5;{self.colours[role]}")
            if selected:
                codes.append(f"48;5;{self.selection}")
        elif selected and depth:
            codes.append("1" if role == Role.BRIGHT else "")
        elif depth >= 16:
            codes.append(str((_SIXTEEN_LIGHT if self.light else _SIXTEEN_DARK)[role]))
        elif depth:
            codes.append((_EIGHT_LIGHT if self.light else _EIGHT_DARK)[role])
        else:
            codes.append(_PLAIN[role])
        return "\x1b[" + ";".join(code for code in codes if code) + "m"


#                                 text brt  dim acc down up  ok  warn bad rule
_MUTED = Theme("muted", (252, 231, 245, 80, 75, 114, 114, 179, 204, 238), 236, "#1c1c1c")
_MUTED_LIGHT = Theme("muted-light", (236, 16, 243, 24, 25, 22, 22, 94, 124, 250), 254, "#ffffff", light=True)

THEMES: dict[str, Theme] = {
    theme.name: theme
    for theme in (
        _MUTED,
        Theme("vivid", (255, 231, 246, 51, 39, 46, 46, 220, 204, 240), 237, "#1c1c1c"),
        Theme("nord", (253, 255, 247, 110, 74, 108, 108, 222, 174, 240), 239, "#2e3440"),
        Theme("gruvbox", (223, 230, 246, 108, 109, 142, 142, 214, 203, 239), 239, "#282828"),
        Theme("dracula", (255, 231, 246, 141, 117, 84, 84, 228, 203, 238), 239, "#282a36"),
        Theme("solarized", (249, 254, 246, 37, 39, 70, 70, 178, 203, 239), 238, "#002b36"),
        _MUTED_LIGHT,
        Theme("vivid-light", (234, 16, 243, 26, 21, 22, 22, 94, 124, 249), 254, "#ffffff", light=True),
        Theme("nord-light", (236, 16, 240, 24, 25, 22, 22, 94, 124, 251), 253, "#eceff4", light=True),
        Theme("gruvbox-light", (237, 16, 240, 23, 24, 58, 58, 94, 124, 180), 187, "#fbf1c7", light=True),
        Theme("dracula-light", (234, 16, 240, 55, 24, 22, 22, 94, 124, 250), 254, "#fffbeb", light=True),
        Theme("solarized-light", (239, 235, 242, 24, 26, 22, 22, 94, 124, 252), 253, "#fdf6e3", light=True),
    )
}
"""Every text role has a contrast of at least 4.5:1 on the background and on the selection (WCAG 2.1, 1.4.3; tested)."""


def choose_theme(name: str, light: bool = False) -> Theme:
    """The theme of that name, in its light form when the terminal is known to be light and it has one."""
    theme = THEMES.get(name)
    if theme is None:
        raise UsageError(f"no theme named {name!r}; there are: {', '.join(THEMES)}")
    return THEMES.get(f"{name}-light", theme) if light else theme


def recoloured(theme: Theme, colors: Mapping[str, int]) -> Theme:
    """The theme with other 256-colour indexes, by lower-case role or ``selection``."""
    own = list(theme.colours)
    for role in Role:
        own[role] = colors.get(role.name.lower(), own[role])
    return replace(theme, colours=tuple(own), selection=colors.get("selection", theme.selection))


def light_background(colorfgbg: str) -> bool:
    """Whether the ``COLORFGBG`` variable (rxvt, Konsole, ...) says that the background is light."""
    return colorfgbg.rpartition(";")[2] in ("7", "15")
