"""GPRS tunnelling: GTP-U (3GPP TS 29.281), GTP-C v1 (TS 29.060) and v2 (TS 29.274), GTP' (TS 32.295).

Claimed: on the usual ports a header whose version, protocol bit and length agree with the datagram; elsewhere a tunnelled
packet that fits exactly, or a known control message. Read: version, message types, tunnel endpoint identifiers; what is
tunnelled has rows of its own.
"""

from __future__ import annotations

from typing import NamedTuple

from netmon.errors import ParseError

from ._contract import MORE, NO, WEAK, YES, ApplicationProtocol, Claim, Context, Look, Status
from ._inner import is_ip
from ._report import FieldSpec
from ._udp import DatagramInspector, DatagramProtocol, on_port

USER_PORT, CONTROL_PORT, PRIME_PORT = 2152, 2123, 3386
PORTS = frozenset((USER_PORT, CONTROL_PORT, PRIME_PORT))
G_PDU = 255
MESSAGES = {1: "ECHO_REQUEST", 2: "ECHO_RESPONSE", 3: "VERSION_NOT_SUPPORTED", 26: "ERROR_INDICATION", 254: "END_MARKER",
            255: "G_PDU"}  # fmt: skip
MESSAGES_V1 = {16: "CREATE_PDP_REQUEST", 17: "CREATE_PDP_RESPONSE", 18: "UPDATE_PDP_REQUEST", 19: "UPDATE_PDP_RESPONSE",
               20: "DELETE_PDP_REQUEST", 21: "DELETE_PDP_RESPONSE", 31: "EXTENSION_HEADERS"}  # fmt: skip
MESSAGES_V2 = {32: "CREATE_SESSION_REQUEST", 33: "CREATE_SESSION_RESPONSE", 34: "MODIFY_BEARER_REQUEST",
               35: "MODIFY_BEARER_RESPONSE", 36: "DELETE_SESSION_REQUEST", 37: "DELETE_SESSION_RESPONSE",
               95: "CREATE_BEARER_REQUEST", 96: "CREATE_BEARER_RESPONSE", 97: "UPDATE_BEARER_REQUEST",
               98: "UPDATE_BEARER_RESPONSE", 99: "DELETE_BEARER_REQUEST", 100: "DELETE_BEARER_RESPONSE",
               170: "RELEASE_ACCESS_BEARERS_REQUEST", 171: "RELEASE_ACCESS_BEARERS_RESPONSE"}  # fmt: skip
MESSAGES_PRIME = {4: "NODE_ALIVE_REQUEST", 5: "NODE_ALIVE_RESPONSE", 6: "REDIRECTION_REQUEST", 7: "REDIRECTION_RESPONSE",
                  240: "DATA_RECORD_TRANSFER_REQUEST", 241: "DATA_RECORD_TRANSFER_RESPONSE"}  # fmt: skip
VERSION = FieldSpec("gtp_version", "Version", multiple=True)
MESSAGE = FieldSpec("gtp_message", "Message", multiple=True)
TEID = FieldSpec("gtp_teid", "Tunnel", multiple=True, limit=100)


class Header(NamedTuple):
    """What all versions have."""

    version: str
    message: int
    teid: int | None
    length: int
    """Of the whole message, as it says."""
    size: int
    """Of the header, options of version 1 included, extension headers not."""


def header(data: bytes) -> Header:
    """The header of one message."""
    if len(data) < 6:
        raise ParseError("header cut short")
    first, message, length = data[0], data[1], int.from_bytes(data[2:4], "big")
    version = first >> 5
    if version == 2:
        teid = int.from_bytes(data[4:8], "big") if first & 0x08 else None
        return Header("2", message, teid, length + 4, 12 if first & 0x08 else 8)
    if version == 1 and first & 0x10:
        return Header("1", message, int.from_bytes(data[4:8], "big"), length + 8, 12 if first & 7 else 8)
    if not first & 0x10 and version in (0, 1):
        return Header("'", message, None, length + (20 if version == 0 and not first & 1 else 6), 6)
    if version == 0 and len(data) >= 20:
        return Header("0", message, None, length + 20, 20)
    raise ParseError("unknown version")


def name(found: Header) -> str:
    """The message's name, else its number."""
    tables = {"1": MESSAGES_V1, "2": MESSAGES_V2, "'": MESSAGES_PRIME, "0": MESSAGES_V1}
    return tables[found.version].get(found.message) or MESSAGES.get(found.message) or f"MESSAGE_{found.message}"


def recognise(context: Context, data: bytes) -> Claim:
    """Lengths that agree."""
    try:
        found = header(data)
    except ParseError:
        return NO
    if on_port(context, *PORTS):
        return _at_home(context, found, len(data))
    if found.length != len(data):
        return NO
    if found.version == "1" and found.message == G_PDU:
        return YES if data[0] == 0x30 and is_ip(data[8:], exact=True) else NO
    return WEAK if found.version == "2" and data[0] == 0x48 and found.message in MESSAGES_V2 else NO


def _at_home(context: Context, found: Header, size: int) -> Claim:
    """Known messages; others only in versions that say so, filling the datagram. One that was cut is weak."""
    if found.length < found.size or not found.message or (found.version == "'" and not on_port(context, PRIME_PORT)):
        return NO
    known = not name(found).startswith("MESSAGE_")
    if found.version in ("1", "2") and (found.length == size or (known and found.length < size)):
        return YES
    if known and found.length == size:
        return YES
    return WEAK if known and found.length > size else NO


class _Gtp(DatagramInspector):
    """One outer conversation."""

    __slots__ = ()

    label = "GTP"

    def take(self, data: bytes) -> Status:
        found, report = header(data), self.report
        word = name(found)
        report.add(VERSION, found.version)
        report.add(MESSAGE, word)
        if found.teid:
            report.add(TEID, f"0x{found.teid:08x}")
        report.state = word
        report.summary = f"v{found.version} {word}"
        return MORE


PROTOCOL: ApplicationProtocol = DatagramProtocol(
    _Gtp, recognise, PORTS, frozenset(range(0x60)), look=Look(6, 0, frozenset((0x30, 0x48)))
)
