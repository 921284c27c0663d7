"""An SCTP peer: ``serve ADDRESS PORT`` answers one association, ``call ADDRESS PORT`` asks.

The caller sends a Diameter Capabilities-Exchange-Request (RFC 6733 section 5.3.1) that takes several packets, and M3UA
heartbeats (RFC 4666 section 3.5.5) on another stream, several in one packet, each named by its payload protocol identifier
(RFC 9260 section 3.3.1, socket interface of RFC 6458 section 5.3.2).
"""

from __future__ import annotations

import socket
import struct
import sys

SCTP, SNDRCV, EVENTS = 132, 1, 11
INFORMATION = struct.Struct("=HHHxxIIIIIi")
"""struct sctp_sndrcvinfo: stream, number in it, flags, payload protocol (network order), context, lifetime, two TSNs,
association."""
M3UA, DIAMETER = 3, 46
CAPABILITIES, RESULT_CODE, HOST_ADDRESS, ORIGIN_HOST, SUPPORTED_VENDOR, VENDOR, PRODUCT, ORIGIN_REALM = (
    257, 268, 257, 264, 265, 266, 269, 296,
)  # fmt: skip
VENDORS, BEATS = 450, 4


def send(peer: socket.socket, data: bytes, protocol: int, stream: int) -> None:
    """One message."""
    information = INFORMATION.pack(stream, 0, 0, socket.htonl(protocol), 0, 0, 0, 0, 0)
    peer.sendmsg([data], [(SCTP, SNDRCV, information)])


def receive(peer: socket.socket) -> tuple[bytes, int, int]:
    """One message, its payload protocol and stream; empty at the end."""
    whole, protocol, stream, flags = b"", 0, 0, 0
    while not flags & socket.MSG_EOR:
        data, ancillary, flags, _ = peer.recvmsg(65_536, 256)
        if not data:
            return b"", 0, 0
        for level, kind, content in ancillary:
            if (level, kind) == (SCTP, SNDRCV):
                stream, _, _, protocol, *_ = INFORMATION.unpack(content[: INFORMATION.size])
        whole += data
    return whole, socket.ntohl(protocol), stream


def attribute(code: int, value: bytes | int) -> bytes:
    """An AVP that must be understood."""
    content = value.to_bytes(4, "big") if isinstance(value, int) else value
    return struct.pack("!II", code, 0x40 << 24 | 8 + len(content)) + content + bytes(-len(content) % 4)


def diameter(request: bool, host: str, *more: bytes) -> bytes:
    """Capabilities-Exchange-Request or -Answer."""
    who = attribute(ORIGIN_HOST, host.encode()) + attribute(ORIGIN_REALM, b"example")
    what = attribute(HOST_ADDRESS, bytes((0, 1, 192, 0, 2, 1 if request else 2))) + attribute(VENDOR, 0)
    body = b"".join(more) + who + what + attribute(PRODUCT, b"netmon lab")
    return struct.pack("!IIIII", 1 << 24 | 20 + len(body), request << 31 | CAPABILITIES, 0, 7, 9) + body


def heartbeat(kind: int, number: int) -> bytes:
    """BEAT (3) or BEAT ACK (6) with Heartbeat Data."""
    data = b"beat %02d" % number
    return struct.pack("!BBBBIHH", 1, 0, 3, kind, 12 + len(data) + 1, 9, 4 + len(data)) + data + bytes(1)


def opened(address: str) -> socket.socket:
    """One association a socket; it tells what messages carry."""
    made = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM, SCTP)
    made.settimeout(60)
    made.setsockopt(SCTP, EVENTS, bytes([1]))
    return made


def serve(address: str, port: int) -> None:
    """One association; all addresses of the machine are told."""
    with opened(address) as listener:
        listener.bind((address, port))
        listener.listen()
        peer, _ = listener.accept()
        with peer:
            peer.setsockopt(SCTP, EVENTS, bytes([1]))
            beats = 0
            while message := receive(peer)[0]:
                if message[0] == 1 and message[2:4] == bytes((3, 3)):
                    send(peer, heartbeat(6, beats), M3UA, 1)
                    beats += 1
                else:
                    send(peer, diameter(False, "server.example", attribute(RESULT_CODE, 2001)), DIAMETER, 0)


def call(address: str, port: int) -> None:
    """What waits for an acknowledgement goes together: the heartbeats."""
    with opened(address) as peer:
        peer.connect((address, port))
        vendors = (attribute(SUPPORTED_VENDOR, number) for number in range(1, VENDORS + 1))
        send(peer, diameter(True, "client.example", *vendors), DIAMETER, 0)
        for number in range(BEATS):
            send(peer, heartbeat(3, number), M3UA, 1)
        for _ in range(1 + BEATS):
            receive(peer)


if __name__ == "__main__":
    {"serve": serve, "call": call}[sys.argv[1]](sys.argv[2], int(sys.argv[3]))
