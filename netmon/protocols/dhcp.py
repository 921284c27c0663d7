"""DHCP for IPv4 (RFC 2131, RFC 2132; FQDN RFC 4702) and plain BOOTP (RFC 951).

Claimed, on any port: a BOOTP header followed by DHCP's magic cookie; without the cookie on the usual ports only. Read:
message type, hardware address, offered and requested address, host name, vendor class and what a lease brings. Options are
walked once, those moved into ``sname`` and ``file`` (option overload) too; each option counts at its first appearance.
Ignored: everything a vendor hides in options 43 and 125.
"""

from __future__ import annotations

from contextlib import suppress
from socket import AF_INET, inet_ntop
from typing import Final

from netmon.errors import NeedMore, ParseError

from ._contract import ALWAYS, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._dns_message import Names
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

SERVER_PORT: Final = 67
CLIENT_PORT: Final = 68
COOKIE: Final = b"\x63\x82\x53\x63"
_COOKIE_AT: Final = 236
MOST_HOPS: Final = 16
INFINIBAND: Final = 32
"""Its addresses do not fit, so that their length is 0 (RFC 4390)."""
_SHORTEST: Final = 44
"""Up to the hardware address: what a snap length may leave."""
REQUEST: Final = 1
TYPES: Final = {
    1: "DISCOVER", 2: "OFFER", 3: "REQUEST", 4: "DECLINE", 5: "ACK", 6: "NAK", 7: "RELEASE", 8: "INFORM", 9: "FORCERENEW",
    10: "LEASEQUERY", 11: "LEASEUNASSIGNED", 12: "LEASEUNKNOWN", 13: "LEASEACTIVE", 14: "BULKLEASEQUERY",
    15: "LEASEQUERYDONE", 16: "ACTIVELEASEQUERY", 17: "LEASEQUERYSTATUS", 18: "TLS",
}  # fmt: skip
PAD: Final = 0
MASK: Final = 1
ROUTER: Final = 3
DNS_SERVER: Final = 6
HOST_NAME: Final = 12
DOMAIN: Final = 15
REQUESTED: Final = 50
LEASE: Final = 51
OVERLOAD: Final = 52
TYPE: Final = 53
SERVER_ID: Final = 54
VENDOR: Final = 60
FQDN: Final = 81
END: Final = 255

KIND: Final = FieldSpec("dhcp_type", "Message", multiple=True)
MAC: Final = FieldSpec("dhcp_mac", "Hardware address", multiple=True, limit=400)
YOUR_IP: Final = FieldSpec("dhcp_your_ip", "Offered address", multiple=True, limit=400)
REQUESTED_IP: Final = FieldSpec("dhcp_requested_ip", "Requested address", multiple=True, limit=400)
HOSTNAME: Final = FieldSpec("dhcp_hostname", "Host name", multiple=True, limit=400)
FULL_NAME: Final = FieldSpec("dhcp_fqdn", "Full name", multiple=True, limit=400)
VENDOR_CLASS: Final = FieldSpec("dhcp_vendor", "Vendor class", multiple=True)
SERVER: Final = FieldSpec("dhcp_server", "Server", multiple=True)
ROUTERS: Final = FieldSpec("dhcp_router", "Router", multiple=True)
DNS_SERVERS: Final = FieldSpec("dhcp_dns_server", "DNS servers", multiple=True)
DOMAIN_NAME: Final = FieldSpec("dhcp_domain", "Domain", multiple=True)
LEASE_TIME: Final = FieldSpec("dhcp_lease", "Lease seconds")
_ANSWERS: Final = {"OFFER": "DISCOVER", "ACK": "REQUEST", "NAK": "REQUEST"}


def recognise(context: Context, data: bytes) -> Claim:
    """Operation, hardware address length and cookie."""
    if len(data) < _SHORTEST or data[0] not in (1, 2) or data[2] > 16:
        return NO
    if data[_COOKIE_AT : _COOKIE_AT + 4] == COOKIE:
        return YES
    known = data[2] or data[1] == INFINIBAND
    fits = known and data[3] <= MOST_HOPS and not data[10] & 0x7F and not data[11]  # BOOTP, or cut by the snap length
    return WEAK if fits and on_port(context, SERVER_PORT, CLIENT_PORT) else NO


def options(data: bytes) -> dict[int, bytes]:
    """Options of a message: number to value, first appearance; a torn option ends the walk. Only those in their own place
    say that there are more in the fields for names (RFC 2131 section 4.1)."""
    found: dict[int, bytes] = {}
    _area(data[_COOKIE_AT + 4 :], found)
    overload = found.pop(OVERLOAD, b"\0")[:1]
    if overload in (b"\1", b"\3"):
        _area(data[108:236], found)
    if overload in (b"\2", b"\3"):
        _area(data[44:108], found)
    found.pop(OVERLOAD, None)
    return found


def _area(data: bytes, found: dict[int, bytes]) -> None:
    """Add the options of one field."""
    cursor = Cursor(data)
    with suppress(NeedMore):
        while not cursor.at_end:
            number = cursor.u8()
            if number == END:
                return
            if number != PAD:
                found.setdefault(number, cursor.take(cursor.u8()))


def addresses(value: bytes) -> list[str]:
    """A list of IPv4 addresses; an unspecified one is none."""
    found = [value[at : at + 4] for at in range(0, min(len(value), 64) - 3, 4)]
    return [inet_ntop(AF_INET, address) for address in found if any(address)]


def full_name(value: bytes) -> str:
    """Option 81: flags, two obsolete octets, then a name in ASCII or, with the E bit, in DNS form (RFC 4702 section 2)."""
    if len(value) < 4:
        return ""
    if not value[0] & 4:
        return value[3:].decode("ascii", "replace")
    try:
        return Names(value[3:] + b"\0").read(0)[0]
    except ParseError:
        return ""


class _Dhcp(DatagramInspector):
    """One conversation; a broadcast one may speak of many clients."""

    __slots__ = ()

    label = "DHCP"
    idle_timeout = 60.0

    def take(self, data: bytes) -> Status:
        if len(data) < _SHORTEST or data[0] not in (1, 2) or data[2] > 16:
            raise ParseError("no BOOTP header")
        report = self.report
        mac = data[28 : 28 + data[2]].hex(":")
        report.add(MAC, mac)
        if any(data[16:20]):
            report.add(YOUR_IP, inet_ntop(AF_INET, data[16:20]))
        found = options(data) if data[_COOKIE_AT : _COOKIE_AT + 4] == COOKIE else {}
        kind = TYPES.get((found.get(TYPE) or b"\0")[0], "")
        report.add(KIND, kind)
        for number, spec in ((HOST_NAME, HOSTNAME), (VENDOR, VENDOR_CLASS), (DOMAIN, DOMAIN_NAME)):
            report.add(spec, found.get(number, b"").rstrip(b"\0"))
        for number, spec in ((REQUESTED, REQUESTED_IP), (SERVER_ID, SERVER), (ROUTER, ROUTERS), (DNS_SERVER, DNS_SERVERS)):
            for address in addresses(found.get(number, b"")):
                report.add(spec, address)
        report.add(FULL_NAME, full_name(found.get(FQDN, b"")))
        if len(found.get(LEASE, b"")) == 4:
            report.set(LEASE_TIME, int.from_bytes(found[LEASE], "big"))
        report.state = kind or ("BOOTREQUEST" if data[0] == REQUEST else "BOOTREPLY")
        report.summary = f"{report.state} {report.get(HOSTNAME) or mac}"
        identifier = data[4:8]
        if kind in _ANSWERS:
            report.response((identifier, _ANSWERS[kind]), self.now, "dhcp")
        elif kind in ("DISCOVER", "REQUEST"):
            report.request((identifier, kind), self.now, "dhcp")
        return ALWAYS


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Dhcp, recognise, frozenset((SERVER_PORT, CLIENT_PORT)), frozenset((1, 2)))
