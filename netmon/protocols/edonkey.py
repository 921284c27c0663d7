"""eDonkey 2000 and eMule: peers and servers over TCP, queries and the Kademlia network over UDP.

There is no public document; the layout is the one the field's clients agree on. Claimed: over TCP a hello or log-in whose
length and hash agree, or known messages in both directions; over UDP known messages with the length that belongs to them.
Told: kinds of messages. Files, hashes and names are not.
"""

from __future__ import annotations

from netmon.errors import ParseError

from ._contract import MAYBE, MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Status
from ._cursor import Cursor
from ._frames import FrameShell
from ._judge import jointly
from ._report import FieldSpec
from ._shell import StreamProtocol
from ._udp import DatagramInspector, DatagramProtocol

PORTS = frozenset((4661, 4662, 4665, 4672))
EDONKEY, EMULE, PACKED, KAD, KAD_PACKED = 0xE3, 0xC5, 0xD4, 0xE4, 0xE5
HEADER = 5
MAXIMUM = 2 * 1024 * 1024
HELLO = 0x01
HASH = 16
PEER = {
    0x01: "HELLO", 0x05: "BAD_PROTOCOL", 0x14: "GET_SERVER_LIST", 0x15: "OFFER_FILES", 0x16: "SEARCH_REQUEST",
    0x18: "DISCONNECT", 0x19: "GET_SOURCES", 0x1C: "CALLBACK_REQUEST", 0x32: "SERVER_LIST", 0x33: "SEARCH_RESULT",
    0x34: "SERVER_STATUS", 0x35: "CALLBACK_REQUESTED", 0x38: "SERVER_MESSAGE", 0x40: "ID_CHANGE",
    0x41: "SERVER_IDENTITY", 0x42: "FOUND_SOURCES", 0x46: "SENDING_PART", 0x47: "REQUEST_PARTS", 0x48: "FILE_NOT_FOUND",
    0x49: "END_OF_DOWNLOAD", 0x4A: "ASK_SHARED_FILES", 0x4C: "HELLO_ANSWER", 0x4E: "MESSAGE", 0x4F: "SET_REQUESTED_FILE",
    0x50: "FILE_STATUS", 0x51: "HASHSET_REQUEST", 0x52: "HASHSET_ANSWER", 0x54: "START_UPLOAD", 0x55: "ACCEPT_UPLOAD",
    0x56: "CANCEL_TRANSFER", 0x57: "OUT_OF_PARTS", 0x58: "REQUEST_FILENAME", 0x59: "FILENAME_ANSWER", 0x5C: "QUEUE_RANK",
}  # fmt: skip
EXTENDED = {
    0x01: "EMULE_INFO", 0x02: "EMULE_INFO_ANSWER", 0x40: "COMPRESSED_PART", 0x60: "QUEUE_RANKING",
    0x61: "FILE_DESCRIPTION", 0x81: "REQUEST_SOURCES", 0x82: "ANSWER_SOURCES", 0x85: "PUBLIC_KEY", 0x86: "SIGNATURE",
    0x87: "IDENTITY_STATE", 0x92: "MULTIPACKET", 0x93: "MULTIPACKET_ANSWER",
}  # fmt: skip
SERVER_UDP = {
    0x96: ("SERVER_STATUS_REQUEST", 6), 0x97: ("SERVER_STATUS", 14), 0x98: ("SEARCH_REQUEST", 0),
    0x99: ("SEARCH_RESULT", 0), 0x9A: ("GET_SOURCES", 0), 0x9B: ("FOUND_SOURCES", 0),
    0xA2: ("SERVER_IDENTITY_REQUEST", 6), 0xA3: ("SERVER_IDENTITY", 0),
}  # fmt: skip
EMULE_UDP = {0x90: ("REASK_FILE_PING", 18), 0x91: ("REASK_ACK", 4), 0x92: ("FILE_NOT_FOUND", 2), 0x93: ("QUEUE_FULL", 2)}
KADEMLIA = {
    0x00: ("BOOTSTRAP_REQUEST", 27), 0x01: ("BOOTSTRAP_REQUEST", 2), 0x09: ("BOOTSTRAP_RESPONSE", 0),
    0x10: ("HELLO_REQUEST", 27), 0x11: ("HELLO_REQUEST", 0), 0x18: ("HELLO_RESPONSE", 27), 0x19: ("HELLO_RESPONSE", 0),
    0x20: ("REQUEST", 35), 0x21: ("REQUEST", 35), 0x22: ("HELLO_RESPONSE_ACK", 0), 0x28: ("RESPONSE", 0),
    0x29: ("RESPONSE", 0), 0x33: ("SEARCH_KEY_REQUEST", 0), 0x34: ("SEARCH_SOURCE_REQUEST", 28),
    0x35: ("SEARCH_NOTES_REQUEST", 26), 0x3B: ("SEARCH_RESPONSE", 0), 0x43: ("PUBLISH_KEY_REQUEST", 0),
    0x44: ("PUBLISH_SOURCE_REQUEST", 0), 0x45: ("PUBLISH_NOTES_REQUEST", 0), 0x4B: ("PUBLISH_RESPONSE", 0),
    0x50: ("FIREWALLED_REQUEST", 4), 0x53: ("FIREWALLED_REQUEST", 0), 0x58: ("FIREWALLED_RESPONSE", 6),
    0x59: ("FIREWALLED_ACK", 2), 0x60: ("PING", 2), 0x61: ("PONG", 4),
}  # fmt: skip
"""Name and size; 0 where it varies."""
_CONTACT = 25
MESSAGE = FieldSpec("edonkey_message", "Messages", multiple=True)


class _Peer(FrameShell):
    """Over TCP."""

    __slots__ = ()

    label, header, limit = "eDonkey", HEADER + 1, 32

    def length(self, side: int, head: bytes) -> int:  # noqa: ARG002  both directions alike
        """Mark, length (least significant octet first), message."""
        if head[0] not in (EDONKEY, EMULE, PACKED):
            raise ParseError("no eDonkey header")
        size = int.from_bytes(head[1:5], "little")
        if not 1 <= size <= MAXIMUM:
            raise ParseError("no eDonkey length")
        return HEADER + size

    def frame(self, side: int, message: Cursor) -> Status:  # noqa: ARG002  both directions alike
        """One message."""
        kind = message.u8()
        message.skip(4)
        opcode = message.u8()
        name = (PEER if kind == EDONKEY else EXTENDED).get(opcode, f"0x{opcode:02x}")
        self.report.add(MESSAGE, name)
        self.report.state = self.report.summary = name
        return MORE


def message(head: bytes) -> Claim:
    """The first message of a peer or server."""
    if not head or head[0] not in (EDONKEY, EMULE, PACKED):
        return MAYBE if not head else NO
    if len(head) < HEADER + 1:
        return MAYBE if not any(head[4:5]) else NO
    size, opcode = int.from_bytes(head[1:5], "little"), head[5]
    known = opcode in PEER if head[0] == EDONKEY else opcode in EXTENDED
    if not known or not 1 <= size <= MAXIMUM:
        return NO
    if head[0] == EDONKEY and opcode == HELLO and HASH + 10 <= size <= 1024:
        # A peer's hello states the size of the hash; a log-in begins with the hash itself, address, port, number of tags.
        if head[6:7] == bytes((HASH,)):
            return YES
        if len(head) < 32:
            return MAYBE
        return YES if 1 <= int.from_bytes(head[28:32], "little") <= 16 else NO
    return WEAK


def judge(context: Context, client: bytes, server: bytes) -> Claim:  # noqa: ARG001  content decides, whatever the port
    """Both ends speak alike."""
    return jointly(client, server, message)


def datagram(data: bytes) -> str:
    """The name of a message over UDP whose size is right; ``ParseError`` when there is none."""
    if len(data) < 2:
        raise ParseError("too short")
    table = {EDONKEY: SERVER_UDP, EMULE: EMULE_UDP, KAD: KADEMLIA}.get(data[0], {})
    if data[0] == KAD_PACKED:
        name, size = KADEMLIA.get(data[1], ("", 0))
        if name and len(data) > 10 and data[2] == 0x78 and (0x7800 | data[3]) % 31 == 0:
            return name
        raise ParseError("no zlib stream")
    name, size = table.get(data[1], ("", 0))
    if not name or (size and len(data) != size) or (not size and len(data) < 18):
        raise ParseError("no such message")
    if data[0] == KAD:
        counted = {0x28: 18, 0x29: 18, 0x09: 21}.get(data[1])
        if counted:
            first = counted + (2 if data[1] == 0x09 else 1)
            if len(data) != first + _CONTACT * int.from_bytes(data[counted:first], "little"):
                raise ParseError("contacts do not fill it")
        if data[1] in (0x11, 0x19) and (len(data) < 22 or data[20] > 12):
            raise ParseError("no version")
    return name


class _Datagrams(DatagramInspector):
    """Over UDP."""

    __slots__ = ()

    label = "eDonkey"

    def take(self, data: bytes) -> Status:
        name = datagram(data)
        self.report.add(MESSAGE, name)
        self.report.state = name
        self.report.summary = f"Kad {name.lower()}" if data[0] in (KAD, KAD_PACKED) else name
        return MORE


def recognise(context: Context, data: bytes) -> Claim:
    """Messages with a length of their own that is not tiny are sure, with a tiny one weak; others by the port."""
    datagram(data)
    usual = context.server_port in PORTS or context.client_port in PORTS
    exact = data[0] == KAD and data[1] in (0x09, 0x28, 0x29, 0x20, 0x21, 0x10, 0x18) and len(data) >= 19
    if usual or exact:
        return YES
    sized = data[0] == KAD_PACKED or {EDONKEY: SERVER_UDP, EMULE: EMULE_UDP, KAD: KADEMLIA}[data[0]][data[1]][1]
    return WEAK if sized else NO


PROTOCOL: ApplicationProtocol = StreamProtocol(
    _Peer,
    judge,
    PORTS,
    frozenset((EDONKEY, EMULE, PACKED, KAD, KAD_PACKED)),
    DatagramProtocol(_Datagrams, recognise, PORTS),
)
