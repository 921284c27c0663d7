"""DHCP for IPv6 (RFC 8415; client FQDN RFC 4704).

Claimed: a known message type whose options fill the datagram exactly, with a client or server identifier in it on any port,
without one on the usual ports. Relayed messages are opened, at most ``MAX_RELAYS`` deep. Read: message types, host name,
addresses given, DUID.
"""

from __future__ import annotations

from socket import AF_INET6, inet_ntop

from netmon.errors import NeedMore, ParseError

from ._contract import ALWAYS, NO, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._dns_message import Names
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

CLIENT_PORT, SERVER_PORT = 546, 547
MAX_RELAYS = 8
MAX_OPTIONS = 256
RELAY_FORWARD, RELAY_REPLY = 12, 13
TYPES = {
    1: "SOLICIT", 2: "ADVERTISE", 3: "REQUEST", 4: "CONFIRM", 5: "RENEW", 6: "REBIND", 7: "REPLY", 8: "RELEASE",
    9: "DECLINE", 10: "RECONFIGURE", 11: "INFORMATION-REQUEST", 12: "RELAY-FORW", 13: "RELAY-REPL", 14: "LEASEQUERY",
    15: "LEASEQUERY-REPLY", 16: "LEASEQUERY-DONE", 17: "LEASEQUERY-DATA", 20: "DHCPV4-QUERY", 21: "DHCPV4-RESPONSE",
}  # fmt: skip
CLIENT_ID, SERVER_ID, IA_NA, IA_TA, IA_ADDRESS, RELAYED, IA_PD, IA_PREFIX, FQDN = 1, 2, 3, 4, 5, 9, 25, 26, 39
KIND = FieldSpec("dhcpv6_type", "Message", multiple=True)
FULL_NAME = FieldSpec("dhcpv6_fqdn", "Full name", multiple=True)
ADDRESS = FieldSpec("dhcpv6_address", "Addresses", multiple=True)
PREFIX = FieldSpec("dhcpv6_prefix", "Prefixes", multiple=True)
DUID = FieldSpec("dhcpv6_duid", "Client DUID", multiple=True)
DUID_TYPES = (b"\0\1", b"\0\2", b"\0\3", b"\0\4")
"""RFC 8415 section 11, RFC 6355."""
_ASKING = frozenset((1, 3, 4, 5, 6, 8, 9, 11))


def options(cursor: Cursor) -> list[tuple[int, bytes]]:
    """Number and value of each option; ``NeedMore`` when one does not fit."""
    found: list[tuple[int, bytes]] = []
    while not cursor.at_end and len(found) < MAX_OPTIONS:
        number = cursor.u16()
        found.append((number, cursor.take(cursor.u16())))
    return found


def opened(data: bytes) -> tuple[int, list[tuple[int, bytes]]]:
    """Message type and options; the header of a relayed message is longer."""
    cursor = Cursor(data)
    kind = cursor.u8()
    if kind not in TYPES:
        raise ParseError("unknown message type")
    cursor.skip(33 if kind in (RELAY_FORWARD, RELAY_REPLY) else 3)
    return kind, options(cursor)


def recognise(context: Context, data: bytes) -> Claim:
    """Type and options that fit exactly."""
    try:
        kind, found = opened(data)
    except ParseError:
        return NO
    if not all(0 < number < 256 for number, _ in found):
        return NO
    if on_port(context, CLIENT_PORT, SERVER_PORT):
        return YES
    duids = [value for number, value in found if number in (CLIENT_ID, SERVER_ID)]
    identified = any(duid[:2] in DUID_TYPES and len(duid) > 4 for duid in duids)
    relayed = kind in (RELAY_FORWARD, RELAY_REPLY) and any(number == RELAYED for number, _ in found)
    return YES if identified or relayed else NO


class _Dhcpv6(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "DHCPv6"
    idle_timeout = 60.0

    def take(self, data: bytes) -> Status:
        self._message(data, 0)
        return ALWAYS

    def _message(self, data: bytes, depth: int) -> None:
        kind, found = opened(data)
        report = self.report
        report.add(KIND, TYPES[kind])
        report.state = TYPES[kind]
        for number, value in found:
            if number == RELAYED and depth < MAX_RELAYS:
                self._message(value, depth + 1)
            elif number == FQDN and len(value) > 1:
                self._full_name(value[1:])
            elif number == CLIENT_ID:
                report.add(DUID, value[:64].hex(":"))
            elif number in (IA_NA, IA_TA, IA_PD):
                self._association(value[4 if number == IA_TA else 12 :])
        report.summary = f"{report.state} {report.get(FULL_NAME) or ''}".rstrip()
        if kind not in (RELAY_FORWARD, RELAY_REPLY):
            key = data[1:4]
            if kind in _ASKING:
                report.request(key, self.now, "dhcp")
            else:
                report.response(key, self.now, "dhcp")

    def _full_name(self, value: bytes) -> None:
        """A name in DNS form; a partial one has no root label."""
        try:
            self.report.add(FULL_NAME, Names(value + b"\0").read(0)[0])
        except ParseError:
            return

    def _association(self, value: bytes) -> None:
        """The addresses and prefixes of an identity association."""
        try:
            inner = options(Cursor(value))
        except NeedMore:
            return
        for number, option in inner:
            if number == IA_ADDRESS and len(option) >= 24:
                self.report.add(ADDRESS, inet_ntop(AF_INET6, option[:16]))
            elif number == IA_PREFIX and len(option) >= 25:
                self.report.add(PREFIX, f"{inet_ntop(AF_INET6, option[9:25])}/{option[8]}")


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Dhcpv6, recognise, frozenset((CLIENT_PORT, SERVER_PORT)), frozenset(TYPES))
