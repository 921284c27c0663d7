"""A capture with many rows of known order, for what is done to the table: built here, byte by byte.

60 conversations of 192.0.2.1 (local ports 40001 to 40060, the larger the port the more bytes) with six hosts on 443, the
last five of them reset; a DNS answer that names the first host; one conversation on the loopback interface. They begin
ten seconds apart.
"""

from __future__ import annotations

import socket
import struct
from pathlib import Path

ROWS = 60
RESET = 5
HOSTS = 6
STEP = 10
"""Seconds between two conversations."""
BEGIN = 1_700_000_000
NAME = "one.crowd.example"
_MACS = bytes.fromhex("020000000002020000000001")
SYN, RST_ACK = 0x02, 0x14


def _packet(source: str, destination: str, protocol: int, payload: bytes) -> bytes:
    """Ethernet and IPv4 around a payload (checksums are nobody's business here)."""
    ends = socket.inet_aton(source) + socket.inet_aton(destination)
    return _MACS + b"\x08\0" + struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(payload), 0, 0, 64, protocol, 0) + ends + payload


def _tcp(ports: tuple[int, int], flags: int, payload: bytes = b"") -> bytes:
    return struct.pack("!HHIIBBHHH", *ports, 1, 1, 0x50, flags, 65_535, 0, 0) + payload


def _dns(response: bool) -> bytes:
    """Question, or answer, of ``NAME``."""
    name = b"".join(bytes([len(label)]) + label.encode() for label in NAME.split(".")) + b"\0"
    message = struct.pack("!HHHHHH", 7, 0x8180 if response else 0x0100, 1, int(response), 0, 0)
    message += name + struct.pack("!HH", 1, 1)
    if response:
        message += b"\xc0\x0c" + struct.pack("!HHIH", 1, 1, 3600, 4) + socket.inet_aton(host(0))
    ports = (53, 50_053) if response else (50_053, 53)
    return struct.pack("!HHHH", *ports, 8 + len(message), 0) + message


def host(number: int) -> str:
    """The remote end of a conversation."""
    return f"198.51.100.{1 + number % HOSTS}"


def crowd(path: Path) -> Path:
    """Write the capture."""
    packets = [(0, _packet("192.0.2.1", "192.0.2.53", 17, _dns(False)))]
    packets.append((0, _packet("192.0.2.53", "192.0.2.1", 17, _dns(True))))
    packets.append((0, _packet("127.0.0.1", "127.0.0.1", 6, _tcp((41_000, 41_001), SYN))))
    for number in range(ROWS):
        ports = (40_001 + number, 443)
        payload = bytes(10 * number)
        packets.append((number, _packet("192.0.2.1", host(number), 6, _tcp(ports, SYN, payload))))
        if number >= ROWS - RESET:
            packets.append((number, _packet(host(number), "192.0.2.1", 6, _tcp(ports[::-1], RST_ACK))))
    data = struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 262_144, 1)
    for order, packet in packets:
        data += struct.pack("<IIII", BEGIN + STEP * order, 0, len(packet), len(packet)) + packet
    path.write_bytes(data)
    return path
