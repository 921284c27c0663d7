"""Simple Network Management Protocol: v1 (RFC 1157), v2c (RFC 3416), v3 (RFC 3412, RFC 3414).

Claimed, on any port: a BER sequence that fills the datagram, with a known version, and for v1 and v2c a community and a
known PDU, for v3 its header. Read: version, operations, object identifiers (never their values), the v3 user. The community
is a password: it is kept on request only, its use is a risk word.
"""

from __future__ import annotations

import re
from contextlib import suppress

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._report import FieldSpec
from ._secrets import IN_CLEAR
from ._udp import DatagramInspector, DatagramProtocol, on_port

PORTS = frozenset((161, 162))
VERSIONS = {0: "1", 1: "2c", 2: "2u", 3: "3"}
"""2u (RFC 1910) is told, not read."""
PDUS = {
    0xA0: "get-request", 0xA1: "get-next-request", 0xA2: "get-response", 0xA3: "set-request", 0xA4: "trap",
    0xA5: "getBulkRequest", 0xA6: "informRequest", 0xA7: "snmpV2-trap", 0xA8: "report",
}  # fmt: skip
VERSION_2U = 2
INTEGER, OCTETS, NULL, OID, SEQUENCE = 0x02, 0x04, 0x05, 0x06, 0x30
_TRAP, _RESPONSES = 0xA4, (0xA2, 0xA8)
_REQUESTS = (0xA0, 0xA1, 0xA3, 0xA5, 0xA6)
MAX_NAMES = 16
_VERSION = re.compile(rb"\x30(?:[\x00-\x7f]|\x81.|\x82..|\x83...|\x84....)\x02\x01[\x00-\x03]", re.DOTALL)
VERSION = FieldSpec("snmp_version", "Version", multiple=True)
PDU = FieldSpec("snmp_pdu", "Operation", multiple=True)
OBJECT = FieldSpec("snmp_oid", "Objects", multiple=True)
USER = FieldSpec("snmp_user", "User", multiple=True)
ERROR = FieldSpec("snmp_error", "Error", multiple=True)
COMMUNITY = FieldSpec("snmp_community", "Community", multiple=True, secret=True)


def element(cursor: Cursor) -> tuple[int, Cursor]:
    """Tag and contents of the next BER element (definite lengths of at most four octets). One that claims more than there is
    ends with what holds it: agents with wrong lengths and snap lengths both exist."""
    tag, length = cursor.u8(), cursor.u8()
    if length & 0x80:
        count = length & 0x7F
        if not 1 <= count <= 4:
            raise ParseError("BER length")
        length = int.from_bytes(cursor.take(count), "big")
    return tag, cursor.sub(min(length, cursor.left))


def expect(cursor: Cursor, wanted: int) -> Cursor:
    """Contents of the next element, which must have this tag."""
    tag, contents = element(cursor)
    if tag != wanted:
        raise ParseError("BER tag")
    return contents


def integer(cursor: Cursor) -> int:
    """The next element as an integer of at most eight octets."""
    contents = expect(cursor, INTEGER)
    if not 1 <= contents.left <= 8:
        raise ParseError("BER integer")
    return int.from_bytes(contents.rest(), "big", signed=True)


def object_identifier(contents: Cursor) -> str:
    """Dotted numbers (X.690 section 8.19), at most 64 of them."""
    arcs: list[int] = []
    value = 0
    for octet in contents.rest()[:128]:
        value = value << 7 | octet & 0x7F
        if octet & 0x80:
            if value >> 64:
                raise ParseError("object identifier")
            continue
        arcs += [min(value // 40, 2), value - 40 * min(value // 40, 2)] if not arcs else [value]
        value = 0
    return ".".join(map(str, arcs[:64]))


def opened(data: bytes) -> tuple[int, Cursor]:
    """Version and what follows it."""
    message = expect(Cursor(data), SEQUENCE)
    version = integer(message)
    if version not in VERSIONS:
        raise ParseError("SNMP version")
    return version, message


def recognise(context: Context, data: bytes) -> Claim:
    """Version, then community and PDU or the v3 header."""
    try:
        version, message = opened(data)
        if message.end != len(data) and not on_port(context, *PORTS):
            return NO
        if version == 3:
            header = expect(message, SEQUENCE)
            integer(header), integer(header), expect(header, OCTETS)
            return YES if integer(header) in (1, 2, 3) else _at_home(context)
        expect(message, OCTETS)
        return YES if element(message)[0] in PDUS else _at_home(context)
    except ParseError:
        return _at_home(context) if _VERSION.match(data) else NO


def _at_home(context: Context) -> Claim:
    """A version with something damaged behind it: only where agents listen, and weakly."""
    return WEAK if on_port(context, *PORTS) else NO


class _Snmp(DatagramInspector):
    """One conversation."""

    __slots__ = ()

    label = "SNMP"
    idle_timeout = 60.0

    def take(self, data: bytes) -> Status:
        version, message = opened(data)
        report = self.report
        report.add(VERSION, VERSIONS[version])
        try:
            if version == 3:
                self._version_3(message)
            elif version != VERSION_2U:
                report.risk(IN_CLEAR)
                report.add(COMMUNITY, expect(message, OCTETS).rest())
                self._pdu(message)
        except ParseError:
            if not on_port(self.context, *PORTS):
                raise
            report.risk("malformed")
        return MORE

    def _version_3(self, message: Cursor) -> None:
        header = expect(message, SEQUENCE)
        identifier, _ = integer(header), integer(header)
        flags = expect(header, OCTETS).u8()
        security = expect(expect(message, OCTETS), SEQUENCE)
        expect(security, OCTETS), integer(security), integer(security)
        self.report.add(USER, expect(security, OCTETS).rest())
        if flags & 2:
            self.report.state = "ENCRYPTED"
            half = self.report.request if flags & 4 else self.report.response
            half(identifier, self.now, "snmp")
            return
        scoped = expect(message, SEQUENCE)
        expect(scoped, OCTETS), expect(scoped, OCTETS)
        self._pdu(scoped)

    def _pdu(self, message: Cursor) -> None:
        tag, pdu = element(message)
        if tag not in PDUS:
            raise ParseError("SNMP operation")
        report = self.report
        report.add(PDU, PDUS[tag])
        report.state = PDUS[tag].upper().replace("-", "_")
        if tag == _TRAP:
            report.add(OBJECT, object_identifier(expect(pdu, OID)))
            report.summary = PDUS[tag]
            return
        identifier, error = integer(pdu), integer(pdu)
        integer(pdu)
        if tag in _RESPONSES:
            report.response(identifier, self.now, "snmp")
            if error:
                report.add(ERROR, error)
        elif tag in _REQUESTS:
            report.request(identifier, self.now, "snmp")
        names = self._names(expect(pdu, SEQUENCE))
        report.summary = f"{PDUS[tag]} {names[0] if names else ''}".rstrip()

    def _names(self, bindings: Cursor) -> list[str]:
        """Object identifiers of the variable bindings, up to a damaged one; their values are passed over."""
        names: list[str] = []
        with suppress(ParseError):
            while not bindings.at_end and len(names) < MAX_NAMES:
                names.append(object_identifier(expect(expect(bindings, SEQUENCE), OID)))
                self.report.add(OBJECT, names[-1])
        return names


PROTOCOL: ApplicationProtocol = DatagramProtocol(_Snmp, recognise, PORTS, frozenset((SEQUENCE,)))
