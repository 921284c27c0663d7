"""What a card of Details is made of: labelled values.

In: a connection and pairs of numbers by direction; out: entries. Directions are seen from this machine (↑ sent, ↓ received)
wherever one of the ends is it, else from who opened the conversation.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from netmon.model.connection import Connection

from .column import ABSENT, Span
from .theme import Role

Parts = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """One labelled value; ``parts`` draws it where plain text would not do. Only text can be copied."""

    label: str
    value: str
    style: int = Role.TEXT
    parts: Parts = ()
    more: tuple[Parts, ...] = ()
    """Further lines below ``parts``, without a label."""


@dataclass(frozen=True, slots=True)
class Card:
    """A title and its values."""

    title: str
    entries: tuple[Entry, ...]


def label_width(width: int) -> int:
    """Columns of labels beside their values in a card of that width."""
    return 26 if width >= 80 else 17 if width >= 50 else 13


def add(entries: list[Entry], label: str, value: str | int | None, style: int = Role.TEXT) -> None:
    """Add a value unless there is none."""
    if value not in (None, ""):
        entries.append(Entry(label, str(value), style))


def both(connection: Connection, out: int | None, inward: int | None, write: Callable[[int], str] = str) -> str:
    """``↓ 64  ↑ 57`` of what goes from source to destination and back; empty when both are nothing."""
    down, up = (out, inward) if connection.local_is_source is False else (inward, out)
    if not down and not up:
        return ""
    return f"↓ {write(down) if down else ABSENT}  ↑ {write(up) if up else ABSENT}"
