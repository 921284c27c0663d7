"""Small values a person's choices are made of: which view, the filter, the line being typed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from .lane import Predicate


class Tab(Enum):
    """The views, by the digit that opens them."""

    OVERVIEW = 1
    DETAILS = 2
    ACTIVITY = 3
    GRAPH = 4
    HOSTS = 5

    @property
    def title(self) -> str:
        """The word on the tab bar."""
        return self.name.capitalize()


@dataclass(frozen=True, slots=True)
class Filter:
    """The filter as typed, and the last one that parsed. ``position`` is where the error is, ``error`` what it is."""

    text: str = ""
    predicate: Predicate | None = None
    error: str = ""
    position: int = 0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text being typed at the bottom: ``purpose`` is ``filter`` or ``search``."""

    purpose: str
    text: str = ""
    cursor: int = 0
    typed: str | None = None
    """What had been typed when older filters began to be called back."""
    offers: tuple[str, ...] = ()
    """What Tab has found for the word at the cursor; the next Tab takes the next one."""
    offer: int = -1
    """Which of them stands in the text; -1 = only what they have in common."""
    start: int = 0
    """Where in the text they stand."""
