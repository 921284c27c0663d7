"""What travels on a link without IP: LLDP, CDP, STP (IEEE 802.1D, 802.1w), LACP (IEEE 802.1AX), EAPOL (IEEE 802.1X,
RFC 3748), PPPoE discovery (RFC 2516), and the names of the rest.

In: the name of the ethertype or LLC value (``names.link_name``) and what follows it; after an LLC length field that is the
LLC header itself. Out: a ``Message``, or ``None`` when not even a name is known.
"""

from __future__ import annotations

from collections.abc import Callable
from struct import unpack_from

from netmon.errors import DecodeError

from . import arp
from ._build import Entry, Message, mac
from .neighbours import cdp, lldp

_LLC = 3
_SNAP = 8
CISCO = b"\x00\x00\x0c"
CISCO_PROTOCOLS = {0x0104: "PAgP", 0x0111: "UDLD", 0x010B: "PVST+", 0x2000: "CDP", 0x2003: "VTP", 0x2004: "DTP"}
EAPOL_TYPES = ("EAP", "START", "LOGOFF", "KEY", "ASF_ALERT", "MKA")
EAP_CODES = ("", "REQUEST", "RESPONSE", "SUCCESS", "FAILURE", "INITIATE", "FINISH")
EAP_METHODS = {
    1: "Identity", 2: "Notification", 3: "Nak", 4: "MD5", 6: "GTC", 13: "TLS", 17: "LEAP", 18: "SIM", 21: "TTLS", 23: "AKA",
    25: "PEAP", 26: "MSCHAPv2", 43: "FAST", 50: "AKA'", 52: "PWD", 55: "TEAP", 254: "Expanded",
}  # fmt: skip
PPPOE_CODES = {0x09: "PADI", 0x07: "PADO", 0x19: "PADR", 0x65: "PADS", 0xA7: "PADT"}
LABELS = {
    "wol": "Wake-on-LAN", "avtp": "AVTP", "trill": "TRILL", "srp": "SRP", "batman": "BATMAN", "dec-mop": "DEC-MOP",
    "decnet": "DECnet", "lat": "LAT", "appletalk": "AppleTalk", "aarp": "AARP", "ipx": "IPX", "flow-control": "MAC-Control",
    "cobranet": "CobraNet", "homeplug": "HomePlug", "homeplug-av": "HomePlug", "profinet": "Profinet", "aoe": "AoE",
    "ethercat": "EtherCAT", "powerlink": "POWERLINK", "goose": "GOOSE", "gse": "GSE", "sv": "IEC61850-SV",
    "mikrotik-romon": "RoMON", "sercos": "SERCOS", "wsmp": "WSMP", "mrp": "MRP", "macsec": "MACsec", "mvrp": "MVRP",
    "mmrp": "MMRP", "ptp": "PTP", "nc-si": "NC-SI", "prp": "PRP", "hsr": "HSR", "cfm": "CFM", "fcoe": "FCoE", "fip": "FIP",
    "roce": "RoCE", "ieee1905": "IEEE1905", "geonetworking": "GeoNetworking", "loop": "Loopback", "lowpan": "6LoWPAN",
    "netbeui": "NetBEUI", "pppoe": "PPPoE", "mpls": "MPLS",
}  # fmt: skip
_OSI = {0x81: "CLNP", 0x82: "ES-IS", 0x83: "IS-IS"}
"""Network layer protocol identifiers after the LLC header (ISO/IEC TR 9577)."""


def _need(data: bytes, length: int, name: str) -> None:
    if len(data) < length:
        raise DecodeError(f"{name}: {len(data)} bytes where {length} are needed")


def stp(data: bytes) -> Message:
    """A bridge protocol data unit after its LLC header (IEEE 802.1D section 9.3)."""
    _need(data, 4, "STP")
    protocol, version, kind = unpack_from("!HBB", data)
    if protocol:
        raise DecodeError("STP: unknown protocol identifier")
    name = {0: "STP", 2: "RSTP", 3: "MSTP", 4: "SPT"}.get(version, "STP")
    versions: Entry = ("stp_version", "Version", (name,))
    if kind == 0x80:
        return Message("STP", "TOPOLOGY_CHANGE", name, (versions,))
    _need(data, 27, "STP")
    priority, root, cost, bridge_priority, bridge = unpack_from("!H6sIH6s", data, 5)
    state = "TOPOLOGY_CHANGE" if data[4] & 1 else "CONFIGURATION"
    entries: tuple[Entry, ...] = (
        versions,
        ("stp_root", "Root bridge", (f"{priority}/{mac(root)}",)),
        ("stp_bridge", "Bridge", (f"{bridge_priority}/{mac(bridge)}",)),
    )
    return Message("STP", state, f"{name} root {mac(root)} cost {cost}", entries)


def slow(data: bytes) -> Message:
    """Slow protocols (IEEE 802.3 annex 57A): LACP, marker, OAM."""
    _need(data, 1, "slow protocol")
    if data[0] != 1:
        return Message({2: "LACP", 3: "OAM", 10: "ESMC"}.get(data[0], "Slow-Protocols"), "MARKER" if data[0] == 2 else "")
    _need(data, 42, "LACP")
    actor, partner = mac(data[6:12]), mac(data[26:32])
    bits = data[18]
    state = "DISTRIBUTING" if bits & 0x20 else "COLLECTING" if bits & 0x10 else "SYNCHRONIZED" if bits & 8 else "NEGOTIATING"
    entries: tuple[Entry, ...] = (("lacp_actor", "Actor", (actor,)), ("lacp_partner", "Partner", (partner,)))
    return Message("LACP", state, f"{actor} with {partner}", entries)


def eapol(data: bytes) -> Message:
    """EAP over LAN: packet type, and for EAP its code and method; identities are not read."""
    _need(data, 4, "EAPOL")
    kind = data[1]
    state = EAPOL_TYPES[kind] if kind < len(EAPOL_TYPES) else f"TYPE_{kind}"
    if kind != 0 or len(data) < 8:
        return Message("EAPOL", state)
    code = data[4]
    state = f"EAP_{EAP_CODES[code]}" if 0 < code < len(EAP_CODES) else f"EAP_CODE_{code}"
    method = EAP_METHODS.get(data[8], f"method {data[8]}") if code in (1, 2) and len(data) > 8 else ""
    return Message("EAPOL", state, method, (("eap_method", "Method", (method,) if method else ()),))


def pppoe_discovery(data: bytes) -> Message:
    """PPPoE discovery: which of its five steps."""
    _need(data, 6, "PPPoE")
    return Message("PPPoED", PPPOE_CODES.get(data[1], f"CODE_0x{data[1]:02X}"))


def snap(data: bytes) -> Message | None:
    """LLC with a SNAP header: organization and protocol (IEEE 802)."""
    _need(data, _SNAP, "SNAP")
    organization, protocol = data[3:6], unpack_from("!H", data, 6)[0]
    if organization != CISCO:
        return None
    if protocol == 0x2000:
        return cdp(data[_SNAP:])
    if protocol == 0x010B:
        return stp(data[_SNAP:])
    return Message(CISCO_PROTOCOLS[protocol]) if protocol in CISCO_PROTOCOLS else None


def osi(data: bytes) -> Message | None:
    """ISO network protocols on LLC: told apart by their first octet."""
    _need(data, _LLC + 1, "OSI")
    return Message(_OSI[data[_LLC]]) if data[_LLC] in _OSI else None


_DECODERS: dict[str, Callable[[bytes], Message | None]] = {
    "arp": arp.decode,
    "rarp": lambda data: arp.decode(data, "RARP"),
    "lldp": lldp,
    "stp": lambda data: stp(data[_LLC:]),
    "slow": slow,
    "eapol": eapol,
    "pppoe-discovery": pppoe_discovery,
    "snap": snap,
    "osi": osi,
}


def decode(name: str, data: bytes) -> Message | None:
    """One frame of the link protocol ``name``."""
    decoder = _DECODERS.get(name)
    if decoder is not None:
        return decoder(data)
    return Message(LABELS[name]) if name in LABELS else None
