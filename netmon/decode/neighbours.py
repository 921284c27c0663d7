"""How switches and routers introduce themselves: LLDP (IEEE 802.1AB) and CDP.

In: the LLDPDU, or the CDP packet after its SNAP header. Out: a ``Message`` with the names a person plugs cables by. Both are
lists of type, length, value; each list is walked once, at most ``MAX_TLVS`` long, and what does not fit ends it. impacket's
CDP decoder fails on every real packet, so this one is our own.
"""

from __future__ import annotations

from collections.abc import Iterator
from struct import unpack_from

from netmon.errors import DecodeError

from ._build import Entry, Message, ip, mac, text

MAX_TLVS = 128
_CHASSIS_MAC = 4
_PORT_MAC = 3
_CAPABILITIES = ("other", "repeater", "bridge", "wlan", "router", "telephone", "docsis", "station", "cvlan", "svlan", "tpmr")


def lldp(data: bytes) -> Message:
    """One LLDPDU: chassis, port and time to live come first, in this order (section 8.2)."""
    found: dict[int, bytes] = {}
    position = 0
    for _ in range(MAX_TLVS):
        if position + 2 > len(data):
            break
        head = unpack_from("!H", data, position)[0]
        kind, length = head >> 9, head & 0x1FF
        if kind == 0:
            break
        found.setdefault(kind, data[position + 2 : position + 2 + length])
        position += 2 + length
    if not {1, 2, 3} <= found.keys():
        raise DecodeError("LLDP: chassis, port or time to live missing")
    name, port = text(found.get(5, b"")), _identifier(found[2], _PORT_MAC)
    description = text(found.get(4, b""))
    entries: tuple[Entry, ...] = (
        ("lldp_system_name", "System name", _some(name)),
        ("lldp_chassis", "Chassis", _some(_identifier(found[1], _CHASSIS_MAC))),
        ("lldp_port", "Port", _some(port)),
        ("lldp_port_description", "Port description", _some(description)),
        ("lldp_system_description", "System description", _some(text(found.get(6, b"")))),
        ("lldp_capabilities", "Capabilities", _lldp_capabilities(found.get(7, b""))),
        ("lldp_management_address", "Management address", _some(_management(found.get(8, b"")))),
    )
    return Message("LLDP", "", f"{name or _identifier(found[1], _CHASSIS_MAC)} port {description or port}", entries)


def _some(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


def _identifier(data: bytes, mac_subtype: int) -> str:
    """Chassis and port identifiers: a subtype octet, then an address or text (sections 8.5.2, 8.5.3)."""
    if len(data) < 2:
        return ""
    subtype, value = data[0], data[1:]
    if subtype == mac_subtype and len(value) == 6:
        return mac(value)
    if subtype == mac_subtype + 1:
        return _network_address(value)
    return text(value)


def _network_address(data: bytes) -> str:
    if (data[:1] == b"\x01" and len(data) == 5) or (data[:1] == b"\x02" and len(data) == 17):
        return ip(data[1:])
    if data[:1] == b"\x06" and len(data) == 7:  # IANA's address family of hardware addresses
        return mac(data[1:])
    return data.hex()[:64]


def _management(data: bytes) -> str:
    return _network_address(data[1 : 1 + data[0]]) if data and 2 <= data[0] < len(data) else ""


def _lldp_capabilities(data: bytes) -> list[str]:
    enabled = unpack_from("!H", data, 2)[0] if len(data) >= 4 else 0
    return [name for bit, name in enumerate(_CAPABILITIES) if enabled >> bit & 1]


def cdp(data: bytes) -> Message:
    """One CDP packet: version, time to live, checksum, then type, length (header included), value."""
    if len(data) < 4 or data[0] not in (1, 2):
        raise DecodeError("CDP: unknown version")
    found = dict(_cdp_values(data))
    device, port = text(found.get(1, b"")), text(found.get(3, b""))
    entries: tuple[Entry, ...] = (
        ("cdp_device", "Device", _some(device)),
        ("cdp_port", "Port", _some(port)),
        ("cdp_platform", "Platform", _some(text(found.get(6, b"")))),
        ("cdp_software", "Software", _some(text(found.get(5, b"").split(b"\n", 1)[0]))),
        ("cdp_vtp_domain", "VTP domain", _some(text(found.get(9, b"")))),
        ("cdp_address", "Address", _cdp_addresses(found.get(2, b""))),
    )
    return Message("CDP", "", f"{device} port {port}".strip(), entries)


def _cdp_values(data: bytes) -> Iterator[tuple[int, bytes]]:
    position = 4
    for _ in range(MAX_TLVS):
        if position + 4 > len(data):
            return
        kind, length = unpack_from("!HH", data, position)
        if length < 4:
            return
        yield kind, data[position + 4 : position + length]
        position += length


def _cdp_addresses(data: bytes) -> list[str]:
    """Protocol type, protocol length, protocol, address length, address; IPv4 is NLPID 0xcc."""
    addresses: list[str] = []
    position = 4
    while position + 2 <= len(data) and len(addresses) < MAX_TLVS:
        protocol = data[position + 2 : position + 2 + data[position + 1]]
        position += 2 + data[position + 1]
        if position + 2 > len(data):
            break
        length = unpack_from("!H", data, position)[0]
        address = data[position + 2 : position + 2 + length]
        if protocol == b"\xcc" and len(address) == 4:
            addresses.append(ip(address))
        position += 2 + length
    return addresses
