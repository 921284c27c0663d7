"""Adapters and the routing table as Windows' own library tells them (IP Helper, iphlpapi.dll; netioapi.h, iptypes.h).

In: nothing (``adapters``, ``forward_table``) or the octets of MIB_IPFORWARD_ROW2, little-endian as every Windows is
(``default_routes``). Out: adapters, default routes. What the library refuses raises ``OSError``. The text of ``route print``
tells less (no metric of the adapter for IPv6) and is translated.
"""

from __future__ import annotations

import ctypes
import struct
from ctypes import POINTER, c_char_p, c_ubyte, c_uint32, c_uint64, c_ushort, c_void_p, c_wchar_p
from typing import Any, NamedTuple

from netmon.platforms.text import clean

_AF_UNSPEC, _AF_INET, _AF_INET6 = 0, 2, 23
_ROW = struct.Struct("<8xI28sB3x28s12xI16x")
"""MIB_IPFORWARD_ROW2: InterfaceLuid, InterfaceIndex, DestinationPrefix (SOCKADDR_INET, length), NextHop, site prefix length,
two lifetimes, Metric, the rest."""
_TABLE_HEADER = 8
"""NumEntries, and what aligns the rows."""
_ADDRESS = {_AF_INET: slice(4, 8), _AF_INET6: slice(8, 24)}
"""SOCKADDR_INET: family and port, then the address; IPv6 has the flow label between."""
_ROWS = 65_536
_ADAPTERS = 4096
_OVERFLOW = 111
_SKIP = 0x2 | 0x4 | 0x8
"""GAA_FLAG_SKIP_ANYCAST, _MULTICAST, _DNS_SERVER."""


class Adapter(NamedTuple):
    """What psutil leaves out of an interface. ``name`` is the one psutil calls it by (FriendlyName)."""

    name: str
    number: int
    number6: int
    metric: int
    metric6: int


class DefaultRoute(NamedTuple):
    """A way to everywhere; ``gateway`` is empty where the link itself is it."""

    six: bool
    number: int
    metric: int
    gateway: bytes


class _AdapterAddresses(ctypes.Structure):
    """IP_ADAPTER_ADDRESSES_LH up to the metrics."""


_AdapterAddresses._fields_ = [
    ("length", c_uint32), ("index", c_uint32), ("next", POINTER(_AdapterAddresses)), ("adapter_name", c_char_p),
    ("unicast", c_void_p), ("anycast", c_void_p), ("multicast", c_void_p), ("dns", c_void_p), ("dns_suffix", c_wchar_p),
    ("description", c_wchar_p), ("friendly_name", c_wchar_p), ("physical", c_ubyte * 8), ("physical_length", c_uint32),
    ("flags", c_uint32), ("mtu", c_uint32), ("type", c_uint32), ("status", c_uint32), ("index6", c_uint32),
    ("zones", c_uint32 * 16), ("prefix", c_void_p), ("transmit_speed", c_uint64), ("receive_speed", c_uint64),
    ("wins", c_void_p), ("gateway", c_void_p), ("metric", c_uint32), ("metric6", c_uint32),
]  # fmt: skip


def _library() -> Any:
    loader = getattr(ctypes, "WinDLL", None)
    if loader is None:
        raise OSError("IP Helper is there on Windows only")
    return loader("iphlpapi")


def adapters() -> list[Adapter]:
    """All adapters of now."""
    library, size = _library(), c_uint32(16_384)
    for _ in range(3):
        buffer = ctypes.create_string_buffer(size.value)
        answer = library.GetAdaptersAddresses(_AF_UNSPEC, _SKIP, None, buffer, ctypes.byref(size))
        if answer != _OVERFLOW:
            break
    if answer:
        raise OSError(answer, "GetAdaptersAddresses failed")
    found: list[Adapter] = []
    at = ctypes.cast(buffer, POINTER(_AdapterAddresses))
    while at and len(found) < _ADAPTERS:
        one = at.contents
        found.append(Adapter(clean(one.friendly_name or "", 64), one.index, one.index6, one.metric, one.metric6))
        at = one.next
    return found


def forward_table() -> bytes:
    """The routing table of now, rows only."""
    library, table = _library(), c_void_p()
    answer = library.GetIpForwardTable2(c_ushort(_AF_UNSPEC), ctypes.byref(table))
    if answer or not table.value:
        raise OSError(answer, "GetIpForwardTable2 failed")
    try:
        rows = min(c_uint32.from_address(table.value).value, _ROWS)
        return ctypes.string_at(table.value + _TABLE_HEADER, rows * _ROW.size)
    finally:
        library.FreeMibTable(table)


def default_routes(rows: bytes) -> list[DefaultRoute]:
    """Those of both families; a row that is cut off is left out."""
    found = []
    for index, destination, length, hop, metric in _ROW.iter_unpack(rows[: len(rows) - len(rows) % _ROW.size]):
        family = int.from_bytes(destination[:2], "little")
        place = _ADDRESS.get(family)
        if place is None or length or any(destination[place]):
            continue
        gateway = hop[place] if hop[:2] == destination[:2] and any(hop[place]) else b""
        found.append(DefaultRoute(family == _AF_INET6, index, metric, gateway))
    return found
