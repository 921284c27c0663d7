"""Service bindings: the data of SVCB and HTTPS records (RFC 9460), in presentation format, and what is worth learning of it.

In: the message's names and a record. Out: a ``Binding``; ``ParseError`` when the data is damaged. Parameters are walked once
and must ascend, as section 2.2 demands, so their number is bounded by the data.
"""

from __future__ import annotations

from struct import unpack_from
from typing import NamedTuple

from netmon.errors import ParseError

from ._dns_message import Names, Record, address_text

ALPN, NO_DEFAULT_ALPN, PORT, IPV4_HINT, ECH, IPV6_HINT, DOH_PATH = 1, 2, 3, 4, 5, 6, 7
_KEYS = {0: "mandatory", 8: "ohttp", 9: "tls-supported-groups"}


class Binding(NamedTuple):
    """A service binding; ``target`` is empty for the owner itself."""

    priority: int
    target: str
    alpn: tuple[str, ...]
    port: int | None
    hints: tuple[bytes, ...]
    """Addresses, 4 or 16 bytes."""
    ech: bool
    others: tuple[str, ...]
    """Names of further parameters."""

    def __str__(self) -> str:
        words = [str(self.priority), self.target or "."]
        if self.alpn:
            words.append("alpn=" + ",".join(self.alpn))
        if self.port is not None:
            words.append(f"port={self.port}")
        for size, key in ((4, "ipv4hint="), (16, "ipv6hint=")):
            hints = [address_text(hint) for hint in self.hints if len(hint) == size]
            if hints:
                words.append(key + ",".join(hints))
        if self.ech:
            words.append("ech")
        return " ".join((*words, *self.others))


def binding(names: Names, record: Record) -> Binding:
    """Priority, target, then parameters: key, length, value."""
    data, position = names.data, record.start
    if position + 2 > record.end:
        raise ParseError("service binding cut short")
    priority = unpack_from("!H", data, position)[0]
    target, position = names.read(position + 2)
    alpn: tuple[str, ...] = ()
    port: int | None = None
    hints: list[bytes] = []
    others: list[str] = []
    ech, last = False, -1
    while position + 4 <= record.end:
        key, length = unpack_from("!HH", data, position)
        value = data[position + 4 : position + 4 + length]
        position += 4 + length
        if key <= last or position > record.end:
            raise ParseError("service parameters out of order or too long")
        last = key
        if key == ALPN:
            alpn = _alpn(value)
        elif key == PORT and length == 2:
            port = unpack_from("!H", value)[0]
        elif key in (IPV4_HINT, IPV6_HINT):
            size = 4 if key == IPV4_HINT else 16
            hints += [value[at : at + size] for at in range(0, length - size + 1, size)]
        elif key == ECH:
            ech = True
        else:
            others.append(
                {NO_DEFAULT_ALPN: "no-default-alpn", DOH_PATH: "dohpath"}.get(key) or _KEYS.get(key) or f"key{key}"
            )
    return Binding(priority, target, alpn, port, tuple(hints), ech, tuple(others))


def _alpn(value: bytes) -> tuple[str, ...]:
    """Length-prefixed protocol names."""
    names: list[str] = []
    position = 0
    while position < len(value):
        length = value[position]
        name = value[position + 1 : position + 1 + length]
        position += 1 + length
        names.append(name.decode("ascii", "replace"))
    return tuple(names)
