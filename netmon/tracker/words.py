"""Words for what is below the application layer: protocol names and message names by number.

In: the numbers of a ``FlowRecord``. Out: lower-case protocol words (those of the corpus README, else ``ip-<n>`` or
``ethertype-0x....``) and upper-case message words (ICMP RFC 792, ICMPv6 RFC 4443 and 4861, IGMP RFC 9776, ARP RFC 826).
Rule: application protocols have no place here; what they say comes in a ``Finding``.
"""

from __future__ import annotations

from typing import Final

from netmon.model.flow import Family, Tunnel

from .link_words import link_word

TCP: Final = 6
UDP: Final = 17
ICMP: Final = 1
ICMPV6: Final = 58
IGMP: Final = 2

PROTOCOLS: dict[int, str] = {
    1: "icmp", 2: "igmp", 4: "ipip", 6: "tcp", 17: "udp", 33: "dccp", 41: "ipv6", 46: "rsvp", 47: "gre", 50: "esp",
    51: "ah", 58: "icmpv6", 88: "eigrp", 89: "ospf", 103: "pim", 108: "ipcomp", 112: "vrrp", 113: "pgm", 115: "l2tp",
    132: "sctp", 136: "udplite",
}  # fmt: skip

_NUMBERS: Final = {word: number for number, word in PROTOCOLS.items()}

PORTED: Final = frozenset({"tcp", "udp", "sctp", "dccp", "udplite"})
"""Protocols whose ports are ports."""

_ICMP: Final = {
    0: "ECHO_REPLY", 3: "DEST_UNREACHABLE", 4: "SOURCE_QUENCH", 5: "REDIRECT", 8: "ECHO_REQUEST", 9: "ROUTER_ADVERT",
    10: "ROUTER_SOLICIT", 11: "TIME_EXCEEDED", 12: "PARAMETER_PROBLEM", 13: "TIMESTAMP", 14: "TIMESTAMP_REPLY",
    15: "INFO_REQUEST", 16: "INFO_REPLY", 17: "MASK_REQUEST", 18: "MASK_REPLY", 30: "TRACEROUTE",
    42: "EXTENDED_ECHO_REQUEST", 43: "EXTENDED_ECHO_REPLY",
}  # fmt: skip
_ICMPV6: Final = {
    1: "DEST_UNREACHABLE", 2: "PACKET_TOO_BIG", 3: "TIME_EXCEEDED", 4: "PARAMETER_PROBLEM", 128: "ECHO_REQUEST",
    129: "ECHO_REPLY", 130: "MLD_QUERY", 131: "MLD_REPORT", 132: "MLD_DONE", 133: "ROUTER_SOLICIT",
    134: "ROUTER_ADVERT", 135: "NEIGHBOR_SOLICIT", 136: "NEIGHBOR_ADVERT", 137: "REDIRECT", 138: "ROUTER_RENUMBERING",
    141: "INVERSE_ND_SOLICIT", 142: "INVERSE_ND_ADVERT", 143: "MLDV2_REPORT", 148: "CERT_PATH_SOLICIT",
    149: "CERT_PATH_ADVERT", 151: "MULTICAST_ROUTER_ADVERT", 152: "MULTICAST_ROUTER_SOLICIT",
    153: "MULTICAST_ROUTER_TERMINATION", 155: "RPL_CONTROL", 160: "EXTENDED_ECHO_REQUEST", 161: "EXTENDED_ECHO_REPLY",
}  # fmt: skip
_IGMP: Final = {0x11: "MEMBERSHIP_QUERY", 0x12: "MEMBERSHIP_REPORT_V1", 0x16: "MEMBERSHIP_REPORT_V2",
         0x17: "LEAVE_GROUP", 0x22: "MEMBERSHIP_REPORT_V3", 0x13: "DVMRP", 0x14: "PIM_V1"}  # fmt: skip
MESSAGES: dict[int, tuple[str, dict[int, str]]] = {ICMP: ("ICMP", _ICMP), ICMPV6: ("ICMPV6", _ICMPV6), IGMP: ("IGMP", _IGMP)}
"""By IP protocol: the prefix of unknown types, the known ones."""

ECHO_REQUESTS: Final = frozenset({(ICMP, 0), (ICMP, 8), (ICMPV6, 128), (ICMPV6, 129)})
"""Messages whose flow's initiator is the one who asks."""

_TUNNELS: Final = {
    Tunnel.IPIP: "ipip", Tunnel.SIX_IN_FOUR: "6in4", Tunnel.GRE: "gre", Tunnel.VXLAN: "vxlan", Tunnel.GENEVE: "geneve",
    Tunnel.GTP_U: "gtp-u", Tunnel.TEREDO: "teredo", Tunnel.ERSPAN: "erspan", Tunnel.L2TP: "l2tp", Tunnel.PPPOE: "pppoe",
    Tunnel.MPLS: "mpls", Tunnel.LISP: "lisp", Tunnel.CAPWAP: "capwap", Tunnel.AYIYA: "ayiya", Tunnel.IP6_IN_IP: "ip-in-ip6",
    Tunnel.AH: "ah", Tunnel.ETHERIP: "etherip", Tunnel.TZSP: "tzsp", Tunnel.PIM: "pim",
}  # fmt: skip

_ARP: Final = int(Family.ARP)
_LINK: Final = int(Family.LINK)


def protocol_word(family: int, protocol: int, port: int) -> str:
    """``tcp``, ``ip-253``, ``arp``, ``lldp``, ``ethertype-0x88b5``, ``llc-0x0a0a``."""
    if family == _ARP:
        return "arp"
    if family == _LINK:
        return link_word(protocol, port)
    return PROTOCOLS.get(protocol) or f"ip-{protocol}"


def protocol_number(word: str) -> int | None:
    """The IP protocol such a word stands for; ``None`` for ARP and what belongs to the link."""
    number = _NUMBERS.get(word)
    if number is None and word.startswith("ip-") and word[3:].isdecimal():
        return int(word[3:])
    return number


def message_word(protocol: int, last_type: int) -> str:
    """The name of an ICMP, ICMPv6 or IGMP message, ``ICMP_TYPE_200`` when it has none."""
    prefix, names = MESSAGES[protocol]
    number = last_type >> 8
    return names.get(number) or f"{prefix}_TYPE_{number}"


def arp_word(operation: int, sender_mac: str, target: str) -> str:
    """``WHO_HAS 192.0.2.1``, ``IS_AT 00:00:5e:00:53:01``."""
    if operation == 1:
        return f"WHO_HAS {target}"
    if operation == 2:
        return f"IS_AT {sender_mac}"
    return f"ARP_OPERATION_{operation}"


def tunnel_words(tunnel: int) -> tuple[str, ...]:
    """``("vxlan:42",)``; a tunnel without network id is its bare name; nothing for an outer flow."""
    kind = tunnel >> 24
    if not kind:
        return ()
    word = _TUNNELS.get(Tunnel(kind), "tunnel") if kind in _TUNNEL_NUMBERS else f"tunnel-{kind}"
    network = tunnel & 0xFFFFFF
    return (f"{word}:{network}" if network else word,)


_TUNNEL_NUMBERS: Final = frozenset(int(kind) for kind in Tunnel)
