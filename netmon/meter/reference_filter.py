"""Calls libpcap's ``pcap_offline_filter`` on frames of the plain Python meter, through the address it is given."""

from __future__ import annotations

import ctypes
from collections.abc import Callable

from netmon.model.frame import Frame


class _PacketHeader(ctypes.Structure):
    """``struct pcap_pkthdr``."""

    _fields_ = (
        ("seconds", ctypes.c_long),
        ("microseconds", ctypes.c_long),
        ("captured", ctypes.c_uint32),
        ("wire", ctypes.c_uint32),
    )


_OfflineFilter = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.POINTER(_PacketHeader), ctypes.c_char_p)


def offline_filter_function(program: int, address: int) -> Callable[[Frame], bool]:
    """Whether the compiled ``program`` accepts a frame."""
    function = _OfflineFilter(address)

    def accepts(frame: Frame) -> bool:
        seconds, rest = divmod(frame.timestamp_ns, 1_000_000_000)
        wire = max(frame.wire_length, len(frame.data))
        header = _PacketHeader(seconds, rest // 1000, len(frame.data), wire)
        return bool(function(program, ctypes.byref(header), frame.data))

    return accepts
