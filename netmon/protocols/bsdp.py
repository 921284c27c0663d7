"""BSDP, by which Samsung's televisions look for one another, by broadcast over UDP.

There is no public document; the layout is the one the field agrees on. Claimed: the words of a message's first line. Told:
messages.
"""

from __future__ import annotations

import re
from typing import Final

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

_LINE: Final = re.compile(rb"(SEARCH|ALIVE|BYE|RESPONSE|NOTIFY) BSDP/\d\.\d\r?\n")
MESSAGE: Final = FieldSpec("bsdp_message", "Messages", multiple=True)


class _Bsdp(DatagramInspector):
    """One device."""

    __slots__ = ()

    label = "BSDP"

    def take(self, data: bytes) -> Status:
        match = _LINE.match(data)
        if not match:
            raise ParseError("no first line")
        self.report.add(MESSAGE, match[1])
        self.report.state = match[1].decode("ascii")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the first line."""
    return YES if _LINE.match(data) else NO


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Bsdp, recognise, frozenset(), frozenset(b"SABRN"))
