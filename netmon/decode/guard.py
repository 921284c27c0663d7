"""impacket behind a fence: the one door to its header classes.

In: the name of a header class and the bytes that should hold it. Out: the header, or ``DecodeError``. Rules that must not
be broken:

* impacket is imported at the first use, not at start (it costs some 40 ms).
* A header is built from the bytes of one packet and thrown away; no decoder object lives on, since impacket's decoders keep
  the last packet as state. Only single headers are used, never the object trees of ``ImpactDecoder``.
* Length is checked here, because impacket pads short input with zeros and would "decode" nothing at all.
* ``IP.load_header`` loops for ever on an option whose length octet is 0, and an option list that is longer than the header
  is as bad (fortra/impacket#990); ``ipv4`` looks at the options (RFC 791 section 3.1) before impacket may.
* Whatever impacket raises (IndexError, TypeError, struct.error, its own exceptions) leaves this room as ``DecodeError``.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from netmon.errors import DecodeError

IPV4_HEADER = 20
_END_OF_OPTIONS = 0
_NO_OPERATION = 1


@cache
def _classes() -> dict[str, Any]:
    """The header classes in use, by name."""
    from impacket import ICMP6, ImpactPacket

    return {
        "ARP": ImpactPacket.ARP,
        "ICMP": ImpactPacket.ICMP,
        "ICMP6": ICMP6.ICMP6,
        "IGMP": ImpactPacket.IGMP,
        "IP": ImpactPacket.IP,
    }


def warm_up() -> None:
    """Import impacket now, so that the first packet need not wait for it."""
    _classes()


def header(name: str, data: bytes, minimum: int) -> Any:
    """The header ``name`` at the start of ``data``, which must hold at least ``minimum`` bytes."""
    if len(data) < minimum:
        raise DecodeError(f"{name}: {len(data)} bytes where the header needs {minimum}")
    if name == "IP":
        check_ipv4(data)
    try:
        return _classes()[name](data)
    except Exception as error:  # impacket raises anything, RecursionError included
        raise DecodeError(f"{name}: {error}") from error


def ipv4(data: bytes) -> Any:
    """The IPv4 header at the start of ``data``, options included, safe to hand to impacket."""
    return header("IP", data[:60], IPV4_HEADER)


def check_ipv4(data: bytes) -> None:
    """Raise ``DecodeError`` unless the IPv4 header and every option in it are as long as they say."""
    if len(data) < IPV4_HEADER:
        raise DecodeError("IPv4: header cut short")
    end = (data[0] & 0x0F) * 4
    if data[0] >> 4 != 4 or end < IPV4_HEADER:
        raise DecodeError("IPv4: wrong version or header length")
    if end > len(data):
        raise DecodeError("IPv4: options cut short")
    position = IPV4_HEADER
    while position < end:
        kind = data[position]
        if kind == _END_OF_OPTIONS:
            return
        if kind == _NO_OPERATION:
            position += 1
            continue
        length = data[position + 1] if position + 1 < end else 0
        if length < 2 or position + length > end:
            raise DecodeError(f"IPv4: option {kind} with length {length}")
        position += length
