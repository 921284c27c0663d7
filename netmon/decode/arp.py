"""ARP and RARP (RFC 826, RFC 903, RFC 2390, announcements RFC 5227).

In: what follows the ethertype. Out: a ``Message`` whose state is the question or the answer itself, ``WHO_HAS 192.0.2.1``
or ``IS_AT 02:00:00:00:00:01``. Vendors of hardware addresses are added by ``names``. Addresses of other sizes than Ethernet
and IPv4 are shown in hexadecimal; an address longer than 32 bytes is refused.
"""

from __future__ import annotations

from netmon.errors import DecodeError

from ._build import Entry, Message, ip, mac
from .guard import header

REQUEST = 1
REPLY = 2
OPERATIONS = {
    3: "REVERSE_REQUEST",
    4: "REVERSE_REPLY",
    5: "DRARP_REQUEST",
    6: "DRARP_REPLY",
    7: "DRARP_ERROR",
    8: "INVERSE_REQUEST",
    9: "INVERSE_REPLY",
    10: "NAK",
}
_FIXED = 8
_LONGEST_ADDRESS = 32


def decode(data: bytes, label: str = "ARP") -> Message:
    """One ARP packet."""
    packet = header("ARP", data, _FIXED)
    hardware, protocol = packet.get_ar_hln(), packet.get_ar_pln()
    if hardware > _LONGEST_ADDRESS or protocol > _LONGEST_ADDRESS:
        raise DecodeError(f"ARP: addresses of {hardware} and {protocol} bytes")
    if len(data) < packet.get_header_size():
        raise DecodeError("ARP: addresses cut short")
    operation = packet.get_ar_op()
    sender_mac, target_mac = mac(bytes(packet.get_ar_sha())), mac(bytes(packet.get_ar_tha()))
    sender_ip, target_ip = _address(bytes(packet.get_ar_spa())), _address(bytes(packet.get_ar_tpa()))
    entries: tuple[Entry, ...] = (
        ("arp_opcode", "Operation", (operation,)),
        ("arp_sender_mac", "Sender MAC", (sender_mac,)),
        ("arp_sender_ip", "Sender address", (sender_ip,)),
        ("arp_target_mac", "Target MAC", () if target_mac.strip("0:") == "" else (target_mac,)),
        ("arp_target_ip", "Target address", (target_ip,)),
    )
    return Message(label, _state(operation, sender_mac, target_ip), _summary(operation, sender_ip, target_ip), entries)


def _state(operation: int, sender_mac: str, target_ip: str) -> str:
    if operation == REQUEST:
        return f"WHO_HAS {target_ip}"
    if operation == REPLY:
        return f"IS_AT {sender_mac}"
    return OPERATIONS.get(operation, f"OPERATION_{operation}")


def _summary(operation: int, sender_ip: str, target_ip: str) -> str:
    if sender_ip == target_ip and operation in (REQUEST, REPLY):
        return f"announces {sender_ip}"
    if sender_ip == "0.0.0.0" and operation == REQUEST:  # noqa: S104 an address in a packet, nothing is bound
        return f"probes {target_ip}"
    return f"{sender_ip} asks for {target_ip}" if operation == REQUEST else f"{sender_ip} to {target_ip}"


def _address(data: bytes) -> str:
    return ip(data) if len(data) in (4, 16) else data.hex()
