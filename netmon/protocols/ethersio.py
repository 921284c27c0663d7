"""Ether-S-I/O, the remote inputs and outputs of Saia-Burgess controllers, over UDP.

There is no public document; the layout is the one the field agrees on. Claimed: the mark and the octets of its version.
Told: the kind of telegram.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

MARK = b"ESIO"
LEAST = 16
TYPES = {0: "TRANSFER", 1: "STATUS"}
TELEGRAM = FieldSpec("esio_telegram", "Telegrams", multiple=True)


def kind_of(data: bytes) -> int:
    """The type of a telegram; ``ParseError`` when it is none."""
    if not data.startswith(MARK) or len(data) < LEAST or int.from_bytes(data[4:6], "big") > 2:
        raise ParseError("no telegram")
    return int.from_bytes(data[4:6], "big")


class _EtherSio(DatagramInspector):
    """One master and a station."""

    __slots__ = ()

    label = "EtherSIO"

    def take(self, data: bytes) -> Status:
        name = TYPES.get(kind_of(data), "OTHER")
        self.report.add(TELEGRAM, name)
        self.report.state = name
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the mark."""
    kind_of(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(_EtherSio, recognise, frozenset(), frozenset(MARK[:1]))
