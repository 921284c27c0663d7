"""Discord's voice servers: the discovery of one's own address (discord.com/developers, "IP Discovery").

Claimed: a request or a response of the one size there is, with its type, length and empty or textual address. Told: which it
is. Voice that follows is RTP under encryption.
"""

from __future__ import annotations

import re

from netmon.errors import ParseError

from ._contract import MORE, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

SIZE, ADDRESS = 74, slice(8, 72)
REQUEST, RESPONSE = b"\0\1\0\x46", b"\0\2\0\x46"
_TEXT = re.compile(rb"[0-9a-fA-F.:]{7,45}\0+")
MESSAGE = FieldSpec("discord_message", "Messages", multiple=True)


def message(data: bytes) -> str:
    """Which it is; ``ParseError`` when it is neither."""
    if len(data) == SIZE:
        if data.startswith(REQUEST) and not any(data[ADDRESS]):
            return "IP_DISCOVERY_REQUEST"
        if data.startswith(RESPONSE) and _TEXT.fullmatch(data[ADDRESS]):
            return "IP_DISCOVERY_RESPONSE"
    raise ParseError("no discovery")


class _Discord(DatagramInspector):
    """One participant."""

    __slots__ = ()

    label = "Discord"
    afterwards = "VOICE"

    def take(self, data: bytes) -> Status:
        report = self.report
        name = message(data)
        report.add(MESSAGE, name)
        report.state = "DISCOVERY"
        return MORE


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By size, type, length, address."""
    message(data)
    return YES


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Discord, recognise, frozenset(), frozenset((0,)), look=Look(SIZE, 1, frozenset((REQUEST[1], RESPONSE[1])))
)
