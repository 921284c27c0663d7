"""NetBIOS name service (RFC 1002 section 4.2) over UDP.

Claimed, on any port: a DNS-shaped message whose one name is an encoded NetBIOS name of type NB or NBSTAT. Fields: the names
asked for, registered or released, as ``NAME<suffix>``; addresses and node status names from responses.
"""

from __future__ import annotations

from typing import Final

from netmon.errors import ParseError

from . import _dns_message as dns
from . import _netbios
from ._contract import ALWAYS, NO, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._dns_message import Message, Record, parse
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol

NB: Final = 0x20
NBSTAT: Final = 0x21
NAME: Final = FieldSpec("nb_name", "Name", multiple=True, limit=400)
KIND: Final = FieldSpec("nb_suffix", "Kind", multiple=True)
ADDRESS: Final = FieldSpec("nb_address", "Addresses", multiple=True)
OWNED: Final = FieldSpec("nb_owned_name", "Owned names", multiple=True)
MAC: Final = FieldSpec("nb_mac", "MAC")
RCODE: Final = FieldSpec("nb_rcode", "Result", multiple=True)
OPERATIONS: Final = {0: "QUERY", 5: "REGISTRATION", 6: "RELEASE", 7: "WACK", 8: "REFRESH", 9: "REFRESH", 15: "REGISTRATION"}
RCODES: Final = {0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "ACTIVE",
                 7: "CONFLICT"}  # fmt: skip
MAX_NAMES: Final = 64
SHORTEST: Final = dns.HEADER_SIZE + 34
"""A header and a name."""


def _names(message: Message) -> list[tuple[str, int]]:
    """The NetBIOS names in questions and records."""
    found = []
    entries = [(entry.type, entry.name) for entry in message.questions]
    entries += [(entry.type, entry.name) for entry in message.records]
    for kind, encoded in entries:
        if kind in (NB, NBSTAT, 0x0A):
            name = _netbios.decode(encoded.split(".", 1)[0])
            if name is not None:
                found.append(name)
    return found


def shown(name: tuple[str, int]) -> str:
    """``WORKGROUP<1d>``, the field's notation."""
    return f"{name[0]}<{name[1]:02x}>"


def recognise(context: Context, data: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """One message with one NetBIOS name."""
    if len(data) < SHORTEST or data[12] != _netbios.ENCODED:
        return NO
    try:
        message = parse(data)
    except ParseError:
        return NO
    return YES if message.opcode in OPERATIONS and _names(message) else NO


class _Nbns(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "NBNS"
    idle_timeout = 60.0

    def take(self, data: bytes) -> Status:
        message = parse(data)
        report, names = self.report, _names(message)
        for name in names:
            report.add(NAME, shown(name))
            report.add(KIND, _netbios.SUFFIXES.get(name[1], f"0x{name[1]:02x}"))
        operation = OPERATIONS.get(message.opcode, f"OPCODE{message.opcode}")
        rcode = ""
        if message.response:
            rcode = RCODES.get(message.rcode, f"RCODE{message.rcode}")
            report.add(RCODE, rcode)
            for record in message.records:
                self._record(message, record)
        report.state = "RESPONSE" if message.response else operation
        if names:
            report.summary = f"{shown(names[0])} {rcode}".rstrip()
            key = (message.identifier, names[0])
            if message.response:
                report.response(key, self.now, "netbios", message.rcode != 0)
            else:
                report.request(key, self.now, "netbios")
        return ALWAYS

    def _record(self, message: Message, record: Record) -> None:
        """Addresses of NB records (flags, then address, each time), names of a node status."""
        data = message.names.data[record.start : record.end]
        if record.type == NB:
            for at in range(0, min(len(data), 6 * MAX_NAMES) - 5, 6):
                self.report.add(ADDRESS, dns.address_text(data[at + 2 : at + 6]))
        elif record.type == NBSTAT and data:
            count = min(data[0], MAX_NAMES)
            for at in range(1, 1 + 18 * count, 18):
                if at + 18 <= len(data):
                    self.report.add(OWNED, shown((_netbios.text(data[at : at + 15]), data[at + 15])))
            unit = data[1 + 18 * data[0] : 7 + 18 * data[0]]
            if len(unit) == 6 and any(unit):
                self.report.set(MAC, unit.hex(":"))


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Nbns, recognise, frozenset((137,)), look=Look(SHORTEST, dns.HEADER_SIZE, frozenset((_netbios.ENCODED,)))
)
