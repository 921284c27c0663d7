"""IP protocols besides TCP, UDP, ICMP and IGMP: a name and one word of state each, from their fixed headers.

OSPF (RFC 2328, RFC 5340), VRRP (RFC 5798) and CARP, PIM (RFC 7761), EIGRP (RFC 7868), RSVP (RFC 2205), GRE (RFC 2784),
ESP (RFC 4303), AH (RFC 4302), DCCP (RFC 4340), L2TPv3 (RFC 3931), PGM (RFC 3208), HIP (RFC 7401), Mobile IPv6
(RFC 6275). In: what follows the IP header. Out: a ``Message``, or ``None`` for a protocol
without a decoder here.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import unpack_from

from netmon.errors import DecodeError

from ._build import Entry, Message, ip
from .names import link_name, transport_name

OSPF_TYPES = ("", "HELLO", "DATABASE_DESCRIPTION", "LINK_STATE_REQUEST", "LINK_STATE_UPDATE", "LINK_STATE_ACK")
PIM_TYPES = (
    "HELLO", "REGISTER", "REGISTER_STOP", "JOIN_PRUNE", "BOOTSTRAP", "ASSERT", "GRAFT", "GRAFT_ACK", "CANDIDATE_RP",
    "STATE_REFRESH", "DF_ELECTION",
)  # fmt: skip
EIGRP_OPCODES = {
    1: "UPDATE",
    2: "REQUEST",
    3: "QUERY",
    4: "REPLY",
    5: "HELLO",
    6: "IPX_SAP",
    10: "SIA_QUERY",
    11: "SIA_REPLY",
}
RSVP_TYPES = (
    "", "PATH", "RESV", "PATH_ERROR", "RESV_ERROR", "PATH_TEAR", "RESV_TEAR", "RESV_CONFIRM", "", "", "", "", "BUNDLE",
    "ACK", "", "SUMMARY_REFRESH", "", "", "", "", "HELLO", "NOTIFY",
)  # fmt: skip
GRE_CARRIES = {0x0800: "ipv4", 0x86DD: "ipv6", 0x6558: "ethernet", 0x880B: "pptp", 0x88BE: "erspan", 0x22EB: "erspan"}
DCCP_TYPES = ("REQUEST", "RESPONSE", "DATA", "ACK", "DATAACK", "CLOSEREQ", "CLOSE", "RESET", "SYNC", "SYNCACK")
PGM_TYPES = {0: "SPM", 1: "POLL", 2: "POLR", 4: "ODATA", 5: "RDATA", 8: "NAK", 9: "NULL_NAK", 10: "NCF", 13: "SPMR"}
HIP_TYPES = {1: "I1", 2: "R1", 3: "I2", 4: "R2", 16: "UPDATE", 17: "NOTIFY", 18: "CLOSE", 19: "CLOSE_ACK"}


def _word(names: tuple[str, ...] | dict[int, str], value: int) -> str:
    known = names.get(value, "") if isinstance(names, dict) else names[value] if value < len(names) else ""
    return known or f"TYPE_{value}"


def _ospf(data: bytes) -> Message:
    version, kind, _, router, area = unpack_from("!BBH4s4s", data)
    entries: tuple[Entry, ...] = (
        ("ospf_version", "Version", (version,)),
        ("ospf_router", "Router", (ip(router),)),
        ("ospf_area", "Area", (ip(area),)),
    )
    return Message("OSPF", _word(OSPF_TYPES, kind), f"router {ip(router)} area {ip(area)}", entries)


def _vrrp(data: bytes) -> Message:
    version, kind = data[0] >> 4, data[0] & 0x0F
    if version not in (2, 3) or kind != 1:
        raise DecodeError("VRRP: unknown version or type")
    entries: tuple[Entry, ...] = (("vrrp_version", "Version", (version,)), ("vrrp_router", "Virtual router", (data[1],)))
    return Message("VRRP", "ADVERTISEMENT", f"router {data[1]} priority {data[2]}", entries)


def _pim(data: bytes) -> Message:
    return Message("PIM", _word(PIM_TYPES, data[0] & 0x0F), entries=(("pim_version", "Version", (data[0] >> 4,)),))


def _eigrp(data: bytes) -> Message:
    number = unpack_from("!H", data, 18)[0]
    return Message("EIGRP", _word(EIGRP_OPCODES, data[1]), f"AS {number}", (("eigrp_as", "Autonomous system", (number,)),))


def _rsvp(data: bytes) -> Message:
    return Message("RSVP", _word(RSVP_TYPES, data[1]))


def _gre(data: bytes) -> Message:
    flags, kind = unpack_from("!HH", data)
    name = GRE_CARRIES.get(kind) or link_name(kind)
    return Message("GRE", "", name, (("gre_protocol", "Carries", (name,)), ("gre_version", "Version", (flags & 7,))))


def _esp(data: bytes) -> Message:
    spi = f"0x{unpack_from('!I', data)[0]:08x}"
    return Message("ESP", "", f"SPI {spi}", (("ipsec_spi", "SPI", (spi,)),))


def _ah(data: bytes) -> Message:
    spi = f"0x{unpack_from('!I', data, 4)[0]:08x}"
    carries = transport_name(data[0])
    return Message("AH", "", f"SPI {spi} {carries}", (("ipsec_spi", "SPI", (spi,)), ("ah_carries", "Carries", (carries,))))


def _dccp(data: bytes) -> Message:
    return Message("DCCP", _word(DCCP_TYPES, data[8] >> 1 & 0x0F))


def _l2tp(data: bytes) -> Message:
    session = unpack_from("!I", data)[0]
    return Message("L2TP", "CONTROL" if session == 0 else "DATA", f"session {session}" if session else "")


def _pgm(data: bytes) -> Message:
    return Message("PGM", _word(PGM_TYPES, data[4] & 0x3F))


def _hip(data: bytes) -> Message:
    return Message("HIP", _word(HIP_TYPES, data[2] & 0x7F))


_DECODERS: dict[str, tuple[int, Callable[[bytes], Message]]] = {
    "ospf": (12, _ospf),
    "vrrp": (8, _vrrp),
    "pim": (4, _pim),
    "eigrp": (20, _eigrp),
    "rsvp": (8, _rsvp),
    "gre": (4, _gre),
    "esp": (8, _esp),
    "ah": (12, _ah),
    "dccp": (12, _dccp),
    "l2tp": (4, _l2tp),
    "pgm": (16, _pgm),
    "hip": (8, _hip),
}
NAMED = {
    "ipip": "IPIP",
    "ipv6": "6in4",
    "etherip": "EtherIP",
    "isis": "IS-IS",
    "mobility": "Mobile IPv6",
    "udplite": "UDP-Lite",
}
"""Labels of what is named only."""


def decode(transport: str, data: bytes) -> Message | None:
    """One packet of the IP protocol named ``transport`` (``names.transport_name``)."""
    found = _DECODERS.get(transport)
    if found is None:
        return Message(NAMED[transport]) if transport in NAMED else None
    minimum, decoder = found
    if len(data) < minimum:
        raise DecodeError(f"{transport}: {len(data)} bytes where the header needs {minimum}")
    return decoder(data)
