"""Names of what is not TCP or UDP: IANA IP protocol numbers, ethertypes and IEEE 802.2 LLC values.

``transport_name`` and ``link_name`` turn the numbers of a flow record into the lower-case word that ``Connection.protocol``
and ``describe`` use; an unknown number is shown as a number, never guessed.
"""

from __future__ import annotations

from netmon.model.flow import LinkNumbers

IP_PROTOCOLS: dict[int, str] = {
    0: "hopopt", 1: "icmp", 2: "igmp", 3: "ggp", 4: "ipip", 5: "st", 6: "tcp", 8: "egp", 9: "igp", 12: "pup", 17: "udp",
    20: "hmp", 22: "xns-idp", 27: "rdp", 28: "irtp", 29: "iso-tp4", 33: "dccp", 36: "xtp", 37: "ddp", 40: "il", 41: "ipv6",
    43: "ipv6-route", 44: "ipv6-frag", 46: "rsvp", 47: "gre", 48: "dsr", 50: "esp", 51: "ah", 54: "narp", 55: "mobile",
    58: "icmpv6", 59: "ipv6-nonxt", 60: "ipv6-opts", 73: "cphb", 81: "vmtp", 88: "eigrp", 89: "ospf", 93: "ax.25",
    94: "ipencap", 97: "etherip", 98: "encap", 103: "pim", 108: "ipcomp", 112: "vrrp", 113: "pgm", 115: "l2tp",
    118: "ip-stp", 121: "smp", 124: "isis", 132: "sctp", 133: "fc", 135: "mobility", 136: "udplite", 137: "mpls-in-ip",
    138: "manet", 139: "hip", 140: "shim6", 141: "wesp", 142: "rohc", 143: "ethernet",
}  # fmt: skip

LINK_PROTOCOLS: dict[int, str] = {
    0x0806: "arp", 0x0842: "wol", 0x22F0: "avtp", 0x22F3: "trill", 0x22EA: "srp", 0x4305: "batman",
    0x6002: "dec-mop", 0x6003: "decnet", 0x6004: "lat", 0x8035: "rarp", 0x809B: "appletalk", 0x80F3: "aarp", 0x8100: "vlan",
    0x8137: "ipx", 0x8204: "qnx", 0x8808: "flow-control", 0x8809: "slow", 0x8819: "cobranet", 0x8847: "mpls",
    0x8848: "mpls", 0x8863: "pppoe-discovery", 0x8864: "pppoe", 0x886D: "intel-ans", 0x8870: "jumbo", 0x887B: "homeplug",
    0x888E: "eapol", 0x8892: "profinet", 0x889A: "hyperscsi", 0x88A2: "aoe", 0x88A4: "ethercat", 0x88A8: "qinq",
    0x88AB: "powerlink", 0x88B8: "goose", 0x88B9: "gse", 0x88BA: "sv", 0x88BF: "mikrotik-romon", 0x88CC: "lldp",
    0x88CD: "sercos", 0x88DC: "wsmp", 0x88E1: "homeplug-av", 0x88E3: "mrp", 0x88E5: "macsec", 0x88E7: "pbb", 0x88F5: "mvrp",
    0x88F6: "mmrp", 0x88F7: "ptp", 0x88F8: "nc-si", 0x88FB: "prp", 0x8902: "cfm", 0x8906: "fcoe", 0x8914: "fip",
    0x8915: "roce", 0x891D: "ttethernet", 0x892F: "hsr", 0x893A: "ieee1905", 0x8947: "geonetworking", 0x9000: "loop",
    0x9100: "qinq", 0xA0ED: "lowpan", 0x4242: "stp", 0xAAAA: "snap", 0xFEFE: "osi", 0xE0E0: "ipx", 0xF0F0: "netbeui",
    0xFFFF: "ipx",
}  # fmt: skip


def transport_name(protocol: int) -> str:
    """``icmp``, ``ospf``, ``ip-253``."""
    return IP_PROTOCOLS.get(protocol) or f"ip-{protocol}"


def link_name(value: int, numbers: int = LinkNumbers.ETHERTYPE) -> str:
    """The name of an ethertype or LLC value (DSAP << 8 | SSAP): ``lldp``, ``stp``, ``eth-0x1234``; ``link-1-195`` for
    numbers of others, which nothing here reads."""
    if numbers != LinkNumbers.ETHERTYPE:
        return f"link-{numbers}-{value}"
    return LINK_PROTOCOLS.get(value) or f"eth-0x{value:04x}"
