"""Vendors of MAC addresses (IEEE registries MA-L, MA-M, MA-S and IAB).

In: six bytes. Out: the vendor's short name or nothing. The longest assignment wins (36, 28, 24 bits); addresses that are
locally administered or multicast (IEEE 802 section 8) have no vendor. The table comes with the package
(``scripts/generate-oui``) and is read at the first question: sorted arrays, so it takes little memory and time.
"""

from __future__ import annotations

import sys
from array import array
from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from . import _packed

BITS = (36, 28, 24)
_LOCAL_OR_GROUP = 0x03


class _Table(NamedTuple):
    prefixes: tuple[array[int], ...]
    """Per length in ``BITS``, ascending."""
    vendors: tuple[array[int], ...]
    """Index of the vendor's name, parallel to ``prefixes``."""
    names: list[str]


def lookup(mac: bytes) -> str:
    """``Apple``, ``Raspberry Pi Trading``; empty when unknown."""
    if len(mac) != 6 or mac[0] & _LOCAL_OR_GROUP:
        return ""
    table = _table()
    number = int.from_bytes(mac, "big")
    for bits, prefixes, vendors in zip(BITS, table.prefixes, table.vendors, strict=True):
        prefix = number >> (48 - bits)
        position = bisect_left(prefixes, prefix)
        if position < len(prefixes) and prefixes[position] == prefix:
            return table.names[vendors[position]]
    return ""


def source() -> str:
    """Where the table comes from and of which date it is."""
    return _packed.read("oui.z")[0]


@cache
def _table() -> _Table:
    """Three counts (32 bit), per length the prefixes (64 bit) and the vendor indexes (32 bit), then the names by line.

    All numbers little-endian.
    """
    data = _packed.read("oui.z")[1]
    counts = _numbers("I", data[:12])
    position = 12
    prefixes: list[array[int]] = []
    vendors: list[array[int]] = []
    for count in counts:
        prefixes.append(_numbers("Q", data[position : position + 8 * count]))
        position += 8 * count
        vendors.append(_numbers("I", data[position : position + 4 * count]))
        position += 4 * count
    return _Table(tuple(prefixes), tuple(vendors), data[position:].decode("utf-8").split("\n"))


def _numbers(code: str, data: bytes) -> array[int]:
    found: array[int] = array(code)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found
