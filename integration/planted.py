"""Conversations in which somebody gives a secret away, one or more of every protocol that has secrets.

Each secret is a word that stands nowhere else, so that it can be looked for in whatever netmon shows or writes. The files
``planted_*`` hold the conversations; a function each, told apart by the decorator ``plants``.
"""

from __future__ import annotations

import struct
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass, field

from conversations import CLIENT, SERVER, Conversations

__all__ = ["CLIENT", "PLANTERS", "SERVER", "Garden", "Planted", "ber", "lines", "plants", "sized"]

IN_CLEAR = "clear-text-credentials"


@dataclass
class Planted:
    """What one conversation is expected to be, and what is hidden in it."""

    label: str
    port: int
    """Of the client; 0 for a conversation without ports."""
    risk: str
    words: list[str] = field(default_factory=list)
    """In any of the forms in which they are on the wire."""
    shown: list[str] = field(default_factory=list)
    """Those that ``--show-secrets`` brings to light."""


class Garden:
    """All conversations and what was planted."""

    def __init__(self) -> None:
        self.made = Conversations()
        self.planted: list[Planted] = []
        self._words: list[str] = []
        self._shown: list[str] = []
        self._count = 0

    def secret(self, shown: bool = False, length: int = 0) -> bytes:
        """A new secret; ``shown``: on request it is told. Longer ones are filled up."""
        self._count += 1
        word = f"Zq{self._count:03d}{'hidden' if not length else 'x' * (length - 5)}"
        self._words.append(word)
        if shown:
            self._shown.append(word)
        return word.encode()

    def base64(self, data: bytes, shown: bool = False) -> bytes:
        """Base64 of something with a secret in it; that gives the secret away as well."""
        word = b64encode(data)
        self._words.append(word.decode())
        if shown:
            self._shown.append(word.decode())
        return word

    def also(self, word: str) -> None:
        """Another form of the last secret (hexadecimal, UTF-16, ...)."""
        self._words.append(word)

    def tcp(self, label: str, port: int, *flights: tuple[int, bytes], risk: str = IN_CLEAR, segment: int = 1400) -> None:
        """A connection with what was planted since the last one."""
        self._keep(label, self.made.tcp(port, flights, segment), risk)

    def udp(self, label: str, port: int, *flights: tuple[int, bytes], risk: str = IN_CLEAR) -> None:
        """Datagrams likewise."""
        self._keep(label, self.made.udp(port, flights), risk)

    def ip(self, label: str, protocol: int, payload: bytes, risk: str = "") -> None:
        """One IP packet likewise."""
        self.made.ip(CLIENT, protocol, payload)
        self._keep(label, 0, risk)

    def _keep(self, label: str, port: int, risk: str) -> None:
        self.planted.append(Planted(label, port, risk, self._words, self._shown))
        self._words, self._shown = [], []


Planter = Callable[[Garden], None]
PLANTERS: list[Planter] = []


def plants(planter: Planter) -> Planter:
    """Lists a conversation."""
    PLANTERS.append(planter)
    return planter


def lines(*texts: bytes) -> bytes:
    """Text lines as the Internet's protocols end them."""
    return b"".join(text + b"\r\n" for text in texts)


def ber(tag: int, *parts: bytes) -> bytes:
    """One element with a short or a two-octet length."""
    body = b"".join(parts)
    length = bytes((len(body),)) if len(body) < 128 else b"\x82" + struct.pack("!H", len(body))
    return bytes((tag,)) + length + body


def sized(size: str, data: bytes) -> bytes:
    """A counted string."""
    return struct.pack(size, len(data)) + data
