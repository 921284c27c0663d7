"""What a person does to the terminal: key presses by name, mouse presses by cell.

Key names: a printable character is itself (``q``, ``?``, ``é``), except ``Space``; the others are ``Enter``, ``Esc``,
``Tab``, ``S-Tab``, ``Backspace``, ``Delete``, ``Insert``, ``Up``, ``Down``, ``Left``, ``Right``, ``Home``, ``End``,
``PgUp``, ``PgDn``, ``F1`` to ``F12`` and ``Ctrl+A`` to ``Ctrl+Z``.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class KeyEvent:
    """One key press."""

    name: str


@dataclass(frozen=True, slots=True)
class PasteEvent:
    """Text that came from the clipboard in one piece (bracketed paste), as it came."""

    text: str


class Button(Enum):
    """What the mouse did."""

    LEFT = "left"
    DOUBLE = "double"
    RIGHT = "right"
    WHEEL_UP = "wheel-up"
    WHEEL_DOWN = "wheel-down"


@dataclass(frozen=True, slots=True)
class MouseEvent:
    """One press at a cell, counted from the upper left corner, 0, 0."""

    x: int
    y: int
    button: Button


Event = KeyEvent | PasteEvent | MouseEvent
