"""Words for link-layer rows: what is carried on a link without IP, by whose number it has (``LinkNumbers``).

In: the numbers of a ``FlowRecord`` of ``Family.LINK``. Out: lower-case words; an unknown number is shown as a number.
"""

from __future__ import annotations

from netmon.model.flow import LinkNumbers

LINK_TYPES = {
    0x0806: "arp", 0x0842: "wake-on-lan", 0x2000: "cdp", 0x2003: "vtp", 0x2004: "dtp", 0x010B: "pvst", 0x6002: "mop",
    0x6003: "decnet", 0x6004: "lat", 0x8035: "rarp", 0x809B: "appletalk", 0x80F3: "aarp", 0x8100: "vlan",
    0x8137: "ipx", 0x8808: "pause", 0x8809: "lacp", 0x8847: "mpls", 0x8848: "mpls", 0x8863: "pppoe-discovery",
    0x8864: "pppoe", 0x887B: "homeplug", 0x888E: "eapol", 0x8892: "profinet", 0x88A2: "aoe", 0x88A4: "ethercat",
    0x88B8: "goose", 0x88BA: "sampled-values", 0x88CC: "lldp", 0x88E1: "homeplug-av", 0x88E3: "mrp", 0x88E5: "macsec",
    0x88E7: "pbb", 0x88F5: "mvrp", 0x88F7: "ptp", 0x8902: "cfm", 0x8906: "fcoe", 0x8914: "fip", 0x8915: "roce",
    0x891D: "tte", 0x892F: "hsr", 0x893A: "ieee1905", 0x9000: "loopback-test",
    0x4242: "stp", 0xF0F0: "netbios", 0xFEFE: "isis", 0xE0E0: "ipx", 0xAAAA: "snap", 0xFFFF: "ipx", 0x0606: "ip-llc",
}  # fmt: skip
"""Ethertypes, SNAP protocol numbers and, below, LLC values (DSAP << 8 | SSAP) such as 0x4242: they do not collide."""

NUMBERS: dict[int, tuple[str, dict[int, str]]] = {
    LinkNumbers.LINK_TYPE: ("linktype-{}", {
        0: "null", 1: "ethernet", 8: "slip", 9: "ppp", 12: "raw-ip", 101: "raw-ip", 104: "hdlc", 105: "wlan",
        107: "frame-relay", 113: "linux-cooked", 123: "atm", 127: "wlan", 139: "mtp2", 140: "mtp2", 141: "mtp3", 142: "sccp",
        143: "docsis", 186: "usb", 187: "bluetooth", 189: "usb", 190: "can", 195: "ieee802.15.4", 201: "bluetooth",
        209: "i2c", 215: "ieee802.15.4", 220: "usb", 227: "can", 228: "raw-ip", 229: "raw-ip", 230: "ieee802.15.4",
        235: "dvb-ci", 243: "mpeg-ts", 245: "nfc", 248: "sctp", 249: "usb", 250: "rtac", 251: "bluetooth-le",
        252: "exported-pdu", 253: "netlink", 254: "bluetooth", 255: "bluetooth", 256: "bluetooth-le", 258: "pktap",
        266: "usb", 268: "sdlc", 271: "vsock", 272: "bluetooth-le", 276: "linux-cooked", 283: "ieee802.15.4", 288: "usb",
        289: "z-wave",
    }),
    LinkNumbers.PPP: ("ppp-0x{:04x}", {
        0x23: "osi", 0x27: "decnet", 0x29: "appletalk", 0x2B: "ipx", 0x2D: "vj-compressed", 0x2F: "vj-uncompressed",
        0x31: "bridge", 0x3D: "multilink", 0x53: "ppp-encrypted", 0xFD: "ppp-compressed", 0x207: "cdp", 0x8021: "ipcp",
        0x8023: "osinlcp", 0x8031: "bcp", 0x8053: "ecp", 0x8057: "ipv6cp", 0x80FD: "ccp", 0x8207: "cdpcp", 0x8281: "mplscp",
        0xC021: "lcp", 0xC023: "pap", 0xC025: "lqr", 0xC02B: "bacp", 0xC02D: "bap", 0xC223: "chap", 0xC227: "eap",
    }),
    LinkNumbers.WLAN: ("wlan-0x{:02x}", {
        0x00: "wlan-association", 0x10: "wlan-association", 0x20: "wlan-reassociation", 0x30: "wlan-reassociation",
        0x40: "wlan-probe", 0x50: "wlan-probe", 0x80: "wlan-beacon", 0x90: "wlan-atim", 0xA0: "wlan-disassociation",
        0xB0: "wlan-authentication", 0xC0: "wlan-deauthentication", 0xD0: "wlan-action", 0xE0: "wlan-action",
        0x54: "wlan-announcement", 0x74: "wlan-control", 0x84: "wlan-block-ack", 0x94: "wlan-block-ack",
        0xA4: "wlan-ps-poll", 0xB4: "wlan-rts", 0xC4: "wlan-cts", 0xD4: "wlan-ack", 0xE4: "wlan-cf-end", 0xF4: "wlan-cf-end",
        0x08: "wlan-data", 0x88: "wlan-data", 0x48: "wlan-null", 0xC8: "wlan-null",
    }),
    LinkNumbers.FAMILY: ("af-{}", {7: "osi", 16: "appletalk", 23: "ipx"}),
    LinkNumbers.COOKED: ("linux-0x{:04x}", {
        0x01: "ieee802.3", 0x04: "ieee802.2", 0x0C: "can", 0x0D: "can-fd", 0x11: "trailer", 0x17: "irda",
        0xF6: "ieee802.15.4", 0xF7: "caif", 0xFA: "mctp",
    }),
    LinkNumbers.NLPID: ("nlpid-0x{:02x}", {
        0x00: "frame-relay", 0x08: "q933", 0x80: "snap", 0x81: "clnp", 0x82: "es-is", 0x83: "is-is", 0xB0: "frf12",
        0xB1: "frf15", 0xCF: "ppp",
    }),
    LinkNumbers.ARCNET: ("arcnet-0x{:02x}", {0xF7: "rarp", 0xFA: "ipx", 0xDD: "appletalk"}),
}  # fmt: skip
"""By whose number it is: how an unknown one is written (IANA and IEEE assignments, linux/if_ether.h), the known ones."""


def link_word(numbers: int, number: int) -> str:
    """What a link-layer row is called: ``lldp``, ``lcp``, ``wlan-beacon``, ``bluetooth``, ``linktype-147``."""
    if numbers == LinkNumbers.ETHERTYPE:
        known = LINK_TYPES.get(number)
        return known or (f"ethertype-0x{number:04x}" if number >= 0x600 else f"llc-0x{number:04x}")
    form, names = NUMBERS.get(numbers, ("link-{}", {}))
    return names.get(number) or form.format(number)
