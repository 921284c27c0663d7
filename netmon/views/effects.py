"""What has to be done outside the views when a person asks for it; the task carries it out.

Values only: nothing here does anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any


@dataclass(frozen=True, slots=True)
class Quit:
    """Leave the program."""


@dataclass(frozen=True, slots=True)
class Suspend:
    """Give the terminal back to the shell until continued."""


@dataclass(frozen=True, slots=True)
class Redraw:
    """Paint the whole screen anew."""


@dataclass(frozen=True, slots=True)
class CopyText:
    """Put a text on the clipboard (OSC 52)."""

    text: str


@dataclass(frozen=True, slots=True)
class ShowNames:
    """Host names are wanted, or not: looking them up may stop."""

    wanted: bool


@dataclass(frozen=True, slots=True)
class ClearConnections:
    """Forget all connections and begin anew."""


@dataclass(frozen=True, slots=True)
class Keep:
    """Keep these between runs."""

    values: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ShowTheme:
    """Draw in another theme."""

    name: str


class PlaybackCommand(Enum):
    """What can be asked of the player of a capture file."""

    PAUSE = "pause"
    """Pause, or go on."""
    STEP = "step"
    SPEED = "speed"
    """``value``: the new speed, 0 = as fast as possible."""
    SEEK = "seek"
    """``value``: Unix time to go to."""


@dataclass(frozen=True, slots=True)
class Play:
    """Ask something of the player."""

    command: PlaybackCommand
    value: float = 0.0


Effect = Quit | Suspend | Redraw | CopyText | ShowNames | ClearConnections | Keep | ShowTheme | Play
