"""Small helpers of this room: addresses as text, and findings that grow with each message.

A finding is cumulative, so every decoder is handed the flow's earlier one and returns it with the new message added;
the same object comes back when the message says nothing new, so that an endless ping does not make the screen redraw.
"""

from __future__ import annotations

import socket
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from netmon.model.finding import Confidence, Exchange, Field, Finding, Update

MAX_VALUES = 100
"""Values kept per field."""

Value = str | int
Entry = tuple[str, str, Sequence[Value]]
"""Field name, title, new values."""


class Message(NamedTuple):
    """One decoded message: what ``finish`` adds to the flow's finding."""

    label: str
    state: str = ""
    summary: str = ""
    entries: tuple[Entry, ...] = ()
    exchanges: tuple[Exchange, ...] = ()


def finish(message: Message, earlier: Finding | None) -> Update | None:
    """The update for one message, given what was known of the flow before; ``None`` when there is nothing new."""
    if earlier is None or earlier.label != message.label:
        fields = merge((), message.entries)
    elif earlier.state == message.state and earlier.summary == message.summary and _knows(earlier.fields, message.entries):
        return Update(exchanges=message.exchanges) if message.exchanges else None
    else:
        fields = merge(earlier.fields, message.entries)
    finding = Finding(message.label, Confidence.CONTENT, message.state, summary=message.summary, fields=fields)
    return Update(finding, message.exchanges)


def _knows(fields: tuple[Field, ...], entries: Iterable[Entry]) -> bool:
    values = {field.name: field.values for field in fields}
    return all(
        value in values.get(name, ()) or len(values.get(name, ())) >= MAX_VALUES
        for name, _, news in entries
        for value in news
    )


def merge(fields: tuple[Field, ...], entries: Iterable[Entry]) -> tuple[Field, ...]:
    """``fields`` with the values of ``entries`` added, each once, in order of appearance."""
    known = {field.name: field for field in fields}
    for name, title, news in entries:
        old = known[name].values if name in known else ()
        values = tuple(dict.fromkeys((*old, *news)))[:MAX_VALUES]
        if values:
            known[name] = Field(name, title, values)
    return tuple(known.values())


def mac(data: bytes) -> str:
    """A hardware address with colons."""
    return data.hex(":")


def ip(data: bytes) -> str:
    """An IPv4 or IPv6 address as text (RFC 5952)."""
    return socket.inet_ntop(socket.AF_INET if len(data) == 4 else socket.AF_INET6, data)


def text(data: bytes, limit: int = 128) -> str:
    """What a device says about itself: one line, printable, bounded."""
    line = data[: limit * 4].split(b"\0", 1)[0].decode("utf-8", "replace").strip()
    return "".join(letter if letter.isprintable() else " " for letter in line)[:limit]
