"""Media gateway control: MGCP (RFC 3435) and Megaco/H.248 in text (RFC 3525).

Claimed: an MGCP command line ending in its version, or a Megaco start, on any port; an MGCP response line on its ports.
Read: commands, response codes, endpoints; Megaco's commands.
"""

from __future__ import annotations

import re
import string
from typing import Final

from netmon.errors import ParseError

from ._contract import MORE, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS: Final = frozenset((2427, 2727))
MEGACO_PORTS: Final = frozenset((2944, 2945))
COMMAND: Final = FieldSpec("mgcp_command", "Command", multiple=True)
RESPONSE: Final = FieldSpec("mgcp_response", "Response", multiple=True)
ENDPOINT: Final = FieldSpec("mgcp_endpoint", "Endpoint", multiple=True)
MEGACO_COMMAND: Final = FieldSpec("megaco_command", "Command", multiple=True)
_COMMAND: Final = re.compile(rb"([A-Za-z]{4}) (\d{1,9}) (\S{1,256}) MGCP \d\.\d", re.IGNORECASE)
_RESPONSE: Final = re.compile(rb"(\d{3}) (\d{1,9})(?: |\r|\n|$)")
_MEGACO: Final = re.compile(rb"\s{0,8}(?:Authentication.{0,200}\n)?\s{0,8}(?:MEGACO|!)/\d ?[\[<]", re.IGNORECASE)
_MEGACO_COMMAND: Final = re.compile(
    rb"[\s{,](?:[WO]-)?(Add|A|Modify|MF|Subtract|S|Move|MV|AuditValue|AV|AuditCapability|AC|Notify|N|ServiceChange|SC)\s?=",
    re.IGNORECASE,
)
_SHORT: Final = {b"a": "ADD", b"mf": "MODIFY", b"s": "SUBTRACT", b"mv": "MOVE", b"av": "AUDITVALUE",
                 b"ac": "AUDITCAPABILITY", b"n": "NOTIFY", b"sc": "SERVICECHANGE"}  # fmt: skip
_SCANNED: Final = 4096


class _Mgcp(DatagramInspector):
    """One gateway and its agent; several messages may share a datagram (section 3.5.5)."""

    __slots__ = ()

    label = "MGCP"

    def take(self, data: bytes) -> Status:
        report, found = self.report, False
        for part in data[:_SCANNED].replace(b"\r", b"").split(b"\n.\n")[:16]:
            command, response = _COMMAND.match(part), _RESPONSE.match(part)
            if command:
                word = command[1].decode("ascii").upper()
                report.add(COMMAND, word)
                report.add(ENDPOINT, command[3])
                report.state, report.summary = word, f"{word} {command[3].decode('ascii', 'replace')}"
                report.request(command[2], self.now, "mgcp")
            elif response:
                report.add(RESPONSE, int(response[1]))
                report.state = "RESPONSE"
                report.response(response[2], self.now, "mgcp")
            found |= bool(command or response)
        if not found:
            raise ParseError("neither command nor response")
        return MORE


class _Megaco(DatagramInspector):
    """One gateway and its controller."""

    __slots__ = ()

    label = "Megaco"

    def take(self, data: bytes) -> Status:
        if not _MEGACO.match(data[:512]):
            raise ParseError("no Megaco message")
        for match in _MEGACO_COMMAND.finditer(data[:_SCANNED]):
            word = match[1].lower()
            self.report.add(MEGACO_COMMAND, _SHORT.get(word) or word.decode("ascii").upper())
        self.report.state = "TRANSACTION"
        self.report.summary = str(self.report.get(MEGACO_COMMAND) or "")
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Commands anywhere, responses where they usually are."""
    if _COMMAND.match(data[:300]):
        return YES
    return YES if on_port(context, *PORTS) and _RESPONSE.match(data[:16]) else NO


def recognise_megaco(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """By the start of the message."""
    return YES if _MEGACO.match(data[:512]) else NO


PROTOCOLS: tuple[ApplicationProtocol, ...] = (
    DatagramProtocol(_Mgcp, recognise, PORTS, frozenset(b"0123456789" + string.ascii_letters.encode())),
    DatagramProtocol(_Megaco, recognise_megaco, MEGACO_PORTS, frozenset(b" \r\n\t!MmAa"), frozenset(("udp", "sctp"))),
)
