"""IGMP versions 1 to 3 (RFC 1112, RFC 2236, RFC 3376).

In: the IGMP header and what follows. Out: a ``Message``; types are written as two hexadecimal digits, as every registry
writes them. impacket knows the 8-byte header only; the group records of version 3 are read here.
"""

from __future__ import annotations

from struct import unpack_from

from ._build import Entry, Message, ip
from .guard import header

QUERY = 0x11
REPORT_V3 = 0x22
_WITH_GROUP = frozenset((QUERY, 0x12, 0x16, 0x17))
MAX_GROUPS = 100
TYPES = {
    0x11: "MEMBERSHIP_QUERY",
    0x12: "V1_MEMBERSHIP_REPORT",
    0x13: "DVMRP",
    0x14: "PIM_V1",
    0x16: "V2_MEMBERSHIP_REPORT",
    0x17: "LEAVE_GROUP",
    0x1E: "MTRACE_RESPONSE",
    0x1F: "MTRACE",
    0x22: "V3_MEMBERSHIP_REPORT",
    0x30: "MULTICAST_ROUTER_ADVERTISEMENT",
    0x31: "MULTICAST_ROUTER_SOLICITATION",
    0x32: "MULTICAST_ROUTER_TERMINATION",
}


def decode(data: bytes) -> Message:
    """One IGMP message."""
    message = header("IGMP", data, 8)
    kind = message.get_igmp_type()
    groups: list[str] = []
    if kind in _WITH_GROUP and message.get_igmp_group():
        groups = [ip(message.get_igmp_group().to_bytes(4, "big"))]
    elif kind == REPORT_V3:
        groups = _records(data)
    entries: tuple[Entry, ...] = (("igmp_type", "Type", (f"0x{kind:02x}",)), ("igmp_group", "Groups", groups))
    return Message("IGMP", TYPES.get(kind, f"TYPE_0x{kind:02X}"), " ".join(groups[:4]), entries)


def _records(data: bytes) -> list[str]:
    """The groups of a version 3 report (RFC 3376 section 4.2); records that are cut off are left out."""
    groups: list[str] = []
    count, position = unpack_from("!H", data, 6)[0], 8
    while count and position + 8 <= len(data) and len(groups) < MAX_GROUPS:
        extra, sources = data[position + 1], unpack_from("!H", data, position + 2)[0]
        groups.append(ip(data[position + 4 : position + 8]))
        position += 8 + sources * 4 + extra * 4
        count -= 1
    return groups
