"""Writes small MaxMind DB files (format 2.0), so that places can be looked up without anybody's data.

In: networks and the record of each, made of texts, numbers and maps. Out: a file. The tree is of IPv6 with 32-bit records;
IPv4 stands below ``::/96``, as the format wants it.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from ipaddress import ip_network
from pathlib import Path
from typing import Any

MARKER = b"\xab\xcd\xefMaxMind.com"
SEPARATOR = bytes(16)
MAP, TEXT, U16, U32, U64, ARRAY = 7, 2, 5, 6, 9, 11


def _control(kind: int, size: int) -> bytes:
    first = kind << 5 if kind < 8 else 0
    beyond = bytes([kind - 7]) if kind >= 8 else b""
    if size < 29:
        return bytes([first | size]) + beyond
    if size >= 285:
        raise ValueError(f"a value of {size} bytes")
    return bytes([first | 29]) + beyond + bytes([size - 29])


def encoded(value: Any, number: int = U32) -> bytes:
    """One value of the data section; ``number`` is the kind whole numbers get."""
    if isinstance(value, Mapping):
        return _control(MAP, len(value)) + b"".join(encoded(key) + encoded(inner) for key, inner in value.items())
    if isinstance(value, list):
        return _control(ARRAY, len(value)) + b"".join(encoded(inner) for inner in value)
    raw = value.encode() if isinstance(value, str) else value.to_bytes((value.bit_length() + 7) // 8)
    return _control(TEXT if isinstance(value, str) else number, len(raw)) + raw


def write(path: Path, kind: str, records: Mapping[str, Mapping[str, Any]]) -> Path:
    """``kind``: ``City``, ``ASN``, ...; networks must not lie in one another."""
    nodes: list[list[int | None]] = [[None, None]]
    data = b""
    leaves: list[tuple[int, int, int]] = []
    for text, record in records.items():
        network = ip_network(text)
        length = network.prefixlen + (96 if network.version == 4 else 0)
        bits = f"{int(network.network_address):0128b}"[:length]
        at = 0
        for bit in bits[:-1]:
            following = nodes[at][int(bit)]
            if following is None:
                nodes.append([None, None])
                following = nodes[at][int(bit)] = len(nodes) - 1
            at = following
        leaves.append((at, int(bits[-1]), len(data)))
        data += encoded(record)
    for at, side, offset in leaves:
        nodes[at][side] = len(nodes) + len(SEPARATOR) + offset
    empty = len(nodes)
    tree = b"".join(struct.pack("!II", *(empty if side is None else side for side in node)) for node in nodes)
    numbers = {"node_count": len(nodes), "build_epoch": 1_700_000_000}
    small = {"record_size": 32, "ip_version": 6, "binary_format_major_version": 2, "binary_format_minor_version": 0}
    texts: dict[str, Any] = {"database_type": f"Test-{kind}", "languages": ["en"], "description": {"en": "made for a test"}}
    fields = [encoded(key) + encoded(value, U64 if key == "build_epoch" else U32) for key, value in numbers.items()]
    fields += [encoded(key) + encoded(value, U16) for key, value in small.items()]
    fields += [encoded(key) + encoded(value) for key, value in texts.items()]
    path.write_bytes(tree + SEPARATOR + data + MARKER + _control(MAP, len(fields)) + b"".join(fields))
    return path


def city(code: str, country: str, name: str = "") -> dict[str, Any]:
    """A record as GeoLite2-City has them."""
    record: dict[str, Any] = {"country": {"iso_code": code, "names": {"en": country}}}
    return record | ({"city": {"names": {"en": name}}} if name else {})


def system(number: int, organisation: str) -> dict[str, Any]:
    """A record as GeoLite2-ASN has them."""
    return {"autonomous_system_number": number, "autonomous_system_organization": organisation}
