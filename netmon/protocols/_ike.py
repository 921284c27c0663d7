"""IKE messages (RFC 2408, RFC 7296), as they run on port 500 and, behind a marker, on port 4500.

In: one message. Out: the report grows. ``header`` raises ``ParseError`` unless versions, exchange and length agree.
"""

from __future__ import annotations

from typing import NamedTuple

from netmon.errors import ParseError

from ._cursor import Cursor
from ._report import FieldSpec, Report

HEADER_SIZE = 28
VERSION = FieldSpec("ike_version", "Version", multiple=True)
EXCHANGE = FieldSpec("ike_exchange", "Exchange", multiple=True)
INITIATOR = FieldSpec("ike_initiator_spi", "Initiator SPI")
EXCHANGES = {
    1: "BASE", 2: "IDENTITY_PROTECTION", 3: "AUTHENTICATION_ONLY", 4: "AGGRESSIVE", 5: "INFORMATIONAL", 6: "TRANSACTION",
    32: "QUICK_MODE", 33: "NEW_GROUP_MODE", 34: "IKE_SA_INIT", 35: "IKE_AUTH", 36: "CREATE_CHILD_SA", 37: "INFORMATIONAL",
    38: "IKE_SESSION_RESUME", 39: "GSA_AUTH", 40: "GSA_REGISTRATION", 41: "GSA_REKEY", 43: "IKE_INTERMEDIATE",
    44: "IKE_FOLLOWUP_KE",
}  # fmt: skip
_RESPONSE = 0x20


class Header(NamedTuple):
    """The fixed part of a message."""

    initiator: bytes
    responder: bytes
    next_payload: int
    major: int
    minor: int
    exchange: int
    flags: int
    identifier: int
    length: int


def header(data: bytes) -> Header:
    """The header, with a version and length that can be; a snap length may have cut its last two fields."""
    cursor = Cursor(data)
    initiator, responder = cursor.take(8), cursor.take(8)
    following, version, exchange, flags = cursor.u8(), cursor.u8(), cursor.u8(), cursor.u8()
    whole = cursor.left >= 8
    identifier, length = (cursor.u32(), cursor.u32()) if whole else (0, HEADER_SIZE)
    found = Header(initiator, responder, following, version >> 4, version & 15, exchange, flags, identifier, length)
    if found.major not in (1, 2) or found.length < HEADER_SIZE:
        raise ParseError("no IKE header")
    return found


def damaged(data: bytes) -> bool:
    """A version there is not, in a header whose length is the datagram's."""
    whole = len(data) >= HEADER_SIZE and int.from_bytes(data[24:28], "big") == len(data)
    return whole and data[17] >> 4 not in (1, 2)


def strict(data: bytes) -> bool:
    """A header whose every value is known and whose length is the datagram's."""
    if len(data) < HEADER_SIZE or data[17] not in (0x10, 0x20):
        return False
    try:
        found = header(data)
    except ParseError:
        return False
    known = found.exchange in EXCHANGES and (found.exchange < 34) == (found.major == 1) and found.minor == 0
    payload = found.next_payload <= 20 or 33 <= found.next_payload <= 54 or found.next_payload in (128, 130, 132)
    return known and payload and any(found.initiator) and found.length == len(data)


def take(report: Report, data: bytes, now_ns: int) -> None:
    """Add one message to a report."""
    found = header(data)
    name = EXCHANGES.get(found.exchange, f"EXCHANGE_{found.exchange}")
    report.add(VERSION, f"{found.major}.{found.minor}")
    report.add(EXCHANGE, found.exchange)
    report.set(INITIATOR, found.initiator.hex())
    report.state = name
    report.summary = f"IKEv{found.major} {name}"
    if found.major == 2:
        half = report.response if found.flags & _RESPONSE else report.request
        half((found.initiator, found.identifier), now_ns, "ike")
